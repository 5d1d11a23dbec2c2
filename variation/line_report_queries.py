"""Reading capacity, fidelity and outcome of a practice for a line of places; small cells stay hidden."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures import small_charts
from measures.models import Measure
from measures.published_queries import ALL, Asked, Group, published
from nic_platform.actor import Actor
from variation.line_report import KINDS, MeasureFacts, Report, line_of
from variation.models import Practice
from variation.seat_queries import SiteRow

MONTHS = 24


@dataclass(frozen=True)
class LineReports:
    """The three reports of every place of a line; ``groups`` are the subgroups that can be chosen."""

    places: tuple[SiteRow, ...]
    reports: dict[tuple[int, str], Report]
    measures: dict[str, Any]
    groups: tuple[Group, ...]
    group: Group


def measures_of(session: Session, practice: Practice) -> dict[str, Any]:
    """Return the measures behind a practice's three reports, those that are chosen; one statement."""
    keys = {kind: getattr(practice, f"{kind}_measure_id") for kind in KINDS}
    query = select(Measure).where(
        Measure.id.in_([key for key in keys.values() if key] or [0]),
        Measure.network_id == practice.network_id,
        Measure.team_id.is_(None), Measure.deleted_at.is_(None),
    )  # fmt: skip
    found = {measure.id: measure for measure in session.scalars(query)}
    return {kind: found[key] for kind, key in keys.items() if key in found}


def groups_of(measures: dict[str, Any]) -> tuple[Group, ...]:
    """Return the subgroups of these measures, each breakdown with its groups, in order."""
    found = {
        (str(name), str(group)): None
        for measure in measures.values()
        for name, groups in (measure.breakdown or {}).items()
        for group in groups
    }
    return tuple(found)


def line_reports(
    session: Session, actor: Actor, practice: Practice, places: list[SiteRow], group: Group, today: date
) -> LineReports:
    """Return the three reports for each place of a line, the outermost first; ten statements at most.

    Args:
        group: a subgroup; what a measure doesn't tell apart is not shown for it.
    """
    measures = measures_of(session, practice)
    groups = groups_of(measures)
    group = group if group in groups else ALL
    span = ((today - timedelta(days=MONTHS * 30)).replace(day=1), today)
    reports: dict[tuple[int, str], Report] = {}
    for kind in KINDS:
        measure = measures.get(kind)
        if measure is None or not places or not _tells(measure, group):
            reports |= {
                (p.id, kind): Report(kind, p.name, measure.name if measure else "", None) for p in places
            }
            continue
        asked = Asked(measure.id, measure.type, measure.counts_students, actor.minimum_cell)
        line = [place.id for place in places[1:]]
        found = published(session, actor, places[0].id, asked, span, group, line)
        facts = MeasureFacts(measure.name, measure.type, measure.direction, measure.unit, measure.target)
        reports |= _drawn(kind, facts, places, found.by_month, span)
    return LineReports(tuple(places), reports, measures, groups, group)


def _tells(measure: Any, group: Group) -> bool:
    return group == ALL or group[1] in (measure.breakdown or {}).get(group[0], [])


def _drawn(
    kind: str, facts: MeasureFacts, places: list[SiteRow], by_month: Any, span: tuple[date, date]
) -> dict[tuple[int, str], Report]:
    """Return the charts of one measure, all on one value axis and over the same days."""
    lines = [line_of(place.name, by_month.get(place.id, {}), facts) for place in places]
    scale = small_charts.shared_scale([line for line, _rows in lines])
    shared = small_charts.span_of([line for line, _rows in lines], *span)
    charts = small_charts.draw([line for line, _rows in lines], shared, size=(300.0, 110.0), scale=scale)
    return {
        (place.id, kind): Report(
            kind, place.name, facts.name, chart if line.values else None, line.hidden, tuple(rows)
        )
        for place, chart, (line, rows) in zip(places, charts, lines, strict=True)
    }
