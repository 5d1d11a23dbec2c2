"""Editing the theory without JavaScript: drivers, their order, the aim, the grid of links; its history."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from cycles import idea_queries, policies, queries, theory_forms, theory_queries, theory_services
from cycles.idea_queries import DriverNode
from cycles.models import Driver
from cycles.theory_queries import GridRow
from cycles.theory_services import Cell, Clash
from cycles.views.drivers import network_actor
from cycles.views.root import blueprint, uuid_of
from measures.queries import common_measures
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.forms import conflict_page
from nic_platform.pages import try_to
from nic_platform.text import _
from teams import network_queries

PAGE = 20
STRENGTHS = ("", "strong", "weak")


def _editor() -> Actor:
    actor = network_actor()
    access.require(policies.can_edit_drivers(actor), _("Only a network lead can change the theory."))
    return actor


@blueprint.get("/drivers/edit")
@access.signed_in
def edit_drivers() -> ResponseReturnValue:
    """Show the drivers in their order, each with what can be done to it."""
    actor = _editor()
    nodes = idea_queries.list_drivers(session(), actor)
    below: dict[int | None, list[DriverNode]] = {}
    for node in nodes:
        below.setdefault(node.parent_id, []).append(node)
    deleted = uuid_of(request.args.get("deleted", ""))
    return render_template("cycles/drivers_edit.html", below=below, deleted=deleted)


# ---------------------------------------------------------------- one driver


@blueprint.route("/drivers/new", methods=["GET", "POST"])
@access.signed_in
def new_driver() -> ResponseReturnValue:
    """Add a driver."""
    return _edited(_editor(), None)


@blueprint.route("/drivers/<uuid:driver_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_driver(driver_id: UUID) -> ResponseReturnValue:
    """Rename a driver, hang it elsewhere, choose its measures; each with a reason."""
    actor = network_actor()
    found = idea_queries.get_driver(session(), actor, driver_id)
    access.require(policies.can_edit_drivers(actor), _("Only a network lead can change the theory."))
    return _edited(actor, found)


def _edited(actor: Actor, found: Driver | None) -> ResponseReturnValue:
    nodes = idea_queries.list_drivers(session(), actor)
    chosen = _chosen(actor, found) if found is not None else []
    form = _form(actor, found, nodes, chosen)
    if found is not None and request.method == "POST" and form.is_stale(found.version):
        kept = _kept(found, nodes) | {"measures": chosen}
        name = queries.name_of(session(), found.updated_by_id)
        return conflict_page(form, found.name, kept, version=found.version, by=name, at=found.updated_at)
    if form.validate_on_submit() and try_to(form, actor, lambda s: _save(s, actor, found, form)):
        flash(_("Saved. The change stands in the history of the theory."))
        return redirect(url_for(".edit_drivers"), 303)
    page = render_template("cycles/driver_edit.html", form=form, driver=found)
    return page, 422 if form.errors else 200


def _chosen(actor: Actor, found: Driver | None) -> list[str]:
    ids = theory_queries.measures_of(session(), found, actor.network_id or 0)
    return [str(each) for each in ids]


def _kept(found: Driver, nodes: Sequence[DriverNode]) -> dict[str, Any]:
    above = next((node for node in nodes if node.id == found.parent_id), None)
    kept = {"name": found.name, "description": found.description}
    return kept | {"parent": str(above.public_id) if above else ""}


def _save(current: Session, actor: Actor, found: Driver | None, form: theory_forms.DriverForm) -> None:
    at, why = clock.now(), form.why.data or ""
    above = uuid_of(form.parent.data)
    parent = idea_queries.get_driver(current, actor, above) if above else None
    made = theory_services.save_driver(
        current, found, name=form.name.data or "", description=form.description.data or "", parent=parent,
        why=why, by=actor, at=at,
    )  # fmt: skip
    wanted = theory_queries.common_named(current, actor, form.measures.data or [])
    if theory_services.set_measures(current, made, wanted, why=why, by=actor, at=at):
        made.updated_at = at  # so that a change of measures alone is a new version of the driver too


def _form(
    actor: Actor, found: Driver | None, nodes: Sequence[DriverNode], chosen: list[str]
) -> theory_forms.DriverForm:
    data: dict[str, Any] = {"parent": request.args.get("under", "")}
    if found is not None:
        data = _kept(found, nodes) | {"measures": chosen, "version": found.version}
    form = theory_forms.DriverForm(data=data)
    others = [node for node in nodes if node.parent_id is None and (found is None or node.id != found.id)]
    options = [("", _("None: it is a primary driver")), *((str(n.public_id), n.name) for n in others)]
    form.parent.choices = [SelectChoice(value, words) for value, words in options]
    theory_forms.offer_measures(form, common_measures(session(), actor, 200))
    return form


@blueprint.post("/drivers/<uuid:driver_id>/move")
@access.signed_in
def move_driver(driver_id: UUID) -> ResponseReturnValue:
    """Draw a driver one place further up or down."""
    actor = network_actor()
    found = idea_queries.get_driver(session(), actor, driver_id)
    access.require(policies.can_edit_drivers(actor), _("Only a network lead can change the theory."))
    with transaction(actor) as current:
        up = request.form.get("to") == "up"
        moved = theory_services.move_driver(current, found, up=up, by=actor, at=clock.now())
    flash(_("Moved.") if moved else _("It stands at the end already."))
    return redirect(url_for(".edit_drivers", _anchor=f"d-{driver_id}"), 303)


@blueprint.post("/drivers/<uuid:driver_id>/delete")
@access.signed_in
def delete_driver(driver_id: UUID) -> ResponseReturnValue:
    """Delete a driver, with a reason; the editor offers to bring it back."""
    actor = network_actor()
    found = idea_queries.get_driver(session(), actor, driver_id)
    access.require(policies.can_edit_drivers(actor), _("Only a network lead can change the theory."))
    why = theory_forms.WhyForm()
    work = lambda s: theory_services.delete_driver(  # noqa: E731  one call, as in every view
        s, found, why=why.why.data or "", by=actor, at=clock.now()
    )
    if why.validate_on_submit() and try_to(why, actor, work):
        return redirect(url_for(".edit_drivers", deleted=driver_id), 303)
    nodes = idea_queries.list_drivers(session(), actor)
    form = _form(actor, found, nodes, _chosen(actor, found))
    page = render_template("cycles/driver_edit.html", form=form, driver=found, deleting=why)
    return page, 422


@blueprint.post("/drivers/<uuid:driver_id>/restore")
@access.signed_in
def restore_driver(driver_id: UUID) -> ResponseReturnValue:
    """Bring a deleted driver back."""
    actor = access.actor()
    found = idea_queries.get_driver(session(), actor, driver_id, is_deleted=True)
    access.require(policies.can_edit_drivers(actor), _("Only a network lead can change the theory."))
    with transaction(actor) as current:
        theory_services.restore_driver(current, found, by=actor, at=clock.now())
    flash(_("The driver is back."))
    return redirect(url_for(".edit_drivers"), 303)


# ---------------------------------------------------------------- the aim


@blueprint.route("/drivers/aim", methods=["GET", "POST"])
@access.signed_in
def edit_aim() -> ResponseReturnValue:
    """Change the aim and the measures that tell whether it comes nearer."""
    actor = _editor()
    network = network_queries.get_network(session(), actor)
    chosen = _chosen(actor, None)
    kept = {"aim": network.aim, "measures": chosen}
    form = theory_forms.AimForm(data=kept | {"version": network.version})
    theory_forms.offer_measures(form, common_measures(session(), actor, 200))
    if request.method == "POST" and form.is_stale(network.version):
        name = queries.name_of(session(), network.updated_by_id)
        return conflict_page(form, _("Aim"), kept, version=network.version, by=name, at=network.updated_at)

    def save(current: Session) -> None:
        at, why = clock.now(), form.why.data or ""
        theory_services.save_aim(current, network, form.aim.data or "", why=why, by=actor, at=at)
        wanted = theory_queries.common_named(current, actor, form.measures.data or [])
        if theory_services.set_measures(current, None, wanted, why=why, by=actor, at=at):
            network.updated_at = at

    if form.validate_on_submit() and try_to(form, actor, save):
        flash(_("Saved. The change stands in the history of the theory."))
        return redirect(url_for(".drivers"), 303)
    return render_template("cycles/aim.html", form=form), 422 if form.errors else 200


# ---------------------------------------------------------------- the grid of links


@blueprint.route("/drivers/links", methods=["GET", "POST"])
@access.signed_in
def idea_links() -> ResponseReturnValue:
    """Show a page of ideas against all drivers, each cell strong, weak or none, and save the page."""
    actor = _editor()
    words = request.args.get("words", "").replace("\x00", "")[:200]
    found = theory_queries.grid(
        session(), actor, words=words, after=uuid_of(request.args.get("after")), limit=PAGE
    )
    rows, more = found[:PAGE], len(found) > PAGE
    nodes = _as_drawn(idea_queries.list_drivers(session(), actor))
    form = theory_forms.WhyForm()
    clashes: list[Clash] = []
    if form.validate_on_submit():
        try:
            with transaction(actor) as current:
                clashes = _save_grid(current, actor, rows, nodes, form)
        except InputError as error:
            form.why.errors = list(error.fields.values())
        else:
            if not clashes:
                flash(_("Saved. The change stands in the history of the theory."))
                return redirect(request.full_path.rstrip("?"), 303)
    page = render_template(
        "cycles/links.html",
        form=form,
        rows=[_Line.of(row, nodes, clashes, is_sent=form.is_submitted()) for row in rows],
        nodes=nodes,
        words=words,
        clashes=len(clashes),
        next_href=url_for(".idea_links", words=words or None, after=rows[-1].idea.public_id) if more else "",
        first_href=url_for(".idea_links", words=words or None) if request.args.get("after") else "",
    )
    return page, 409 if clashes else 422 if form.errors else 200


def _as_drawn(nodes: Sequence[DriverNode]) -> list[DriverNode]:
    """Return the drivers as they are drawn: each primary one before those under it."""
    tops = [node for node in nodes if node.parent_id is None]
    return [each for top in tops for each in (top, *(n for n in nodes if n.parent_id == top.id))]


def _save_grid(
    current: Session,
    actor: Actor,
    rows: Sequence[GridRow],
    nodes: Sequence[DriverNode],
    form: theory_forms.WhyForm,
) -> list[Clash]:
    ideas = {row.idea.public_id: row for row in rows}
    entities = theory_queries.ideas_and_drivers(current, actor, list(ideas), [n.public_id for n in nodes])
    cells = []
    for idea in entities[0]:
        for driver in entities[1]:
            name = f"{idea.public_id}.{driver.public_id}"
            wanted, seen = request.form.get(name), request.form.get(f"seen.{name}", "")
            if wanted in STRENGTHS and seen in STRENGTHS:
                cells.append(Cell(idea, driver, seen, wanted or ""))
    return theory_services.save_links(current, cells, why=form.why.data or "", by=actor, at=clock.now())


class _Line:
    """One idea of the grid: each cell with what is chosen, what was seen and, in a clash, what is saved.

    ``is_open`` says that something of it waits to be saved; ``words`` are its links in short.
    """

    def __init__(self, row: GridRow, cells: list[dict[str, str]]) -> None:
        self.idea, self.cells = row.idea, cells
        self.is_open = any(cell["chosen"] != cell["saved"] or cell["theirs"] for cell in cells)
        self.words = "; ".join(
            _("%(driver)s (%(strength)s)", driver=cell["driver"], strength=_words_of(cell["saved"]))
            for cell in cells
            if cell["saved"]
        )
        if not self.words:
            self.words = _("adopted from another idea") if row.idea.is_copy else _("on no driver yet")

    @classmethod
    def of(
        cls, row: GridRow, nodes: Sequence[DriverNode], clashes: Sequence[Clash], *, is_sent: bool
    ) -> "_Line":
        """Return an idea with a cell for each driver."""
        clashing = {(each.idea, each.driver): each.saved for each in clashes}
        cells = []
        for node in nodes:
            name = f"{row.idea.public_id}.{node.public_id}"
            saved = row.links.get(str(node.public_id), "")
            sent = request.form.get(name, saved) if is_sent else saved
            theirs = clashing.get((row.idea.public_id, node.public_id))
            was = request.form.get(f"seen.{name}", saved) if is_sent and theirs is None else saved
            words = _words_of(theirs) if theirs is not None else ""
            cell = {"name": name, "driver": node.name, "chosen": sent, "seen": was, "theirs": words}
            cells.append(cell | {"saved": saved})
        return cls(row, cells)


def _words_of(strength: str) -> str:
    return {"strong": _("strong"), "weak": _("weak")}.get(strength, _("no link"))


# ---------------------------------------------------------------- history


@blueprint.get("/drivers/history")
@access.signed_in
def theory_history() -> ResponseReturnValue:
    """Tell every revision of the theory, newest first, with its reason."""
    actor = network_actor()
    found = theory_queries.history(session(), actor, after=uuid_of(request.args.get("after")), limit=50)
    shown, more = found[:50], len(found) > 50
    next_href = url_for(".theory_history", after=shown[-1].public_id) if more else ""
    return render_template(
        "cycles/theory_history.html",
        days=theory_queries.by_day(shown, actor),
        next_href=next_href,
        may_edit=policies.can_edit_drivers(actor),
    )
