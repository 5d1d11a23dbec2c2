"""The pages of the questions."""

import pytest

from teams import question_page
from teams.graph_answers import Question
from tests.teams.pictures import small


def test_every_question_has_a_page_with_its_sentence_and_list() -> None:
    told = {question: question_page.page(small(), question) for question in Question}
    assert [line.name for line in told[Question.UNHEARD].lines] == ["School 6"]
    assert [line.name for line in told[Question.CHAMPIONS].lines] == ["School 5"]
    assert [(line.name, line.upper) for line in told[Question.SILENT].lines] == [("School 4", "Valley hub")]
    assert [line.name for line in told[Question.LOSSES].lines] == ["Valley hub"]
    assert [line.name for line in told[Question.LOAD].lines] == ["Valley hub", "Agency"]
    assert all(page.title and page.why and page.sentence for page in told.values())


@pytest.mark.parametrize("question", [Question.UNHEARD, Question.SILENT, Question.CHAMPIONS])
def test_what_is_weak_is_drawn_by_place(question: Question) -> None:
    drawn = question_page.page(small(), question).bars
    assert [(bar.name, bar.value, bar.words) for bar in drawn] == [("Western Slope", 1, "1 of 5")]


def test_what_rests_on_teams_is_drawn_by_team() -> None:
    drawn = question_page.page(small(), Question.LOAD).bars
    assert [(bar.name, bar.words, bar.is_weak) for bar in drawn] == [
        ("Valley hub", "3", False), ("Agency", "2", False),
    ]  # fmt: skip


def test_a_silent_link_leads_to_its_page() -> None:
    line = question_page.page(small(), Question.SILENT).lines[0]
    assert line.link_id == small().links[4, 2].public_id


def test_answers_come_page_by_page() -> None:
    page = question_page.page(small(), Question.LOAD, 0, limit=1)
    assert ([line.name for line in page.lines], page.after, page.total) == (["Valley hub"], 1, 2)
    assert question_page.page(small(), Question.LOAD, 1, limit=1).after is None


def test_many_places_are_summed_after_the_first_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_page, "DRAWN", 0)
    drawn = question_page.page(small(), Question.UNHEARD).bars
    assert [(bar.name, bar.words) for bar in drawn] == [("One other place", "1 of 5")]


def test_a_whole_answer_can_be_taken_away() -> None:
    header, rows = question_page.table(small(), Question.SILENT)
    assert header[3:5] == ["Lifts to", "Teams cut off"]
    assert [row[:5] for row in rows] == [["School 4", "school", "Cottonwood Valley", "Valley hub", 1]]


def test_the_network_page_has_each_question_in_short() -> None:
    assert [(short.question, short.total) for short in question_page.shorts(small().graph)] == [
        (Question.UNHEARD, 1), (Question.SILENT, 1), (Question.LOSSES, 1), (Question.LOAD, 2),
        (Question.CHAMPIONS, 1),
    ]  # fmt: skip
    assert set(question_page.titles()) == set(Question)
