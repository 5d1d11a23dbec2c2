from dataclasses import replace
from datetime import date

from milestones.pacing import PacedStep
from milestones.planner_steps import matched, open_ones, read_steps, too_few
from tests.milestones.test_redating import APRIL, MARCH, MAY, ROWS, TICKETS, TODAY

STEPS = [PacedStep(date(2026, month, 6), 50 + 10 * month, 4, 2.5) for month in (3, 4, 5, 6)]


def test_what_is_due_reached_undated_or_a_thing_stays_as_it_is() -> None:
    past, undated = replace(MARCH, id=7, due_on=date(2026, 2, 1)), replace(MARCH, id=8, due_on=None)
    thing, draft = replace(MARCH, id=9, is_deliverable=True), replace(MARCH, id=10, is_draft=True)

    found = open_ones([*ROWS, past, undated, thing, draft], TICKETS, frozenset({APRIL.id}), TODAY)

    assert found == [MARCH, MAY, draft]


def test_the_last_step_moves_the_last_milestone_and_the_first_ones_are_new() -> None:
    assert matched(STEPS, [MAY, MARCH]) == [None, None, MARCH, MAY]
    assert matched(STEPS[:1], [MAY, MARCH]) == [MAY]
    assert too_few(1, [MAY, MARCH]).startswith("2 milestones of this strand are not due yet.")
    assert too_few(2, [MAY, MARCH]) == ""


def test_edited_steps_are_read_or_told_what_is_wrong_with_each() -> None:
    steps, faults = read_steps(["2026-03-06", "2026-04-06"], ["50%", "1,000"], ["a", ""], [])
    assert ([(s.on, s.target, s.key) for s in steps], faults) == (
        [(date(2026, 3, 6), 50, "a"), (date(2026, 4, 6), 1000, "")], {},
    )  # fmt: skip

    days = ["soon", "0206-01-01", "2026-03-06", "2026-03-06", "2026-03-06"]
    _steps, faults = read_steps(days, ["1", "2", "nan", "4", "5"], [], ["0"])
    assert sorted(faults) == [1, 2, 4]
