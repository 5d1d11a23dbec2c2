"""Counts worked out of printed rates: only where one number of people fits."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.state_figures import propose
from measures.state_headers import by_subject, figure_of, place_columns
from measures.state_rows import Options
from measures.state_shares import Printed, people_of, printed
from measures.state_table import read
from tests.measures.published import made, table_of

RATES = (
    "District Code,School Code,Number of Valid Scores,Proficient Percentage,Advanced Proficient Percentage"
)


@given(st.integers(1, 5000), st.data(), st.integers(0, 2))
def test_the_true_count_always_fits_its_printed_rate(
    population: int, data: st.DataObject, digits: int
) -> None:
    count = data.draw(st.integers(0, population))
    cell = f"{100 * count / population:.{digits}f}"
    how = Printed(100.0, digits)

    fits = people_of(how.share(cell), how.slack(cell), population)

    assert count in fits
    assert len(fits) <= population * 10.0**-digits / 100 + 1


def test_how_a_column_is_printed_is_seen_by_all_of_it() -> None:
    assert printed(["*", "17", "48.1", "9.3", ""]) == Printed(100.0, 1)
    assert printed(["57.4", "17.2", "48.1377", "12"]) == Printed(100.0, 1)  # one odd cell narrows no other
    assert Printed(100.0, 1).slack("48.1377") == pytest.approx(0.0000005)
    assert printed(["0.173", "1", "N/A"]) == Printed(1.0, 3)
    assert Printed(1.0, 3).share("17.3%") == pytest.approx(0.173)


# (valid scores, proficient, advanced) and the count, or the sentence that says why there is none
@pytest.mark.parametrize(
    ("cells", "count", "told"),
    [
        ("52,48.1,0.0", 25, ""),
        ("66,50.0,4.5", 36, ""),
        ("12,100.0,0.0", 12, ""),
        ("*,48.1,0.0", None, ""),
        ("52,*,0.0", None, ""),
        ("52,48.7,0.0", None, "This is no whole number of people."),
        ("5000,48.1,0.2", None, "This can be several numbers of people: the rate is too coarse"),
        ("52.5,48.1,0.0", None, "People come whole."),
        ("0,48.1,0.0", None, "This is out of 0"),
        ("52,many,0.0", None, "Write a number"),
    ],
)  # fmt: skip
def test_a_count_is_worked_out_where_one_fits_and_told_where_not(
    cells: str, count: int | None, told: str
) -> None:
    table = made(RATES, f"0110,070,{cells}", "0110,080,10,10.0,20.0")
    found = read(table, place_columns(table.header), propose(table), Options(year="2009"), last_year=2025)

    assert [row.count for row in found.rows if row.number == 2] == ([count] if count is not None else [])
    assert [row.count for row in found.rows if row.number == 3] == [3]
    assert [problem.sentence.startswith(told) for problem in found.problems] == ([True] if told else [])
    if "5000" in cells:
        assert found.problems[0].value == "48.3% of 5,000: 2,410 to 2,420"
    assert found.left_out == (Counter(hidden=1) if "*" in cells else Counter())


def test_new_jersey_prints_per_cent_for_two_subjects_and_every_count_follows(shared: Path) -> None:
    table = table_of(shared, "nj_njask_grade4_2009.csv")
    figures = propose(table)

    assert [(each.key, each.name) for each in figures] == [
        ("met:english language arts", "English language arts: met or exceeded expectations"),
        ("met:mathematics", "Mathematics: met or exceeded expectations"),
    ]  # fmt: skip
    assert all(each.is_of_rates and len(each.count) == 2 for each in figures)
    found = read(table, place_columns(table.header), figures, Options(year="2008-09"), last_year=2025)
    assert (len(found.rows), found.worked_out, found.problems) == (2690, 2690, [])
    language = [row for row in found.rows if row.figure == 0]
    share = sum(row.count for row in language) / sum(row.population for row in language)
    assert 0.62 < share < 0.64  # New Jersey's own: 63.0 %


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("Number Partially Met Expectations", ""), ("% Partially Proficient", ""), ("Percent Not Met", ""),
        ("Percent Met Expectations", "met_only_rate"), ("% Met or Exceeded Expectations", "met_rate"),
        ("Percent Exceeded Expectations", "exceeded_rate"), ("Number Exceeded Expectations", "exceeded"),
        ("Advanced_Proficient_Percentage", "exceeded_rate"),
    ],
)  # fmt: skip
def test_levels_that_are_not_reached_are_none_of_those_that_met(name: str, figure: str) -> None:
    assert figure_of(name) == figure


def test_columns_of_no_subject_belong_to_each() -> None:
    header = ["School Code", "Math Number of Valid Scores", "ELA Number of Valid Scores", "Student Count"]
    assert by_subject(header) == {
        "math": ["School Code", "Math Number of Valid Scores", "Student Count"],
        "ela": ["School Code", "ELA Number of Valid Scores", "Student Count"],
    }
    assert by_subject(["School Code"]) == {"": ["School Code"]}
