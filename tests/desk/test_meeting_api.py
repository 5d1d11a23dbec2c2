"""A meeting held by a program: the agenda, decisions kept where they belong, its end and what undoes it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import CycleNote
from milestones.models import ActionStep, Touchpoint
from nic_platform.tables import Notice
from tests.desk.scenes import a_meeting
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def meeting(session: Session, world: World) -> Touchpoint:
    return a_meeting(session, world, title="Step back")


def decide(client: FlaskClient, meeting: Touchpoint, **sent: Any) -> Any:
    return client.post(f"/api/v1/touchpoints/{meeting.public_id}/meeting/decisions", json=sent)


def test_a_decision_lands_on_its_cycle_opens_a_step_and_is_put_right(
    session: Session, world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    cycle = str(world.ids["cycle_id"])
    made = decide(
        member, meeting, text="Print the cards", about_kind="cycle", about_id=cycle, owner="Rosa",
        due_on="2026-03-05", then="step",
    )  # fmt: skip
    step = session.scalars(select(ActionStep).order_by(ActionStep.id.desc())).first()
    notes = session.scalars(select(CycleNote.text)).all()

    assert made.status_code == 201, made.json
    assert (made.json["about_kind"], made.json["about_id"], made.json["follow_up"]) == (
        "cycle",
        cycle,
        "step",
    )
    assert step is not None
    assert (step.text, step.owner, made.json["follow_up_id"]) == (
        "Print the cards", "Rosa", str(step.public_id),
    )  # fmt: skip
    assert any("Print the cards (Rosa)" in text for text in notes)

    one = f"/api/v1/decisions/{made.json['id']}"
    changed = member.patch(one, json={"text": " Print cards ", "version": made.json["version"]})
    assert (changed.json["text"], changed.json["owner"]) == ("Print cards", "Rosa")
    assert member.patch(one, json={"owner": "Sam", "version": made.json["version"]}).status_code == 412
    assert member.patch(one, json={"owner": "Sam"}).status_code == 428
    empty = member.patch(one, json={"text": " "}, headers={"If-Match": changed.headers["ETag"]})
    assert (empty.status_code, list(empty.json["errors"])) == (422, ["text"])

    done = member.post(f"{one}/done").json
    session.refresh(step)
    assert step.done_on is not None
    assert done["done_on"] == step.done_on.isoformat()
    assert member.delete(one).status_code == 204
    assert member.get(f"/api/v1/touchpoints/{meeting.public_id}/meeting").json["decisions"] == []
    assert member.post(f"{one}/restore").json["text"] == "Print cards"


def test_the_agenda_says_what_a_decision_can_be_about(
    world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    told = member.get(f"/api/v1/touchpoints/{meeting.public_id}/meeting").json
    point = told["points"][0]
    made = decide(member, meeting, text="Look again", about_kind=point["kind"], about_id=point["id"])

    assert (told["title"], told["team_id"]) == ("Step back", str(world.school.public_id))
    assert {"part", "reason", "minutes", "asks"} <= set(point)
    assert made.status_code == 201
    again = member.get(f"/api/v1/touchpoints/{meeting.public_id}/meeting").json
    assert [row["id"] for row in again["decisions"]] == [made.json["id"]]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "Go", "about_kind": "cycle"}, "about_id"),
        ({"text": "Go", "then": "touchpoint"}, "due_on"),
        ({"text": "Go", "then": "adjust"}, "about"),
        ({"text": "Go", "then": "party"}, "then"),
    ],
)
def test_what_lacks_something_says_which_field(
    member: FlaskClient, meeting: Touchpoint, sent: dict[str, Any], field: str
) -> None:
    answer = decide(member, meeting, **sent)

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_a_meeting_is_closed_its_minutes_go_once_and_it_is_opened_again(
    session: Session, world: World, browse: Browse, member: FlaskClient, meeting: Touchpoint
) -> None:
    address = f"/api/v1/touchpoints/{meeting.public_id}"
    closed = member.post(f"{address}/close", json={"tell": True}).json
    again = member.post(f"{address}/close", json={"tell": True}).json
    told = session.scalars(select(Notice).where(Notice.kind == "touchpoint.minutes")).all()

    assert (closed["ended_at"], closed["told"], again["told"]) == (again["ended_at"], len(told), 0)
    assert closed["told"] > 0
    assert decide(member, meeting, text="Too late").status_code == 409
    assert member.post(f"{address}/reopen").json["ended_at"] is None
    assert decide(member, meeting, text="In time").status_code == 201
    coach = browse(world.people["coach"])
    assert [coach.post(f"{address}/{act}").status_code for act in ("close", "reopen")] == [403, 403]


def test_another_teams_thing_is_no_point_of_this_meeting(
    world: World, browse: Browse, member: FlaskClient, meeting: Touchpoint
) -> None:
    answer = decide(
        member, meeting, text="Theirs", about_kind="milestone", about_id=str(world.ids["cycle_id"])
    )
    assert answer.status_code == 404
    assert decide(browse(world.people["peer"]), meeting, text="Not mine").status_code == 404
