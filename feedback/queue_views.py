"""The queue of a receiving team, and the themes it keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from feedback import forms, policies, queries, queue_queries, rules, svg, theme_services, triage
from feedback.base_views import blueprint, both_versions, own_ids, visitor
from feedback.matching import Proposal
from feedback.queue_queries import AnswerRow, QueueTeam, ThemeCount, ThemeRow, WaitingRow
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _

Timed = list[tuple[WaitingRow, triage.Clock]]
TO_SORT = 8


@dataclass(frozen=True)
class Panel:
    """A theme of the queue in finished values."""

    theme: ThemeRow
    panel: triage.Panel
    strip: Markup
    may_answer: bool


@blueprint.get("/feedback/queue")
@access.signed_in
def queue() -> ResponseReturnValue:
    """Show what waits for a receiving team: themes by promise, origins, what is new, what is back."""
    actor = visitor()
    teams = queue_queries.queue_teams(session(), actor)
    rows = queue_queries.waiting(session(), actor, [team.id for team in teams])
    timed = _timed(actor, rows)
    themes = queue_queries.list_themes(session(), actor, open_only=False)
    titles = {theme.id: theme.title for theme in themes}
    counts = queue_queries.theme_counts(session(), [t.id for t in themes if _keeps(t, teams)])
    answers = queue_queries.answers_of_themes(session(), list(titles))
    new = [(row, when) for row, when in timed if row.theme_id is None]
    origins = triage.origins(rows, queue_queries.districts(session(), actor))
    return render_template(
        "feedback/queue.html",
        team=teams[0].name if len(teams) == 1 else "",
        level=teams[0].level,
        lede=" ".join(triage.lede(timed, titles)),
        panels=_panels(actor, timed, themes),
        new=new,
        sorting=_sorting(actor, new, themes, rows, answers, teams),
        origins=origins,
        origin_words=triage.origin_sentence(origins),
        silent=sum(not origin.value for origin in origins),
        tiles=_tiles(origins),
        back=_back(actor, themes, counts, answers),
    )


def _keeps(theme: ThemeRow, teams: Sequence[QueueTeam]) -> bool:
    return theme.team_id in {team.id for team in teams}


def _timed(actor: Actor, rows: Sequence[WaitingRow]) -> Timed:
    day, zone = today(actor), actor.time_zone
    return [(row, triage.clock(rules.civil_day(row.reached_at, zone), row.promised_on, day)) for row in rows]


def _panels(actor: Actor, timed: Timed, themes: Sequence[ThemeRow]) -> list[Panel]:
    known = {theme.id: theme for theme in themes}
    found = [panel for panel in triage.panels(timed) if panel.theme_id in known]
    longest = max([48, *(panel.oldest for panel in found)])
    made = []
    for place, panel in enumerate(found):
        theme, last = known[panel.theme_id], place == len(found) - 1
        words = _("%(items)s reports; oldest %(oldest)s days; %(late)s past the promise",
                  items=panel.items, oldest=panel.oldest, late=panel.late)  # fmt: skip
        drawn = svg.strip(
            panel.ages, panel.promise, longest=longest, h=76 if last else 60, axis=last, label=words
        )
        may = policies.can_keep_theme(actor, theme.team_id, theme.level.rank)
        made.append(Panel(theme, panel, drawn, may))
    return made


@dataclass(frozen=True)
class Sorting:
    """The next report to sort, with the themes it may belong to."""

    row: WaitingRow
    form: forms.SortForm
    proposals: list[tuple[ThemeRow, Proposal[int], AnswerRow | None]]
    others: list[ThemeRow]


def _sorting(
    actor: Actor, new: Timed, themes: Sequence[ThemeRow], rows: Sequence[WaitingRow],
    answers: dict[int, AnswerRow], teams: Sequence[QueueTeam],
) -> Sorting | None:  # fmt: skip
    """Return the oldest report that no theme has yet, if the visitor may sort it."""
    mine = any(actor.edits(team.id) or team.level in actor.reviewer_levels for team in teams)
    if not new or not mine:
        return None
    row, known = new[0][0], {theme.id: theme for theme in themes}
    found = triage.proposals(row, [theme for theme in themes if theme.closed_at is None], rows)
    form = own_ids(forms.SortForm(formdata=None), "sort")
    form.version.data = row.version
    taken = {each.theme for each in found}
    return Sorting(
        row,
        form,
        [(known[each.theme], each, answers.get(each.theme)) for each in found],
        [theme for theme in themes if theme.id not in taken and theme.closed_at is None][:TO_SORT],
    )


def _tiles(origins: Sequence[triage.Origin]) -> dict[str, Markup]:
    names = svg.codes([origin.name for origin in origins])
    tiles = [svg.Tile(each.name, code, each.value) for each, code in zip(origins, names, strict=True)]
    label = _("One square for each district with the number of open reports in it")
    return {
        "wide": svg.tilemap(tiles, w=540, label=label),
        "narrow": svg.tilemap(tiles, w=350, small=True, cols=8, label=label),
    }


def _back(
    actor: Actor, themes: Sequence[ThemeRow], counts: dict[int, ThemeCount], answers: dict[int, AnswerRow]
) -> list[dict[str, Any]]:
    """Return the answered themes whose teams still have to say whether it helped."""
    day, zone, found = today(actor), actor.time_zone, []
    for theme in themes:
        count = counts.get(theme.id)
        if count is None or not count.answered:
            continue
        since = rules.civil_day(count.oldest_answer, zone) if count.oldest_answer else None
        late = rules.late_by(count.oldest_due, day)
        answer = answers.get(theme.id)
        waits = (day - since).days if since else 0
        found.append({"theme": theme, "count": count, "answer": answer, "waits": waits, "late": late})
    return sorted(found, key=lambda row: -row["waits"])


# ---------------------------------------------------------------- themes


@blueprint.get("/themes/<uuid:theme_id>")
@access.signed_in
def theme(theme_id: UUID) -> ResponseReturnValue:
    """Show a theme: the problem, how many sites, its answer, and the items the visitor may read."""
    return _theme_page(visitor(), theme_id, None)


def _theme_page(actor: Actor, theme_id: UUID, failed: forms.AnswerForm | None) -> ResponseReturnValue:
    row = queue_queries.theme_row(session(), actor, theme_id)
    items = queries.items_of_theme(session(), actor, row.id)
    form = failed or own_ids(forms.AnswerForm(formdata=None), "answer")
    page = render_template(
        "feedback/theme.html",
        theme=row,
        count=queue_queries.theme_counts(session(), [row.id]).get(row.id),
        answer=queue_queries.answers_of_themes(session(), [row.id]).get(row.id),
        items=[(item, rules.stage_of(item.state, item.lifted)) for item in items],
        waiting=sum(item.state in {rules.State.WAITING, rules.State.ASKED_BACK} for item in items),
        may_keep=policies.can_keep_theme(actor, row.team_id, row.level.rank),
        form=form,
    )
    return page, 422 if failed else 200


@blueprint.post("/themes/<uuid:theme_id>/answer")
@access.signed_in
def answer_theme(theme_id: UUID) -> ResponseReturnValue:
    """Answer every open item of a theme at once."""
    actor = visitor()
    found = queue_queries.get_theme(session(), actor, theme_id)
    row = queue_queries.theme_row(session(), actor, theme_id)
    access.require(policies.can_keep_theme(actor, row.team_id, row.level.rank), _only_keeper(row))
    form = own_ids(forms.AnswerForm(), "answer")
    many: list[int] = []

    def work(current: Any) -> None:
        many.append(theme_services.answer_theme(current, found, form.values(), by=actor, at=clock.now(),
                                                day=today(actor)))  # fmt: skip

    if form.validate_on_submit() and try_to(form, actor, work):
        return went(
            url_for(".theme", theme_id=theme_id), _("%(count)s reports are answered.", count=many[-1])
        )
    return _theme_page(actor, theme_id, form)


def _only_keeper(row: ThemeRow) -> str:
    return _("Only %(team)s can do this: it keeps the theme.", team=row.team)


@blueprint.route("/themes/<uuid:theme_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_theme(theme_id: UUID) -> ResponseReturnValue:
    """Change a theme's words, and who works on it."""
    actor = visitor()
    row = queue_queries.theme_row(session(), actor, theme_id)
    access.require(policies.can_keep_theme(actor, row.team_id, row.level.rank), _only_keeper(row))
    found = queue_queries.get_theme(session(), actor, theme_id)
    saved = {name: getattr(found, name) for name in theme_services.CONTENT}
    form = forms.ThemeForm(data=saved | {"version": found.version})
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return both_versions(form, found.title, found, saved)
        if try_to(form, actor, lambda current: theme_services.save_theme(
                current, found, form.values(), by=actor, at=clock.now())):  # fmt: skip
            return went(url_for(".theme", theme_id=theme_id), _("Saved."))
    return render_template("feedback/edit_theme.html", form=form, theme=row), status_of(form)


@blueprint.post("/themes/<uuid:theme_id>/close")
@access.signed_in
def close_theme(theme_id: UUID) -> ResponseReturnValue:
    """Close a theme, or open it again."""
    actor = visitor()
    row = queue_queries.theme_row(session(), actor, theme_id)
    access.require(policies.can_keep_theme(actor, row.team_id, row.level.rank), _only_keeper(row))
    found = queue_queries.get_theme(session(), actor, theme_id)
    closes = found.closed_at is None
    with transaction(actor) as current:
        theme_services.close_theme(current, found, closes, by=actor, at=clock.now())
    return went(url_for(".theme", theme_id=theme_id), _("Closed.") if closes else _("Open again."))
