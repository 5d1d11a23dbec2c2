"""The small pictures of a week."""

from datetime import timedelta

from desk import drawings
from desk.week import Stop
from teams.breaks import breaks_from
from tests.desk.test_week import TODAY, a_series, an_item


def test_all_pictures_of_a_page_cover_the_same_days() -> None:
    first, last = drawings.span_of([a_series(50, 60, due=30), a_series(1)], TODAY)

    assert (first, last) == (TODAY - timedelta(days=8), TODAY + timedelta(days=30))


def test_a_page_with_one_day_still_has_a_span() -> None:
    first, last = drawings.span_of([], TODAY)

    assert (first, last - first) == (TODAY, timedelta(days=30))


def test_a_line_is_one_picture_with_its_sentence() -> None:
    series = a_series(50, 60, due=30)
    picture = drawings.line_picture(series, drawings.span_of([series], TODAY), TODAY, "Exit <tickets>")

    assert picture.count("<svg") == 1
    assert 'aria-label="Exit &lt;tickets&gt;"' in picture
    assert "60%" in picture


def test_a_line_without_a_count_draws_only_its_path() -> None:
    series = a_series(due=30)
    picture = drawings.line_picture(series, drawings.span_of([series], TODAY), TODAY, "Nothing yet")

    assert "<circle" not in picture
    assert "tgt" in picture


def test_an_item_without_a_track_has_no_picture() -> None:
    assert drawings.path_picture(an_item(), TODAY) == ""


def test_the_last_stretch_of_a_way_runs_up_to_today() -> None:
    reached = TODAY - timedelta(days=10)
    item = an_item(stops=[Stop("school", reached, None, reached), Stop("district", reached, reached, None)])

    legs = drawings.legs_of(item, TODAY)

    assert [(leg.level, leg.days) for leg in legs] == [("school", 0), ("district", 10)]
    assert "<svg" in drawings.path_picture(item, TODAY)


def test_a_break_makes_no_stretch_late() -> None:
    item = an_item(stops=[Stop("district", TODAY - timedelta(days=20), TODAY - timedelta(days=10), None)])
    breaks = breaks_from([(TODAY - timedelta(days=9), TODAY - timedelta(days=1))])

    assert [leg.late for leg in drawings.legs_of(item, TODAY)] == [10]
    assert [leg.late for leg in drawings.legs_of(item, TODAY, breaks)] == [1]


def test_time_never_runs_backwards_on_a_way() -> None:
    late, early = TODAY - timedelta(days=2), TODAY - timedelta(days=9)
    item = an_item(stops=[Stop("school", late, None, late), Stop("district", early, TODAY, None)])

    assert [leg.start for leg in drawings.legs_of(item, TODAY)] == [late, late]


def test_the_example_marks_where_the_first_count_goes() -> None:
    assert "first count goes here" in drawings.example(TODAY)
    assert drawings.example(TODAY, narrow=True) != drawings.example(TODAY)
