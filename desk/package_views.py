"""The living change package as a sheet: to read, to print, or as a PDF."""

from flask import url_for
from flask.typing import ResponseReturnValue

from desk import paper_views
from desk.base_views import blueprint
from nic_platform import access
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.pages import today, uuid_arg
from nic_platform.text import _
from variation import library_wording as wording
from variation import package_queries


@blueprint.get("/library/package")
@access.signed_in
def change_package() -> ResponseReturnValue:
    """Show the change package of the network, or of one driver with ``?driver=``."""
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    found = package_queries.package(session(), actor, uuid_arg("driver"))
    return paper_views.sheet(
        "variation/package.html",
        "change-package",
        actor,
        package=found,
        say=wording,
        on=today(actor),
        back=url_for("library.index"),
    )
