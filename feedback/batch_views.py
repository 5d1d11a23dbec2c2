"""Acts on many reports: choosing them, the form of the act, what was done, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback import (
    batch_queries,
    batch_services,
    batches,
    page_queries,
    policies,
    queue_forms,
    queue_item_queries,
    queue_queries,
    rules,
    template_queries,
    triage,
)
from feedback.base_views import blueprint, visitor
from feedback.batches import Many
from feedback.models import ActBatch
from feedback.queue_base_views import Sitting, chosen_of, person_of, sitting, theme_of
from feedback.queue_item_queries import Filters, QueueItem
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError, RuleError
from nic_platform.pages import take_faults, today, uuid_arg, went
from nic_platform.row_addresses import each_address
from nic_platform.text import _
from teams.models import Team


@blueprint.get("/feedback/queue/items")
@access.signed_in
def queue_items() -> ResponseReturnValue:
    """List every report that waits, to choose some of them and act on them together."""
    here = sitting()
    themes = queue_queries.theme_choices(session(), here.actor)
    people = queue_item_queries.people_for(session(), here.ids)
    rows = queue_item_queries.list_waiting(
        session(), here.actor, here.ids, _filters(here, themes, people),
        after=queue_item_queries.key_from(request.args.get("after", "")),
    )  # fmt: skip
    shown, more = rows[: queue_item_queries.PAGE], len(rows) > queue_item_queries.PAGE
    chosen: dict[str, Any] = {name: request.args[name] for name in _NARROW if request.args.get(name)}
    key = shown[-1].key if more else ""
    return render_template(
        "feedback/queue_items.html",
        rows=_lines(here, shown),
        may_act=here.may_act,
        acts=queue_forms.act_choices(),
        themes=[(str(each.public_id), f"T-{each.number} {each.title}") for each in themes],
        people=[(str(each.public_id), each.name) for each in people],
        wanted=chosen,
        next=url_for(".queue_items", **chosen, after=key) if key else "",
        first=url_for(".queue_items", **chosen) if request.args.get("after") else "",
        batches=batch_queries.batch_rows(session(), here.actor, team_ids=here.ids, most=5),
    )


@dataclass(frozen=True)
class _Line:
    """A report of the queue as the list shows it."""

    value: str
    number: int
    href: str
    title: str
    level: str
    team: str
    district: str
    is_late: bool
    when: str
    theme_href: str
    theme_number: int | None
    theme: str
    owner: str


def _lines(here: Sitting, rows: Sequence[QueueItem]) -> list[_Line]:
    """Return reports as finished values; there are many, so that nothing is worked out row by row twice."""
    item, theme = each_address(".show", "item_id"), each_address(".theme", "theme_id")
    told: dict[tuple[date | None, date | None], tuple[bool, str]] = {}
    found = []
    for row in rows:
        days = row.held_on, row.due_on
        if days not in told:
            when = here.clock(row)
            told[days] = when.late > 0, triage.clock_words(when)
        is_late, words = told[days]
        found.append(_Line(
            value=row.value, number=row.number, href=item(row.public_id),
            title=f"F-{row.number} {row.title}", level=row.level.value, team=row.team,
            district=row.district or "", is_late=is_late, when=words,
            theme_href=theme(row.theme_public_id) if row.theme_public_id else "",
            theme_number=row.theme_number, theme=row.theme or "", owner=row.owner or "–",
        ))  # fmt: skip
    return found


_NARROW = ("theme", "district", "site", "late", "owner", "kind", "q")


def _filters(here: Sitting, themes: Sequence[Any], people: Sequence[Any]) -> Filters:
    """Return what the address asks for; what it names wrongly narrows nothing."""
    asked, wanted = request.args, uuid_arg("theme")
    owner = asked.get("owner", "")
    found = next((each.id for each in people if str(each.public_id) == owner), None)
    return Filters(
        theme_id=next((each.id for each in themes if each.public_id == wanted), None),
        unsorted=asked.get("theme") == "none",
        district=asked.get("district", "")[:200],
        site=asked.get("site", "")[:200],
        late_on=here.breaks.settled(today(here.actor)) if asked.get("late") else None,
        owner_id=here.actor.user_id if owner == "me" else found,
        unowned=owner == "none",
        kind=asked.get("kind", "") if asked.get("kind", "") in set(rules.Kind) else "",
        words=asked.get("q", "").replace("\x00", "").strip()[:100],
    )


@blueprint.route("/feedback/queue/act", methods=["GET", "POST"])
@access.signed_in
def queue_act() -> ResponseReturnValue:
    """Show the form of one act on the chosen reports, and do it."""
    here = sitting()
    access.require(here.may_act, _("Only who acts for this team acts on its reports."))
    form = _act_form(here)
    if not form.is_submitted():
        return _act_page(here, form)
    if form.validate():
        try:
            done = _do(here, form)
            words = batches.done_words(done.batch.act, done.many)
            left = batch_services.left_words(done)
            address = url_for(".show_batch", batch_id=done.batch.public_id)
            return went(address, f"{words}. {left}" if left else f"{words}.")
        except InputError as error:
            take_faults(form, error)
        except RuleError as error:
            form.form_errors.append(str(error))
            return _act_page(here, form, 409)
    return _act_page(here, form, 422)


def _act_form(here: Sitting) -> queue_forms.ActForm:
    """Return the form as it was sent, or begun from the address: the act, the reports, a template."""
    if request.method == "POST":
        return queue_forms.ActForm()
    wanted = uuid_arg("template")
    template = template_queries.get_template(session(), here.actor, wanted) if wanted else None
    form = queue_forms.ActForm(formdata=None, data=template_queries.words_of(template))
    form.act.data = request.args.get("act", "")
    form.items.data = request.args.getlist("items")[: batches.MOST] or _of_theme(here)
    return form


def _of_theme(here: Sitting) -> list[str]:
    """Return the reports that wait in the theme that the address names, as a form sends them."""
    wanted = uuid_arg("theme")
    if wanted is None:
        return []
    inside = Filters(theme_id=queue_queries.theme_row(session(), here.actor, wanted).id)
    rows = queue_item_queries.list_waiting(
        session(), here.actor, here.ids, inside, limit=batches.MOST - 1
    )  # one more is read, to say that there are more
    return [row.value for row in rows]


def _act_of(form: queue_forms.ActForm) -> Many:
    """Return the act that a form names.

    Raises:
        InputError: it names none.
    """
    if form.act.data not in set(batches.CHOSEN):
        raise InputError(_("Choose what to do."), {"act": _("Choose what to do.")})
    return Many(form.act.data)


def _act_page(here: Sitting, form: queue_forms.ActForm, status: int = 200) -> ResponseReturnValue:
    chosen = form.chosen
    act = form.act.data if form.act.data in set(batches.CHOSEN) else ""
    items = queue_item_queries.chosen_items(session(), here.actor, list(chosen)) if act else []
    held = [row.holder_id for row in items if row.holder_id in here.ids] or here.ids[:1]
    themes = queue_queries.list_themes(session(), here.actor) if act == Many.JOIN else []
    links = page_queries.ways_up(session(), held[0]) if act == Many.LIFT else []
    people = queue_item_queries.people_for(session(), held[:1]) if act == Many.ASSIGN else []
    answers = act == Many.ANSWER
    page = render_template(
        "feedback/queue_act.html",
        form=form.offer(
            [(str(each.public_id), f"T-{each.number} {each.title}") for each in themes],
            [(str(each.id), each.team) for each in links],
            [(str(each.public_id), each.name) for each in people],
        ),
        act=act,
        acts=queue_forms.act_choices(),
        items=[(row, _has_moved(row, chosen, here)) for row in items],
        templates=template_queries.list_templates(session(), here.actor, held[:1]) if answers else [],
        values=form.items.data or [],
    )
    return page, status


def _has_moved(row: QueueItem, chosen: dict[UUID, int], here: Sitting) -> bool:
    return row.version != chosen.get(row.public_id) or row.holder_id not in here.ids


def _do(here: Sitting, form: queue_forms.ActForm) -> batch_services.Done:
    act, at = _act_of(form), clock.now()
    with transaction(here.actor, at) as current:
        team, versions = chosen_of(current, here, form.chosen)
        values = _values(current, here, form, act, team, at)
        return batch_services.act_on_many(
            current, team, versions, act, values, by=here.actor, at=at, day=today(here.actor)
        )


def _values(
    current: Any, here: Sitting, form: queue_forms.ActForm, act: Many, team: Team, at: Any
) -> dict[str, Any]:
    """Return what the act needs, its references looked up."""
    values: dict[str, Any] = form.values()
    if act is Many.JOIN:
        chosen, title = form.theme.data or "", form.title.data or ""
        values["theme"] = theme_of(current, here.actor, chosen, title, team, at=at)
    elif act is Many.LIFT:
        values["link"] = page_queries.get_link(current, here.actor, form.link.data)
    elif act is Many.ASSIGN:
        values["person_id"] = person_of(current, team, form.person.data)
    return values


# ---------------------------------------------------------------- what was done


@blueprint.get("/feedback/batches/<uuid:batch_id>")
@access.signed_in
def show_batch(batch_id: UUID) -> ResponseReturnValue:
    """Show an act on many reports, which of them moved on since, and the way to take it back."""
    actor = visitor()
    row = batch_queries.batch_row(session(), actor, batch_id)
    items = batch_queries.items_of(session(), actor, row.id)
    return render_template(
        "feedback/batch.html",
        batch=row,
        done=row.done,
        items=[(item, rules.stage_of(rules.State(item.state), item.lifted)) for item in items],
        may_undo=_may_undo(actor, row),
    )


def _may_undo(actor: Actor, row: batch_queries.BatchRow) -> bool:
    return row.undone_at is None and policies.can_take_batch_back(actor, row.act, row.team_id, row.rank)


@blueprint.post("/feedback/batches/<uuid:batch_id>/undo")
@access.signed_in
def undo_batch(batch_id: UUID) -> ResponseReturnValue:
    """Take an act on many reports back; what moved on since stays where it is, and is named."""
    actor, at = visitor(), clock.now()
    row = batch_queries.batch_row(session(), actor, batch_id)
    words = _("Only who acts for %(team)s takes this back.", team=row.team)
    access.require(policies.can_take_batch_back(actor, row.act, row.team_id, row.rank), words)
    with transaction(actor, at) as current:
        batch = current.get_one(ActBatch, row.id)
        done = batch_services.undo(current, batch, by=actor, at=at, day=today(actor))
    left = batch_services.left_words(done)
    said = _("Taken back.")
    return went(url_for(".show_batch", batch_id=batch_id), f"{said} {left}" if left else said)
