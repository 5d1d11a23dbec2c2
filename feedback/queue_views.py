"""The queue of a receiving team: themes by promise, where reports come from, what is new, what is back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from feedback import (
    batch_queries,
    batch_services,
    policies,
    queue_count_queries,
    queue_forms,
    queue_item_queries,
    queue_queries,
    queue_tables,
    rules,
    svg,
    triage,
)
from feedback.base_views import blueprint, own_ids
from feedback.batches import Many
from feedback.matching import Proposal
from feedback.queue_base_views import Sitting, chosen_of, sitting, theme_of
from feedback.queue_count_queries import QueueTheme
from feedback.queue_item_queries import QueueItem
from feedback.queue_queries import AnswerRow, ThemeCount
from nic_platform import access, clock, exporting
from nic_platform.actor import Level
from nic_platform.database import session, transaction
from nic_platform.errors import InputError, RuleError
from nic_platform.pages import take_faults, today, uuid_arg, went
from nic_platform.taking import wait_for
from nic_platform.text import _

THEMES = 25  # on a page
OTHERS = 25  # new reports listed beside the one that is sorted
CHOICES = 8  # further themes that a new report may be filed in


@blueprint.get("/feedback/queue")
@access.signed_in
def queue() -> ResponseReturnValue:
    """Show what waits for a receiving team: themes by promise, origins, what is new, what is back."""
    return _page(sitting(), None)


def _page(here: Sitting, failed: queue_forms.SortNewForm | None, status: int = 200) -> ResponseReturnValue:
    actor, day = here.actor, today(here.actor)
    sums = queue_count_queries.theme_sums(session(), here.ids, here.breaks.settled(day))
    ordered = triage.in_order(sums)
    shown, more = triage.page_of(ordered, request.args.get("after", type=int), THEMES)
    known = _themes(here, [each.theme_id for each in shown if each.theme_id is not None])
    origins = queue_count_queries.origins_of(session(), actor, here.teams)
    back = queue_queries.to_confirm(session(), here.ids)
    new = queue_item_queries.new_reports(session(), actor, here.ids)
    answers = queue_queries.answers_of_themes(session(), [*known, *back])
    html = render_template(
        "feedback/queue.html",
        team=here.teams[0].name if len(here.teams) == 1 else "",
        may_act=here.may_act,
        lede=" ".join(triage.lede(sums, {theme.id: theme.title for theme in known.values()})),
        themes=_panels(here, shown, known),
        total=len(ordered),
        next=shown[-1].theme_id if more else None,
        is_first=not request.args.get("after"),
        many_new=sum(each.items for each in sums if each.theme_id is None),
        new=[(row, here.clock(row)) for row in new[: OTHERS + 1]],
        sorting=_sorting(here, new, known, answers, failed),
        done=_done(here),
        refused=" ".join(failed.form_errors) if failed else "",
        origins=origins,
        tiles=_tiles(origins.drawn, origins.level),
        by_district=origins.level == Level.DISTRICT,
        back=_back(here, back, answers),
    )
    return html, status


def _themes(here: Sitting, shown: Sequence[int]) -> dict[int, QueueTheme]:
    found = queue_count_queries.queue_themes(session(), here.actor, here.ids, shown)
    return {theme.id: theme for theme in found}


@dataclass(frozen=True)
class Panel:
    """A theme of the queue in finished values."""

    theme: QueueTheme
    panel: triage.Panel
    quote: str
    sites: int
    strip: Markup
    owner: str
    kept_by: str  # the team that keeps it, where that is another
    may_keep: bool
    may_answer: bool


@dataclass(frozen=True)
class Panels:
    """The themes of one page; *each* is how many reports a dot stands for."""

    rows: list[Panel]
    each: int


def _panels(here: Sitting, shown: Sequence[triage.ThemeSum], known: dict[int, QueueTheme]) -> Panels:
    ids = [each.theme_id for each in shown if each.theme_id in known]
    days = queue_count_queries.day_counts(session(), here.ids, ids)
    sites = queue_count_queries.site_counts(session(), here.ids, ids)
    named = {key: known[key].owner for key in ids if known[key].team_id in here.ids and known[key].owner}
    owners = queue_count_queries.owners_of(session(), here.ids, [key for key in ids if key not in named])
    of_known = [each for each in shown if each.theme_id in known]
    found = triage.panels(of_known, days, today(here.actor), here.breaks)
    longest = max([48, *(panel.oldest for panel in found)])
    each = triage.reports_per_dot(found, longest)
    rows = min(triage.DOT_ROWS, max(5, -(-triage.highest_pile(found, longest) // each)))
    made = []
    for place, panel in enumerate(found):
        theme, last = known[panel.theme_id], place == len(found) - 1
        words = _("%(items)s reports; oldest %(oldest)s days; %(late)s past the promise",
                  items=panel.items, oldest=panel.oldest, late=panel.late)  # fmt: skip
        drawn = svg.strip(
            triage.dots(panel, each, longest), panel.promise, longest=longest,
            h=rows * 9 + (31 if last else 15), axis=last, label=words,
        )  # fmt: skip
        keeps = policies.can_keep_theme(here.actor, theme.team_id, theme.rank)
        quote = triage.first_sentence(theme.quote)
        owned = owners.get(theme.id)
        owner = named.get(theme.id) or (triage.owner_words(owned, panel.items) if owned else "")
        kept_by = "" if theme.team_id in here.ids else theme.team
        made.append(
            Panel(theme, panel, quote, sites.get(theme.id, 0), drawn, owner, kept_by, keeps,
                  keeps or here.may_act)
        )  # fmt: skip
    return Panels(made, each)


@dataclass(frozen=True)
class Sorting:
    """The next report to sort, the themes it may belong to, and the new reports like it."""

    row: QueueItem
    form: queue_forms.SortNewForm
    proposals: list[tuple[QueueTheme, Proposal[int], AnswerRow | None]]
    others: list[QueueTheme]
    alike: list[tuple[QueueItem, Proposal[int]]]
    chosen: str
    ticked: frozenset[str]
    following: UUID | None


def _sorting(
    here: Sitting, new: Sequence[QueueItem], known: dict[int, QueueTheme], answers: dict[int, AnswerRow],
    failed: queue_forms.SortNewForm | None,
) -> Sorting | None:  # fmt: skip
    """Return the report to sort now, if the visitor may: the one asked for, else the nearest promise."""
    if not new or not here.may_act:
        return None
    wanted = next(iter(queue_forms.picked([failed.item.data or ""])), None) if failed else uuid_arg("sort")
    row = next((each for each in new if each.public_id == wanted), new[0])
    open_themes = [theme for theme in known.values() if theme.closed_at is None]
    text = f"{row.title}. {row.happens}"
    fits = triage.proposals(
        text, [(each.id, f"{each.title}. {each.summary} {each.titles}") for each in open_themes]
    )
    rest = {each.id: each for each in new if each.id != row.id}
    like = triage.alike(text, [(each.id, f"{each.title}. {each.happens}") for each in rest.values()])
    form = failed or own_ids(queue_forms.SortNewForm(formdata=None), "sort")
    form.item.data = row.value
    taken = {each.theme for each in fits}
    best = triage.chosen_first(fits)
    begun = str(known[best].public_id) if best else "" if fits else "new"
    place = new.index(row)
    again = failed is not None and wanted == row.public_id  # else it is another report, chosen for anew
    return Sorting(
        row=row,
        form=form,
        proposals=[(known[each.theme], each, answers.get(each.theme)) for each in fits],
        others=[theme for theme in open_themes if theme.id not in taken][:CHOICES],
        alike=[(rest[each.theme], each) for each in like],
        chosen=failed.theme.data or "" if failed and again else begun,
        ticked=frozenset(failed.items.data or ()) if failed and again else frozenset(),
        following=new[place + 1].public_id if place + 1 < len(new) else None,
    )


def _done(here: Sitting) -> batch_queries.BatchRow | None:
    """Return what was filed a moment ago, so that it can be undone from here."""
    wanted = uuid_arg("done")
    rows = batch_queries.batch_rows(session(), here.actor, batch_id=wanted) if wanted else []
    return rows[0] if rows else None


def _tiles(origins: Sequence[triage.Origin], level: Level) -> dict[str, Markup]:
    names = svg.codes([origin.name for origin in origins])
    tiles = [svg.Tile(each.name, code, each.value) for each, code in zip(origins, names, strict=True)]
    districts = _("One square for each district with the number of open reports in it")
    sites = _("One square for each site with the number of open reports in it")
    label = districts if level == Level.DISTRICT else sites
    return {
        "wide": svg.tilemap(tiles, w=540, label=label),
        "narrow": svg.tilemap(tiles, w=350, small=True, cols=8, label=label),
    }


@dataclass(frozen=True)
class Back:
    """An answered theme whose teams still have to say whether it helped."""

    theme: queue_queries.ThemeRow
    count: ThemeCount
    answer: AnswerRow | None
    waits: int
    late: int


def _back(here: Sitting, ids: Sequence[int], answers: dict[int, AnswerRow]) -> list[Back]:
    day, zone, found = today(here.actor), here.actor.time_zone, []
    counts = queue_queries.theme_counts(session(), ids)
    for theme in queue_queries.themes_by_id(session(), here.actor, ids):
        count = counts[theme.id]
        since = rules.civil_day(count.oldest_answer, zone) if count.oldest_answer else day
        late = max(0, here.breaks.between(count.oldest_due, day)) if count.oldest_due else 0
        waits = max(0, here.breaks.between(since, day))
        found.append(Back(theme, count, answers.get(theme.id), waits, late))
    return sorted(found, key=lambda row: -row.waits)


# ---------------------------------------------------------------- sorting what is new


@blueprint.post("/feedback/queue/sort")
@access.signed_in
def sort_new() -> ResponseReturnValue:
    """File a new report in a theme, with the like ones that were ticked, and show the next."""
    here = sitting()
    form = own_ids(queue_forms.SortNewForm(), "sort")
    access.require(here.may_act, _("Only who acts for this team sorts its reports."))
    if form.validate_on_submit():
        try:
            batch = _file(here, form)
            address = url_for(".queue", done=batch.batch.public_id, _anchor="new")
            return went(address, batch_services.left_words(batch) or _("Filed."))
        except InputError as error:
            take_faults(form, error)
        except RuleError as error:
            session().rollback()
            form.form_errors.append(str(error))
            return _page(here, form, 409)
    return _page(here, form, 422)


def _file(here: Sitting, form: queue_forms.SortNewForm) -> batch_services.Done:
    at = clock.now()
    chosen = queue_forms.picked([form.item.data or "", *(form.items.data or ())])
    with transaction(here.actor, at) as current:
        team, versions = chosen_of(current, here, chosen)
        values = {
            "theme": theme_of(current, here.actor, form.theme.data or "", form.title.data or "", team, at=at),
            "give_answer": form.give_answer.data,
        }  # fmt: skip
        return batch_services.act_on_many(
            current, team, versions, Many.JOIN, values, by=here.actor, at=at, day=today(here.actor)
        )


# ---------------------------------------------------------------- to take away


@blueprint.get("/feedback/queue/<any(themes, reports):what>.<any(csv, xlsx):ending>")
@access.signed_in
def queue_table(what: str, ending: str) -> ResponseReturnValue:
    """Give the themes that reports wait in, or every report that waits, as a table to take away."""
    here = sitting()
    header, rows = _themes_table(here) if what == "themes" else _reports_table(here)
    wait_for(len(rows), _("The queue"))
    if ending == "csv":
        body, kind = exporting.as_csv(header, rows), exporting.CSV_TYPE
    else:
        body, kind = exporting.as_xlsx(header, rows, what.capitalize()), exporting.XLSX_TYPE
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="queue-{what}.{ending}"'
    return response


def _themes_table(here: Sitting) -> tuple[list[str], list[list[exporting.Cell]]]:
    day = today(here.actor)
    ordered = triage.in_order(queue_count_queries.theme_sums(session(), here.ids, here.breaks.settled(day)))
    ids = [each.theme_id for each in ordered if each.theme_id is not None]
    known = _themes(here, ids)
    days = queue_count_queries.day_counts(session(), here.ids, ids)
    sites = queue_count_queries.site_counts(session(), here.ids, ids)
    found = triage.panels(ordered, days, day, here.breaks)
    return queue_tables.themes(found, known, sites)


def _reports_table(here: Sitting) -> tuple[list[str], list[list[exporting.Cell]]]:
    rows = queue_item_queries.list_waiting(session(), here.actor, here.ids, limit=None)
    return queue_tables.reports([(row, here.clock(row)) for row in rows])
