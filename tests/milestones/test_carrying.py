"""What goes on into the next school year, with its dates, and how it is taken back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure
from milestones import carrying, exchange
from milestones.carrying import Facts, carried, mover, offers
from milestones.exchange import Document
from milestones.models import (
    ActionStep,
    Checkpoint,
    InterimTarget,
    Milestone,
    MilestoneChange,
    Plan,
    Strand,
    Strategy,
)
from milestones.rules import Status
from milestones.school_days import BREAK, SchoolDays, Span
from nic_platform import clock
from nic_platform.tables import ImportRun
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
OLD, NEW = date(2025, 8, 18), date(2026, 8, 17)
ENDS = date(2027, 5, 28)
WINTER = Span(BREAK, "Winter", date(2026, 12, 21), date(2027, 1, 3))


def move(days: SchoolDays | None = None) -> Callable[[date], date]:
    return mover(OLD, NEW, ENDS, days or SchoolDays((WINTER,)))


def test_a_date_keeps_its_weekday_and_its_week_of_the_year() -> None:
    assert move()(date(2025, 10, 30)) == date(2026, 10, 29)  # a Thursday, 52 weeks on


def test_a_date_in_a_break_comes_on_the_last_school_day_before_it() -> None:
    assert move()(date(2025, 12, 24)) == date(2026, 12, 18)


@given(day=st.dates(date(2024, 1, 1), date(2028, 1, 1)))
def test_no_date_lies_outside_the_year_or_in_a_break(day: date) -> None:
    found = move()(day)
    assert NEW <= found <= ENDS
    assert not WINTER.holds(found)


def row(key: str, **values: object) -> dict[str, object]:
    return exchange.blank(exchange.BY_KEY[key], **values)


def small_plan() -> Document:
    made = Document(exchange.blank(exchange.PLAN, ref="old"), "2025-26")
    made.parts = {
        "strategies": [row("strategies", ref="S1", name="Done"), row("strategies", ref="S2", name="Goes on")],
        "strands": [row("strands", ref="L1", strategy="S1"), row("strands", ref="L2", strategy="S2")],
        "measures": [row("measures", ref="M1", name="Plans"), row("measures", ref="M2", name="Tickets")],
        "milestones": [
            row("milestones", ref="I1", strand="L1", measure="M1", due_on=date(2025, 9, 1),
                monitor_until=date(2026, 1, 1)),
            row("milestones", ref="I2", strand="L2", measure="M2", due_on=date(2025, 10, 1)),
            row("milestones", ref="I3", strand="L2", measure="M2", due_on=date(2025, 12, 1)),
        ],
        "interim_targets": [row("interim_targets", ref="T1", target=50.0, baseline=10.0),
                            row("interim_targets", ref="T2", target=50.0)],
        "checkpoints": [row("checkpoints", ref="K1", interim_target="T1", due_on=date(2026, 1, 20),
                            target=30.0)],
        "action_steps": [row("action_steps", ref="A1", milestone="I1", text="Open"),
                         row("action_steps", ref="A2", text="Done", done_on=date(2025, 9, 9))],
        "decisions": [row("decisions", ref="D1", decided_on=date(2025, 9, 9), milestone="I1")],
    }  # fmt: skip
    return made


FACTS = Facts(
    {"I1": Status.SUSTAINED, "I2": Status.MET, "I3": Status.MISSED},
    {"T1": 42.0, "T2": 55.0},
    date(2026, 5, 29),
)


def test_what_was_met_or_reached_is_not_proposed() -> None:
    proposed = {each.ref for each in offers(small_plan(), FACTS) if each.is_proposed}
    assert proposed == {"S2", "L2", "I3", "T1", "A1"}


@pytest.mark.parametrize(
    ("status", "until", "goes_on"),
    [
        (Status.MET, None, True),
        (Status.SUSTAINED, date(2026, 9, 1), True),
        (Status.SUSTAINED, date(2026, 5, 1), False),
        (Status.SLIPPED, date(2026, 5, 1), True),
        (Status.NOT_MEASURED, None, True),
        (Status.DRAFT, None, True),
    ],
)
def test_the_last_of_a_series_goes_on_while_it_is_monitored(
    status: Status, until: date | None, goes_on: bool
) -> None:
    plan = small_plan()
    plan.rows("milestones")[2]["monitor_until"] = until
    facts = Facts({**FACTS.standings, "I3": status}, {}, FACTS.ends_on)
    assert next(each for each in offers(plan, facts) if each.ref == "I3").is_proposed is goes_on


def test_where_a_date_comes_to_lie_is_shown_before_it_is_carried() -> None:
    plan = small_plan()
    dated = next(each for each in plan.rows("milestones") if each["due_on"])

    later = {each.ref: each.then for each in offers(plan, FACTS, lambda _day: date(2027, 2, 12))}

    assert later[dated["ref"]] == "then by Feb 12, 2027"
    assert {each.then for each in offers(plan, FACTS)} == {""}


def test_what_is_chosen_brings_what_it_needs_and_leaves_its_history() -> None:
    chosen = {("milestones", "I3"), ("strands", "L2"), ("interim_targets", "T1"), ("action_steps", "A1")}
    made = carried(small_plan(), chosen, FACTS, move(), "2026-27")
    refs = {key: [each["ref"] for each in rows] for key, rows in made.parts.items() if rows}
    assert refs == {
        "strategies": ["S2"], "strands": ["L2"], "measures": ["M1", "M2"], "milestones": ["I3"],
        "interim_targets": ["T1"], "checkpoints": ["K1"], "action_steps": ["A1"],
    }  # fmt: skip
    milestone, step = made.rows("milestones")[0], made.rows("action_steps")[0]
    assert (milestone["carried_from"], milestone["due_on"]) == ("I3", date(2026, 11, 30))
    assert step["milestone"] is None
    assert made.rows("interim_targets")[0]["baseline"] == 42.0
    assert made.plan["carried_from"] == "old"


# ---------------------------------------------------------------- on the page


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def plan(session: Session, world: World) -> Plan:
    """The own school's plan with something of each kind that goes on."""
    plan = session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()
    target = session.scalars(select(InterimTarget)).first()
    assert target is not None
    assert target.due_on is not None
    target.measure_id = make.make_measure(session, world.school, counts_students=True).id
    session.add(Checkpoint(network_id=plan.network_id, interim_target_id=target.id,
                           due_on=target.due_on - timedelta(days=9), target=50.0))  # fmt: skip
    session.flush()
    return plan


def test_a_plan_is_carried_on_once_and_taken_back(
    session: Session, world: World, plan: Plan, browse: Browse
) -> None:
    member, path = browse(world.people["member"]), f"/plans/{plan.public_id}/carry"
    assert "has no school year after 2025-26 yet" in member.get(path).get_data(as_text=True)
    assert member.post(path, data={"parts": "strategies.x"}).status_code == 409
    make.make_school_year(session, world.network, "2026-27")
    strand, milestone = session.scalars(select(Strand)).one(), session.scalars(select(Milestone)).one()
    target, step = session.scalars(select(InterimTarget)).one(), session.scalars(select(ActionStep)).one()
    chosen = [f"strands.{strand.public_id}", f"milestones.{milestone.public_id}",
              f"interim_targets.{target.public_id}", f"action_steps.{step.public_id}"]  # fmt: skip

    page = member.get(path).get_data(as_text=True)
    assert all(f'value="{each}" checked' in page.replace("\n", "") for each in chosen)
    assert member.post(path, data={}).status_code == 422
    answer = member.post(path, data={"parts": chosen})
    assert answer.status_code == 303
    session.expire_all()
    made = session.scalars(select(Plan).where(Plan.school_year == "2026-27")).one()
    assert made.carried_from_id == plan.id
    copy = session.scalars(select(Milestone).where(Milestone.plan_id == made.id)).one()
    assert (copy.carried_from_id, copy.measure_id) == (milestone.id, milestone.measure_id)
    assert milestone.due_on is not None
    assert copy.due_on == milestone.due_on + timedelta(weeks=52)
    assert session.scalars(select(Strategy.plan_id)).all() == [plan.id, made.id]
    assert "Goes on from the plan of 2025-26" in member.get(answer.location).get_data(as_text=True)
    outline = member.get(f"/plans/{plan.public_id}/outline").get_data(as_text=True)
    assert "Goes on in the plan of 2026-27" in outline
    assert "(there already)" in member.get(path).get_data(as_text=True)

    copy.name = "Ours now"
    session.flush()
    member.post(path, data={"parts": chosen})
    session.expire_all()
    assert session.scalars(select(Milestone.name).where(Milestone.plan_id == made.id)).all() == ["Ours now"]
    run = session.scalars(select(ImportRun).where(ImportRun.kind == "carry").order_by(ImportRun.id)).first()
    assert run is not None
    refused = member.post(f"/plans/import/{run.public_id}/undo")
    assert refused.status_code == 409
    assert made.deleted_at is None


def test_a_carried_interim_target_starts_clean(
    session: Session, world: World, plan: Plan, browse: Browse
) -> None:
    target = session.scalars(select(InterimTarget)).one()
    assert target.measure_id is not None
    measure = session.get_one(Measure, target.measure_id)
    make.make_measurement(session, measure, world.school, count=90, population=100)
    make.make_school_year(session, world.network, "2026-27")
    member = browse(world.people["member"])
    assert "90%" in member.get(f"/plans/{plan.public_id}").text

    member.post(f"/plans/{plan.public_id}/carry", data={"parts": f"interim_targets.{target.public_id}"})

    made = session.scalars(select(Plan).where(Plan.school_year == "2026-27")).one()
    board = member.get(f"/plans/{made.public_id}").text
    assert "90%" not in board
    copy = session.scalars(select(InterimTarget).where(InterimTarget.plan_id == made.id)).one()
    assert copy.baseline == 90.0


def test_what_was_carried_is_taken_back_as_one_piece(
    session: Session, world: World, plan: Plan, browse: Browse
) -> None:
    member = browse(world.people["member"])
    make.make_school_year(session, world.network, "2026-27")
    strand = session.scalars(select(Strand)).one()
    member.post(f"/plans/{plan.public_id}/carry", data={"parts": f"strands.{strand.public_id}"})
    run = session.scalars(select(ImportRun).where(ImportRun.kind == "carry")).one()

    assert member.get(f"/plans/import/{run.public_id}").status_code == 200
    assert member.post(f"/plans/import/{run.public_id}/undo").status_code == 303
    session.expire_all()
    made = session.scalars(select(Plan).where(Plan.school_year == "2026-27")).one()
    assert made.deleted_at is not None
    assert {each.deleted_at is None for each in session.scalars(select(Strand))} == {True, False}


def test_what_was_taken_back_is_carried_again_with_todays_dates(
    session: Session, world: World, plan: Plan, browse: Browse
) -> None:
    member, path = browse(world.people["member"]), f"/plans/{plan.public_id}/carry"
    make.make_school_year(session, world.network, "2026-27")
    milestone = session.scalars(select(Milestone)).one()
    strand = session.scalars(select(Strand)).one()
    chosen = {"parts": [f"milestones.{milestone.public_id}", f"strands.{strand.public_id}"]}
    member.post(path, data=chosen)
    run = session.scalars(select(ImportRun).where(ImportRun.kind == "carry")).one()
    member.post(f"/plans/import/{run.public_id}/undo")
    assert milestone.due_on is not None
    milestone.due_on += timedelta(weeks=1)
    session.flush()
    assert "(there already)" not in member.get(path).text

    assert member.post(path, data=chosen).status_code == 303

    session.expire_all()
    made = session.scalars(select(Plan).where(Plan.school_year == "2026-27", Plan.deleted_at.is_(None))).one()
    copy = session.scalars(select(Milestone).where(Milestone.plan_id == made.id)).one()
    assert copy.deleted_at is None
    assert copy.due_on == milestone.due_on + timedelta(weeks=52)
    assert session.scalars(select(Strand.deleted_at).where(Strand.id == copy.strand_id)).one() is None
    assert session.scalars(select(MilestoneChange).where(MilestoneChange.milestone_id == copy.id)).all() == []
    again = session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()
    assert again is not None
    assert again.rows_created > 0
    assert member.post(f"/plans/import/{again.public_id}/undo").status_code == 303
    session.expire_all()
    assert copy.deleted_at is not None


def test_a_longer_plan_takes_no_more_statements(
    session: Session, world: World, plan: Plan, browse: Browse, count_queries: CountQueries
) -> None:
    member, path = browse(world.people["member"]), f"/plans/{plan.public_id}/carry"
    make.make_school_year(session, world.network, "2026-27")
    strand = session.scalars(select(Strand)).one()
    member.post(path, data={"parts": f"strands.{strand.public_id}"})
    session.expire_all()
    with count_queries() as few:
        assert "(there already)" in member.get(path).text
    for _each in range(12):
        tool = make.make_tool(session, world.school)
        measure = make.make_measure(session, world.school, tool_id=tool.id)
        made = make.make_milestone(session, world.school, plan=plan, measure=measure, strand_id=strand.id)
        make.make_measurement(session, measure, world.school, count=3, population=4)
        make.make_change(session, made)
        make.make_interim_target(session, plan, measure_id=measure.id)
    session.expire_all()

    with count_queries() as many:
        page = member.get(path).text

    assert page.count('name="parts"') > 24
    assert len(many) == len(few) <= 24


def test_what_was_deleted_in_the_next_plan_may_be_carried_again(
    session: Session, world: World, plan: Plan, browse: Browse
) -> None:
    member, path = browse(world.people["member"]), f"/plans/{plan.public_id}/carry"
    make.make_school_year(session, world.network, "2026-27")
    strand = session.scalars(select(Strand)).one()
    member.post(path, data={"parts": f"strands.{strand.public_id}"})
    session.expire_all()
    assert member.get(path).text.count("(there already)") == 2  # it, and its strategy
    copy = session.scalars(select(Strand).where(Strand.id != strand.id)).one()
    copy.deleted_at = clock.now()
    session.flush()

    assert member.get(path).text.count("(there already)") == 1


def test_what_is_counted_in_the_next_year_is_not_on_last_years_board(
    session: Session, world: World, plan: Plan, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    milestone = session.scalars(select(Milestone).where(Milestone.plan_id == plan.id)).one()
    measure = session.get_one(Measure, milestone.measure_id or 0)
    for day, count in ((date(2026, 5, 20), 22), (date(2026, 9, 16), 14), (date(2026, 9, 23), 13)):
        make.make_measurement(session, measure, world.school, on=day, count=count, population=25)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 10, 1, 18, tzinfo=UTC))

    board = browse(world.people["member"]).get(f"/plans/{plan.public_id}").text

    assert "52%" not in board
    assert 'class="status slipped"' not in board


def test_only_the_team_carries_its_plan(world: World, browse: Browse) -> None:
    path = f"/plans/{world.ids['plan_id']}/carry"
    roles = ("member", "coach", "hub", "peer")
    answers = [browse(world.people[role]).get(path).status_code for role in roles]
    assert answers == [200, 403, 403, 404]


def test_every_chosen_part_has_its_place_in_the_document() -> None:
    assert set(carrying.CHOSEN) < set(exchange.BY_KEY)
