"""Bring measurements in: paste or upload a table, match its columns, check its rows, write, undo."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from measures import policies as measure_policies
from milestones import count_import_queries, count_import_services, plan_queries
from milestones.count_import_forms import BringInForm, ColumnsForm, columns_form
from milestones.count_table import Around
from milestones.rows import PlanRow
from milestones.views.base import blueprint, only
from nic_platform import access, clock, importing
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.tables import ImportRun
from nic_platform.text import _, ngettext


def _mine(actor: Actor, plan: PlanRow) -> None:
    access.require(measure_policies.can_record(actor, plan.team_id), only(plan.team_name))


def _around(current: Session, actor: Actor, plan: PlanRow) -> Around:
    lines = count_import_queries.lines_of_plan(current, actor, plan)
    return count_import_queries.around(current, plan, lines, today(actor))


@blueprint.route("/plans/<uuid:plan_id>/measurements/bring-in", methods=["GET", "POST"])
@access.signed_in
def bring_in(plan_id: UUID) -> ResponseReturnValue:
    """Take a table of counts, pasted or as a file, and show what was brought in so far."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    _mine(actor, plan)
    form = BringInForm()
    made: list[UUID] = []

    def receive(current: Session) -> None:
        sent = form.file.data if form.has_file else None
        stream = sent.stream if sent else count_import_services.pasted(form.text.data)
        name = (sent.filename if sent else "") or _("pasted table")
        run = count_import_services.receive(
            current, plan, stream, name, _around(current, actor, plan), by=actor, at=clock.now()
        )
        made.append(run.public_id)

    if form.validate_on_submit() and try_to(form, actor, receive):
        return went(url_for(".bring_in_run", run_id=made[0]), _("The table is read. Nothing is written yet."))
    lines = count_import_queries.lines_of_plan(session(), actor, plan)
    runs = count_import_queries.runs_of(session(), plan.team_id)
    page = render_template("milestones/bring_in.html", form=form, plan=plan, lines=lines, runs=runs)
    return page, status_of(form)


@blueprint.get("/measurements/bring-in")
@access.signed_in
def bring_in_here() -> ResponseReturnValue:
    """Lead to where the chosen team's plan of this year takes measurements in."""
    actor = access.actor()
    if actor.team_id is None:
        raise AbsentError(_("Choose a team first."))
    access.require(measure_policies.can_record(actor, actor.team_id))
    plan = plan_queries.current_plan(session(), actor, actor.team_id, today(actor))
    address = url_for(".bring_in", plan_id=plan.public_id) if plan else url_for(".board")
    return redirect(address, 303)


def _run(run_id: UUID) -> tuple[Actor, ImportRun, PlanRow]:
    """Return a run and its plan, for somebody who may count for the team."""
    actor = access.actor()
    run = count_import_queries.get_run(session(), actor, run_id)
    access.require(measure_policies.can_record(actor, run.team_id or 0))
    plan = plan_queries.get_plan(session(), actor, count_import_services.plan_of(run))
    return actor, run, plan


@blueprint.route("/measurements/runs/<uuid:run_id>", methods=["GET", "POST"])
@access.signed_in
def bring_in_run(run_id: UUID) -> ResponseReturnValue:
    """Show what a table would do or did; choose which column is what."""
    actor, run, plan = _run(run_id)
    lines = count_import_queries.lines_of_plan(session(), actor, plan)
    chosen = count_import_services.chosen_of(run)
    form = columns_form(chosen["header"], chosen["columns"], count_import_services.options_of(run), lines)
    if form.validate_on_submit() and run.state == "preview":
        with transaction(actor) as current:
            table = count_import_services.table_of(current, run)
            around = count_import_queries.around(current, plan, lines, today(actor))
            count_import_services.look_over(current, run, plan, table, form.mapping(), form.options(), around)
        return went(url_for(".bring_in_run", run_id=run_id), _("Checked again. Nothing is written yet."))
    return render_template("milestones/bring_in_run.html", **_page(run, plan, form)), status_of(form)


def _page(run: ImportRun, plan: PlanRow, form: ColumnsForm) -> dict[str, Any]:
    chosen = count_import_services.chosen_of(run)
    groups = [importing.Group(**{**group, "rows": tuple(group["rows"])}) for group in chosen["groups"]]
    corrects = count_import_services.options_of(run).corrects
    return {
        "run": run,
        "plan": plan,
        "form": form,
        "chosen": chosen | {name: [_dated(row) for row in chosen[name]] for name in ("rows", "differing")},
        "groups": groups,
        "corrects": corrects,
        "to_write": run.rows_created + (run.rows_changed if corrects else 0),
    }


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    """Return a kept row with its day as a day."""
    return row | {"on": date.fromisoformat(row["on"]) if row["on"] else None}


@blueprint.post("/measurements/runs/<uuid:run_id>/write")
@access.signed_in
def write_run(run_id: UUID) -> ResponseReturnValue:
    """Write every row of a table, or none."""
    actor, run, plan = _run(run_id)
    with transaction(actor) as current:
        around = _around(current, actor, plan)
        count_import_services.carry_out(current, run, plan, around, by=actor, at=clock.now())
    words = ngettext(
        "One count is written.", "%(count)s counts are written.", run.rows_created + run.rows_changed
    )
    return went(url_for(".bring_in_run", run_id=run_id), words)


@blueprint.post("/measurements/runs/<uuid:run_id>/undo")
@access.signed_in
def undo_run(run_id: UUID) -> ResponseReturnValue:
    """Take what a table brought in back, as one piece."""
    actor, run, _plan = _run(run_id)
    with transaction(actor) as current:
        changed = count_import_services.undo(current, run, by=actor, at=clock.now())
    words = _("The import is taken back. What was there before is there again.")
    if changed:
        more = ngettext(
            "One count was corrected since and stays.",
            "%(count)s counts were corrected since and stay.",
            changed,
        )
        words = f"{words} {more}"
    return went(url_for(".bring_in_run", run_id=run_id), words)
