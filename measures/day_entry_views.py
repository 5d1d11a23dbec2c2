"""Type the figures of one day: every measure of a team, with the groups of its breakdown."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from measures import grid, grid_page, grid_queries, policies, save_views
from measures.base_views import blueprint
from measures.grid import Typed
from measures.grid_page import Row
from measures.grid_services import Back, Outcome, Slot
from measures.grid_views import read_typed, save, saved
from measures.known_queries import Standing, standing_of
from measures.models import Measure
from measures.rules import EARLIEST
from milestones import count_import_queries as plan_counts
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import today
from nic_platform.text import _


@blueprint.route("/measures/enter", methods=["GET", "POST"])
@access.signed_in
def enter_day() -> ResponseReturnValue:
    """Type what a team measured on one day, whatever its measures."""
    actor = access.actor()
    team = grid_queries.get_team(session(), actor, grid_queries.asked_team(request.args))
    access.require(
        policies.can_record(actor, team.id),
        _("Only %(team)s can change this. Ask its lead to add you.", team=team.name),
    )
    on, fault = _asked_day(actor)
    measures = grid_queries.measures_of_team(
        session(), actor, team.id, plan_counts.counted_by(session(), team.id)
    )
    keys = {(measure.id, team.id) for measure in measures}
    there = standing_of(session(), keys)
    typed: dict[str, Typed] = read_typed(request.form)
    slots = _slots(measures, there, on, typed)
    done = Outcome()
    if request.method == "POST" and not fault:
        done = save(actor, team.id, slots, typed, {"on": on.isoformat()})
        if not done.back:
            return saved(done, partial(_address, team, on))
        there, typed = standing_of(session(), keys), {key: typed[key] for key in done.back}
    rows = _rows(slots, there, typed, done.back)
    used = {box.what for row in rows for cell in row.cells for box in cell.fields}
    page = render_template(
        "measures/enter_day.html", team=team, on=on, fault=fault, today=today(actor), done=done,
        rows=rows, fields=[name for name in grid.FIELDS if name in used], heads=grid_page.field_labels(),
        before=_address(team, on - timedelta(days=1)), here=_address(team, on),
        after=_address(team, on + timedelta(days=1)) if on < today(actor) else "",
        save=save_views.shown(actor, team.id, done.save),
    )  # fmt: skip
    return page, 422 if done.back or fault else 200


def _address(team: grid_queries.TeamRow, on: date, **more: Any) -> str:
    return url_for(".enter_day", on=on.isoformat(), team=team.public_id, **more)


def _asked_day(actor: Actor) -> tuple[date, str]:
    """Return the day that the address asks for, else today, and what is wrong with what it asked."""
    said, now = request.args.get("on", ""), today(actor)
    if not said:
        return now, ""
    try:
        on = date.fromisoformat(said)
    except ValueError:
        return now, _("Write the date as year-month-day, such as 2026-02-24.")
    if on > now:
        return now, _("This day has not come yet. Give the day it was counted.")
    if on < EARLIEST:
        return now, _("Check the year: this day is before 2000.")
    return on, ""


def _slots(measures: Sequence[Measure], there: Standing, on: date, typed: Mapping[str, Typed]) -> list[Slot]:
    """Return the cells of a day: each measure's groups, also those with earlier figures and those sent."""
    earlier: dict[int, list[tuple[str, str]]] = {}
    numbers = {str(measure.public_id): measure.id for measure in measures}
    for key in typed:
        name, _colon, column = key.partition(":")
        sent = grid.Column.of_key(column)
        if name in numbers and sent.group:
            earlier.setdefault(numbers[name], []).append((sent.breakdown, sent.group))
    for measure_id, breakdown, group in there.series:
        if group:
            earlier.setdefault(measure_id, []).append((breakdown, group))
    return [
        Slot(f"{measure.public_id}:{column.key}", measure, on, column)
        for measure in measures
        for column in grid.columns_of(measure.breakdown or {}, earlier.get(measure.id, ()))
    ]


def _rows(
    slots: Sequence[Slot], there: Standing, typed: Mapping[str, Typed], back: Mapping[str, Back]
) -> list[Row]:
    rows = []
    for slot in slots:
        kept = [each for place, each in there.now.items() if place[0] == slot.measure.id]
        cell = grid_page.cell_of(
            slot, grid.fields_for(slot.measure.type, kept), f"{slot.measure.name}, {slot.column.title}",
            "", there, typed.get(slot.key), back.get(slot.key),
        )  # fmt: skip
        is_first = not slot.column.group
        title = slot.measure.name if is_first else slot.column.label
        sub = slot.measure.unit if is_first else slot.column.breakdown
        rows.append(Row(slot.key, title, sub, (cell,), is_new=is_first))
    return rows
