"""Themes in the API: one problem, many sites; joined, split, answered once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from feedback import (
    policies,
    queue_item_queries,
    queue_queries,
    theme_answer_queries,
    theme_services,
    triage,
)
from feedback import queue_schemas as schemas
from feedback.models import Theme
from feedback.queue_api import batch_out, versions_of
from feedback.queue_base_views import person_of, sitting
from feedback.queue_queries import ThemeRow
from feedback.schemas import AnswerIn, ThemeOut
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version
from nic_platform.database import session, transaction
from nic_platform.pages import today
from teams.models import Team

blueprint = ApiBlueprint("api_themes", __name__, "/feedback/themes", "Themes: one problem, many sites")
Sent = dict[str, Any]


def _kept(actor: Actor, theme_id: UUID) -> Theme:
    """Return a theme that the actor keeps.

    Raises:
        AbsentError: there is none.
        DeniedError: another team keeps it.
    """
    row = queue_queries.theme_row(session(), actor, theme_id)
    access.require(policies.can_keep_theme(actor, row.team_id, row.level.rank))
    return queue_queries.get_theme(session(), actor, theme_id)


def _read(actor: Actor, theme_id: UUID) -> ThemeRow:
    session().expire_all()
    return queue_queries.theme_row(session(), actor, theme_id)


@blueprint.post("")
@access.signed_in
@blueprint.arguments(schemas.ThemeIn)
@blueprint.response(201, ThemeOut)
def add_theme(sent: Sent) -> ThemeRow:
    """Begin a theme that your team keeps."""
    here = sitting()
    team = here.teams[0]
    access.require(policies.can_work_queue(here.actor, team.id, team.level.rank))
    network_id = here.actor.network_id or 0
    with transaction(here.actor) as current:
        made = theme_services.create_theme(current, network_id, team.id, sent, by=here.actor, at=clock.now())
    return _read(here.actor, made.public_id)


@blueprint.get("/<uuid:theme_id>")
@access.signed_in
@blueprint.response(200, ThemeOut)
def get_theme(theme_id: UUID) -> ThemeRow:
    """Return a theme."""
    return queue_queries.theme_row(session(), sitting().actor, theme_id)


@blueprint.patch("/<uuid:theme_id>")
@access.signed_in
@blueprint.arguments(schemas.ThemePatch)
@blueprint.response(200, ThemeOut)
def change_theme(sent: Sent, theme_id: UUID) -> ThemeRow:
    """Change a theme's words, give it to somebody to work on, close it or open it again."""
    actor, at = sitting().actor, clock.now()
    theme = _kept(actor, theme_id)
    check_version(sent.pop("version"), theme.version)
    with transaction(actor, at) as current:
        words = {"title": theme.title} | {k: v for k, v in sent.items() if k in theme_services.CONTENT}
        theme_services.save_theme(current, theme, words, by=actor, at=at)
        if "owner_id" in sent:
            team = current.get_one(Team, theme.team_id)
            person = person_of(current, team, sent["owner_id"])
            theme_services.assign(current, theme, person, by=actor, at=at)
        if "closed" in sent and sent["closed"] != (theme.closed_at is not None):
            theme_services.close_theme(current, theme, sent["closed"], by=actor, at=at)
    return _read(actor, theme_id)


@blueprint.get("/<uuid:theme_id>/like")
@access.signed_in
@blueprint.response(200, schemas.MatchesOut)
def list_like(theme_id: UUID) -> Mapping[str, Any]:
    """List new reports that may belong to a theme, with the words they share. Nothing joins by itself."""
    actor = sitting().actor
    theme = _kept(actor, theme_id)
    new = {row.id: row for row in queue_item_queries.new_reports(session(), actor, [theme.team_id])}
    inside = queue_item_queries.in_theme(session(), actor, theme.id, most=8)
    words = ". ".join([theme.title, theme.summary, *(row.title for row in inside)])
    found = triage.like_theme(words, [(row.id, f"{row.title}. {row.happens}") for row in new.values()])
    return {"items": [_match(new[each.theme], each) for each in found]}


def _match(row: Any, found: Any) -> Sent:
    return {
        "id": row.public_id, "number": row.number, "title": row.title, "fit": round(found.fit, 3),
        "words": list(found.words),
    }  # fmt: skip


@blueprint.post("/<uuid:theme_id>/answers")
@access.signed_in
@blueprint.arguments(AnswerIn)
@blueprint.response(201, schemas.BatchOut)
def answer_theme(sent: Sent, theme_id: UUID) -> Sent:
    """Answer the open reports of a theme at once, as its keeper or as a team that they wait with."""
    here, at = sitting(), clock.now()
    row = queue_queries.theme_row(session(), here.actor, theme_id)
    waits_with = theme_answer_queries.holders(session(), row.id)
    own = policies.answers_theme(here.actor, (row.team_id, row.level.rank), waits_with)
    access.require(own is not None)
    theme = queue_queries.get_theme(session(), here.actor, theme_id)
    with transaction(here.actor, at) as current:
        batch, _many = theme_services.answer_all(
            current, theme, sent, by=here.actor, at=at, day=today(here.actor), team_id=own
        )
        batch_id = batch.public_id
    return batch_out(here, batch_id, theme_id=theme_id)


@blueprint.post("/<uuid:theme_id>/hand-down")
@access.signed_in
@blueprint.arguments(schemas.HandDownIn)
@blueprint.response(201, schemas.BatchOut)
def hand_theme_down(sent: Sent, theme_id: UUID) -> Sent:
    """Hand the answers of a theme that came to your team down to all that wait for them; it can be undone."""
    here, at = sitting(), clock.now()
    row = queue_queries.theme_row(session(), here.actor, theme_id)
    own = policies.hands_down(here.actor, theme_answer_queries.holders(session(), row.id))
    access.require(own is not None)
    theme = queue_queries.get_theme(session(), here.actor, theme_id)
    with transaction(here.actor, at) as current:
        batch, _many = theme_services.hand_down_all(
            current, theme, own or 0, sent["words"], by=here.actor, at=at, day=today(here.actor)
        )
        batch_id = batch.public_id
    return batch_out(here, batch_id, theme_id=theme_id)


@blueprint.post("/<uuid:theme_id>/merge")
@access.signed_in
@blueprint.arguments(schemas.MergeIn)
@blueprint.response(201, schemas.BatchOut)
def merge_theme(sent: Sent, theme_id: UUID) -> Sent:
    """Join a whole theme into another that you keep; it is closed, and it can be undone."""
    here, at = sitting(), clock.now()
    theme, into = _kept(here.actor, theme_id), _kept(here.actor, sent["into_id"])
    with transaction(here.actor, at) as current:
        batch, _many = theme_services.merge(current, theme, into, by=here.actor, at=at)
        batch_id = batch.public_id
    return batch_out(here, batch_id, theme_id=sent["into_id"])


@blueprint.post("/<uuid:theme_id>/split")
@access.signed_in
@blueprint.arguments(schemas.SplitIn)
@blueprint.response(201, schemas.BatchOut)
def split_theme(sent: Sent, theme_id: UUID) -> Sent:
    """Split reports off a theme into a new one."""
    here, at = sitting(), clock.now()
    theme = _kept(here.actor, theme_id)
    rows = queue_item_queries.known_items(session(), here.actor, list(versions_of(sent.pop("items"))))
    chosen = [number for number, _key, _holder in rows]
    with transaction(here.actor, at) as current:
        made, batch, _many = theme_services.split(current, theme, chosen, sent, by=here.actor, at=at)
        batch_id, made_id = batch.public_id, made.public_id
    return batch_out(here, batch_id, theme_id=made_id)
