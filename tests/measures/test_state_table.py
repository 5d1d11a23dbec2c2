"""Rows of agencies' tables: totals, hidden figures, what can't be, years, codes that a spreadsheet broke."""

from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from measures.state_cells import is_hidden, plain_number
from measures.state_figures import Figure, propose
from measures.state_headers import place_columns
from measures.state_rows import Options, Read, file_year
from measures.state_table import read
from nic_platform import tabular
from nic_platform.tabular import Table
from tests.measures.published import COLORADO, made, table_of


def read_all(table: Table, options: Options | None = None) -> Read:
    """Read a table as it is proposed."""
    options = options or Options(year=file_year(table.name, table.header))
    figures = [each for each in propose(table) if each.is_chosen]
    return read(table, place_columns(table.header), figures, options, last_year=2025)


def sentences(found: Read) -> Counter[str]:
    return Counter(problem.sentence for problem in found.problems)


# Trap 1: totals in five notations; trap 5: what can't be. (rows in the file, totals, places, problems)
@pytest.mark.parametrize(
    ("year", "totals", "places", "problems"),
    [
        ("2013_14", 1, 1792, 60), ("2014_15", 0, 1830, 0), ("2015_16", 0, 1843, 0),
        ("2016_17", 1, 1864, 0), ("2017_18", 1, 1880, 0), ("2018_19", 1, 1882, 0),
        ("2019_20", 186, 1894, 5), ("2020_21", 185, 1903, 0),
        ("2021_22", 186, 1919, 0), ("2022_23", 186, 1917, 0), ("2023_24", 0, 1893, 1),
    ],
)  # fmt: skip
def test_totals_in_every_notation_are_no_school(
    shared: Path, year: str, totals: int, places: int, problems: int
) -> None:
    found = read_all(table_of(shared, f"co_attendance_by_school_{year}.csv"))

    assert found.left_out["total"] == totals
    assert len({row.place for row in found.rows}) == places
    assert len(found.problems) == problems
    assert {row.year for row in found.rows} == {int(year[:4])}  # trap 2: "2013-2014", and "2017" for 2016-17


def test_rows_add_up_to_the_agencys_own_total_and_not_to_twice_that(shared: Path) -> None:
    found = read_all(table_of(shared, "co_attendance_by_school_2022_23.csv"))

    total = found.totals[0]
    assert total == (128461380.05, 141485467.3)
    summed = sum(row.population for row in found.rows if row.figure == 0)
    assert summed == pytest.approx(total[1], rel=2e-5)


def test_what_cant_be_is_told_by_row_and_never_mended(shared: Path) -> None:
    first = read_all(table_of(shared, "co_attendance_by_school_2013_14.csv"))
    assert set(sentences(first).values()) == {60}  # 30 schools out of 0 days, for both figures
    assert "out of 0" in next(iter(sentences(first)))

    remote = read_all(table_of(shared, "co_attendance_by_school_2019_20.csv"))
    told = [(problem.row, problem.value, problem.sentence.split(".")[0]) for problem in remote.problems]
    assert [sentence for _row, _value, sentence in told].count("Not one in a whole year: that can’t be") == 3
    assert "11,509 of 9,746 is more than there are" in {sentence for *_rest, sentence in told}

    absence = read_all(table_of(shared, "co_chronic_absence_by_district_2018_19.csv"))
    assert [problem.value for problem in absence.problems] == ["2798"]


def test_days_come_in_parts_and_people_whole() -> None:
    days = made("School Code,Days Attended,Days Possible", "0010,86574.5,98389.3")
    people = made("School Code,Chronic Absent Count,Student Count", "0010,8.5,100")

    assert [(row.count, row.population) for row in read_all(days).rows] == [(86574.5, 98389.3)]
    assert list(sentences(read_all(people))) == ["People come whole. Check which column this is."]


# Trap 4
@pytest.mark.parametrize(
    "cell",
    ["*", "- -", "N/A", "PS", ".", "NS", "GE95", "LE5", "60-79", "", "< 16", "<= 2%", ">= 98%", "50 or less",
     "(-)", "16-50", "<16", "≥ 95 %", "n/a", "N < 10", "n<16", "Fewer than 10", "less than 5%", "—", "s",
     "TFS", "Too few students"],
)  # fmt: skip
def test_a_hidden_figure_is_never_zero(cell: str) -> None:
    table = made("School Code,Chronic Absent Count,Student Count", f"0010,{cell},100", "0011,0,100")

    found = read_all(table)

    assert is_hidden(cell)
    assert [(row.place.school_code, row.count) for row in found.rows] == [("0011", 0.0)]
    assert found.left_out["hidden"] == 1
    assert not found.problems


def test_92_schools_that_colorado_hid_stay_hidden(shared: Path) -> None:
    found = read_all(table_of(shared, "co_chronic_absence_by_school_2023_24.csv"))
    assert (len(found.rows), found.left_out["hidden"], len(found.problems)) == (1801, 92, 0)


# Trap 12
@pytest.mark.parametrize("code", ["12-Sep", "Sep-12", "8-Jun", "1.87E+02", "1E+11"])
def test_a_code_that_a_spreadsheet_made_a_day_or_a_power_of_is_told(code: str) -> None:
    table = made("School Code,Chronic Absent Count,Student Count", f"{code},20,100", "0011,5,100")

    found = read_all(table)

    assert [row.place.school_code for row in found.rows] == ["0011"]
    assert [(problem.row, problem.column, problem.value) for problem in found.problems] == [
        (2, "School Code", code)
    ]


@pytest.mark.parametrize("cell", ["20-Sep", "1_0", "20%", "nan", "inf", "-1", "20 of 100", "2O"])
def test_what_is_no_count_is_told_and_never_read_as_one(cell: str) -> None:
    found = read_all(made("School Code,Chronic Absent Count,Student Count", f"0011,{cell},100"))

    assert not found.rows
    assert [problem.value for problem in found.problems] == [cell]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_table_is_the_same_in_any_encoding_and_with_any_sign_between(encoding: str, between: str) -> None:
    header = "School Code,School Name,Chronic Absent Count,Student Count"
    text = "\r\n".join([header, "0011,Peña,20,100", ",State Total,20,100"])
    file = BytesIO(text.replace(",", between).encode(encoding))

    found = read_all(tabular.read_table(file, "figures_2023_24.csv"))

    place = [(row.place.school_code, row.place.school_name, row.count, row.population) for row in found.rows]
    assert place == [("0011", "Peña", 20.0, 100.0)]
    assert found.left_out["total"] == 1


# Trap 8
def test_numbers_with_thousands_and_rates_as_shares_or_per_cent(shared: Path) -> None:
    results = read_all(table_of(shared, "co_cmas_ela3_math4_2018.csv"))  # "64,851", 40.4 per cent
    assert results.totals[0] == (25430.0, 63016.0)
    assert not results.problems
    absence = read_all(table_of(shared, "co_chronic_absence_by_district_2016_17.csv"))  # 0.2739856801909308
    assert absence.totals[0] == (162457.0, 872333.0)
    assert not absence.problems
    with pytest.raises(ValueError, match="1,201"):
        plain_number("12,5")


@pytest.mark.parametrize("rate", ["0.2", "20", "20.0%"])
def test_columns_that_the_files_own_rate_belies_are_told(rate: str) -> None:
    header = "School Code,Chronic Absent Count,Student Count,Chronically Absent Rate"
    right = made(header, f"0010,20,100,{rate}", f"0011,30,100,{rate.replace('2', '3', 1)}")
    wrong = made(header, f"0010,20,100,{rate}", f"0011,63,100,{rate.replace('2', '3', 1)}")

    assert not read_all(right).problems
    assert [problem.row for problem in read_all(wrong).problems] == [3]


# Trap 6
@pytest.mark.parametrize(
    "name",
    ["co_graduation_by_school_aygs_2020_2024.csv", "co_graduation_by_district_ipst_aygs_2020_2024.csv"],
)  # fmt: skip
def test_graduates_at_different_years_after_entry_are_refused_with_the_reason(
    shared: Path, name: str
) -> None:
    found = read_all(table_of(shared, name))

    assert not found.rows
    assert [problem.column for problem in found.problems] == ["Number of Years After Entering High School"]
    assert "(4, 5, 6, 7)" in found.problems[0].sentence


def test_rates_without_counts_are_refused_with_the_reason(shared: Path) -> None:
    found = read_all(table_of(shared, "ct_chronic_absence_by_district_grade_2011_2017.csv", slice(50)))
    assert [problem.sentence.split(".")[0] for problem in found.problems] == [
        "The file gives rates without the counts behind them"
    ]


# Trap 3
def test_codes_keep_their_zeros_formulas_are_opened_and_lost_zeros_told() -> None:
    header = "District Code,School Code,Chronic Absent Count,Student Count"
    kept = made(header, '"=""0010""",0187,20,100')
    lost = made(header, "0010,0187,20,100", "20,212,20,100")

    assert [(row.place.district_code, row.place.school_code) for row in read_all(kept).rows] == [
        ("0010", "0187")
    ]
    assert [problem.value for problem in read_all(lost).problems] == ["20", "212"]
    filled = read_all(lost, Options(year="2023-24", fills_zeros=True))
    assert [(row.place.district_code, row.place.school_code) for row in filled.rows] == [
        ("0010", "0187"), ("0020", "0212"),
    ]  # fmt: skip
    assert not filled.problems


def test_codes_as_decimals_of_a_spreadsheet_are_filled(shared: Path) -> None:
    table = made("LEAID,NCESSCH,Grad Cohort,Grad Count", "100005,10000500871.0,296,272")
    found = read_all(table, Options(year="2015-16", fills_zeros=True))
    assert [(row.place.district_nces, row.place.school_nces) for row in found.rows] == [
        ("0100005", "010000500871")
    ]


def test_a_count_hidden_beside_its_printed_rate_is_worked_out(shared: Path) -> None:
    found = read_all(table_of(shared, "co_cmas_ela3_math4_2022.csv"))

    assert found.worked_out == 1307
    assert len(found.rows) == 1725
    assert not found.problems


def test_days_are_kept_with_how_many_students_they_are_of() -> None:
    table = made(
        "School Code,Days Attended,Days Possible,Student Count", "0010,1500,1700,9", "0011,1600,1700,10"
    )
    found = read_all(table)
    assert [(row.place.school_code, row.people) for row in found.rows] == [("0010", 9), ("0011", 10)]


def test_a_place_twice_in_a_year_is_asked_about() -> None:
    table = made(
        "School Code,Chronic Absent Count,Student Count", "0010,20,100", "0010,21,100", "0010,20,100"
    )
    found = read_all(table)
    assert [(problem.row, problem.sentence.split(" gives")[0]) for problem in found.problems] == [
        (3, "Row 2")
    ]


def test_rows_of_groups_are_left_out_where_all_students_have_their_own(shared: Path) -> None:
    found = read_all(table_of(shared, "nyc_district_attendance_all_students_2017_2022.csv"))
    assert (len(found.rows), found.left_out["other"]) == (165, 2310)
    assert sorted({row.year for row in found.rows}) == [2017, 2018, 2019, 2020, 2021]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (Options(), "Say which school year the figures are of, such as 2023-24."),
        (Options(year="soon"), "Say which school year the figures are of, such as 2023-24."),
        (Options(year="2031-32"), "This school year has not begun. Check the year."),
    ],
)
def test_the_year_is_asked_for_where_nothing_says_it(options: Options, told: str) -> None:
    table = made("School Code,Chronic Absent Count,Student Count", "0010,20,100", name="absence.csv")
    assert list(sentences(read_all(table, options))) == [told]


def test_columns_that_are_not_there_or_chosen_twice_are_told() -> None:
    table = made("School Code,Count", "0010,20")
    figure = Figure("own:a", "A", ("Count",), "Count")
    figures = [figure, replace(figure, population="All")]
    found = read(table, {"school_code": "Code"}, figures, Options("2020-21"), last_year=2025)
    assert len(found.problems) == 3
    assert not found.rows


def test_every_colorado_year_is_known() -> None:
    assert len(COLORADO) == 11
