"""What a link carries: its topics, the people who carry it, and what passed on it. Pure.

A link is the named pathway for feedback between two teams (SISEP, "Framework 4: Implementation Teams").
Where a team has several links up, the topics say what goes which way; where nobody sits on both teams and
nobody is named, a pathway is only a line on paper.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from nic_platform.text import _, ngettext
from teams import rules

MOST_TOPICS, LONGEST_TOPIC = 12, 60


class ExchangeKind(StrEnum):
    """What people write down of a link; what items do is on their own tracks."""

    MEETING = "meeting"
    MESSAGE = "message"


def exchange_names() -> dict[str, str]:
    """Return the kinds of exchange that are written down, in words."""
    return {ExchangeKind.MEETING: _("Meeting"), ExchangeKind.MESSAGE: _("Message or call")}


def may_have_passed(on: date, today: date) -> bool:
    """Say whether something can have passed on that day: it has come, and lies within a year."""
    return today - timedelta(days=366) <= on <= today


# ---------------------------------------------------------------------------------------- topics


def tidy_topics(topics: Iterable[str]) -> list[str]:
    """Return topics without blanks and doubles (small and capital letters are one), in the order given."""
    found: dict[str, str] = {}
    for topic in topics:
        words = " ".join(str(topic).replace(",", " ").split())[:LONGEST_TOPIC].strip()
        if words:
            found.setdefault(words.casefold(), words)
    return list(found.values())[:MOST_TOPICS]


def topics_of(text: str) -> list[str]:
    """Return the topics of a text that has them between commas or on lines of their own."""
    return tidy_topics(text.replace("\n", ",").split(","))


def topics_words(topics: Sequence[str]) -> str:
    """Say what goes by a link."""
    return ", ".join(topics) if topics else _("Everything")


@dataclass(frozen=True)
class Upward:
    """A link up from a team, as the rule that picks one looks at it."""

    id: UUID
    upper: str
    level: str
    topics: Sequence[str] = ()


@dataclass(frozen=True)
class Picked:
    """The link that a topic goes by, and the sentence that says why."""

    link: Upward
    sentence: str


def pick_link(topic: str, links: Iterable[Upward]) -> Picked | None:
    """Return the link that an item of this topic goes by, or None where a team lifts to nobody.

    A link that names the topic comes first, then one that takes everything, then the nearest; of equals the
    nearer level, then by name. It is a proposal: whoever sends may choose another.
    """
    nearest = sorted(links, key=lambda link: (rules.rank(link.level), link.upper, str(link.id)))
    if not nearest:
        return None
    wanted = " ".join(topic.split()).casefold()
    named = [link for link in nearest if wanted and wanted in {one.casefold() for one in link.topics}]
    if named:
        sentence = _("“%(topic)s” goes to %(team)s.", topic=topic.strip(), team=named[0].upper)
        return Picked(named[0], sentence)
    if takes_all := [link for link in nearest if not link.topics]:
        return Picked(takes_all[0], _("%(team)s takes every topic.", team=takes_all[0].upper))
    team = nearest[0].upper
    if not wanted:
        return Picked(nearest[0], _("Every link of yours has its topics. %(team)s is nearest.", team=team))
    sentence = _(
        "No link of yours names “%(topic)s”. %(team)s is nearest; agree with it who takes this.",
        topic=topic.strip(),
        team=team,
    )
    return Picked(nearest[0], sentence)


def topics_unsaid(links: Sequence[Upward]) -> str | None:
    """Say what to do where a team has several links up that do not say what goes which way, or None."""
    if len(links) < 2 or sum(not link.topics for link in links) < 2:
        return None
    names = sorted(link.upper for link in links if not link.topics)
    return _(
        "%(first)s and %(last)s both take everything. Write on each link which topics go that way.",
        first=", ".join(names[:-1]),
        last=names[-1],
    )


# ---------------------------------------------------------------------------------------- people


@dataclass(frozen=True)
class Carried:
    """Who carries a link, in a sentence; a gap when nobody does on one side or the other."""

    is_gap: bool
    sentence: str


def carried(
    lower: str, upper: str, both: Sequence[str], sender: str | None = None, receiver: str | None = None
) -> Carried:
    """Say who carries a link: people on both teams, or a named sender and a named receiver.

    Args:
        both: the names of those who sit on both teams; guests (coaches, observers) carry nothing.
    """
    if both:
        sentence = ngettext(
            "%(names)s sits on both teams.", "%(names)s sit on both teams.", len(both), names=_and(both)
        )
        return Carried(False, sentence)
    if sender and receiver:
        return Carried(False, _("%(sender)s sends, %(receiver)s receives.", sender=sender, receiver=receiver))
    if sender:
        text = _("%(name)s sends, but nobody in %(team)s is named to receive.", name=sender, team=upper)
    elif receiver:
        text = _("%(name)s receives, but nobody in %(team)s is named to send.", name=receiver, team=lower)
    else:
        text = _("Nobody sits on both teams, and nobody is named to send or to receive.")
    return Carried(True, text + " " + _("Name a person at each end, or let one person sit on both teams."))


def _and(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


# ---------------------------------------------------------------------------------------- what passed


@dataclass(frozen=True)
class Passed:
    """One thing that passed on a link.

    ``kind`` is meeting, message, item or notice; ``way`` is "up", "down" or "" for both. ``title`` is None
    where the reader may know that something passed, but not what.
    """

    kind: str
    at: datetime
    on: date
    way: str = ""
    title: str | None = None
    words: str = ""
    who: str = ""
    address: str = ""
    id: UUID | None = None


def merged(parts: Iterable[Iterable[Passed]], limit: int) -> tuple[list[Passed], date | None]:
    """Return what passed, newest first, and the day before which more may be, or None.

    Args:
        limit: days are never cut in two, so a day may bring the list over it.
    """
    found = sorted((one for part in parts for one in part), key=lambda one: (one.on, one.at), reverse=True)
    if len(found) <= limit:
        return found, None
    last = found[limit - 1].on
    shown = [one for one in found if one.on >= last]
    return shown, last if len(shown) < len(found) else None


def last_words(last: date | None, rhythm_days: int, today: date, begun: date) -> str:
    """Say when a link was last used, and whether that is too long ago for its rhythm."""
    since = last or begun
    days = (today - since).days
    if rules.is_silent(since, rhythm_days, today):
        first = ngettext("Nothing has passed for a day", "Nothing has passed for %(count)s days", days)
        return _(
            "%(first)s; agreed is: %(rhythm)s. Meet, write, or agree on another rhythm.",
            first=first,
            rhythm=_small(rules.rhythm_words(rhythm_days)),
        )
    if last is None:
        return _("Not used yet.")
    if days <= 0:
        return _("Last used today.")
    return ngettext("Last used yesterday.", "Last used %(count)s days ago.", days)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
