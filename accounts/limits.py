"""How often one caller may do what costs much: the API, searches, files taken out and files sent in.

Counts lie in the database (:mod:`accounts.sign_in_services`), so all processes share them. They are looked at
before the work is done. Signing in, mails, codes, calendar feeds and PDFs are counted where they are handled.
"""

import re
from datetime import datetime

from flask import Flask, current_app, g, request
from flask_login import current_user
from werkzeug.exceptions import TooManyRequests

from accounts import leases, rules, sign_in_services
from accounts.rules import Try
from nic_platform import clock
from nic_platform.database import session, transaction

A_HANDFUL = 20
_TAKEN_OUT = re.compile(r"\.(csv|xlsx|zip)$|<(?:[^<>]*:)?(?:format|ending)>|/export\b|/file$|/csv$")
_FORMATS = frozenset({"csv", "xlsx"})
_SEARCHES = frozenset({"desk.search", "api_desk.search"})
# Files that are the same for everybody and hold nothing of anybody.
EXAMPLES = frozenset({"alignment.initiative_import_example", "milestones.plan_template"})


def init(app: Flask) -> None:
    """Count requests before they are answered."""
    app.extensions["nic.leases"] = leases.Leases()

    @app.before_request
    def count() -> None:
        is_api = request.path.startswith("/api/v1/")
        endpoint = request.endpoint or ""
        takes, sends, searches = takes_out(), _sends_in(), endpoint in _SEARCHES
        if not (is_api or takes or sends or searches) or not current_user.is_authenticated:
            return
        user_id, at = int(current_user.id), clock.now()
        if is_api:
            count_program(f"token {g.token_id}" if "token_id" in g else f"person {user_id}")
        if searches:
            _take_turn(rules.search_try(user_id), rules.window_start(at), at, wait=rules.seconds_left(at))
        if takes:
            count_once(rules.export_tries(user_id))
        if sends:
            count_once(rules.upload_tries(user_id))


def takes_out() -> bool:
    """Say whether this request asks for a file of what is kept here."""
    if request.method not in {"GET", "HEAD"} or request.url_rule is None or request.endpoint in EXAMPLES:
        return False
    return bool(_TAKEN_OUT.search(request.url_rule.rule)) or request.args.get("format") in _FORMATS


def _sends_in() -> bool:
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.url_rule is None:
        return False
    # A program sends a table as JSON, to the operation of that name.
    return request.mimetype == "multipart/form-data" or (request.endpoint or "").endswith(".send_file")


def count_once(tries: tuple[Try, ...]) -> None:
    """Count one try in a transaction of its own, unless this request counted it already.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    counted: set[str] = g.setdefault("counted_tries", set())
    new = tuple(each for each in tries if each.subject not in counted)
    if not new:
        return
    counted.update(each.subject for each in new)
    at = clock.now()
    session().rollback()  # the next statement takes the lock for writing
    g.writes = True
    with transaction(at=at) as current:
        allowed = sign_in_services.spend(current, new, at=at)
    g.writes = False
    if not allowed:
        raise TooManyRequests(retry_after=rules.seconds_left(at))


def count_program(who: str) -> None:
    """Count one request of a program against what it may ask for in a minute.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    at = clock.now()
    one = Try("api", who, int(current_app.config["API_PER_MINUTE"]))
    _take_turn(one, leases.minute_of(at), at, wait=60 - int(at.timestamp()) % 60)


def _take_turn(each: Try, window: datetime, at: datetime, *, wait: int) -> None:
    if each.limit <= 0:
        return

    def let_go() -> None:
        session().rollback()  # gives the connection back; the next statement takes the lock for writing

    def claim(handful: int) -> int:
        g.writes = True
        with transaction(at=at) as current:
            count = sign_in_services.count(current, each.subject, window, handful)
        g.writes = False
        return count

    held: leases.Leases = current_app.extensions["nic.leases"]
    if not held.take(each.subject, window, each.limit, min(A_HANDFUL, each.limit), claim, let_go):
        raise TooManyRequests(retry_after=wait)
