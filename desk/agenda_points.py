"""What puts a thing on an agenda: milestones, cycles, feedback, earlier decisions, strategies, each with why.

Pure. The reasons for milestones are those of Colorado's guide to Implementation Milestones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from desk.agenda import Part, Point
from feedback.rules import late_by
from milestones.advice import Suggestion, suggest
from milestones.board import number_words
from milestones.rows import MilestoneRow
from milestones.rules import Standing, Status
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext
from teams.breaks import NO_BREAKS, Breaks, is_past

WITHOUT_WORK = timedelta(days=21)  # an open cycle that nobody touched for so long has stalled
PAST_ITS_DAY = timedelta(days=7)  # or one that is still planned or running so long after its day

# ---------------------------------------------------------------- milestones


@dataclass(frozen=True)
class MilestoneFact:
    """A milestone as an agenda looks at it.

    ``next_on`` is its next count; ``is_present`` says that its series is worked on at it now; ``is_decided``
    that the team has decided on the suggestion for it, and nothing has changed since.
    """

    row: MilestoneRow
    standing: Standing
    next_on: date | None
    is_present: bool
    is_hidden: bool = False
    is_decided: bool = False


_OFF = (Status.SLIPPED, Status.MISSED, Status.AT_RISK)
_COUNT = (Status.NOT_MEASURED, Status.CHECK_AGAIN)


def milestone_points(
    facts: Iterable[MilestoneFact], today: date, until: date, breaks: Breaks = NO_BREAKS
) -> list[Point]:
    """Return the points about milestones, each under the first part that it belongs to.

    Args:
        until: the day of the touchpoint after this one; what is due up to it stands on this agenda.
    """
    points = []
    for fact in facts:
        status, on = fact.standing.status, fact.row.date
        is_due = on is not None and today <= on <= until
        if status in _OFF and (fact.is_present or is_due):
            points.append(_point(Part.OFF, fact, 5, asks=True))
        elif status in _COUNT and fact.is_present:
            points.append(_point(Part.CHECK, fact, 2, asks=True))
        elif fact.is_present and is_past(fact.next_on, today, breaks) and not _waits(fact):
            points.append(_point(Part.CHECK, fact, 2, overdue=fact.next_on))
        elif is_due and fact.standing.reached_on is None:
            points.append(_point(Part.DUE, fact, 2))
        if fact.standing.is_ahead and fact.is_present and not fact.is_decided:
            points.append(_point(Part.COURSE, fact, 5))
    return points


def _waits(fact: MilestoneFact) -> bool:
    """Say whether counting waits for the milestone's own date: nothing was counted and it is not due yet."""
    return fact.standing.latest is None and fact.standing.status is Status.PLANNED


def _point(
    part: Part, fact: MilestoneFact, minutes: int, *, asks: bool = False, overdue: date | None = None
) -> Point:
    advice = suggest(fact.standing, fact.row.direction) if part in {Part.OFF, Part.COURSE} else None
    return Point(
        part, "milestone", fact.row.public_id, title_of(fact.row), milestone_words(fact, overdue), minutes,
        suggestion=_advice_words(advice, fact), status=fact.standing.status.value, asks=asks,
        on=fact.row.date,
    )  # fmt: skip


def title_of(row: MilestoneRow) -> str:
    """Return what a milestone is called on an agenda: those of a series share a name, so with its date."""
    return _("%(name)s, by %(day)s", name=row.title, day=day_words(row.date)) if row.date else row.title


def _advice_words(advice: Suggestion | None, fact: MilestoneFact) -> str:
    if advice is None or fact.is_decided or fact.is_hidden:
        return ""
    return f"{advice.say} {advice.reason}"


def milestone_words(fact: MilestoneFact, overdue: date | None = None) -> str:
    """Return why a milestone is on the agenda, in a sentence with its numbers."""
    row, standing = fact.row, fact.standing
    latest = _count_words(fact)
    on = day_words(row.date) if row.date else ""
    target = row.target_words or _("a deliverable")
    if overdue is not None:
        return _("A count was due on %(day)s. %(latest)s", day=day_words(overdue), latest=latest).strip()
    if standing.status is Status.NOT_MEASURED:
        return _("Due on %(day)s, and nobody counted in the 14 days before it.", day=on)
    if standing.status is Status.SLIPPED:
        return _("It was met, then two counts in a row were below %(target)s. %(latest)s", target=target,
                 latest=latest).strip()  # fmt: skip
    if standing.status is Status.CHECK_AGAIN:
        return _("It was met; the last count is below %(target)s. %(latest)s", target=target,
                 latest=latest).strip()  # fmt: skip
    if standing.status is Status.MISSED:
        return _("Missed on %(day)s: %(target)s was the target. %(latest)s", day=on, target=target,
                 latest=latest).strip()  # fmt: skip
    if standing.is_ahead:
        return _("Reached well before its date, %(day)s. %(latest)s", day=on, latest=latest).strip()
    return _("Due on %(day)s: %(target)s. %(latest)s", day=on, target=target, latest=latest).strip()


def _count_words(fact: MilestoneFact) -> str:
    latest = fact.standing.latest
    if fact.is_hidden:
        return _("Too few people to show a count.")
    if latest is None or latest.value is None:
        return _("Nothing is counted yet.")
    value = number_words(latest.value, fact.row.type, fact.row.unit)
    if fact.row.is_deliverable:
        return ""
    return _("Last count %(value)s, %(day)s.", value=value, day=day_words(latest.on))


# ---------------------------------------------------------------- cycles, items, decisions, strategies


@dataclass(frozen=True)
class CycleFact:
    """An open cycle. ``touched_on`` is the day somebody last worked on it."""

    id: UUID
    name: str
    number: int
    stage: str
    starts_on: date | None
    ends_on: date | None
    touched_on: date


def cycle_points(facts: Iterable[CycleFact], today: date) -> list[Point]:
    """Return the cycles that wait for study or act, and those that have stalled."""
    points = []
    for fact in facts:
        reason, minutes, asks = _cycle_reason(fact, today)
        if not reason:
            continue
        title = _("Cycle %(number)s: %(name)s", number=fact.number, name=fact.name)
        on = fact.starts_on if fact.stage == "plan" else fact.ends_on
        points.append(
            Point(Part.CYCLES, "cycle", fact.id, title, reason, minutes, status=fact.stage, asks=asks, on=on)
        )
    return points


def _cycle_reason(fact: CycleFact, today: date) -> tuple[str, int, bool]:
    if fact.stage == "study":
        return _("Waits for study: set what happened beside the prediction."), 5, True
    if fact.stage == "act":
        return _("Waits for a decision: adopt, adapt, abandon or test again."), 5, True
    on = fact.starts_on if fact.stage == "plan" else fact.ends_on
    if on is not None and on + PAST_ITS_DAY < today:
        words = (
            _("Stalled: it was to begin on %(day)s.", day=day_words(on))
            if fact.stage == "plan"
            else _("Stalled: it was to end on %(day)s, and no result is written down.", day=day_words(on))
        )
        return words, 3, False
    if fact.touched_on + WITHOUT_WORK < today and (on is None or on < today):
        return _("Stalled: nobody has worked on it since %(day)s.", day=day_words(fact.touched_on)), 3, False
    return "", 0, False


@dataclass(frozen=True)
class ItemFact:
    """An open item of feedback: whether this team raised it, and whether its turn is this team's."""

    id: UUID
    number: int
    title: str
    state: str
    holder: str
    is_mine: bool
    is_my_turn: bool
    due_on: date | None
    answer: str = ""


SOON = 7  # days
MOST_WAITING = 6  # items that a meeting can answer; the rest is work between meetings


def pressing(
    facts: Sequence[ItemFact], today: date, breaks: Breaks = NO_BREAKS
) -> tuple[list[ItemFact], int, int]:
    """Return the items for the agenda, and of those left in the queue: how many, and how many of them late.

    What the team raised itself is all there. Of what waits for its answer, a meeting takes what is late or
    promised within a week, the earliest first, up to :data:`MOST_WAITING`; where nothing presses, the
    earliest few. The days of breaks count neither way.
    """
    own = [fact for fact in facts if fact.is_mine or not fact.is_my_turn]
    waiting = sorted(
        (fact for fact in facts if fact.is_my_turn and not fact.is_mine),
        key=lambda fact: (fact.due_on or date.max, fact.number),
    )
    by = breaks.after(today, SOON)
    soon = [fact for fact in waiting if fact.due_on is not None and fact.due_on <= by]
    taken = (soon or waiting)[:MOST_WAITING]
    left = [fact for fact in waiting if fact not in taken]
    return own + taken, len(left), sum(late_by(fact.due_on, today, breaks) > 0 for fact in left)


def left_words(left: int, late: int) -> str:
    """Return the line for the items that stay in the queue; empty when none does."""
    if not left:
        return ""
    if not late:
        return ngettext(
            "%(count)s more waits for your answer, not late.",
            "%(count)s more wait for your answer, none late.",
            left,
        )
    return ngettext(
        "%(count)s more waits for your answer, %(late)s past promise.",
        "%(count)s more wait for your answer, %(late)s past promise.",
        left,
        late=late,
    )


def item_points(facts: Iterable[ItemFact], today: date, breaks: Breaks = NO_BREAKS) -> list[Point]:
    """Return answers that came down, barriers without an answer, and what waits for this team."""
    points = []
    for fact in facts:
        reason, minutes, asks = _item_reason(fact, today, breaks)
        if reason:
            title = _("F-%(number)s: %(title)s", number=fact.number, title=fact.title)
            points.append(
                Point(Part.ANSWERS, "feedback_item", fact.id, title, reason, minutes, status=fact.state,
                      asks=asks, on=fact.due_on)
            )  # fmt: skip
    return points


def _item_reason(fact: ItemFact, today: date, breaks: Breaks) -> tuple[str, int, bool]:
    if fact.is_mine and fact.state == "answered":
        said = _("Answered: “%(answer)s”", answer=_short(fact.answer)) if fact.answer else _("Answered.")
        return _("%(said)s Is it lifted? Only your team can close it.", said=said), 3, True
    if fact.is_mine and fact.state == "declined":
        return _("Declined with a reason. Ask again, or give it up?"), 3, True
    if fact.is_mine and fact.state == "asked_back":
        return _("You were asked back; the answer waits for your reply."), 3, True
    if fact.is_mine and fact.state == "partly" and fact.is_my_turn:
        return _("Partly lifted: look again whether it is solved."), 2, True
    if fact.is_mine and fact.state == "waiting":
        return _waiting_words(fact, today, breaks), 1, False
    if fact.is_my_turn:
        by = _("by %(day)s", day=day_words(fact.due_on)) if fact.due_on else ""
        return _("Sent to you: decide what to answer %(by)s", by=by).strip() + ".", 5, True
    return "", 0, False


def _waiting_words(fact: ItemFact, today: date, breaks: Breaks) -> str:
    holder = fact.holder or _("the team above")
    late = late_by(fact.due_on, today, breaks)
    if late:
        return ngettext("No answer yet: with %(holder)s, %(count)s day past promise.",
                        "No answer yet: with %(holder)s, %(count)s days past promise.", late,
                        holder=holder)  # fmt: skip
    if fact.due_on is not None:
        return _("No answer yet: with %(holder)s, promised by %(day)s.", holder=holder,
                 day=day_words(fact.due_on))  # fmt: skip
    return _("No answer yet: with %(holder)s.", holder=holder)


def _short(words: str, most: int = 120) -> str:
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


@dataclass(frozen=True)
class DecisionFact:
    """A decision of an earlier touchpoint. ``is_done`` says that what it opened was finished."""

    id: UUID
    text: str
    owner: str
    due_on: date | None
    decided_on: date
    is_last_time: bool
    has_step: bool
    is_done: bool


def decision_points(facts: Iterable[DecisionFact], today: date, breaks: Breaks = NO_BREAKS) -> list[Point]:
    """Return what was decided and is not done: last time's with an owner or a day, and every open step."""
    points = []
    for fact in facts:
        if fact.is_done or not (fact.has_step or (fact.is_last_time and (fact.owner or fact.due_on))):
            continue
        late = late_by(fact.due_on, today, breaks) > 0
        by = _("by %(day)s", day=day_words(fact.due_on)) if fact.due_on else ""
        who = ", ".join(part for part in (fact.owner or _("nobody named"), by) if part)
        reason = _("Decided on %(day)s: %(who)s.", day=day_words(fact.decided_on), who=who)
        if late:
            reason = f"{reason} {_('Its day has passed.')}"
        points.append(
            Point(Part.OPEN, "decision", fact.id, _short(fact.text), reason, 2 if late else 1, asks=late,
                  on=fact.due_on)
        )  # fmt: skip
    return points


@dataclass(frozen=True)
class CourseFact:
    """A strategy whose milestones and interim targets, read together, suggest something."""

    id: UUID
    kind: str  # strategy, or plan where it has none
    name: str
    say: str
    reason: str


def course_points(facts: Sequence[CourseFact]) -> list[Point]:
    """Return the strategies to question, with the reason."""
    return [
        Point(Part.COURSE, fact.kind, fact.id, fact.name, fact.reason, 10, suggestion=fact.say)
        for fact in facts
    ]
