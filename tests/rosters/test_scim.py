"""SCIM 2.0: its own tester finds nothing; Entra ID's and Okta's spellings; nobody else's people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import leases
from accounts.models import User
from accounts.rules import hashed
from nic_platform.actor import Level, TeamRole
from rosters import scim_asking, source_services
from rosters.models import RosterGroup, RosterPerson, RosterSource
from rosters.scim import GROUP, PATCH, USER, ScimError
from teams.models import Membership, Network, Site, Team
from tests import factories as make
from tests.drill import stricter_database
from tests.rosters.conftest import TOKEN, make_directory

Ask = Callable[..., Any]


@dataclass
class Place:
    network: Network
    site: Site
    team: Team
    source: RosterSource


@pytest.fixture
def place(session: Session) -> Place:
    network = make.make_network(session)
    site = make.make_site(session, network, level=Level.DISTRICT)
    team = make.make_team(session, site=site, level=Level.DISTRICT)
    return Place(network, site, team, make_directory(session, network, site))


@pytest.fixture
def ask(app: Flask, session: Session) -> Ask:
    client: FlaskClient = app.test_client()

    def asked(method: str, path: str, body: object = None, *, token: str = TOKEN, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {token}"} | {
            name.replace("_", "-"): v for name, v in headers.items()
        }
        answer = client.open(f"/scim/v2{path}", method=method, json=body, headers=sent)
        session.expire_all()
        return answer

    return asked


def ada(**more: Any) -> dict[str, Any]:
    return {
        "schemas": [USER], "userName": "ada@district.example", "externalId": "00-ada", "active": True,
        "name": {"givenName": "Ada", "familyName": "Lind"},
        "emails": [{"value": "Ada@district.example", "type": "work", "primary": True}], **more,
    }  # fmt: skip


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH], "Operations": list(operations)}


@stricter_database
def test_the_protocols_own_tester_finds_nothing(app: Flask, session: Session) -> None:
    # Seconds of work, so only where it is used: it reads its own source, for each of its classes once more.
    from scim2_client.engines.wsgi import WSGISCIMClient
    from scim2_tester import Status, check_server

    make_directory(session, make.make_network(session))
    base = str(app.config["BASE_URL"]) + "/scim/v2"
    client = WSGISCIMClient(app, base_url=base, headers={"Authorization": f"Bearer {TOKEN}"})

    results = check_server(client)

    assert [(each.title, each.reason) for each in results if each.status is not Status.SUCCESS] == []
    assert len(results) > 50


def test_who_is_added_gets_an_account_and_who_is_switched_off_is_out(
    session: Session, place: Place, ask: Ask
) -> None:
    answer = ask("POST", "/Users", ada())
    assert (answer.status_code, answer.json["meta"]["version"]) == (201, answer.headers["ETag"])
    user = session.scalars(select(User).where(User.email == "ada@district.example")).one()
    assert (user.name, user.is_active) == ("Ada Lind", True)

    where = f"/Users/{answer.json['id']}"
    off = ask("PATCH", where, patch({"op": "Replace", "path": "active", "value": "False"}))
    assert (off.status_code, off.json["active"], user.is_active) == (200, False, False)
    on = ask("PATCH", where, patch({"op": "replace", "value": {"active": True}}))
    assert (on.json["active"], user.is_active) == (True, True)
    assert ask("DELETE", where).status_code == 204
    assert (user.is_active, ask("GET", where).status_code) == (False, 404)
    again = ask("POST", "/Users", ada())
    assert (again.status_code, user.is_active) == (201, True)


def test_a_group_gives_a_place_and_takes_it_back(session: Session, place: Place, ask: Ask) -> None:
    person = ask("POST", "/Users", ada()).json
    group = ask("POST", "/Groups", {"schemas": [GROUP], "displayName": "Coaches"}).json
    user = session.scalars(select(User).where(User.email == "ada@district.example")).one()
    row = session.scalars(select(RosterGroup)).one()
    lead = make.make_user(session)
    actor = make.actor_of(session, lead)
    source_services.map_group(session, place.source, row, place.team, "coach", by=actor, at=make.NOON)
    session.flush()

    where = f"/Groups/{group['id']}"
    ask("PATCH", where, patch({"op": "Add", "path": "members", "value": [{"value": person["id"]}]}))
    assert roles(session, user) == [TeamRole.COACH]
    assert ask("GET", f"/Users/{person['id']}").json["groups"][0]["display"] == "Coaches"
    ask("PATCH", where, patch({"op": "Remove", "path": f'members[value eq "{person["id"]}"]'}))
    assert roles(session, user) == []
    ask("PUT", where, {"schemas": [GROUP], "displayName": "Coaches", "members": [{"value": person["id"]}]})
    assert roles(session, user) == [TeamRole.COACH]
    ask("PATCH", where, patch({"op": "remove", "path": "members", "value": [{"value": person["id"]}]}))
    assert roles(session, user) == []


def roles(session: Session, user: User) -> list[TeamRole]:
    living = select(Membership.role).where(Membership.user_id == user.id, Membership.deleted_at.is_(None))
    return list(session.scalars(living))


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + " "])
def test_without_its_token_nothing_is_told(place: Place, ask: Ask, token: str) -> None:
    answer = ask("GET", "/Users", token=token)
    expected = 200 if token.strip() == TOKEN else 401
    assert answer.status_code == expected
    assert answer.content_type.startswith("application/scim+json")


def test_a_directory_that_asks_too_fast_is_told_when_to_come_back(
    app: Flask, place: Place, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "minute_of", lambda _at: make.NOON)  # no minute ends meanwhile
    monkeypatch.setitem(app.extensions, "nic.leases", leases.Leases())
    monkeypatch.setitem(app.config, "API_PER_MINUTE", 2)
    answers = [ask("GET", "/Users") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert answers[2].content_type.startswith("application/scim+json")


def test_a_new_token_ends_the_one_before(session: Session, place: Place, ask: Ask) -> None:
    actor = make.actor_of(session, make.make_user(session))
    fresh = source_services.new_source_token(session, place.source, by=actor, at=make.NOON)
    assert ask("GET", "/Users").status_code == 401
    assert ask("GET", "/Users", token=fresh).status_code == 200
    source_services.remove(session, place.source, by=actor, at=make.NOON)
    assert ask("GET", "/Users", token=fresh).status_code == 401


def test_another_sources_people_and_groups_are_not_there(session: Session, place: Place, ask: Ask) -> None:
    person = ask("POST", "/Users", ada()).json
    group = ask("POST", "/Groups", {"displayName": "Staff"}).json
    other = make_directory(session, make.make_network(session), name="Other", token_hash=hashed("other"))
    assert other.id != place.source.id

    assert ask("GET", "/Users", token="other").json["totalResults"] == 0
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        for where in (f"/Users/{person['id']}", f"/Groups/{group['id']}"):
            body = patch({"op": "remove", "path": "title"}) if method == "PATCH" else ada(displayName="x")
            assert ask(method, where, body, token="other").status_code == 404
    members = {"displayName": "Mine", "members": [{"value": person["id"]}]}
    assert ask("POST", "/Groups", members, token="other").status_code == 400


def test_an_address_of_somebody_elsewhere_is_refused_and_nothing_kept(
    session: Session, place: Place, ask: Ask
) -> None:
    stranger = make.make_user(session, make.make_team(session), email="ada@district.example", name="Stranger")
    answer = ask("POST", "/Users", ada())
    assert (answer.status_code, answer.json["scimType"]) == (409, "uniqueness")
    assert session.scalars(select(RosterPerson)).all() == []
    assert (stranger.name, stranger.is_active) == ("Stranger", True)


def test_nobodys_account_can_be_taken_by_another_address(session: Session, place: Place, ask: Ask) -> None:
    linked = make.make_user(session, place.team, email="ada@district.example", name="Own Name")
    person = ask("POST", "/Users", ada()).json
    ask(
        "PUT",
        f"/Users/{person['id']}",
        ada(emails=[{"value": "thief@district.example"}], displayName="Thief"),
    )
    assert (linked.email, linked.name) == ("ada@district.example", "Own Name")

    made = ask(
        "POST", "/Users", ada(userName="bo", externalId="bo", emails=[{"value": "bo@district.example"}])
    ).json
    user = session.scalars(select(User).where(User.email == "bo@district.example")).one()
    outside = ada(userName="bo", externalId="bo", emails=[{"value": "bo@elsewhere.example"}])
    assert ask("PUT", f"/Users/{made['id']}", outside).status_code == 400
    make.make_membership(session, make.make_team(session), user, TeamRole.MEMBER)
    inside = ada(userName="bo", externalId="bo", emails=[{"value": "other@district.example"}])
    assert ask("PUT", f"/Users/{made['id']}", inside).status_code == 200
    session.refresh(user)
    assert user.email == "bo@district.example"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('userName eq "ADA@district.example"', 1),
        ('externalId eq "00-ada"', 1),
        ('emails[type eq "work"].value eq "ada@district.example"', 1),
        ('emails.value eq "ada@district.example" and active eq true', 1),
        ('userName eq "ada@district.example" and active eq "False"', 0),
        ('userName eq "nobody"', 0),
        ('displayName pr', 0),
    ],
)  # fmt: skip
def test_people_are_found_by_filters(place: Place, ask: Ask, text: str, found: int) -> None:
    ask("POST", "/Users", ada())
    answer = ask("GET", f"/Users?filter={text.replace(' ', '%20')}")
    assert (answer.json["totalResults"], len(answer.json["Resources"])) == (found, found)


@pytest.mark.parametrize(
    "text", ["userName", 'userName sw "a"', 'userName eq "a" or active eq true', "x eq", "("]
)
def test_filters_that_we_do_not_know_are_refused(place: Place, ask: Ask, text: str) -> None:
    answer = ask("GET", f"/Users?filter={text.replace(' ', '%20')}")
    assert (answer.status_code, answer.json["scimType"]) == (400, "invalidFilter")


def test_pages_versions_and_twice_the_same_name(place: Place, ask: Ask) -> None:
    for number in range(3):
        ask("POST", "/Users", ada(userName=f"u{number}", externalId=f"x{number}", emails=[]))
    page = ask("GET", "/Users?startIndex=2&count=1").json
    assert (page["totalResults"], page["itemsPerPage"], page["Resources"][0]["userName"]) == (3, 1, "u1")
    one = page["Resources"][0]
    where, tag = f"/Users/{one['id']}", one["meta"]["version"]
    assert ask("GET", where, If_None_Match=tag).status_code == 304
    assert (
        ask("PATCH", where, patch({"op": "add", "path": "title", "value": "Coach"}), If_Match=tag).status_code
        == 200
    )
    assert ask("DELETE", where, If_Match=tag).status_code == 412
    assert ask("PUT", where, ada(userName="U2", externalId="x1")).status_code == 409


@pytest.mark.parametrize(
    "body", [None, [], {"userName": 7}, {"userName": "a", "emails": ["x", {"value": 3}]},
             {"userName": "a", "emails": [{"value": "no address"}]}, {"userName": "a", "active": "perhaps"}],
)  # fmt: skip
def test_what_can_not_be_is_refused_in_scims_words(place: Place, ask: Ask, body: object) -> None:
    answer = ask("POST", "/Users", body)
    assert (answer.status_code, answer.json["status"]) == (400, "400")


def test_unknown_addresses_and_methods_answer_in_scims_words(place: Place, ask: Ask) -> None:
    assert ask("GET", "/Nothing").json["status"] == "404"
    assert ask("DELETE", "/Users").json["status"] == "405"
    assert ask("POST", "/ResourceTypes", {}).status_code == 405


# ---------------------------------------------------------------- patches alone


BASE = {
    "userName": "ada", "name": {"givenName": "Ada"}, "emails": [{"value": "a@x.example", "type": "work"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "key", "expected"),
    [
        ({"op": "Replace", "value": {"name.givenName": "Eve"}}, "name", {"givenName": "Eve"}),
        ({"op": "replace", "path": "NAME.familyName", "value": "Lind"}, "name",
         {"givenName": "Ada", "familyName": "Lind"}),
        ({"op": "add", "path": USER + ":title", "value": "Coach"}, "title", "Coach"),
        ({"op": "replace", "value": {USER: {"title": "Lead"}}}, "title", "Lead"),
        ({"op": "replace", "path": 'emails[type eq "work"].value', "value": "b@x.example"}, "emails",
         [{"value": "b@x.example", "type": "work"}]),
        ({"op": "add", "path": 'emails[type eq "home"].value', "value": "h@x.example"}, "emails",
         [{"value": "a@x.example", "type": "work"}, {"type": "home", "value": "h@x.example"}]),
        ({"op": "remove", "path": 'emails[type eq "work"]'}, "emails", []),
        ({"op": "remove", "path": "name.givenName"}, "name", {}),
        ({"op": "replace", "value": {"id": "7", "active": "False"}}, "active", "False"),
        ({"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
          "value": "x"}, "department", None),
    ],
)  # fmt: skip
def test_patches_as_directories_spell_them(operation: dict[str, Any], key: str, expected: object) -> None:
    assert scim_asking.patched(BASE, patch(operation)).get(key) == expected
    assert BASE["emails"] == [{"value": "a@x.example", "type": "work"}]


@pytest.mark.parametrize(
    "sent", [{}, {"Operations": []}, patch({"op": "move", "path": "x"}), patch({"op": "remove"}),
             patch({"op": "replace", "path": "id", "value": "7"}), patch({"op": "add", "value": "x"}),
             patch({"op": "add", "path": "a[b", "value": 1})],
)  # fmt: skip
def test_patches_that_can_not_be_are_refused(sent: dict[str, Any]) -> None:
    with pytest.raises(ScimError):
        scim_asking.patched(BASE, sent)
