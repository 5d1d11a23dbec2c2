"""What the comparison says, sentence by sentence."""

from dataclasses import replace
from datetime import date

from measures.suppression import Cell, Show
from variation import wording
from variation.comparison import Comparison, Line, Sight
from variation.funnel import Zone
from variation.wording import Lead

DAY = date(2026, 2, 25)


def line(name: str, count: float, size: float, zone: Zone = Zone.INSIDE, on: date | None = DAY) -> Line:
    return Line(
        name.lower(), f"{name} Elementary", name, Sight.BELOW, Cell(Show.FULL, count, size), on=on, zone=zone
    )


def found(*lines: Line, phi: float | None = 1.0, mean: float | None = 74.4) -> Comparison:
    high = tuple(each for each in lines if each.zone is Zone.HIGH)
    low = tuple(each for each in lines if each.zone is Zone.LOW)
    return Comparison(lines, (), mean, phi, 0.0, low, high)


MIXED = found(
    line("A", 30, 31, Zone.HIGH), line("B", 18, 38, Zone.LOW), line("C", 20, 30), line("D", 21, 30), phi=3.0
)


def test_the_lede_names_both_ends_and_ranks_nobody() -> None:
    assert wording.lede(MIXED) == (
        "Four schools can be shown. Higher than chance would explain: A. Lower: B. The other two differ no "
        "more than "
        "chance alone would make them, so don’t rank them."
    )


def test_the_lede_of_schools_that_don_t_differ() -> None:
    told = wording.lede(found(line("A", 20, 30), line("B", 21, 30), line("C", 22, 30)))

    differ = "They differ no more than chance alone would make them, so don’t rank them."
    assert told == f"Three schools can be shown. {differ}"


def test_two_schools_are_too_few_to_judge() -> None:
    told = wording.lede(found(line("A", 20, 30), line("B", 21, 30), mean=None))

    assert (
        told
        == "Two schools can be shown. With fewer than three, chance can't be told from a real difference."
    )


def test_one_end_alone() -> None:
    lines = [line(name, 20, 30) for name in "CDE"]

    assert "Higher than chance would explain: A." in wording.lede(found(line("A", 30, 31, Zone.HIGH), *lines))
    assert "Lower than chance would explain: B." in wording.lede(found(line("B", 3, 31, Zone.LOW), *lines))


def test_the_funnel_s_title_is_its_finding() -> None:
    assert wording.funnel_title(MIXED) == "Two schools fall outside what chance would give"
    assert wording.funnel_title(found(line("A", 20, 30))) == "No school falls outside what chance would give"


def test_the_spread_is_put_beside_what_chance_gives() -> None:
    assert "3.0 times as much as chance" in wording.dispersion(MIXED)
    assert "about as much as chance" in wording.dispersion(found(line("A", 20, 30)))
    assert wording.dispersion(found(line("A", 20, 30), phi=None)) == ""


def test_what_lies_between_the_limits_is_named_with_a_caution() -> None:
    between = found(line("A", 29, 31, Zone.HIGH_WATCH), line("B", 20, 30), line("C", 20, 30))

    assert wording.watched(between).startswith("Between the 95% and the 99.8% limits: A.")
    assert wording.watched(MIXED) == ""


def test_the_picture_has_a_sentence() -> None:
    assert wording.picture(MIXED) == (
        "Funnel plot of 4 schools around 74 percent. Above the 99.8 percent limit: A. Below the 99.8 percent "
        "limit: B. "
        "2 schools lie inside."
    )


def test_the_huddle_asks_how_and_who() -> None:
    leads = {"a": Lead("One stem", date(2026, 1, 12)), "b": Lead(waiting=160, waiting_days=71)}

    told = wording.huddle(MIXED, leads, DAY)

    assert [each.name for each in told] == ["A", "B", "Everyone else"]
    assert told[0].sentence == "what made 30 of 31 possible? They adopted “One stem” on Jan 12."
    assert told[1].sentence == "18 of 38. F-160 has waited 71 days for an answer. Who takes it today?"


def test_the_huddle_asks_after_schools_that_stopped_counting() -> None:
    told = wording.huddle(found(line("A", 20, 30), line("B", 0, 0, on=None)), {}, DAY)

    assert told[0].name == "B"
    assert told[0].sentence.startswith("nothing counted in the four weeks before Feb 25.")


def test_without_a_lead_the_low_school_is_offered_help() -> None:
    assert "What would help first" in wording.huddle(MIXED, {}, DAY)[1].sentence


def test_names_are_listed_as_people_list_them() -> None:
    assert wording.names([line(n, 1, 2) for n in "ABC"]) == "A, B and C"
    assert wording.names([line("A", 1, 2)]) == "A"


def test_nobody_is_asked_without_a_name() -> None:
    lines = [replace(line("School 9", 30, 31, Zone.HIGH), sight=Sight.UNNAMED), line("B", 18, 38, Zone.LOW)]

    told = wording.huddle(found(*lines, line("C", 20, 30)), {}, DAY)

    assert [each.name for each in told] == ["B", "Everyone else"]
