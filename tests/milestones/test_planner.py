"""Planning a strand backwards: answers are kept, steps proposed, made in one go and taken back."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import BackwardsPlan, Milestone, MilestoneChange, Plan, Strand, Strategy
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
TODAY = clock.today("America/Denver")


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def strand(session: Session, world: World) -> Strand:
    """A strand without a milestone."""
    strategy = session.scalar(select(Strategy).where(Strategy.public_id == world.ids["strategy_id"]))
    return make.make_strand(session, strategy, name="Exit tickets")


def friday(weeks: int) -> date:
    return TODAY - timedelta(days=TODAY.weekday()) + timedelta(weeks=weeks, days=4)


ANSWERS = {
    "strands_words": "Exit tickets come first", "speed_words": "Before the tests", "complexity": "some",
    "complexity_words": "A new habit", "shape": "linear", "shape_words": "One grade after another",
    "calendar_words": "Conferences in spring", "skips_breaks": "y", "skips_testing": "y", "who": "teachers",
    "what": "using exit tickets", "tool": "a count", "population": "24", "baseline": "10", "target": "90",
    "steps": "4", "follows": "",
}  # fmt: skip


def answers(**more: Any) -> dict[str, Any]:
    span = {"starts_on": friday(0).isoformat(), "ends_on": friday(16).isoformat()}
    return {**ANSWERS, **span, **more}


def keep(client: FlaskClient, strand: Strand, **more: Any) -> Any:
    return client.post(f"/strands/{strand.public_id}/backwards", data=answers(**more))


def rows_of(page: str) -> dict[str, list[str]]:
    """Return what the form of proposed steps would send."""
    found: dict[str, list[str]] = {"step_on": [], "step_target": [], "step_of": []}
    for name, values in found.items():
        for part in page.split(f'name="{name}"')[1:]:
            values.append(part.split('value="')[1].split('"')[0])
    return found


def make_steps(client: FlaskClient, strand: Strand, page: str, **more: Any) -> Any:
    return client.post(f"/strands/{strand.public_id}/backwards/steps", data={**rows_of(page), **more})


def of_strand(session: Session, strand: Strand) -> list[Milestone]:
    session.expire_all()
    query = select(Milestone).where(Milestone.strand_id == strand.id, Milestone.deleted_at.is_(None))
    return list(session.scalars(query.order_by(Milestone.due_on)))


def page_of(client: FlaskClient, strand: Strand) -> str:
    return client.get(f"/strands/{strand.public_id}/backwards").text


def test_the_answers_are_kept_and_lead_to_steps(
    session: Session, member: FlaskClient, strand: Strand
) -> None:
    assert keep(member, strand).status_code == 303

    kept = session.scalar(select(BackwardsPlan).where(BackwardsPlan.strand_id == strand.id))
    assert kept is not None
    assert kept.answers["speed"] == "Before the tests"
    assert (kept.steps, kept.complexity, kept.shape) == (4, "some", "linear")
    page = page_of(member, strand)
    assert rows_of(page)["step_target"] == ["30", "50", "70", "90"]
    assert "5 percentage points each week: about 5 more of the 24 teachers every 4 weeks" in page
    assert "Before the tests" in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))  # a label leads to its own field


def test_half_the_answers_are_kept_as_well(session: Session, member: FlaskClient, strand: Strand) -> None:
    assert keep(member, strand, ends_on="", target="", steps="").status_code == 303

    page = page_of(member, strand)
    assert "Still open: the final date, the final target." in page
    assert "step_on" not in page
    assert keep(member, strand, steps="").status_code == 303
    assert len(rows_of(page_of(member, strand))["step_on"]) == 4  # 16 weeks, about every 4
    assert "a step about every 4 weeks, so 4." in page_of(member, strand)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_on": friday(0).isoformat()}, "has to come after the start"),
        ({"ends_on": "soon"}, "Write the date as year-month-day"),
        ({"baseline": "95"}, "has to lie above where you start, 95"),
        ({"target": "120"}, "Give a percent from 0 to 100."),
        ({"steps": "12", "ends_on": friday(4).isoformat()}, "plan at most 4 steps"),
        ({"steps": "40"}, "From 1 to 12"),
        ({"ends_on": (friday(0) + timedelta(days=2)).isoformat()}, "no school day between"),
    ],
)
def test_what_can_not_be_is_answered_with_the_mend(
    session: Session, member: FlaskClient, strand: Strand, change: dict[str, str], words: str
) -> None:
    page = keep(member, strand, **change)

    assert page.status_code == 422
    assert words in page.text
    assert session.scalar(select(BackwardsPlan).where(BackwardsPlan.strand_id == strand.id)) is None


def test_the_steps_become_milestones_that_share_a_measure(
    session: Session, member: FlaskClient, strand: Strand
) -> None:
    keep(member, strand)

    assert make_steps(member, strand, page_of(member, strand)).status_code == 303

    made = of_strand(session, strand)
    assert [(each.target, each.is_draft) for each in made] == [
        (30, False), (50, False), (70, False), (90, False),
    ]  # fmt: skip
    assert made[-1].due_on == friday(16)
    assert len({each.measure_id for each in made}) == 1
    assert (made[0].who, made[0].what, made[0].population, made[0].baseline) == (
        "teachers", "using exit tickets", 24, 10,
    )  # fmt: skip


def test_steps_are_edited_left_out_or_saved_as_drafts(
    session: Session, member: FlaskClient, strand: Strand
) -> None:
    keep(member, strand)
    sent = rows_of(page_of(member, strand))
    sent["step_target"][2] = "75"

    path = f"/strands/{strand.public_id}/backwards/steps"
    assert member.post(path, data={**sent, "drop": "0", "save": "draft"}).status_code == 303

    made = of_strand(session, strand)
    assert [(each.target, each.is_draft) for each in made] == [(50, True), (75, True), (90, True)]
    assert len({each.measure_id for each in made}) == 1


def test_all_are_made_or_none(session: Session, member: FlaskClient, strand: Strand) -> None:
    keep(member, strand)
    page = page_of(member, strand)
    for name, value, words in (
        ("step_target", "120", "Give a percent from 0 to 100."),
        ("step_on", "soon", "Step 3: write the date"),
        ("step_on", friday(2).isoformat(), "Step 3 has to come after the one before it."),
        ("step_target", "many", "Step 3: write the target as a number"),
    ):
        sent = rows_of(page)
        sent[name][2] = value
        answer = member.post(f"/strands/{strand.public_id}/backwards/steps", data=sent)
        assert (answer.status_code, words in answer.text) == (422, True), words
        assert f'value="{value}"' in answer.text
    assert of_strand(session, strand) == []


def test_what_was_made_is_taken_back_in_one_press(
    session: Session, member: FlaskClient, strand: Strand
) -> None:
    keep(member, strand)
    made = make_steps(member, strand, page_of(member, strand))
    assert f'action="/series/{strand.public_id}/undo"' in member.get(made.location).text

    assert member.post(f"/series/{strand.public_id}/undo").status_code == 303
    assert of_strand(session, strand) == []
    assert member.post(f"/series/{strand.public_id}/undo").status_code == 409


def test_what_was_changed_since_is_not_taken_back(
    session: Session, member: FlaskClient, strand: Strand
) -> None:
    keep(member, strand)
    make_steps(member, strand, page_of(member, strand))
    one = of_strand(session, strand)[0]
    one.name = "Ours"
    session.flush()

    assert member.post(f"/series/{strand.public_id}/undo").status_code == 409
    assert len(of_strand(session, strand)) == 4


def test_a_series_is_paced_anew_with_its_reason_and_back(
    session: Session, member: FlaskClient, strand: Strand
) -> None:
    keep(member, strand)
    make_steps(member, strand, page_of(member, strand))
    before = [(each.id, each.due_on, each.target) for each in of_strand(session, strand)]
    version = session.scalar(select(BackwardsPlan.version).where(BackwardsPlan.strand_id == strand.id))
    assert keep(member, strand, ends_on=friday(20).isoformat(), steps="5", version=version).status_code == 303
    page = page_of(member, strand)
    assert "until now" in page
    assert rows_of(page)["step_of"].count("") == 1

    assert make_steps(member, strand, page).status_code == 422  # why is asked for
    assert make_steps(member, strand, page, why="Two new teachers").status_code == 303

    after = of_strand(session, strand)
    assert len(after) == 5
    assert after[-1].due_on == friday(20)
    assert {each.id for each in after} > {key for key, _on, _target in before}
    whys = session.scalars(select(MilestoneChange.why).where(MilestoneChange.milestone_id == after[-1].id))
    assert list(whys) == ["Two new teachers"]
    assert member.post(f"/series/{strand.public_id}/undo").status_code == 303
    assert [(each.id, each.due_on, each.target) for each in of_strand(session, strand)] == before


def test_fewer_steps_than_open_milestones_are_refused(
    session: Session, member: FlaskClient, strand: Strand
) -> None:
    keep(member, strand)
    make_steps(member, strand, page_of(member, strand))

    page = keep(member, strand, steps="2")

    assert page.status_code == 422
    assert "4 milestones of this strand are not due yet" in page.text


def test_a_strand_follows_another_but_never_itself(
    session: Session, world: World, member: FlaskClient, strand: Strand
) -> None:
    other = session.scalar(select(Strand).where(Strand.public_id == world.ids["strand_id"]))
    assert other is not None
    assert keep(member, strand, follows=str(other.public_id)).status_code == 303
    session.refresh(strand)
    assert strand.follows_id == other.id

    circle = keep(member, other, follows=str(strand.public_id), baseline="", steps="")
    assert circle.status_code == 422
    assert "itself comes after this strand" in circle.text


def test_two_who_answer_at_once_meet_on_one_page(
    session: Session, member: FlaskClient, strand: Strand
) -> None:
    keep(member, strand)
    version = session.scalar(select(BackwardsPlan.version).where(BackwardsPlan.strand_id == strand.id))
    assert keep(member, strand, target="80", version=version).status_code == 303

    assert keep(member, strand, target="85", version=version).status_code == 409


def test_a_new_strand_is_named_on_the_way(session: Session, world: World, member: FlaskClient) -> None:
    path = f"/plans/{world.ids['plan_id']}/backwards"
    assert member.post(path, data={"name": ""}).status_code == 422

    answer = member.post(path, data={"name": "Coaching"})

    made = session.scalar(select(Strand).where(Strand.name == "Coaching"))
    assert made is not None
    assert answer.location == f"/strands/{made.public_id}/backwards"
    assert "Coaching" in member.get(path).text


@pytest.mark.parametrize(("role", "status"), [("coach", 403), ("hub", 403), ("peer", 404), ("analyst", 404)])
def test_who_may_not_plan(world: World, browse: Browse, strand: Strand, role: str, status: int) -> None:
    client = browse(world.people[role])
    path = f"/strands/{strand.public_id}/backwards"

    assert client.get(path).status_code == status
    assert client.post(path, data=answers()).status_code == status
    assert client.post(f"{path}/steps", data={}).status_code == status
    assert client.post(f"/series/{strand.public_id}/undo").status_code == status
    assert client.get(f"/plans/{world.ids['plan_id']}/backwards").status_code == status


def test_planning_takes_few_statements_however_long_the_series(
    session: Session, world: World, member: FlaskClient, strand: Strand, count_queries: CountQueries
) -> None:
    keep(member, strand)
    plan = session.scalar(select(Plan).where(Plan.public_id == world.ids["plan_id"]))
    found = []
    for start in (1, 6):
        for weeks in range(start, start + 4):
            make.make_milestone(session, world.school, plan=plan, strand_id=strand.id, due_on=friday(weeks))
        with count_queries() as seen:
            assert member.get(f"/strands/{strand.public_id}/backwards").status_code == 200
        found.append(len(seen))
    assert found[0] == found[1]
    assert found[0] <= 12


def test_the_plan_leads_to_the_planner(world: World, member: FlaskClient) -> None:
    plan = f"/plans/{world.ids['plan_id']}"

    assert f'href="{plan}/backwards"' in member.get(plan).text
    assert f'href="/strands/{world.ids["strand_id"]}/backwards"' in member.get(f"{plan}/outline").text
    assert f'href="{plan}/backwards"' in member.get(f"/milestones/new?plan={world.ids['plan_id']}").text
