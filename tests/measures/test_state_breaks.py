"""Steps of a whole state between two years: marked where nearly every place jumps, never for a few."""

from datetime import date

from measures.state_breaks import Break, step_words, steps_of
from measures.state_figures import Figure

MET = Figure("met:mathematics", "Mathematics", ("Met",), "Valid")
LATE = Figure("chronic", "Chronic absence", ("Chronic",), "Students")


def results(share: float, places: int = 30) -> dict[int, tuple[float, float]]:
    return dict.fromkeys(range(places), (100 * share, 100.0))


def test_a_jump_of_everybody_is_a_new_test_or_standard() -> None:
    words = step_words(results(0.83), results(0.63))
    assert words.startswith("From one year to the next all places together went from 83% to 63%.")


def test_what_is_small_or_of_few_places_or_goes_both_ways_is_none() -> None:
    assert step_words(results(0.63), results(0.70)) == ""
    assert step_words(results(0.83, 19), results(0.63, 19)) == ""
    assert step_words(results(0.83), {site + 100: each for site, each in results(0.63).items()}) == ""
    mixed = results(0.83) | dict.fromkeys(range(10), (100, 100))
    assert step_words(results(0.83), {site: (10, 100) if site > 9 else mixed[site] for site in mixed}) == ""


def test_it_is_marked_in_the_later_year_whichever_file_came_first_and_beside_what_is_known() -> None:
    there = {
        (0, 2007): results(0.83),
        (0, 2008): results(0.63),
        (1, 2007): results(0.1),
        (1, 2008): results(0.3),
    }
    few = Break(0, date(2009, 6, 30), "Few took it.")

    newer = steps_of([few], [MET, LATE], there, [2008])
    older = steps_of([], [MET, LATE], there, [2007])

    assert [(each.figure, each.on) for each in newer] == [(0, date(2009, 6, 30))]
    assert newer[0].words.startswith("Few took it. From one year")
    assert [(each.figure, each.on) for each in older] == [(0, date(2009, 6, 30))]
