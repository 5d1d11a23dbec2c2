"""Calendar feeds: a person's secret addresses, and the feed itself, which asks for no sign-in."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from accounts import rules, sign_in_services
from desk import feed, feed_queries, feed_services
from desk.base_views import blueprint
from desk.feed_forms import FeedForm
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from nic_platform.words import speaking
from teams.network_queries import get_network

KEPT = "private, max-age=900"  # a calendar program need not ask more often than every quarter of an hour


def _teams(actor: Actor) -> dict[str, tuple[int, str]]:
    """Return the person's teams in this network by public id, with their numbers and names."""
    places = current_app.extensions["nic.standing"]().places
    return {
        str(place.team_public_id): (place.team_id, place.team_name)
        for place in places
        if place.network_id == actor.network_id
    }


def feed_address(secret: str) -> str:
    """Return the whole address of a feed, as people copy it into their calendar."""
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    return base + url_for("desk.calendar_feed", token=secret)


@blueprint.route("/account/calendar", methods=["GET", "POST"])
@access.signed_in
def feeds() -> ResponseReturnValue:
    """List the person's calendar addresses, and make one: it is shown this once."""
    actor, form = access.actor(), FeedForm()
    teams = _teams(actor)
    form.offer([(UUID(key), name) for key, (_number, name) in teams.items()])
    made: list[str] = []

    def make(current: Session) -> None:
        team_id = teams[form.team.data][0] if form.team.data else None
        _feed, secret = feed_services.make(current, team_id=team_id, by=actor, at=clock.now())
        made.append(feed_address(secret))

    status = status_of(form)
    if form.validate_on_submit() and try_to(form, actor, make):
        status = 201
    return _list(form, made), status


def _list(form: FeedForm, made: list[str]) -> str:
    actor = access.actor()
    rows = feed_queries.own_feeds(session(), actor.user_id)
    return render_template(
        "desk/feeds.html", form=form, rows=rows, made=made[0] if made else "", has_team=bool(actor.roles)
    )


@blueprint.post("/account/calendar/<uuid:feed_id>/renew")
@access.signed_in
def renew_feed(feed_id: UUID) -> ResponseReturnValue:
    """Give a feed a new address in place of the one that got out."""
    actor, form = access.actor(), FeedForm(formdata=None)
    found = feed_queries.own_feed(session(), actor.user_id, feed_id)
    with transaction(actor) as current:
        made = feed_address(feed_services.renew(current, found, at=clock.now()))
    form.offer([(UUID(key), name) for key, (_number, name) in _teams(actor).items()])
    return _list(form, [made]), 201


@blueprint.post("/account/calendar/<uuid:feed_id>/end")
@access.signed_in
def end_feed(feed_id: UUID) -> ResponseReturnValue:
    """End a feed; calendars that read it get nothing from now on."""
    actor = access.actor()
    found = feed_queries.own_feed(session(), actor.user_id, feed_id)
    with transaction(actor) as current:
        feed_services.end(current, found, at=clock.now())
    return went(url_for("desk.feeds"), _("The address works no more."))


@blueprint.get("/calendar/<string:token>.ics")
@access.public
def calendar_feed(token: str) -> ResponseReturnValue:
    """Give the dates behind a secret address, as far as its owner may see them now."""
    _count_reading(token)
    found = feed_queries.reader_of(session(), token)
    zone = ZoneInfo(found.actor.time_zone)
    with speaking(get_network(session(), found.actor).words):
        entries = feed_queries.entries_for(session(), found.actor, today(found.actor))
        body = feed.write(entries, name=found.name, zone=zone, base=str(current_app.config["BASE_URL"]))
    feed_id = found.feed.id
    if rules.needs_touch(found.feed.read_at, clock.now()):
        _note(feed_id)
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="switchback.ics"'
    answer.headers["Cache-Control"] = KEPT
    answer.set_etag(feed.tag_of(body))
    answer.last_modified = feed.changed_at(entries)
    return answer.make_conditional(request)


def _count_reading(token: str) -> None:
    """Count a reading against the address and against the place it comes from.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    at, g.writes = clock.now(), True
    tries = rules.feed_tries(token, request.remote_addr or "")
    session().rollback()
    with transaction(at=at) as current:
        allowed = sign_in_services.spend(current, tries, at=at)
    g.writes = False
    if not allowed:
        raise TooManyRequests(retry_after=rules.seconds_left(at))


def _note(feed_id: int) -> None:
    """Keep when the feed was read last, in a short transaction of its own."""
    g.writes = True
    session().rollback()
    with transaction() as current:
        feed_services.note_reading(current, feed_id, at=clock.now())
    g.writes = False
