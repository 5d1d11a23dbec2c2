"""Import a whole nation's schools into an empty SQLite database and say what it cost.

    python benchmarks/import_sites.py FILE [STATE]

Prints seconds by step, the largest memory held (RSS), and the size of the database; then imports again,
which must change nothing.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import click

from nic_platform import clock, importing, tabular
from nic_platform.app import create_app
from nic_platform.database import db, transaction
from nic_platform.tables import ImportRun
from teams import site_importing, site_table
from teams.models import Network


def main(path: Path, state: str | None) -> None:
    """Import *path* twice and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(environ={"NIC_DATA_DIR": folder})
        with app.app_context():
            db.create_all()
            with transaction() as current:
                network = Network(name="Nation")
                current.add(network)
                current.flush()
                network_id = network.id
            for turn in ("first", "second"):
                import_once(network_id, path, state, turn)
        size = sum(file.stat().st_size for file in Path(folder).glob("nic.db*"))
        click.echo(f"database {size / 1e6:,.0f} MB")


def import_once(network_id: int, path: Path, state: str | None, turn: str) -> None:
    """Import *path* and print what each step took."""
    started, cpu = time.perf_counter(), time.process_time()
    with path.open("rb") as stream:
        table = tabular.read_table(stream, path.name)
    read = time.perf_counter()
    mapping = importing.propose(table.header, site_table.targets())
    with transaction() as current:
        plan = site_importing.make_plan(current, network_id, table, mapping, state=state)
        planned = time.perf_counter()
        run = ImportRun(network_id=network_id, kind="sites", file_name=path.name, created_at=clock.now())
        current.add(run)
        current.flush()
        site_importing.write(current, run, plan, by=None, at=clock.now())
        told = f"{run.rows_created:,} new, {run.rows_changed:,} changed, {run.rows_unchanged:,} unchanged"
    done = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(
        f"{turn}: {len(table):,} rows, {told}; read {read - started:.1f} s, planned {planned - read:.1f} s, "
        f"written {done - planned:.1f} s, in all {done - started:.1f} s "
        f"({time.process_time() - cpu:.1f} s of processor); {memory:,.0f} MB"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
