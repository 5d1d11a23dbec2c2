from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import Cycle, CycleMilestone
from feedback.models import FeedbackItem
from milestones.models import ActionStep, Decision, Milestone, Plan, Strategy, Touchpoint
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def day(offset: int) -> date:
    return clock.today("America/Denver") + timedelta(days=offset)


@pytest.fixture
def missed(session: Session, world: World) -> Milestone:
    """A milestone of the own school that was missed with 20 of 24."""
    measure = make.make_measure(session, world.school)
    found = session.scalar(select(Plan).where(Plan.public_id == world.ids["plan_id"]))
    made = make.make_milestone(
        session, world.school, plan=found, measure=measure, due_on=day(-3), target=90.0, name="Exit tickets",
        purpose="students practice the language",
    )  # fmt: skip
    make.make_measurement(session, measure, world.school, day(-4), count=20, population=24)
    return made


def send(client: FlaskClient, milestone: Milestone, **data: Any) -> Any:
    return client.post(f"/milestones/{milestone.public_id}/decide", data={"choice": "accept", **data})


def kept(session: Session, milestone: Milestone) -> Decision:
    found = session.scalar(select(Decision).where(Decision.milestone_id == milestone.id))
    assert found is not None
    return found


def test_the_page_asks_shows_the_rule_used_and_the_others_with_their_reasons(
    member: FlaskClient, missed: Milestone
) -> None:
    page = member.get(f"/milestones/{missed.public_id}").text

    assert "Add coaching touchpoints for the 4 who are not there yet." in page
    assert "You are here: 4 short" in page
    for other in ("Whole-staff professional development", "Recommit or retrain", "Bring the series forward"):
        assert other in page
    assert "Coaching evens out what a handful still need." in page


def test_accepting_opens_a_test_with_the_milestone_and_the_aim_filled_in(
    session: Session, member: FlaskClient, missed: Milestone
) -> None:
    response = send(
        member, missed, follow_up="cycle", what="A shorter ticket", owner="Joe Begay", text="Try it."
    )

    cycle = session.scalar(select(Cycle).where(Cycle.change == "A shorter ticket"))
    assert cycle is not None
    assert response.location.endswith(f"/cycles/{cycle.public_id}")
    assert (cycle.stage, cycle.is_draft, cycle.measure_id) == ("plan", True, missed.measure_id)
    assert "using language objectives" in cycle.aim
    served = session.scalars(
        select(CycleMilestone.milestone_id).where(CycleMilestone.cycle_id == cycle.id)
    ).all()
    assert served == [missed.id]
    decision = kept(session, missed)
    assert (decision.follow_up_kind, decision.follow_up_id) == ("cycle", cycle.public_id)
    assert "A shorter ticket" in member.get(f"/milestones/{missed.public_id}").text
    assert "Opened from a decision" in member.get(f"/cycles/{cycle.public_id}").text


def test_a_touchpoint_a_barrier_and_a_step_are_opened_and_tied(
    session: Session, member: FlaskClient, missed: Milestone
) -> None:
    for kind in ("touchpoint", "feedback_item", "step"):
        send(
            member,
            missed,
            follow_up=kind,
            what=f"About {kind}",
            text="The days are missing.",
            due_on=str(day(9)),
        )

    held = session.scalar(select(Touchpoint).where(Touchpoint.title == "About touchpoint"))
    item = session.scalar(select(FeedbackItem).where(FeedbackItem.title == "About feedback_item"))
    step = session.scalar(select(ActionStep).where(ActionStep.text == "About step"))
    assert held is not None
    assert item is not None
    assert step is not None
    assert held.held_on == day(9)
    assert (item.kind, item.state, item.milestone_id) == ("barrier", "draft", missed.id)
    assert item.happens == "The days are missing."
    assert (step.milestone_id, step.due_on) == (missed.id, day(9))
    tied = session.scalars(select(Decision.follow_up_id).where(Decision.milestone_id == missed.id)).all()
    assert set(tied) == {held.public_id, item.public_id, step.public_id}
    assert "Opened from a decision" in member.get(f"/feedback/{item.public_id}").text
    assert "Opened from a decision" in member.get(f"/touchpoints/{held.public_id}").text


def test_bringing_the_series_forward_leads_to_the_date_of_the_next_milestone(
    session: Session, member: FlaskClient, world: World
) -> None:
    measure = make.make_measure(session, world.school)
    first, second = (
        make.make_milestone(
            session, world.school, measure=measure, plan=session.get_one(Plan, _plan(session, world)),
            due_on=day(days), target=target,
        )
        for days, target in ((30, 50.0), (90, 80.0))
    )  # fmt: skip
    make.make_measurement(session, measure, world.school, day(-1), count=14, population=20)

    response = send(member, first, follow_up="adjust")

    assert response.location.endswith(f"/milestones/{second.public_id}/adjust")
    assert kept(session, first).suggestion == "bring_forward"


def _plan(session: Session, world: World) -> int:
    return session.scalars(select(Plan.id).where(Plan.public_id == world.ids["plan_id"])).one()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"choice": ""}, "Choose: accept, adapt or decline."),
        ({"choice": "adapt"}, "Say why; the reason is kept."),
        ({"choice": "decline", "text": "No.", "follow_up": "cycle"}, "Declined: nothing is opened."),
        ({"follow_up": "party"}, "Choose one of the list."),
        ({"due_on": "soon"}, "Write the date as year-month-day"),
    ],
)
def test_what_cannot_be_kept_says_what_to_mend_and_keeps_nothing(
    session: Session, member: FlaskClient, missed: Milestone, data: dict[str, str], message: str
) -> None:
    response = send(member, missed, **data)

    assert response.status_code == 422
    assert message in response.text
    assert session.scalar(select(Decision).where(Decision.milestone_id == missed.id)) is None
    assert session.scalar(select(Touchpoint.id).where(Touchpoint.notes != "")) is None


def test_a_decided_suggestion_rests_until_something_is_measured(
    session: Session, world: World, member: FlaskClient, missed: Milestone
) -> None:
    send(member, missed, text="Three of them have a coach already.", choice="adapt")
    address = f"/milestones/{missed.public_id}"

    resting = member.get(address).text
    measure_id = missed.measure_id
    assert measure_id is not None
    measure = session.get_one(type(make.make_measure(session, world.school)), measure_id)
    make.make_measurement(session, measure, world.school, day(-1), count=21, population=24)
    asking = member.get(address).text

    assert "Course correction, decided" in resting
    assert "Say what you decided" not in resting
    assert "Not counted since." in resting
    assert "Suggested course correction" in asking
    assert "Say what you decided" in asking
    assert "Moved since: from 83% to 88%." in asking


def test_a_decision_is_undone_and_brought_back(
    session: Session, member: FlaskClient, missed: Milestone
) -> None:
    send(member, missed, follow_up="step", what="Ask the coach")
    decision = kept(session, missed)

    undone = member.post(f"/decisions/{decision.public_id}/undo", follow_redirects=True)

    assert "What it opened stays." in undone.text
    assert "Say what you decided" in undone.text
    assert f"/decisions/{decision.public_id}/restore" in undone.text
    back = member.post(f"/decisions/{decision.public_id}/restore", follow_redirects=True)
    assert "Course correction, decided" in back.text


def test_others_read_decisions_as_they_read_reasons(
    session: Session, world: World, member: FlaskClient, browse: Browse, missed: Milestone
) -> None:
    send(member, missed, choice="decline", text="The days are missing, not the will.")
    session.get_one(Plan, missed.plan_id).is_shared = True
    session.flush()
    address = f"/plans/{world.ids['plan_id']}/decisions"

    assert "The days are missing, not the will." in browse(world.people["hub"]).get(address).text
    assert "The days are missing" not in browse(world.people["peer"]).get(address).text
    peer = browse(world.people["peer"]).get(f"/milestones/{missed.public_id}")
    assert peer.status_code == 200
    assert "The days are missing" not in peer.text


def test_what_was_opened_is_named_only_to_who_may_read_it(
    session: Session, world: World, member: FlaskClient, browse: Browse, missed: Milestone
) -> None:
    send(member, missed, follow_up="cycle", what="A shorter ticket")

    hub = browse(world.people["hub"]).get(f"/milestones/{missed.public_id}").text

    assert "A shorter ticket" not in hub  # a draft
    assert "not for you to read, or gone" in hub


def test_the_list_takes_as_many_statements_for_many_decisions_as_for_two(
    session: Session, world: World, member: FlaskClient, missed: Milestone, count_queries: CountQueries
) -> None:
    send(member, missed, follow_up="cycle", what="One")
    send(member, missed, follow_up="step", what="Two")
    address = f"/plans/{world.ids['plan_id']}/decisions"
    with count_queries() as two:
        member.get(address)
    for number in range(4):
        send(member, missed, follow_up="cycle", what=f"Idea {number}")
        other = make.make_milestone(session, world.school, plan=session.get_one(Plan, missed.plan_id))
        make.make_decision(session, world.school, milestone_id=other.id)

    with count_queries() as many:
        page = member.get(address)

    assert len(many) == len(two) <= 12
    assert page.text.count("Accepted") >= 6


def test_long_lists_are_paged(session: Session, world: World, member: FlaskClient, missed: Milestone) -> None:
    for number in range(60):
        make.make_decision(session, world.school, milestone_id=missed.id, text=f"Reason {number:02d}")
    address = f"/plans/{world.ids['plan_id']}/decisions"

    first = member.get(address).text
    after = first.split("after=")[1].split('"')[0]
    second = member.get(f"{address}?after={after}").text

    reasons = {f"Reason {number:02d}" for number in range(60)}
    one, two = ({each for each in reasons if each in page} for page in (first, second))
    assert one | two == reasons
    assert not one & two


def test_a_strategy_is_decided_about_and_rests(
    session: Session, world: World, member: FlaskClient, missed: Milestone
) -> None:
    strategy = session.scalar(select(Strategy).where(Strategy.public_id == world.ids["strategy_id"]))
    assert strategy is not None
    prefix = f"s{strategy.public_id.hex[:12]}-"

    refused = member.post(f"/strategies/{strategy.public_id}/decide", data={f"{prefix}choice": "adapt"})
    taken = member.post(
        f"/strategies/{strategy.public_id}/decide",
        data={f"{prefix}choice": "accept", f"{prefix}follow_up": "step", f"{prefix}what": "Finish it first"},
        follow_redirects=True,
    )

    assert refused.status_code == 422
    assert "Say why; the reason is kept." in refused.text
    assert "an action step is added" in taken.text
    assert "Finish it first" in taken.text
    assert (
        session.scalar(select(Decision.strategy_id).where(Decision.strategy_id.is_not(None))) == strategy.id
    )


def test_a_decision_about_a_strategy_is_undone_where_it_stands(
    session: Session, world: World, member: FlaskClient, missed: Milestone
) -> None:
    strategy = session.scalar(select(Strategy).where(Strategy.public_id == world.ids["strategy_id"]))
    assert strategy is not None
    member.post(
        f"/strategies/{strategy.public_id}/decide", data={f"s{strategy.public_id.hex[:12]}-choice": "accept"}
    )
    decision = session.scalars(select(Decision).where(Decision.strategy_id == strategy.id)).one()

    undone = member.post(f"/decisions/{decision.public_id}/undo", follow_redirects=True)

    assert undone.request.path == f"/plans/{world.ids['plan_id']}/course"
    assert f"/decisions/{decision.public_id}/restore" in undone.text
    assert "The decision can be brought back." in undone.text


def test_a_decision_outlives_its_milestone_without_a_way_to_it(
    session: Session, world: World, member: FlaskClient, missed: Milestone
) -> None:
    send(member, missed, choice="decline", text="We drop it.")
    missed.deleted_at = clock.now()
    session.flush()

    page = member.get(f"/plans/{world.ids['plan_id']}/decisions").text

    assert "We drop it." in page
    assert "Exit tickets" in page
    assert f"/milestones/{missed.public_id}" not in page


def test_what_a_decision_rested_on_is_hidden_where_the_count_is(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    measure = make.make_measure(session, world.school, counts_students=True, unit="students")
    plan = session.scalar(select(Plan).where(Plan.public_id == world.ids["plan_id"]))
    advised = make.make_milestone(
        session, world.school, plan=plan, measure=measure, due_on=day(-3), target=90.0
    )
    make.make_measurement(session, measure, world.school, day(-4), count=3, population=7)
    send(member, advised)
    make.make_measurement(session, measure, world.school, day(-2), count=45, population=90)
    pages = [f"/milestones/{advised.public_id}", f"/plans/{world.ids['plan_id']}/decisions"]

    for page in pages:
        assert "from 43% to 50%" in member.get(page).text
        assert "43%" not in browse(world.people["hub"]).get(page).text


def test_a_decision_names_no_draft_to_those_above(
    session: Session, world: World, member: FlaskClient, browse: Browse, missed: Milestone
) -> None:
    send(member, missed)
    made = kept(session, missed)
    missed.is_draft, missed.name = True, "Unripe canary"
    meeting = session.scalar(select(Touchpoint).where(Touchpoint.public_id == world.ids["touchpoint_id"]))
    assert meeting is not None
    made.touchpoint_id = meeting.id
    session.flush()
    addresses = [
        f"/touchpoints/{meeting.public_id}/minutes", f"/plans/{world.ids['plan_id']}/decisions",
        f"/api/v1/decisions/{made.public_id}",
    ]  # fmt: skip

    assert "Unripe canary" in member.get(addresses[0]).text
    for address in addresses:
        told = browse(world.people["hub"]).get(address)
        assert told.status_code == 200
        assert "Unripe canary" not in told.text
        assert str(missed.public_id) not in told.text
