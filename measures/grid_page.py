"""What the pages of the data entry grid show: rows of cells, each with its fields, its mark and its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from measures import grid, policies
from measures.grid import Column, Typed
from measures.grid_services import Back, Slot
from measures.known_queries import Standing
from measures.models import Measure
from measures.queries import Record
from measures.suppression import Who, words
from nic_platform.actor import Actor
from nic_platform.days import weekday
from nic_platform.text import _


@dataclass(frozen=True)
class Field:
    """One box: its name in the form, what stands in it, and what it is called, in full and beside its row."""

    name: str
    what: str  # count, population, value
    text: str
    was: str
    label: str
    short: str
    is_wrong: bool = False


@dataclass(frozen=True)
class Cell:
    """One figure: its boxes, or words where it can't be typed into; ``state`` is empty as a rule."""

    key: str
    id: str
    label: str
    fields: tuple[Field, ...] = ()
    seen: str = ""
    state: str = ""  # changed, mend, asked, meanwhile
    sentence: str = ""
    note: str = ""
    told: str = ""
    times: int = 1

    @property
    def asks_note(self) -> bool:
        """Say whether a word on why the group changed is asked for."""
        return self.state == "asked" or bool(self.note)


@dataclass(frozen=True)
class Row:
    """One row: a day of a measure, or a measure's group on a day."""

    key: str
    title: str
    sub: str
    cells: tuple[Cell, ...]
    is_new: bool = False

    @property
    def says(self) -> list[Cell]:
        """Return the cells that have something to say."""
        return [cell for cell in self.cells if cell.sentence or cell.asks_note]


def field_labels() -> dict[str, str]:
    """Return what stands over the boxes."""
    return {"count": _("How many"), "population": _("Out of"), "value": _("Value")}


def cell_of(
    slot: Slot,
    fields: Sequence[str],
    label: str,
    short: str,
    there: Standing,
    typed: Typed | None,
    back: Back | None,
) -> Cell:
    """Return a cell: what was typed where it was not saved, else what stands."""
    kind, now = slot.measure.type, there.now.get(slot.place)
    shown = there.every.get(typed.seen) if typed else None
    is_kept = typed is not None and (back is not None or grid.is_touched(kind, typed, shown))
    source = shown if is_kept and back is None else now
    was = grid.texts_of(kind, source)
    wrong = set(back.fields) if back else set()
    heads = field_labels()
    boxes = tuple(
        Field(
            f"{name}:{slot.key}", name, typed.text(name) if is_kept and typed else was.get(name, ""),
            was.get(name, ""), f"{label}: {heads[name]}", f"{short}: {heads[name]}" if short else heads[name],
            bool(back) and (name in wrong or not wrong),
        )
        for name in fields
    )  # fmt: skip
    return Cell(
        slot.key, "c-" + slot.key.replace("%", "_"), label, boxes,
        seen=back.seen if back else (typed.seen if is_kept and typed else now.public_id if now else ""),
        state=back.why if back else "changed" if is_kept else "",
        sentence=back.sentence if back else "", note=typed.note if typed and is_kept else "",
        times=now.times if now else 1,
    )  # fmt: skip


def told_of(
    actor: Actor, measure: Measure, records: Mapping[grid.Place, Record], place: grid.Place, *, is_above: bool
) -> str:
    """Return what *actor*, who can't type here, reads in a cell; empty where nothing stands.

    As everywhere outside the team: a small cell of students says why it is hidden, and so does every group
    beside its total.
    """
    record = records.get(place)
    if record is None:
        return ""
    students = bool(measure.counts_students)
    whole = policies.sees_whole(actor, record.team_id, counts_students=students, is_above=is_above)
    cell = policies.figure_cell(actor, record, measure.type, counts_students=students, is_above=is_above)
    if whole or (cell.is_shown and cell.percent is None):
        return _number_words(record)
    return words(cell, Who.STUDENTS if students else Who.ADULTS, actor.minimum_cell)


def _number_words(record: Record) -> str:
    if record.count is not None and record.population is not None:
        return _("%(count)s of %(all)s", count=f"{record.count:g}", all=f"{record.population:g}")
    value = record.amount if record.amount is not None else record.count
    return "" if value is None else f"{value:g}"


def newest_records(there: Standing) -> dict[grid.Place, Record]:
    """Return what stands by cell, the newest where a day was counted twice."""
    return {(each.measure_id, each.on, each.subgroup_set, each.subgroup): each for each in there.found}


def long_day(on: date) -> str:
    """Return "Fri, Mar 6"."""
    return weekday(on)


def row_label(on: date, column: Column) -> str:
    """Return what a cell is called: its day and its group."""
    return f"{long_day(on)}, {column.title}"
