"""What is asked of each initiative at each place, and what two of them have in common. Pure.

The questions are those of the deck on strategic systems alignment (improvement and implementation science in
a state's grants): what else is in place at each site; how is it planned, implemented, tracked, monitored and
evaluated at each level; are the results better, worse or the same; who else knows about the problem.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from nic_platform.text import _, ngettext

ASPECTS = ("planned", "implemented", "tracked", "monitored", "evaluated")
OUTCOMES = ("better", "same", "worse")
DECISIONS = ("keep", "stop", "reallocate")
PAIRS = ("support", "overlap", "conflict")
LEVELS = ("school", "district", "region", "state")
_SMALL_WORDS = frozenset({
    "a", "all", "and", "are", "as", "at", "by", "daily", "data", "day", "each", "every", "for", "from", "in",
    "is", "it", "its", "month", "monthly", "of", "on", "once", "one", "or", "our", "per", "staff", "team",
    "teams", "the", "their", "three", "to", "twice", "two", "we", "week", "weekly", "with", "year", "yearly",
})  # fmt: skip


def aspect_names() -> dict[str, str]:
    """Return what each aspect is called."""
    return {
        "planned": _("How it is planned"),
        "implemented": _("How it is put in place"),
        "tracked": _("How it is tracked"),
        "monitored": _("How it is monitored"),
        "evaluated": _("How it is evaluated"),
    }


def aspect_hints() -> dict[str, str]:
    """Return what one line on each aspect answers."""
    return {
        "planned": _("Who plans it, when, with whom? One line is enough."),
        "implemented": _("Who does what, how often, and where is it done otherwise than written?"),
        "tracked": _("What is written down, by whom, how often?"),
        "monitored": _("Who looks at it in between, and what happens then?"),
        "evaluated": _("Who says whether it works, from what, and when?"),
    }


def outcome_names() -> dict[str, str]:
    """Return the words for what came of an initiative at a place."""
    return {"better": _("Better"), "same": _("The same"), "worse": _("Worse")}


def outcome_word(outcome: str) -> str:
    """Return one outcome in words; "Not said yet" where nobody did."""
    return outcome_names().get(outcome, _("Not said yet"))


OUTCOME_SHAPE: Mapping[str, str] = {"better": "triangle", "same": "square", "worse": "diamond", "": "ring"}


def decision_names() -> dict[str, str]:
    """Return what people can decide about an initiative at a place."""
    return {"keep": _("Keep"), "stop": _("Stop"), "reallocate": _("Reallocate")}


def pair_names() -> dict[str, str]:
    """Return what two initiatives can be to each other at a place."""
    return {
        "support": _("They support each other"),
        "overlap": _("They overlap"),
        "conflict": _("They get in each other’s way"),
    }


@dataclass(frozen=True)
class Question:
    """A question of the source on the page of a place; ``is_open`` says that the records hold no answer."""

    words: str
    answer: str
    is_open: bool


@dataclass(frozen=True)
class Said:
    """What a place's inventory holds of one initiative, cut down to what rules look at."""

    key: int
    name: str
    drivers: frozenset[str] = frozenset()
    collects: str = ""
    teams: str = ""
    aspects: int = 0
    outcome: str = ""
    evidence: str = ""
    owner: str = ""


def questions(place: str, said: Sequence[Said], noted: int) -> list[Question]:
    """Return the source's questions to a place, each with what its own records answer so far.

    Args:
        said: one for each initiative in place; several levels of one are several.
        noted: how many pairs of initiatives people wrote a note on.
    """
    return [
        _what_else(place, said),
        _how_it_goes(said),
        _what_came(said),
        _who_knows(said),
        _what_is_collected(said),
        _together(said, noted),
    ]


def _what_else(place: str, said: Sequence[Said]) -> Question:
    names = len({each.key for each in said})
    answer = ngettext(
        "%(count)s initiative is written down.", "%(count)s initiatives are written down.", names
    )
    asks = _(
        "What else is in place at %(place)s? Think of grants, laws, plans of the state, directives of the "
        "superintendent, projects of the school.", place=place,
    )  # fmt: skip
    return Question(asks, answer if names else _("Nothing is written down yet."), not names)


def _how_it_goes(said: Sequence[Said]) -> Question:
    whole = sum(each.aspects == len(ASPECTS) for each in said)
    answer = _("%(whole)s of %(all)s have a line on all five.", whole=whole, all=len(said))
    asks = _("How is each one planned, put in place, tracked, monitored and evaluated here?")
    return Question(asks, answer if said else "", not said or whole < len(said))


def _what_came(said: Sequence[Said]) -> Question:
    told = [each for each in said if each.outcome]
    bare = sum(not each.evidence for each in told)
    parts = [_("%(told)s of %(all)s say so.", told=len(told), all=len(said))]
    if bare:
        parts.append(
            ngettext("%(count)s of them without evidence.", "%(count)s of them without evidence.", bare)
        )
    asks = _("Are results better, the same or worse since, and how do you know?")
    return Question(asks, " ".join(parts) if said else "", not said or len(told) < len(said) or bool(bare))


def _who_knows(said: Sequence[Said]) -> Question:
    missing = [each.name for each in said if not each.owner]
    asks = _(
        "Who else is worried about the same problem, what do they know, and how can you help each other?"
    )
    if not missing:
        return Question(asks, _("Each has somebody who answers for it.") if said else "", not said)
    return Question(asks, _("Nobody is named for %(names)s.", names=few(missing)), True)


def _what_is_collected(said: Sequence[Said]) -> Question:
    silent = [each.name for each in said if not each.collects]
    asks = _("What do the others already gather that would tell you something, and the other way round?")
    if not silent:
        return Question(asks, _("Each says what it gathers.") if said else "", not said)
    return Question(asks, _("Not said yet of %(names)s.", names=few(silent)), True)


def _together(said: Sequence[Said], noted: int) -> Question:
    asks = _("Where do they ask the same people for the same thing, and where do they help each other?")
    pairs = len({each.key for each in said}) * (len({each.key for each in said}) - 1) // 2
    if not pairs:
        return Question(asks, "", False)
    answer = _("%(noted)s of %(pairs)s pairs have a note.", noted=noted, pairs=pairs)
    return Question(asks, answer, noted == 0)


def few(names: Sequence[str], most: int = 3) -> str:
    """Return up to *most* names and how many more there are."""
    shown = list(dict.fromkeys(names))
    if len(shown) <= most:
        return ", ".join(shown)
    return ", ".join(shown[:most]) + " " + _("and %(count)s more", count=len(shown) - most)


@dataclass(frozen=True)
class Sign:
    """What two initiatives have in common by their own records: ``kind`` is drivers, data or teams."""

    kind: str
    shared: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the sign in words."""
        what = {
            "drivers": _("same driver"), "data": _("gathers the same"), "teams": _("same people"),
        }[self.kind]  # fmt: skip
        return _("%(what)s: %(shared)s", what=what, shared=", ".join(self.shared))


def signs(first: Said, second: Said) -> tuple[Sign, ...]:
    """Return what two initiatives share: drivers by number, data and teams by their telling words."""
    found = (
        Sign("drivers", tuple(sorted(first.drivers & second.drivers))),
        Sign("data", shared_words(first.collects, second.collects)),
        Sign("teams", shared_words(first.teams, second.teams)),
    )
    return tuple(sign for sign in found if sign.shared)


def shared_words(first: str, second: str) -> tuple[str, ...]:
    """Return the phrases of two lists that hold the same telling words, as the first writes them.

    A phrase is what stands between commas, semicolons, "and" or line breaks. Plurals and small words don't
    count: "Attendance data" and "attendance" are the same.
    """
    known = {_telling(phrase) for phrase in _phrases(second)} - {frozenset()}
    found = []
    for phrase in _phrases(first):
        words = _telling(phrase)
        if words and any(words <= other or other <= words for other in known):
            found.append(phrase)
    return tuple(dict.fromkeys(found))


def _phrases(text: str) -> list[str]:
    return [part.strip(" .:") for part in re.split(r"[,;\n]|\band\b", text) if part.strip(" .:")]


def _telling(phrase: str) -> frozenset[str]:
    words = re.findall(r"[^\W\d_]+", phrase.casefold())
    return frozenset(word.removesuffix("s") for word in words if word not in _SMALL_WORDS)


@dataclass(frozen=True)
class Overlap:
    """Two initiatives over all their common places: signs, at how many places both are, what people noted."""

    first: Said
    second: Said
    places: int
    signs: tuple[Sign, ...]
    notes: Mapping[str, int]


def overlaps(
    said: Iterable[Said],
    common: Mapping[tuple[int, int], int],
    notes: Mapping[tuple[int, int], Mapping[str, int]],
) -> list[Overlap]:
    """Return every pair that shares something or that people noted, those at most places first.

    Args:
        said: one for each initiative, the records of all its places together.
        common: at how many places both of a pair are, the smaller key first.
        notes: how often each kind was noted of a pair, the smaller key first.
    """
    found = []
    for first, second in combinations(sorted(said, key=lambda each: each.key), 2):
        both = common.get((first.key, second.key), 0)
        noted = notes.get((first.key, second.key), {})
        if both or noted:
            found.append(Overlap(first, second, both, signs(first, second), noted))
    return sorted(found, key=lambda o: (-bool(o.signs or o.notes), -o.places, o.first.name, o.second.name))
