"""Rosters in the API: sources, their files, what they would do, write, undo, a directory's groups."""

from typing import Any
from uuid import UUID

from nic_platform import clock
from nic_platform.access import signed_in
from nic_platform.api import ApiBlueprint, check_version
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from rosters import bundle, calendar_services, import_services, queries, rules, schemas, source_services
from rosters.base_views import lead
from rosters.jobs import write_or_begin
from rosters.models import RosterGroup, RosterSource
from rosters.source_queries import group_of, site_of_id, source_of, team_of
from teams.models import Site, Team

blueprint = ApiBlueprint("api_rosters", __name__, "", "Rosters: who works where, and who left")
Sent = dict[str, Any]
NAMES = (
    "public_id", "name", "kind", "domains", "makes_people", "ends_access", "roles", "columns", "last_run_at",
    "version",
)  # fmt: skip


def _told(source: RosterSource) -> Sent:
    site = session().get(Site, source.site_id) if source.site_id else None
    return {name: getattr(source, name) for name in NAMES} | {"site_id": site.public_id if site else None}


@blueprint.get("/rosters")
@signed_in
@blueprint.response(200, schemas.Rosters)
def list_rosters() -> Sent:
    """List the sources of your network's rosters."""
    actor = lead()
    rows = [queries.get_source(session(), actor, row.id) for row in queries.list_sources(session(), actor)]
    return {"items": [_told(source) for source in rows]}


@blueprint.post("/rosters")
@signed_in
@blueprint.arguments(schemas.RosterIn)
@blueprint.response(201, schemas.RosterOut)
def add_roster(sent: Sent) -> Sent:
    """Set a source up. The token of a directory is made on its page, where the password is asked again."""
    actor = lead()
    domains = source_services.domains_from(" ".join(sent["domains"]))
    values = {**sent, "domains": domains, "roles": _plain_roles(sent.get("roles", {}))}
    with transaction(actor) as current:
        source = source_services.save(
            current,
            None,
            values,
            site=site_of_id(session(), actor, sent["site_id"]),
            kind=sent["kind"],
            by=actor,
            at=clock.now(),
        )
        return _told(source)


def _plain_roles(roles: dict[str, str]) -> dict[str, str]:
    return {rules.plain_role(name): role for name, role in roles.items()}


@blueprint.get("/rosters/<uuid:roster_id>")
@signed_in
@blueprint.response(200, schemas.RosterOut)
def get_roster(roster_id: UUID) -> Sent:
    """Tell of one source."""
    return _told(queries.get_source(session(), lead(), roster_id))


@blueprint.patch("/rosters/<uuid:roster_id>")
@signed_in
@blueprint.arguments(schemas.RosterPatch)
@blueprint.response(200, schemas.RosterOut)
def change_roster(sent: Sent, roster_id: UUID) -> Sent:
    """Change a source; what you leave out stays."""
    actor = lead()
    source = queries.get_source(session(), actor, roster_id)
    check_version(sent.pop("version"), source.version)
    values = {name: getattr(source, name) for name in source_services.FIELDS} | sent
    values["domains"] = source_services.domains_from(" ".join(values["domains"]))
    values["roles"] = _plain_roles(values["roles"])
    site = (
        site_of_id(session(), actor, sent["site_id"])
        if "site_id" in sent
        else session().get(Site, source.site_id or 0)
    )
    with transaction(actor) as current:
        source_services.save(current, source, values, site=site, by=actor, at=clock.now())
        return _told(source)


@blueprint.delete("/rosters/<uuid:roster_id>")
@signed_in
@blueprint.response(204)
def remove_roster(roster_id: UUID) -> None:
    """Take a source away; the people that it brought in stay."""
    actor = lead()
    source = queries.get_source(session(), actor, roster_id)
    with transaction(actor) as current:
        source_services.remove(current, source, by=actor, at=clock.now())


def _run(run: ImportRun) -> Sent:
    said, names = run.mapping, ("public_id", "file_name", "state", "created_at", "problems")
    return {name: getattr(run, name) for name in names} | {
        **{name: said.get(name, 0) for name in ("leaving", "returning", "changed")},
        "new_accounts": said.get("made", 0), "matched": said.get("linked", 0),
        "unchanged": run.rows_unchanged, "left_out": said.get("skipped", {}),
        "waits_for_a_yes": bool(said.get("waits")), "headers": said.get("headers", {}),
        "columns": said.get("columns", {}), "school_years": calendar_services.offered(run),
        "calendar_is_taken": bool((run.undo or {}).get("calendar")),
    }  # fmt: skip


@blueprint.get("/rosters/<uuid:roster_id>/files")
@signed_in
@blueprint.response(200, schemas.RosterRuns)
def list_files(roster_id: UUID) -> Sent:
    """List the newest imports of a source."""
    source = queries.get_source(session(), lead(), roster_id)
    return {"items": [_run(run) for run in queries.runs_of(session(), source)]}


@blueprint.post("/rosters/<uuid:roster_id>/files")
@signed_in
@blueprint.arguments(schemas.RosterFileIn, location="files")
@blueprint.response(201, schemas.RosterRunOut)
def send_file(sent: Sent, roster_id: UUID) -> Sent:
    """Send a zip of OneRoster files and be told what it would do; nothing of it is written yet."""
    actor, at = lead(), clock.now()
    source = queries.get_source(session(), actor, roster_id)
    if source.kind != rules.ONEROSTER:
        raise InputError(_("A directory sends its people itself."))
    if sent["file"] is None:
        raise InputError(_("Choose a file."), {"file": _("Choose a file.")})
    name = (sent["file"].filename or "roster.zip")[-200:]
    opened = bundle.open_zip(sent["file"].stream, name)
    reading = import_services.read_bundle(session(), source, opened, mode=sent["mode"], at=at)
    with transaction(actor, at) as current:
        return _run(import_services.receive(current, source, reading, name, by=actor.user_id, at=at))


@blueprint.get("/roster-files/<uuid:roster_run_id>")
@signed_in
@blueprint.response(200, schemas.RosterRunOut)
def get_file(roster_run_id: UUID) -> Sent:
    """Tell what writing a roster would do, or did."""
    return _run(queries.get_run(session(), lead(), roster_run_id))


@blueprint.post("/roster-files/<uuid:roster_run_id>/write")
@signed_in
@blueprint.arguments(schemas.RosterRunWrite)
@blueprint.response(200, schemas.RosterRunOut)
def write_file(sent: Sent, roster_run_id: UUID) -> Sent:
    """Write all of a roster or nothing. One that would end much access needs ``agreed``.

    A large one is ``running`` in the background; read it to see when it is done.
    """
    actor = lead()
    run = queries.get_run(session(), actor, roster_run_id)
    with transaction(actor) as current:
        source = source_of(current, run)
        write_or_begin(current, source, run, **sent, by=actor, at=clock.now())
        return _run(run)


@blueprint.post("/roster-files/<uuid:roster_run_id>/undo")
@signed_in
@blueprint.response(200, schemas.RosterRunOut)
def undo_file(roster_run_id: UUID) -> Sent:
    """Take an import back as one piece: access that it ended comes back."""
    actor = lead()
    run = queries.get_run(session(), actor, roster_run_id)
    with transaction(actor) as current:
        import_services.undo(current, source_of(current, run), run, at=clock.now())
        return _run(run)


@blueprint.put("/roster-files/<uuid:roster_run_id>/columns")
@signed_in
@blueprint.arguments(schemas.RosterColumnsIn)
@blueprint.response(200, schemas.RosterOut)
def choose_columns(sent: Sent, roster_run_id: UUID) -> Sent:
    """Keep which column holds what; send the files again, they are read by it from now on."""
    actor = lead()
    run = queries.get_run(session(), actor, roster_run_id)
    source = source_of(session(), run)
    with transaction(actor) as current:
        source_services.choose_columns(current, source, run, sent["columns"])
    return _told(source)


@blueprint.post("/roster-files/<uuid:roster_run_id>/calendar")
@signed_in
@blueprint.response(200, schemas.RosterRunOut)
def take_calendar(roster_run_id: UUID) -> Sent:
    """Take the roster's school years into the network's calendar; those that are there stay as they are."""
    actor = lead()
    run = queries.get_run(session(), actor, roster_run_id)
    with transaction(actor) as current:
        calendar_services.take(current, run, by=actor, at=clock.now())
    return _run(run)


def _group_told(group: RosterGroup) -> Sent:
    team = session().get(Team, group.team_id) if group.team_id else None
    return {"public_id": group.public_id, "name": group.name, "role": group.role,
            "team_id": team.public_id if team else None}  # fmt: skip


@blueprint.get("/rosters/<uuid:roster_id>/groups")
@signed_in
@blueprint.response(200, schemas.RosterGroups)
def list_groups(roster_id: UUID) -> Sent:
    """List a directory's groups, and what each stands for here."""
    source = queries.get_source(session(), lead(), roster_id)
    return {"items": [_group_told(group) for group in queries.groups_of(session(), source)]}


@blueprint.put("/rosters/<uuid:roster_id>/groups/<uuid:roster_group_id>")
@signed_in
@blueprint.arguments(schemas.RosterGroupIn)
@blueprint.response(200, schemas.RosterGroupOut)
def map_group(sent: Sent, roster_id: UUID, roster_group_id: UUID) -> Sent:
    """Say which team and role a group stands for; its people have their places at once."""
    actor = lead()
    source = queries.get_source(session(), actor, roster_id)
    group = group_of(session(), source, roster_group_id)
    with transaction(actor) as current:
        team = team_of(current, source, str(sent["team_id"] or ""))
        source_services.map_group(current, source, group, team, sent["role"], by=actor, at=clock.now())
        return _group_told(group)
