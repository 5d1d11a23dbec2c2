"""What a week asks of a team: the order of tasks, what they cost, the sentences a page opens with. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from feedback.rules import late_by
from nic_platform.text import SOURCE, _, language, marked, ngettext
from teams.breaks import NO_BREAKS, Breaks

SOON = timedelta(days=7)  # what is due later than this is no matter of this week
SOON_TO_OTHERS = timedelta(days=14)  # but who waits for an answer is told of earlier


class Kind(StrEnum):
    """What a task asks for. Their order breaks ties between tasks of one day."""

    CONFIRM = "confirm"  # an answer came down: is it solved?
    REPLY = "reply"  # the team above asked back
    ANSWER = "answer"  # an item from below waits for this team's act
    STUDY = "study"
    ACT = "act"
    SLIPPED = "slipped"  # a milestone was met, and its last two counts are below the target
    RESULT = "result"  # a cycle's Do has run its time
    START = "start"
    COUNT = "count"  # a measurement is due by its rhythm
    MEASURE = "measure"  # the same, of a measure that no milestone asks for
    LOOK = "look"  # a partly lifted barrier is to be looked at again
    READ = "read"  # a policy notice
    STEP = "step"  # an action step
    TASK = "task"  # what has to be done so that a cycle can run; ticked off where it stands


TO_OTHERS = frozenset({Kind.CONFIRM, Kind.REPLY, Kind.ANSWER, Kind.LOOK})
MINUTES: Mapping[Kind, int] = {
    Kind.CONFIRM: 1, Kind.REPLY: 2, Kind.ANSWER: 5, Kind.STUDY: 3, Kind.ACT: 2, Kind.SLIPPED: 5,
    Kind.RESULT: 2, Kind.START: 3, Kind.COUNT: 2, Kind.MEASURE: 2, Kind.LOOK: 1, Kind.READ: 2, Kind.STEP: 1,
    Kind.TASK: 1,
}  # fmt: skip
_RANK = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Task:
    """One thing that needs this team.

    ``on`` is the civil date by which it is due; none means whenever. ``detail`` is the quiet line under it.
    """

    kind: Kind
    id: UUID
    title: str
    on: date | None = None
    detail: str = ""
    number: int = 0
    whole: UUID | None = None  # what it is a part of, where that has the page: a task's cycle

    @property
    def minutes(self) -> int:
        """Return what it costs, in minutes."""
        return MINUTES[self.kind]


@dataclass(frozen=True)
class Returned:
    """An answer that came down to the team: which item, and who answered."""

    title: str
    by: str


@dataclass(frozen=True)
class Week:
    """The counts that the opening sentences are made of."""

    tasks: Sequence[Task] = ()
    returned: Sequence[Returned] = ()
    statuses: Mapping[str, int] = field(default_factory=dict)  # milestones of the team by status
    below: Mapping[str, int] = field(default_factory=dict)  # milestones of the teams below by status
    late: int = 0  # items this team holds past its promise
    waiting: int = 0  # items this team holds


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Return the tasks as they are to be done: by date, then kind, then title; undated ones last."""
    return sorted(
        tasks, key=lambda task: (task.on or date.max, _RANK[task.kind], task.title.lower(), str(task.id))
    )


def this_week(tasks: Iterable[Task], today: date) -> list[Task]:
    """Return what is due within a week, or within two where others wait, in order; undated tasks always."""
    return in_order(
        task
        for task in tasks
        if task.on is None or task.on <= today + (SOON_TO_OTHERS if task.kind in TO_OTHERS else SOON)
    )


def is_pressing(task: Task, today: date, breaks: Breaks = NO_BREAKS) -> bool:
    """Say whether the task bears the highlighter: due today or late. In a break nothing grows late."""
    return task.on == today or late_by(task.on, today, breaks) > 0


def due_words(task: Task, today: date, breaks: Breaks = NO_BREAKS) -> str:
    """Return "Today" or how late it is, breaks not counted; empty when it is simply due on its date."""
    if task.on == today:
        return _("Today")
    days = late_by(task.on, today, breaks)
    return ngettext("%(count)s day late", "%(count)s days late", days) if days else ""


_HEADINGS: Mapping[Kind, str] = {
    Kind.CONFIRM: marked("Is “%(title)s” solved?"),
    Kind.REPLY: marked("Answer the question about “%(title)s”"),
    Kind.ANSWER: marked("Act on “%(title)s”"),
    Kind.STUDY: marked("Study cycle %(number)s: %(title)s"),
    Kind.ACT: marked("Decide on cycle %(number)s: %(title)s"),
    Kind.SLIPPED: marked("Slipped back: %(title)s"),
    Kind.RESULT: marked("Say what happened in cycle %(number)s: %(title)s"),
    Kind.START: marked("Start cycle %(number)s: %(title)s"),
    Kind.COUNT: marked("Count: %(title)s"),
    Kind.MEASURE: marked("Count: %(title)s"),
    Kind.LOOK: marked("Look again: is “%(title)s” solved by now?"),
    Kind.READ: marked("Read: %(title)s"),
}
_BUTTONS: Mapping[Kind, str] = {
    Kind.CONFIRM: marked("Reply"), Kind.REPLY: marked("Reply"), Kind.ANSWER: marked("Open"),
    Kind.STUDY: marked("Log study"), Kind.ACT: marked("Decide"), Kind.RESULT: marked("Log result"),
    Kind.START: marked("Open"), Kind.COUNT: marked("Enter count"), Kind.MEASURE: marked("Enter count"),
    Kind.SLIPPED: marked("Open"), Kind.LOOK: marked("Reply"), Kind.READ: marked("Read"),
    Kind.STEP: marked("Open"), Kind.TASK: marked("Done"),
}  # fmt: skip


def heading(task: Task) -> str:
    """Return what is to be done, as a link says it."""
    words = _HEADINGS.get(task.kind)
    return _(words, title=task.title, number=task.number) if words else task.title


def button(task: Task) -> str:
    """Return the verb on the task's button."""
    return _(_BUTTONS[task.kind])


def cost(task: Task) -> str:
    """Return "About 3 minutes.": every task states its cost."""
    return ngettext("About %(count)s minute.", "About %(count)s minutes.", task.minutes)


def counted_in_words(count: int) -> str:
    """Return a number as an English sentence begins with it: "Three"; figures from ten up.

    Where such a word takes the gender of what is counted, it is figures too.
    """
    if language() != SOURCE:
        return f"{count:,}"
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    return words[count] if 0 <= count < len(words) else f"{count:,}"


def lede(week: Week) -> str:
    """Return the sentences under the title: what needs the team, what came back, how its plan stands."""
    return " ".join(
        part
        for part in (_needs(week), _came_back(week), _milestones(week), _held(week), _below(week))
        if part
    )


def _needs(week: Week) -> str:
    if not week.tasks:
        return _("Nothing needs you this week.")
    minutes = sum(task.minutes for task in week.tasks)
    many = counted_in_words(len(week.tasks))
    if len(week.tasks) == 1:
        return _("One thing needs you, about %(minutes)s in all.", minutes=_spell_minutes(minutes))
    return _(
        "%(told)s things need you, about %(minutes)s in all.", told=many, minutes=_spell_minutes(minutes)
    )


def _spell_minutes(minutes: int) -> str:
    if minutes < 60:
        return ngettext(
            "%(told)s minute", "%(told)s minutes", minutes, told=counted_in_words(minutes).lower()
        )
    hours = (minutes + 30) // 60
    return ngettext("%(told)s hour", "%(told)s hours", hours, told=counted_in_words(hours).lower())


def _came_back(week: Week) -> str:
    if not week.returned:
        return ""
    if len(week.returned) == 1:
        only = week.returned[0]
        return _("%(by)s has answered “%(title)s”.", by=only.by, title=only.title)
    return _("%(told)s of your items have been answered.", told=counted_in_words(len(week.returned)))


def _milestones(week: Week) -> str:
    missed = week.statuses.get("missed", 0) + week.statuses.get("not_measured", 0)
    slipped, risky = week.statuses.get("slipped", 0), week.statuses.get("at_risk", 0)
    parts = []
    if missed:
        parts.append(ngettext("%(told)s milestone was missed", "%(told)s milestones were missed", missed,
                              told=counted_in_words(missed)))  # fmt: skip
    if slipped:
        parts.append(ngettext("%(told)s has slipped back", "%(told)s have slipped back", slipped,
                              told=counted_in_words(slipped)))  # fmt: skip
    if risky:
        parts.append(
            ngettext("%(told)s is at risk", "%(told)s are at risk", risky, told=counted_in_words(risky))
        )
    if not parts:
        return _("Every milestone due so far is met or holding.") if sum(week.statuses.values()) else ""
    if not missed:
        parts[0] = _milestone_first(slipped, risky)
    return _join(parts)


def _milestone_first(slipped: int, risky: int) -> str:
    """Name the noun when the sentence does not begin with those that were missed."""
    count = slipped or risky
    noun = ngettext("%(told)s milestone", "%(told)s milestones", count, told=counted_in_words(count))
    if slipped:
        return ngettext("%(noun)s has slipped back", "%(noun)s have slipped back", slipped, noun=noun)
    return ngettext("%(noun)s is at risk", "%(noun)s are at risk", risky, noun=noun)


def _join(parts: list[str]) -> str:
    lowered = parts[:1] + [part[0].lower() + part[1:] for part in parts[1:]]
    if len(lowered) == 1:
        return lowered[0] + "."
    return _("%(first)s and %(last)s.", first=", ".join(lowered[:-1]), last=lowered[-1])


def _held(week: Week) -> str:
    if not week.waiting:
        return ""
    held = ngettext("%(told)s item from below waits with you", "%(told)s items from below wait with you",
                    week.waiting, told=counted_in_words(week.waiting))  # fmt: skip
    if not week.late:
        return _("%(held)s, none past your promise.", held=held)
    return _("%(held)s, %(late)s past your promise.", held=held, late=f"{week.late:,}")


def _below(week: Week) -> str:
    slipped, missed = week.below.get("slipped", 0), week.below.get("missed", 0)
    if not slipped and not missed:
        return ""
    parts = []
    if missed:
        parts.append(ngettext("%(count)s milestone was missed", "%(count)s milestones were missed", missed))
    if slipped and missed:
        parts.append(ngettext("%(count)s has slipped back", "%(count)s have slipped back", slipped))
    elif slipped:
        noun = ngettext(
            "%(count)s milestone has slipped back", "%(count)s milestones have slipped back", slipped
        )
        parts.append(noun)
    return _("In the teams that lift to you, %(what)s", what=_join(parts))


class Told(Protocol):
    """One act in an object's history."""

    @property
    def changes(self) -> Mapping[str, tuple[Any, Any]]:
        """Return what it changed: field to (from, to)."""
        ...


def left_the_draft(change: Told) -> bool:
    """Say whether with this act the thing ceased to be a draft (sent, begun, put on the board, locked)."""
    before_after = change.changes
    if before_after.get("is_draft", (None, None))[1] is False:
        return True
    state = before_after.get("state", (None, None))
    if state[1] not in {None, "draft"}:
        return state[0] in {None, "draft"}
    return before_after.get("locked_at", (None, None))[1] is not None


def public_part(history: Sequence[Any], *, was_draft: bool) -> list[Any]:
    """Return what a reader from outside the team may see of a history, newest first: nothing of the draft.

    Args:
        history: all acts, newest first.
        was_draft: whether things of this kind begin as drafts; others are shown whole.
    """
    if not was_draft:
        return list(history)
    for place, change in enumerate(history):
        if left_the_draft(change):
            return list(history[:place])
    return []
