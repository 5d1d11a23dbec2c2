"""The change seen after a team began to test an idea, and what several teams' changes come to. Pure.

The mean of up to six points after the first cycle began, less the mean of the last six before, at least three
on each side. Its variance comes from the counts and is never below that of the moving range, so that a series
that swings more than its counts say is not taken for sure. It is a change seen *after*, never one *caused
by*: where five or more comparable teams did not test the idea, the change over the same dates there is told
beside it; a milestone that was chosen after one bad point is flagged, for such a point comes back by itself;
other ideas tested at the same time are listed. Fewer than five teams are listed and not estimated. Words are
the pages'.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

import numpy as np

from measures.engine.problems import AnalysisError
from variation.pooling import Pool, pool

POINTS = 6
LEAST_POINTS = 3
LEAST_TEAMS = 5
"""Under so many teams nothing is estimated, and nothing compared with."""
RANGE_TO_SIGMA = 1.128


class Kind(StrEnum):
    """How a point's value varies by chance alone."""

    PROPORTION = "proportion"  # count out of base
    RATE = "rate"  # events over exposure
    COUNT = "count"  # events
    CONTINUOUS = "continuous"  # by the moving range alone


@dataclass(frozen=True)
class Reading:
    """One point: a share or rate is ``count`` over ``base``; a number of another kind is ``count`` alone."""

    on: date
    count: float
    base: float = 1.0

    @property
    def value(self) -> float:
        """What is drawn: from 0 to 1 for a share."""
        return self.count / self.base


@dataclass(frozen=True)
class Idea:
    """Another idea tested at the same team; ``ended`` is ``None`` while it goes on."""

    key: str
    began: date
    ended: date | None = None


@dataclass(frozen=True)
class Change:
    """The change seen at one team, in the unit of the measure (a share from 0 to 1).

    ``before`` and ``after`` are the means of ``n_before`` and ``n_after`` points. ``since`` and ``until`` are
    the first and the last day counted. ``after_bad_point``: the milestone was chosen when one point stood out
    for the worse. ``overlapping`` holds other ideas tested between those days.
    """

    team: str
    effect: float
    variance: float
    before: float
    after: float
    n_before: int
    n_after: int
    since: date
    until: date
    after_bad_point: bool = False
    overlapping: tuple[str, ...] = ()

    @property
    def se(self) -> float:
        """Standard error of the effect."""
        return float(np.sqrt(self.variance))


@dataclass(frozen=True)
class Compared:
    """The change less that of *teams* comparable teams over the same dates."""

    teams: int
    theirs: float
    difference: float
    variance: float


@dataclass(frozen=True)
class Evidence:
    """What several teams' changes come to; ``pooled`` is ``None`` under five teams, or says nothing."""

    changes: tuple[Change, ...]
    pooled: Pool | None


def effect_of_change(
    team: str,
    readings: Iterable[Reading],
    began: date,
    kind: Kind,
    *,
    chosen: date | None = None,
    higher_is_better: bool = True,
    others: Iterable[Idea] = (),
) -> Change:
    """Return the change seen at a team after its first cycle with an idea began.

    Args:
        readings: the team's points of one measure, in any order; one of the day it began counts as before.
        chosen: the day on which the milestone was chosen, for the flag of one bad point.
        others: other ideas the team tested.

    Raises:
        AnalysisError: ``too_few_points`` on either side, ``zero_denominator``, ``negative_count``,
            ``count_exceeds_denominator`` or ``not_finite`` in a point; ``not_estimable`` where a number that
            is no count never varies.
    """
    points = sorted(readings, key=lambda point: point.on)
    _refuse(points, kind)
    before = [point for point in points if point.on <= began][-POINTS:]
    after = [point for point in points if point.on > began][:POINTS]
    return _change(
        team, before, after, kind, is_after_bad_point(points, chosen, higher_is_better), tuple(others)
    )


def _change(
    team: str,
    before: Sequence[Reading],
    after: Sequence[Reading],
    kind: Kind,
    is_flagged: bool,
    others: tuple[Idea, ...],
) -> Change:
    if min(len(before), len(after)) < LEAST_POINTS:
        raise AnalysisError(
            "too_few_points",
            f"There are {len(before)} points before and {len(after)} after: "
            f"{LEAST_POINTS} on each side are needed.",
        )
    first, second = (float(np.mean([point.value for point in side])) for side in (before, after))
    ranges = _range_variance(before, after)
    variance = sum(max(_count_variance(side, kind), ranges / len(side)) for side in (before, after))
    if not variance > 0:
        raise AnalysisError("not_estimable", "The points never vary: how sure the change is can't be said.")
    since, until = before[0].on, after[-1].on
    met = tuple(
        idea.key for idea in others if idea.began <= until and (idea.ended is None or idea.ended >= since)
    )
    return Change(
        team, second - first, variance, first, second, len(before), len(after), since, until, is_flagged, met
    )


def _refuse(points: Sequence[Reading], kind: Kind) -> None:
    for point in points:
        if not (np.isfinite(point.count) and np.isfinite(point.base)):
            raise AnalysisError("not_finite", f"The point of {point.on} is no number.")
        if kind is Kind.CONTINUOUS:
            continue
        if point.base <= 0:
            raise AnalysisError("zero_denominator", f"The point of {point.on} counts among nobody.")
        if point.count < 0:
            raise AnalysisError("negative_count", f"The point of {point.on} has a count below 0.")
        if kind is Kind.PROPORTION and point.count > point.base:
            raise AnalysisError("count_exceeds_denominator", f"The point of {point.on} counts more than all.")


def _count_variance(side: Sequence[Reading], kind: Kind) -> float:
    """Return the variance of a side's mean by chance of the counts alone.

    Half a count is added to all of them together, so that a side of nothing but zeros is not taken for sure.
    """
    if kind is Kind.CONTINUOUS:
        return 0.0
    total, base = sum(point.count for point in side), sum(point.base for point in side)
    rare = (total + 0.5) / (base + 1.0) if kind is Kind.PROPORTION else (total + 0.5) / base
    spread = rare * (1 - rare) if kind is Kind.PROPORTION else rare
    return float(spread * sum(1 / point.base for point in side) / len(side) ** 2)


def _range_variance(*sides: Sequence[Reading]) -> float:
    """Return the variance of a point by the mean moving range within the sides, not across the change."""
    values = [[point.value for point in side] for side in sides]
    ranges = [abs(later - earlier) for side in values for earlier, later in pairwise(side)]
    return float((np.mean(ranges) / RANGE_TO_SIGMA) ** 2)


def is_after_bad_point(points: Sequence[Reading], chosen: date | None, higher_is_better: bool) -> bool:
    """Say whether the last point when the milestone was chosen was the worst of the latest, and alone so.

    Alone: the point before it was not the worst up to then, or it would be a slide.
    """
    if chosen is None:
        return False
    return ends_in_bad_point([point.value for point in points if point.on <= chosen], higher_is_better)


def ends_in_bad_point(values: Sequence[float], higher_is_better: bool) -> bool:
    """Say whether the last of these values, oldest first, is the worst of the latest six, and alone so."""
    sign = 1 if higher_is_better else -1
    latest = [sign * value for value in values][-POINTS:]
    if len(latest) < LEAST_POINTS:
        return False
    *others, last = latest
    return last < min(others) and others[-1] >= min(others[:-1])


def compared(
    change: Change, others: Mapping[str, Iterable[Reading]], kind: Kind, began: date
) -> Compared | None:
    """Return the change less that of comparable teams over the same dates; ``None`` under five of them.

    Args:
        others: points of the same measure at teams that are comparable and did not test the idea. Only their
            points between the first and the last day of *change* count, three on each side at least.
    """
    found = []
    for team, readings in others.items():
        points = sorted((p for p in readings if change.since <= p.on <= change.until), key=lambda p: p.on)
        try:
            _refuse(points, kind)
            before, after = [p for p in points if p.on <= began], [p for p in points if p.on > began]
            found.append(_change(team, before, after, kind, False, ()))
        except AnalysisError:
            continue
    if len(found) < LEAST_TEAMS:
        return None
    theirs = pool([each.effect for each in found], [each.variance for each in found])
    difference = change.effect - theirs.mean.value
    return Compared(len(found), theirs.mean.value, difference, change.variance + theirs.se**2)


def evidence(changes: Iterable[Change], least: int = LEAST_TEAMS) -> Evidence:
    """Return several teams' changes, pooled from *least* teams on; a team's first change counts."""
    listed: dict[str, Change] = {}
    for change in changes:
        listed.setdefault(change.team, change)
    kept = tuple(listed.values())
    if len(kept) < least:
        return Evidence(kept, None)
    return Evidence(kept, pool([each.effect for each in kept], [each.variance for each in kept]))


def by_condition(
    changes: Iterable[Change], condition: Mapping[str, str | None], least: int = LEAST_TEAMS
) -> dict[str | None, Evidence]:
    """Return the evidence for teams of each kind apart, by a condition of the teams; ``None`` is unknown.

    Args:
        condition: each team's kind, as "rural" or "Title I".
    """
    groups: dict[str | None, list[Change]] = {}
    for change in changes:
        groups.setdefault(condition.get(change.team), []).append(change)
    order = sorted(groups, key=lambda kind: (kind is None, kind or ""))
    return {kind: evidence(groups[kind], least) for kind in order}
