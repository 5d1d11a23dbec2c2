"""The living change package as a sheet: to read, to print, or as a PDF."""

from flask import url_for
from flask.typing import ResponseReturnValue

from desk import paper_views
from nic_platform import access
from nic_platform.database import session
from nic_platform.pages import today, uuid_arg
from variation import library_wording as wording
from variation import package_queries
from variation.library_views import blueprint, readers_actor


@blueprint.get("/library/package")
@access.signed_in
def package() -> ResponseReturnValue:
    """Show the change package of the network, or of one driver with ``?driver=``."""
    actor = readers_actor()
    found = package_queries.package(session(), actor, uuid_arg("driver"))
    return paper_views.sheet(
        "variation/package.html",
        "change-package",
        actor,
        package=found,
        say=wording,
        kinds={"advice": "advice", "adaptation": "adaptation", "material": "material"},
        on=today(actor),
        back=url_for("library.index"),
    )
