"""The network: all teams and links on a page, one district's, its settings and calendar."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams import (
    forms,
    graph_queries,
    network_queries,
    network_services,
    policies,
    roster,
    site_queries,
)
from teams.base_views import blueprint, both_versions, year_loads

_FIELDS = ("name", "aim", "time_zone", "minimum_cell", "help_name", "help_phone")


@blueprint.get("/network")
@access.signed_in
def network() -> ResponseReturnValue:
    """Show every team and every link, and what needs mending."""
    actor = access.actor()
    picture = graph_queries.whole_picture(session(), actor, today(actor))
    page = roster.roster(picture, request.args.get("show", ""), request.args.get("find", ""))
    network = network_queries.get_network(session(), actor)
    return render_template(
        "teams/network.html", page=page, network=network, may_run=policies.can_run_network(actor)
    )


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
    """Change the network's name, aim, words and limits."""
    actor = access.actor()
    network = network_queries.get_network(session(), actor)
    access.require(policies.can_run_network(actor), _("Only a network lead can change the network."))
    saved = {name: getattr(network, name) for name in _FIELDS}
    form = forms.network_form(network.words, version=network.version, **saved)
    if form.validate_on_submit():
        if form.is_stale(network.version):
            return both_versions(form, network.name, network, saved | forms.word_values(network.words))
        values = {name: form[name].data for name in _FIELDS} | {"words": form.words()}
        if try_to(
            form,
            actor,
            lambda s: network_services.save_network(s, network, values, by=actor, at=clock.now()),
        ):
            return went(url_for(".settings"), _("Saved."))
    years = network_queries.years_of(session(), actor)
    return render_template("teams/settings.html", form=form, network=network, years=years), status_of(form)


@blueprint.route("/network/years/new", methods=["GET", "POST"])
@access.signed_in
def new_year() -> ResponseReturnValue:
    """Add a school year to the calendar."""
    actor = access.actor()
    network = network_queries.get_network(session(), actor)
    access.require(policies.can_run_network(actor))
    form = forms.YearForm()
    if form.validate_on_submit() and try_to(
        form,
        actor,
        lambda s: network_services.save_year(
            s, None, network_id=network.id, **form.values(), by=actor, at=clock.now()
        ),
    ):
        return went(url_for(".settings"), _("The school year is in the calendar."))
    return render_template("teams/year.html", form=form, year=None, spans=[]), status_of(form)


@blueprint.route("/network/years/<uuid:year_id>", methods=["GET", "POST"])
@access.signed_in
def year(year_id: UUID) -> ResponseReturnValue:
    """Change a school year; its breaks and testing windows stand below."""
    actor = access.actor()
    year = network_queries.get_year(session(), actor, year_id)
    access.require(policies.can_run_network(actor))
    form = forms.YearForm(obj=year)
    if form.validate_on_submit():
        if form.is_stale(year.version):
            saved = {"name": year.name, "starts_on": year.starts_on, "ends_on": year.ends_on}
            return both_versions(form, year.name, year, saved)
        if try_to(
            form,
            actor,
            lambda s: network_services.save_year(
                s, year, network_id=year.network_id, **form.values(), by=actor, at=clock.now()
            ),
        ):
            return went(url_for(".year", year_id=year_id), _("Saved."))
    spans = network_services.spans_of(session(), year)
    return render_template(
        "teams/year.html", form=form, year=year, spans=spans, span_form=forms.SpanForm(formdata=None)
    ), status_of(form)


@blueprint.post("/network/years/<uuid:year_id>/spans")
@access.signed_in
def add_span(year_id: UUID) -> ResponseReturnValue:
    """Add a break or testing window."""
    actor = access.actor()
    year = network_queries.get_year(session(), actor, year_id)
    access.require(policies.can_run_network(actor))
    form = forms.SpanForm()
    if form.validate_on_submit() and try_to(
        form,
        actor,
        lambda s: network_services.add_span(s, year, form.values(), by=actor, at=clock.now()),
    ):
        return went(url_for(".year", year_id=year_id), _("Added to the calendar."))
    year_form = forms.YearForm(formdata=None, obj=year)
    spans = network_services.spans_of(session(), year)
    page = render_template("teams/year.html", form=year_form, year=year, spans=spans, span_form=form)
    return page, 422


@blueprint.post("/network/spans/<uuid:span_id>/remove")
@access.signed_in
def remove_span(span_id: UUID) -> ResponseReturnValue:
    """Take a break or testing window out of the calendar."""
    actor = access.actor()
    span, year_id = network_queries.get_span(session(), actor, span_id)
    access.require(policies.can_run_network(actor))
    with transaction(actor) as current:
        network_services.remove(current, span, by=actor, at=clock.now())
    return went(url_for(".year", year_id=year_id), _("Removed from the calendar."))
