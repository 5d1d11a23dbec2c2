"""Agency goals by quarter: each milestone in the quarter of its date, with what was carried over. Pure.

The federal deck on milestones in performance management lets an agency follow a goal by the quarters of its
fiscal year. A milestone stands in the quarter of its date. One that was not reached there is carried over
into each following quarter, until it is reached; one whose date was moved stands in both, with an arrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from milestones.past import Change
from milestones.rows import MilestoneRow
from milestones.rules import Standing, Status
from nic_platform.text import _, ngettext
from teams.school_calendar import Quarter

NOT_JUDGED = frozenset({Status.DRAFT})


class Way(StrEnum):
    """How a milestone came to stand in a quarter, or left it."""

    OWN = "own"
    CARRIED_IN = "carried_in"
    CARRIED_ON = "carried_on"  # not reached in its own quarter
    MOVED_OUT = "moved_out"  # its date was here once
    MOVED_IN = "moved_in"


@dataclass(frozen=True)
class Place:
    """One milestone in one quarter: how it came there, and the quarter at the other end of the arrow.

    ``other`` is 0 for an earlier fiscal year and 5 for a later one.
    """

    quarter: int
    way: Way
    other: int | None = None

    @property
    def is_here(self) -> bool:
        """Say whether it is this quarter's work, and not only a trace of it."""
        return self.way is not Way.MOVED_OUT


def number_of(day: date | None, quarters: Sequence[Quarter]) -> int | None:
    """Return the quarter a day lies in: 1 to 4, 0 before the fiscal year, 5 after it; none without a day."""
    if day is None:
        return None
    if day < quarters[0].starts_on:
        return 0
    return next((quarter.number for quarter in quarters if quarter.holds(day)), 5)


def places(
    row: MilestoneRow,
    standing: Standing,
    changes: Sequence[Change],
    quarters: Sequence[Quarter],
    day: date,
) -> list[Place]:
    """Return where a milestone stands at the end of *day*, by quarter.

    Args:
        row: as its date stood on that day.
        standing: as it stood on that day.
        changes: the adjustments made by that day, oldest first.
    """
    own = number_of(row.date, quarters)
    if own is None:
        return []
    before = list(dict.fromkeys(
        at for change in changes if change.moves_date
        if (at := number_of(change.old_due_on, quarters)) is not None and at != own
    ))  # fmt: skip
    found = [Place(at, Way.MOVED_OUT, own) for at in before if 1 <= at <= 4]
    later = _carried_into(row, standing, own, quarters, day)
    if 1 <= own <= 4:
        if later:
            found.append(Place(own, Way.CARRIED_ON, later[0]))
        else:
            found.append(Place(own, Way.MOVED_IN, before[0]) if before else Place(own, Way.OWN))
    traces = {place.quarter for place in found}
    found += [Place(at, Way.CARRIED_IN, own) for at in later if at not in traces]
    return sorted(found, key=lambda place: place.quarter)


def _carried_into(
    row: MilestoneRow, standing: Standing, own: int, quarters: Sequence[Quarter], day: date
) -> list[int]:
    """Return the quarters after its own in which a milestone was still open."""
    if standing.status in NOT_JUDGED:
        return []
    now = number_of(day, quarters) or 0
    until = now
    if standing.reached_on is not None:
        until = min(number_of(standing.reached_on, quarters) or 0, now)
    return list(range(max(own + 1, 1), min(until, 4) + 1))


@dataclass(frozen=True)
class Tally:
    """What one quarter's milestones came to."""

    planned: int = 0
    reached: int = 0
    carried_on: int = 0
    carried_in: int = 0
    moved_out: int = 0


def tally(found: Sequence[tuple[Place, bool]]) -> Tally:
    """Count one quarter's places, each with whether its milestone was reached by the end that is judged."""
    here = [(place, is_reached) for place, is_reached in found if place.is_here]
    return Tally(
        planned=len(here),
        reached=sum(is_reached for _place, is_reached in here),
        carried_on=sum(place.way is Way.CARRIED_ON for place, _r in here),
        carried_in=sum(place.way is Way.CARRIED_IN for place, _r in here),
        moved_out=sum(place.way is Way.MOVED_OUT for place, _r in found),
    )


def progress(found: Tally, quarter: Quarter, day: date) -> str:
    """Return how far a quarter came, in a sentence."""
    if not found.planned:
        return _("Its milestones were moved to other quarters.") if found.moved_out else _("Nothing planned.")
    said = [_how_many(found, quarter, day)]
    if found.carried_in:
        said.append(_("%(count)s carried in from before", count=found.carried_in))
    if found.carried_on:
        said.append(_("%(count)s carried over", count=found.carried_on))
    if found.moved_out:
        said.append(_("%(count)s moved away", count=found.moved_out))
    return "; ".join(said) + "."


def _how_many(found: Tally, quarter: Quarter, day: date) -> str:
    if day < quarter.starts_on:
        if found.reached:
            return _("%(reached)s of %(all)s reached early", reached=found.reached, all=found.planned)
        return _("%(count)s planned", count=found.planned)
    if day > quarter.ends_on:
        return _("%(reached)s of %(all)s reached", reached=found.reached, all=found.planned)
    left = (quarter.ends_on - day).days
    days = ngettext("%(count)s day left", "%(count)s days left", left) if left else _("its last day is today")
    return _("%(reached)s of %(all)s reached so far, %(days)s",
             reached=found.reached, all=found.planned, days=days)  # fmt: skip


def arrow_words(place: Place) -> str:
    """Return where a milestone came from or went to, after an arrow; empty for one in its own quarter."""
    if place.other is None or place.way is Way.OWN:
        return ""
    other = _("an earlier year") if place.other == 0 else _("a later year") if place.other == 5 else ""
    other = other or _("quarter %(number)s", number=place.other)
    return {
        Way.CARRIED_IN: _("← carried over from %(quarter)s", quarter=other),
        Way.CARRIED_ON: _("carried over into %(quarter)s →", quarter=other),
        Way.MOVED_OUT: (
            _("moved to %(quarter)s →", quarter=other)
            if place.other > place.quarter
            else _("← brought forward to %(quarter)s", quarter=other)
        ),
        Way.MOVED_IN: (
            _("← moved here from %(quarter)s", quarter=other)
            if place.other < place.quarter
            else _("brought forward from %(quarter)s →", quarter=other)
        ),
    }.get(place.way, "")
