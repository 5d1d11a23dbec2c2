"""Reading what mail servers send back (RFC 3464): which letter, to whom, and whether it is for good. Pure.

A report counts only if it carries the Message-ID of the letter: that holds a random id which nobody outside
knows, so that nobody can stop another's mail with a made-up report.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.message import Message
from uuid import UUID

_ID = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"\s*([245]\d\d)\b")
_DEAD = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4", "5.7.17"})
"""No such mailbox, host or domain; an address that can't be; moved; closed. Full boxes and the like pass."""


@dataclass(frozen=True)
class Bounce:
    """One address that a letter could not be brought to."""

    letter: UUID
    address: str
    is_for_good: bool
    said: str


def is_for_good(said: str) -> bool:
    """Say whether a server's words mean that the address itself is wrong, now and later.

    A status as 5.1.1 tells; without one, the codes 550, 551 and 553 do.
    """
    status = _STATUS.search(said)
    if status is not None:
        return status.group() in _DEAD
    code = _CODE.match(said)
    return code is not None and code.group(1) in {"550", "551", "553"}


def read(raw: bytes) -> list[Bounce]:
    """Return what a message reports; nothing where it is no report, or of no letter of ours."""
    message = message_from_bytes(raw, policy=policy.compat32)
    letter = _letter(message)
    if letter is None:
        return []
    return [bounce for part in _parts(message) for bounce in _recipients(part, letter)]


def _parts(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if part.get_content_type() == "message/delivery-status")


def _letter(message: Message) -> UUID | None:
    """Return the random id of the letter that came back: it stands in the original or its headers."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = next(_inside(part), None)
            found = str(inner.get("Message-ID", "")) if inner is not None else ""
        elif kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            headers = message_from_string(text.decode("utf-8", "replace") if isinstance(text, bytes) else "")
            found = str(headers.get("Message-ID", ""))
        else:
            continue
        known = _ID.search(found.lower())
        if known is not None:
            return UUID(known.group(1))
    return None


def _inside(part: Message) -> Iterator[Message]:
    held = part.get_payload()
    return (each for each in (held if isinstance(held, list) else ()) if isinstance(each, Message))


def _recipients(part: Message, letter: UUID) -> Iterator[Bounce]:
    for block in _inside(part):
        if str(block.get("Action", "")).strip().lower() != "failed":
            continue
        address = _address(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
        status = str(block.get("Status", "")).strip()
        said = " ".join(_after_type(block.get("Diagnostic-Code", "")).split())
        if address:
            # The server's own words are closer to the matter than the status of whoever wrote the report.
            tells = said if _STATUS.search(said) else f"{status} {said}"
            yield Bounce(letter, address, is_for_good(tells.strip()), (said or status)[:300])


def _after_type(value: object) -> str:
    """Return what stands after the type of an address or a code, as ``rfc822; rosa@example.org``."""
    text = str(value)
    return (text.partition(";")[2] if ";" in text else text).strip()


def _address(value: object) -> str:
    return _after_type(value).strip("<> ").lower()
