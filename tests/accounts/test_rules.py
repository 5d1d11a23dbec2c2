"""The rules of getting in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import rules
from accounts.rules import LinkPurpose

NOON = datetime(2026, 2, 25, 19, 0, tzinfo=UTC)

OFF_SITE = (
    "https://evil.example/", "HTTPS:evil.example", "//evil.example", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", " //evil.example", "https:///evil.example",
    "javascript:alert(1)", "data:text/html,x", "/%2Fevil.example", "/%5Cevil.example", "/%252Fevil.example",
    "//evil.example@host/", "/.//evil.example", "evil.example", "\x00//evil.example", "/\u2028/evil.example",
    "http:evil.example", "?next=//evil.example", "", "//[evil",
)  # fmt: skip


# ---------------------------------------------------------------- passwords


def test_there_are_three_thousand_common_passwords_of_the_length_we_ask_for() -> None:
    assert len(rules.common_passwords()) >= 3000
    assert all(len(each) >= rules.SHORTEST for each in rules.common_passwords())


@pytest.mark.parametrize("password", ["sevensi", "", "a" * 129, "        "])
def test_too_short_and_too_long_is_refused(password: str) -> None:
    assert rules.password_problem(password)


@pytest.mark.parametrize(
    "password", ["password", "Password", "12345678", "QWERTYUIOP", "iloveyou", "aaaaaaaaaaaa"]
)
def test_what_everybody_guesses_is_refused_in_any_case(password: str) -> None:
    assert "first" in str(rules.password_problem(password))


@pytest.mark.parametrize(
    "password", ["maple tree", "ünïcödé 🙂 ok", "x" * 63 + "yz", "1" * 7 + "23", "<script>alert"]
)
def test_any_signs_pass(password: str) -> None:
    assert rules.password_problem(password) is None


@given(st.text(min_size=20, max_size=128).filter(lambda text: len(set(text.casefold().strip())) > 4))
def test_whatever_is_long_and_not_common_passes(password: str) -> None:
    if rules.SHORTEST <= len(rules.same_signs(password)) <= rules.LONGEST:
        assert rules.password_problem(password) is None


@pytest.mark.parametrize("password", ["rosa@altamont.example", "Rosa Medina", "rosamedina", "Switchback"])
def test_the_own_name_is_refused(password: str) -> None:
    assert rules.password_problem(password, ("rosa@altamont.example", "Rosa Medina"))


def test_an_accent_is_the_same_however_it_was_typed() -> None:
    assert rules.same_signs("cafe\u0301") == rules.same_signs("caf\u00e9")


# ---------------------------------------------------------------- secrets and tries


def test_secrets_have_256_bits_and_differ() -> None:
    made = {rules.new_secret() for _ in range(100)}

    assert len(made) == 100
    assert all(len(secret) >= 43 for secret in made)


def test_a_token_can_be_recognised_and_is_kept_as_sha256() -> None:
    assert rules.new_token().startswith("nic_")
    assert rules.hashed("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_what_is_counted_names_nobody() -> None:
    assert "rosa" not in rules.sign_in_tries("rosa@altamont.example", "10.0.0.1")[0].subject


def test_account_and_address_are_counted_apart() -> None:
    account, place = rules.sign_in_tries("rosa@altamont.example", "10.0.0.1")
    _, same_place = rules.sign_in_tries("priya@altamont.example", "10.0.0.1")

    assert account.subject != place.subject
    assert place == same_place
    assert account.limit < place.limit


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("no address", "no address"),
    ],
)
def test_one_household_of_ipv6_is_one_place(address: str, block: str) -> None:
    assert rules.block_of(address) == block


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_moment_lies_in_its_window(at: datetime) -> None:
    start = rules.window_start(at)

    assert start <= at < start + rules.WINDOW
    assert 1 <= rules.seconds_left(at) <= rules.WINDOW.total_seconds()


# ---------------------------------------------------------------- sign-ins


def test_a_sign_in_ends_when_idle() -> None:
    assert rules.ends_at(NOON, NOON, idle_minutes=30, hours=12) == NOON + timedelta(minutes=30)


def test_a_sign_in_ends_after_twelve_hours_of_use() -> None:
    seen = NOON + timedelta(hours=11, minutes=50)

    assert rules.ends_at(NOON, seen, idle_minutes=30, hours=12) == NOON + timedelta(hours=12)


def test_last_seen_is_written_each_five_minutes_at_most() -> None:
    assert not rules.needs_touch(NOON, NOON + timedelta(minutes=4, seconds=59))
    assert rules.needs_touch(NOON, NOON + timedelta(minutes=5))
    assert rules.needs_touch(None, NOON)


def test_a_sign_in_is_fresh_for_ten_minutes() -> None:
    assert rules.is_fresh(NOON, NOON + timedelta(minutes=10))
    assert not rules.is_fresh(NOON, NOON + timedelta(minutes=11))


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome on Chromebook",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8", ""),
    ],
)
def test_a_device_is_named_as_people_name_it(agent: str, name: str) -> None:
    assert rules.device_name(agent) == name


def test_links_live_shortly() -> None:
    assert LinkPurpose.SIGN_IN.lifetime == timedelta(minutes=15)
    assert LinkPurpose.RESET.lifetime == timedelta(hours=1)
    assert LinkPurpose.INVITATION.lifetime == timedelta(days=7)


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize("url", OFF_SITE)
def test_next_never_leaves_the_site(url: str) -> None:
    assert rules.safe_next(url) is None


@pytest.mark.parametrize(
    "url", ["/", "/plan", "/cycles?team=a&q=b%20c", "/m/1#chart", "/search?q=https://x.example"]
)
def test_next_keeps_what_stays_on_the_site(url: str) -> None:
    assert rules.safe_next(url) == url


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Rosa@Altamont.Example ", "rosa@altamont.example"),
        ("a.b+c@k12.co.us", "a.b+c@k12.co.us"),
        ("é@école.fr", "é@école.fr"),
    ],
)
def test_a_mail_address_is_kept_in_one_spelling(text: str, kept: str) -> None:
    assert rules.normal_email(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rosa",
        "rosa@",
        "@x.org",
        "a@b",
        "a b@x.org",
        "a@x.org\nBcc: b@x.org",
        "a@x..org",
        "a,b@x.org",
        "x" * 250 + "@x.org",
    ],
)
def test_what_is_no_mail_address_is_refused(text: str) -> None:
    assert rules.normal_email(text) is None
