from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles.rules import (
    STEPS,
    Facts,
    Guess,
    QuickLog,
    Stage,
    is_draft,
    may_abandon,
    may_close_as_not_run,
    may_go_back,
    missing,
    next_stage,
    reached,
    to_full,
    to_quick,
    waiting_step,
)

FULL = Facts(
    milestones=1,
    aim="Tickets in short blocks",
    change="One item on the last slide",
    who="Three teachers",
    scale="teachers",
    starts_on=date(2026, 2, 9),
    ends_on=date(2026, 2, 24),
    carried_out="planned",
    observations="Students liked the timer.",
    learned="The time fits.",
    decision="adapt",
    next_step="Stem inside the box",
    predictions=(Guess(question="How many days?", number=75, result_number=79),),
)


def test_steps_follow_one_another() -> None:
    assert [next_stage(stage) for stage in Stage] == [
        Stage.DO,
        Stage.STUDY,
        Stage.ACT,
        Stage.CLOSED,
        Stage.CLOSED,
    ]


@given(st.sampled_from(Stage), st.sampled_from(Stage))
def test_going_back_leads_to_earlier_stages_only(current: Stage, wanted: Stage) -> None:
    assert may_go_back(current, wanted) is (wanted.rank < current.rank)


@pytest.mark.parametrize("step", STEPS)
def test_a_full_cycle_may_finish_every_step(step: Stage) -> None:
    assert missing(step, FULL) == {}


@pytest.mark.parametrize(
    ("step", "change", "field"),
    [
        (Stage.PLAN, {"milestones": 0}, "milestones"),
        (Stage.PLAN, {"change": " "}, "change"),
        (Stage.PLAN, {"aim": ""}, "aim"),
        (Stage.PLAN, {"who": ""}, "who"),
        (Stage.PLAN, {"scale": ""}, "scale"),
        (Stage.PLAN, {"starts_on": None}, "starts_on"),
        (Stage.PLAN, {"ends_on": date(2026, 2, 8)}, "ends_on"),
        (Stage.PLAN, {"predictions": ()}, "predictions"),
        (Stage.PLAN, {"predictions": (Guess(question="How many?"),)}, "predictions"),
        (Stage.DO, {"carried_out": ""}, "carried_out"),
        (Stage.DO, {"observations": ""}, "observations"),
        (Stage.STUDY, {"predictions": (Guess(question="How many?", number=3),)}, "results"),
        (Stage.STUDY, {"learned": ""}, "learned"),
        (Stage.ACT, {"decision": ""}, "decision"),
        (Stage.ACT, {"next_step": ""}, "next_step"),
    ],
)
def test_each_step_names_what_it_still_needs(step: Stage, change: dict[str, object], field: str) -> None:
    assert list(missing(step, replace(FULL, **change))) == [field]  # type: ignore[arg-type]  # any field


def test_one_question_without_a_prediction_holds_the_plan_up() -> None:
    guesses = (Guess(question="How many?", number=3), Guess(question="How long?"))
    assert "no prediction yet" in missing(Stage.PLAN, replace(FULL, predictions=guesses))["predictions"]


def test_a_quick_log_asks_for_less() -> None:
    quick = Facts(
        is_quick=True,
        milestones=1,
        change="A timer",
        observations="It fit.",
        learned="It fits.",
        decision="adapt",
        predictions=(Guess(expected="It fits"),),
    )
    assert reached(quick) is Stage.CLOSED
    assert reached(replace(quick, decision="")) is Stage.ACT
    assert reached(replace(quick, observations="", learned="")) is Stage.DO
    assert reached(replace(quick, is_quick=False)) is Stage.PLAN


words = st.text(max_size=30)


@given(
    st.builds(
        QuickLog,
        change=words,
        prediction=words,
        happened=words,
        learned=words,
        decision=st.sampled_from(["", "adopt", "adapt", "abandon", "test_again"]),
        verdict=st.sampled_from(["", "held", "partly", "not_held", "unclear"]),
    )
)
def test_a_quick_log_grows_into_the_full_form_and_nothing_is_lost(log: QuickLog) -> None:
    fields, guess = to_full(log)
    again = to_quick(fields, guess)
    kept = replace(log, learned="" if log.learned == log.happened else log.learned)
    assert again == kept
    assert guess.result == log.happened


@pytest.mark.parametrize(
    ("stage", "outcome", "begun", "draft"),
    [
        (Stage.PLAN, "", False, True),
        (Stage.PLAN, "", True, False),
        (Stage.DO, "", True, False),
        (Stage.CLOSED, "not_run", False, False),
    ],
)
def test_only_a_plan_that_never_began_is_a_draft(
    stage: Stage, outcome: str, begun: bool, draft: bool
) -> None:
    assert is_draft(stage, outcome, begun) is draft


def test_not_run_is_for_cycles_that_were_not_carried_out() -> None:
    assert may_close_as_not_run(Stage.PLAN, has_begun=False)
    assert may_close_as_not_run(Stage.DO, has_begun=True)
    assert not may_close_as_not_run(Stage.STUDY, has_begun=True)
    assert not may_close_as_not_run(Stage.CLOSED, has_begun=False)


def test_a_cycle_can_be_given_up_until_it_is_closed() -> None:
    assert [may_abandon(stage) for stage in Stage] == [True, True, True, True, False]


def test_a_step_needs_you_from_its_day_on() -> None:
    start, end = date(2026, 2, 9), date(2026, 2, 24)
    assert not waiting_step(Stage.STUDY, start, end, date(2026, 2, 23)).needs_you
    assert waiting_step(Stage.STUDY, start, end, end).needs_you
    assert waiting_step(Stage.PLAN, start, end, start).needs_you
    assert not waiting_step(Stage.CLOSED, start, end, end).needs_you
