from datetime import date, timedelta
from uuid import uuid4

from measures.rules import Direction, MeasureType
from milestones import board
from milestones.rows import MilestoneRow
from milestones.rules import Goal, Reading, standing_on

TODAY = date(2026, 2, 24)
SPAN = (date(2025, 8, 18), date(2026, 5, 29))


def row(number: int, due_on: date, target: float = 90.0) -> MilestoneRow:
    return MilestoneRow(
        id=number, public_id=uuid4(), plan_id=1, plan_public_id=uuid4(), team_id=1, strand_id=1,
        strand_name="Exit tickets", measure_id=1, measure_public_id=uuid4(), measure_name="Exit tickets",
        type=MeasureType.PROPORTION, direction=Direction.UP, unit="teachers", counts_students=False,
        is_draft=False, position=number, kind="process", name="", due_on=due_on, begins_on=None, frequency="",
        tool="count", who="teachers", what="assessing", target=target, baseline=None, population=24,
        is_deliverable=False, acceptance_test="", purpose="", shape="", rhythm="weekly", collector="",
        monitor_until=None, version=1,
    )  # fmt: skip


def readings(*points: tuple[int, int]) -> list[Reading]:
    days = [(TODAY - timedelta(days=back), k) for back, k in points]
    return [Reading(on, 100 * k / 24, on, count=k, population=24) for on, k in days]


def test_a_missed_milestone_shows_its_dates_value_and_the_latest() -> None:
    one = row(1, date(2026, 2, 15))
    standing = standing_on(Goal(one.due_on, one.target), readings((11, 19), (1, 20)), TODAY)

    cell = board.make_cell(one, standing)

    assert (cell.target, cell.got, cell.note, cell.is_off) == ("90%", "79%", "83% on Feb 23", True)


def test_a_slipped_one_shows_where_it_is_now() -> None:
    one = row(1, date(2026, 1, 15))
    known = readings((50, 23), (20, 20), (1, 19))
    cell = board.make_cell(one, standing_on(Goal(one.due_on, one.target), known, TODAY))

    assert (cell.status, cell.got, cell.note) == ("slipped", "79%", "two checks below")


def test_a_count_that_was_forgotten_stands_in_its_cell() -> None:
    one = row(1, date(2026, 1, 15))
    standing = standing_on(Goal(one.due_on, one.target), readings((50, 23)), TODAY)

    assert board.make_cell(one, standing, check_on=date(2026, 1, 12)).check == "count due Jan 12"
    assert board.make_cell(one, standing).check == ""


def test_what_lies_ahead_counts_the_days() -> None:
    one = row(1, TODAY + timedelta(days=66))
    cell = board.make_cell(one, standing_on(Goal(one.due_on, one.target), [], TODAY))
    near = row(2, TODAY + timedelta(days=5))

    assert (cell.status, cell.note) == ("planned", "66 days left")
    assert board.make_cell(near, standing_on(Goal(near.due_on, 90), [], TODAY)).status == "soon"


def test_what_is_reached_ahead_of_its_date_says_when_and_counts_no_days() -> None:
    early = row(1, TODAY + timedelta(days=60), 65)
    standing = standing_on(Goal(early.due_on, 65), readings((71, 16)), TODAY)

    assert board.make_cell(early, standing).note.startswith("reached ")


def test_every_date_of_a_strand_is_a_column_and_today_is_between() -> None:
    rows = [row(1, date(2025, 12, 15), 65), row(2, date(2026, 2, 15)), row(3, date(2026, 4, 30))]
    known = readings((71, 16), (11, 19))
    standings = {r.id: standing_on(Goal(r.due_on, r.target), known, TODAY) for r in rows}
    wanted = board.Wanted(board.Series("Exit tickets", rows, known), standings)
    [line] = board.make_lines([wanted], SPAN, TODAY)

    made = board.make_board([line], TODAY)

    assert made.dates == (date(2025, 12, 15), date(2026, 2, 15), date(2026, 4, 30))
    assert made.first_ahead == date(2026, 4, 30)
    assert line.wide is not None
    assert [t.mark for t in board.targets_of(rows, standings)] == ["met", "missed", "due"]


def test_hidden_counts_leave_no_number_in_a_cell() -> None:
    one = row(1, date(2026, 2, 15))
    standing = standing_on(Goal(one.due_on, one.target), readings((11, 19)), TODAY)

    cell = board.make_cell(one, standing, is_hidden=True)

    assert cell.got == ""
    assert cell.note == "Too few people to show"


def test_the_lede_counts_what_came_due() -> None:
    goal = Goal(date(2026, 2, 15), 90)
    standings = [
        standing_on(goal, readings((11, 19)), TODAY),
        standing_on(goal, readings((20, 23)), TODAY),
        standing_on(Goal(TODAY + timedelta(days=60), 90), [], TODAY),
    ]

    assert board.lede(standings, TODAY) == (
        "2 of 3 milestones have come due or been reached. 1 was reached. 1 was missed."
    )
    assert board.lede([], TODAY).startswith("No milestone is on the board yet.")
    assert board.lede(standings[1:2], TODAY) == "The one milestone was reached."
    assert board.lede(standings[:1], TODAY) == "The one milestone has come due. 1 was missed."
    assert board.lede(standings[2:], TODAY) == "The one milestone has not come due yet."
    assert board.lede(standings[2:] * 2, TODAY) == "None of 2 milestones has come due yet."
