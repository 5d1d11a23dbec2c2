"""What pages and other domains read of plans: frozen rows, and the steps from a row to its rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from measures.rules import Direction, MeasureType, Rhythm
from milestones.rules import Goal, Shape, Step
from milestones.sentence import Frame, sentence, target_words
from nic_platform.actor import Level

Day = date  # a milestone's own ``date`` hides the type's name inside its class
SUMMER = timedelta(days=60)  # before the school year, in which its milestones may be counted already


def year_span(school_year: str, starts_on: date | None, ends_on: date | None) -> tuple[date, date]:
    """Return the first and last day of a school year; mid-August to the end of May without a calendar."""
    first = int(school_year[:4]) if school_year[:4].isdigit() else date.today().year
    return starts_on or date(first, 8, 15), ends_on or date(first + 1, 5, 31)


@dataclass(frozen=True)
class YearOf:
    """The school year of a plan, as far as the counts of its milestones look at it; without a name, none."""

    name: str = ""
    starts_on: Day | None = None
    ends_on: Day | None = None

    def watched_until(self, on: Day | None, said: Day | None) -> Day | None:
        """Return until when a milestone of date *on* is measured: as said, else to the year's end.

        ``None`` where neither the team nor the network's calendar says it: watching goes on.
        """
        if said or self.ends_on is None:
            return said
        return max(self.ends_on, on) if on else self.ends_on

    def counts_from(self, on: Day | None, begins_on: Day | None) -> Day | None:
        """Return the first day whose counts are those of a milestone of date *on*.

        A measure outlives its year: what was reached under last year's plan meets nothing of this year's.
        Two months before the year begins; ``None`` for a milestone whose own date lies before that.
        """
        if not self.name or on is None:
            return None
        first = year_span(self.name, self.starts_on, self.ends_on)[0] - SUMMER
        first = min(first, begins_on or first)
        return None if on < first else first

    def counts_until(self, on: Day | None, said: Day | None) -> Day | None:
        """Return the last day whose counts are those of a milestone of date *on*.

        What its measure goes on with from two months before the next school year is the next plan's, unless
        the team *said* that it watches longer. ``None`` where no calendar says when the year ends: watching
        goes on. Nor is there one for a milestone whose own date lies after that.
        """
        if self.ends_on is None or on is None:
            return None
        following = year_span(self.name, self.starts_on, self.ends_on)[0] + timedelta(days=365)
        last = max(self.ends_on, following - SUMMER - timedelta(days=1), said or date.min)
        return None if on > last else last


@dataclass(frozen=True)
class PlanRow:
    """One plan with its team and school year. ``is_above`` says that the reader's team is above it
    on links.
    """

    id: int
    public_id: UUID
    network_id: int
    team_id: int
    team_public_id: UUID
    team_name: str
    level: Level
    school_year: str
    title: str
    is_shared: bool
    version: int
    starts_on: date | None
    ends_on: date | None
    is_above: bool

    @property
    def span(self) -> tuple[date, date]:
        """Return the first and last day of the school year; mid-August to the end of May without a
        calendar.
        """
        return year_span(self.school_year, self.starts_on, self.ends_on)


@dataclass(frozen=True)
class PartRow:
    """One line of a plan's outline: priority, cause, strategy, strand or step."""

    kind: str
    id: int
    public_id: UUID
    parent_id: int | None
    position: int
    text: str
    more: str
    due_on: date | None
    done_on: date | None
    version: int


@dataclass(frozen=True)
class MilestoneRow:
    """One milestone with what its measure says of its numbers."""

    id: int
    public_id: UUID
    plan_id: int
    plan_public_id: UUID
    team_id: int
    strand_id: int | None
    strand_name: str
    measure_id: int | None
    measure_public_id: UUID | None
    measure_name: str
    type: MeasureType
    direction: Direction
    unit: str
    counts_students: bool
    is_draft: bool
    position: int
    kind: str
    name: str
    due_on: date | None
    begins_on: date | None
    frequency: str
    tool: str
    who: str
    what: str
    target: float | None
    baseline: float | None
    population: int | None
    is_deliverable: bool
    acceptance_test: str
    purpose: str
    shape: str
    rhythm: str
    collector: str
    monitor_until: date | None
    version: int
    tool_id: int | None = None
    school_year: str = ""
    year_starts_on: date | None = None
    year_ends_on: date | None = None
    goal_id: int | None = None

    @property
    def date(self) -> date | None:
        """Return the day it is judged on: its date, or where it begins."""
        return self.due_on or self.begins_on

    @property
    def frame(self) -> Frame:
        """Return its parts as the sentence needs them."""
        return Frame(
            self.what, self.who, self.tool, self.due_on, self.begins_on, self.frequency, self.target,
            self.type, self.direction, self.unit, self.is_deliverable, self.acceptance_test, self.purpose,
        )  # fmt: skip

    @property
    def sentence(self) -> str:
        """Return it in the frame."""
        return sentence(self.frame)

    @property
    def headline(self) -> str:
        """Return it in the frame, without what it is for."""
        return sentence(replace(self.frame, purpose=""))

    @property
    def title(self) -> str:
        """Return its short name for boards and lists; without one, what is done, as a heading begins."""
        named = self.name or self.what or self.strand_name or self.sentence
        return named[:1].upper() + named[1:]

    @property
    def target_words(self) -> str:
        """Return its target as read."""
        return "" if self.is_deliverable else target_words(self.target, self.type, self.direction, self.unit)

    @property
    def year(self) -> YearOf:
        """Return the school year of its plan."""
        return YearOf(self.school_year, self.year_starts_on, self.year_ends_on)

    @property
    def watched_until(self) -> Day | None:
        """Return the day until which it is measured: as the team said, else the end of its school year."""
        return self.year.watched_until(self.date, self.monitor_until)

    @property
    def counts_from(self) -> Day | None:
        """Return the first day whose counts are its own; see :meth:`YearOf.counts_from`."""
        return self.year.counts_from(self.date, self.begins_on)

    @property
    def counts_until(self) -> Day | None:
        """Return the last day whose counts are its own; see :meth:`YearOf.counts_until`."""
        return self.year.counts_until(self.date, self.monitor_until)

    @property
    def rhythm_days(self) -> int:
        """Return the days from one measurement to the next."""
        return Rhythm(self.rhythm).days if self.rhythm in set(Rhythm) else 7


@dataclass(frozen=True)
class TargetRow:
    """One interim target: a student outcome."""

    id: int
    public_id: UUID
    plan_id: int
    team_id: int
    strategy_id: int | None
    measure_id: int | None
    measure_name: str
    tool: str
    type: MeasureType
    direction: Direction
    unit: str
    counts_students: bool
    position: int
    name: str
    student_group: str
    baseline: float | None
    target: float | None
    due_on: date | None
    version: int
    subgroup_set: str = ""
    subgroup: str = ""
    expected_n: int | None = None
    school_year: str = ""
    year_starts_on: Day | None = None
    year_ends_on: Day | None = None

    @property
    def target_words(self) -> str:
        """Return its target as read."""
        return target_words(self.target, self.type, self.direction, self.unit)

    @property
    def counts_from(self) -> Day | None:
        """Return the first day whose results are its own; see :meth:`YearOf.counts_from`."""
        return self.year.counts_from(self.due_on, None)

    @property
    def counts_until(self) -> Day | None:
        """Return the last day whose results are its own; see :meth:`YearOf.counts_until`."""
        return self.year.counts_until(self.due_on, None)

    @property
    def year(self) -> YearOf:
        """Return the school year of its plan."""
        return YearOf(self.school_year, self.year_starts_on, self.year_ends_on)

    @property
    def baseline_words(self) -> str:
        """Return where the students were at first, as read; empty where it is not known."""
        return target_words(self.baseline, self.type, unit=self.unit)


def shape_of(word: str) -> Shape:
    """Return the shape named by *word*; stairs for one that isn't known."""
    return Shape(word) if word in set(Shape) else Shape.STAIRS


def goal_of(row: MilestoneRow, series: Sequence[MilestoneRow]) -> Goal:
    """Return what a milestone promises; *series* are those that share its measure, itself included or not."""
    steps = [Step(s.date, s.target) for s in series if s.id != row.id and s.date and s.target is not None]
    return Goal(
        due_on=row.date,
        target=row.target,
        direction=row.direction,
        baseline=row.baseline,
        shape=shape_of(row.shape),
        starts_on=row.begins_on if row.due_on else None,
        steps=tuple(sorted(steps, key=lambda step: step.due_on)),
        is_deliverable=row.is_deliverable,
        counts_from=row.counts_from,
        counts_until=row.counts_until,
    )


def goal_of_target(row: TargetRow, series: Sequence[TargetRow]) -> Goal:
    """Return what an interim target promises."""
    steps = [Step(s.due_on, s.target) for s in series if s.id != row.id and s.due_on and s.target is not None]
    return Goal(
        due_on=row.due_on,
        target=row.target,
        direction=row.direction,
        baseline=row.baseline,
        steps=tuple(sorted(steps, key=lambda step: step.due_on)),
        counts_from=row.counts_from,
        counts_until=row.counts_until,
    )
