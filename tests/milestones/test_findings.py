"""The sentences of a milestone's page: two readings, told beside each other, that never decide each other."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from measures.charts import run_chart
from measures.reading import Kind, Variation, variation
from measures.rules import Direction
from milestones import findings
from milestones.rules import REACHED, Reading, Standing, Status
from tests.milestone_rows import make_row

DAY = date(2026, 2, 24)
FIRST = date(2025, 9, 1)


def standing(status: Status, value: float = 80.0, short: float = 10.0) -> Standing:
    latest = Reading(DAY, value, DAY, count=round(0.24 * value), population=24)
    return Standing(status, DAY, latest, DAY if short <= 0 else None, short=short)


def read(kind: Kind) -> Variation:
    return Variation(kind, "", "")


@pytest.mark.parametrize(("kind", "status"), list(product(Kind, Status)))
def test_a_title_is_one_clause_of_each_reading(kind: Kind, status: Status) -> None:
    if kind is Kind.NOTHING:
        return
    parts = findings.chart_title(read(kind), standing(status)).split("; ")

    assert parts[0] == findings.chart_title(read(kind), standing(Status.PLANNED))
    assert parts[1:] == findings.chart_title(read(Kind.ORDINARY), standing(status)).split("; ")[1:]


def test_lower_is_better_speaks_of_a_fall() -> None:
    words = findings.chart_title(read(Kind.IMPROVING), standing(Status.MET, short=0), Direction.DOWN)

    assert words == "The fall is real; the target is reached"


def test_variation_says_nothing_of_targets_and_the_target_nothing_of_chance() -> None:
    values = [10.0 + 4 * at for at in range(18)]
    told = variation(run_chart(values), [FIRST + timedelta(weeks=at) for at in range(18)])
    target = findings.target_reading(make_row(), standing(Status.MISSED))

    assert told.kind is Kind.IMPROVING
    assert "target" not in f"{told.title} {told.sentence}".lower()
    for word in ("chance", "median", "signal", "crossings"):
        assert word not in f"{target.title} {target.sentence}".lower()


@pytest.mark.parametrize("status", sorted(REACHED))
def test_an_overdue_check_of_a_reached_milestone_says_that_watching_goes_on(status: Status) -> None:
    words = findings.overdue_words(standing(status), DAY - timedelta(days=3))

    assert "Watching goes on" in words
    assert "3 days late" in words
    assert "Watching goes on" not in findings.overdue_words(standing(Status.MISSED), DAY - timedelta(days=1))
    assert findings.overdue_words(standing(status), None) == ""


@pytest.mark.parametrize("status", [Status.SLIPPED, Status.CHECK_AGAIN])
def test_a_target_that_was_reached_and_lost_is_not_called_not_reached_yet(status: Status) -> None:
    lost = replace(standing(status), reached_on=DAY - timedelta(weeks=6))

    assert findings.target_reading(make_row(), lost).title == "No longer reached."
    assert findings.target_reading(make_row(), standing(Status.MISSED)).title == "Not reached yet."
