"""What is read out of a page: every table and list of it, and nothing that is only there to be pressed."""

import io
import zipfile
from datetime import date

import pytest

from nic_platform import page_files, page_tables, tabular, workbooks
from nic_platform.page_tables import Sheet

PAGE = """<!doctype html><body><nav><ul class="rows"><li>Not of the page</li></ul></nav><main><h1>Reports</h1>
<div class="scroll"><table class="tbl"><thead>
  <tr><th rowspan="2"><span class="vh">Choose</span></th><th rowspan="2">Report</th>
    <th colspan="2">2026</th></tr>
  <tr><th>Since</th><th class="num">Days</th></tr></thead><tbody>
  <tr><td><label class="vh">Choose R-1</label><input type="checkbox" name="items"></td>
      <th scope="row"><a href="/r/1">R-1 <b>=1+1</b></a>
        <span class="sub">Alder <svg><title>x</title></svg></span></th>
      <td>2026-02-24</td><td class="num">1,234</td></tr>
  <tr><th colspan="4">Later ones</th></tr>
  <tr><td></td><td>R-2</td><td>Fewer than 10 students</td><td class="num">−2.5</td></tr></tbody></table></div>
<section><h2>Teams</h2><ul class="rows sided">
  <li><div class="what"><a href="/teams/7">Alder Creek</a>
      <p class="meta">School · <time>2026-02-24</time></p></div>
      <span class="turn">Yours</span><a class="btn" href="/x">Open</a><form><button>Undo</button></form></li>
  <li><div class="what"><b>-2 hubs</b></div>
      <a href="/y">Change<span class="vh"> -2 hubs</span></a></li></ul></section>
<ul class="rows"><li><label>Name <input type="text"></label></li></ul>
<table data-no-take><tr><td>A calendar</td></tr></table>
<a rel="next" href="?after=2">More</a></main></body>"""


def test_tables_and_lists_come_out_with_headings_groups_numbers_and_days() -> None:
    main = page_tables.main_of(PAGE)

    table, teams = page_tables.joined(page_tables.sheets_of(main))

    assert table == Sheet(
        "Reports",
        ("Group", "Report", "2026: Since", "2026: Days"),
        (
            ("", "R-1 =1+1; Alder", date(2026, 2, 24), 1234),
            ("Later ones", "R-2", "Fewer than 10 students", -2.5),
        ),
    )
    assert teams == Sheet(
        "Teams",
        ("What", "About it", "More", "Address"),
        (("Alder Creek", "School · 2026-02-24", "Yours", "/teams/7"), ("-2 hubs", "", "", "")),
    )
    assert page_tables.next_of(main) == "?after=2"


def test_what_is_worth_taking_is_told_by_its_letters() -> None:
    assert page_tables.is_worth('<ul class="rows">\n  <li>One</li></ul>')
    assert page_tables.is_worth("<table><tr><td>1</td></tr></table>")
    assert not page_tables.is_worth(
        '<ul class="rows"></ul><table data-no-take><tr><td>1</td></tr></table><p>No</p>'
    )


def test_tables_of_the_same_columns_are_one() -> None:
    pieces = [
        Sheet(name, ("Month", "Count", ""), ((month, 3, ""),))
        for name, month in (("A", "May"), ("B", "June"))
    ]

    assert page_tables.joined(pieces) == [
        Sheet("A", ("Part", "Month", "Count"), (("A", "May", 3), ("B", "June", 3)))
    ]
    assert page_tables.joined([pieces[0], pieces[0]])[0].rows == (("May", 3), ("May", 3))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_reads_back_as_it_was_and_no_cell_is_alive(kind: str) -> None:
    rows = tuple((text, 5) for text in ("=1+1", "+2", "-3 hubs", "@x", "plain; text", "\u201cquoted\u201d"))
    made = page_files.made([Sheet("Ideas", ("Idea", "=Count"), rows)], kind, "Ideas & tests", str)

    assert made.name == f"ideas-tests.{kind}"
    table = tabular.read_table(io.BytesIO(made.body), made.name)
    assert [name.strip("'") for name in table.header] == ["Idea", "=Count"]
    assert [(row[0].removeprefix("'"), row[1]) for row in table.rows] == [
        (text, "5") for text, _count in rows
    ]
    if kind == "csv":
        assert "\n=1+1" not in made.body.decode("utf-8-sig")


def test_several_tables_are_several_files_or_sheets() -> None:
    sheets = [
        Sheet("One: a/b", ("X",), (("1",),)),
        Sheet("One: a/b", ("Y", "Address"), (("/not an address", "/teams/7"),)),
    ]

    packed = page_files.made(sheets, "csv", "Both", lambda path: f"https://nic.example{path}")
    book = page_files.made(sheets, "xlsx", "Both", lambda path: f"https://nic.example{path}")

    with zipfile.ZipFile(io.BytesIO(packed.body)) as files:
        assert files.namelist() == ["one-a-b.csv", "one-a-b-2.csv"]
        assert "https://nic.example/teams/7" in files.read("one-a-b-2.csv").decode()
        assert "https://nic.example/not" not in files.read("one-a-b-2.csv").decode()
    assert list(workbooks.read_book(io.BytesIO(book.body), "Both.xlsx")) == ["One ab", "One ab 2"]
