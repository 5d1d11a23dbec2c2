"""A team's cycles as a file to take away."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from cycles import cycle_table_queries, queries
from cycles.cycle_table import HEADER, cells
from cycles.views.root import blueprint, uuid_of
from nic_platform import access, exporting
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.text import _


@blueprint.get("/cycles/export.csv", defaults={"ending": "csv"})
@blueprint.get("/cycles/export.xlsx", defaults={"ending": "xlsx"})
@access.signed_in
def export(ending: str) -> ResponseReturnValue:
    """Give a team's cycles as CSV or as a workbook, a row for each prediction; ``?team=`` names the team."""
    actor = access.actor()
    team_id = _team_id(actor)
    rows = cells(cycle_table_queries.table_of(session(), actor, team_id))
    if ending == "csv":
        return _file(exporting.as_csv(HEADER, rows), ending, exporting.CSV_TYPE)
    return _file(exporting.as_xlsx(HEADER, rows, "Cycles"), ending, exporting.XLSX_TYPE)


def _team_id(actor: Actor) -> int:
    wanted = uuid_of(request.args.get("team"))
    if wanted is not None:
        return queries.get_team(session(), actor, wanted).id
    if actor.team_id is None:
        raise AbsentError(_("Choose a team first."))
    return actor.team_id


def _file(data: bytes, ending: str, kind: str) -> Response:
    response = Response(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="cycles.{ending}"'
    return response
