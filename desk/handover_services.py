"""Handing over what hangs on one person of a team to others of it, in one piece that can be undone.

Callers hand in the session and decide when to commit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from desk import handover_queries
from desk.handover import KIND
from desk.handover_queries import HOLDINGS
from desk.same_names import replaced
from nic_platform.actor import EDITORS, Actor, TeamRole
from nic_platform.errors import InputError, RuleError
from nic_platform.notices import notify
from nic_platform.tables import ImportRun
from nic_platform.text import _, ngettext
from teams import team_services
from teams.models import Membership, Team

HANDED = "team.handed_over"


@dataclass(frozen=True)
class Wanted:
    """What a hand-over is to do: who gets each kind of thing, who leads next, and whether the person goes.

    ``also`` are the things that name the person only perhaps, and that somebody said are theirs.
    """

    to: Mapping[str, UUID] = field(default_factory=dict)
    also: frozenset[UUID] = frozenset()
    lead: UUID | None = None
    end_feeds: bool = False
    take_out: bool = False


def hand_over(
    session: Session, team: Team, user: User, wanted: Wanted, *, on: date, by: Actor, at: datetime
) -> ImportRun:
    """Give what hangs on a person to others of the team, and tell them.

    Raises:
        InputError: somebody who is to get something does not work in the team.
        RuleError: the person is to go and nobody else leads the team.
    """
    people = _workers(session, team, user)
    for kind, person_id in (*wanted.to.items(), *([("lead", wanted.lead)] if wanted.lead else [])):
        if person_id not in people:
            text = _("Choose somebody who works in this team.")
            raise InputError(text, {kind: text})
    done: list[dict[str, Any]] = []
    given: dict[int, int] = {}
    things = handover_queries.things_of(session, team.id, user, on) if wanted.to else []
    for kind, person_id in wanted.to.items():
        new = people[person_id].user
        ids = [each.id for each in things if each.kind == kind and (each.is_sure or each.id in wanted.also)]
        rows = [_give(kind, row, user, new) for row in handover_queries.rows_named(session, kind, ids)]
        given[new.id] = given.get(new.id, 0) + len(rows)
        done += rows
    done += _lead(people, wanted)
    if wanted.end_feeds:  # a secret address that was ended is not opened again by an undo
        for feed in handover_queries.feeds_of(session, team.id, user.id):
            feed.revoked_at = at
    session.flush()
    done += _take_out(session, team, user, by, at) if wanted.take_out else []
    _tell(session, team, user, given, by, at)
    return _keep(session, team, user, done, by, at)


def _workers(session: Session, team: Team, user: User) -> dict[UUID, Membership]:
    rows = session.execute(
        select(User.public_id, Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id == team.id, Membership.deleted_at.is_(None), User.disabled_at.is_(None))
        .where(Membership.role.in_(sorted(EDITORS)), User.id != user.id)
    )
    return {row[0]: row[1] for row in rows}


def _give(kind: str, row: Any, old: User, new: User) -> dict[str, Any]:
    holding = HOLDINGS[kind]
    before = getattr(row, holding.column)
    after: Any = replaced(before, old.name, new.name)[:120] if holding.by_name else new.id
    setattr(row, holding.column, after)
    return {"kind": kind, "id": str(row.public_id), "before": before, "after": after}


def _lead(people: Mapping[UUID, Membership], wanted: Wanted) -> list[dict[str, Any]]:
    if wanted.lead is None:
        return []
    place = people[wanted.lead]
    before, place.role = place.role, TeamRole.LEAD
    return [{"kind": "role", "id": str(place.public_id), "before": before.value, "after": "lead"}]


def _take_out(session: Session, team: Team, user: User, by: Actor, at: datetime) -> list[dict[str, Any]]:
    place = session.scalar(
        select(Membership).where(
            Membership.team_id == team.id, Membership.user_id == user.id, Membership.deleted_at.is_(None)
        )
    )
    if place is None:
        return []
    team_services.remove_person(session, place, by=by, at=at)
    return [{"kind": "place", "id": str(place.public_id), "before": None, "after": "gone"}]


def _tell(
    session: Session, team: Team, user: User, given: Mapping[int, int], by: Actor, at: datetime
) -> None:
    for user_id, count in given.items():
        if count and user_id != by.user_id:
            notify(
                session, [user_id], kind=HANDED, network_id=team.network_id, at=at,
                path=f"/teams/{team.public_id}/people",
                subject=ngettext(
                    "%(name)s’s work in %(team)s: one thing is yours now",
                    "%(name)s’s work in %(team)s: %(count)s things are yours now",
                    count, name=user.name, team=team.name,
                ),
                body=_("%(name)s handed them over to you.", name=by.name),
            )  # fmt: skip


def _keep(
    session: Session, team: Team, user: User, done: list[dict[str, Any]], by: Actor, at: datetime
) -> ImportRun:
    run = ImportRun(
        network_id=team.network_id, team_id=team.id, kind=KIND, file_name=user.name[:200], state="done",
        mapping={"person": str(user.public_id)}, rows_changed=len(done), undo={"done": done},
        created_by_id=by.user_id or None, created_at=at, finished_at=at,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run


def undo(session: Session, run: ImportRun, *, by: Actor, at: datetime) -> tuple[int, int]:
    """Take a hand-over back: each thing that nobody changed since hangs on whom it hung on before.

    Returns:
        How many things are back, and how many were changed since and stay.

    Raises:
        RuleError: it is taken back already.
    """
    session.refresh(run, with_for_update=True)
    if run.state != "done":
        raise RuleError(_("This is taken back already."))
    lines = list((run.undo or {}).get("done", []))
    back = sum(_give_back(session, line) for line in reversed(lines))
    run.state, run.undo, run.finished_at = "undone", None, at
    session.flush()
    return back, len(lines) - back


def _give_back(session: Session, line: Mapping[str, Any]) -> bool:
    """Undo one line, unless somebody changed the thing since."""
    thing_id = UUID(line["id"])
    if line["kind"] in {"role", "place"}:
        place = session.scalar(select(Membership).where(Membership.public_id == thing_id))
        if place is None:
            return False
        if line["kind"] == "place":
            was_gone, place.deleted_at = place.deleted_at is not None, None
            return was_gone
        if place.role is not TeamRole.LEAD:
            return False
        place.role = TeamRole(line["before"])
        return True
    holding = HOLDINGS[line["kind"]]
    row = session.scalar(select(holding.model).where(holding.model.public_id == thing_id))
    if row is None or getattr(row, holding.column) != line["after"]:
        return False
    setattr(row, holding.column, line["before"])
    return True
