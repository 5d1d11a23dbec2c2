"""Known holes in the packages that are pinned: who is asked, what the answers mean, how it is told.

OSV (osv.dev) is asked for all pins in one request. Where it can't be reached the package index is, one pin
after the other, as PyPI tells advisories with each release. What nobody answered for is said, never taken for
safe.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from packaging.version import InvalidVersion, Version

OSV = "https://api.osv.dev/v1"
INDEX = "https://pypi.org"
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")

Ask = Callable[[str, bytes | None], bytes | None]
"""Fetches an address, by POST with a body; ``None`` where nothing is, ``OSError`` where nobody answers."""


@dataclass(frozen=True)
class Pin:
    """One package in the version that is installed."""

    name: str
    version: str


@dataclass(frozen=True)
class Advisory:
    """One known hole of a pinned version, and the versions that mend it, lowest first."""

    pin: Pin
    id: str
    aliases: tuple[str, ...]
    summary: str
    fixed_in: tuple[str, ...]


@dataclass
class Found:
    """What an audit found: holes, the pins that nobody answered for, and who was asked."""

    source: str = ""
    asked: int = 0
    advisories: list[Advisory] = field(default_factory=list)
    unknown: list[Pin] = field(default_factory=list)

    @property
    def fixable(self) -> list[Advisory]:
        """Return the holes that a newer version mends."""
        return [each for each in self.advisories if each.fixed_in]


def pins_of(text: str, only: Iterable[str] = ()) -> list[Pin]:
    """Return the pins of a constraints file, of all systems, or the named ones alone."""
    wanted = {normal(name) for name in only}
    found = [Pin(normal(match[1]), match[2]) for line in text.splitlines() if (match := _PIN.match(line))]
    return [pin for pin in found if not wanted or pin.name in wanted]


def normal(name: str) -> str:
    """Return a package's name as indexes spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def audit(pins: Sequence[Pin], ask: Ask, *, index: str = INDEX) -> Found:
    """Return the known holes of *pins*: by OSV, or where that is out of reach by the package index."""
    try:
        return _by_osv(pins, ask)
    except (OSError, ValueError):
        return _by_index(pins, ask, index.rstrip("/"))


# ---------------------------------------------------------------- OSV


def _by_osv(pins: Sequence[Pin], ask: Ask) -> Found:
    queries = [{"package": {"name": pin.name, "ecosystem": "PyPI"}, "version": pin.version} for pin in pins]
    told = _read(ask(f"{OSV}/querybatch", json.dumps({"queries": queries}).encode()))
    results = told.get("results")
    if not isinstance(results, list) or len(results) != len(pins):
        raise ValueError("OSV gave another number of answers than there were questions")
    found = Found("OSV (osv.dev)", len(pins))
    for pin, result in zip(pins, results, strict=True):
        for each in (result or {}).get("vulns") or []:
            record = _read(ask(f"{OSV}/vulns/{each['id']}", None))
            if not record.get("withdrawn"):
                found.advisories.append(_of_osv(pin, record))
    found.advisories = _once(found.advisories)
    return found


def _of_osv(pin: Pin, record: dict[str, Any]) -> Advisory:
    fixed = [
        event["fixed"]
        for affected in record.get("affected") or []
        if normal(str((affected.get("package") or {}).get("name", ""))) == pin.name
        for span in affected.get("ranges") or []
        if span.get("type") == "ECOSYSTEM"
        for event in span.get("events") or []
        if "fixed" in event
    ]
    return _advisory(pin, record, fixed)


# ---------------------------------------------------------------- the package index


def _by_index(pins: Sequence[Pin], ask: Ask, index: str) -> Found:
    found = Found(f"the package index ({index})", len(pins))
    for pin in pins:
        try:
            release = _release(pin, ask, index)
        except (OSError, ValueError):
            release = None
        if release is None:
            found.unknown.append(pin)
            continue
        for record in release.get("vulnerabilities") or []:
            if not record.get("withdrawn"):
                found.advisories.append(_advisory(pin, record, record.get("fixed_in") or []))
    found.advisories = _once(found.advisories)
    return found


def _release(pin: Pin, ask: Ask, index: str) -> dict[str, Any] | None:
    """Return what the index tells of a release; of the newest one some mirrors tell without its number."""
    told = ask(f"{index}/pypi/{pin.name}/{pin.version}/json", None)
    if told is not None:
        return _read(told)
    told = ask(f"{index}/pypi/{pin.name}/json", None)
    newest = _read(told) if told is not None else {}
    is_it = (newest.get("info") or {}).get("version") == pin.version
    return newest if is_it and "vulnerabilities" in newest else None


# ---------------------------------------------------------------- both


def _read(told: bytes | None) -> dict[str, Any]:
    read = json.loads(told or b"")
    if not isinstance(read, dict):
        raise ValueError("no object")
    return read


def _advisory(pin: Pin, record: dict[str, Any], fixed: Iterable[str]) -> Advisory:
    words = str(record.get("summary") or record.get("details") or "").strip().splitlines() or [""]
    aliases = tuple(sorted(str(each) for each in record.get("aliases") or []))
    return Advisory(pin, str(record.get("id", "")), aliases, words[0][:200], _later(pin, fixed))


def _later(pin: Pin, versions: Iterable[str]) -> tuple[str, ...]:
    """Return the versions above the pin, lowest first."""
    known = set()
    for text in versions:
        try:
            if Version(text) > Version(pin.version):
                known.add(Version(text))
        except InvalidVersion:
            continue
    return tuple(str(each) for each in sorted(known))


def _once(advisories: Sequence[Advisory]) -> list[Advisory]:
    """Return each hole once, though several lists tell of it under names that are aliases of each other."""
    kept: list[Advisory] = []
    for each in sorted(advisories, key=lambda it: (it.pin.name, it.id)):
        names = {each.id, *each.aliases}
        if not any(other.pin == each.pin and names & {other.id, *other.aliases} for other in kept):
            kept.append(each)
    return kept


def words_of(found: Found) -> list[str]:
    """Return the audit in lines that a person reads."""
    if found.asked and len(found.unknown) == found.asked:
        return ["No advisory source could be reached, neither OSV nor the index: nothing was audited."]
    lines = [f"{found.asked - len(found.unknown)} of {found.asked} pins were asked about at {found.source}."]
    for each in found.advisories:
        mend = f"mended in {each.fixed_in[0]}" if each.fixed_in else "no version mends it yet"
        names = ", ".join((each.id, *each.aliases))
        lines.append(f"{each.pin.name} {each.pin.version}: {names}: {each.summary} ({mend})")
    if not found.advisories:
        lines.append("No advisory is known for them.")
    if found.unknown:
        names = ", ".join(f"{pin.name} {pin.version}" for pin in found.unknown)
        lines.append(f"Nobody answered for {len(found.unknown)}: {names}.")
    return lines


def status_of(found: Found) -> int:
    """Return the exit code: 1 where a newer version mends a hole, 3 where not all could be asked, else 0."""
    return 1 if found.fixable else 3 if found.unknown else 0
