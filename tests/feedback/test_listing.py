from dataclasses import dataclass
from datetime import date

import pytest

from feedback import listing
from feedback.rules import Kind, State

TODAY, SCHOOL, HUB = date(2026, 2, 24), 1, 2


@dataclass
class Row:
    state: State
    holder_id: int | None = HUB
    kind: Kind = Kind.BARRIER
    team_id: int = SCHOOL
    team: str = "School"
    holder: str | None = "Hub"
    offered_to_id: int | None = None
    due_on: date | None = None
    look_again_on: date | None = None
    lifted: str = ""


def test_items_fall_into_what_needs_us_what_is_on_its_way_and_drafts() -> None:
    rows = [
        Row(State.WAITING),
        Row(State.ANSWERED, SCHOOL),
        Row(State.DRAFT, SCHOOL),
        Row(State.PARTLY, SCHOOL, look_again_on=date(2026, 3, 1)),
        Row(State.PARTLY, SCHOOL, look_again_on=TODAY),
    ]

    school, hub = listing.sections(rows, SCHOOL, TODAY), listing.sections(rows[:2], HUB, TODAY)

    assert (school.needs, school.way, school.drafts) == ([1, 4], [0, 3], [2])
    assert (hub.needs, hub.through) == ([0], [1])


def test_what_is_offered_needs_us_too() -> None:
    assert listing.needs(Row(State.WAITING, offered_to_id=3), 3, TODAY)


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_a_sentence(state: State) -> None:
    assert listing.status_words(Row(state)).endswith((".", "?"))


def test_the_turn_is_named_for_who_has_it() -> None:
    assert listing.turn_words(State.ANSWERED, is_raiser=True) == "Is it solved?"
    assert listing.turn_words(State.ANSWERED, is_raiser=False) == "Hand the answer down"
    assert listing.turn_words(State.WAITING, is_raiser=False, is_offered=True) == "Take it over?"


def test_the_lede_is_made_of_counts() -> None:
    assert listing.lede(1, 2, None, 1) == [
        "1 item needs you.", "2 of yours are on their way.", "1 is past its promise."
    ]  # fmt: skip


@pytest.mark.parametrize(("today", "year"), [(date(2026, 7, 31), 2025), (date(2026, 8, 1), 2026)])
def test_a_school_year_begins_in_august(today: date, year: int) -> None:
    assert listing.school_year_start(today) == date(year, 8, 1)


def test_counts_stand_before_per_cents() -> None:
    assert listing.share_words(20, 24) == "20 of 24 (83%)"
    assert listing.share_words(0, 0) == "–"
