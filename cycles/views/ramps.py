"""One ramp: how an idea grew from cycle to cycle, with scale and confidence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from cycles import (
    forms,
    growth,
    idea_services,
    link_queries,
    policies,
    queries,
    ramp_queries,
    rules,
    services,
    svg,
    whose,
)
from cycles.data_queries import behind_of
from cycles.models import Prediction
from cycles.predictions import expected_words, result_words
from cycles.queries import CycleRow
from cycles.rules import Stage
from cycles.scale import Degree, Scale, advice_on, belief_from, ladder, rules_table
from cycles.views.root import blueprint
from cycles.whose import Behind
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.forms import conflict_page
from nic_platform.text import _, ngettext


@blueprint.route("/ramps/<uuid:ramp_id>", methods=["GET", "POST"])
@access.signed_in
def ramp(ramp_id: UUID) -> ResponseReturnValue:
    """Show one ramp; its team may rename it and judge belief, cost of failure and readiness."""
    actor = access.actor()
    if request.method == "GET":
        return _page(actor, ramp_id, None)
    saved = ramp_queries.get_ramp(session(), actor, ramp_id)
    access.require(policies.can_edit_ramp(actor, saved))
    form = forms.RampForm()
    if form.is_stale(saved.version):
        kept = {name: getattr(saved, name) for name in idea_services.RAMP_FIELDS}
        name = queries.name_of(session(), saved.updated_by_id)
        return conflict_page(form, saved.title, kept, version=saved.version, by=name, at=saved.updated_at)
    if not form.validate():
        return _page(actor, ramp_id, form)
    try:
        with transaction(actor) as current:
            idea_services.save_ramp(current, saved, form.values(), by=actor, at=clock.now())
    except InputError as error:
        form.title.errors = list(error.fields.values())
        return _page(actor, ramp_id, form)
    flash(_("Saved."))
    return redirect(url_for(".ramp", ramp_id=ramp_id), 303)


def _page(actor: Actor, ramp_id: UUID, form: forms.RampForm | None) -> ResponseReturnValue:
    row = ramp_queries.describe_ramp(session(), actor, ramp_id)
    cycles = ramp_queries.cycles_of_ramp(session(), actor, row.id)
    predictions = queries.list_predictions(session(), [cycle.id for cycle in cycles])
    today = clock.today(actor.time_zone)
    status = 422 if form is not None else 200
    behind = behind_of(session(), actor, {cycle.id: cycle.team_id for cycle in cycles})
    verdicts = [
        [whose.verdict_of(each, behind[cycle.id]) for each in predictions.get(cycle.id, [])]
        for cycle in cycles
    ]
    found = growth.beliefs(verdicts)
    roots = _root_numbers(cycles)
    degrees = (row.belief, row.cost_of_failure, row.readiness)
    advice = advice_on(*degrees, [cycle.scale for cycle in reversed(cycles)])
    form = form or forms.RampForm(
        formdata=None, data={name: getattr(row, name) for name in ("title", *services.DEGREES, "version")}
    )
    page = render_template(
        "cycles/ramp.html",
        ramp=row,
        lede=lede(cycles),
        finding=finding(cycles),
        charts=_charts(cycles, today, actor.edits(row.team_id))
        if any(leg_of(each, today, False) for each in cycles)
        else None,
        entries=[
            _entry(cycle, _pairs(predictions.get(cycle.id, []), behind[cycle.id]), today, told.words)
            | {"root": roots.get(cycle.number)}
            for cycle, told in reversed(list(zip(cycles, found, strict=True)))
        ],
        others=ramp_queries.other_ramps(session(), actor, row.team_id, row.id),
        form=form if actor.edits(row.team_id) else None,
        advice=advice,
        rules=rules_table(*(Degree(each) for each in degrees)) if advice else [],
        rungs=ladder([(each.number, each.scale) for each in cycles], advice.rung if advice else None),
        belief=belief_from([each for told in verdicts for each in told]),
        confidence=_confidence(cycles, found),
        trunk=_trunk(cycles),
        tested=link_queries.ideas_of_ramps(session(), [row.id]).get(row.id),
        served=link_queries.milestones_of(session(), actor, [each.id for each in cycles]),
        newest=cycles[-1] if cycles else None,
        may_edit=actor.edits(row.team_id),
    )
    return page, status


def _pairs(predictions: Sequence[Prediction], behind: Behind) -> list[tuple[str, str]]:
    """Return what was expected and what happened, the latter as far as the reader may see it."""
    return [
        (
            expected_words(queries.expectation_of(each), each.out_of, each.expected),
            whose.instead_of(each, behind)
            or result_words(
                each.result_number, each.result_of or each.out_of, queries.expectation_of(each), each.result
            ),
        )
        for each in predictions
    ]


def _entry(cycle: CycleRow, pairs: list[tuple[str, str]], today: date, told: str) -> dict[str, Any]:
    wait = rules.waiting_step(Stage(cycle.stage), cycle.starts_on, cycle.ends_on, today)
    scale = Scale(cycle.scale).words if cycle.scale in set(Scale) else ""
    shown = {"cycle": cycle, "pairs": pairs, "wait": wait, "scale": scale}
    return shown | {"belief": "" if cycle.is_open or cycle.outcome == rules.Outcome.NOT_RUN else told}


def _root_numbers(cycles: list[CycleRow]) -> dict[int, int]:
    """Return the number of the cycle that each grew from, where that is not the one before it."""
    numbers = {cycle.id: cycle.number for cycle in cycles}
    before = {cycle.id: cycles[at - 1].id for at, cycle in enumerate(cycles) if at}
    return {
        numbers[each]: numbers[root]
        for each, root in growth.roots_of(cycles).items()
        if root is not None and root != before.get(each)
    }


def _trunk(cycles: list[CycleRow]) -> dict[str, Any] | None:
    """Return the tree as nested cycles, where it has branches; a ramp in one line needs no tree."""
    whole = growth.tree(cycles)
    if whole is None or not growth.branches(cycles):
        return None
    rows = {cycle.id: cycle for cycle in cycles}

    def shown(twig: growth.Twig) -> dict[str, Any]:
        line, on = [rows[twig.id]], twig
        while len(on.branches) == 1:
            on = on.branches[0]
            line.append(rows[on.id])
        return {"line": line, "branches": [shown(each) for each in on.branches]}

    return shown(whole)


def _confidence(cycles: list[CycleRow], found: list[growth.Belief]) -> dict[str, Any] | None:
    """Return how belief went, as a drawing with its finding; open cycles can't have told anything yet."""
    told = [
        (cycle, each)
        for cycle, each in zip(cycles, found, strict=True)
        if not cycle.is_open and cycle.outcome != rules.Outcome.NOT_RUN
    ]
    if not told:
        return None
    names = [each.words for each in Degree]
    steps = [(cycle.number, list(Degree).index(each.degree)) for cycle, each in told]
    title = growth.confidence([each for _cycle, each in told])
    label = f"{title}. " + "; ".join(
        _("cycle %(number)s: %(degree)s", number=cycle.number, degree=each.degree.words.lower())
        for cycle, each in told
    )
    rows = [(cycle.number, each) for cycle, each in told]
    return {"title": title, "chart": svg.belief(steps, names, label=label), "rows": rows}


def lede(cycles: list[CycleRow]) -> str:
    """Return what became of the idea so far, in two sentences made from its cycles."""
    if not cycles:
        return _("No cycle yet.")
    count = ngettext("%(count)s cycle so far.", "%(count)s cycles so far.", len(cycles))
    newest = cycles[-1]
    if newest.is_open:
        return f"{count} " + _("Cycle %(number)s is open.", number=newest.number)
    ended = {
        "adopt": _("Adopted after cycle %(number)s.", number=newest.number),
        "adapt": _("Adapted after cycle %(number)s; the next one is not open yet.", number=newest.number),
        "test_again": _("To be tested again after cycle %(number)s.", number=newest.number),
        "abandon": _("Abandoned after cycle %(number)s.", number=newest.number),
    }
    return f"{count} " + ended.get(newest.decision, _("The last one is closed."))


def finding(cycles: list[CycleRow]) -> str:
    """Return what the drawing shows: how the scale went from the first cycle to the largest and the last."""
    known = [Scale(cycle.scale) for cycle in cycles if cycle.scale in set(Scale)]
    if len(cycles) < 2 or not known:
        return _("A ramp begins with one small test")
    first, largest, last = known[0], max(known, key=lambda scale: scale.rank), known[-1]
    if largest is first:
        return _("Tested at the same scale so far")
    if last.rank < largest.rank:
        return _(
            "From %(first)s to %(largest)s, then small again",
            first=first.words.lower(),
            largest=largest.words.lower(),
        )
    return _("From %(first)s to %(largest)s", first=first.words.lower(), largest=largest.words.lower())


def leg_of(cycle: CycleRow, today: date, by_people: bool, mine: bool = False) -> svg.Leg | None:
    """Return a cycle as a leg of the drawing: as high as people who tried it, or as its rung of the
    ladder."""
    start = cycle.began_on or cycle.starts_on
    if start is None:
        return None
    rung = Scale(cycle.scale).rank + 1 if cycle.scale in set(Scale) else 1
    height = (cycle.scale_size or 0) if by_people else rung
    wait = rules.waiting_step(Stage(cycle.stage), cycle.starts_on, cycle.ends_on, today)
    decision = cycle.decision if not cycle.is_open else "turn" if wait.needs_you and mine else "open"
    if cycle.outcome in {rules.Outcome.ABANDONED, rules.Outcome.NOT_RUN}:
        decision = "abandon"
    people = ngettext("%(count)s person", "%(count)s people", cycle.scale_size or 0)
    words = people if by_people else ""
    return svg.Leg(cycle.number, start, max(start, cycle.ends_on or start), height, decision, words)


def _charts(cycles: list[CycleRow], today: date, mine: bool) -> tuple[Markup, Markup]:
    by_people = all(cycle.scale_size is not None for cycle in cycles)
    numbers = {cycle.id: cycle.number for cycle in cycles}
    roots = growth.roots_of(cycles)
    legs = [
        replace(leg, grew_from=numbers.get(roots[cycle.id] or 0))
        for cycle in cycles
        if (leg := leg_of(cycle, today, by_people, mine))
    ]
    axis = _axis(legs, by_people)
    first = min(leg.start for leg in legs).replace(day=1)
    last = max([*(leg.end for leg in legs), min(today, max(leg.end for leg in legs) + timedelta(days=30))])
    last += timedelta(days=12)
    routine = [
        (leg.end, leg.height) for leg in legs if leg.decision == "adopt" and leg.end <= min(today, last)
    ]
    seen = min(today, last)
    label = (
        _("Ramp of %(count)s cycles: ", count=len(legs)) + "; ".join(_told(cycle) for cycle in cycles) + "."
    )
    wide = svg.ramp(legs, routine, axis, first, last, seen, w=800, h=330, label=label)
    narrow = svg.ramp(legs, routine, axis, first, last, seen, w=350, h=280, narrow=True, label=label)
    return wide, narrow


def _axis(legs: list[svg.Leg], by_people: bool) -> svg.Axis:
    highest = max(leg.height for leg in legs)
    if by_people:
        return svg.count_axis(max(1.0, highest), _("people trying it"))
    return svg.Axis(
        max(2.0, highest), [(rung, str(rung)) for rung in range(int(max(2, highest)) + 1)], _("rung")
    )


def _told(cycle: CycleRow) -> str:
    scale = Scale(cycle.scale).words.lower() if cycle.scale in set(Scale) else _("scale not given")
    people = ngettext("%(count)s person", "%(count)s people", cycle.scale_size) if cycle.scale_size else ""
    ended = {
        "adopt": _("adopted"),
        "adapt": _("adapted"),
        "abandon": _("abandoned"),
        "test_again": _("to be tested again"),
    }.get(cycle.decision, "")
    stand = _("open") if cycle.is_open else ended or _("closed")
    return ", ".join(
        part for part in (_("cycle %(number)s", number=cycle.number), scale, people, stand) if part
    )
