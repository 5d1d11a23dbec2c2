"""What passed on a link: one list of meetings, messages, items and notices; what people add to it."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback import passing_queries
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams import exchange_queries, exchange_services, link_forms, linking, policies, rules, team_queries
from teams.base_views import blueprint, both_versions
from teams.models import Exchange, Link

SHOWN, READ = 20, 200  # days come whole, so more is read than shown


@blueprint.get("/links/<uuid:link_id>")
@access.signed_in
def link(link_id: UUID) -> ResponseReturnValue:
    """Show a link's protocol, who carries it, and what passed on it."""
    actor = access.actor()
    return _page(actor, link_id, link_forms.ExchangeForm(formdata=None).offer(today(actor)))


@blueprint.post("/links/<uuid:link_id>/exchanges")
@access.signed_in
def add_exchange(link_id: UUID) -> ResponseReturnValue:
    """Write down a meeting or a message."""
    actor = access.actor()
    link = team_queries.get_link(session(), actor, link_id)
    access.require(policies.can_note_exchange(actor, link.lower_id, link.upper_id), _only_members(link))
    form = link_forms.ExchangeForm().offer(today(actor))

    def write(current: Any) -> None:
        when = {"by": actor, "at": clock.now(), "elsewhere": _elsewhere(link)}
        exchange_services.record(current, link, form.values(), **when)

    if form.validate_on_submit() and try_to(form, actor, write):
        return went(url_for(".link", link_id=link_id, _anchor="passed"), _("Written down."))
    return _page(actor, link_id, form)


def _page(actor: Actor, link_id: UUID, form: link_forms.ExchangeForm) -> ResponseReturnValue:
    row = team_queries.link_row(session(), actor, link_id)
    link = team_queries.get_link(session(), actor, link_id)
    passed, earlier = _passed(actor, link, _day_asked())
    linking_people = team_queries.people_linking(session(), link.lower_id, link.upper_id)
    begun = clock.day_of(link.created_at, actor.time_zone)
    last = clock.day_of(row.last_exchange_at, actor.time_zone) if row.last_exchange_at else None
    return render_template(
        "teams/link.html",
        link=row,
        linking=linking_people,
        carried=linking.carried(row.lower, row.upper, linking_people, row.sender, row.receiver),
        topics_unsaid=linking.topics_unsaid(exchange_queries.links_up(session(), link.lower_id)),
        topics=linking.topics_words(row.topics),
        rhythm=rules.rhythm_words(row.rhythm_days),
        is_norm=rules.is_norm(row.rhythm_days),
        last_words=linking.last_words(last, row.rhythm_days, today(actor), begun),
        is_silent=rules.is_silent(last or begun, row.rhythm_days, today(actor)),
        kinds=linking.exchange_names(),
        passed=passed,
        earlier=earlier,
        may_edit=policies.can_edit_link(actor, link.lower_id, link.upper_id),
        may_note=policies.can_note_exchange(actor, link.lower_id, link.upper_id),
        form=form,
    ), status_of(form)


def _day_asked() -> date | None:
    try:
        return date.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None


def _passed(actor: Actor, link: Link, before: date | None) -> tuple[list[linking.Passed], date | None]:
    """Return what passed on a link, newest first, and the day before which there is more."""
    rows = exchange_queries.exchanges_of(session(), actor, link.id, before=before, limit=READ)
    written = [
        linking.Passed(row.kind, row.created_at, row.on, words=row.words, who=row.who or "", id=row.id)
        for row in rows
    ]
    ends = (link.lower_id, link.upper_id)
    items = passing_queries.items_passed(session(), actor, *ends, before=before, limit=READ)
    notices = passing_queries.notices_passed(session(), actor, link.upper_id, before=before, limit=READ)
    return linking.merged((written, items, notices), SHOWN)


def _elsewhere(link: Link) -> Any:
    return passing_queries.last_passed(session(), link.lower_id, link.upper_id)


def _only_members(link: Link) -> str:
    return _(
        "Only members of %(lower)s or %(upper)s can write down what passed between them.",
        lower=link.lower.name,
        upper=link.upper.name,
    )


def _exchange(actor: Actor, exchange_id: UUID, *, gone: bool = False) -> tuple[Exchange, Link]:
    exchange = exchange_queries.get_exchange(session(), actor, exchange_id, gone=gone)
    link = exchange_queries.link_by_number(session(), exchange.link_id)
    access.require(policies.can_note_exchange(actor, link.lower_id, link.upper_id), _only_members(link))
    return exchange, link


@blueprint.route("/exchanges/<uuid:exchange_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_exchange(exchange_id: UUID) -> ResponseReturnValue:
    """Correct what was written down."""
    actor = access.actor()
    exchange, link = _exchange(actor, exchange_id)
    saved = {name: getattr(exchange, name) for name in exchange_services.CONTENT}
    form = link_forms.ExchangeForm(data=saved | {"version": exchange.version}).offer(today(actor))
    title = _("What passed on %(day)s", day=exchange.on.isoformat())

    def write(current: Any) -> None:
        when = {"by": actor, "at": clock.now(), "elsewhere": _elsewhere(link)}
        exchange_services.change(current, exchange, link, form.values(), **when)

    if form.validate_on_submit():
        if form.is_stale(exchange.version):
            return both_versions(form, title, exchange, saved)
        if try_to(form, actor, write):
            return went(url_for(".link", link_id=link.public_id, _anchor="passed"), _("Saved."))
    return render_template(
        "teams/edit_exchange.html", form=form, exchange=exchange, link=link, title=title
    ), status_of(form)


@blueprint.post("/exchanges/<uuid:exchange_id>/remove")
@access.signed_in
def remove_exchange(exchange_id: UUID) -> ResponseReturnValue:
    """Take an exchange away that never was, with a way back."""
    actor = access.actor()
    exchange, link = _exchange(actor, exchange_id)
    elsewhere = _elsewhere(link)
    with transaction(actor) as current:
        exchange_services.remove(current, exchange, link, by=actor, at=clock.now(), elsewhere=elsewhere)
    return render_template("teams/exchange_removed.html", exchange=exchange, link=link)


@blueprint.post("/exchanges/<uuid:exchange_id>/return")
@access.signed_in
def return_exchange(exchange_id: UUID) -> ResponseReturnValue:
    """Undo the removal of an exchange."""
    actor = access.actor()
    exchange, link = _exchange(actor, exchange_id, gone=True)
    elsewhere = _elsewhere(link)
    with transaction(actor) as current:
        exchange_services.bring_back(current, exchange, link, by=actor, at=clock.now(), elsewhere=elsewhere)
    return went(url_for(".link", link_id=link.public_id, _anchor="passed"), _("It is back."))
