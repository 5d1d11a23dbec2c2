"""Bringing published figures in by page and by API, from the file to taking it back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import User
from measures import state_import_queries, state_import_services, state_jobs
from measures.models import Measurement
from nic_platform import jobs
from nic_platform.tables import ImportRun
from tests.measures.published import made, text_of
from tests.measures.test_state_import_services import HEADER, LINES, Small

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def small(session: Session) -> Small:
    return Small(session)


@pytest.fixture
def lead(session: Session, small: Small, browse: Browse) -> FlaskClient:
    return browse(session.get_one(User, small.by.user_id))


def send(client: FlaskClient, *lines: str, name: str = "absence_2023_24.csv") -> str:
    data = {"file": (BytesIO(text_of(made(HEADER, *lines))), name)}
    response = client.post("/measures/figures", data=data, content_type="multipart/form-data")
    assert response.status_code == 303
    return str(response.location)


def counted(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Measurement)) or 0


def test_a_file_is_read_shown_written_and_taken_back(
    session: Session, small: Small, lead: FlaskClient
) -> None:
    address = send(lead, *LINES)
    page = lead.get(address).text
    assert "What this file would do" in page
    assert "20 of 100 (20.0%)" in page
    assert "one figure that the agency hid or left empty" in page
    assert counted(session) == 0

    lead.post(f"{address}/write")
    session.expire_all()
    assert "Written" in lead.get(address).text
    assert small.figures()[("0010-0101", 2023)] == (20, 100)

    lead.post(f"{address}/undo")
    session.expire_all()
    assert small.figures() == {}
    assert (
        "Taken back" in lead.get("/measures/figures").text
        or "taken back" in lead.get("/measures/figures").text
    )


def test_rows_with_problems_are_told_and_can_be_left_out(
    session: Session, small: Small, lead: FlaskClient
) -> None:
    address = send(lead, *LINES, "0010,MAPLETON 1,0999,CLOSED,5,50")
    page = lead.get(address).text
    assert "The network has no such school." in page
    assert f"{address}/write" not in page
    assert lead.post(f"{address}/write").status_code in {409, 422}
    assert counted(session) == 0

    form = {"map_school_code": "School Code", "map_district_code": "District Code", "year": "2023-24",
            "leave_out": "y", "f0_chosen": "y", "f0_count": "Chronic Absent Count",
            "f0_population": "Student Count", "f0_name": "Chronic absence"}  # fmt: skip
    assert lead.post(address, data=form).status_code == 303
    assert f"{address}/write" in lead.get(address).text
    lead.post(f"{address}/write")
    assert counted(session) == 2


def test_a_figure_can_be_made_of_columns_by_hand(session: Session, small: Small, lead: FlaskClient) -> None:
    data = {"file": (BytesIO(b"School Code,Kind,Some,All\n0101,a,3,30\n0101,b,4,40\n"), "own_2022_23.csv")}
    response = lead.post("/measures/figures", data=data, content_type="multipart/form-data")
    assert "Choose the columns that say how many" in lead.get(str(response.location)).text

    form = {"map_school_code": "School Code", "year": "2022-23", "f0_chosen": "y", "f0_count": "Some",
            "f0_population": "All", "f0_name": "Reading", "f0_where": "Kind", "f0_is": "b"}  # fmt: skip
    lead.post(str(response.location), data=form)
    lead.post(f"{response.location}/write")

    assert small.figures() == {("0010-0101", 2022): (4, 40)}


def test_a_page_of_a_file_asks_the_same_for_any_length(
    lead: FlaskClient, count_queries: CountQueries
) -> None:
    short, long = send(lead, LINES[0]), send(lead, *LINES)
    with count_queries() as few:
        lead.get(short)
    with count_queries() as more:
        lead.get(long)
    assert len(few) == len(more) <= 12


def test_no_file_is_told_beside_the_field(lead: FlaskClient) -> None:
    response = lead.post("/measures/figures", data={})
    assert response.status_code == 422
    assert "Choose a file." in response.text


def test_a_large_file_is_written_and_taken_back_in_the_background(
    app: Flask, session: Session, small: Small, lead: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_import_services, "LARGE", 1)
    address = send(lead, *LINES)
    lead.post(f"{address}/write")
    run = session.scalars(select(ImportRun).where(ImportRun.kind == state_import_queries.KIND)).one()
    assert run.state == "running"
    lead.post(f"{address}/write")  # asked twice: the page leaves it to the background
    lead.post(f"/api/v1/figure-files/{run.public_id}/write")
    session.expire_all()
    assert (run.state, counted(session)) == ("running", 0)
    payload = {"run_id": run.id, "user_id": small.by.user_id, "name": small.by.name}

    def stop(per_cent: int) -> None:
        told.append(per_cent)
        if per_cent == 99:
            raise jobs.StoppedError("It was stopped.")

    told: list[int] = []
    with app.app_context():
        state_jobs.write_figures(payload, stop)
    session.expire_all()
    assert (run.state, counted(session), told) == ("preview", 0, [10, 40, 95, 99])  # until the very end
    lead.post(f"{address}/write")
    with app.app_context():
        state_jobs.write_figures(payload, lambda _done: None)
        state_jobs.write_figures(payload, lambda _done: None)
    session.expire_all()
    assert (run.state, counted(session)) == ("done", 2)
    lead.post(f"{address}/undo")
    lead.post(f"{address}/undo")
    lead.post(f"/api/v1/figure-files/{run.public_id}/undo")
    session.expire_all()
    assert (run.state, counted(session)) == ("undoing", 2)
    with app.app_context():
        state_jobs.take_figures_back(payload, stop)
        session.expire_all()
        assert (run.state, counted(session)) == ("done", 2)
    lead.post(f"{address}/undo")
    with app.app_context():
        state_jobs.take_figures_back(payload, lambda _done: None)
    session.expire_all()
    assert (run.state, small.figures()) == ("undone", {})


def test_by_api_a_table_is_sent_looked_at_written_and_taken_back(
    session: Session, small: Small, lead: FlaskClient
) -> None:
    sent = {
        "file_name": "absence_2023_24.csv",
        "table": text_of(made(HEADER, *LINES, ",,0999,X,1,9")).decode(),
    }
    made_run = lead.post("/api/v1/figure-files", json=sent)
    assert made_run.status_code == 201, made_run.text
    told = made_run.json
    assert told is not None
    assert (told["created"], told["years"], len(told["problems"])) == (2, ["2023-24"], 1)
    address = f"/api/v1/figure-files/{told['id']}"
    assert lead.post(f"{address}/write").status_code in {409, 422}

    again = lead.put(address, json={"options": {"leave_out": True}})
    assert (again.status_code, again.json["options"]["year"]) == (200, "2023-24")
    assert lead.post(f"{address}/write").json["state"] == "done"
    assert counted(session) == 2
    assert lead.put(address, json={}).status_code == 409
    assert lead.post(f"{address}/undo").json["state"] == "undone"
    assert [each["id"] for each in lead.get("/api/v1/figure-files").json["items"]] == [told["id"]]


def test_titles_are_told_and_the_row_of_the_names_can_be_said_otherwise(lead: FlaskClient) -> None:
    lines = ["Chronic absence of all schools", "", HEADER, *LINES]
    data = {"file": (BytesIO("\n".join(lines).encode()), "absence_2023_24.csv")}
    address = str(lead.post("/measures/figures", data=data, content_type="multipart/form-data").location)

    page = lead.get(address).text
    assert "The names of the columns are read from row 3; what stands above is left out." in page
    assert "20 of 100 (20.0%)" in page
    form = {"heads": "3-", "year": "2023-24"}
    refused = lead.post(address, data=form)
    assert (refused.status_code, "such as 4, or 3-4" in refused.text) == (422, True)
    refused = lead.post(address, data=form | {"heads": "90"})
    assert (refused.status_code, "Row 90 holds no names of columns." in refused.text) == (422, True)

    lead.post(address, data=form | {"heads": "1"})
    page = lead.get(address).text
    assert "read from row 1;" in page
    assert "Nothing can be written yet: choose other columns below." in page
    lead.post(address, data=form | {"heads": "3"})
    assert "20 of 100 (20.0%)" in lead.get(address).text


def test_the_api_tells_of_the_table_as_a_whole_and_takes_the_row_of_the_names(lead: FlaskClient) -> None:
    table = "\n".join(["Absence", HEADER, *LINES])
    told = lead.post("/api/v1/figure-files", json={"file_name": "a_2023_24.csv", "table": table}).json
    assert (told["options"]["heads"], len(told["told"]), told["created"]) == ("2", 1, 2)

    address = f"/api/v1/figure-files/{told['id']}"
    other = lead.put(address, json={"options": {"heads": "1"}}).json
    assert (other["created"], bool(other["problems"])) == (0, True)
    assert lead.put(address, json={"options": {"heads": "x"}}).status_code == 422
