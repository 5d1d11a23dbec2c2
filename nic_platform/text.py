"""Every sentence the platform says passes through here, so that it can be said in another language.

Pure modules may use it: nothing here knows Flask. The application tells it, once, how to look a message up.
"""

from collections.abc import Callable

_Single = Callable[[str], str]
_Plural = Callable[[str, str, int], str]


def _same(message: str) -> str:
    return message


def _english(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


class Said(str):
    """A sentence that was said for its reader already: nothing says it once more."""

    __slots__ = ()


class _Lookup:
    """The two look-ups in force."""

    single: _Single = staticmethod(_same)
    plural: _Plural = staticmethod(_english)


def translate_with(single: _Single, plural: _Plural) -> None:
    """Use these two functions to look messages up from now on."""
    _Lookup.single = staticmethod(single)
    _Lookup.plural = staticmethod(plural)


def _(message: str, **values: object) -> str:
    """Return *message* in the reader's language, its ``%(name)s`` places filled from *values*."""
    found = _Lookup.single(message)
    return type(found)(found % values) if values else found


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """Return the singular or plural form for *count*; ``%(count)s`` is always filled."""
    return _Lookup.plural(one, many, count) % {"count": count, **values}
