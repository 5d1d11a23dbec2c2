"""Say what the pages of initiatives and practices cost in a network of many sites.

    python -m benchmarks.alignment_pages [SITES …] [postgresql]

Every site keeps an inventory of seven of forty initiatives and is at some stage of four practices; a measure
was counted ten times in the school year. Each page is opened as a network lead does. On SQLite the
processor's seconds hold the database's too; on PostgreSQL they are the application's.
"""

import sys
import time
from datetime import date, timedelta
from uuid import UUID

import click
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import many_teams
from benchmarks.many_teams import Many, rows_into
from measures import resum_services
from measures.models import Measure, Measurement
from measures.rules import MeasureKind, MeasureType
from nic_platform import clock
from nic_platform.actor import Level
from nic_platform.database import transaction
from teams.models import Site
from tests import factories as make
from variation.models import Initiative, InitiativePlace, Practice, PracticeSite, StageEntry

INITIATIVES, AT_A_SITE, PRACTICES, MONTHS = 40, 7, 4, 10


def fill(session: Session, sites: int) -> tuple[Many, dict[str, UUID]]:
    """Fill a network; return it with what addresses name."""
    many = many_teams.fill_teams(session, sites)
    own = {"network_id": many.network_id}
    measure = make.make_measure(
        session, network_id=many.network_id, name="Attendance", kind=MeasureKind.OUTCOME,
        type=MeasureType.PROPORTION, counts_students=True, unit="students",
    )  # fmt: skip
    _counts(session, many, measure)
    rows_into(session, Initiative, [
        {**own, "name": f"Initiative {n:02}", "data_collected": "attendance, surveys"}
        for n in range(INITIATIVES)
    ])  # fmt: skip
    names = list(session.scalars(select(Initiative.id).order_by(Initiative.id)))
    words = ("better", "same", "worse", "")
    rows_into(session, InitiativePlace, [
        {**own, "initiative_id": names[(n * n % 7 + k * (n % 5 + 1)) % INITIATIVES], "site_id": site,
         "level": Level.SCHOOL, "team_id": team, "teams": f"Team {n % 9}, counsellors", "planned": "Monthly",
         "outcome": words[(n + k) % 4], "starts_on": date(2019 + n % 6, 8, 1)}
        for n, (site, team) in enumerate(zip(many.sites, many.teams, strict=True)) for k in range(AT_A_SITE)
    ])  # fmt: skip
    _practices(session, many, measure)
    ids = {
        "initiative": session.scalars(select(Initiative.public_id).order_by(Initiative.id).limit(1)).one(),
        "practice": session.scalars(select(Practice.public_id).order_by(Practice.id).limit(1)).one(),
        "site": session.get_one(Site, many.sites[0]).public_id,
        "district": session.scalars(
            select(Site.public_id).where(Site.level == Level.DISTRICT).order_by(Site.id).limit(1)
        ).one(),
    }
    return many, ids


def _counts(session: Session, many: Many, measure: Measure) -> None:
    own = {"network_id": many.network_id, "measure_id": measure.id}
    last = clock.now().date().replace(day=1)
    days = [last - timedelta(days=30 * back + 3) for back in range(MONTHS)]
    pairs = list(zip(many.sites, many.teams, strict=True))
    rows_into(session, Measurement, [
        {**own, "site_id": site, "team_id": team, "observed_on": day, "population": float(90 + n % 400),
         "count": float((90 + n % 400) * (80 + (n * 7 + m * 5) % 11) // 100)}
        for m, day in enumerate(days) for n, (site, team) in enumerate(pairs)
    ])  # fmt: skip
    resum_services.rebuild(session, many.network_id)


def _practices(session: Session, many: Many, measure: Measure) -> None:
    own = {"network_id": many.network_id}
    rows_into(session, Practice, [
        {**own, "name": f"Practice {n}", "outcome_measure_id": measure.id, "fidelity_measure_id": measure.id,
         "capacity_measure_id": measure.id} for n in range(PRACTICES)
    ])  # fmt: skip
    kinds = list(session.scalars(select(Practice.id).order_by(Practice.id)))
    rows_into(session, PracticeSite, [
        {**own, "practice_id": kind, "site_id": site, "team_id": team}
        for site, team in zip(many.sites, many.teams, strict=True) for kind in kinds
    ])  # fmt: skip
    places = session.scalars(select(PracticeSite.id).order_by(PracticeSite.id)).all()
    steps = ("exploration", "installation", "initial", "full")
    rows_into(session, StageEntry, [
        {**own, "place_id": place, "stage": steps[k],
         "on": date(2024, 9, 1) + timedelta(days=60 * k + n % 30)}
        for n, place in enumerate(places) for k in range(1 + n % 4)
    ])  # fmt: skip


def run(app: Flask, sites: int) -> None:
    """Fill one installation and open each page."""
    begun = time.perf_counter()
    with app.app_context(), transaction() as current:
        many, ids = fill(current, sites)
    many_teams.settle(app)
    clients = many_teams.people(app, many)
    click.echo(f"{sites:,} sites in {time.perf_counter() - begun:.0f} s", err=True)
    one, practice = f"/initiatives/{ids['initiative']}", f"/practices/{ids['practice']}"
    area, site = f"?area={ids['district']}", ids["site"]
    for address, words in (
        ("/initiatives", ""), (one, "an initiative"), ("/initiatives/overlap", ""),
        (f"/initiatives/overlap{area}", "the same, a district"), ("/initiatives/results", ""),
        (f"/initiatives/results{area}", "the same, a district"), ("/initiatives/sites", ""),
        ("/initiatives/decisions", ""), (f"/sites/{site}/initiatives", "a site's inventory"),
        ("/initiatives/export.csv", ""), ("/practices", ""), (practice, "a practice"),
        (f"{practice}/line?site={site}", "reports side by side"), ("/practices/export.csv", ""),
    ):  # fmt: skip
        many_teams.look(clients["state"], sites, address, words)


def main(sizes: list[int], kind: str) -> None:
    """Print a table of each size."""
    if many_teams.each_alone("benchmarks.alignment_pages", sizes, kind):
        return
    many_teams.heading("Sites")
    with many_teams.installation(kind) as app:
        run(app, sizes[0])
    click.echo(f"\n{many_teams.most_memory()}")


if __name__ == "__main__":
    wanted = [int(each) for each in sys.argv[1:] if each.isdigit()]
    main(wanted or [1_893, 20_000], "postgresql" if "postgresql" in sys.argv else "sqlite")
