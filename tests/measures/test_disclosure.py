"""Everything that is published of made-up states, attacked by all that follows from it."""

import numpy as np
import pytest

from measures import publishing
from measures.publishing import Hidden
from measures.suppression import Counts, Who
from tests import disclosure
from tests.disclosure import State, Var
from tests.drill import small_form

PLAIN, DRILL = (1, 2, 11), range(150)  # made-up states in the plain run, and in the drill


def state_of(seed: int) -> tuple[State, np.random.Generator]:
    """Return a made-up state, the same for a seed each time."""
    rng = np.random.default_rng(seed)
    return disclosure.make_state(rng, int(rng.choice([3, 5, 10]))), rng


@small_form(lambda params: params["seed"] in PLAIN)
@pytest.mark.parametrize("seed", DRILL)
def test_nothing_hidden_can_be_worked_out(seed: int) -> None:
    """From outside, and by somebody who knows one of the first two schools from inside."""
    state, rng = state_of(seed)
    known = disclosure.everything_published(state, rng)

    for insider in (None, *state.schools[:2]):
        assert disclosure.attack(state, known, insider).narrowed == []


def test_the_attack_works_where_totals_stand_beside_hidden_cells() -> None:
    state, _rng = state_of(1)
    assert disclosure.attack(state, disclosure.naively_published(state)).narrowed


def test_the_attack_works_where_one_who_knows_a_school_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    few: dict[Var, Counts] = {
        ("t", school, 0): Counts(count, 60) for school, count in enumerate((9, 1, 1, 25, 30))
    }
    state = State(10, {0: range(5)}, [[0]], {}, few)
    rng = np.random.default_rng(1)
    assert disclosure.attack(state, disclosure.everything_published(state, rng), 0).narrowed == []
    monkeypatch.setattr(publishing, "keep_room", lambda hidden, *_rest: len(hidden) >= 3)

    narrowed = disclosure.attack(state, disclosure.everything_published(state, rng), 0).narrowed
    assert {part[1] for part, _least, _most in narrowed} == {1, 2}


def test_room_is_what_no_insider_takes_away() -> None:
    low = [Hidden(count, 0, 9, 60) for count in (3, 6, 5, 7)]

    assert publishing.keep_room(low, Who.STUDENTS, 10)
    assert not publishing.keep_room(low[:2], Who.STUDENTS, 10)
    assert not publishing.keep_room([*low[:2], Hidden(0, 0, 9, 60)], Who.STUDENTS, 10)
