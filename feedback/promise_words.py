"""How an item stands against its promise, in words for everybody who may read it. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from feedback.rules import OFFER_EVERY, late_by, wait_words
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext
from teams.breaks import Breaks


@dataclass(frozen=True)
class Standing:
    """``words`` is "Day 11 of 21" or "3 days past promise"; ``notes`` say what is done about it."""

    words: str
    is_late: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
    """An item that somebody holds. ``with_others`` says that it isn't with the team that raised it."""

    held_on: date
    due_on: date
    with_others: bool
    escalations: int = 0
    offered_to: str = ""
    with_network: bool = False


def standing(item: Waiting, today: date, breaks: Breaks) -> Standing:
    """Return how an item stands on a day, and what happens or was done about its promise."""
    late = late_by(item.due_on, today, breaks)
    notes = [_break_words(item, today, breaks), _done_words(item, late)]
    words = wait_words(item.held_on, item.due_on, today, breaks)
    return Standing(words, late > 0, tuple(note for note in notes if note))


def _break_words(item: Waiting, today: date, breaks: Breaks) -> str:
    """Say that a break stops the clock, or did since the item came."""
    now = next((last for first, last in breaks.spans if first <= today <= last), None)
    if now is not None:
        goes_on = now + timedelta(days=1)
        return _("It is a break: the clock goes on on %(day)s.", day=day_words(goes_on))
    lost = (item.due_on - item.held_on).days - breaks.between(item.held_on, item.due_on)
    if not lost:
        return ""
    return ngettext(
        "%(count)s day of a break is not counted.", "%(count)s days of breaks are not counted.", lost
    )


def _done_words(item: Waiting, late: int) -> str:
    if item.with_network:
        return _("Nobody acted, so whoever runs the network was told. It stays open until somebody acts.")
    if item.offered_to:
        return _("It is offered to %(team)s too: whoever acts first takes it on.", team=item.offered_to)
    if not late:
        return ""
    if not item.with_others:
        return _("After two reminders without a word from its team it is closed unconfirmed.")
    if not item.escalations:
        return _("The team is told today that it is late.")
    return ngettext(
        "The team was told. Tomorrow it goes further: to the level above, or to whoever runs the network.",
        "The team was told. In %(count)s days it goes further: to the level above, or to whoever runs "
        "the network.",
        max(1, OFFER_EVERY + 1 - late),
    )
