"""The outbox: what people are told. Written in the transaction of the change; a job sends the mail.

Where somebody wants a kind of notice (on the page, by mail at once, in the digest, not at all) is looked up
when it is written; when mail may come, quiet hours and all, is looked at when it is sent.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from nic_platform import jobs
from nic_platform.database import Base
from nic_platform.notice_kinds import Mail, Wish, group_of
from nic_platform.tables import Notice, NoticeChoice
from nic_platform.text import Words, can_be_said_again, in_language, language, said

MAIL_JOB = "send mail"
_PIECE = 1000  # people asked for at once
_STATES = {Mail.NOW: "waiting", Mail.DIGEST: "digest", Mail.NONE: "none"}


def notify(
    session: Session,
    user_ids: Iterable[int],
    *,
    kind: str,
    subject: Words,
    body: Words = "",
    path: str = "",
    network_id: int | None = None,
    at: datetime,
    by_mail: bool = True,
    is_last: bool = False,
) -> None:
    """Tell each person once: where they want this kind of notice.

    Each reads it in the language of their account, whoever writes it. A sentence of ours is said again for
    them; one that is joined of several, or holds a date, is handed in as what says it.

    Somebody who wants it nowhere still has a row, on no page and never mailed, so that a reminder knows that
    it was given.

    Args:
        kind: a short code such as ``feedback.answered``; its group is what people choose about.
        path: where the page is, such as ``/feedback/…``; mail puts the installation's address before it.
        by_mail: false keeps it off the mail, whatever anybody chose.
        is_last: the last notice on a promise that nobody kept: it can't be turned down, though it may come
            in the digest.
    """
    people = sorted(set(user_ids))
    wishes, usual = wishes_of(session, people, kind), group_of(kind).usual
    spoken = languages_of(session, people) if can_be_said_again(subject) or can_be_said_again(body) else {}
    words: dict[str, tuple[str, str]] = {}
    states = set()
    for user_id in people:
        code = spoken.get(user_id, "")
        if code not in words:
            words[code] = _said_in(code, subject, body)
        wish = wishes.get(user_id, usual)
        if is_last:
            wish = Wish(by_mail=Mail.DIGEST if wish.by_mail is Mail.DIGEST else Mail.NOW)
        state = _STATES[wish.by_mail] if by_mail else "none"
        states.add(state)
        session.add(
            Notice(
                network_id=network_id, user_id=user_id, kind=kind, subject=words[code][0][:300],
                body=words[code][1], path=path, created_at=at, mail_after=at, on_page=wish.on_page,
                is_last=is_last, mail_state=state,
            )
        )  # fmt: skip
    if _STATES[Mail.NOW] in states:
        jobs.nudge(session, MAIL_JOB)


def _said_in(code: str, subject: Words, body: Words) -> tuple[str, str]:
    with in_language(code):
        return said(subject), said(body)


def languages_of(session: Session, user_ids: Collection[int]) -> Mapping[int, str]:
    """Return the languages that people chose for themselves; who chose none is left out."""
    people: list[int] = list(user_ids)
    found: dict[int, str] = {}
    for start in range(0, len(people), _PIECE):
        rows = session.execute(_languages(), {"people": people[start : start + _PIECE]})
        found |= {row[0]: row[1] for row in rows}
    return found


@cache
def _languages() -> Any:
    person = Base.metadata.tables["user_account"].c  # the frame knows no domain, only this table's name
    asked = person.id.in_(bindparam("people", expanding=True))
    return select(person.id, person.locale).where(asked, person.locale != "")


def wishes_of(session: Session, user_ids: Collection[int], kind: str) -> Mapping[int, Wish]:
    """Return what those of the people who chose something want of a kind of notice; one statement."""
    people: list[int] = list(user_ids)
    found: dict[int, Wish] = {}
    for start in range(0, len(people), _PIECE):
        asked = {"people": people[start : start + _PIECE], "kind": group_of(kind).key}
        rows = session.execute(_wishes(), asked)
        found |= {user_id: Wish(on_page, Mail(by_mail)) for user_id, on_page, by_mail in rows}
    return found


@cache
def _wishes() -> Any:
    return select(NoticeChoice.user_id, NoticeChoice.on_page, NoticeChoice.by_mail).where(
        NoticeChoice.user_id.in_(bindparam("people", expanding=True)),
        NoticeChoice.kind == bindparam("kind"),
    )


def mail(
    session: Session, address: str, *, kind: str, subject: Words, body: Words, at: datetime,
    locale: str | None = None,
) -> None:  # fmt: skip
    """Send one mail to an address, with no notice on a page: invitations, sign-in links, resets.

    Args:
        subject: a sentence of ours, or what says it.
        locale: the language that the reader chose, "" for none; ``None``: as it is spoken now, to a stranger.
    """
    words = _said_in(language() if locale is None else locale, subject, body)
    session.add(
        Notice(
            address=address,
            kind=kind,
            subject=words[0][:300],
            body=words[1],
            on_page=False,
            created_at=at,
            mail_after=at,
        )
    )
    jobs.nudge(session, MAIL_JOB)
