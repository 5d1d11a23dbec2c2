"""When a count is due by its measure's rhythm, and when somebody is reminded of it. Pure.

The day is the one that the grid of the measure shows: :mod:`measures.due_days` says which days a rhythm
expects in the network's calendar. A reminder comes once in a rhythm of school days, on one of them, until a
count is made or the series has ended.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from measures.due_days import SCHOOL_DAYS, Stretch, next_due, quarters_of
from measures.rules import Rhythm
from measures.school_years import span_of, year_of
from milestones.school_days import BREAK, SchoolDays
from nic_platform.text import _, ngettext
from teams.rules import Period

ESTABLISHED = 6  # counts in the last year from which a series goes on by itself
ENDED_AFTER = 4  # rhythms without a count after which such a series has ended
LEAST_SILENCE = 20  # school days; four days without a daily count are no end yet


@dataclass(frozen=True)
class Use:
    """Why a team counts a measure now: a cycle that runs, an interim target or a milestone that is not due.

    ``begins`` is the day from which counts are expected, ``until`` the last one; ``who`` collects, by name.
    """

    kind: str  # cycle, interim_target, milestone
    begins: date
    until: date | None = None
    rhythm: Rhythm | None = None  # where it wants another one than its measure
    who: str = ""


@dataclass(frozen=True)
class Counted:
    """What a team counts: the measure, what wants it, and what was counted in the last year.

    ``is_watched`` says that its milestones ask for the next count, with their own rhythm; for the first one
    they ask only on their date.
    """

    team_id: int
    team_public_id: UUID
    measure_id: int
    measure_public_id: UUID
    name: str
    rhythm: Rhythm
    uses: tuple[Use, ...] = ()
    counts: int = 0
    last_on: date | None = None
    is_watched: bool = False


@dataclass(frozen=True)
class Due:
    """A count that is due on ``on`` by a rhythm of so many school days."""

    of: Counted
    on: date
    school_days: int
    rhythm: Rhythm
    who: str = ""

    def is_missed(self, today: date) -> bool:
        """Say whether its day has passed."""
        return today > self.on


def due_of(counted: Counted, days: SchoolDays, today: date) -> Due | None:
    """Return the next count of a series, as its rhythm expects it; ``None`` once it has ended.

    It is wanted while something that runs uses the measure, at the shortest rhythm of these, or because the
    series is established: so many counts in a year, and not silent for too long. What its milestones ask for
    is not asked for twice.
    """
    running = [
        use for use in counted.uses
        if use.begins <= today and (use.until is None or today <= use.until)
    ]  # fmt: skip
    if counted.is_watched and (counted.last_on or not any(use.kind == "milestone" for use in running)):
        return None
    if not running and not _goes_on(counted, days, today):
        return None
    rhythms = [use.rhythm or counted.rhythm for use in running] or [counted.rhythm]
    rhythm = min(rhythms, key=SCHOOL_DAYS.__getitem__)
    begins = min((use.begins for use in running), default=counted.last_on)
    base = _counts_from(counted.last_on, begins, rhythm)
    if base is None:
        return None
    quarters = _quarters(days) if rhythm is Rhythm.QUARTERLY else ()
    on = next_due(rhythm, base, lambda day: _is_expected(days, day, since=base), quarters)
    who = next((use.who for use in running if use.who.strip()), "")
    return Due(counted, on, SCHOOL_DAYS[rhythm], rhythm, who) if on else None


def _counts_from(last_on: date | None, begins: date | None, rhythm: Rhythm) -> date | None:
    """Return the day after which the next count is expected: the last count, or when it began to be wanted.

    What was counted before belongs to something else; but a year's figure is of the year, whoever wants it.
    """
    if rhythm is Rhythm.YEARLY and begins is not None:
        return last_on or span_of(year_of(begins))[0] - timedelta(days=1)
    known = [day for day in (last_on, begins) if day is not None]
    return max(known, default=None)


def _is_expected(days: SchoolDays, day: date, *, since: date) -> bool:
    """Say whether a count may fall on *day*: in a known school year, unless the last of these is over."""
    is_known = any(last > since for _first, last in days.years)
    return is_school_day(days, day) if is_known else days.is_school_day(day)


@lru_cache(maxsize=64)
def _quarters(days: SchoolDays) -> tuple[Stretch, ...]:
    """Return the quarters of the network's school years."""
    periods = [Period(each.kind, each.name, each.starts_on, each.ends_on) for each in days.quarters]
    breaks = [(each.starts_on, each.ends_on) for each in days.spans if each.kind == BREAK]
    return tuple(quarters_of(days.years, periods, breaks))


def _goes_on(counted: Counted, days: SchoolDays, today: date) -> bool:
    """Say whether a series that nothing uses is established and has not ended."""
    if counted.last_on is None or counted.counts < ESTABLISHED:
        return False
    silence = days.apart(counted.last_on, today)
    return silence <= max(ENDED_AFTER * SCHOOL_DAYS[counted.rhythm], LEAST_SILENCE)


def is_school_day(days: SchoolDays, today: date) -> bool:
    """Say whether anybody may be reminded today: on a school day, within the school years that are known."""
    return days.is_school_day(today) and not days.is_outside(today)


def may_remind(due: Due, told: Collection[date], days: SchoolDays, today: date) -> bool:
    """Say whether somebody who was told of this series on the days *told* is told today.

    Never before the count is missed, never in a break, and never twice within one rhythm.
    """
    if not due.is_missed(today) or not is_school_day(days, today):
        return False
    last = max((day for day in told if day <= today), default=None)
    return last is None or (last < today and days.apart(last, today) >= due.school_days)


def soon(all_due: Iterable[Due], today: date, within: int = 7) -> list[Due]:
    """Return what is due within so many days, the longest due first."""
    found = [each for each in all_due if (each.on - today).days <= within]
    return sorted(found, key=lambda each: (each.on, each.of.name))


def told_to(due: Due, people: Sequence["Person"]) -> list[int]:
    """Return whom to remind: who collects by name; else the team's data leads; else who leads it."""
    wanted = due.who.strip().casefold()
    named = [each.user_id for each in people if wanted and each.name.strip().casefold() == wanted]
    data = [each.user_id for each in people if each.is_data_lead]
    return named or data or [each.user_id for each in people if each.is_lead]


@dataclass(frozen=True)
class Person:
    """Somebody of a team who can be reminded."""

    user_id: int
    name: str
    is_lead: bool
    is_data_lead: bool


def late_words(due: Due, days: SchoolDays, today: date) -> str:
    """Return how late a count is, in school days; empty when it is not."""
    late = days.apart(due.on, today) if today > due.on else 0
    return ngettext("%(count)s school day late", "%(count)s school days late", late) if late > 0 else ""


def why_words(due: Due) -> str:
    """Return what wants the count, as a sentence."""
    kinds = {use.kind for use in due.of.uses}
    if "cycle" in kinds:
        return _("A test that runs needs it.")
    if "interim_target" in kinds:
        return _("An interim target is measured by it.")
    if "milestone" in kinds:
        return _("A milestone is measured by it.")
    return _("It keeps its chart going.")


def merged(rows: Iterable[Counted]) -> list[Counted]:
    """Return one row for each series, with all that uses it, in the order they came."""
    found: dict[tuple[int, int], Counted] = {}
    for row in rows:
        key = (row.team_id, row.measure_id)
        known = found.get(key)
        if known is None:
            found[key] = row
            continue
        found[key] = replace(
            known, uses=(*known.uses, *row.uses), counts=max(known.counts, row.counts),
            last_on=max((on for on in (known.last_on, row.last_on) if on), default=None),
            is_watched=known.is_watched or row.is_watched,
        )  # fmt: skip
    return list(found.values())
