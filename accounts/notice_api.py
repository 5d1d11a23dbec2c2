"""A person's notice settings in the API."""

from typing import Any

from accounts import notice_queries, notice_schemas, notice_services
from accounts.models import User
from accounts.notice_rules import OWN, minutes_of, time_of
from accounts.views import base
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint, check_version
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.notice_kinds import Mail, Wish, group_names
from nic_platform.text import _

blueprint = ApiBlueprint("api_notice_settings", __name__, "/notice-settings", "Where you want notices")
_CLOCKS = ("quiet_from", "quiet_until")


@blueprint.get("")
@access.signed_in
@blueprint.response(200, notice_schemas.SettingsSchema)
def get_settings() -> dict[str, Any]:
    """Say where and when you want notices, by group; times are those of your own clock."""
    return _shown(base.me())


@blueprint.patch("")
@access.signed_in
@blueprint.arguments(notice_schemas.ChangeSettingsSchema)
@blueprint.response(200, notice_schemas.SettingsSchema)
def change_settings(sent: dict[str, Any]) -> dict[str, Any]:
    """Change what is sent and leave the rest. Answers 412 where the version is not the saved one any more.

    The last notice on a promise that nobody kept comes whatever is chosen.
    """
    actor, user, at = access.actor(), base.me(), clock.now()
    check_version(sent.pop("version", None), user.version)
    groups = sent.pop("groups", [])
    with transaction(actor) as current:
        kept = notice_queries.settings_of(current, user).wishes()
        wishes = {each["key"]: _wish(each, kept) for each in groups}
        notice_services.save_settings(current, user, _values(sent), wishes, at=at)
    return _shown(user)


@blueprint.post("/mail-again")
@access.signed_in
@blueprint.response(200, notice_schemas.SettingsSchema)
def try_mail_again() -> dict[str, Any]:
    """Let mail go to your address again after it came back."""
    actor, user = access.actor(), base.me()
    with transaction(actor) as current:
        notice_services.try_mail_again(current, user)
    return _shown(user)


def _wish(each: dict[str, Any], kept: dict[str, Wish]) -> Wish:
    before = kept.get(each["key"], Wish())
    return Wish(each.get("on_page", before.on_page), Mail(each.get("by_mail", before.by_mail)))


def _values(sent: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent with times in minutes after midnight.

    Raises:
        InputError: a time is none.
    """
    values = dict(sent)
    for name in _CLOCKS:
        if values.get(name) is not None:
            try:
                values[name] = minutes_of(values[name])
            except ValueError:
                mend = _("Write the time as hours and minutes, such as 21:30.")
                raise InputError(mend, {name: mend}) from None
    return values


def _shown(user: User) -> dict[str, Any]:
    settings, names = notice_queries.settings_of(session(), user), group_names()
    shown = {name: getattr(settings, name) for name in OWN}
    shown |= {name: time_of(shown[name]) or None for name in _CLOCKS}
    groups = [
        {"key": key, "name": names[key], "on_page": wish.on_page, "by_mail": wish.by_mail.value}
        for key, wish in settings.wishes().items()
    ]
    return shown | {
        "version": settings.version, "groups": groups, "mail_bounced_at": user.mail_bounced_at,
    }  # fmt: skip
