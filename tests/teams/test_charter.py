"""A team's page, from a charter made by hand."""

from datetime import date
from types import SimpleNamespace

from nic_platform.actor import Level, TeamRole
from teams import charter
from teams.graph import Edge, Node, TeamGraph

TODAY = date(2026, 2, 24)
GRAPH = TeamGraph(
    [Node(1, "Agency", "state"), Node(2, "Alder Creek", "school")], [Edge(2, 1, 30, TODAY)], TODAY
)


def person(name: str, role: TeamRole, *skills: str, voices: tuple[str, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(
        name=name, role=role, competencies=list(skills), perspectives=list(voices), is_active=True
    )


def team(**more: object) -> SimpleNamespace:
    facts = {"id": 2, "name": "Alder Creek", "level": Level.SCHOOL, "rhythm_days": 7, "purpose": "ELD"}
    return SimpleNamespace(**facts, functions=["readiness"], **more)


def test_functions_are_told_with_who_holds_them_from_here_to_the_top() -> None:
    page = charter.page(team(), [], [("Agency", ["readiness", "equity"])], GRAPH)
    held = {function.key: function.holders for function in page.functions}
    assert held["readiness"] == ("Alder Creek", "Agency")
    assert held["equity"] == ("Agency",)
    assert sum(function.is_gap for function in page.functions) == 7
    assert page.path == "Alder Creek lifts straight to Agency."


def test_coaches_and_observers_count_for_nothing() -> None:
    people = [person("Ana", TeamRole.COACH, "data_use"), person("Rosa", TeamRole.LEAD, "facilitation")]
    page = charter.page(team(), people, [], GRAPH)
    brought = {skill.key: skill.holders for skill in page.competencies}
    assert brought["data_use"] == ()
    assert brought["facilitation"] == ("Rosa",)
    assert page.gaps[0].startswith("Alder Creek rests on one person.")


def test_many_gaps_of_a_kind_are_told_in_one_sentence() -> None:
    page = charter.page(team(), [], [], GRAPH)
    assert len(page.gaps) == 4
    assert any("of the five competencies" in sentence for sentence in page.gaps)


def test_perspectives_missing_for_whom_the_place_serves_are_named() -> None:
    people = [person("Rosa", TeamRole.LEAD, voices=("teacher", "coach"))]
    page = charter.page(team(), people, [], GRAPH)
    assert page.perspectives == ("Teacher", "Coach")
    assert page.missing_perspectives == ("Family", "Administrator")
