"""Say what the archive of a large network costs to write and to take in, and a long table as a file.

    python -m benchmarks.archive_scale [MEASUREMENTS]

A network of 2,000 schools with a million measurements (or as many as asked for), on SQLite; each step in a
process of its own, so that its peak of memory is its own. Then tables of 20,000 and 100,000 rows of ten
columns as CSV and as a workbook. Seconds are of the processor. Needs 3 GB of disk at full size.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

_SITES = """
INSERT INTO site (id, public_id, network_id, parent_id, level, name, state_code, city, state, locale, grades,
                  enrolment, attributes, version, created_at, updated_at, audit_seq, audit_head)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
SELECT 1000 + i, lower(hex(randomblob(16))), {network}, {site}, 'school', 'School ' || i, 'S-' || i, '', '',
       '', '', 300, '{{}}', 1, datetime(), datetime(), 0, '' FROM n
"""
_COUNTS = """
INSERT INTO measurement (public_id, network_id, measure_id, team_id, site_id, observed_on, recorded_at,
                         collector, tool, note, count, population, subgroup_set, subgroup, is_withdrawn)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count} - 1)
SELECT lower(hex(randomblob(16))), {network}, {measure}, {team}, 1001 + i % 2000,
       date('2020-09-01', '+' || (i / 2000) || ' days'), datetime(), 'Joe Begay', 'audit', '', i % 20, 24,
       '', '', 0 FROM n
"""


def fill(count: int) -> None:
    """Build the network in the data folder that the environment names."""
    from flask_migrate import upgrade
    from sqlalchemy import text

    from nic_platform.app import create_app
    from nic_platform.database import transaction
    from tests import factories as make

    with create_app().app_context():
        upgrade()
        with transaction() as current:
            network = make.make_network(current, name="Nation")
            team = make.make_team(current, network)
            measure = make.make_measure(current, team)
            ids = {"network": network.id, "site": team.site_id, "team": team.id, "measure": measure.id}
            current.execute(text(_SITES.format(**ids).replace(":", "\\:")))
            current.execute(text(_COUNTS.format(count=count, **ids)))


def table(rows: int, kind: str) -> None:
    """Make a file of so many rows, as a page's table or an export is."""
    from nic_platform import exporting

    header = [f"Column {number}" for number in range(10)]
    lines = (
        [f"School {at}", "Cottonwood Valley", at, 24, at / 7, "on track", "", at, at, "note"]
        for at in range(rows)
    )
    (exporting.as_csv if kind == "csv" else exporting.as_xlsx)(header, lines)


def _step(folder: Path, words: str, *command: str) -> None:
    environ = {**os.environ, "NIC_DATA_DIR": str(folder), "DATABASE_URL": ""}
    began = time.monotonic()
    child = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)  # noqa: S603  our own
    _pid, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{words} failed")
    seconds = used.ru_utime + used.ru_stime
    clock, most = time.monotonic() - began, used.ru_maxrss / 1024
    click.echo(f"{words}: {seconds:.1f} s ({clock:.1f} by the clock), {most:.0f} MB")


def main(count: int) -> None:
    """Build, write, take in, and tell."""
    own = [sys.executable, "-m", "benchmarks.archive_scale"]
    nic = [sys.executable, "-m", "nic_platform"]
    with TemporaryDirectory() as folder:
        here, there, file = Path(folder, "here"), Path(folder, "there"), Path(folder, "nation.zip")
        _step(here, f"build {count:,} measurements", *own, "fill", str(count))
        _step(here, "start and look", *nic, "doctor", "--help")
        _step(here, "write the archive", *nic, "export", "network", "Nation", str(file))
        click.echo(f"  {file.stat().st_size / 1e6:.0f} MB")
        _step(there, "an empty installation", *own, "fill-nothing")
        _step(there, "take it in", *nic, "import", "network", str(file), "--yes", "--no-mail")
        for rows in (20_000, 100_000):
            for kind in ("csv", "xlsx"):
                _step(here, f"{rows:,} rows as {kind}", *own, "table", str(rows), kind)


if __name__ == "__main__":
    asked = sys.argv[1:] or ["1000000"]
    if asked[0] == "fill":
        fill(int(asked[1]))
    elif asked[0] == "fill-nothing":
        from flask_migrate import upgrade

        from nic_platform.app import create_app

        with create_app().app_context():
            upgrade()
    elif asked[0] == "table":
        table(int(asked[1]), asked[2])
    else:
        main(int(asked[0]))
