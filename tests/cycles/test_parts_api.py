"""The parts of a cycle in the API: tasks, counts, sharing, comments, and a draft that is deleted."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cycles.models import Cycle
from measures.models import Measurement
from nic_platform import audit
from nic_platform.actor import TeamRole
from teams.models import Team
from tests import factories as make

Browse = Callable[..., FlaskClient]
API = "/api/v1"
DAY = "2026-02-12"


@pytest.fixture
def school(session: Session) -> Team:
    return make.make_team(session)


@pytest.fixture
def member(session: Session, school: Team, browse: Browse) -> FlaskClient:
    return browse(make.make_user(session, school))


@pytest.fixture
def running(session: Session, school: Team) -> Cycle:
    """A cycle in Do, with a measure of its own that has a breakdown."""
    measure = make.make_measure(
        session, school, counts_students=True, unit="students",
        breakdown={"Language": ["English", "Spanish"]},
    )  # fmt: skip
    return make.make_cycle(
        session, school, is_draft=False, stage="do", measure_id=measure.id,
        began_on=date(2026, 2, 9), starts_on=date(2026, 2, 9), ends_on=date(2026, 2, 24),
    )  # fmt: skip


def body(response: TestResponse) -> Any:
    return response.json


def at(cycle: Cycle, part: str) -> str:
    return f"{API}/cycles/{cycle.public_id}/{part}"


def test_a_task_is_added_changed_ticked_off_and_taken_out(member: FlaskClient, running: Cycle) -> None:
    made = body(member.post(at(running, "tasks"), json={"text": " Copy the tickets ", "owner": "Joe"}))
    address = f"{API}/cycle-tasks/{made['id']}"

    changed = member.patch(address, json={"version": made["version"], "due_on": DAY})
    done = body(member.patch(address, json={"version": body(changed)["version"], "done_on": DAY}))
    stale = member.patch(address, json={"version": made["version"], "text": "Nothing"})

    assert (done["text"], done["owner"], done["due_on"], done["done_on"]) == (
        "Copy the tickets", "Joe", DAY, DAY,
    )  # fmt: skip
    assert stale.status_code == 412
    assert body(member.get(at(running, "tasks"))) == {"items": [done], "next": None}
    seen = {"If-Match": f'"{done["version"]}"'}
    assert member.delete(address, headers=seen).status_code == 204
    assert body(member.get(at(running, "tasks"))) == {"items": [], "next": None}
    assert member.delete(address, headers=seen).status_code == 404


@pytest.mark.parametrize("sent", [{"text": ""}, {"text": "   "}, {}, {"text": "x" * 301}])
def test_a_task_without_words_is_refused_beside_its_field(
    member: FlaskClient, running: Cycle, sent: dict[str, str]
) -> None:
    answer = member.post(at(running, "tasks"), json=sent)

    assert answer.status_code == 422
    assert "text" in str(body(answer)["errors"])
    assert body(member.get(at(running, "tasks"))) == {"items": [], "next": None}


def test_a_count_is_written_down_corrected_and_taken_back(
    session: Session, member: FlaskClient, running: Cycle
) -> None:
    sent = {"observed_on": DAY, "count": 3, "population": 24, "note": "Rainy"}
    made = body(member.post(at(running, "points"), json=sent))
    address = f"{API}/cycle-points/{made['id']}"

    right = body(member.patch(address, json={"observed_on": DAY, "count": 4, "population": 24}))
    told = body(member.get(at(running, "data")))

    assert (made["count"], made["population"], made["note"]) == (3, 24, "Rainy")
    assert [(each["id"], each["count"]) for each in told["points"]] == [(right["id"], 4)]
    assert (right["id"] != made["id"], told["hidden"]) == (True, 0)
    assert member.delete(f"{API}/cycle-points/{right['id']}").status_code == 204
    assert body(member.get(at(running, "data")))["points"] == []
    assert len(session.scalars(select(Measurement).where(Measurement.cycle_id == running.id)).all()) == 3


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"subgroup": "English"}, "subgroup"),
        ({"subgroup_set": "Language"}, "subgroup"),
        ({"subgroup_set": "Language", "subgroup": "Klingon"}, "subgroup"),
        ({"count": 30}, "count"),
        ({"observed_on": "2199-01-01"}, "observed_on"),
    ],
)
def test_a_count_that_cant_be_so_is_refused_beside_its_field(
    session: Session, member: FlaskClient, running: Cycle, more: dict[str, Any], field: str
) -> None:
    sent = {"observed_on": DAY, "count": 3, "population": 24, **more}
    answer = member.post(at(running, "points"), json=sent)

    assert (answer.status_code, list(body(answer)["errors"])) == (422, [field])
    assert session.scalars(select(Measurement).where(Measurement.cycle_id == running.id)).all() == []


def test_a_second_count_of_one_day_is_asked_about(member: FlaskClient, running: Cycle) -> None:
    sent = {"observed_on": DAY, "count": 3, "population": 24}
    member.post(at(running, "points"), json=sent)

    asked = member.post(at(running, "points"), json={**sent, "count": 5})
    kept = member.post(at(running, "points"), json={**sent, "count": 5, "same_day": "both"})

    assert (asked.status_code, list(body(asked)["errors"])) == (422, ["same_day"])
    assert kept.status_code == 201
    assert [each["count"] for each in body(member.get(at(running, "data")))["points"]] == [3, 5]


def test_a_cycle_is_shared_only_after_somebody_read_it_again(
    session: Session, member: FlaskClient, running: Cycle
) -> None:
    sent = {"version": running.version, "shared": True}
    refused = member.post(at(running, "sharing"), json=sent)
    session.refresh(running)

    assert (refused.status_code, list(body(refused)["errors"]), running.is_shared) == (
        422,
        ["checked"],
        False,
    )
    assert member.post(at(running, "sharing"), json={**sent, "checked": True}).status_code == 204
    session.refresh(running)
    assert running.is_shared
    assert member.post(at(running, "sharing"), json={**sent, "shared": False}).status_code == 412


def test_a_coach_comments_and_the_comment_is_listed(
    session: Session, school: Team, browse: Browse, member: FlaskClient, running: Cycle
) -> None:
    user = make.make_user(session, school, role=TeamRole.COACH)
    coach = browse(user)

    made = body(coach.post(at(running, "notes"), json={"text": " Well seen "}))
    listed = body(member.get(at(running, "notes")))

    assert (made["text"], made["who"], made["stage"]) == ("Well seen", user.name, "do")
    assert [(each["text"], each["who"], each["stage"]) for each in listed["items"]] == [
        (made["text"], made["who"], made["stage"])
    ]


def test_a_draft_is_deleted_and_brought_back_and_what_has_begun_is_not(
    session: Session, school: Team, member: FlaskClient, running: Cycle
) -> None:
    draft = make.make_cycle(session, school)
    address = f"{API}/cycles/{draft.public_id}"

    assert member.delete(f"{API}/cycles/{running.public_id}").status_code == 409
    assert member.delete(address).status_code == 204
    assert member.get(address).status_code == 404
    assert member.post(f"{address}/restoring").status_code == 204
    assert member.get(address).status_code == 200
    told = [each.action for each in audit.history(session, "cycle", draft.public_id)]
    assert told[:2] == ["restored", "deleted"]
