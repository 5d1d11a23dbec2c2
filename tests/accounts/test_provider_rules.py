import pytest

from accounts import provider_rules as rules

ISSUER = "https://login.altamont.example"
VERIFIED = {"sub": "7", "email": "Rosa@Altamont.example", "email_verified": True, "name": "Rosa  Medina"}


def test_what_a_provider_tells_is_read() -> None:
    told = rules.read(VERIFIED | {"groups": ["Staff", "Leads"]}, issuer=ISSUER, claim="groups")

    assert told == rules.Told(
        "7", "rosa@altamont.example", True, "Rosa Medina", frozenset({"Staff", "Leads"}), False
    )


@pytest.mark.parametrize(
    ("more", "verified"),
    [
        ({"email_verified": True}, True),
        ({"email_verified": "true"}, True),
        ({"xms_edov": 1}, True),
        ({"verified_primary_email": ["rosa@altamont.example"]}, True),
        ({"verified_primary_email": ["other@altamont.example"]}, False),
        ({"email_verified": False}, False),
        ({"email_verified": "no"}, False),
        ({"email_verified": ["true"]}, False),
        ({}, False),
    ],
)
def test_only_an_address_that_is_vouched_for_is_verified(more: dict[str, object], verified: bool) -> None:
    claims = {"sub": "7", "email": "rosa@altamont.example"} | more

    assert rules.read(claims, issuer=ISSUER, claim="groups").is_verified is verified


def test_without_a_usable_address_nothing_is_verified() -> None:
    told = rules.read({"sub": "7", "email": "a@b@c", "email_verified": True}, issuer=ISSUER, claim="groups")

    assert (told.email, told.is_verified) == ("", False)


@pytest.mark.parametrize(
    ("hd", "verified"), [("altamont.example", True), ("other.example", False), (None, False)]
)
def test_google_must_say_that_the_account_is_of_the_domain(hd: str | None, verified: bool) -> None:
    told = rules.read(VERIFIED | {"hd": hd}, issuer="https://accounts.google.com", claim="groups")

    assert told.is_verified is verified


@pytest.mark.parametrize(
    ("claims", "claim", "values"),
    [
        ({"groups": "Staff"}, "groups", {"Staff"}),
        ({"groups": ["a", 3, True, None, {"name": "b"}, {"x": 1}]}, "groups", {"a", "3", "true", "b"}),
        ({"realm_access": {"roles": ["lead"]}}, "realm_access.roles", {"lead"}),
        ({"https://x.example/roles": ["lead"]}, "https://x.example/roles", {"lead"}),
        ({"realm_access": "text"}, "realm_access.roles", set()),
        ({}, "groups", set()),
    ],
)
def test_groups_are_found_in_whatever_form(claims: dict[str, object], claim: str, values: set[str]) -> None:
    assert rules.read(claims, issuer=ISSUER, claim=claim).values == values


def test_too_many_groups_are_not_the_same_as_none() -> None:
    claims = {"sub": "7", "_claim_names": {"groups": "src1"}}

    assert rules.read(claims, issuer=ISSUER, claim="groups").values is None


@pytest.mark.parametrize(
    ("amr", "did"), [(["pwd", "mfa"], True), (["pwd"], False), ("mfa", False), (None, False)]
)
def test_a_second_factor_is_believed_only_where_it_is_said(amr: object, did: bool) -> None:
    assert rules.read({"amr": amr}, issuer=ISSUER, claim="groups").did_second is did


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        (" @Altamont.K12.CO.US. ", "altamont.k12.co.us"),
        ("altamont", None),
        ("altamont.example/x", None),
        ("*.example.org", None),
        ("", None),
        ("a" * 64 + ".org", None),
    ],
)
def test_a_domain_has_one_spelling(text: str, domain: str | None) -> None:
    assert rules.normal_domain(text) == domain


def test_a_domain_below_another_is_another() -> None:
    told = rules.read(VERIFIED, issuer=ISSUER, claim="groups")

    assert rules.is_vouched(told, ["altamont.example"])
    assert not rules.is_vouched(told, ["example", "school.altamont.example"])


def test_claims_are_shown_short_and_in_order() -> None:
    assert rules.shown_claims({"b": ["x", "y"], "a": "z" * 400}) == [("a", "z" * 300 + "…"), ("b", "x, y")]
