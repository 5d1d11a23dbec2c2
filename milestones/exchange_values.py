"""Reading single values of a plan's file, of JSON or of a workbook: a value, or a sentence with the mend.

Pure. Nothing is guessed: a day that could be two days is asked about.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from milestones import exchange
from milestones.exchange import Field, Kind
from nic_platform import cells, clock
from nic_platform.text import _

_SLASHES = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")
MOST_ITEMS = 200
MOST_JSON = 50_000


def read(each: Field, raw: object) -> Any:
    """Return what *raw* says in a field.

    Raises:
        ValueError: it can't be taken; the text says the mend.
    """
    if raw is None or (isinstance(raw, str) and not raw and each.kind is not Kind.CHOICE):
        return each.empty
    return _READERS[each.kind](each, raw)


def _text(each: Field, raw: object) -> str:
    if isinstance(raw, list | dict):
        raise ValueError(_("Write words here."))
    if isinstance(raw, bool):
        raw = "yes" if raw else "no"
    elif isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = raw.isoformat() if isinstance(raw, date | time) else str(raw)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(_("This holds a sign that can’t be kept. Type it anew.")) from None
    text = exchange.clean(text)
    if len(text) > each.size:
        raise ValueError(_("This is longer than %(length)s characters. Shorten it.", length=each.size))
    return text


def _day(each: Field, raw: object) -> date:
    found: date | None = None
    if isinstance(raw, datetime):
        found = raw.date()
    elif isinstance(raw, date):
        found = raw
    elif isinstance(raw, str):
        found = _day_from_text(raw.strip())
    if found is None:
        raise ValueError(_("Write the date as year-month-day, such as 2026-02-24."))
    if not clock.is_usable(found):
        raise ValueError(_("Is the year right? Give a day from 1900 to 2199."))
    return found


def _day_from_text(text: str) -> date | None:
    slashed = _SLASHES.match(text)
    try:
        if slashed is None:
            return date.fromisoformat(text[:10]) if len(text) >= 10 else None
        first, second, year = (int(part) for part in slashed.groups())
        if first <= 12 and second <= 12 and first != second:
            raise _TwoDaysError
        return date(year, first, second) if first <= 12 else date(year, second, first)
    except _TwoDaysError:
        sentence = _("This could be two days. Write it as year-month-day, such as 2026-02-24.")
        raise ValueError(sentence) from None
    except ValueError:
        return None


class _TwoDaysError(Exception):
    """Day and month could be either way round."""


def _moment(each: Field, raw: object) -> datetime:
    found: datetime | None = None
    if isinstance(raw, datetime):
        found = raw
    elif isinstance(raw, date):
        found = datetime(raw.year, raw.month, raw.day, 12)
    elif isinstance(raw, str):
        try:
            found = datetime.fromisoformat(raw.strip())
        except ValueError:
            found = None
    if found is None or not clock.is_usable(found.date()):
        raise ValueError(_("Write the moment as 2026-02-24T15:30:00+00:00."))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _time(each: Field, raw: object) -> time:
    try:
        if isinstance(raw, datetime):
            return raw.time()
        return raw if isinstance(raw, time) else time.fromisoformat(str(raw).strip()).replace(tzinfo=None)
    except ValueError:
        raise ValueError(_("Write the time as 15:30.")) from None


def _number(each: Field, raw: object) -> float:
    mend = _("Write a number, such as 75.")
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise ValueError(mend)
    written = cells.without_thousands(raw.strip().rstrip("%")) if isinstance(raw, str) else raw
    try:
        found = float(written)
    except (ValueError, OverflowError):
        raise ValueError(mend) from None
    if not math.isfinite(found) or abs(found) > exchange.LARGEST:
        raise ValueError(mend)
    return found


def _whole(each: Field, raw: object) -> int:
    found = _number(each, raw)
    if not found.is_integer() or not 0 <= found <= each.size:
        raise ValueError(_("Write a whole number from 0 to %(most)s.", most=f"{each.size:,}"))
    return int(found)


def _yes_no(each: Field, raw: object) -> bool | None:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, str | int):
        text = str(raw).strip().casefold()
        own = {_("yes").casefold(): True, _("no").casefold(): False}
        return own[text] if text in own else cells.yes_no(text)
    raise ValueError(_("Write Y or N here."))


def _choice(each: Field, raw: object) -> str:
    text = str(raw).strip().casefold().replace(" ", "_") if isinstance(raw, str) else None
    if text is None or (text and text not in each.choices) or (not text and "" not in each.choices):
        if text == "":
            return str(each.empty)
        words = ", ".join(word for word in each.choices if word)
        raise ValueError(_("Choose one of these: %(words)s.", words=words))
    return text


def _ref(each: Field, raw: object) -> str:
    text = _text(Field(each.name, size=80), raw).strip()
    if not text:
        raise ValueError(_("Say which one it belongs to."))
    return text


def _outer(each: Field, raw: object) -> str:
    try:
        return str(UUID(str(raw).strip()))
    except ValueError:
        raise ValueError(_("This is no id of the platform. Leave it empty.")) from None


def _lines(each: Field, raw: object) -> list[str]:
    if isinstance(raw, str):
        raw = [_unescaped(line) for line in raw.split("\n")]
    if not isinstance(raw, list) or len(raw) > MOST_ITEMS:
        raise ValueError(_("Write one item a line, at most %(most)s.", most=MOST_ITEMS))
    return [text for item in raw if (text := _text(Field(each.name, size=1000), item)).strip()]


def _unescaped(line: str) -> str:
    found = {"\\n": "\n", "\\r": "\r", "\\\\": "\\"}
    return re.sub(r"\\[nr\\]", lambda match: found[match.group()], line)


def _json(each: Field, raw: object) -> dict[str, Any]:
    mend = _("Leave this as the export wrote it.")
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            raise ValueError(mend) from None
    try:
        if not isinstance(raw, dict) or len(json.dumps(raw, allow_nan=False).encode()) > MOST_JSON:
            raise ValueError(mend)
        text = json.dumps(raw, ensure_ascii=False)
        text.encode()
    except (ValueError, RecursionError):
        raise ValueError(mend) from None
    if "\\u0000" in text:
        raise ValueError(mend)
    return raw


_READERS: Mapping[Kind, Callable[[Field, object], Any]] = {
    Kind.TEXT: _text, Kind.PERSON: _text, Kind.DAY: _day, Kind.MOMENT: _moment, Kind.TIME: _time,
    Kind.NUMBER: _number, Kind.WHOLE: _whole, Kind.YES_NO: _yes_no, Kind.MAYBE: _yes_no,
    Kind.CHOICE: _choice, Kind.REF: _ref, Kind.OUTER: _outer, Kind.LINES: _lines, Kind.JSON: _json,
}  # fmt: skip
