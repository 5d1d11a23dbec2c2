"""What a webhook asks for, how its messages are signed, and how long it is tried."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

from interchange import webhook_rules as rules

AT = datetime(2026, 2, 25, 19, 0, tzinfo=UTC)
ID = UUID("00000000-0000-4000-8000-000000000001")


def test_the_signature_is_that_of_standard_webhooks() -> None:
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()

    made = rules.headers(secret, ID, AT, b'{"a":1}')

    stamp = str(int(AT.timestamp()))
    expected = hmac.new(b"k" * 32, f"{ID}.{stamp}.".encode() + b'{"a":1}', hashlib.sha256).digest()
    assert made["Webhook-Signature"] == "v1," + base64.b64encode(expected).decode()
    assert (made["Webhook-Id"], made["Webhook-Timestamp"]) == (str(ID), stamp)


def test_each_secret_is_another_and_has_256_bits() -> None:
    first, second = rules.new_secret(), rules.new_secret()

    assert first != second
    assert len(base64.b64decode(first.removeprefix("whsec_"))) == 32


def test_pauses_grow_from_a_minute_to_a_day_and_end() -> None:
    pauses = [rules.pause_after(tries) for tries in range(1, len(rules.PAUSES) + 1)]

    assert pauses == sorted(pause for pause in pauses if pause)
    assert (pauses[0], pauses[-1]) == (timedelta(minutes=1), timedelta(hours=24))
    assert rules.pause_after(len(rules.PAUSES) + 1) is None


def test_an_address_is_given_up_after_three_days() -> None:
    assert not rules.is_given_up(None, AT)
    assert not rules.is_given_up(AT - timedelta(days=2, hours=23), AT)
    assert rules.is_given_up(AT - timedelta(days=3), AT)


def test_a_hook_hears_what_it_asked_for_and_tests() -> None:
    assert rules.wants(["cycles"], "cycle.closed")
    assert not rules.wants(["cycles"], "item.sent")
    assert rules.wants([], rules.TEST)
    assert set(rules.group_names()) == set(rules.GROUPS)
