"""Policy notices in the API: written, sent down the links, acknowledged, and what teams said of them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from feedback import after_schemas as schemas
from feedback import notice_queries, notice_services, policies
from feedback.base_views import visitor
from feedback.models import PolicyNotice
from feedback.notice_queries import NoticeRow
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction

blueprint = ApiBlueprint("api_policy", __name__, "/feedback/notices", "Policy notices")
Sent = dict[str, Any]


def _read(actor: Actor, notice_id: UUID) -> NoticeRow:
    session().expire_all()
    return notice_queries.notice_row(session(), actor, notice_id)


def _own(actor: Actor, notice_id: UUID) -> PolicyNotice:
    """Return a notice that the actor's team writes.

    Raises:
        AbsentError: there is none.
        DeniedError: another team sends it.
    """
    row = notice_queries.notice_row(session(), actor, notice_id)
    access.require(policies.can_send_notice(actor, row.team_id))
    return session().get_one(PolicyNotice, row.id)


@blueprint.get("")
@access.signed_in
@blueprint.response(200, schemas.PolicyNotices)
def list_notices() -> Mapping[str, Any]:
    """List the notices that reached your teams, and your teams' own: drafts first, then the latest."""
    return {"items": notice_queries.list_notices(session(), visitor())}


@blueprint.post("")
@access.signed_in
@blueprint.arguments(schemas.PolicyNoticeIn)
@blueprint.response(201, schemas.PolicyNoticeOut)
def add_notice(sent: Sent) -> NoticeRow:
    """Begin a draft of your chosen team."""
    actor = visitor()
    access.require(policies.can_send_notice(actor, actor.team_id))
    network_id, team_id = actor.network_id or 0, actor.team_id or 0
    with transaction(actor) as current:
        made = notice_services.write(current, network_id, team_id, sent, by=actor, at=clock.now())
    return _read(actor, made.public_id)


@blueprint.get("/<uuid:policy_notice_id>")
@access.signed_in
@blueprint.response(200, schemas.PolicyNoticeOut)
def get_notice(policy_notice_id: UUID) -> NoticeRow:
    """Return one notice."""
    return notice_queries.notice_row(session(), visitor(), policy_notice_id)


@blueprint.patch("/<uuid:policy_notice_id>")
@access.signed_in
@blueprint.arguments(schemas.PolicyNoticePatch)
@blueprint.response(200, schemas.PolicyNoticeOut)
def change_notice(sent: Sent, policy_notice_id: UUID) -> NoticeRow:
    """Change a draft. What was sent stays as it was."""
    actor = visitor()
    notice = _own(actor, policy_notice_id)
    check_version(sent.pop("version"), notice.version)
    with transaction(actor) as current:
        notice_services.rewrite(current, notice, sent, by=actor, at=clock.now())
    return _read(actor, policy_notice_id)


@blueprint.delete("/<uuid:policy_notice_id>")
@access.signed_in
@blueprint.response(204)
def delete_notice(policy_notice_id: UUID) -> None:
    """Delete a draft."""
    actor = visitor()
    notice = _own(actor, policy_notice_id)
    with transaction(actor) as current:
        notice_services.delete(current, notice, True, by=actor, at=clock.now())


@blueprint.post("/<uuid:policy_notice_id>/send")
@access.signed_in
@blueprint.response(200, schemas.PolicyNoticeOut)
def send_notice(policy_notice_id: UUID) -> NoticeRow:
    """Send a draft to every team below yours on the links."""
    actor = visitor()
    notice = _own(actor, policy_notice_id)
    with transaction(actor) as current:
        notice_services.send_notice(current, notice, by=actor, at=clock.now())
    return _read(actor, policy_notice_id)


@blueprint.put("/<uuid:policy_notice_id>/acknowledgement")
@access.signed_in
@blueprint.arguments(schemas.AcknowledgeIn)
@blueprint.response(200, schemas.PolicyNoticeOut)
def acknowledge(sent: Sent, policy_notice_id: UUID) -> NoticeRow:
    """Say for your chosen team what a notice enables or hinders; what it said before is kept beside it."""
    actor = visitor()
    row = notice_queries.notice_row(session(), actor, policy_notice_id)
    below = notice_queries.is_below(session(), actor.team_id, row.team_id)
    access.require(below and policies.can_acknowledge(actor, actor.team_id))
    notice, team_id = session().get_one(PolicyNotice, row.id), actor.team_id or 0
    words = sent["enables"], sent["hinders"]
    with transaction(actor) as current:
        notice_services.acknowledge(current, notice, team_id, *words, by=actor, at=clock.now())
    return _read(actor, policy_notice_id)


@blueprint.get("/<uuid:policy_notice_id>/said")
@access.signed_in
@blueprint.arguments(schemas.SaidQuery, location="query")
@blueprint.response(200, schemas.SaidPage)
def list_said(query: Sent, policy_notice_id: UUID) -> Mapping[str, Any]:
    """List the teams that got a notice with what they said, by name, as far as you read it."""
    actor = visitor()
    row = notice_queries.notice_row(session(), actor, policy_notice_id)
    rows = notice_queries.said_of(session(), actor, row, **query)
    return page_of(rows, query["limit"], lambda each: each.team_public_id)


@blueprint.get("/<uuid:policy_notice_id>/overview")
@access.signed_in
@blueprint.response(200, schemas.NoticeLevels)
def get_overview(policy_notice_id: UUID) -> Mapping[str, Any]:
    """Return how many teams of each level got a notice, acknowledged it, and what it does there."""
    actor = visitor()
    row = notice_queries.notice_row(session(), actor, policy_notice_id)
    return {"items": notice_queries.overview(session(), actor, row)}
