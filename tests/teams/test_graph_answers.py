"""The graph's answers about a whole network: one sentence, and whom it is about."""

from datetime import date, timedelta

import pytest

from teams.graph import Edge, Node, TeamGraph
from teams.graph_answers import Question, answer, question_words

TODAY = date(2026, 2, 24)
LONG_AGO = TODAY - timedelta(days=90)
STATE, HUB, EAST = (
    Node(1, "Altamont", "state", 6),
    Node(2, "Hub", "district", 4),
    Node(3, "East", "district", 4),
)
SCHOOLS = [Node(n, f"School {n}", "school", 1 if n == 9 else 4) for n in range(4, 10)]
LINKS = [
    Edge(2, 1, 30, TODAY),
    Edge(3, 1, 30, LONG_AGO),
    *(Edge(n, 2, 30, TODAY) for n in (4, 5, 6)),
    Edge(7, 3, 30, TODAY, open_items=2),
]
GRAPH = TeamGraph([STATE, HUB, EAST, *SCHOOLS], LINKS, TODAY)
LONE = TeamGraph([STATE], [], TODAY)


@pytest.mark.parametrize(
    ("question", "sentence", "rows"),
    [
        (Question.UNHEARD, "2 teams have no way up. Link each to a team above.", [(8, 0), (9, 0)]),
        (
            Question.SILENT,
            "One silent link is the only way up for 2 teams. Ask both ends when they last spoke.",
            [(3, 2)],
        ),
        (
            Question.LOSSES,
            "2 teams are the only way up for others, Hub for most: 3. Name stand-ins there first.",
            [(2, 3), (3, 1)],
        ),
        (Question.LOAD, "3 teams hear others. Most lift to Hub: 3 links.", [(2, 3), (1, 2), (3, 1)]),
        (
            Question.CHAMPIONS,
            "One team rests on one or two people. Invite others, so that the work outlasts a move.",
            [(9, 1)],
        ),
    ],
)
def test_an_answer_is_a_sentence_and_its_teams(
    question: Question, sentence: str, rows: list[tuple[int, int]]
) -> None:
    found = answer(GRAPH, question)
    assert found.sentence == sentence
    assert [(row.team, row.count) for row in found.rows] == rows
    assert found.total == len(rows)
    assert all(row.sentence for row in found.rows)
    assert [row.team for row in answer(GRAPH, question, 1, 1).rows] == [team for team, _n in rows[1:2]]


@pytest.mark.parametrize("question", list(Question))
def test_where_nothing_is_to_be_done_it_says_so(question: Question) -> None:
    found = answer(LONE, question)
    assert (found.total, list(found.rows)) == (0, [])
    assert found.sentence.endswith(".")


def test_what_waits_is_said_to_those_who_may_know() -> None:
    assert "2 items are open" not in answer(GRAPH, Question.LOAD).rows[2].sentence
    assert "2 items are open" in answer(GRAPH, Question.LOAD, with_items=True).rows[2].sentence


def test_every_question_has_its_words() -> None:
    assert set(question_words()) == set(Question)
