"""The pages on which organisations' sign-ins are set up, and a person's own connections."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import provider_services
from accounts.models import IdentityProvider, SignIn, User, UserIdentity
from accounts.passwords import hash_password
from nic_platform import clock
from nic_platform.actor import Actor
from tests.drill import lighter_database
from tests.factories import NOON, make_membership, make_user
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
NEW = {
    "name": "Altamont", "issuer": "https://login.altamont.example", "client_id": "switchback",
    "client_secret": "hush-hush", "domains": "altamont.example, B.example", "claim": "groups",
}  # fmt: skip


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def row(session: Session, world: World) -> IdentityProvider:
    """The network's sign-in, switched off, with one connected member and one line of a mapping."""
    return session.scalars(select(IdentityProvider)).one()


def page(row: IdentityProvider, what: str = "") -> str:
    return f"/providers/{row.public_id}{what}"


def test_a_network_leads_domains_wait(session: Session, browse: Browse, world: World) -> None:
    client = browse(world.people["network_lead"])

    response = client.post("/providers/new", data=NEW | {"network": str(world.ids["network_id"])})

    made = session.scalars(select(IdentityProvider).where(IdentityProvider.name == "Altamont")).one()
    assert (response.status_code, response.location) == (303, page(made))
    assert (made.network_id, made.domains) == (world.network.id, [])
    assert made.asked_domains == ["altamont.example", "b.example"]
    shown = client.get(page(made)).text
    assert f"/sign-in/back/{made.public_id}" in shown
    assert "hush-hush" not in shown
    assert client.post(page(made, "/confirm-domains")).status_code == 403

    assert browse(world.people["admin"]).post(page(made, "/confirm-domains")).status_code == 303
    session.refresh(made)
    assert (made.domains, made.asked_domains) == (["altamont.example", "b.example"], [])


def test_a_young_sign_in_does_not_stand_for_the_password(
    session: Session, browse: Browse, world: World, row: IdentityProvider
) -> None:
    admin, before = world.people["admin"], row.name
    admin.password_hash = hash_password("climbs in steps")
    session.commit()
    client = browse(admin)
    same = {"issuer": row.issuer, "client_id": row.client_id}
    changed = {**NEW, **same, "name": "Other", "version": str(row.version)}

    assert client.post(page(row, "/edit"), data=changed).status_code == 422
    assert client.post("/providers/new", data=NEW | {"network": ""}).status_code == 422
    assert client.get(page(row, "/confirm-domains")).status_code == 200
    assert client.post(page(row, "/confirm-domains"), data={"confirm": "wrong"}).status_code == 422
    session.expire_all()
    assert (row.name, row.asked_domains) == (before, ["second.example"])
    proved = {"confirm": "climbs in steps"}
    assert client.post(page(row, "/confirm-domains"), data=proved).status_code == 303
    session.refresh(row)
    changed["version"] = str(row.version)
    assert client.post(page(row, "/edit"), data=changed | proved).status_code == 303


def test_an_administrator_sets_one_up_for_everybody(session: Session, browse: Browse, world: World) -> None:
    client = browse(world.people["admin"])

    client.post("/providers/new", data=NEW | {"network": ""})

    made = session.scalars(select(IdentityProvider).where(IdentityProvider.name == "Altamont")).one()
    assert (made.network_id, made.domains) == (None, ["altamont.example", "b.example"])
    assert "Altamont" in client.get("/providers").text
    assert "Altamont" not in browse(world.people["network_lead"]).get("/providers").text
    assert browse(world.people["network_lead"]).get(page(made)).status_code == 404


@lighter_database
def test_what_can_not_be_stays_in_the_form_with_its_mend(browse: Browse, world: World) -> None:
    response = browse(world.people["network_lead"]).post(
        "/providers/new", data=NEW | {"issuer": "http://login.example", "domains": "gmail.com"}
    )

    assert response.status_code == 422
    assert "must begin with https://" in response.text
    assert "hush-hush" not in response.text


@lighter_database
def test_an_old_sign_in_needs_the_password_again(session: Session, browse: Browse, world: World) -> None:
    lead = world.people["network_lead"]
    session.get_one(User, lead.id).password_hash = hash_password("climbs in steps")
    client = browse(lead)
    for sign_in in session.scalars(select(SignIn).where(SignIn.user_id == lead.id)):
        sign_in.created_at = clock.now() - timedelta(minutes=11)
    session.flush()

    assert client.post("/providers/new", data=NEW).status_code == 422
    assert client.post("/providers/new", data=NEW | {"confirm": "wrong one"}).status_code == 422
    assert client.post("/providers/new", data=NEW | {"confirm": "climbs in steps"}).status_code == 303


@lighter_database
def test_changes_keep_the_secret_and_two_savers_see_each_other(
    session: Session, browse: Browse, world: World, row: IdentityProvider
) -> None:
    row.client_secret = sealed = "sealed"
    session.flush()
    version = row.version
    client = browse(world.people["network_lead"])
    values = NEW | {"client_secret": "", "issuer": "https://login.example.org", "version": str(version)}
    session.delete(session.scalars(select(UserIdentity)).one())
    session.flush()

    assert client.post(page(row, "/edit"), data=values).status_code == 303
    session.refresh(row)
    assert (row.name, row.client_secret) == ("Altamont", sealed)
    assert (row.domains, "district.example" in row.asked_domains) == ([], False)
    assert client.post(page(row, "/edit"), data=values).status_code == 409


def test_the_mapping_takes_teams_by_name_and_roles_in_the_network(
    session: Session, browse: Browse, world: World, row: IdentityProvider
) -> None:
    client = browse(world.people["network_lead"])
    lines = page(row, "/roles")

    assert (
        client.post(lines, data={"value": "Coaches", "role": "coach", "team": "own SCHOOL"}).status_code
        == 303
    )
    assert (
        client.post(lines, data={"value": "Office", "role": "reviewer", "level": "state"}).status_code == 303
    )
    refused = client.post(lines, data={"value": "X", "role": "coach", "team": world.stranger.name})

    session.refresh(row)
    assert refused.status_code == 422
    assert [{k: v for k, v in line.items() if k != "id"} for line in row.roles[1:]] == [
        {"value": "Coaches", "role": "coach", "team": str(world.school.public_id)},
        {"value": "Office", "role": "reviewer", "network": str(world.network.public_id), "level": "state"},
    ]
    assert client.post(page(row, f"/roles/{row.roles[0]['id']}/remove")).status_code == 303
    assert client.post(page(row, f"/roles/{world.ids['team_id']}/remove")).status_code == 404


@lighter_database
def test_switching_on_and_off_and_removing(
    session: Session, browse: Browse, world: World, row: IdentityProvider
) -> None:
    client = browse(world.people["network_lead"])

    client.post(page(row, "/enable"))
    session.refresh(row)
    assert row.is_enabled
    client.post(page(row, "/disable"))
    session.refresh(row)
    assert not row.is_enabled
    assert client.post(page(row, "/remove")).location == "/providers"
    assert client.get(page(row)).status_code == 404


def test_ending_a_persons_connection_takes_what_it_gave(
    session: Session, browse: Browse, world: World, row: IdentityProvider
) -> None:
    identity = session.scalars(select(UserIdentity)).one()

    response = browse(world.people["network_lead"]).post(
        page(row, f"/people/{identity.public_id}/disconnect")
    )

    session.refresh(identity)
    assert response.status_code == 303
    assert identity.deleted_at is not None


def test_a_person_sees_and_ends_their_own_connection_but_not_their_last_way_in(
    session: Session, browse: Browse, world: World, row: IdentityProvider
) -> None:
    member = world.people["member"]
    client, identity = browse(member), session.scalars(select(UserIdentity)).one()
    assert "District" in client.get("/account/organisations").text

    end = f"/account/organisations/{identity.public_id}/end"
    assert client.post(end).status_code == 409
    session.get_one(User, member.id).password_hash = "x"
    session.flush()
    assert (
        browse(world.people["lead"]).post(f"/account/organisations/{identity.public_id}/end").status_code
        == 404
    )
    assert client.post(f"/account/organisations/{identity.public_id}/end").status_code == 303


@pytest.mark.parametrize("what", ["", "/roles"])
def test_pages_ask_as_much_for_many_as_for_few(
    session: Session, browse: Browse, world: World, row: IdentityProvider, what: str,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    client = browse(world.people["network_lead"])
    client.get(page(row, what))
    with count_queries() as few:
        client.get(page(row, what))
    for number in range(5):
        user = make_user(session)
        make_membership(session, world.school, user)
        provider_services.connect(session, row, user, f"s{number}", "", at=NOON)
        entry = {"value": f"v{number}", "role": "member", "team": str(world.peer.public_id)}
        provider_services.add_role(session, row, entry, by=Actor(user_id=user.id), at=NOON)
    with count_queries() as many:
        client.get(page(row, what))

    assert len(many) == len(few) <= 12
