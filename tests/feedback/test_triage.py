from dataclasses import dataclass
from datetime import date

from feedback import triage
from feedback.triage import Clock, Origin

TODAY = date(2026, 2, 24)


@dataclass
class Row:
    theme_id: int | None
    title: str = "Coaches cover classes"
    happens: str = "On 5 of 12 days. Every week."
    site_id: int = 1
    district_id: int | None = 1
    promised_on: date | None = None


@dataclass
class Theme:
    id: int
    title: str
    summary: str = ""


def timed(rows: list[Row]) -> list[tuple[triage.Waiting, Clock]]:
    return [(row, triage.clock(date(2026, 2, 1), row.promised_on, TODAY)) for row in rows]


def test_a_clock_knows_age_promise_and_lateness() -> None:
    assert triage.clock(date(2026, 2, 1), date(2026, 2, 22), TODAY) == Clock(23, 21, 2)
    assert triage.clock(date(2026, 2, 1), None, TODAY) == Clock(23, None, 0)


def test_panels_come_with_the_oldest_promise_first() -> None:
    rows = [
        Row(1, promised_on=date(2026, 3, 1)),
        Row(2, promised_on=date(2026, 2, 22), site_id=2, district_id=2),
        Row(2, promised_on=date(2026, 3, 2), site_id=3, district_id=2),
        Row(None),
    ]

    found = triage.panels(timed(rows))

    assert [(panel.theme_id, panel.items, panel.sites, panel.districts, panel.late) for panel in found] == [
        (2, 2, 2, 1, 1), (1, 1, 1, 1, 0)
    ]  # fmt: skip
    assert found[0].quote == "On 5 of 12 days."


def test_the_lede_counts_what_waits_what_is_late_and_what_is_new() -> None:
    rows = [Row(1, promised_on=date(2026, 2, 20)), Row(1, promised_on=date(2026, 2, 20)), Row(None)]

    assert " ".join(triage.lede(timed(rows), {1: "Test window"})) == (
        "2 reports wait in one theme. 2 are past their promise, more than half of them about “Test window”. "
        "1 new report needs sorting."
    )
    assert triage.lede([], {}) == ["Nothing waits for an answer."]


def test_origins_count_every_district_and_say_where_most_come_from() -> None:
    found = triage.origins([Row(1), Row(1), Row(2, district_id=2)], [(1, "Adams"), (2, "Bell"), (3, "Clear")])

    assert found == [Origin("Adams", 2), Origin("Bell", 1), Origin("Clear", 0)]
    assert triage.origin_sentence(found) == "100% come from 2 districts of 3"
    assert triage.origin_sentence([]) == "No open report comes from a district."


def test_themes_are_proposed_by_their_words_and_those_of_their_items() -> None:
    themes = [Theme(1, "Cover"), Theme(2, "Test calendar")]
    inside = [Row(1, title="Coaching days are lost to covering")]

    found = triage.proposals(Row(None, title="Our coach loses days", happens="Covering"), themes, inside)

    assert [each.theme for each in found] == [1]
