"""A person's notice settings: what comes where, when a digest is sent, and when no mail may come."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import notice_queries, notice_services
from accounts.notice_forms import NoticeForm, saved_values
from accounts.views import base
from accounts.views.base import blueprint
from nic_platform import access, clock
from nic_platform.database import session
from nic_platform.forms import conflict_page
from nic_platform.notice_kinds import group_names, group_notes
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _


@blueprint.route("/account/notices", methods=["GET", "POST"])
@access.signed_in
def notice_settings() -> ResponseReturnValue:
    """Show where and when the person wants notices, and save it."""
    actor, user, at = access.actor(), base.me(), clock.now()
    settings = notice_queries.settings_of(session(), user)
    form = NoticeForm(settings, actor.time_zone)

    def work(current: Session) -> None:
        notice_services.save_settings(current, user, form.own(), form.wishes(), at=at)

    if form.validate_on_submit():
        if form.is_stale(user.version):
            return conflict_page(
                form, _("Your notices"), saved_values(settings), version=user.version, by=user.name,
                at=user.updated_at,
            )  # fmt: skip
        if try_to(form, actor, work):
            return went(url_for(".notice_settings"), _("Saved. It holds for what you are told from now on."))
    groups = [(form.fields_of(key), name, group_notes()[key]) for key, name in group_names().items()]
    return render_template("accounts/notices.html", form=form, groups=groups), status_of(form)
