"""Many notices as one mail, by group: a text, and its parts for HTML. Pure: rows and words in, words out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from nic_platform.days import hour_words, weekday_name
from nic_platform.notice_kinds import group_names, grouped
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext

_HEADING = re.compile(r"(.+) \((\d+)\)")
_ITEM = re.compile(r"\* (.+) \(([^\n]+?)\)(?:\n  (\S+))?")
MOST = 25  # notices of one group in a mail; the page has the rest


@dataclass(frozen=True)
class Line:
    """One notice. ``network`` is the name of the network it is about, ``path`` where its matter is."""

    kind: str
    subject: str
    path: str
    at: datetime
    network: str = ""


def subject(lines: Sequence[Line]) -> str:
    """Return the mail's subject."""
    return ngettext("Your digest: %(count)s notice", "Your digest: %(count)s notices", len(lines))


def body(lines: Sequence[Line], *, base_url: str, zone: str) -> str:
    """Return the mail's text: the notices by group, oldest first, each with its page."""
    ordered = sorted(lines, key=lambda line: line.at)
    many = len({line.network for line in ordered}) > 1
    parts = [_opening(ordered, zone)]
    for group in grouped(line.kind for line in ordered):
        parts.append(f"{group.name.upper()} ({len(group.places)})")
        parts += [_line(ordered[place], base_url, zone, many) for place in group.places[:MOST]]
        left = len(group.places) - MOST
        if left > 0:
            parts.append(_("… and %(count)s more on the page of your notices.", count=left))
    parts.append(_("What comes in this digest, and when: %(address)s", address=f"{base_url}/account/notices"))
    return "\n\n".join(parts)


def _opening(lines: Sequence[Line], zone: str) -> str:
    since = lines[0].at.astimezone(ZoneInfo(zone))
    return ngettext(
        "%(count)s notice since %(day)s.", "%(count)s notices since %(day)s.", len(lines),
        day=f"{weekday_name(since)}, {day_words(since.date())}",
    )  # fmt: skip


def _line(line: Line, base_url: str, zone: str, many: bool) -> str:
    here = line.at.astimezone(ZoneInfo(zone))
    when = f"{day_words(here.date())}, {clock_words(here.hour, here.minute)}"
    where = f", {line.network}" if many and line.network else ""
    told = f"* {' '.join(line.subject.split())} ({when}{where})"
    return f"{told}\n  {base_url}{line.path}" if line.path else told


@dataclass(frozen=True)
class Entry:
    """One notice as a digest's HTML shows it; ``when`` holds day, time and, if there are two, the network."""

    title: str
    when: str
    address: str


@dataclass(frozen=True)
class Section:
    """A paragraph of a digest, or a group of its notices under ``heading``; ``words`` follow the notices."""

    heading: str
    entries: Sequence[Entry]
    words: Sequence[str]


def sections(text: str) -> list[Section]:
    """Return the parts of what :func:`body` wrote, so that the same can be shown as HTML."""
    names = {name.upper(): name for name in group_names().values()}
    found: list[Section] = []
    for part in filter(None, text.split("\n\n")):
        heading = _HEADING.fullmatch(part)
        item = _ITEM.fullmatch(part)
        last = found[-1] if found else None
        if heading:
            found.append(Section(f"{names.get(heading[1], heading[1])} ({heading[2]})", [], []))
        elif item and last is not None and last.heading:
            entry = Entry(item[1], item[2], item[3] or "")
            found[-1] = Section(last.heading, [*last.entries, entry], last.words)
        elif last is not None and last.heading and part.startswith("…"):
            found[-1] = Section(last.heading, last.entries, [*last.words, part])
        else:
            found.append(Section("", [], [part]))
    return found


def clock_words(hour: int, minute: int = 0) -> str:
    """Return a time of day as people write it: "7:05 am"."""
    return hour_words(hour, minute)
