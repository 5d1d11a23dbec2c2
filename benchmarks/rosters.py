"""Say what large files cost to look over and to bring in: a district's OneRoster files, a state's figures.

    python -m benchmarks.rosters [MEGABYTES]

OneRoster 1.1 files of 200 MB (or as many as asked for), as a zip and as a folder: 3,000 people who work at
200 schools, the rest students and their enrollments. Tables of published figures of the same size: 60,000
rows of many columns, which is written, and 500,000 rows, which is looked over; and one that is too large,
which has to be refused in a sentence. All of it goes through ``nic import`` into a network of 20,000 schools
on SQLite; each step in a process of its own, so that its peak of memory is its own. Seconds are of the
processor. Needs 2 GB of disk.
"""

import csv
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click

SCHOOLS, DISTRICTS, WITH_TEAMS, STAFF = 20_000, 200, 200, 3_000
WIDE_YEARS, LONG_YEARS = 3, 25
MOST_CELLS = 12_000_000  # of a table; more are refused
_SEEN = "2026-08-17T06:00:00.000Z"
_GIVEN = ("Ada", "Bo", "Carmen", "Dev", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jun", "Kofi", "Lucía")
_FAMILY = ("Begay", "Castillo", "Diaz", "Eriksen", "Fuentes", "Garza", "Hall", "Ito", "Jensen", "Kaur")
_USERS = ("sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
          "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password")  # fmt: skip
_ENROLLMENTS = ("sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
                "beginDate,endDate")  # fmt: skip


def district(number: int) -> str:
    """Return the code of the district in which a school lies."""
    return f"{1000 + number % DISTRICTS}"


def school(number: int) -> str:
    """Return a school's code."""
    return f"{10_000 + number}"


def schools() -> Iterator[Sequence[object]]:
    """Yield the directory of the state's schools."""
    yield "District Code", "District Name", "School Code", "School Name", "Student Count"
    for at in range(SCHOOLS):
        yield district(at), f"District {district(at)}", school(at), f"School {school(at)}", 500


def written(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write a table row by row."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


# ---------------------------------------------------------------- a roster


def users(students: int) -> Iterator[Sequence[object]]:
    """Yield everybody: those who work there first."""
    yield _USERS.split(",")
    for at in range(STAFF + students):
        is_staff = at < STAFF
        given, family, key = _GIVEN[at % 12], _FAMILY[at * 7 % 10], f"{'t' if is_staff else 's'}{at:08}"
        role = ("principal" if at < WITH_TEAMS else "teacher") if is_staff else "student"
        yield (
            f"{key}-5f0c-4f7a", "active", _SEEN, "true", f"school-{at % WITH_TEAMS}", role, key,
            f"{{state:{9_000_000 + at}}}", given, family, "M", 9_000_000 + at,
            f"{given[0]}{family}.{key}@large.example", "", "", "", "" if is_staff else f"{at % 13:02}", "",
        )  # fmt: skip


def enrollments(students: int) -> Iterator[Sequence[object]]:
    """Yield three classes of each student."""
    yield _ENROLLMENTS.split(",")
    for at in range(students * 3):
        key = f"s{STAFF + at // 3:08}-5f0c-4f7a"
        yield (f"e{at:09}", "active", _SEEN, f"class-{at % 8000:05}", f"school-{at % WITH_TEAMS}", key,
               "student", "false", "2026-08-17", "2027-05-28")  # fmt: skip


def orgs() -> Iterator[Sequence[object]]:
    """Yield the schools that the roster is of, by their codes in the state."""
    yield "sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"
    for at in range(WITH_TEAMS):
        code = f"{district(at)}-{school(at)}"
        yield f"school-{at}", "active", _SEEN, f"School {school(at)}", "school", code, ""


def roster(folder: Path, size: int) -> None:
    """Write a roster of *size* bytes as a folder, and the same as a zip beside it."""
    folder.mkdir()
    students = size // 500
    said = [("oneroster.version", "1.1")]
    said += [(f"file.{name}", "bulk") for name in ("orgs", "users", "enrollments", "academicSessions")]
    written(folder / "manifest.csv", [("propertyName", "value"), *said])
    written(folder / "orgs.csv", orgs())
    written(folder / "users.csv", users(students))
    written(folder / "enrollments.csv", enrollments(students))
    written(folder / "academicSessions.csv", [
        ("sourcedId", "status", "dateLastModified", "title", "type", "startDate", "endDate",
         "parentSourcedId", "schoolYear"),
        ("y27", "active", _SEEN, "2026-27", "schoolYear", "2026-08-17", "2027-05-28", "", "2027"),
    ])  # fmt: skip
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.iterdir()):
            packed.write(path, path.name)


# ---------------------------------------------------------------- figures


def figures(years: int, size: int) -> Iterator[Sequence[object]]:
    """Yield the absence of every school in so many years, with columns beside it that make up *size*."""
    count = SCHOOLS * years
    more = min(MOST_CELLS // count, 280) - 7
    letters = max(size // count - 55, more) // more - 1
    yield ("School Year", "District Code", "District Name", "School Code", "School Name",
           "Chronic Absent Count", "Student Count", *(f"Remark {at}" for at in range(more)))  # fmt: skip
    for year in range(2025 - years, 2025):
        for at in range(SCHOOLS):
            yield (f"{year}-{(year + 1) % 100:02}", district(at), f"District {district(at)}", school(at),
                   f"School {school(at)}", 40 + (at + year) % 50, 500,
                   *(f"{at * 97 + year + column:0{letters}}" for column in range(more)))  # fmt: skip


def tables(folder: Path, size: int) -> None:
    """Write the tables of figures, and one that is larger than a table may be."""
    written(folder / "wide.csv", figures(WIDE_YEARS, size))
    written(folder / "long.csv", figures(LONG_YEARS, size))
    with (folder / "over.csv").open("wb") as stream:
        line = (folder / "wide.csv").open("rb").read(100_000)
        for _piece in range(2200):
            stream.write(line)


# ---------------------------------------------------------------- steps


def fill() -> None:
    """Make an empty installation with one network."""
    from flask_migrate import upgrade

    from nic_platform.app import create_app
    from nic_platform.database import transaction
    from tests import factories as make

    with create_app().app_context():
        upgrade()
        with transaction() as current:
            make.make_network(current, name="Large")


def teams() -> None:
    """Give the state and some schools a team, and the network a roster that answers for the state."""
    from sqlalchemy import select

    from nic_platform.actor import Level
    from nic_platform.app import create_app
    from nic_platform.database import transaction
    from rosters.models import RosterSource
    from teams.models import Site
    from tests import factories as make

    with create_app().app_context(), transaction() as current:
        state = current.scalars(select(Site).where(Site.level == Level.STATE)).one()
        make.make_team(current, site=state, level=Level.STATE)
        codes = [f"{district(at)}-{school(at)}" for at in range(WITH_TEAMS)]
        for site in current.scalars(select(Site).where(Site.state_code.in_(codes))).all():
            make.make_team(current, site=site)
        current.add(
            RosterSource(
                network_id=state.network_id, name="Staff", kind="oneroster", site_id=state.id,
                domains=["large.example"], makes_people=True,
                roles={"teacher": "member", "principal": "lead"},
            )
        )  # fmt: skip


def _step(folder: Path, words: str, *command: str, ends: int = 0) -> None:
    environ = {**os.environ, "NIC_DATA_DIR": str(folder / "here"), "DATABASE_URL": ""}
    said = folder / "said.txt"
    began = time.monotonic()
    with said.open("w+b") as out:
        child = subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603  ours
        _pid, status, used = os.wait4(child.pid, 0)
    lines = said.read_text(errors="replace").splitlines()
    if os.waitstatus_to_exitcode(status) != ends:
        raise SystemExit("\n".join([f"{words} failed", *lines[-30:]]))
    seconds = used.ru_utime + used.ru_stime
    clock, most = time.monotonic() - began, used.ru_maxrss / 1024
    click.echo(f"{words}: {seconds:.1f} s ({clock:.1f} by the clock), {most:.0f} MB")
    for line in lines[-2:] if "import" in command else []:
        click.echo(f"    {line[:160]}")


def main(megabytes: int) -> None:
    """Build, look over, write, write again, refuse; tell what each took."""
    own = [sys.executable, "-m", "benchmarks.rosters"]
    nic = [sys.executable, "-m", "nic_platform", "import"]
    with TemporaryDirectory() as name:
        folder = Path(name)
        written(folder / "schools.csv", schools())
        _step(folder, "an empty installation", *own, "fill")
        _step(folder, "20,000 schools", *nic, "sites", str(folder / "schools.csv"), "--state", "CO", "--yes")
        _step(folder, "teams and a roster", *own, "teams")
        _step(folder, "make the files", *own, "files", str(folder), str(megabytes * 1_000_000))
        for path in sorted([*folder.glob("*.csv"), *folder.glob("*.zip"), *folder.glob("roster/*")]):
            click.echo(f"    {path.name}: {path.stat().st_size / 1e6:.1f} MB")
        _step(folder, "start and look", *nic, "--help")
        for words, file, *more in (
            ("look a roster's zip over", "roster.zip", "--dry-run"),
            ("look its folder over", "roster", "--dry-run"),
            ("write the zip", "roster.zip", "--yes"),
            ("write it again", "roster.zip", "--yes"),
        ):
            _step(folder, words, *nic, "roster", str(folder / file), "--source", "Staff", *more)
        for words, file, *more in (
            ("look 60,000 rows of figures over", "wide.csv", "--dry-run"),
            ("write them", "wide.csv", "--yes"),
            ("write them again", "wide.csv", "--yes"),
            ("look 500,000 rows over", "long.csv", "--dry-run"),
        ):
            _step(folder, words, *nic, "figures", str(folder / file), *more)
        _step(folder, "refuse a larger one", *nic, "figures", str(folder / "over.csv"), "--yes", ends=1)


if __name__ == "__main__":
    asked = sys.argv[1:] or ["200"]
    if asked[0] == "fill":
        fill()
    elif asked[0] == "teams":
        teams()
    elif asked[0] == "files":
        roster(Path(asked[1]) / "roster", int(asked[2]))
        tables(Path(asked[1]), int(asked[2]))
    else:
        main(int(asked[0]))
