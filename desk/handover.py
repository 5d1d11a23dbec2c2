"""Handing over what hangs on somebody who leaves a team: kinds, sentences. Pure.

Programs come and go with the champions who carry them where nobody sees what hangs on them (SISEP,
"Framework 4: Implementation Teams").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from nic_platform.text import _, ngettext

KIND = "handover"
"""Of the runs that keep what a hand-over changed, so that it can be taken back."""


@dataclass(frozen=True)
class Thing:
    """One thing that hangs on a person, and the page it is on."""

    kind: str
    id: UUID
    title: str
    page: str
    page_id: UUID | None


@dataclass(frozen=True)
class Pile:
    """All things of one kind that hang on a person."""

    kind: str
    title: str
    asks: str
    things: tuple[Thing, ...]


def names_for(name: str, others: Iterable[str]) -> list[str]:
    """Return the words that stand for a person, in small letters: the name, the first name if only theirs."""
    words = name.lower().split()
    firsts = {other.lower().split()[0] for other in others if other.split()}
    whole = " ".join(words)
    return list(dict.fromkeys([whole, *([words[0]] if words and words[0] not in firsts else [])]))


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
        Pile(kind, title, asks, tuple(some))
        for kind, (title, asks) in kind_words().items()
        if (some := [thing for thing in things if thing.kind == kind])
    ]


def lede(name: str, team: str, things: int, *, is_last_lead: bool) -> str:
    """Say what hangs on a person."""
    if not things and not is_last_lead:
        return _("Nothing of %(team)s hangs on %(name)s.", team=team, name=name)
    words = ngettext("One thing hangs on %(name)s.", "%(count)s things hang on %(name)s.", things, name=name)
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
