"""Where the files that aren't Python live, in a checkout and in an installed wheel alike."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Return the folder called *name* that ships with the platform.

    A wheel carries it inside the package; a checkout (and so an editable
    install) has it beside the package.

    Raises:
        FileNotFoundError: neither place has it, which means a broken build.
    """
    for parent in (_PACKAGE, _PACKAGE.parent):
        folder = parent / name
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the platform was installed without its {name}/ folder")
