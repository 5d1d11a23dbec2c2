"""Say what comparing places costs as a nation grows and its measurements pile up, on PostgreSQL.

    python -m benchmarks.comparison_scale [PER_CENT …]

At 1, 10 and 100 per cent of a nation of 100,000 schools in 50 states, each with 10 monthly counts a school
year over 10 school years: 10 million measurements. At each size with the first school year alone (a tenth of
the measurements), then with all ten. Every page is opened once to warm up, then three times, of which the
middle one counts; each statement it asks is explained, and a plan that reads a growing table from end to end
is told.
Needs the packages of the tests, which bring PostgreSQL, and 8 GB of disk at full size.
"""

import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from measures import sum_services
from measures.models import Measure, YearSum
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from nic_platform.actor import Level, NetworkRole
from nic_platform.app import create_app
from nic_platform.database import db, transaction
from teams.models import Network, Site
from tests import factories as make
from tests.pg import Server

SCHOOLS, STATES, YEARS, MONTHS = 100_000, 50, 10, 10
FIRST_YEAR = 2015
TURNS = 3
GROWING = ("measurement", "month_sum", "year_sum")

# What varies is made of each row's own numbers, so that every run has the same counts.
_SITES = """
INSERT INTO site (id, public_id, network_id, parent_id, level, name, state_code, city, state, locale, grades,
                  enrolment, attributes, version, created_at, updated_at, audit_seq, audit_head)
SELECT n, gen_random_uuid(), :network, {parent}, CAST(:level AS varchar), '{name} ' || (n - {first}),
       '{name}-' || n, '', '', '', '', 200 + n % 700, '{{}}', 1, now(), now(), 0, ''
FROM generate_series(CAST({first} AS int), CAST({last} AS int)) AS n
"""
_COUNTS = """
INSERT INTO measurement (public_id, network_id, measure_id, team_id, site_id, observed_on, recorded_at,
                         collector, tool, note, count, population, subgroup_set, subgroup, is_withdrawn)
SELECT gen_random_uuid(), :network, :measure, :team, s.id, d.day, now(), '', '', '',
       round(d.size * (0.7 + 0.12 * sin(s.id * 12.9898) + 0.05 * sin(s.parent_id * 78.233)
             + 0.03 * sin(s.id * 3.7 + d.number))), d.size, '', '', false
FROM site s CROSS JOIN LATERAL (
    SELECT 10 * y + m AS number, (120 + s.id % 380)::float AS size,
           (make_date(CAST(:year AS int) + y, 7, 28) + (m + 1) * interval '1 month')::date AS day
    FROM generate_series(CAST(:from_year AS int), CAST(:to_year AS int)) AS y
    CROSS JOIN generate_series(0, CAST(:months AS int) - 1) AS m
) AS d
WHERE s.level = 'school'
"""
_CLOSURE = """
WITH RECURSIVE up(below, above, depth) AS (
    SELECT id, id, 0 FROM site
    UNION ALL
    SELECT up.below, site.parent_id, up.depth + 1 FROM up JOIN site ON site.id = up.above
    WHERE site.parent_id IS NOT NULL
)
INSERT INTO site_closure (above_id, below_id, depth) SELECT above, below, depth FROM up
"""
_SCHOOLS = """
INSERT INTO {table} (site_id, measure_id, {name}, subgroup_set, subgroup, network_id, n, sum_y, sum_d,
                     sum_yyd, least_y, least_d, least_rest, least_room{more})
SELECT site_id, measure_id, {when}, subgroup_set, subgroup, m.network_id, count(*), sum(count),
       sum(population), sum(count * count / population), min(count), min(population),
       min(population - count), 1e12{last}
FROM measurement m {join} GROUP BY site_id, measure_id, 3, subgroup_set, subgroup, m.network_id {group}
"""
_ABOVE = """
INSERT INTO {table} (site_id, measure_id, {name}, subgroup_set, subgroup, network_id, n, sum_y, sum_d,
                     sum_yyd, least_y, least_d, least_rest, least_room{more})
SELECT c.above_id, measure_id, {name}, subgroup_set, subgroup, m.network_id, sum(n), sum(sum_y),
       sum(sum_d), sum(sum_yyd), min(least_y), min(least_d), min(least_rest), min(least_room){last}
FROM {table} m JOIN site_closure c ON c.below_id = m.site_id AND c.depth > 0 {join}
GROUP BY c.above_id, measure_id, {name}, subgroup_set, subgroup, m.network_id {group}
"""
_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = CAST(:table AS regclass) AND contype IN ('u', 'p') AND NOT EXISTS (
    SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = pg_constraint.conindid
)
"""
_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table AND indexdef NOT LIKE '%UNIQUE%'
"""
_RANK = "CASE s.level WHEN 'school' THEN 1 WHEN 'district' THEN 2 WHEN 'region' THEN 3 ELSE 4 END"
_BEGINS = "(extract(year FROM observed_on) - (extract(month FROM observed_on) < 7)::int)::int"


def fill_places(current: Session, schools: int) -> tuple[Network, Measure, Any, Any]:
    """Make the tree of a nation with so many schools, one measure, a team that counts and who leads it."""
    network = make.make_network(current, name="Nation")
    nation = make.make_site(current, network, level=Level.STATE, name="Nation")
    team = make.make_team(current, network, site=nation, level=Level.STATE)
    user = make.make_user(current)
    make.make_network_member(current, network, user, NetworkRole.LEAD)
    measure = make.make_measure(
        current, network_id=network.id, name="Attendance", kind=MeasureKind.OUTCOME,
        type=MeasureType.PROPORTION, direction=Direction.UP, rhythm=Rhythm.MONTHLY, unit="students",
        counts_students=True,
    )  # fmt: skip
    districts = max(STATES, schools * 13 // 100)
    above = nation.id
    for level, count, divided in (("region", STATES, 1), ("district", districts, STATES),
                                  ("school", schools, districts)):  # fmt: skip
        first = (current.scalar(text("SELECT max(id) FROM site")) or 0) + 1
        parent = str(nation.id) if level == "region" else f"{above} + (n - {first}) % {divided}"
        said = _SITES.format(parent=parent, name=level.title(), first=first, last=first + count - 1)
        current.execute(text(said), {"network": network.id, "level": level})
        above = first
    current.execute(text("SELECT setval(pg_get_serial_sequence('site', 'id'), (SELECT max(id) FROM site))"))
    current.execute(text("DELETE FROM site_closure"))
    current.execute(text(_CLOSURE))
    return network, measure, team, user


@contextmanager
def bare(current: Session, tables: Sequence[str]) -> Iterator[None]:
    """Take indexes, keys and checks of tables away while much is written, and put them back."""
    current.execute(text("SET LOCAL session_replication_role = replica"))
    current.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    put_back: list[str] = []
    for table in tables:
        keys = current.execute(text(_KEYS), {"table": table}).all()
        for name, made in keys:
            current.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE"))
            put_back.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}")
        for name, made in current.execute(text(_INDEXES), {"table": table}).all():
            current.execute(text(f"DROP INDEX {name}"))
            put_back.append(made)
    yield
    for made in put_back:
        current.execute(text(made))


def fill_counts(current: Session, ids: dict[str, int], years: tuple[int, int]) -> None:
    """Count every month of some school years at every school, and make the sums that the platform keeps."""
    given = ids | {"year": FIRST_YEAR, "from_year": years[0], "to_year": years[1], "months": MONTHS}
    with bare(current, ("measurement", "month_sum", "year_sum")):
        current.execute(text(_COUNTS), given)
        current.execute(text("TRUNCATE month_sum, year_sum"))
        fold(current, "month_sum", "month", "date_trunc('month', observed_on)::date")
        fold(current, "year_sum", "year", _BEGINS)


def fold(current: Session, table: str, name: str, when: str) -> None:
    """Write the sums of one kind: every school's, then those above from the schools' below them."""
    given = {"table": table, "name": name, "when": when, "more": "", "last": "", "join": "", "group": ""}
    if table == "year_sum":
        given |= {"more": ", last_on, parent_id, rank", "group": ", s.parent_id, s.level"}
    for said, site, day in ((_SCHOOLS, "m.site_id", "observed_on"), (_ABOVE, "c.above_id", "last_on")):
        if given["more"]:
            given |= {"join": f"JOIN site s ON s.id = {site}", "last": f", max({day}), s.parent_id, {_RANK}"}
        current.execute(text(said.format(**given)))


def is_as_folded(current: Session, ids: dict[str, int]) -> bool:
    """Say whether the sums of one district are those that the platform itself would fold."""
    district = current.scalars(select(Site.id).where(Site.level == Level.DISTRICT).limit(1)).one()
    which = select(YearSum.n, YearSum.sum_y, YearSum.sum_d, YearSum.least_y, YearSum.least_rest).where(
        YearSum.site_id == district, YearSum.year == FIRST_YEAR
    )
    before = tuple(current.execute(which).one())
    cell = (district, ids["measure"], date(FIRST_YEAR, 9, 1), "", "")
    sum_services.fold_cells(current, [cell], ids["network"])
    return all(abs(a - b) <= 1e-6 * abs(a) for a, b in zip(before, current.execute(which).one(), strict=True))


class Statements:
    """What a page asks of the database, with its plans."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.asked: list[tuple[str, Any]] = []

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Write down every statement."""

        def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                self.asked.append((statement, values))

        event.listen(self.engine, "before_cursor_execute", hear)
        yield
        event.remove(self.engine, "before_cursor_execute", hear)

    def whole_readings(self) -> set[str]:
        """Return the growing tables that some statement reads from end to end."""
        found = set()
        with self.engine.connect() as connection:
            for statement, values in self.asked:
                lines = connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars()
                plan = "\n".join(lines)
                found |= {table for table in GROWING if f"Seq Scan on {table}" in plan}
        return found


def pages(current: Session) -> dict[str, str]:
    """Return what is opened: each page by what it holds against each other."""
    by_level = {
        level: current.scalars(
            select(Site.public_id).where(Site.level == level).order_by(Site.id).limit(1)
        ).one()
        for level in (Level.STATE, Level.REGION, Level.DISTRICT)
    }
    nation, state, district = by_level[Level.STATE], by_level[Level.REGION], by_level[Level.DISTRICT]
    return {
        "district by school": f"/compare/places?place={district}&by=school",
        "state by district": f"/compare/places?place={state}&by=district",
        "state by school": f"/compare/places?place={state}&by=school",
        "nation by state": f"/compare/places?place={nation}&by=region",
        "nation by district": f"/compare/places?place={nation}&by=district",
        "nation by school": f"/compare/places?place={nation}&by=school",
    }


def look(engine: Engine, client: FlaskClient, addresses: dict[str, str], told: str) -> None:
    """Open each page and print what it cost."""
    for name, address in addresses.items():
        client.get(address)
        turns = []
        for _turn in range(TURNS):
            clock, work = time.perf_counter(), time.process_time()
            answer = client.get(address)
            turns.append((time.perf_counter() - clock, time.process_time() - work))
        seconds, processor = sorted(turns)[TURNS // 2]
        statements = Statements(engine)
        with statements.heard():
            client.get(address)
        whole = ", ".join(sorted(statements.whole_readings())) or "none"
        note = "" if answer.status_code == 200 else f" ({answer.status_code})"
        click.echo(
            f"| {told} | {name}{note} | {seconds:.2f} | {processor:.2f} | {len(statements.asked)} | "
            f"{len(answer.data) / 1024:.0f} | {whole} |"
        )


def more(ids: dict[str, int], years: tuple[int, int]) -> tuple[int, dict[str, str]]:
    """Add the counts of some school years, and return how many there are and which pages to open."""
    with transaction() as current:
        fill_counts(current, ids, years)
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    with transaction() as current:
        number = current.scalar(text("SELECT count(*) FROM measurement")) or 0
        assert is_as_folded(current, ids)  # noqa: S101  a benchmark of wrong sums says nothing
        addresses = pages(current)
    db.session.remove()
    return number, addresses


def run(share: float) -> None:
    """Build one size, with one school year and with all, and look at its pages."""
    schools = int(SCHOOLS * share)
    server = Server()
    try:
        with TemporaryDirectory() as folder:
            settings = {"SQLALCHEMY_DATABASE_URI": server.url, "DATA_DIR": folder,
                        "STORAGE": str(Path(folder) / "f"), "QUEUE_URL": server.url,
                        "INSECURE_COOKIES": True}  # fmt: skip
            app = create_app(settings, environ={**os.environ, "NIC_DATA_DIR": folder, "NIC_COUNT_SQL": "1"})
            client = app.test_client()
            with app.app_context():
                engine = db.engine
                db.create_all()
                with transaction() as current:
                    network, measure, team, user = fill_places(current, schools)
                    ids = {"network": network.id, "measure": measure.id, "team": team.id}
                    make.sign_in(current, client, user)
                db.session.remove()
            for years in ((0, 0), (1, YEARS - 1)):
                begun = time.perf_counter()
                with app.app_context():
                    number, addresses = more(ids, years)
                took = time.perf_counter() - begun
                click.echo(f"{schools:,} schools, {number:,} measurements in {took:.0f} s", err=True)
                look(engine, client, addresses, f"{schools:,} / {number:,}")
            engine.dispose()
    finally:
        server.stop()


def main(shares: list[float]) -> None:
    """Print a table of all sizes."""
    click.echo("| Schools / measurements | Page | s | CPU s | Statements | KB | Read whole |\n"
               "|---|---|--:|--:|--:|--:|---|")  # fmt: skip
    for share in shares:
        run(share / 100)
    click.echo(f"\n{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB at most")


if __name__ == "__main__":
    main([float(each) for each in sys.argv[1:]] or [1, 10, 100])
