"""What a table of teams and links would do, checked row by row."""

from typing import Any

from nic_platform.importing import check, propose
from nic_platform.tabular import Table
from teams import team_table
from teams.team_table import KnownSite, KnownTeam

HEADER = ("Team", "Level", "Place", "Lifts to", "Topics", "Promise")
SITES = [
    KnownSite(1, "Alder School", "school", ("080000000001",)),
    KnownSite(2, "Birch School", "school", ()),
    KnownSite(3, "Birch School", "school", ("b-2",)),
    KnownSite(4, "Valley District", "district", ("0880",)),
    KnownSite(5, "State agency", "state", ("al",)),
]
STATE = KnownTeam(9, "State team", "state")


def plan(
    *rows: tuple[str, ...], links: tuple[tuple[int, int], ...] = (), teams: Any = (STATE,)
) -> team_table.Plan:
    filled = [(*row, *[""] * (len(HEADER) - len(row))) for row in rows]
    table = Table("teams.csv", HEADER, filled)
    checked = check(table, propose(HEADER, team_table.targets()), team_table.targets())
    return team_table.make_plan(
        checked.values, checked.problems, team_table.Register(teams, SITES), links, len(rows)
    )


def test_teams_and_links_of_a_file_find_each_other_in_any_order() -> None:
    found = plan(
        ("Alder", "School team", "080000000001", "Hub", "staffing, testing", "10"),
        ("Hub", "district", "Valley District", "State team"),
    )
    assert found.problems == []
    assert [(team.name, team.site_id) for team in found.teams.values()] == [("Alder", 1), ("Hub", 4)]
    first, second = found.links.values()
    assert (first.lower, first.upper) == (("alder", "school"), ("hub", "district"))
    assert first.values == {"topics": ["staffing", "testing"], "promised_days": 10}
    assert second.upper == ("state team", "state")


def test_a_team_with_two_links_has_two_rows_and_a_file_read_twice_changes_nothing() -> None:
    hub, alder = KnownTeam(7, "Hub", "district"), KnownTeam(8, "ALDER", "school")
    rows = (("Alder", "school", "", "Hub"), ("Alder", "school", "", "State team"))
    assert len(plan(*rows, teams=(STATE, hub, alder)).links) == 2
    again = plan(*rows, teams=(STATE, hub, alder), links=((8, 7), (8, 9)))
    assert (len(again.teams), len(again.links), again.unchanged, again.problems) == (0, 0, 2, [])


def test_every_problem_names_its_row_and_the_mend() -> None:
    found = plan(
        ("Alder", "scool", "080000000001"),
        ("Birch", "school", "Birch School"),
        ("Cedar", "school", ""),
        ("Dogwood", "school", "0880"),
        ("Elm", "school", "b-2", "Nobody"),
        ("Fir", "district", "0880", "Elm"),
        ("Gorse", "school", "080000000001", "State team", "", "soon"),
    )
    told = {problem.row: problem.sentence for problem in found.problems}
    assert told == {
        2: "Write practice, school, district, region or state.",
        3: "Several places are called that. Write its NCES id or state code.",
        4: "A new team needs its place. Fill it in.",
        5: "The network has no place of the level school by that name or code.",
        6: "No team of the network or of this file is called that.",
        7: "That team does not work above this one. A link leads upward.",
        8: "Write a number of days from 1 to 365.",
    }


def test_teams_of_one_name_at_two_levels_are_two_and_the_nearest_above_is_meant() -> None:
    found = plan(
        ("Valley", "district", "0880"),
        ("Valley", "state", "al"),
        ("Alder", "school", "080000000001", "Valley"),
    )
    assert len(found.teams) == 3
    assert [link.upper for link in found.links.values()] == [("valley", "district")]


def test_a_file_that_is_too_long_is_refused_whole() -> None:
    register = team_table.Register([], [])
    found = team_table.make_plan([], [], register, [], team_table.MOST + 1)
    assert [problem.row for problem in found.problems] == [None]
