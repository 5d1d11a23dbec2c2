"""A network place by place, and its teams as a list."""

import pytest

from teams import places_page
from teams.graph import Flag
from teams.places_page import Wanted
from tests.teams.pictures import LARCH, STATE, VALLEY, WEST, small


def test_a_place_shows_its_parts_by_name_and_its_own_teams_last() -> None:
    page = places_page.places(small().outline, STATE)
    assert [(row.name, row.tally.teams, row.is_mostly_weak) for row in page.rows] == [
        ("Fort Larch", 1, False), ("Western Slope", 5, True), ("At Altamont itself", 1, False),
    ]  # fmt: skip
    assert page.sentence == (
        "7 teams, 3 with a weak link: one has no way up, one rests on one or two people, "
        "one has a link that went quiet."
    )
    assert (page.count, page.after) == (2, None)


def test_places_come_page_by_page() -> None:
    first = places_page.places(small().outline, STATE, 0, 1)
    assert ([row.name for row in first.rows], first.after) == (["Fort Larch"], 1)
    rest = places_page.places(small().outline, STATE, 1, 1)
    assert ([row.name for row in rest.rows], rest.after) == (["Western Slope", "At Altamont itself"], None)


@pytest.mark.parametrize(
    ("wanted", "teams"),
    [
        (Wanted(), [1, 2, 3, 4, 5, 6, 7]),
        (Wanted(show="weak"), [4, 5, 6]),
        (Wanted(show="nolink"), [6]),
        (Wanted(show="ok", level="school"), [3, 7]),
        (Wanted(level="district"), [2]),
        (Wanted(find=" LARCH "), [7]),
        (Wanted(find="western"), [2, 3, 4, 5, 6]),
        (Wanted(area=WEST, show="weak"), [4, 5, 6]),
        (Wanted(area=STATE, only_direct=True), [1]),
        (Wanted(area=LARCH), [7]),
        (Wanted(find="nothing like it"), []),
    ],
)
def test_the_list_can_be_narrowed(wanted: Wanted, teams: list[int]) -> None:
    assert list(places_page.wanted_teams(small(), wanted)) == teams


def test_each_team_says_how_its_voice_gets_up() -> None:
    page = places_page.teams(small(), Wanted())
    assert [(line.flag, line.note) for line in page.lines] == [
        (Flag.FINE, "At the top"), (Flag.FINE, "Lifts to Agency"), (Flag.FINE, "Lifts to Valley hub"),
        (Flag.SILENT, "Nothing passed for 90 days"), (Flag.CHAMPION, "Rests on one person"),
        (Flag.NO_WAY_UP, "Nobody above hears it"), (Flag.FINE, "Lifts to Agency"),
    ]  # fmt: skip
    assert page.lines[2].place == "Cottonwood Valley, Western Slope"


def test_the_list_comes_page_by_page_and_counts_all() -> None:
    page = places_page.teams(small(), Wanted(area=VALLEY), 3, 2)
    assert ([line.team for line in page.lines], page.total, page.after) == ([5, 6], 5, None)
    assert places_page.teams(small(), Wanted(), 0, 2).after == 2
    assert places_page.teams(small(), Wanted(show="nolink")).sentence == "One team: one has no way up."


def test_teams_and_places_can_be_taken_away() -> None:
    header, rows = places_page.table(small(), [4, 6])
    assert header[0] == "Team"
    assert rows == [
        ["School 4", "school", "Cottonwood Valley", "Western Slope", 4, "Gone quiet", 2, "Valley hub", 0],
        ["School 6", "school", "Cottonwood Valley", "Western Slope", 4, "No way up", None, "", 0],
    ]
    header, rows = places_page.places_table(small().outline, STATE)
    assert header == [
        "Place",
        "Level",
        "Teams",
        "No way up",
        "One or two people",
        "Gone quiet",
        "Linked and active",
    ]
    assert rows[1] == ["Western Slope", "region", 5, 1, 1, 1, 2]


def test_teams_in_no_place_have_a_row_of_their_own() -> None:
    page = places_page.places(small(areas=()).outline, None)
    assert [(row.name, row.tally.teams) for row in page.rows] == [("In no place", 7)]
