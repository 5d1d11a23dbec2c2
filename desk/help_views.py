"""How it works."""

from flask import render_template
from flask.typing import ResponseReturnValue

from desk.base_views import blueprint
from nic_platform import access


@blueprint.get("/help")
@access.signed_in
def help_page() -> ResponseReturnValue:
    """Say in plain words how the platform works and which rules it applies."""
    return render_template("desk/help.html", minimum=access.actor().minimum_cell)
