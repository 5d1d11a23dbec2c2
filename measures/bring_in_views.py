"""Bring measurements in: paste or upload a table, match its columns, check its rows, write, undo.

One way for both doors: a plan's milestones and interim targets, and all that a team measures.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from measures import count_import_queries, count_import_services, grid_queries, policies
from measures.base_views import blueprint
from measures.count_import_forms import BringInForm, ColumnsForm, columns_form
from measures.count_import_services import Place
from measures.count_table import Around, Line
from milestones import count_import_queries as plan_counts
from milestones import plan_queries
from milestones.rows import PlanRow
from nic_platform import access, clock, import_files, importing
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.tables import ImportRun
from nic_platform.text import _, ngettext


@dataclass(frozen=True)
class Door:
    """Through which a table comes in: a plan's page, or, without a plan, a team's measures."""

    team: grid_queries.TeamRow
    plan: PlanRow | None

    @property
    def place(self) -> Place:
        """Return what the import notes of it."""
        return Place(self.team.network_id, self.team.id, self.plan.public_id if self.plan else None)

    @property
    def address(self) -> str:
        """Return where another table is brought in."""
        if self.plan is not None:
            return url_for(".bring_in_plan", plan_id=self.plan.public_id)
        return url_for(".bring_in", team=self.team.public_id)

    @property
    def home(self) -> str:
        """Return where what was brought in can be seen."""
        if self.plan is not None:
            return url_for("milestones.plan", plan_id=self.plan.public_id)
        return url_for(".index")

    def lines(self, current: Session, actor: Actor) -> list[Line]:
        """Return what can be counted here."""
        if self.plan is not None:
            return plan_counts.lines_of_plan(current, actor, self.plan)
        return count_import_queries.lines_of_team(current, actor, self.team.id)

    def around(self, current: Session, actor: Actor, lines: list[Line]) -> Around:
        """Return what the rows of a table are held against."""
        now = today(actor)
        if self.plan is not None:
            return plan_counts.around(current, self.plan, lines, now)
        span = grid_queries.year_span(current, self.team.network_id, now)
        return count_import_queries.around(current, self.team.id, lines, span, now)


def enter(team_id: UUID | None, plan_id: UUID | None) -> tuple[Actor, Door]:
    """Return the door for somebody who may count for the team.

    Raises:
        AbsentError: there is no such plan or team, or the visitor may not know of it.
        DeniedError: they may read it, but not count for it.
    """
    actor = access.actor()
    if plan_id is not None:
        plan = plan_queries.get_plan(session(), actor, plan_id)
        team = grid_queries.TeamRow(plan.team_id, plan.team_public_id, plan.team_name, plan.network_id)
        door = Door(team, plan)
    else:
        door = Door(grid_queries.get_team(session(), actor, team_id), None)
    access.require(
        policies.can_record(actor, door.team.id),
        _("Only %(team)s can change this. Ask its lead to add you.", team=door.team.name),
    )
    return actor, door


@blueprint.route("/plans/<uuid:plan_id>/measurements/bring-in", methods=["GET", "POST"])
@access.signed_in
def bring_in_plan(plan_id: UUID) -> ResponseReturnValue:
    """Take a table of counts of a plan, and show what was brought in so far."""
    return _take(*enter(None, plan_id))


@blueprint.route("/measures/bring-in", methods=["GET", "POST"])
@access.signed_in
def bring_in() -> ResponseReturnValue:
    """Take a table of counts of whatever a team measures, and show what was brought in so far."""
    return _take(*enter(grid_queries.asked_team(request.args), None), only=request.args.get("measure", ""))


def _take(actor: Actor, door: Door, only: str = "") -> ResponseReturnValue:
    form = BringInForm()
    made: list[UUID] = []

    def receive(current: Session) -> None:
        sent = form.file.data if form.has_file else None
        stream = sent.stream if sent else count_import_services.pasted(form.text.data)
        name = (sent.filename if sent else "") or _("pasted table")
        around = door.around(current, actor, door.lines(current, actor))
        run = count_import_services.receive(
            current, door.place, stream, name, around, by=actor, at=clock.now(), only=only
        )
        made.append(run.public_id)

    if form.validate_on_submit() and try_to(form, actor, receive):
        return went(url_for(".bring_in_run", run_id=made[0]), _("The table is read. Nothing is written yet."))
    lines = door.lines(session(), actor)
    runs = count_import_queries.runs_of(session(), door.team.id)
    page = render_template("measures/bring_in.html", form=form, door=door, lines=lines, runs=runs)
    return page, status_of(form)


@blueprint.get("/measurements/bring-in")
@access.signed_in
def bring_in_here() -> ResponseReturnValue:
    """Lead to where the chosen team's plan of this year takes measurements in, or its measures do."""
    actor = access.actor()
    if actor.team_id is None:
        raise AbsentError(_("Choose a team first."))
    access.require(policies.can_record(actor, actor.team_id))
    plan = plan_queries.current_plan(session(), actor, actor.team_id, today(actor))
    address = url_for(".bring_in_plan", plan_id=plan.public_id) if plan else url_for(".bring_in")
    return redirect(address, 303)


def run_to_write(run_id: UUID) -> tuple[Actor, ImportRun, Door]:
    """Return a run and its door, for somebody who may count for the team."""
    run = count_import_queries.get_run(session(), access.actor(), run_id)
    plan_id = count_import_services.plan_of(run)
    team_id = None if plan_id else grid_queries.public_id_of(session(), run.team_id)
    actor, door = enter(team_id, plan_id)
    return actor, run, door


@blueprint.route("/measurements/runs/<uuid:run_id>", methods=["GET", "POST"])
@access.signed_in
def bring_in_run(run_id: UUID) -> ResponseReturnValue:
    """Show what a table would do or did; choose which column is what."""
    actor, run, door = run_to_write(run_id)
    lines = door.lines(session(), actor)
    chosen = count_import_services.chosen_of(run)
    form = columns_form(chosen["header"], chosen["columns"], count_import_services.options_of(run), lines)
    if form.validate_on_submit() and run.state == "preview":
        with transaction(actor) as current:
            import_files.hold_preview(current, run)
            table = count_import_services.table_of(current, run)
            around = door.around(current, actor, lines)
            count_import_services.look_over(
                current, run, door.place, table, form.mapping(), form.options(), around
            )
        return went(url_for(".bring_in_run", run_id=run_id), _("Checked again. Nothing is written yet."))
    return render_template("measures/bring_in_run.html", **_page(run, door, form)), status_of(form)


def _page(run: ImportRun, door: Door, form: ColumnsForm) -> dict[str, Any]:
    chosen = count_import_services.chosen_of(run)
    groups = importing.groups_from(chosen["groups"])
    corrects = count_import_services.options_of(run).corrects
    return {
        "run": run,
        "door": door,
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
    actor, run, door = run_to_write(run_id)
    with transaction(actor) as current:
        around = door.around(current, actor, door.lines(current, actor))
        count_import_services.carry_out(current, run, door.place, around, by=actor, at=clock.now())
    words = ngettext(
        "One count is written.", "%(count)s counts are written.", run.rows_created + run.rows_changed
    )
    return went(url_for(".bring_in_run", run_id=run_id), words)


@blueprint.post("/measurements/runs/<uuid:run_id>/undo")
@access.signed_in
def undo_run(run_id: UUID) -> ResponseReturnValue:
    """Take what a table brought in back, as one piece."""
    actor, run, _door = run_to_write(run_id)
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
