"""What the team graph answers, held against walking it by hand."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from teams.graph import Edge, Flag, Node, TeamGraph
from teams.rules import LEVELS

TODAY = date(2026, 2, 24)
LONG_AGO = TODAY - timedelta(days=71)

STATE = Node(1, "Altamont Department of Education", "state", 6)
HUB = Node(2, "Cottonwood Valley hub", "district", 4, "Cottonwood Valley")
ALDER = Node(3, "Alder Creek", "school", 5, "Cottonwood Valley")
DRY = Node(4, "Dry Fork", "school", 3, "Cottonwood Valley")
EAGLE = Node(5, "Eagle Bend", "school", 3, "Cottonwood Valley")
GARNET = Node(6, "Garnet Street", "school", 1, "Cottonwood Valley")
VALLEY = [STATE, HUB, ALDER, DRY, EAGLE, GARNET]


def link(lower: Node, upper: Node, last: date = TODAY, **more: int) -> Edge:
    return Edge(lower.id, upper.id, 30, last, **more)


LINKS = [link(HUB, STATE), link(ALDER, HUB), link(EAGLE, HUB, LONG_AGO), link(GARNET, HUB)]


def valley() -> TeamGraph:
    return TeamGraph(VALLEY, LINKS, TODAY)


def test_the_path_to_the_state_is_told() -> None:
    graph = valley()
    assert graph.path_up(3) == [3, 2, 1]
    assert graph.path_sentence(3) == (
        "Alder Creek reaches Altamont Department of Education in 2 steps, through Cottonwood Valley hub."
    )
    assert (
        graph.path_sentence(2) == "Cottonwood Valley hub lifts straight to Altamont Department of Education."
    )
    assert graph.path_sentence(1).startswith("Altamont Department of Education is at the top")


def test_a_team_without_link_has_no_way_up() -> None:
    graph = valley()
    assert graph.unheard == {4}
    assert graph.flag(4) is Flag.NO_WAY_UP
    assert graph.path_sentence(4) == "Dry Fork has no one who carries barriers up. Link it to a team above."


def test_a_team_whose_link_leads_nowhere_has_no_way_up_either() -> None:
    graph = TeamGraph(VALLEY, LINKS[1:], TODAY)
    assert graph.unheard == {2, 3, 4, 5, 6}
    assert graph.unheard_sentence(3) == (
        "Alder Creek lifts to Cottonwood Valley hub, which leads no further. "
        "Link Cottonwood Valley hub to a team above."
    )


def test_an_only_way_up_that_went_silent_is_found_with_its_days() -> None:
    graph = valley()
    assert graph.silenced == {5}
    assert graph.quiet_sentence(5, 2) == (
        "Nothing has passed between Eagle Bend and Cottonwood Valley hub for 71 days. "
        "Ask both when they last spoke."
    )


def test_a_second_live_way_up_takes_a_silent_link_off_the_list() -> None:
    graph = TeamGraph(VALLEY, [*LINKS, link(EAGLE, STATE)], TODAY)
    assert graph.silenced == frozenset()
    assert graph.path_up(5) == [5, 1]


def test_a_silent_link_above_is_named_once_with_all_it_cuts_off() -> None:
    graph = TeamGraph(VALLEY, [link(HUB, STATE, LONG_AGO), *LINKS[1:]], TODAY)
    found = [quiet for quiet in graph.quiet if quiet.lower == 2]
    assert len(found) == 1
    assert set(found[0].cut_off) == {2, 3, 6}
    assert graph.cut_off_sentence(found[0]).endswith("It is the only way up for 2 other teams.")


def test_the_teams_below_are_counted_through_others() -> None:
    assert valley().below(1) == {2, 3, 5, 6}
    assert valley().below_sentence(1) == "The barriers of 4 teams can reach Altamont Department of Education."


def test_a_team_that_holds_others_up_is_an_articulation_team() -> None:
    graph = valley()
    assert graph.articulation == {1: 4, 2: 3}
    assert "3 teams lose their way up" in graph.articulation_sentence(2)


def test_champions_are_teams_of_one_or_two() -> None:
    assert valley().champions == {6}
    assert valley().champion_sentence(6).startswith("Garnet Street rests on one person.")


def test_the_load_says_whether_promises_hold() -> None:
    graph = TeamGraph(
        VALLEY, [link(ALDER, HUB, open_items=3, answered=5, in_time=2), link(EAGLE, HUB)], TODAY
    )
    assert graph.load(2).links == 2
    assert graph.load_sentence(2) == (
        "2 teams lift to Cottonwood Valley hub; 3 items are open. 2 of 5 answers came in time. "
        "Promise more days, or share the work with another team."
    )


def test_what_needs_mending_is_listed_worst_first() -> None:
    assert [(w.flag, w.team) for w in valley().weaknesses()] == [
        (Flag.NO_WAY_UP, 4),
        (Flag.SILENT, 5),
        (Flag.CHAMPION, 6),
    ]
    assert valley().weaknesses(within=[6])[0].team == 6


def test_an_empty_network_has_nothing_to_mend() -> None:
    graph = TeamGraph([], [], TODAY)
    assert graph.weaknesses() == []
    assert graph.articulation == {}


@st.composite
def networks(draw: st.DrawFn) -> TeamGraph:
    levels = draw(st.lists(st.sampled_from(LEVELS), min_size=1, max_size=10))
    nodes = [Node(i, f"Team {i}", level, draw(st.integers(0, 5))) for i, level in enumerate(levels)]
    pairs = [(a.id, b.id) for a in nodes for b in nodes if LEVELS.index(a.level) < LEVELS.index(b.level)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=15)) if pairs else []
    ages = {pair: draw(st.sampled_from([0, 60, 61, 200])) for pair in chosen}
    edges = [Edge(a, b, 30, TODAY - timedelta(days=ages[a, b])) for a, b in chosen]
    return TeamGraph(nodes, edges, TODAY)


def heard(graph: TeamGraph, *, without: int | None = None, silent_too: bool = True) -> set[int]:
    """Walk down from the top by hand."""
    reached = set(graph.tops) - {without}
    while True:
        more = {
            lower
            for lower, upper in graph.edges
            if upper in reached and lower != without and (silent_too or not graph.is_silent(lower, upper))
        }
        if more <= reached:
            return reached
        reached |= more


@settings(max_examples=60, deadline=None)
@given(networks())
def test_every_answer_equals_the_walk(graph: TeamGraph) -> None:
    everyone, loud = heard(graph), heard(graph, silent_too=False)
    assert graph.unheard == set(graph.nodes) - everyone
    assert graph.silenced == everyone - loud
    losses = {team: len(everyone - heard(graph, without=team) - {team}) for team in graph.nodes}
    assert graph.articulation == {team: lost for team, lost in losses.items() if lost}
    for team in graph.nodes:
        assert {t for t in graph.nodes if team in _reached(graph, t)} == graph.below(team)
        assert graph.path_sentence(team)


def _reached(graph: TeamGraph, start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        fresh = set(graph.above(waiting.pop())) - found
        found |= fresh
        waiting.extend(fresh)
    return found


def test_a_graph_with_loads_shares_what_was_worked_out() -> None:
    graph = TeamGraph(
        [Node(1, "State", "state", 3), Node(2, "School", "school", 3)], [Edge(2, 1, 30, TODAY)], TODAY
    )
    loaded = graph.with_loads({(2, 1): (4, 2, 1)})
    assert loaded.load(1).open_items == 4
    assert loaded.flags is graph.flags
    assert loaded.counts_below is graph.counts_below
