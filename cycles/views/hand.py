"""Cycles that need a hand, for a team and for a hub; and putting a cycle where it belongs."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from cycles import (
    choice_queries,
    finding_queries,
    link_queries,
    place_services,
    policies,
    queries,
    ramp_queries,
)
from cycles.finding import Need
from cycles.finding_queries import Helped
from cycles.link_queries import Tested
from cycles.place_forms import HangForm, PlaceForm
from cycles.queries import CycleRow, TeamName
from cycles.rules import Stage
from cycles.views.root import blueprint, uuid_of
from milestones import milestone_queries
from nic_platform import access, clock
from nic_platform.actor import Actor, Level
from nic_platform.database import session
from nic_platform.errors import AbsentError, ConflictError
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _, ngettext

STEP = {Need.STUDY: Stage.STUDY, Need.DECIDE: Stage.ACT, Need.RESULT: Stage.DO}
HIGH = frozenset({Level.DISTRICT, Level.REGION, Level.STATE})


@blueprint.get("/cycles/hand")
@access.signed_in
def hand() -> ResponseReturnValue:
    """Show what stands still, wants a next cycle, or hangs on nothing: of one team, or of all one reads."""
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    team = _team(actor)
    today = clock.today(actor.time_zone)
    found = finding_queries.need_a_hand(session(), actor, today, team_id=team.id if team else None)
    ramps = [each.cycle.ramp_id for each in found.needs if each.cycle.ramp_id]
    ideas = link_queries.ideas_of_ramps(session(), ramps)
    return render_template(
        "cycles/hand.html",
        team=team,
        groups=_sections(actor, found.needs, ideas),
        lede=lede(found.needs),
        is_many=team is None,
        has_more=found.is_cut,
    )


def _team(actor: Actor) -> TeamName | None:
    """Return the one team that is looked at; ``None`` for all: a hub's, and of people without a team."""
    wanted = uuid_of(request.args.get("team"))
    if wanted is not None:
        return queries.get_team(session(), actor, wanted)
    chosen = queries.own_team(session(), actor)
    return None if chosen is None or chosen.level in HIGH else chosen


def lede(found: list[Helped]) -> str:
    """Return in a sentence how many cycles stand still and how many hang on nothing."""
    if not found:
        return _("Every cycle is on its way, and hangs where the plan and the theory learn from it.")
    still = len({each.cycle.id for each in found if each.finding.need.is_stall})
    lost = len({each.cycle.id for each in found if each.finding.need.is_orphan})
    ended = len(found) - sum(each.finding.need.is_stall or each.finding.need.is_orphan for each in found)
    parts = [
        ngettext("%(count)s cycle stands still", "%(count)s cycles stand still", still) if still else "",
        ngettext("%(count)s wants its next cycle", "%(count)s want their next cycle", ended) if ended else "",
        ngettext("%(count)s hangs on nothing", "%(count)s hang on nothing", lost) if lost else "",
    ]
    said = ", ".join(part for part in parts if part)
    return _("%(what)s. One act mends each.", what=said)


def _sections(actor: Actor, found: list[Helped], ideas: dict[int, Tested]) -> list[dict[str, Any]]:
    titles = {
        "still": _("Standing still"),
        "next": _("Waiting for the next cycle of the ramp"),
        "lost": _("Hanging on nothing"),
    }
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in titles}
    for each in found:
        need = each.finding.need
        name = "still" if need.is_stall else "lost" if need.is_orphan else "next"
        row = _row(actor, each, ideas.get(each.cycle.ramp_id or 0))
        known = next((other for other in rows[name] if _is_mended_with(other, row)), None)
        if known is None:
            rows[name].append(row)
        else:
            known["whys"] += row["whys"]
            known["act"] = _("Say where it belongs")
    return [{"name": name, "title": titles[name], "rows": rows[name]} for name in titles if rows[name]]


def _is_mended_with(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Say whether one page mends both: a cycle without milestone and ramp is listed once."""
    return bool(one["href"]) and (one["cycle"].id, one["href"]) == (other["cycle"].id, other["href"])


def _row(actor: Actor, each: Helped, idea: Tested | None) -> dict[str, Any]:
    need, cycle = each.finding.need, each.cycle
    href, may = "", each.is_mine
    if need in STEP:
        href = url_for(".stage", cycle_id=cycle.public_id, step=STEP[need])
    elif need in {Need.MILESTONE, Need.RAMP}:
        href = url_for(".place", cycle_id=cycle.public_id)
    elif need is Need.DRIVER and idea is not None:
        may = actor.is_network_lead or actor.edits(idea.team_id)
        href = url_for(".edit_idea" if may else ".idea", idea_id=idea.public_id)
    shown: dict[str, Any] = {"cycle": cycle, "since": each.finding.since, "need": need.value, "act": need.act}
    shown["whys"] = [each.finding.why]
    return shown | {"href": href, "may": may, "idea": idea}


# ---------------------------------------------------------------- where a cycle hangs


@blueprint.route("/cycles/<uuid:cycle_id>/place", methods=["GET", "POST"])
@access.signed_in
def place(cycle_id: UUID) -> ResponseReturnValue:
    """Hang a cycle on milestones and put it on a ramp, at whatever stage it stands."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    access.require(policies.can_edit(actor, cycle))
    offered = choice_queries.list_team_milestones(session(), actor, cycle.team_id)
    ramps = ramp_queries.own_ramps(session(), actor, cycle.team_id)
    served = {each.public_id for each in choice_queries.list_served(session(), actor, cycle)}
    form = PlaceForm(
        data={
            "milestones": [str(each) for each in served],
            "ramp": str(cycle.ramp.public_id) if cycle.ramp else "",
            "version": cycle.version,
        }
    )
    form.milestones.choices = [SelectChoice(str(each.public_id), each.line) for each in offered]
    none = [] if cycle.ramp else [("", _("None yet"))]
    form.ramp.choices = [
        SelectChoice(*each) for each in [*none, *((str(r.public_id), r.title) for r in ramps)]
    ]
    if form.is_submitted() and form.is_stale(cycle.version):
        raise ConflictError(_("Somebody else saved this cycle meanwhile. Open it again, then decide."))
    chosen = [each.id for each in offered if str(each.public_id) in set(form.milestones.data or ())]
    ramp = next((each for each in ramps if str(each.public_id) == form.ramp.data), None)
    if form.validate_on_submit() and try_to(
        form,
        actor,
        lambda s: place_services.place(s, cycle, milestone_ids=chosen, ramp=ramp, by=actor, at=clock.now()),
    ):
        is_hung = bool(chosen) or ramp is not None or cycle.ramp_id is not None
        said = _("The cycle hangs there now.") if is_hung else _("Saved. The cycle hangs on nothing yet.")
        return went(url_for(".show", cycle_id=cycle_id), said)
    return render_template("cycles/place.html", form=form, cycle=cycle), status_of(form)


@blueprint.route("/milestones/<uuid:milestone_id>/cycles", methods=["GET", "POST"])
@access.signed_in
def hang(milestone_id: UUID) -> ResponseReturnValue:
    """Choose which of the team's cycles serve a milestone."""
    actor = access.actor()
    row, _series = milestone_queries.get_milestone(session(), actor, milestone_id)
    access.require(policies.can_create(actor, row.team_id))
    first, _last = ramp_queries.school_year(session(), actor, clock.today(actor.time_zone))
    offered = link_queries.cycles_to_hang(session(), actor, row.team_id, row.id, first)
    form = HangForm(data={"cycles": [str(cycle.public_id) for cycle, serves in offered if serves]})
    form.cycles.choices = [SelectChoice(str(cycle.public_id), _line(cycle)) for cycle, _serves in offered]
    if form.validate_on_submit():
        wanted = {
            cycle.id for cycle, _serves in offered if str(cycle.public_id) in set(form.cycles.data or ())
        }
        ids = [cycle.id for cycle, _serves in offered]

        def save(current: Any) -> None:
            entities = link_queries.cycles_numbered(current, ids)
            place_services.hang(current, row.id, entities, wanted, at=clock.now())

        if try_to(form, actor, save):
            flash(_("Saved."))
            return redirect(url_for("milestones.milestone", milestone_id=milestone_id), 303)
    return render_template("cycles/hang.html", form=form, row=row), status_of(form)


def _line(cycle: CycleRow) -> str:
    name = cycle.name if len(cycle.name) < 90 else f"{cycle.name[:88]}…"
    return _("%(name)s (cycle %(number)s)", name=name, number=cycle.number)
