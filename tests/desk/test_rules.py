"""What a week asks: order, cost, sentences, and what of a history others may read."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import rules
from desk.rules import Kind, Returned, Task, Week
from teams.breaks import breaks_from

TODAY = date(2026, 2, 24)


def task(kind: Kind = Kind.STUDY, days: int | None = 0, title: str = "Exit ticket") -> Task:
    return Task(kind, uuid4(), title, None if days is None else TODAY + timedelta(days=days), number=5)


def test_the_latest_comes_first_and_the_undated_last() -> None:
    undated, late, soon = task(days=None), task(days=-3), task(days=2)

    assert rules.in_order([undated, soon, late]) == [late, soon, undated]


def test_on_one_day_an_answer_to_confirm_comes_before_a_cycle() -> None:
    study, confirm = task(Kind.STUDY), task(Kind.CONFIRM)

    assert rules.in_order([study, confirm]) == [confirm, study]


def test_what_is_due_later_is_no_matter_of_this_week() -> None:
    soon, later = task(days=7), task(days=8)

    assert rules.this_week([later, soon], TODAY) == [soon]


def test_who_waits_for_an_answer_is_told_of_a_week_earlier() -> None:
    soon, later = task(Kind.CONFIRM, days=14), task(Kind.CONFIRM, days=15)

    assert rules.this_week([later, soon], TODAY) == [soon]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(Task, st.sampled_from(Kind), st.uuids(), st.text(max_size=5), st.none() | st.dates()),
        max_size=8,
    )
)
def test_ordering_keeps_every_task_and_is_stable(tasks: list[Task]) -> None:
    ordered = rules.in_order(tasks)

    assert sorted(ordered, key=repr) == sorted(tasks, key=repr)
    assert rules.in_order(ordered) == ordered


@pytest.mark.parametrize(
    ("days", "words"), [(1, ""), (0, "Today"), (-1, "1 day late"), (-4, "4 days late"), (None, "")]
)
def test_how_late_it_is(days: int | None, words: str) -> None:
    assert rules.due_words(task(days=days), TODAY) == words


def test_nothing_grows_late_or_presses_in_a_break() -> None:
    breaks = breaks_from([(TODAY - timedelta(days=9), TODAY)])
    due, before = task(days=-10), task(days=-11)

    assert (rules.due_words(due, TODAY, breaks), rules.is_pressing(due, TODAY, breaks)) == ("", False)
    assert rules.due_words(before, TODAY, breaks) == "1 day late"


def test_only_what_is_due_bears_the_highlighter() -> None:
    assert [rules.is_pressing(task(days=days), TODAY) for days in (-1, 0, 1, None)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_words_and_its_cost(kind: Kind) -> None:
    one = task(kind, title="100% of plans")

    assert "100% of plans" in rules.heading(one)
    assert rules.button(one)
    assert rules.cost(one).startswith("About ")


def test_the_lede_of_the_drawn_page() -> None:
    week = Week(
        tasks=[task(Kind.STUDY), task(Kind.COUNT), task(Kind.CONFIRM)],
        returned=[Returned("Coaches are pulled to cover classes", "The State")],
        statuses={"missed": 2, "slipped": 1, "met": 3},
    )

    assert rules.lede(week) == (
        "Three things need you, about six minutes in all. The State has answered “Coaches are pulled to "
        "cover classes”. Two milestones were missed and one has slipped back."
    )


def test_a_quiet_week_says_so() -> None:
    assert rules.lede(Week()) == "Nothing needs you this week."


def test_a_hub_reads_what_waits_and_what_slipped_below() -> None:
    week = Week(tasks=[task(Kind.ANSWER)], waiting=12, late=3, below={"slipped": 4, "missed": 9})

    assert rules.lede(week) == (
        "One thing needs you, about five minutes in all. 12 items from below wait with you, 3 past your "
        "promise. In the teams that lift to you, 9 milestones were missed and 4 have slipped back."
    )


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ({"slipped": 1}, "One milestone has slipped back."),
        ({"slipped": 2, "at_risk": 1}, "Two milestones have slipped back and one is at risk."),
        ({"at_risk": 1}, "One milestone is at risk."),
        (
            {"missed": 1, "slipped": 1, "at_risk": 2},
            "One milestone was missed, one has slipped back and two are at risk.",
        ),
        ({"met": 2}, "Every milestone due so far is met or holding."),
        ({}, ""),
    ],
)  # fmt: skip
def test_how_the_plan_stands(statuses: dict[str, int], words: str) -> None:
    assert rules.lede(Week(statuses=statuses)).removeprefix("Nothing needs you this week.").strip() == words


def test_many_minutes_are_told_in_hours() -> None:
    week = Week(tasks=[task(Kind.ANSWER)] * 25)

    assert rules.lede(week) == "25 things need you, about two hours in all."


@dataclass(frozen=True)
class Act:
    changes: dict[str, tuple[Any, Any]]


SENT = Act({"state": ("draft", "waiting"), "title": ("secret", "told")})
DRAFTED, LATER = Act({"title": (None, "secret")}), Act({"topic": ("", "time")})


def test_outsiders_read_nothing_of_the_draft() -> None:
    assert rules.public_part([LATER, SENT, DRAFTED], was_draft=True) == [LATER]


def test_what_never_left_the_draft_has_no_public_part() -> None:
    assert rules.public_part([LATER, DRAFTED], was_draft=True) == []


def test_kinds_without_drafts_are_told_whole() -> None:
    assert rules.public_part([LATER, DRAFTED], was_draft=False) == [LATER, DRAFTED]


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"is_draft": (True, False)}, True),
        ({"is_draft": (None, True)}, False),
        ({"state": (None, "draft")}, False),
        ({"state": (None, "waiting")}, True),
        ({"state": ("waiting", "answered")}, False),
        ({"locked_at": (None, "2026-02-24T19:00:00+00:00")}, True),
        ({}, False),
    ],
)
def test_when_a_thing_leaves_the_draft(changes: dict[str, tuple[Any, Any]], left: bool) -> None:
    assert rules.left_the_draft(Act(changes)) is left


def test_ids_break_ties_the_same_way_every_time() -> None:
    low, high = (Task(Kind.STEP, UUID(int=n), "Same", TODAY) for n in (1, 2))

    assert rules.in_order([high, low]) == [low, high]
