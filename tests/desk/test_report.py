"""The sentences of a report."""

from dataclasses import replace
from datetime import date

import pytest

from desk import report
from milestones.rules import Goal, Reading, Status, standing_on
from tests.desk.test_agenda_points import row

DAY = date(2026, 2, 24)
SPAN = (date(2025, 8, 18), date(2026, 5, 29))


def series(*counts: tuple[date, int]) -> report.Series:
    rows = [replace(row(date(2026, 2, 15)), id=1, strand_name="Exit tickets"),
            replace(row(date(2026, 4, 30), 95.0), id=2, strand_name="Exit tickets")]  # fmt: skip
    readings = [
        Reading(on, 100 * count / 24, on, n, count=count, population=24)
        for n, (on, count) in enumerate(counts, 1)
    ]
    standings = [standing_on(Goal(r.due_on, r.target, baseline=10.0), readings, DAY) for r in rows]
    return report.Series(rows, standings, readings)


def test_a_missed_line_says_then_now_and_next() -> None:
    found = series((date(2026, 2, 13), 19), (date(2026, 2, 23), 20))

    assert report.sentence(found, DAY) == "79% on Feb 13 against 90%. 83% on Feb 23. Next: 95% by Apr 30."


def test_a_line_that_was_met_says_when() -> None:
    found = series((date(2026, 2, 13), 22), (date(2026, 2, 23), 23))

    assert report.sentence(found, DAY) == "Met 90% on Feb 13. 96% on Feb 23. Next: 95% by Apr 30."


def test_a_line_nobody_counted() -> None:
    assert report.sentence(series(), DAY) == "Nobody counted by Feb 15. Next: 95% by Apr 30."


def test_a_hidden_line_shows_no_count() -> None:
    found = replace(series(), is_hidden=True)

    assert report.sentence(found, DAY) == "Fewer people than may be told of: no count is shown."
    assert report.make_line(found, SPAN, DAY).advice == ""


def test_a_line_draws_its_path_and_brings_its_advice() -> None:
    line = report.make_line(series((date(2026, 2, 13), 19)), SPAN, DAY)

    assert line.picture is not None
    assert "79%" in line.picture
    assert line.status == "missed"
    assert "coaching" in line.advice


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "The plan has no milestone on the board yet"),
        ([("Tickets", Status.MISSED, "up"), ("Plans", Status.SLIPPED, "")],
         "Plans: slipped back; Tickets: climbing, but late"),
        ([("A", Status.MISSED, ""), ("B", Status.AT_RISK, ""), ("C", Status.NOT_MEASURED, "")],
         "A: missed; C: not measured; 1 more is off its path"),
        ([("A", Status.MET, ""), ("B", Status.SUSTAINED, "")],
         "Every milestone due so far is met or holding"),
        ([("A", Status.MET, ""), ("B", Status.ON_TRACK, "")],
         "1 of 2 lines are met, the others are on their way"),
        ([("A", Status.PLANNED, "")], "The plan is on its way; nothing has come due that was missed"),
    ],
)  # fmt: skip
def test_the_headline_is_the_finding(lines: list[tuple[str, Status, str]], words: str) -> None:
    assert report.headline(lines) == words


def test_weeks_of_the_school_year() -> None:
    assert report.week_words(SPAN, DAY) == "week 28 of 41"
    assert report.week_words(SPAN, date(2026, 7, 1)) == ""
