"""When a template's milestones fall due, and in what a team's words differ from the common ones."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from measures.rules import Direction, MeasureType
from milestones.school_days import SchoolDays, Span
from milestones.templates import SHARED, CommonRow, differences, proposed_day, strands, week_of

FIRST, LAST = date(2025, 8, 18), date(2026, 5, 29)
WINTER = Span("break", "Winter", date(2025, 12, 20), date(2026, 1, 4))
CALENDAR = SchoolDays((WINTER,), ((FIRST, LAST),))


def common(strand: str = "Tickets", **more: object) -> CommonRow:
    at = datetime(2025, 7, 1, tzinfo=UTC)
    row = CommonRow(
        id=1, public_id=uuid4(), template_id=1, measure_id=1, measure_name="Tickets",
        type=MeasureType.PROPORTION, direction=Direction.UP, unit="teachers", position=1, strand=strand,
        who="teachers", what="collecting tickets", tool="a count", target=60.0, week=10, kind="process",
        purpose="", is_deliverable=False, acceptance_test="", rhythm="weekly", created_at=at, updated_at=at,
        version=1,
    )  # fmt: skip
    return CommonRow(**{**row.__dict__, **more})


def test_the_date_is_so_many_weeks_after_the_first_day_of_school() -> None:
    assert proposed_day(2, FIRST, LAST, CALENDAR) == date(2025, 9, 1)
    assert proposed_day(0, FIRST, LAST) == FIRST
    assert proposed_day(None, FIRST, LAST, CALENDAR) is None


def test_in_a_break_it_is_the_next_school_day_and_never_after_the_last_one() -> None:
    assert proposed_day(18, FIRST, LAST, CALENDAR) == date(2026, 1, 5)
    assert proposed_day(60, FIRST, LAST, CALENDAR) == LAST
    late = SchoolDays((Span("break", "End", date(2026, 5, 20), LAST),), ((FIRST, LAST),))
    assert proposed_day(60, FIRST, LAST, late) == date(2026, 5, 19)


@given(st.integers(0, 60), st.integers(0, 250), st.integers(0, 30))
def test_a_proposed_day_is_a_school_day_of_the_year(week: int, at: int, days: int) -> None:
    starts = date.fromordinal(FIRST.toordinal() + at)
    closed = Span("break", "Some", starts, date.fromordinal(starts.toordinal() + days))
    calendar = SchoolDays((closed,), ((FIRST, LAST),))

    found = proposed_day(week, FIRST, LAST, calendar)

    assert found is not None
    assert FIRST <= found <= LAST
    assert calendar.is_school_day(found)


@given(st.integers(0, 40))
def test_weeks_are_read_back_from_days(week: int) -> None:
    day = date.fromordinal(FIRST.toordinal() + 7 * week)
    assert week_of(day, FIRST) == week


def test_no_date_has_no_week_and_one_before_the_year_is_in_the_first() -> None:
    assert week_of(None, FIRST) is None
    assert week_of(date(2025, 8, 1), FIRST) == 0


def test_milestones_are_grouped_by_strand_in_the_templates_order() -> None:
    rows = [common("B", position=1), common("A", position=2), common("B", position=3)]

    assert [(name, [row.position for row in found]) for name, found in strands(rows)] == [
        ("B", [1, 3]), ("A", [2]),
    ]  # fmt: skip


def test_differences_are_told_field_by_field_and_never_of_dates_and_targets() -> None:
    now = common(what="collecting tickets every day", target=90.0, week=3)
    mine = SimpleNamespace(**{name: getattr(now, name) for name in SHARED})
    assert differences(mine, now) == ()

    mine.what, mine.tool = "collecting tickets", None
    found = differences(mine, now)
    assert [(each.name, each.yours, each.now) for each in found] == [
        ("what", "collecting tickets", "collecting tickets every day"), ("tool", "", "a count"),
    ]  # fmt: skip


def test_a_common_milestone_is_read_in_the_frame_without_a_date() -> None:
    assert common().sentence == (
        "By [date], a count will show that 60% of teachers are successfully collecting tickets"
    )
    thing = common(is_deliverable=True, what="a bank of exemplars", acceptance_test="three are used")
    assert thing.sentence == "By [date], a bank of exemplars is in place; accepted when three are used"
    assert thing.target_words == ""
