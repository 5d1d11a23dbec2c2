"""Makes the catalogues of translated texts ready when a wheel is built: the repository keeps none of them."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogues(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles each ``messages.po`` beside itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the files before the wheel is packed. A checkout makes them when the platform starts."""
        if version == "editable":
            return
        for source in sorted(Path(self.root).glob("nic_platform/translations/*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            with source.open("rb") as file:
                catalogue = read_po(file)
            with target.open("wb") as file:
                write_mo(file, catalogue)
            name = target.relative_to(self.root).as_posix()
            build_data["force_include"][str(target)] = name
