"""Somebody leads a team for now: named till a day, reminded, and again what they were before after it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import services
from nic_platform import clock
from nic_platform.actor import Actor, TeamRole
from nic_platform.errors import InputError, RuleError
from nic_platform.tables import Notice
from teams import interim_services, lead_queries, lead_services, team_services
from teams.models import Membership
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
AT = make.NOON
UNTIL = make.TODAY + timedelta(days=40)


@pytest.fixture
def world(session: Session) -> World:
    """A school whose lead's account is closed."""
    found = make_world(session)
    services.disable(session, found.people["lead"], by=None, at=AT)
    return found


@pytest.fixture
def by(session: Session, world: World) -> Actor:
    return make.actor_of(session, world.people["network_lead"])


def name(session: Session, world: World, by: Actor, who: str, until: date | None = UNTIL) -> Membership:
    person = world.people[who].public_id
    return interim_services.name_lead(session, world.school, person, until, by=by, at=AT)


def told(session: Session, kind: str) -> list[tuple[int | None, str]]:
    rows = session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))
    return [(notice.user_id, notice.subject) for notice in rows]


def days(count: int) -> datetime:
    return AT + timedelta(days=count)


def test_somebody_of_the_team_or_above_it_is_named_till_a_day(
    session: Session, world: World, by: Actor
) -> None:
    found = {one.user_id for one in lead_queries.candidates(session, world.school)}
    assert found == {world.people[role].id for role in ("member", "linking", "hub")}
    with pytest.raises(InputError):
        name(session, world, by, "peer")
    place = name(session, world, by, "hub")
    assert (place.user_id, place.role, place.interim_until) == (
        world.people["hub"].id, TeamRole.LEAD, UNTIL
    )  # fmt: skip
    assert told(session, interim_services.NAMED) == [(place.user_id, "You lead Own school for now")]
    leads = lead_queries.leads_of(session, world.school.id)
    assert [(one.user_id, one.until) for one in leads] == [(place.user_id, UNTIL)]


@pytest.mark.parametrize("until", [make.TODAY - timedelta(days=1), make.TODAY + timedelta(days=367)])
def test_a_day_that_is_over_or_too_far_is_refused(
    session: Session, world: World, by: Actor, until: date
) -> None:
    with pytest.raises(InputError) as refusal:
        name(session, world, by, "member", until)
    assert set(refusal.value.fields) == {"until"}
    assert not lead_queries.has_lead(session, world.school.id)


def test_another_day_another_person_and_in_the_end_one_for_good(
    session: Session, world: World, by: Actor
) -> None:
    place = name(session, world, by, "linking")
    assert name(session, world, by, "linking", make.TODAY).interim_until == make.TODAY
    other = name(session, world, by, "member")
    assert (place.role, place.interim_until, place.deleted_at) == (TeamRole.LINKING, None, None)
    assert name(session, world, by, "member", None) is other
    assert (other.role, other.interim_until) == (TeamRole.LEAD, None)
    with pytest.raises(RuleError):
        name(session, world, by, "linking")


@pytest.mark.parametrize(
    ("who", "role", "is_gone"),
    [
        ("member", TeamRole.MEMBER, False),
        ("linking", TeamRole.LINKING, False),
        ("hub", TeamRole.MEMBER, True),
    ],
)
def test_after_the_last_day_they_are_what_they_were_and_those_above_hear_of_it(
    session: Session, world: World, by: Actor, who: str, role: TeamRole, is_gone: bool
) -> None:
    lead_services.tell_of(session, world.people["lead"].id, at=days(39))
    place = name(session, world, by, who)
    assert interim_services.end_what_is_over(session, at=days(40)) == 0
    assert interim_services.end_what_is_over(session, at=days(41)) == 1
    assert interim_services.end_what_is_over(session, at=days(41)) == 0
    assert (place.role, place.interim_until, place.deleted_at is not None) == (role, None, is_gone)
    assert not lead_queries.has_lead(session, world.school.id)
    heard = {world.people["hub"].id, world.people["network_lead"].id}
    late = session.scalars(
        select(Notice.user_id).where(Notice.kind == lead_services.NO_LEAD, Notice.created_at == days(41))
    )
    assert set(late) == heard
    assert told(session, interim_services.ENDED) == [(place.user_id, "You no longer lead Own school")]


def test_who_came_back_to_lead_goes_again(session: Session, world: World, by: Actor) -> None:
    place = make.make_membership(session, world.school, world.people["hub"], deleted_at=AT)
    assert name(session, world, by, "hub") is place
    interim_services.end_what_is_over(session, at=days(41))
    assert place.deleted_at == days(41)


def test_a_week_before_it_is_reminded_of_once_and_of_a_moved_day_anew(
    session: Session, world: World, by: Actor
) -> None:
    place = name(session, world, by, "member")
    assert [interim_services.remind(session, at=days(day)) for day in (32, 33, 34)] == [0, 1, 0]
    people = {place.user_id, world.people["hub"].id, world.people["network_lead"].id}
    subject = f"{world.people['member'].name} leads Own school until {UNTIL:%b} {UNTIL.day}, {UNTIL.year}"
    assert set(told(session, interim_services.ENDS)) == {(one, subject) for one in people}
    name(session, world, by, "member", UNTIL + timedelta(days=2))
    assert interim_services.remind(session, at=days(36)) == 1


def test_where_somebody_else_leads_too_only_who_ends_is_reminded_and_nobody_is_missed(
    session: Session, world: World, by: Actor
) -> None:
    place = name(session, world, by, "member")
    make.make_user(session, world.school, role=TeamRole.LEAD)
    interim_services.remind(session, at=days(39))
    assert [user_id for user_id, _subject in told(session, interim_services.ENDS)] == [place.user_id]
    assert interim_services.end_what_is_over(session, at=days(41)) == 1
    assert told(session, lead_services.NO_LEAD) == []


def test_another_role_ends_it_too(session: Session, world: World, by: Actor) -> None:
    place = name(session, world, by, "member")
    make.make_user(session, world.school, role=TeamRole.LEAD)
    team_services.save_place(
        session, place, role=TeamRole.COACH, competencies=[], perspectives=[], by=by, at=AT
    )
    assert place.interim_until is None


def test_the_pages_show_it_and_name_somebody(session: Session, browse: Browse, world: World) -> None:
    team, member = f"/teams/{world.school.public_id}", world.people["member"]
    client, hub = browse(world.people["network_lead"]), browse(world.people["hub"])
    assert "Nobody leads this team" in client.get(team).text
    assert "Own school" in client.get("/network/leads").text
    assert "Name a lead for now" in hub.get("/network/leads").text
    assert "Own school" not in browse(world.people["peer"]).get("/network/leads").text
    until = clock.today(world.network.time_zone) + timedelta(days=30)
    sent = {"person": str(member.public_id), "until": until.isoformat()}
    assert browse(world.people["linking"]).post(f"{team}/lead", data=sent).status_code == 403
    assert client.post(f"{team}/lead", data={}).status_code == 422
    assert hub.post(f"{team}/lead", data=sent).status_code == 303
    session.expire_all()
    assert lead_queries.leads_of(session, world.school.id)[0].until == until
    words = f"until {until:%b} {until.day}, {until.year}"
    pages = [client.get(team + page).text for page in ("", "/people", "/charter", "/lead")]
    assert [words in page for page in pages] == [True] * 4
    assert "Nobody leads this team" not in pages[0]


def test_who_leads_for_now_does_not_make_it_longer(browse: Browse, session: Session, world: World) -> None:
    member = world.people["member"]
    name(session, world, make.actor_of(session, world.people["network_lead"]), "member")
    sent = {"person": str(member.public_id), "until": ""}
    assert browse(member).post(f"/teams/{world.school.public_id}/lead", data=sent).status_code == 403
