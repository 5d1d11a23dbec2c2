"""The milestone coach: any sentence in, what it is and how to make it better out. Pure: no web, no database."""

from datetime import date
from types import MappingProxyType

from milestones.coach import dates, kinds, parts, problems, words
from milestones.coach.calendar import Calendar
from milestones.coach.plain import plain, tidy, without_label
from milestones.coach.reading import Kind, Problem, Reading
from nic_platform.text import _

__all__ = ["Calendar", "Kind", "Problem", "Reading", "coach"]


def coach(text: str, calendar: Calendar | None = None) -> Reading:
    """Read one sentence of a plan, its dates in *calendar* (without one: the usual school year around today)."""
    shown = without_label(tidy(text))
    low = plain(shown)
    when = dates.find(low, calendar or Calendar.usual(date.today()))
    target = parts.find_target(low, when)
    how, purpose, who = parts.find_how(low, when), parts.find_purpose(low), parts.find_who(low)
    signs = kinds.Signs(
        adult=bool(words.ADULTS.search(low)), student=bool(words.STUDENTS.search(low)),
        performance=bool(words.PERFORMANCE.search(low)), assessment=bool(words.ASSESSMENTS.search(low)),
        target=target, when=when, has_how=how is not None, has_purpose=purpose is not None,
    )  # fmt: skip
    kind = kinds.kind_of(low, signs)
    found = {"what": shown}
    if who:
        found["who"] = shown[slice(*who)]
    if when.moments:
        found["when"] = shown[when.moments[0].start : when.moments[0].end]
    if how:
        found["how"] = shown[slice(*how)]
    if target:
        found["target"] = shown[target.start : target.end]
    if purpose:
        found["purpose"] = shown[slice(*purpose)]
    missing = tuple(part for part in ("when", "how", "target") if part not in found)
    return Reading(
        text=shown,
        kind=kind,
        because=_("This is how the sentence reads."),
        parts=MappingProxyType(found),
        missing=missing,
        problems=problems.find_problems(low),
        rewrite=_("By [date], [tool] will show that [how many] of [who] are successfully [what]"),
        due_on=when.due_on,
        begins_on=when.begins_on,
        frequency=", ".join(shown[start:end] for start, end in when.rhythms),
        target=target.value if target else None,
        target_unit=target.unit if target else "",
    )
