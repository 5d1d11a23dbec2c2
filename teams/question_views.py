"""The questions that a network's links answer, one page each, and how far changes have spread."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from cycles import spread_queries
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams import bars, exchange_queries, policies, question_page, spread_page
from teams.area_views import picture_of, start_asked
from teams.base_views import blueprint, year_loads
from teams.graph import TeamGraph
from teams.graph_answers import Question


@blueprint.get("/network/questions/<any(unheard, silent, losses, load, champions):question>")
@access.signed_in
def question(question: str) -> ResponseReturnValue:
    """Answer one question about all links: the sentence, a picture, whom it is about, what to do."""
    actor, asked, start = access.actor(), Question(question), start_asked()
    picture = picture_of(actor)
    sees = asked is Question.LOAD and actor.sees_network
    graph = _with_loads(actor, picture.graph, start) if sees else None
    page = question_page.page(picture, asked, start, graph=graph, with_items=sees)
    uncarried = asked is Question.SILENT
    return render_template(
        "teams/question.html",
        page=page,
        wide=bars.bars(page.bars, page.picture),
        narrow=bars.bars(page.bars, page.picture, narrow=True),
        uncarried=exchange_queries.uncarried_links(session(), actor, limit=12) if uncarried else [],
        may_link={line.team for line in page.lines if policies.can_make_link(actor, line.team)},
        others=question_page.titles(),
        after=url_for(".question", question=question, start=page.after) if page.after else "",
        first=url_for(".question", question=question) if start else "",
    )


def _with_loads(actor: Actor, graph: TeamGraph, start: int) -> TeamGraph:
    """Return the graph with what waits at the teams that this page of the answer lists."""
    listed = graph.receivers[start : start + question_page.PAGE]
    return graph.with_loads(year_loads(actor, listed))


@blueprint.get("/network/spread")
@access.signed_in
def spread() -> ResponseReturnValue:
    """Show how far changes have gone from team to team."""
    picture = picture_of(access.actor())
    nodes, start = picture.graph.nodes, start_asked()
    found = spread_page.changes(spread_queries.adoptions(session(), access.actor()), nodes)
    shown = found[start : start + spread_page.PAGE]
    drawn, later = spread_page.bars_of(picture, shown), start + spread_page.PAGE
    label = _("Teams that took each change up")
    return render_template(
        "teams/spread.html",
        sentence=spread_page.sentence_of_all(found, nodes),
        lines=[spread_page.line_of(picture, change) for change in shown],
        wide=bars.bars(drawn, label),
        narrow=bars.bars(drawn, label, narrow=True),
        others=question_page.titles(),
        after=url_for(".spread", start=later) if later < len(found) else "",
        first=url_for(".spread") if start else "",
    )


@blueprint.get("/network/spread/<uuid:spread_link_id>")
@access.signed_in
def spread_of(spread_link_id: UUID) -> ResponseReturnValue:
    """Show the way of one change from team to team."""
    actor = access.actor()
    picture = picture_of(actor)
    found = spread_page.changes(spread_queries.adoptions(session(), actor), picture.graph.nodes)
    change = next((change for change in found if spread_link_id in change.ids), None)
    if change is None:
        raise AbsentError(_("There is no such change."))
    return render_template(
        "teams/spread_of.html",
        page=spread_page.page(picture, change),
        idea=spread_queries.idea_behind(session(), actor, change.origin, change.what),
    )
