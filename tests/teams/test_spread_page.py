"""How far changes have gone from team to team."""

from dataclasses import dataclass
from uuid import UUID

from teams import spread_page
from tests.teams.pictures import small


@dataclass(frozen=True)
class Took:
    """An adoption."""

    id: UUID
    giver: int
    taker: int
    what: str


def took(number: int, giver: int, taker: int, what: str = "Exit tickets") -> Took:
    return Took(UUID(int=number), giver, taker, what)


FOUND = [took(1, 3, 4), took(2, 4, 7, "exit tickets "), took(3, 5, 6, "Daily log"), took(4, 3, 99)]


def changes() -> list[spread_page.Change]:
    return spread_page.changes(FOUND, small().graph.nodes)


def test_adoptions_of_one_name_hang_together_from_where_they_began() -> None:
    assert [(change.what, change.origin, change.adoptions) for change in changes()] == [
        ("Daily log", 5, [(5, 6)]), ("Exit tickets", 3, [(3, 4), (4, 7)]),
    ]  # fmt: skip
    assert changes()[1].ids == {UUID(int=1), UUID(int=2)}


def test_two_teams_that_began_the_same_are_two_changes() -> None:
    found = spread_page.changes([took(1, 3, 4), took(2, 5, 6)], small().graph.nodes)
    assert [(change.origin, change.adoptions) for change in found] == [(3, [(3, 4)]), (5, [(5, 6)])]


def test_a_change_that_only_went_in_a_circle_began_with_its_first_giver() -> None:
    found = spread_page.changes([took(1, 3, 4), took(2, 4, 3)], small().graph.nodes)
    assert [(change.origin, len(change.adoptions)) for change in found] == [(3, 2)]


def test_the_page_of_a_change_says_who_took_it_from_whom() -> None:
    page = spread_page.page(small(), changes()[1])
    assert [(step.name, step.giver, step.distance) for step in page.steps] == [
        ("School 4", "School 3", 1), ("School 7", "School 4", 2),
    ]  # fmt: skip
    assert page.sentence.startswith("2 teams took this up from School 3, the farthest 2 adoptions away")
    assert str(page.wide).count("lk ok") == 2


def test_many_teams_are_counted_by_distance() -> None:
    page = small()
    drawn = spread_page._counted(page.graph.nodes, {3: 0, 4: 1, 5: 1, 7: 2}, {}, "x", narrow=False)
    assert "one adoption away" in drawn
    assert "2 teams" in drawn


def test_all_changes_are_told_in_a_sentence_a_list_and_a_table() -> None:
    picture, found = small(), changes()
    assert spread_page.sentence_of_all(found, picture.graph.nodes) == (
        "2 changes have gone from team to team. "
        "The farthest, “Exit tickets”, is 2 adoptions away from School 3."
    )
    assert spread_page.sentence_of_all([], {}).startswith("No change has gone")
    assert [bar.words for bar in spread_page.bars_of(picture, found)] == ["one team", "2 teams"]
    _header, rows = spread_page.table(picture, found)
    assert [row[3] for row in rows] == ["School 6", "School 4", "School 7"]
