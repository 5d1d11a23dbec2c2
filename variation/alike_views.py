"""Pages of who else works on the same, and of the bright spots of a measure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from feedback.matching import propose
from measures import queries as measure_queries
from measures.queries import MeasureRow
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.pages import today, uuid_arg
from nic_platform.text import _
from variation import alike_queries, asking_policies, evidence_queries
from variation.alike_queries import Text, ToAsk
from variation.library_views import blueprint, readers_actor

BACK = timedelta(days=300)
SHOWN = 12


def secret() -> str:
    """Return the installation's secret, for keys of the unnamed."""
    return str(current_app.config["SECRET_KEY"])


@blueprint.get("/who-else")
@access.signed_in
def alike() -> ResponseReturnValue:
    """Show who else works on the same: for the own team, or one milestone, barrier or idea."""
    actor = readers_actor()
    asked = {"milestone_id": uuid_arg("milestone"), "item_id": uuid_arg("item"), "idea_id": uuid_arg("idea")}
    title = ""
    if any(asked.values()):
        told = alike_queries.words_of(session(), actor, **asked)
        if told is None:
            raise AbsentError(_("There is no such page."))
        title, words = told
        milestone_words = barrier_words = words
    else:
        milestone_words, barrier_words = alike_queries.own_words(session(), actor)
    measures = {} if asked["item_id"] or asked["idea_id"] else alike_queries.own_measures(
        session(), actor, asked["milestone_id"])  # fmt: skip
    contexts = evidence_queries.contexts(session(), actor)
    teams = alike_queries.same_measure(session(), actor, measures, secret(), contexts)
    return render_template(
        "variation/alike.html",
        title=title,
        named=[team for team in teams if team.name][:SHOWN],
        unnamed=[team for team in teams if not team.name],
        measures=list(measures.values()),
        milestones=_like(milestone_words, alike_queries.milestone_texts(session(), actor, measures)),
        barriers=_like(barrier_words, alike_queries.barrier_texts(session(), actor)),
        may_ask=asking_policies.can_ask(actor),
    )


def _like(words: str, texts: Sequence[Text]) -> list[tuple[Text, tuple[str, ...]]]:
    """Return the texts of other teams that share telling words, one a team, best first."""
    known = dict(enumerate(texts))
    found = propose(words, [(at, text.title) for at, text in known.items()], 30)
    kept: dict[UUID, tuple[Text, tuple[str, ...]]] = {}
    for each in found:
        kept.setdefault(known[each.theme].team_public_id, (known[each.theme], each.words))
    return list(kept.values())[:SHOWN]


@blueprint.get("/compare/bright-spots")
@access.signed_in
def bright_spots() -> ResponseReturnValue:
    """Show the schools that do better than their context leads to expect, and a way to ask them how."""
    actor = readers_actor()
    measures = measure_queries.common_measures(session(), actor)
    measure = chosen_measure(measures, uuid_arg("measure"))
    page = _spots(actor, measure) if measure else None
    return render_template(
        "variation/bright_spots.html",
        page=page,
        measures=measures,
        measure=measure,
        may_ask=asking_policies.can_ask(actor),
        is_pooled=not (actor.team_ids or actor.sees_network),
    )


def chosen_measure(measures: Sequence[MeasureRow], wanted: UUID | None) -> MeasureRow | None:
    """Return the common measure that is asked for, else the first.

    Raises:
        AbsentError: there is none of that address.
    """
    if wanted is None:
        return measures[0] if measures else None
    found = next((each for each in measures if each.public_id == wanted), None)
    if found is None:
        raise AbsentError(_("There is no such measure."))
    return found


def _spots(actor: Actor, measure: MeasureRow) -> Any:
    return alike_queries.spot_page(session(), actor, measure, since(actor), secret())


def since(actor: Actor) -> date:
    """Return the first month looked at for bright spots."""
    return (today(actor) - BACK).replace(day=1)


def spot_to_ask(actor: Actor, measure_id: UUID, key: str) -> ToAsk | None:
    """Return whom a question about a bright spot goes to."""
    measure = chosen_measure(measure_queries.common_measures(session(), actor), measure_id)
    if measure is None:
        return None
    return alike_queries.spot_to_ask(session(), actor, measure, key, since(actor), secret())
