"""Answers in the API: what became of them, whether the blocked work moved, the second look."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from feedback import after_schemas as schemas
from feedback import (
    answer_queries,
    look_services,
    moved,
    moved_queries,
    policies,
    queries,
    queue_queries,
)
from feedback.base_views import visitor
from feedback.models import Answer
from feedback.moved_queries import SiteMove
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.pages import today

blueprint = ApiBlueprint("api_answers", __name__, "/feedback", "Answers, and what moved since")
Sent = dict[str, Any]


@blueprint.get("/answers")
@access.signed_in
@blueprint.arguments(schemas.AnswerQuery, location="query")
@blueprint.response(200, schemas.AnswerPage)
def list_answers(query: Sent) -> Mapping[str, Any]:
    """List the answers you may read, the latest first; or your teams' that wait to be looked at again."""
    actor, most = visitor(), query["limit"]
    if query["due"]:
        rows = answer_queries.due_answers(session(), actor, today(actor), limit=most)
    else:
        rows = answer_queries.list_answers(session(), actor, after=query["after"], limit=most)
    came = answer_queries.what_came(session(), [row.id for row in rows])
    return page_of([_out(row, came) for row in rows], most, lambda each: each["public_id"])


def _out(row: answer_queries.GivenRow, came: Mapping[int, answer_queries.Came]) -> Sent:
    names = ("public_id", "team", "level", "theme_id", "changes", "text", "why", "applies_from", "applies_to",
             "look_again_on", "looked_again_on", "looked_again", "created_at", "version")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"came": came.get(row.id, answer_queries.Came())}


def _read(actor: Actor, answer_id: UUID) -> Sent:
    session().expire_all()
    row = answer_queries.answer_row(session(), actor, answer_id)
    return _out(row, answer_queries.what_came(session(), [row.id]))


@blueprint.get("/answers/<uuid:answer_id>")
@access.signed_in
@blueprint.response(200, schemas.GivenAnswerOut)
def get_answer(answer_id: UUID) -> Sent:
    """Return one answer, and what became of the items it was given to."""
    return _read(visitor(), answer_id)


@blueprint.post("/answers/<uuid:answer_id>/look")
@access.signed_in
@blueprint.arguments(schemas.LookIn)
@blueprint.response(200, schemas.GivenAnswerOut)
def look_again(sent: Sent, answer_id: UUID) -> Sent:
    """Write down what your team found when it looked at its answer again; every team that got it is told."""
    actor = visitor()
    row = answer_queries.answer_row(session(), actor, answer_id)
    access.require(policies.can_look_again(actor, row.team_id, row.level.rank))
    check_version(sent["version"], row.version)
    answer, at, day = session().get_one(Answer, row.id), clock.now(), today(actor)
    with transaction(actor) as current:
        look_services.record(current, answer, sent["found"], sent["look_again_on"], by=actor, at=at, day=day)
    return _read(actor, answer_id)


@blueprint.get("/answers/<uuid:answer_id>/moved")
@access.signed_in
@blueprint.response(200, schemas.MovesOut)
def answer_moved(answer_id: UUID) -> Sent:
    """Say whether the milestones moved that the items of one answer said they stop; those you may read."""
    actor = visitor()
    row = answer_queries.answer_row(session(), actor, answer_id)
    return _moves(moved_queries.moves_of_answer(session(), actor, row.id), today(actor))


@blueprint.get("/<uuid:item_id>/moved")
@access.signed_in
@blueprint.response(200, schemas.MovesOut)
def item_moved(item_id: UUID) -> Sent:
    """Say whether the milestone that an item said it stops moved since its answer."""
    actor = visitor()
    item, reads = queries.find_item(session(), actor, item_id)
    access.require(reads)
    return _moves(moved_queries.moves_of_item(session(), actor, item), today(actor))


@blueprint.get("/themes/<uuid:theme_id>/moved")
@access.signed_in
@blueprint.response(200, schemas.MovesOut)
def theme_moved(theme_id: UUID) -> Sent:
    """Say whether the milestones moved that the reports of a theme said they stop; those you may read."""
    actor = visitor()
    theme = queue_queries.theme_row(session(), actor, theme_id)
    return _moves(moved_queries.moves_of_theme(session(), actor, theme.id), today(actor))


def _moves(found: list[SiteMove], day: date) -> Sent:
    together = moved.together([each.move for each in found])
    return {
        "sites": [_move_out(each, day) for each in found],
        "words": moved.together_words(together),
        "caution": moved.caution(),
    }


def _move_out(each: SiteMove, day: date) -> Sent:
    names = ("answered_on", "effect_on", "hidden", "difference", "low", "high")
    blocked = each.blocked
    return {name: getattr(each.move, name) for name in names} | {
        "item_id": blocked.item_id, "team": blocked.team, "level": blocked.level.value,
        "milestone_id": blocked.milestone_id, "milestone": blocked.milestone,
        "before": len(each.move.before), "since": len(each.move.since),
        "verdict": each.move.verdict.value, "title": moved.title(each.move, blocked.milestone, day),
    }  # fmt: skip
