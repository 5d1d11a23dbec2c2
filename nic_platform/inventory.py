"""What is installed for the platform, as a CycloneDX 1.5 bill of materials, from packages' own metadata."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any
from uuid import uuid4

from packaging.requirements import Requirement

from nic_platform.advisories import normal


def needed_by(wanted: Iterable[Requirement]) -> dict[str, set[str]]:
    """Return every installed package that *wanted* leads to, with what each needs itself."""
    graph: dict[str, set[str]] = {}
    todo = [(normal(each.name), tuple(sorted(each.extras))) for each in wanted]
    seen = set()
    while todo:
        step = todo.pop()
        found = None if step in seen else _installed(step[0])
        seen.add(step)
        if found is None:
            continue
        needs = graph.setdefault(step[0], set())
        for each in _requirements(found, step[1]):
            child = normal(each.name)
            if _installed(child) is not None:
                needs.add(child)
                todo.append((child, tuple(sorted(each.extras))))
    return graph


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _requirements(found: Distribution, extras: tuple[str, ...]) -> Iterator[Requirement]:
    for text in found.requires or []:
        wanted = Requirement(text)
        fits = [wanted.marker is None or wanted.marker.evaluate({"extra": each}) for each in ("", *extras)]
        if any(fits):
            yield wanted


def bill(project: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return the bill of materials, sorted by name.

    Args:
        project: the table of that name in pyproject.toml. Of its extras what is installed is named, but
            nothing of the tests.
        at: when it is written, UTC.
    """
    extras = project.get("optional-dependencies", {})
    texts = [*project["dependencies"], *(each for name in extras if name != "test" for each in extras[name])]
    wanted = [each for each in map(Requirement, texts) if each.marker is None or each.marker.evaluate()]
    graph = needed_by(wanted)
    parts = {name: _component(name) for name in sorted(graph)}
    refs = {name: part["bom-ref"] for name, part in parts.items()}
    ref = f"pkg:pypi/{project['name']}@{project['version']}"
    own = {"type": "application", "name": project["name"], "version": project["version"], "purl": ref}
    direct = {normal(each.name) for each in wanted} & set(graph)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tools": {"components": [{"type": "application", "name": "bin/audit"}]},
            "component": own | {"bom-ref": ref, "licenses": [{"expression": project["license"]}]},
        },
        "components": list(parts.values()),
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(refs[name] for name in direct)},
            *(
                {"ref": refs[name], "dependsOn": sorted(refs[child] for child in graph[name])}
                for name in sorted(graph)
            ),
        ],
    }


def _component(name: str) -> dict[str, Any]:
    found = distribution(name)
    ref = f"pkg:pypi/{name}@{found.version}"
    part: dict[str, Any] = {
        "type": "library", "bom-ref": ref, "name": name, "version": found.version, "purl": ref,
    }  # fmt: skip
    if expression := _told(found, "License-Expression"):
        part["licenses"] = [{"expression": expression}]
    elif names := _licences(found):
        part["licenses"] = [{"license": {"name": each}} for each in names]
    if summary := _told(found, "Summary"):
        part["description"] = summary
    return part


def _licences(found: Distribution) -> list[str]:
    """Return the names of licences: of the classifiers, else a short text of the field for it."""
    told = [each for each in found.metadata.get_all("Classifier") or [] if each.startswith("License ::")]
    text = _told(found, "License")
    names = [each.rpartition(" :: ")[2] for each in told]
    return names or ([text] if text and len(text) <= 80 and "\n" not in text else [])


def _told(found: Distribution, name: str) -> str:
    """Return a field of a package's metadata; empty if it has none."""
    return next(iter(found.metadata.get_all(name) or []), "").strip()
