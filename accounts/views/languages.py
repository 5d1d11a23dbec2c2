"""The language of the pages, chosen on a device before anybody signs in."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from accounts import rules
from accounts.views.base import blueprint, home
from nic_platform import access, speech
from nic_platform.errors import AbsentError
from nic_platform.text import _


@blueprint.get("/language/<code>")
@access.public
def choose_language(code: str) -> ResponseReturnValue:
    """Speak another language on this device from now on, and go back to the page it was asked for on.

    Who chose one in their account reads that: what is chosen here holds where nobody did. It is kept in the
    cookie alone, so that a plain link will do.
    """
    if not speech.choose(code):
        raise AbsentError(_("There is no such page."))
    return redirect(rules.safe_next(request.args.get("next")) or home(), 303)
