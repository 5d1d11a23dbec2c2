"""Writing change ideas, drivers and ramps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cycles import services
from cycles.models import ChangeIdea, Cycle, Driver, IdeaDriver, Ramp
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from teams.models import SpreadLink

IDEA_FIELDS = ("title", "description", "core_parts", "adaptable_parts", "is_shared")
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


def set_drivers(session: Session, idea: ChangeIdea, strengths: Mapping[int, bool]) -> None:
    """Let the idea work on exactly these drivers: number of the driver → strongly."""
    session.execute(delete(IdeaDriver).where(IdeaDriver.idea_id == idea.id))
    session.add_all(
        IdeaDriver(network_id=idea.network_id, idea_id=idea.id, driver_id=driver, is_strong=strong)
        for driver, strong in sorted(strengths.items())
    )
    session.flush()


def adopt(session: Session, idea: ChangeIdea, *, team_id: int, by: Actor, at: datetime) -> Cycle:
    """Open a plan of the team filled from an idea, and keep that the change spread from the team it came
    from.

    The ramp tests the same idea, so its evidence is pooled with everybody's.
    """
    parts = [idea.core_parts and _("Keep: %(parts)s", parts=idea.core_parts)]
    parts.append(idea.adaptable_parts and _("May change: %(parts)s", parts=idea.adaptable_parts))
    cycle = services.start(
        session, team_id=team_id, milestone_ids=[], change=idea.title, idea=idea, by=by, at=at,
        what="\n".join([idea.description, *(part for part in parts if part)]).strip(),
    )  # fmt: skip
    if idea.team_id is not None and idea.team_id != team_id:
        session.add(
            SpreadLink(network_id=idea.network_id, from_id=idea.team_id, to_id=team_id, what=idea.title[:300])
        )
    session.flush()
    return cycle


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


# ---------------------------------------------------------------- drivers


def save_driver(
    session: Session,
    driver: Driver | None,
    *,
    name: str,
    description: str,
    parent: Driver | None,
    by: Actor,
    at: datetime,
) -> Driver:
    """Add a driver or change one. A primary driver has no parent; a secondary one hangs under a primary one.

    Raises:
        InputError: there is no name.
        RuleError: it would hang under itself, under a secondary driver, or with drivers under it under
        another.
    """
    if not name.strip():
        raise InputError(_("The driver has no name."), {"name": _("Say what has to be true.")})
    if parent is not None:
        _check_parent(session, driver, parent)
    if driver is None:
        place = session.scalar(select(func.max(Driver.position)).where(Driver.network_id == by.network_id))
        driver = Driver(network_id=by.network_id, position=int(place or 0) + 1, name="")
        session.add(driver)
    driver.name, driver.description = name.strip(), description.strip()
    driver.parent_id = parent.id if parent else None
    session.flush()
    return driver


def _check_parent(session: Session, driver: Driver | None, parent: Driver) -> None:
    if parent.parent_id is not None:
        raise RuleError(
            _("A driver hangs under a primary driver. “%(name)s” is a secondary one.", name=parent.name)
        )
    if driver is None:
        return
    below = select(func.count()).where(Driver.parent_id == driver.id, Driver.deleted_at.is_(None))
    if parent.id == driver.id or session.scalar(below):
        raise RuleError(_("This driver has others under it, so it can't hang under another one."))


def delete_driver(session: Session, driver: Driver, *, by: Actor, at: datetime) -> None:
    """Delete a driver; those under it are shown as primary ones until it is brought back."""
    driver.deleted_at = at
    session.flush()


def restore_driver(session: Session, driver: Driver, *, by: Actor, at: datetime) -> None:
    """Bring a deleted driver back, with those that hung under it."""
    driver.deleted_at = None
    session.flush()
