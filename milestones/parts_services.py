"""Adding and changing the parts of a plan one by one, as the API does it: the rules of the pages hold."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from milestones import goal_services, services
from milestones.models import AgencyGoal, BackwardsPlan, InterimTarget, Plan, Strand
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _


def add(session: Session, model: type[Any], plan: Plan, values: Mapping[str, Any]) -> Any:
    """Add a part to a plan, at the end of its list unless ``position`` is among *values*.

    Raises:
        InputError: a rule of its kind is broken; the field is named.
        RuleError: the strand has a backwards plan already.
    """
    _check(session, model, values)
    if model is InterimTarget:
        words = {name: value for name, value in values.items() if name != "measure_id"}
        made: Any = services.add_target(session, plan, words, measure_id=values.get("measure_id"))
    elif model is AgencyGoal:
        made = goal_services.add_goal(session, plan, values)
    elif hasattr(model, "position"):
        made = services.add_part(session, model, plan, values)
    else:
        made = _add_under(session, model, plan, values)
    if "position" in values and made.position != values["position"]:
        made.position = values["position"]
        session.flush()
    return made


def _add_under(session: Session, model: type[Any], plan: Plan, values: Mapping[str, Any]) -> Any:
    if model is BackwardsPlan:
        there = session.scalar(select(BackwardsPlan).where(BackwardsPlan.strand_id == values["strand_id"]))
        if there is not None and there.deleted_at is None:
            raise RuleError(_("This strand has a backwards plan already. Change that one."))
        if there is not None:  # a strand has one; the deleted one comes back with what was sent
            services.change(session, there, {**values, "deleted_at": None})
            return there
    made = model(network_id=plan.network_id, **values)
    session.add(made)
    session.flush()
    return made


def change(session: Session, thing: Any, values: Mapping[str, Any]) -> None:
    """Change a part.

    Raises:
        InputError: a rule of its kind is broken; the field is named.
        RuleError: the strand has a backwards plan already.
    """
    model = type(thing)
    _check(session, model, values, thing)
    if model is AgencyGoal:
        goal_services.save_goal(session, thing, values)
        return
    services.change(session, thing, values)


def restore(session: Session, thing: Any) -> None:
    """Bring a deleted part back."""
    services.restore(session, thing)


def _check(session: Session, model: type[Any], values: Mapping[str, Any], thing: Any = None) -> None:
    faults = {}
    needed = {"priority_id", "interim_target_id", "strand_id"} | (
        {"strategy_id"} if model is Strand else set()
    )
    for name in needed & set(values):
        if values[name] is None:
            faults[name] = _("Say which one it belongs to.")
    if model is Strand and thing is not None and _goes_round(session, thing, values.get("follows_id")):
        faults["follows_id"] = _("This goes round in a circle. Choose another one.")
    if model is BackwardsPlan:
        faults |= _backwards_faults(values, thing)
        strand = values.get("strand_id")
        if thing is not None and strand not in {None, thing.strand_id}:
            taken = select(func.count()).where(BackwardsPlan.strand_id == strand)
            if session.scalar(taken):
                raise RuleError(_("This strand has a backwards plan already. Change that one."))
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)


def _backwards_faults(values: Mapping[str, Any], thing: Any) -> dict[str, str]:
    starts: date | None = values.get("starts_on", getattr(thing, "starts_on", None))
    ends: date | None = values.get("ends_on", getattr(thing, "ends_on", None))
    if starts and ends and ends < starts:
        return {"ends_on": _("It ends before it starts. Swap the two dates.")}
    return {}


def _goes_round(session: Session, strand: Strand, follows_id: int | None) -> bool:
    seen: set[int] = set()
    at = follows_id
    while at is not None and at not in seen:
        if at == strand.id:
            return True
        seen.add(at)
        at = session.scalar(select(Strand.follows_id).where(Strand.id == at))
    return False
