"""Reading single cells as agencies write them."""

from collections.abc import Callable

import pytest

from nic_platform import cells


@pytest.mark.parametrize(("cell", "value"), [("0187", "0187"), ('="2850013"', "2850013"), ("'0012", "0012")])
def test_codes_keep_their_zeros(cell: str, value: str) -> None:
    assert cells.code(cell) == value


def test_lost_zeros_are_told_apart_from_wrong_codes() -> None:
    read = cells.digits(7, "An LEAID")
    assert read("0800001") == "0800001"
    with pytest.raises(ValueError, match="leading zeros seem lost"):
        read("800001")
    with pytest.raises(ValueError, match="leading zeros seem lost"):
        read("800001.0")
    with pytest.raises(ValueError, match="has 7 digits"):
        read("08-0001")


@pytest.mark.parametrize(
    ("cell", "value"), [("64,851", 64851), ("0", 0), ("393.0", 393), ("*", None), ("- -", None)]
)
def test_whole_numbers_and_hidden_ones(cell: str, value: int | None) -> None:
    assert cells.whole(cell) == value


@pytest.mark.parametrize("cell", ["-1", "12.5", "many", "²", "99999999999"])
def test_what_is_no_whole_number_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        cells.whole(cell)


@pytest.mark.parametrize("read", [cells.whole, cells.percent, cells.without_thousands])
@pytest.mark.parametrize("cell", ["12,5", "1,20", "1,2000", "1,,200"])
def test_a_decimal_comma_never_becomes_ten_times_as_much(read: Callable[[str], object], cell: str) -> None:
    with pytest.raises(ValueError, match=r"such as 12\.5"):
        read(cell)


@pytest.mark.parametrize(
    ("cell", "value"), [("1,201", "1201"), ("12,345,678.5", "12345678.5"), ("-1,000", "-1000"), ("20", "20")]
)
def test_commas_between_thousands_are_no_part_of_a_number(cell: str, value: str) -> None:
    assert cells.without_thousands(cell) == value


@pytest.mark.parametrize(("cell", "value"), [("84.2%", 84.2), ("0", 0.0), ("PS", None)])
def test_percentages(cell: str, value: float | None) -> None:
    assert cells.percent(cell) == value


@pytest.mark.parametrize("cell", ["101", "-3", "nan", "GE95"])
def test_impossible_percentages_are_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="ercentage"):
        cells.percent(cell)


@pytest.mark.parametrize(
    ("cell", "value"), [("Y", True), ("1", True), ("2", False), ("no", False), ("NA", None)]
)
def test_yes_and_no(cell: str, value: bool | None) -> None:
    assert cells.yes_no(cell) is value


def test_other_words_are_neither_yes_nor_no() -> None:
    with pytest.raises(ValueError, match="Y or N"):
        cells.yes_no("maybe")


@pytest.mark.parametrize("cell", ["12-Sep", "8-Jun", "Sep-12"])
def test_a_grade_span_that_excel_made_a_date_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="Excel made a date"):
        cells.undamaged(cell)


def test_other_grade_spans_stand() -> None:
    assert cells.undamaged("EE - 05") == "EE - 05"


def test_texts_are_tidied_and_measured() -> None:
    assert cells.short(12)("Dry \n Fork") == "Dry Fork"
    with pytest.raises(ValueError, match="longer than 3"):
        cells.short(3)("Dry Fork")
