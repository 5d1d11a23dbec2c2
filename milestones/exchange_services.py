"""Writing a plan's document into a team's plan: all of it or nothing, twice without a change, and back again.

Callers hold the transaction. What was made and changed is noted, so that it can be taken back as one piece.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from measures.bringing_services import bring_in
from measures.models import Measure, Measurement
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from milestones import exchange
from milestones.exchange import Document, Field, Kind, Part
from milestones.exchange_compare import CHANGED, NEW, Proposal, Step
from milestones.exchange_present_queries import Here
from milestones.exchange_queries import MODELS, things_of
from milestones.models import MilestoneChange, Plan
from milestones.services import give_measure
from nic_platform import audit
from nic_platform.actor import Actor
from nic_platform.errors import RuleError
from nic_platform.text import _

_ENUMS: Mapping[str, Any] = {
    "kind": MeasureKind, "type": MeasureType, "direction": Direction, "rhythm": Rhythm,
}  # fmt: skip

_PIECE = 500  # measurements that are written together
_STEP = 25  # rows after which it is told how far it is
Report = Callable[[int], None]


def no_report(_per_cent: int) -> None:
    """Tell nobody how far it is."""


@dataclass
class Done:
    """What an import wrote: the plan, and what is needed to take it back."""

    plan: Plan
    created: dict[str, list[str]] = field(default_factory=dict)  # part → public ids
    changed: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)  # part → id → what was there
    versions: dict[str, int] = field(default_factory=dict)  # id → version after the import
    is_new_plan: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as an import run keeps it."""
        return {
            "plan": str(self.plan.public_id), "created": self.created, "changed": self.changed,
            "versions": self.versions, "is_new_plan": self.is_new_plan,
        }  # fmt: skip


def write(
    session: Session,
    here: Here,
    document: Document,
    proposal: Proposal,
    *,
    school_year: str,
    by: Actor,
    at: datetime,
    run_id: int | None = None,
    report: Report = no_report,
) -> Done:
    """Write what *proposal* says into *here*'s plan; without one, into a new plan of *school_year*.

    Args:
        report: is told how far it is, in per cent; what it raises ends the work.

    Raises:
        RuleError: the proposal has problems, or the team has a plan of that year already.
    """
    if proposal.problems:
        raise RuleError(
            _("Nothing was imported: some rows have problems. Mend them and upload the file again.")
        )
    return _Writer(session, here, document, proposal, by, at, run_id, report).run(school_year)


class _Writer:
    def __init__(
        self, session: Session, here: Here, document: Document, proposal: Proposal, by: Actor, at: datetime,
        run_id: int | None, report: Report,
    ) -> None:  # fmt: skip
        self.session, self.here, self.document, self.proposal = session, here, document, proposal
        self.by, self.at, self.run_id = by, at, run_id
        self.report, self.done_rows = report, 0
        self.all_rows = max(
            1, sum(step.state in {NEW, CHANGED} for each in proposal.steps.values() for step in each)
        )
        self.numbers: dict[tuple[str, str], int] = {
            (key, ref): thing.id for key, found in here.things.items() for ref, thing in found.items()
        }

    def run(self, school_year: str) -> Done:
        there = self.here.plan
        is_new = there is None or there.deleted_at is not None
        self.done = Done(self._new_plan(school_year) if there is None else there, is_new_plan=is_new)
        self._write_head()
        for part in exchange.writing_order():
            steps = self.proposal.steps.get(part.key, [])
            if part.key == "measurements":
                self._measurements(part, steps)
                continue
            self._add(part, [step for step in steps if step.state == NEW])
            self._change(part, [step for step in steps if step.state == CHANGED])
        self.session.flush()
        self._note_versions()
        return self.done

    def _count(self, rows: int) -> None:
        """Tell how far it is, every few rows."""
        before, self.done_rows = self.done_rows, self.done_rows + rows
        if before // _STEP != self.done_rows // _STEP:
            self.report(min(95, 10 + 85 * self.done_rows // self.all_rows))

    def _note_versions(self) -> None:
        done = self.done
        for key in {*done.created, *done.changed}:
            for thing in things_of(
                self.session, key, [*done.created.get(key, ()), *done.changed.get(key, {})]
            ):
                if hasattr(thing, "version"):
                    done.versions[str(thing.public_id)] = thing.version

    def _new_plan(self, school_year: str) -> Plan:
        team = self.here.team
        plan = Plan(
            public_id=UUID(self.proposal.plan_id), network_id=team.network_id, team_id=team.id,
            school_year=school_year, title=self.document.plan["title"],
            carried_from_id=self.here.outer.get("plan", {}).get(self.document.plan["carried_from"] or ""),
        )  # fmt: skip
        self.session.add(plan)
        try:
            self.session.flush()
        except IntegrityError as error:  # somebody began it at the same moment
            raise RuleError(_("This team has a plan for %(year)s already.", year=school_year)) from error
        return plan

    def _write_head(self) -> None:
        plan, before = self.done.plan, {}
        for name, (_old, new) in self.proposal.head.items():
            each = exchange.PLAN.field(name)
            before[each.attribute] = audit.plain(getattr(plan, each.attribute))
            setattr(plan, each.attribute, self._value(exchange.PLAN, each, new))
        plan.deleted_at = None
        if before:
            self.done.changed["plan"] = {str(plan.public_id): before}
        self.session.flush()

    def _value(self, part: Part, each: Field, value: Any) -> Any:
        """Return a field's value as its column holds it."""
        if value is None:
            return None
        if each.kind is Kind.REF:
            return self.numbers[each.of, value]
        if each.kind is Kind.OUTER:
            return UUID(value) if each.of == "-" else self.here.outer.get(each.of, {}).get(value)
        if each.kind is Kind.PERSON:
            return self.here.people.get(value)
        if part.key == "measures" and each.name in _ENUMS:
            return _ENUMS[each.name](value)
        return value

    def _columns(self, part: Part, step: Step, names: Sequence[str] = ()) -> dict[str, Any]:
        return {
            each.attribute: self._value(part, each, step.row[each.name])
            for each in part.fields
            if each.column != "-" and (not names or each.name in names) and not _is_later(each, part)
        }

    def _add(self, part: Part, steps: Sequence[Step]) -> None:
        if not steps:
            return
        model, plan, last = MODELS[part.key], self.done.plan, self._last_position(part)
        made = []
        for step in steps:
            thing = model(
                public_id=UUID(step.public_id), network_id=plan.network_id, **self._columns(part, step)
            )
            if hasattr(model, "plan_id"):
                thing.plan_id = plan.id
            if hasattr(model, "team_id"):
                thing.team_id = plan.team_id
            if part.key in exchange.NUMBERED and thing.position is None:
                last += 1
                thing.position = last
            made.append(thing)
        self.session.add_all(made)
        self.session.flush()
        for step, thing in zip(steps, made, strict=True):
            self._know(part, step, thing)
        self.done.created.setdefault(part.key, []).extend(step.public_id for step in steps)
        self._finish(part, zip(steps, made, strict=True))

    def _know(self, part: Part, step: Step, thing: Any) -> None:
        self.numbers[part.key, step.public_id] = thing.id
        self.here.things.setdefault(part.key, {})[step.public_id] = thing

    def _last_position(self, part: Part) -> int:
        there = self.here.things.get(part.key, {}).values()
        sent = [step.row.get("position") for step in self.proposal.steps.get(part.key, [])]
        known = [getattr(thing, "position", 0) for thing in there]
        return max([*known, *(position for position in sent if position is not None)], default=0)

    def _finish(self, part: Part, made: Any) -> None:
        """Tie what needed all rows of a part to be there, and give milestones their measure."""
        for step, thing in made:
            for each in part.fields:
                if _is_later(each, part) and step.row[each.name]:
                    setattr(thing, each.attribute, self.numbers[part.key, step.row[each.name]])
            self._give_measure(part, thing)
            self._count(1)
        self.session.flush()

    def _give_measure(self, part: Part, thing: Any) -> None:
        """Give a milestone on the board the measure of its series, or one of its own, as the pages do."""
        if part.key != "milestones" or thing.is_draft or thing.measure_id is not None:
            return
        newest = self.session.scalar(select(func.max(Measure.id))) or 0
        give_measure(self.session, thing)
        if thing.measure_id is not None and thing.measure_id > newest:
            made = self.session.get_one(Measure, thing.measure_id)
            self.done.created.setdefault("measures", []).append(str(made.public_id))

    def _change(self, part: Part, steps: Sequence[Step]) -> None:
        kept: dict[str, dict[str, Any]] = {}
        for step in steps:
            thing = self.here.things[part.key][step.public_id]
            names = tuple(step.changes)
            columns = self._columns(part, step, names) if names else {}
            for name in names:
                each = part.field(name)
                if _is_later(each, part):
                    value = step.row[name]
                    columns[each.attribute] = self.numbers[part.key, value] if value else None
            if step.is_back:
                columns["deleted_at"] = None
            kept[step.public_id] = {name: audit.plain(getattr(thing, name)) for name in columns}
            self._keep_adjustment(part, step, thing)
            for name, value in columns.items():
                setattr(thing, name, value)
            self._give_measure(part, thing)
            self._count(1)
        if kept:
            self.done.changed[part.key] = kept
            self.session.flush()

    def _keep_adjustment(self, part: Part, step: Step, thing: Any) -> None:
        """A date or target that an import moves on the board is an adjustment like any other.

        What was deleted and comes back was on no board: it begins with the date that it has now.
        """
        moved = {"due_on", "target"} & set(step.changes)
        if part.key != "milestones" or not moved or thing.is_draft or step.is_back:
            return
        due_on = step.row["due_on"] if "due_on" in moved else thing.due_on
        target = step.row["target"] if "target" in moved else thing.target
        if self._is_told(step, due_on, target):
            return
        self.session.add(
            MilestoneChange(
                network_id=thing.network_id, milestone_id=thing.id, at=self.at,
                user_id=self.by.user_id or None, why=_("Imported from a file."),
                old_due_on=thing.due_on, new_due_on=due_on,
                old_target=thing.target, new_target=target,
            )
        )  # fmt: skip

    def _is_told(self, step: Step, due_on: date | None, target: float | None) -> bool:
        """Say whether the file itself brings the adjustment along."""
        return any(
            other.state == NEW and other.row["milestone"] == step.public_id
            and (other.row["new_due_on"], other.row["new_target"]) == (due_on, target)
            for other in self.proposal.steps.get("milestone_changes", ())
        )  # fmt: skip

    # ------------------------------------------------------------ measurements

    def _measurements(self, part: Part, steps: Sequence[Step]) -> None:
        new = [step for step in steps if step.state == NEW]
        created: list[str] = []
        waiting = new
        while waiting:
            ready = [
                s
                for s in waiting
                if not s.row["supersedes"] or ("measurements", s.row["supersedes"]) in self.numbers
            ]
            if not ready:
                raise RuleError(_("A correction in the file corrects something that isn’t there."))
            ready = ready[:_PIECE]
            rows = [self._measurement(part, step) for step in ready]
            bring_in(self.session, rows)
            for step, row in zip(ready, rows, strict=True):
                self._know(part, step, row)
                created.append(step.public_id)
            self._count(len(ready))
            left = {id(step) for step in ready}
            waiting = [step for step in waiting if id(step) not in left]
        for step in steps:
            if step.state == CHANGED:
                created.append(self._correct(part, step))
                self._count(1)
        if created:
            self.done.created[part.key] = created

    def _measurement(self, part: Part, step: Step) -> Measurement:
        columns = self._columns(part, step)
        told: datetime | None = columns.pop("recorded_at")
        return Measurement(
            public_id=UUID(step.public_id), network_id=self.done.plan.network_id, team_id=self.here.team.id,
            site_id=self.here.team.site_id, recorded_at=min(told or self.at, self.at),
            recorded_by_id=self.by.user_id or None, import_run_id=self.run_id, **columns,
        )  # fmt: skip

    def _correct(self, part: Part, step: Step) -> str:
        """Write what the file says over what stands now; the earlier one stays in the history."""
        head = self.here.present.heads.get(step.public_id, step.public_id)
        columns = self._columns(part, step)
        columns |= {"recorded_at": self.at, "supersedes_id": self.numbers["measurements", head]}
        row = Measurement(
            network_id=self.done.plan.network_id, team_id=self.here.team.id, site_id=self.here.team.site_id,
            recorded_by_id=self.by.user_id or None, import_run_id=self.run_id, **columns,
        )  # fmt: skip
        bring_in(self.session, [row])
        self.here.things["measurements"][str(row.public_id)] = row
        return str(row.public_id)


def _is_later(each: Field, part: Part) -> bool:
    """Say whether a field points at its own part, so that it can only be set once all rows are there."""
    return each.kind is Kind.REF and each.of == part.key and part.key != "measurements"
