"""Photos keep what draws them and lose where, when and with what they were taken."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.pictures import PictureError, size_of, without_traces

PLACE = b"39.7392 N, 104.9903 W"


def exif(side_up: int = 6, order: str = ">") -> bytes:
    """An EXIF part that says which side is up, and where the photo was taken."""
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, side_up, 0)
    gps = struct.pack(order + "HHII", 0x8825, 4, 1, 100)
    mark = b"MM\0*" if order == ">" else b"II*\0"
    head = mark + struct.pack(order + "IH", 8, 2)
    return b"Exif\0\0" + head + entry + gps + struct.pack(order + "I", 0) + PLACE


def part(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


FRAME = struct.pack(">BHHB", 8, 30, 40, 1) + b"\x01\x11\x00"
SCAN = b"\x01\x01\x00\x00\x3f\x00"


def jpeg(*parts: bytes, after: bytes = b"") -> bytes:
    scan = part(0xDA, SCAN) + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + b"".join(parts) + part(0xC0, FRAME) + scan + b"\xff\xd9" + after


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*parts: bytes, after: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0" * 41 * 30))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(parts) + data + chunk(b"IEND", b"") + after


def webp(*parts: tuple[bytes, bytes], after: bytes = b"") -> bytes:
    wide = bytes([0x0C]) + b"\0\0\0" + (39).to_bytes(3, "little") + (29).to_bytes(3, "little")
    body = b"WEBP"
    for name, data in ((b"VP8X", wide), (b"VP8L", b"\x2f\0\0\0\0"), *parts):
        body += name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body + after


def gif(note: bytes = b"", after: bytes = b"") -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", 40, 30, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    told = b"\x21\xfe" + bytes([len(note)]) + note + b"\0" if note else b""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 40, 30, 0) + b"\x02\x02\x4c\x01\x00"
    return head + told + frame + b"\x3b" + after


TRACED = {
    "jpg": jpeg(
        part(0xE0, b"JFIF\0" + bytes(9)), part(0xE1, exif()),
        part(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE),
        part(0xE2, b"ICC_PROFILE\0\x01\x01 colours"), part(0xE2, b"MPF\0" + PLACE), part(0xED, PLACE),
        part(0xFE, PLACE), after=PLACE,
    ),
    "png": png(chunk(b"eXIf", exif()[6:]), chunk(b"tEXt", PLACE), chunk(b"iTXt", PLACE), after=PLACE),
    "webp": webp((b"EXIF", exif()[6:]), (b"XMP ", PLACE), after=PLACE),
    "gif": gif(PLACE, after=PLACE),
}  # fmt: skip


@pytest.mark.parametrize("kind", TRACED)
def test_the_place_goes_and_the_picture_stays(kind: str) -> None:
    bare = without_traces(TRACED[kind])

    assert PLACE in TRACED[kind]
    assert PLACE not in bare
    assert size_of(bare) == size_of(TRACED[kind]) == (kind, 40, 30)
    assert without_traces(bare) == bare


@pytest.mark.parametrize("order", [">", "<"])
def test_a_photo_keeps_which_side_is_up_and_its_colours(order: str) -> None:
    bare = without_traces(jpeg(part(0xE1, exif(6, order)), part(0xE2, b"ICC_PROFILE\0\x01\x01 colours")))

    assert bare.count(b"Exif\0\0") == 1
    assert struct.pack(">HHIH", 0x0112, 3, 1, 6) in bare
    assert b"colours" in bare
    assert b"Exif" not in without_traces(jpeg(part(0xE1, exif(1))))  # nothing to turn


def test_a_second_small_picture_in_the_head_goes() -> None:
    head = b"JFIF\0\x01\x02\0\0\x48\0\x48"
    bare = without_traces(jpeg(part(0xE0, head + b"\x02\x01" + b"secret")))

    assert b"secret" not in bare
    assert bare.startswith(b"\xff\xd8" + part(0xE0, head + b"\0\0"))
    assert size_of(bare) == ("jpg", 40, 30)


def test_pixels_are_the_same_bytes() -> None:
    assert without_traces(png()) == png()
    assert without_traces(jpeg()) == jpeg()
    assert without_traces(gif()) == gif()


@pytest.mark.parametrize("kind", TRACED)
def test_a_picture_that_is_cut_short_is_none(kind: str) -> None:
    whole = {"jpg": jpeg(), "png": png(), "webp": webp(), "gif": gif()}[kind]
    for length in (3, 8, 12, 20, len(whole) // 2, len(whole) - 1):
        with pytest.raises(PictureError):
            without_traces(whole[:length])


@given(st.sampled_from(sorted(TRACED)), st.binary(max_size=60), st.integers(0, 200))
def test_no_bytes_break_the_reading(kind: str, noise: bytes, at: int) -> None:
    """Whatever comes is either a picture or a PictureError, and a bare picture stays as it is."""
    data = TRACED[kind][:at] + noise + TRACED[kind][at + len(noise) :]
    try:
        bare = without_traces(data)
    except PictureError:
        return
    assert without_traces(bare) == bare
