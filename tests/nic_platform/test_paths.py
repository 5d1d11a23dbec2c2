"""Templates, migrations and static files are found; what is missing is named."""

from pathlib import Path

import pytest

from nic_platform import paths


@pytest.mark.parametrize("name", ["templates", "migrations", "static"])
def test_what_ships_with_the_platform_is_found(name: str) -> None:
    assert paths.resource(name).is_dir()


def test_in_a_wheel_the_folder_inside_the_package_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nic_platform" / "templates").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "nic_platform")

    assert paths.resource("templates") == tmp_path / "nic_platform" / "templates"


def test_a_broken_build_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="without its nowhere/ folder"):
        paths.resource("nowhere")
