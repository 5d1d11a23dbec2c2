"""Files beside a cycle in the API: sent, listed, fetched, taken away, brought back."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import Cycle
from nic_platform import audit
from nic_platform.actor import TeamRole
from nic_platform.tables import Attachment
from tests import factories as make

PDF = b"%PDF-1.7 tickets\n%%EOF\n"
Browse = Callable[..., FlaskClient]


@pytest.fixture
def cycle(session: Session) -> Cycle:
    return make.make_cycle(session, make.make_team(session), is_draft=False, stage="do")


def files_of(cycle: Cycle) -> str:
    return f"/api/v1/attachments/cycle/{cycle.public_id}"


def send(client: FlaskClient, cycle: Cycle, data: bytes = PDF, name: str = "t.pdf") -> Any:
    return client.post(files_of(cycle), data={"file": (io.BytesIO(data), name), "says": "A board"})


def test_a_file_is_sent_listed_fetched_and_told_in_the_history(
    session: Session, browse: Browse, cycle: Cycle
) -> None:
    client = browse(make.make_user(session, cycle.team, name="Rosa Medina"))

    made = send(client, cycle)
    listed = client.get(files_of(cycle)).json
    got = client.get(f"/api/v1/attachments/{made.json['id']}")

    assert (made.status_code, listed) == (201, {"items": [made.json], "next": None})
    assert (made.json["name"], made.json["size"], made.json["who"]) == ("t.pdf", len(PDF), "Rosa Medina")
    assert (got.data, got.content_type) == (PDF, "application/pdf")
    assert got.headers["Content-Disposition"] == "attachment; filename=t.pdf"
    assert audit.history(session, "cycle", cycle.public_id)[0].action == "attached"


def test_a_file_taken_away_is_gone_until_it_is_brought_back(
    app: Flask, session: Session, browse: Browse, cycle: Cycle
) -> None:
    make.keep_attached(app)
    address = f"/api/v1/attachments/{make.make_attachment(session, cycle).public_id}"
    client = browse(make.make_user(session, cycle.team))

    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert client.get(files_of(cycle)).json == {"items": [], "next": None}
    assert client.post(f"{address}/restore").status_code == 204
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("data", "name"), [(b"", "a.pdf"), (b"<html>", "a.pdf"), (b"<svg/>", "a.svg"), (PDF, "")]
)
def test_what_is_no_file_of_a_known_kind_is_refused_beside_its_field(
    session: Session, browse: Browse, cycle: Cycle, data: bytes, name: str
) -> None:
    answer = send(browse(make.make_user(session, cycle.team)), cycle, data, name)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["file"])
    assert session.scalars(select(Attachment)).all() == []


def test_nothing_sent_at_all_is_refused_in_the_same_words(
    session: Session, browse: Browse, cycle: Cycle
) -> None:
    answer = browse(make.make_user(session, cycle.team)).post(files_of(cycle))

    assert answer.json is not None
    assert (answer.status_code, answer.json["errors"]) == (422, {"file": "Missing."})


def test_a_reader_fetches_but_keeps_and_takes_away_nothing(
    app: Flask, session: Session, browse: Browse, cycle: Cycle
) -> None:
    make.keep_attached(app)
    file = make.make_attachment(session, cycle)
    client = browse(make.make_user(session, cycle.team, role=TeamRole.COACH))
    address = f"/api/v1/attachments/{file.public_id}"

    assert client.get(address).status_code == 200
    assert (send(client, cycle).status_code, client.delete(address).status_code) == (403, 403)
    assert (session.scalars(select(Attachment)).all(), file.deleted_at) == ([file], None)
