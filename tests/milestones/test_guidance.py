"""The guidance's bad examples are what the coach calls bad, and their mends are not."""

import pytest

from milestones.coach import Kind, coach
from milestones.guidance import Bad, bad, good
from milestones.work_kinds import CODES, kind_word, work_kinds


@pytest.mark.parametrize("each", bad(), ids=lambda each: each.code)
def test_the_coach_finds_the_habit_in_the_example_and_not_in_the_mend(each: Bad) -> None:
    found = coach(each.example)
    assert found.problems or found.kind is Kind.NOT_MEASURABLE

    mended = coach(each.mend)
    assert each.code not in {problem.code for problem in mended.problems}
    assert mended.due_on is not None


def test_every_good_example_has_a_date() -> None:
    assert [each.code for each in good() if "when" in coach(each.example).missing] == []


def test_every_kind_of_work_has_a_word_and_a_dated_example_with_its_purpose() -> None:
    assert [kind.code for kind in work_kinds()] == list(CODES)
    assert [kind.code for kind in work_kinds() if "in order to" not in kind.example] == []
    assert [kind.code for kind in work_kinds() if coach(kind.example).due_on is None] == []
    assert (kind_word("it"), kind_word("other")) == ("Information technology", "other")
