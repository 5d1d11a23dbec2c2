"""What a file really is decides, whatever it is called."""

import io
import zipfile
from collections.abc import Mapping
from unittest import mock

import pytest

from desk import file_content
from desk.file_content import problem_in
from tests.desk.test_pictures import gif, jpeg, png, webp

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
TYPES = "[Content_Types].xml"


def packed(parts: Mapping[str, bytes], first: bytes = b"", comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    out.write(first)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=kind)
        archive.comment = comment
    return out.getvalue()


def word(**more: bytes) -> bytes:
    return packed({TYPES: b"<Types/>", "word/document.xml": b"<w:document/>", **more})


def text_document(kind: str = "text", more: Mapping[str, bytes] | None = None) -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}".encode()
    return packed({"mimetype": mime, "content.xml": b"<c/>", **(more or {})})


GOOD = [
    ("pdf", PDF), ("jpg", jpeg()), ("jpeg", jpeg()), ("png", png()), ("gif", gif()), ("webp", webp()),
    ("docx", word()), ("xlsx", packed({TYPES: b"", "xl/workbook.xml": b""})),
    ("pptx", packed({TYPES: b"", "ppt/presentation.xml": b""})), ("odt", text_document()),
    ("ods", text_document("spreadsheet")), ("odp", text_document("presentation")),
    ("txt", "Größe: 5 < 6 and 7 > 2\n".encode()), ("csv", b"week,count\r\n1,18\r\n"),
    ("csv", "week\tcount\n".encode("utf-16")), ("txt", "café".encode("cp1252")),
]  # fmt: skip


@pytest.mark.parametrize(("ending", "data"), GOOD, ids=[f"{e}{n}" for n, (e, _d) in enumerate(GOOD)])
def test_a_file_that_is_what_it_says_is_taken(ending: str, data: bytes) -> None:
    stream = io.BytesIO(data)

    assert problem_in(ending, stream) == ""
    assert stream.tell() == 0


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
BAD = [
    ("jpg", HEIC, "Most Compatible"),
    ("heic picture as pdf", HEIC, "Most Compatible"),
    ("png", jpeg(), "isn't what its name says"),
    ("webp", b"RIFF\x24\0\0\0WAVEfmt " + bytes(20), "isn't what its name says"),
    ("jpg", jpeg()[:-2], "isn't what its name says"),
    ("docx", packed({"word/document.xml": b""}), "isn't what its name says"),
    ("docx", packed({TYPES: b"", "xl/workbook.xml": b""}), "isn't what its name says"),
    ("docx", b"PK\x03\x04 and nothing more", "isn't what its name says"),
    ("docx", word(**{"word/vbaProject.bin": b"x"}), "holds macros"),
    ("xlsx", packed({TYPES: b"", "xl/workbook.xml": b"", "xl/macrosheets/s.xml": b""}), "holds macros"),
    ("odt", text_document(more={"Basic/Standard/m.xml": b"x"}), "holds macros"),
    ("odt", text_document("spreadsheet"), "isn't what its name says"),
    (
        "odt",
        packed({"content.xml": b"", "mimetype": b"application/vnd.oasis.opendocument.text"}),
        "isn't what",
    ),
    ("docx", packed({TYPES: b"", "word/document.xml": b""}, first=b"GIF89a"), "two things at once"),
    ("docx", packed({TYPES: b"", "word/document.xml": b""}, comment=b"<script>"), "two things at once"),
    ("pdf", PDF + packed({"evil.html": b"x"}), "two things at once"),
    ("pdf", b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF", "two things at once"),
    ("pdf", b"%PDF-1.7 cut short", "isn't what its name says"),
    ("txt", b"  <!DOCTYPE html><p>Hello", "web page or a script"),
    ("txt", b"\xef\xbb\xbf<svg onload=alert(1)>", "web page or a script"),
    ("csv", b"#!/bin/sh\nrm -r /", "web page or a script"),
    ("csv", b"week,<script>alert(1)</script>", "parts of a web page"),
    ("txt", b"MZ\x90\x00\x03", "isn't what its name says"),
    ("gif", b"<html>GIF89a", "web page or a script"),
]


@pytest.mark.parametrize(
    ("ending", "data", "said"), BAD, ids=[f"{e}{n}" for n, (e, _d, _s) in enumerate(BAD)]
)
def test_a_file_that_is_something_else_is_refused_with_a_mend(ending: str, data: bytes, said: str) -> None:
    assert said in problem_in(ending.split()[-1], io.BytesIO(data))


def test_a_bomb_is_refused_and_never_unpacked() -> None:
    bomb = word(**{"word/media/huge.bmp": b"\0" * (30 << 20)})
    assert len(bomb) < 100_000

    whole = word()
    with mock.patch.object(zipfile.ZipFile, "open", side_effect=AssertionError("unpacked")):
        assert "far too large" in problem_in("docx", io.BytesIO(bomb))
        assert problem_in("docx", io.BytesIO(whole)) == ""


def test_thousands_of_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_content, "MOST_PARTS", 2)
    assert "far too large" in problem_in("docx", io.BytesIO(word(**{"word/styles.xml": b""})))


def test_a_picture_of_a_hundred_million_dots_is_refused() -> None:
    wide = png().replace((40).to_bytes(4, "big") + (30).to_bytes(4, "big"), b"\0\0\x75\x30" * 2)
    assert "100 million" in problem_in("png", io.BytesIO(wide))


def test_a_locked_document_is_refused() -> None:
    data = bytearray(word())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    assert "password" in problem_in("docx", io.BytesIO(bytes(data)))
