"""The page's drawings: panels by name, hidden ones with their reason, estimates by name unless asked."""

from datetime import date, timedelta

from measures.suppression import Cell, Show, Who
from variation import panels
from variation.comparison import Point, Series, Sight, Step, compare

TODAY = date(2026, 2, 25)
SPAN = (date(2025, 9, 1), date(2026, 5, 29))


def school(name: str, count: float, size: float, sight: Sight = Sight.BELOW, back: int = 0) -> Series:
    points = (
        Point(TODAY - timedelta(days=back + 7), count, size),
        Point(TODAY - timedelta(days=back), count, size),
    )
    return Series(name, f"{name} Elementary", sight, points, (Step(date(2026, 2, 15), 90.0),))


SCHOOLS = [
    school("A", 20, 30),
    school("B", 21, 30),
    school("C", 39, 40),
    school("D", 5, 40),
    school("E", 20, 30, back=60),
]
FOUND = compare(SCHOOLS, Who.ADULTS, 10, TODAY)


def test_there_is_a_panel_for_every_school_and_one_for_all() -> None:
    made = panels.panels(FOUND, SPAN, "teachers", Who.ADULTS, 10)

    assert [panel.name for panel in made] == ["A", "B", "C", "D", "E", "All shown"]
    assert made[0].drawing is not None
    assert "67 percent of 30 teachers, target 90 percent" in made[0].drawing
    assert made[4].hidden == "Nothing counted in four weeks"


def test_flags_stand_only_outside_the_funnel() -> None:
    made = panels.panels(FOUND, SPAN, "teachers", Who.ADULTS, 10)

    assert [panel.flag for panel in made[:4]] == ["", "", "up", "down"]


def test_hidden_panels_say_why_and_hold_no_numbers() -> None:
    found = compare(
        [*SCHOOLS, school("Tiny", 3, 8, Sight.UNNAMED), school("T2", 4, 9, Sight.UNNAMED)],
        Who.ADULTS,
        10,
        TODAY,
    )

    made = panels.panels(found, SPAN, "teachers", Who.ADULTS, 10)

    assert [p.hidden for p in made if p.name in ("Tiny", "T2")] == ["Fewer than 10 adults"] * 2
    assert all(p.drawing is None and p.size == "" for p in made if p.name in ("Tiny", "T2"))


def test_estimates_come_by_name_unless_asked() -> None:
    by_name, axis = panels.caterpillar(FOUND)
    by_estimate, _ = panels.caterpillar(FOUND, by_estimate=True)

    assert [row.name for row in by_name] == ["A", "B", "C", "D"]
    assert [row.name for row in by_estimate] == ["C", "B", "A", "D"]
    assert axis is not None


def test_below_three_schools_nothing_is_estimated_or_drawn() -> None:
    few = compare(SCHOOLS[:2], Who.ADULTS, 10, TODAY)

    assert panels.caterpillar(few) == ([], None)
    assert panels.funnels(few, "Teachers", "", spread=False) is None


def test_both_funnels_are_drawn() -> None:
    assert panels.funnels(FOUND, "Teachers", "words", spread=True) is not None


def test_short_words_of_dense_tables() -> None:
    cells = [Cell(Show.HIDDEN), Cell(Show.ALSO_HIDDEN), Cell(Show.LOW, population=41, bound=21.95)]

    assert [panels.short_words(cell, 10) for cell in cells] == ["n < 10", "also hidden", "≤ 22%"]
