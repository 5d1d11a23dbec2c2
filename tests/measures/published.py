"""Tables of published figures for tests: Colorado's own files, and small made-up ones."""

import csv
import io
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from nic_platform import tabular
from nic_platform.tabular import Table

COLORADO = [f"{year}_{(year + 1) % 100:02d}" for year in range(2013, 2024)]


def table_of(shared: Path, name: str, rows: slice | None = None) -> Table:
    """Return one of the public files, or some rows of it."""
    table = _read(shared / "data/outcomes" / name)
    if rows is None:
        return table
    return Table(table.name, table.header, table.rows[rows], table.first_row)


@cache
def _read(file: Path) -> Table:
    with file.open("rb") as stream:
        return tabular.read_table(stream, file.name)


def made(header: str, *lines: str, name: str = "figures_2023_24.csv") -> Table:
    """Return a table of commas, as a file of that name gives it."""
    return tabular.read_table(BytesIO("\n".join((header, *lines)).encode()), name)


def text_of(table: Table) -> bytes:
    """Return a table as the file that it came from."""
    written = io.StringIO()
    rows: list[Sequence[str]] = [table.header, *table.rows]
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
