"""Reading what a person chose about their notices."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.notice_rules import OWN, Settings
from nic_platform.notice_kinds import Mail, Wish
from nic_platform.tables import NoticeChoice


def settings_of(session: Session, user: User) -> Settings:
    """Return where and when a person wants notices; one statement."""
    rows = session.execute(
        select(NoticeChoice.kind, NoticeChoice.on_page, NoticeChoice.by_mail).where(
            NoticeChoice.user_id == user.id
        )
    )
    chosen = {kind: Wish(on_page, Mail(by_mail)) for kind, on_page, by_mail in rows}
    own = {name: getattr(user, name) for name in OWN}
    return Settings(version=user.version, chosen=chosen, **own)
