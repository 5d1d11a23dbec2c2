"""The data entry grid: a measure's figures of a term at a time, group by group; saved cell by cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from measures import (
    due_days,
    grid,
    grid_page,
    grid_queries,
    grid_services,
    grid_table,
    policies,
    queries,
    save_views,
)
from measures.base_views import blueprint
from measures.due_days import Term
from measures.grid import Column, Typed
from measures.grid_page import Row
from measures.grid_services import Back, Outcome, Press, Slot
from measures.known_queries import Standing, standing_of
from measures.models import Measure
from measures.rules import EARLIEST, MeasureType
from milestones import calendar_queries
from milestones.school_days import SchoolDays
from nic_platform import access, clock, exporting
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, ConflictError
from nic_platform.pages import today, went
from nic_platform.text import _
from teams.rules import Period

MOST_CELLS = 1500  # on one page; more of them would be too much for one form
_SUMMER = timedelta(days=100)  # later than that after its end, a school year is over
Texts = Mapping[str, Typed]


@dataclass(frozen=True)
class Calendar:
    """A network's school days with the terms of the year that a grid looks at."""

    days: SchoolDays
    terms: Sequence[Term]
    quarters: Sequence[due_days.Stretch]
    year: due_days.Stretch

    def is_school_day(self, day: date) -> bool:
        """Say whether school is held: a weekday, in no break, in the school year where one is known."""
        first, last = self.year
        is_known = (first, last) in self.days.years
        return self.days.is_school_day(day) and not (is_known and self.days.is_outside(day))


@dataclass
class Sheet:
    """Everything that one grid is made of. ``days`` are those that can be typed into, ``coming`` the rest."""

    actor: Actor
    measure: Measure
    team: grid_queries.TeamRow
    calendar: Calendar
    term: Term
    there: Standing
    is_above: bool = False
    added: set[date] = field(default_factory=set)
    columns: list[Column] = field(default_factory=list)

    @property
    def may_type(self) -> bool:
        """Say whether the reader may write figures down for the team."""
        return policies.can_record(self.actor, self.team.id)

    def due(self) -> list[date]:
        """Return every day of the term that a figure is expected on, or stands for, or that was added."""
        counted, inside = self.there.days(), self.term.holds
        found = due_days.due_days(
            self.measure.rhythm, self.term.starts_on, self.term.ends_on, self.calendar.is_school_day,
            counted, self.calendar.quarters,
        )  # fmt: skip
        return sorted({*found, *(day for day in self.added if inside(day) or day <= today(self.actor))})

    def slots(self) -> list[Slot]:
        """Return the cells that can be typed into, day by day."""
        return [
            Slot(f"{day.isoformat()}:{column.key}", self.measure, day, column)
            for day in self.shown()
            for column in self.columns
        ]

    def shown(self) -> list[date]:
        """Return the days that have come by now; the newest where there are too many for one page."""
        now = today(self.actor)
        return [day for day in self.due() if day <= now][-max(MOST_CELLS // max(len(self.columns), 1), 10) :]


@blueprint.route("/measures/<uuid:measure_id>/grid", methods=["GET", "POST"], endpoint="grid")
@access.signed_in
def grid_of(measure_id: UUID) -> ResponseReturnValue:
    """Type a term's figures of one measure, all groups side by side; or, from above, read them."""
    sheet = _open(measure_id)
    if request.method == "GET":
        return _page(sheet)
    access.require(sheet.may_type, _("Only %(team)s can change this.", team=sheet.team.name))
    typed = read_typed(request.form)
    _take_what_was_sent(sheet)
    if request.form.get("do") == "add":
        return _add_day(sheet, typed)
    first, last = sheet.term.starts_on.isoformat(), sheet.term.ends_on.isoformat()
    place = {"measure": str(sheet.measure.public_id), "from": first, "to": last}
    done = save(sheet.actor, sheet.team.id, sheet.slots(), typed, place)
    if done.back:
        sheet.there = standing_of(session(), {(sheet.measure.id, sheet.team.id)})
        return _page(sheet, typed={key: typed[key] for key in done.back}, done=done), 422
    extra = _day(request.form.get("add_day", ""))  # Enter in its box saves; the day is shown all the same
    more: dict[str, Any] = (
        {"add": [extra.isoformat()]} if extra is not None and extra <= today(sheet.actor) else {}
    )
    return saved(done, partial(_address, sheet, **more))


@blueprint.get("/measures/<uuid:measure_id>/grid/<format>")
@access.signed_in
def grid_export(measure_id: UUID, format: str) -> ResponseReturnValue:  # noqa: A002  # as in every address
    """Send the grid as a table that can be filled in and brought in again: csv or xlsx."""
    if format not in {"csv", "xlsx"}:
        raise AbsentError(_("There is no such page."))
    sheet = _open(measure_id)
    header, rows = _table(sheet)
    data = exporting.as_csv(header, rows) if format == "csv" else exporting.as_xlsx(header, rows)
    kind = exporting.CSV_TYPE if format == "csv" else exporting.XLSX_TYPE
    name = f"{sheet.measure.public_id.hex[:8]}-{sheet.term.starts_on}-{sheet.term.ends_on}.{format}"
    return Response(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="figures-{name}"'}
    )


def _table(sheet: Sheet) -> tuple[list[str], list[list[exporting.Cell]]]:
    records = grid_page.newest_records(sheet.there)
    sight = {"counts_students": bool(sheet.measure.counts_students), "is_above": sheet.is_above}
    if policies.sees_whole(sheet.actor, sheet.team.id, **sight):
        return grid_table.table(sheet.measure, sheet.due(), sheet.columns, records)
    told = {
        place: grid_page.told_of(sheet.actor, sheet.measure, records, place, is_above=sheet.is_above)
        for place in records
    }
    return grid_table.told_table(sheet.measure, sheet.due(), sheet.columns, told)


def save(
    actor: Actor, team_id: int, slots: Sequence[Slot], typed: Texts, place: Mapping[str, str]
) -> Outcome:
    """Save what was typed in one transaction; once more if somebody saved one of the cells just then.

    Args:
        place: what leads back to the page.
    """
    press = Press(place, save_views.going_on())
    for last in (False, True):
        try:
            with transaction(actor) as current:
                return grid_services.save(
                    current, team_id, slots, typed, press, today=today(actor), by=actor, at=clock.now()
                )
        except ConflictError:
            if last:
                raise
    raise AssertionError("unreachable")  # pragma: no cover


def saved(done: Outcome, address: Callable[..., str]) -> ResponseReturnValue:
    """Lead back to the page of the figures, which says what was saved and offers to undo it."""
    if done.save is None:
        return went(address(), _("Nothing had changed."))
    return redirect(address(saved=done.save.public_id), 303)


def read_typed(form: Any) -> dict[str, Typed]:
    """Return what was sent for each cell: its boxes, the measurement it had shown, and its note."""
    texts: dict[str, dict[str, str]] = {}
    for name, value in form.items():
        what, colon, key = name.partition(":")
        if colon and what in grid.FIELDS:
            texts.setdefault(key, {})[what] = value.replace("\x00", "")[:40]
    return {
        key: Typed(boxes, form.get(f"seen:{key}", ""), form.get(f"note:{key}", "").replace("\x00", ""))
        for key, boxes in texts.items()
    }


def _take_what_was_sent(sheet: Sheet) -> None:
    """Keep the rows and columns that the visitor had on the page, whatever changed since."""
    for said in request.form.getlist("day"):
        day = _day(said)
        if day is not None:
            sheet.added.add(day)
    sent = [Column.of_key(key) for key in request.form.getlist("column")[:60]]
    sheet.columns = list(dict.fromkeys([*sheet.columns, *sent]))


def _add_day(sheet: Sheet, typed: Texts) -> ResponseReturnValue:
    """Show one more day; what was typed stays typed, and nothing is saved yet."""
    day, now = _day(request.form.get("add_day", "")), today(sheet.actor)
    fault = ""
    if day is None:
        fault = _("Write the date as year-month-day, such as 2026-02-24.")
    elif day > now:
        fault = _("This day has not come yet. Give the day it was counted.")
    elif day < EARLIEST:
        fault = _("Check the year: this day is before 2000.")
    else:
        sheet.added.add(day)
    return _page(sheet, typed=typed, add_fault=fault), 422 if fault else 200


def _open(measure_id: UUID) -> Sheet:
    actor = access.actor()
    measure = queries.get_measure(session(), actor, measure_id)
    team = grid_queries.get_team(session(), actor, grid_queries.asked_team(request.args), measure.team_id)
    if measure.team_id not in {None, team.id}:
        raise AbsentError(_("There is no such measure."))
    there = standing_of(session(), {(measure.id, team.id)})
    first, last = _day(request.args.get("from", "")), _day(request.args.get("to", ""))
    calendar = calendar_of(team.network_id, last or today(actor))
    term = due_days.term_of(calendar.terms, today(actor))
    if first is not None and last is not None and first <= last:
        last = min(last, first + timedelta(days=due_days.LONGEST))
        same = [each for each in calendar.terms if (each.starts_on, each.ends_on) == (first, last)]
        term = same[0] if same else Term("", first, last)
    is_above = not actor.in_team(team.id) and grid_queries.is_above(session(), actor, team.id)
    added = {day for day in (_day(said) for said in request.args.getlist("add")) if day is not None}
    sheet = Sheet(actor, measure, team, calendar, term, there, is_above, added)
    groups = [(each.subgroup_set, each.subgroup) for each in there.found if each.subgroup]
    sheet.columns = grid.columns_of(measure.breakdown or {}, groups)
    return sheet


def calendar_of(network_id: int, on: date) -> Calendar:
    """Return a network's school days, and the terms of the school year that *on* lies in or follows."""
    lines = calendar_queries.year_lines(session(), network_id)
    years = sorted({(line.starts_on, line.ends_on) for line in lines})
    begun = [year for year in years if year[0] <= on]
    fall = date(on.year if on.month >= 7 else on.year - 1, 7, 1)
    is_set_up = bool(begun) and on <= begun[-1][1] + _SUMMER
    year = begun[-1] if is_set_up else (fall, date(fall.year + 1, 6, 30))
    spans = [line.span for line in lines if line.span is not None]
    quarters = [Period(s.kind, s.name, s.starts_on, s.ends_on) for s in spans if s.kind == "quarter"]
    breaks = [(span.starts_on, span.ends_on) for span in spans if span.kind == "break"]
    found = due_days.terms(year, quarters, breaks)
    stretches = [(each.starts_on, each.ends_on) for each in found[:-1]]
    return Calendar(calendar_queries.days_in(lines), found, stretches, year)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if clock.is_usable(day) else None


def _address(sheet: Sheet, term: Term | None = None, **more: Any) -> str:
    """Return the address of this grid, or of another term of it."""
    shown = term or sheet.term
    outside = [] if term else sorted(day.isoformat() for day in sheet.added if not shown.holds(day))
    stretch = {"from": shown.starts_on.isoformat(), "to": shown.ends_on.isoformat()}
    query: dict[str, Any] = {**stretch, **more, "add": [*outside, *more.get("add", [])]}
    return url_for(
        query.pop("endpoint", ".grid"),
        measure_id=sheet.measure.public_id,
        team=sheet.team.public_id,
        **query,
    )


def _page(
    sheet: Sheet, *, typed: Texts | None = None, done: Outcome | None = None, add_fault: str = ""
) -> str:
    done = done or Outcome()
    slots = sheet.slots()
    kept = [each for place, each in sheet.there.now.items()]
    fields = grid.fields_for(sheet.measure.type, kept)
    rows = _typed_rows(sheet, slots, fields, typed or {}, done.back) if sheet.may_type else _told_rows(sheet)
    now = today(sheet.actor)
    coming = [day for day in sheet.due() if day > now]
    return render_template(
        "measures/grid.html", measure=sheet.measure, team=sheet.team, term=sheet.term, rows=rows,
        columns=sheet.columns, fields=fields, heads=grid_page.field_labels(), may_type=sheet.may_type,
        coming=coming, next_day=grid_page.long_day(coming[0]) if coming else "", done=done,
        add_fault=add_fault,
        add_day=request.form.get("add_day", "") if add_fault else "", today=now,
        terms=[(each, _address(sheet, each)) for each in sheet.calendar.terms], here=_address(sheet),
        left_out=sum(day <= now for day in sheet.due()) - len(rows),
        exports={kind: _address(sheet, endpoint=".grid_export", format=kind) for kind in ("csv", "xlsx")},
        save=save_views.shown(sheet.actor, sheet.team.id, done.save),
        is_many=sheet.measure.type is not MeasureType.COUNT,
    )  # fmt: skip


def _typed_rows(
    sheet: Sheet, slots: Sequence[Slot], fields: Sequence[str], typed: Texts, back: Mapping[str, Back]
) -> list[Row]:
    by_day: dict[date, list[grid_page.Cell]] = {}
    for slot in slots:
        said = typed.get(slot.key)
        by_day.setdefault(slot.on, []).append(
            grid_page.cell_of(
                slot, fields, grid_page.row_label(slot.on, slot.column),
                slot.column.title if len(sheet.columns) > 1 else "", sheet.there, said, back.get(slot.key),
            )
        )  # fmt: skip
    return [
        Row(day.isoformat(), grid_page.long_day(day), _off_words(sheet, day), tuple(cells))
        for day, cells in by_day.items()
    ]


def _off_words(sheet: Sheet, day: date) -> str:
    """Return why no school is held on a day that stands in the grid all the same."""
    if sheet.calendar.is_school_day(day):
        return ""
    span = sheet.calendar.days.hit(day)
    return span.name if span else _("no school")


def _told_rows(sheet: Sheet) -> list[Row]:
    records, rows = grid_page.newest_records(sheet.there), []
    for day in sheet.shown():
        cells = []
        for column in sheet.columns:
            place = (sheet.measure.id, day, column.breakdown, column.group)
            told = grid_page.told_of(sheet.actor, sheet.measure, records, place, is_above=sheet.is_above)
            cells.append(grid_page.Cell(column.key, "", grid_page.row_label(day, column), told=told))
        rows.append(Row(day.isoformat(), grid_page.long_day(day), _off_words(sheet, day), tuple(cells)))
    return rows
