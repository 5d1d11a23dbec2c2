"""Which files may be attached, under which names, and how much a team may keep. Pure."""

import unicodedata
from collections.abc import Mapping

from nic_platform.text import _

LARGEST = 10 * 1024 * 1024
"""Bytes of one file."""

HEAD = 4096
"""Bytes at the start of a file that :func:`problem_with` looks at."""

LONGEST_NAME = 120

KINDS = frozenset({"cycle", "feedback_item", "idea_story", "milestone"})
"""Kinds of things that files can be attached to."""

_ZIP, _JPEG = b"PK\x03\x04", b"\xff\xd8\xff"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
TYPES: Mapping[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", _JPEG),
    "jpeg": ("image/jpeg", _JPEG),
    "gif": ("image/gif", b"GIF8"),
    "webp": ("image/webp", b"RIFF"),
    "docx": (f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    "pptx": (f"{_OFFICE}.presentationml.presentation", _ZIP),
    "odt": (f"{_OPEN}.text", _ZIP),
    "ods": (f"{_OPEN}.spreadsheet", _ZIP),
    "odp": (f"{_OPEN}.presentation", _ZIP),
    "txt": ("text/plain", b""),
    "csv": ("text/csv", b""),
}
"""Ending of a name: the type it is given out as, and how such a file begins."""


def ending_of(name: str) -> str:
    """Return what stands after the last dot of a name, in small letters; empty without a dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def clean_name(name: str) -> str:
    """Return a visitor's file name as one that can be shown: no folders, no unseen signs, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    whole = " ".join(seen.split()).strip(". ")
    stem, dot, ending = whole.rpartition(".")
    if not dot or len(ending) > 10:
        return whole[:LONGEST_NAME] or "file"
    return f"{stem[: LONGEST_NAME - len(ending) - 1] or 'file'}.{ending}"


def problem_with(name: str, size: int, head: bytes) -> str:
    """Return why a file can't be taken, in a sentence that names the mend; empty when it can.

    Args:
        name: its name, cleaned.
        size: in bytes.
        head: its first :data:`HEAD` bytes.
    """
    ending = ending_of(name)
    if size == 0:
        return _("This file is empty. Choose another.")
    if size > LARGEST:
        return _("A file may hold %(most)s MB. Make it smaller, or link to it.", most=LARGEST >> 20)
    if ending not in TYPES:
        return _("Files of this kind can't be kept. Send a PDF, a picture, a text or an office document.")
    start = TYPES[ending][1]
    if not head.startswith(start) or (not start and b"\x00" in head):
        return _(
            "This file isn't what its name says (.%(ending)s). Save it anew and send that.", ending=ending
        )
    return ""


PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Types that a browser may show beside a text: they can hold neither script nor link."""

LARGEST_SHOWN = 3 * 1024 * 1024
"""Bytes of a picture beyond which a page names it only."""


def described(name: str, says: str) -> str:
    """Return the name of a picture that shows *says*: the words by which it is also read out."""
    words = says.replace("/", "\u2044").replace("\\", "\u2044").strip().rstrip(".")
    return clean_name(f"{words}.{ending_of(name)}") if words and ending_of(name) else name


def words_of(name: str) -> str:
    """Return what a picture shows, as its name says it."""
    return name.rpartition(".")[0].replace("_", " ").strip() or name


def fits(size: int, kept: int, quota: int) -> bool:
    """Say whether a file of *size* still fits beside the bytes that a team keeps."""
    return kept + size <= quota


def size_words(size: int) -> str:
    """Return a size as a reader takes it in."""
    if size < 1024 * 1024:
        return _("%(size)s KB", size=max(1, round(size / 1024)))
    return _("%(size)s MB", size=f"{size / (1024 * 1024):.1f}")
