"""The six principles of a network: what its own records show, its problem, and what it does next."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from nic_platform import access, clock, exporting
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.forms import PlatformForm, conflict_page
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams import network_queries, team_queries
from variation import principle_page, principle_queries, principle_services, principle_table
from variation.download_views import count_download
from variation.models import PrincipleStep
from variation.principle_forms import ProblemForm, step_form
from variation.principle_places import places
from variation.principle_policies import can_write_principles
from variation.principle_rules import rules_of
from variation.principles import Principle

blueprint = Blueprint("principles", __name__)
_NAMES = ",".join(each.value for each in Principle)


@blueprint.get("/network/principles")
@access.signed_in
def index() -> ResponseReturnValue:
    """Show what the network's own records say of each principle, and the next step."""
    actor = access.actor()
    return render_template(
        "variation/principles.html",
        page=principle_page.read(session(), actor, today(actor)),
        places=places(actor),
        may_write=can_write_principles(actor),
    )


@blueprint.get("/network/principles/export.<any(csv, xlsx):format>")
@access.signed_in
def download(format: str) -> ResponseReturnValue:  # noqa: A002  the name stands in the address
    """Give the same as a table to take away."""
    actor = access.actor()
    count_download(actor.user_id)
    page = principle_page.read(session(), actor, today(actor))
    rows = principle_table.rows(list(page.principles), dict(page.steps))
    is_csv = format == "csv"
    make = exporting.as_csv if is_csv else exporting.as_xlsx
    kind = exporting.CSV_TYPE if is_csv else exporting.XLSX_TYPE
    answer = Response(make(principle_table.header(), rows), content_type=kind)
    name = f"six-principles-{page.today.isoformat()}.{format}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _writer() -> Actor:
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    access.require(can_write_principles(actor), _("Only a network lead writes this. Tell them what you see."))
    return actor


def _conflict(form: PlatformForm, title: str, thing: Any, saved: dict[str, Any]) -> ResponseReturnValue:
    by = team_queries.name_of(session(), thing.updated_by_id)
    return conflict_page(form, title, saved, version=thing.version, by=by, at=thing.updated_at)


# ---------------------------------------------------------------- the problem


@blueprint.route("/network/problem", methods=["GET", "POST"])
@access.signed_in
def problem() -> ResponseReturnValue:
    """Write the network's problem and who lives with it."""
    actor = _writer()
    network = network_queries.get_network(session(), actor)
    saved = {name: getattr(network, name) for name in principle_services.PROBLEM}
    form = ProblemForm(data=saved | {"version": network.version})

    def write(current: Session) -> None:
        principle_services.save_problem(current, network, form.values(), by=actor, at=clock.now())

    if form.validate_on_submit():
        if form.is_stale(network.version):
            return _conflict(form, _("The problem"), network, saved)
        if try_to(form, actor, write):
            return went(url_for(".index", _anchor=Principle.PROBLEM.value), _("Saved."))
    return render_template("variation/problem.html", form=form, network=network), status_of(form)


# ---------------------------------------------------------------- next steps


@blueprint.route(f"/network/principles/<any({_NAMES}):principle>/steps", methods=["GET", "POST"])
@access.signed_in
def new_step(principle: str) -> ResponseReturnValue:
    """Write what the network does next on one principle."""
    actor, about = _writer(), Principle(principle)
    network = network_queries.get_network(session(), actor)
    form = step_form()

    def write(current: Session) -> None:
        values = form.values()
        principle_services.add_step(current, network.id, about, values, by=actor, at=clock.now())

    if form.validate_on_submit() and try_to(form, actor, write):
        return went(url_for(".index", _anchor=principle), _("Written down."))
    return render_template(
        "variation/principle_step.html", form=form, principle=about, step=None, suggested=_suggested(about)
    ), status_of(form)


def _suggested(principle: Principle) -> str:
    """Return the suggestion that the address names by its rule."""
    key = request.args.get("rule", "")
    return next((rule.then for rule in rules_of(principle) if rule.key == key), "")


@blueprint.route("/network/principles/steps/<uuid:principle_step_id>", methods=["GET", "POST"])
@access.signed_in
def step(principle_step_id: UUID) -> ResponseReturnValue:
    """Change a step, or write down that it is done and what came of it."""
    step, actor = _step(principle_step_id)
    saved = {name: getattr(step, name) for name in principle_services.STEP}
    form = step_form(**saved, version=step.version)

    def write(current: Session) -> None:
        principle_services.change_step(current, step, form.values(), by=actor, at=clock.now())

    if form.validate_on_submit():
        if form.is_stale(step.version):
            return _conflict(form, _("The next step"), step, saved)
        if try_to(form, actor, write):
            return went(url_for(".index", _anchor=step.principle), _("Saved."))
    return render_template(
        "variation/principle_step.html",
        form=form,
        principle=Principle(step.principle),
        step=step,
        suggested="",
    ), status_of(form)


def _step(step_id: UUID, *, gone: bool = False) -> tuple[PrincipleStep, Actor]:
    found = principle_queries.get_step(session(), access.actor(), step_id, gone=gone)
    return found, _writer()


@blueprint.post("/network/principles/steps/<uuid:principle_step_id>/remove")
@access.signed_in
def remove_step(principle_step_id: UUID) -> ResponseReturnValue:
    """Take a step away, with a way back."""
    step, actor = _step(principle_step_id)
    with transaction(actor) as current:
        principle_services.remove_step(current, step, by=actor, at=clock.now())
    return render_template("variation/principle_step_removed.html", step=step)


@blueprint.post("/network/principles/steps/<uuid:principle_step_id>/return")
@access.signed_in
def return_step(principle_step_id: UUID) -> ResponseReturnValue:
    """Undo the removal of a step."""
    step, actor = _step(principle_step_id, gone=True)
    with transaction(actor) as current:
        principle_services.return_step(current, step, by=actor, at=clock.now())
    return went(url_for(".index", _anchor=step.principle), _("It is back."))
