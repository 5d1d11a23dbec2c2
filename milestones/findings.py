"""The sentences of a milestone's page: the chart's title, the reading of the target, what is
in whose way. Pure.
"""

from dataclasses import dataclass

from measures.reading import Kind, Variation
from measures.rules import MeasureType
from milestones.board import number_words
from milestones.rows import MilestoneRow
from milestones.rules import OFF, REACHED, Standing, Status, people_short
from nic_platform.svg import day
from nic_platform.text import _, ngettext


@dataclass(frozen=True)
class TargetReading:
    """Whether the target is reached: a word or two, a sentence, and whether that is a concern."""

    title: str
    sentence: str
    is_reached: bool


def chart_title(variation: Variation, standing: Standing) -> str:
    """Return the finding that stands over the run chart: first variation, then target, never
    merged into one.
    """
    if variation.kind is Kind.NOTHING:
        return _("Nothing has been counted yet")
    reached = standing.status in REACHED and standing.status is not Status.SLIPPED
    behind = standing.status in OFF
    if variation.kind is Kind.IMPROVING:
        if reached:
            return _("The climb is real, and the target is reached")
        return (
            _("The climb is real, but it runs behind the plan")
            if behind
            else _("The climb is real, and on its way")
        )
    if variation.kind is Kind.CONCERN:
        return _("It is getting worse, and that is not chance")
    words = _("Too early to tell from chance") if variation.kind is Kind.TOO_EARLY else _("No signal yet")
    if reached:
        return _("%(words)s; the target is reached", words=words)
    return _("%(words)s; behind the plan", words=words) if behind else words


def target_reading(row: MilestoneRow, standing: Standing) -> TargetReading:
    """Return whether the target is reached, in counts where people were counted."""
    latest = standing.latest
    if standing.status is Status.DRAFT or latest is None or latest.value is None:
        return TargetReading(_("No result yet."), _("The first count sets it beside the target."), False)
    if standing.short <= 0:
        since = day(standing.reached_on) if standing.reached_on else ""
        return TargetReading(_("Reached."), _("First on %(day)s.", day=since), True)
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
        return TargetReading(_("Not reached yet."), f"{words} {extra}", False)
    short = number_words(standing.short, row.type, row.unit)
    return TargetReading(_("Not reached yet."), _("%(short)s short.", short=short), False)


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
