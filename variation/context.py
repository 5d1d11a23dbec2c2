"""For whom and under what conditions: the attributes by which places are narrowed down, in bands. Pure.

Bands are the same for every network, so that an address means the same everywhere. A place whose attribute
isn't known is in no band.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nic_platform.text import _, pgettext

ENROLMENT = ((0, 200), (200, 500), (500, 1000), (1000, None))
PERCENT = ((0, 25), (25, 50), (50, 75), (75, None))
MOST_KINDS = 40
"""More kinds of a free-form attribute than this can't be chosen from; it is no context then but a name."""


@dataclass(frozen=True)
class Context:
    """What is known of one place."""

    grades: str = ""
    locale: str = ""
    enrolment: int | None = None
    lunch: float | None = None
    english: float | None = None
    is_title_one: bool | None = None
    is_charter: bool | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Filter:
    """What can be chosen of one attribute: ``options`` are values in addresses with their words."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""


def _band(value: float | None, bands: Sequence[tuple[int, int | None]]) -> str:
    if value is None:
        return ""
    return next((f"{low}-{'' if high is None else high}" for low, high in bands
                 if value >= low and (high is None or value < high)), "")  # fmt: skip


def _flag(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def kinds_of(context: Context) -> dict[str, str]:
    """Return in which kind of each attribute a place is, as addresses write it; empty where not known."""
    found = {
        "grades": context.grades, "locale": context.locale,
        "enrolment": _band(context.enrolment, ENROLMENT), "lunch": _band(context.lunch, PERCENT),
        "english": _band(context.english, PERCENT), "title1": _flag(context.is_title_one),
        "charter": _flag(context.is_charter),
    }  # fmt: skip
    found |= {
        f"x-{name}": str(value) for name, value in context.attributes.items() if value not in (None, "")
    }
    return found


def is_in(context: Context, chosen: Mapping[str, str]) -> bool:
    """Say whether a place is of every kind that was chosen."""
    kinds = kinds_of(context)
    return all(kinds.get(name, "") == value for name, value in chosen.items())


def filters(contexts: Iterable[Context], chosen: Mapping[str, str]) -> list[Filter]:
    """Return what there is to choose among places: attributes of two kinds or more, and what is chosen."""
    return filters_of(((name, kind) for each in contexts for name, kind in kinds_of(each).items()), chosen)


def filters_of(there: Iterable[tuple[str, str]], chosen: Mapping[str, str]) -> list[Filter]:
    """Return what there is to choose, from the kinds there are of each attribute."""
    kinds_by_name: dict[str, set[str]] = {}
    for name, kind in there:
        if kind:
            kinds_by_name.setdefault(name, set()).add(kind)
    found = []
    for name in sorted(kinds_by_name, key=lambda each: (_ORDER.get(each, 9), each)):
        kinds = kinds_by_name[name]
        if name in chosen or 2 <= len(kinds) <= MOST_KINDS:
            words = tuple((kind, words_of(name, kind)) for kind in sorted(kinds, key=_key))
            found.append(Filter(name, label_of(name), words, chosen.get(name, "")))
    return found


NAMES = ("grades", "locale", "enrolment", "lunch", "english", "title1", "charter")
_ORDER = {name: at for at, name in enumerate(NAMES)}


def _key(kind: str) -> tuple[float, str]:
    start = kind.split("-")[0]
    return (float(start) if start.isdigit() else -1.0, kind)


_LABELS: Mapping[str, Callable[[], str]] = {
    "grades": lambda: _("Grades"), "locale": lambda: _("Locale"), "enrolment": lambda: _("Enrolment"),
    "lunch": lambda: _("Free or reduced lunch"), "english": lambda: _("English learners"),
    "title1": lambda: _("Title I"), "charter": lambda: pgettext("school", "Charter"),
}  # fmt: skip


def label_of(name: str) -> str:
    """Return what an attribute is called; one of a network's own as it was written, in words."""
    label = _LABELS.get(name)
    return label() if label else name.removeprefix("x-").replace("_", " ")


def words_of(name: str, kind: str) -> str:
    """Return a kind in words: "500 to 999 students", "25 to 49%", "Title I"."""
    if name in ("enrolment", "lunch", "english") and "-" in kind:
        low, high = kind.split("-")
        sign = "" if name == "enrolment" else "%"
        if not high:
            return _("%(low)s%(sign)s or more", low=low, sign=sign)
        if low == "0":
            return _("Under %(high)s%(sign)s", high=high, sign=sign)
        return _("%(low)s to %(high)s%(sign)s", low=low, high=int(high) - 1, sign=sign)
    if kind in ("yes", "no"):
        return _("Yes") if kind == "yes" else _("No")
    return kind
