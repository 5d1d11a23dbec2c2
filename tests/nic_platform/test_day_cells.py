"""Days as people write them in tables."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_platform.day_cells import Order, order_of, reader

YEAR = (date(2025, 8, 18), date(2026, 5, 29))


def read(cell: str, order: Order = Order.UNKNOWN) -> date:
    return reader(order, *YEAR)(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-24", "2026/2/24", "2026-02-24 00:00:00", "2026-02-24T08:30:00Z", "2/24/2026", "2/24/26",
        "24/2/2026", "24.2.2026", "24.02.26", "Feb 24, 2026", "February 24 2026", "24 Feb 2026", "24-Feb-26",
        "Feb. 24th, 2026", "Feb 24", "24 February", "2/24", "Tue, Feb 24", "Tuesday 2/24/2026",
        "week of Feb 24", "46077", "46077.0", " Feb  24 ",
    ],
)  # fmt: skip
def test_usual_spellings_are_one_day(cell: str) -> None:
    assert read(cell) == date(2026, 2, 24)


def test_a_day_without_its_year_lies_in_the_school_year() -> None:
    assert read("Sept 15") == date(2025, 9, 15)
    assert read("May 4") == date(2026, 5, 4)


@pytest.mark.parametrize(
    "cell", ["soon", "Monday", "2026", "13/13/2026", "Feb 30, 2026", "31.4.2026", "20", "3.5", "2/3/4/5"]
)
def test_what_is_no_day_is_refused_with_the_mend(cell: str) -> None:
    with pytest.raises(ValueError, match=r"year-month-day|no such day"):
        read(cell)


def test_two_short_numbers_are_asked_about_until_the_order_is_known() -> None:
    with pytest.raises(ValueError, match="could be two days"):
        read("02/03/26")
    assert read("02/03/26", Order.MONTH_FIRST) == date(2026, 2, 3)
    assert read("02/03/26", Order.DAY_FIRST) == date(2026, 3, 2)
    assert read("03/03/26") == date(2026, 3, 3)


def test_a_column_tells_its_order_by_its_other_days() -> None:
    assert order_of(["02/03/26", "02/24/26"]) is Order.MONTH_FIRST
    assert order_of(["02/03/26", "24/02/26"]) is Order.DAY_FIRST
    assert order_of(["02/03/26"]) is Order.UNKNOWN
    assert order_of(["24/02/26", "02/24/26"]) is Order.UNKNOWN
    assert order_of(["24.02.26"]) is Order.UNKNOWN


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%b %d, %Y", "%d %B %Y"]),
)
def test_every_day_comes_back_as_it_was_written(on: date, how: str) -> None:
    assert read(on.strftime(how), Order.MONTH_FIRST) == on


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_spreadsheets_serial_days_are_read(on: date) -> None:
    assert read(str((on - date(1899, 12, 30)) // timedelta(days=1))) == on


@given(st.text(max_size=30))
def test_nothing_but_a_sentence_comes_of_junk(cell: str) -> None:
    try:
        found = read(cell)
    except ValueError as error:
        said = str(error)
    else:
        said = f"{found:%Y-%m-%d}."

    assert said.endswith(".")
