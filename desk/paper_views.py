"""How a sheet is given out: as a page to print, or as a PDF where this installation can draw one."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from accounts import rules, sign_in_services
from nic_platform import clock, pdf
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.text import _
from teams.models import Team

FORMS = ("letter", "a4")


def size() -> str:
    """Return the paper that the address asks for; letter where it asks for none that we know."""
    asked = request.args.get("paper", "letter")
    return asked if asked in FORMS else "letter"


def sheet(template: str, name: str, actor: Actor, **values: Any) -> ResponseReturnValue:
    """Return a sheet: the page, or with ``?form=pdf`` the PDF to take away.

    Where no PDF can be drawn, the page says how to print it.

    Args:
        name: of the file, without its ending.
    """
    wants_pdf = request.args.get("form") == "pdf"
    values |= {"paper": size(), "can_draw": pdf.can_draw(), "here": _here}
    if not wants_pdf:
        return render_template(template, layout="layouts/print.html", **values)
    if not pdf.can_draw():
        flash(pdf.advice(), "bad")
        return redirect(_here(form=None), 303)
    page = render_template(template, layout="layouts/paper.html", **values)
    count_drawing(actor)
    answer = Response(pdf.draw(page, size()), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def _here(**changes: str | None) -> str:
    """Return this page's address with some of its questions changed."""
    wanted = {**request.args.to_dict(), **changes}
    pairs = {key: value for key, value in wanted.items() if value is not None}
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def team_name(team_id: int) -> str:
    """Return the name of a team that the visitor reads."""
    return str(session().get_one(Team, team_id).name)


def count_drawing(actor: Actor) -> None:
    """Count a drawing against its person's limit.

    Raises:
        TooManyRequests: it is passed.
    """
    at, g.writes = clock.now(), True
    session().rollback()  # the reading is over; counting needs the write lock
    with transaction(at=at) as current:
        allowed = sign_in_services.spend(current, rules.drawing_tries(actor.user_id), at=at)
    if not allowed:
        raise TooManyRequests(_("Too many PDFs at once."), retry_after=rules.seconds_left(at))
