"""SCIM 2.0 at /scim/v2: a directory tells us who works there, with the token of its source and nothing else.

No cookie is looked at: every request stands on its bearer token alone, so there is nothing to forge.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, TooManyRequests

from accounts import limits
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.errors import ConflictError, PlatformError
from rosters import queries, scim, scim_asking, scim_services
from rosters.models import RosterSource
from rosters.scim import Json, ScimError

PREFIX = "/scim/v2"
TYPE = "application/scim+json"
USERS, GROUPS = "Users", "Groups"
LARGEST = 2_000_000  # bytes of one request
blueprint = Blueprint("scim", __name__, url_prefix=PREFIX)
View = Callable[..., Response]


def _answer(body: Json | None, status: int = 200, **headers: str) -> Response:
    text = "" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer = Response(text, status=status, content_type=TYPE + "; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        answer.headers[name.replace("_", "-")] = value
    return answer


def _failed(error: ScimError, **more: str) -> Response:
    if error.status == 401:
        more["WWW_Authenticate"] = 'Bearer realm="scim"'
    return _answer(error.body(), error.status, **more)


def _in_scim(view: View) -> View:
    """Look up the source behind the token, and word every refusal as SCIM does."""

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Response:
        try:
            g.roster_source = _source()
            return view(*args, **kwargs)
        except ScimError as error:
            return _failed(error)
        except TooManyRequests as error:
            return _failed(ScimError(429, "Too many requests."), Retry_After=str(error.retry_after))
        except RequestEntityTooLarge:
            return _failed(ScimError(413, "The request is too large."))
        except ConflictError as error:
            return _failed(ScimError(412, str(error)))
        except IntegrityError:  # another source added the same address at this moment
            return _failed(ScimError(409, "Somebody with this address was added just now.", "uniqueness"))
        except PlatformError as error:
            return _failed(ScimError(error.status, str(error)))
        except HTTPException as error:
            return _failed(ScimError(error.code or 400, error.description or error.name))

    return access.public(asked)


def _source() -> RosterSource:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    found = queries.source_of_token(session(), token.strip()) if kind.lower() == "bearer" else None
    if found is None:
        raise ScimError(401, "Send the token of this directory as a bearer token.")
    limits.count_program(f"roster {found.id}")
    return found


def _own(current: Any) -> RosterSource:
    """Return the source behind the token in the running transaction; its token may have died meanwhile.

    Directories send many changes at once: those of one source wait for each other, so that two of the same
    person are told apart.
    """
    source = current.get(RosterSource, g.roster_source.id, with_for_update=True)
    if source is None or source.deleted_at is not None or source.token_hash is None:
        raise ScimError(401, "Send the token of this directory as a bearer token.")
    return source  # type: ignore[no-any-return]  # the session hands out what is asked for


def _base() -> str:
    return str(current_app.config["BASE_URL"]) + PREFIX


def _sent() -> Mapping[str, Any]:
    request.max_content_length = LARGEST
    try:
        body = json.loads(request.get_data() or b"null")
    except (ValueError, RecursionError):
        raise scim.bad("The request is no JSON.", "invalidSyntax") from None
    if not isinstance(body, dict):
        raise scim.bad("The request must be a JSON object.", "invalidSyntax")
    return body


def _number(asked: Mapping[str, Any], name: str, usual: int, low: int, high: int) -> int:
    text = str(asked.get(name) or "").strip() if asked.get(name) != 0 else "0"
    if not text:
        return usual
    try:
        return min(max(int(text), low), high)
    except ValueError:
        raise scim.bad(f"{name} must be a whole number.") from None


def _named(asked: Mapping[str, Any], name: str) -> list[str]:
    value = asked.get(name) or []
    return [part for each in (value if isinstance(value, list) else [value]) for part in str(each).split(",")]


def _asked() -> dict[str, Any]:
    """Return what the address asks for; a list that names something twice means both."""
    return {name: request.args.get(name) for name in request.args} | {
        name: request.args.getlist(name) for name in ("attributes", "excludedAttributes")
    }


def _shown(resource: Json, asked: Mapping[str, Any] | None = None) -> Json:
    asked = _asked() if asked is None else asked
    return scim.chosen(resource, _named(asked, "attributes"), _named(asked, "excludedAttributes"))


def _one(resource: Json, status: int = 200) -> Response:
    meta = resource["meta"]
    if status == 200 and request.method == "GET" and meta["version"] in _tags("If-None-Match"):
        return _answer(None, 304, ETag=meta["version"])
    more = {"Location": meta["location"]} if status == 201 else {}
    return _answer(_shown(resource), status, ETag=meta["version"], Content_Location=meta["location"], **more)


def _tags(header: str) -> set[str]:
    return {each.strip() for each in request.headers.get(header, "").split(",") if each.strip()}


def _unchanged(version: int) -> None:
    """Refuse a change made from an older version, where the directory says from which one.

    Raises:
        ScimError: the resource has another version by now.
    """
    tags = _tags("If-Match")
    if tags and "*" not in tags and f'W/"{version}"' not in tags:
        raise ScimError(412, "The resource was changed meanwhile. Read it again.")


def _page(asked: Mapping[str, Any], *kinds: str) -> Response:
    """Answer with one page of people, of groups, or of people and then groups."""
    text = str(asked.get("filter") or "").strip()
    terms = scim_asking.terms_of(text) if text else []
    start = _number(asked, "startIndex", 1, 1, 10**9)
    count = _number(asked, "count", 100, 0, scim.MOST)
    wants = "members" not in {each.strip().lower() for each in _named(asked, "excludedAttributes")}
    resources: list[Json] = []
    total = 0
    for kind in kinds:
        try:
            page = _of_kind(kind, terms, max(start - total, 1), count - len(resources), wants)
        except ScimError:
            if len(kinds) == 1:
                raise
            continue  # the filter speaks of the other kind
        resources += page[0]
        total += page[1]
    return _answer(scim.listed([_shown(each, asked) for each in resources], total, start))


def _of_kind(
    kind: str, terms: Sequence[scim_asking.Term], start: int, count: int, with_members: bool
) -> tuple[list[Json], int]:
    if kind == USERS:
        people, total = scim_services.list_people(session(), g.roster_source, terms, start, count)
        return scim_services.person_resources(session(), people, _base()), total
    groups, total = scim_services.list_groups(session(), g.roster_source, terms, start, count)
    return scim_services.group_resources(session(), groups, _base(), with_members=with_members), total


@blueprint.post("/.search")
@_in_scim
def search_all() -> Response:
    """List people and groups as the body asks for them."""
    return _page(_sent(), USERS, GROUPS)


# ---------------------------------------------------------------- people


@blueprint.get("/Users")
@_in_scim
def list_users() -> Response:
    """List the directory's people, page by page."""
    return _page(_asked(), USERS)


@blueprint.post("/Users/.search")
@_in_scim
def search_users() -> Response:
    """List people as the body asks for them, so that no address holds what is looked for."""
    return _page(_sent(), USERS)


@blueprint.post("/Users")
@_in_scim
def add_user() -> Response:
    """Add somebody."""
    values = scim.user_values(_sent())
    with transaction() as current:
        person = scim_services.add_person(current, _own(current), values, at=clock.now())
        told = scim_services.person_resources(current, [person], _base())[0]
    return _one(told, 201)


@blueprint.get("/Users/<scim_id>")
@_in_scim
def get_user(scim_id: str) -> Response:
    """Tell of one person."""
    person = scim_services.get_person(session(), g.roster_source, scim_id)
    return _one(scim_services.person_resources(session(), [person], _base())[0])


@blueprint.put("/Users/<scim_id>")
@_in_scim
def put_user(scim_id: str) -> Response:
    """Write somebody anew."""
    return _change_user(scim_id, lambda _resource: _sent())


@blueprint.patch("/Users/<scim_id>")
@_in_scim
def patch_user(scim_id: str) -> Response:
    """Change parts of somebody."""
    return _change_user(scim_id, lambda resource: scim_asking.patched(resource, _sent()))


def _change_user(scim_id: str, changed: Callable[[Json], Mapping[str, Any]]) -> Response:
    with transaction() as current:
        source = _own(current)
        person = scim_services.get_person(current, source, scim_id, lock=True)
        _unchanged(person.version)
        before = scim_services.person_resources(current, [person], _base())[0]
        values = scim.user_values(changed(before))
        scim_services.change_person(current, source, person, values, at=clock.now())
        told = scim_services.person_resources(current, [person], _base())[0]
    return _one(told)


@blueprint.delete("/Users/<scim_id>")
@_in_scim
def remove_user(scim_id: str) -> Response:
    """Take somebody out: every access ends at once."""
    with transaction() as current:
        source = _own(current)
        person = scim_services.get_person(current, source, scim_id, lock=True)
        _unchanged(person.version)
        scim_services.remove_person(current, source, person, at=clock.now())
    return _answer(None, 204)


# ---------------------------------------------------------------- groups


@blueprint.get("/Groups")
@_in_scim
def list_groups() -> Response:
    """List the directory's groups, page by page."""
    return _page(_asked(), GROUPS)


@blueprint.post("/Groups/.search")
@_in_scim
def search_groups() -> Response:
    """List groups as the body asks for them."""
    return _page(_sent(), GROUPS)


@blueprint.post("/Groups")
@_in_scim
def add_group() -> Response:
    """Add a group. A network lead says which team and role it stands for."""
    sent = _sent()
    with transaction() as current:
        group = scim_services.save_group(current, _own(current), None, sent, at=clock.now())
        told = scim_services.group_resources(current, [group], _base())[0]
    return _one(told, 201)


@blueprint.get("/Groups/<scim_id>")
@_in_scim
def get_group(scim_id: str) -> Response:
    """Tell of one group."""
    group = scim_services.get_group(session(), g.roster_source, scim_id)
    return _one(scim_services.group_resources(session(), [group], _base())[0])


@blueprint.put("/Groups/<scim_id>")
@_in_scim
def put_group(scim_id: str) -> Response:
    """Write a group anew."""
    return _change_group(scim_id, lambda _resource: _sent())


@blueprint.patch("/Groups/<scim_id>")
@_in_scim
def patch_group(scim_id: str) -> Response:
    """Change a group, or who is in it."""
    return _change_group(scim_id, lambda resource: scim_asking.patched(resource, _sent()))


def _change_group(scim_id: str, changed: Callable[[Json], Mapping[str, Any]]) -> Response:
    with transaction() as current:
        source = _own(current)
        group = scim_services.get_group(current, source, scim_id, lock=True)
        _unchanged(group.version)
        before = scim_services.group_resources(current, [group], _base())[0]
        scim_services.save_group(current, source, group, changed(before), at=clock.now())
        told = scim_services.group_resources(current, [group], _base())[0]
    return _one(told)


@blueprint.delete("/Groups/<scim_id>")
@_in_scim
def remove_group(scim_id: str) -> Response:
    """Take a group away, and the places that it gave."""
    with transaction() as current:
        source = _own(current)
        group = scim_services.get_group(current, source, scim_id, lock=True)
        _unchanged(group.version)
        scim_services.remove_group(current, source, group, at=clock.now())
    return _answer(None, 204)


# ---------------------------------------------------------------- what we say of ourselves


@blueprint.get("/ServiceProviderConfig")
@_in_scim
def provider_config() -> Response:
    """Tell what of the protocol we do."""
    return _answer(scim.provider_config(_base()))


@blueprint.get("/ResourceTypes", defaults={"name": ""})
@blueprint.get("/ResourceTypes/<name>")
@_in_scim
def resource_types(name: str) -> Response:
    """Tell which kinds of things we know, or of one of them."""
    return _described(scim.resource_types(_base()), name)


@blueprint.get("/Schemas", defaults={"name": ""})
@blueprint.get("/Schemas/<name>")
@_in_scim
def schemas(name: str) -> Response:
    """Tell which attributes we keep, or of one kind of thing."""
    return _described(scim.schemas(_base()), name)


def _described(things: list[Json], name: str) -> Response:
    if not name:
        if request.args.get("filter"):
            raise ScimError(403, "These can't be filtered.")
        return _answer(scim.listed(things, len(things), 1))
    found = next((each for each in things if each["id"] == name), None)
    if found is None:
        raise ScimError(404, "There is no such resource.")
    return _answer(found)


@blueprint.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@_in_scim
def nothing_here(rest: str) -> Response:
    """Say in SCIM's words that there is nothing at an address, or that it can't be asked so."""
    known = rest.split("/")[0] in {"Users", "Groups", "ServiceProviderConfig", "ResourceTypes", "Schemas"}
    raise ScimError(
        405 if known else 404, "There is nothing here." if not known else "This can't be done here."
    )
