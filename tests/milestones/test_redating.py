from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from measures.rules import Direction, MeasureType
from milestones.redating import Move, Outlook, Value, outlook
from milestones.rows import MilestoneRow
from milestones.school_days import BREAK, TESTING, Span, calendar
from milestones.series_order import Kind, followers

TODAY = date(2026, 2, 24)
WINTER = Span(BREAK, "Winter break", date(2025, 12, 22), date(2026, 1, 5))
SPRING = Span(BREAK, "Spring break", date(2026, 3, 23), date(2026, 3, 27))
TESTS = Span(TESTING, "State assessments", date(2026, 4, 13), date(2026, 4, 24))
DAYS = calendar([(date(2025, 8, 18), date(2026, 5, 29))], [WINTER, SPRING, TESTS])
TICKETS, COACHING = 1, 2


def row(
    number: int, due_on: date, target: float = 90.0, strand: int = TICKETS, name: str = "Exit tickets"
) -> MilestoneRow:
    return MilestoneRow(
        id=number, public_id=uuid4(), plan_id=1, plan_public_id=uuid4(), team_id=1, strand_id=strand,
        strand_name=name, measure_id=strand, measure_public_id=uuid4(), measure_name=name,
        type=MeasureType.PROPORTION, direction=Direction.UP, unit="teachers", counts_students=False,
        is_draft=False, position=number, kind="process", name="", due_on=due_on, begins_on=None, frequency="",
        tool="count", who="teachers", what="assessing", target=target, baseline=None, population=24,
        is_deliverable=False, acceptance_test="", purpose="", shape="", rhythm="weekly", collector="",
        monitor_until=None, version=1,
    )  # fmt: skip


MARCH = row(1, date(2026, 3, 6), 65)
APRIL = row(2, date(2026, 4, 2), 80)
MAY = row(3, date(2026, 5, 8), 90)
COACH = row(4, date(2026, 5, 15), 60, COACHING, "Weekly coaching")
ROWS = [MARCH, APRIL, MAY, COACH]


def look(moved: MilestoneRow, on: date, target: float | None = None, **more: object) -> Outlook:
    goal = moved.target if target is None else target
    return outlook(Move(moved, on, goal), ROWS, DAYS, TODAY, **more)  # type: ignore[arg-type]  # by name


def kinds(found: Outlook) -> list[tuple[Kind, int | None]]:
    return [(effect.kind, effect.row.id if effect.row else None) for effect in found.effects]


def test_a_later_one_that_would_stand_before_is_named() -> None:
    found = look(MARCH, date(2026, 4, 8))

    assert kinds(found) == [(Kind.BEFORE, 2)]
    assert found.effects[0].words == "“80%” of Exit tickets, Apr 2 would now stand before it."
    assert found.touches_others


def test_two_of_a_series_on_one_day_or_without_a_count_between_are_named() -> None:
    assert kinds(look(MARCH, date(2026, 4, 2))) == [(Kind.SAME_DAY, 2)]
    close = look(MARCH, date(2026, 3, 31))
    assert kinds(close) == [(Kind.CLOSE, 2)]
    assert close.effects[0].words.startswith("Only 2 school days to “80%”")
    assert kinds(look(MARCH, date(2026, 3, 13))) == []


def test_breaks_tests_weekends_and_the_years_end_are_named() -> None:
    found = look(MAY, date(2026, 4, 15))
    assert kinds(found) == [(Kind.CALENDAR, None)]
    assert found.effects[0].words.startswith("Apr 15 lies in State assessments.")
    assert not found.touches_others
    assert look(MAY, date(2026, 5, 9)).effects[0].words.startswith("May 9 is a Saturday.")
    assert look(MAY, date(2026, 6, 9)).effects[0].words == "Jun 9, 2026 lies outside the school year."


def test_an_earlier_one_that_would_come_after_is_named() -> None:
    assert kinds(look(MAY, date(2026, 4, 1))) == [(Kind.AFTER, 2)]


def test_a_lower_target_is_gently_named_on_both_sides() -> None:
    assert kinds(look(APRIL, date(2026, 4, 2), 60)) == [(Kind.LOWER, 1)]
    assert kinds(look(APRIL, date(2026, 4, 2), 95)) == [(Kind.LOWER, 3)]
    assert look(APRIL, date(2026, 4, 2), 95).later == ()  # the date stays: nothing moves along


def test_strands_that_follow_are_counted_among_the_later_ones() -> None:
    assert kinds(look(MAY, date(2026, 5, 20), follows={COACHING: TICKETS})) == [(Kind.BEFORE, 4)]
    assert kinds(look(MAY, date(2026, 5, 20))) == []


def test_what_is_reached_already_stays() -> None:
    found = look(MARCH, date(2026, 4, 8), reached={2})

    assert kinds(found) == []
    assert [shift.row.id for shift in found.later] == [3]


def test_the_later_ones_go_along_by_as_many_school_days() -> None:
    found = look(MARCH, date(2026, 3, 20), follows={COACHING: TICKETS})

    assert found.by == 10
    assert [(shift.row.id, shift.new) for shift in found.later] == [
        (2, date(2026, 4, 16)), (3, date(2026, 5, 22)), (4, date(2026, 5, 29)),
    ]  # fmt: skip
    assert found.later[0].note.startswith("Apr 16 lies in State assessments.")


def test_the_pace_from_the_latest_count_is_set_beside_the_one_planned() -> None:
    found = look(MARCH, date(2026, 3, 20), latest=Value(date(2026, 2, 20), 50.0))

    assert found.pace == (
        "From 50% on Feb 24 to 65% by Mar 20, in 3.5 weeks of school: 4.2 percentage points each week, about "
        "1 more of the 24 teachers each week. As planned until now it was 9.4.",
        "From 65% on Mar 20 to 80% by Apr 2, in 4 days of school.",
    )


def test_what_is_reached_by_the_latest_count_only_has_to_hold() -> None:
    found = look(APRIL, date(2026, 4, 9), latest=Value(date(2026, 2, 20), 85.0))

    assert found.pace[0] == "80% by Apr 9 is reached already: hold it."


def test_strands_may_follow_in_a_circle_without_end() -> None:
    assert followers(1, {2: 1, 3: 2, 1: 3}) == {2, 3}
    assert followers(None, {2: 1}) == set()


@given(st.integers(-60, 60), st.sampled_from([MARCH, APRIL]))
def test_moving_all_the_later_ones_along_keeps_their_order_and_distances(
    by: int, moved: MilestoneRow
) -> None:
    on = DAYS.shifted(moved.date or TODAY, by)

    found = look(moved, on)

    places = [on, *(shift.new for shift in found.later)]
    assert places == sorted(places)
    if found.later and on != moved.date:
        before = [moved.date or TODAY, *(shift.old for shift in found.later)]
        assert [DAYS.apart(on, day) for day in places] == [DAYS.apart(before[0], day) for day in before]
    rows = [replace(r, due_on=next((s.new for s in found.later if s.row.id == r.id), r.due_on)) for r in ROWS]
    again = outlook(Move(moved, on, moved.target), rows, DAYS, TODAY)
    assert Kind.BEFORE not in {effect.kind for effect in again.effects}


@given(st.integers(1, 200))
def test_nothing_follows_from_a_date_that_stays_between_its_neighbours(days: int) -> None:
    on = (MARCH.date or TODAY) + timedelta(days=days)
    found = look(MARCH, on)

    stands_before = {shift.row.id for shift in found.later if shift.old < on}
    assert {e.row.id for e in found.effects if e.row and e.kind is Kind.BEFORE} == stands_before
