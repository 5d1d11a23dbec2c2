"""The State's published figures of all schools: chronic absence of the last three school years."""

import csv
import io

from sqlalchemy import select

from measures import state_import_services as services
from measures.school_years import name_of, span_of, year_of
from measures.state_check_services import prepare
from nic_platform import tabular
from nic_platform.actor import Actor, Level
from nic_platform.demo.builder import Builder
from nic_platform.demo.names import STATE_TEAM
from teams.models import Site

HEADERS = ("Student Count", "Student Count", "K-12 Student Count")


def build(b: Builder) -> None:
    """Bring the last three files in, as the network lead did in the autumn after each year."""
    today = b.days.at(b.days.starts_on).date()
    last = year_of(today) - 1
    query = select(Site.state_code, Site.name, Site.enrolment).where(
        Site.network_id == b.network_id, Site.level == Level.SCHOOL, Site.state_code.is_not(None)
    )
    found = b.session.execute(query.order_by(Site.id))
    schools = [(code or "", name, size or 200) for code, name, size in found]
    usual = {code: min(0.6, max(0.04, b.rng.gauss(0.24, 0.09))) for code, _name, _size in schools}
    for at, header in enumerate(HEADERS):
        year = last - len(HEADERS) + 1 + at
        text = _file(b, year, header, schools, usual)
        _bring_in(b, year, text)


def _file(
    b: Builder, year: int, header: str, schools: list[tuple[str, str, int]], usual: dict[str, float]
) -> str:
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["School Year", "District Code", "School Code", "School Name", header,
                   "Chronic Absent Count", "Chronically Absent Rate"])  # fmt: skip
    absent = enrolled = 0
    for code, name, size in schools:
        many = max(1, round(size * b.rng.uniform(0.94, 1.06)))
        count = min(many, max(0, round(many * (usual[code] + b.rng.gauss(0, 0.02)))))
        shown = ["*", "*"] if many < 16 else [count, round(count / many, 3)]
        absent, enrolled = absent + count, enrolled + many
        rows.writerow([f"{year}-{year + 1}", *code.split("-"), name, many, *shown])
    rows.writerow(
        [f"{year}-{year + 1}", "", "", "State Total", enrolled, absent, round(absent / enrolled, 3)]
    )
    return written.getvalue()


def _bring_in(b: Builder, year: int, text: str) -> None:
    at = b.days.at(span_of(year)[1].replace(month=8, day=20))
    by = Actor(user_id=b.people["state"], name="Helen Sorensen", network_id=b.network_id)
    info, b.session.info["at"] = b.session.info.get("at"), at
    name = f"chronic_absence_{name_of(year)}.csv"
    table = tabular.read_table(io.BytesIO(text.encode()), name)
    run = services.new_run(b.session, b.network_id, table, by=by, at=at)
    columns, figures, options = services.propose(b.session, b.network_id, table)
    found = prepare(b.session, b.network_id, table, columns, figures, options, today=at.date())
    run.team_id = b.teams[STATE_TEAM].id
    services.note(run, table, columns, figures, options, found)
    services.finish(b.session, run, found, options, today=at.date(), by=by, at=at)
    b.session.info["at"] = info
