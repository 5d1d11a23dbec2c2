"""The audit of what is pinned, against answers as OSV and the package index give them."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from nic_platform.advisories import Pin, audit, normal, pins_of, status_of, words_of

ROOT = Path(__file__).parents[2]
JINJA, FLASK = Pin("jinja2", "2.4.1"), Pin("flask", "3.1.3")
HOLE = {
    "id": "GHSA-462w-v97r-4m45",
    "aliases": ["CVE-2019-10906", "PYSEC-2019-217"],
    "summary": "Jinja2 sandbox escape via string formatting",
    "affected": [
        {
            "package": {"name": "Jinja2", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.10.1"}]}],
        },
        {
            "package": {"name": "jinja2-rpm", "ecosystem": "Other"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"fixed": "9"}]}],
        },
    ],
}
SAME = {
    "id": "PYSEC-2019-217", "aliases": ["CVE-2019-10906"], "details": "In Pallets Jinja …\nMore.",
    "fixed_in": ["2.10.1", "nonsense"], "withdrawn": None,
}  # fmt: skip
OLD = {"id": "GHSA-old", "withdrawn": "2020-01-01T00:00:00Z", "fixed_in": ["9"]}
UNMENDED = {"id": "GHSA-new", "aliases": [], "summary": "Still open", "fixed_in": ["1.0"]}


class Recorded:
    """Answers by the end of the address; what is not there is a 404, what is an error is raised."""

    def __init__(self, **answers: Any) -> None:
        self.answers, self.asked = answers, list[str]()

    def __call__(self, address: str, body: bytes | None) -> bytes | None:
        self.asked.append(address)
        for end, answer in self.answers.items():
            if address.endswith(end):
                if isinstance(answer, Exception):
                    raise answer
                return json.dumps(answer).encode()
        return None


AWAY = OSError("Name or service not known")


def test_osv_is_asked_once_for_all_and_once_for_each_hole() -> None:
    ask = Recorded(**{
        "querybatch": {"results": [{"vulns": [{"id": "A"}, {"id": "B"}, {"id": "C"}]}, {}]},
        "vulns/A": HOLE, "vulns/B": SAME, "vulns/C": OLD,
    })  # fmt: skip

    found = audit([JINJA, FLASK], ask)

    assert len(ask.asked) == 4
    assert [(each.id, each.fixed_in) for each in found.advisories] == [
        ("GHSA-462w-v97r-4m45", ("2.10.1",))
    ]  # of one hole two lists tell
    assert (found.unknown, status_of(found)) == ([], 1)
    assert "mended in 2.10.1" in "\n".join(words_of(found))


def test_the_index_answers_where_osv_is_out_of_reach() -> None:
    ask = Recorded(**{
        "querybatch": AWAY,
        "jinja2/2.4.1/json": {"vulnerabilities": [SAME, OLD, UNMENDED]},
        "pypi/flask/json": {"info": {"version": "3.1.3"}, "vulnerabilities": []},
    })  # fmt: skip

    found = audit([JINJA, FLASK], ask, index="https://mirror.example/")

    assert {each.id: each.fixed_in for each in found.advisories} == {
        "PYSEC-2019-217": ("2.10.1",), "GHSA-new": (),
    }  # fmt: skip
    assert "no version mends it yet" in "\n".join(words_of(found))
    assert [each.id for each in found.fixable] == ["PYSEC-2019-217"]


@pytest.mark.parametrize(
    "newest", [{"info": {"version": "3.2"}, "vulnerabilities": []}, {"info": {"version": "3.1.3"}}, [], AWAY]
)
def test_whom_nobody_answers_for_is_said_and_not_taken_for_safe(newest: Any) -> None:
    ask = Recorded(**{
        "querybatch": {"results": []}, "jinja2/2.4.1/json": {"vulnerabilities": []},
        "pypi/flask/json": newest,
    })  # fmt: skip

    found = audit([JINJA, FLASK], ask)

    assert (found.unknown, status_of(found)) == ([FLASK], 3)
    assert "Nobody answered for 1: flask 3.1.3." in words_of(found)


def test_out_of_reach_is_said_plainly() -> None:
    found = audit([JINJA], Recorded(querybatch=AWAY, json=AWAY))

    assert "nothing was audited" in words_of(found)[0]
    assert status_of(found) == 3


def test_every_pin_is_read_and_has_its_hashes_where_it_is_installed_from() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = pins_of(text)
    assert len(pins) == len(text.splitlines())
    assert [pin.name for pin in pins_of(text, ["Flask"])] == ["flask"]
    hashed = (ROOT / "requirements.hashes.txt").read_text(encoding="utf-8")
    blocks = hashed.replace("\\\n", " ").splitlines()
    assert [block[:40] for block in blocks if "--hash=sha256:" not in block] == []
    kept = {pin for pin in pins_of(hashed) if pin.name not in {"editables", "hatchling"}}  # they build
    assert kept - set(pins) == set(), "run bin/pin: requirements.hashes.txt is of other pins"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {normal(Requirement(each).name) for each in project["dependencies"]}
    assert wanted - {pin.name for pin in kept} == set()
