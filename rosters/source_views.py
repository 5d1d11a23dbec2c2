"""Sources of rosters: list, set up, change, a directory's token and groups, the files of one."""

from typing import Any
from uuid import UUID

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from desk import history_queries, words
from nic_platform import clock
from nic_platform.access import signed_in
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, ConflictError, InputError
from nic_platform.pages import status_of, take_faults, try_to, went
from nic_platform.text import _
from rosters import bundle, forms, import_services, queries, rules, source_queries, source_services
from rosters.base_views import blueprint, is_confirmed, lead
from rosters.models import RosterGroup, RosterSource
from rosters.scim_views import PREFIX
from teams.models import Site


@blueprint.get("/rosters")
@signed_in
def index() -> ResponseReturnValue:
    """List where people come from."""
    return render_template(
        "rosters/index.html", sources=queries.list_sources(session(), lead()), kinds=rules.kind_words()
    )


@blueprint.route("/rosters/new", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    """Set a roster up."""
    actor = lead()
    form = forms.source_form("", {"kind": rules.ONEROSTER, "ends_access": True}, {"principal": "lead"})
    if form.validate_on_submit():
        made: list[RosterSource] = []
        if try_to(form, actor, lambda current: made.append(_saved(current, actor, form, None))):
            return went(url_for(".show", roster_id=made[0].public_id), _("The roster is set up."))
    return render_template("rosters/edit.html", form=form, source=None), status_of(form)


def _saved(current: Any, actor: Actor, form: forms.SourceForm, source: RosterSource | None) -> RosterSource:
    values = {
        "name": form.name.data, "domains": source_services.domains_from(form.domains.data),
        "makes_people": form.makes_people.data, "ends_access": form.ends_access.data,
    }  # fmt: skip
    kind = source.kind if source else str(form.kind.data or "")
    values["roles"] = form.roles() if kind == rules.ONEROSTER else {}
    site = source_queries.site_named(session(), actor, form.site.data)
    return source_services.save(current, source, values, site=site, kind=kind, by=actor, at=clock.now())


@blueprint.route("/rosters/<uuid:roster_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(roster_id: UUID) -> ResponseReturnValue:
    """Change what a roster answers for and what its roles mean here."""
    actor = lead()
    source = queries.get_source(session(), actor, roster_id)
    form = forms.source_form(source.kind, _values(source), source.roles or {})
    if form.validate_on_submit():
        if form.is_stale(source.version):
            raise ConflictError(_("Somebody else saved this a moment ago. Nothing was overwritten."))
        if try_to(form, actor, lambda current: _saved(current, actor, form, source)):
            return went(url_for(".show", roster_id=roster_id), _("Saved."))
    return render_template("rosters/edit.html", form=form, source=source), status_of(form)


def _values(source: RosterSource) -> dict[str, Any]:
    site = session().get(Site, source.site_id) if source.site_id else None
    return {
        "name": source.name, "kind": source.kind, "site": (site.nces_id or site.name) if site else "",
        "domains": "\n".join(source.domains or []), "makes_people": source.makes_people,
        "ends_access": source.ends_access, "version": source.version,
    }  # fmt: skip


@blueprint.get("/rosters/<uuid:roster_id>")
@signed_in
def show(roster_id: UUID) -> ResponseReturnValue:
    """Show a roster: its settings, its people, its imports; a directory's address and groups."""
    source = queries.get_source(session(), lead(), roster_id)
    return _page(source, forms.FilesForm().offer(), forms.TokenForm())


def _page(source: RosterSource, form: forms.FilesForm, token_form: forms.TokenForm, made: str = "") -> str:
    site = session().get(Site, source.site_id) if source.site_id else None
    called = rules.role_words()
    roles = {choice.value: choice.label for choice in forms.role_choices()}
    groups = queries.groups_of(session(), source) if source.kind == rules.SCIM else []
    teams = queries.teams_in_scope(session(), source) if groups else []
    return render_template(
        "rosters/show.html", source=source, site=site, form=form, token_form=token_form, made=made,
        people=queries.list_people(session(), source), runs=queries.runs_of(session(), source), groups=groups,
        group_forms={group.id: _group_form(group, teams) for group in groups},
        scim_address=str(current_app.config["BASE_URL"]) + PREFIX, kinds=rules.kind_words(),
        roles=[(called[key], roles[role]) for key, role in (source.roles or {}).items() if key in called],
        has_password=current_user.password_hash is not None, folder=str(source.public_id),
        acts=history_queries.acts_on(session(), "roster_source", source.public_id), **words.TELLING,
    )  # fmt: skip


def _group_form(group: RosterGroup, teams: list[queries.TeamChoice]) -> forms.GroupForm:
    team = next((str(each.id) for each in teams if each.number == group.team_id), "")
    form = forms.GroupForm(formdata=None, data={"team": team, "role": group.role})
    return form.offer([(str(each.id), f"{each.site}: {each.name}") for each in teams])


@blueprint.post("/rosters/<uuid:roster_id>/file")
@signed_in
def send_file(roster_id: UUID) -> ResponseReturnValue:
    """Read a roster's files and show what they would do; students are dropped while they are read."""
    actor = lead()
    source = queries.get_source(session(), actor, roster_id)
    form = forms.FilesForm().offer()
    if source.kind != rules.ONEROSTER:
        raise AbsentError(_("A directory sends its people itself."))
    if form.validate_on_submit():
        sent, at = form.file.data, clock.now()
        name = (sent.filename or "roster.zip")[-200:]
        try:
            opened = bundle.open_zip(sent.stream, name)
            reading = import_services.read_bundle(session(), source, opened, mode=str(form.mode.data), at=at)
            with transaction(actor, at) as current:
                run = import_services.receive(current, source, reading, name, by=actor.user_id, at=at)
            return went(
                url_for(".run", roster_run_id=run.public_id), _("The file is read. Nothing is written yet.")
            )
        except InputError as error:
            form.file.errors = [*form.file.errors, str(error)]
    return _page(source, form, forms.TokenForm(formdata=None)), 422


@blueprint.post("/rosters/<uuid:roster_id>/token")
@signed_in
def make_token(roster_id: UUID) -> ResponseReturnValue:
    """Give a directory a token; its text is shown this once, and the one before is dead."""
    actor = lead()
    source = queries.get_source(session(), actor, roster_id)
    form, made = forms.TokenForm(), ""
    if form.validate_on_submit() and is_confirmed(form):
        try:
            with transaction(actor) as current:
                made = source_services.new_source_token(current, source, by=actor, at=clock.now())
        except InputError as error:
            take_faults(form, error)
    form.confirm.data = ""
    return _page(source, forms.FilesForm(formdata=None).offer(), form, made), 201 if made else 422


@blueprint.post("/rosters/<uuid:roster_id>/groups/<uuid:roster_group_id>")
@signed_in
def map_group(roster_id: UUID, roster_group_id: UUID) -> ResponseReturnValue:
    """Say which team and role a group stands for."""
    actor = lead()
    source = queries.get_source(session(), actor, roster_id)
    with transaction(actor) as current:
        group = source_queries.group_of(current, source, roster_group_id)
        team = source_queries.team_of(current, source, request.form.get("team", ""))
        role = request.form.get("role", "")
        source_services.map_group(current, source, group, team, role, by=actor, at=clock.now())
    return went(url_for(".show", roster_id=roster_id), _("Saved. Its people have their places."))


@blueprint.post("/rosters/<uuid:roster_id>/remove")
@signed_in
def remove(roster_id: UUID) -> ResponseReturnValue:
    """Take a roster away; the people that it brought in stay."""
    actor = lead()
    source = queries.get_source(session(), actor, roster_id)
    with transaction(actor) as current:
        source_services.remove(current, source, by=actor, at=clock.now())
    return went(url_for(".index"), _("The roster is gone. The people it brought in stay."))
