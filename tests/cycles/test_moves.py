from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles.moves import Place, finished, given_up, gone_back, not_run, ways_back
from cycles.rules import STEPS, Outcome, Stage

Move = Callable[[Place], Place | None]
MOVES: dict[str, Move] = {
    "not run": not_run,
    "given up": given_up,
    **{f"finish {step}": partial(finished, step=step) for step in STEPS},
    **{f"back to {to}": partial(gone_back, to=to) for to in STEPS},
}
WAYS = st.lists(st.sampled_from(sorted(MOVES)), max_size=14)


def walk(names: list[str]) -> list[tuple[str, Place]]:
    """Return each move that was allowed with the place after it; what is refused changes nothing."""
    place, told = Place(), []
    for name in names:
        after = MOVES[name](place)
        if after is not None:
            place = after
            told.append((name, place))
    return told


@given(WAYS)
def test_predictions_are_open_until_do_begins_and_never_again(names: list[str]) -> None:
    told = walk(names)
    begun = [name == "finish plan" for name, _place in told]
    for at, (_name, place) in enumerate(told):
        assert place.predicts is not any(begun[: at + 1])


@given(WAYS)
def test_a_cycle_is_closed_by_an_outcome_and_only_then_has_one(names: list[str]) -> None:
    for _name, place in walk(names):
        assert (place.stage is Stage.CLOSED) is bool(place.outcome)
        assert place.outcome in {"", *Outcome}


@given(WAYS)
def test_do_study_and_act_are_never_reached_before_do_began(names: list[str]) -> None:
    for _name, place in walk(names):
        assert place.has_begun or place.stage in {Stage.PLAN, Stage.CLOSED}
        assert place.has_begun or place.outcome != Outcome.DONE


@given(WAYS)
def test_only_a_plan_that_never_began_is_a_draft(names: list[str]) -> None:
    for _name, place in walk(names):
        assert place.is_draft is (place.stage is Stage.PLAN and not place.has_begun)


@given(WAYS, st.sampled_from(STEPS))
def test_the_ways_back_that_are_offered_are_those_that_lead_somewhere(names: list[str], to: Stage) -> None:
    places = [Place(), *(place for _name, place in walk(names))]
    for place in places:
        assert (gone_back(place, to) is not None) is (to in ways_back(place))


def test_a_cycle_closed_before_it_began_can_only_be_planned_again() -> None:
    for close in (not_run, given_up):
        closed = close(Place())
        assert closed is not None
        assert ways_back(closed) == (Stage.PLAN,)


@pytest.mark.parametrize("stage", [Stage.STUDY, Stage.ACT, Stage.CLOSED])
def test_what_was_carried_out_is_never_closed_as_not_run(stage: Stage) -> None:
    assert not_run(Place(stage, "", has_begun=True)) is None
