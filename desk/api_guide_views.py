"""The API's description as pages: every operation with its scope, fields, errors and an example."""

import json
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from desk import api_guide as guide
from desk.base_views import blueprint
from nic_platform import access, api_problem, api_scopes
from nic_platform.errors import AbsentError
from nic_platform.text import _

LONGEST = 100  # signs of what is looked for


def _description() -> dict[str, Any]:
    """Return the description, read once for each process."""
    known = current_app.extensions
    if "nic.api_read" not in known:
        known["nic.api_read"] = json.loads(known["nic.api"].document())
    found: dict[str, Any] = known["nic.api_read"]
    return found


def _base() -> str:
    return str(current_app.config["BASE_URL"])


@blueprint.get("/api/")
@access.public
def api_guide() -> ResponseReturnValue:
    """List what programs can do, found by words, with what holds for all of it."""
    text = request.args.get("q", "")[:LONGEST].strip()
    found = guide.find(list(guide.lines_of(_description())), text)
    order = list(api_scopes.AREAS)
    found.sort(key=lambda line: order.index(line.area))
    areas = [(area, list(lines)) for area, lines in groupby(found, key=attrgetter("area"))]
    return render_template(
        "desk/api_guide.html", areas=areas, names=api_scopes.area_words(), q=text, count=len(found),
        kinds=api_problem.KINDS, base=_base().rstrip("/"),
    )  # fmt: skip


@blueprint.get("/api/<operation>")
@access.public
def api_operation(operation: str) -> ResponseReturnValue:
    """Show one operation: what it takes, what it answers, what it asks for, and an example."""
    found = guide.operation_of(_description(), operation, _base())
    if found is None:
        raise AbsentError(_("There is no such operation."))
    return render_template("desk/api_operation.html", operation=found, names=api_scopes.area_words())
