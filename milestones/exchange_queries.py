"""Reading a plan with all that hangs on it, as a document: as much of it as its reader sees on the pages."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, column, or_, select, table
from sqlalchemy.orm import Session

from accounts.models import User
from measures import policies as measure_policies
from measures.models import Measure, Measurement, ObservationTool
from measures.queries import Record, at_own_place, records, standing_records
from milestones import exchange, models
from milestones.exchange import Document, Field, Kind, Part, Row, Source
from milestones.plan_queries import get_plan
from milestones.rows import PlanRow
from nic_platform import looks
from nic_platform.actor import Actor
from teams.models import Network, Team
from teams.queries import reads_team

MODELS: Mapping[str, Any] = {
    "priorities": models.Priority, "root_causes": models.RootCause, "strategies": models.Strategy,
    "strands": models.Strand, "milestones": models.Milestone, "milestone_changes": models.MilestoneChange,
    "measures": Measure, "measurements": Measurement, "interim_targets": models.InterimTarget,
    "checkpoints": models.Checkpoint, "action_steps": models.ActionStep,
    "backwards_plans": models.BackwardsPlan, "agency_goals": models.AgencyGoal, "tools": ObservationTool,
    "touchpoints": models.Touchpoint, "decisions": models.Decision,
}  # fmt: skip


def _named(name: str) -> Any:
    """Return a table that a later domain owns, by its name: its models can't be imported here."""
    return table(name, column("id"), column("public_id", Uuid()), column("network_id"), column("team_id"))


OUTER: Mapping[str, Any] = {
    "plan": models.Plan.__table__, "milestone": models.Milestone.__table__,
    "strategy_template": models.StrategyTemplate.__table__,
    "common_milestone": models.CommonMilestone.__table__, "cycle": _named("cycle"),
    "feedback_item": _named("feedback_item"),
}  # fmt: skip
OF_TEAM = frozenset({"plan", "milestone", "cycle", "feedback_item"})
"""Outer things that belong to a team: only the importing team's own are tied again."""


@dataclass(frozen=True)
class Sight:
    """How much of a team's plan somebody sees; without an actor, everything: the team's own view."""

    actor: Actor | None = None
    is_above: bool = False
    reads_team: bool = True

    def drafts(self, team_id: int) -> bool:
        """Say whether milestones that are still drafts are seen."""
        return self.actor is None or self.actor.reads_drafts(team_id)

    def whole(self, team_id: int) -> bool:
        """Say whether nothing at all is hidden from the reader."""
        return self.actor is None or (self.actor.in_team(team_id) and self.drafts(team_id))


@dataclass
class Loaded:
    """A plan's document, and the row behind each thing of it, by part and reference."""

    document: Document
    things: dict[str, dict[str, Any]] = field(default_factory=dict)


def sight_of(session: Session, actor: Actor, plan: PlanRow) -> Sight:
    """Return how much *actor* sees of a visible plan; one statement."""
    found = session.scalar(select(Team.id).where(Team.id == plan.team_id, reads_team(actor, Team.id)))
    return Sight(actor, plan.is_above, found is not None)


def export(session: Session, actor: Actor, plan_id: UUID, at: datetime) -> Document:
    """Return a visible plan as a document, with what pages hide from *actor* hidden here too.

    Raises:
        AbsentError: there is no such plan, or *actor* may not know of it.
    """
    plan = get_plan(session, actor, plan_id)
    found = session.get_one(models.Plan, plan.id)
    return load(session, found, plan.span, sight_of(session, actor, plan), at=at).document


def load(
    session: Session,
    plan: models.Plan,
    span: tuple[date, date],
    sight: Sight | None = None,
    *,
    at: datetime | None = None,
    gone: bool = False,
    parts: Collection[str] = (),
) -> Loaded:
    """Return a plan with everything that hangs on it; a fixed number of statements.

    Args:
        span: first and last day of its school year: touchpoints on these days are the plan's.
        sight: what the reader sees; everything unless given.
        gone: what was deleted is in it too, to be found again by an import.
        parts: the keys of the parts to read, without the names of things outside; every part unless given.
    """
    return _Loader(session, plan, span, sight or Sight(), gone, parts).run(at)


class _Loader:
    """One reading of one plan; ``names`` holds the reference of every thing read, by part and number."""

    def __init__(
        self, session: Session, plan: models.Plan, span: tuple[date, date], sight: Sight, gone: bool,
        parts: Collection[str],
    ) -> None:  # fmt: skip
        self.session, self.plan, self.span, self.sight, self.gone = session, plan, span, sight, gone
        self.parts = parts
        self.found: dict[str, list[Any]] = {}
        self.names: dict[str, dict[int, str]] = {}
        self.seen: dict[int, Record] = {}  # measurements as far as they may be seen

    def run(self, at: datetime | None) -> Loaded:
        self._of_plan()
        self._of_team()
        outer = {} if self.parts else self._outer_names()
        people = self._people()
        parts = {}
        for part in exchange.PARTS:
            rows = [self._row(part, thing, outer, people) for thing in self.found.get(part.key, ())]
            parts[part.key] = [row for row in rows if row is not None]
        head = _read_fields(exchange.PLAN, self.plan, self.names, outer, people)
        source = self._source(at) if at else Source()
        document = Document(head, self.plan.school_year, parts, source, self.sight.whole(self.plan.team_id))
        things = {key: {str(thing.public_id): thing for thing in found} for key, found in self.found.items()}
        return Loaded(document, things)

    def _keep(self, key: str, query: Select[Any]) -> list[int]:
        """Read the rows of a part and note their names; return their numbers."""
        if self.parts and key not in self.parts:
            self.found[key], self.names[key] = [], {}
            return []
        model = MODELS[key]
        if hasattr(model, "deleted_at") and not self.gone:
            query = query.where(model.deleted_at.is_(None))
        order = [model.position] if hasattr(model, "position") else []
        things = list(self.session.scalars(query.order_by(*order, model.id)))
        self.found[key] = things
        self.names[key] = {thing.id: str(thing.public_id) for thing in things}
        return list(self.names[key])

    def _of_plan(self) -> None:
        plan_id = self.plan.id
        for key in ("priorities", "strategies", "interim_targets", "action_steps", "agency_goals"):
            self._keep(key, select(MODELS[key]).where(MODELS[key].plan_id == plan_id))
        mine = select(models.Milestone).where(models.Milestone.plan_id == plan_id)
        if not self.sight.drafts(self.plan.team_id):
            mine = mine.where(models.Milestone.is_draft.is_(False))
        self._keep("milestones", mine)
        for key, parent, of in (
            ("root_causes", models.RootCause.priority_id, "priorities"),
            ("strands", models.Strand.strategy_id, "strategies"),
            ("backwards_plans", models.BackwardsPlan.strand_id, "strands"),
            ("checkpoints", models.Checkpoint.interim_target_id, "interim_targets"),
            ("milestone_changes", models.MilestoneChange.milestone_id, "milestones"),
        ):
            self._keep(key, select(MODELS[key]).where(parent.in_(self.names[of])))

    def _of_team(self) -> None:
        counted = (*self.found["milestones"], *self.found["interim_targets"])
        wanted = {thing.measure_id for thing in counted if thing.measure_id}
        measures = self._keep("measures", select(Measure).where(Measure.id.in_(wanted)))
        tools = {
            thing.tool_id for thing in (*self.found["milestones"], *self.found["measures"]) if thing.tool_id
        }
        self._keep("tools", select(ObservationTool).where(ObservationTool.id.in_(tools)))
        self._measurements(measures)
        students = any(each.counts_students for each in self.found["measures"])
        if self.sight.actor is not None and (students or self.found["interim_targets"]):
            looks.note_team(self.plan.team_id)
        if not self.sight.reads_team:
            return
        team_id = self.plan.team_id
        held = models.Touchpoint.held_on.between(*self.span)
        met = self._keep(
            "touchpoints", select(models.Touchpoint).where(models.Touchpoint.team_id == team_id, held)
        )
        about = or_(
            models.Decision.milestone_id.in_(self.names["milestones"]),
            models.Decision.strategy_id.in_(self.names["strategies"]),
            models.Decision.touchpoint_id.in_(met),
        )
        self._keep("decisions", select(models.Decision).where(models.Decision.team_id == team_id, about))

    def _measurements(self, measures: Collection[int]) -> None:
        team_id = self.plan.team_id
        self._keep(
            "measurements",
            select(Measurement).where(
                Measurement.team_id == team_id, Measurement.measure_id.in_(measures), at_own_place()
            ),
        )
        if self.sight.whole(team_id):
            return
        found = records(self.session, {(each, team_id) for each in measures}, subgroup=None)
        measures_by_id = {each.id: each for each in self.found["measures"]}
        for series in found.values():
            for record in standing_records(series):
                seen = self._seen(record, measures_by_id[record.measure_id])
                if seen is not None:
                    self.seen[record.id] = seen

    def _seen(self, record: Record, measure: Measure) -> Record | None:
        """Return a measurement as pages show it to the reader: without numbers where they are too small."""
        actor = self.sight.actor
        if actor is None:
            return record
        students, is_above = measure.counts_students, self.sight.is_above
        cell = measure_policies.figure_cell(
            actor, record, measure.type, counts_students=students, is_above=is_above
        )
        if cell.is_shown:
            return record
        return replace(record, count=None, population=None, amount=None, note="")

    def _row(
        self, part: Part, thing: Any, outer: Mapping[str, Mapping[int, str]], people: Mapping[int, str]
    ) -> Row | None:
        row = _read_fields(part, thing, self.names, outer, people)
        if any(each.is_required and row[each.name] is None for each in part.refs):
            return None  # what it hangs on is hidden or gone
        actor = self.sight.actor
        if self.sight.whole(self.plan.team_id) or actor is None:
            return row
        if part.key == "measurements":
            seen = self.seen.get(thing.id)
            if seen is None:
                return None  # what was corrected is the team's own history
            told = {"count": seen.count, "population": seen.population, "value": seen.amount}
            return row | told | {"note": seen.note, "supersedes": None}
        if part.key == "decisions":  # what it rested on holds the count as the team saw it
            row["details"] = {name: value for name, value in row["details"].items() if name == "done_on"}
        if part.key == "milestones" and (row["population"] or 0) < actor.minimum_cell:
            students = {each.id for each in self.found["measures"] if each.counts_students}
            row["population"] = None if thing.measure_id in students else row["population"]
        if part.key == "interim_targets" and (row["expected_n"] or actor.minimum_cell) < actor.minimum_cell:
            row["expected_n"] = row["baseline"] = None
        return row

    def _outer_names(self) -> dict[str, dict[int, str]]:
        wanted: dict[str, set[int]] = {}
        for part, things in [(exchange.PLAN, [self.plan])] + [
            (part, self.found.get(part.key, [])) for part in exchange.PARTS
        ]:
            for each in part.fields:
                if each.kind is Kind.OUTER and each.of in OUTER:
                    numbers = {getattr(thing, each.attribute) for thing in things}
                    wanted.setdefault(each.of, set()).update(numbers - {None})
        return {kind: self._public(kind, numbers) for kind, numbers in wanted.items() if numbers}

    def _public(self, kind: str, numbers: Iterable[int]) -> dict[int, str]:
        source = OUTER[kind]
        query = select(source.c.id, source.c.public_id).where(source.c.id.in_(sorted(numbers)))
        return {number: uuid_text(public_id) for number, public_id in self.session.execute(query)}

    def _people(self) -> dict[int, str]:
        ids = {each.user_id for each in self.found.get("milestone_changes", ()) if each.user_id}
        if not ids:
            return {}
        query = select(User.id, User.name).where(User.id.in_(sorted(ids)))
        return {row[0]: row[1] for row in self.session.execute(query)}

    def _source(self, at: datetime) -> Source:
        row = self.session.execute(
            select(Network.name, Team.name)
            .join(Team, Team.network_id == Network.id)
            .where(Team.id == self.plan.team_id)
        ).one()
        return Source(row[0], row[1], at.isoformat())


def uuid_text(value: Any) -> str:
    """Return a public id as text."""
    return str(value)


def read_row(
    part: Part, thing: Any, names: Mapping[str, Mapping[int, str]], outer: Mapping[str, Mapping[int, str]]
) -> Row:
    """Return one thing as a row, its references by the names given; who changed it is left out."""
    return _read_fields(part, thing, names, outer, {})


def _read_fields(
    part: Part,
    thing: Any,
    names: Mapping[str, Mapping[int, str]],
    outer: Mapping[str, Mapping[int, str]],
    people: Mapping[int, str],
) -> Row:
    row: Row = {"ref": str(thing.public_id)}
    for each in part.fields:
        row[each.name] = _read(each, thing, names, outer, people)
    return row


def _read(
    each: Field,
    thing: Any,
    names: Mapping[str, Mapping[int, str]],
    outer: Mapping[str, Mapping[int, str]],
    people: Mapping[int, str],
) -> Any:
    if each.name == "is_common":
        return thing.team_id is None
    value = getattr(thing, each.attribute)
    if each.kind is Kind.REF:
        return names.get(each.of, {}).get(value) if value else None
    if each.kind is Kind.OUTER:
        return (str(value) if value else None) if each.of == "-" else outer.get(each.of, {}).get(value)
    if each.kind is Kind.PERSON:
        return people.get(value, "")
    if each.kind in {Kind.CHOICE, Kind.TEXT}:
        words = exchange.clean(str(getattr(value, "value", value) or ""))
        return words if words or "" in each.choices else each.empty
    if each.kind is Kind.LINES:
        return [exchange.clean(str(item)) for item in value or [] if str(item).strip()]
    if each.kind is Kind.JSON:
        return dict(value or {})
    if each.kind is Kind.NUMBER:
        return None if value is None else float(value)
    return each.empty if value is None else value


def things_of(session: Session, key: str, refs: Sequence[str]) -> list[Any]:
    """Return rows of one part by their public ids, deleted ones too; ``plan`` is a part here."""
    model = models.Plan if key == "plan" else MODELS[key]
    found: list[Any] = []
    names = [UUID(ref) for ref in refs]
    for start in range(0, len(names), 400):
        found += session.scalars(select(model).where(model.public_id.in_(names[start : start + 400])))
    return found
