"""How the milestones of a plan build on each other, and where they do not. Pure.

"Milestones should build on each other progressively throughout the plan period" (Colorado's guide to
Implementation Milestones); strands may run side by side or one after another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from measures.rules import Direction
from milestones.rows import MilestoneRow
from milestones.school_days import long_day
from nic_platform.svg import day as day_words
from nic_platform.text import _


class Kind(StrEnum):
    """What a new date does to another milestone of the plan, or meets itself."""

    BEFORE = "before"  # a later one would now stand before it
    SAME_DAY = "same_day"
    CLOSE = "close"  # with no count between the two
    AFTER = "after"  # an earlier one would now stand after it
    LOWER = "lower"  # a target that is worse than the one before it
    CALENDAR = "calendar"  # a break, a testing window, a weekend, outside the year


@dataclass(frozen=True)
class Effect:
    """One thing that follows, as a sentence. ``row`` is the other milestone; none for the moved one."""

    kind: Kind
    words: str
    row: MilestoneRow | None = None


def followers(strand_id: int | None, follows: Mapping[int, int]) -> set[int]:
    """Return the strands that come after a strand, one after another.

    Args:
        follows: for each strand the one that comes before it.
    """
    found: set[int] = set()
    wave = {strand_id} if strand_id is not None else set()
    while wave:
        wave = {after for after, before in follows.items() if before in wave} - found
        found |= wave
    return found - {strand_id or 0}


def is_mate(row: MilestoneRow, other: MilestoneRow) -> bool:
    """Say whether two milestones are of one series: the same strand, or without one the same measure."""
    if row.id == other.id:
        return False
    if row.strand_id is not None:
        return row.strand_id == other.strand_id
    return row.measure_id is not None and row.measure_id == other.measure_id


def name_of(row: MilestoneRow) -> str:
    """Return how a milestone is named beside others: "“90%” of Exit tickets, Feb 15"."""
    target = row.target_words or _("in place")
    on = day_words(row.date) if row.date else _("no date")
    strand = row.strand_name or row.title
    return _("“%(target)s” of %(strand)s, %(day)s", target=target, strand=strand, day=on)


def is_worse(target: float | None, than: float | None, direction: Direction) -> bool:
    """Say whether a target asks for less than another; no when either is missing."""
    if target is None or than is None:
        return False
    return target < than if direction is Direction.UP else target > than


def order_notes(
    rows: Sequence[MilestoneRow], follows: Mapping[int, int], reasons: Mapping[int, str] | None = None
) -> list[Effect]:
    """Return where the milestones of a plan do not build on each other, as gentle notes.

    Two of one series on one day, a target that is lower than the one before it, a strand that begins
    before the one that it follows has ended. A target that was lowered with a reason is on purpose.

    Args:
        reasons: why a target was lowered, by milestone.
    """
    notes: list[Effect] = []
    dated = sorted((row for row in rows if row.date), key=lambda r: (r.date or date.max, r.position, r.id))
    for at, row in enumerate(dated):
        before = next(
            (m for m in reversed(dated[:at]) if is_mate(row, m) and m.measure_id == row.measure_id), None
        )
        if before is not None:
            notes += _pair_notes(row, before, (reasons or {}).get(row.id, ""))
    return notes + _strand_notes(dated, follows)


def _pair_notes(row: MilestoneRow, before: MilestoneRow, reason: str) -> list[Effect]:
    made = []
    names = {"name": name_of(row), "other": name_of(before)}
    if row.date == before.date:
        made.append(Effect(Kind.SAME_DAY, _("%(name)s and %(other)s are due the same day.", **names), row))
    if is_worse(row.target, before.target, row.direction):
        words = _("%(name)s asks for less than %(other)s, which comes before it.", **names)
        more = (
            _("On purpose: “%(reason)s”.", reason=reason) if reason else _("Leave it if that is on purpose.")
        )
        made.append(Effect(Kind.LOWER, f"{words} {more}", row))
    return made


def _strand_notes(dated: Sequence[MilestoneRow], follows: Mapping[int, int]) -> list[Effect]:
    made = []
    for after, before in follows.items():
        first = next((row for row in dated if row.strand_id == after), None)
        last = next((row for row in reversed(dated) if row.strand_id == before), None)
        if first is None or last is None or not first.date or not last.date or first.date >= last.date:
            continue
        words = _(
            "%(strand)s follows %(other)s, and its first date, %(day)s, is before that one’s last, %(end)s.",
            strand=first.strand_name, other=last.strand_name, day=long_day(first.date),
            end=long_day(last.date),
        )  # fmt: skip
        made.append(Effect(Kind.BEFORE, words, first))
    return made
