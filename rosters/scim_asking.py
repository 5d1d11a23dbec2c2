"""SCIM's filters and patches, also as Entra ID and Okta spell them. Pure: plain values in and out."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from rosters.scim import GROUP, USER, Json, ScimError, bad

MOST_OPERATIONS = 1000
_TERM = re.compile(
    r"""\s*(?P<path>[\w$:.\-]+(?:\[[^\]]*\])?(?:\.[\w$]+)?)\s+(?P<op>eq|pr)\b
        (?:\s+(?P<value>"(?:[^"\\]|\\.)*"|true|false|null|-?\d+(?:\.\d+)?))?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_AND = re.compile(r"and\b", re.IGNORECASE)
_PATH = re.compile(r"^(?P<name>[A-Za-z$][\w$\-]*)(?:\[(?P<filter>.*)\])?(?:\.(?P<sub>[\w$\-]+))?$", re.DOTALL)
Term = tuple[str, str, Any]


def plain_path(path: str) -> str:
    """Return a path without the long name of its schema before it."""
    for urn in (USER, GROUP):
        if path.lower().startswith(urn.lower() + ":"):
            return path[len(urn) + 1 :]
    return path


def terms_of(text: str) -> list[Term]:
    """Return the parts of a filter: path in lower case, ``eq`` or ``pr``, value. All of them have to hold.

    Raises:
        ScimError: it is none that we know.
    """
    found: list[Term] = []
    at = 0
    while True:
        match = _TERM.match(text, at)
        if match is None or (match["op"].lower() == "eq") != (match["value"] is not None):
            raise bad("Filters know eq and pr, joined by and.", "invalidFilter")
        found.append((plain_path(match["path"]).lower(), match["op"].lower(), _value(match["value"])))
        at = match.end()
        if at >= len(text):
            return found
        joined = _AND.match(text, at)
        if joined is None or len(found) > 20:
            raise bad("Filters know eq and pr, joined by and.", "invalidFilter")
        at = joined.end()


def _value(text: str | None) -> Any:
    if text is None or text.lower() == "null":
        return None
    if text.startswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text.lower() == "true" if text.lower() in {"true", "false"} else text


def holds(item: Any, terms: Sequence[Term]) -> bool:
    """Say whether one value of several fits a filter in brackets."""
    known = (
        {str(key).lower(): value for key, value in item.items()}
        if isinstance(item, Mapping)
        else {"value": item}
    )
    for path, op, value in terms:
        there = known.get(path)
        if op == "pr":
            if there in (None, ""):
                return False
        elif not _same(there, value):
            return False
    return True


def _same(there: Any, value: Any) -> bool:
    if isinstance(there, bool) or isinstance(value, bool):
        return str(there).lower() == str(value).lower()
    if isinstance(there, str) and isinstance(value, str):
        return there.casefold() == value.casefold()
    return bool(there == value)


READ_ONLY = frozenset({"id", "meta", "groups", "schemas"})


def patched(resource: Json, sent: Mapping[str, Any]) -> Json:
    """Return a resource as a patch leaves it; the resource itself stays as it was.

    Raises:
        ScimError: an operation is none, or names what is not there or may not be changed.
    """
    operations = next((value for key, value in sent.items() if str(key).lower() == "operations"), None)
    if not isinstance(operations, list) or not operations or len(operations) > MOST_OPERATIONS:
        raise bad("Operations must be a list.", "invalidSyntax")
    done = deepcopy(resource)
    for operation in operations:
        if not isinstance(operation, Mapping):
            raise bad("Each operation must be an object.", "invalidSyntax")
        known = {str(key).lower(): value for key, value in operation.items()}
        op, path = str(known.get("op", "")).lower(), known.get("path")
        if op not in {"add", "replace", "remove"} or not (path is None or isinstance(path, str)):
            raise bad("op must be add, replace or remove.", "invalidSyntax")
        if path:
            _at_path(done, op, plain_path(path.strip()), known.get("value"))
        elif op == "remove":
            raise bad("remove needs a path.", "noTarget")
        else:
            _without_path(done, op, known.get("value"))
    return done


def _without_path(done: Json, op: str, value: Any) -> None:
    """Do an operation whose value names the attributes, also dotted or with their schema before them."""
    if not isinstance(value, Mapping):
        raise bad("Without a path the value must be an object.", "invalidValue")
    for key, inner in value.items():
        name = plain_path(str(key))
        if name.lower() in {USER.lower(), GROUP.lower()} and isinstance(inner, Mapping):
            _without_path(done, op, inner)
        elif name.lower() not in READ_ONLY and not name.lower().startswith("urn:"):
            _at_path(done, op, name, inner)


def _at_path(done: Json, op: str, path: str, value: Any) -> None:
    if path.lower().startswith("urn:"):
        return  # of an extension that we do not know: nothing of it is kept
    match = _PATH.match(path)
    if match is None:
        raise bad("This path can't be read.", "invalidPath")
    name, sub = _spelled(done, match["name"]), match["sub"]
    if name.lower() in READ_ONLY:
        raise bad(f"{name} can't be changed.", "mutability")
    if match["filter"] is not None:
        _among(done, op, name, terms_of(match["filter"]), sub, value)
    elif sub is not None:
        _inner(done, op, name, sub, value)
    elif op == "remove":
        _remove(done, name, value)
    elif op == "add" and isinstance(done.get(name), list):
        done[name] = _joined(done[name], value if isinstance(value, list) else [value])
    elif op == "add" and isinstance(done.get(name), Mapping) and isinstance(value, Mapping):
        done[name] = {**done[name], **value}
    else:
        done[name] = value


def _remove(done: Json, name: str, value: Any) -> None:
    """Remove an attribute; of several values only those named, as Entra ID takes members out."""
    if isinstance(value, list) and value and isinstance(done.get(name), list):
        gone = {_id(each) for each in value}
        done[name] = [each for each in done[name] if _id(each) not in gone]
    else:
        done.pop(name, None)


def _id(each: Any) -> str:
    return str(each.get("value", "") if isinstance(each, Mapping) else each).casefold()


def _joined(there: Sequence[Any], more: Sequence[Any]) -> list[Any]:
    known = {_id(each) for each in there}
    fresh = [each for each in more if _id(each) not in known]
    if any(isinstance(each, Mapping) and each.get("primary") is True for each in fresh):
        there = [
            {**each, "primary": False} if isinstance(each, Mapping) and each.get("primary") else each
            for each in there
        ]
    return [*there, *fresh]


def _among(done: Json, op: str, name: str, terms: Sequence[Term], sub: str | None, value: Any) -> None:
    """Change those of several values that fit a filter; what is to be set and not there is added."""
    there = [dict(each) if isinstance(each, Mapping) else {"value": each} for each in done.get(name) or []]
    fits = [each for each in there if holds(each, terms)]
    if op == "remove":
        if sub is None:
            done[name] = [each for each in there if each not in fits]
            return
        for each in fits:
            each.pop(_spelled(each, sub), None)
    elif not fits:
        fresh = {path: wanted for path, kind, wanted in terms if kind == "eq"}
        if sub is None and not isinstance(value, Mapping):
            raise ScimError(400, "Nothing fits this path.", "noTarget")
        there.append({**fresh, **(value if sub is None else {sub: value})})
    else:
        for each in fits:
            if sub is None:
                each.update(value if isinstance(value, Mapping) else {"value": value})
            else:
                each[_spelled(each, sub)] = value
    done[name] = there


def _inner(done: Json, op: str, name: str, sub: str, value: Any) -> None:
    there = done.get(name)
    if isinstance(there, list):
        for each in there:
            if isinstance(each, dict):
                each.pop(_spelled(each, sub), None) if op == "remove" else each.update(
                    {_spelled(each, sub): value}
                )
        return
    inner = dict(there) if isinstance(there, Mapping) else {}
    if op == "remove":
        inner.pop(_spelled(inner, sub), None)
    else:
        inner[_spelled(inner, sub)] = value
    done[name] = inner


def _spelled(known: Mapping[str, Any], name: str) -> str:
    """Return the name under which an attribute is there already, whatever its case."""
    return next((key for key in known if key.lower() == name.lower()), name)
