"""The form of a person's notice settings: a tick and a choice for each group, and when mail may come."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from accounts.notice_rules import Settings, mail_names, zone_names
from nic_platform.digests import clock_words
from nic_platform.forms import PlatformForm
from nic_platform.notice_kinds import GROUPS, Mail, Wish, group_names
from nic_platform.quiet import DAILY, WEEKLY
from nic_platform.text import _


def _name(kind: str, key: str) -> str:
    return f"{kind}_{key.replace('.', '_')}"


class ClockField(TimeField):
    """A time of day. An empty one is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time, or say how one is written."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError:
            raise ValueError(_("Write the time as hours and minutes, such as 21:30.")) from None


class _WhenForm(PlatformForm):
    """When mail may come; what is chosen for each group is added below."""

    mail_notices = BooleanField(_("Send me notices by mail too"))
    digest = RadioField(
        _("The digest comes"),
        choices=[SelectChoice(DAILY, _("Every day")), SelectChoice(WEEKLY, _("Every week, on Monday"))],
    )
    digest_hour = SelectField(_("At what time"), coerce=int)
    quiet_from = ClockField(_("No mail from"), format=["%H:%M", "%H:%M:%S"], validators=[Optional()])
    quiet_until = ClockField(_("Until"), format=["%H:%M", "%H:%M:%S"], validators=[Optional()])
    quiet_weekends = BooleanField(_("No mail on Saturdays and Sundays"))
    time_zone = SelectField(_("Your time zone"))


_FIELDS: dict[str, Any] = {}
for _group in GROUPS:
    _FIELDS[_name("page", _group.key)] = BooleanField()
    _FIELDS[_name("mail", _group.key)] = SelectField()
_Fields: Any = type("_Fields", (_WhenForm,), _FIELDS)


class NoticeForm(_Fields):
    """Everything that a person may say of their notices."""

    def __init__(self, settings: Settings, network_zone: str) -> None:
        """Fill the form from what is kept, or from what was sent."""
        wishes, names = settings.wishes(), group_names()
        own = {
            name: getattr(settings, name)
            for name in ("mail_notices", "digest_hour", "quiet_weekends", "time_zone")
        }
        kept = own | {
            "digest": settings.digest or DAILY,
            "quiet_from": _clock(settings.quiet_from), "quiet_until": _clock(settings.quiet_until),
            "version": settings.version,
        }  # fmt: skip
        for key, wish in wishes.items():
            kept[_name("page", key)], kept[_name("mail", key)] = wish.on_page, wish.by_mail.value
        super().__init__(data=kept)
        self.digest_hour.choices = [SelectChoice(hour, clock_words(hour)) for hour in range(24)]
        zones = {"": _("Your network’s: %(zone)s", zone=zone_names().get(network_zone, network_zone))}
        zones |= zone_names()
        if settings.time_zone not in zones:
            zones[settings.time_zone] = settings.time_zone
        self.time_zone.choices = [SelectChoice(zone, words) for zone, words in zones.items()]
        for key, words in names.items():
            page, mail = self[_name("page", key)], self[_name("mail", key)]
            page.label.text = _("%(group)s: on the page", group=words)
            mail.label.text = _("%(group)s: by mail", group=words)
            mail.choices = [SelectChoice(way, said) for way, said in mail_names().items()]

    def fields_of(self, key: str) -> tuple[Any, Any]:
        """Return a group's tick and its choice."""
        return self[_name("page", key)], self[_name("mail", key)]

    def wishes(self) -> dict[str, Wish]:
        """Return what was chosen for each group."""
        found = {}
        for group in GROUPS:
            page, mail = self.fields_of(group.key)
            found[group.key] = Wish(bool(page.data), Mail(mail.data))
        return found

    def own(self) -> Mapping[str, Any]:
        """Return what was said of the person's mail, times in minutes after midnight."""
        return {
            "mail_notices": self.mail_notices.data, "digest": self.digest.data,
            "digest_hour": self.digest_hour.data, "quiet_weekends": self.quiet_weekends.data,
            "time_zone": self.time_zone.data, "quiet_from": _minutes(self.quiet_from.data),
            "quiet_until": _minutes(self.quiet_until.data),
        }  # fmt: skip


def saved_values(settings: Settings) -> dict[str, Any]:
    """Return what is kept, by the names of the form's fields, for the page of two savers."""
    found: dict[str, Any] = {
        "mail_notices": settings.mail_notices, "digest": settings.digest or DAILY,
        "digest_hour": settings.digest_hour, "quiet_weekends": settings.quiet_weekends,
        "time_zone": settings.time_zone, "quiet_from": _clock(settings.quiet_from) or "",
        "quiet_until": _clock(settings.quiet_until) or "",
    }  # fmt: skip
    for key, wish in settings.wishes().items():
        found[_name("page", key)], found[_name("mail", key)] = wish.on_page, wish.by_mail.value
    return found


def _clock(minutes: int | None) -> time | None:
    return None if minutes is None else time(minutes // 60, minutes % 60)


def _minutes(clock: time | None) -> int | None:
    return None if clock is None else clock.hour * 60 + clock.minute
