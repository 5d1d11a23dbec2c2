"""The sentences of a milestone's page: the chart's title, the reading of the target, what is
in whose way. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from measures.reading import Kind, Variation
from measures.rules import Direction, MeasureType
from milestones.board import number_words
from milestones.past import Change
from milestones.rows import MilestoneRow
from milestones.rules import REACHED, Standing, Status, people_short
from nic_platform.svg import day
from nic_platform.text import _, ngettext
from teams.breaks import NO_BREAKS, Breaks


@dataclass(frozen=True)
class TargetReading:
    """Whether the target is reached: a word or two, a sentence, and whether that is a concern."""

    title: str
    sentence: str
    is_reached: bool


def chart_title(variation: Variation, standing: Standing, direction: Direction = Direction.UP) -> str:
    """Return the finding that stands over the run chart: what the variation says, then what the target says.

    The two are told one after the other and never decide about each other: a signal makes no target reached,
    and a reached target makes no signal.
    """
    if variation.kind is Kind.NOTHING:
        return _("Nothing has been counted yet")
    told, target = _variation_words(variation, direction), _target_words(standing)
    return _("%(words)s; %(target)s", words=told, target=target) if target else told


def _variation_words(variation: Variation, direction: Direction) -> str:
    if variation.kind is Kind.IMPROVING:
        return _("The climb is real") if direction is Direction.UP else _("The fall is real")
    return {
        Kind.CONCERN: _("It is getting worse, and that is not chance"),
        Kind.TOO_EARLY: _("Too early to tell from chance"),
    }.get(variation.kind, _("No signal yet"))


def _target_words(standing: Standing) -> str:
    """Return what the status says of the target; empty while nothing is to be said."""
    return {
        Status.MET: _("the target is reached"),
        Status.MET_LATE: _("the target is reached, late"),
        Status.SUSTAINED: _("the target is reached and holds"),
        Status.CHECK_AGAIN: _("the target was reached, and the last count is below it"),
        Status.SLIPPED: _("the target was reached, and it has slipped back"),
        Status.MISSED: _("it runs behind the plan"),
        Status.AT_RISK: _("it runs behind the plan"),
        Status.NOT_MEASURED: _("it was not measured by its date"),
        Status.ON_TRACK: _("it is on its way"),
    }.get(standing.status, "")


def target_reading(row: MilestoneRow, standing: Standing) -> TargetReading:
    """Return whether the target is reached, in counts where people were counted."""
    latest = standing.latest
    if standing.status is Status.DRAFT or latest is None or latest.value is None:
        return TargetReading(_("No result yet."), _("The first count sets it beside the target."), False)
    if standing.short <= 0:
        since = day(standing.reached_on) if standing.reached_on else ""
        return TargetReading(_("Reached."), _("First on %(day)s.", day=since), True)
    title = _("No longer reached.") if standing.reached_on else _("Not reached yet.")
    if row.type is MeasureType.PROPORTION and latest.population and latest.count is not None and row.target:
        more = people_short(row.target, latest.count, latest.population)
        needed = int(latest.count) + more
        words = _(
            "%(needed)s of %(all)s would meet %(target)s.",
            needed=needed,
            all=int(latest.population),
            target=row.target_words,
        )
        extra = ngettext("One more than now.", "%(count)s more than now.", more)
        return TargetReading(title, f"{words} {extra}", False)
    short = number_words(standing.short, row.type, row.unit)
    return TargetReading(title, _("%(short)s short.", short=short), False)


def status_words(row: MilestoneRow, standing: Standing) -> str:
    """Return the status with its day: "Missed on Feb 15"; empty for what the plain word says."""
    on = row.date
    if on is None:
        return ""
    words = {
        Status.MISSED: _("Missed on %(day)s", day=day(on)),
        Status.NOT_MEASURED: _("Not measured by %(day)s", day=day(on)),
    }
    if standing.reached_on:
        words[Status.MET] = _("Met on %(day)s", day=day(standing.reached_on))
        words[Status.MET_LATE] = _("Met late, on %(day)s", day=day(standing.reached_on))
    return words.get(standing.status, "")


def first_planned(row: MilestoneRow, changes: Sequence[Change]) -> MilestoneRow:
    """Return a milestone with the date and the target that it was first planned with."""
    if not changes:
        return row
    return replace(row, due_on=changes[0].old_due_on, target=changes[0].old_target)


def adjusted_words(row: MilestoneRow, changes: Sequence[Change]) -> str:
    """Return what the lighter step line is: "First planned: 90% by Feb 15. …"; empty without one."""
    if not changes:
        return ""
    first = first_planned(row, changes)
    planned = _("First planned: %(target)s by %(day)s.", target=first.target_words or _("no target"),
                day=day(first.date) if first.date else _("no date"))  # fmt: skip
    now = _("Now: %(target)s by %(day)s.", target=row.target_words or _("no target"),
            day=day(row.date) if row.date else _("no date"))  # fmt: skip
    times = ngettext("Adjusted once.", "Adjusted %(count)s times.", len(changes))
    return f"{planned} {now} {times}"


def overdue_words(standing: Standing, next_on: date | None, breaks: Breaks = NO_BREAKS) -> str:
    """Return that a check is overdue, and by how many days with school; a reached one is watched further."""
    if next_on is None:
        return ""
    late = breaks.between(next_on, standing.day)
    since = ngettext("%(count)s day late", "%(count)s days late", late)
    if standing.status in REACHED:
        return _("Watching goes on after a target is reached: a check was due %(day)s, %(since)s.",
                 day=day(next_on), since=since)  # fmt: skip
    return _("A count was due %(day)s, %(since)s.", day=day(next_on), since=since)
