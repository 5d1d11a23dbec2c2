"""The figures of students that one looked at oneself, in the API."""

from typing import Any

from desk import look_queries
from desk.look_schemas import LookPage
from nic_platform import access, looking
from nic_platform.api import ApiBlueprint, page_of
from nic_platform.database import session
from nic_platform.schemas import PageQuery

blueprint = ApiBlueprint("api_own_looks", __name__, "/account", "What you looked at")


@blueprint.get("/looks")
@access.signed_in
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, LookPage)
def list_own_looks(query: dict[str, Any]) -> Any:
    """List the figures of students that you and your tokens looked at, newest first."""
    looking.write_waiting()
    limit, after = query["limit"], query.get("after")
    rows = look_queries.own(session(), access.actor().user_id, after=after, limit=limit)
    return page_of(rows, limit, key=lambda row: row.id)
