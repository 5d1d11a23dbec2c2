"""The network page and one district's, from a graph made by hand."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from teams import roster
from teams.graph import Edge, Flag, Node, TeamGraph
from teams.graph_queries import TeamPlace

TODAY = date(2026, 2, 24)
VALLEY, LARCH = uuid4(), uuid4()


def picture() -> SimpleNamespace:
    nodes = [Node(1, "Agency", "state", 5), Node(2, "Valley hub", "district", 4)]
    nodes += [Node(i, f"School {i}", "school", 1 if i == 5 else 4) for i in range(3, 8)]
    ago = TODAY - timedelta(days=90)
    edges = [Edge(2, 1, 30, TODAY), Edge(3, 2, 30, TODAY), Edge(4, 2, 30, ago), Edge(5, 2, 30, TODAY)]
    edges += [Edge(7, 1, 30, TODAY)]
    places = {1: TeamPlace(1, uuid4(), 11)}
    for team in range(2, 7):
        places[team] = TeamPlace(
            team, UUID(int=team), 10 + team, VALLEY, "Cottonwood Valley", "Western Slope"
        )
    places[7] = TeamPlace(7, uuid4(), 17, LARCH, "Fort Larch", "Northern Front")
    return SimpleNamespace(graph=TeamGraph(nodes, edges, TODAY), places=places)


def test_the_lede_counts_levels_and_weaknesses() -> None:
    page = roster.roster(picture())
    assert page.lede == "7 teams: one of the state, one district team and 5 school teams."
    assert page.weak_words == "3 teams have a weak link"
    assert page.rest == "one has no way up, one rests on one or two people, one has a link that went quiet"


def test_districts_stand_under_their_region_with_their_dots() -> None:
    page = roster.roster(picture())
    assert [(group.name, group.teams, group.weak) for group in page.groups] == [
        ("Northern Front", 1, 0),
        ("Western Slope", 4, 3),
    ]
    row = page.groups[1].rows[0]
    assert (row.name, row.site_id) == ("Cottonwood Valley", VALLEY)
    assert 'aria-label="4 teams, 3 with a weak link"' in row.drawing


@pytest.mark.parametrize(
    ("show", "find", "teams"),
    [
        ("weak", "", 3),
        ("nolink", "", 1),
        ("solo", "", 1),
        ("stale", "", 1),
        ("", "larch", 1),
        ("", "school 3", 1),
    ],
)
def test_the_roster_can_be_narrowed(show: str, find: str, teams: int) -> None:
    page = roster.roster(picture(), show, find)
    assert sum(group.teams for group in page.groups) == teams


def test_what_needs_mending_says_what_to_do_and_where() -> None:
    fixes = roster.roster(picture()).fixes
    assert [(fix.flag, fix.team_id) for fix in fixes] == [
        (Flag.NO_WAY_UP, UUID(int=6)),
        (Flag.SILENT, UUID(int=4)),
        (Flag.CHAMPION, UUID(int=5)),
    ]
    assert fixes[0].action == "Link it to a team above"


def test_a_district_draws_its_hub_and_all_its_schools() -> None:
    page = roster.district(picture(), VALLEY, 12, {(3, 2): (2, 4, 3)}, [2])
    assert page.teams == 4
    tree = page.trees[0]
    assert [(team.name, team.note) for team in tree.teams] == [
        ("School 3", "Used a day ago"),
        ("School 4", "Quiet for 90 days"),
        ("School 5", "Rests on one person"),
        ("School 6", "No one carries barriers up"),
    ]
    assert page.load == ("3 teams lift to Valley hub; 2 items are open. 3 of 4 answers came in time.",)
    assert len(page.fixes) == 3


def test_what_waits_is_not_told_to_everybody() -> None:
    assert roster.district(picture(), VALLEY, 12, {(3, 2): (2, 4, 3)}, []).load == (
        "3 teams lift to Valley hub.",
    )


def test_a_district_without_team_of_its_own_says_so() -> None:
    page = roster.district(picture(), LARCH, 99)
    assert page.trees[0].name == "No district team"


def test_an_empty_network_says_so() -> None:
    page = roster.roster(SimpleNamespace(graph=TeamGraph([], [], TODAY), places={}))
    assert page.lede == "No team yet."
    assert page.groups == ()
