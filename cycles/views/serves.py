"""The milestone that a cycle serves, beside it: where it stands, and its counts against its targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from measures.chart_points import gathered
from measures.queries import Record, SeriesKey, standing_records
from measures.rules import MeasureType
from measures.svg import Dot, Target, mini_run, scale_for
from milestones import status_queries
from milestones.rows import MilestoneRow
from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.filters import counted, day
from nic_platform.text import _

SIZE = (240.0, 84.0)


@dataclass(frozen=True)
class Served:
    """How the first of a cycle's milestones stands: a status, the latest count in words, the picture."""

    status: str
    latest: str
    chart: Markup | None


def standing_of(
    actor: Actor,
    row: MilestoneRow,
    series: Sequence[MilestoneRow],
    found: Mapping[SeriesKey, Sequence[Record]],
    *,
    is_above: bool,
) -> Served | None:
    """Return how a milestone stands; ``None`` where it is not measured.

    Small groups are hidden, as on the milestone's page; its status too follows from what is shown.

    Args:
        found: what was written down for it, subgroups left out.
    """
    key = status_queries.series_key(row)
    if key is None:
        return None
    today, zone = clock.today(actor.time_zone), ZoneInfo(actor.time_zone)
    sight = {"counts_students": row.counts_students, "is_above": is_above}
    known = status_queries.seen(actor, found.get(key, []), row.type, **sight)
    standing = status_queries.standings_of([row], {key: known}, today, zone, series)[row.id]
    shown = standing_records(known)
    shown = [each for each in shown if each.on <= today and each.value(row.type) is not None]
    latest = counted(shown[-1].count, shown[-1].population) if shown else ""
    chart = _chart(row, series, shown, today, latest) if shown else None
    return Served(standing.status.value, latest, chart)


def _chart(
    row: MilestoneRow, series: Sequence[MilestoneRow], shown: Sequence[Record], today: date, latest: str
) -> Markup:
    dots = [Dot(cell.on, cell.value) for cell in gathered(shown, row.type) if cell.value is not None]
    targets = [
        Target(each.date, each.target) for each in series if each.date is not None and each.target is not None
    ]
    days = [today, *(dot.on for dot in dots), *(target.on for target in targets)]
    span = min(days), max(max(days), min(days) + timedelta(days=30))
    values = [dot.value for dot in dots] + [target.value for target in targets]
    label = _(
        "%(milestone)s: %(latest)s on %(day)s", milestone=row.title, latest=latest, day=day(shown[-1].on)
    )
    percent = row.type is MeasureType.PROPORTION
    return mini_run(dots, targets, span, label=label, scale=scale_for(values, percent), size=SIZE)
