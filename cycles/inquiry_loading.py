"""Reading a whole page of inquiry for pages, tables and the API: six statements at most, at any size."""

from datetime import date

from sqlalchemy.orm import Session

from cycles import inquiry_queries, policies
from cycles.inquiry_page import Page, View, page_of
from cycles.inquiry_queries import Scope
from cycles.queries import TeamName
from nic_platform.actor import Actor
from nic_platform.errors import DeniedError
from nic_platform.text import _


def network_scope(session: Session, actor: Actor) -> Scope:
    """Return whose cycles a person may pool: the network's, or those of the teams below the chosen team.

    Raises:
        DeniedError: no team lifts to theirs.
    """
    if policies.can_pool_network(actor):
        return Scope(is_pooled=True)
    if not inquiry_queries.has_teams_below(session, actor, actor.team_id):
        raise DeniedError(_("This page pools the teams below yours, and no team lifts to yours."))
    return Scope(below_id=actor.team_id)


def team_page(session: Session, actor: Actor, team: TeamName, today: date, year: str = "") -> Page:
    """Return the page of one team, which *actor* reads by name.

    Args:
        today: in the network's time zone.
        year: the name of a school year; all of them without one.
    """
    view = View(is_own=actor.in_team(team.id), minimum=actor.minimum_cell)
    return _page(session, actor, Scope(team_id=team.id), view, today, year)


def network_page(session: Session, actor: Actor, scope: Scope, today: date, year: str = "") -> Page:
    """Return the page of many teams together."""
    by_name = actor.sees_network or scope.below_id is not None
    view = View(by_name=by_name, with_spread=True, minimum=actor.minimum_cell)
    return _page(session, actor, scope, view, today, year)


def _page(session: Session, actor: Actor, scope: Scope, view: View, today: date, year: str) -> Page:
    return page_of(
        inquiry_queries.list_inquiries(session, actor, scope),
        inquiry_queries.list_foretold(session, actor, scope),
        inquiry_queries.list_years(session, actor),
        today,
        view,
        year,
    )
