"""The six principles of improvement, and what a network's own records say of each. Pure.

The principles are those of Bryk, Gomez, Grunow and LeMahieu (*Learning to Improve*, 2015); the questions are
those that the federal deck on strategic systems alignment asks under each. A principle is told in lines, each
a sentence with its numbers; some lines ask for a step. Which step is suggested is a rule: the rules of a
principle stand in order, and the first that fits is taken. Nothing here is a score, and no team is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from nic_platform.text import _

STEADY = "steady"
"""The rule that is left where no other fits."""
OLD_DAYS = 120
"""Figures older than a term say how schools stood, not how they stand."""


class Principle(StrEnum):
    """The six, in their order."""

    PROBLEM = "problem"
    VARIATION = "variation"
    SYSTEM = "system"
    MEASURE = "measure"
    INQUIRY = "inquiry"
    LEARNING = "learning"

    @property
    def heading(self) -> str:
        """Return the principle in its own words."""
        return {
            Principle.PROBLEM: _("Make the work problem-specific and user-centred"),
            Principle.VARIATION: _("Variation in performance is the problem to address"),
            Principle.SYSTEM: _("See the system that produces the current outcomes"),
            Principle.MEASURE: _("We cannot improve at scale what we cannot measure"),
            Principle.INQUIRY: _("Anchor improvement in disciplined inquiry"),
            Principle.LEARNING: _("Accelerate improvement through networked learning"),
        }[self]

    @property
    def name_words(self) -> str:
        """Return it in two or three words, for lists and the table."""
        return {
            Principle.PROBLEM: _("Problem and users"),
            Principle.VARIATION: _("Variation"),
            Principle.SYSTEM: _("The system"),
            Principle.MEASURE: _("Measures"),
            Principle.INQUIRY: _("Inquiry"),
            Principle.LEARNING: _("Networked learning"),
        }[self]

    @property
    def asks(self) -> str:
        """Return the question that the principle asks of a network."""
        return {
            Principle.PROBLEM: _(
                "What, specifically, is the problem we are trying to solve, and whose is it?"
            ),
            Principle.VARIATION: _("What works, for whom, and under what conditions?"),
            Principle.SYSTEM: _(
                "What produces the results we have, and what else is going on at each place?"
            ),
            Principle.MEASURE: _("How would we know that a change is an improvement, at every place?"),
            Principle.INQUIRY: _("Do we test small, predict, and learn from what did not hold?"),
            Principle.LEARNING: _("Does what one team learns reach the others, and do answers come down?"),
        }[self]


# ---------------------------------------------------------------- what the records hold


@dataclass(frozen=True)
class ProblemFacts:
    """The problem and who lives with it, as the network wrote them; who speaks on its teams.

    ``aim_lacks`` are sentences. ``heard`` and ``unheard`` are perspectives in words. ``voice_measures`` are
    common measures that ask people what they live.
    """

    problem: str = ""
    users: str = ""
    aim_lacks: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()
    voice_measures: int = 0


@dataclass(frozen=True)
class Spread:
    """How far schools lie apart on one common measure in one school year, chance taken off.

    ``typical`` and ``sd`` are in the measure's unit, or in per cent; ``above`` and ``below`` are how many of
    ``places`` differ by more than chance, on the better and on the other side, where that can be judged.
    """

    measure: str
    unit: str
    year: str
    places: int
    typical: float
    sd: float
    above: int = 0
    below: int = 0
    is_judged: bool = True


@dataclass(frozen=True)
class VariationFacts:
    """What is known of the differences between schools. ``newest_on`` is the day of the newest figure."""

    measures: int = 0
    schools: int = 0
    measured: int = 0
    newest_on: date | None = None
    spread: Spread | None = None


@dataclass(frozen=True)
class SystemFacts:
    """The driver diagram, the links, and the inventory of initiatives."""

    drivers: int = 0
    without_idea: int = 0
    without_measure: int = 0
    loose_ideas: int = 0
    teams: int = 0
    unheard: int = 0
    links: int = 0
    silent: int = 0
    initiatives: int = 0
    sites: int = 0
    sites_told: int = 0


@dataclass(frozen=True)
class MeasureFacts:
    """Common measures by kind, and whether they are kept.

    ``series`` are pairs of a school and a common measure with a figure of this school year or the last;
    ``late`` of them have none for two rhythms of their measure.
    """

    outcome: int = 0
    process: int = 0
    balancing: int = 0
    other: int = 0
    series: int = 0
    late: int = 0

    @property
    def count(self) -> int:
        """Return how many common measures there are."""
        return self.outcome + self.process + self.balancing + self.other


@dataclass(frozen=True)
class ShareFact:
    """One share of the health of inquiry: a sentence, and how it stands to the published rate."""

    key: str
    words: str
    published: str
    advice: str
    stand: str  # above, below, near; empty where there are too few
    count: int | None = None
    of: int | None = None


@dataclass(frozen=True)
class InquiryFacts:
    """The health of inquiry; ``shares`` is empty where too little may be shown.

    ``is_read`` is false for who may not read the sums of all teams.
    """

    is_read: bool = True
    shares: tuple[ShareFact, ...] = ()
    began: int | None = None


@dataclass(frozen=True)
class LearningFacts:
    """What went from team to team, up the links and down again."""

    ideas: int = 0
    ideas_taken: int = 0
    adoptions: int = 0
    asked: int = 0
    told: int = 0
    open_askings: int = 0
    sent: int = 0
    answered: int = 0
    lifted: int = 0


@dataclass(frozen=True)
class Facts:
    """All that the six are told from. ``today`` is the civil day of the network, ``as_of`` the day up to
    which something could have been counted: in a break, the day before it began.
    """

    today: date
    problem: ProblemFacts = field(default_factory=ProblemFacts)
    variation: VariationFacts = field(default_factory=VariationFacts)
    system: SystemFacts = field(default_factory=SystemFacts)
    measure: MeasureFacts = field(default_factory=MeasureFacts)
    inquiry: InquiryFacts = field(default_factory=InquiryFacts)
    learning: LearningFacts = field(default_factory=LearningFacts)
    as_of: date | None = None


# ---------------------------------------------------------------- what is told


@dataclass(frozen=True)
class Line:
    """One sentence of a principle. ``asks`` says that it calls for a step; ``to`` is where one acts."""

    key: str
    words: str
    to: str = ""
    asks: bool = False
    numbers: Mapping[str, int | float | None] = field(default_factory=dict)
    quote: str = ""  # what people wrote themselves, as they wrote it


@dataclass(frozen=True)
class Rule:
    """What is suggested where a line of this key asks for a step."""

    key: str
    when: str
    then: str
    to: str


@dataclass(frozen=True)
class Told:
    """One principle: its lines, the rule that is taken, and the others that it was chosen from."""

    principle: Principle
    lines: tuple[Line, ...]
    taken: Rule
    rules: tuple[Rule, ...]

    @property
    def asking(self) -> int:
        """Return how many of its lines call for a step."""
        return sum(line.asks for line in self.lines)

    @property
    def waiting(self) -> tuple[Rule, ...]:
        """Return the rules that fit too, and stand behind the one that is taken."""
        keys = {line.key for line in self.lines if line.asks}
        return tuple(rule for rule in self.rules if rule.key in keys and rule.key != self.taken.key)


def choose(lines: Sequence[Line], rules: Sequence[Rule]) -> Rule:
    """Return the first rule for which a line asks; the last one, which is for keeping on, where none does.

    Raises:
        ValueError: a line asks for what no rule is for, or there is no rule for keeping on.
    """
    if not rules or rules[-1].key != STEADY:
        raise ValueError("The last rule has to be the one for keeping on.")
    asked = {line.key for line in lines if line.asks}
    if unknown := asked - {rule.key for rule in rules}:
        raise ValueError(f"No rule is for {', '.join(sorted(unknown))}.")
    return next((rule for rule in rules if rule.key in asked), rules[-1])


def told(principle: Principle, lines: Sequence[Line], rules: Sequence[Rule]) -> Told:
    """Return a principle with the step that its rules suggest."""
    return Told(principle, tuple(lines), choose(lines, rules), tuple(rules))


def age(on: date, today: date) -> int:
    """Return the days since a figure; never less than none."""
    return max((today - on).days, 0)


def is_old(on: date | None, today: date) -> bool:
    """Say whether the newest figure is older than a term."""
    return on is not None and age(on, today) > OLD_DAYS


# ---------------------------------------------------------------- what the network does next


@dataclass(frozen=True)
class StepRow:
    """What the network does next on a principle, or did."""

    public_id: UUID
    version: int
    principle: str
    words: str
    owner: str
    due_on: date | None
    done_on: date | None
    outcome: str

    def is_late(self, today: date) -> bool:
        """Say whether its day has passed without it being done."""
        return self.done_on is None and self.due_on is not None and self.due_on < today
