"""What may be shown of schools, whether they differ by chance, and that nothing hidden can be had back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.suppression import Show, Who
from variation import comparison
from variation.comparison import Comparison, Point, Series, Sight, compare
from variation.funnel import Zone

TODAY = date(2026, 2, 25)


def school(name: str, count: float, size: float, sight: Sight = Sight.BELOW, on: date = TODAY) -> Series:
    earlier = Point(on - timedelta(days=7), max(0, count - 1), size)
    return Series(name.lower(), name, sight, (earlier, Point(on, count, size)))


def district(*small: tuple[str, float, float], sight: Sight) -> list[Series]:
    large = [school(f"S{size}", round(size * 0.75), size, sight) for size in range(20, 40, 3)]
    return large + [school(name, count, size, sight) for name, count, size in small]


def shows(found: Comparison) -> dict[str, Show]:
    return {line.name: line.cell.show for line in found.lines}


def test_a_team_above_on_a_link_sees_few_adults() -> None:
    found = compare(district(("Tiny", 5, 8), sight=Sight.BELOW), Who.ADULTS, 10, TODAY)

    assert shows(found)["Tiny"] is Show.FULL


def test_others_do_not_and_no_second_school_is_hidden_for_the_first() -> None:
    found = compare(district(("Tiny", 5, 8), sight=Sight.NAMED), Who.ADULTS, 10, TODAY)

    assert shows(found)["Tiny"] is Show.HIDDEN
    assert [line.name for line in found.hidden] == ["Tiny"]
    assert all(line.points == () and line.cell.count is None for line in found.hidden)


def test_what_is_hidden_does_not_depend_on_the_week() -> None:
    schools = district(("Tiny", 5, 8), sight=Sight.UNNAMED)
    small_once = (*schools[0].points[:1], Point(TODAY, 3, 9))
    schools[0] = Series("s20", "S20", Sight.UNNAMED, small_once)

    weeks = [compare(schools, Who.ADULTS, 10, TODAY - timedelta(days=back)) for back in (0, 7)]

    assert shows(weeks[0]) == shows(weeks[1])


def test_the_pooled_line_holds_only_what_is_shown() -> None:
    found = compare(district(("Tiny", 5, 8), sight=Sight.NAMED), Who.ADULTS, 10, TODAY)

    assert found.pooled[-1].population == sum(line.cell.population or 0 for line in found.shown)


@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 1)), min_size=1, max_size=12))
def test_nothing_put_together_holds_a_hidden_school(sizes: list[tuple[int, float]]) -> None:
    schools = [school(f"S{at}", round(n * s), n, Sight.UNNAMED) for at, (n, s) in enumerate(sizes)]
    kept = [each for each, (size, _share) in zip(schools, sizes, strict=True) if size >= 10]

    found, without = (compare(some, Who.ADULTS, 10, TODAY) for some in (schools, kept))

    assert (found.pooled, found.mean, found.phi) == (without.pooled, without.mean, without.phi)


def test_students_are_hidden_even_from_the_hub() -> None:
    schools = [school("Few", 4, 60), *[school(f"S{n}", 25, 60 + n) for n in range(4)]]

    found = compare(schools, Who.STUDENTS, 10, TODAY)

    assert shows(found)["Few"] is Show.LOW
    assert next(line for line in found.lines if line.name == "Few").cell.count is None


def test_the_own_team_sees_its_own_students() -> None:
    schools = [school("Few", 4, 60, Sight.OWN), *[school(f"S{n}", 25, 60 + n) for n in range(4)]]

    assert shows(compare(schools, Who.STUDENTS, 10, TODAY))["Few"] is Show.FULL


def test_schools_outside_chance_are_named_and_the_rest_is_not() -> None:
    schools = [school(f"S{n}", 24, 32) for n in range(8)] + [school("High", 40, 40), school("Low", 12, 40)]

    found = compare(schools, Who.ADULTS, 10, TODAY)

    assert [line.name for line in found.high] == ["High"]
    assert [line.name for line in found.low] == ["Low"]
    assert {line.zone for line in found.shown if line.name.startswith("S")} == {Zone.INSIDE}
    assert found.phi is not None


def test_two_schools_are_shown_and_not_judged() -> None:
    found = compare([school("A", 4, 30), school("B", 28, 30)], Who.ADULTS, 10, TODAY)

    assert (found.mean, found.phi, len(found.shown)) == (None, None, 2)


def test_an_old_count_is_not_held_against_this_week() -> None:
    old = school("Old", 4, 30, on=TODAY - timedelta(days=40))
    found = compare(
        [old, school("A", 20, 30), school("B", 22, 30), school("C", 21, 30)], Who.ADULTS, 10, TODAY
    )

    assert [line.name for line in found.uncounted] == ["Old"]
    assert len(found.shown) == 3


def test_pooling_for_analysts_needs_enough_schools_and_names_none() -> None:
    found = compare(district(sight=Sight.UNNAMED), Who.ADULTS, 10, TODAY)

    assert comparison.pooled_only(found, 5).lines == ()
    assert comparison.pooled_only(found, 5).mean == found.mean
    assert comparison.pooled_only(found, 50) == Comparison(())


def test_choosing_a_grade_span_judges_nothing_anew() -> None:
    series = [Series(s.key, s.name, s.sight, s.points, (), "K-5" if at % 2 else "6-8")
              for at, s in enumerate(district(sight=Sight.BELOW))]  # fmt: skip
    whole = compare(series, Who.ADULTS, 10, TODAY)

    some = comparison.only(whole, "K-5")

    assert some.mean == whole.mean
    assert {line.group for line in some.lines} == {"K-5"}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Alder Creek Elementary", "Alder Creek"),
        ("Cañon Vista K–8", "Cañon Vista"),
        ("Academy", "Academy"),
        ("Old Mill High School", "Old Mill"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert comparison.short_name(name) == short


def test_weeks_are_mondays_latest_first() -> None:
    assert comparison.weeks_of([school("A", 1, 30)], TODAY) == [date(2026, 2, 23), date(2026, 2, 16)]
