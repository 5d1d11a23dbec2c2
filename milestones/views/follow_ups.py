"""What a decision opens at once: a cycle, a touchpoint, a barrier, a step, or the dates that are to move.

A page may compose what several domains write, which no service may: each knows only its own domain and those
before it. All of it happens in the transaction that keeps the decision.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from cycles import services as cycle_services
from desk import follow_up_queries
from desk.follow_up_queries import OpenedRow
from feedback import services as feedback_services
from milestones import decision_services, services
from milestones.decision_forms import ADJUST, BARRIER, CYCLE, STEP, TOUCHPOINT
from milestones.decision_queries import DecisionRow
from milestones.models import ActionStep, Decision, Milestone, Plan
from nic_platform.actor import Actor
from nic_platform.frame import address
from nic_platform.svg import day as day_words
from nic_platform.text import _
from teams.models import Team

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Subject:
    """What a decision is about, as far as what it opens needs it."""

    team: Team
    plan_id: int
    say: str  # what was suggested
    aim: str  # the milestone's sentence, or the strategy's name
    milestone: Milestone | None = None
    next_id: UUID | None = None  # the milestone whose date is to move, where the series is brought forward


@dataclass(frozen=True)
class Wanted:
    """What the team asked for beside its decision."""

    kind: str
    what: str = ""
    owner: str = ""
    due_on: date | None = None
    reason: str = ""


def open_from(
    current: Session,
    decision: Decision,
    about: Subject,
    wanted: Wanted,
    *,
    by: Actor,
    at: datetime,
    today: date,
) -> None:
    """Open what the team asked for and tie it to the decision; nothing where it asked for nothing."""
    makers = {CYCLE: _cycle, TOUCHPOINT: _touchpoint, BARRIER: _barrier, STEP: _step}
    if wanted.kind == ADJUST and about.next_id is not None:
        decision_services.tie(current, decision, ADJUST, about.next_id)
    elif wanted.kind in makers:
        opened = makers[wanted.kind](current, about, wanted, by, at, today)
        decision_services.tie(current, decision, wanted.kind, opened)


def _cycle(current: Session, about: Subject, wanted: Wanted, by: Actor, at: datetime, today: date) -> UUID:
    milestone = about.milestone
    return cycle_services.start(
        current,
        team_id=about.team.id,
        milestone_ids=[milestone.id] if milestone else [],
        change=wanted.what or about.say,
        by=by,
        at=at,
        aim=about.aim,
        who=wanted.owner,
        measure_id=milestone.measure_id if milestone else None,
        ends_on=wanted.due_on,
    ).public_id


def _touchpoint(
    current: Session, about: Subject, wanted: Wanted, by: Actor, at: datetime, today: date
) -> UUID:
    values = {
        "held_on": wanted.due_on or today + A_WEEK,
        "title": wanted.what or about.say[:200],
        "people": wanted.owner,
        "notes": "\n".join(part for part in (about.aim, wanted.reason) if part),
    }
    return services.add_touchpoint(current, about.team, values).public_id


def _barrier(current: Session, about: Subject, wanted: Wanted, by: Actor, at: datetime, today: date) -> UUID:
    values = {
        "kind": "barrier",
        "title": wanted.what or wanted.reason[:200],
        "happens": wanted.reason,
        "stops": about.aim,
        "milestone_id": about.milestone.id if about.milestone else None,
    }
    return feedback_services.create(current, about.team.id, values, by=by, at=at).public_id


def _step(current: Session, about: Subject, wanted: Wanted, by: Actor, at: datetime, today: date) -> UUID:
    values = {
        "milestone_id": about.milestone.id if about.milestone else None,
        "text": (wanted.what or about.say)[:500],
        "owner": wanted.owner,
        "due_on": wanted.due_on,
    }
    made: ActionStep = services.add_part(current, ActionStep, current.get_one(Plan, about.plan_id), values)
    return made.public_id


def way_on(kind: str, opened: UUID | None) -> str:
    """Return the page of what was opened where there is something to fill in; empty where there is not."""
    if opened is None:
        return ""
    return {
        CYCLE: lambda: address("cycles.show", "", cycle_id=opened),
        BARRIER: lambda: address("feedback.edit", "", item_id=opened),
        ADJUST: lambda: url_for("milestones.adjust", milestone_id=opened),
    }.get(kind, lambda: "")()


# ---------------------------------------------------------------- reading what was opened


@dataclass(frozen=True)
class FollowUp:
    """What a decision opened, as a link; without an address the reader may not see it."""

    words: str
    title: str = ""
    href: str = ""
    state: str = ""


def names() -> dict[str, str]:
    """Return what each kind of follow-up is called."""
    return {
        CYCLE: _("Test of a change"), TOUCHPOINT: _("Touchpoint"), BARRIER: _("Barrier"),
        STEP: _("Action step"), ADJUST: _("Dates to move"),
    }  # fmt: skip


def opened(session: Session, actor: Actor, decisions: Iterable[DecisionRow]) -> dict[UUID, FollowUp]:
    """Return what decisions opened, by public id; one statement at most. What is hidden has only its kind."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    found: dict[UUID, FollowUp] = {}
    for each in decisions:
        if each.follow_up_id is not None:
            wanted[each.follow_up_kind].add(each.follow_up_id)
            kind = each.follow_up_kind
            found[each.follow_up_id] = FollowUp(names().get(kind, kind))
    for key, row in follow_up_queries.list_opened(session, actor, wanted).items():
        found[key] = FollowUp(names()[row.kind], row.title, _address(row.kind, key), _state(row))
    return found


def _address(kind: str, key: UUID) -> str:
    """Return where it is read; a step has no page of its own."""
    return {
        CYCLE: lambda: address("cycles.show", "", cycle_id=key),
        BARRIER: lambda: address("feedback.show", "", item_id=key),
        TOUCHPOINT: lambda: url_for("milestones.touchpoint", touchpoint_id=key),
        ADJUST: lambda: url_for("milestones.milestone", milestone_id=key),
    }.get(kind, lambda: "")()


def _state(row: OpenedRow) -> str:
    if row.kind == STEP:
        return _("done %(day)s", day=day_words(row.on)) if row.on else _("to be done")
    if row.on is not None:
        return day_words(row.on)
    return {
        "plan": _("planning"), "do": _("testing"), "study": _("in study"), "act": _("to be decided"),
        "closed": _("closed"), "draft": _("draft"), "waiting": _("waits for an answer"),
        "answered": _("answered"),
    }.get(row.state, row.state.replace("_", " "))  # fmt: skip
