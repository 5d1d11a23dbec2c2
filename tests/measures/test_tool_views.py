"""Observation tools: described, chosen, shown where one counts, printed."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure, ObservationTool
from milestones.models import Milestone
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
SENT = {
    "name": "Lesson-plan audit", "definition": "One plan of each teacher, on Fridays.",
    "items": "- Names the language\n• Says how pupils will use it\n\n", "counts_when": "both are there",
}  # fmt: skip


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def test_a_member_describes_a_tool_of_the_team(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    response = member.post("/tools/new", data=SENT)
    made = session.scalars(select(ObservationTool).where(ObservationTool.name == "Lesson-plan audit")).one()

    assert (response.status_code, made.team_id) == (303, world.school.id)
    assert made.items == ["Names the language", "Says how pupils will use it"]
    assert "Names the language" in member.get(response.location).text
    assert "Lesson-plan audit" in member.get("/tools").text
    assert browse(world.people["peer"]).get(response.location).status_code == 404
    assert "Lesson-plan audit" not in browse(world.people["peer"]).get("/tools").text


def test_only_network_leads_describe_common_ones(world: World, browse: Browse) -> None:
    data = {**SENT, "is_common": "y"}

    assert browse(world.people["lead"]).post("/tools/new", data=data).status_code == 403
    made = browse(world.people["network_lead"]).post("/tools/new", data=data)
    assert made.status_code == 303
    assert browse(world.people["peer"]).get(made.location).status_code == 200
    assert browse(world.people["lead"]).get(f"{made.location}/edit").status_code == 403


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": ""}, "Give it a name"),
        ({"items": "x\n" * 21}, "Keep it to 20 items"),
        ({"items": "x" * 201}, "200 signs"),
    ],
)
def test_what_does_not_fit_a_sheet_is_refused_by_field(
    session: Session, member: FlaskClient, data: dict[str, str], sentence: str
) -> None:
    before = len(session.scalars(select(ObservationTool)).all())
    response = member.post("/tools/new", data={**SENT, **data})

    assert response.status_code == 422
    assert sentence in response.text
    assert "both are there" in response.text
    assert len(session.scalars(select(ObservationTool)).all()) == before


def test_two_savers_of_a_tool_meet(session: Session, world: World, member: FlaskClient) -> None:
    path = f"/tools/{world.ids['tool_id']}/edit"

    assert member.post(path, data={**SENT, "version": "1"}).status_code == 303
    response = member.post(path, data={**SENT, "name": "Other", "version": "1"})

    assert response.status_code == 409
    assert "Lesson-plan audit" in response.text


def test_a_deleted_tool_is_brought_back(world: World, member: FlaskClient) -> None:
    path = f"/tools/{world.ids['tool_id']}"
    gone = member.post(f"{path}/delete")

    assert member.get(path).status_code == 404
    assert f"{path}/restore" in member.get(gone.location).text
    assert member.post(f"{path}/restore").status_code == 303
    assert member.get(path).status_code == 200


def test_a_tool_is_chosen_for_a_whole_series_and_shown_where_one_counts(
    session: Session, world: World, member: FlaskClient
) -> None:
    first = session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()
    second = make.make_milestone(session, world.school, plan=first.plan, measure=first.measure)
    tool = session.scalars(
        select(ObservationTool).where(ObservationTool.public_id == world.ids["tool_id"])
    ).one()
    path = f"/milestones/{first.public_id}"
    data = {"tool": str(tool.public_id), "whole_series": "y"}

    assert member.post(f"{path}/tool", data=data).status_code == 303
    session.expire_all()
    assert (first.tool_id, second.tool_id, first.tool) == (tool.id, tool.id, tool.name)
    for page in (path, f"{path}/measure"):
        text = member.get(page).text
        assert "Pupils can say it" in text
        assert "both are seen" in text
    assert first.name in member.get(f"/tools/{tool.public_id}").text

    member.post(f"/tools/{tool.public_id}/edit", data={**SENT, "version": str(tool.version)})
    session.expire_all()
    assert second.tool == "Lesson-plan audit"


def test_a_measures_tool_serves_milestones_without_one_of_their_own(
    session: Session, world: World, member: FlaskClient
) -> None:
    measure = session.scalars(select(Measure).where(Measure.public_id == world.ids["measure_id"])).one()
    data = {
        "name": measure.name, "kind": "process", "type": "proportion", "direction": "up", "rhythm": "weekly",
        "observation_tool": str(world.ids["tool_id"]), "version": str(measure.version),
    }  # fmt: skip

    assert member.post(f"/measures/{measure.public_id}/edit", data=data).status_code == 303
    assert "Pupils can say it" in member.get(f"/milestones/{world.ids['milestone_id']}").text


def test_another_teams_tool_cannot_be_chosen(session: Session, world: World, member: FlaskClient) -> None:
    theirs = make.make_tool(session, world.peer)
    response = member.post(
        f"/milestones/{world.ids['milestone_id']}/tool", data={"tool": str(theirs.public_id)}
    )

    assert response.status_code == 404


@pytest.mark.parametrize(("asked", "rows"), [("", 24), ("5", 5), ("0", 1), ("999", 60), ("x", 24)])
def test_a_sheet_has_the_rows_that_are_asked_for(
    world: World, member: FlaskClient, asked: str, rows: int
) -> None:
    page = member.get(f"/tools/{world.ids['tool_id']}/sheet?rows={asked}").text

    assert page.count('<tr><th scope="row">') == rows + 1  # and the line to be entered
    assert "Pupils can say it" in page


def test_the_list_takes_the_same_statements_however_long(
    session: Session,
    world: World,
    member: FlaskClient,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    found = []
    for times in (1, 10):
        for _ in range(times):
            make.make_tool(session, world.school)
        with count_queries() as seen:
            assert member.get("/tools").status_code == 200
        found.append(len(seen))
    assert found[0] == found[1]
