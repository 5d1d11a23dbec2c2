"""Errors of the API as ``application/problem+json`` (RFC 9457), and what each kind of them means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request

from nic_platform.errors import InputError, PlatformError

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its name in the type's address, its title, and what a caller does about it."""

    name: str
    status: int
    title: str
    mend: str


KINDS: tuple[Kind, ...] = (
    Kind(
        "bad-request", 400, "The request can't be read",
        "Mend the JSON, or send the page's own token with its cookie.",
    ),
    Kind(
        "not-signed-in", 401, "No valid token",
        "Send “Authorization: Bearer …” with a token that has not ended.",
    ),
    Kind("forbidden", 403, "This may be read but not done", "Ask somebody whose role allows it."),
    Kind("scope", 403, "The token is not good for this", "Use a token with the scope that “scope” names."),
    Kind(
        "absent", 404, "There is no such thing",
        "It was never there, is deleted, or is not for you to know of.",
    ),
    Kind("method", 405, "This address doesn't take that", "“Allow” names what it takes."),
    Kind("not-acceptable", 406, "There is no such form of it", "Ask for JSON."),
    Kind(
        "conflict", 409, "A rule or another change stands against it",
        "Read the thing again; “detail” says what stands against it.",
    ),
    Kind(
        "at-work", 409, "The same request is being answered",
        "Wait as long as “Retry-After” says, then send it again.",
    ),
    Kind(
        "precondition-failed", 412, "Somebody saved it meanwhile",
        "Read it, merge, and send again with the new version.",
    ),
    Kind("too-large", 413, "Too much was sent", "Send it in parts."),
    Kind(
        "media-type", 415, "This kind of content isn't taken",
        "Send JSON, or a form where a file goes along.",
    ),
    Kind("input", 422, "What was sent can't be used", "“errors” says, field by field, what to mend."),
    Kind(
        "key-reused", 422, "The key was used for another request",
        "Use a new Idempotency-Key for each thing you make.",
    ),
    Kind(
        "precondition-missing", 428, "Say which version you changed",
        "Send If-Match, or “version” in the body.",
    ),
    Kind("too-many", 429, "Too many tries", "Wait as long as “Retry-After” says."),
    Kind("fault", 500, "A fault of ours", "Nothing was saved. Try again; tell your operator if it stays."),
    Kind("unavailable", 503, "Not reachable for the moment", "Try again after “Retry-After”."),
)  # fmt: skip
_BY_ERROR = {"ScopeError": "scope", "AtWorkError": "at-work", "OtherRequestError": "key-reused"}


def kind_of(error: PlatformError) -> Kind:
    """Return the kind of problem that an error is."""
    name = _BY_ERROR.get(type(error).__name__)
    for kind in KINDS:
        if kind.name == name or (name is None and kind.status == error.status):
            return kind
    return Kind("other", error.status, "This could not be done", "“detail” says why.")


def type_of(kind: Kind) -> str:
    """Return the address that names a kind of problem; the readable page of the API explains it there."""
    return f"{str(current_app.config['BASE_URL']).rstrip('/')}/api/#problem-{kind.name}"


def problem(error: PlatformError) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Return an error of the platform as the API words it."""
    kind = kind_of(error)
    request_id = g.get("request_id")
    body: dict[str, Any] = {
        "type": type_of(kind),
        "title": kind.title,
        "status": error.status,
        "detail": str(error),
        "instance": f"urn:request:{request_id}" if request_id else request.path,
    }
    if isinstance(error, InputError) and error.fields:
        body["errors"] = error.fields
    headers = {"Content-Type": MEDIA_TYPE}
    if (wait := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(wait)
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="Switchback"'
    elif kind.name == "scope":
        headers["WWW-Authenticate"] = (
            f'Bearer realm="Switchback", error="insufficient_scope", scope="{error.details.get("scope", "")}"'
        )
    return dict(error.details) | body, error.status, headers


def schema() -> Mapping[str, Any]:
    """Return the JSON schema of such an answer."""
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "What went wrong, and what to do about it (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text | {"format": "uri", "description": "Names the kind; the page there explains it."},
            "title": text | {"description": "The kind of problem in a few words, always the same."},
            "status": {"type": "integer", "description": "The status of the answer."},
            "detail": text | {"description": "What was wrong this time, as a sentence."},
            "instance": text | {"description": "Names this one answer, for asking your operator about it."},
            "errors": {
                "type": "object",
                "additionalProperties": text,
                "description": "What to mend, by field; parts of parts by names with dots.",
            },
        },
        "example": {
            "type": "https://nic.example.org/api/#problem-input",
            "title": "What was sent can't be used",
            "status": 422,
            "detail": "What was sent can't be used. Each field says why.",
            "instance": "/api/v1/plans",
            "errors": {"school_year": "Write it as 2026-27."},
        },
    }  # fmt: skip
