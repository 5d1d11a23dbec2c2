"""A network counted place by place."""

from hypothesis import given
from hypothesis import strategies as st

from teams.graph import Flag, Node, TeamGraph
from teams.outline import Area, Tally, level_counts, outline, teams_words, weak_parts
from tests.teams.pictures import AREAS, LARCH, STATE, TODAY, VALLEY, WEST, small


def test_each_place_counts_its_teams_and_those_of_all_places_in_it() -> None:
    tree = small().outline
    assert tree.whole[VALLEY] == Tally(teams=5, nolink=1, solo=1, stale=1)
    assert tree.whole[WEST] == tree.whole[VALLEY]
    assert tree.whole[LARCH] == Tally(teams=1)
    assert tree.whole[STATE] == tree.whole[None] == Tally(teams=7, nolink=1, solo=1, stale=1)
    assert tree.direct[STATE] == Tally(teams=1)


def test_places_stand_by_name_and_those_without_a_team_are_left_out() -> None:
    tree = small().outline
    assert tree.parts[None] == (STATE,)
    assert tree.parts[STATE] == (LARCH, WEST)
    assert tree.parts[WEST] == (VALLEY,)


def test_looking_begins_where_there_is_something_to_choose() -> None:
    assert small().outline.top == STATE
    assert small(areas=()).outline.top is None


def test_teams_outside_any_place_are_counted_for_the_network() -> None:
    tree = small(areas=(LARCH,)).outline
    assert (tree.whole[LARCH].teams, tree.parts[None]) == (1, (LARCH,))
    assert (tree.direct[None].teams, tree.whole[None].teams) == (6, 7)


def test_the_way_to_a_place_is_told_outermost_first() -> None:
    tree = small().outline
    assert [area.name for area in tree.trail(VALLEY)] == ["Altamont", "Western Slope", "Cottonwood Valley"]
    assert tree.trail(None) == []
    assert tree.inside(STATE) == {STATE, LARCH, WEST, VALLEY}
    assert tree.inside(None) == tree.inside(STATE)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_a_tally_adds_up(counts: list[int]) -> None:
    flags = dict(zip(Flag, counts, strict=True))
    tally = Tally.counted(flags)
    assert [tally.of(flag) for flag in Flag] == counts
    assert tally.plus(tally).weak == 2 * tally.weak
    assert tally.teams == sum(counts)


@given(st.lists(st.integers(-1, 5), min_size=6, max_size=6), st.lists(st.integers(0, 5), max_size=20))
def test_no_team_is_lost_or_counted_twice_in_any_tree(around: list[int], where: list[int]) -> None:
    # a place lies in one with a smaller number, or in none
    areas = {
        i: Area(i, AREAS[STATE].public_id, f"Place {i}", "district", up if 0 <= up < i else None)
        for i, up in enumerate(around)
    }
    graph = TeamGraph([Node(i, f"T{i}", "school", 3) for i in range(len(where))], [], TODAY)
    tree = outline(graph, dict(enumerate(where)), areas)
    assert tree.whole[None].teams == len(where)
    for area in areas:
        assert tree.whole[area].teams == sum(1 for place in where if place in tree.inside(area) | {area})


def test_counts_are_said_in_words() -> None:
    assert (
        level_counts({"state": 1, "school": 1136}) == "1,137 teams: one of the state and 1,136 school teams."
    )
    assert level_counts({}) == "No team yet."
    assert teams_words(Tally(1)) == "one team"
    assert teams_words(Tally(157, 10, 7)) == "157 teams, 17 with a weak link"
    assert weak_parts([(Flag.NO_WAY_UP, 3), (Flag.CHAMPION, 1)]) == (
        "3 have no way up, one rests on one or two people"
    )
