"""Every sentence the platform says passes through here, so that it can be said in another language.

Pure modules may use it: nothing here knows Flask. The application tells it, once, how to look a message up
and who reads.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

SOURCE = "en"
"""The language that the sentences stand in here."""

_Single = Callable[[str], str]
_Plural = Callable[[str, str, int], str]
_Apart = Callable[[str, str], str]
Words = str | Callable[[], str]
"""A sentence, or what says it: the latter is said once in each language that its readers have."""

_chosen: ContextVar[str | None] = ContextVar("language of a reader", default=None)


def _same(message: str) -> str:
    return message


def _english(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


def _message_of(_context: str, message: str) -> str:
    return message


class Told(str):
    """A sentence as it was said once, which knows how it is said again to who reads another language.

    Joined to other words it is a plain text. What is filled in and was itself said is said again with it.
    """

    __slots__ = ("again",)
    again: "_Again | None"

    def __mod__(self, values: Any) -> str:
        """Fill the places; the sentence keeps what it needs to be said again."""
        filled = super().__mod__(values)
        again = getattr(self, "again", None)
        if again is None or not isinstance(values, Mapping):
            return filled
        return _kept(type(self), filled, (again[0], again[1], {**again[2], **values}))


class Said(Told):
    """A sentence that was said for its reader already: no form says it once more."""

    __slots__ = ()


_Again = tuple[Callable[..., str], tuple[Any, ...], Mapping[str, Any]]


def _kept(kind: type[Told], words: str, again: _Again) -> Told:
    made = kind(words)
    made.again = again
    return made


def _told(found: str, values: Mapping[str, Any], again: _Again) -> str:
    words = str.__mod__(found, values) if values else found
    return _kept(Said if isinstance(found, Said) else Told, words, again)


def kept(words: str, say: Callable[..., str], *parts: Any) -> str:
    """Return *words*, which ``say(*parts)`` says again to who reads another language: a day, for one."""
    return _kept(Told, words, (say, parts, {}))


class _Lookup:
    """The look-ups in force."""

    single: _Single = staticmethod(_same)
    plural: _Plural = staticmethod(_english)
    apart: _Apart = staticmethod(_message_of)
    present: Callable[[], str] = staticmethod(lambda: SOURCE)


def translate_with(
    single: _Single, plural: _Plural, apart: _Apart = _message_of, present: Callable[[], str] | None = None
) -> None:
    """Use these functions to look messages up, and to find the present reader's language, from now on."""
    _Lookup.single = staticmethod(single)
    _Lookup.plural = staticmethod(plural)
    _Lookup.apart = staticmethod(apart)
    if present is not None:
        _Lookup.present = staticmethod(present)


def language() -> str:
    """Return the code of the language that is spoken now: that of :func:`in_language`, else the reader's."""
    return _chosen.get() or _Lookup.present()


def is_chosen() -> bool:
    """Say whether a block of :func:`in_language` is being said, whoever asks."""
    return _chosen.get() is not None


@contextmanager
def in_language(code: str | None) -> Iterator[None]:
    """Say everything in this language inside the block: to somebody else than who asks, or where nobody does.

    Args:
        code: as ``User.locale`` holds it; who chose none is written to in the language of the source.
    """
    before = _chosen.set(code or SOURCE)
    try:
        yield
    finally:
        _chosen.reset(before)


def said(words: Words) -> str:
    """Return a sentence as it is said in the language spoken now; what is none of ours stays as it is."""
    if not isinstance(words, str):
        return words()
    again: _Again | None = getattr(words, "again", None)
    if again is None:
        return str(words)
    say, parts, values = again
    return say(
        *parts, **{name: said(each) if isinstance(each, str) else each for name, each in values.items()}
    )


def can_be_said_again(words: Words) -> bool:
    """Say whether :func:`said` may give something else in another language."""
    return not isinstance(words, str) or getattr(words, "again", None) is not None


def _(message: str, **values: object) -> str:
    """Return *message* in the reader's language, its ``%(name)s`` places filled from *values*."""
    return _told(_Lookup.single(message), values, (_, (message,), values))


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """Return the singular or plural form for *count*; ``%(count)s`` is always filled."""
    found = _Lookup.plural(one, many, count)
    return _told(found, {"count": count, **values}, (ngettext, (one, many, count), values))


def pgettext(context: str, message: str, **values: object) -> str:
    """Return *message* as :func:`_` does, where one English text means two things: *context* says which."""
    return _told(_Lookup.apart(context, message), values, (pgettext, (context, message), values))


def marked(message: str) -> str:
    """Return *message* as it is: translators find it by this, and :func:`_` says it elsewhere."""
    return message


def listed(parts: Sequence[str]) -> str:
    """Return a list in a sentence: "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    first, last = ", ".join(parts[:-1]), parts[-1]
    if language() == "es" and _sounds_as_i(last):
        return f"{first} e {last}"
    return _("%(first)s and %(last)s", first=first, last=last)


def _sounds_as_i(word: str) -> bool:
    low = word.lower()
    return low.startswith(("i", "í", "hi", "hí")) and not low.startswith(("hie", "hia", "ie", "ia"))
