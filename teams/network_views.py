"""The network: all teams and links on a page, one district's, and its settings."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cycles import theory_services
from cycles.policies import can_pool_network
from measures.list_loading import SHOWN, pooled_charts_of
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams import (
    forms,
    graph_queries,
    network_queries,
    network_services,
    outline,
    places_page,
    policies,
    question_page,
    roster,
    site_queries,
    treemap,
)
from teams.area_views import start_asked
from teams.base_views import blueprint, both_versions, year_loads
from teams.models import Network

_FIELDS = ("name", "aim", "time_zone", "minimum_cell", "help_name", "help_phone", "fiscal_month")


@blueprint.get("/network")
@access.signed_in
def network() -> ResponseReturnValue:
    """Show every team and every link, and what needs mending."""
    actor = access.actor()
    picture = graph_queries.whole_picture(session(), actor, today(actor))
    view = _view_asked(picture)
    show, find = request.args.get("show", ""), request.args.get("find", "")
    page = roster.roster(picture, show, find, with_dots=view == "dots")
    tree = picture.outline
    network = network_queries.get_network(session(), actor)
    measures, charts = pooled_charts_of(session(), actor, today(actor))
    return render_template(
        "teams/network.html",
        measures=measures[:SHOWN],
        charts=charts,
        more_measures=len(measures) > SHOWN,
        page=page,
        view=view,
        has_dots=_has_dots(picture),
        parts=places_page.places(tree, tree.top, start_asked()),
        flags=outline.flag_words(),
        figure=treemap.treemap(tree, tree.top, network.name) if view == "map" else None,
        map_words=treemap.map_sentence(tree, tree.top),
        shorts=question_page.shorts(picture.graph),
        network=network,
        may_run=policies.can_run_network(actor),
        may_pool_inquiry=can_pool_network(actor) or _hears_others(picture, actor.team_id),
    )


def _has_dots(picture: graph_queries.Picture) -> bool:
    """Say whether the network is small enough for a dot for each team."""
    return len(picture.graph.nodes) <= places_page.MOST_DOTS


def _view_asked(picture: graph_queries.Picture) -> str:
    """Return how the visitor wants to see the teams: "dots", "rows" or "map"."""
    asked = request.args.get("view", "")
    usual = "dots" if _has_dots(picture) else "rows"
    return asked if asked in {"rows", "map"} else usual


def _hears_others(picture: graph_queries.Picture, team_id: int | None) -> bool:
    """Say whether any team lifts to this one."""
    return team_id in picture.graph.nodes and bool(picture.graph.below(team_id))


def _save(current: Session, actor: Actor, network: Network, values: dict[str, Any], why: str) -> None:
    """Write the settings; an aim that changes is kept in the history of the theory, with its reason."""
    before, at = network.aim, clock.now()
    if before.strip() != str(values["aim"] or "").strip():
        theory_services.need_why(why)
    network_services.save_network(current, network, values, by=actor, at=at)
    theory_services.note_aim(current, before, network.aim, why=why, by=actor, at=at)


@blueprint.get("/network/district/<uuid:site_id>")
@access.signed_in
def district(site_id: UUID) -> ResponseReturnValue:
    """Show who lifts to whom in one district, and what needs mending there."""
    actor = access.actor()
    site = site_queries.get_site(session(), actor, site_id)
    picture = graph_queries.whole_picture(session(), actor, today(actor))
    hubs = roster.hubs_of(picture, site.public_id, site.id)
    seen = [hub for hub in hubs if policies.can_see_load(actor, hub, picture.graph.beyond(hub))]
    page = roster.district(picture, site.public_id, site.id, year_loads(actor, seen), seen)
    trail = site_queries.path_to(session(), site.id)
    return render_template("teams/district.html", page=page, site=site, trail=trail)


@blueprint.route("/network/settings", methods=["GET", "POST"])
@access.signed_in
def settings() -> ResponseReturnValue:
    """Change the network's name, aim and limits."""
    actor = access.actor()
    network = network_queries.get_network(session(), actor)
    access.require(policies.can_run_network(actor), _("Only a network lead can change the network."))
    saved = {name: getattr(network, name) for name in _FIELDS}
    form = forms.network_form(version=network.version, **saved)
    if form.validate_on_submit():
        if form.is_stale(network.version):
            return both_versions(form, network.name, network, saved)
        values = {name: form[name].data for name in _FIELDS}
        if try_to(form, actor, lambda s: _save(s, actor, network, values, form.why.data or "")):
            return went(url_for(".settings"), _("Saved."))
    years = network_queries.years_of(session(), actor)
    return render_template("teams/settings.html", form=form, network=network, years=years), status_of(form)
