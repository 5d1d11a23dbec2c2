"""A calendar feed: dates and short titles as an iCalendar file that any calendar program reads. Pure.

No number of students and no text that a team wrote for itself stands in it: whoever finds the address reads
it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from nic_platform.text import _

HOST = "switchback"
LONGEST = 120  # letters of a title
PRODUCT = "-//Switchback//Calendar feed//EN"


@dataclass(frozen=True)
class Entry:
    """One date. ``key`` names the thing and stays the same; ``changed_at`` is when it was last changed, UTC.

    With ``starts_at`` it takes *minutes* from that time of day in the network's zone; else the whole day.
    """

    key: str
    on: date
    title: str
    changed_at: datetime
    version: int = 1
    starts_at: time | None = None
    minutes: int = 0
    place: str = ""
    path: str = ""


def short_title(words: str) -> str:
    """Return a title in one line, cut where it is long."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def write(entries: Iterable[Entry], *, name: str, zone: ZoneInfo, base: str) -> bytes:
    """Return the entries as an iCalendar file (RFC 5545), the same bytes for the same entries.

    Args:
        name: of the calendar, as programs show it.
        base: the installation's address, which links begin with.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone.key)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    for entry in sorted(entries, key=lambda each: (each.on, each.key)):
        calendar.add_component(_event(entry, zone, base))
    if calendar.get_missing_tzids():
        calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(entry: Entry, zone: ZoneInfo, base: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{HOST}")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", max(entry.version - 1, 0))
    event.add("summary", short_title(entry.title))
    if entry.starts_at is not None:
        start = datetime.combine(entry.on, entry.starts_at, zone)
        event.add("dtstart", start)
        event.add(
            "dtend", datetime.combine(entry.on, entry.starts_at, zone) + timedelta(minutes=entry.minutes)
        )
    else:
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    if entry.place:
        event.add("location", short_title(entry.place))
    if entry.path:
        event.add("url", base.rstrip("/") + entry.path)
    return event


def tag_of(body: bytes) -> str:
    """Return what a program asks with whether anything is new."""
    return hashlib.sha256(body).hexdigest()[:32]


def changed_at(entries: Iterable[Entry]) -> datetime | None:
    """Return when anything in the feed was last changed; none for an empty one."""
    return max((entry.changed_at for entry in entries), default=None)


def entry_title(kind: str, name: str) -> str:
    """Return what a date is called: "Due: exit tickets", "Test ends: …"."""
    words = {
        "milestone": _("Due: %(name)s"),
        "touchpoint": "%(name)s",
        "cycle": _("Test ends: %(name)s"),
        "promise": _("Answer promised: %(name)s"),
    }
    return words[kind] % {"name": name}
