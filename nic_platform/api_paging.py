"""Paging that is the same for every list: ``limit``, ``after``, ``next`` and a Link header.

Most lists page by key themselves. What comes whole from its view is cut here; what counts its rows by
another name (``start``, ``before``) takes ``after`` in its place.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from flask import request
from werkzeug.datastructures import ImmutableMultiDict

from nic_platform.errors import InputError
from nic_platform.text import _

MOST = 200  # rows of one page
OTHER_NAMES = ("start", "before")


class Paging:
    """How one operation pages: by itself, by another name, or not at all."""

    def __init__(self, view: Callable[..., Any]) -> None:
        doc = getattr(view, "_apidoc", {})
        query = _query_fields(doc)
        said = _answer_fields(doc)
        self.is_list = "items" in said and "id" not in said  # a thing may have items of its own
        self.other = next((name for name in OTHER_NAMES if name in query), None) if self.is_list else None
        self.is_own = self.is_list and ("after" in query or self.other is not None)
        self.is_cut = self.is_list and not self.is_own
        self.takes_limit = "limit" in query

    def take(self) -> tuple[int, str]:
        """Take ``limit`` and ``after`` out of the query where the view does not know them.

        Raises:
            InputError: ``limit`` is no number from 1 to 200.
        """
        asked = request.args.to_dict(flat=False)
        if self.is_cut:
            limit, after = asked.pop("limit", [""])[-1], asked.pop("after", [""])[-1]
            request.args = ImmutableMultiDict(asked)  # the view's own schema refuses more
            return _limit(limit), after
        if self.other and "after" in asked:
            asked[self.other] = asked.pop("after")
            request.args = ImmutableMultiDict(asked)
        return MOST, ""

    def cut(self, said: Mapping[str, Any], limit: int, after: str) -> dict[str, Any]:
        """Return one page of what the view said.

        Raises:
            InputError: *after* names no row of the list, or not any more.
        """
        rows = list(said["items"])
        start = _place(rows, after)
        page = rows[start : start + limit]
        more = start + limit < len(rows)
        return {**said, "items": page, "next": _key(page[-1], start + limit) if more else None}

    def name_next(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer with ``next`` where its view calls it by another name."""
        if not self.other or "next" in said:
            return said
        if self.other in said:
            return {**said, "next": said[self.other]}
        place = int(request.args.get(self.other, "0") or 0) + len(said["items"])
        return {**said, "next": place if said["items"] and place < said.get("total", 0) else None}


def _limit(sent: str) -> int:
    if not sent:
        return MOST
    if not (sent.isascii() and sent.isdigit() and len(sent) < 5 and 1 <= int(sent) <= MOST):
        said = _("Give a number from 1 to %(most)s.", most=MOST)
        raise InputError(_("What was sent can't be used. Each field says why."), {"limit": said})
    return int(sent)


def _key(row: Any, place: int) -> str:
    return str(row["id"]) if isinstance(row, Mapping) and row.get("id") else str(place)


def _place(rows: list[Any], after: str) -> int:
    """Return where the page after *after* begins."""
    if not after:
        return 0
    for at, row in enumerate(rows):
        if isinstance(row, Mapping) and str(row.get("id") or "") == after:
            return at + 1
    if after.isascii() and after.isdigit() and len(after) < 7:
        return int(after)
    said = _("This place in the list is gone. Begin again without it.")
    raise InputError(_("What was sent can't be used. Each field says why."), {"after": said})


def link_to_next(said: Any) -> str | None:
    """Return the Link header of an answer that has a next page."""
    if not isinstance(said, Mapping) or said.get("next") in {None, ""}:
        return None
    query = {
        name: values
        for name, values in parse_qs(request.query_string.decode("utf-8", "replace")).items()
        if name not in OTHER_NAMES
    }
    return f'<{request.path}?{urlencode(query | {"after": [str(said["next"])]}, doseq=True)}>; rel="next"'


def _query_fields(doc: Mapping[str, Any]) -> frozenset[str]:
    found: set[str] = set()
    for each in doc.get("arguments", {}).get("parameters", []):
        if each.get("in") == "query":
            schema = each["schema"]
            found |= set((schema() if isinstance(schema, type) else schema).fields)
    return frozenset(found)


def _answer_fields(doc: Mapping[str, Any]) -> Mapping[str, Any]:
    for code, answers in doc.get("response", {}).get("responses", {}).items():
        schema = answers[0].get("schema")
        if int(code) == 200 and hasattr(schema, "fields"):
            return dict(schema.fields)
    return {}
