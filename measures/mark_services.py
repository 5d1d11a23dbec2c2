"""Writing what a team sets on its charts. Callers hand in the session and decide when to commit."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.charting import MARKS
from measures.charts import FEWEST
from measures.models import ChartMark, Measure, Measurement
from measures.queries import at_own_place, stands
from nic_platform.errors import ConflictError, InputError
from nic_platform.text import _, ngettext


def add_mark(
    session: Session,
    measure: Measure,
    team_id: int,
    kind: str,
    on: date | None,
    words: str,
    *,
    subgroup_set: str = "",
    subgroup: str = "",
    today: date,
) -> ChartMark:
    """Set a mark on the chart of a measure at a team.

    Args:
        today: the civil day in the network's time zone.

    Raises:
        InputError: the kind, day or words can't be so; ``fields`` names each with its mend.
    """
    if kind not in MARKS:
        raise InputError(_("This can’t be saved yet."), {"kind": _("Choose what to mark.")})
    mark = ChartMark(
        network_id=measure.network_id, measure_id=measure.id, team_id=team_id, subgroup_set=subgroup_set,
        subgroup=subgroup, kind=kind, on=on or today, words=words,
    )  # fmt: skip
    _check(session, mark, on, today)
    session.add(mark)
    session.flush()
    return mark


def change_mark(session: Session, mark: ChartMark, *, on: date | None, words: str, today: date) -> None:
    """Move a mark to another day, or say it in other words; its kind stays.

    Raises:
        InputError: as :func:`add_mark`; nothing was changed.
    """
    wanted = ChartMark(
        measure_id=mark.measure_id, team_id=mark.team_id, subgroup_set=mark.subgroup_set,
        subgroup=mark.subgroup, kind=mark.kind, on=on or mark.on, words=words,
    )  # fmt: skip
    wanted.id = mark.id
    _check(session, wanted, on, today)
    mark.on, mark.words = wanted.on, words
    session.flush()


def delete_mark(session: Session, mark: ChartMark, *, at: datetime) -> None:
    """Take a mark away; :func:`restore_mark` brings it back."""
    mark.deleted_at = at
    session.flush()


def restore_mark(session: Session, mark: ChartMark) -> None:
    """Bring back a mark that was taken away.

    Raises:
        ConflictError: one of its kind was set for its day meanwhile.
    """
    if _twin(session, mark):
        raise ConflictError(_("Somebody set such a mark for this day meanwhile. Change that one."))
    mark.deleted_at = None
    session.flush()


def _check(session: Session, mark: ChartMark, on: date | None, today: date) -> None:
    faults = _faults(session, mark, on, today)
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)


def _faults(session: Session, mark: ChartMark, on: date | None, today: date) -> dict[str, str]:
    faults = {}
    if not mark.words.strip():
        faults["words"] = _missing_words(mark.kind)
    if on is None:
        faults["on"] = _("Give the day.")
    elif on > today:
        faults["on"] = _("This day has not come yet.")
    elif fault := _day_fault(session, mark):
        faults["on"] = fault
    return faults


def _missing_words(kind: str) -> str:
    return {
        "freeze": _("Say what changed after that day: a baseline is frozen before a change."),
        "phase": _("Say why a new phase begins."),
        "exclude": _("Say why this point is left out."),
        "story": _("Write what people saw."),
    }.get(kind, _("Write what changed."))


def _day_fault(session: Session, mark: ChartMark) -> str:
    """Return what is wrong with the day of a mark, in its series; empty where it may be so."""
    if _twin(session, mark):
        return _("This day has such a mark already. Change that one.")
    if mark.kind == "exclude":
        return "" if mark.on in _days(session, mark) else _("Nothing was counted on this day.")
    if mark.kind == "freeze":
        return _baseline_fault(session, mark)
    return ""


def _baseline_fault(session: Session, mark: ChartMark) -> str:
    others = _others(session, mark)
    begin = max((each.on for each in others if each.kind == "phase" and each.on <= mark.on), default=date.min)
    out = {each.on for each in others if each.kind == "exclude"}
    there = sum(begin <= on <= mark.on and on not in out for on in _days(session, mark))
    if there >= FEWEST:
        return ""
    return ngettext(
        "There is one point up to this day. A baseline can be frozen from %(needed)s on.",
        "There are %(there)s points up to this day. A baseline can be frozen from %(needed)s on.",
        there, there=there, needed=FEWEST,
    )  # fmt: skip


def _days(session: Session, mark: ChartMark) -> list[date]:
    return list(
        session.scalars(
            select(Measurement.observed_on)
            .where(Measurement.measure_id == mark.measure_id, Measurement.team_id == mark.team_id)
            .where(Measurement.subgroup_set == mark.subgroup_set, Measurement.subgroup == mark.subgroup)
            .where(stands(), at_own_place())
            .distinct()
        )
    )


def _others(session: Session, mark: ChartMark) -> list[ChartMark]:
    query = select(ChartMark).where(
        ChartMark.measure_id == mark.measure_id, ChartMark.team_id == mark.team_id,
        ChartMark.subgroup_set == mark.subgroup_set, ChartMark.subgroup == mark.subgroup,
        ChartMark.deleted_at.is_(None),
    )  # fmt: skip
    with session.no_autoflush:
        return [each for each in session.scalars(query) if each.id != mark.id]


def _twin(session: Session, mark: ChartMark) -> bool:
    """Say whether the day has such a mark already; changes and stories may be many on one day."""
    if mark.kind in {"change", "story"}:
        return False
    return any(each.kind == mark.kind and each.on == mark.on for each in _others(session, mark))
