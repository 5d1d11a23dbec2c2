"""PDFs: drawn from the page alone, nothing fetched; where none can be drawn, a sentence says what to do."""

import zlib
from contextlib import suppress
from pathlib import Path
from urllib.request import OpenerDirector

import pytest

from nic_platform import pdf

needs_pdf = pytest.mark.skipif(not pdf.can_draw(), reason="WeasyPrint or its system parts are not here")


@needs_pdf
@pytest.mark.parametrize(("size", "width"), [("letter", b"612"), ("a4", b"595"), ("other", b"612")])
def test_a_page_becomes_a_pdf_of_its_size(size: str, width: bytes) -> None:
    made = pdf.draw("<html lang='en'><title>Report</title><h1>Exit tickets</h1></html>", size)

    assert made.startswith(b"%PDF-")
    assert width in read_inside(made).split(b"/MediaBox")[1][:40]


def read_inside(made: bytes) -> bytes:
    """Return a PDF with what is packed in it unpacked."""
    parts = [made]
    for chunk in made.split(b"stream\n")[1:]:
        with suppress(zlib.error):
            parts.append(zlib.decompressobj().decompress(chunk))
    return b"".join(parts)


@needs_pdf
def test_nothing_outside_the_page_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[object] = []
    monkeypatch.setattr(OpenerDirector, "open", lambda _self, url, *_rest, **_more: asked.append(url))
    near = tmp_path / "secret.css"
    near.write_text("p { color: red }", encoding="utf-8")
    page = (
        f"<html lang='en'><title>T</title><link rel='stylesheet' href='{near.as_uri()}'>"
        "<style>@import url(http://169.254.169.254/); p { background: url(https://a.example/b) }</style>"
        "<img src='http://169.254.169.254/latest' alt=''><img src='/etc/passwd' alt=''>"
        "<img src='data:text/plain,x' alt=''><p>Body</p></html>"
    )

    made = pdf.draw(page)

    assert made.startswith(b"%PDF-")
    assert asked == []


def test_a_page_that_is_far_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "can_draw", lambda: True)

    with pytest.raises(pdf.DrawingError, match="too long"):
        pdf.draw("x" * (pdf.LARGEST + 1))


def test_without_the_library_a_sentence_says_how_to_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "can_draw", lambda: False)

    with pytest.raises(pdf.DrawingError, match="Print this page from your browser"):
        pdf.draw("<p>Hello</p>")


def test_icons_and_charts_bring_their_drawing_along() -> None:
    icon = '<svg class="i" aria-hidden="true" focusable="false"><use href="#i-met"/></svg>'

    said = pdf._self_contained(f'{icon}<svg class="chart mini">')

    assert "<use" not in said
    assert "<circle" in said
    assert '<svg class="chart mini"><style>' in said
