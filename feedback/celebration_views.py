"""What there is to celebrate: solutions and successes, up and across; cheers, and ideas that grow of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback import celebration_queries, celebration_services, policies, queries
from feedback.base_views import blueprint, visitor
from feedback.rules import Kind
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import today, went
from nic_platform.text import _

PAGE = 50
LATELY = timedelta(days=30)
_YEAR = timedelta(days=366)


@blueprint.get("/feedback/celebrations")
@access.signed_in
def celebrations() -> ResponseReturnValue:
    """Show what teams tell of, by whom, with its cheers; and what was lifted lately."""
    actor = visitor()
    kind = request.args.get("kind", "")
    kind = kind if kind in celebration_queries.KINDS else ""
    only_peers = request.args.get("of") == "peers"
    before = request.args.get("before", type=int)
    before = before if before is not None and 0 <= before < 2**31 else None
    told = celebration_queries.list_told(
        session(), actor, kind=kind, only_peers=only_peers, before=before, limit=PAGE
    )
    page, since = told[:PAGE], clock.now() - LATELY
    here: dict[str, Any] = {"kind": kind or None, "of": "peers" if only_peers else None}
    next_href = url_for(".celebrations", **here, before=page[-1].item.number) if len(told) > PAGE else ""
    return render_template(
        "feedback/celebrations.html",
        told=[(each, may_cheer(actor, each.item)) for each in page],
        lifted=celebration_queries.lifted_lately(session(), actor, since),
        lately=celebration_queries.lately(session(), actor, since, today(actor) - _YEAR)
        if actor.team_ids or actor.sees_network
        else None,
        kind=kind,
        only_peers=only_peers,
        next_href=next_href,
        first=url_for(".celebrations", **here) if before else "",
        may_raise=policies.can_raise(actor, actor.team_id),
    )


def may_cheer(actor: Actor, item: queries.ItemRow) -> bool:
    """Say whether the visitor may celebrate it."""
    return policies.can_cheer(actor, item.team_id, travels=item.kind.travels)


@blueprint.post("/feedback/<uuid:item_id>/cheer")
@access.signed_in
def cheer(item_id: UUID) -> ResponseReturnValue:
    """Celebrate what another team tells, or take that back."""
    actor = visitor()
    item, _reads = queries.find_item(session(), actor, item_id)
    may = policies.can_cheer(actor, item.team_id, travels=Kind(item.kind).travels)
    access.require(may, _("People of other teams cheer a solution or a success."))
    wanted = request.form.get("wanted") != "no"
    act = celebration_services.cheer if wanted else celebration_services.stop_cheering
    with transaction(actor) as current:
        act(current, item, by=actor, at=clock.now())
    words = _("%(team)s hears that you cheer.", team=item.team.name) if wanted else _("Taken back.")
    return went(_back(item_id), words)


def _back(item_id: UUID) -> str:
    if request.form.get("from") == "item":
        return url_for(".show", item_id=item_id)
    return url_for(".celebrations", _anchor=f"F-{item_id}")


@blueprint.post("/feedback/<uuid:item_id>/idea")
@access.signed_in
def make_idea(item_id: UUID) -> ResponseReturnValue:
    """Make a solution or success a change idea, which keeps who told it."""
    actor = visitor()
    item, _reads = queries.find_item(session(), actor, item_id)
    may = policies.can_make_idea(actor, queries.facts_of(item, []))
    access.require(may, _("A shared solution or success can become a change idea."))
    with transaction(actor) as current:
        idea_id = celebration_services.make_idea(current, item, by=actor, at=clock.now()).public_id
    return went(
        url_for("cycles.idea", idea_id=idea_id),
        _(
            "It is a change idea of %(team)s now. Any team that may read it can adopt it.",
            team=item.team.name,
        ),
    )
