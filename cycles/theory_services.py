"""Revising a network's theory: aim, drivers, links and measures. Each revision is kept with its reason.

What is kept, and in what form, says :mod:`cycles.theory`. Every function here writes the change and its
``TheoryChange`` in one transaction, which the caller begins and ends.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Driver, IdeaDriver, TheoryChange, TheoryMeasure
from cycles.theory import What, key, packed
from measures.models import Measure
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from teams import network_services
from teams.models import Network

MOST_WHY = 2000  # characters of a reason


def _keep(
    session: Session, by: Actor, at: datetime, what: What, name: str, before: str, after: str, why: str
) -> None:
    session.add(
        TheoryChange(
            network_id=by.network_id, user_id=by.user_id, at=at, what=what.value, name=name[:200],
            before=before, after=after, why=why.strip()[:MOST_WHY],
        )
    )  # fmt: skip


def need_why(why: str) -> None:
    """Refuse a revision without its reason.

    Raises:
        InputError: there is none.
    """
    if not why.strip():
        raise InputError(_("A reason is missing."), {"why": _("Say why, in one sentence. It is kept.")})


def _lock(session: Session, by: Actor) -> None:
    """Let one revision of a network's theory wait for another: links and measures carry no version."""
    session.execute(select(Network.id).where(Network.id == by.network_id).with_for_update())


# ---------------------------------------------------------------- the aim


def save_aim(session: Session, network: Network, text: str, *, why: str, by: Actor, at: datetime) -> None:
    """Change the aim of the network.

    Raises:
        InputError: it changes and there is no reason.
    """
    before = network.aim
    if before.strip() != text.strip():
        need_why(why)
    network_services.save_network(session, network, {"aim": text.strip()}, by=by, at=at)
    note_aim(session, before, network.aim, why=why, by=by, at=at)


def note_aim(session: Session, before: str, after: str, *, why: str, by: Actor, at: datetime) -> None:
    """Keep that the aim was changed, if it was.

    Raises:
        InputError: it was, and there is no reason.
    """
    if before.strip() == after.strip():
        return
    need_why(why)
    _keep(session, by, at, What.AIM, _("Aim"), before.strip(), after.strip(), why)
    session.flush()


# ---------------------------------------------------------------- drivers


def _side(driver: Driver, parent: Driver | None) -> dict[str, Any]:
    return {
        "id": key(driver.public_id), "name": driver.name, "description": driver.description,
        "parent": key(parent.public_id) if parent else "", "parent_name": parent.name if parent else "",
    }  # fmt: skip


def _parent(session: Session, driver: Driver) -> Driver | None:
    return session.get(Driver, driver.parent_id) if driver.parent_id else None


def save_driver(
    session: Session,
    driver: Driver | None,
    *,
    name: str,
    description: str,
    parent: Driver | None,
    why: str,
    by: Actor,
    at: datetime,
) -> Driver:
    """Add a driver or change one. A primary driver has no parent; a secondary one hangs under a primary one.

    Raises:
        InputError: there is no name, or something changes without a reason.
        RuleError: it would hang under itself, under a secondary driver, or with drivers under it under
        another.
    """
    if not name.strip():
        raise InputError(_("The driver has no name."), {"name": _("Say what has to be true.")})
    if parent is not None:
        _check_parent(session, driver, parent)
    before = _side(driver, _parent(session, driver)) if driver else None
    if driver is None:
        place = session.scalar(select(func.max(Driver.position)).where(Driver.network_id == by.network_id))
        driver = Driver(network_id=by.network_id, position=int(place or 0) + 1, name="")
        session.add(driver)
    driver.name, driver.description = name.strip(), description.strip()
    driver.parent_id = parent.id if parent else None
    if before is None:
        session.flush()  # gives it its public id
    after = _side(driver, parent)
    if before != after:
        need_why(why)
        _keep(session, by, at, What.DRIVER, driver.name, packed(before), packed(after), why)
    session.flush()
    return driver


def _check_parent(session: Session, driver: Driver | None, parent: Driver) -> None:
    if parent.parent_id is not None and not _is_gone(session, parent.parent_id):
        raise RuleError(
            _("A driver hangs under a primary driver. “%(name)s” is a secondary one.", name=parent.name)
        )
    if driver is None:
        return
    below = select(func.count()).where(Driver.parent_id == driver.id, Driver.deleted_at.is_(None))
    if parent.id == driver.id or session.scalar(below):
        raise RuleError(_("This driver has others under it, so it can't hang under another one."))


def _is_gone(session: Session, driver_id: int) -> bool:
    return session.scalar(select(Driver.deleted_at).where(Driver.id == driver_id)) is not None


def move_driver(session: Session, driver: Driver, *, up: bool, by: Actor, at: datetime) -> bool:
    """Draw a driver one place further up or down among those beside it; say whether it moved.

    The order is no part of the theory: it needs no reason and is not kept in its history.
    """
    _lock(session, by)
    query = select(Driver).where(Driver.network_id == driver.network_id, Driver.deleted_at.is_(None))
    every = list(session.scalars(query.order_by(Driver.position, Driver.id)))
    known = {each.id for each in every}

    def above(each: Driver) -> int | None:
        return each.parent_id if each.parent_id in known else None

    beside = [each for each in every if above(each) == above(driver)]
    place = beside.index(driver)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(beside):
        return False
    here, there = every.index(driver), every.index(beside[other])
    every[here], every[there] = every[there], every[here]
    for position, each in enumerate(every, 1):
        if each.position != position:
            each.position = position
    session.flush()
    return True


def delete_driver(session: Session, driver: Driver, *, why: str, by: Actor, at: datetime) -> None:
    """Delete a driver; those under it are shown as primary ones until it is brought back.

    Raises:
        InputError: there is no reason.
    """
    need_why(why)
    before = _side(driver, _parent(session, driver))
    driver.deleted_at = at
    _keep(session, by, at, What.DRIVER, driver.name, packed(before), "", why)
    session.flush()


def restore_driver(session: Session, driver: Driver, *, by: Actor, at: datetime) -> None:
    """Bring a deleted driver back, with its links and those that hung under it."""
    driver.deleted_at = None
    after = _side(driver, _parent(session, driver)) | {"back": "yes"}
    _keep(session, by, at, What.DRIVER, driver.name, "", packed(after), _("Taken back."))
    session.flush()


# ---------------------------------------------------------------- links of ideas


@dataclass(frozen=True)
class Cell:
    """One cell of the grid of ideas and drivers: what its page had shown, and what is wanted.

    Both are "strong", "weak" or empty.
    """

    idea: ChangeIdea
    driver: Driver
    seen: str
    wanted: str


@dataclass(frozen=True)
class Clash:
    """A cell that somebody else changed meanwhile to something else."""

    idea: UUID
    driver: UUID
    saved: str
    wanted: str


def save_links(session: Session, cells: Sequence[Cell], *, why: str, by: Actor, at: datetime) -> list[Clash]:
    """Change links between ideas and drivers; those that stay as they were seen are left alone.

    Returns:
        The cells that somebody else changed to something else meanwhile. If there are any, nothing is
        written.

    Raises:
        InputError: something changes without a reason.
    """
    changed = [cell for cell in cells if cell.wanted != cell.seen]
    if not changed:
        return []
    need_why(why)
    _lock(session, by)
    present = _present(session, {cell.idea.id for cell in changed})
    clashes = [
        Clash(cell.idea.public_id, cell.driver.public_id, saved, cell.wanted)
        for cell in changed
        if (saved := _strength(present.get((cell.idea.id, cell.driver.id)))) not in {cell.seen, cell.wanted}
    ]
    if clashes:
        return clashes
    for cell in changed:
        _set_link(
            session, present.get((cell.idea.id, cell.driver.id)), cell.idea, cell.driver, cell.wanted,
            why=why, by=by, at=at,
        )  # fmt: skip
    session.flush()
    return []


def set_links(
    session: Session, idea: ChangeIdea, strengths: Mapping[int, bool], *, why: str, by: Actor, at: datetime
) -> None:
    """Let the idea work on exactly these drivers: number of the driver → strongly.

    Links to drivers that are deleted stay, for the day they are brought back.

    Raises:
        InputError: something changes without a reason.
    """
    _lock(session, by)
    present = _present(session, {idea.id})
    query = select(Driver).where(Driver.network_id == idea.network_id, Driver.deleted_at.is_(None))
    for driver in session.scalars(query.order_by(Driver.position, Driver.id)).all():
        link = present.get((idea.id, driver.id))
        wanted = {True: "strong", False: "weak", None: ""}[strengths.get(driver.id)]
        if _strength(link) != wanted:
            need_why(why)
            _set_link(session, link, idea, driver, wanted, why=why, by=by, at=at)
    session.flush()


def _present(session: Session, idea_ids: Collection[int]) -> dict[tuple[int, int], IdeaDriver]:
    rows = session.scalars(
        select(IdeaDriver)
        .where(IdeaDriver.idea_id.in_(sorted(idea_ids)))
        .execution_options(populate_existing=True)
    )
    return {(row.idea_id, row.driver_id): row for row in rows}


def _strength(link: IdeaDriver | None) -> str:
    return "" if link is None else "strong" if link.is_strong else "weak"


def _set_link(
    session: Session,
    link: IdeaDriver | None,
    idea: ChangeIdea,
    driver: Driver,
    wanted: str,
    *,
    why: str,
    by: Actor,
    at: datetime,
) -> None:
    saved = _strength(link)
    if saved == wanted:
        return
    if link is None:
        session.add(
            IdeaDriver(
                network_id=idea.network_id, idea_id=idea.id, driver_id=driver.id, is_strong=wanted == "strong"
            )
        )
    elif wanted:
        link.is_strong = wanted == "strong"
    else:
        session.delete(link)
    sides = {"idea": key(idea.public_id), "driver": key(driver.public_id), "driver_name": driver.name}
    before = packed({**sides, "strength": saved} if saved else None)
    after = packed({**sides, "strength": wanted} if wanted else None)
    _keep(session, by, at, What.IDEA, idea.title, before, after, why)


# ---------------------------------------------------------------- measures


def set_measures(
    session: Session,
    driver: Driver | None,
    measures: Sequence[Measure],
    *,
    why: str,
    by: Actor,
    at: datetime,
) -> bool:
    """Let exactly these measures tell whether a driver moves, or with none whether the aim does.

    Returns:
        Whether anything was changed.

    Raises:
        InputError: something changes without a reason, or a measure is a team's own.
    """
    if own := next((each for each in measures if each.team_id is not None), None):
        text = _("“%(name)s” is a team’s own. Choose a measure that is common to the network.", name=own.name)
        raise InputError(text, {"measures": text})
    _lock(session, by)
    present = _measures_on(session, driver, by)
    wanted = {measure.id: measure for measure in measures}
    gone = [pair for number, pair in present.items() if number not in wanted and pair[1].deleted_at is None]
    fresh = [measure for number, measure in wanted.items() if number not in present]
    if not gone and not fresh:
        return False
    need_why(why)
    place = {"driver": key(driver.public_id) if driver else "", "driver_name": driver.name if driver else ""}

    def side(measure: Measure) -> str:
        return packed({**place, "measure": key(measure.public_id)})

    for row, measure in gone:
        session.delete(row)
        _keep(session, by, at, What.MEASURE, measure.name, side(measure), "", why)
    driver_id = driver.id if driver else None
    for measure in fresh:
        session.add(TheoryMeasure(network_id=by.network_id, driver_id=driver_id, measure_id=measure.id))
        _keep(session, by, at, What.MEASURE, measure.name, "", side(measure), why)
    session.flush()
    return True


def _measures_on(
    session: Session, driver: Driver | None, by: Actor
) -> dict[int, tuple[TheoryMeasure, Measure]]:
    """Return what tells of a driver, or with none of the aim, by the inner number of the measure."""
    here = TheoryMeasure.driver_id == driver.id if driver else TheoryMeasure.driver_id.is_(None)
    query = (
        select(TheoryMeasure, Measure)
        .join(Measure, Measure.id == TheoryMeasure.measure_id)
        .where(TheoryMeasure.network_id == by.network_id, here)
    )
    return {measure.id: (row, measure) for row, measure in session.execute(query)}
