"""Rows of a stage's form that there may be any number of: tasks (``t0_text``) and data points (``d0_count``).

A row is known by the id in it, not by its place: two people may add rows at the same time.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from cycles.data_points import APART, PointLine
from cycles.task_services import TaskLine
from measures.rules import COUNTED, Entry, MeasureType
from nic_platform.fields import DayField, NumberField, short
from nic_platform.text import _

SPARE_TASKS = 3
SPARE_POINTS = 3
_NAME = re.compile(r"([a-z])(\d{1,3})_([a-z_]+)")


def uuid_or_none(value: str | None) -> UUID | None:
    """Return the id that a hidden field holds; ``None`` for what is none."""
    try:
        return UUID(value) if value else None
    except ValueError:
        return None


# ---------------------------------------------------------------- tasks


def task_fields(place: int) -> dict[str, Any]:
    """Return the fields of one task."""
    return {
        "id": HiddenField(),
        "text": short(_("Task %(number)s", number=place), 300),
        "owner": short(_("Who does it? (task %(number)s)", number=place), 120),
        "due_on": DayField(_("By when? (task %(number)s)", number=place), validators=[Optional()]),
    }


def task_values(tasks: Sequence[Any], spare: int = SPARE_TASKS) -> dict[str, Any]:
    """Return what fills the rows of tasks. A spare row has the id that its task will have, so that the same
    form sent twice adds it once.
    """
    values: dict[str, Any] = {}
    for place, task in enumerate(tasks):
        values |= {f"t{place}_{name}": getattr(task, name) for name in ("text", "owner", "due_on")}
        values[f"t{place}_id"] = str(task.id)
    for place in range(len(tasks), len(tasks) + spare):
        values[f"t{place}_id"] = str(uuid4())
    return values


def task_lines(form: Any) -> list[TaskLine]:
    """Return the tasks of a form as they were typed."""
    found = []
    for place in range(form.task_rows):
        text, owner, due_on = (form[f"t{place}_{name}"].data for name in ("text", "owner", "due_on"))
        found.append(TaskLine(uuid_or_none(form[f"t{place}_id"].data), text or "", owner or "", due_on))
    return found


# ---------------------------------------------------------------- data points


def group_choices(breakdown: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the choices of whom a count is about: everybody, or one group of a breakdown."""
    groups = [
        (f"{name}{APART}{each}", f"{name}: {each}") for name, members in breakdown.items() for each in members
    ]
    return [("", _("Everybody")), *groups] if groups else []


def point_fields(place: int, kind: MeasureType, is_grouped: bool = False) -> dict[str, Any]:
    """Return the fields of one data point for a measure of this kind; its groups are offered by the form."""
    said = {"number": place}
    found: dict[str, Any] = {
        "id": HiddenField(),
        "on": DayField(_("Day (count %(number)s)", **said), validators=[Optional()]),
        "note": short(_("Note (count %(number)s)", **said), 500),
        "gone": BooleanField(_("Take count %(number)s back", **said)),
        "same_day": SelectField(
            _("There is another count of that day (count %(number)s)", **said),
            choices=[
                SelectChoice("", _("Choose one")),
                SelectChoice("correct", _("It was wrong: put this one in its place")),
                SelectChoice("both", _("Keep both")),
            ],
            validate_choice=False,
        ),
    }
    if kind in COUNTED or kind is MeasureType.COUNT:
        found["count"] = NumberField(_("How many (count %(number)s)", **said), validators=[Optional()])
    else:
        found["value"] = NumberField(_("Result (count %(number)s)", **said), validators=[Optional()])
    if kind in COUNTED:
        found["of"] = NumberField(_("Out of (count %(number)s)", **said), validators=[Optional()])
    if is_grouped:
        label = _("Who was counted (count %(number)s)", **said)
        found["group"] = SelectField(label, choices=[], validate_choice=False)
    return found


def point_values(points: Sequence[Any], today: date) -> dict[str, Any]:
    """Return what fills the rows of the points that were saved; spare rows have the day, and no number."""
    values: dict[str, Any] = {}
    for place, point in enumerate(points):
        values |= {
            f"d{place}_id": str(point.id), f"d{place}_on": point.on, f"d{place}_count": point.count,
            f"d{place}_of": point.population, f"d{place}_value": point.value, f"d{place}_note": point.note,
            f"d{place}_group": f"{point.group_set}{APART}{point.group}" if point.group else "",
        }  # fmt: skip
    spare = range(len(points), len(points) + SPARE_POINTS)
    return values | {f"d{place}_on": today for place in spare}


def point_lines(form: Any) -> list[PointLine]:
    """Return the data points of a form as they were typed."""
    return [_point_line(form, place) for place in range(form.point_rows)]


def _point_line(form: Any, place: int) -> PointLine:
    def told(name: str) -> Any:
        return form[f"d{place}_{name}"].data if f"d{place}_{name}" in form else None

    group_set, _apart, group = (told("group") or "").partition(APART)
    return PointLine(
        place, Entry(told("on"), told("count"), told("of"), told("value")),
        id=uuid_or_none(told("id")), group_set=group_set, group=group, note=told("note") or "",
        same_day=told("same_day") or "", is_gone=bool(told("gone")),
    )  # fmt: skip


# ---------------------------------------------------------------- rows that moved


def aligned(
    sent: MultiDict[str, str], known: Mapping[str, Sequence[str]], heirs: Mapping[str, str] | None = None
) -> MultiDict[str, str]:
    """Return a form that was sent with its rows renumbered: each beside the saved row of the same id.

    What somebody else added since the form was opened keeps its own place, so it is neither taken for the
    sender's row nor written over; the sender's new rows follow.

    Args:
        known: the ids that are saved now, in order, by the letter that their rows begin with.
        heirs: the id that stands for an earlier one now: a count that was corrected has a new one.
    """
    ids = _ids_of(sent, known, heirs or {})
    places = {
        (letter, old): new
        for letter, saved in known.items()
        for old, new in _places(ids[letter], list(saved)).items()
    }
    found: MultiDict[str, str] = MultiDict()
    for name, values in sent.lists():
        match = _NAME.fullmatch(name)
        if match and match[1] in known:
            place = int(match[2])
            name = f"{match[1]}{places[match[1], place]}_{match[3]}"
            values = [ids[match[1]][place]] if match[3] == "id" else values
        for value in values:
            found.add(name, value)
    return found


def _ids_of(
    sent: Mapping[str, str], letters: Iterable[str], heirs: Mapping[str, str]
) -> dict[str, dict[int, str]]:
    """Return the id of each row that was sent by its place, empty for a new one, for each letter."""
    ids: dict[str, dict[int, str]] = {letter: {} for letter in letters}
    for name in sent:
        match = _NAME.fullmatch(name)
        if match and match[1] in ids:
            rows, place = ids[match[1]], int(match[2])
            said = sent[name] if match[3] == "id" else rows.get(place, "")
            rows[place] = heirs.get(said, said)
    return ids


def _places(rows: Mapping[int, str], saved: Sequence[str]) -> dict[int, int]:
    places, after, taken = {}, len(saved), set()
    for place, row_id in sorted(rows.items()):
        if row_id in saved and row_id not in taken:
            places[place] = saved.index(row_id)
            taken.add(row_id)
        else:
            places[place] = after
            after += 1
    return places
