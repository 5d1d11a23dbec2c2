"""Writing change ideas and ramps."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles import services
from cycles.models import ChangeIdea, Cycle, Ramp
from cycles.rules import Stage
from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.text import _
from teams.models import SpreadLink

IDEA_FIELDS = (
    "title", "description", "core_parts", "adaptable_parts", "is_shared", "measure_id", "external_evidence",
    "adapted",
)  # fmt: skip
RAMP_FIELDS = ("title", *services.DEGREES)


def create_idea(
    session: Session, values: Mapping[str, Any], *, team_id: int | None, by: Actor, at: datetime
) -> ChangeIdea:
    """Add an idea: a team's own, or with no team the network's.

    Raises:
        InputError: it has no title.
    """
    idea = ChangeIdea(network_id=by.network_id, team_id=team_id, title="")
    _fill_idea(idea, values)
    session.add(idea)
    session.flush()
    return idea


def save_idea(
    session: Session, idea: ChangeIdea, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Change an idea.

    Raises:
        InputError: it would have no title.
    """
    _fill_idea(idea, values)
    idea.updated_at = at
    session.flush()


def _fill_idea(idea: ChangeIdea, values: Mapping[str, Any]) -> None:
    title = str(values.get("title", idea.title) or "").strip()
    if not title:
        raise InputError(_("The idea has no name."), {"title": _("Give the idea a short name.")})
    for name in IDEA_FIELDS:
        if name in values:
            value = values[name]
            setattr(idea, name, value.strip() if isinstance(value, str) else value)


def adopt(
    session: Session,
    idea: ChangeIdea,
    *,
    team_id: int,
    by: Actor,
    at: datetime,
    prediction: services.Written | None = None,
    on: date | None = None,
) -> Cycle:
    """Open a plan of the team filled from an idea, and keep that the change spread from the team it came
    from.

    The ramp tests the same idea, so its evidence is pooled with everybody's.

    Args:
        prediction: what to expect at this team, to begin with.
        on: the civil day it is; the spread link tells it.
    """
    parts = [idea.core_parts and _("Keep: %(parts)s", parts=idea.core_parts)]
    parts.append(idea.adaptable_parts and _("May change: %(parts)s", parts=idea.adaptable_parts))
    cycle = services.start(
        session, team_id=team_id, milestone_ids=[], change=idea.title, idea=idea, by=by, at=at,
        what="\n".join([idea.description, *(part for part in parts if part)]).strip(),
        measure_id=idea.measure_id,
    )  # fmt: skip
    if prediction is not None:
        services.save(session, cycle, Stage.PLAN, {}, [prediction], by=by, at=at)
    if idea.team_id is not None and idea.team_id != team_id and not _link_of(session, idea.id, team_id):
        session.add(
            SpreadLink(
                network_id=idea.network_id, from_id=idea.team_id, to_id=team_id, what=idea.title[:300],
                idea_id=idea.id, on=on,
            )
        )  # fmt: skip
    session.flush()
    return cycle


def take_back_adoption(session: Session, idea: ChangeIdea, *, team_id: int, by: Actor, at: datetime) -> int:
    """Delete the team's plans of an idea that have not begun, and the spread link where nothing else began.

    Returns:
        how many plans were deleted.
    """
    begun = select(Cycle.id).join(Ramp, Ramp.id == Cycle.ramp_id).where(
        Ramp.idea_id == idea.id, Cycle.team_id == team_id, Cycle.deleted_at.is_(None)
    )  # fmt: skip
    drafts = session.scalars(select(Cycle).where(Cycle.id.in_(begun), Cycle.is_draft.is_(True))).all()
    for cycle in drafts:
        cycle.deleted_at = at
    session.flush()
    link = _link_of(session, idea.id, team_id)
    if link is not None and session.scalar(begun.limit(1)) is None:
        link.deleted_at = at
        session.flush()
    return len(drafts)


def _link_of(session: Session, idea_id: int, team_id: int) -> SpreadLink | None:
    return session.scalars(
        select(SpreadLink)
        .where(SpreadLink.idea_id == idea_id, SpreadLink.to_id == team_id, SpreadLink.deleted_at.is_(None))
        .limit(1)
    ).first()


def save_ramp(session: Session, ramp: Ramp, values: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Rename a ramp, or judge belief, cost of failure and readiness anew.

    Raises:
        InputError: it would have no title.
    """
    if "title" in values and not str(values["title"] or "").strip():
        raise InputError(_("The ramp has no name."), {"title": _("Give the ramp a short name.")})
    for name in RAMP_FIELDS:
        if values.get(name) is not None:
            setattr(ramp, name, str(values[name]).strip())
    ramp.updated_at = at
    session.flush()
