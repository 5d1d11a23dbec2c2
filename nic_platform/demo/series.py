"""The numbers of the demo: what was counted each week, in every way that a series can go."""

from collections.abc import Sequence
from datetime import date
from math import exp, floor
from typing import Any

from sqlalchemy import select

from measures import resum_services
from measures.models import Measurement
from nic_platform.demo.builder import Builder, DemoTeam, Row
from teams.models import Network

# How a team's series can go, with how often.
SHAPES = {
    "steady": 34, "quick": 16, "slow": 18, "stalled": 12, "slipped": 8, "ahead": 6, "sparse": 4, "never": 2,
}  # fmt: skip
SUBGROUPS = ("Beginning", "Intermediate", "Advanced")
SUBGROUP_SET = "English level"


def half_up(value: float) -> int:
    """Round the way people do."""
    return floor(value + 0.5)


def shape_of(b: Builder) -> str:
    """Return how the next series goes."""
    return str(b.rng.choices(list(SHAPES), list(SHAPES.values()))[0])


def path(b: Builder, days: Sequence[date], shape: str, goal: float, end: float | None = None) -> list[float]:
    """Return shares (0 to 1) on *days* for a series of this shape that aims at *goal* by its last day.

    Args:
        end: the share of the last day; drawn from the shape when not given.
    """
    last = len(days) - 1
    finish = {"steady": 0.94, "quick": 1.0, "slow": 0.78, "stalled": 0.45, "slipped": 0.8, "ahead": 1.06}.get(
        shape, 0.8
    )
    top = end if end is not None else min(0.99, goal * (finish + b.rng.uniform(-0.1, 0.08)))
    middle = {"quick": 0.25, "ahead": 0.18, "slow": 0.66, "stalled": 0.3, "slipped": 0.3}.get(shape, 0.42)
    middle += b.rng.uniform(-0.06, 0.06)
    start = b.rng.uniform(0.03, 0.16)
    values = []
    for place in range(len(days)):
        t = place / max(last, 1)
        climb = (1 / (1 + exp(-(t - middle) * 8))) * (1 + exp(-(1 - middle) * 8))
        value = start + (top - start) * climb
        if shape == "slipped" and t > 0.75 and end is None:
            value = min(0.99, goal * 1.02) - (t - 0.75) * 0.9
        values.append(min(1.0, max(0.0, value + b.rng.gauss(0, 0.025))))
    if end is not None and values:
        values[-1] = end
    return values


def counts(
    b: Builder, days: Sequence[date], shape: str, goal: float, staff: int, last: int | None = None
) -> list[int]:
    """Return how many of *staff* people do it on each day."""
    end = None if last is None else last / staff
    found = [half_up(share * staff) for share in path(b, days, shape, goal, end)]
    if last is not None and found:
        found[-1] = last
    return [min(staff, max(0, count)) for count in found]


def measured(
    b: Builder, team: DemoTeam, measure_id: int, day: date, count: float, population: float, **more: Any
) -> Row:
    """Return the row of one measurement of a share."""
    return {
        "measure_id": measure_id, "team_id": team.id, "site_id": team.site_id, "observed_on": day,
        "recorded_at": b.days.at(day), "recorded_by_id": team.person,
        "collector": b.names.get(team.person or 0, ""),
        "tool": "", "note": "", "count": float(count), "population": float(population), "value": None,
        "subgroup_set": "", "subgroup": "", "supersedes_id": None, "is_withdrawn": False, **more,
    }  # fmt: skip


def done(b: Builder, team: DemoTeam, measure_id: int, day: date) -> Row:
    """Return the row by which a deliverable is told to stand."""
    return {**measured(b, team, measure_id, day, 0, 0), "count": None, "population": None, "value": 1.0}


def kept_days(b: Builder, days: list[date], shape: str) -> list[date]:
    """Return the days on which a team of this shape did count: some weeks are lost, some teams stop."""
    if shape == "never":
        return []
    if shape == "sparse":
        return [day for day in days[: max(2, len(days) * 2 // 3)] if b.chance(0.4)]
    end = days[-1:]
    return [day for day in days[:-1] if b.chance(0.93)] + end


def students(
    b: Builder, team: DemoTeam, measure_id: int, day: date, groups: Sequence[tuple[int, int]]
) -> list[Row]:
    """Return the rows of one test window: all students, then each English level."""
    total = (sum(count for count, _ in groups), sum(size for _, size in groups))
    rows = [measured(b, team, measure_id, day, *total, tool="iReady")]
    for name, (count, size) in zip(SUBGROUPS, groups, strict=True):
        rows.append(
            measured(
                b, team, measure_id, day, count, size, tool="iReady", subgroup_set=SUBGROUP_SET, subgroup=name
            )
        )
    return rows


def student_groups(b: Builder, share: float) -> list[tuple[int, int]]:
    """Return (proficient, tested) of each English level for a school whose share is about *share*."""
    found = []
    for lift, low, high in ((-0.12, 6, 45), (0.0, 15, 120), (0.05, 30, 190)):
        size = b.rng.randint(low, high)
        found.append((min(size, max(0, half_up(size * (share + lift + b.rng.gauss(0, 0.03))))), size))
    return found


def write_measurements(b: Builder, rows: list[Row]) -> list[int]:
    """Insert measurements and return their numbers."""
    return b.add(Measurement, rows, at=b.days.now)


def write_sums(b: Builder) -> None:
    """Make the sums of all measurements, of every network."""
    for network_id in b.session.scalars(select(Network.id)).all():
        resum_services.rebuild(b.session, network_id)
