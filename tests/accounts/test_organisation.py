"""Signing in at a real provider and coming back, and what hostile browsers and providers try."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts import oidc
from accounts.models import Attempt, IdentityProvider, SignIn, User, UserIdentity
from accounts.passwords import hash_password
from accounts.provider_services import SEALED_FOR
from nic_platform import clock, secrets_box
from nic_platform.actor import NetworkRole, TeamRole
from nic_platform.database import session as db_session
from nic_platform.database import transaction
from teams.models import Membership, Network
from tests import factories as make
from tests.accounts.oidc_provider import RunningProvider, go_round, leave, running_provider
from tests.drill import lighter_database

Browse = Callable[..., FlaskClient]
ROSA = {"email": "rosa@altamont.example", "email_verified": True, "name": "Rosa Medina", "groups": ["Staff"]}


@pytest.fixture(scope="module")
def running() -> Iterator[RunningProvider]:
    """A provider in a process of its own."""
    with running_provider() as provider:
        yield provider


@pytest.fixture
def there(app: Flask, running: RunningProvider, monkeypatch: pytest.MonkeyPatch) -> RunningProvider:
    """The running provider, which this application may reach on this machine."""
    monkeypatch.setitem(app.config, "OUTGOING_LOOPBACK", True)
    oidc.forget()
    running.put("rosa", **ROSA)
    return running


@pytest.fixture
def provider(session: Session, there: RunningProvider) -> IdentityProvider:
    """The running provider as this installation's sign-in of one domain."""
    row = IdentityProvider(
        name="Altamont", issuer=there.issuer, client_id="switchback", domains=["altamont.example"], roles=[],
        client_secret=secrets_box.seal("hush", SEALED_FOR),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def start_of(provider: IdentityProvider, wanted: str = "") -> str:
    return f"/sign-in/with/{provider.public_id}" + (f"?next={wanted}" if wanted else "")


def rosa(session: Session, **columns: Any) -> User:
    return make.make_user(session, email=ROSA["email"], **columns)


def is_in(client: FlaskClient) -> bool:
    """Say whether somebody is signed in in this browser."""
    return client.get("/account").status_code == 200


# ---------------------------------------------------------------- the way round


def test_somebody_comes_in_by_their_organisation_and_lands_where_they_wanted(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    user, client = rosa(session, password_hash="x"), browse()

    response = go_round(client, there, start_of(provider, "/account/notices"), "rosa")

    assert (response.status_code, response.location) == (303, "/account/notices")
    row = session.scalars(select(SignIn).where(SignIn.user_id == user.id)).one()
    assert (row.way, row.provider_id, row.second_at) == ("provider", provider.id, None)
    assert "Altamont" in client.get("/account/organisations").text
    assert session.scalar(select(Attempt.count)) == 0


def test_a_sign_in_by_an_organisation_ends_sooner_and_its_roles_do_not_outlive_it(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    team, at = make.make_team(session), clock.now()
    provider.roles = [{"id": "1", "value": "Staff", "role": "member", "team": str(team.public_id)}]
    session.commit()
    user, client = rosa(session, password_hash=hash_password("maple tree lane")), browse()
    go_round(client, there, start_of(provider), "rosa")
    assert team.name in client.get("/account").text
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=3, minutes=59))
    session.execute(update(SignIn).values(last_seen_at=clock.now()))
    session.commit()
    assert is_in(client)
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=4, minutes=1))
    assert not is_in(client)

    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=8))
    client.post("/sign-in", data={"email": user.email, "password": "maple tree lane"})

    page = client.get("/account").text
    assert "Your roles from Altamont come back" in page
    assert session.scalars(select(Membership.id).where(Membership.deleted_at.is_(None))).all() == []


@pytest.mark.parametrize(("asks_there", "leads_to"), [(False, "/sign-in/second"), (True, "/account/notices")])
def test_our_second_step_is_asked_unless_the_provider_asked_for_one(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider,
    asks_there: bool, leads_to: str,
) -> None:  # fmt: skip
    rosa(session, second_since=clock.now())
    provider.has_second = asks_there
    session.commit()
    client = browse()

    response = go_round(client, there, start_of(provider, "/account/notices"), "rosa")

    assert (response.status_code, response.location) == (303, leads_to)
    assert (client.get("/account").status_code == 200) is asks_there


@lighter_database
def test_the_address_there_holds_all_that_protects_the_way_back(
    browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    first, second = (parse_qs(urlsplit(leave(browse(), start_of(provider))).query) for _ in range(2))

    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"][0].endswith(f"/sign-in/back/{provider.public_id}")
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 32
        assert first[name] != second[name]


def test_groups_become_roles_and_go_with_the_group(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    team = make.make_team(session)
    provider.roles = [{"id": "1", "value": "Staff", "role": "member", "team": str(team.public_id)}]
    user, client = rosa(session), browse()
    session.flush()

    go_round(client, there, start_of(provider), "rosa")
    assert make.actor_of(session, user, team).roles == {team.id: TeamRole.MEMBER}
    assert client.get(f"/teams/{team.public_id}").status_code == 200

    there.put("rosa", **ROSA | {"groups": []})
    go_round(browse(), there, start_of(provider), "rosa")
    session.expire_all()
    assert make.actor_of(session, user).roles == {}
    assert client.get(f"/teams/{team.public_id}").status_code == 404  # the sign-in of before


@lighter_database
def test_whom_it_may_make_gets_an_account(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    assert go_round(browse(), there, start_of(provider), "rosa").status_code == 403
    provider.makes_people = True
    session.flush()
    client = browse()

    go_round(client, there, start_of(provider), "rosa")

    assert is_in(client)
    assert session.scalars(select(User.name)).all() == ["Rosa Medina"]


@lighter_database
def test_a_disabled_person_is_refused_at_once_and_stays_out(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    user, client = rosa(session), browse()
    go_round(client, there, start_of(provider), "rosa")
    assert is_in(client)

    session.get_one(User, user.id).disabled_at = clock.now()
    session.flush()

    assert not is_in(client)
    response = go_round(client, there, start_of(provider), "rosa")
    assert response.status_code == 403
    assert "no open account" in response.text


@lighter_database
def test_switched_off_there_is_no_way_to_it_and_none_back(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    rosa(session)
    client = browse()
    back = there.agree(leave(client, start_of(provider)), "rosa")
    provider.is_enabled = False
    session.flush()

    assert client.get(back).status_code == 404
    assert client.get(start_of(provider)).status_code == 404
    assert "Altamont" not in client.get("/sign-in").text


# ---------------------------------------------------------------- proving


@lighter_database
@pytest.mark.parametrize(
    "said",
    [{"email_verified": False}, {"email": "rosa@elsewhere.example"}],
    ids=["not verified", "other domain"],
)
def test_an_address_that_is_not_vouched_for_is_proved_once(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider, said: dict[str, Any]
) -> None:
    claims = ROSA | said
    there.put("rosa", **claims)
    user = make.make_user(session, email=claims["email"], password_hash=hash_password("climbs in steps"))
    client = browse()

    response = go_round(client, there, start_of(provider), "rosa")
    assert response.location == "/sign-in/connect"
    assert not is_in(client)
    assert "show once that the account is yours" in client.get("/sign-in/connect").text
    assert client.post("/sign-in/connect").status_code == 422
    assert session.scalar(select(UserIdentity.id)) is None

    words = {"email": user.email, "password": "climbs in steps", "next": "/sign-in/connect"}
    assert client.post("/sign-in", data=words).location == "/sign-in/connect"
    assert client.post("/sign-in/connect").status_code == 303

    again = browse()
    go_round(again, there, start_of(provider), "rosa")
    assert is_in(again)
    assert client.get("/sign-in/connect").status_code == 404


@lighter_database
def test_another_person_than_the_one_named_connects_nothing(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    there.put("rosa", **ROSA | {"email_verified": False})
    client = browse(make.make_user(session))
    go_round(client, there, start_of(provider), "rosa")

    assert "somebody else is signed in here" in client.get("/sign-in/connect").text
    assert client.post("/sign-in/connect").status_code == 422
    assert session.scalar(select(UserIdentity.id)) is None


@lighter_database
def test_a_sign_in_from_before_is_asked_for_the_password_however_young(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    provider.domains = []
    user = rosa(session, password_hash=hash_password("climbs in steps"))
    client = browse(user)
    go_round(client, there, start_of(provider), "rosa")

    assert client.post("/sign-in/connect").status_code == 422
    assert session.scalars(select(UserIdentity)).all() == []


def test_an_old_sign_in_is_asked_for_the_password_before_it_connects(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    there.put("rosa", **ROSA | {"email_verified": False})
    user = rosa(session, password_hash=hash_password("climbs in steps"))
    client = browse(user)
    session.scalars(select(SignIn)).one().created_at = clock.now() - timedelta(minutes=11)
    session.flush()
    go_round(client, there, start_of(provider), "rosa")

    assert client.post("/sign-in/connect", data={"confirm": "wrong one"}).status_code == 422
    assert client.post("/sign-in/connect", data={"confirm": "climbs in steps"}).status_code == 303


# ---------------------------------------------------------------- hostile


@lighter_database
def test_the_answer_to_another_browser_is_refused(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    rosa(session)
    attacker, victim = browse(), browse()
    back = there.agree(leave(attacker, start_of(provider)), "rosa")
    leave(victim, start_of(provider))

    response = victim.get(back)

    assert response.status_code == 400
    assert "begun in another browser" in response.text
    assert not is_in(victim)


@lighter_database
def test_an_answer_counts_once(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    rosa(session)
    client = browse()
    back = there.agree(leave(client, start_of(provider)), "rosa")
    assert client.get(back).status_code == 303
    client.post("/sign-out")

    assert client.get(back).status_code == 400
    assert not is_in(client)


@lighter_database
def test_a_code_of_another_sign_in_is_refused_by_its_nonce(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    rosa(session)
    theirs = parse_qs(urlsplit(there.agree(leave(browse(), start_of(provider)), "rosa")).query)["code"][0]
    client = browse()
    own = urlsplit(there.agree(leave(client, start_of(provider)), "rosa"))
    state = parse_qs(own.query)["state"][0]

    response = client.get(f"{own.path}?code={theirs}&state={state}")

    assert response.status_code == 400
    assert "can’t be trusted" in response.text
    assert not is_in(client)


@lighter_database
@pytest.mark.parametrize("more", ["&iss=https://evil.example", "&error=access_denied"])
def test_an_answer_of_another_issuer_or_with_an_error_is_refused(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider, more: str
) -> None:
    rosa(session)
    client = browse()

    response = client.get(there.agree(leave(client, start_of(provider)), "rosa") + more)

    assert response.status_code == 400
    assert not is_in(client)


@lighter_database
def test_an_answer_at_another_providers_address_is_refused(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    rosa(session)
    other = IdentityProvider(name="Evil", issuer=there.issuer, client_id="evil", domains=[], roles=[])
    session.add(other)
    session.flush()
    client = browse()
    back = there.agree(leave(client, start_of(provider)), "rosa")

    response = client.get(back.replace(str(provider.public_id), str(other.public_id)))

    assert response.status_code == 400
    assert not is_in(client)


@lighter_database
def test_who_presses_no_there_is_told_so(
    browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    client = browse()
    address = leave(client, start_of(provider))
    state = parse_qs(urlsplit(address).query)["state"][0]
    refused = there.refuse(address)
    back = refused if "state=" in refused else f"{refused}&state={state}"

    assert "not signed in there" in client.get(back).text


def test_codes_that_are_made_up_are_counted_and_end(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    client = browse()
    path = f"/sign-in/back/{provider.public_id}"
    for _ in range(2):
        state = parse_qs(urlsplit(leave(client, start_of(provider))).query)["state"][0]
        assert client.get(f"{path}?code=made-up&state={state}").status_code == 400
    row = session.scalars(select(Attempt)).one()
    assert row.count == 2
    row.count = 60
    session.flush()
    state = parse_qs(urlsplit(leave(client, start_of(provider))).query)["state"][0]

    assert client.get(f"{path}?code=made-up&state={state}").status_code == 429


@lighter_database
@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/%2f/evil.example"]
)
def test_nobody_lands_on_another_site(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider, wanted: str
) -> None:
    rosa(session)

    assert go_round(browse(), there, start_of(provider, wanted), "rosa").location == "/"


@lighter_database
def test_one_that_does_not_answer_is_told_plainly(
    session: Session, app: Flask, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    provider.issuer = "http://127.0.0.1:9"
    session.flush()

    response = browse().get(start_of(provider))

    assert response.status_code == 503
    assert "did not answer" in response.text


# ---------------------------------------------------------------- the sign-in page


@lighter_database
def test_a_work_address_says_which_provider_and_nothing_of_accounts(
    session: Session, browse: Browse, provider: IdentityProvider
) -> None:
    rosa(session)
    pages = [
        browse().post("/sign-in/organisation", data={"email": f"{name}@altamont.example", "next": "/account"})
        for name in ("rosa", "nobody")
    ]

    assert {page.status_code for page in pages} == {200}
    assert pages[0].text == pages[1].text
    assert pages[0].headers["Refresh"] == f"0; url={start_of(provider, '/account')}"


@lighter_database
def test_the_typed_address_goes_along_as_a_hint(browse: Browse, provider: IdentityProvider) -> None:
    client = browse()
    client.post("/sign-in/organisation", data={"email": "rosa@altamont.example"})

    assert parse_qs(urlsplit(leave(client, start_of(provider))).query)["login_hint"] == [
        "rosa@altamont.example"
    ]


@lighter_database
@pytest.mark.parametrize(
    "email", ["rosa@elsewhere.example", "rosa@charter.altamont.example", "no address", ""]
)
def test_an_address_of_no_confirmed_domain_leads_nowhere(
    session: Session, browse: Browse, provider: IdentityProvider, email: str
) -> None:
    provider.asked_domains = ["charter.altamont.example"]
    session.flush()

    assert browse().post("/sign-in/organisation", data={"email": email}).status_code == 422


@lighter_database
def test_few_are_buttons_and_many_are_asked_for_by_address(
    session: Session, browse: Browse, provider: IdentityProvider
) -> None:
    network = make.make_network(session)
    session.add(
        IdentityProvider(name="Unconfirmed", issuer="https://u.example", client_id="c", network_id=network.id)
    )
    session.flush()
    page = browse().get("/sign-in?next=/account").text
    assert "Sign in with Altamont" in page
    assert "Unconfirmed" not in page
    assert "/sign-in/organisation" not in page

    for number in range(4):
        session.add(IdentityProvider(name=f"D{number}", issuer="https://d.example", client_id="c", roles=[]))
    session.flush()
    page = browse().get("/sign-in").text
    assert "Sign in with" not in page
    assert "/sign-in/organisation" in page


# ---------------------------------------------------------------- trying


@lighter_database
def test_trying_shows_what_is_told_and_signs_nobody_in(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    rosa(session)
    admin = make.make_user(session, is_admin=True)
    client = browse(admin)
    before = session.scalars(select(SignIn.id)).all()

    response = go_round(client, there, f"/providers/{provider.public_id}/try", "rosa")

    assert response.status_code == 200
    assert "rosa@altamont.example" in response.text
    assert "Staff" in response.text
    assert "answers for its domain" in response.text
    assert session.scalars(select(SignIn.id)).all() == before
    assert session.scalar(select(UserIdentity.id)) is None


@lighter_database
def test_what_is_wrong_is_told_to_who_tries(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    client = browse(make.make_user(session, is_admin=True))
    back = there.agree(leave(client, f"/providers/{provider.public_id}/try"), "rosa")

    response = client.get(back.replace("code=", "code=x"))

    assert response.status_code == 422
    assert "refused the code" in response.text


@lighter_database
def test_a_try_is_no_way_in_for_others(
    session: Session, browse: Browse, there: RunningProvider, provider: IdentityProvider
) -> None:
    team = make.make_team(session)
    lead = make.make_user(session, team)
    held = make.make_network_member(
        session, session.get_one(Network, team.network_id), lead, NetworkRole.LEAD
    )
    provider.network_id = team.network_id
    session.flush()
    client = browse(lead)
    back = there.agree(leave(client, f"/providers/{provider.public_id}/try"), "rosa")
    held.deleted_at = clock.now()
    session.flush()

    assert client.get(back).status_code == 404


# ---------------------------------------------------------------- at once


def test_who_comes_twice_at_once_has_one_account_and_one_connection(
    own_app: Flask, running: RunningProvider
) -> None:
    own_app.config["OUTGOING_LOOPBACK"] = True
    oidc.forget()
    running.put("rosa", **ROSA)
    with own_app.app_context(), transaction() as current:
        row = IdentityProvider(
            name="A", issuer=running.issuer, client_id="c", domains=["altamont.example"], roles=[],
            makes_people=True, client_secret=secrets_box.seal("hush", SEALED_FOR),
        )  # fmt: skip
        current.add(row)
        current.flush()
        start = start_of(row)
    clients = [own_app.test_client() for _ in range(4)]
    ways = [running.agree(leave(client, start), "rosa") for client in clients]

    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda pair: pair[0].get(pair[1]).status_code, zip(clients, ways, strict=True))
        )

    assert answers == [303] * 4
    with own_app.app_context():
        assert len(db_session().scalars(select(User.id)).all()) == 1
        assert len(db_session().scalars(select(UserIdentity.id)).all()) == 1
        assert len(db_session().scalars(select(SignIn.id)).all()) == 4
