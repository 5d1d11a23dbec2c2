"""Writing a network's problem, those who live with it, and its next steps. Callers decide when to commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.text import _
from teams.models import Network
from variation.models import PrincipleStep
from variation.principles import Principle

PROBLEM = ("problem", "problem_users")
STEP = ("words", "owner", "due_on", "done_on", "outcome")


def save_problem(
    session: Session, network: Network, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Write the problem that the network set out to solve, and who lives with it."""
    for name in PROBLEM:
        if name in values:
            setattr(network, name, (values[name] or "").strip())
    session.flush()


def add_step(
    session: Session, network_id: int, principle: Principle, values: Mapping[str, Any], *, by: Actor,
    at: datetime,
) -> PrincipleStep:  # fmt: skip
    """Write what the network does next on one principle.

    Raises:
        InputError: nothing is said of what is done, or it was done on a day to come.
    """
    step = PrincipleStep(network_id=network_id, principle=principle.value)
    _fill(step, values, by, at)
    session.add(step)
    session.flush()
    return step


def change_step(
    session: Session, step: PrincipleStep, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Change a step, or write down that it was done and what came of it; see :func:`add_step`."""
    _fill(step, values, by, at)
    session.flush()


def remove_step(session: Session, step: PrincipleStep, *, by: Actor, at: datetime) -> None:
    """Take a step away; :func:`return_step` undoes it."""
    step.deleted_at = at
    session.flush()


def return_step(session: Session, step: PrincipleStep, *, by: Actor, at: datetime) -> None:
    """Undo :func:`remove_step`."""
    step.deleted_at = None
    session.flush()


def _fill(step: PrincipleStep, values: Mapping[str, Any], by: Actor, at: datetime) -> None:
    wanted = {name: values[name] for name in STEP if name in values}
    for name in ("words", "owner", "outcome"):
        if name in wanted:
            wanted[name] = (wanted[name] or "").strip()
    if not wanted.get("words", step.words):
        text = _("Say in a sentence what the network does next.")
        raise InputError(text, {"words": text})
    done_on = wanted.get("done_on", step.done_on)
    if done_on is not None and done_on > clock.day_of(at, by.time_zone):
        text = _("That day has not come. Leave it empty until the step is done.")
        raise InputError(text, {"done_on": text})
    if wanted.get("outcome", step.outcome) and done_on is None:
        text = _("Say on which day it was done, or leave empty what came of it.")
        raise InputError(text, {"done_on": text})
    for name, value in wanted.items():
        setattr(step, name, value)
