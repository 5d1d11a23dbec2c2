"""Everything that the page of one idea shows, read at once."""

from typing import Any

from sqlalchemy.orm import Session

from cycles import policies as cycle_policies
from cycles import services
from cycles.models import ChangeIdea
from nic_platform.actor import Actor
from nic_platform.pages import today
from variation import (
    adoption,
    asking_policies,
    idea_page,
    idea_queries,
    library_queries,
)
from variation import library_wording as wording
from variation.rungs import ORDER, names, reasons

MOST_SAID = 12


def gathered(session: Session, actor: Actor, idea: ChangeIdea, cycles: Any) -> dict[str, Any]:
    """Return what the page of an idea shows beside the idea itself; eleven statements."""
    found, tests = idea_queries.found_of(session, actor, idea)
    told, own = idea_queries.stories(session, actor, idea.id), idea_queries.own_of(session, actor, idea.id)
    spans = [found.pooled.mean] if found.pooled else []
    spans += [line.pooled.mean for part in found.conditions for line in part.lines if line.pooled]
    counts_students = bool(found.judged and found.judged.counts_students)
    return {
        "found": found,
        "drivers": library_queries.drivers_of(session, actor).get(idea.id, ()),
        "say": wording,
        "axis": wording.axis_of(spans) if spans else None,
        "lines": idea_page.lines(found, tests, unnamed=bool(actor.team_ids) and not counts_students),
        "learned": idea_page.said(cycles, failures=False)[:MOST_SAID],
        "failed": idea_page.said(cycles, failures=True)[:MOST_SAID],
        "stories": told,
        "answers": idea_queries.shared_answers(session, actor, idea.id),
        "versions": idea_queries.versions(session, actor, idea),
        "own": own,
        "curve": adoption.curve(idea_queries.began_days(tests), today(actor)),
        "predictions": idea_page.predictions(own.verdicts),
        "rungs": [(rung, names()[rung], reasons()[rung]) for rung in ORDER],
        "actor_team": actor.team_id,
        "may_add": cycle_policies.can_create(actor, actor.team_id),
        "may_ask": asking_policies.can_ask(actor) and any(t.team_id != actor.team_id for t in tests),
    }


def expectation(session: Session, actor: Actor, idea: ChangeIdea) -> services.Written | None:
    """Return the prediction that a plan begins with: what is to be expected at the actor's team."""
    found, _tests = idea_queries.found_of(session, actor, idea)
    if found.expected is None:
        return None
    return services.Written(**wording.prediction(found.expected, found.judged))  # type: ignore[arg-type]  # by name
