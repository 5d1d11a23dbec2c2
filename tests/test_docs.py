"""The documents that are drawn from the code agree with it."""

import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["data-model", "data-map"])
def test_what_is_drawn_from_the_models_is_up_to_date(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = str(ROOT / "bin" / name)
    monkeypatch.setattr("sys.argv", [script, "--check"])
    monkeypatch.setattr("sys.path", [*sys.path])

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(script, run_name="__main__")

    assert ended.value.code == 0


def test_every_link_between_documents_leads_somewhere() -> None:
    import re

    missing = []
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                missing.append(f"{page.relative_to(ROOT)} -> {target}")

    assert missing == []
