"""What the pages of a place and of an idea show of initiatives and practices, and how one gets there."""

from typing import Any

from sqlalchemy.orm import Session

from cycles.models import ChangeIdea
from nic_platform.actor import Actor
from teams.models import Site
from variation import in_place_queries, initiative_queries, practice_queries, seat_queries, seats, stages


def of_site(session: Session, actor: Actor, site: Site) -> dict[str, Any]:
    """Return what is in place at a site, for its line; nothing for anybody else. Four statements."""
    if not seat_queries.reads(session, actor, site.id):
        return {"reads_in_place": False}
    return {
        "reads_in_place": True,
        "initiatives": initiative_queries.places_at(session, actor, site.id),
        "practices": practice_queries.places_of_site(session, actor, site.id),
        "stage_word": stages.stage_word,
    }


def of_idea(session: Session, actor: Actor, idea: ChangeIdea) -> dict[str, Any]:
    """Return the practices that an idea became, and the initiatives on its drivers; one statement."""
    practices, beside = in_place_queries.from_idea(session, actor, idea.id)
    return {
        "practices": practices,
        "beside": beside,
        "may_follow": seats.can_name(actor),
    }
