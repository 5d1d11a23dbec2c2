"""A digest is one mail in plain text: what happened by group, each with its page."""

from datetime import UTC, datetime, timedelta

from nic_platform import digests
from nic_platform.digests import Line

AT = datetime(2026, 2, 23, 16, 5, tzinfo=UTC)  # a Monday, 9:05 in Denver
BASE = "https://nic.example"


def line(kind: str, subject: str, hours: int = 0, network: str = "Reading") -> Line:
    return Line(f"feedback.{kind}", subject, f"/feedback/{hours}", AT + timedelta(hours=hours), network)


def body(*lines: Line) -> str:
    return digests.body(lines, base_url=BASE, zone="America/Denver")


def test_notices_stand_by_group_with_time_and_address() -> None:
    text = body(
        line("answered", "Answered: Cover", 2),
        line("message", "A  message\non: Cover"),
        line("declined", "No"),
    )

    assert text == (
        "3 notices since Monday, Feb 23.\n\n"
        "ANSWERS AND QUESTIONS BACK (2)\n\n"
        "* No (Feb 23, 9:05 am)\n  https://nic.example/feedback/0\n\n"
        "* Answered: Cover (Feb 23, 11:05 am)\n  https://nic.example/feedback/2\n\n"
        "MESSAGES IN CONVERSATIONS (1)\n\n"
        "* A message on: Cover (Feb 23, 9:05 am)\n  https://nic.example/feedback/0\n\n"
        "What comes in this digest, and when: https://nic.example/account/notices"
    )


def test_the_parts_for_html_are_those_of_the_text() -> None:
    text = body(
        line("answered", "Answered: Cover (again)", 2, network="Maths"),
        *(line("message", f"Number {place}", place) for place in range(27)),
    )

    first, answers, messages, last = digests.sections(text)

    assert (first.heading, first.words) == ("", ["28 notices since Monday, Feb 23."])
    assert (answers.heading, list(answers.entries)) == (
        "Answers and questions back (1)",
        [digests.Entry("Answered: Cover (again)", "Feb 23, 11:05 am, Maths", f"{BASE}/feedback/2")],
    )
    assert (messages.heading, len(messages.entries)) == ("Messages in conversations (27)", 25)
    assert messages.words == ["… and 2 more on the page of your notices."]
    assert last.words == [f"What comes in this digest, and when: {BASE}/account/notices"]


def test_networks_are_named_where_there_are_two() -> None:
    assert "9:05 am, Maths)" in body(line("answered", "A"), line("answered", "B", network="Maths"))
    assert "Reading" not in body(line("answered", "A"))


def test_a_long_group_is_cut_and_says_so() -> None:
    text = body(*(line("message", f"Number {place:02d}", place) for place in range(30)))

    assert "(30)" in text
    assert "Number 24" in text
    assert "Number 25" not in text
    assert "and 5 more on the page of your notices" in text


def test_the_subject_counts_and_times_are_as_people_write_them() -> None:
    assert digests.subject([line("message", "A")]) == "Your digest: 1 notice"
    assert [digests.clock_words(hour, 5) for hour in (0, 11, 12, 23)] == [
        "12:05 am", "11:05 am", "12:05 pm", "11:05 pm",
    ]  # fmt: skip
