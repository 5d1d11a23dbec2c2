from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import provider_services as services
from accounts.models import IdentityProvider, SignIn, User, UserIdentity
from accounts.provider_rules import Told
from accounts.provider_services import Way
from nic_platform import audit, secrets_box
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.tables import Notice
from tests import factories as make
from tests.factories import NOON

ADMIN, LEAD = Actor(user_id=1, is_admin=True), Actor(user_id=1)
VALUES: dict[str, Any] = {
    "name": "Altamont", "issuer": "https://login.altamont.example", "client_id": "switchback",
    "client_secret": "hush", "domains": ["Altamont.example"],
}  # fmt: skip
ROSA = Told("7", "rosa@altamont.example", True, "Rosa Medina", frozenset(), False)


def told(**other: Any) -> Told:
    return Told(**{**ROSA.__dict__, **other})


@pytest.fixture
def provider(session: Session) -> IdentityProvider:
    """An installation's sign-in that answers for one domain."""
    return services.create(session, None, VALUES, by=ADMIN, at=NOON)


def find(session: Session, provider: IdentityProvider, what: Told = ROSA) -> services.Found:
    return services.find_person(session, provider, what, at=NOON)


# ---------------------------------------------------------------- who it is


def test_a_vouched_address_opens_its_account_and_is_told_by_mail(
    session: Session, provider: IdentityProvider
) -> None:
    user = make.make_user(session, email=ROSA.email, password_hash="x")

    found = find(session, provider)

    assert (found.way, found.user) == (Way.IN, user)
    assert session.scalar(select(Notice.address).where(Notice.kind == "accounts.security")) == ROSA.email
    assert find(session, provider, told(email="new@elsewhere.example", is_verified=False)).user is user


@pytest.mark.parametrize(
    "what",
    [
        {"is_verified": False},
        {"email": "rosa@elsewhere.example"},
        {"email": "rosa@sub.altamont.example"},
    ],
)
@pytest.mark.parametrize("has_account", [True, False])
def test_any_other_address_has_to_be_proved_whether_there_is_an_account_or_not(
    session: Session, provider: IdentityProvider, what: dict[str, Any], has_account: bool
) -> None:
    provider.makes_people = True
    if has_account:
        make.make_user(session, email=told(**what).email)
    before = session.scalars(select(User.id)).all()

    assert find(session, provider, told(**what)).way is Way.PROVE
    assert session.scalars(select(User.id)).all() == before
    assert session.scalar(select(UserIdentity.id)) is None


def test_an_account_is_made_only_where_the_provider_may(session: Session, provider: IdentityProvider) -> None:
    assert find(session, provider).way is Way.NOT_KNOWN
    provider.makes_people = True

    found = find(session, provider)

    assert found.user is not None
    assert (found.user.email, found.user.name, found.user.password_hash) == (ROSA.email, "Rosa Medina", None)


@pytest.mark.parametrize("columns", [{"disabled_at": NOON}, {"is_service": True}, {"deleted_at": NOON}])
def test_who_is_shut_out_stays_out(
    session: Session, provider: IdentityProvider, columns: dict[str, Any]
) -> None:
    provider.makes_people = True
    user = make.make_user(session, email=ROSA.email)
    assert find(session, provider).way is Way.IN
    for name, value in columns.items():
        setattr(user, name, value)
    session.flush()

    assert find(session, provider).way is Way.NOT_KNOWN
    assert find(session, provider, told(subject="another")).way is Way.NOT_KNOWN


def test_a_recycled_address_does_not_open_its_earlier_owners_account(
    session: Session, provider: IdentityProvider
) -> None:
    make.make_user(session, email=ROSA.email)
    find(session, provider)

    assert find(session, provider, told(subject="8")).way is Way.TAKEN


def test_two_providers_never_share_an_account_without_its_owner(
    session: Session, provider: IdentityProvider
) -> None:
    make.make_user(session, email=ROSA.email)
    other = services.create(session, None, VALUES | {"domains": ["b.example"]}, by=ADMIN, at=NOON)
    find(session, provider)

    assert find(session, other).way is Way.PROVE


def test_a_networks_provider_never_opens_an_administrators_account_by_itself(session: Session) -> None:
    network = make.make_network(session)
    row = services.create(session, network.id, VALUES, by=ADMIN, at=NOON)
    make.make_user(session, email=ROSA.email, is_admin=True)

    assert find(session, row).way is Way.PROVE


def test_without_an_address_nobody_is_found(session: Session, provider: IdentityProvider) -> None:
    assert find(session, provider, told(email="", is_verified=False)).way is Way.NO_ADDRESS


def test_a_connection_that_ended_can_be_made_again_by_somebody_else(
    session: Session, provider: IdentityProvider
) -> None:
    first, second = make.make_user(session), make.make_user(session)
    identity = services.connect(session, provider, first, "7", "a@b.example", at=NOON)
    with pytest.raises(RuleError):
        services.connect(session, provider, second, "7", "a@b.example", at=NOON)
    with pytest.raises(RuleError):
        services.connect(session, provider, first, "8", "a@b.example", at=NOON)

    services.disconnect(session, provider, identity, first, at=NOON)
    again = services.connect(session, provider, second, "7", "a@b.example", at=NOON)

    assert (again.id, again.user_id, again.deleted_at) == (identity.id, second.id, None)


def test_the_last_way_in_is_kept(session: Session, provider: IdentityProvider) -> None:
    user = make.make_user(session)
    identity = services.connect(session, provider, user, "7", "", at=NOON)
    with pytest.raises(RuleError, match="only way in"):
        services.check_other_way(session, user, identity)

    user.password_hash = "x"
    services.check_other_way(session, user, identity)


@pytest.mark.parametrize(
    ("is_network", "domains", "is_admin", "believed"),
    [
        (False, [], False, True),
        (False, [], True, True),
        (True, [], False, False),
        (True, ["a.example"], False, True),
        (True, ["a.example"], True, False),
    ],
)
def test_whose_word_counts_for_a_second_factor(
    session: Session, is_network: bool, domains: list[str], is_admin: bool, believed: bool
) -> None:
    network_id = make.make_network(session).id if is_network else None
    row = services.create(
        session, network_id, VALUES | {"domains": domains, "has_second": True}, by=ADMIN, at=NOON
    )

    assert services.did_second(row, ROSA, make.make_user(session, is_admin=is_admin)) is believed


# ---------------------------------------------------------------- setting up


def test_the_secret_is_sealed_kept_when_empty_and_never_in_the_trail(
    session: Session, provider: IdentityProvider
) -> None:
    services.change(session, provider, {"client_secret": "", "name": "New"}, by=ADMIN, at=NOON)

    assert "hush" not in provider.client_secret
    assert secrets_box.open_sealed(provider.client_secret, services.SEALED_FOR) == "hush"
    trail = audit.history(session, "identity_provider", provider.public_id)
    assert trail[0].changes["name"] == ("Altamont", "New")
    assert provider.client_secret not in str(trail)
    assert "hush" not in str(trail)


def test_domains_of_a_network_lead_wait_for_an_administrator(session: Session) -> None:
    network = make.make_network(session)
    row = services.create(session, network.id, VALUES, by=LEAD, at=NOON)
    assert (row.domains, row.asked_domains) == ([], ["altamont.example"])

    services.confirm_domains(session, row, by=ADMIN, at=NOON)
    assert (row.domains, row.asked_domains) == (["altamont.example"], [])

    services.change(session, row, {"domains": ["altamont.example", "b.example"]}, by=LEAD, at=NOON)
    assert (row.domains, row.asked_domains) == (["altamont.example"], ["b.example"])


@pytest.mark.parametrize("what", [{"issuer": "https://evil.example"}, {"client_id": "another"}])
def test_another_speaker_is_confirmed_anew(session: Session, what: dict[str, str]) -> None:
    row = services.create(session, make.make_network(session).id, VALUES, by=ADMIN, at=NOON)

    services.change(session, row, what, by=LEAD, at=NOON)

    assert (row.domains, row.asked_domains) == ([], ["altamont.example"])


def test_a_connected_providers_issuer_stays(session: Session, provider: IdentityProvider) -> None:
    services.connect(session, provider, make.make_user(session), "7", "", at=NOON)

    with pytest.raises(RuleError, match="connected with this issuer"):
        services.change(session, provider, {"issuer": "https://evil.example"}, by=ADMIN, at=NOON)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"issuer": "http://login.altamont.example"}, "issuer"),
        ({"issuer": "https://login.altamont.example?tenant=1"}, "issuer"),
        ({"issuer": "login"}, "issuer"),
        ({"domains": ["gmail.com"]}, "domains"),
        ({"domains": ["no domain"]}, "domains"),
        ({"domains": ["altamont.example"]}, "domains"),
        ({"domains": [f"d{number}.example" for number in range(201)]}, "domains"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(
    session: Session, provider: IdentityProvider, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as refused:
        services.create(session, None, VALUES | {"domains": []} | values, by=ADMIN, at=NOON)

    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("act", ["switch", "remove", "change"])
def test_switching_off_ends_the_sign_ins_that_came_by_it(
    session: Session, provider: IdentityProvider, act: str
) -> None:
    user = make.make_user(session)
    own = SignIn(
        secret_hash="a", user_id=user.id, created_at=NOON, last_seen_at=NOON, provider_id=provider.id
    )
    other = SignIn(secret_hash="b", user_id=user.id, created_at=NOON, last_seen_at=NOON)
    session.add_all([own, other])
    session.flush()
    acts: dict[str, Callable[[], None]] = {
        "switch": lambda: services.switch(session, provider, False, by=ADMIN, at=NOON),
        "remove": lambda: services.remove(session, provider, by=ADMIN, at=NOON),
        "change": lambda: services.change(session, provider, {"is_enabled": False}, by=ADMIN, at=NOON),
    }

    acts[act]()

    session.refresh(own)
    session.refresh(other)
    assert (own.revoked_at, other.revoked_at) == (NOON, None)


def test_a_removed_provider_frees_its_domains_and_keeps_no_secret(
    session: Session, provider: IdentityProvider
) -> None:
    identity = services.connect(session, provider, make.make_user(session), "7", "", at=NOON)

    services.remove(session, provider, by=ADMIN, at=NOON)

    assert (provider.client_secret, provider.domains, identity.deleted_at) == ("", [], NOON)
    assert services.create(session, None, VALUES, by=ADMIN, at=NOON).domains == ["altamont.example"]


def test_a_line_of_the_mapping_is_added_once_and_taken_away(
    session: Session, provider: IdentityProvider
) -> None:
    entry = {"value": "Staff", "role": "member", "team": "11111111-1111-4111-8111-111111111111", "level": ""}
    made = services.add_role(session, provider, entry, by=ADMIN, at=NOON)

    with pytest.raises(InputError):
        services.add_role(session, provider, entry, by=ADMIN, at=NOON)
    assert services.remove_role(session, provider, made["id"], by=ADMIN, at=NOON)
    assert not services.remove_role(session, provider, made["id"], by=ADMIN, at=NOON)
    assert provider.roles == []
