"""Damaged and hostile files, sent to every importer there is: refused in a sentence, with nothing written."""

import gzip
import io
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.import_kinds import IMPORTERS
from interchange import archive_file
from measures.models import Measurement
from nic_platform import bounces
from rosters.models import RosterPerson
from teams.models import Site, Team
from tests import factories as make
from tests.drill import lighter_database
from tests.rosters.conftest import packed
from tests.world import World, make_world
from variation.models import Initiative

Browse = Callable[..., FlaskClient]
MOST_SECONDS = 5  # of processor, for refusing one file
COUNTED: tuple[Any, ...] = (Site, Team, Measurement, Initiative, RosterPerson)


def workbook(columns: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, [f"c{number}" for number in range(columns)])
    return out.getvalue()


def far_cell() -> bytes:
    """Return a workbook whose one cell stands in the farthest corner: a small file, a huge sheet."""
    out, sheet = io.BytesIO(), "xl/worksheets/sheet1.xml"
    far = (
        b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with zipfile.ZipFile(io.BytesIO(workbook(2))) as good, zipfile.ZipFile(out, "w", 8) as bad:
        for part in good.infolist():
            bad.writestr(part, far if part.filename == sheet else good.read(part))
    return out.getvalue()


FILES: dict[str, tuple[str, bytes]] = {
    "empty": ("a.csv", b""),
    "only spaces": ("a.csv", b"\n \n"),
    "nul": ("a.csv", b"School,Team\nA,\x00\n"),
    "huge cell": ("a.csv", b'School,Team\nA,"' + b"x" * 200_000 + b'"\n'),
    "open quotation": ("a.csv", b'School,Team\nA,"' + b"x\n" * 20_000),
    "16,384 columns": ("a.csv", ",".join(f"c{n}" for n in range(16_384)).encode() + b"\n"),
    "16,384 columns of a book": ("a.xlsx", workbook(16_384)),
    "a cell in the far corner": ("a.xlsx", far_cell()),
    "a book cut short": ("a.xlsx", workbook(2)[:400]),
    "no book inside": ("a.xlsx", packed({"users.txt": "x"}).getvalue()),
    "nested": ("a.zip", packed({"users.csv": "x", "b.zip": packed({"a.csv": "x"}).getvalue()}).getvalue()),
    "path names": ("a.zip", packed({"../../users.csv": "sourcedId\n1\n"}).getvalue()),
    "gzip cut short": ("a.csv.gz", gzip.compress(b"School,Team\n" * 500)[:40]),
    "old Excel": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    "utf-16 without a mark": ("a.csv", "School,Team\nA,B\n".encode("utf-16-le")),
}  # fmt: skip
READ_BUT_NOTHING_IN_IT: dict[str, bytes] = {
    "only a header": b"School,Team,Initiative\n",
    "twice the same header": b"School,School,Team\nA,B,C\n",
    "formulas": b"School,Team\n=1+1,@SUM(A1)\n",
    "bytes of no encoding": b"School,Team\n\xff\xfe\xfd,B\n",
}


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def importers(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    """Yield each importer that takes files with the address that takes them, found from the one list."""
    ids: dict[str, Any] = {"roster_id": world.ids["roster_id"]}
    for kind, importer in IMPORTERS.items():
        endpoint = importer.sends or importer.start
        if endpoint:
            rule = next(app.url_map.iter_rules(endpoint))
            with app.test_request_context():
                yield kind, app.url_for(endpoint, **{name: ids[name] for name in rule.arguments})


def counts(session: Session) -> list[int]:
    return [session.scalar(select(func.count()).select_from(model)) or 0 for model in COUNTED]


def send(client: FlaskClient, address: str, name: str, data: bytes) -> Any:
    return client.post(address, data={"file": (io.BytesIO(data), name), "mode": "bulk", "state": ""})


@lighter_database
def test_every_importer_refuses_every_damaged_file(
    app: Flask, browse: Browse, session: Session, world: World
) -> None:
    lead = world.people["network_lead"]
    make.make_membership(session, world.school, lead)
    client, before = browse(lead), counts(session)
    wrong = []
    for kind, address in importers(app, world):
        for what, (name, data) in FILES.items():
            began = time.process_time()
            answer = send(client, address, name, data)
            took = time.process_time() - began
            if answer.status_code != 422 or "Choose a file." in answer.text or took > MOST_SECONDS:
                wrong.append(f"{kind}, {what}: {answer.status_code} {answer.location or ''} {took:.1f} s")
    assert wrong == []
    assert counts(session) == before


def test_what_holds_no_rows_for_us_writes_nothing_by_itself(
    app: Flask, browse: Browse, session: Session, world: World
) -> None:
    lead = world.people["network_lead"]
    make.make_membership(session, world.school, lead)
    client, before = browse(lead), counts(session)
    looked_at = set()
    for kind, address in importers(app, world):
        for data in READ_BUT_NOTHING_IN_IT.values():
            answer = send(client, address, "a.csv", data)
            assert answer.status_code in {303, 422}
            looked_at |= {kind} if answer.status_code == 303 else set()
    assert counts(session) == before
    assert looked_at >= {"sites", "teams", "initiatives"}  # the files do arrive where they are looked at


@lighter_database
def test_programs_send_damaged_files_and_nothing_is_written(
    app: Flask, browse: Browse, session: Session, world: World
) -> None:
    lead = world.people["network_lead"]
    make.make_membership(session, world.school, lead)
    client, before = browse(lead), counts(session)
    named = {"state": "", "plan_id": str(world.ids["plan_id"])}
    wrong, refused = [], set()
    for rule in app.url_map.iter_rules():
        takes_files = rule.rule.startswith("/api/") and rule.endpoint.endswith(".send_file")
        if not takes_files:
            continue
        address = re.sub(r"<uuid:(\w+)>", lambda found: str(world.ids[found.group(1)]), rule.rule)
        for what, (name, data) in FILES.items():
            began = time.process_time()
            file = {"file": (io.BytesIO(data), name)}
            table = {"file_name": name, "table": data.decode("latin-1")}
            for answer in (client.post(address, data=file | named), client.post(address, json=table)):
                refused |= {rule.rule} if answer.status_code == 422 else set()
                if answer.status_code not in {201, 400, 404, 413, 415, 422}:
                    wrong.append(f"{rule.rule}, {what}: {answer.status_code}")
            if time.process_time() - began > MOST_SECONDS:
                wrong.append(f"{rule.rule}, {what}: too slow")

    assert wrong == []
    assert len(refused) >= 5
    assert counts(session) == before


@pytest.mark.parametrize("what", FILES)
def test_a_damaged_file_is_no_archive_and_no_report_of_lost_mail(tmp_path: Path, what: str) -> None:
    name, data = FILES[what]
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(archive_file.ArchiveError), archive_file.reading(path):
        pass
    assert bounces.read(data) == []
