"""Writing what a network offers: strategy templates and their common milestones. Callers commit."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from measures import services as measure_services
from measures.models import Measure
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from milestones import services, template_queries
from milestones.models import CommonMilestone, Milestone, Strand, Strategy, StrategyTemplate
from milestones.templates import week_of
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _


def add_template(session: Session, network_id: int, values: Mapping[str, Any]) -> StrategyTemplate:
    """Begin a template; it is offered once a lead says so."""
    made = StrategyTemplate(network_id=network_id, is_offered=False, **values)
    session.add(made)
    session.flush()
    return made


def offer(session: Session, template: StrategyTemplate, *, is_offered: bool) -> None:
    """Offer a template to every team, or withdraw it; what was adopted stays with those who adopted it.

    Raises:
        RuleError: there is no milestone in it that a team could adopt.
    """
    if is_offered and not template_queries.commons_of(session, template.id):
        raise RuleError(_("There is nothing in it to adopt yet. Add a milestone first."))
    template.is_offered = is_offered
    session.flush()


def add_common(
    session: Session, template: StrategyTemplate, values: Mapping[str, Any], *, measure: Measure | None
) -> CommonMilestone:
    """Add a common milestone at the end of its template.

    Args:
        measure: a common measure; without one it takes that of its strand, else a new one is made.

    Raises:
        InputError: it says nothing, or the measure is one team's own.
    """
    made = CommonMilestone(network_id=template.network_id, template_id=template.id, **values)
    _check(made, measure)
    made.measure_id = (measure or _measure_for(session, template, made)).id
    highest = session.scalar(
        select(func.max(CommonMilestone.position)).where(CommonMilestone.template_id == template.id)
    )
    made.position = int(highest or 0) + 1
    session.add(made)
    session.flush()
    return made


def save_common(
    session: Session, common: CommonMilestone, values: Mapping[str, Any], *, measure: Measure | None
) -> None:
    """Change a common milestone; those who adopted it are shown what changed, and keep theirs until they say.

    Raises:
        InputError: as :func:`add_common`.
    """
    for name, value in values.items():
        setattr(common, name, value)
    _check(common, measure)
    if measure is not None:
        common.measure_id = measure.id
    session.flush()


def _check(common: CommonMilestone, measure: Measure | None) -> None:
    faults = {}
    if not (common.what or "").strip():
        faults["what"] = _("Say what people will be doing, or what will be in place.")
    if common.week is not None and not 0 <= common.week <= 60:
        faults["week"] = _("Give the weeks after the first day of school, from 0 to 60.")
    kind = measure.type if measure else MeasureType.PROPORTION
    if common.target is not None and kind is MeasureType.PROPORTION and not 0 <= common.target <= 100:
        faults["target"] = _("Give a percent from 0 to 100.")
    if measure is not None and measure.team_id is not None:
        faults["measure"] = _("Choose a measure that all teams share; this one belongs to one team.")
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)


def _measure_for(session: Session, template: StrategyTemplate, common: CommonMilestone) -> Measure:
    """Return the measure of the strand's other milestones of its sort, else a new common one."""
    found = session.scalar(
        select(Measure)
        .join(CommonMilestone, CommonMilestone.measure_id == Measure.id)
        .where(
            CommonMilestone.template_id == template.id,
            CommonMilestone.strand == (common.strand or ""),
            CommonMilestone.is_deliverable.is_(False),
            CommonMilestone.deleted_at.is_(None),
        )
        .order_by(CommonMilestone.id.desc())
        .limit(1)
    )
    if found is not None and not common.is_deliverable:
        return found
    return measure_services.add_measure(
        session, template.network_id, None, name=(common.strand or common.what or template.name)[:200],
        definition=common.what or "", kind=MeasureKind.PROCESS,
        type=MeasureType.CONTINUOUS if common.is_deliverable else MeasureType.PROPORTION,
        direction=Direction.UP, rhythm=_rhythm(common.rhythm), unit=(common.who or "")[:60],
        tool=common.tool or "",
    )  # fmt: skip


def _rhythm(word: str | None) -> Rhythm:
    return Rhythm(word) if word in set(Rhythm) else Rhythm.WEEKLY


def move_common(session: Session, common: CommonMilestone, *, up: bool) -> None:
    """Let a common milestone change places with its neighbour in the template."""
    query = select(CommonMilestone).where(
        CommonMilestone.template_id == common.template_id, CommonMilestone.deleted_at.is_(None)
    )
    mates = list(session.scalars(query.order_by(CommonMilestone.position, CommonMilestone.id)))
    at = mates.index(common)
    other = at - 1 if up else at + 1
    if 0 <= other < len(mates):
        mates[at], mates[other] = mates[other], mates[at]
        for position, mate in enumerate(mates, 1):
            if mate.position != position:
                mate.position = position
    session.flush()


def template_from(session: Session, strategy: Strategy, starts_on: date, *, at: datetime) -> StrategyTemplate:
    """Make a template, not offered yet, from a team's strategy: its strands and milestones, with usual weeks.

    A measure that is one team's own gets a common twin, so that the counts of those who adopt it pool.

    Raises:
        RuleError: the strategy has no milestone.
    """
    milestones = template_queries.milestones_under(session, strategy.id)
    if not milestones:
        raise RuleError(_("This strategy has no milestone yet that others could adopt."))
    made = add_template(
        session, strategy.network_id,
        {"name": strategy.name or _("Strategy"), "description": strategy.description or ""},
    )  # fmt: skip
    query = select(Strand.id, Strand.name).where(Strand.strategy_id == strategy.id)
    names = {row.id: row.name for row in session.execute(query)}
    measures = template_queries.own_measures(session, [m.measure_id for m in milestones if m.measure_id])
    twins: dict[int, Measure] = {}
    for milestone in milestones:
        values = _common_values(milestone, names.get(milestone.strand_id or 0, ""), starts_on)
        measure = measures.get(milestone.measure_id or 0)
        if measure is not None and measure.team_id is not None:
            measure = twins.setdefault(measure.id, _twin(session, measure, twins))
        add_common(session, made, values, measure=measure)
    return made


def _common_values(milestone: Milestone, strand: str, starts_on: date) -> dict[str, Any]:
    shared = ("who", "tool", "kind", "purpose", "rhythm", "acceptance_test", "is_deliverable", "target")
    values = {name: getattr(milestone, name) for name in shared}
    what = milestone.what or milestone.name or strand or _("What people will be doing")
    return {**values, "what": what, "strand": strand, "week": week_of(milestone.due_on, starts_on)}


def _twin(session: Session, measure: Measure, known: Mapping[int, Measure]) -> Measure:
    if measure.id in known:
        return known[measure.id]
    return measure_services.add_measure(
        session, measure.network_id, None, name=measure.name, definition=measure.definition,
        kind=measure.kind, type=measure.type, direction=measure.direction, rhythm=measure.rhythm,
        unit=measure.unit, counts_students=measure.counts_students, tool=measure.tool,
    )  # fmt: skip


def delete(session: Session, thing: StrategyTemplate | CommonMilestone, *, at: datetime) -> None:
    """Take a template or one of its milestones away; those who adopted it keep theirs."""
    services.delete(session, thing, at=at)


def restore(session: Session, thing: StrategyTemplate | CommonMilestone) -> None:
    """Undo :func:`delete`."""
    services.restore(session, thing)


def change(session: Session, template: StrategyTemplate, values: Mapping[str, Any]) -> None:
    """Give a template another name or description."""
    services.change(session, template, values)
