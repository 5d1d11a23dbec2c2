from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from cycles.growth import Twig, beliefs, branches, confidence, roots_of, tree
from cycles.scale import Degree


@dataclass(frozen=True)
class Shoot:
    id: int
    parent_id: int | None = None


SHOOTS = st.lists(st.integers(1, 40), unique=True, max_size=12).flatmap(
    lambda ids: st.tuples(*(st.builds(Shoot, st.just(i), st.none() | st.integers(1, 40)) for i in ids))
)


def flat(twig: Twig | None) -> list[int]:
    return [] if twig is None else [twig.id, *(each for branch in twig.branches for each in flat(branch))]


@given(SHOOTS)
def test_a_tree_never_loses_a_cycle(cycles: tuple[Shoot, ...]) -> None:
    found = flat(tree(cycles))
    assert sorted(found) == sorted(each.id for each in cycles)
    assert found[:1] == [each.id for each in cycles[:1]]


@given(SHOOTS)
def test_a_cycle_grows_from_an_earlier_one(cycles: tuple[Shoot, ...]) -> None:
    order = [each.id for each in cycles]
    for number, root in roots_of(cycles).items():
        assert (root is None) == (number == order[0])
        assert root is None or order.index(root) < order.index(number)


def test_a_branch_is_what_grew_second_from_its_root() -> None:
    cycles = [Shoot(1), Shoot(2, 1), Shoot(3, 2), Shoot(4, 1), Shoot(5, 99)]
    assert branches(cycles) == [4]
    assert tree(cycles) == Twig(1, (Twig(2, (Twig(3),)), Twig(4, (Twig(5),))))
    assert tree([]) is None


def test_belief_rises_with_what_held() -> None:
    found = beliefs([["partly"], [], ["held"], ["held", "unclear"]])
    assert [each.degree for each in found] == [Degree.LOW, Degree.LOW, Degree.MEDIUM, Degree.HIGH]
    assert found[3].words == "Belief after it: high; 1 of 1 prediction held"
    assert found[1].words == "Belief after it: low; no prediction could be told"
    assert confidence(found) == "Belief rose from low to high"
    assert confidence(found[:1]) == "Belief is low"
    assert confidence([]).startswith("No prediction")
