"""The API's description as a person reads it: areas, operations, fields, an example of a call. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Node = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 4  # parts of parts that an example shows


@dataclass(frozen=True)
class Line:
    """One operation in the list."""

    id: str
    method: str
    path: str
    summary: str
    area: str
    scope: str


@dataclass(frozen=True)
class Field:
    """One parameter, or one field of what is sent or answered; parts of parts have names with dots."""

    name: str
    kind: str
    words: str
    is_needed: bool = False
    place: str = ""


@dataclass(frozen=True)
class Answer:
    """One answer that an operation may give."""

    status: str
    words: str


@dataclass(frozen=True)
class Operation:
    """One operation, whole."""

    line: Line
    words: str
    parameters: Sequence[Field]
    sent: Sequence[Field]
    answered: Sequence[Field]
    answers: Sequence[Answer]
    curl: str
    example: str = field(default="")


def lines_of(whole: Node) -> Iterator[Line]:
    """Yield every operation of the description."""
    for path, item in whole["paths"].items():
        for method in METHODS:
            if method in item:
                yield _line(path, method, item[method])


def _line(path: str, method: str, told: Node) -> Line:
    summary = " ".join(str(told.get("summary", "")).split())
    return Line(
        told["operationId"], method.upper(), path, summary, told["tags"][0], told.get("x-scope") or ""
    )


def find(lines: Sequence[Line], text: str) -> list[Line]:
    """Return the operations in whose address, name, words or scope all words of *text* stand."""
    wanted = text.casefold().split()
    return [
        line
        for line in lines
        if all(
            word in f"{line.method} {line.path} {line.id} {line.summary} {line.scope}".casefold()
            for word in wanted
        )
    ]


def operation_of(whole: Node, name: str, base: str) -> Operation | None:
    """Return one operation by its name; *base* is the installation's address, for the example."""
    for path, item in whole["paths"].items():
        for method in METHODS:
            if item.get(method, {}).get("operationId") == name:
                return _whole(whole, path, method, item, base)
    return None


def _whole(whole: Node, path: str, method: str, item: Node, base: str) -> Operation:
    told = item[method]
    line = _line(path, method, told)
    parameters = [_behind(whole, each) for each in (*item.get("parameters", ()), *told.get("parameters", ()))]
    media, schema = _content(told.get("requestBody", {}))
    said = _behind(whole, schema) if schema else {}
    body = said.get("example") or (_example(whole, said) if said else None)
    fine = next((code for code in told["responses"] if code.startswith("2")), "")
    answered = _content(told["responses"].get(fine, {}))[1]
    return Operation(
        line=line,
        words=str(told.get("description", "")),
        parameters=[_parameter(each) for each in parameters],
        sent=list(_fields(whole, said)),
        answered=list(_fields(whole, _behind(whole, answered))) if answered else [],
        answers=[
            Answer(code, str(_behind(whole, each).get("description", "")))
            for code, each in sorted(told["responses"].items())
        ],
        curl=_curl(line, base, parameters, media, body),
        example=json.dumps(_example(whole, _behind(whole, answered)), indent=2) if answered else "",
    )


def _behind(whole: Node, node: Node) -> Node:
    """Return what a reference points to."""
    while "$ref" in node:
        found: Any = whole
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def _content(told: Node) -> tuple[str, Node]:
    for media, content in told.get("content", {}).items():
        return str(media), content.get("schema", {})
    return "", {}


def _parameter(told: Node) -> Field:
    return Field(
        told["name"], _kind(told.get("schema", {})), str(told.get("description", "")),
        bool(told.get("required")), str(told["in"]),
    )  # fmt: skip


def _kind(schema: Node) -> str:
    """Return what a value is, in a few words."""
    if "$ref" in schema:
        return "object"
    if "anyOf" in schema or "allOf" in schema or "oneOf" in schema:
        return " or ".join(
            dict.fromkeys(_kind(each) for key in ("anyOf", "allOf", "oneOf") for each in schema.get(key, ()))
        )
    kind = schema.get("type", "any")
    names = [str(each) for each in kind] if isinstance(kind, list) else [str(kind)]
    if schema.get("format"):
        names[0] = str(schema["format"])
    if names[0] == "array":
        names[0] = f"list of {_kind(schema.get('items', {}))}"
    said = " or ".join(names)
    if schema.get("enum"):
        said = ", ".join("null" if each is None else f"“{each}”" for each in schema["enum"])
    limits = [
        f"{words} {schema[key]}"
        for key, words in (
            ("minimum", "from"),
            ("maximum", "to"),
            ("minLength", "from"),
            ("maxLength", "up to"),
        )
        if key in schema
    ]
    return f"{said} ({' '.join(limits)})" if limits else said


def _fields(whole: Node, schema: Node, before: str = "", depth: int = 0) -> Iterator[Field]:
    """Yield the fields of an object, with those of the objects in it."""
    needed = schema.get("required", ())
    for name, told in schema.get("properties", {}).items():
        yield Field(f"{before}{name}", _kind(told), str(told.get("description", "")), name in needed)
        inner = told.get("items", told)
        for each in (inner, *inner.get("anyOf", ()), *inner.get("allOf", ())):
            if "$ref" in each and depth + 1 < DEEPEST:
                mark = "[]." if "items" in told else "."
                yield from _fields(whole, _behind(whole, each), f"{before}{name}{mark}", depth + 1)


def _example(whole: Node, schema: Node, name: str = "", depth: int = 0) -> Any:
    """Return a value of the right shape."""
    schema = _behind(whole, schema)
    if "example" in schema:
        return schema["example"]
    for key in ("allOf", "anyOf", "oneOf"):
        if schema.get(key):
            return _example(whole, schema[key][0], name, depth)
    if schema.get("enum"):
        return schema["enum"][0]
    if "default" in schema and not callable(schema["default"]):
        return schema["default"]
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        if depth >= DEEPEST:
            return {}
        inner = schema.get("properties", {})
        return {key: _example(whole, each, key, depth + 1) for key, each in inner.items()}
    if kind == "array":
        return [_example(whole, schema.get("items", {}), name, depth + 1)] if depth < DEEPEST else []
    plain = {"integer": schema.get("minimum", 1), "number": 12.5, "boolean": True, "null": None}
    return plain[kind] if kind in plain else _text(schema, name)


def _text(schema: Node, name: str) -> str:
    known = {
        "uuid": "5f0c7e1e-7d55-4f6b-9a53-0d2b9f6b8c11",
        "date": "2026-02-24",
        "date-time": "2026-02-24T19:00:00+00:00",
        "binary": "…",
    }
    return known.get(str(schema.get("format", "")), f"{name.replace('_', ' ').capitalize() or 'Words'} …")


def _curl(line: Line, base: str, parameters: Sequence[Node], media: str, body: Any) -> str:
    """Return the operation as a command line, with a token from the environment."""
    address = f"{base.rstrip('/')}{line.path}"
    needed = [
        f"{each['name']}={_example({}, each.get('schema', {}), each['name'])}"
        for each in parameters
        if each["in"] == "query" and each.get("required")
    ]
    lines = [f"curl -X {line.method} '{address}{'?' + '&'.join(needed) if needed else ''}'"]
    lines.append('-H "Authorization: Bearer $TOKEN"')
    if line.method == "POST":
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if line.method in {"PUT", "PATCH", "DELETE"}:
        lines.append("-H 'If-Match: \"7\"'")
    if media == "application/json":
        lines.append("-H 'Content-Type: application/json'")
        said = json.dumps(body, indent=2, ensure_ascii=False).replace("'", "’")
        lines.append(f"-d '{said}'")
    elif media and isinstance(body, dict):
        lines += [f"-F '{name}={'@file.pdf' if name == 'file' else value}'" for name, value in body.items()]
    return " \\\n  ".join(lines)
