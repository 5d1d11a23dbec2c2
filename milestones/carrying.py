"""What of a plan goes on into the next school year, and how it reads there. Pure.

A plan is made for one school year; what was not reached, what is still monitored and what nobody finished
goes on, and its chart with it. Decisions, meetings and counts stay with the year in which they were made.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from measures.rules import Direction, MeasureType
from milestones import exchange, exchange_book
from milestones.exchange import Document, Row
from milestones.rules import HELD, Status
from milestones.school_days import BREAK, SchoolDays
from milestones.sentence import target_words
from nic_platform.svg import day as day_words
from nic_platform.text import _

Key = tuple[str, str]  # part, reference
CHOSEN = (
    "priorities", "root_causes", "strategies", "strands", "agency_goals", "milestones", "interim_targets",
    "action_steps",
)  # fmt: skip
"""The parts that a person chooses from; checkpoints and backwards plans go with what they hang on."""

_DATES = {
    "milestones": ("due_on", "begins_on", "monitor_until"), "interim_targets": ("due_on",),
    "checkpoints": ("due_on",), "action_steps": ("due_on",), "agency_goals": ("starts_on", "ends_on"),
    "backwards_plans": ("starts_on", "ends_on"),
}  # fmt: skip
_FOLLOW = {"checkpoints": "interim_target", "backwards_plans": "strand"}


@dataclass(frozen=True)
class Facts:
    """What is known of the old plan when it is carried on.

    ``standings`` are by milestone, ``actuals`` the last value measured by interim target, both by reference;
    ``ends_on`` is the old school year's last day.
    """

    standings: Mapping[str, Status]
    actuals: Mapping[str, float]
    ends_on: date


@dataclass(frozen=True)
class Offer:
    """One thing that may go on: what it is called, whether it is proposed, and why."""

    part: str
    ref: str
    title: str
    why: str
    is_proposed: bool
    detail: str = ""  # its target and date, to tell the steps of a series apart
    then: str = ""  # where its date comes to lie in the next year, in words

    @property
    def value(self) -> str:
        """Return it as a form sends it."""
        return f"{self.part}.{self.ref}"


def mover(
    starts_on: date, next_starts_on: date, next_ends_on: date, days: SchoolDays
) -> Callable[[date], date]:
    """Return what moves a day of one school year into the next: same weekday, as far from the first day.

    A day that would lie in a break comes on the last school day before it; none lies outside the new year.
    """
    weeks = timedelta(weeks=round((next_starts_on - starts_on).days / 7))

    def moved(day: date) -> date:
        found = min(max(day + weeks, next_starts_on), next_ends_on)
        if days.hit(found, (BREAK,)) is None:
            return found
        before = days.on_or_before(found)
        if before is not None and before >= next_starts_on:
            return before
        return days.on_or_after(found) or found

    return moved


def offers(document: Document, facts: Facts, moved: Callable[[date], date] | None = None) -> list[Offer]:
    """Return everything that may go on, in the order of the plan, with what is proposed and why.

    Args:
        moved: where a date comes to lie, as :func:`mover` says it; ``None`` while there is no next year.
    """
    made: list[Offer] = []
    last = _last_of_series(document)
    milestones = {
        row["ref"]: _milestone(row, facts, is_last=row["ref"] in last) for row in document.rows("milestones")
    }
    goes_on = {ref for ref, (is_on, _why) in milestones.items() if is_on}
    for part in CHOSEN:
        for row in document.rows(part):
            if part == "milestones":
                is_on, why = milestones[row["ref"]]
            elif part == "interim_targets":
                is_on, why = _target(row, facts, document)
            elif part == "action_steps":
                is_on = row["done_on"] is None
                why = _("still open") if is_on else _("done")
            else:
                is_on = _has_future(part, row, document, goes_on)
                why = "" if is_on else _("finished: its milestones are met")
            title = exchange_book.title_of(exchange.BY_KEY[part], row) or _("without a name")
            made.append(Offer(part, row["ref"], title, why, is_on, _detail(row, document), _then(row, moved)))
    return made


def _then(row: Row, moved: Callable[[date], date] | None) -> str:
    """Return where a thing's date comes to lie in the next year: by when, or from when on."""
    due_on, begins_on = row.get("due_on"), row.get("begins_on")
    if moved is not None and due_on is not None:
        return _("then by %(day)s", day=day_words(moved(due_on), year=True))
    if moved is not None and begins_on is not None:
        return _("then from %(day)s", day=day_words(moved(begins_on), year=True))
    return ""


def _detail(row: Row, document: Document) -> str:
    due_on = row.get("due_on")
    target = _value_words(row.get("target"), row, document, _direction(row, document))
    return ", ".join(part for part in (target, day_words(due_on) if due_on else "") if part)


def _measure(row: Row, document: Document) -> Row | None:
    """Return the measure that a milestone or an interim target is counted by."""
    return next((each for each in document.rows("measures") if each["ref"] == row.get("measure")), None)


def _direction(row: Row, document: Document) -> Direction:
    measure = _measure(row, document)
    return Direction(measure["direction"]) if measure else Direction.UP


def _value_words(
    value: float | None, row: Row, document: Document, direction: Direction = Direction.UP
) -> str:
    """Return a value of a milestone or an interim target with its unit, as read."""
    measure = _measure(row, document)
    kind = MeasureType(measure["type"]) if measure else MeasureType.PROPORTION
    return target_words(value, kind, direction, measure["unit"] if measure else "")


def _last_of_series(document: Document) -> set[str]:
    """Return the last milestone of each series: monitoring goes on at its target."""
    last: dict[str, Row] = {}
    for row in document.rows("milestones"):
        key = row["measure"] or row["ref"]
        if key not in last or (row["due_on"] or date.min) >= (last[key]["due_on"] or date.min):
            last[key] = row
    return {row["ref"] for row in last.values()}


def _milestone(row: Row, facts: Facts, *, is_last: bool) -> tuple[bool, str]:
    status = facts.standings.get(row["ref"], Status.DRAFT)
    if status is Status.DRAFT:
        return True, _("still a draft")
    if status not in HELD:
        return True, _("slipped back") if status is Status.SLIPPED else _("not met yet")
    until = row["monitor_until"]
    if until is not None:
        return (
            (True, _("met, monitored on")) if until > facts.ends_on else (False, _("met, monitoring ended"))
        )
    return (True, _("met, monitored on")) if is_last else (False, _("met, and a later one builds on it"))


def _target(row: Row, facts: Facts, document: Document) -> tuple[bool, str]:
    actual = facts.actuals.get(row["ref"])
    if actual is None or row["target"] is None:
        return True, _("not measured yet")
    is_down = _direction(row, document) is Direction.DOWN
    is_reached = actual <= row["target"] if is_down else actual >= row["target"]
    words = _value_words(actual, row, document)
    if is_reached:
        return False, _("reached: %(actual)s", actual=words)
    return True, _("%(actual)s so far, the new baseline", actual=words)


_CHILDREN = {
    "priorities": (("root_causes", "priority"),), "root_causes": (("strategies", "root_cause"),),
    "strategies": (("strands", "strategy"),), "strands": (("milestones", "strand"),),
    "agency_goals": (("milestones", "goal"),),
}  # fmt: skip


def _has_future(part: str, row: Row, document: Document, goes_on: Collection[str]) -> bool:
    """Say whether anything under a thing goes on, or nothing was under it that could be finished."""
    below = [
        (child, each)
        for child, ref in _CHILDREN[part]
        for each in document.rows(child)
        if each[ref] == row["ref"]
    ]
    if not below:
        return True
    return any(
        each["ref"] in goes_on if child == "milestones" else _has_future(child, each, document, goes_on)
        for child, each in below
    )


def carried(
    document: Document, chosen: Collection[Key], facts: Facts, moved: Callable[[date], date], school_year: str
) -> Document:
    """Return the plan of the next year: what was chosen, with what it can't stand without, its dates moved.

    References stay those of the old plan's things, so that what was carried once is not carried again.
    """
    wanted = _with_parents(document, chosen)
    made = Document({**document.plan, "carried_from": document.plan["ref"]}, school_year)
    for part in exchange.PARTS:
        for row in document.rows(part.key):
            if _goes(part.key, row, wanted):
                made.rows(part.key).append(_moved_row(part.key, row, facts, moved))
    for part in exchange.PARTS:
        there = {each.of: {row["ref"] for row in made.rows(each.of)} for each in part.refs}
        for row in made.rows(part.key):
            for each in part.refs:
                if row[each.name] not in there[each.of]:
                    row[each.name] = None
    return made


def _with_parents(document: Document, chosen: Collection[Key]) -> set[Key]:
    """Return what was chosen, with the things that it has to belong to."""
    rows = {(part.key, row["ref"]): row for part, row in document.everything()}
    wanted = {key for key in chosen if key in rows}
    waiting = list(wanted)
    while waiting:
        key = waiting.pop()
        for each in exchange.BY_KEY[key[0]].refs:
            parent = (each.of, rows[key][each.name])
            if each.is_required and parent in rows and parent not in wanted:
                wanted.add(parent)
                waiting.append(parent)
    return wanted


def _goes(part: str, row: Row, wanted: Collection[Key]) -> bool:
    if part in _FOLLOW:
        of = exchange.BY_KEY[part].field(_FOLLOW[part]).of
        return (of, row[_FOLLOW[part]]) in wanted
    if part in {"measures", "tools"}:
        return True  # the team's own already: the series is the same, and its history goes on in the chart
    return (part, row["ref"]) in wanted


def _moved_row(part: str, row: Row, facts: Facts, moved: Callable[[date], date]) -> Row:
    made = dict(row)
    for name in _DATES.get(part, ()):
        if made[name] is not None:
            made[name] = moved(made[name])
    if part == "milestones":
        made["carried_from"] = row["ref"]
    if part == "interim_targets" and row["ref"] in facts.actuals:
        made["baseline"] = facts.actuals[row["ref"]]
    if part == "backwards_plans" and made["starts_on"] and made["ends_on"]:
        made["starts_on"] = min(made["starts_on"], made["ends_on"])
    return made
