"""Every page's tables as a file: ``?take=csv``, ``?take=xlsx``; what takes long is made in the background."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from desk import taking_loading, taking_services
from desk.base_views import blueprint
from milestones.exporting_api import count_export
from nic_platform import access, clock, page_files, page_tables
from nic_platform.database import session, transaction
from nic_platform.pages import went
from nic_platform.taking import ASKED, ManyRowsError, saved
from nic_platform.text import _, language

_OWN_FILES = re.compile(r'href="[^"]*(?:\.xlsx|(?:format|ending)=xlsx)')


@dataclass(frozen=True)
class Ways:
    """Where a page's tables are to be had as files."""

    csv: str
    xlsx: str


def watch(app: Flask) -> None:
    """Let every page be asked for its tables, and say so at its foot."""
    app.before_request(take_page)
    app.register_error_handler(ManyRowsError, lambda error: put_off(str(error)))
    app.jinja_env.globals["take_away"] = take_away


def take_away(shown: str) -> Ways | None:
    """Return the addresses of a page's tables as files; none for a page without, or with own files."""
    if request.method != "GET" or not current_user.is_authenticated or not page_tables.is_worth(shown):
        return None
    if _OWN_FILES.search(shown):  # which hold more than the page shows
        return None
    return Ways(*(_asking(kind) for kind in page_files.KINDS))


def _asking(kind: str) -> str:
    asked = [each for each in request.args.items(multi=True) if each[0] not in {ASKED, "present"}]
    return f"{request.path}?{urlencode([*asked, (ASKED, kind)])}"


def take_page() -> ResponseReturnValue | None:
    """Answer with the tables of the page that is asked for, where the address says so."""
    kind = request.args.get(ASKED, "")
    if kind not in page_files.KINDS or request.method != "GET" or request.url_rule is None:
        return None
    if request.path.startswith(("/api/", "/scim/")) or not current_user.is_authenticated:
        return None
    count_export(access.actor().user_id)
    return _taken(kind)


def _taken(kind: str) -> ResponseReturnValue:
    g.taking = True
    try:
        made = taking_loading.answer(kind, taking_loading.AT_ONCE)
    except ManyRowsError as error:
        g.taking = False
        return put_off(str(error))
    g.taking = False
    return made or went(request.path, _("There is nothing on this page to take away yet."))


def put_off(title: str) -> ResponseReturnValue:
    """Let what this request asks for be made in the background, and lead to where it will lie."""
    actor = access.actor()
    session().rollback()  # the next statement takes the lock for writing
    g.writes = True
    with transaction(actor) as current:
        taking_services.begin(current, actor, request.full_path, title, language=language())
    g.writes = False
    words = _("This takes a while. It is made in the background; you can go on meanwhile.")
    return went(url_for("desk.files"), words)


@blueprint.get("/account/files")
@access.signed_in
def files() -> ResponseReturnValue:
    """Show the files that the visitor asked for: how far they are, and those that can be saved."""
    rows = taking_services.list_files(session(), access.actor())
    busy = any(row.state in {"queued", "running"} for row in rows)
    return render_template("desk/files.html", rows=rows, busy=busy)


@blueprint.get("/account/files/<uuid:made_file_id>")
@access.signed_in
def made_file(made_file_id: UUID) -> ResponseReturnValue:
    """Give a file that was made in the background to whoever asked for it."""
    actor = access.actor()
    count_export(actor.user_id)
    kept = taking_services.kept_file(session(), actor, made_file_id, clock.now())
    return saved(kept.key, kept.content_type, kept.name)
