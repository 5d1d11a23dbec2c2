"""Searches over links, held against trying every way."""

import itertools
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from teams import graph_ways

Links = dict[tuple[int, int], bool]


@st.composite
def links(draw: st.DrawFn) -> Links:
    """Draw links (lower, upper), each silent or not; a lower number works at a lower level."""
    pairs = st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] < pair[1])
    return draw(st.dictionaries(pairs, st.booleans(), max_size=16))


def sides(drawn: Links) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    above: dict[int, list[int]] = {}
    feeders: dict[int, list[int]] = {}
    for lower, upper in drawn:
        above.setdefault(lower, []).append(upper)
        feeders.setdefault(upper, []).append(lower)
    return above, feeders


def every_way(team: int, tops: set[int], above: dict[int, list[int]]) -> Iterator[list[int]]:
    if team in tops:
        yield [team]
    for upper in above.get(team, ()):
        yield from ([team, *way] for way in every_way(upper, tops, above))


def cost(way: list[int], drawn: Links) -> tuple[int, int]:
    steps = list(itertools.pairwise(way))
    return sum(drawn[step] for step in steps), len(steps)


@settings(max_examples=80)
@given(links())
def test_the_way_has_fewest_silent_links_then_fewest_steps(drawn: Links) -> None:
    above, feeders = sides(drawn)
    ways = graph_ways.ways_up([7, 8], feeders, lambda lower, upper: drawn[lower, upper])
    for team in range(9):
        found = graph_ways.way_of(team, ways)
        tried = [cost(way, drawn) for way in every_way(team, {7, 8}, above)]
        assert bool(found) == bool(tried)
        if found:
            assert cost(found, drawn) == min(tried)
            silent = [step for step in itertools.pairwise(found) if drawn[step]]
            assert ways[team].first_silent == (silent[0] if silent else None)


@settings(max_examples=80)
@given(links())
def test_teams_below_are_counted_once_each(drawn: Links) -> None:
    above, feeders = sides(drawn)
    below = {team: graph_ways.reached([team], feeders) - {team} for team in range(9)}
    assert graph_ways.counts_below(above) == {team: len(teams) for team, teams in below.items() if teams}


def test_a_circle_stops_no_search() -> None:
    round_about = {1: [2], 2: [1]}
    assert graph_ways.reached([1], round_about) == {1, 2}
    assert set(graph_ways.ways_up([1], round_about, lambda *_: False)) == {1, 2}


def test_each_team_is_settled_once_however_many_ways_there_are() -> None:
    layers = [range(at, at + 20) for at in range(0, 120, 20)]  # 20^5 ways, 2,000 links
    feeders = {upper: list(low) for low, high in itertools.pairwise(layers) for upper in high}
    asked: list[tuple[int, int]] = []

    def silent(lower: int, upper: int) -> bool:
        asked.append((lower, upper))
        return False

    assert len(graph_ways.ways_up(layers[-1], feeders, silent)) == 120
    assert len(asked) <= 2000
