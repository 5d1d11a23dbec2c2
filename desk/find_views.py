"""Search over what the person may see, and the history of one thing."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from desk import history_queries, search_queries
from desk.base_views import blueprint, page_of
from desk.words import TELLING, kind_name, stage_name, story_heading
from nic_platform import access
from nic_platform.database import session

LONGEST = 100  # letters of a search that are looked at


@blueprint.get("/search")
@access.signed_in
def search() -> ResponseReturnValue:
    """Show what was found, grouped by kind."""
    text = request.args.get("q", "").strip()[:LONGEST]
    kind = request.args.get("kind", "")
    groups = search_queries.search(session(), access.actor(), text, kind)
    return render_template(
        "desk/search.html",
        text=text,
        kind=kind,
        groups=groups,
        page_of=page_of,
        kind_name=kind_name,
        stage_name=stage_name,
    )


@blueprint.get("/history/<kind>/<uuid:object_id>")
@access.signed_in
def history(kind: str, object_id: UUID) -> ResponseReturnValue:
    """Show who changed what, when, from what to what."""
    story = history_queries.story_of(session(), access.actor(), kind, object_id)
    page = page_of(kind, object_id)
    heading = story_heading(kind, story.title, has_page=bool(page))
    return render_template(
        "desk/history.html",
        story=story,
        heading=heading,
        back=(kind_name(story.whole[0]), page_of(*story.whole)) if story.whole else (heading, page),
        **TELLING,
    )
