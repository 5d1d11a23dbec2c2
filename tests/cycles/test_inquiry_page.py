from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cycles import inquiry_export, inquiry_svg, inquiry_words
from cycles.health import KEYS, Inquiry, Year
from cycles.inquiry_page import Page, View, page_of

YEARS = [
    Year(f"{year}-{(year + 1) % 100}", date(year, 8, 1), date(year + 1, 7, 31)) for year in (2023, 2024, 2025)
]
TODAY = date(2026, 6, 1)
POOLED = View(by_name=False, with_spread=True, minimum=10)


def cycle(year: int, team: int = 1, predicted: bool = True) -> Inquiry:
    day = date(year, 10, 1)
    return Inquiry(None, 1, True, False, predicted, starts_on=day, ends_on=day, team=team)


def page(cycles: list[Inquiry], view: View = POOLED, chosen: str = "") -> Page:
    numbered = [Inquiry(**{**each.__dict__, "id": place}) for place, each in enumerate(cycles, 1)]
    return page_of(numbered, [], YEARS, TODAY, view, chosen)


def test_whoever_reads_by_name_sees_the_smallest_year() -> None:
    found = page([cycle(2024), cycle(2025), cycle(2025)], View(), "2024-25")
    assert found.began == 1
    assert found.current[1].share.count == 1


def test_a_pool_of_few_teams_is_hidden_altogether() -> None:
    found = page([cycle(2024, team) for team in range(4) for _ in range(9)])
    assert not found.shares
    assert found.began is None


def test_a_year_of_few_teams_hides_the_years_and_keeps_the_whole() -> None:
    cycles = [cycle(2024, team) for team in range(5) for _ in range(4)] + [cycle(2025)] * 12
    found = page(cycles)
    assert found.began == 32
    assert all(line.shown is None for name in found.years for line in found.lines[name])


@given(
    st.lists(st.tuples(st.sampled_from([2023, 2024, 2025]), st.integers(1, 8), st.booleans()), max_size=80)
)
def test_no_hidden_year_can_be_had_by_subtraction(rows: list[tuple[int, int, bool]]) -> None:
    found = page([cycle(*row) for row in rows])
    for at in range(len(KEYS)):
        lines = [found.lines[name][at] for name in found.years]
        total, hidden = found.lines[""][at], [line for line in lines if line.shown is None]
        assert all(line.share.of >= POOLED.minimum for line in lines if line.shown and line.share.of)
        if total.shown and hidden:
            assert len(hidden) > 1
            assert sum(line.share.of for line in hidden) >= POOLED.minimum
    assert not found.trends


def test_what_is_hidden_on_the_page_is_empty_in_the_table() -> None:
    header, rows = inquiry_export.table(page([cycle(2024)] * 30))
    assert {row[header.index("Count")] for row in rows} == {None}
    assert all(row[-1] for row in rows)


def test_a_bar_of_a_hidden_share_says_so_and_draws_none() -> None:
    drawing = inquiry_svg.bars([None], ["act"], "Hidden")
    assert "hidden" in drawing
    assert 'class="share' not in drawing
    shown = inquiry_svg.bars([page([cycle(2024)], View()).current[1].shown], ["prediction"], "One")
    assert 'class="share few"' in shown
    assert "1 of 1 (100%)" in shown


def test_every_share_has_its_words() -> None:
    for key in KEYS:
        assert inquiry_words.title(key)
        assert inquiry_words.how(key)
        assert inquiry_words.advice(key)
    assert [inquiry_words.sentence(line.share)[:2] for line in page([], View()).current] == ["No"] * 3 + [
        "Th",
        "No",
    ]


def test_fewer_than_five_teams_are_not_set_beside_each_other() -> None:
    def spreads(teams: int) -> int:
        cycles = [
            Inquiry(None, 1, True, False, True, id=at + 1, team=at % teams, starts_on=date(2026, 2, 1))
            for at in range(5 * teams)
        ]
        return len(page_of(cycles, [], [], date(2026, 3, 1), View(with_spread=True)).spreads)

    assert spreads(4) == 0
    assert spreads(5) == 3
