"""What the compare page, its downloads and its API answer are all made of: one reading, one suppression."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from measures.suppression import Counts, Who
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from variation import comparison, queries, students, wording
from variation.comparison import Comparison, Series, Sight
from variation.queries import District, GroupRow, MeasureRow, SchoolRow

YEAR = timedelta(days=370)
# Pooled numbers are given to analysts from so many schools on.
POOLED_FROM = 5


@dataclass(frozen=True)
class Choice:
    """What the reader asked for; nothing asked gives what came due last, as of this week."""

    measure_id: UUID | None = None
    district_id: UUID | None = None
    week: date | None = None
    group: str = ""


@dataclass(frozen=True)
class Page:
    """A comparison with what can be chosen, and what was."""

    choice: Choice
    districts: list[District]
    measures: list[MeasureRow]
    weeks: list[date]
    groups: list[str]
    on: date
    schools: int = 0
    district: District | None = None
    measure: MeasureRow | None = None
    week: date | None = None
    found: Comparison = field(default_factory=lambda: Comparison(()))
    table: students.Table | None = None
    table_measure: MeasureRow | None = None
    table_on: date | None = None
    leads: dict[str, wording.Lead] = field(default_factory=dict)
    pooled_only: bool = False


def read(session: Session, actor: Actor, choice: Choice, today: date, *, with_students: bool = True) -> Page:
    """Return the comparison for this reader.

    Raises:
        AbsentError: there is no such measure or district for them.
    """
    districts = queries.list_districts(session, actor) if actor.sees_network else []
    district, site_id = _district(session, actor, districts, choice)
    schools = queries.list_schools(session, actor, site_id)
    measures = queries.list_measures(session, actor, [s.team_id for s in schools], today) if schools else []
    if actor.is_analyst and not actor.sees_network and actor.team_id is None:
        measures = [measure for measure in measures if not measure.counts_students]
    measure = _measure(measures, choice)
    base = Page(choice, districts, measures, [], _groups(schools), today, len(schools), district, measure)
    if measure is None:
        return base
    series = queries.list_series(session, actor, measure.id, schools, today - YEAR)
    series = [one for one in series if one.points or one.steps]  # the others follow another strategy
    base = replace(base, schools=len(series))
    return _filled(session, actor, base, schools, _anonymous(series), today, with_students)


def _district(
    session: Session, actor: Actor, districts: list[District], choice: Choice
) -> tuple[District | None, int | None]:
    if not districts:
        if choice.district_id:
            raise AbsentError(_("There is no such district."))
        return None, queries.district_of(session, actor) if actor.team_id else None
    if choice.district_id is None:
        home = queries.district_of(session, actor) if actor.team_id else None
        found = next((d for d in districts if d.id == home), districts[0])
    else:
        known = next((d for d in districts if d.public_id == choice.district_id), None)
        if known is None:
            raise AbsentError(_("There is no such district."))
        found = known
    return found, found.id


def _measure(measures: list[MeasureRow], choice: Choice) -> MeasureRow | None:
    if choice.measure_id is None:
        return measures[0] if measures else None
    found = next((m for m in measures if m.public_id == choice.measure_id), None)
    if found is None:
        raise AbsentError(_("There is no such measure."))
    return found


def _groups(schools: list[SchoolRow]) -> list[str]:
    return sorted({school.grades for school in schools if school.grades})


def _anonymous(series: list[Series]) -> list[Series]:
    """Take the names off schools that the reader may not see by name, in an order that tells nothing."""
    unnamed = sorted(
        (s for s in series if s.sight is Sight.UNNAMED), key=lambda s: sha256(s.key.encode()).hexdigest()
    )
    hidden = [
        replace(s, key=f"unnamed-{place}", name=_("School %(number)s", number=place), steps=(), group="")
        for place, s in enumerate(unnamed, start=1)
    ]
    return [s for s in series if s.sight is not Sight.UNNAMED] + hidden


def _filled(
    session: Session,
    actor: Actor,
    base: Page,
    schools: list[SchoolRow],
    series: list[Series],
    today: date,
    full: bool,
) -> Page:
    measure = base.measure
    if measure is None:
        return base
    who = Who.STUDENTS if measure.counts_students else Who.ADULTS
    weeks = comparison.weeks_of(series, today)
    week = base.choice.week if base.choice.week in weeks else (weeks[0] if weeks else None)
    on = min(today, week + timedelta(days=6)) if week else today
    page = replace(base, weeks=weeks, week=week, on=on, pooled_only=_is_pooled(actor))
    hide: frozenset[str] = frozenset()
    if who is Who.STUDENTS:
        series = [s for s in series if s.sight is not Sight.UNNAMED]
    if not page.pooled_only and (full or who is Who.STUDENTS):
        page = _with_students(session, actor, page, schools, today)
    if who is Who.STUDENTS and page.table:
        hide = frozenset(row.key for row in page.table.rows if not row.total.is_shown)
    found = comparison.compare(series, who, actor.minimum_cell, on, hide=hide)
    return _judged(session, actor, page, schools, found, today)


def _is_pooled(actor: Actor) -> bool:
    """Say whether the reader gets pooled numbers only: an analyst who belongs to no team."""
    return actor.is_analyst and not actor.sees_network and not actor.team_ids


def _judged(
    session: Session, actor: Actor, page: Page, schools: list[SchoolRow], found: Comparison, today: date
) -> Page:
    if page.pooled_only:
        return replace(page, found=comparison.pooled_only(found, POOLED_FROM))
    if page.choice.group in page.groups:
        found = comparison.only(found, page.choice.group)
    keys = {line.key for line in (*found.high, *found.low)}
    flagged = [school for school in schools if str(school.public_id) in keys]
    if not flagged or page.measure is None:
        return replace(page, found=found)
    leads = queries.leads_of(session, actor, page.measure.id, flagged, today)
    return replace(page, found=found, leads=leads)


def _with_students(session: Session, actor: Actor, page: Page, schools: list[SchoolRow], today: date) -> Page:
    """Add the table of students: of the chosen measure if it counts students, else of the first that does."""
    chosen = page.measure if page.measure and page.measure.counts_students else None
    measure = chosen or next((m for m in page.measures if m.counts_students), None)
    if measure is None:
        return page
    found = queries.list_groups(session, actor, measure.id, [school.team_id for school in schools], today)
    if not found:
        return page
    names = list(dict.fromkeys((row.breakdown, row.subgroup) for row in found if row.subgroup))
    rows = _student_rows(schools, found, names)
    table = students.table(rows, names, actor.minimum_cell, _("Together, of %(n)s schools", n=len(rows)))
    return replace(page, table=table, table_measure=measure, table_on=max(row.on for row in found))


def _student_rows(
    schools: list[SchoolRow], found: list[GroupRow], names: list[tuple[str, str]]
) -> list[students.Row]:
    counted: dict[int, dict[tuple[str, str], Counts]] = {}
    for row in found:
        counted.setdefault(row.team_id, {})[row.breakdown, row.subgroup] = Counts(row.count, row.population)
    return [
        students.Row(
            str(school.public_id), school.name, school.sight, own["", ""],
            tuple(own.get(name) for name in names),
        )
        for school in schools
        if (own := counted.get(school.team_id, {})) and ("", "") in own
    ]  # fmt: skip
