"""Setting marks on a chart: by forms, with undo, versions and history; and through the API."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import ChartMark, Measure
from nic_platform.tables import AuditEntry
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
START = date(2025, 9, 1)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def measure(session: Session, world: World) -> Measure:
    made = make.make_measure(session, world.school)
    for at in range(12):
        on = START + timedelta(weeks=at)
        make.make_measurement(session, made, world.school, on, count=4 + at % 3, population=20)
    return made


def marks(session: Session, measure: Measure) -> list[ChartMark]:
    held = ChartMark.measure_id == measure.id, ChartMark.deleted_at.is_(None)
    return list(session.scalars(select(ChartMark).where(*held).order_by(ChartMark.id)))


def new(measure: Measure) -> str:
    return f"/measures/{measure.public_id}/marks/new"


def test_a_mark_is_set_changed_taken_away_and_brought_back(
    session: Session, member: FlaskClient, measure: Measure
) -> None:
    sent = {"kind": "exclude", "on": "2025-09-08", "words": "Fire drill"}
    added = member.post(new(measure), data=sent)
    mark = marks(session, measure)[0]
    path = f"/marks/{mark.public_id}"

    assert (added.status_code, mark.kind, mark.on, mark.words) == (
        303,
        "exclude",
        date(2025, 9, 8),
        "Fire drill",
    )
    assert "Left out: Fire drill" in member.get(added.location).text

    moved = member.post(f"{path}/edit", data={"on": "2025-09-15", "words": "Snow", "version": "1"})
    session.refresh(mark)
    assert (moved.status_code, mark.on, mark.words) == (303, date(2025, 9, 15), "Snow")

    gone = member.post(f"{path}/delete")
    assert marks(session, measure) == []
    assert "can be brought back" in member.get(gone.location).text

    assert member.post(f"{path}/restore").status_code == 303
    assert marks(session, measure) == [mark]
    kept = session.scalars(select(AuditEntry).where(AuditEntry.kind == "chart_mark")).all()
    assert len([each for each in kept if each.object_id == mark.public_id]) == 4


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"kind": "freeze", "on": "2025-10-27", "words": "x"}, "There are 9 points up to this day."),
        ({"kind": "freeze", "on": "2025-11-10", "words": ""}, "Say what changed after that day"),
        ({"kind": "exclude", "on": "2025-09-09", "words": "x"}, "Nothing was counted on this day."),
        ({"kind": "phase", "on": "2199-01-01", "words": "x"}, "This day has not come yet."),
        ({"kind": "phase", "on": "2025-09-08", "words": " "}, "Say why a new phase begins."),
        ({"kind": "change", "on": "", "words": "x"}, "Give the day."),
        ({"kind": "frieze", "on": "2025-09-08", "words": "x"}, "Choose what to mark."),
        ({"kind": "story", "on": "2025-09-08", "words": "x" * 2001}, "2000 signs"),
    ],
)
def test_what_can_not_be_is_refused_with_its_mend(
    session: Session, member: FlaskClient, measure: Measure, sent: dict[str, str], sentence: str
) -> None:
    response = member.post(new(measure), data=sent)

    assert response.status_code == 422
    assert sentence in response.text
    assert marks(session, measure) == []


def test_a_baseline_counts_its_points_from_its_phase_and_without_those_left_out(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    sent = {"kind": "freeze", "on": "2025-11-10", "words": "New coach"}
    make.make_mark(session, measure, world.school, kind="exclude", on=date(2025, 9, 8))
    make.make_mark(session, measure, world.school, kind="phase", on=date(2025, 9, 8))

    assert "There are 9 points" in member.post(new(measure), data=sent).text
    assert member.post(new(measure), data={**sent, "on": "2025-11-17"}).status_code == 303


def test_one_day_holds_one_mark_of_a_kind_but_many_changes(
    session: Session, member: FlaskClient, measure: Measure
) -> None:
    out = {"kind": "exclude", "on": "2025-09-08", "words": "x"}

    assert member.post(new(measure), data=out).status_code == 303
    assert "has such a mark already" in member.post(new(measure), data=out).text
    for _again in range(2):
        member.post(new(measure), data={**out, "kind": "change"})
    mark = marks(session, measure)[0]
    member.post(f"/marks/{mark.public_id}/delete")
    assert member.post(new(measure), data=out).status_code == 303
    assert member.post(f"/marks/{mark.public_id}/restore").status_code == 409
    assert len(marks(session, measure)) == 3


def test_two_savers_meet(session: Session, world: World, member: FlaskClient) -> None:
    path = f"/marks/{world.ids['mark_id']}/edit"
    first = {"on": "2026-02-01", "words": "A new coach", "version": "1"}

    assert member.post(path, data=first).status_code == 303
    second = member.post(path, data={**first, "words": "Another bell"})
    assert second.status_code == 409
    assert "A new coach" in second.text
    assert "Another bell" in second.text


def test_only_the_teams_own_members_set_marks(world: World, browse: Browse, measure: Measure) -> None:
    sent = {"kind": "change", "on": "2025-09-08", "words": "x"}
    asked = f"{new(measure)}?team={world.school.public_id}"

    assert browse(world.people["lead"]).post(asked, data=sent).status_code == 303
    for role in ("observer", "coach", "hub", "network_lead"):
        assert browse(world.people[role]).post(asked, data=sent).status_code == 403
    assert browse(world.people["peer"]).post(asked, data=sent).status_code == 404


def test_a_groups_marks_stand_on_its_own_chart_and_changes_on_both(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    group = {"subgroup_set": "Grade", "subgroup": "4"}
    for at in range(3):
        on = START + timedelta(weeks=at)
        make.make_measurement(session, measure, world.school, on, count=2, population=9, **group)
    own = f"/measures/{measure.public_id}/chart?set=Grade&group=4"
    member.post(
        f"{new(measure)}?set=Grade&group=4",
        data={"kind": "exclude", "on": "2025-09-08", "words": "Only here"},
    )
    member.post(new(measure), data={"kind": "change", "on": "2025-09-08", "words": "For everybody"})

    of_group, of_all = member.get(own).text, member.get(f"/measures/{measure.public_id}/chart").text

    assert ("Only here" in of_group, "Only here" in of_all) == (True, False)
    assert ("For everybody" in of_group, "For everybody" in of_all) == (True, True)


# ---------------------------------------------------------------- the API


def test_the_api_gives_points_lines_flags_and_the_sentence(member: FlaskClient, measure: Measure) -> None:
    answer: Any = member.get(f"/api/v1/measures/{measure.public_id}/chart?chart=p").json

    assert (answer["kind"], answer["reading"], len(answer["points"])) == ("p", "ordinary", 12)
    assert answer["title"] == "No signal: ordinary variation."
    assert answer["points"][0] == {
        "on": "2025-09-01", "value": 20.0, "count": 4.0, "population": 20.0, "phase": 1, "centre": 25.0,
        "lower": 0.0, "upper": pytest.approx(54.05, abs=0.01), "is_excluded": False, "is_baseline": True,
        "flag": "", "reads": "", "note": "",
    }  # fmt: skip
    assert member.get(f"/api/v1/measures/{measure.public_id}/chart?chart=q").status_code == 422


def test_marks_are_written_through_the_api(session: Session, member: FlaskClient, measure: Measure) -> None:
    path = f"/api/v1/measures/{measure.public_id}/marks"
    sent = {"kind": "phase", "on": "2025-10-06", "words": "New coach"}
    made: Any = member.post(path, json=sent)
    one = f"/api/v1/marks/{made.json['id']}"

    assert (made.status_code, made.json["version"]) == (201, 1)
    assert member.post(path, json={**sent, "words": ""}).json["errors"]["words"].startswith("Say why")
    assert member.patch(one, json={"words": "A coach", "version": 1}).json["words"] == "A coach"
    assert member.patch(one, json={"words": "B", "version": 1}).status_code == 412
    listed: Any = member.get(path).json
    assert [each["words"] for each in listed["items"]] == ["A coach"]
    assert member.delete(one).status_code == 204
    assert marks(session, measure) == []
    assert member.post(f"{one}/restore").status_code == 200
    assert len(marks(session, measure)) == 1
