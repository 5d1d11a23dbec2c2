"""Inviting and accepting: through the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from accounts.models import OneTimeLink, User
from accounts.rules import hashed
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.tables import Notice
from teams.models import Membership, NetworkMember, Team
from tests import factories as make
from tests.accounts.conftest import Clock
from tests.world import ROLES, World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session, time: Clock) -> World:
    world = make_world(session)
    for model in (OneTimeLink, Notice):  # these tests count what they make
        session.execute(delete(model))
    return world


def invite(client: FlaskClient, team: Team, email: str = "new@x.org", role: str = "member") -> int:
    return client.post(f"/invitation/team/{team.public_id}", data={"email": email, "role": role}).status_code


def links(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(OneTimeLink)) or 0


def place_of(session: Session, team: Team, email: str) -> TeamRole | None:
    return session.scalar(
        select(Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(User.email == email, Membership.team_id == team.id, Membership.deleted_at.is_(None))
    )


# ---------------------------------------------------------------- who may invite where

TO_TEAM = dict(zip(ROLES, (303, 404, 403, 403, 403, 303, 403, 403, 403, 303, 403, 403, 303), strict=True))
TO_NETWORK = dict(zip(ROLES, (303, 404, 403, 403, 403, 403, 403, 403, 403, 303, 403, 403, 303), strict=True))


def test_who_may_invite_to_a_team(session: Session, browse: Browse, world: World) -> None:
    got = {role: invite(browse(world.people.get(role)), world.school) for role in ROLES}

    assert got == TO_TEAM
    assert links(session) == 3  # of lead, network lead and admin; nobody left one without being signed in


def test_who_may_give_roles_in_a_network(session: Session, browse: Browse, world: World) -> None:
    data = {"email": "new@x.org", "role": "analyst", "level": "state"}
    address = f"/invitation/network/{world.network.public_id}"
    got = {role: browse(world.people.get(role)).post(address, data=data).status_code for role in ROLES}

    assert got == TO_NETWORK
    assert links(session) == 2  # of network lead and admin


def test_a_network_lead_invites_to_no_other_network(session: Session, browse: Browse, world: World) -> None:
    assert invite(browse(world.people["network_lead"]), world.stranger) == 404
    assert links(session) == 0


def test_an_admin_invites_anywhere(browse: Browse, world: World) -> None:
    assert invite(browse(world.people["admin"]), world.stranger) == 303


# ---------------------------------------------------------------- inviting


def test_an_invitation_is_mailed_and_kept_as_its_hash(
    session: Session, browse: Browse, world: World, mailed_path: Callable[[], str]
) -> None:
    assert invite(browse(world.people["lead"]), world.school, " New@X.org ") == 303
    token = mailed_path().rsplit("/", 1)[1]
    link = session.scalars(select(OneTimeLink)).one()

    assert (link.email, link.token_hash) == ("new@x.org", hashed(token))
    mail = session.scalars(select(Notice).where(Notice.address.is_not(None))).one()
    assert (mail.address, mail.on_page) == ("new@x.org", False)
    assert "Own school" in mail.subject


@pytest.mark.parametrize(
    "data", [{"email": "nobody"}, {"email": ""}, {"email": "a@x.org", "role": "network_lead"}]
)
def test_what_can_not_be_invited_is_said(
    session: Session, browse: Browse, world: World, data: dict[str, str]
) -> None:
    page = browse(world.people["lead"]).post(
        f"/invitation/team/{world.school.public_id}", data={"role": "member", **data}
    )

    assert page.status_code == 422
    assert links(session) == 0


def test_who_is_in_the_team_is_not_invited_again(session: Session, browse: Browse, world: World) -> None:
    assert invite(browse(world.people["lead"]), world.school, world.people["member"].email) == 422
    assert links(session) == 0


def test_the_page_lists_where_to_and_what_is_open(browse: Browse, world: World) -> None:
    lead, runs = browse(world.people["lead"]), browse(world.people["network_lead"])
    invite(lead, world.school)

    assert "new@x.org" in lead.get("/invitation").text
    assert "new@x.org" in runs.get("/invitation").text
    assert "Peer school" in runs.get("/invitation?q=peer").text
    assert "Other network" not in runs.get("/invitation?q=school").text
    assert "new@x.org" not in browse(world.people["peer"]).get("/invitation").text
    assert browse(world.people["member"]).get("/invitation").status_code == 403


def test_an_invitation_can_be_taken_back(
    session: Session, browse: Browse, world: World, mailed_path: Callable[[], str]
) -> None:
    invite(browse(world.people["lead"]), world.school)
    path, link = mailed_path(), session.scalars(select(OneTimeLink)).one()
    address = f"/invitation/{link.public_id}/withdraw"

    for role in ("peer", "member", "other_network", "hub"):
        assert browse(world.people[role]).post(address).status_code == 404
    assert browse(world.people["network_lead"]).post(address).status_code == 303

    client = browse()
    client.get(path)
    assert client.get("/invitation/open").status_code == 404


# ---------------------------------------------------------------- accepting


def open_(client: FlaskClient, path: str, **data: str) -> int:
    client.get(path)
    return client.post("/invitation/open", data={"name": "New Person", **data}).status_code


def test_somebody_new_makes_an_account_and_is_in_the_team(
    session: Session, browse: Browse, world: World, mailed_path: Callable[[], str]
) -> None:
    invite(browse(world.people["lead"]), world.school, role="coach")
    client, path = browse(), mailed_path()
    taken = client.get(path)
    assert "Own school" in client.get(taken.location).text

    assert open_(client, path, password="a quiet harbour") == 303

    assert place_of(session, world.school, "new@x.org") is TeamRole.COACH
    page = client.get("/account")
    assert page.status_code == 200
    assert "Own school" in page.text


def test_an_invitation_works_once(
    session: Session, browse: Browse, world: World, mailed_path: Callable[[], str]
) -> None:
    invite(browse(world.people["lead"]), world.school)
    path = mailed_path()
    assert open_(browse(), path) == 303
    assert open_(browse(), path) == 404


def test_a_poor_password_uses_nothing_up(
    session: Session, browse: Browse, world: World, mailed_path: Callable[[], str]
) -> None:
    invite(browse(world.people["lead"]), world.school)
    path, client = mailed_path(), browse()

    assert open_(client, path, password="password1") == 422
    assert session.scalar(select(User.id).where(User.email == "new@x.org")) is None
    assert open_(client, path) == 303


def test_an_invitation_lives_for_seven_days(
    browse: Browse, world: World, time: Clock, mailed_path: Callable[[], str]
) -> None:
    invite(browse(world.people["lead"]), world.school)
    path = mailed_path()
    time.forward(days=7)

    assert open_(browse(), path) == 404


def test_somebody_with_an_account_has_to_be_signed_in(
    session: Session, browse: Browse, world: World, mailed_path: Callable[[], str]
) -> None:
    peer = world.people["peer"]
    invite(browse(world.people["lead"]), world.school, peer.email)
    path, nobody, other, self = mailed_path(), browse(), browse(world.people["hub"]), browse(peer)

    assert open_(nobody, path) == 200  # only says to sign in
    assert "/sign-in?next=/invitation/open" in nobody.get("/invitation/open").text
    assert open_(other, path) == 200
    assert place_of(session, world.school, peer.email) is None
    assert open_(self, path) == 303
    assert place_of(session, world.school, peer.email) is TeamRole.MEMBER


def test_the_invitation_is_still_held_after_signing_in(
    session: Session, browse: Browse, world: World, mailed_path: Callable[[], str]
) -> None:
    from accounts.passwords import hash_password

    peer = world.people["peer"]
    peer.password_hash = hash_password("a quiet harbour")
    session.flush()
    invite(browse(world.people["lead"]), world.school, peer.email)
    client = browse()
    client.get(mailed_path())
    data = {"email": peer.email, "password": "a quiet harbour", "next": "/invitation/open"}

    assert client.post("/sign-in", data=data).location == "/invitation/open"
    assert client.post("/invitation/open").status_code == 303
    assert place_of(session, world.school, peer.email) is TeamRole.MEMBER


def test_a_role_in_a_network_is_given(
    session: Session, browse: Browse, world: World, mailed_path: Callable[[], str]
) -> None:
    data = {"email": "new@x.org", "role": "reviewer", "level": "district"}
    browse(world.people["network_lead"]).post(f"/invitation/network/{world.network.public_id}", data=data)

    assert open_(browse(), mailed_path()) == 303

    given = session.execute(
        select(NetworkMember.role, NetworkMember.level)
        .join(User, User.id == NetworkMember.user_id)
        .where(User.email == "new@x.org", NetworkMember.network_id == world.network.id)
    ).one()
    assert tuple(given) == (NetworkRole.REVIEWER, Level.DISTRICT)


def test_who_came_back_keeps_one_place(
    session: Session, browse: Browse, world: World, time: Clock, mailed_path: Callable[[], str]
) -> None:
    member = world.people["member"]
    old = session.scalars(select(Membership).where(Membership.user_id == member.id)).one()
    old.deleted_at = time.now()
    session.flush()
    invite(browse(world.people["lead"]), world.school, member.email, role="observer")

    assert open_(browse(member), mailed_path()) == 303
    assert place_of(session, world.school, member.email) is TeamRole.OBSERVER


def test_a_gone_team_is_said_and_uses_nothing_up(
    session: Session, browse: Browse, world: World, time: Clock, mailed_path: Callable[[], str]
) -> None:
    invite(browse(world.people["lead"]), world.school)
    world.school.archived_at = time.now()
    session.flush()

    assert open_(browse(), mailed_path()) == 409
    assert session.scalar(select(User.id).where(User.email == "new@x.org")) is None
    assert session.scalars(select(OneTimeLink)).one().used_at is None


def test_the_page_takes_few_statements(
    session: Session, browse: Browse, world: World, count_queries: Callable[..., Any]
) -> None:
    counts = []
    for rows in (1, 10):
        for number in range(rows):
            team = make.make_team(session, world.network, name=f"School {rows} {number}")
            make.make_membership(session, team, world.people["network_lead"], TeamRole.LEAD)
            invite(browse(world.people["network_lead"]), team, f"p{rows}{number}@x.org")
        client = browse(world.people["network_lead"])
        with count_queries() as seen:
            assert client.get("/invitation?q=school").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 12
