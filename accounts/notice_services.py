"""Saving what a person wants of their notices."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.notice_rules import OWN, problems
from nic_platform.errors import InputError
from nic_platform.notice_kinds import Wish, group_named
from nic_platform.tables import NoticeChoice
from nic_platform.text import _


def save_settings(
    session: Session, user: User, values: Mapping[str, Any], wishes: Mapping[str, Wish], *, at: datetime
) -> None:
    """Save where and when somebody wants notices. What is as the platform gives it anyway is not kept.

    Of two that save at once one is refused, since the person's version moves with every save.

    Args:
        values: any of :data:`accounts.notice_rules.OWN`; times in minutes after midnight.
        wishes: by group; groups that are left out stay as they are.

    Raises:
        InputError: something can't be; nothing was changed.
    """
    after = {name: values.get(name, getattr(user, name)) for name in OWN}
    wrong = problems(after) | {
        key: _("There is no such group of notices.") for key in wishes if group_named(key) is None
    }
    if wrong:
        raise InputError(_("These settings can’t be saved yet."), wrong)
    for name, value in after.items():
        setattr(user, name, value)
    user.updated_at = at  # moves the version also where only wishes change
    _keep(session, user.id, wishes)
    session.flush()


def try_mail_again(session: Session, user: User) -> None:
    """Let mail go to the person's address again after it came back."""
    user.mail_bounced_at, user.mail_bounce = None, ""
    session.flush()


def _keep(session: Session, user_id: int, wishes: Mapping[str, Wish]) -> None:
    rows = session.scalars(select(NoticeChoice).where(NoticeChoice.user_id == user_id))
    kept = {row.kind: row for row in rows}
    for key, wish in wishes.items():
        group, row = group_named(key), kept.get(key)
        if group is not None and wish == group.usual:
            if row is not None:
                session.delete(row)
            continue
        if row is None:
            row = NoticeChoice(user_id=user_id, kind=key)
            session.add(row)
        row.on_page, row.by_mail = wish.on_page, wish.by_mail.value
