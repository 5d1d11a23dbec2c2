"""Policy to practice: telling the teams below of a policy, and hearing what it means for them."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback.models import Acknowledgement, PolicyNotice
from feedback.rules import civil_day
from feedback.telling_services import editors_of
from nic_platform import audit
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.notices import notify
from nic_platform.svg import day as day_words
from nic_platform.text import _
from teams.link_services import note_notice
from teams.models import Team, TeamReach

CONTENT = ("title", "text", "applies_from", "acknowledge_by")
_KIND = "acknowledgement"
_DAYS = frozenset({"applies_from", "acknowledge_by"})


def write(
    session: Session, network_id: int, team_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> PolicyNotice:
    """Begin a policy notice of a team; it is a draft until it is sent."""
    notice = PolicyNotice(network_id=network_id, team_id=team_id, title="", text="")
    _fill(notice, values)
    session.add(notice)
    session.flush()
    return notice


def rewrite(
    session: Session, notice: PolicyNotice, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Change a notice that was not sent yet.

    Raises:
        RuleError: it was sent.
    """
    if notice.sent_at is not None:
        raise RuleError(_("This was sent; write a new notice instead."))
    _fill(notice, values)
    session.flush()


def delete(session: Session, notice: PolicyNotice, wanted: bool, *, by: Actor, at: datetime) -> None:
    """Delete a draft, or bring a deleted one back.

    Raises:
        RuleError: it was sent.
    """
    if notice.sent_at is not None:
        raise RuleError(_("This was sent, and what was sent is kept."))
    notice.deleted_at = at if wanted else None
    session.flush()


def _fill(notice: PolicyNotice, values: Mapping[str, Any]) -> None:
    for name in CONTENT:
        if name in values:
            value = values[name]
            setattr(notice, name, value if name in _DAYS else (value or "").strip())


def send_notice(session: Session, notice: PolicyNotice, *, by: Actor, at: datetime) -> int:
    """Send a notice down the links, and return how many teams get it.

    Raises:
        InputError: title or text is missing.
        RuleError: it was sent already, or no team is below.
    """
    _check_sendable(notice, civil_day(at, by.time_zone))
    below = list(session.scalars(asked_teams(notice)))
    if not below:
        raise RuleError(_("No team lifts to yours, so nobody would read this. Link the teams below first."))
    notice.sent_at = at
    session.flush()
    note_notice(session, notice.network_id, notice.team_id, at=at)
    notify(
        session, editors_of(session, below) - {by.user_id}, kind="feedback.policy",
        subject=_("From above: %(title)s", title=notice.title), body=partial(_body, notice),
        path=f"/feedback/notices/{notice.public_id}", network_id=notice.network_id, at=at,
    )  # fmt: skip
    return len(below)


def asked_teams(notice: PolicyNotice) -> Select[int]:
    """Return the query of the numbers of the teams below a notice's sender that still work."""
    return (
        select(TeamReach.below_id)
        .join(Team, Team.id == TeamReach.below_id)
        .where(TeamReach.above_id == notice.team_id)
        .where(Team.archived_at.is_(None), Team.deleted_at.is_(None))
    )


def _check_sendable(notice: PolicyNotice, today: date) -> None:
    """Refuse to send what is not ready: the same errors as :func:`send_notice` names."""
    if notice.sent_at is not None:
        raise RuleError(_("This was sent already."))
    missing = {
        name: _("Fill this in before sending.")
        for name in ("title", "text")
        if not getattr(notice, name).strip()
    }
    if missing:
        raise InputError(_("A notice needs a title and a text."), missing)
    if notice.acknowledge_by is not None and notice.acknowledge_by <= today:
        mend = _("Teams can’t acknowledge it by a day that has come. Choose a later one, or none.")
        raise InputError(mend, {"acknowledge_by": mend})


def _body(notice: PolicyNotice) -> str:
    """Return the text with the day by which teams are to say what it means for them."""
    if notice.acknowledge_by is None:
        return notice.text
    by = day_words(notice.acknowledge_by, year=True)
    asked = _("Say by %(day)s what it enables or hinders at your team.", day=by)
    return f"{notice.text}\n\n{asked}"


def acknowledge(
    session: Session,
    notice: PolicyNotice,
    team_id: int,
    enables: str,
    hinders: str,
    *,
    by: Actor,
    at: datetime,
) -> Acknowledgement:
    """Say for a team that it read a notice, and what it enables or hinders.

    Other words said later take their place; the earlier ones are kept with who said them and when. The same
    words again change nothing.

    Raises:
        RuleError: the team is not below the sender.
    """
    below = session.get(TeamReach, (notice.team_id, team_id))
    if below is None or notice.sent_at is None:
        raise RuleError(_("This notice was not sent to your team."))
    session.refresh(notice, with_for_update=True)  # of two people of a team, one waits for the other
    found = session.scalar(
        select(Acknowledgement).where(
            Acknowledgement.notice_id == notice.id, Acknowledgement.team_id == team_id
        )
    )
    words = enables.strip(), hinders.strip()
    before = None if found is None else _as_said(found)
    if found is None:
        found = Acknowledgement(network_id=notice.network_id, notice_id=notice.id, team_id=team_id, at=at)
        session.add(found)
    elif words == (found.enables, found.hinders):
        return found
    else:
        found.earlier = [*found.earlier, before]
    found.user_id, found.at = by.user_id, at
    found.enables, found.hinders = words
    session.flush()
    if before is None or audit.is_told(session, _KIND, found.public_id):
        _write_down(session, found, before, _as_said(found))
    else:
        tell_history(session, found)
    return found


def tell_history(session: Session, said: Acknowledgement) -> None:
    """Write the history of an acknowledgement of which none was written, from what is kept beside it."""
    before = None
    for now in (*said.earlier, _as_said(said)):
        _write_down(session, said, before, now)
        before = now


def _write_down(
    session: Session, said: Acknowledgement, before: Mapping[str, Any] | None, now: Mapping[str, Any]
) -> None:
    """Tell the history of an acknowledgement what changed, with who said it and when."""
    old = before or {"enables": None, "hinders": None}
    changes = {name: (old[name], now[name]) for name in ("enables", "hinders") if now[name] != old[name]}
    audit.append(
        session, _KIND, said.public_id, audit.CHANGED if before else audit.CREATED, changes,
        by=now["user_id"], at=datetime.fromisoformat(now["at"]), network_id=said.network_id,
    )  # fmt: skip


def _as_said(said: Acknowledgement) -> dict[str, Any]:
    """Return what a team has said, as it is kept beside what it says now."""
    return {
        "at": said.at.isoformat(), "user_id": said.user_id, "enables": said.enables, "hinders": said.hinders,
    }  # fmt: skip
