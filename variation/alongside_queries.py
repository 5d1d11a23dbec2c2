"""Reading what stands beside a result: a measure's figures by site, and where each initiative was in place.

Figures come from what may be shown of places, decided for the whole of the highest place before any choice;
nothing else of a small group leaves the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure, YearSum
from measures.published_queries import Asked
from measures.rules import COUNTED, MeasureType
from measures.school_years import span_of
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Site
from teams.queries import in_network
from variation import alongside, overlap_queries, place_sum_queries
from variation.alongside import Beside, Figure
from variation.initiative_queries import facts_of
from variation.seat_queries import SiteRow, is_pooled, reads_counts


@dataclass(frozen=True)
class MeasureChoice:
    """A common measure of shares or rates with figures, and its school years, newest first."""

    id: int
    public_id: UUID
    name: str
    unit: str
    type: MeasureType
    counts_students: bool
    years: tuple[int, ...]


@dataclass(frozen=True)
class Results:
    """A measure beside every initiative: what is found, over how many sites whose figure may be shown."""

    measure: MeasureChoice
    year: int
    span: tuple[date, date]
    sites: int
    found: tuple[Beside, ...]


def measures(session: Session, actor: Actor) -> list[MeasureChoice]:
    """Return the common measures that sites can be held beside initiatives on, by name; one statement."""
    query = (
        select(
            Measure.id, Measure.public_id, Measure.name, Measure.unit, Measure.type, Measure.counts_students,
            YearSum.year,
        )
        .join(YearSum, YearSum.measure_id == Measure.id)
        .where(in_network(actor, Measure.network_id), Measure.team_id.is_(None), Measure.deleted_at.is_(None))
        .where(Measure.type.in_(sorted(COUNTED)), YearSum.subgroup_set == "", YearSum.n > 0)
        .distinct()
        .order_by(Measure.name, Measure.id, YearSum.year.desc())
    )  # fmt: skip
    found: dict[int, tuple[list[Any], list[int]]] = {}
    for row in session.execute(query):
        found.setdefault(row.id, (list(row[:-1]), []))[1].append(row.year)
    return [MeasureChoice(*(*row, tuple(years))) for row, years in found.values()]


def chosen(found: Sequence[MeasureChoice], measure_id: UUID | None) -> MeasureChoice | None:
    """Return the measure that an address asks for, else the first.

    Raises:
        AbsentError: there is none of that name.
    """
    if measure_id is None:
        return found[0] if found else None
    known = next((each for each in found if each.public_id == measure_id), None)
    if known is None:
        raise AbsentError(_("There is no such measure."))
    return known


def results(
    session: Session, actor: Actor, measure: MeasureChoice, year: int | None, area: SiteRow | None
) -> Results:
    """Return a measure's sites with and without each initiative in a school year; ten statements at most."""
    on = year if year in measure.years else measure.years[0]
    span = span_of(on)
    figures = _figures(session, actor, measure, on, area)
    area_id = area.id if area else None
    pairs = overlap_queries.places_in_year(session, actor, span, area_id)
    places: dict[int, set[int]] = {}
    for initiative, site in pairs:
        places.setdefault(initiative, set()).add(site)
    names = {key: row.name for key, row in facts_of(session, places).items()}
    kept = overlap_queries.sites_with_inventory(session, actor, area_id)
    found = alongside.beside(measure.type, figures, names, places, kept)
    return Results(measure, on, span, len(figures), tuple(found))


def _figures(
    session: Session, actor: Actor, measure: MeasureChoice, year: int, area: SiteRow | None
) -> list[Figure]:
    """Return the sites' figures that may be shown, of the sites whose inventory counts for this reader."""
    asked = Asked(measure.id, measure.type, measure.counts_students, actor.minimum_cell)
    tops = select(Site.id).where(
        in_network(actor, Site.network_id), Site.deleted_at.is_(None), Site.parent_id.is_(None)
    )
    roots = [area.id] if area else list(session.scalars(tops.order_by(Site.id).limit(3)))
    found: list[Figure] = []
    for root in roots:
        counting = place_sum_queries.read_years(session, actor, root, asked, (year,), year)[year]
        kept = counting.only(counting.shown)
        rows = zip(kept.site_id.tolist(), kept.sums.y.tolist(), kept.sums.d.tolist(), strict=True)
        found += [Figure(site, count, population) for site, count, population in rows]
    if not is_pooled(actor) and not actor.sees_network:
        mine = set(session.scalars(select(Site.id).where(reads_counts(actor, Site.id))))
        found = [each for each in found if each.site in mine]
    return found
