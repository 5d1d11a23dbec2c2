"""The queue in the API: what waits, acts on many reports, and templates of answers."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from feedback import (
    batch_queries,
    batch_services,
    calendar_services,
    page_queries,
    policies,
    queue_count_queries,
    queue_item_queries,
    queue_queries,
    template_queries,
    template_services,
    triage,
)
from feedback import queue_schemas as schemas
from feedback.batches import Many
from feedback.models import ActBatch, AnswerTemplate
from feedback.queue_base_views import Sitting, chosen_of, person_of, sitting, theme_of
from feedback.queue_item_queries import Filters, Key
from nic_platform import access, clock
from nic_platform.actor import Level
from nic_platform.api import ApiBlueprint, check_version
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.pages import today
from nic_platform.text import _
from teams.models import Team

blueprint = ApiBlueprint("api_queue", __name__, "/feedback", "The queue, acts on many, templates")
Sent = dict[str, Any]


@blueprint.get("/queue")
@access.signed_in
@blueprint.response(200, schemas.QueueOut)
def get_queue() -> Sent:
    """Return what waits with your team by theme and by district, the oldest promise first."""
    here = sitting()
    day = today(here.actor)
    sums = queue_count_queries.theme_sums(session(), here.ids, here.breaks.settled(day))
    ordered = triage.in_order(sums)
    ids = [each.theme_id for each in ordered if each.theme_id is not None]
    known = {row.id: row for row in queue_count_queries.queue_themes(session(), here.actor, here.ids, ids)}
    days = queue_count_queries.day_counts(session(), here.ids, ids)
    sites = queue_count_queries.site_counts(session(), here.ids, ids)
    panels = triage.panels(ordered, days, day, here.breaks)
    origins = queue_count_queries.origins_of(session(), here.actor, here.teams)
    return {
        "teams": [team.name for team in here.teams],
        "summary": " ".join(triage.lede(sums, {row.id: row.title for row in known.values()})),
        "waiting": sum(each.items for each in sums),
        "late": sum(each.late for each in sums),
        "unsorted": sum(each.items for each in sums if each.theme_id is None),
        "themes": [
            _panel(panel, known[panel.theme_id], sites) for panel in panels if panel.theme_id in known
        ],
        "districts": origins.places,
        "origins_are": "districts" if origins.level == Level.DISTRICT else "sites",
        "origins": [row for row in origins.rows if row.value],
    }


def _panel(panel: triage.Panel, theme: queue_count_queries.QueueTheme, sites: Mapping[int, int]) -> Sent:
    return {
        "id": theme.public_id, "number": theme.number, "title": theme.title, "owner": theme.owner,
        "power": theme.power, "items": panel.items, "sites": sites.get(theme.id, 0),
        "districts": panel.districts, "late": panel.late, "oldest_days": panel.oldest,
        "promised_days": panel.promise, "due_on": panel.due_on,
    }  # fmt: skip


@blueprint.get("/queue/items")
@access.signed_in
@blueprint.arguments(schemas.QueueQuery, location="query")
@blueprint.response(200, schemas.QueueItemPage)
def list_queue(query: Sent) -> Mapping[str, Any]:
    """List the reports that wait with your team, the nearest promise first."""
    here = sitting()
    wanted = Filters(
        theme_id=_theme_key(here, query["theme"]),
        unsorted=query["theme"] == "none",
        district=query["district"],
        late_on=here.breaks.settled(today(here.actor)) if query["late"] else None,
        owner_id=here.actor.user_id if query["owner"] == "me" else None,
        unowned=query["owner"] == "none",
        kind=query["kind"],
        words=query["q"],
    )
    limit = query["limit"]
    rows = queue_item_queries.list_waiting(
        session(), here.actor, here.ids, wanted, after=_key(query["after"]), limit=limit
    )
    more = len(rows) > limit
    return {"items": rows[:limit], "next": rows[limit - 1].key if more else None}


def _theme_key(here: Sitting, value: str) -> int | None:
    if value in {"", "none"}:
        return None
    key = page_queries.as_uuid(value)
    if key is None:
        mend = _("Name a theme by its id, or write none.")
        raise InputError(mend, {"theme": mend})
    return queue_queries.theme_row(session(), here.actor, key).id


def _key(value: str) -> Key | None:
    if not value:
        return None
    found = queue_item_queries.key_from(value)
    if found is None:
        mend = _("Send what next said.")
        raise InputError(mend, {"after": mend})
    return found


# ---------------------------------------------------------------- acts on many


@blueprint.post("/batches")
@access.signed_in
@blueprint.arguments(schemas.BatchIn)
@blueprint.response(201, schemas.BatchOut)
def act_on_many(sent: Sent) -> Sent:
    """Do one act on many reports. Those that moved on since you read them are left out, and named."""
    here, at = sitting(), clock.now()
    access.require(here.may_act, _("Only who acts for this team acts on its reports."))
    act = Many(sent["act"])
    with transaction(here.actor, at) as current:
        team, versions = chosen_of(current, here, versions_of(sent["items"]))
        values = _values(current, here, act, sent, team, at)
        done = batch_services.act_on_many(
            current, team, versions, act, values, by=here.actor, at=at, day=today(here.actor)
        )
        batch_id, left = done.batch.public_id, done.left
    return batch_out(here, batch_id, left)


def versions_of(items: Sequence[Sent]) -> dict[UUID, int]:
    """Return the version that was read of each chosen report."""
    return {each["id"]: each["version"] for each in items}


def batch_out(here: Sitting, batch_id: UUID, left: Sequence[Any] = (), **more: Any) -> Sent:
    """Return an act on many as the API words it."""
    session().expire_all()
    row = batch_queries.batch_row(session(), here.actor, batch_id)
    return {
        "id": row.public_id, "act": row.act, "at": row.at, "undone_at": row.undone_at, "many": row.many,
        "moved": row.moved, "left": list(left), **more,
    }  # fmt: skip


def _values(current: Session, here: Sitting, act: Many, sent: Sent, team: Team, at: Any) -> Sent:
    """Return what the act needs, its references looked up."""
    if act is Many.ANSWER:
        return dict(sent.get("answer") or {})
    values: Sent = {"words": sent.get("words", ""), "give_answer": sent.get("give_answer", False)}
    if act is Many.JOIN:
        known = sent.get("theme_id", "")
        named = "new" if sent.get("title") else "none" if known is None else str(known)
        values["theme"] = theme_of(current, here.actor, named, sent.get("title", ""), team, at=at)
    elif act is Many.LIFT:
        values["link"] = page_queries.get_link(current, here.actor, sent.get("link_id"))
    elif act is Many.ASSIGN:
        values["person_id"] = person_of(current, team, sent.get("person_id"))
    return values


@blueprint.get("/promises-in-breaks")
@access.signed_in
@blueprint.response(200, schemas.InBreaksOut)
def promises_in_breaks() -> Sent:
    """Say how many open promises fall into a break of the calendar, so that nobody is there to keep them."""
    actor = access.actor()
    access.require(policies.can_move_promises(actor))
    return {"count": calendar_services.in_breaks(session(), actor.network_id or 0, today(actor))}


@blueprint.post("/promises-in-breaks")
@access.signed_in
@blueprint.response(200, schemas.MovedOut)
def move_promises() -> Sent:
    """Move the open promises that fall into a break past it; taken back as any act on many."""
    actor, at = access.actor(), clock.now()
    access.require(policies.can_move_promises(actor))
    with transaction(actor, at) as current:
        batch, many, left = calendar_services.move(
            current, actor.network_id or 0, by=actor, at=at, today=today(actor)
        )
        return {"id": batch.public_id, "many": many, "left": left}


@blueprint.get("/batches/<uuid:batch_id>")
@access.signed_in
@blueprint.response(200, schemas.BatchOut)
def get_batch(batch_id: UUID) -> Sent:
    """Return an act on many reports, and how many of them moved on since."""
    return batch_out(sitting(), batch_id)


@blueprint.post("/batches/<uuid:batch_id>/undo")
@access.signed_in
@blueprint.response(200, schemas.BatchOut)
def undo_batch(batch_id: UUID) -> Sent:
    """Take an act on many reports back; what moved on since stays where it is, and is named."""
    here, at = sitting(), clock.now()
    row = batch_queries.batch_row(session(), here.actor, batch_id)
    access.require(policies.can_take_batch_back(here.actor, row.act, row.team_id, row.rank))
    with transaction(here.actor, at) as current:
        batch = current.get_one(ActBatch, row.id)
        left = batch_services.undo(current, batch, by=here.actor, at=at, day=today(here.actor)).left
    return batch_out(here, batch_id, left)


# ---------------------------------------------------------------- templates


@blueprint.get("/templates")
@access.signed_in
@blueprint.response(200, schemas.TemplatePage)
def list_templates() -> Mapping[str, Any]:
    """List the answers that your team begins from, by title."""
    here = sitting()
    return {"items": template_queries.list_templates(session(), here.actor, here.ids)}


@blueprint.post("/templates")
@access.signed_in
@blueprint.arguments(schemas.TemplateIn)
@blueprint.response(201, schemas.TemplateOut)
def add_template(sent: Sent) -> AnswerTemplate:
    """Keep an answer of your team to begin from."""
    here = sitting()
    team = here.teams[0]
    access.require(policies.can_work_queue(here.actor, team.id, team.level.rank))
    network_id = here.actor.network_id or 0
    with transaction(here.actor) as current:
        return template_services.create(current, network_id, team.id, sent, by=here.actor, at=clock.now())


def _template(here: Sitting, template_id: UUID) -> AnswerTemplate:
    found = template_queries.get_template(session(), here.actor, template_id)
    rank = template_queries.rank_of(session(), found.team_id)
    access.require(policies.can_work_queue(here.actor, found.team_id, rank))
    return found


@blueprint.patch("/templates/<uuid:answer_template_id>")
@access.signed_in
@blueprint.arguments(schemas.TemplatePatch)
@blueprint.response(200, schemas.TemplateOut)
def change_template(sent: Sent, answer_template_id: UUID) -> AnswerTemplate:
    """Change a template."""
    here = sitting()
    found = _template(here, answer_template_id)
    check_version(sent.pop("version"), found.version)
    with transaction(here.actor) as current:
        template_services.save(current, found, sent, by=here.actor, at=clock.now())
    return found


@blueprint.delete("/templates/<uuid:answer_template_id>")
@access.signed_in
@blueprint.response(204)
def delete_template(answer_template_id: UUID) -> None:
    """Delete a template."""
    here = sitting()
    found = _template(here, answer_template_id)
    with transaction(here.actor) as current:
        template_services.delete(current, found, True, by=here.actor, at=clock.now())
