from dataclasses import replace
from datetime import date

import pytest

from measures.rules import Direction, MeasureType
from milestones.sentence import Frame, Part, lacks_for_board, parts, sentence

FULL = Frame(
    what="incorporating language objectives into their daily lesson plans",
    who="teachers",
    tool="an audit of daily lesson plans",
    due_on=date(2025, 9, 15),
    target=70.0,
)


def test_a_milestone_reads_as_its_frame() -> None:
    assert sentence(FULL) == (
        "By September 15, an audit of daily lesson plans will show that 70% of teachers are successfully "
        "incorporating language objectives into their daily lesson plans"
    )


def test_what_is_missing_stays_a_blank() -> None:
    assert sentence(Frame()) == "By [date], [how many] of [who] are successfully [what]"


def test_a_rhythm_can_stand_for_the_date() -> None:
    frame = replace(FULL, due_on=None, begins_on=date(2025, 8, 15), frequency="every week", tool="")

    assert sentence(frame).startswith("Beginning August 15, every week, 70% of teachers")


def test_a_deliverable_has_a_test_in_place_of_a_number() -> None:
    frame = Frame(
        what="a shared schedule",
        due_on=date(2026, 6, 1),
        is_deliverable=True,
        acceptance_test="all grades use it.",
    )

    assert sentence(frame) == "By June 1, a shared schedule is in place; accepted when all grades use it"


def test_the_purpose_is_said_once() -> None:
    assert sentence(replace(FULL, purpose="In order to be understood.")).endswith(
        ", in order to be understood"
    )


def test_at_most_is_said_where_less_is_better() -> None:
    frame = replace(FULL, target=5.0, type=MeasureType.COUNT, direction=Direction.DOWN, unit="referrals")

    assert "at most 5 referrals" in sentence(frame)


def test_parts_are_found_or_asked_for() -> None:
    found = {part.part: part for part in parts(replace(FULL, tool="", who=""))}

    assert found[Part.WHAT].is_there
    assert not found[Part.WHO].is_there
    assert found[Part.HOW].is_warning
    assert "70%" in found[Part.HOW].say


@pytest.mark.parametrize(
    ("frame", "missing"),
    [
        (FULL, ()),
        (replace(FULL, tool="", who="", what=""), ()),
        (replace(FULL, due_on=None), (Part.WHEN,)),
        (replace(FULL, target=None), (Part.TARGET,)),
        (replace(FULL, target=None, is_deliverable=True), (Part.TARGET,)),
        (replace(FULL, target=None, is_deliverable=True, acceptance_test="used"), ()),
    ],
)
def test_the_board_asks_for_a_date_and_something_to_judge_by(frame: Frame, missing: tuple[Part, ...]) -> None:
    assert lacks_for_board(frame) == missing
