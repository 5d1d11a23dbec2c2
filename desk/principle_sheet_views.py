"""The six principles of a network as a sheet to print or take away."""

from flask import url_for
from flask.typing import ResponseReturnValue

from desk import paper_views
from desk.base_views import blueprint
from nic_platform import access
from nic_platform.database import session
from nic_platform.pages import today
from variation import principle_page


@blueprint.get("/network/principles/sheet")
@access.signed_in
def principles_sheet() -> ResponseReturnValue:
    """Show what the records say of the six principles, with the steps, on paper."""
    actor = access.actor()
    return paper_views.sheet(
        "desk/principles.html",
        "six-principles",
        actor,
        page=principle_page.read(session(), actor, today(actor)),
        back=url_for("principles.index"),
    )
