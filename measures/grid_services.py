"""Saving many cells of figures at once: the good ones are kept, the others come back with what they say.

The caller holds the transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from measures import checks, grid, save_services, services
from measures.checks import Known
from measures.grid import Do, Kept, Place, Typed, Verdict
from measures.known_queries import Standing, standing_of
from measures.models import Measure, Measurement
from measures.save_queries import own_save
from nic_platform.actor import Actor
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams.models import Team


@dataclass(frozen=True)
class Slot:
    """One cell of a page: its name in the form, and which figure it holds."""

    key: str
    measure: Measure
    on: date
    column: grid.Column

    @property
    def place(self) -> Place:
        """Return which figure it holds."""
        return self.measure.id, self.on, self.column.breakdown, self.column.group


@dataclass(frozen=True)
class Back:
    """Why a cell was not saved: ``asked`` why its group changed, ``meanwhile`` saved by somebody, or wrong.

    ``now`` is what stands there, in words, where somebody saved it meanwhile.
    """

    why: str
    sentence: str
    fields: tuple[str, ...] = ()
    now: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Press:
    """One press of the button: the page it was made on, and the save that it goes on with, if any."""

    page: Mapping[str, str] = field(default_factory=dict)
    goes_on: UUID | None = None


@dataclass
class Outcome:
    """What became of the cells: keys of those that were saved and taken back, and those that came back.

    ``save`` takes all of it back with one press; none where nothing was written.
    """

    save: ImportRun | None = None
    saved: list[str] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    back: dict[str, Back] = field(default_factory=dict)


def save(
    session: Session,
    team_id: int,
    slots: Sequence[Slot],
    typed: Mapping[str, Typed],
    press: Press,
    *,
    today: date,
    by: Actor,
    at: datetime,
) -> Outcome:
    """Write down what was typed into *slots*; a cell that nobody touched stays as it is.

    What stood there is corrected, so that the history keeps it. An emptied cell is taken back. A cell that
    somebody else saved since it was shown is not written over: it comes back with both figures.

    Args:
        typed: by the key of its slot; a slot that was not sent is left alone.
    """
    team = save_services.locked_team(session, team_id)
    sent = [slot for slot in slots if slot.key in typed]
    there = standing_of(session, {(slot.measure.id, team_id) for slot in sent})
    done = Outcome(own_save(session, team_id, by, press.goes_on))
    accepted: dict[tuple[int, str, str], list[Known]] = {}
    write = _writer(session, team, today=today, by=by, at=at)
    for slot in sorted(sent, key=lambda each: each.on):
        said = typed[slot.key]
        now, shown = there.now.get(slot.place), there.every.get(said.seen)
        verdict = grid.judge(slot.measure.type, slot.on, said, now, shown, today)
        back = _back(slot, verdict, now) or _unknown_group(slot, verdict, there)
        if verdict.do is Do.WRITE and back is None:
            back = _question(slot, said, verdict, there, accepted)
        if back is not None:
            done.back[slot.key] = back
        elif verdict.do in {Do.WRITE, Do.TAKE_BACK}:
            done.save = done.save or save_services.begin(session, team, press.page, by=by, at=at)
            write(slot, said, verdict, now, done.save.id)
            (done.saved if verdict.do is Do.WRITE else done.taken_back).append(slot.key)
    if done.save is not None:
        done.save.rows_created += len(done.saved)
        done.save.rows_changed += len(done.taken_back)
    return done


def _back(slot: Slot, verdict: Verdict, now: Kept | None) -> Back | None:
    if verdict.do is Do.MEND:
        sentence = " ".join(dict.fromkeys(verdict.faults.values()))
        return Back("mend", sentence, tuple(verdict.faults), seen=now.public_id if now else "")
    if verdict.do is not Do.MEANWHILE:
        return None
    who = now.known.recorder if now and now.known.recorder else _("Somebody")
    sentence = (
        _("%(name)s saved %(told)s here meanwhile. Yours is in the cell: save again to put it in its place, "
          "or type the other.", name=who, told=grid.words_of(now))
        if now
        else _("What stood here was taken back meanwhile. Yours is in the cell: save again to write it.")
    )  # fmt: skip
    return Back("meanwhile", sentence, now=grid.words_of(now), seen=now.public_id if now else "")


def _unknown_group(slot: Slot, verdict: Verdict, there: Standing) -> Back | None:
    """Return what to do with a figure of a group that the breakdown has no more, or never had."""
    column = slot.column
    known = (slot.measure.breakdown or {}).get(column.breakdown, [])
    series = (slot.measure.id, column.breakdown, column.group)
    if verdict.do is Do.NOTHING or not column.group or column.group in known or series in there.series:
        return None
    sentence = _("“%(group)s” is not in the breakdown any more. Type its figure at another group.",
                 group=column.group)  # fmt: skip
    return Back("mend", sentence)


def _question(
    slot: Slot,
    said: Typed,
    verdict: Verdict,
    there: Standing,
    accepted: dict[tuple[int, str, str], list[Known]],
) -> Back | None:
    """Return what is asked about a group that changed; asked once, not of every later row of that size."""
    entry = verdict.entry
    if entry is None:
        return None
    series = (slot.measure.id, slot.column.breakdown, slot.column.group)
    mine = accepted.setdefault(series, [])
    days = {each.on for each in mine} | {slot.on}
    others = [each for each in there.series.get(series, ()) if each.on not in days]
    asked = checks.population_question(
        slot.measure.type, entry, [*others, *mine], counts_students=bool(slot.measure.counts_students)
    )
    mine.append(Known(0, slot.on, entry.count, entry.population, entry.value))
    if not asked or said.note.strip():
        return None
    now = there.now.get(slot.place)
    return Back("asked", asked, ("population",), seen=now.public_id if now else "")


def _writer(
    session: Session, team: Team, **how: Any
) -> Callable[[Slot, Typed, Verdict, Kept | None, int], Measurement]:
    """Return what writes one cell down."""
    by: Actor = how["by"]

    def write(slot: Slot, said: Typed, verdict: Verdict, now: Kept | None, save_id: int) -> Measurement:
        earlier = session.get_one(Measurement, now.known.id) if now else None
        if earlier is not None and verdict.do is Do.TAKE_BACK:
            return services.withdraw(session, earlier, by=by, at=how["at"], run_id=save_id)
        details: dict[str, Any] = {
            "note": said.note.strip()[:1000],
            "collector": by.name,
            "tool": slot.measure.tool,
            "import_run_id": save_id,
        }
        entry = verdict.entry
        if entry is None:  # pragma: no cover  # a cell that is written has an entry
            raise ValueError(slot.key)
        if earlier is not None:
            details |= {"tool": earlier.tool, "note": details["note"] or earlier.note}
            return services.correct(session, earlier, entry, **how, **details)
        group: dict[str, Any] = {"subgroup_set": slot.column.breakdown, "subgroup": slot.column.group}
        return services.record(session, slot.measure, team, entry, **how, **details, **group)

    return write
