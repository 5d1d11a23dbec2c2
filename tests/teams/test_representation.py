"""Who is on a team beside whom its place serves: questions, never a score."""

from types import SimpleNamespace
from typing import Any

from nic_platform.actor import Level
from teams import representation
from teams.line_queries import Served

NOTHING = Served(None, None, None, None, 0, 0)


def asked(served: Served, *voices: str, level: Level = Level.PRACTICE, serves: str = "") -> list[Any]:
    team = SimpleNamespace(level=level, serves=serves)
    people = [SimpleNamespace(perspectives=[*voices, "teacher"])]
    return list(representation.voices(team, served, people).questions)


def test_where_nothing_is_known_only_the_expected_voices_are_asked_for() -> None:
    assert asked(NOTHING) == []
    missing = asked(NOTHING, "family", level=Level.SCHOOL)
    assert [question.fact for question in missing] == ["Nobody on the team speaks as: administrator."]


def test_students_who_learn_english_make_one_ask_for_their_families() -> None:
    many = Served(None, None, 34.4, None, 0, 0)
    (without,) = asked(many)
    assert (without.fact, without.is_open) == ("34% of the students are learning English.", True)
    (with_family,) = asked(many, "family")
    assert (with_family.asks, with_family.is_open) == (
        "Does somebody on the team speak for their families?",
        False,
    )
    assert asked(Served(None, None, 4.9, None, 0, 0)) == []


def test_need_title_one_and_students_are_asked_about() -> None:
    school = Served(412, 62.0, None, True, 0, 0)
    assert [question.is_open for question in asked(school)] == [True, True, True]
    assert [question.is_open for question in asked(school, "family", "student")] == [False]
    assert asked(Served(None, None, None, None, 3, 5))[0].fact.startswith("3 schools here are Title I")


def test_whom_the_charter_names_is_asked_about_and_figures_of_schools_name_their_source() -> None:
    (said,) = asked(NOTHING, serves="Families of the valley.")
    assert said.fact == "The charter says whom the place serves: Families of the valley."
    team = SimpleNamespace(level=Level.DISTRICT, serves="")
    found = representation.voices(team, Served(900, None, None, None, 0, 2), [])
    assert found.source == "Figures of 2 schools put together."
    assert found.held == ()
