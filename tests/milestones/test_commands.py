import json

from click.testing import CliRunner

from nic_platform.cli import main


def test_a_line_in_is_an_object_out_in_the_same_order() -> None:
    lines = (
        "By October 30, 90% of teachers use exit tickets.\n\nHold a meeting\nPrüfung für alle “Lehrer” 😀\n"
    )

    done = CliRunner().invoke(main, ["coach", "--today", "2026-11-22"], input=lines.encode())

    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [one["kind"] for one in said] == [
        "milestone",
        "not_measurable",
        "not_measurable",
        "not_measurable",
    ]
    assert (said[0]["due_on"], said[0]["missing"]) == ("2026-10-30", ["how"])


def test_bytes_that_are_no_text_and_a_last_line_without_end_are_read_too() -> None:
    done = CliRunner().invoke(main, ["coach"], input=b"\xff\xfe by May\x00 1\nAward contract")

    assert len(done.stdout.splitlines()) == 2


def test_marks_and_line_ends_of_windows_and_a_very_long_line_are_read() -> None:
    long = b"By October 30, 70% of teachers use exit tickets. " * 2_100
    sent = b"\xef\xbb\xbfBy October 30, 70% of teachers use exit tickets.\r\n\r\n" + long

    done = CliRunner().invoke(main, ["coach", "--today", "2026-10-01"], input=sent)

    first, blank, last = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["text"], first["parts"]["when"]) == (
        "By October 30, 70% of teachers use exit tickets.",
        "By October 30",
    )
    assert (blank["text"], blank["because"]) == ("", "There is nothing to read yet.")
    assert len(last["text"]) < 2_001


def test_nothing_in_is_nothing_out() -> None:
    done = CliRunner().invoke(main, ["coach"], input=b"")

    assert (done.exit_code, done.stdout) == (0, "")
