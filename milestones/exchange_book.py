"""A plan as a workbook: one sheet a part, for people to read and write, and read back without loss. Pure.

What one thing says of another stands there twice: by name for people, and at the far right by its id. A
hidden sheet keeps which heading is which field: a file in one network's words is understood by another.
"""

import json
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from measures.rules import Direction, MeasureType
from milestones import exchange, exchange_words, sentence
from milestones.exchange import Document, Field, Kind, Part, Row
from milestones.exchange_words import Own
from nic_platform import workbooks
from nic_platform.text import _, pgettext
from nic_platform.workbooks import Cell, Column, Sheet

MAP_SHEET = "_switchback"
YES, NO = "yes", "no"
_WIDTHS = {
    Kind.TEXT: 24, Kind.DAY: 12, Kind.MOMENT: 20, Kind.TIME: 10, Kind.NUMBER: 11, Kind.WHOLE: 11,
    Kind.YES_NO: 10, Kind.MAYBE: 10, Kind.CHOICE: 14, Kind.REF: 28, Kind.OUTER: 14, Kind.PERSON: 20,
    Kind.LINES: 32, Kind.JSON: 24,
}  # fmt: skip
_WIDE = frozenset(
    {"text", "description", "what", "definition", "statement", "acceptance_test", "note", "notes"}
)


def as_bytes(document: Document, own: Own | None = None) -> bytes:
    """Return the workbook of a plan, its headings in the network's words.

    Raises:
        RuleError: a text is longer than a cell holds.
    """
    return workbooks.as_book(sheets(document, own))


def sheets(document: Document, own: Own | None = None) -> list[Sheet]:
    """Return the sheets of a plan's workbook, the one that explains them first and the hidden one last."""
    parts = (exchange.PLAN, *exchange.PARTS)
    titles = workbooks.sheet_names(
        [_("About this file"), *(exchange_words.sheet_title(part, own) for part in parts), MAP_SHEET]
    )
    titles_of = dict(zip((part.key for part in parts), titles[1:-1], strict=True))
    names = {
        part.key: {row["ref"]: title_of(part, row) for row in document.parts.get(part.key, ())}
        for part in exchange.PARTS
    }
    made = [_about(document, titles[0], titles_of)]
    key_rows: list[list[Cell]] = [
        ["format", exchange.FORMAT], ["version", exchange.VERSION],
        ["is_whole", YES if document.is_whole else NO], ["school_year", document.school_year],
        ["network", document.source.network], ["team", document.source.team],
        ["made_at", document.source.made_at],
    ]  # fmt: skip
    for part in parts:
        rows = [document.plan] if part.key == "plan" else document.parts.get(part.key, [])
        layout = columns_of(part, own)
        cells = [[_cell(part, row, each, names, document) for each in layout] for row in rows]
        made.append(Sheet(titles_of[part.key], [each[1] for each in layout], cells))
        key_rows += [["column", titles_of[part.key], part.key, each[1].heading, each[0]] for each in layout]
    width = [Column(word) for word in ("what", "sheet", "part", "heading", "field")]
    made.append(Sheet(titles[-1], width, key_rows, is_hidden=True))
    return made


def columns_of(part: Part, own: Own | None = None) -> list[tuple[str, Column]]:
    """Return the columns of a part's sheet: the code of each and how it looks.

    A code is a field's name, a reference's name with ``.id``, ``ref`` for the row itself, or ``sentence``.
    """
    made: list[tuple[str, Column]] = []
    ids: list[tuple[str, Column]] = []
    taken: set[str] = set()
    headings = exchange_words.headings(part, own)
    for each in part.fields:
        words = _unlike(headings[each.name], taken)
        if each.kind is Kind.REF:
            made.append((each.name, Column(words, _WIDTHS[each.kind])))
            ids.append((f"{each.name}.id", Column(_("%(what)s id", what=words), 14, is_quiet=True)))
        elif each.kind is Kind.OUTER:
            ids.append((each.name, Column(words, 14, is_quiet=True)))
        else:
            width = 48 if each.name in _WIDE else _WIDTHS[each.kind]
            made.append((each.name, Column(words, width, _choices(each))))
    if part.key == "plan":
        made.append(("school_year", Column(_("School year"))))
    if part.key == "milestones":
        made.insert(1, ("sentence", Column(_unlike(_("Sentence"), taken), 60)))
    return [*made, *ids, ("ref", Column(_unlike(_("Id"), taken), 14, is_quiet=True))]


def _unlike(words: str, taken: set[str]) -> str:
    """Return a heading that no other column of the sheet has: a network may call two things alike."""
    made, number = words, 2
    while made.casefold() in taken:
        made, number = f"{words} {number}", number + 1
    taken.add(made.casefold())
    return made


def _choices(each: Field) -> tuple[str, ...]:
    if each.kind in {Kind.YES_NO, Kind.MAYBE}:
        return (YES, NO)
    return tuple(word for word in each.choices if word)


def title_of(part: Part, row: Row) -> str:
    """Return what people call one thing: its name; a milestone without one, what is done."""
    if part.key == "milestones":
        return str(row["name"] or row["what"])
    if part.key == "touchpoints":
        return str(row["title"] or row["held_on"].isoformat())
    if part.key in {"measurements", "checkpoints", "backwards_plans"}:
        return ""
    return str(row[part.title] or "")[:200]


def _cell(
    part: Part,
    row: Row,
    column: tuple[str, Column],
    names: Mapping[str, Mapping[str, str]],
    document: Document,
) -> Cell:
    code = column[0]
    if code == "sentence":
        return sentence_of(row, document)
    if code == "school_year":
        return document.school_year
    if code == "ref" or code.endswith(".id"):
        found: str | None = row[code.removesuffix(".id")]
        return found
    each, value = part.field(code), row[code]
    if each.kind is Kind.REF:
        return names.get(each.of, {}).get(value) if value else None
    return _plain(each, value)


def _plain(each: Field, value: Any) -> Cell:
    if value is None:
        return None
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime | time):
        return value.isoformat()
    if each.kind is Kind.LINES:
        return "\n".join(
            item.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r") for item in value
        )
    if each.kind is Kind.JSON:
        return json.dumps(value, ensure_ascii=False) if value else None
    plain: Cell = value
    return plain


def sentence_of(row: Row, document: Document) -> str:
    """Return a milestone's row in the frame, as pages write it."""
    return sentence.sentence(frame_of(row, document))


def frame_of(row: Row, document: Document) -> sentence.Frame:
    """Return the parts of a milestone's row as its sentence needs them."""
    measure = next((m for m in document.parts.get("measures", ()) if m["ref"] == row["measure"]), None)
    return sentence.Frame(
        row["what"], row["who"], row["tool"], row["due_on"], row["begins_on"], row["frequency"],
        row["target"],
        MeasureType(measure["type"]) if measure else MeasureType.PROPORTION,
        Direction(measure["direction"]) if measure else Direction.UP,
        measure["unit"] if measure else "", row["is_deliverable"], row["acceptance_test"], row["purpose"],
    )  # fmt: skip


def _about(document: Document, title: str, titles: Mapping[str, str]) -> Sheet:
    source = document.source
    rows: list[list[Cell]] = [
        [pgettext("noun", "Plan"), document.plan["title"]],
        [_("School year"), document.school_year],
        [_("Team"), source.team],
        [_("Network"), source.network],
        [_("Taken out"), source.made_at],
        [None, None],
        [_("How to use it"), _("Each sheet is a part of the plan. Change what you like, import the file.")],
        [_("New rows"), _("Leave the id empty. Say by its name what a row belongs to.")],
        [_("Days"), _("A date of the spreadsheet, or 2026-02-24.")],
        [_("Ids"), _("The grey columns tie rows together; an import finds by them what is there.")],
        [_("Nothing is deleted"), _("A row that you take out of the file stays in the plan.")],
    ]  # fmt: skip
    if not document.is_whole:
        hidden = _(
            "Small counts, drafts and the team’s own history are left out. It can’t be imported as truth."
        )
        rows.insert(5, [_("Not whole"), hidden])
    used = [titles[part.key] for part in exchange.PARTS if document.parts.get(part.key)]
    rows.append([_("Sheets with rows"), ", ".join(used)])
    return Sheet(title, [Column(_("About this file"), 22), Column("", 90)], rows)
