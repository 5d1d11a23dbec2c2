"""Agencies' files that no other test reads: each is read, or what stands against it is said."""

from pathlib import Path

from measures.state_figures import propose
from measures.state_headers import place_columns
from measures.state_rows import Options, file_year
from measures.state_table import read
from tests.measures.published import table_of

FIRST, FEW = 400, 60  # rows of a file are enough to know its notation by


def told(shared: Path, name: str, year: str = "", rows: int = FIRST) -> tuple[int, int, str]:
    """Return how many figures and problems a file's first rows give, and how the first problem is said."""
    table = table_of(shared, name, slice(rows))
    options = Options(year=year or file_year(name, table.header), fills_zeros=True)
    figures = [each for each in propose(table) if each.is_chosen]
    found = read(table, place_columns(table.header), figures, options, last_year=2025)
    first = found.problems[0].sentence if found.problems else ""
    return len(found.rows), len(found.problems), first[:40]


CHOOSE = "Choose the columns that say how many, an"
TEXAS = ("2017_18", "2018_19", "2019_20", "2020_21", "2021_22")
JERSEY = {2004: 78, 2005: 74, 2006: 76, 2007: 37, 2008: 94, 2010: 88, 2011: 90, 2012: 88, 2013: 87, 2014: 85}
FILES: dict[str, tuple[int, int, str]] = {
    "co_acgr_by_school_2015_16.csv": (0, 1, CHOOSE),  # blurred rates, codes without their zeros
    "us_acgr_by_school_2015_16.csv.gz": (0, 1, CHOOSE),
    "ct_chronic_absence_by_district_grade_2017_2020.csv": (0, 1, CHOOSE),  # its rate is called "%" alone
    "ny_district_absence_ela_2018_2024.csv": (0, 1, CHOOSE),  # two kinds of schools beside each other
    "co_attendance_long_2013_2024_derived.csv.gz": (790, 10, "This is out of 0: nobody was counted. Le"),
    "co_chronic_absence_by_district_2017_18.csv": (185, 0, ""),
    "co_chronic_absence_by_district_2019_20.csv": (185, 0, ""),
    "co_chronic_absence_by_district_2020_21.csv": (184, 0, ""),
    "co_chronic_absence_by_district_2021_22.csv": (185, 0, ""),
    "nyc_district_attendance_poverty_2017_2022.csv": (30, 0, ""),
    "tn_graduation_by_school_2016_17.csv": (84, 0, ""),
} | {f"tx_district_attendance_tapr_{year}.csv": (0, 1, CHOOSE) for year in TEXAS}  # coded names


def test_each_file_is_read_or_what_stands_against_it_is_said(shared: Path) -> None:
    assert {name: told(shared, name, "2017-18" if "tapr" in name else "") for name in FILES} == FILES


def test_new_jerseys_other_years_give_figures_without_a_problem(shared: Path) -> None:
    found = {}
    for year in JERSEY:
        school_year = f"{year - 1}-{year % 100:02}"
        found[year] = told(shared, f"nj_njask_grade4_{year}.csv", school_year, FEW)
    assert found == {year: (count, 0, "") for year, count in JERSEY.items()}
