"""Which files may be attached, and under which names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import attachment_rules as rules


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\rosa\\plan.pdf", "plan.pdf"),
        ("/srv/plan.pdf", "plan.pdf"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("tickets\r\nSet-Cookie: a=b.csv", "ticketsSet-Cookie: a=b.csv"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(sent: str, shown: str) -> None:
    assert rules.clean_name(sent) == shown


@settings(deadline=None)
@given(st.text(max_size=400))
def test_no_name_holds_a_folder_or_an_unseen_sign(sent: str) -> None:
    name = rules.clean_name(sent)

    assert name
    assert not set(name) & set("/\\\r\n\x00")
    assert name[0] != "."
    assert len(name) <= rules.LONGEST_NAME


@pytest.mark.parametrize(
    ("name", "size", "head"),
    [
        ("empty.pdf", 0, b""),
        ("big.pdf", rules.LARGEST + 1, b"%PDF-"),
        ("page.html", 10, b"<script>"),
        ("drawing.svg", 10, b"<svg/>"),
        ("tool.exe", 10, b"MZ"),
        ("nothing", 10, b"text"),
        ("page.pdf", 10, b"<html>"),
        ("photo.png", 10, b"GIF89a"),
        ("table.csv", 10, b"a\x00b"),
    ],
)
def test_what_is_refused_and_says_why(name: str, size: int, head: bytes) -> None:
    assert rules.problem_with(name, size, head).endswith(".")


@pytest.mark.parametrize(
    ("name", "head"), [("a.PDF", b"%PDF-1.7"), ("a.csv", b"a,b"), ("a.docx", b"PK\x03\x04"), ("a.txt", b"Hi")]
)
def test_what_is_taken(name: str, head: bytes) -> None:
    assert rules.problem_with(name, 10, head) == ""


def test_the_last_byte_of_the_quota_may_be_used() -> None:
    assert rules.fits(4, 6, 10)
    assert not rules.fits(5, 6, 10)


def test_sizes_in_words() -> None:
    assert [rules.size_words(size) for size in (1, 2048, 3 * 1024 * 1024)] == ["1 KB", "2 KB", "3.0 MB"]
