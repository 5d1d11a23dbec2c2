"""What is held about you, in the API."""

from typing import Any

from flask import g

from accounts import data_schemas, rules
from accounts.views import base
from interchange import own_data_queries
from nic_platform import access, looks
from nic_platform.api import ApiBlueprint
from nic_platform.database import session
from nic_platform.text import _

blueprint = ApiBlueprint("api_own_data", __name__, "/account", "What is held about you")


@blueprint.get("/data")
@access.signed_in
@blueprint.response(200, data_schemas.OwnDataSchema)
def own_data() -> dict[str, Any]:
    """Return everything that is held about you, by table. Five times in a quarter of an hour.

    It takes a token: whoever sits at an open page is asked for the password there.
    """
    actor = access.actor()
    access.require(
        bool(g.get("by_token")), _("Use a token. In a browser, “Your data” asks for your password.")
    )
    base.count_try(rules.own_data_tries(actor.user_id))
    base.note_taken("person", actor.user_id, {"data": [None, "json"]})
    looks.note()  # counts that the person wrote down are in it
    return {"tables": own_data_queries.about(session(), actor.user_id)}
