"""The lists: a team's feedback by who holds it, everything, what the network shares."""

from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback import drawing, list_queries, listing, loop_queries, loops, page_queries, policies, queries, svg
from feedback.answer_queries import waiting_after
from feedback.base_views import blueprint, visitor
from feedback.legs import answered_at
from feedback.loop_base_views import Asked, scope_for
from feedback.rules import Kind, State, late_by, stage_of, wait_words
from feedback.waiting_queries import count_turns
from milestones.calendar_queries import breaks_of
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import today, uuid_arg


@blueprint.get("/feedback")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the chosen team's feedback by who holds it."""
    actor = visitor()
    if actor.team_id is None:
        return redirect(url_for(".queue" if actor.sees_network else ".loop_measures"), 303)
    day = today(actor)
    rows = queries.open_at(session(), actor, actor.team_id)
    ended = queries.ended_of(session(), actor, actor.team_id)
    tracks = queries.tracks(session(), [row.id for row in [*rows, *ended]])
    loops_of = loop_queries.of_team(scope_for(actor, Asked()), actor.team_id)
    found = listing.sections(rows, actor.team_id, day)
    breaks = breaks_of(session(), actor.network_id)
    waiting, late = len(found.needs), listing.count_late(rows, day, breaks)
    is_cut = len(rows) == queries.NEAREST
    if is_cut:  # the sentence counts all that waits, as This week does, not the rows that are shown
        waiting, late = count_turns(session(), actor, day, breaks.settled(day))
    closed = loops.median_of(loop_queries.closing_days(session(), loops_of))
    return render_template(
        "feedback/index.html",
        found={
            name: [
                _line(actor, rows[place], tracks.get(rows[place].id, [])) for place in getattr(found, name)
            ]
            for name in ("needs", "way", "through", "drafts")
        },
        ended=[_line(actor, row, tracks.get(row.id, [])) for row in ended],
        lede=" ".join(listing.lede(waiting, len(found.way), closed, late)),
        is_cut=is_cut,
        typical=loops.typical_stay(loop_queries.stay_days(session(), loops_of)),
        came_down=[row for row in rows if row.answered_at and row.team_id == actor.team_id][:4],
        may_raise=policies.can_raise(actor, actor.team_id),
        owed=waiting_after(session(), actor, actor.team_id, day)
        if policies.can_acknowledge(actor, actor.team_id)
        else (0, 0),
    )


def _number(name: str) -> int | None:
    """Return a whole number of the address that a database can hold."""
    value = request.args.get(name, type=int)
    return value if value is not None and 0 <= value < 2**31 else None


def _line(actor: Actor, row: queries.ItemRow, steps: list[queries.StepRow]) -> dict[str, Any]:
    """Return a row of the list in finished words, with its drawing."""
    day, team_id = today(actor), actor.team_id or 0
    turn = listing.needs(row, team_id, day)
    breaks = breaks_of(session(), actor.network_id)
    drawn = drawing.legs(steps, day, actor.time_zone, breaks)
    answered = answered_at(steps)
    return {
        "row": row,
        "turn": _turn(row, team_id) if turn else "",
        "status": listing.status_words(row),
        "wait": wait_words(drawn[-1].start, row.due_on, day, breaks) if drawn else "",
        "late": late_by(row.due_on, day, breaks) if row.state is not State.DRAFT else 0,
        "mini": svg.mini_switchback(drawn, day, turn=turn) if len(drawn) > 1 else "",
        "days": (drawn[-1].end - drawn[0].start).days if drawn else 0,
        "answerer": steps[answered] if answered is not None else None,
    }


def _turn(row: queries.ItemRow, team_id: int) -> str:
    offered = row.offered_to_id == team_id and row.holder_id != team_id
    return listing.turn_words(row.state, is_raiser=row.team_id == team_id, is_offered=offered)


@blueprint.get("/feedback/all")
@access.signed_in
def everything() -> ResponseReturnValue:
    """List whatever the visitor may see, the newest first, by kind and state."""
    actor = visitor()
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    before, team = _number("before"), page_queries.get_team(session(), actor, uuid_arg("team"))
    rows = list_queries.list_items(
        session(), actor, kind=kind, state=state, team_id=team.id if team else None, before=before
    )
    page = rows[: queries.PAGE]
    last = page[-1].number if len(rows) > queries.PAGE else None
    here = partial(
        url_for, ".everything", kind=kind or None, state=state or None, team=request.args.get("team") or None
    )
    return render_template(
        "feedback/all.html",
        lines=[{"row": row, "stage": stage_of(row.state, row.lifted)} for row in page],
        states=[(each.value, stage_of(each, "")) for each in State],
        kind=kind,
        state=state,
        team=team,
        next_href=here(before=last) if last else "",
        first=here() if before else "",
    )


@blueprint.get("/feedback/shared")
@access.signed_in
def shared() -> ResponseReturnValue:
    """List the solutions and successes that teams share with the network."""
    actor = visitor()
    kind = request.args.get("kind", "")
    kind = kind if kind in {Kind.SOLUTION.value, Kind.SUCCESS.value} else Kind.SOLUTION.value
    before = _number("before")
    rows = list_queries.list_items(session(), actor, kind=kind, only_shared=True, before=before)
    page = rows[: queries.PAGE]
    more = len(rows) > queries.PAGE
    return render_template(
        "feedback/shared.html",
        rows=page,
        kind=kind,
        counts=dict(page_queries.kinds_shared(session(), actor))
        if actor.team_ids or actor.sees_network
        else {},
        next_href=url_for(".shared", kind=kind, before=page[-1].number) if more else "",
        first=url_for(".shared", kind=kind) if before else "",
        may_raise=policies.can_raise(actor, actor.team_id),
    )
