"""Say what a state's published figures cost to bring in: Colorado's attendance, absence and test results.

    python -m benchmarks.published_figures FOLDER [DATABASE_URL]

FOLDER holds ``directory/`` and ``outcomes/`` with the department's files as they are published. They go into
an empty database (SQLite without an address): places from every year's file, oldest first; then each file of
figures, rows that can't be left out; then the sums of districts and state; then everything again, which must
change nothing; and the first file is taken back.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from measures import state_import_services as services
from measures import sum_services
from measures.models import Measurement, YearSum
from nic_platform import clock, importing, tabular
from nic_platform.actor import Actor, Level
from nic_platform.app import create_app
from nic_platform.database import db, transaction
from nic_platform.tables import ImportRun
from nic_platform.tabular import Table
from teams import site_importing, site_table
from teams.models import Network, Site, Team

FIGURES = ("co_attendance_by_school_*", "co_chronic_absence_by_district_*", "co_chronic_absence_by_school_*",
           "co_cmas_*")  # fmt: skip


def read(file: Path) -> Table:
    """Return the table of a file."""
    with file.open("rb") as stream:
        return tabular.read_table(stream, file.name)


def bring_places_in(current: Session, network: Network, file: Path) -> None:
    """Import the schools and districts that a file names."""
    table = read(file)
    mapping = importing.propose(table.header, site_table.targets())
    plan = site_importing.make_plan(current, network.id, table, mapping, state="CO", leave_out=True)
    run = ImportRun(network_id=network.id, kind="sites", file_name=file.name, created_at=clock.now())
    current.add(run)
    current.flush()
    site_importing.write(current, run, plan, by=None, at=clock.now())


def bring_figures_in(current: Session, network: Network, file: Path) -> ImportRun:
    """Import the figures of a file as they are proposed, without the rows that have problems."""
    table, by, today = read(file), Actor(user_id=0, network_id=network.id), clock.today(network.time_zone)
    run = services.new_run(current, network.id, table, by=by, at=clock.now())
    columns, figures, proposed = services.propose(current, network.id, table)
    options = replace(proposed, leave_out=True)
    found = services.look_over(current, run, table, columns, figures, options, today=today)
    services.finish(current, run, found, options, today=today, by=by, at=clock.now())
    return run


def fold_all() -> int:
    """Bring every sum above up to date, and return how many months there were."""
    months = 0
    while True:
        with transaction() as current:
            taken = sum_services.fold(current)
        months += taken
        if not taken:
            return months


@contextmanager
def timed(what: str) -> Iterator[list[str]]:
    """Print how long something took, by the clock and by the processor, with what was said of it."""
    said: list[str] = []
    begun, work = time.perf_counter(), time.process_time()
    yield said
    took, worked = time.perf_counter() - begun, time.process_time() - work
    click.echo(f"| {what} | {' '.join(said)} | {took:.1f} | {worked:.1f} |")


def load(data: Path) -> None:
    """Bring everything in, once more, and take one file back."""
    with transaction() as current:
        network = Network(name="Colorado")
        current.add(network)
        current.flush()
        number = network.id
    files = [file for pattern in FIGURES for file in sorted((data / "outcomes").glob(f"{pattern}.csv"))]
    directories = sorted((data / "outcomes").glob(f"{FIGURES[0]}.csv"))
    directories += sorted((data / "directory").glob("co_schools_cde_2024_25.csv"))
    with timed(f"places of {len(directories)} files") as said:
        for file in directories:
            with transaction() as current:
                bring_places_in(current, current.get_one(Network, number), file)
        with transaction() as current:
            places = current.scalar(select(func.count()).select_from(Site)) or 0
            state = current.scalars(select(Site).where(Site.level == Level.STATE)).one()
            level = Level.STATE
            current.add(Team(network_id=number, site_id=state.id, level=level, rank=level.rank, name="State",
                             functions=[]))  # fmt: skip
        said.append(f"{places:,}")
    runs: list[int] = []
    for again in ("", " again"):
        for pattern in FIGURES:
            some = [file for file in files if file.match(f"{pattern}.csv")]
            with timed(f"{pattern} ({len(some)} files){again}") as said:
                for file in some:
                    with transaction() as current:
                        runs.append(bring_figures_in(current, current.get_one(Network, number), file).id)
                with transaction() as current:
                    told = current.scalars(
                        select(ImportRun).where(ImportRun.id.in_(runs[-len(some) :]))
                    ).all()
                    said.append(f"{sum(run.rows_created for run in told):,} new, "
                                f"{sum(run.rows_unchanged for run in told):,} unchanged")  # fmt: skip
        if not again:
            with timed("sums of districts and state") as said:
                said.append(f"{fold_all():,} months")
    with timed("one file taken back") as said, transaction() as current:
        first = current.scalars(select(ImportRun).where(ImportRun.id == runs[0])).one()
        services.undo(current, first, by=Actor(user_id=0, network_id=number), at=clock.now())
        said.append(f"{first.rows_created:,}")
    with transaction() as current:
        kept = current.scalar(select(func.count()).select_from(Measurement))
        years = current.scalar(select(func.count()).select_from(YearSum))
        click.echo(f"\n{kept:,} measurements, {years:,} sums of school years")


def main(data: Path, url: str | None) -> None:
    """Bring the files in and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"INSECURE_COOKIES": True} | ({"SQLALCHEMY_DATABASE_URI": url} if url else {})
        app = create_app(settings, environ={**os.environ, "NIC_DATA_DIR": folder})
        with app.app_context():
            db.create_all()
            click.echo("| What | How many | s | CPU s |\n|---|---|--:|--:|")
            load(data)
            db.session.remove()
            db.engine.dispose()
    click.echo(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB at most")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
