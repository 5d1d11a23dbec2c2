"""The page of a theme: one problem, many sites, one answer; and what its keeper does with it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from feedback import (
    batch_queries,
    batch_services,
    forms,
    policies,
    queries,
    queue_forms,
    queue_item_queries,
    queue_queries,
    rules,
    template_queries,
    theme_answer_queries,
    theme_services,
    triage,
)
from feedback.base_views import blueprint, both_versions, own_ids, visitor
from feedback.batches import Many
from feedback.models import Theme
from feedback.queue_base_views import chosen_of, sitting
from feedback.queue_queries import ThemeRow
from feedback.theme_answer_queries import Holder
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError, RuleError
from nic_platform.forms import PlatformForm
from nic_platform.pages import status_of, take_faults, today, try_to, uuid_arg, went
from nic_platform.text import _, ngettext


@blueprint.get("/themes/<uuid:theme_id>")
@access.signed_in
def theme(theme_id: UUID) -> ResponseReturnValue:
    """Show a theme: the problem, how many sites, its answer, and the items the visitor may read."""
    return _theme_page(visitor(), theme_id, None)


def _theme_page(
    actor: Actor,
    theme_id: UUID,
    failed: forms.AnswerForm | None,
    status: int = 200,
    failed_down: forms.WordsForm | None = None,
) -> ResponseReturnValue:
    row = queue_queries.theme_row(session(), actor, theme_id)
    items = queries.items_of_theme(session(), actor, row.id)
    may_keep = policies.can_keep_theme(actor, row.team_id, row.level.rank)
    own, waits_with = _answers_for(actor, row)
    passes = policies.hands_down(actor, waits_with)
    waiting = theme_answer_queries.how_many(session(), row.id, row.team_id, own) if own else 0
    templates = template_queries.list_templates(session(), actor, [own]) if own and waiting else []
    wanted = uuid_arg("template")
    begun = next((each for each in templates if each.public_id == wanted), None)
    form = failed or own_ids(forms.AnswerForm(formdata=None, data=template_queries.words_of(begun)), "answer")
    done = uuid_arg("done")
    batches = batch_queries.batch_rows(session(), actor, batch_id=done) if done else []
    page = render_template(
        "feedback/theme.html",
        theme=row,
        count=queue_queries.theme_counts(session(), [row.id]).get(row.id),
        answer=queue_queries.answers_of_themes(session(), [row.id]).get(row.id),
        items=[(item, rules.stage_of(item.state, item.lifted)) for item in items],
        waiting=waiting,
        waits_with=waits_with,
        holds=next((each for each in waits_with if each.id == own), None),
        passes=next((each for each in waits_with if each.id == passes), None),
        hand_down=own_ids(failed_down or forms.WordsForm(formdata=None), "hand-down"),
        may_keep=may_keep,
        templates=templates,
        begun=begun,
        done=batches[0] if batches else None,
        form=form,
    )
    return page, status


def _answers_for(actor: Actor, row: ThemeRow) -> tuple[int | None, list[Holder]]:
    """Return the team that the visitor answers a theme for, if any, and the teams its reports wait with."""
    found = theme_answer_queries.holders(session(), row.id)
    return policies.answers_theme(actor, (row.team_id, row.level.rank), found), found


def _kept(actor: Actor, theme_id: UUID) -> tuple[ThemeRow, Theme]:
    """Return a theme that the visitor keeps.

    Raises:
        AbsentError: there is none.
        DeniedError: another team keeps it.
    """
    row = queue_queries.theme_row(session(), actor, theme_id)
    words = _("Only %(team)s can do this: it keeps the theme.", team=row.team)
    access.require(policies.can_keep_theme(actor, row.team_id, row.level.rank), words)
    return row, queue_queries.get_theme(session(), actor, theme_id)


@blueprint.post("/themes/<uuid:theme_id>/answer")
@access.signed_in
def answer_theme(theme_id: UUID) -> ResponseReturnValue:
    """Answer every open item of a theme at once: for the team that keeps it, or one its reports wait with."""
    actor = visitor()
    row = queue_queries.theme_row(session(), actor, theme_id)
    own, _waits_with = _answers_for(actor, row)
    words = _("Only %(team)s, and who its reports wait with, can do this.", team=row.team)
    access.require(own is not None, words)
    found = queue_queries.get_theme(session(), actor, theme_id)
    form = own_ids(forms.AnswerForm(), "answer")
    if form.validate_on_submit():
        at = clock.now()
        try:
            with transaction(actor, at) as current:
                batch, many = theme_services.answer_all(
                    current, found, form.values(), by=actor, at=at, day=today(actor), team_id=own
                )
            words = ngettext("%(count)s report is answered.", "%(count)s reports are answered.", many)
            return went(url_for(".theme", theme_id=theme_id, done=batch.public_id), words)
        except InputError as error:
            take_faults(form, error)
        except RuleError as error:
            form.form_errors.append(str(error))
            return _theme_page(actor, theme_id, form, 409)
    return _theme_page(actor, theme_id, form, 422)


@blueprint.post("/themes/<uuid:theme_id>/hand-down")
@access.signed_in
def hand_theme_down(theme_id: UUID) -> ResponseReturnValue:
    """Hand the answers of a theme that came to the visitor's team down to all that wait for them."""
    actor, at = visitor(), clock.now()
    row = queue_queries.theme_row(session(), actor, theme_id)
    team_id = policies.hands_down(actor, theme_answer_queries.holders(session(), row.id))
    access.require(team_id is not None, _("No answer of this theme is with a team that you act for."))
    found = queue_queries.get_theme(session(), actor, theme_id)
    form = own_ids(forms.WordsForm(), "hand-down")
    if not form.validate_on_submit():
        return _theme_page(actor, theme_id, None, 422, form)
    with transaction(actor, at) as current:
        batch, many = theme_services.hand_down_all(
            current, found, team_id or 0, form.words.data or "", by=actor, at=at, day=today(actor)
        )
    words = ngettext("%(count)s answer is handed down.", "%(count)s answers are handed down.", many)
    return went(url_for(".theme", theme_id=theme_id, done=batch.public_id), words)


@blueprint.route("/themes/<uuid:theme_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_theme(theme_id: UUID) -> ResponseReturnValue:
    """Change a theme's words, and who works on it."""
    actor = visitor()
    row, found = _kept(actor, theme_id)
    people = queue_item_queries.people_for(session(), [found.team_id])
    saved = {name: getattr(found, name) for name in theme_services.CONTENT}
    saved["person"] = next((str(each.public_id) for each in people if each.id == found.owner_id), "")
    form = queue_forms.EditThemeForm(data=saved | {"version": found.version})
    form.person.choices = [
        SelectChoice("", _("Nobody with an account")),
        *(SelectChoice(str(each.public_id), each.name) for each in people),
    ]
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return both_versions(form, found.title, found, saved)
        owner = next((each.id for each in people if str(each.public_id) == form.person.data), None)
        if try_to(form, actor, lambda current: _save(current, found, form, owner, actor)):
            return went(url_for(".theme", theme_id=theme_id), _("Saved."))
    return render_template("feedback/edit_theme.html", form=form, theme=row), status_of(form)


def _save(current: Any, found: Theme, form: PlatformForm, owner: int | None, actor: Actor) -> None:
    at = clock.now()
    theme_services.save_theme(current, found, form.values(), by=actor, at=at)
    theme_services.assign(current, found, owner, by=actor, at=at)


@blueprint.post("/themes/<uuid:theme_id>/close")
@access.signed_in
def close_theme(theme_id: UUID) -> ResponseReturnValue:
    """Close a theme, or open it again."""
    actor = visitor()
    _row, found = _kept(actor, theme_id)
    closes = found.closed_at is None
    with transaction(actor) as current:
        theme_services.close_theme(current, found, closes, by=actor, at=clock.now())
    return went(url_for(".theme", theme_id=theme_id), _("Closed.") if closes else _("Open again."))


# ---------------------------------------------------------------- join, split


@blueprint.get("/themes/<uuid:theme_id>/arrange")
@access.signed_in
def arrange_theme(theme_id: UUID) -> ResponseReturnValue:
    """Show how a theme can be put in order: joined into another, split, and which new reports may belong."""
    return _arrange_page(visitor(), theme_id, {})


def _arrange_page(
    actor: Actor, theme_id: UUID, failed: dict[str, PlatformForm], status: int = 200
) -> ResponseReturnValue:
    row, _found = _kept(actor, theme_id)
    items = queue_item_queries.in_theme(session(), actor, row.id)
    others = [
        each
        for each in queue_queries.list_themes(session(), actor)
        if each.id != row.id and policies.can_keep_theme(actor, each.team_id, each.level.rank)
    ]
    merge = failed.get("merge") or own_ids(queue_forms.MergeForm(formdata=None), "merge")
    merge["into"].choices = [
        SelectChoice(str(each.public_id), f"T-{each.number} {each.title}") for each in _likest(row, others)
    ]
    page = render_template(
        "feedback/arrange.html",
        theme=row,
        items=items,
        merge=merge,
        split=failed.get("split") or own_ids(queue_forms.SplitForm(formdata=None), "split"),
        like=_like(actor, row, items),
    )
    return page, status


def _likest(row: ThemeRow, others: Sequence[ThemeRow]) -> list[ThemeRow]:
    """Return the other themes, those that say much the same first."""
    texts = [(each.id, f"{each.title}. {each.summary}") for each in others]
    order = [each.theme for each in triage.proposals(f"{row.title}. {row.summary}", texts)]
    return sorted(others, key=lambda each: order.index(each.id) if each.id in order else len(order))


def _like(actor: Actor, row: ThemeRow, items: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Return new reports of the keeper's queue that may belong to the theme, with the words they share."""
    new = {each.id: each for each in queue_item_queries.new_reports(session(), actor, [row.team_id])}
    words = ". ".join([row.title, row.summary, *(each.title for each in items[:8])])
    texts = [(each.id, f"{each.title}. {each.happens}") for each in new.values()]
    return [(new[each.theme], each) for each in triage.like_theme(words, texts)]


@blueprint.post("/themes/<uuid:theme_id>/merge")
@access.signed_in
def merge_theme(theme_id: UUID) -> ResponseReturnValue:
    """Join a whole theme into another."""
    actor = visitor()
    _row, found = _kept(actor, theme_id)
    form = own_ids(queue_forms.MergeForm(), "merge")
    into = form.chosen
    if form.validate_on_submit() and into is not None:
        target, other = _kept(actor, into)
        at = clock.now()
        try:
            with transaction(actor, at) as current:
                batch, many = theme_services.merge(current, found, other, by=actor, at=at)
        except RuleError as error:
            form.form_errors.append(str(error))
            return _arrange_page(actor, theme_id, {"merge": form}, 409)
        words = ngettext(
            "Joined: %(count)s report went along.", "Joined: %(count)s reports went along.", many
        )
        return went(url_for(".theme", theme_id=target.public_id, done=batch.public_id), words)
    form["into"].errors = [_("Choose the theme it goes into.")]
    return _arrange_page(actor, theme_id, {"merge": form}, 422)


@blueprint.post("/themes/<uuid:theme_id>/split")
@access.signed_in
def split_theme(theme_id: UUID) -> ResponseReturnValue:
    """Split chosen reports off into a theme of their own."""
    actor = visitor()
    _row, found = _kept(actor, theme_id)
    form = own_ids(queue_forms.SplitForm(), "split")
    if form.validate_on_submit():
        chosen = [number for number, _key, _holder in
                  queue_item_queries.known_items(session(), actor, list(form.chosen))]  # fmt: skip
        at = clock.now()
        try:
            with transaction(actor, at) as current:
                made, batch, many = theme_services.split(
                    current, found, chosen, form.values(), by=actor, at=at
                )
            words = ngettext("%(count)s report split off.", "%(count)s reports split off.", many)
            return went(url_for(".theme", theme_id=made.public_id, done=batch.public_id), words)
        except InputError as error:
            take_faults(form, error)
        except RuleError as error:
            form.form_errors.append(str(error))
            return _arrange_page(actor, theme_id, {"split": form}, 409)
    return _arrange_page(actor, theme_id, {"split": form}, 422)


@blueprint.post("/themes/<uuid:theme_id>/take-in")
@access.signed_in
def take_in(theme_id: UUID) -> ResponseReturnValue:
    """File new reports that were proposed for a theme, those that the keeper ticked."""
    here = sitting()
    _row, found = _kept(here.actor, theme_id)
    at = clock.now()
    with transaction(here.actor, at) as current:
        team, versions = chosen_of(current, here, queue_forms.picked(request.form.getlist("items")))
        values = {"theme": found}
        done = batch_services.act_on_many(
            current, team, versions, Many.JOIN, values, by=here.actor, at=at, day=today(here.actor)
        )
    words = batch_services.left_words(done) or _("Filed.")
    return went(url_for(".theme", theme_id=theme_id, done=done.batch.public_id), words)
