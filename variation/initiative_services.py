"""Writing the inventory of initiatives. Callers decide who may, and when to commit."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cycles.models import Driver
from nic_platform.actor import Level
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from variation.initiative_queries import CHOICE, FACTS, LINES
from variation.initiatives import DECISIONS, LEVELS, OUTCOMES, PAIRS
from variation.models import Initiative, InitiativeDriver, InitiativePair, InitiativePlace


def save_initiative(
    session: Session, network_id: int, initiative: Initiative | None, values: Mapping[str, Any]
) -> Initiative:
    """Add an initiative to the network's list, or change what is known of it.

    Raises:
        InputError: it has no name, one of another, or ends before it begins.
    """
    thing = initiative or Initiative(network_id=network_id)
    _fill(thing, values, FACTS)
    _check_days(thing)
    if not thing.name:
        raise InputError(_("It has no name."), {"name": _("Write the name people use.")})
    if _has_twin(session, thing):
        text = _("The list has one by this name. Use that one, or write what tells them apart.")
        raise InputError(text, {"name": text})
    session.add(thing)
    session.flush()
    return thing


def _has_twin(session: Session, thing: Initiative) -> bool:
    twin = select(Initiative.id).where(
        Initiative.network_id == thing.network_id, Initiative.deleted_at.is_(None),
        Initiative.name == thing.name,
    )  # fmt: skip
    with session.no_autoflush:
        return any(number != thing.id for number in session.scalars(twin))


def set_drivers(session: Session, initiative: Initiative, drivers: Mapping[Any, bool]) -> None:
    """Say which drivers an initiative works on.

    Args:
        drivers: strongly or not, by the driver's public id.

    Raises:
        InputError: one is none of the network's; nothing was changed.
    """
    query = select(Driver.id, Driver.public_id).where(
        Driver.network_id == initiative.network_id, Driver.public_id.in_(list(drivers)),
        Driver.deleted_at.is_(None),
    )  # fmt: skip
    known = session.execute(query).all()
    if len(known) < len(drivers):
        said = _("There is no such driver.")
        raise InputError(said, {"drivers": said})
    session.execute(delete(InitiativeDriver).where(InitiativeDriver.initiative_id == initiative.id))
    for number, public_id in known:
        session.add(
            InitiativeDriver(
                network_id=initiative.network_id, initiative_id=initiative.id, driver_id=number,
                is_strong=drivers[public_id],
            )
        )  # fmt: skip
    session.flush()


def remove_initiative(session: Session, initiative: Initiative, wanted: bool, *, at: datetime) -> None:
    """Take an initiative off the list, or put it back; its records at places go and come with it.

    Raises:
        RuleError: the list has another by its name meanwhile.
    """
    if not wanted and _has_twin(session, initiative):
        raise RuleError(_("The list has another by this name now. Give that one a different name first."))
    initiative.deleted_at = at if wanted else None
    session.flush()


_DAYS = ("starts_on", "ends_on", "decided_on")
_BLANK: dict[str, Any] = {
    name: None if name in (*_DAYS, "import_run_id") else ""
    for name in (*LINES, *CHOICE, "import_run_id")
    if name != "level"
}
"""A record as it begins, also one that stood there before and was taken away."""


def put_in_place(
    session: Session, initiative: Initiative, site_id: int, team_id: int | None, values: Mapping[str, Any]
) -> InitiativePlace:
    """Write down that an initiative is in place at a site, at one level.

    Raises:
        RuleError: it is written down there for this level already.
        InputError: what is said can't be.
    """
    level = _level(values.get("level"))
    query = select(InitiativePlace).where(
        InitiativePlace.initiative_id == initiative.id, InitiativePlace.site_id == site_id,
        InitiativePlace.level == level,
    )  # fmt: skip
    place = session.scalar(query)
    if place is not None and place.deleted_at is None:
        raise InputError(
            _("It is written down here for this level already. Open it there."),
            {"level": _("This level has a record: choose another, or open that one.")},
        )
    if place is None:
        place = InitiativePlace(
            network_id=initiative.network_id, initiative_id=initiative.id, site_id=site_id
        )
    place.deleted_at, place.team_id = None, team_id
    save_place(session, place, _BLANK | dict(values))
    return place


def save_place(session: Session, place: InitiativePlace, values: Mapping[str, Any]) -> None:
    """Change what is written of an initiative at a place.

    Raises:
        InputError: the level or the outcome is none, it ends before it begins, or it is there twice.
    """
    _fill(place, values, (*LINES, *CHOICE, "import_run_id"))
    place.level = _level(place.level)
    if place.outcome not in {"", *OUTCOMES}:
        raise InputError(_("Say what came of it."), {"outcome": _("Choose better, the same or worse.")})
    _check_days(place)
    _check_decision(place)
    with session.no_autoflush:
        query = select(InitiativePlace.id).where(
            InitiativePlace.initiative_id == place.initiative_id, InitiativePlace.site_id == place.site_id,
            InitiativePlace.level == place.level,
        )  # fmt: skip
        if any(number != place.id for number in session.scalars(query)):
            text = _("This level has a record of it already. Choose another.")
            raise InputError(text, {"level": text})
    session.add(place)
    session.flush()


def decide(session: Session, place: InitiativePlace, values: Mapping[str, Any], *, today: date) -> None:
    """Decide to keep, stop or reallocate an initiative at a place, with the reason and the day.

    Args:
        values: ``decision`` (empty takes it back), ``decision_why``, ``reallocate_to``, ``decided_on``.

    Raises:
        InputError: a reason is missing, where it goes is missing, or the day has not come.
    """
    _fill(place, values, CHOICE)
    if place.decision and place.decided_on is None:
        place.decided_on = today
    if place.decided_on is not None and place.decided_on > today:
        text = _("Give the day on which it was decided, up to today.")
        raise InputError(text, {"decided_on": text})
    _check_decision(place)
    session.flush()


def _check_decision(place: InitiativePlace) -> None:
    missing = {}
    if place.decision not in {"", *DECISIONS}:
        missing["decision"] = _("Choose keep, stop or reallocate.")
    if not place.decision:
        place.decision_why = place.reallocate_to = ""
        place.decided_on = None
    elif not place.decision_why:
        missing["decision_why"] = _("Write the reason: others will ask for it.")
    if place.decision != "reallocate":
        place.reallocate_to = ""
    elif not place.reallocate_to:
        missing["reallocate_to"] = _("Say what its time or money goes to.")
    if missing:
        raise InputError(_("The decision isn’t complete."), missing)


def remove_place(session: Session, place: InitiativePlace, wanted: bool, *, at: datetime) -> None:
    """Take an initiative off a site's inventory, or put it back.

    Raises:
        RuleError: the initiative itself is off the list.
    """
    if not wanted and session.get_one(Initiative, place.initiative_id).deleted_at is not None:
        raise RuleError(_("The initiative is off the list. Bring that back first."))
    place.deleted_at = at if wanted else None
    session.flush()


def note_pair(
    session: Session, network_id: int, site_id: int, team_id: int | None, ids: Collection[int],
    values: Mapping[str, Any],
) -> InitiativePair:  # fmt: skip
    """Write down what two initiatives are to each other at a site, as a team sees it.

    What this team noted before is changed; what other teams noted stays theirs.

    Raises:
        InputError: they are not two, or the kind is none.
    """
    if len(set(ids)) != 2:
        text = _("Choose two different ones.")
        raise InputError(text, {"second": text})
    first, second = sorted(ids)
    query = select(InitiativePair).where(
        InitiativePair.site_id == site_id,
        InitiativePair.first_id == first,
        InitiativePair.second_id == second,
        InitiativePair.team_id == team_id if team_id is not None else InitiativePair.team_id.is_(None),
    )
    pair = session.scalars(query.order_by(InitiativePair.id)).first() or InitiativePair(
        network_id=network_id, site_id=site_id, first_id=first, second_id=second, team_id=team_id
    )
    pair.deleted_at = None
    save_pair(session, pair, values)
    return pair


def save_pair(session: Session, pair: InitiativePair, values: Mapping[str, Any]) -> None:
    """Change a note on two initiatives.

    Raises:
        InputError: the kind is none.
    """
    _fill(pair, values, ("kind", "words"))
    if pair.kind not in PAIRS:
        raise InputError(_("Say what they are to each other."), {"kind": _("Choose one of the three.")})
    session.add(pair)
    session.flush()


def remove_pair(session: Session, pair: InitiativePair, wanted: bool, *, at: datetime) -> None:
    """Take a note on two initiatives away, or put it back."""
    pair.deleted_at = at if wanted else None
    session.flush()


def _fill(thing: Any, values: Mapping[str, Any], names: Collection[str]) -> None:
    for name in names:
        if name in values:
            value = values[name]
            setattr(thing, name, value.strip() if isinstance(value, str) else value)


def _level(value: Any) -> Level:
    if str(getattr(value, "value", value)) not in LEVELS:
        text = _("Choose the level whose work is described.")
        raise InputError(text, {"level": text})
    return Level(value)


def _check_days(thing: Any) -> None:
    if thing.starts_on is not None and thing.ends_on is not None and thing.ends_on < thing.starts_on:
        text = _("It ends before it begins. Check both days.")
        raise InputError(text, {"ends_on": text})
