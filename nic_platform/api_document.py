"""What the frame adds to the API's description: names, scopes, paging, preconditions, keys, problems."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from flask import Flask

from nic_platform import api_problem, api_scopes, idempotency, preconditions
from nic_platform.api_paging import MOST, OTHER_NAMES, Paging

Node = dict[str, Any]
_PART = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
METHODS = ("get", "post", "put", "patch", "delete")
_ERRORS = {  # statuses that any operation may answer with, by method
    "get": (401, 403, 404, 422, 429),
    "post": (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429),
    "put": (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429),
    "patch": (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429),
    "delete": (401, 403, 404, 409, 412, 422, 428, 429),
}
_NEXT = "Goes into “after”; null on the last page."
ABOUT = """\
Everything that people do at the pages of this installation, programs can do here, with the same rights and
the same hidden figures. Make a token under *Your account → Tokens for programs* and send it as
`Authorization: Bearer …`.

Lists take `limit` and `after`; `next` in the answer goes into `after`, and so does the address in `Link`.
There are no totals. Things carry an `ETag`: send it back as `If-None-Match` to be spared what has not
changed, and as `If-Match` with a change so that nothing is overwritten. Send a new `Idempotency-Key` with
each POST and repeat it after a broken line: nothing is done twice. Every error is a problem (RFC 9457)
whose `detail` is a sentence and whose `errors` name fields.
"""


def operations(whole: Node) -> Iterator[tuple[str, str, Node]]:
    """Yield address, method and description of every operation."""
    for path, item in whole["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def complete(whole: Node, app: Flask) -> Node:
    """Return the description with what every operation has in common."""
    rules = _endpoints(app)
    whole["info"] |= {"title": "Switchback", "description": ABOUT, "license": {"name": "See LICENSE"}}
    whole["servers"] = [{"url": str(app.config["BASE_URL"]).rstrip("/") or "/"}]
    parts = whole.setdefault("components", {})
    parts["securitySchemes"] = _ways_in()
    parts.setdefault("schemas", {})["Problem"] = dict(api_problem.schema())
    parts["parameters"] = _parameters()
    parts["headers"] = _headers()
    parts["responses"] = {f"Problem{status}": _problem(status) for status in _statuses()}
    _loosen_versions(whole)
    names = Counter(
        endpoint.partition(".")[2] for endpoint in {rules[each[:2]] for each in operations(whole)}
    )
    for path, method, operation in operations(whole):
        endpoint = rules[path, method]
        blueprint, _dot, name = endpoint.partition(".")
        operation["operationId"] = name if names[name] == 1 else f"{blueprint.removeprefix('api_')}_{name}"
        _name(operation, endpoint, method)
        _gather_form(parts["schemas"], operation)
        _answers(whole, operation, method)
        if method == "get":
            _page(whole, operation, Paging(app.view_functions[endpoint]))
            _add(operation, "IfNoneMatch")
        elif method == "post":
            _add(operation, "IdempotencyKey")
        else:
            _add(operation, "IfMatchNeeded" if endpoint in preconditions.FINAL else "IfMatch")
    return whole


def _endpoints(app: Flask) -> dict[tuple[str, str], str]:
    return {
        (_PART.sub(r"{\1}", rule.rule), method.lower()): rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }


def _ways_in() -> Node:
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of a person or of a program's account. Scopes: "
            + ", ".join(f"`{scope}`" for scope in api_scopes.SCOPES)
            + ". Without scopes it is good for all that its person may.",
        },
        "page": {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-switchback",
            "description": "The sign-in of a page; a write needs the page's CSRF token too.",
        },
    }


def _statuses() -> list[int]:
    return sorted({status for each in _ERRORS.values() for status in each})


def _problem(status: int) -> Node:
    kinds = [kind for kind in api_problem.KINDS if kind.status == status]
    titles, mends = "; or: ".join(kind.title for kind in kinds), " ".join(kind.mend for kind in kinds)
    told: Node = {
        "description": f"{titles}. {mends}",
        "content": {api_problem.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }  # fmt: skip
    if status in {409, 429}:
        told["headers"] = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "string"}}}
    return told


def _parameters() -> Node:
    text = {"type": "string"}
    return {
        "IdempotencyKey": {
            "name": idempotency.HEADER, "in": "header", "required": False,
            "description": "A name of your own for this request, 1 to 128 signs such as a UUID. Sent"
            " again with the same key within 24 hours, the same request gets the very same answer and"
            " nothing is done twice.",
            "schema": text | {"minLength": 1, "maxLength": idempotency.LONGEST, "pattern": "^[!-~]+$"},
            "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
        },
        "IfMatch": {
            "name": "If-Match", "in": "header", "required": False,
            "description": "The entity tag, or the version alone, that the change was made from. If"
            " somebody saved meanwhile, the answer is 412 and nothing is overwritten. A version in the body"
            " does the same.",
            "schema": text, "example": '"7"',
        },
        "IfMatchNeeded": {
            "name": "If-Match", "in": "header", "required": True,
            "description": "The entity tag, or the version alone, of what you delete: no other operation"
            " brings it back. Without it the answer is 428; if somebody saved meanwhile, 412.",
            "schema": text, "example": '"7"',
        },
        "IfNoneMatch": {
            "name": "If-None-Match", "in": "header", "required": False,
            "description": "An entity tag you have; if nothing has changed, the answer is 304, empty.",
            "schema": text,
        },
        "Limit": {
            "name": "limit", "in": "query", "required": False,
            "description": f"How many rows to return: 1 to {MOST}.",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST},
        },
        "After": {
            "name": "after", "in": "query", "required": False,
            "description": "Where to go on: what “next” said on the page before.",
            "schema": text,
        },
    }  # fmt: skip


def _headers() -> Node:
    text = {"type": "string"}
    return {
        "ETag": {"description": "The entity tag of the answer.", "schema": text},
        "Link": {"description": 'Where the next page is: `<…>; rel="next"`.', "schema": text},
        "Replayed": {"description": "“true” where the answer was given before.", "schema": text},
    }


def _name(operation: Node, endpoint: str, method: str) -> None:
    """Give an operation its name, its area and the scope it needs."""
    scope = api_scopes.needed(endpoint, method.upper())
    area = api_scopes.AREA_OF.get(endpoint.partition(".")[0], "account")
    operation["tags"] = [area]
    operation["security"] = [{"token": [scope] if scope else []}, {"page": []}]
    operation["x-scope"] = scope
    operation.setdefault("summary", endpoint.partition(".")[2].replace("_", " ").capitalize())


def _gather_form(schemas: Node, operation: Node) -> None:
    """Put the words that go along with a file beside the file: OpenAPI 3 has no parameters in forms."""
    words = [each for each in operation.get("parameters", []) if each.get("in") == "formData"]
    if not words:
        return
    operation["parameters"] = [each for each in operation["parameters"] if each not in words]
    for told in operation["requestBody"]["content"].values():
        file = schemas[told["schema"]["$ref"].rpartition("/")[2]]
        both = {each["name"]: each["schema"] | _words_of(each) for each in words}
        told["schema"] = {**file, "properties": {**file["properties"], **both}}


def _words_of(parameter: Node) -> Node:
    return {"description": parameter["description"]} if "description" in parameter else {}


def _answers(whole: Node, operation: Node, method: str) -> None:
    answers = operation["responses"]
    answers.pop("default", None)
    for status in _ERRORS[method]:
        answers[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    for code, told in list(answers.items()):
        if not code.startswith("2") or "$ref" in told:
            continue
        headers = told.setdefault("headers", {})
        if method == "get":
            headers["ETag"] = {"$ref": "#/components/headers/ETag"}
            answers["304"] = {"description": "Nothing has changed since the tag in If-None-Match."}
        elif method == "post":
            headers[idempotency.REPLAYED] = {"$ref": "#/components/headers/Replayed"}
        if method != "get" and "version" in _fields_of(whole, told):
            headers["ETag"] = {"$ref": "#/components/headers/ETag"}
        if not headers:
            del told["headers"]


def _fields_of(whole: Node, told: Node) -> Node:
    content: list[Node] = list(told.get("content", {}).values())
    schema: Node = content[0].get("schema", {}) if content else {}
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Node = whole["components"]["schemas"].get(name, schema).get("properties", {})
    return found


def _page(whole: Node, operation: Node, paging: Paging) -> None:
    """Describe how a list pages; see :mod:`nic_platform.api_paging`."""
    told = operation["responses"].get("200", {})
    fields = _fields_of(whole, told)
    if paging.is_cut:
        fields["next"] = {
            "type": ["string", "null"],
            "description": _NEXT,
        }
        operation["parameters"] = [*operation.get("parameters", []), _ref("Limit"), _ref("After")]
    elif paging.other:
        for each in operation.get("parameters", []):
            if each.get("name") in OTHER_NAMES:
                each["deprecated"] = True
                each["description"] = "An older name of “after”."
        operation["parameters"].append(_ref("After"))
        fields.setdefault("next", {"type": ["string", "integer", "null"], "description": _NEXT})
    if paging.is_own or paging.is_cut:
        told.setdefault("headers", {})["Link"] = {"$ref": "#/components/headers/Link"}


def _ref(name: str) -> Node:
    return {"$ref": f"#/components/parameters/{name}"}


def _add(operation: Node, name: str) -> None:
    operation["parameters"] = [*operation.get("parameters", []), _ref(name)]


def _loosen_versions(whole: Node) -> None:
    """Say of bodies that the version may come in If-Match in place of the body."""
    schemas = whole["components"]["schemas"]
    for _path, method, operation in operations(whole):
        if method == "get":
            continue
        for told in operation.get("requestBody", {}).get("content", {}).values():
            schema = schemas.get(told.get("schema", {}).get("$ref", "").rpartition("/")[2])
            if schema and "version" in schema.get("required", ()):
                schema["required"] = [name for name in schema["required"] if name != "version"]
                if not schema["required"]:
                    del schema["required"]
                schema["properties"]["version"] |= {
                    "description": "The version you read. An If-Match header may say it in its place."
                }
