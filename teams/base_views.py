"""What the pages of teams, links, networks and sites share: their blueprint, and how a form is saved."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from feedback import link_queries
from nic_platform import clock
from nic_platform.access import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.forms import PlatformForm, conflict_page
from nic_platform.text import _
from teams import site_queries, team_queries

blueprint = Blueprint("teams", __name__)


def today(actor: Actor) -> date:
    """Return the day it is in the actor's network."""
    return clock.today(actor.time_zone)


def status_of(form: PlatformForm) -> int:
    """Return 422 for a form that was sent and could not be taken, else 200."""
    return 422 if form.is_submitted() else 200


def went(address: str, words: str) -> Response:
    """Send the visitor on with a word of what was done."""
    flash(words, "good")
    return redirect(address, 303)


def try_to(form: PlatformForm, actor: Actor, work: Callable[[Session], object]) -> bool:
    """Do *work* in one transaction; what it refuses is shown beside the fields of *form*.

    Returns:
        True when it was done.
    """
    try:
        with transaction(actor) as current:
            work(current)
    except InputError as error:
        for name, text in error.fields.items():
            if name in form:
                form[name].errors = [*form[name].errors, text]
        if not error.fields:
            form.form_errors.append(str(error))
        return False
    return True


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
