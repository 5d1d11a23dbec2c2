"""What bringing an agency's table in would do: every figure held against places and against what stands.

Pages, the command and the API all prepare in this one way, and write what was prepared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from measures import state_import_queries as queries
from measures import state_table
from measures.models import Measure
from measures.school_years import name_of, span_of, year_of
from measures.state_breaks import Break, Results, breaks_of, steps_of
from measures.state_figures import Figure
from measures.state_import_queries import Standing
from measures.state_places import Match
from measures.state_rows import Options, Place, Read, Row
from nic_platform.importing import Problem
from nic_platform.tabular import Table
from nic_platform.text import _
from teams.models import Team


@dataclass(frozen=True)
class Written:
    """One figure to write. ``replaces`` is the one that it would correct."""

    number: int
    figure: int
    site_id: int
    name: str
    year: int
    count: float
    population: float
    people: float | None = None
    replaces: Standing | None = None

    def on(self, today: date) -> date:
        """Return the day that the figure stands at: the last of its school year, or today before that."""
        return min(span_of(self.year)[1], today)


@dataclass
class Prepared:
    """What bringing a table in would do. Nothing is written yet."""

    read: Read
    figures: Sequence[Figure]
    measures: Sequence[Measure | None]
    collector: Team
    new: list[Written] = field(default_factory=list)
    differing: list[Written] = field(default_factory=list)
    unchanged: int = 0
    unsure: dict[Place, Match] = field(default_factory=dict)
    renamed: int = 0
    breaks: list[Break] = field(default_factory=list)
    results: dict[tuple[int, int], Results] = field(default_factory=dict)  # by figure and school year

    @property
    def problems(self) -> list[Problem]:
        """Return all that is wrong, by row."""
        return self.read.problems

    @property
    def stops(self) -> bool:
        """Say whether something is wrong with the table as a whole, which no leaving out mends."""
        return any(problem.row is None for problem in self.problems)

    @property
    def years(self) -> list[int]:
        """Return the school years that the table's figures are of."""
        return sorted({row.year for row in self.read.rows})

    @property
    def places(self) -> int:
        """Return how many places the table has figures of."""
        return len({each.site_id for each in (*self.new, *self.differing)})


def prepare(
    session: Session,
    network_id: int,
    table: Table,
    columns: dict[str, str],
    figures: Sequence[Figure],
    options: Options,
    *,
    today: date,
) -> Prepared:
    """Return what bringing *table* in would do; six statements, whatever its length.

    Args:
        today: the civil day in the network's time zone.

    Raises:
        RuleError: the network has no team in whose name figures could be kept.
    """
    collector = queries.collector_of(session, network_id)
    known = queries.common_measures(session, network_id)
    by_name = {each.name.casefold(): each for each in known.values()}
    measures = [known.get(each.measure) or by_name.get(each.name.casefold()) for each in figures]
    read = state_table.read(table, columns, figures, options, last_year=year_of(today))
    found = Prepared(read, figures, measures, collector)
    if read.rows:
        _hold_against(session, network_id, found, options)
        found.breaks = steps_of(
            breaks_of(table, figures, read, queries.earlier_figures(session, network_id)), figures,
            found.results, found.years,
        )  # fmt: skip
    read.problems.sort(key=lambda problem: problem.row or 0)
    return found


def _hold_against(session: Session, network_id: int, found: Prepared, options: Options) -> None:
    register = queries.register_of(session, network_id)
    ids = {measure.id for measure in found.measures if measure is not None}
    years = found.years
    standing = queries.standing_of(session, network_id, ids, [years[0] - 1, *years, years[-1] + 1])
    numbers = {measure.id: at for at, measure in enumerate(found.measures) if measure is not None}
    for (measure, site, year), there in standing.items():
        for each in there:
            if each.team_id == found.collector.id and each.population:
                found.results.setdefault((numbers[measure], year), {})[site] = (
                    each.count or 0.0,
                    each.population,
                )
    _refuse_twice_counted(found, standing)
    matches: dict[Place, Match | str] = {}
    seen: dict[tuple[int, int, int], Row] = {}
    for row in found.read.rows:
        if row.place not in matches:
            matches[row.place] = register.find(row.place)
        match = matches[row.place]
        if isinstance(match, str):
            _refuse(found, row, match)
        elif not match.how.is_sure and not options.places_are_right:
            found.unsure[row.place] = match
            _refuse(found, row, _("Look at the places that codes don’t say for sure, and say that they are "
                                  "right, or leave them out."))  # fmt: skip
        elif (first := seen.get((match.site.id, row.year, row.figure))) is not None:
            _refuse(found, row, _("This is the same place as in row %(row)s. Take one of them out.",
                                  row=first.number))  # fmt: skip
        else:
            seen[match.site.id, row.year, row.figure] = row
            here = found.results.setdefault((row.figure, row.year), {})
            here[match.site.id] = (row.count, row.population)
            if not match.how.is_sure:
                found.unsure[row.place] = match
            _sort(found, row, match, standing)
    found.renamed = sum(isinstance(match, Match) and match.is_renamed for match in matches.values())


def _refuse(found: Prepared, row: Row, sentence: str) -> None:
    place = row.place
    told = (place.school_name, place.school_code) if place.level == "school" else (
        place.district_name, place.district_code)  # fmt: skip
    found.read.refuse(row.number, "", ", ".join(filter(None, told)), sentence)


def _sort(
    found: Prepared, row: Row, match: Match, standing: dict[tuple[int, int, int], list[Standing]]
) -> None:
    measure = found.measures[row.figure]
    there = standing.get((measure.id, match.site.id, row.year), []) if measure is not None else []
    own = [each for each in there if each.team_id == found.collector.id]
    written = Written(
        row.number, row.figure, match.site.id, match.site.name, row.year, row.count, row.population,
        row.people, own[0] if own else None,
    )  # fmt: skip
    if not own:
        found.new.append(written)
    elif (own[0].count, own[0].population, own[0].people) == (row.count, row.population, row.people):
        found.unchanged += 1
    else:
        found.differing.append(written)


def _refuse_twice_counted(found: Prepared, standing: dict[tuple[int, int, int], list[Standing]]) -> None:
    """Refuse a table whose figures stand already at another level, or were counted by teams themselves.

    A district's sum is made of its schools': with both, everything would be counted twice.
    """
    level = found.read.rows[0].place.level
    numbers = {measure.id: at for at, measure in enumerate(found.measures) if measure is not None}
    told: set[tuple[int, int, str]] = set()
    mine = found.collector.id
    for (measure, _site, year), there in standing.items():
        for each in there:
            why = "level" if each.level.value != level else "team" if each.team_id != mine else ""
            if why and year in found.years:
                told.add((numbers[measure], year, why))
    for at, year, why in sorted(told):
        sentence = (
            _(
                "“%(name)s” has figures of another level for %(year)s: with both, everything would be "
                "counted twice. Take those back first, or choose another measure.",
                name=found.figures[at].name,
                year=name_of(year),
            )
            if why == "level"
            else _(
                "Teams count “%(name)s” themselves in %(year)s: with both, everything would be counted "
                "twice. Choose another measure.",
                name=found.figures[at].name,
                year=name_of(year),
            )
        )
        found.read.refuse(None, "", "", sentence)
