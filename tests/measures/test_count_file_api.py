"""Programs send a file of counts, mend its columns, see its problems by row and column, write and undo."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from measures import count_import_services
from measures.models import Measurement
from milestones.models import Milestone
from nic_platform import clock
from nic_platform.errors import RuleError
from nic_platform.tables import ImportRun
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
FILES = "/api/v1/measurement-files"


def day(back: int) -> str:
    return (clock.today("America/Denver") - timedelta(days=back)).isoformat()


@pytest.fixture
def world(session: Session) -> World:
    world = make_world(session)
    found = session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()
    found.name = "Exit tickets"
    session.flush()
    return world


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def send(client: FlaskClient, text: str, **fields: Any) -> Any:
    sent = {"file": (BytesIO(text.encode()), "counts.csv"), **{name: str(v) for name, v in fields.items()}}
    return client.post(FILES, data=sent, content_type="multipart/form-data")


def written(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Measurement)) or 0


def test_a_file_is_looked_at_mended_written_once_and_taken_back(
    session: Session, world: World, member: FlaskClient
) -> None:
    before = written(session)
    text = f"Date,Milestone,There,Out of\n{day(3)},Exit tickets,20,24\n{day(2)},Exit tickets,30,24\n"
    answer = send(member, text, plan_id=world.ids["plan_id"])
    assert answer.status_code == 201, answer.get_json()
    told = answer.get_json()
    one = f"{FILES}/{told['id']}"
    assert (told["state"], told["created"], told["plan_id"]) == ("preview", 1, str(world.ids["plan_id"]))
    assert [(each["row"], each["column"]) for each in told["problems"]] == [(3, "There")]
    assert member.post(f"{one}/write").status_code == 409
    assert written(session) == before

    wrong = member.put(one, json={"columns": {"count": "Yes", "nothing": "Date"}})
    assert set(wrong.get_json()["errors"]) == {"columns.count", "columns.nothing"}
    other = member.put(one, json={"options": {"measure_id": str(world.ids["plan_id"])}})
    assert set(other.get_json()["errors"]) == {"measure_id"}
    swapped = member.put(one, json={"columns": {"count": "Out of", "population": "There"}}).get_json()
    assert swapped["columns"]["count"] == "Out of"
    assert swapped["problems"][0]["row"] == 2

    good = send(member, text.replace(",30,", ",21,"), plan_id=world.ids["plan_id"]).get_json()
    one = f"{FILES}/{good['id']}"
    assert member.get(one).get_json()["created"] == 2
    assert member.post(f"{one}/write").get_json()["state"] == "done"
    assert (written(session), member.post(f"{one}/write").status_code) == (before + 2, 409)
    assert member.put(one, json={}).status_code == 409
    assert member.post(f"{one}/undo").get_json() == {"undone": 2, "stayed": 0}
    assert member.post(f"{one}/undo").status_code == 409
    listed = member.get(f"{FILES}?plan_id={world.ids['plan_id']}").get_json()["items"]
    assert (listed[0]["id"], listed[0]["state"]) == (good["id"], "undone")


def test_rows_of_one_measure_need_no_column_that_says_it_and_a_key_sends_a_file_once(
    world: World, member: FlaskClient
) -> None:
    text = f"Date,There,Out of\n{day(3)},20,24\n"
    measure = world.ids["measure_id"]
    key = {"Idempotency-Key": "one-file"}

    def once() -> Any:
        sent = {"file": (BytesIO(text.encode()), "counts.csv"), "measure_id": str(measure)}
        return member.post(FILES, data=sent, headers=key, content_type="multipart/form-data")

    first, second = once(), once()
    assert first.get_json()["options"]["measure_id"] == str(measure)
    assert (first.get_json()["created"], first.get_json()["problems"]) == (1, [])
    assert second.get_json() == first.get_json()
    assert second.headers["Idempotency-Replayed"] == "true"
    for fields in ({}, {"measure_id": world.ids["plan_id"]}):
        strange = send(member, "" if not fields else text, **fields)
        assert strange.status_code == 422, strange.get_json()
    assert list(member.post(FILES, data={}).get_json()["errors"]) == ["file"]


@pytest.mark.parametrize(("role", "status"), [("hub", 403), ("observer", 403), ("peer", 404)])
def test_who_may_not_count_sees_no_file(
    world: World, member: FlaskClient, browse: Browse, role: str, status: int
) -> None:
    text = f"Date,Milestone,There,Out of\n{day(3)},Exit tickets,20,24\n"
    one = f"{FILES}/{send(member, text, plan_id=world.ids['plan_id']).get_json()['id']}"
    client = browse(world.people[role])

    assert {
        client.get(one).status_code, client.put(one, json={}).status_code,
        client.post(f"{one}/write").status_code, client.post(f"{one}/undo").status_code,
        send(client, text, plan_id=world.ids["plan_id"]).status_code,
    } == {status}  # fmt: skip


def test_what_another_request_wrote_meanwhile_is_seen_before_it_is_written_again(
    session: Session, world: World, member: FlaskClient
) -> None:
    send(member, f"Date,Milestone,There,Out of\n{day(3)},Exit tickets,20,24\n", plan_id=world.ids["plan_id"])
    run = session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()
    assert run is not None
    assert run.state == "preview"
    elsewhere = update(ImportRun).where(ImportRun.id == run.id).execution_options(synchronize_session=False)
    unread: Any = None

    session.execute(elsewhere.values(state="done"))
    with pytest.raises(RuleError):
        count_import_services.carry_out(session, run, unread, unread, by=unread, at=clock.now())
    session.execute(elsewhere.values(state="undone"))
    with pytest.raises(RuleError):
        count_import_services.undo(session, run, by=unread, at=clock.now())
