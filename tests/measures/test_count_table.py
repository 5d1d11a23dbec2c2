"""A table of counts, read without a database."""

from datetime import date

import pytest

from measures import count_table
from measures.checks import Known
from measures.count_table import Around, Line, Options
from measures.rules import MeasureType
from nic_platform import importing
from nic_platform.tabular import Table

TICKETS = Line(
    1, "key-1", "Exit tickets", MeasureType.PROPORTION, False, ("Exit tickets", "Ticket count", "assessing")
)
DAYS = Line(2, "key-2", "Days to answer", MeasureType.CONTINUOUS, False, ("Days to answer",))
TWIN = Line(3, "key-3", "Other tickets", MeasureType.PROPORTION, False, ("Other", "assessing"))
HEADER = ("wk_of", "Measure", "n_yes", "n_all", "Value", "Group", "teacher_name")


def around(*known: Known) -> Around:
    return Around(
        (TICKETS, DAYS, TWIN),
        {(1, "", ""): known},
        date(2026, 2, 24),
        date(2025, 8, 18),
        date(2025, 6, 19),
        date(2026, 5, 29),
    )


def look(
    *rows: tuple[str, ...], known: tuple[Known, ...] = (), options: Options | None = None
) -> count_table.Found:
    full = [(*row, *("",) * (len(HEADER) - len(row))) for row in rows]
    table = Table("counts.csv", HEADER, full)
    mapping = importing.propose(HEADER, count_table.targets())
    return count_table.look(table, mapping, options or Options(), around(*known))


def test_columns_are_proposed_from_the_header_and_names_of_people_are_not_read() -> None:
    found = importing.propose(HEADER, count_table.targets())

    assert found == {
        "observed_on": "wk_of", "what": "Measure", "count": "n_yes", "population": "n_all", "value": "Value",
        "subgroup": "Group",
    }  # fmt: skip


def test_rows_are_sorted_into_new_differing_and_there_already() -> None:
    known = Known(9, date(2026, 2, 20), 20, 24, None)
    found = look(
        ("Feb 23", "exit tickets", "21", "24"), ("2/20/2026", "Exit tickets", "20", "24"),
        ("2/20/26", "Days to answer", "", "", "4.5"), known=(known,),
    )  # fmt: skip

    assert found.problems == []
    assert [(row.line.measure_id, row.words) for row in found.new] == [(2, "4.5"), (1, "21 of 24")]
    assert found.unchanged == 1
    differing = look(("2/20/2026", "Exit tickets", "19", "24"), known=(known,))
    assert [row.replaces for row in differing.differing] == [known]


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (("Feb 30", "Exit tickets", "1", "24"), "wk_of", "no such day"),
        (("Feb 25", "Exit tickets", "1", "24"), "wk_of", "not come yet"),
        (("2/20/2025", "Exit tickets", "1", "24"), "wk_of", "before this plan’s school year"),
        (("Feb 20", "Exit tickets", "83%", "24"), "n_yes", "not a percent"),
        (("Feb 20", "Exit tickets", "25", "24"), "n_yes", "25 is more than the 24"),
        (("Feb 20", "Exit tickets", "", "24"), "n_yes", "how many were counted"),
        (("Feb 20", "Exit tickets", "20", ""), "n_all", "out of how many"),
        (("Feb 20", "Days to answer", "", "", "x"), "Value", "Write a number"),
        (("Feb 20", "Days to answer", "", "", "4,5"), "Value", "such as 12.5"),
        (("Feb 20", "Exit tickets", "1,2", "24"), "n_yes", "such as 12.5"),
        (("Feb 20", "Exit tikets", "1", "24"), "Measure", "Did you mean"),
        (("Feb 20", "Zebra", "1", "24"), "Measure", "as on the board"),
        (("Feb 20", "assessing", "1", "24"), "Measure", "Several series"),
        (("", "Exit tickets", "1", "24"), "wk_of", "is missing"),
    ],
)
def test_each_problem_names_row_column_and_mend(row: tuple[str, ...], column: str, sentence: str) -> None:
    found = look(("Feb 19", "Exit tickets", "1", "24"), row)

    assert [(p.row, p.column) for p in found.problems] == [(3, column)]
    assert sentence in found.problems[0].sentence


def test_one_day_told_twice_differently_is_a_problem_and_alike_is_not() -> None:
    assert look(("Feb 20", "Exit tickets", "1", "24"), ("Feb 20", "Exit tickets", "1 of 24")).problems == []
    found = look(("Feb 20", "Exit tickets", "1", "24"), ("Feb 20", "Exit tickets", "2", "24"))

    assert found.problems[0].value == "2 of 24; row 2 has 1 of 24"
    assert "Keep one of the two" in found.problems[0].sentence


def test_days_told_twice_are_mended_as_one_group() -> None:
    found = look(*[(f"Feb {day}", "Exit tickets", str(count), "24") for day in (3, 4, 5) for count in (1, 2)])

    assert [group.told for group in importing.grouped(found.problems)] == ["Row 3 and 2 more"]


def test_a_group_that_changes_within_the_table_is_asked_about_unless_it_is_known() -> None:
    rows = (("Feb 13", "Exit tickets", "10", "24"), ("Feb 20", "Exit tickets", "10", "31"))

    assert "out of 24, now out of 31" in look(*rows).problems[0].sentence
    assert look(*rows, options=Options(is_steady_known=True)).problems == []


def test_every_row_can_be_about_one_chosen_series() -> None:
    table = Table("t", ("Date", "Count"), [("Feb 20", "12 of 24")])
    found = count_table.look(
        table, {"observed_on": "Date", "count": "Count"}, Options(only="key-1"), around()
    )

    assert [row.words for row in found.new] == ["12 of 24"]


def test_a_table_too_long_for_one_go_is_refused_before_it_is_read() -> None:
    rows = [("Feb 20", "Exit tickets", "1", "24")] * (count_table.MOST_ROWS + 1)

    assert "Split it into parts" in look(*rows).problems[0].sentence
