"""A calendar feed as a file: it reads back as it was written, whatever the words."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from desk import feed
from desk.feed import Entry

AT = datetime(2026, 2, 24, 19, 30, tzinfo=UTC)
DENVER = ZoneInfo("America/Denver")
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=300)


def written(*entries: Entry) -> Calendar:
    return Calendar.from_ical(
        feed.write(entries, name="Alder Creek", zone=DENVER, base="https://nic.example")
    )


@given(title=WORDS, place=WORDS, on=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
       at=st.none() | st.times(), minutes=st.integers(5, 600), version=st.integers(1, 99))  # fmt: skip
def test_every_entry_reads_back(
    title: str, place: str, on: date, at: time | None, minutes: int, version: int
) -> None:
    at = at.replace(second=0, microsecond=0, tzinfo=None) if at else None

    event = written(Entry("milestone-1", on, title, AT, version, at, minutes, place)).walk("VEVENT")[0]

    assert str(event["summary"]) == feed.short_title(title)
    assert str(event.get("location", "")) == feed.short_title(place)
    assert int(str(event["sequence"])) == version - 1
    start = event.decoded("dtstart")
    if at is None:
        assert (start, event.decoded("dtend")) == (on, on + timedelta(days=1))
    else:
        assert (start.date(), start.time()) == (on, at)


def test_the_same_entries_make_the_same_bytes_in_any_order() -> None:
    one, two = (Entry(f"cycle-{n}", date(2026, 3, n), "Door card", AT) for n in (1, 2))

    def bytes_of(*entries: Entry) -> bytes:
        return feed.write(entries, name="A", zone=DENVER, base="")

    assert bytes_of(one, two) == bytes_of(two, one)
    assert feed.tag_of(b"a") != feed.tag_of(b"b")


def test_a_time_brings_its_time_zone_along() -> None:
    calendar = written(
        Entry("touchpoint-1", date(2026, 2, 26), "Meet", AT, starts_at=time(15, 15), minutes=45)
    )

    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["America/Denver"]


def test_a_link_leads_to_the_installation() -> None:
    event = written(Entry("cycle-1", date(2026, 3, 1), "Card", AT, path="/cycles/1")).walk("VEVENT")[0]

    assert str(event["url"]) == "https://nic.example/cycles/1"


@given(WORDS)
def test_titles_are_one_short_line(words: str) -> None:
    title = feed.short_title(words)

    assert len(title) <= feed.LONGEST
    assert "\n" not in title


def test_an_empty_feed_is_a_calendar_too() -> None:
    assert written().walk("VEVENT") == []
    assert feed.changed_at([]) is None
