"""Calendar feeds over the web: made once, read without a sign-in, ended, and never more than may be seen."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Attempt
from desk.models import CalendarFeed
from milestones.models import Milestone, Plan, Touchpoint
from nic_platform import clock
from teams.models import Membership
from tests.factories import make_cycle, make_item, make_milestone, make_user
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def made_by(client: FlaskClient, team: str = "") -> str:
    """Return the path of a newly made address."""
    answer = client.post("/account/calendar", data={"team": team})
    assert answer.status_code == 201
    return urlsplit(answer.text.split('id="made" value="')[1].split('"')[0]).path


def plan_of(session: Session, world: World) -> Plan:
    return session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()


def read(app: Flask, path: str) -> Calendar:
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data)


def titles(app: Flask, path: str) -> list[str]:
    return [str(event["summary"]) for event in read(app, path).walk("VEVENT")]


@pytest.fixture
def dates(session: Session, world: World) -> date:
    """Something of every kind in the own school, from today on; return today."""
    day = clock.today(world.network.time_zone)
    milestone = session.scalars(
        select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])
    ).one()
    milestone.name, milestone.due_on = "Exit tickets", day + timedelta(days=9)
    make_cycle(session, world.school, stage="do", title="Door card", ends_on=day + timedelta(days=3))
    make_item(session, world.school, state="waiting", holder_id=world.hub.id, number=218, highest_rank=2,
              title="Private words", due_on=day + timedelta(days=4))  # fmt: skip
    session.add(
        Touchpoint(network_id=world.network.id, team_id=world.school.id, held_on=day + timedelta(days=1),
                   starts_at=time(15, 15), minutes=45, place="Library", title="Step back", notes="Secret")
    )  # fmt: skip
    session.flush()
    return day


def test_a_feed_gives_every_kind_of_date_in_the_networks_zone(
    app: Flask, browse: Browse, world: World, dates: date
) -> None:
    path = made_by(browse(world.people["member"]))

    events = {str(event["summary"]): event for event in read(app, path).walk("VEVENT")}

    assert set(events) == {
        "Due: Exit tickets", "Test ends: Door card", "Answer promised: F-218", "Step back",
    }  # fmt: skip
    start = events["Step back"].decoded("dtstart")
    assert start == datetime.combine(dates + timedelta(days=1), time(15, 15), ZoneInfo("America/Denver"))
    assert events["Step back"].decoded("dtend") - start == timedelta(minutes=45)
    assert events["Due: Exit tickets"].decoded("dtstart") == dates + timedelta(days=9)
    assert events["Due: Exit tickets"]["uid"] == f"milestone-{world.ids['milestone_id']}@switchback"


def test_no_words_that_were_not_meant_for_it(app: Flask, browse: Browse, world: World, dates: date) -> None:
    text = app.test_client().get(made_by(browse(world.people["member"]))).text

    assert "Private words" not in text
    assert "Secret" not in text


def test_drafts_and_deleted_things_stay_out(
    app: Flask, session: Session, browse: Browse, world: World, dates: date
) -> None:
    plan = plan_of(session, world)
    make_milestone(session, world.school, plan=plan, name="Only a draft", is_draft=True, due_on=dates)
    gone = make_milestone(session, world.school, plan=plan, name="Gone", due_on=dates)
    gone.deleted_at = clock.now()
    session.flush()

    assert {"Due: Only a draft", "Due: Gone"}.isdisjoint(titles(app, made_by(browse(world.people["member"]))))


def test_the_address_is_shown_once_and_kept_as_a_hash(session: Session, browse: Browse, world: World) -> None:
    client = browse(world.people["member"])
    secret = made_by(client).removeprefix("/calendar/").removesuffix(".ics")

    assert secret not in client.get("/account/calendar").text
    kept = session.scalars(select(CalendarFeed.token_hash).order_by(CalendarFeed.id.desc())).first()
    assert kept is not None
    assert secret not in kept
    assert len(kept) == 64


def test_an_ended_address_and_one_that_never_was_answer_404(app: Flask, browse: Browse, world: World) -> None:
    client = browse(world.people["member"])
    path = made_by(client)
    feed = client.get("/account/calendar").text.rsplit("/end", 1)[0].rsplit("/", 1)[1]

    client.post(f"/account/calendar/{feed}/end")

    nobody = app.test_client()
    assert nobody.get(path).status_code == nobody.get("/calendar/nothing.ics").status_code == 404


def test_a_new_address_ends_the_old_one(app: Flask, browse: Browse, world: World) -> None:
    client = browse(world.people["member"])
    old = made_by(client)
    feed = client.get("/account/calendar").text.rsplit("/renew", 1)[0].rsplit("/", 1)[1]

    answer = client.post(f"/account/calendar/{feed}/renew")

    new = urlsplit(answer.text.split('id="made" value="')[1].split('"')[0]).path
    assert new != old
    assert app.test_client().get(old).status_code == 404
    assert app.test_client().get(new).status_code == 200


def test_who_left_the_team_or_was_shut_out_gives_nothing_away(
    app: Flask, session: Session, browse: Browse, world: World, dates: date
) -> None:
    member = world.people["member"]
    path = made_by(browse(member), str(world.ids["team_id"]))
    mine = made_by(browse(member))
    place = session.scalars(select(Membership).where(Membership.user_id == member.id)).one()

    for thing, name in ((place, "deleted_at"), (member, "disabled_at")):
        setattr(thing, name, clock.now())
        session.flush()
        assert app.test_client().get(path).status_code == 404
        assert app.test_client().get(mine).status_code == 404
        setattr(thing, name, None)
        session.flush()
    assert app.test_client().get(path).status_code == 200


def test_a_teams_feed_holds_that_team_alone(
    app: Flask, session: Session, browse: Browse, world: World, dates: date
) -> None:
    both = make_user(session, world.school, world.peer)
    make_milestone(session, world.peer, name="At the peer", due_on=dates)
    client = browse(both)

    assert "Due: At the peer" in titles(app, made_by(client))
    one = titles(app, made_by(client, str(world.school.public_id)))
    assert "Due: At the peer" not in one
    assert "Due: Exit tickets" in one


def test_another_network_and_a_hub_get_their_own_dates_only(
    app: Flask, browse: Browse, world: World, dates: date
) -> None:
    assert titles(app, made_by(browse(world.people["other_network"]))) == []
    assert "Due: Exit tickets" not in titles(app, made_by(browse(world.people["hub"])))


def test_nobody_makes_a_feed_of_a_team_that_is_not_theirs(browse: Browse, world: World) -> None:
    client = browse(world.people["peer"])

    assert client.post("/account/calendar", data={"team": str(world.ids["team_id"])}).status_code == 422


def test_an_unchanged_calendar_is_not_sent_again(
    app: Flask, browse: Browse, world: World, dates: date
) -> None:
    path, client = made_by(browse(world.people["member"])), app.test_client()
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    since = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert (again.status_code, again.data) == (304, b"")
    assert since.status_code == 304
    assert "private" in first.headers["Cache-Control"]


def test_reading_is_noted_and_too_much_of_it_is_refused(
    app: Flask, session: Session, browse: Browse, world: World
) -> None:
    member = browse(world.people["member"])
    path, client = made_by(member), app.test_client()
    client.get(path)

    assert "last read" in member.get("/account/calendar").text
    for each in session.scalars(select(Attempt)):
        each.count = 301
    session.flush()
    answer = client.get(path)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_feed_takes_as_many_statements_for_many(
    app: Flask, session: Session, browse: Browse, world: World, dates: date, count_queries: Count
) -> None:
    path, client = made_by(browse(world.people["member"])), app.test_client()
    client.get(path)
    with count_queries() as few:
        client.get(path)
    for number in range(5):
        due_on = dates + timedelta(days=number)
        make_milestone(session, world.school, plan=plan_of(session, world), due_on=due_on)
        make_cycle(session, world.school, stage="do", ends_on=dates)
    with count_queries() as many:
        client.get(path)

    assert len(many) == len(few)


def test_the_secret_stands_in_no_log(
    app: Flask, browse: Browse, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    import logging

    secret = made_by(browse(world.people["member"])).removeprefix("/calendar/").removesuffix(".ics")
    with caplog.at_level(logging.INFO):
        logging.getLogger("gunicorn.access").info("GET %s 200", f"/calendar/{secret}.ics")
        app.logger.error("Exception on %s", f"/calendar/{secret}.ics")
        app.test_client().get(f"/calendar/{secret}x.ics")

    assert secret not in caplog.text
    assert "/calendar/….ics" in caplog.text
