from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from feedback import triage
from feedback.matching import Proposal
from feedback.triage import Clock, DayCount, Origin, Origins, ThemeSum
from nic_platform.actor import Level
from teams.breaks import Breaks

TODAY = date(2026, 2, 24)
HERE = date(2026, 2, 1)


def total(theme_id: int | None, items: int = 1, late: int = 0, due_on: date | None = None) -> ThemeSum:
    return ThemeSum(theme_id, items, late, 1, due_on)


def test_a_clock_knows_age_promise_and_lateness() -> None:
    assert triage.clock(HERE, date(2026, 2, 22), TODAY) == Clock(23, 21, 2)
    assert triage.clock(HERE, None, TODAY) == Clock(23, None, 0)


def test_a_break_stops_the_clock() -> None:
    week = Breaks(((date(2026, 2, 16), date(2026, 2, 20)),))

    assert triage.clock(HERE, date(2026, 2, 27), TODAY, week) == Clock(18, 21, 0)


def test_themes_come_with_the_oldest_promise_first_then_the_largest() -> None:
    sums = [
        total(1, due_on=date(2026, 3, 1)), total(2, 2, due_on=date(2026, 2, 22)), total(None),
        total(3, 5, due_on=date(2026, 2, 22)), total(4),
    ]  # fmt: skip

    assert [each.theme_id for each in triage.in_order(sums)] == [3, 2, 1, 4]


def test_a_page_of_themes_follows_the_last_one_shown() -> None:
    themes = [total(number) for number in (3, 2, 1)]

    assert triage.page_of(themes, None, 2) == (themes[:2], True)
    assert triage.page_of(themes, 2, 2) == (themes[2:], False)
    assert triage.page_of(themes, 99, 2) == (themes[:2], True)


def test_a_panel_knows_ages_and_the_promise_that_most_share() -> None:
    sums = [ThemeSum(2, 4, 2, 3, date(2026, 2, 22))]
    days = [
        DayCount(2, HERE, date(2026, 2, 22), 2), DayCount(2, HERE, date(2026, 3, 1), 1),
        DayCount(2, TODAY, None, 1),
    ]  # fmt: skip

    [found] = triage.panels(sums, days, TODAY)

    assert (found.items, found.districts, found.late, found.oldest, found.promise) == (4, 3, 2, 23, 21)
    assert found.ages == ((0, False, 1), (23, False, 1), (23, True, 2))


@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.booleans(), st.integers(1, 3000)), min_size=1, max_size=60,
        unique_by=lambda each: each[:2],
    )
)  # fmt: skip
def test_dots_fit_their_strip_and_leave_no_age_out(ages: list[tuple[int, bool, int]]) -> None:
    longest = max(48, *(age for age, _late, _many in ages))
    panel = triage.Panel(1, sum(many for *_rest, many in ages), 1, 0, longest, 21, None, tuple(sorted(ages)))

    each = triage.reports_per_dot([panel], longest)
    dots = triage.dots(panel, each, longest)

    piles: dict[int, int] = {}
    for age, _late in dots:
        column = round(age * 35 / longest)
        piles[column] = piles.get(column, 0) + 1
    assert max(piles.values()) <= triage.DOT_ROWS + 1  # one more where a pile has both kinds
    assert {late for _age, late in dots} == {late for _age, late, _many in ages}
    assert each > 1 or len(dots) == panel.items


def test_the_lede_counts_what_waits_what_is_late_and_what_is_new() -> None:
    sums = [total(1, 2, 2), total(None)]

    assert " ".join(triage.lede(sums, {1: "Test window"})) == (
        "2 reports wait in one theme. 2 are past their promise, more than half of them about “Test window”. "
        "1 new report needs sorting."
    )
    assert triage.lede([], {}) == ["Nothing waits for an answer."]
    assert triage.lede([total(None, 3)], {}) == ["3 reports wait.", "All are within their promise."]


def test_origins_say_where_most_come_from_and_who_is_silent() -> None:
    found = Origins((Origin("Adams", 2), Origin("Bell", 1), Origin("Clear", 0)), 3)

    assert found.sentence == "100% come from 2 districts of 3"
    assert found.silent == 1
    assert Origins((), 0).sentence == "No open report comes from a district."


def test_of_too_many_districts_the_busiest_are_drawn() -> None:
    rows = tuple(Origin(f"District {number:03}", number) for number in range(300))

    drawn = Origins(rows, 900).drawn

    assert len(drawn) == triage.MOST_TILES
    assert [row.value for row in drawn] == list(range(100, 300))


def test_themes_are_proposed_by_their_words_and_those_of_their_items() -> None:
    themes = [(1, "Cover. Coaching days are lost to covering"), (2, "Test calendar")]

    assert [each.theme for each in triage.proposals("Our coach loses days. Covering", themes)] == [1]


def test_only_reports_that_say_much_the_same_are_proposed_to_go_along() -> None:
    others = [
        (1, "The test window takes our coaching days. Two weeks without meetings"),
        (2, "The window of room five does not open on hot days"),
    ]

    found = triage.alike("The January test window takes our coaching days too. Two weeks.", others)

    assert [each.theme for each in found] == [1]
    assert {"test", "window", "coaching"} <= set(found[0].words)


def test_a_long_quote_is_cut_at_a_word() -> None:
    assert triage.first_sentence("We lose nine days. Every year.") == "We lose nine days."
    assert triage.first_sentence("word " * 60).endswith("word…")


def test_nothing_stands_chosen_where_little_speaks_for_it() -> None:
    sure, little = Proposal(7, 0.5, ("window", "overlaps")), Proposal(8, 0.15, ("grades", "plan"))

    assert triage.chosen_first([sure, little]) == 7
    assert triage.chosen_first([little]) is None
    assert triage.chosen_first([]) is None


def test_of_a_district_sites_are_counted_not_districts() -> None:
    rows = (Origin("Adams Elementary", 2), Origin("Bell Middle", 0))
    found = Origins(rows, 2, Level.SCHOOL)

    assert found.sentence == "100% come from one site of 2"
    assert found.silence == (
        "Open reports by site. 1 site sent none, which may mean no barriers or no working link."
    )
    assert Origins((Origin("Adams", 1),), 1).silence == "Open reports by district."


def test_who_works_on_a_theme_here_is_a_name_or_a_count() -> None:
    @dataclass
    class Owned:
        items: int
        people: int
        name: str

    assert triage.owner_words(Owned(3, 1, "Helen"), 3) == "Helen"
    assert triage.owner_words(Owned(2, 1, "Helen"), 3) == "Helen, 2 of 3"
    assert triage.owner_words(Owned(3, 2, "Helen"), 3) == "3 of 3 have an owner"
