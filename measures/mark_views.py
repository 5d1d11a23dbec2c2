"""Setting marks on the chart of a measure: a baseline's end, a phase, a point left out, a change, a story."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.models import User
from measures import mark_queries, mark_services, policies, words
from measures.base_views import blueprint
from measures.chart_base_views import page_of
from measures.chart_views import asked_for
from measures.charting import MARKS
from measures.mark_forms import MarkForm, NewMarkForm
from measures.models import ChartMark, Measure
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.forms import PlatformForm, conflict_page
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams.models import Team


@blueprint.route("/measures/<uuid:measure_id>/marks/new", methods=["GET", "POST"])
@access.signed_in
def new_mark(measure_id: UUID) -> ResponseReturnValue:
    """Set a mark on the chart of a measure at a team."""
    actor = access.actor()
    asked = asked_for()
    page = page_of(session(), actor, measure_id, asked, today(actor))
    access.require(policies.can_record(actor, page.team.id))
    form = NewMarkForm().offer()
    if not form.is_submitted():
        form.kind.data = request.args.get("kind") if request.args.get("kind") in MARKS else "change"
        form.on.data = _day_asked() or today(actor)
    measure = session().get_one(Measure, page.row.id)
    if form.validate_on_submit() and try_to(
        form, actor,
        lambda current: mark_services.add_mark(
            current, measure, page.team.id, form.kind.data, form.on.data, form.words.data,
            subgroup_set=asked.subgroup_set, subgroup=asked.subgroup, today=today(actor),
        ),
    ):  # fmt: skip
        return went(url_for(".chart", measure_id=measure_id, **page.query), _("It is on the chart."))
    back = url_for(".chart", measure_id=measure_id, **page.query)
    return _page(form, _("Mark something on the chart"), page.name, back)


@blueprint.route("/marks/<uuid:mark_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_mark(mark_id: UUID) -> ResponseReturnValue:
    """Move a mark to another day, or say it in other words."""
    actor = access.actor()
    found = mark_queries.find_mark(session(), actor, mark_id)
    access.require(policies.can_record(actor, found.team_id))
    form = MarkForm(obj=found)
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return _two_versions(form, found)
        if try_to(
            form, actor,
            lambda current: mark_services.change_mark(
                current, found, on=form.on.data, words=form.words.data, today=today(actor)
            ),
        ):  # fmt: skip
            return went(_chart_of(found), _("Saved."))
    return _page(form, words.mark_words()[found.kind], "", _chart_of(found), kind=found.kind)


@blueprint.post("/marks/<uuid:mark_id>/delete")
@access.signed_in
def delete_mark(mark_id: UUID) -> ResponseReturnValue:
    """Take a mark away, with a way to bring it back."""
    actor = access.actor()
    found = mark_queries.find_mark(session(), actor, mark_id)
    access.require(policies.can_record(actor, found.team_id))
    with transaction(actor) as current:
        mark_services.delete_mark(current, found, at=clock.now())
    return went(_chart_of(found, undo=str(mark_id)), _("It is taken off the chart."))


@blueprint.post("/marks/<uuid:mark_id>/restore")
@access.signed_in
def restore_mark(mark_id: UUID) -> ResponseReturnValue:
    """Bring back a mark that was taken away."""
    actor = access.actor()
    found = mark_queries.find_mark(session(), actor, mark_id, is_deleted=True)
    access.require(policies.can_record(actor, found.team_id))
    with transaction(actor) as current:
        mark_services.restore_mark(current, found)
    return went(_chart_of(found), _("It is back."))


def _day_asked() -> date | None:
    """Return the day that the address names with ``?on=…``; none for what is no day."""
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None


def _chart_of(mark: ChartMark, **more: str) -> str:
    """Return the address of the chart that a mark is on."""
    measure = session().get_one(Measure, mark.measure_id)
    team = session().get_one(Team, mark.team_id)
    named = {"set": mark.subgroup_set, "group": mark.subgroup}
    query: dict[str, Any] = {key: value for key, value in named.items() if value} | more
    return url_for(".chart", measure_id=measure.public_id, team=team.public_id, **query)


def _two_versions(form: MarkForm, found: ChartMark) -> ResponseReturnValue:
    author = session().get(User, found.updated_by_id) if found.updated_by_id else None
    saved: dict[str, Any] = {"on": found.on, "words": found.words}
    return conflict_page(
        form, words.mark_words()[found.kind], saved, version=found.version, by=author.name if author else "",
        at=found.updated_at,
    )  # fmt: skip


def _page(form: PlatformForm, title: str, lede: str, back: str, kind: str = "") -> ResponseReturnValue:
    page = render_template("measures/mark.html", form=form, title=title, lede=lede, back=back, kind=kind)
    return page, status_of(form)
