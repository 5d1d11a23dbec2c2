"""What a table of schools holds."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from nic_platform import importing, tabular
from teams import site_table
from teams.states import FIPS, POSTAL


def read(path: Path) -> tuple[tabular.Table, dict[str, str]]:
    with path.open("rb") as stream:
        table = tabular.read_table(stream, path.name)
    return table, importing.propose(table.header, site_table.targets())


def checked(path: Path) -> tuple[importing.Checked, list[site_table.Wanted], list[importing.Problem]]:
    table, mapping = read(path)
    done = importing.check(table, mapping, site_table.targets(), site_table.reason_to_skip)
    sites, problems = site_table.tree(done.values)
    return done, sites, problems


def test_the_states_are_known_by_digits_and_letters() -> None:
    assert FIPS["08"] == ("CO", "Colorado")
    assert POSTAL["DC"] == ("11", "District of Columbia")
    assert len(FIPS) == 58


def test_a_colorado_header_is_understood(shared: Path) -> None:
    _table, mapping = read(shared / "data/directory/co_schools_cde_2024_25.csv")
    assert mapping == {
        "school_code": "School Code",
        "district_code": "Organization Code",
        "school_name": "School Name",
        "district_name": "Organization Name",
        "grade_low": "Lowest Grade Level",
        "grade_high": "Highest Grade Level",
        "enrolment": "PK-12 Total",
        "free_lunch": "Free Lunch",
        "reduced_lunch": "Reduced Lunch",
        "is_charter": "Charter Y/N",
    }


def test_both_generations_of_the_nces_header_are_understood(shared: Path) -> None:
    _table, mapping = read(shared / "data/directory/co_public_schools_ccd_2019.csv")
    assert set(mapping) == {
        "school_nces", "district_nces", "school_name", "district_name",
        "city", "state", "grade_low", "grade_high",
    }  # fmt: skip
    _table, older = read(shared / "data/directory/tx_campuses_ccd_2013_14.csv.gz")
    assert older["school_nces"] == "NCESSCH"
    assert older["school_name"] == "SCHNAM"
    assert older["status"] == "STATUS"


@pytest.mark.parametrize(
    ("year", "schools", "skipped"),
    [
        ("2020_21", 1914, 6),
        ("2021_22", 1928, 1),
        ("2022_23", 1933, 2),
        ("2023_24", 1906, 2),
        ("2024_25", 1903, 1),
    ],
)
def test_every_colorado_year_gives_its_schools_without_a_problem(
    shared: Path, year: str, schools: int, skipped: int
) -> None:
    done, sites, problems = checked(shared / f"data/directory/co_schools_cde_{year}.csv")
    assert done.problems + problems == []
    assert done.skipped == Counter({"no school": skipped})
    assert sum(site.level == "school" for site in sites) == schools


def test_a_colorado_school_keeps_its_zeros_and_facts(shared: Path) -> None:
    _done, sites, _problems = checked(shared / "data/directory/co_schools_cde_2024_25.csv")
    school = next(site for site in sites if site.state_code == "0010-0187")
    assert school.name == "Mapleton Expeditionary School of the Arts"
    assert school.parent == "district:0010"
    assert school.values == {
        "grades": "9–12", "enrolment": 393, "is_charter": False, "lunch_percent": round(100 * 272 / 393, 2),
    }  # fmt: skip


def test_the_national_header_makes_states_districts_and_schools(shared: Path) -> None:
    _done, sites, problems = checked(shared / "data/directory/co_public_schools_ccd_2019.csv")
    assert problems == []
    assert sites[0].name == "Colorado"
    assert (sites[0].level, sites[0].nces_id) == ("state", "08")
    assert {site.parent for site in sites if site.level == "district"} == {"state:08"}


def test_closed_schools_of_a_directory_are_counted_and_left_out(shared: Path) -> None:
    done, _sites, problems = checked(shared / "data/directory/tx_campuses_ccd_2013_14.csv.gz")
    assert problems == []
    assert done.problems == []
    assert done.skipped["closed"] == 112
    assert done.skipped["inactive"] == 395


def test_what_excel_did_to_a_file_is_told(shared: Path) -> None:
    done, _sites, _problems = checked(
        shared / "data/directory/tx_campus_reference_2019_20_excel_mangled_first500.csv"
    )
    assert any("Excel made a date" in problem.sentence for problem in done.problems)


TOTALS = ["STATE TOTALS", "State Total", "Total", "District Total", "Unduplicated Count", "All schools"]


@pytest.mark.parametrize("name", TOTALS)
def test_totals_in_every_notation_are_skipped(name: str) -> None:
    assert site_table.reason_to_skip({"school_name": name, "school_code": ""}) == "total"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"school_name": "Not a school", "school_code": "0000"}, "no school"),
        ({"school_name": "No school", "school_code": "9999"}, "no school"),
        ({"school_name": "", "district_name": "Mapleton 1", "school_code": ""}, "district or state row"),
        ({"school_name": "TOTAL COMMUNITY HEALTH HIGH SCHOOL", "school_code": "0123"}, None),
        ({"school_name": "Dry Fork", "school_code": "0123", "status": "1"}, None),
    ],
)
def test_rows_that_are_no_schools_are_skipped(row: dict[str, str], reason: str | None) -> None:
    assert site_table.reason_to_skip(row) == reason


@pytest.mark.parametrize(
    ("cell", "grade"),
    [
        ("004", "PK"), ("006", "K"), ("007", "K"), ("010", "1"), ("120", "12"), ("Pre-K", "PK"),
        ("Kindergarten", "K"),
        ("KG", "K"), ("05", "5"), ("9th grade", "9"), ("Grade 3", "3"), ("Ungraded", ""), ("NA", ""),
    ],
)  # fmt: skip
def test_grades_are_read_however_they_are_written(cell: str, grade: str) -> None:
    assert site_table.grade(cell) == grade


@pytest.mark.parametrize("cell", ["12-Sep", "99", "blue"])
def test_what_is_no_grade_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"grade|date"):
        site_table.grade(cell)


def row(number: int, **values: str) -> tuple[int, dict[str, object]]:
    return number, {"school_name": f"School {number}", **values}


def test_the_same_school_twice_is_told_with_both_rows() -> None:
    _sites, problems = site_table.tree([row(2, school_code="0187"), row(9, school_code="0187")])
    assert [(p.row, p.sentence) for p in problems] == [
        (9, "This is the same school as in row 2. Take one of them out.")
    ]


def test_a_school_without_any_code_is_told() -> None:
    _sites, problems = site_table.tree([row(2)])
    assert "no code" in problems[0].sentence


def test_district_codes_that_lost_their_zeros_are_told() -> None:
    rows = [row(2, school_code="1", district_code="0010"), row(3, school_code="2", district_code="30")]
    _sites, problems = site_table.tree(rows)
    assert [(p.row, p.value) for p in problems] == [(3, "30")]


def test_the_state_can_be_said_where_the_file_does_not() -> None:
    sites, _problems = site_table.tree([row(2, school_code="0187", district_code="0010")], "CO")
    assert [(site.level, site.parent) for site in sites] == [
        ("state", None), ("district", "state:08"), ("school", "district:0010"),
    ]  # fmt: skip


def test_the_nation_in_one_go(shared: Path) -> None:
    path = shared / "data/directory/us_public_schools_ccd_2019.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        lines = sum(1 for _line in stream) - 1
    done, sites, problems = checked(path)
    assert done.problems + problems == []
    levels = Counter(site.level for site in sites)
    assert levels["school"] == lines == 101_688
    assert levels["district"] == 18_607
