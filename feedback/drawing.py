"""From the rows of a track to what its drawing and its table need. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from feedback.rules import civil_day, late_by
from feedback.svg import Leg
from nic_platform.actor import Level
from nic_platform.text import _, marked, ngettext
from teams.breaks import NO_BREAKS, Breaks


class Step(Protocol):
    """One leg of a track."""

    @property
    def team(self) -> str:
        """The team's name."""

    @property
    def level(self) -> Level:
        """The team's level."""

    @property
    def reached_at(self) -> datetime:
        """When the item came."""

    @property
    def promised_on(self) -> date | None:
        """The promised day."""

    @property
    def left_at(self) -> datetime | None:
        """When it went; empty while it is there."""

    @property
    def act(self) -> str:
        """What ended the leg."""


@dataclass(frozen=True)
class Line:
    """One line of the path's table: civil days. ``promised`` and ``late`` leave the days of breaks out."""

    team: str
    level: Level
    start: date
    end: date | None
    days: int
    promised: int | None
    late: int


def lines(steps: Sequence[Step], today: date, zone: str, breaks: Breaks = NO_BREAKS) -> list[Line]:
    """Return the path as a table, oldest first."""
    found = []
    for step in steps:
        start = civil_day(step.reached_at, zone)
        end = civil_day(step.left_at, zone) if step.left_at else None
        until = end or max(today, start)
        promised = max(0, breaks.between(start, step.promised_on)) if step.promised_on else None
        late = late_by(step.promised_on, until, breaks)
        found.append(Line(step.team, step.level, start, end, (until - start).days, promised, late))
    return found


def legs(steps: Sequence[Step], today: date, zone: str, breaks: Breaks = NO_BREAKS) -> list[Leg]:
    """Return the path as its drawing needs it; what is late there is what :func:`lines` says."""
    return [
        Leg(line.level.value, line.start, line.end or max(today, line.start), line.promised,
            step.promised_on, line.late)
        for step, line in zip(steps, lines(steps, today, zone, breaks), strict=True)
    ]  # fmt: skip


_ANSWERS = {"answered", "declined", "thanked"}


def finding(steps: Sequence[Step], found: Sequence[Line]) -> str:
    """Return the title of a path: days in all, hand-offs, answers."""
    days = (((found[-1].end or found[-1].start) - found[0].start).days) if found[-1].end else None
    total = days if days is not None else sum(line.days for line in found)
    answers = sum(step.act in _ANSWERS for step in steps)
    parts = [
        ngettext("%(count)s day", "%(count)s days", total),
        ngettext("%(count)s hand-off", "%(count)s hand-offs", len(steps) - 1),
    ]
    if answers:
        parts.append(ngettext("%(count)s answer", "%(count)s answers", answers))
    else:
        parts.append(_("no answer yet"))
    return ", ".join(parts)


def lateness(found: Sequence[Line]) -> list[tuple[str, int]]:
    """Return who was late on a path and by how many days in all, the longest first."""
    late: dict[str, int] = {}
    for line in found:
        if line.late:
            late[line.team] = late.get(line.team, 0) + line.late
    return sorted(late.items(), key=lambda each: -each[1])


ACT_WORDS = {
    "sent": marked("Raised"),
    "withdrawn": marked("Taken back"),
    "lifted": marked("Lifted further"),
    "passed": marked("Passed on"),
    "asked_back": marked("Asked back"),
    "replied": marked("Replied"),
    "answered": marked("Answered"),
    "declined": marked("Declined"),
    "thanked": marked("Taken up with thanks"),
    "taken": marked("Taken over"),
    "confirmed": marked("Confirmed lifted"),
    "partly": marked("Partly lifted"),
    "reopened": marked("Not lifted, sent back"),
    "dropped": marked("Given up"),
    "opened_again": marked("Opened again"),
    "closed_unconfirmed": marked("Closed unconfirmed"),
    "undone": marked("The act was taken back"),
}


def act_words(act: str) -> str:
    """Return what ended a leg, in words."""
    return _(ACT_WORDS[act]) if act in ACT_WORDS else act


class Message(Protocol):
    """One line somebody wrote."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def team(self) -> str | None:
        """For which team."""

    @property
    def level(self) -> Level | None:
        """That team's level."""

    @property
    def person(self) -> str | None:
        """Who."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def audience(self) -> str:
        """Who reads it."""

    @property
    def told(self) -> Sequence[str]:
        """Whom it names."""

    @property
    def id(self) -> UUID:
        """The name of it in addresses."""

    @property
    def is_own(self) -> bool:
        """Say whether the reader wrote it."""

    @property
    def taken_back(self) -> bool:
        """Say whether its author took it back."""


class SpokenStep(Step, Protocol):
    """One leg of a track with the words that ended it."""

    @property
    def words(self) -> str:
        """The words."""

    @property
    def person(self) -> str | None:
        """Who acted."""

    @property
    def audience(self) -> str:
        """Who reads the words."""

    @property
    def is_kept(self) -> bool:
        """Say whether the reader is not meant to read them."""


@dataclass(frozen=True)
class Entry:
    """One entry of the conversation: an act with its words, or a line that somebody wrote."""

    at: datetime
    team: str
    level: Level | None
    person: str
    act: str
    text: str
    is_answer: bool = False
    audience: str = "track"
    is_kept: bool = False
    told: Sequence[str] = ()
    own_id: UUID | None = None  # of a line that the reader wrote, who may take it back or put it back
    taken_back: bool = False


_BY_RAISER = {"sent", "withdrawn", "replied", "confirmed", "partly", "reopened", "dropped", "opened_again"}


def conversation(steps: Sequence[SpokenStep], messages: Sequence[Message], happens: str) -> list[Entry]:
    """Return acts and messages together, the newest first. The sending says what happens.

    An act stands with the team that did it, which need not be the one whose leg it ended: who raised an item
    may give it up while another team holds it.
    """
    entries = acts(steps, happens)
    entries += [
        Entry(line.at, line.team or "", line.level, line.person or "", "", line.text,
              audience=line.audience, told=line.told, own_id=line.id if line.is_own else None,
              taken_back=line.taken_back)
        for line in messages
    ]  # fmt: skip
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def acts(steps: Sequence[SpokenStep], happens: str = "") -> list[Entry]:
    """Return the acts of a track alone, in the order in which they were done."""
    return [_entry(steps, place, happens) for place, step in enumerate(steps) if step.left_at and step.act]


def _entry(steps: Sequence[SpokenStep], place: int, happens: str) -> Entry:
    step, who = steps[place], steps[place]
    if step.act in _BY_RAISER:
        who = steps[0]
    elif step.act == "taken" and place + 1 < len(steps):
        who = steps[place + 1]
    text = step.words or (happens if step.act == "sent" else "")
    at, person = step.left_at or step.reached_at, step.person or _("The platform")
    is_answer, words = step.act == "answered", act_words(step.act)
    return Entry(at, who.team, who.level, person, words, text, is_answer, step.audience, step.is_kept)
