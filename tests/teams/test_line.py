"""Functions and competencies across a line of teams, and the gaps in it."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from teams import line
from teams.rules import Competency, Function


def team(number: int, level: str, functions: str = "", **skills: tuple[str, ...]) -> line.LineTeam:
    return line.LineTeam(number, uuid4(), f"Team {number}", level, frozenset(functions.split()), skills)


def row(rows: tuple[line.Row, ...], key: str) -> line.Row:
    return next(each for each in rows if each.key == key)


def test_what_a_team_above_holds_is_no_gap() -> None:
    found = line.line(team(1, "school", "equity"), [team(2, "district", "analysis")], [])
    assert row(found.functions, "equity").cells == (line.Cell(True), line.Cell(False))
    assert not row(found.functions, "analysis").is_gap
    gap = row(found.functions, "readiness")
    assert (gap.is_gap, gap.todo) == (True, "Take it up in Team 1, or ask Team 2 to.")


def test_teams_stand_from_here_to_the_top() -> None:
    found = line.line(team(1, "school"), [team(3, "state"), team(2, "district")], [])
    assert [one.id for one in found.teams] == [1, 2, 3]
    assert found.lede == (
        "From Team 1 up to Team 3, 9 of the nine functions are held by nobody, "
        "5 of the five competencies are brought by nobody."
    )


def test_teams_below_are_counted_and_named_and_may_help() -> None:
    below = [team(5, "school", "readiness"), team(6, "school")]
    found = row(line.line(team(2, "district"), [], below).functions, "readiness")
    assert found.below is not None
    assert (found.below.words, found.below.lacking) == ("1 of 2", ("Team 6",))
    assert found.todo == "Take it up in Team 2: nobody stands above it. Team 5 below has it."


def test_who_brings_a_competency_is_named() -> None:
    found = line.line(team(1, "school", data_use=("Ana", "Tom")), [], [])
    assert row(found.competencies, "data_use").cells == (line.Cell(True, "Ana, Tom"),)
    assert row(found.competencies, "engagement").is_gap


def test_a_line_without_gaps_says_so() -> None:
    whole = team(1, "school", " ".join(Function), **{key.value: ("Ana",) for key in Competency})
    assert (
        line.line(whole, [], []).lede == "In Team 1 every function is held and every competency is brought."
    )


@given(st.lists(st.sets(st.sampled_from(list(Function))), min_size=1, max_size=4))
def test_a_function_is_a_gap_exactly_when_nobody_in_the_line_holds_it(held: list[set[Function]]) -> None:
    teams = [team(at, "state" if at else "school", " ".join(keys)) for at, keys in enumerate(held)]
    found = line.line(teams[0], teams[1:], [])
    gaps = {each.key for each in found.functions if each.is_gap}
    assert gaps == set(Function) - set().union(*held)
