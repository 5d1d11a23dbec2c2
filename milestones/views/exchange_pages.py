"""Taking a plan out as a file and bringing one in: upload, preview with every problem, import, undo."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from milestones import (
    exchange_book,
    exchange_jobs,
    exchange_json,
    exchange_present_queries,
    exchange_queries,
    exchange_run_queries,
    exchange_run_services,
    exchange_template,
    exchange_undo_services,
    exchange_words,
    plan_queries,
    policies,
)
from milestones.exchange import BY_KEY, Document
from milestones.exchange_forms import PLAN, YEAR, PlanFileForm
from milestones.exchange_run_services import Choice
from milestones.views.base import blueprint, only, uuid_arg
from nic_platform import access, clock, exporting, importing
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, InputError
from nic_platform.pages import status_of, today, went
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams.models import Team


@blueprint.get("/plans/<uuid:plan_id>/export.xlsx")
@access.signed_in
def export_book(plan_id: UUID) -> ResponseReturnValue:
    """Give a plan as a workbook, with what the visitor may not see left out."""
    document = _document(plan_id)
    return _file(exchange_book.as_bytes(document), document, "xlsx", exporting.XLSX_TYPE)


@blueprint.get("/plans/<uuid:plan_id>/export.json")
@access.signed_in
def export_json(plan_id: UUID) -> ResponseReturnValue:
    """Give a plan as a JSON document, with what the visitor may not see left out."""
    document = _document(plan_id)
    return _file(exchange_json.as_bytes(document), document, "json", "application/json")


def _document(plan_id: UUID) -> Document:
    actor = access.actor()
    plan_queries.get_plan(session(), actor, plan_id)
    return exchange_queries.export(session(), actor, plan_id, clock.now())


def _file(data: bytes, document: Document, ending: str, kind: str) -> Response:
    response = Response(data, content_type=kind)
    year = "".join(
        sign for sign in document.school_year if sign.isascii() and (sign.isalnum() or sign == "-")
    )
    response.headers["Content-Disposition"] = f'attachment; filename="plan-{year}.{ending}"'
    return response


@blueprint.get("/plans/import/template.xlsx")
@access.signed_in
def plan_template() -> ResponseReturnValue:
    """Give an empty workbook with a few example rows to write over."""
    response = Response(
        exchange_book.as_bytes(exchange_template.document()), content_type=exporting.XLSX_TYPE
    )
    response.headers["Content-Disposition"] = 'attachment; filename="plan-template.xlsx"'
    return response


@blueprint.route("/plans/import", methods=["GET", "POST"])
@access.signed_in
def import_plan() -> ResponseReturnValue:
    """Take a plan's file and say where it is to go; show the imports made so far."""
    actor, team = _own_team()
    plans, years = exchange_present_queries.years_to_choose(session(), team)
    wanted = uuid_arg("plan")
    form = PlanFileForm().offer(
        plans, [year.name for year in years] or [_this_year(actor, team)],
        f"{PLAN}{wanted}" if wanted else "",
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            run = _receive(actor, team, form)
            return went(
                url_for(".plan_import", plan_import_id=run.public_id),
                _("The file is read. Nothing is written yet."),
            )
        except InputError as error:
            form.file.errors = [*form.file.errors, str(error)]
    runs = exchange_run_queries.runs_of(session(), actor, team.id)
    return render_template("milestones/import.html", form=form, runs=runs, team=team), status_of(form)


def _this_year(actor: Actor, team: Team) -> str:
    return plan_queries.school_year_on(session(), team.network_id, today(actor))


def _own_team() -> tuple[Actor, Team]:
    actor = access.actor()
    if actor.team_id is None:
        raise AbsentError(_("Choose a team first."))
    team = session().get_one(Team, actor.team_id)
    access.require(policies.can_change(actor, team.id), only(team.name))
    return actor, team


def _receive(actor: Actor, team: Team, form: PlanFileForm) -> ImportRun:
    into = form.into.data or ""
    plan_id = into.removeprefix(PLAN) if into.startswith(PLAN) else ""
    year = into.removeprefix(YEAR) if into.startswith(YEAR) else ""
    if plan_id:
        year = plan_queries.get_plan(session(), actor, UUID(plan_id)).school_year
    choice = Choice(year, plan_id, leave_history=bool(form.leave_history.data))
    sent = form.file.data
    with transaction(actor) as current:
        return exchange_run_services.receive(
            current, team, sent.stream, sent.filename or "plan", choice, today=today(actor), by=actor,
            at=clock.now(),
        )  # fmt: skip


def _run(plan_import_id: UUID) -> tuple[Actor, ImportRun, Team]:
    actor = access.actor()
    run = exchange_run_queries.get_run(session(), actor, plan_import_id)
    team = session().get_one(Team, run.team_id)
    access.require(policies.can_change(actor, team.id), only(team.name))
    return actor, run, team


@blueprint.get("/plans/import/<uuid:plan_import_id>")
@access.signed_in
def plan_import(plan_import_id: UUID) -> ResponseReturnValue:
    """Show what an import would do or did: parts, problems by sheet, row and column, the coach's words."""
    _actor, run, team = _run(plan_import_id)
    job = exchange_jobs.job_of(session(), run) if run.state in {"preview", "running"} else None
    return render_template("milestones/import_run.html", run=run, team=team, job=job, **_told(run))


def _told(run: ImportRun) -> dict[str, Any]:
    noted = run.mapping
    groups = importing.groups_from(noted.get("groups", []))
    said = noted.get("said", [])
    plan = (run.undo or {}).get("plan") or noted.get("choice", {}).get("plan_id", "")
    return {
        "choice": exchange_run_services.choice_of(run),
        "parts": [
            (exchange_words.sheet_title(BY_KEY[key]), counts)
            for key, counts in noted.get("parts", {}).items()
        ],
        "groups": groups,
        "told": [
            {**each, "lacks": [_part_words()[part] for part in each["missing"] if part in _part_words()]}
            for each in said
            if each["problems"] or each["missing"] or each["goes_to"]
        ],
        "sentences": len(said),
        "aside": noted.get("aside", []),
        "renamed": noted.get("renamed", []),
        "stranger": noted.get("from", ""),
        "problem_count": noted.get("problems", 0),
        "plan_id": plan or None,
        "undo_problem": exchange_undo_services.can_undo(session(), run.undo) if run.state == "done" else None,
        "to_write": run.rows_created + run.rows_changed,
        "is_carried": run.kind == "carry",
    }


def _part_words() -> dict[str, str]:
    """Return what a part of a sentence is called when it is missing."""
    return {
        "what": _("what"), "who": _("who"), "when": _("when"), "how": _("how it is measured"),
        "target": _("how many"), "purpose": _("what it is for"),
    }  # fmt: skip


@blueprint.post("/plans/import/<uuid:plan_import_id>/write")
@access.signed_in
def write_plan_import(plan_import_id: UUID) -> ResponseReturnValue:
    """Write all of the file or nothing."""
    actor, run, _team = _run(plan_import_id)
    with transaction(actor) as current:
        if exchange_jobs.begin_if_large(current, run, by=actor):
            here = url_for(".plan_import", plan_import_id=plan_import_id)
            return went(here, _("The import has begun. You can leave this page."))
        done = exchange_run_services.carry_out(current, run, today=today(actor), by=actor, at=clock.now())
        plan_id = done.plan.public_id
    return went(url_for(".outline", plan_id=plan_id), _("Imported. Look it over here."))


@blueprint.post("/plans/import/<uuid:plan_import_id>/undo")
@access.signed_in
def undo_plan_import(plan_import_id: UUID) -> ResponseReturnValue:
    """Take an import, or what was carried into a new year, back as one piece."""
    actor, run, _team = _run(plan_import_id)
    with transaction(actor) as current:
        exchange_run_services.undo_run(current, run, by=actor, at=clock.now())
    words = _("It is taken back. What was there before is there again.")
    return went(url_for(".plan_import", plan_import_id=plan_import_id), words)
