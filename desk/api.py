"""The desk in the API: who is asking, search, notices."""

from typing import Any
from uuid import UUID

from flask import current_app

from desk import notice_queries, search_queries, services
from desk.due_count_queries import due_of_team
from desk.due_counts import soon, why_words
from desk.schemas import (
    DueCountsSchema,
    FoundSchema,
    MeSchema,
    NoticeArgs,
    NoticesSchema,
    ReadSchema,
    SearchArgs,
    UndoReadSchema,
)
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint, page_of
from nic_platform.database import session, transaction

blueprint = ApiBlueprint("api_desk", __name__, "", "The person, search and notices")


@blueprint.get("/me")
@access.signed_in
@blueprint.response(200, MeSchema)
def me() -> dict[str, Any]:
    """Say who the token or the cookie belongs to, and in which teams they are."""
    standing = current_app.extensions["nic.standing"]()
    actor, network = standing.actor, standing.network
    places = [place for place in standing.places if place.network_id == actor.network_id]
    return {
        "name": actor.name,
        "network": network.name if network else None,
        "network_roles": sorted(role.value for role in actor.network_roles),
        "team_id": actor.team_public_id,
        "teams": [
            {"id": p.team_public_id, "name": p.team_name, "level": p.level.value, "role": p.role.value}
            for p in places
        ],
        "is_admin": actor.is_admin,
        "unread_notices": notice_queries.count_unread(session(), actor.user_id),
    }


@blueprint.get("/search")
@access.signed_in
@blueprint.arguments(SearchArgs, location="query")
@blueprint.response(200, FoundSchema)
def search(args: dict[str, Any]) -> dict[str, Any]:
    """Find teams, milestones, cycles, feedback, change ideas and places that the person may see."""
    groups = search_queries.search(session(), access.actor(), args["q"], args["kind"])
    return {
        "items": [hit for group in groups for hit in group.hits],
        "more": [group.kind for group in groups if group.more],
    }


@blueprint.get("/due-counts")
@access.signed_in
@blueprint.response(200, DueCountsSchema)
def due_counts() -> dict[str, Any]:
    """List the counts that the chosen team has to make by its measures' rhythms, the longest due first.

    What a milestone asks for stands in the plan's own list of what is due.
    """
    actor = access.actor()
    today = clock.today(actor.time_zone)
    found = due_of_team(session(), actor, today)
    return {
        "items": [
            {
                "measure_id": each.of.measure_public_id, "measure": each.of.name, "due_on": each.on,
                "is_missed": each.is_missed(today), "rhythm": each.rhythm.value,
                "last_on": each.of.last_on, "why": why_words(each),
            }
            for each in soon(found.due, today)
        ]
    }  # fmt: skip


@blueprint.get("/notices")
@access.signed_in
@blueprint.arguments(NoticeArgs, location="query")
@blueprint.response(200, NoticesSchema)
def notices(args: dict[str, Any]) -> Any:
    """List what the person was told, newest first; ``unread`` for what waits to be read."""
    actor, limit = access.actor(), args["limit"]
    rows = notice_queries.list_notices(
        session(), actor.user_id, before=args["before"], limit=limit, unread=args["unread"]
    )
    return page_of(list(rows), limit, lambda row: row.id)


@blueprint.post("/notices/<uuid:notice_id>/read")
@access.signed_in
@blueprint.response(204)
def read_notice(notice_id: UUID) -> None:
    """Mark one notice as read."""
    actor = access.actor()
    notice = notice_queries.get_notice(session(), actor.user_id, notice_id)
    with transaction(actor) as current:
        services.mark_read(current, notice, at=clock.now())


@blueprint.post("/notices/<uuid:notice_id>/unread")
@access.signed_in
@blueprint.response(204)
def unread_notice(notice_id: UUID) -> None:
    """Let one notice wait to be read again."""
    actor = access.actor()
    notice = notice_queries.get_notice(session(), actor.user_id, notice_id)
    with transaction(actor) as current:
        services.mark_unread(current, notice)


@blueprint.post("/notices/read")
@access.signed_in
@blueprint.response(200, ReadSchema)
def read_all_notices() -> dict[str, Any]:
    """Mark every notice as read; ``at`` of the answer is what takes it back."""
    actor, at = access.actor(), clock.now()
    with transaction(actor) as current:
        count = services.mark_all_read(current, user_id=actor.user_id, at=at)
    return {"count": count, "at": at}


@blueprint.post("/notices/unread")
@access.signed_in
@blueprint.arguments(UndoReadSchema)
@blueprint.response(200, ReadSchema)
def undo_read_all(sent: dict[str, Any]) -> dict[str, Any]:
    """Take back that every notice was marked as read at one moment."""
    actor = access.actor()
    with transaction(actor) as current:
        count = services.undo_all_read(current, user_id=actor.user_id, at=sent["at"])
    return {"count": count, "at": sent["at"]}
