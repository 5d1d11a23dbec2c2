"""The rules of teams and links."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams import rules

DAY = date(2026, 2, 24)
UPWARD = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda e: e[0] < e[1]), max_size=30
)


def test_there_are_nine_functions_and_five_competencies_each_with_words() -> None:
    assert len(rules.Function) == 9
    assert list(rules.function_names()) == list(rules.Function)
    assert len(rules.Competency) == 5
    assert list(rules.competency_names()) == list(rules.Competency)
    assert list(rules.perspective_names()) == list(rules.Perspective)


def test_rhythms_have_words_also_unusual_ones() -> None:
    assert [rules.rhythm_words(days) for days in (14, 10)] == ["Every two weeks", "Every 10 days"]


def test_levels_rank_from_practice_to_state() -> None:
    assert [rules.rank(level) for level in rules.level_names()] == [0, 1, 2, 3, 4]
    assert rules.level_team("region") == "Regional team"


@pytest.mark.parametrize(("rhythm", "norm"), [(7, True), (31, True), (91, False)])
def test_monthly_or_more_often_is_the_norm_of_a_link(rhythm: int, norm: bool) -> None:
    assert rules.is_norm(rhythm) is norm


def test_a_link_upward_is_fine_also_over_a_level() -> None:
    assert rules.link_problem((1, "Alder Creek", "school"), (2, "Altamont", "state")) is None


def test_a_link_downward_is_refused_and_the_right_way_is_named() -> None:
    problem = rules.link_problem((1, "The hub", "district"), (2, "Alder Creek", "school"))
    assert problem == "The hub works above Alder Creek. A link leads upward: let Alder Creek lift to The hub."


def test_a_link_between_equals_is_refused() -> None:
    problem = rules.link_problem((1, "Dry Fork", "school"), (2, "Alder Creek", "school"))
    assert problem is not None
    assert "Tie them as peers" in problem


def test_a_team_does_not_lift_to_itself() -> None:
    assert rules.link_problem((1, "A", "school"), (1, "A", "school"))


def test_a_circle_is_refused_by_name() -> None:
    problem = rules.link_problem((1, "Low", "school"), (3, "High", "state"), [(3, 2), (2, 1)])
    assert problem is not None
    assert "close a circle" in problem


@given(UPWARD)
def test_the_closure_is_what_walking_finds(links: list[tuple[int, int]]) -> None:
    closure = rules.closure(links)
    walked = {(b, a) for a in range(13) for b in range(13) if a != b and rules.reaches(links, a, b)}
    assert closure == walked


@given(UPWARD)
def test_no_link_from_above_can_close_a_circle_unnoticed(links: list[tuple[int, int]]) -> None:
    for above, below in rules.closure(links):
        assert rules.link_problem((above, "A", "school"), (below, "B", "district"), links) is not None


def test_a_closure_survives_a_circle_that_should_not_be_there() -> None:
    assert (1, 2) in rules.closure([(1, 2), (2, 1)])


@pytest.mark.parametrize(("days", "silent"), [(28, False), (29, True)])
def test_a_link_is_silent_after_two_rhythms(days: int, silent: bool) -> None:
    assert rules.is_silent(DAY - timedelta(days=days), 14, DAY) is silent


@pytest.mark.parametrize(("members", "champion"), [(0, True), (1, True), (2, True), (3, False)])
def test_one_or_two_people_are_champions(members: int, champion: bool) -> None:
    assert rules.is_champion(members) is champion


def test_a_whole_charter_has_no_gaps() -> None:
    gaps = rules.charter_gaps(
        "Alder Creek",
        "school",
        members=4,
        competencies=list(rules.Competency),
        perspectives=["teacher", "family", "administrator"],
        rhythm_days=7,
        purpose="Embedded ELD in every lesson",
    )
    assert gaps == []


def test_every_gap_says_what_to_do() -> None:
    gaps = rules.charter_gaps(
        "Lodgepole", "district", members=1, competencies=["data_use"], perspectives=[], rhythm_days=None
    )
    kinds = [gap.kind for gap in gaps]
    assert kinds == ["champion", "purpose", "rhythm", *["competency"] * 4, *["perspective"] * 4]
    assert (
        gaps[0].sentence
        == "Lodgepole rests on one person. Invite two more, so that the work outlasts a move."
    )


def test_functions_held_anywhere_in_the_line_are_no_gap() -> None:
    assert rules.functions_unheld([["readiness", "equity"], list(rules.Function)[1:8]]) == ["sustainability"]


def test_a_calendar_is_checked_for_order_room_and_overlap() -> None:
    starts, ends = date(2025, 8, 18), date(2026, 5, 29)
    winter = rules.Period("break", "Winter", date(2025, 12, 20), date(2026, 1, 4))
    inside = rules.Period("break", "Fall", date(2025, 12, 22), date(2025, 12, 23))
    tests = rules.Period("testing", "CMAS", date(2025, 12, 22), date(2026, 1, 20))
    summer = rules.Period("break", "Summer", date(2026, 6, 1), date(2026, 6, 3))
    backward = rules.Period("break", "Spring", date(2026, 4, 3), date(2026, 4, 1))

    assert rules.calendar_problems(starts, ends, [winter, tests]) == []
    assert "overlap" in rules.calendar_problems(starts, ends, [winter, inside])[0]
    assert "outside" in rules.calendar_problems(starts, ends, [summer])[0]
    assert "ends before" in rules.calendar_problems(starts, ends, [backward])[0]
    assert "ends before it starts" in rules.calendar_problems(ends, starts, [])[0]
    assert "400 days" in rules.calendar_problems(starts, date(2027, 5, 29), [])[0]
