"""The network's calendar: school years with their breaks, testing windows and quarters."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback import calendar_services as promises
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams import calendar_services, forms, network_queries, policies
from teams.base_views import blueprint, both_versions
from teams.models import SchoolYear


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
        lambda s: calendar_services.save_year(
            s, None, network_id=network.id, **form.values(), by=actor, at=clock.now()
        ),
    ):
        return went(url_for(".settings"), _("The school year is in the calendar."))
    return render_template("teams/year.html", form=form, year=None, spans=[]), status_of(form)


@blueprint.route("/network/years/<uuid:year_id>", methods=["GET", "POST"])
@access.signed_in
def year(year_id: UUID) -> ResponseReturnValue:
    """Change a school year; its breaks, testing windows and quarters stand below."""
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
            lambda s: calendar_services.save_year(
                s, year, network_id=year.network_id, **form.values(), by=actor, at=clock.now()
            ),
        ):
            return went(url_for(".year", year_id=year_id), _("Saved."))
    return _year_page(year, form, forms.SpanForm(formdata=None)), status_of(form)


def _year_page(year: SchoolYear, form: forms.YearForm, span_form: forms.SpanForm) -> str:
    return render_template(
        "teams/year.html", form=form, year=year, span_form=span_form, undo=_undo(),
        spans=calendar_services.spans_of(session(), year),
        in_breaks=promises.in_breaks(session(), year.network_id, today(access.actor())),
    )  # fmt: skip


def _undo() -> str:
    """Return where the span that was just removed is brought back; empty when none was."""
    try:
        return url_for(".restore_span", span_id=UUID(request.args.get("undo", "")))
    except ValueError:
        return ""


@blueprint.post("/network/years/<uuid:year_id>/spans")
@access.signed_in
def add_span(year_id: UUID) -> ResponseReturnValue:
    """Add a break, a testing window or a quarter."""
    actor = access.actor()
    year = network_queries.get_year(session(), actor, year_id)
    access.require(policies.can_run_network(actor))
    form = forms.SpanForm()
    if form.validate_on_submit() and try_to(
        form,
        actor,
        lambda s: calendar_services.add_span(s, year, form.values(), by=actor, at=clock.now()),
    ):
        return went(url_for(".year", year_id=year_id), _("Added to the calendar."))
    return _year_page(year, forms.YearForm(formdata=None, obj=year), form), 422


@blueprint.post("/network/years/<uuid:year_id>/quarters")
@access.signed_in
def add_quarters(year_id: UUID) -> ResponseReturnValue:
    """Divide a school year into four quarters; their dates can be changed one by one."""
    actor = access.actor()
    year = network_queries.get_year(session(), actor, year_id)
    access.require(policies.can_run_network(actor))
    with transaction(actor) as current:
        calendar_services.add_quarters(current, year, by=actor, at=clock.now())
    words = _("Four quarters are in the calendar. Change their dates where your school’s differ.")
    return went(url_for(".year", year_id=year_id), words)


@blueprint.route("/network/spans/<uuid:span_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_span(span_id: UUID) -> ResponseReturnValue:
    """Change a break, a testing window or a quarter."""
    actor = access.actor()
    span, year = network_queries.get_span(session(), actor, span_id)
    access.require(policies.can_run_network(actor))
    form = forms.SpanForm(obj=span)
    if form.validate_on_submit():
        if form.is_stale(span.version):
            saved = {name: getattr(span, name) for name in ("kind", "name", "starts_on", "ends_on")}
            return both_versions(form, span.name, span, saved)
        if try_to(
            form,
            actor,
            lambda s: calendar_services.save_span(s, year, span, form.values(), by=actor, at=clock.now()),
        ):
            return went(url_for(".year", year_id=year.public_id), _("Saved."))
    return render_template("teams/span.html", form=form, year=year, span=span), status_of(form)


@blueprint.post("/network/spans/<uuid:span_id>/remove")
@access.signed_in
def remove_span(span_id: UUID) -> ResponseReturnValue:
    """Take a break, a testing window or a quarter out of the calendar."""
    actor = access.actor()
    span, year = network_queries.get_span(session(), actor, span_id)
    access.require(policies.can_run_network(actor))
    year_id = year.public_id
    with transaction(actor) as current:
        calendar_services.remove(current, span, by=actor, at=clock.now())
    return went(url_for(".year", year_id=year_id, undo=span_id), _("Removed from the calendar."))


@blueprint.post("/network/spans/<uuid:span_id>/restore")
@access.signed_in
def restore_span(span_id: UUID) -> ResponseReturnValue:
    """Bring a removed entry of the calendar back, unless another stands in its place."""
    actor = access.actor()
    span, year = network_queries.get_span(session(), actor, span_id, is_deleted=True)
    access.require(policies.can_run_network(actor))
    back = url_for(".year", year_id=year.public_id)
    try:
        with transaction(actor) as current:
            calendar_services.restore_span(current, year, span, by=actor, at=clock.now())
    except InputError as error:
        flash(str(error), "error")
        return redirect(back, 303)
    return went(back, _("It is back."))
