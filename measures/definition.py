"""What may be said of a measure: its breakdowns as people type them, its target, what can't change. Pure.

A breakdown is a way of splitting those who are counted, such as grades, with its groups. It is typed as one
line: ``Grade: 6, 7, 8``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from measures.charting import KINDS, RUN
from measures.rules import Direction, MeasureKind, MeasureType
from measures.words import chart_kind_words
from nic_platform.svg import amount, rnd
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext

Breakdown = Mapping[str, Sequence[str]]

MOST_SETS, MOST_GROUPS = 12, 40
SET_LENGTH, GROUP_LENGTH = 60, 80  # as long as measurements keep them


def breakdown_of(text: str) -> tuple[dict[str, list[str]], list[str]]:
    """Return the breakdowns typed in *text*, one a line, and what has to be mended, as sentences.

    A name given twice gathers its groups; a group given twice counts once. Empty lines are nothing.
    """
    found: dict[str, list[str]] = {}
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, colon, rest = line.partition(":")
        name = " ".join(name.split())
        groups = [group for each in rest.replace(";", ",").split(",") if (group := " ".join(each.split()))]
        if not colon or not name:
            faults.append(_("Line %(number)s: write a name, a colon, and its groups, such as "
                            "“Grade: 6, 7, 8”.", number=number))  # fmt: skip
            continue
        kept = found.setdefault(_known(name, found), [])
        kept += [group for group in dict.fromkeys(groups) if _folded(group) not in map(_folded, kept)]
    return found, faults + breakdown_faults(found)


def breakdown_faults(found: Breakdown) -> list[str]:
    """Return what has to be mended in breakdowns, as sentences; empty when they can be kept."""
    faults = []
    if len(found) > MOST_SETS:
        faults.append(_("Keep to %(most)s breakdowns.", most=MOST_SETS))
    for name, groups in found.items():
        if not name.strip() or len(name) > SET_LENGTH:
            faults.append(_("Shorten “%(name)s” to %(most)s signs.", name=name[:30], most=SET_LENGTH))
        if len(groups) < 2:
            faults.append(_("“%(name)s” needs two groups or more, with commas between them.", name=name))
        elif len(groups) > MOST_GROUPS:
            faults.append(_("“%(name)s” has more than %(most)s groups.", name=name, most=MOST_GROUPS))
        elif len({_folded(group) for group in groups}) < len(groups):
            faults.append(_("“%(name)s” names a group twice.", name=name))
        long = [group for group in groups if not group.strip() or len(group) > GROUP_LENGTH]
        if long:
            faults.append(_("Shorten “%(name)s” to %(most)s signs.", name=long[0][:30], most=GROUP_LENGTH))
    return faults


def breakdown_lines(found: Breakdown) -> str:
    """Return breakdowns as people type them: the way back of :func:`breakdown_of`."""
    return "\n".join(f"{name}: {', '.join(groups)}" for name, groups in found.items())


def _known(name: str, found: Breakdown) -> str:
    return next((each for each in found if _folded(each) == _folded(name)), name)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


@dataclass(frozen=True)
class Held:
    """What hangs on a measure: how much was measured, of which groups, and who uses it.

    ``groups`` are the pairs of breakdown and group that have counts; ``uses`` counts the milestones, interim
    targets, cycles, parts of the theory and common milestones that take it.
    """

    counts: int = 0
    groups: Collection[tuple[str, str]] = ()
    uses: int = 0

    @property
    def is_free(self) -> bool:
        """Say whether nothing hangs on it: it may become another type, and be deleted."""
        return not self.counts and not self.uses


@dataclass(frozen=True)
class Said:
    """What is said of a measure that other things hang on."""

    type: MeasureType
    counts_students: bool
    breakdown: Breakdown
    target: float | None = None
    target_on: date | None = None
    chart: str = ""


def change_faults(before: Said, after: Said, held: Held) -> dict[str, str]:
    """Return what may not be changed any more, by field, each with its reason; empty when all may.

    The type: counts out of a group can't be read as anything else, nor can the targets. A group with counts
    would lose them. And who counted students promised that small groups stay hidden.
    """
    faults = {}
    if after.type is not before.type and not held.is_free:
        faults["type"] = _(
            "Its numbers and targets were written as what they are, so this stays. Define another measure."
        )
    if before.counts_students and not after.counts_students and held.counts:
        faults["counts_students"] = _(
            "Students were counted, so small groups stay hidden. Define another measure for adults."
        )
    lost = [
        f"{name}: {group}"
        for name, group in sorted(held.groups)
        if group in before.breakdown.get(name, ()) and group not in after.breakdown.get(name, ())
    ]
    if lost:
        faults["breakdown"] = ngettext(
            "“%(first)s” has counts, so it stays.",
            "“%(first)s” and %(others)s more have counts, so they stay.",
            len(lost),
            first=lost[0],
            others=len(lost) - 1,
        )
    return faults


def value_faults(said: Said) -> dict[str, str]:
    """Return what is wrong with a target or chart, by field; empty when they can be kept."""
    faults = {}
    if said.target is None and said.target_on is not None:
        faults["target"] = _("Give the target that goes with this day, or leave both empty.")
    if said.target is not None and not _fits(said.type, said.target):
        faults["target"] = (
            _("A share lies between 0 and 100 percent.")
            if said.type is MeasureType.PROPORTION
            else _("Type a plain number; counts and days are 0 or more.")
        )
    if said.chart and said.chart != RUN and said.chart not in KINDS[said.type]:
        faults["chart"] = _("This chart does not fit what the numbers are. Choose another, or a run chart.")
    return faults


def _fits(kind: MeasureType, target: float) -> bool:
    if kind is MeasureType.PROPORTION:
        return 0 <= target <= 100
    if kind is MeasureType.CONTINUOUS:
        return abs(target) <= 1e9
    return 0 <= target <= 1e9


def charts_for(kind: MeasureType | None = None) -> dict[str, str]:
    """Return the charts to choose from for numbers of this type, in words, the run chart first.

    An empty code is the run chart, as measures keep it. Without a type it is every kind of chart.
    """
    fitting = chart_kind_words() if kind is None else KINDS[kind]
    words = {code: told for code, told in chart_kind_words().items() if code in fitting}
    return {"": words.pop(RUN), **words}


def lacks_balance(kinds: Collection[MeasureKind]) -> bool:
    """Say whether a family of measures has an outcome and nothing that would show what it costs elsewhere."""
    return MeasureKind.OUTCOME in kinds and MeasureKind.BALANCING not in kinds


def goal_words(said: Said, unit: str, direction: Direction) -> str:
    """Return the target as a sentence; empty without one."""
    if said.target is None:
        return ""
    value = (
        f"{rnd(said.target)}%"
        if said.type is MeasureType.PROPORTION
        else f"{amount(said.target, 6)} {unit}".strip()
    )
    words = {
        (Direction.UP, True): _("%(value)s or more by %(day)s"),
        (Direction.UP, False): _("%(value)s or more"),
        (Direction.DOWN, True): _("%(value)s or less by %(day)s"),
        (Direction.DOWN, False): _("%(value)s or less"),
    }[direction, said.target_on is not None]
    return words % {"value": value, "day": day_words(said.target_on, year=True) if said.target_on else ""}
