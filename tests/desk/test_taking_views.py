"""Every page's tables as files: the page's own rows, filter and order; what takes long, in the background."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import taking_jobs, taking_loading, taking_services
from nic_platform import clock, exporting, jobs, taking, workbooks
from nic_platform.actor import NetworkRole, TeamRole
from nic_platform.storage import storage
from nic_platform.tables import Job, StudentLook
from teams.models import Network, Team
from tests import factories as make
from tests.factories import keep_attached

Browse = Callable[..., FlaskClient]


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.fixture
def reports(session: Session) -> tuple[Any, list[str]]:
    """Return a person and the titles of sixty reports of their team: more than one page of them."""
    team = make.make_team(session)
    person = make.make_user(session, team, role=TeamRole.LEAD)
    titles = [f"=Report {number:02}" for number in range(60)]
    for title in titles:
        make.make_item(session, team, title=title)
    return person, titles


def test_a_list_is_taken_to_its_end_with_its_filter_and_no_cell_alive(
    app: Flask, session: Session, browse: Browse, reports: tuple[Any, list[str]]
) -> None:
    keep_attached(app)
    client = browse(reports[0])
    page = client.get("/feedback/all").text
    assert page.count("=Report") < 60
    assert "/feedback/all?take=csv" in page

    taken = client.get("/feedback/all?take=csv")
    assert taken.headers["Content-Disposition"].startswith("attachment; filename=")
    header, *rows = rows_of(taken)
    assert header[0] == "Item"
    assert sorted("=Report" + row[0].split("=Report")[1] for row in rows) == sorted(reports[1])
    assert len(rows_of(client.get("/feedback/all?kind=solution&take=csv"))) < 61

    book = client.get("/feedback/all?take=xlsx")
    assert book.content_type == exporting.XLSX_TYPE
    (sheet,) = workbooks.read_book(io.BytesIO(book.data), "x.xlsx").values()
    assert len(sheet) == 61
    assert client.post("/feedback/all?take=csv").status_code == 405
    assert "nothing on this page to take away" in client.get("/help?take=csv", follow_redirects=True).text
    assert app.test_client().get("/feedback/all?take=csv").status_code == 303


def test_what_takes_long_is_made_in_the_background_for_its_owner_alone(
    app: Flask,
    session: Session,
    browse: Browse,
    reports: tuple[Any, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_attached(app)
    person = reports[0]
    client = browse(person)
    monkeypatch.setattr(taking_loading, "AT_ONCE", 0.0)
    asked = client.get("/feedback/all?take=xlsx", follow_redirects=True)
    assert "made in the background" in asked.text
    assert "waits for its turn" in asked.text
    job = session.scalars(select(Job).where(Job.name == taking_services.JOB)).one()

    told: list[int] = []
    with app.app_context():
        assert jobs.run(job.id, told.append) == "done"
    assert told[-1] == 96
    session.expire_all()
    address = f"/account/files/{job.public_id}"
    assert address in client.get("/account/files").text
    (sheet,) = workbooks.read_book(io.BytesIO(client.get(address).data), "x.xlsx").values()
    assert len(sheet) == 61
    other = make.make_user(session, session.get_one(Team, job.payload["team_id"]))
    assert browse(other).get(address).status_code == 404

    make.make_network_member(session, session.get_one(Network, job.network_id), person, NetworkRole.LEAD)
    assert client.get(address).status_code == 404  # roles changed: asked for again

    with app.app_context():
        key = job.result["key"]
        assert taking.forget_made(session, taking_services.JOB, clock.now()) == 0
        assert taking.forget_made(session, taking_services.JOB, clock.now() + timedelta(days=2)) == 1
        with pytest.raises(FileNotFoundError):
            storage().open(key)
        assert taking_jobs.forget_files({}, told.append) == {"gone": 0}


def test_work_is_stopped_on_its_way_and_of_who_left_nothing_is_made(
    app: Flask,
    session: Session,
    browse: Browse,
    reports: tuple[Any, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_attached(app)
    person = reports[0]
    client = browse(person)
    monkeypatch.setattr(taking_loading, "AT_ONCE", 0.0)
    for _each in range(taking_services.MOST_AT_ONCE):
        client.get("/feedback/all?take=csv")
    assert "Three of your files" in client.get("/feedback/all?take=csv").text
    first, second, third = session.scalars(
        select(Job).where(Job.name == taking_services.JOB).order_by(Job.id)
    )

    def stop(per_cent: int) -> None:
        if per_cent > 1:
            raise jobs.StoppedError("stop")

    with app.app_context():
        assert jobs.run(first.id, stop) == "cancelled"
    client.post(f"/jobs/{second.public_id}/stop", data={"back": "files"})
    session.expire_all()
    assert [first.result, second.state] == [None, "cancelled"]
    person.disabled_at = clock.now()
    session.flush()
    with app.app_context():
        assert jobs.run(third.id) == "failed"


def test_figures_of_students_in_a_file_are_hidden_as_on_the_page_and_the_look_is_noted(
    app: Flask, session: Session, browse: Browse
) -> None:
    keep_attached(app)
    team = make.make_team(session)
    person = make.make_user(session, team, role=TeamRole.LEAD)
    measure = make.make_measure(session, team, counts_students=True)
    for count, population in ((3, 6), (21, 40)):
        make.make_measurement(session, measure, team=team, count=count, population=population)
    address = f"/measures/{measure.public_id}"

    page, taken = browse(person).get(address).text, browse(person).get(f"{address}?take=xlsx")

    cells = [
        str(cell)
        for sheet in workbooks.read_book(io.BytesIO(taken.data), "x").values()
        for row in sheet
        for cell in row
    ]
    assert taken.status_code == 200
    assert ("3 of 6" in page, any("3 of 6" in cell for cell in cells)) == (False, False)
    assert session.scalar(select(func.count()).select_from(StudentLook).where(StudentLook.way == "file")) == 1
