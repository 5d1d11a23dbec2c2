"""The one-page report of a day, the worksheets, and their PDFs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure
from milestones.models import Decision, Milestone, Plan
from nic_platform import clock, pdf
from tests.factories import (
    make_cycle,
    make_interim_target,
    make_item,
    make_measure,
    make_measurement,
    make_milestone,
    make_prediction,
    make_step,
)
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]
needs_pdf = pytest.mark.skipif(not pdf.can_draw(), reason="WeasyPrint or its system parts are not here")


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def plan(session: Session, world: World) -> Plan:
    """The school's plan: a milestone that was missed three weeks ago, reached since."""
    found = session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()
    day = clock.today(world.network.time_zone)
    row = session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()
    row.name, row.due_on, row.strand_id = "Exit tickets", day - timedelta(days=21), None
    found.school_year = f"{day.year if day.month > 6 else day.year - 1}-xx"
    measure = session.get_one(Measure, row.measure_id)
    for back, count in ((24, 11), (10, 20)):
        on = day - timedelta(days=back)
        at = datetime(on.year, on.month, on.day, 19, tzinfo=UTC)
        make_measurement(session, measure, world.school, on, count=count, population=24, recorded_at=at)
    session.flush()
    return found


def test_a_report_says_the_finding_and_the_numbers(member: FlaskClient, plan: Plan) -> None:
    page = member.get(f"/plans/{plan.public_id}/report")

    assert page.status_code == 200
    assert "Exit tickets" in page.text
    assert "Met 80%" in page.text
    assert 'class="chart mini"' in page.text


def test_a_report_of_an_earlier_day_knows_nothing_later(
    world: World, member: FlaskClient, plan: Plan
) -> None:
    then = clock.today(world.network.time_zone) - timedelta(days=15)

    page = member.get(f"/plans/{plan.public_id}/report?on={then.isoformat()}").text

    assert "Exit tickets: missed" in page
    assert "46% on" in page
    assert "83%" not in page
    assert "As it was known on" in page


def test_small_groups_of_students_are_hidden_even_from_the_team_that_hands_it_on(
    session: Session, world: World, member: FlaskClient, plan: Plan
) -> None:
    measure = make_measure(session, world.school, counts_students=True, unit="students")
    make_interim_target(session, plan, name="Reading", measure_id=measure.id)
    on = clock.today(world.network.time_zone) - timedelta(days=3)
    make_measurement(session, measure, world.school, on, count=4, population=7)
    session.flush()

    page = member.get(f"/plans/{plan.public_id}/report").text

    assert "Reading: too few students to show" in page
    assert "57%" not in page
    assert "4 of 7" not in page


def test_decisions_barriers_and_tests_stand_on_the_page(
    session: Session, world: World, member: FlaskClient, plan: Plan
) -> None:
    day = clock.today(world.network.time_zone)
    session.add(
        Decision(network_id=world.network.id, team_id=world.school.id, text="Coach grade 4", choice="accept",
                 owner="Rosa", decided_on=day)
    )  # fmt: skip
    cycle = make_cycle(session, world.school, stage="do", title="Door card", starts_on=day, ends_on=day)
    make_prediction(session, cycle, expected="8 of 10")
    item = make_item(session, world.school, state="waiting", title="Cover", holder_id=world.hub.id,
                     sent_at=clock.now() - timedelta(days=4), due_on=day + timedelta(days=3))  # fmt: skip
    make_step(session, item, world.hub)

    page = member.get(f"/plans/{plan.public_id}/report").text

    for words in ("Coach grade 4", "(Rosa)", "Door card", "8 of 10", "Cover: with", "day 4 of 7"):
        assert words in page, words


def test_a_hub_reads_it_and_a_peer_does_not(world: World, browse: Browse, plan: Plan) -> None:
    path = f"/plans/{plan.public_id}/report"

    assert browse(world.people["hub"]).get(path).status_code == 200
    assert browse(world.people["peer"]).get(path).status_code == 404


def test_a_report_takes_as_many_statements_for_many(
    session: Session, world: World, member: FlaskClient, plan: Plan, count_queries: Count
) -> None:
    path = f"/plans/{plan.public_id}/report"
    make_cycle(session, world.school, stage="do")
    member.get(path)
    with count_queries() as few:
        member.get(path)
    for _number in range(4):
        make_milestone(session, world.school, plan=plan)
        make_interim_target(session, plan)
        make_cycle(session, world.school, stage="study")
    session.flush()
    with count_queries() as many:
        member.get(path)

    assert len(many) == len(few) <= 20


@needs_pdf
@pytest.mark.parametrize(
    "path",
    ["/plans/{plan_id}/report", "/touchpoints/{touchpoint_id}/minutes",
     "/touchpoints/{touchpoint_id}/worksheet", "/cycles/{cycle_id}/worksheet",
     "/milestones/{milestone_id}/tally"],
)  # fmt: skip
def test_each_sheet_is_a_page_and_a_pdf(world: World, member: FlaskClient, plan: Plan, path: str) -> None:
    address = path.format(**world.ids)

    page, made = member.get(address), member.get(f"{address}?form=pdf&paper=a4")

    assert page.status_code == made.status_code == 200
    assert "form=pdf" in page.text
    assert made.mimetype == "application/pdf"
    assert made.data.startswith(b"%PDF-")
    assert "attachment" in made.headers["Content-Disposition"]


def test_where_no_pdf_can_be_drawn_the_page_says_how_to_print(
    monkeypatch: pytest.MonkeyPatch, member: FlaskClient, plan: Plan
) -> None:
    monkeypatch.setattr(pdf, "can_draw", lambda: False)
    path = f"/plans/{plan.public_id}/report"

    answer = member.get(f"{path}?form=pdf")

    assert answer.status_code == 303
    page = member.get(answer.location).text
    assert "Print this page from your browser" in page
    assert "form=pdf" not in page


def test_drawing_is_limited(
    monkeypatch: pytest.MonkeyPatch, session: Session, member: FlaskClient, plan: Plan
) -> None:
    monkeypatch.setattr(pdf, "can_draw", lambda: True)
    monkeypatch.setattr(pdf, "draw", lambda *_: b"%PDF-")
    path = f"/plans/{plan.public_id}/report?form=pdf"

    answers = {member.get(path).status_code for _try in range(3)}

    assert answers == {200}
    from accounts.models import Attempt

    for each in session.scalars(select(Attempt)):
        each.count = 60
    session.flush()
    assert member.get(path).status_code == 429


def test_the_worksheet_of_a_test_keeps_what_is_written_and_leaves_lines(
    session: Session, world: World, member: FlaskClient
) -> None:
    cycle = make_cycle(session, world.school, stage="do", change="A stem on each table", aim="")
    make_prediction(session, cycle, question="Who writes?", expected="8 of 10")

    page = member.get(f"/cycles/{cycle.public_id}/worksheet").text

    for words in ("A stem on each table", "Who writes?", "8 of 10", "Test again under other conditions"):
        assert words in page
    assert page.count('class="blank"') >= 5
