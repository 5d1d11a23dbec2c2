"""The documents that are drawn from the code agree with it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_data_model_is_drawn_from_the_models() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bin" / "data-model"), "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr


def test_the_data_map_is_written_from_the_classes_of_the_columns() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bin" / "data-map"), "--check"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr


def test_every_link_between_documents_leads_somewhere() -> None:
    import re

    missing = []
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                missing.append(f"{page.relative_to(ROOT)} -> {target}")

    assert missing == []
