"""What a link carries: topics, people, what passed."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams import linking
from teams.linking import Passed, Upward

TODAY = date(2026, 2, 24)


def up(number: int, upper: str, level: str, *topics: str) -> Upward:
    return Upward(UUID(int=number), upper, level, topics)


HUB = up(1, "Cottonwood hub", "district")
STATE = up(2, "Altamont", "state", "Testing", "Staffing rules")
CURRICULUM = up(3, "Curriculum office", "district", "Curriculum")


@pytest.mark.parametrize(
    ("topic", "upper"),
    [
        ("testing", "Altamont"),
        ("  staffing   RULES ", "Altamont"),
        ("Curriculum", "Curriculum office"),
        ("Buses", "Cottonwood hub"),
        ("", "Cottonwood hub"),
    ],
)
def test_a_topic_goes_by_the_link_that_names_it_else_by_the_one_that_takes_all(
    topic: str, upper: str
) -> None:
    picked = linking.pick_link(topic, [STATE, CURRICULUM, HUB])
    assert picked is not None
    assert picked.link.upper == upper
    assert upper in picked.sentence


def test_where_no_link_names_the_topic_the_nearest_is_proposed_and_said_so() -> None:
    picked = linking.pick_link("Buses", [STATE, CURRICULUM])
    assert picked is not None
    assert picked.sentence == (
        "No link of yours names “Buses”. Curriculum office is nearest; agree with it who takes this."
    )
    assert linking.pick_link("Buses", []) is None


@settings(max_examples=25)
@given(st.permutations([HUB, STATE, CURRICULUM, up(4, "Alder hub", "district")]), st.text(max_size=12))
def test_the_order_of_links_decides_nothing(links: list[Upward], topic: str) -> None:
    assert linking.pick_link(topic, links) == linking.pick_link(topic, sorted(links, key=str))


def test_two_links_that_take_everything_are_a_question() -> None:
    said = linking.topics_unsaid([HUB, up(4, "Alder hub", "district"), STATE])
    assert (
        said
        == "Alder hub and Cottonwood hub both take everything. Write on each link which topics go that way."
    )
    assert linking.topics_unsaid([HUB, STATE]) is None


@given(st.lists(st.text(max_size=80), max_size=30))
def test_topics_are_tidy_once_and_for_all(topics: list[str]) -> None:
    found = linking.tidy_topics(topics)
    assert linking.tidy_topics(found) == found
    assert len(found) <= linking.MOST_TOPICS
    assert len({topic.casefold() for topic in found}) == len(found)


def test_topics_are_typed_between_commas_or_on_lines() -> None:
    assert linking.topics_of(" Staffing,testing\nTESTING,, ") == ["Staffing", "testing"]
    assert linking.topics_words([]) == "Everything"


@pytest.mark.parametrize(
    ("both", "sender", "receiver", "is_gap", "words"),
    [
        (["Ann"], None, None, False, "Ann sits on both teams."),
        (["Ann", "Bo"], None, None, False, "Ann and Bo sit on both teams."),
        ([], "Ann", "Bo", False, "Ann sends, Bo receives."),
        ([], "Ann", None, True, "nobody in Hub is named to receive"),
        ([], None, "Bo", True, "nobody in School is named to send"),
        ([], None, None, True, "Nobody sits on both teams"),
    ],
)
def test_a_link_is_carried_by_people_or_has_a_gap(
    both: list[str], sender: str | None, receiver: str | None, is_gap: bool, words: str
) -> None:
    found = linking.carried("School", "Hub", both, sender, receiver)
    assert found.is_gap is is_gap
    assert words in found.sentence


def passed(days_ago: int, hour: int = 12) -> Passed:
    on = TODAY - timedelta(days=days_ago)
    return Passed("meeting", datetime(on.year, on.month, on.day, hour, tzinfo=UTC), on)


def test_what_passed_is_one_list_newest_first_and_days_come_whole() -> None:
    parts = [[passed(0), passed(3, 9)], [passed(1), passed(3, 15)], [passed(9)]]
    shown, earlier = linking.merged(parts, 3)
    assert [one.on for one in shown] == [TODAY - timedelta(days=n) for n in (0, 1, 3, 3)]
    assert shown[2].at.hour == 15
    assert earlier == TODAY - timedelta(days=3)
    assert linking.merged(parts, 5) == (
        sorted((o for p in parts for o in p), key=lambda o: (o.on, o.at))[::-1],
        None,
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Last used today."),
        (1, "Last used yesterday."),
        (60, "Last used 60 days ago."),
        (61, "Nothing has passed for 61 days; agreed is: every month."),
    ],
)
def test_silence_is_said_with_the_rhythm(days: int, words: str) -> None:
    assert linking.last_words(TODAY - timedelta(days=days), 30, TODAY, TODAY).startswith(words)


def test_a_new_link_is_not_used_yet_and_later_silent() -> None:
    assert linking.last_words(None, 30, TODAY, TODAY) == "Not used yet."
    assert "61 days" in linking.last_words(None, 30, TODAY, TODAY - timedelta(days=61))


def test_only_what_has_come_within_a_year_may_have_passed() -> None:
    ages = [-1, 0, 366, 367]
    assert [linking.may_have_passed(TODAY - timedelta(days=n), TODAY) for n in ages] == [
        False,
        True,
        True,
        False,
    ]
