"""What a file really is, told from its bytes and not from its name. Pure; nothing is unpacked or run.

A file is taken when it is one thing only, from its first byte to its last: pictures are walked through part
by part, office documents by the list at the end of their archive. What could also be read as a page, a script
or another archive is refused. Sources: the PNG specification (W3C), ITU-T T.81 and T.871 (JPEG), and WebP
containers, ISO 32000 (PDF), APPNOTE (ZIP), ECMA-376, OpenDocument 1.3.
"""

import re
import zipfile
from collections.abc import Callable, Mapping
from typing import BinaryIO

from desk.pictures import PictureError, size_of
from nic_platform.text import _

MOST_PIXELS = 100_000_000
MOST_PARTS = 5_000
MOST_UNPACKED = 300 << 20  # bytes
MOST_RATIO = 200  # times as large unpacked, beyond a few megabytes
_FREE = 20 << 20
_HEAD = 4096

_PAGE = re.compile(
    rb"^(\xef\xbb\xbf)?\s*(<!doctype|<html|<head|<body|<svg|<script|<iframe|<\?xml|<\?php|<!--|#!)",
    re.IGNORECASE,
)
_TAG = re.compile(rb"<(script|html|svg|iframe|object|embed|body)[\s>/]", re.IGNORECASE)
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"heif", b"avif", b"avis"})
_OFFICE_PART: Mapping[str, tuple[str, ...]] = {
    "docx": ("word/document.xml",),
    "xlsx": ("xl/workbook.xml", "xl/workbook.bin"),
    "pptx": ("ppt/presentation.xml",),
}
_OPEN_TYPE: Mapping[str, bytes] = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}


def problem_in(ending: str, stream: BinaryIO) -> str:
    """Return why the bytes of *stream* can't be taken under a name with this ending; empty when they can.

    The stream is left at its beginning.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    size = stream.seek(0, 2)
    try:
        if problem := _as_another(ending, head):
            return problem
        check = _CHECKS.get(ending)
        return check(ending, stream, head, size) if check else ""
    finally:
        stream.seek(0)


def _wrong(ending: str) -> str:
    return _("This file isn't what its name says (.%(ending)s). Save it anew and send that.", ending=ending)


def _as_another(ending: str, head: bytes) -> str:
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return _(
            "This is a photo in Apple's own format (HEIC), which many computers can't open. Take it with the "
            "button here, or choose Settings, Camera, Formats, Most Compatible on the iPhone."
        )
    if _PAGE.match(head):
        return _("This is a web page or a script under another name. Send a PDF of it.")
    return ""


def _pdf(ending: str, stream: BinaryIO, head: bytes, size: int) -> str:
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    if not head.startswith(b"%PDF-") or b"%%EOF" not in tail[-2048:]:
        return _wrong(ending)
    if _ends_as_archive(tail) or _TAG.search(head[:1024]):
        return _two_things()
    return ""


def _ends_as_archive(tail: bytes) -> bool:
    """Say whether the file ends as a ZIP archive does: its last record, and a comment up to the very end."""
    at = tail.rfind(b"PK\x05\x06")
    return at >= 0 and at + 22 <= len(tail)


def _two_things() -> str:
    return _("This file is two things at once, and a computer could take it for the other. Save it anew.")


def _picture(ending: str, stream: BinaryIO, head: bytes, size: int) -> str:
    stream.seek(0)
    try:
        kind, width, height = size_of(stream.read())
    except PictureError:
        return _wrong(ending)
    if kind != {"jpeg": "jpg"}.get(ending, ending):
        return _wrong(ending)
    if width * height > MOST_PIXELS:
        return _("This picture has more than 100 million dots. Make it smaller.")
    return ""


def _archive(ending: str, stream: BinaryIO, head: bytes, size: int) -> str:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as packed:
            parts = packed.infolist()
            extra = len(packed.comment)
            names = {part.filename for part in parts}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return _wrong(ending)
    if min((part.header_offset for part in parts), default=1) != 0 or extra:
        return _two_things()
    if any(part.flag_bits & 1 for part in parts):
        return _("This document is locked with a password. Take it off and send it again.")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > max(_FREE, size * MOST_RATIO):
        return _("This document grows far too large when it is opened. Save it anew, or send a PDF.")
    return _office(ending, names, head)


def _office(ending: str, names: set[str], head: bytes) -> str:
    if ending in _OFFICE_PART:
        is_it = "[Content_Types].xml" in names and any(part in names for part in _OFFICE_PART[ending])
        runs = any(re.search(r"vbaProject|activeX|macrosheets", name, re.IGNORECASE) for name in names)
    else:
        wanted = _OPEN_TYPE[ending]
        is_it = head[30:38] == b"mimetype" and head[38 : 38 + len(wanted) + 2] == wanted + b"PK"
        is_it = is_it and "content.xml" in names
        runs = any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names)
    if not is_it:
        return _wrong(ending)
    if runs:
        return _(
            "This document holds macros. Save it without them (such as .docx, not .docm), or send a PDF."
        )
    return ""


def _text(ending: str, stream: BinaryIO, head: bytes, size: int) -> str:
    stream.seek(0)
    data = stream.read()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeDecodeError:
            return _wrong(ending)
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", data):
        return _wrong(ending)
    if _PAGE.match(data[:_HEAD]) or _TAG.search(data):
        return _("This text holds parts of a web page. Save it as plain text without them, or send a PDF.")
    return ""


_CHECKS: Mapping[str, Callable[[str, BinaryIO, bytes, int], str]] = {
    "pdf": _pdf,
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp"), _picture),
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp"), _archive),
    **dict.fromkeys(("txt", "csv"), _text),
}
