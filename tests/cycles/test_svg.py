from datetime import date
from xml.etree import ElementTree

import pytest

from cycles.svg import Bar, Leg, count_axis, gantt, month_row, ramp

FIRST, LAST, TODAY = date(2025, 10, 1), date(2026, 3, 8), date(2026, 2, 24)


def rects(picture: str) -> list[dict[str, str]]:
    return [dict(e.attrib) for e in ElementTree.fromstring(picture).iter("rect")]


def test_each_bar_is_one_cycle_inside_the_drawing() -> None:
    bars = [
        Bar(1, date(2025, 9, 1), date(2025, 10, 10), "adapt"),
        Bar(2, date(2026, 3, 7), date(2026, 5, 1), "open"),
        Bar(3, date(2024, 1, 1), date(2024, 2, 1), "stop"),
    ]
    found = rects(gantt(bars, FIRST, LAST, TODAY, label="2 cycles"))
    assert [r["class"] for r in found] == ["cyc adapt", "cyc open"]
    assert all(float(r["x"]) >= 0 and float(r["x"]) + float(r["width"]) <= 520 for r in found)


def test_a_one_day_cycle_stays_readable() -> None:
    [bar] = rects(gantt([Bar(1, TODAY, TODAY, "run")], FIRST, LAST, TODAY))
    assert float(bar["width"]) >= 12


def test_month_row_is_decoration() -> None:
    assert 'aria-hidden="true"' in month_row(FIRST, LAST)
    assert ">Nov<" in month_row(FIRST, LAST)


def test_a_ramp_draws_its_legs_and_escapes_its_words() -> None:
    legs = [
        Leg(1, date(2025, 10, 6), date(2025, 10, 17), 1, "adapt"),
        Leg(2, date(2025, 10, 20), date(2026, 1, 31), 3, "adopt", words="<3 teachers>"),
        Leg(3, date(2026, 2, 9), TODAY, 2, "turn"),
    ]
    picture = ramp(
        legs,
        [(date(2026, 1, 31), 3)],
        count_axis(3, "teachers"),
        FIRST,
        LAST,
        TODAY,
        label="A ramp of 3",
        phases=[(FIRST, TODAY, "Grades K–3")],
    )
    root = ElementTree.fromstring(picture)
    kinds = [
        e.attrib["class"] for e in root.iter() if e.attrib.get("class", "").startswith(("leg", "here", "dm"))
    ]
    assert kinds == ["leg", "dm adapt", "leg", "dm adopt", "leg now", "here turn"]
    assert "&lt;3 teachers&gt;" in picture


@pytest.mark.parametrize(("highest", "top"), [(0, 1), (1, 1), (3, 3), (8, 8), (18, 20), (137, 150)])
def test_axes_end_on_a_round_number(highest: int, top: int) -> None:
    axis = count_axis(highest, "teachers")
    assert axis.top == top
    assert 2 <= len(axis.ticks) <= 5


def test_a_branch_rises_from_the_cycle_it_grew_out_of() -> None:
    days = [date(2025, 10, 6), date(2025, 11, 3), date(2025, 12, 1)]
    legs = [Leg(n, day, day, n, "adapt", grew_from=1 if n == 3 else None) for n, day in enumerate(days, 1)]
    picture = ramp(legs, [], count_axis(3, "teachers"), FIRST, LAST, TODAY)
    paths = [e.attrib["d"] for e in ElementTree.fromstring(picture).iter() if e.attrib.get("class") == "rise"]
    first, branch = (path.removeprefix("M").split("L")[0] for path in paths)
    assert first == branch
