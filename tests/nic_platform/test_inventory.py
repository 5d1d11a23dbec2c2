"""The bill of materials is of what is installed and needed, in CycloneDX's words."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from packaging.requirements import Requirement

from nic_platform import inventory
from nic_platform.advisories import normal

ROOT = Path(__file__).parents[2]


def test_the_bill_names_all_that_is_needed_with_versions_and_who_needs_what() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bill = inventory.bill(project, datetime(2026, 2, 25, 19, tzinfo=UTC))
    named = {part["name"]: part for part in bill["components"]}
    wanted = [Requirement(each) for each in project["dependencies"]]

    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.5", 1)
    assert bill["metadata"]["timestamp"] == "2026-02-25T19:00:00Z"
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    assert bill["metadata"]["component"]["name"] == "nic-platform"
    assert {normal(each.name) for each in wanted if not each.marker} - set(named) == set()
    assert "pytest" not in named
    refs = [part["bom-ref"] for part in (*bill["components"], bill["metadata"]["component"])]
    assert len(refs) == len(set(refs))
    assert {each["ref"] for each in bill["dependencies"]} == set(refs)
    assert {child for each in bill["dependencies"] for child in each["dependsOn"]} <= set(refs)
    assert named["flask"]["purl"] == f"pkg:pypi/flask@{named['flask']['version']}"
    assert sum("licenses" in part for part in bill["components"]) > 0.9 * len(named)
