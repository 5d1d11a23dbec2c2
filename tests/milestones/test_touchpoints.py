"""A team's touchpoints: the days of a rhythm, a month as a grid, how each stands, and their pages."""

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones import touchpoints
from milestones.models import Touchpoint
from milestones.touchpoints import Meeting, Span, State
from nic_platform import clock
from teams.models import CalendarSpan
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]
WINTER = Span("Winter", date(2025, 12, 20), date(2026, 1, 4))
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def a_meeting(on: date, *, decisions: int = 0, ended: bool = False, number: int = 1) -> Meeting:
    end = datetime(on.year, on.month, on.day, 22, tzinfo=UTC) if ended else None
    return Meeting(number, uuid4(), 1, on, "", time(15, 15), 45, "Library", "", end, decisions,
                   datetime(2025, 8, 1, tzinfo=UTC), 1)  # fmt: skip


# ---------------------------------------------------------------- days


def test_a_rhythm_of_two_weeks_names_the_break_it_comes_to() -> None:
    days = touchpoints.rhythm_days(date(2025, 12, 11), date(2026, 1, 22), 2, [WINTER])

    assert [(day.on.isoformat(), day.skipped) for day in days] == [
        ("2025-12-11", ""),
        ("2025-12-25", "Winter"),
        ("2026-01-08", ""),
        ("2026-01-22", ""),
    ]


@given(first=DAYS, length=st.integers(-30, 900), weeks=st.integers(0, 5))
def test_a_rhythm_stays_within_its_days_and_keeps_its_weekday(first: date, length: int, weeks: int) -> None:
    until = first + timedelta(days=length)

    days = [day.on for day in touchpoints.rhythm_days(first, until, weeks, [WINTER])]

    assert all(first <= on <= until and on.weekday() == first.weekday() for on in days)
    assert all((b - a).days == 7 * weeks for a, b in itertools.pairwise(days))
    assert len(days) <= touchpoints.MOST
    assert bool(days) == (weeks > 0 and until >= first)


@given(month=DAYS)
def test_a_month_is_whole_weeks_that_hold_each_of_its_days_once(month: date) -> None:
    weeks = touchpoints.month_weeks(month, [], month, [])

    assert {len(week) for week in weeks} == {7}
    inside = [cell.on.day for week in weeks for cell in week if cell.is_inside]
    assert inside == list(range(1, len(inside) + 1))
    assert sum(cell.is_today for week in weeks for cell in week) == 1


def test_a_day_of_the_month_shows_its_touchpoints_and_breaks() -> None:
    met = a_meeting(date(2026, 1, 8))
    weeks = touchpoints.month_weeks(date(2026, 1, 1), [met], date(2026, 1, 20), [WINTER])
    cells = {cell.on: cell for week in weeks for cell in week}

    assert cells[date(2026, 1, 8)].meetings == (met,)
    assert [on.day for on, cell in cells.items() if cell.is_inside and cell.is_break] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "first"),
    [("2026-02", date(2026, 2, 1)), ("2026-13", date(2026, 5, 1)), ("", date(2026, 5, 1)),
     ("0001-01", date(2026, 5, 1)), ("9999-12", date(2026, 5, 1))],
)  # fmt: skip
def test_the_month_of_an_address(text: str, first: date) -> None:
    assert touchpoints.month_of(text, date(2026, 5, 17)) == first


@given(month=DAYS, by=st.integers(-100_000, 100_000))
def test_turning_months_never_leaves_the_calendar(month: date, by: int) -> None:
    there = touchpoints.month_after(month, by)

    assert date(1900, 1, 1) <= there <= date(2199, 12, 1)
    if abs(by) < 1000:
        assert touchpoints.month_after(there, -by) == month.replace(day=1)


@pytest.mark.parametrize(
    ("meeting", "state"),
    [
        (a_meeting(date(2026, 2, 12), ended=True), State.HELD),
        (a_meeting(date(2026, 2, 12), decisions=1), State.HELD),
        (a_meeting(date(2026, 2, 12)), State.NOT_HELD),
        (a_meeting(date(2026, 2, 24)), State.TODAY),
        (a_meeting(date(2026, 2, 26)), State.NEXT),
        (a_meeting(date(2026, 3, 12)), State.PLANNED),
    ],
)
def test_how_a_touchpoint_stands(meeting: Meeting, state: State) -> None:
    assert touchpoints.state_of(meeting, date(2026, 2, 24), date(2026, 2, 26)) is state


def test_the_next_one_is_the_first_to_come_that_was_not_closed() -> None:
    over, closed, coming = (
        a_meeting(date(2026, 2, 12)), a_meeting(date(2026, 2, 24), ended=True), a_meeting(date(2026, 3, 1)),
    )  # fmt: skip

    assert touchpoints.next_of([over, closed, coming], date(2026, 2, 24)) is coming
    assert touchpoints.next_of([over], date(2026, 2, 24)) is None


def test_time_and_place_in_words() -> None:
    assert touchpoints.when_words(a_meeting(date(2026, 2, 12))) == "3:15 pm, 45 minutes, Library"
    assert touchpoints.time_words(time(0, 5)) == "12:05 am"
    assert touchpoints.minutes_words(120) == "2 hours"


# ---------------------------------------------------------------- pages


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def rows(session: Session) -> list[Touchpoint]:
    session.expire_all()
    query = select(Touchpoint).where(Touchpoint.deleted_at.is_(None)).order_by(Touchpoint.held_on)
    return list(session.scalars(query))


def test_a_touchpoint_is_planned_with_time_and_place(session: Session, member: FlaskClient) -> None:
    sent = {
        "held_on": "2026-03-05",
        "starts_at": "15:15",
        "minutes": "50",
        "place": "Library",
        "title": "Look",
    }

    answer = member.post("/touchpoints/new", data=sent)

    assert answer.status_code == 303
    made = rows(session)[-1]
    assert (made.held_on, made.starts_at, made.minutes, made.title) == (
        date(2026, 3, 5), time(15, 15), 50, "Look",
    )  # fmt: skip
    assert "Look, Thu, Mar 5" in member.get(answer.location).text


def test_what_cannot_be_a_time_or_day_is_told_beside_its_field(member: FlaskClient) -> None:
    answer = member.post(
        "/touchpoints/new", data={"held_on": "soon", "starts_at": "quarter past", "minutes": "1"}
    )

    assert answer.status_code == 422
    for mend in ("2026-02-24", "such as 15:15", "From 5 to 600"):
        assert mend in answer.text
    assert 'value="quarter past"' in answer.text


def the_rhythm() -> dict[str, str]:
    return {
        "first": "2025-12-11",
        "until": "2026-01-22",
        "weeks": "2",
        "skips_breaks": "y",
        "place": "Library",
    }


def test_a_rhythm_shows_its_days_before_it_plans_them(session: Session, member: FlaskClient) -> None:
    before = len(rows(session))

    page = member.post("/touchpoints/series", data=the_rhythm() | {"step": "preview"})

    assert page.status_code == 200
    assert page.text.count('name="day"') == 4
    assert page.text.count(" checked>") == 3
    assert "Winter" in page.text
    assert len(rows(session)) == before


def test_days_left_ticked_are_planned_together_and_taken_back_together(
    session: Session, member: FlaskClient
) -> None:
    before = {each.id for each in rows(session)}
    days = ["2025-12-11", "2026-01-22"]

    answer = member.post("/touchpoints/series", data=the_rhythm() | {"step": "plan", "day": days})

    made = [each for each in rows(session) if each.id not in before]
    assert [each.held_on.isoformat() for each in made] == days
    assert {each.place for each in made} == {"Library"}
    assert "2 touchpoints were planned in one go" in member.get(answer.location).text
    assert member.post(f"/touchpoints/{made[0].public_id}/unplan").status_code == 303
    assert {each.id for each in rows(session)} == before


def test_no_day_left_is_no_plan(session: Session, member: FlaskClient) -> None:
    before = len(rows(session))

    answer = member.post("/touchpoints/series", data=the_rhythm() | {"step": "plan"})

    assert answer.status_code == 422
    assert "Leave at least one day ticked" in answer.text
    assert len(rows(session)) == before


def test_a_rhythm_that_ends_before_it_begins_says_so(member: FlaskClient) -> None:
    answer = member.post("/touchpoints/series", data=the_rhythm() | {"until": "2025-12-01"})

    assert answer.status_code == 422
    assert "Give a later one" in answer.text


def test_deleting_can_be_undone_from_the_calendar(world: World, member: FlaskClient) -> None:
    path = f"/touchpoints/{world.ids['touchpoint_id']}"

    gone = member.post(f"{path}/delete")

    assert member.get(path).status_code == 404
    assert f"{path}/restore" in member.get(gone.location).text
    assert member.post(f"{path}/restore").status_code == 303
    assert member.get(path).status_code == 200


def test_a_second_saver_sees_both_versions(session: Session, world: World, member: FlaskClient) -> None:
    path = f"/touchpoints/{world.ids['touchpoint_id']}"
    member.post(f"{path}/edit", data={"held_on": "2026-02-12", "place": "Library", "version": "1"})

    answer = member.post(f"{path}/edit", data={"held_on": "2026-02-12", "place": "Gym", "version": "1"})

    assert answer.status_code == 409
    assert "Library" in answer.text
    assert "Gym" in answer.text
    assert [each.place for each in rows(session)] == ["Library"]


def test_the_calendar_shows_month_state_and_break(
    session: Session, world: World, member: FlaskClient
) -> None:
    page = member.get("/touchpoints?month=2026-02").text

    assert "February 2026" in page
    assert "Held" in page  # on February 12, with a decision
    span = session.scalars(select(CalendarSpan)).one()
    assert (
        f'<td class="{"out off" if span.starts_on.month != 1 else "off"}'
        in member.get("/touchpoints?month=2026-01").text
    )


def test_an_observer_reads_and_plans_nothing(world: World, browse: Browse) -> None:
    observer = browse(world.people["observer"])

    assert observer.get("/touchpoints").status_code == 200
    assert observer.post("/touchpoints/series", data=the_rhythm()).status_code == 403
    assert observer.post(f"/touchpoints/{world.ids['touchpoint_id']}/delete").status_code == 403


def test_the_calendar_takes_as_many_statements_for_many(
    session: Session, world: World, member: FlaskClient, count_queries: Count
) -> None:
    with count_queries() as few:
        member.get("/touchpoints")
    at = clock.now()
    days = [at.date() + timedelta(days=n) for n in range(-5, 6)]
    session.add_all(
        Touchpoint(network_id=world.network.id, team_id=world.school.id, held_on=day) for day in days
    )
    session.flush()
    with count_queries() as many:
        member.get("/touchpoints")

    assert len(many) == len(few) <= 12
