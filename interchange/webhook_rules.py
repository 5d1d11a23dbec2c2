"""What other systems are told of, how a message is signed, and when it is sent again. Pure."""

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from nic_platform.text import _

GROUPS: Mapping[str, tuple[str, ...]] = {
    "items": ("item.sent", "item.moved", "item.answered", "item.closed", "item.removed"),
    "themes": ("theme.opened", "theme.changed", "theme.closed"),
    "answers": ("answer.given", "answer.changed"),
    "cycles": ("cycle.started", "cycle.moved", "cycle.closed", "cycle.removed"),
    "milestones": ("milestone.met", "milestone.missed"),
    "measurements": ("measurement.saved", "measurement.corrected"),
    "imports": ("import.done", "import.undone"),
    "people": ("person.joined", "person.changed", "person.left"),
}
TEST = "test"
_GROUP_OF = {event: group for group, events in GROUPS.items() for event in events}

# After each attempt that failed; when they are used up the message is given up.
PAUSES = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6),
    timedelta(hours=12), timedelta(hours=24),
)  # fmt: skip
PATIENCE = timedelta(days=3)  # after which an address that never answered well is asked no more
LEASE = timedelta(minutes=1)  # after which whoever was sending is taken for dead
MOST_HOOKS = 20  # of one network
GONE = 410  # the other system wants no more of it (standardwebhooks.com)
_MARK = "whsec_"


@dataclass(frozen=True)
class Happening:
    """One thing that happened, as other systems are told of it: codes and ids, no words and no figures."""

    event: str
    kind: str
    object_id: UUID
    data: Mapping[str, Any]
    network_id: int


def group_names() -> dict[str, str]:
    """Return the groups of events in a reader's words."""
    return {
        "items": _("Feedback items: sent, moved on, answered, closed"),
        "themes": _("Themes: opened, changed, closed"),
        "answers": _("Answers: given, changed"),
        "cycles": _("Cycles: started, moved on, closed"),
        "milestones": _("Milestones: met, missed"),
        "measurements": _("Measurements: saved, corrected"),
        "imports": _("Imports: done, taken back"),
        "people": _("People: joined, changed, left"),
    }


def group_of(event: str) -> str | None:
    """Return the group that an event belongs to; none for a test."""
    return _GROUP_OF.get(event)


def wants(groups: list[str], event: str) -> bool:
    """Say whether a hook that asked for *groups* is told of an event."""
    return event == TEST or _GROUP_OF.get(event) in groups


def new_secret() -> str:
    """Return a secret of 256 bits as standardwebhooks.com writes them."""
    return _MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: UUID, sent_at: datetime, body: bytes) -> str:
    """Return the header that proves who sent *body* and when (standardwebhooks.com, version 1)."""
    key = base64.b64decode(secret.removeprefix(_MARK))
    signed = b".".join((str(message_id).encode(), str(int(sent_at.timestamp())).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def headers(secret: str, message_id: UUID, sent_at: datetime, body: bytes) -> dict[str, str]:
    """Return everything that goes with a message. The id stays the same however often it is sent."""
    return {
        "Content-Type": "application/json",
        "Webhook-Id": str(message_id),
        "Webhook-Timestamp": str(int(sent_at.timestamp())),
        "Webhook-Signature": signature(secret, message_id, sent_at, body),
    }


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many attempts that failed; none when it is given up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def is_given_up(failing_since: datetime | None, at: datetime) -> bool:
    """Say whether an address has failed for so long that it is asked no more."""
    return failing_since is not None and at - failing_since >= PATIENCE
