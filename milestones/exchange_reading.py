"""From a file that somebody sent to a plan's document, with everything that has to be mended first. Pure.

A workbook, a JSON document, or a plain list of sentences; each problem says its sheet, row and column and
the mend.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, BinaryIO

from milestones import exchange, exchange_book, exchange_json, exchange_values, exchange_words
from milestones.exchange import Document, Field, Kind, Part, Row, Source
from milestones.exchange_words import OURS
from nic_platform import tabular, workbooks
from nic_platform.errors import InputError
from nic_platform.importing import Problem
from nic_platform.text import _
from nic_platform.workbooks import Cell

MOST_BYTES = 50 * 1024 * 1024
STATEMENTS = ("statement", "statements", "sentence", "sentences", "milestone", "milestones", "goal", "text")
_READ_BY_TABULAR = (b"\xff\xfe", b"\xfe\xff", b"\xd0\xcf\x11\xe0")  # UTF-16 text, old Excel
_SHEETS_OF_STATEMENTS = ("statement", "statements", "sentences", "list")


@dataclass(frozen=True)
class Raw:
    """One row as it stands in the file: its number there, cells by column code (see the workbook)."""

    number: int
    cells: Mapping[str, Any]


@dataclass
class Reading:
    """What a file holds: a document, problems, sentences still to be split, columns that were left aside."""

    name: str
    document: Document
    problems: list[Problem] = field(default_factory=list)
    statements: list[tuple[int, str]] = field(default_factory=list)  # row in the file, sentence
    aside: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)  # part → what the file calls it
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)  # part, reference → row in the file
    rows_read: int = 0


def read_file(stream: BinaryIO, name: str) -> Reading:
    """Read a plan's file, whichever kind it is; its sheets and columns in our words or the present network's.

    Raises:
        InputError: it is no file of a plan, is hostile, damaged or too large; the text says the mend.
    """
    shown = PurePath(name.replace("\\", "/")).name[:200] or "plan"
    head = stream.read(1024)
    stream.seek(0)
    if not head:
        raise InputError(_("%(name)s is empty. Choose a plan’s file.", name=shown))
    if head.startswith(b"PK\x03\x04"):
        return _from_book(workbooks.read_book(stream, shown), shown)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        data = stream.read(MOST_BYTES + 1)
        return from_object(exchange_json.read_bytes(data.removeprefix(b"\xef\xbb\xbf")), shown)
    if b"\x00" in head and not head.startswith(_READ_BY_TABULAR):
        raise InputError(
            _(
                "%(name)s is no plan’s file. Choose a workbook (.xlsx), a JSON document, or a list of "
                "sentences (.csv).", name=shown,
            )
        )  # fmt: skip
    return _from_list(tabular.read_table(stream, shown), shown)


def from_object(found: Mapping[str, Any], name: str = "") -> Reading:
    """Return what a JSON document says; its frame was checked by :func:`exchange_json.frame`."""
    parts: dict[str, list[Raw]] = {}
    problems = []
    known = {"format", "version", "is_whole", "source", "school_year", "plan"}
    for key in found:
        if key not in known and key not in exchange.BY_KEY:
            problems.append(Problem(None, key, "", _("This part isn’t known. Take it out."), sheet=key))
    for part in exchange.PARTS:
        rows = found.get(part.key, [])
        if not isinstance(rows, list):
            problems.append(Problem(None, "", "", _("A list is needed here."), sheet=part.key))
            continue
        parts[part.key] = []
        for number, row in enumerate(rows, 1):
            problems += _strange(part, number, row)
            if isinstance(row, dict):
                parts[part.key].append(Raw(number, _coded(part, row)))
    head = found.get("plan")
    problems += _strange(exchange.PLAN, 1, head)
    reading = _typed(name, parts, Raw(1, head if isinstance(head, dict) else {}), {})
    reading.problems[:0] = problems
    source = found.get("source")
    if isinstance(source, dict):
        reading.document.source = _source_of(source)
    year = found.get("school_year", "")
    reading.document.school_year = year[:20] if isinstance(year, str) else ""
    reading.document.is_whole = found.get("is_whole", True) is True
    return reading


def _source_of(said: Mapping[str, Any]) -> Source:
    """Return where a file says that it comes from."""
    return Source(*(str(said.get(name, ""))[:200] for name in ("network", "team", "made_at")))


def _strange(part: Part, number: int, row: object) -> Iterable[Problem]:
    if not isinstance(row, dict):
        yield Problem(number, "", str(row)[:80], _("An object is needed here."), sheet=part.key)
        return
    known = {"ref", *(each.name for each in part.fields)}
    for name in row:
        if name not in known:
            yield Problem(
                number, str(name)[:80], "", _("This field isn’t known. Take it out."), sheet=part.key
            )


def _coded(part: Part, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON row with references under the code that a workbook has for ids."""
    refs = {each.name for each in part.refs}
    return {f"{name}.id" if name in refs else name: value for name, value in row.items()}


# ---------------------------------------------------------------- workbooks


def _from_book(book: Mapping[str, list[list[Cell]]], name: str) -> Reading:
    facts, headings = _map_of(book)
    parts: dict[str, list[Raw]] = {}
    titles: dict[str, str] = {}
    aside: list[str] = []
    statements: list[tuple[int, str]] = []
    about = {exchange_book.MAP_SHEET, *workbooks.sheet_names([_("About this file")]), "About this file"}
    for title, rows in book.items():
        if title in about or not any(_filled(row) for row in rows):
            continue
        part = _part_of(title, headings)
        if part is None:
            found = _statements_in(title, rows, alone=len(book) == 1)
            statements += found
            if not found:
                aside.append(title)
            continue
        titles[part.key] = title
        codes = _codes(part, rows[0], headings.get(title, {}))
        aside += [
            f"{title}: {heading}"
            for heading, code in zip(rows[0], codes, strict=True)
            if heading and code is None
        ]
        parts[part.key] = [
            Raw(number, {code: cell for code, cell in zip(codes, row, strict=False) if code})
            for number, row in enumerate(rows[1:], 2)
            if _filled(row)
        ]
    head = next(iter(parts.pop("plan", [])), Raw(2, {}))
    if not parts and not statements and not head.cells:
        raise InputError(_("%(name)s has no sheet of a plan. Begin with the template.", name=name))
    reading = _typed(name, parts, head, titles)
    reading.statements, reading.aside = statements, aside
    reading.rows_read += len(statements)
    reading.document.is_whole = facts.get("is_whole", "yes") != "no"
    reading.document.source = _source_of(facts)
    year = head.cells.get("school_year") or facts.get("school_year") or ""
    reading.document.school_year = str(year).strip()[:20]
    return reading


def _filled(row: Iterable[Cell]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


def _map_of(book: Mapping[str, list[list[Cell]]]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return what the hidden sheet says: facts of the file; per sheet, which heading is which column.

    Raises:
        InputError: a later version made it.
    """
    facts: dict[str, str] = {}
    headings: dict[str, dict[str, str]] = {}
    for row in book.get(exchange_book.MAP_SHEET, []):
        cells = [str(cell if cell is not None else "") for cell in [*row, None, None, None, None, None][:5]]
        if cells[0] == "column":
            headings.setdefault(cells[1], {"": cells[2]})[plain_heading(cells[3])] = cells[4]
        elif cells[0]:
            facts[cells[0]] = cells[1]
    version = facts.get("version", "1").removesuffix(".0")
    if not version.isdigit() or int(version) > exchange.VERSION:
        raise InputError(_("A later version of the platform made this file. Bring this one up to date."))
    return facts, headings


def plain_heading(heading: object) -> str:
    """Return a heading as headings are compared: without case and the space around."""
    return " ".join(str(heading).split()).casefold()


def _part_of(title: str, headings: Mapping[str, Mapping[str, str]]) -> Part | None:
    named = headings.get(title, {}).get("")
    for part in (exchange.PLAN, *exchange.PARTS):
        words = {part.key, exchange_words.sheet_title(part), exchange_words.sheet_title(part, OURS)}
        if named == part.key or (
            named is None and plain_heading(title) in {plain_heading(word) for word in words}
        ):
            return part
    return None


def _codes(part: Part, header: Iterable[Cell], mapped: Mapping[str, str]) -> list[str | None]:
    """Return which column of a sheet is which: by the hidden sheet, the network's words, ours, aliases."""
    known: dict[str, str] = {}
    own_columns = exchange_book.columns_of(part)
    for code, column in [*own_columns, *exchange_book.columns_of(part, OURS)]:
        known.setdefault(plain_heading(column.heading), code)
    for code, _column in own_columns:
        known.setdefault(plain_heading(code), code)
        known.setdefault(plain_heading(code.replace("_", " ")), code)
    allowed = set(known.values())
    for each in part.fields:
        for alias in exchange_words.aliases(part, each):
            known.setdefault(alias, each.name)
    taken: set[str] = set()
    codes: list[str | None] = []
    for heading in header:
        name = plain_heading(heading or "")
        found = mapped.get(name) if name else None
        chosen = found if found in allowed else known.get(name)
        codes.append(chosen if chosen and chosen not in taken else None)
        taken.add(chosen or "")
    return codes


# ---------------------------------------------------------------- sentences in one column


def _statements_in(title: str, rows: list[list[Cell]], *, alone: bool) -> list[tuple[int, str]]:
    header = [plain_heading(cell or "") for cell in rows[0]]
    at = next((header.index(word) for word in STATEMENTS if word in header), None)
    if at is None and len([cell for cell in rows[0] if cell is not None]) == 1 and alone:
        at = next(place for place, cell in enumerate(rows[0]) if cell is not None)
        rows = [[], *rows]
        first = 1
    elif at is None and plain_heading(title) not in _SHEETS_OF_STATEMENTS:
        return []
    else:
        at, first = at or 0, 2
    return [
        (number, " ".join(str(row[at]).split()))
        for number, row in enumerate(rows[1:], first)
        if at < len(row) and row[at] is not None and str(row[at]).strip()
    ]


def _from_list(table: tabular.Table, name: str) -> Reading:
    header = [plain_heading(cell) for cell in table.header]
    at = next((header.index(word) for word in STATEMENTS if word in header), None)
    lines = [(number, row) for number, row in enumerate(table.rows, table.first_row)]
    if at is None and len(header) > 1 and any(any(row[1:]) for _number, row in lines):
        raise InputError(_("Name the column that holds the sentences “Statement”, or use the template."))
    reading = Reading(name, Document(exchange.blank(exchange.PLAN)))
    if at is None:
        lines, at = [(table.first_row - 1, table.header), *lines], 0
    reading.statements = [(number, row[at]) for number, row in lines if row[at].strip()]
    reading.rows_read = len(reading.statements)
    return reading


# ---------------------------------------------------------------- typed rows


def _typed(name: str, parts: Mapping[str, list[Raw]], head: Raw, titles: Mapping[str, str]) -> Reading:
    reading = Reading(name, Document(exchange.blank(exchange.PLAN)), titles=dict(titles))
    reading.document.plan = _row(reading, exchange.PLAN, head)
    named: list[tuple[Part, Raw, Row]] = []
    for part in exchange.PARTS:
        raws = parts.get(part.key, [])
        reading.rows_read += len(raws)
        if len(raws) > part.most:
            mend = _("More than %(most)s rows. Split the file.", most=f"{part.most:,}")
            reading.problems.append(Problem(None, "", "", mend, sheet=titles.get(part.key, part.key)))
            continue
        for raw in raws:
            row = _row(reading, part, raw)
            reading.document.rows(part.key).append(row)
            named.append((part, raw, row))
    _give_refs(reading)
    _check_doubled(reading, named)
    _tie(reading, named)
    for part, raw, row in named:
        reading.numbers[part.key, row["ref"]] = raw.number
    return reading


def _row(reading: Reading, part: Part, raw: Raw) -> Row:
    row = exchange.blank(part)
    sheet = reading.titles.get(part.key, part.key)
    for each in part.fields:
        code = f"{each.name}.id" if each.kind is Kind.REF else each.name
        try:
            value = exchange_values.read(each, _raw(each, raw, code))
            row[each.name] = each.empty if value is None and each.kind is Kind.YES_NO else value
        except ValueError as error:
            told = str(raw.cells.get(code))[:80]
            reading.problems.append(Problem(raw.number, _heading(part, each.name), told, str(error), sheet))
            row[each.name] = each.empty
            continue
        is_named = each.kind is Kind.REF and raw.cells.get(each.name) is not None
        if each.is_required and row[each.name] in (None, "") and not is_named:
            mend = _("This is missing. Fill it in, or take the row out.")
            reading.problems.append(Problem(raw.number, _heading(part, each.name), "", mend, sheet))
    ref = raw.cells.get("ref")
    row["ref"] = str(ref).strip()[:80] if ref is not None and not isinstance(ref, list | dict) else ""
    if part.key == "milestones" and isinstance(raw.cells.get("sentence"), str):
        row["_sentence"] = raw.cells["sentence"]
    return row


def _raw(each: Field, raw: Raw, code: str) -> Any:
    """Return a cell as it stands; an empty one is the empty word where there is one, a missing one none."""
    if code in raw.cells and raw.cells[code] is None and "" in each.choices:
        return ""
    return raw.cells.get(code)


def _heading(part: Part, name: str) -> str:
    return exchange_words.heading(part, part.field(name))


def _give_refs(reading: Reading) -> None:
    """Give each row without an id one made of what it says, so that a second import finds it again."""
    for part in exchange.PARTS:
        rows = reading.document.rows(part.key)
        seen: Counter[str] = Counter()
        for row in rows:
            if not row["ref"]:
                said = repr([row[each.name] for each in part.fields if each.name != "position"])
                row["ref"] = "row " + hashlib.sha256(said.encode()).hexdigest()[:24]
                seen[row["ref"]] += 1
                if seen[row["ref"]] > 1:
                    row["ref"] += f" {seen[row['ref']]}"


def _check_doubled(reading: Reading, named: Iterable[tuple[Part, Raw, Row]]) -> None:
    """Tell each row whose id an earlier row of its part has already."""
    first: dict[tuple[str, str], int] = {}
    for part, raw, row in named:
        before = first.setdefault((part.key, row["ref"]), raw.number)
        if before != raw.number:
            mend = _(
                "Row %(row)s has this id already. Empty the id here if this row is new, or take the row out.",
                row=before,
            )
            sheet = reading.titles.get(part.key, part.key)
            reading.problems.append(Problem(raw.number, _("Id"), row["ref"], mend, sheet))


def _tie(reading: Reading, named: Iterable[tuple[Part, Raw, Row]]) -> None:
    """Find what each reference means: by name where people said one, else by id."""
    document = reading.document
    refs = {part.key: {row["ref"] for row in document.rows(part.key)} for part in exchange.PARTS}
    titles: dict[str, dict[str, list[str]]] = {}
    for part in exchange.PARTS:
        found = titles.setdefault(part.key, {})
        for row in document.rows(part.key):
            found.setdefault(plain_heading(exchange_book.title_of(part, row)), []).append(row["ref"])
    for part, raw, row in named:
        for each in part.refs:
            words = raw.cells.get(each.name)
            mend = _tied(row, each.name, words, refs[each.of], titles[each.of])
            if mend:
                shown = str(words if words is not None else row[each.name])[:80]
                sheet = reading.titles.get(part.key, part.key)
                reading.problems.append(Problem(raw.number, _heading(part, each.name), shown, mend, sheet))
                row[each.name] = None


def _tied(row: Row, name: str, words: object, refs: set[str], titles: Mapping[str, list[str]]) -> str | None:
    """Set one reference of a row; return what has to be mended, if something has."""
    ref, said = row[name], plain_heading(words) if words is not None else ""
    by_name = titles.get(said, []) if said else []
    if ref and (not said or ref in by_name):
        return None if ref in refs else _("Nothing in the file has this id.")
    if len(by_name) == 1:
        row[name] = by_name[0]
        return None
    if ref and ref in refs:
        return None  # renamed on its own sheet: the id still holds
    if not said:
        return None
    if by_name:
        return _("Several are called so. Copy the id of the one you mean.")
    return _("Nothing in the file is called so. Add it to its own sheet, or correct the name.")
