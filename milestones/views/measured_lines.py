"""What was measured, as tables show it: a line for each count with its corrections, and subgroups."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from measures.queries import Record, standing_records
from milestones import board as boards
from milestones.rows import MilestoneRow, TargetRow
from nic_platform.filters import number
from nic_platform.text import _


@dataclass(frozen=True)
class Past:
    """One act on a count: from what to what, who and when. ``after`` is empty where it was taken back."""

    before: str
    after: str
    who: str
    at: datetime
    note: str
    moved_from: date | None  # the day it stood on, where the correction moved it


@dataclass(frozen=True)
class Line:
    """One measurement in the table: words, who and when, and what it was before it was corrected."""

    id: UUID
    on: date
    words: str
    share: str
    recorder: str
    recorded_at: datetime
    collector: str
    tool: str
    note: str
    is_withdrawn: bool
    history: tuple[Past, ...] = ()


@dataclass(frozen=True)
class Band:
    """One subgroup at the last two counts: how many of how many, for whom it is short."""

    name: str
    before: str
    latest: str
    count: int
    population: int


def lines_of(known: Sequence[Record], row: MilestoneRow | TargetRow) -> list[Line]:
    """Return every measurement for the table, newest first; a corrected one once, with its history."""
    by_id = {record.id: record for record in known}
    gone = {record.supersedes_id for record in known if record.supersedes_id is not None}
    heads = [record for record in known if record.id not in gone]
    return [_line(record, by_id, row) for record in sorted(heads, key=lambda r: (r.on, r.id), reverse=True)]


def _line(record: Record, by_id: Mapping[int, Record], row: MilestoneRow | TargetRow) -> Line:
    shown = _last_told(record, by_id)
    value = shown.value(row.type)
    share = boards.number_words(value, row.type, row.unit) if value is not None else ""
    return Line(
        record.public_id, record.on, value_words(shown, row), share, record.recorder, record.recorded_at,
        shown.collector, shown.tool, record.note, record.is_withdrawn, tuple(_history(record, by_id, row)),
    )  # fmt: skip


def _last_told(record: Record, by_id: Mapping[int, Record]) -> Record:
    """Return the numbers that a record is about: its own, or those that it takes back."""
    found = record
    while found.is_withdrawn and (earlier := by_id.get(found.supersedes_id or 0)) is not None:
        found = earlier
    return found


def _history(record: Record, by_id: Mapping[int, Record], row: MilestoneRow | TargetRow) -> list[Past]:
    """Return the acts on one count, newest first."""
    acts, later = [], record
    while later.supersedes_id is not None and later.supersedes_id in by_id:
        earlier = by_id[later.supersedes_id]
        before = _last_told(earlier, by_id)
        acts.append(
            Past(
                _("taken back") if earlier.is_withdrawn else value_words(before, row),
                "" if later.is_withdrawn else value_words(later, row),
                later.recorder, later.recorded_at, later.note if later is not record else "",
                earlier.on if earlier.on != later.on else None,
            )
        )  # fmt: skip
        later = earlier
    return acts


def value_words(record: Record, row: MilestoneRow | TargetRow) -> str:
    """Return a count as people say it: "20 of 24", else its number."""
    if record.count is not None and record.population is not None:
        return _("%(count)s of %(all)s", count=number(record.count), all=number(record.population))
    if isinstance(row, MilestoneRow) and row.is_deliverable and record.amount in {0, 1}:
        return _("in place") if record.amount else _("not yet")
    return number(record.value(row.type))


def band_days(groups: Sequence[Record]) -> list[date]:
    """Return the last two days on which subgroups were counted."""
    return sorted({record.on for record in standing_records(groups)})[-2:]


def bands_of(groups: Sequence[Record]) -> list[Band]:
    """Return each subgroup at the last two counts."""
    days = band_days(groups)
    by_name: dict[str, dict[date, Record]] = defaultdict(dict)
    for record in standing_records(groups):
        if record.on in days and record.count is not None and record.population:
            by_name[record.subgroup][record.on] = record
    bands = []
    for name, found in by_name.items():
        latest = found.get(days[-1])
        if latest is None or latest.count is None or latest.population is None:
            continue
        before = found.get(days[0]) if len(days) > 1 else None
        words = [
            _("%(count)s of %(all)s", count=number(r.count), all=number(r.population)) if r else ""
            for r in (before, latest)
        ]
        bands.append(Band(name, words[0], words[1], int(latest.count), int(latest.population)))
    return bands
