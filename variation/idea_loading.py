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
    kept_library_queries,
)
from variation import library_wording as wording
from variation.rungs import ORDER, names, reasons

MOST_SAID = 12


def gathered(session: Session, actor: Actor, idea: ChangeIdea, cycles: Any) -> dict[str, Any]:
    """Return what the page of an idea shows beside the idea itself; twelve statements."""
    known = idea_queries.found_of(session, actor, idea)
    found, own = known.found, idea_queries.own_of(session, actor, idea.id, known.verdicts)
    spans = [found.pooled.mean] if found.pooled else []
    spans += [line.pooled.mean for part in found.conditions for line in part.lines if line.pooled]
    counts_students = bool(found.judged and found.judged.counts_students)
    return {
        "found": found,
        "drivers": kept_library_queries.drivers_of(session, actor, [idea.id]).get(idea.id, ()),
        "say": wording,
        "axis": wording.axis_of(spans) if spans else None,
        "lines": idea_page.lines(found, known.named, unnamed=bool(actor.team_ids) and not counts_students),
        "most_lines": idea_page.MOST_LINES,
        "made_at": known.made_at,
        "learned": idea_page.said(cycles, failures=False)[:MOST_SAID],
        "failed": idea_page.said(cycles, failures=True)[:MOST_SAID],
        "stories": idea_queries.stories(session, actor, idea.id),
        "answers": idea_queries.shared_answers(session, actor, idea.id),
        "versions": idea_queries.versions(session, actor, idea),
        "own": own,
        "curve": adoption.curve(known.began, today(actor)),
        "predictions": idea_page.predictions(own.verdicts),
        "rungs": [(rung, names()[rung], reasons()[rung]) for rung in ORDER],
        "actor_team": actor.team_id,
        "may_add": cycle_policies.can_create(actor, actor.team_id),
        "may_ask": asking_policies.can_ask(actor) and found.tally.teams > _own_tests(actor, known),
    }


def _own_tests(actor: Actor, known: idea_queries.Known) -> int:
    """Return 1 where the reader's own team tested the idea, else 0."""
    return sum(test.team_id == actor.team_id for test in known.named)


def expectation(session: Session, actor: Actor, idea: ChangeIdea) -> services.Written | None:
    """Return the prediction that a plan begins with: what is to be expected at the actor's team."""
    found = idea_queries.found_of(session, actor, idea).found
    if found.expected is None:
        return None
    return services.Written(**wording.prediction(found.expected, found.judged))  # type: ignore[arg-type]  # by name
