"""Columns are known by how their headers are worded, in every year's wording."""

from pathlib import Path

import pytest

from measures.state_figures import propose
from measures.state_headers import figure_of, place_columns, same_column
from measures.state_rows import file_year
from nic_platform import tabular
from tests.measures.published import COLORADO, table_of

PLACES = {
    "school_year": "School Year", "district_code": "District Code", "district_name": "District Name",
    "school_code": "School Code", "school_name": "School Name",
}  # fmt: skip


@pytest.mark.parametrize("year", COLORADO)
def test_eleven_years_of_attendance_are_read_whatever_their_headers(shared: Path, year: str) -> None:
    table = table_of(shared, f"co_attendance_by_school_{year}.csv")

    assert place_columns(table.header) == PLACES
    attendance, unexcused = propose(table)
    assert (attendance.key, unexcused.key) == ("attendance", "unexcused")
    assert "attend" in attendance.count[0].lower()
    assert "possible" in attendance.population.lower()
    assert "unexcused" in unexcused.count[0].lower()
    assert unexcused.population == attendance.population
    assert "attendance rate" in attendance.rate.lower()
    assert "truancy rate" in unexcused.rate.lower()
    assert "student" in attendance.people.lower()


@pytest.mark.parametrize(
    ("header", "figure"),
    [
        ("Total Days Possible Attendence for all Students", "possible"),
        ("Total Student Days Excused Absence for all Students", ""),
        ("Total Student Days Unexcused Absent for all Students", "unexcused"),
        ("Attendance Rate (Total Student Days Attended/Total Days Possible)", "attendance_rate"),
        ("Truancy Rate**", "truancy_rate"),
        ("Number of Students with Chronic Absenteeism*", "chronic"),
        ("% Chronically Absent", "chronic_rate"),
        ("K-12 Student Count (used in Chronic Absent Rate)", "people"),
        ("2019-2020 Students Counted", "people"),
        ("Total Days in Session Reported", ""),
        ("Students Habitually Truant (Met Both Conditions)*", ""),
        ("# Met or Exceeded Expectations", "met_or_exceeded"),
        ("Number Exceeded Expectations", "exceeded"),
        ("Percent Met or Exceeded Expectations 2022", "met_rate"),
        ("# of Valid Scores", "valid"),
        ("# Days Present", "attended"),
        ("Number of Years After Entering High School", "years_after"),
        ("County Name", ""),
    ],
)
def test_what_a_header_names(header: str, figure: str) -> None:
    assert figure_of(header) == figure


def test_test_results_are_one_figure_for_each_subject_and_grade_under_one_name_every_year(
    shared: Path,
) -> None:
    found = [
        [(each.key, each.name, each.is_chosen) for each in propose(table)][:2]
        for year in (2017, 2018, 2019, 2021, 2022, 2023, 2024)
        if (table := table_of(shared, f"co_cmas_ela3_math4_{year}.csv"))
    ]

    told = "met or exceeded expectations"
    assert found[0] == [
        ("met:english language arts:3", f"Grade 3 english language arts: {told}", True),
        ("met:mathematics:4", f"Grade 4 mathematics: {told}", True),
    ]
    assert all(each == found[0] for each in found)


def test_met_and_exceeded_told_apart_are_added_up(shared: Path) -> None:
    first = propose(table_of(shared, "co_cmas_ela3_math4_2022.csv"))[0]
    assert first.count == ("Number Met Expectations", "Number Exceeded Expectations")


def test_absence_is_counted_out_of_those_who_must_attend(shared: Path) -> None:
    figure = propose(table_of(shared, "co_chronic_absence_by_district_2022_23.csv"))[0]
    assert figure.population == "K-12 Student Count (used in Chronic Absent Rate)"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2019-2020 Students Counted", "2021-2022 Students Counted", True),
        ("Total Days Possible Attendence", "Total Days Possible Attendance*", True),
        ("Student Fall K-12 Enrollment", "Student Fall PK-12 Enrollment", False),
        ("", "*", False),
    ],
)
def test_years_footnotes_and_slips_make_no_other_column(one: str, other: str, is_same: bool) -> None:
    assert same_column(one, other) is is_same


@pytest.mark.parametrize(
    ("name", "header", "year"),
    [
        ("co_chronic_absence_by_district_2016_17.csv", ["District Code"], "2016-17"),
        ("co_cmas_ela3_math4_2019.csv", ["Level"], "2018-19"),
        ("scores.csv", ["Participation Rate 2023"], "2022-23"),
        ("scores.csv", ["Participation Rate"], ""),
    ],
)
def test_the_year_that_a_files_name_or_headers_say(name: str, header: list[str], year: str) -> None:
    assert file_year(name, header) == year


def test_a_table_of_another_kind_holds_no_figure() -> None:
    assert propose(tabular.Table("a.csv", ("School Code", "Principal"), [("0010", "x")])) == []
