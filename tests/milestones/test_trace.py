from datetime import date, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from milestones.trace import Gap, Milestone, Part, Plan, Trial, gaps, lede, sentence, tree

TODAY = date(2026, 2, 24)


def part(number: int, parent: int | None = None) -> Part:
    return Part(number, UUID(int=number), f"Part {number}", parent)


def milestone(
    number: int,
    strategy: int | None = 1,
    *,
    counts: int = 3,
    days: int = -30,
    is_draft: bool = False,
    goal: int | None = None,
) -> Milestone:
    return Milestone(
        number, UUID(int=number), f"Milestone {number}", "80%", "Strand", strategy, "on_track", counts, None,
        TODAY + timedelta(days=days), is_draft, goal,
    )  # fmt: skip


def trial(*milestones: int) -> Trial:
    return Trial(uuid4(), "Stem", "do", "", frozenset(milestones), not milestones)


WHOLE = Plan(
    priorities=[part(1)], causes=[part(1, 1)], strategies=[part(1, 1)], milestones=[milestone(1)],
    targets=[part(1, 1)], steps=[part(1, 1)], trials=[trial(1)],
)  # fmt: skip


def found(plan: Plan) -> dict[Gap, int]:
    return {each.gap: len(each.things) for each in gaps(plan, TODAY)}


def test_a_whole_line_has_no_gap() -> None:
    assert found(WHOLE) == {}
    assert lede(()) == "Every part answers the one before it: the line holds from priority to measurement."


def test_every_break_is_found_where_it_is() -> None:
    broken = Plan(
        priorities=[part(1), part(2)],
        causes=[part(1, 1), part(2, 1)],
        strategies=[part(1, 1), part(2, None)],
        milestones=[
            milestone(1),
            milestone(2),
            milestone(3, None, counts=0),
            milestone(4, None, goal=7),
        ],
        targets=[part(1, 1), part(2, 2), part(3, None)],
        steps=[part(1, 1), part(2, None), part(3, 99)],
        trials=[trial(1, 4), trial()],
        goals=[part(7)],
    )

    assert found(broken) == {
        Gap.PRIORITY: 1,
        Gap.CAUSE: 1,
        Gap.LOOSE: 1,
        Gap.EMPTY: 1,
        Gap.UNSERVED: 2,
        Gap.UNSORTED: 1,
        Gap.UNTESTED: 2,
        Gap.UNMEASURED: 1,
        Gap.STEP: 2,
        Gap.LOST: 1,
    }
    assert gaps(broken, TODAY)[0].things == ((UUID(int=2), "Part 2"),)


def test_what_has_not_begun_need_not_be_measured_and_a_draft_need_not_be_tested() -> None:
    ahead = Plan(strategies=[part(1, None)], milestones=[milestone(1, counts=0, days=1)], trials=[trial(1)])
    draft = Plan(milestones=[milestone(1, counts=0, is_draft=True)])

    assert Gap.UNMEASURED not in found(ahead)
    assert not {Gap.UNTESTED, Gap.UNMEASURED} & set(found(draft))


def test_gaps_are_sentences() -> None:
    assert sentence(Gap.UNTESTED, 4) == "4 milestones have no test behind them."
    assert sentence(Gap.UNTESTED, 1) == "1 milestone has no test behind it."
    assert sentence(Gap.UNSERVED, 1) == "1 target has no milestone that serves it."
    assert all(sentence(gap, number) for gap in Gap for number in (1, 2))


parents = st.none() | st.integers(1, 4)
several = st.lists(parents, max_size=4)


@given(
    causes=several,
    strategies=several,
    rows=several,
    targets=several,
    trials=st.lists(st.sets(st.integers(1, 5))),
)
def test_every_part_stands_in_the_tree_once_and_gaps_name_only_what_is_there(
    causes: list[int | None],
    strategies: list[int | None],
    rows: list[int | None],
    targets: list[int | None],
    trials: list[set[int]],
) -> None:
    def parts(found: list[int | None]) -> list[Part]:
        return [part(number, parent) for number, parent in enumerate(found, 1)]

    plan = Plan(
        priorities=[part(number) for number in range(1, 5)],
        causes=[part(number, parent or 1) for number, parent in enumerate(causes, 1)],
        strategies=parts(strategies),
        milestones=[milestone(number, parent) for number, parent in enumerate(rows, 1)],
        targets=parts(targets),
        trials=[trial(*numbers) for numbers in trials],
    )

    line = tree(plan)

    nested = [node for priority in line.priorities for cause in priority.causes for node in cause.strategies]
    shown = [*nested, *line.strategies]
    assert sorted(node.part.id for node in shown) == [each.id for each in plan.strategies]
    inside = [node.milestone.id for strategy in shown for node in strategy.milestones]
    assert sorted([*inside, *(node.milestone.id for node in line.milestones)]) == [
        m.id for m in plan.milestones
    ]
    aims = [each.id for strategy in shown for each in strategy.targets] + [each.id for each in line.targets]
    assert sorted(aims) == [each.id for each in plan.targets]
    assert all(each.things for each in gaps(plan, TODAY))


def test_milestones_of_a_goal_stand_under_it_until_it_is_gone() -> None:
    rows = [milestone(n, None, goal=goal) for n, goal in ((1, 7), (2, 7), (3, 8), (4, None))]
    plan = Plan(milestones=rows, goals=[part(7)])

    line = tree(plan)

    assert [[node.milestone.id for node in each.milestones] for each in line.goals] == [[1, 2]]
    assert [node.milestone.id for node in line.goalless] == [3]
    assert [node.milestone.id for node in line.milestones] == [4]
    assert found(plan)[Gap.UNSORTED] == 2
