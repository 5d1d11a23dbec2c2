"""Moving a milestone on the board: what follows is shown first, later ones may move along, all comes back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import Milestone, MilestoneChange, Plan, Strand
from nic_platform import clock
from teams.models import SchoolYear
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


@pytest.fixture
def series(session: Session, world: World) -> list[Milestone]:
    """Three milestones of one strand, on Mondays five weeks apart, the first in three weeks."""
    plan = session.scalar(select(Plan).where(Plan.public_id == world.ids["plan_id"]))
    strand = session.scalar(select(Strand).where(Strand.public_id == world.ids["strand_id"]))
    first = session.scalar(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"]))
    assert first is not None
    first.due_on, first.target, first.name = monday(3), 50.0, "First"
    session.flush()
    others = [
        make.make_milestone(
            session, world.school, plan=plan, measure=first.measure, strand_id=strand.id,
            due_on=monday(weeks), target=target, name=name, population=24,
        )
        for weeks, target, name in ((8, 70.0, "Second"), (13, 90.0, "Third"))
    ]  # fmt: skip
    return [first, *others]


def monday(weeks: int) -> date:
    """Return a Monday in so many weeks, far from the summer of a network's year."""
    today = clock.today("America/Denver")
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def send(client: FlaskClient, milestone: Milestone, **data: Any) -> Any:
    values = {"target": f"{milestone.target:g}", "why": "A test window", "version": milestone.version, **data}
    return client.post(f"/milestones/{milestone.public_id}/adjust", data=values)


def dates(session: Session, series: list[Milestone]) -> list[date | None]:
    for each in series:
        session.refresh(each)
    return [each.due_on for each in series]


def seen_of(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


def test_what_follows_is_shown_before_it_is_saved(
    session: Session, member: FlaskClient, series: list[Milestone]
) -> None:
    before = dates(session, series)

    page = send(member, series[0], due_on=monday(9).isoformat())

    assert page.status_code == 200
    assert "Nothing is saved yet." in page.text
    assert "would now stand before it" in page.text
    assert "30 school days later" in page.text
    assert dates(session, series) == before

    saved = send(member, series[0], due_on=monday(9).isoformat(), move="only", seen=seen_of(page.text))
    assert saved.status_code == 303
    assert dates(session, series) == [monday(9), *before[1:]]


def test_the_later_ones_move_along_by_as_many_school_days(
    session: Session, member: FlaskClient, series: list[Milestone]
) -> None:
    page = send(member, series[0], due_on=monday(9).isoformat())
    saved = send(member, series[0], due_on=monday(9).isoformat(), move="later", seen=seen_of(page.text))

    assert saved.status_code == 303
    assert dates(session, series) == [monday(9), monday(14), monday(19)]
    kept = session.scalars(select(MilestoneChange).where(MilestoneChange.why == "A test window")).all()
    assert len(kept) == 3
    assert len({(change.at, change.user_id) for change in kept}) == 1


def test_later_ones_never_move_along_to_days_that_nobody_saw(
    session: Session, member: FlaskClient, series: list[Milestone]
) -> None:
    before = dates(session, series)
    page = send(member, series[0], due_on=monday(9).isoformat())

    other = send(member, series[0], due_on=monday(4).isoformat(), move="later", seen=seen_of(page.text))

    assert other.status_code == 200
    assert "Nothing is saved yet." in other.text
    assert dates(session, series) == before


def test_a_milestone_keeps_a_day_on_which_it_is_due(
    session: Session, member: FlaskClient, series: list[Milestone]
) -> None:
    series[2].begins_on = monday(1)
    session.flush()
    before = dates(session, series)

    page = send(member, series[2], due_on="", move="only")

    assert page.status_code == 422
    assert "Give the day by which it is due now." in page.text
    assert dates(session, series) == before


def test_a_day_after_the_school_year_is_named(
    session: Session, world: World, member: FlaskClient, series: list[Milestone]
) -> None:
    year = session.scalars(select(SchoolYear).where(SchoolYear.network_id == world.network.id)).first()
    name = session.scalars(select(Plan.school_year).where(Plan.id == series[0].plan_id)).one()
    if year is None or year.name != name:
        year = make.make_school_year(session, world.network, name)
    year.ends_on = monday(15)
    session.flush()

    page = send(member, series[2], due_on=monday(17).isoformat(), save="look")

    assert f"lies after the school year {name}." in page.text


def test_one_press_takes_all_of_it_back_and_is_kept_too(
    session: Session, member: FlaskClient, series: list[Milestone]
) -> None:
    before = dates(session, series)
    page = send(member, series[0], due_on=monday(9).isoformat())
    saved = send(member, series[0], due_on=monday(9).isoformat(), move="later", seen=seen_of(page.text))
    board = member.get(saved.location).text
    undo = board.split('action="/moves/')[1].split('"')[0]

    back = member.post(f"/moves/{undo}")

    assert back.status_code == 303
    assert dates(session, series) == before
    whys = session.scalars(select(MilestoneChange.why).order_by(MilestoneChange.id)).all()
    assert whys[-3:] == ["Taken back: A test window"] * 3
    assert "/moves/" in member.get(back.location).text  # and can be done again


def test_what_was_moved_again_is_not_overwritten_by_taking_back(
    session: Session, member: FlaskClient, series: list[Milestone]
) -> None:
    saved = send(member, series[2], due_on=monday(14).isoformat())
    move = saved.location.split("undo=move.")[1]
    session.refresh(series[2])
    assert send(member, series[2], due_on=monday(15).isoformat()).status_code == 303

    assert member.post(f"/moves/{move}/undo").status_code == 409
    assert dates(session, series)[2] == monday(15)


def test_a_plan_that_changed_meanwhile_is_shown_anew(
    session: Session, member: FlaskClient, series: list[Milestone]
) -> None:
    seen = seen_of(send(member, series[0], due_on=monday(9).isoformat()).text)
    series[1].due_on = monday(7)
    session.flush()

    again = send(member, series[0], due_on=monday(9).isoformat(), move="later", seen=seen)

    assert again.status_code == 200
    assert dates(session, series) == [monday(3), monday(7), monday(13)]


def test_two_who_move_one_milestone_meet_on_one_page(
    session: Session, member: FlaskClient, series: list[Milestone]
) -> None:
    version = series[2].version
    assert send(member, series[2], due_on=monday(14).isoformat()).status_code == 303

    assert send(member, series[2], due_on=monday(15).isoformat(), version=version).status_code == 409
    assert dates(session, series)[2] == monday(14)


def test_what_is_wrong_is_said_beside_its_field(
    session: Session, member: FlaskClient, series: list[Milestone]
) -> None:
    before = dates(session, series)
    for data, words in (
        ({"due_on": "2026-13-40"}, "Write the date as year-month-day"),
        ({"due_on": monday(14).isoformat(), "why": ""}, "Say why."),
        ({"due_on": before[2].isoformat() if before[2] else ""}, "both are as before"),
        ({"due_on": monday(14).isoformat(), "target": "120"}, "Give a percent from 0 to 100."),
    ):
        page = send(member, series[2], **data)
        assert (page.status_code, words in page.text) == (422, True)
    assert dates(session, series) == before


def test_a_target_is_changed_alike(session: Session, member: FlaskClient, series: list[Milestone]) -> None:
    page = send(member, series[1], due_on=monday(8).isoformat(), target="40")
    assert page.status_code == 200
    assert "Right only on purpose." in page.text

    seen = seen_of(page.text)
    assert send(member, series[1], due_on=monday(8).isoformat(), target="40", seen=seen).status_code == 303
    session.refresh(series[1])
    assert series[1].target == 40


def test_dragging_leads_to_the_form_with_its_effect(member: FlaskClient, series: list[Milestone]) -> None:
    page = member.get(f"/milestones/{series[0].public_id}/adjust?to={monday(9).isoformat()}").text

    assert f'value="{monday(9).isoformat()}"' in page
    assert "would now stand before it" in page
    assert "Dashed: the path then" in page
    assert member.get(f"/milestones/{series[0].public_id}/adjust?to=soon").status_code == 200


def test_the_board_offers_the_move_to_who_may_change_and_to_nobody_else(
    world: World, member: FlaskClient, browse: Browse, series: list[Milestone]
) -> None:
    path = f"/plans/{world.ids['plan_id']}"
    own, hub = member.get(path).text, browse(world.people["hub"]).get(path).text

    assert own.count(f"/milestones/{series[1].public_id}/adjust") == 1
    assert f'data-key="{series[1].public_id}"' in own
    assert "/adjust" not in hub
    assert "data-key" not in hub
    assert member.get(f"{path}/days").json == {"off": [["2025-12-20", "2026-01-04", "Winter"]]}


def test_a_series_that_does_not_build_up_is_gently_noted(
    session: Session, world: World, member: FlaskClient, series: list[Milestone]
) -> None:
    path = f"/plans/{world.ids['plan_id']}"
    assert "does not build up" not in member.get(path).text
    series[2].target = 60
    session.flush()

    page = member.get(path).text
    assert "One place where a series does not build up" in page
    assert "asks for less than" in page


def test_moving_takes_few_statements_however_long_the_series(
    session: Session, world: World, member: FlaskClient, series: list[Milestone], count_queries: CountQueries
) -> None:
    path, found = f"/milestones/{series[0].public_id}/adjust?to={monday(9).isoformat()}", []
    for weeks in (14, 20):
        for more in range(weeks, weeks + 5):
            make.make_milestone(
                session, world.school, plan=series[0].plan, measure=series[0].measure,
                strand_id=series[0].strand_id, due_on=monday(more), target=95,
            )  # fmt: skip
        with count_queries() as seen:
            assert member.get(path).status_code == 200
        found.append(len(seen))
    assert found[0] == found[1]
    assert found[0] <= 12
