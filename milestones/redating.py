"""What follows when a milestone gets another date or target: who stands before whom, who moves along. Pure.

Milestones "may need to be adjusted during the year" (Colorado's guide to Implementation Milestones), and a
series builds on itself: before a date is moved, its effect on the later milestones is shown.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from milestones.moved_pace import Move, Value, pace_of
from milestones.rows import MilestoneRow
from milestones.school_days import WEEK, SchoolDays, off_words
from milestones.series_order import Effect, Kind, followers, is_mate, is_worse, name_of
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext

__all__ = ["Move", "Outlook", "Shift", "Value", "later_ones", "outlook"]


@dataclass(frozen=True)
class Shift:
    """One later milestone as it would stand if it moved along."""

    row: MilestoneRow
    old: date
    new: date
    note: str = ""


@dataclass(frozen=True)
class Outlook:
    """What follows from a move: effects, the pace then, and where the later ones would go along with it.

    ``by`` is by how many school days it moves; negative when it comes forward.
    """

    move: Move
    by: int
    effects: tuple[Effect, ...]
    pace: tuple[str, ...]
    later: tuple[Shift, ...]

    @property
    def touches_others(self) -> bool:
        """Say whether another milestone of the plan is concerned."""
        return any(effect.row is not None for effect in self.effects)


def later_ones(
    move: Move, rows: Iterable[MilestoneRow], follows: Mapping[int, int], reached: Collection[int]
) -> list[MilestoneRow]:
    """Return what is planned after a milestone, by date: its series, and the strands that follow its own.

    What was reached already stays where it is and is left out.
    """
    after = followers(move.row.strand_id, follows)
    found = [
        row
        for row in rows
        if row.id not in reached
        and row.date is not None
        and ((is_mate(move.row, row) and _comes_after(row, move.row)) or _follows(row, move, after))
    ]
    return sorted(found, key=lambda row: (row.date or date.max, row.position, row.id))


def _comes_after(row: MilestoneRow, other: MilestoneRow) -> bool:
    days = (row.date or date.max, row.position, row.id), (other.date or date.max, other.position, other.id)
    return days[0] > days[1]


def _follows(row: MilestoneRow, move: Move, after: Collection[int]) -> bool:
    return row.strand_id in after and row.date is not None and row.date >= move.old


def earlier_ones(move: Move, rows: Iterable[MilestoneRow]) -> list[MilestoneRow]:
    """Return the milestones of the series that come before one, by date."""
    found = [row for row in rows if is_mate(move.row, row) and row.date and not _comes_after(row, move.row)]
    return sorted(found, key=lambda row: (row.date or date.min, row.position, row.id))


def outlook(
    move: Move,
    rows: Sequence[MilestoneRow],
    days: SchoolDays,
    today: date,
    *,
    follows: Mapping[int, int] | None = None,
    reached: Collection[int] = (),
    latest: Value | None = None,
) -> Outlook:
    """Return what follows when a milestone moves.

    Args:
        rows: the plan's milestones that are on the board, with the dates they have now.
        follows: for each strand that runs after another, that other.
        reached: the milestones whose target was reached by today.
        latest: the last value measured of the series.
    """
    later = later_ones(move, rows, follows or {}, reached)
    before = earlier_ones(move, rows)
    effects = [*_own_effects(move, days), *_behind(move, before)]
    for row in later:
        effects += _ahead(move, row, days)
    by = days.apart(move.old, move.on)
    shifts = tuple(_shift(row, by, days) for row in later if row.due_on) if move.is_moved else ()
    pace = pace_of(move, before, later, days, today, latest)
    return Outlook(move, by, tuple(effects), pace, shifts)


def _own_effects(move: Move, days: SchoolDays) -> list[Effect]:
    words = _off(move.row, move.on, days) if move.is_moved else ""
    return [Effect(Kind.CALENDAR, words)] if words else []


def _behind(move: Move, before: Sequence[MilestoneRow]) -> list[Effect]:
    made = []
    for row in before:
        on = row.date or move.on
        if move.is_moved and on >= move.on:
            made.append(Effect(Kind.AFTER, _("%(name)s would now come after it.", name=name_of(row)), row))
    last = next((row for row in reversed(before) if row.measure_id == move.row.measure_id), None)
    if last is not None and is_worse(move.target, last.target, move.row.direction):
        words = _("It would ask for less than %(name)s. Right only on purpose.", name=name_of(last))
        made.append(Effect(Kind.LOWER, words, last))
    return made


def _ahead(move: Move, row: MilestoneRow, days: SchoolDays) -> list[Effect]:
    on = row.date or move.on
    made = []
    is_series = is_mate(move.row, row)
    if on < move.on:
        made.append(Effect(Kind.BEFORE, _("%(name)s would now stand before it.", name=name_of(row)), row))
    elif on == move.on and is_series and move.is_moved:
        made.append(Effect(Kind.SAME_DAY, _("%(name)s is due the same day.", name=name_of(row)), row))
    elif move.is_moved and is_series and _is_close(move, on, row, days):
        gap = ngettext("%(count)s school day", "%(count)s school days", days.apart(move.on, on))
        words = _("Only %(gap)s to %(name)s: no count between the two.", gap=gap, name=name_of(row))
        made.append(Effect(Kind.CLOSE, words, row))
    same = row.measure_id == move.row.measure_id and is_series
    was_worse = is_worse(row.target, move.row.target, row.direction)
    if same and not was_worse and is_worse(row.target, move.target, row.direction):
        words = _("%(name)s would ask for less than this one. Right only on purpose.", name=name_of(row))
        made.append(Effect(Kind.LOWER, words, row))
    return made


def _is_close(move: Move, on: date, row: MilestoneRow, days: SchoolDays) -> bool:
    """Say whether two dates are less than a count apart, and were not before."""
    least = max(row.rhythm_days * WEEK // 7, WEEK)
    return days.apart(move.on, on) < min(least, days.apart(move.old, on))


def _shift(row: MilestoneRow, by: int, days: SchoolDays) -> Shift:
    old = row.date or date.max
    new = days.shifted(old, by)
    return Shift(row, old, new, _off(row, new, days))


def _off(row: MilestoneRow, on: date, days: SchoolDays) -> str:
    """Return why a milestone should not be due on a day, which may also lie after its plan's school year."""
    ends_on = row.year.ends_on
    if ends_on is not None and on > ends_on:
        day = day_words(on, year=True)
        return _("%(day)s lies after the school year %(year)s.", day=day, year=row.year.name)
    return off_words(on, days)
