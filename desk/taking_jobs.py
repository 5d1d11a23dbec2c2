"""Background work of files that take long: the page is read as its visitor would, in the worker."""

import re
from io import BytesIO
from typing import Any

from flask import Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from accounts.models import User
from desk import taking_loading, taking_services
from desk.taking_services import JOB, KEPT
from nic_platform import access, clock, looking, looks, taking
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, RuleError
from nic_platform.jobs import Report, every, register
from nic_platform.storage import storage
from nic_platform.taking import ASKED
from nic_platform.text import _

FORGET = "desk.forget_files"


@register(JOB)
def make_file(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Make the file that somebody asked for, with the rights that they have now. Harmless when repeated."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # what the proxy stands for
    headers = {"Accept-Language": payload["language"]}
    with app.app_context(), app.test_request_context(payload["path"], headers=headers):
        person = session().get(User, payload["user_id"])
        if person is None or person.disabled_at or person.deleted_at:
            raise AbsentError(_("There is no such page."))
        g._login_user, g.chosen_team_id, g.taking, g.in_background = person, payload["team_id"], True, True
        rights = taking_services.rights_of(access.actor())
        looks.listen()
        made = _answer(report)
        _note_looks(access.actor())
        name = re.search(r'filename="([^"]+)"', made.headers.get("Content-Disposition", ""))
        kept = storage().put(BytesIO(made.get_data()))
    return {
        "key": kept.key, "size": kept.size, "until": (clock.now() + KEPT).isoformat(), "rights": rights,
        "type": made.content_type, "name": name.group(1) if name else "file",
    }  # fmt: skip


def _note_looks(actor: Actor) -> None:
    """Write down whose figures of students went into the file."""
    if seen := looks.heard():
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # what the proxy stands for
        looking.keep(app, looking.looks_of(actor, seen, looking.FILE), clock.now())


def _answer(report: Report) -> Response:
    """Return the answer to the request in hand.

    Raises:
        RuleError: the page does not open to this person (any more).
    """

    def told(pages: int) -> None:
        report(min(95, 100 * pages // (pages + 10)))  # nobody knows how many there are

    report(1)
    try:
        made = taking_loading.answer(request.args.get(ASKED, "csv"), None, told)
    except HTTPException as error:
        raise RuleError(str(error.description)) from error
    if made is None or made.status_code != 200 or made.mimetype == "text/html":
        raise RuleError(_("This page gives no file."))
    report(96)
    return made


@register(FORGET)
def forget_files(_payload: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Delete the files whose day is over. Harmless when repeated."""
    at = clock.now()
    with transaction(at=at) as current:
        return {"gone": taking.forget_made(current, JOB, at)}


every(FORGET, minutes=60)
