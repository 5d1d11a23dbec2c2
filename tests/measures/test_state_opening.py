"""Where the names of columns stand in an agency's table, names that stand twice, rows cut short, means."""

from io import BytesIO
from pathlib import Path

import pytest

from measures.state_figures import propose
from measures.state_headers import place_columns
from measures.state_opening import apart, heads_of, letter_of, notes, opened, read_heads
from measures.state_rows import Options, Read
from measures.state_table import read
from nic_platform.errors import InputError
from nic_platform.tabular import Table
from tests.measures.published import made, table_of

ABSENCE = "School Code,Chronic Absent Count,Student Count"


def table(*lines: str, heads: str = "") -> tuple[Table, str]:
    return opened(BytesIO("\n".join(lines).encode()), "figures_2023_24.csv", heads)


def read_all(found: Table) -> Read:
    return read(found, place_columns(found.header), propose(found), Options(year="2023-24"), last_year=2025)


def test_titles_above_the_names_are_found_and_told() -> None:
    found, heads = table("Chronic absence", "Published, August 2024", "", ABSENCE, "0010,20,100")

    assert (heads, found.first_row, found.header) == ("4", 5, tuple(ABSENCE.split(",")))
    assert [(row.number, row.count) for row in read_all(found).rows] == [(5, 20.0)]
    assert notes(found, heads)[0].startswith("The names of the columns are read from row 4;")


def test_titles_don_t_hide_what_separates_the_cells() -> None:
    found, heads = table("Chronic absence", ABSENCE.replace(",", ";"), "0010;20;100")
    assert (heads, found.delimiter, found.rows[0]) == ("2", ";", ("0010", "20", "100"))


def test_names_in_two_rows_are_put_together() -> None:
    found, heads = table(
        "Attendance 2023-24", "District,School,Chronic Absent,,Student", "Code,Code,Count,Rate,Count",
        "0010,0187,20,0.2,100",
    )  # fmt: skip

    assert heads == "2-3"
    assert found.header == (
        "District Code", "School Code", "Chronic Absent Count", "Chronic Absent Rate", "Student Count"
    )  # fmt: skip
    assert len(read_all(found).rows) == 1


def test_who_says_the_row_is_believed_even_where_another_looks_better() -> None:
    found, heads = table("a,b,c", ABSENCE, "0010,20,100", heads="1")
    assert (heads, found.header, len(found.rows)) == ("1", ("a", "b", "c"), 2)


@pytest.mark.parametrize("text", ["four", "0", "4-3", "1-9", "-1", "4,5", "99999"])
def test_what_names_no_row_is_told(text: str) -> None:
    with pytest.raises(InputError, match="such as 4, or 3-4"):
        read_heads(text)


def test_a_row_below_the_file_is_told() -> None:
    with pytest.raises(InputError, match="Row 40 holds no names"):
        table(ABSENCE, "0010,20,100", heads="40")


def test_the_first_row_is_taken_where_it_is_known(shared: Path) -> None:
    for name in (
        "co_attendance_by_school_2013_14.csv",
        "co_cmas_ela3_math4_2022.csv",
        "nj_njask_grade4_2009.csv",
    ):
        assert heads_of(table_of(shared, name)) is None


def test_a_name_that_stands_twice_is_told_with_its_columns_and_none_is_taken() -> None:
    found = apart(
        made("School Code,Chronic Absent Count,Chronic Absent Count,Student Count", "0010,20,30,100")
    )

    assert found.header[1:3] == ("Chronic Absent Count (column B)", "Chronic Absent Count (column C)")
    assert propose(found) == []
    assert (
        "“Chronic Absent Count” stands more than once in the header, in columns B, C" in notes(found, "")[0]
    )
    assert notes(found, "", ["Chronic Absent Count (column C)"]) == []  # somebody chose


def test_two_columns_that_hold_the_same_may_be_called_the_same() -> None:
    found = apart(made("School Code,Student Count,Chronic Absent Count,Student Count", "0010,100,20,100"))
    assert [(row.count, row.population) for row in read_all(found).rows] == [(20, 100)]
    assert notes(found, "") == []


@pytest.mark.parametrize(("at", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_spreadsheets(at: int, letters: str) -> None:
    assert letter_of(at) == letters


def test_a_row_cut_short_or_with_cells_too_many_is_told_and_not_hidden() -> None:
    found = read_all(
        made(ABSENCE, "0010,20", "0011,20,100,7", "0012,20,100", "* hidden under 16", "0013,20,100,,", ",,")
    )

    assert [row.place.school_code for row in found.rows] == ["0012", "0013"]
    assert [(each.row, each.sentence.split(":")[0]) for each in found.problems] == [
        (2, "This row has 2 cells, the header 3"), (3, "This row has 4 cells, the header 3"),
    ]  # fmt: skip
    assert "hidden" not in found.left_out


def test_a_row_may_end_before_columns_that_nobody_reads() -> None:
    assert len(read_all(made(f"{ABSENCE},Remark", "0010,20,100")).rows) == 1


def test_means_are_left_and_it_is_told(shared: Path) -> None:
    told = notes(table_of(shared, "co_cmas_ela3_math4_2024.csv"), "")
    assert len(told) == 1
    assert told[0].startswith("“Mean Scale Score” is not brought in")
