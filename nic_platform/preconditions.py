"""Entity tags and If-Match: who reads again gets 304, who writes from an older version gets 412.

The tag of one thing is its version, a dot, and a digest of the answer: ``"7.3f9c2a…"``. If-None-Match
compares all of it, for an answer may change with the day or the reader; If-Match compares the version,
which is what a write rests on. The tag of a list or of a view without a version is the digest alone. RFC
9110, section 13.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session
from webargs.flaskparser import FlaskParser

from nic_platform.database import Edited
from nic_platform.errors import ConflictError, PlatformError
from nic_platform.text import _

_TAG = re.compile(r'(?:W/)?"?([!#-+\--~]*)"?\s*(?:,|$)')
_VERSION = re.compile(r"[0-9]{1,9}")
CONDITIONAL = frozenset({"PATCH", "PUT", "DELETE"})
# Operations that take words away and that no other one takes back: what somebody else wrote meanwhile would
# be lost unseen. Whoever deletes says which version they saw. All else that is deleted can be restored, or is
# an access, which has to end at once whatever its version is.
FINAL = frozenset({
    "api_correcting.delete_plan", "api_cycle_parts.delete_task",
    "api_feedback.delete_item", "api_library.take_answer_back", "api_policy.delete_notice",
    "api_queue.delete_template",
})  # fmt: skip


class PreconditionError(ConflictError):
    """The version that was sent is not the saved one any more; read again, merge, send again."""

    status = 412


class PreconditionMissingError(PlatformError):
    """Neither an If-Match header nor a version says what the change was made from."""

    status = 428


@dataclass
class IfMatch:
    """What the If-Match header of this request asks for; ``is_held`` once something was held against it."""

    versions: frozenset[int]
    takes_any: bool = False
    is_held: bool = False

    def hold(self, saved: int) -> None:
        """Hold the saved version of the thing against the header.

        Raises:
            PreconditionError: it is none of those named.
        """
        self.is_held = True
        if not self.takes_any and saved not in self.versions:
            raise _is_older(saved)


def _say_which() -> str:
    return _("Say which version you changed: in an If-Match header, or as “version” in the body.")


def _is_older(saved: int) -> PreconditionError:
    return PreconditionError(
        _("Somebody else saved version %(saved)s meanwhile. Read it, merge, and send again.", saved=saved)
    )


def tags_of(header: str) -> list[str]:
    """Return the tags that a header names, without quotes, weakness and what compression adds to them."""
    return [found.group(1).split(":")[0] for found in _TAG.finditer(header) if found.group(1)]


def read_header(header: str) -> IfMatch | None:
    """Return what an If-Match header asks for; ``None`` where there is none."""
    if not header.strip():
        return None
    tags = tags_of(header)
    parts = [tag.partition(".")[0] for tag in tags]
    versions = frozenset(int(part) for part in parts if _VERSION.fullmatch(part))
    return IfMatch(versions, takes_any="*" in tags)


def expected() -> IfMatch | None:
    """Return what this request's If-Match header asks for, while its view is at work."""
    return g.get("if_match") if has_request_context() else None


def check_version(sent: int | None, saved: int) -> None:
    """Refuse a write that was made from an older version.

    Raises:
        PreconditionMissingError: no version was sent.
        PreconditionError: it is not the saved one.
    """
    asked = expected()
    if asked is not None:
        asked.hold(saved)
    if sent is None and asked is None:
        raise PreconditionMissingError(_say_which())
    if sent is not None and sent != saved:
        raise _is_older(saved)


class BodyParser(FlaskParser):
    """Takes a body's ``version`` from the If-Match header where the body leaves it out."""

    def load_json(self, req: Any, schema: Any) -> Any:
        """Return the body as JSON, with its version.

        Raises:
            PreconditionMissingError: the operation needs one, and neither body nor header says it.
        """
        sent = super().load_json(req, schema)
        wanted = schema.fields.get("version") if isinstance(sent, dict) else None
        if wanted is None or wanted.dump_only or "version" in sent:
            return sent
        asked = expected()
        if asked is not None and asked.versions:
            return sent | {"version": max(asked.versions)}
        if wanted.required:
            raise PreconditionMissingError(_say_which())
        return sent


def tag_of(said: Any, body: bytes) -> tuple[str, bool]:
    """Return the tag of an answer and whether it is weak, from what it says and its bytes."""
    digest = sha256(body).hexdigest()[:20]
    if not isinstance(said, dict) or ("items" in said and "id" not in said):
        return digest, True
    version = said.get("version")
    return (f"{version}.{digest}" if isinstance(version, int) else digest), False


def is_known(tag: str, header: str) -> bool:
    """Say whether an If-None-Match header names the tag."""
    return any(each in {"*", tag} for each in tags_of(header))


def _target() -> UUID | None:
    """Return the id of the thing that the address is about: the last one in it."""
    ids = [value for value in (request.view_args or {}).values() if isinstance(value, UUID)]
    return ids[-1] if ids else None


@event.listens_for(Session, "before_flush")
def _hold_what_changes(current: Session, _context: object, _instances: object) -> None:
    # The version that is compared here is the one the database then insists on: nobody slips in between.
    if not has_request_context() or request.method not in CONDITIONAL:
        return
    asked = expected()
    is_final = asked is None and request.method == "DELETE" and request.endpoint in FINAL
    if not is_final and (asked is None or asked.is_held):
        return
    target = _target()
    for thing in (*current.dirty, *current.deleted):
        if isinstance(thing, Edited) and getattr(thing, "public_id", None) == target:
            if asked is None:
                raise PreconditionMissingError(
                    _("Say which version you delete, in an If-Match header: nobody could bring it back.")
                )
            asked.hold(thing.version)


@event.listens_for(Session, "before_commit")
def _leave_nothing_unheld(current: Session) -> None:
    asked = expected()
    if asked is None or asked.is_held or asked.takes_any or request.method not in CONDITIONAL:
        return
    if current.in_nested_transaction() or current.info.get("user_id") is None:
        return
    current.flush()
    if not asked.is_held:
        raise PreconditionError(
            _("This thing has no version that If-Match could be held against. Send it without.")
        )
