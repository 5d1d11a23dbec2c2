"""Writing measures and measurements. Callers hand in the session and decide when to commit.

Measurements are append-only. The sums of a site's month and school year are kept in the same transaction;
those of the sites above it are folded by a job from the list of what changed (:mod:`measures.sum_services`).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from measures import rules, sum_services
from measures.models import Measure, Measurement
from nic_platform.actor import Actor
from nic_platform.errors import ConflictError, InputError
from nic_platform.text import _


def add_measure(session: Session, network_id: int, team_id: int | None, **values: Any) -> Measure:
    """Add a measure: a team's own, or with no team one common to the network."""
    measure = Measure(network_id=network_id, team_id=team_id, **values)
    session.add(measure)
    session.flush()
    return measure


def change_measure(session: Session, measure: Measure, **values: Any) -> None:
    """Change what is said of a measure."""
    for name, value in values.items():
        setattr(measure, name, value)
    session.flush()


def record(
    session: Session,
    measure: rules.Countable,
    team: rules.Counting,
    entry: rules.Entry,
    *,
    today: date,
    by: Actor,
    at: datetime,
    **details: Any,
) -> Measurement:
    """Write down what a team measured on one day.

    Args:
        today: the civil day in the network's time zone; nothing can be counted after it.
        details: ``collector``, ``tool``, ``note``, ``cycle_id``, ``subgroup_set``, ``subgroup``.

    Raises:
        InputError: the numbers or the day can't be so; ``fields`` names each with its mend.
    """
    return _append(session, measure, team.id, team.site_id, entry, today, by, at, details)


def correct(
    session: Session,
    earlier: Measurement,
    entry: rules.Entry,
    *,
    today: date,
    by: Actor,
    at: datetime,
    **details: Any,
) -> Measurement:
    """Write down what a measurement should have been; the earlier one stays in the history.

    Raises:
        InputError: as :func:`record`.
        ConflictError: it was corrected already; nothing was written.
    """
    _refuse_if_superseded(session, earlier)
    measure = session.get_one(Measure, earlier.measure_id)
    kept = {name: getattr(earlier, name) for name in ("cycle_id", "subgroup_set", "subgroup")}
    made = _append(
        session, measure, earlier.team_id, earlier.site_id, entry, today, by, at,
        {**kept, **details, "supersedes_id": earlier.id},
    )  # fmt: skip
    if not earlier.is_withdrawn:
        add_to_sums(session, earlier, -1)
    return made


def withdraw(
    session: Session,
    earlier: Measurement,
    *,
    by: Actor,
    at: datetime,
    why: str = "",
    run_id: int | None = None,
) -> Measurement:
    """Take a measurement back altogether; :func:`restore` undoes that.

    Args:
        run_id: the run or save that it is part of.

    Raises:
        ConflictError: it was corrected or taken back already.
    """
    _refuse_if_superseded(session, earlier)
    gone = _copy(earlier, by, at)
    gone.is_withdrawn, gone.note, gone.import_run_id = True, why, run_id
    gone.count = gone.population = gone.value = gone.people = None
    _add(session, gone)
    add_to_sums(session, earlier, -1)
    return gone


def restore(session: Session, withdrawn: Measurement, *, by: Actor, at: datetime) -> Measurement:
    """Undo :func:`withdraw`: write the earlier numbers down once more.

    Raises:
        ConflictError: something else was written over it meanwhile.
    """
    _refuse_if_superseded(session, withdrawn)
    if not withdrawn.is_withdrawn or withdrawn.supersedes_id is None:
        raise ConflictError(_("This measurement was not taken back."))
    first = session.get_one(Measurement, withdrawn.supersedes_id)
    again = _copy(first, by, at)
    again.supersedes_id = withdrawn.id
    _add(session, again)
    add_to_sums(session, again, 1)
    return again


def _copy(row: Measurement, by: Actor, at: datetime) -> Measurement:
    names = (
        "network_id", "measure_id", "team_id", "site_id", "cycle_id", "observed_on", "collector", "tool",
        "note", "count", "population", "value", "people", "subgroup_set", "subgroup",
    )  # fmt: skip
    values = {name: getattr(row, name) for name in names}
    return Measurement(**values, recorded_at=at, recorded_by_id=by.user_id, supersedes_id=row.id)


def _refuse_if_superseded(session: Session, earlier: Measurement) -> None:
    if session.scalar(select(Measurement.id).where(Measurement.supersedes_id == earlier.id)) is not None:
        raise ConflictError(_("Somebody corrected this measurement already. Look at the newest one."))


def _add(session: Session, row: Measurement) -> None:
    """Add a measurement; of two corrections of the same one at the same moment the second is refused."""
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(
            _("Somebody corrected this measurement already. Look at the newest one.")
        ) from error


def _append(
    session: Session,
    measure: rules.Countable,
    team_id: int,
    site_id: int,
    entry: rules.Entry,
    today: date,
    by: Actor,
    at: datetime,
    details: dict[str, Any],
) -> Measurement:
    faults = rules.entry_faults(measure.type, entry, today)
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)
    is_counted = entry.count is not None
    row = Measurement(
        network_id=measure.network_id, measure_id=measure.id, team_id=team_id, site_id=site_id,
        observed_on=entry.observed_on, recorded_at=at, recorded_by_id=by.user_id,
        count=entry.count if measure.type is not rules.MeasureType.CONTINUOUS else None,
        population=entry.population if is_counted and measure.type in rules.COUNTED else None,
        value=entry.value if measure.type is not rules.MeasureType.PROPORTION else None, **details,
    )  # fmt: skip
    _add(session, row)
    add_to_sums(session, row, 1)
    return row


def add_to_sums(session: Session, row: Measurement, sign: int) -> None:
    """Add a measurement to its site's month and year (or take it out), and note that the sites above are out
    of date.
    """
    sum_services.add(session, [sum_services.figure_of(row, sign)])
