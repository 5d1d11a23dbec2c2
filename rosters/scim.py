"""SCIM 2.0 (RFC 7643, RFC 7644): what people and groups of a directory look like, what we do of it. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
_API = "urn:ietf:params:scim:api:messages:2.0:"
LIST, ERROR, PATCH = _API + "ListResponse", _API + "Error", _API + "PatchOp"
_CORE = "urn:ietf:params:scim:schemas:core:2.0:"
MOST = 200
"""People or groups in one answer, and members that one request names at once are at most 5,000."""

MOST_MEMBERS = 5000
Json = dict[str, Any]


class ScimError(Exception):
    """A request that can't be done, as SCIM words it."""

    def __init__(self, status: int, detail: str, kind: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail, self.kind = status, detail, kind

    def body(self) -> Json:
        """Return the answer's body."""
        body: Json = {"schemas": [ERROR], "status": str(self.status), "detail": self.detail}
        return body | ({"scimType": self.kind} if self.kind else {})


def bad(detail: str, kind: str = "invalidValue") -> ScimError:
    """Return the error of a request whose content can't be used."""
    return ScimError(400, detail, kind)


# ---------------------------------------------------------------- what we say of ourselves


def _attribute(name: str, kind: str = "string", **more: Any) -> Json:
    made: Json = {
        "name": name,
        "type": kind,
        "multiValued": False,
        "description": more.pop("about", name),
        "required": False,
        "mutability": "readWrite",
        "returned": "default",
    }
    if kind in {"string", "reference"}:
        made |= {"caseExact": False, "uniqueness": "none"}
    return made | more


def schemas(base: str) -> list[Json]:
    """Return the two schemas that we know; each attribute in them is kept and given back."""
    name = _attribute(
        "name",
        "complex",
        about="The parts of the name.",
        subAttributes=[_attribute(part) for part in ("formatted", "familyName", "givenName")],
    )
    emails = _attribute(
        "emails",
        "complex",
        multiValued=True,
        about="The address; the primary one, else the first, counts.",
        subAttributes=[
            _attribute("value"),
            _attribute("type", canonicalValues=["work", "home", "other"]),
            _attribute("primary", "boolean"),
        ],
    )
    own_groups = _attribute(
        "groups",
        "complex",
        multiValued=True,
        mutability="readOnly",
        about="The groups that list the person.",
        subAttributes=[
            _attribute("value", mutability="readOnly"),
            _attribute("display", mutability="readOnly"),
            _attribute("$ref", "reference", mutability="readOnly", referenceTypes=["Group"], caseExact=True),
        ],
    )
    members = _attribute(
        "members",
        "complex",
        multiValued=True,
        about="Who is in the group.",
        subAttributes=[
            _attribute("value", mutability="immutable"),
            _attribute("$ref", "reference", mutability="immutable", referenceTypes=["User"], caseExact=True),
        ],
    )
    user = [
        _attribute(
            "userName", required=True, uniqueness="server", about="The name the directory knows them by."
        ),
        name,
        _attribute("displayName"),
        _attribute("title"),
        _attribute("active", "boolean", required=True, about="False ends every access at once."),
        emails,
        own_groups,
    ]
    group = [_attribute("displayName", required=True, uniqueness="server"), members]
    return [_schema(base, USER, "User", user), _schema(base, GROUP, "Group", group)]


def _schema(base: str, urn: str, name: str, attributes: Sequence[Json]) -> Json:
    return {
        "schemas": [_CORE + "Schema"],
        "id": urn,
        "name": name,
        "description": name,
        "attributes": list(attributes),
        "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{urn}"},
    }


def resource_types(base: str) -> list[Json]:
    """Return the kinds of things that we know."""
    return [
        {
            "schemas": [_CORE + "ResourceType"],
            "id": name,
            "name": name,
            "endpoint": f"/{name}s",
            "schema": urn,
            "description": name,
            "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/{name}"},
        }
        for name, urn in (("User", USER), ("Group", GROUP))
    ]


def provider_config(base: str) -> Json:
    """Return what of the protocol we do."""
    return {
        "schemas": [_CORE + "ServiceProviderConfig"],
        "patch": {"supported": True},
        "etag": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "primary": True,
                "description": "The token that a network lead made for this directory.",
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }


# ---------------------------------------------------------------- people and groups


def moment(at: datetime) -> str:
    """Return a moment as SCIM writes it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def meta(base: str, kind: str, thing_id: str, *, made: datetime, changed: datetime, version: int) -> Json:
    """Return what a resource says of itself."""
    return {
        "resourceType": kind,
        "created": moment(made),
        "lastModified": moment(changed),
        "location": f"{base}/{kind}s/{thing_id}",
        "version": f'W/"{version}"',
    }


def flag(value: object) -> bool:
    """Read a yes or no, also as Entra ID sends it: ``"False"``.

    Raises:
        ScimError: it is neither.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in {"true", "false"}:
        return value.strip().lower() == "true"
    raise bad("active must be true or false.")


def user_values(sent: Mapping[str, Any]) -> Json:
    """Return what we keep of a person as a directory sent them; what we do not know is left out.

    Raises:
        ScimError: something that is needed is missing, or is of another kind.
    """
    known = _lowered(sent)
    user_name = _text(known.get("username"), "userName", 254)
    if not user_name:
        raise bad("userName is required.")
    kept: Json = {"userName": user_name, "active": flag(known.get("active", True))}
    for key, longest in (("externalId", 255), ("displayName", 120), ("title", 120)):
        value = _text(known.get(key.lower()), key, longest)
        kept |= {key: value} if value else {}
    name = _lowered(known.get("name") or {}) if isinstance(known.get("name") or {}, Mapping) else None
    if name is None:
        raise bad("name must be an object.")
    parts = {key: _text(name.get(key.lower()), key, 120) for key in ("formatted", "familyName", "givenName")}
    kept |= {"name": {key: value for key, value in parts.items() if value}} if any(parts.values()) else {}
    emails = [_email(each) for each in _many(known.get("emails"), "emails")]
    return kept | ({"emails": emails} if emails else {})


def _email(sent: Any) -> Json:
    if isinstance(sent, str):
        sent = {"value": sent}
    if not isinstance(sent, Mapping):
        raise bad("Each of emails must be an object.")
    known = _lowered(sent)
    kept: Json = {"value": _text(known.get("value"), "emails.value", 254)}
    if not kept["value"]:
        raise bad("Each of emails needs a value.")
    kind = _text(known.get("type"), "emails.type", 40)
    kept |= {"type": kind} if kind else {}
    return kept | ({"primary": flag(known["primary"])} if known.get("primary") is not None else {})


def _many(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, Mapping | str):
        return [value]
    if not isinstance(value, list) or len(value) > MOST_MEMBERS:
        raise bad(f"{name} must be a list of at most {MOST_MEMBERS}.")
    return value


def _text(value: Any, name: str, longest: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or "\x00" in value:
        raise bad(f"{name} must be a text.")
    if len(value.strip()) > longest:
        raise bad(f"{name} is longer than {longest} signs.")
    return value.strip()


def _lowered(sent: Mapping[str, Any]) -> Json:
    """Return what was sent by names in lower case: attribute names know no case."""
    found: Json = {}
    for key, value in sent.items():
        name = str(key).lower()
        found.setdefault(name.removeprefix(USER.lower() + ":").removeprefix(GROUP.lower() + ":"), value)
    return found


def address_of(values: Mapping[str, Any]) -> str:
    """Return the address that counts: the primary one, else the first, else a userName that is one."""
    emails = values.get("emails", [])
    chosen = next((each["value"] for each in emails if each.get("primary")), None)
    first = chosen or (emails[0]["value"] if emails else "")
    return str(first or (values["userName"] if "@" in values["userName"] else ""))


def name_of(values: Mapping[str, Any]) -> str:
    """Return what somebody is called."""
    name = values.get("name", {})
    both = " ".join(f"{name.get('givenName', '')} {name.get('familyName', '')}".split())
    return str(values.get("displayName") or name.get("formatted") or both or values["userName"])[:120]


def group_values(sent: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    """Return a group's name, the directory's id of it, and the ids of its members.

    Raises:
        ScimError: it has no name, or something is of another kind.
    """
    known = _lowered(sent)
    name = _text(known.get("displayname"), "displayName", 200)
    if not name:
        raise bad("displayName is required.")
    members = []
    for each in _many(known.get("members"), "members"):
        value = _lowered(each).get("value") if isinstance(each, Mapping) else each
        if not isinstance(value, str):
            raise bad("Each of members needs a value.")
        members.append(value)
    return name, _text(known.get("externalid"), "externalId", 255), members


# ---------------------------------------------------------------- what is asked for


def listed(resources: Sequence[Json], total: int, start: int) -> Json:
    """Return one page of a list."""
    return {
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }


def chosen(resource: Json, attributes: Iterable[str], excluded: Iterable[str]) -> Json:
    """Return a resource with the attributes that were asked for, or without those that were not wanted.

    ``id`` and ``schemas`` always come along.
    """
    wanted, unwanted = _paths(attributes), _paths(excluded)
    always = {"schemas", "id"}
    if wanted:
        found = {key: resource[key] for key in resource if key in always}
        for key, value in resource.items():
            mine = [path for path in wanted if path[0] == key.lower()]
            if key not in always and mine:
                found[key] = (
                    value
                    if any(len(path) == 1 for path in mine)
                    else _parts(value, {p[1] for p in mine}, True)
                )
        return {key: found[key] for key in resource if key in found}
    kept = {key: value for key, value in resource.items() if key in always or (key.lower(),) not in unwanted}
    for key, value in kept.items():
        inner = {path[1] for path in unwanted if len(path) == 2 and path[0] == key.lower()}
        if inner and key not in always:
            kept[key] = _parts(value, inner, False)
    return kept


def _paths(names: Iterable[str]) -> set[tuple[str, ...]]:
    found = set()
    for name in names:
        plain = name.strip().lower().removeprefix(USER.lower() + ":").removeprefix(GROUP.lower() + ":")
        if plain:
            found.add(tuple(plain.split(".", 1)))
    return found


def _parts(value: Any, names: Collection[str], keep: bool) -> Any:
    if isinstance(value, list):
        return [_parts(each, names, keep) for each in value]
    if isinstance(value, Mapping):
        return {key: inner for key, inner in value.items() if (key.lower() in names) == keep}
    return value
