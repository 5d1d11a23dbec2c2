"""Handing over what hangs on somebody who leaves a team: kinds, sentences. Pure.

Programs come and go with the champions who carry them where nobody sees what hangs on them (SISEP,
"Framework 4: Implementation Teams").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from nic_platform.text import _, ngettext

KIND = "handover"
"""Of the runs that keep what a hand-over changed, so that it can be taken back."""


@dataclass(frozen=True)
class Thing:
    """One thing that hangs on a person, and the page it is on.

    ``said`` is how it names them where it does so in words; where the words are not surely theirs,
    ``is_sure`` is false and ``maybe`` names who else they could mean.
    """

    kind: str
    id: UUID
    title: str
    page: str
    page_id: UUID | None
    said: str = ""
    is_sure: bool = True
    maybe: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pile:
    """All things of one kind that hang on a person, and those that only perhaps do."""

    kind: str
    title: str
    asks: str
    things: tuple[Thing, ...]
    perhaps: tuple[Thing, ...] = ()


def seen(things: Iterable[Thing]) -> str:
    """Return what tells two lists of things apart, for a form to say which one it was filled in from."""
    told = ";".join(sorted(f"{thing.kind} {thing.id} {thing.is_sure}" for thing in things))
    return sha256(told.encode()).hexdigest()[:16]


def doubt_words(thing: Thing) -> str:
    """Say why a thing is only perhaps a person's."""
    if not thing.maybe:
        return _("It says “%(words)s”.", words=thing.said)
    return _(
        "It says “%(words)s”, which may be %(names)s too.", words=thing.said, names=", ".join(thing.maybe)
    )


def kind_words() -> dict[str, tuple[str, str]]:
    """Return for each kind what it is called and what handing it over asks."""
    return {
        "sender": (_("Sends what goes up to"), _("Who sends from now on?")),
        "receiver": (_("Receives what comes from"), _("Who receives from now on?")),
        "item": (_("Works on these reports"), _("Who works on them from now on?")),
        "theme": (_("Works on these themes"), _("Who works on them from now on?")),
        "step": (_("Has these action steps"), _("Who does them?")),
        "milestone": (_("Collects the counts of"), _("Who collects them?")),
        "task": (_("Has these tasks of cycles"), _("Who does them?")),
        "decision": (_("Sees to these decisions"), _("Who sees to them?")),
    }


def piles(things: Sequence[Thing]) -> list[Pile]:
    """Return things by kind, in the order of the kinds."""
    return [
        Pile(kind, title, asks, tuple(_which(some, True)), tuple(_which(some, False)))
        for kind, (title, asks) in kind_words().items()
        if (some := [thing for thing in things if thing.kind == kind])
    ]


def _which(things: Iterable[Thing], sure: bool) -> list[Thing]:
    return [thing for thing in things if thing.is_sure == sure]


def lede(name: str, team: str, things: int, perhaps: int = 0, *, is_last_lead: bool) -> str:
    """Say what hangs on a person, and how many things only perhaps do."""
    words = ngettext("One thing hangs on %(name)s.", "%(count)s things hang on %(name)s.", things, name=name)
    if not things:
        words = _("Nothing of %(team)s hangs on %(name)s.", team=team, name=name)
    if perhaps:
        more = ngettext("One more may: say so below.", "%(count)s more may: say which below.", perhaps)
        words, things = f"{words} {more}", things + perhaps
    if is_last_lead:
        alone = _("%(name)s is the only lead of %(team)s: say who leads it next.", name=name, team=team)
        return f"{words} {alone}" if things else alone
    return words


def done_words(count: int, names: Sequence[str]) -> str:
    """Say what was handed over, and to whom."""
    if not count:
        return _("Nothing was handed over.")
    who = ", ".join(names)
    return ngettext(
        "One thing was handed over to %(who)s.",
        "%(count)s things were handed over to %(who)s.",
        count,
        who=who,
    )


def undone_words(back: int, stayed: int) -> str:
    """Say what an undo gave back, and what somebody changed since."""
    words = ngettext("One thing is back.", "%(count)s things are back.", back)
    if not stayed:
        return words
    more = ngettext(
        "One was changed since and stays as it is.",
        "%(count)s were changed since and stay as they are.",
        stayed,
    )
    return f"{words} {more}"
