"""The groups of notices that people choose about, and what the platform gives by itself. Pure.

A notice carries a fine kind, as ``feedback.answered``; what a person chooses is about its group. A kind that
stands nowhere here belongs to the last group that its beginning fits, else to the last of all, so that no
notice is out of reach of the settings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nic_platform.text import _


class Mail(StrEnum):
    """How a group of notices comes by mail."""

    NOW = "now"
    DIGEST = "digest"
    NONE = "none"


@dataclass(frozen=True)
class Wish:
    """Where a person wants a group of notices."""

    on_page: bool = True
    by_mail: Mail = Mail.NOW


@dataclass(frozen=True)
class Group:
    """One group: its key, its fine kinds, the beginnings that fall to it, and what it gives by itself."""

    key: str
    kinds: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    usual: Wish = Wish()


def _kinds(start: str, *ends: str) -> frozenset[str]:
    return frozenset(f"{start}.{end}" for end in ends)


GROUPS: tuple[Group, ...] = (
    Group(
        "feedback.arrivals",
        _kinds("feedback", "arrived", "withdrawn", "replied", "reopened", "taken", "taken_back"),
    ),
    Group(
        "feedback.answers",
        _kinds(
            "feedback",
            "answered",
            "came_down",
            "declined",
            "thanked",
            "asked_back",
            "unconfirmed",
            "looked_again",
        ),
    ),
    Group("feedback.moves", beginnings=("feedback.",)),  # lifted, passed, confirmed, dropped, and what is new
    Group("feedback.messages", _kinds("feedback", "message")),
    Group("feedback.mentions", _kinds("feedback", "mention", "mentioned")),
    Group("feedback.reminders", _kinds("feedback", "nudge", "reminder", "look_again")),
    Group("feedback.late", _kinds("feedback", "late", "offered")),
    Group("feedback.policy", _kinds("feedback", "policy", "recall", "recalled")),
    Group(
        "feedback.good",
        _kinds("feedback", "cheer", "cheered", "celebrated", "idea"),
        usual=Wish(by_mail=Mail.DIGEST),
    ),
    Group("plan.counts", _kinds("milestone", "check") | _kinds("measure", "count")),
    Group("cycles", beginnings=("cycle.", "cycles.")),
    Group("meetings", beginnings=("touchpoint.", "meeting.")),
    Group("questions", beginnings=("asking.",)),
    Group("teams", beginnings=("team.", "teams.", "accounts.", "network.")),
    Group("other"),
)
DIGEST_KIND = "digest"
_BY_KIND = {kind: group for group in GROUPS for kind in group.kinds}
_BY_KEY = {group.key: group for group in GROUPS}


def group_of(kind: str) -> Group:
    """Return the group that a fine kind belongs to."""
    known = _BY_KIND.get(kind)
    if known is not None:
        return known
    fits = [group for group in GROUPS if any(kind.startswith(start) for start in group.beginnings)]
    return fits[-1] if fits else _BY_KEY["other"]


def group_named(key: str) -> Group | None:
    """Return the group of this key; ``None`` where there is none."""
    return _BY_KEY.get(key)


def wish_of(key: str, chosen: Mapping[str, Wish]) -> Wish:
    """Return what a person wants of a group: their choice, else what the platform gives by itself."""
    return chosen.get(key) or _BY_KEY[key].usual


def group_names() -> dict[str, str]:
    """Return the groups in a reader's words, in the order of the settings."""
    return {
        "feedback.arrivals": _("What arrives for your team"),
        "feedback.answers": _("Answers and questions back"),
        "feedback.moves": _("Other steps of what you raised or hold"),
        "feedback.messages": _("Messages in conversations"),
        "feedback.mentions": _("Messages that name you"),
        "feedback.reminders": _("Reminders before something is due"),
        "feedback.late": _("Promises that have passed"),
        "feedback.policy": _("Policy notices"),
        "feedback.good": _("Successes, cheers and ideas taken up"),
        "plan.counts": _("Counts that are due"),
        "cycles": _("Notes on cycles"),
        "meetings": _("Minutes of meetings"),
        "questions": _("Questions between teams"),
        "teams": _("Your teams and who is on them"),
        "other": _("Anything else"),
    }


def group_notes() -> dict[str, str]:
    """Return what each group holds, in a line."""
    return {
        "feedback.arrivals": _("Something was sent, lifted or sent back to you, or taken back."),
        "feedback.answers": _("An answer came, a team asked back, or something was declined or closed."),
        "feedback.moves": _("Lifted further, passed on, confirmed lifted, given up."),
        "feedback.messages": _("Somebody wrote on something that your team raised or holds."),
        "feedback.mentions": _("Somebody wrote your name."),
        "feedback.reminders": _(
            "A promise of your team is about to pass, or an answer waits for your word or a second look."
        ),
        "feedback.late": _("Your team is late, a team you wait for is late, or you may take something over."),
        "feedback.policy": _("News from the teams above, and reminders to acknowledge them."),
        "feedback.good": _(
            "A team you learn with shares something; somebody cheers, or will try, what yours shared."
        ),
        "plan.counts": _("A milestone or a measure waits for its count."),
        "cycles": _("A coach or teammate wrote a note on a cycle."),
        "meetings": _("What was decided, once it is sent round."),
        "questions": _("Another team asks how you do something, or answers what yours asked."),
        "teams": _("Somebody left, a lead is missing, or something was handed to you."),
        "other": _("Templates that the network offers, and what is new."),
    }


@dataclass(frozen=True)
class Told:
    """Notices of one group among those that somebody reads together."""

    key: str
    name: str
    places: tuple[int, ...]


def grouped(kinds: Iterable[str]) -> Sequence[Told]:
    """Return notices by group, in the order of the settings; ``places`` are their places in *kinds*."""
    found: dict[str, list[int]] = {}
    for place, kind in enumerate(kinds):
        found.setdefault(group_of(kind).key, []).append(place)
    return [Told(key, name, tuple(found[key])) for key, name in group_names().items() if key in found]
