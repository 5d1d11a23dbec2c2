"""Whole plans in the API: taken out as a document or a workbook, brought in, taken back, carried on."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response

from milestones import (
    exchange_book,
    exchange_json,
    exchange_queries,
    exchange_reading,
    exchange_run_queries,
    exchange_run_services,
    parts_schemas,
    plan_queries,
    policies,
)
from milestones.exchange_run_services import Choice, Prepared
from milestones.exporting_api import count_export
from milestones.template_api import blueprint
from nic_platform import access, clock, exporting
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, InputError
from nic_platform.text import _
from teams.models import Team

MOST_TOLD = 50


@blueprint.get("/plans/<uuid:plan_id>/export")
@access.signed_in
@blueprint.response(200, parts_schemas.AnyDocument)
def export_plan(plan_id: UUID) -> Response:
    """Return a whole plan as a document; if anything is hidden from the caller, ``is_whole`` says so."""
    document = _document(plan_id)
    return Response(exchange_json.as_bytes(document), content_type="application/json")


@blueprint.get("/plans/<uuid:plan_id>/export.xlsx")
@access.signed_in
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=exporting.XLSX_TYPE)
def export_plan_book(plan_id: UUID) -> Response:
    """Return a whole plan as a workbook, as the page gives it."""
    return Response(exchange_book.as_bytes(_document(plan_id)), content_type=exporting.XLSX_TYPE)


def _document(plan_id: UUID) -> Any:
    actor = access.actor()
    plan_queries.get_plan(session(), actor, plan_id)
    count_export(actor.user_id)
    return exchange_queries.export(session(), actor, plan_id, clock.now())


@blueprint.post("/plans/import")
@access.signed_in
@blueprint.arguments(parts_schemas.ImportQuery, location="query")
@blueprint.arguments(parts_schemas.AnyDocument)
@blueprint.response(200, parts_schemas.ImportOut)
def import_plan(query: dict[str, Any], sent: dict[str, Any]) -> Mapping[str, Any]:
    """Bring a document into a plan of the chosen team: all of it, or with any problem nothing (422).

    The same document twice changes nothing. Nothing is deleted.
    """
    actor = access.actor()
    if actor.team_id is None:
        raise AbsentError(_("Choose a team first."))
    access.require(policies.can_change(actor, actor.team_id))
    reading = exchange_reading.from_object(exchange_json.frame(sent), "api.json")
    choice = _choice(actor, query, reading.document.school_year)
    with transaction(actor) as current:
        team = current.get_one(Team, actor.team_id)
        prepared = exchange_run_services.prepare(current, team, reading, choice, clock.today(actor.time_zone))
        if query["dry_run"]:
            return _told(prepared)
        if prepared.problems:
            raise _refusal(prepared)
        run = exchange_run_services.new_run(current, team, reading.name, by=actor, at=clock.now())
        exchange_run_services.note(current, run, reading, prepared, choice)
        done = exchange_run_services.finish(current, run, prepared, choice, by=actor, at=clock.now())
        made = {"plan_id": done.plan.public_id, "import_id": run.public_id, "written": True}
    return _told(prepared) | made


def _choice(actor: Actor, query: Mapping[str, Any], own_year: str) -> Choice:
    if query.get("plan_id"):
        plan = plan_queries.get_plan(session(), actor, query["plan_id"])
        access.require(plan.team_id == actor.team_id)
        return Choice(plan.school_year, str(plan.public_id), leave_history=query["leave_history"])
    year = query.get("school_year") or own_year
    if not 4 <= len(year) <= 20:
        raise InputError(_("Say for which school year."), {"school_year": _("Such as 2026-27.")})
    return Choice(year, leave_history=query["leave_history"])


def _told(prepared: Prepared) -> dict[str, Any]:
    problems = [{"sheet": "", **problem.as_json()} for problem in prepared.problems[:200]]
    there = prepared.here.plan
    return {
        "plan_id": there.public_id if there is not None and there.deleted_at is None else None,
        "import_id": None, "written": False, "parts": prepared.proposal.counts(), "problems": problems,
    }  # fmt: skip


def _refusal(prepared: Prepared) -> InputError:
    faults = {}
    for problem in prepared.problems[:MOST_TOLD]:
        place = " ".join(str(part) for part in (problem.sheet, problem.row, problem.column) if part)
        faults[place or "document"] = problem.sentence
    return InputError(_("Nothing was imported: some rows have problems."), faults)


@blueprint.post("/plans/imports/<uuid:plan_import_id>/undo")
@access.signed_in
@blueprint.response(200, parts_schemas.ImportOut)
def undo_import(plan_import_id: UUID) -> Mapping[str, Any]:
    """Take an import back as one piece, as long as nobody worked on what it brought."""
    actor = access.actor()
    run = exchange_run_queries.get_run(session(), actor, plan_import_id)
    access.require(policies.can_change(actor, run.team_id or 0))
    parts = run.mapping.get("parts", {})
    with transaction(actor) as current:
        exchange_run_services.undo_run(current, run, by=actor, at=clock.now())
    return {"plan_id": None, "import_id": plan_import_id, "written": False, "parts": parts, "problems": []}
