"""The writer page: one line or blanks, the coach's answer, saving it as what it is."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from measures.rules import MeasureType
from milestones.models import ActionStep, InterimTarget, Milestone, Plan, Strand
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
STRONG = (
    "By February 15, an audit of daily lesson plans will show that 70% of teachers are successfully "
    "incorporating language objectives into their daily lesson plans."
)
OUTCOME = (
    "By December 15, student performance on iReady will show that 35% of students who initially tested "
    "below grade level will have reached proficiency."
)
STEP = "A progress monitoring tracking system will be rolled out to all teachers on August 25th."


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def newest(session: Session, model: Any = Milestone) -> Any:
    session.expire_all()
    return session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()


def how_many(session: Session, model: Any = Milestone) -> int:
    return session.scalar(select(func.count()).select_from(model).where(model.deleted_at.is_(None))) or 0


def write(client: FlaskClient, world: World, **data: Any) -> Any:
    return client.post(
        f"/milestones/new?plan={world.ids['plan_id']}", data={"strand": str(world.ids["strand_id"]), **data}
    )


def test_a_whole_sentence_becomes_a_milestone(session: Session, world: World, member: FlaskClient) -> None:
    assert write(member, world, line=STRONG, save="board").status_code == 303

    made = newest(session)
    assert (made.is_draft, made.due_on, made.target, made.who) == (False, date(2026, 2, 15), 70.0, "teachers")
    assert "audit of daily lesson plans" in made.tool
    assert "language objectives" in made.what


def test_checking_saves_nothing_and_loses_nothing(
    session: Session, world: World, member: FlaskClient
) -> None:
    before = how_many(session)

    page = write(member, world, line=STRONG, purpose="be understood", collector="Rosa", save="check")

    assert page.status_code == 200
    assert STRONG in page.text
    assert 'value="be understood"' in page.text
    assert 'value="Rosa"' in page.text
    assert 'value="2026-02-15"' in page.text
    assert how_many(session) == before


def test_typed_blanks_stay_unless_the_sentence_is_taken(world: World, member: FlaskClient) -> None:
    assert (
        'value="lead teachers"' in write(member, world, line=STRONG, who="lead teachers", save="check").text
    )
    assert (
        'value="lead teachers"'
        not in write(member, world, line=STRONG, who="lead teachers", save="take").text
    )


def test_a_proposed_wording_is_taken_in_one_press(world: World, member: FlaskClient) -> None:
    wording = "By March 31, [tool] will show that 80% of coaches are successfully keeping the log"

    page = write(member, world, line="Coaches keep the log", rewrite=wording, save="rewrite").text

    assert wording in page
    assert 'value="2026-03-31"' in page
    assert 'value="[tool]"' not in page


def test_a_draft_keeps_a_sentence_that_holds_no_part(
    session: Session, world: World, member: FlaskClient
) -> None:
    write(member, world, line="Do better", save="draft")

    assert (newest(session).what, newest(session).is_draft) == ("Do better", True)


@pytest.mark.parametrize(
    ("text", "save", "model", "column"),
    [(OUTCOME, "target", InterimTarget, "name"), (STEP, "step", ActionStep, "text")],
)
def test_a_sentence_is_saved_as_what_it_is_word_for_word(
    session: Session, world: World, member: FlaskClient, text: str, save: str, model: Any, column: str
) -> None:
    page = write(member, world, line=text, save="check").text
    assert f'name="save" value="{save}"' in page
    before = how_many(session)

    response = write(member, world, line=text, save=save)

    made = newest(session, model)
    assert response.status_code == 303
    assert str(made.public_id) in response.location
    assert getattr(made, column) == text
    assert how_many(session) == before
    assert member.get(response.location).status_code == 200


def test_a_draft_that_becomes_a_target_leaves_the_plan_and_can_come_back(
    session: Session, world: World, member: FlaskClient
) -> None:
    write(member, world, line=OUTCOME, save="draft")
    draft = newest(session)

    gone = member.post(f"/milestones/{draft.public_id}/edit", data={"line": OUTCOME, "save": "target"})

    assert f"undo=milestone.{draft.public_id}" in gone.location
    assert member.get(f"/milestones/{draft.public_id}").status_code == 404
    assert f"/milestones/{draft.public_id}/restore" in member.get(gone.location).text


def test_a_count_is_no_share(session: Session, world: World, member: FlaskClient) -> None:
    data = {"what": "keeping a log", "who": "coaches", "target": "120", "due_on": "2026-03-02"}

    assert write(member, world, **data, counts="count", save="board").status_code == 303

    made = newest(session)
    assert made.measure.type is MeasureType.COUNT
    page = member.get(f"/milestones/{made.public_id}").text
    assert "120 coaches are successfully keeping a log" in page
    assert 'value="count" checked' in member.get(f"/milestones/{made.public_id}/edit").text.replace(
        'checked id="counts-1" name="counts" type="radio" value="count"', 'value="count" checked'
    )


def test_a_share_over_a_hundred_is_refused_by_field(
    session: Session, world: World, member: FlaskClient
) -> None:
    before = how_many(session)

    page = write(member, world, what="keeping a log", target="120", due_on="2026-03-02", counts="proportion")

    assert page.status_code == 422
    assert 'href="#target"' in page.text
    assert how_many(session) == before


def test_a_rhythm_begins_on_a_day(session: Session, world: World, member: FlaskClient) -> None:
    data = {"timing": "from", "begins_on": "2025-08-15", "frequency": "every week", "due_on": "2026-01-01"}

    write(member, world, **data, what="meeting their advisor", who="students", target="100", save="board")

    made = newest(session)
    assert (made.begins_on, made.due_on, made.frequency) == (date(2025, 8, 15), None, "every week")
    assert "Beginning August 15, every week" in member.get(f"/milestones/{made.public_id}").text


def test_a_thing_in_place_needs_its_test_on_the_board(
    session: Session, world: World, member: FlaskClient
) -> None:
    data = {"what": "a shared schedule", "due_on": "2026-03-02", "counts": "deliverable"}

    refused = write(member, world, **data, save="board")
    assert refused.status_code == 422
    assert 'href="#acceptance_test"' in refused.text
    assert write(member, world, **data, acceptance_test="all grades use it", save="board").status_code == 303
    assert newest(session).is_deliverable


def test_two_edits_meet_with_both_texts(session: Session, world: World, member: FlaskClient) -> None:
    milestone = session.scalars(
        select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])
    ).one()
    path, version = f"/milestones/{milestone.public_id}/edit", milestone.version
    data = {"what": "naming", "due_on": "2026-03-02", "target": "80", "version": version,
            "strand": str(world.ids["strand_id"])}  # fmt: skip
    assert member.post(path, data={**data, "who": "all"}).status_code == 303

    page = member.post(path, data={**data, "who": "some"})

    assert page.status_code == 409
    assert "some" in page.text
    assert newest(session).who == "all"


def test_the_fit_is_shown_beside_the_series(session: Session, world: World, member: FlaskClient) -> None:
    strand = session.scalars(select(Strand).where(Strand.public_id == world.ids["strand_id"])).one()
    make.make_milestone(
        session, world.school, plan=newest(session).plan, strand_id=strand.id, due_on=date(2026, 2, 1),
        target=60.0, measure=newest(session).measure,
    )  # fmt: skip

    page = write(member, world, what="naming", due_on="2026-02-10", target="50", save="check").text

    assert "Does it fit the series?" in page
    assert "Asks for less than the last one." in page


def ask(client: FlaskClient, world: World, **data: Any) -> Any:
    return client.post(f"/milestones/coach?plan={world.ids['plan_id']}", data=data)


def test_the_live_answer_is_the_pages_own(world: World, member: FlaskClient) -> None:
    answer = ask(member, world, line=OUTCOME)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "This reads like an interim target" in answer.text
    assert 'data-field="due_on"' in answer.text
    assert "This reads like an interim target" in write(member, world, line=OUTCOME, save="check").text


def test_the_live_answer_takes_few_statements_and_saves_nothing(
    session: Session, world: World, member: FlaskClient, count_queries: CountQueries
) -> None:
    before = how_many(session)
    with count_queries() as seen:
        ask(member, world, line=STRONG)
    assert len(seen) <= 8
    assert how_many(session) == before


def test_who_may_ask_the_coach(world: World, browse: Browse) -> None:
    assert ask(browse(world.people["peer"]), world, line=STRONG).status_code == 404
    assert ask(browse(world.people["observer"]), world, line=STRONG).status_code == 200
    assert ask(browse(), world, line=STRONG).status_code in {302, 303}


@pytest.mark.parametrize(("role", "status"), [("coach", 403), ("peer", 404)])
def test_nobody_else_saves_it_as_something(
    session: Session, world: World, browse: Browse, role: str, status: int
) -> None:
    before = how_many(session, InterimTarget)
    assert write(browse(world.people[role]), world, line=OUTCOME, save="target").status_code == status
    assert how_many(session, InterimTarget) == before


def chosen_strand(page: str) -> str:
    """Return the public id that the field of the strand stands on."""
    field = page.split('name="strand"')[1].split("</select>")[0]
    found = re.search(r'<option selected value="([^"]*)"', field)
    assert found is not None
    return found[1]


def test_a_strategys_milestone_begins_in_a_strand_of_that_strategy(
    session: Session, world: World, member: FlaskClient
) -> None:
    plan = session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()
    strategy = make.make_strategy(session, plan, name="Coach every teacher")
    strand = make.make_strand(session, strategy, name="Coaching visits")
    address = f"/milestones/new?plan={plan.public_id}"

    assert chosen_strand(member.get(address).text) == str(world.ids["strand_id"])
    page = member.get(f"{address}&strategy={strategy.public_id}").text
    assert chosen_strand(page) == str(strand.public_id)
    assert "A new strand goes into the strategy “Coach every teacher”." in page


def test_a_strategy_without_a_strand_gets_one_on_the_way(
    session: Session, world: World, member: FlaskClient
) -> None:
    plan = session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()
    wanted = make.make_strategy(session, plan, name="Coach every teacher")
    make.make_strategy(session, plan, name="The plan’s last")
    address = f"/milestones/new?plan={plan.public_id}&strategy={wanted.public_id}"

    page = member.get(address).text
    assert chosen_strand(page) == ""
    assert 'value="Coach every teacher"' in page
    sent = {"line": STRONG, "strand": "", "new_strand": "Coaching visits", "save": "draft"}
    assert member.post(address, data=sent).status_code == 303

    strand = newest(session, Strand)
    assert (strand.name, strand.strategy_id) == ("Coaching visits", wanted.id)
    assert newest(session).strand_id == strand.id
