"""Files beside a cycle: sent by its team, fetched by its readers, always as something to save."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import Cycle
from nic_platform import audit, audit_trail
from nic_platform.actor import TeamRole
from nic_platform.tables import Attachment
from tests import factories as make
from tests.desk.test_pictures import PLACE, TRACED, exif, jpeg, part

PDF = b"%PDF-1.7 tickets\n%%EOF\n"
Browse = Callable[..., FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture(autouse=True)
def _bytes(app: Flask) -> None:
    make.keep_attached(app)


def send(client: FlaskClient, cycle: Cycle, data: bytes = PDF, name: str = "t.pdf") -> int:
    address = f"/attachments/cycle/{cycle.public_id}"
    return client.post(address, data={"file": (io.BytesIO(data), name)}).status_code


def test_a_member_sends_a_file_and_fetches_it_again(session: Session, browse: Browse) -> None:
    cycle = make.make_cycle(session, make.make_team(session))
    client = browse(make.make_user(session, cycle.team))

    assert send(client, cycle, name="../Exit tickets.pdf") == 303
    file = session.scalars(select(Attachment)).one()
    answer = client.get(f"/attachments/{file.public_id}")

    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Exit tickets.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Exit tickets.pdf" in client.get(f"/attachments/cycle/{cycle.public_id}").text


def test_the_history_of_the_cycle_tells_of_the_file(session: Session, browse: Browse) -> None:
    cycle = make.make_cycle(session, make.make_team(session))

    send(browse(make.make_user(session, cycle.team)), cycle)

    told = audit.history(session, "cycle", cycle.public_id)[0]
    assert (told.action, told.changes) == ("attached", {"file": (None, "t.pdf")})
    assert list(audit_trail.verify(session)) == []


@pytest.mark.parametrize("role", [TeamRole.OBSERVER, TeamRole.COACH])
def test_who_only_reads_fetches_but_sends_nothing(session: Session, browse: Browse, role: TeamRole) -> None:
    cycle = make.make_cycle(session, make.make_team(session), is_draft=False, stage="do")
    file = make.make_attachment(session, cycle)
    client = browse(make.make_user(session, cycle.team, role=role))

    assert client.get(f"/attachments/{file.public_id}").status_code == 200
    assert send(client, cycle) == 403
    assert client.post(f"/attachments/{file.public_id}/remove").status_code == 403
    assert session.scalars(select(Attachment)).all() == [file]


def test_files_of_a_draft_are_not_there_for_an_observer(session: Session, browse: Browse) -> None:
    cycle = make.make_cycle(session, make.make_team(session), is_draft=True)
    file = make.make_attachment(session, cycle)
    client = browse(make.make_user(session, cycle.team, role=TeamRole.OBSERVER))

    assert client.get(f"/attachments/{file.public_id}").status_code == 404


def test_a_peer_reads_files_only_of_what_is_shared(session: Session, browse: Browse) -> None:
    cycle = make.make_cycle(session, make.make_team(session), is_draft=False, stage="do")
    file = make.make_attachment(session, cycle)
    peer = make.make_team(session, site=make.make_site(session, parent=cycle.team.site))
    client = browse(make.make_user(session, peer))

    before = client.get(f"/attachments/{file.public_id}").status_code
    cycle.is_shared = True
    session.flush()

    assert (before, client.get(f"/attachments/{file.public_id}").status_code) == (404, 200)


def test_a_file_taken_away_can_be_brought_back(session: Session, browse: Browse) -> None:
    cycle = make.make_cycle(session, make.make_team(session))
    file = make.make_attachment(session, cycle)
    client = browse(make.make_user(session, cycle.team))
    address = f"/attachments/{file.public_id}"

    assert client.post(f"{address}/remove").status_code == 303
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/restore").status_code == 303
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(("data", "name"), [(b"", "a.pdf"), (b"<html>", "a.pdf"), (b"<svg/>", "a.svg")])
def test_a_hostile_file_is_refused_and_not_kept(
    session: Session, browse: Browse, data: bytes, name: str
) -> None:
    cycle = make.make_cycle(session, make.make_team(session))

    assert send(browse(make.make_user(session, cycle.team)), cycle, data, name) == 422
    assert session.scalars(select(Attachment)).all() == []


def test_a_team_keeps_no_more_than_its_quota(
    app: Flask, session: Session, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TEAM_FILES_MB", 1)
    cycle = make.make_cycle(session, make.make_team(session))
    client = browse(make.make_user(session, cycle.team))
    large = b"%PDF-" + b"x" * 400_000 + b"%%EOF"

    assert [send(client, cycle, large) for _time in range(3)] == [303, 303, 422]


def test_the_list_costs_the_same_for_ten_times_the_files(
    session: Session, browse: Browse, count_queries: Counting
) -> None:
    cycle = make.make_cycle(session, make.make_team(session))
    client = browse(make.make_user(session, cycle.team))
    counts = []
    for more in (1, 9):
        for _number in range(more):
            make.make_attachment(session, cycle)
        with count_queries() as seen:
            client.get(f"/attachments/cycle/{cycle.public_id}")
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 12


def photo(client: FlaskClient, cycle: Cycle, **more: str) -> int:
    address = f"/attachments/cycle/{cycle.public_id}"
    sent = {"photo": (io.BytesIO(jpeg(part(0xE1, exif()))), "IMG_2031.jpg"), **more}
    answer = client.post(address, data=sent)
    return 0 if answer.status_code != 303 else 1 if answer.location.endswith("#files") else 2


def test_a_photo_is_named_by_what_it_shows_and_forgets_where_it_was_taken(
    session: Session, browse: Browse
) -> None:
    cycle = make.make_cycle(session, make.make_team(session), is_draft=False, stage="do")
    client = browse(make.make_user(session, cycle.team))

    assert photo(client, cycle, says="Exit tickets, 18/24 filled in", then="page") == 1
    file = session.scalars(select(Attachment)).one()
    shown = client.get(f"/attachments/{file.public_id}/picture")

    assert file.name == "Exit tickets, 18\u204424 filled in.jpg"
    assert PLACE not in shown.data
    assert file.size == len(shown.data)
    assert (shown.mimetype, shown.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    page = client.get(f"/cycles/{cycle.public_id}").text
    assert f'src="/attachments/{file.public_id}/picture" alt="Exit tickets, 18\u204424 filled in"' in page


def test_only_pictures_are_ever_shown_inside_a_page(session: Session, browse: Browse) -> None:
    cycle = make.make_cycle(session, make.make_team(session))
    client = browse(make.make_user(session, cycle.team))
    document = make.make_attachment(session, cycle)

    assert client.get(f"/attachments/{document.public_id}/picture").status_code == 404
    answer = client.get(f"/attachments/{document.public_id}")
    assert answer.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("kind", sorted(TRACED))
def test_every_kind_of_picture_is_kept_without_its_traces(
    session: Session, browse: Browse, kind: str
) -> None:
    cycle = make.make_cycle(session, make.make_team(session))
    client = browse(make.make_user(session, cycle.team))

    assert send(client, cycle, TRACED[kind], f"photo.{kind}") == 303
    file = session.scalars(select(Attachment)).one()
    assert PLACE not in client.get(f"/attachments/{file.public_id}").data
