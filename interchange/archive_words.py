"""What explains an archive inside it: a readable text and a JSON Schema of every table, from the models."""

import inspect
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from interchange.archive_tables import BLANK, LEFT_OUT, PEOPLE, PERSON
from interchange.data_classes import CLASSES, class_of

_BEGINS = re.compile(r"^\s+(\w+): Mapped\b")
_COMMENT = re.compile(r"(?:^|\s)#\s+(.*\S)\s*$")


@cache
def comments(model: type[Any]) -> Mapping[str, str]:
    """Return what the source says beside a model's columns, by column."""
    found: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        if not parent.__module__.endswith((".models", ".tables", ".database")):
            continue
        name = ""
        for line in inspect.getsource(parent).splitlines():
            if begins := _BEGINS.match(line):
                name = begins[1]
            if name and (said := _COMMENT.search(line)):
                found[name] = said[1].split("fmt:")[0].strip()
    return found


def sentence(model: type[Any]) -> str:
    """Return what a table is, as its model says it."""
    return " ".join((model.__doc__ or "").replace("``", "").split())


def schema(tables: Mapping[str, Mapping[str, Any]], revision: str) -> dict[str, Any]:
    """Return a JSON Schema (2020-12) of the rows of every table.

    Args:
        tables: by name: ``says`` (a sentence) and ``columns``, by name with ``type``, ``nullable``,
            ``refers``, ``says``.
        revision: the version of the tables.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Archive of a network",
        "description": f"Rows of tables/NAME.jsonl, one object a line. Version of the tables: {revision}.",
        "$defs": {name: _row(name, table) for name, table in tables.items()},
    }


def _row(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    columns = table["columns"]
    return {
        "description": table["says"],
        "type": "object",
        "additionalProperties": False,
        "required": sorted(columns),
        "properties": {key: _column(name, key, column) for key, column in columns.items()},
    }


def _column(table: str, name: str, column: Mapping[str, Any]) -> dict[str, Any]:
    kind, extra = column["type"], {}
    if kind in {"date", "date-time", "uuid"}:
        kind, extra = "string", {"format": kind}
    if column["refers"]:
        kind, extra = "string", {}
    told: dict[str, Any] = dict(extra)
    if kind != "any":
        told["type"] = [kind, "null"] if column["nullable"] or (table, name) in BLANK else kind
    said = [column["says"], f"Names a row of {column['refers']}." if column["refers"] else ""]
    told["description"] = " ".join(filter(None, [*said, BLANK.get((table, name), "")]))
    told["x-class"] = class_of(table, name)
    return told


def readme(network: str, tables: Mapping[str, Mapping[str, Any]], rows: Mapping[str, int]) -> str:
    """Return the text that explains an archive to whoever opens it."""
    lines = [
        f"# The archive of {network}", "",
        "Everything that one network of Switchback holds.",
        "`nic import network FILE` puts it into another installation.",
        "",
        "- `manifest.json`: what is in it, with SHA-256 of each part, and the version of the tables",
        "- `tables/NAME.jsonl`: one row a line, as a JSON object; UTF-8, moments in UTC, days are civil",
        "- `files/ID`: attached files, by the `public_id` of their row in `tables/attachment.jsonl`",
        "- `schema.json`: a JSON Schema of each table's rows", "",
        "Rows name each other by `public_id`, never by inner numbers. `gone:7` is something that was not",
        "there any more when the archive was made; its number tells it from others that were gone.",
        f"People are in `tables/{PEOPLE}.jsonl` with {', '.join(PERSON)}; no password, no secret.", "",
        "The trail of changes (`tables/audit_entry.jsonl`) holds the digests of the installation that made",
        "it. They are keyed, so another installation makes its own and writes down that it did.", "",
        "The archive holds drafts, and words that few were meant to read. Guard it like the database.", "",
        "## Classes of columns", "",
        *(f"- **{name}**: {words}" for name, words in CLASSES.items()), "", "## Tables",
    ]  # fmt: skip
    for name, table in tables.items():
        lines += ["", f"### {name} ({rows.get(name, 0):,})", "", table["says"], ""]
        lines += ["| column | type | names | class | what it is |", "| --- | --- | --- | --- | --- |"]
        for key, column in table["columns"].items():
            kind = column["type"] + (" or nothing" if column["nullable"] else "")
            said = " ".join(filter(None, [column["says"], BLANK.get((name, key), "")])).replace("|", "/")
            lines.append(f"| {key} | {kind} | {column['refers']} | {class_of(name, key)} | {said} |")
    lines += ["", "## What is not here", ""]
    lines += [f"- `{name}`: {why}" for name, why in sorted(LEFT_OUT.items())]
    return "\n".join(lines) + "\n"
