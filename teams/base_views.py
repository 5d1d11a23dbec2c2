"""What the pages of teams, links, networks and sites share: their blueprint, and how a form is saved."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from feedback import link_queries
from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import InputError
from nic_platform.forms import PlatformForm, conflict_page
from nic_platform.text import _
from teams import site_queries, team_queries

blueprint = Blueprint("teams", __name__)


def both_versions(
    form: PlatformForm, title: str, thing: Any, saved: Mapping[str, Any]
) -> ResponseReturnValue:
    """Show what the visitor typed beside what somebody else saved meanwhile."""
    by = team_queries.name_of(session(), thing.updated_by_id)
    return conflict_page(form, title, saved, version=thing.version, by=by, at=thing.updated_at)


def year_loads(actor: Actor, team_ids: list[int]) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Return what travelled into these teams within a year, by link: open, answered, in time."""
    since = clock.now() - timedelta(days=365)
    return link_queries.link_loads(session(), team_ids, actor.time_zone, since=since)


def sites_to_choose(actor: Actor, field: str) -> list[team_queries.Choice]:
    """Return places for a select: those that ``?find=`` names, else agencies and districts; also the chosen.

    A nation has too many places for one list.
    """
    find, chosen = request.args.get("find", "").strip(), request.form.get(field, "")
    if find:
        found = site_queries.sites_named(session(), actor, find)
    else:
        found = site_queries.outer_sites(session(), actor)
    if chosen and all(str(site.id) != chosen for site in found):
        site = site_queries.get_site(session(), actor, _uuid(chosen))
        found.append(team_queries.Choice(site.public_id, site.name, site.level))
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InputError(_("Choose a place from the list.")) from error
