"""Pictures read part by part: their kind and size, and the same without what a camera wrote into it. Pure.

A phone writes into a photo where it was taken (EXIF GPS), often who took it, and a second small picture. None
of that is needed to see it, so it is taken out before a photo is kept: only the parts that draw the picture
stay, its colour profile, and the one number that says which side is up. What follows the picture's end (a
short film, another file) goes too.
"""

import struct
from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"bKGD",
    b"pHYs", b"cICP", b"acTL", b"fcTL", b"fdAT",
})  # fmt: skip
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # JPEG markers without a length
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ORIENTATION = 0x0112


class PictureError(ValueError):
    """The bytes are no whole picture of a kind that is known here."""


def size_of(data: bytes) -> tuple[str, int, int]:
    """Return the kind (``jpg``, ``png``, ``gif``, ``webp``), the width and the height of a picture, in dots.

    Raises:
        PictureError: it is none, or is cut short.
    """
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return "jpg", *_jpeg_size(data)
        if data.startswith(_PNG):
            first = next(_png_parts(data))
            list(_png_parts(data))
            return "png", *struct.unpack(">II", first[1][:8])
        if data[:6] in {b"GIF87a", b"GIF89a"} and b"\x3b" in data[-1024:]:
            return "gif", *struct.unpack("<HH", data[6:10])
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return "webp", *_webp_size(dict(reversed(list(_webp_parts(data)))))
    except (struct.error, IndexError, StopIteration) as error:
        raise PictureError("cut short") from error
    raise PictureError("no picture that is known here")


def without_traces(data: bytes) -> bytes:
    """Return the same picture without place, time, device, texts and hidden second pictures.

    Raises:
        PictureError: it is none, or is cut short.
    """
    try:
        kind = size_of(data)[0]
        if kind == "jpg":
            return _bare_jpeg(data)
        if kind == "png":
            return _PNG + b"".join(raw for name, _body, raw in _png_parts(data) if name in _PNG_KEPT)
        if kind == "webp":
            return _bare_webp(data)
        return _bare_gif(data)
    except (struct.error, IndexError) as error:
        raise PictureError("cut short") from error


# ---------------------------------------------------------------- JPEG


def _jpeg_parts(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Give marker, start and end of each part up to the picture's end; a scan goes with its data."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise PictureError("a part does not begin where it should")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == 0xD9:
            yield marker, at, at + 2
            return
        if marker in _BARE:
            yield marker, at, at + 2
            at += 2
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise PictureError("cut short")
        if marker == 0xDA:
            end = _end_of_scan(data, end)
        yield marker, at, end
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise PictureError("cut short")
        if data[at + 1] not in {0x00, 0xFF, *range(0xD0, 0xD8)}:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _jpeg_size(data: bytes) -> tuple[int, int]:
    size = None
    for marker, start, _end in _jpeg_parts(data):
        if marker in _FRAMES and size is None:
            height, width = struct.unpack(">HH", data[start + 5 : start + 9])
            size = width, height
    if size is None:
        raise PictureError("no frame")
    return size


def _bare_jpeg(data: bytes) -> bytes:
    kept, side_up = [b"\xff\xd8"], 1
    for marker, start, end in _jpeg_parts(data):
        body = data[start + 4 : end]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            side_up = _side_up(body[6:]) or side_up
        is_extra = 0xE0 <= marker <= 0xEF or marker == 0xFE
        is_needed = (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0")) or (
            marker == 0xEE and body.startswith(b"Adobe")
        )
        if marker == 0xE0 and body.startswith(b"JFIF\0"):
            kept.append(_without_thumbnail(body))
        elif not is_extra or is_needed:
            kept.append(data[start:end])
    if side_up != 1:
        kept.insert(1, _only_side_up(side_up))
    return b"".join(kept)


def _without_thumbnail(jfif: bytes) -> bytes:
    """Return a JFIF part with its version and density, and without the second picture that it may hold."""
    body = jfif[:12].ljust(14, b"\0")
    return b"\xff\xe0" + struct.pack(">H", len(body) + 2) + body


def _side_up(tiff: bytes) -> int:
    """Return which side is up (1 to 8) as EXIF says it; 0 where it says nothing that can be read."""
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        (at,) = struct.unpack(order + "I", tiff[4:8])
        (count,) = struct.unpack(order + "H", tiff[at : at + 2])
        for place in range(at + 2, at + 2 + 12 * min(count, 200), 12):
            tag, kind = struct.unpack(order + "HH", tiff[place : place + 4])
            if tag == _ORIENTATION and kind == 3:
                (value,) = struct.unpack(order + "H", tiff[place + 8 : place + 10])
                return int(value) if 1 <= value <= 8 else 0
    except (KeyError, struct.error):
        return 0
    return 0


def _only_side_up(value: int) -> bytes:
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, value, 0)
    body = b"Exif\0\0" + b"MM\0*" + struct.pack(">I", 8) + struct.pack(">H", 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


# ---------------------------------------------------------------- PNG, WebP, GIF


def _png_parts(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    at = len(_PNG)
    while True:
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data) or (at == len(_PNG) and name != b"IHDR"):
            raise PictureError("cut short")
        yield name, data[at + 8 : end - 4], data[at:end]
        if name == b"IEND":
            return
        at = end


def _webp_parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    (length,) = struct.unpack("<I", data[4:8])
    at, last = 12, 8 + length
    if last > len(data):
        raise PictureError("cut short")
    while at + 8 <= last:
        (size,) = struct.unpack("<I", data[at + 4 : at + 8])
        if at + 8 + size > last:
            raise PictureError("cut short")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _webp_size(parts: dict[bytes, bytes]) -> tuple[int, int]:
    if b"VP8X" in parts:
        body = parts[b"VP8X"]
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if b"VP8L" in parts:
        bits = int.from_bytes(parts[b"VP8L"][1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if b"VP8 " in parts and parts[b"VP8 "][3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", parts[b"VP8 "][6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise PictureError("no frame")


def _bare_webp(data: bytes) -> bytes:
    body = b"WEBP"
    for name, part in _webp_parts(data):
        if name not in _WEBP_KEPT:
            continue
        if name == b"VP8X":
            part = bytes([part[0] & ~0x0C]) + part[1:]  # neither EXIF nor XMP follows
        body += name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _bare_gif(data: bytes) -> bytes:
    """Keep the frames and what times them; comments and other programs' notes go."""
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    kept = [data[:at]]
    while True:
        start, kind = at, data[at]
        if kind == 0x3B:
            return b"".join(kept) + b"\x3b"
        if kind == 0x21:
            is_needed = data[at + 1] == 0xF9 or data[at + 3 : at + 14] == b"NETSCAPE2.0"
            at += 2
        elif kind == 0x2C:
            is_needed = True
            packed = data[at + 9]
            at += 10 + (3 << (packed & 7) + 1 if packed & 0x80 else 0) + 1
        else:
            raise PictureError("a part does not begin where it should")
        while data[at]:
            at += 1 + data[at]
        at += 1
        if is_needed:
            kept.append(data[start:at])
