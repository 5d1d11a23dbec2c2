"""Places: the tree of agencies, districts and schools, and what is known of each."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock
from nic_platform.actor import Level
from nic_platform.database import session
from nic_platform.forms import PlatformForm
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _
from teams import forms, network_services, policies, rules, site_queries
from teams.base_views import blueprint, both_versions, sites_to_choose
from teams.models import Site
from variation import in_place_loading

PER_PAGE = 100


@blueprint.get("/sites")
@access.signed_in
def sites() -> ResponseReturnValue:
    """List the outermost places, or those that a word finds."""
    actor = access.actor()
    find = request.args.get("find", "").strip()
    after = request.args.get("after", type=UUID)
    rows = site_queries.list_sites(session(), actor, find=find, after=after, limit=PER_PAGE)
    return render_template(
        "teams/sites.html",
        rows=rows[:PER_PAGE],
        more=rows[PER_PAGE - 1].id if len(rows) > PER_PAGE else None,
        find=find,
        may_run=policies.can_run_network(actor),
    )


@blueprint.get("/sites/<uuid:site_id>")
@access.signed_in
def site(site_id: UUID) -> ResponseReturnValue:
    """Show a place: where it lies, what is known of it, its teams, what lies in it."""
    actor = access.actor()
    site = site_queries.get_site(session(), actor, site_id)
    after = request.args.get("after", type=UUID)
    rows = site_queries.list_sites(session(), actor, parent_id=site.id, after=after, limit=PER_PAGE)
    return render_template(
        "teams/site.html",
        site=site,
        facts=_facts(site),
        trail=site_queries.path_to(session(), site.id)[:-1],
        teams=site_queries.teams_at(session(), actor, site.id),
        rows=rows[:PER_PAGE],
        more=rows[PER_PAGE - 1].id if len(rows) > PER_PAGE else None,
        may_run=policies.can_run_network(actor),
        **in_place_loading.of_site(session(), actor, site),
    )


def _facts(site: Site) -> list[tuple[str, str]]:
    """Return what is known of a place in words; what is unknown is left out."""
    yes = {True: _("yes"), False: _("no")}
    found: list[tuple[str, Any]] = [
        (_("NCES id"), site.nces_id),
        (_("State code"), site.state_code),
        (_("City"), ", ".join(part for part in (site.city, site.state) if part)),
        (_("Locale"), site.locale),
        (_("Grades"), site.grades),
        (_("Students"), f"{site.enrolment:,}" if site.enrolment is not None else None),
        (_("Free or reduced lunch"), _share(site.lunch_percent)),
        (_("English learners"), _share(site.english_learner_percent)),
        (_("Title I"), yes.get(site.is_title_one) if site.is_title_one is not None else None),
        (_("Charter school"), yes.get(site.is_charter) if site.is_charter is not None else None),
        *sorted((site.attributes or {}).items()),
    ]
    return [(name, str(value)) for name, value in found if value]


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.0f}%"


@blueprint.route("/sites/new", methods=["GET", "POST"])
@access.signed_in
def new_site() -> ResponseReturnValue:
    """Add one place by hand."""
    actor = access.actor()
    access.require(policies.can_run_network(actor), _("Only a network lead can add places."))
    form = forms.SiteForm()
    form.level.choices = forms.choices({k: v for k, v in rules.level_names().items() if k != "practice"})
    _offer_parents(form)
    made: list[Site] = []
    if form.validate_on_submit():
        parent = site_queries.get_site(session(), actor, form.parent.data) if form.parent.data else None

        def make(current: Any) -> None:
            level = Level(form.level.data)
            made.append(
                network_services.create_site(
                    current, actor.network_id or 0, parent, level, form.columns(), by=actor, at=clock.now()
                )
            )

        if try_to(form, actor, make):
            return went(url_for(".site", site_id=made[0].public_id), _("The place is there."))
    find = request.args.get("find", "")
    return render_template("teams/edit_site.html", form=form, site=None, find=find), status_of(form)


def _offer_parents(form: Any) -> None:
    outer = sites_to_choose(access.actor(), "parent")
    nothing = {"": _("Nothing: it is the outermost")}
    form.parent.choices = forms.choices(nothing | {str(site.id): site.name for site in outer})


@blueprint.route("/sites/<uuid:site_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_site(site_id: UUID) -> ResponseReturnValue:
    """Change what is known of a place."""
    actor = access.actor()
    site = site_queries.get_site(session(), actor, site_id)
    access.require(policies.can_run_network(actor), _("Only a network lead can change places."))
    more = "\n".join(f"{name}: {value}" for name, value in sorted((site.attributes or {}).items()))
    form = forms.SiteForm(obj=site, more=more)
    del form.level, form.parent
    if form.validate_on_submit():
        if form.is_stale(site.version):
            return both_versions(form, site.name, site, _saved(form, site) | {"more": more})
        if try_to(
            form,
            actor,
            lambda s: network_services.save_site(s, site, form.columns(), by=actor, at=clock.now()),
        ):
            return went(url_for(".site", site_id=site_id), _("Saved."))
    return render_template("teams/edit_site.html", form=form, site=site), status_of(form)


def _saved(form: PlatformForm, site: Site) -> dict[str, Any]:
    return {field.name: getattr(site, field.name) for field in form if hasattr(site, field.name)}
