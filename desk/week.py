"""What a team's week is made of: tasks from cycles, counts, items and steps; the next agenda. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cycles.tasks import OpenTask
from desk.due_counts import Due, late_words, soon, why_words
from desk.rules import Kind, Returned, Task
from desk.series import Series
from feedback.rules import late_by, wait_words
from milestones.rules import REACHED, Reading, Status
from milestones.school_days import SchoolDays
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext
from teams.breaks import NO_BREAKS, Breaks

MOST_ANSWERS = 5  # items from below that stand among the tasks; the queue has the rest


@dataclass(frozen=True)
class OpenCycle:
    """A cycle that waits for its next step."""

    id: UUID
    name: str
    number: int
    stage: str
    starts_on: date | None
    ends_on: date | None
    predictions: int
    scale_size: int | None = None


@dataclass(frozen=True)
class Stop:
    """One stay of an item with a team."""

    level: str
    reached_on: date
    promised_on: date | None
    left_on: date | None


@dataclass(frozen=True)
class OpenItem:
    """An item of feedback that is not at its end. ``holder`` is the team whose turn it is."""

    id: UUID
    number: int
    kind: str
    title: str
    state: str
    team: str
    holder: str
    holder_level: str
    is_mine: bool
    is_my_turn: bool
    since: date | None
    due_on: date | None
    look_again_on: date | None
    answered_by: str = ""
    answered_on: date | None = None
    stops: Sequence[Stop] = ()


@dataclass(frozen=True)
class Problem:
    """What waits from others and says the same: the first item of it, and from how many further teams."""

    first: OpenItem
    others: int = 0


_STAGES = {"plan": Kind.START, "do": Kind.RESULT, "study": Kind.STUDY, "act": Kind.ACT}


def cycle_tasks(cycles: Iterable[OpenCycle]) -> list[Task]:
    """Return the next step of each open cycle; a plan is due by its start, anything else by its end."""
    tasks = []
    for cycle in cycles:
        kind = _STAGES.get(cycle.stage)
        if kind is None:
            continue
        on = cycle.starts_on if kind is Kind.START else cycle.ends_on
        tasks.append(Task(kind, cycle.id, cycle.name, on, _cycle_words(kind, cycle), cycle.number))
    return tasks


def _cycle_words(kind: Kind, cycle: OpenCycle) -> str:
    if kind is Kind.START and not cycle.predictions:
        return _("Its predictions are missing.")
    if kind is Kind.STUDY and cycle.predictions:
        return ngettext(
            "%(count)s result to compare with your prediction.",
            "%(count)s results to compare with your predictions.",
            cycle.predictions,
        )
    return {
        Kind.START: _("Its predictions are written."),
        Kind.RESULT: _("What was done, and what you saw."),
        Kind.STUDY: _("What happened, and what you learned."),
        Kind.ACT: _("Adopt, adapt, abandon or test again."),
    }.get(kind, "")


def to_do(task: OpenTask) -> Task:
    """Return a cycle's task as one of the week: whose it is, and which cycle waits for it."""
    words = _("For cycle %(number)s: %(cycle)s.", number=task.number, cycle=task.cycle)
    words = f"{task.owner}. {words}" if task.owner else words
    return Task(Kind.TASK, task.id, task.text, task.due_on, words, task.number, task.cycle_id)


def count_tasks(series: Iterable[Series], today: date) -> list[Task]:
    """Return the measurement that each series wants next; those whose monitoring has ended want none."""
    tasks = []
    for each in series:
        promise, on = each.current(today), each.next_count(today)
        if on is None or promise.is_outcome:
            continue
        people = each.unit or _("people")
        words = (
            _(
                "One number: %(people)s who do it, out of %(population)s.",
                people=people,
                population=promise.population,
            )
            if each.is_percent and promise.population
            else _("One number.")
        )
        if on < today and each.standing(today).status in REACHED:
            words += " " + _("Its target is reached; watching goes on.")
        tasks.append(Task(Kind.COUNT, promise.id, promise.name or each.measure, on, words))
    return tasks


def item_tasks(
    own: Iterable[OpenItem], problems: Sequence[Problem], today: date, breaks: Breaks = NO_BREAKS
) -> list[Task]:
    """Return what the items ask of this team: a reply, a confirmation, a second look, or an act.

    Args:
        problems: what waits from others, the nearest promise first.
    """
    mine = [_own_task(item) for item in own if item.is_my_turn]
    return mine + [_answer_task(each, today, breaks) for each in problems[:MOST_ANSWERS]]


def _answer_task(problem: Problem, today: date, breaks: Breaks) -> Task:
    first, others = problem.first, problem.others
    words = (
        ngettext(
            "%(team)s and one more team wait for you.",
            "%(team)s and %(count)s more teams wait for you.",
            others,
            team=first.team,
        )
        if others
        else _("%(team)s waits for you.", team=first.team)
    )  # fmt: skip
    if first.since and first.due_on and first.due_on > today:
        words = f"{words} {wait_words(first.since, first.due_on, today, breaks)}."
    return Task(Kind.ANSWER, first.id, first.title, first.due_on, words)


def _own_task(item: OpenItem) -> Task:
    if item.state == "asked_back":
        words = (
            _("%(team)s asked back.", team=item.answered_by)
            if item.answered_by
            else _("You were asked back.")
        )
        return Task(Kind.REPLY, item.id, item.title, item.due_on, words)
    if item.state == "partly":
        return Task(
            Kind.LOOK, item.id, item.title, item.look_again_on or item.due_on, _("It was partly lifted.")
        )
    by = item.answered_by or _("The team above")
    said = (
        _("%(team)s declined it, with a reason.") if item.state == "declined" else _("%(team)s has answered.")
    )
    return Task(
        Kind.CONFIRM,
        item.id,
        item.title,
        item.due_on,
        f"{said % {'team': by}} {_('Only your team can close it.')}",
    )


@dataclass(frozen=True)
class Promised:
    """How an item stands to its promise, in words."""

    words: str
    is_late: bool


def promised(item: OpenItem, today: date, breaks: Breaks = NO_BREAKS) -> Promised | None:
    """Return how an item stands to its promise, the days of breaks not counted; ``None`` without one."""
    if item.due_on is None:
        return None
    if late_by(item.due_on, today, breaks):
        return Promised(wait_words(item.since or today, item.due_on, today, breaks), True)
    if item.since is None:
        return Promised(_("By %(day)s", day=day_words(item.due_on)), False)
    if item.is_mine and item.is_my_turn:
        return Promised(_("Reply by %(day)s", day=day_words(item.due_on)), False)
    return Promised(wait_words(item.since, item.due_on, today, breaks), False)


def came_back(items: Iterable[OpenItem]) -> list[Returned]:
    """Return the answers that wait for this team's word."""
    return [
        Returned(item.title, item.answered_by or _("The team above"))
        for item in items
        if item.is_mine and item.is_my_turn and item.state == "answered"
    ]


def moved(series: Iterable[Series], since: date, today: date) -> list[str]:
    """Return the lines whose latest value differs from what it was on a day, most recently counted first."""
    found = []
    for each in series:
        before, now = each.known(since), each.known(today)
        if before and now and now[-1].on > since and now[-1].value != before[-1].value:
            words = _(
                "%(name)s went from %(before)s to %(now)s.",
                name=each.current(today).name or each.measure,
                before=_value_words(each, before[-1]),
                now=_value_words(each, now[-1]),
            )
            found.append((now[-1].on, words))
    return [words for _on, words in sorted(found, reverse=True)]


def due_tasks(due: Iterable[Due], days: SchoolDays, today: date) -> list[Task]:
    """Return the counts that a measure's rhythm asks for, apart from what milestones ask for themselves."""
    return [
        Task(
            Kind.MEASURE, each.of.measure_public_id, each.of.name, each.on,
            " ".join(part for part in (_late(each, days, today), why_words(each)) if part),
        )
        for each in soon(due, today)
    ]  # fmt: skip


def _late(each: Due, days: SchoolDays, today: date) -> str:
    words = late_words(each, days, today)
    return f"{words}." if words else ""


def slipped_tasks(series: Iterable[Series], today: date) -> list[Task]:
    """Return the milestones that were met and have slipped back, each with what it was and what it is now."""
    tasks = []
    for each in series:
        promise, standing = each.current(today), each.standing(today)
        if promise.is_outcome or standing.status is not Status.SLIPPED:
            continue
        last = each.known(today)[-2:]
        words = _(
            "It was met on %(day)s; the last two counts, %(before)s and %(now)s, are below its target. "
            "Recommit or re-train?",
            day=day_words(standing.reached_on) if standing.reached_on else "",
            before=_value_words(each, last[0]),
            now=_value_words(each, last[-1]),
        )
        tasks.append(Task(Kind.SLIPPED, promise.id, promise.name or each.measure, None, words))
    return tasks


def _value_words(series: Series, reading: Reading) -> str:
    """Return a count as the team knows it: "20 of 24", else its value."""
    if series.is_percent and reading.count is not None and reading.population:
        return _("%(count)s of %(all)s", count=f"{reading.count:g}", all=f"{reading.population:g}")
    return f"{reading.value:g}"


def agenda(
    items: Iterable[OpenItem], series: Iterable[Series], cycles: Iterable[OpenCycle], today: date
) -> list[str]:
    """Return what the next meeting has to settle: answers, then milestones that are off, then decisions."""
    points = [
        _("Confirm or return F-%(number)s: %(title)s", number=item.number, title=item.title)
        for item in items
        if item.is_mine and item.is_my_turn and item.state in {"answered", "declined"}
    ]
    points += [words for words in (_off_words(each, today) for each in series) if words]
    points += [
        _("Decide on cycle %(number)s: %(name)s", number=cycle.number, name=cycle.name)
        for cycle in cycles
        if cycle.stage == "act"
    ]
    return points[:6]


def _off_words(series: Series, today: date) -> str:
    standing, promise = series.standing(today), series.current(today)
    name = promise.name or series.measure
    if standing.status == "slipped":
        return _("%(name)s slipped back: recommit or retrain?", name=name)
    if standing.status == "not_measured":
        return _("%(name)s was not measured: who counts, and when?", name=name)
    if standing.status == "missed":
        return _("%(name)s was missed: coaching, or training for all?", name=name)
    return (
        _("%(name)s is at risk: what would help by its date?", name=name)
        if standing.status == "at_risk"
        else ""
    )
