"""For how many days a network keeps what: what it may choose, and what holds where it chose nothing. Pure.

The least and the most follow what the field asks: deleted things stay 30 days so that a slip can be undone;
who looked at students' figures is kept a year at least, since a record of access is part of a school's duty
to parents (FERPA, 34 CFR 99.32, has it kept as long as the records themselves).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from nic_platform.text import _


@dataclass(frozen=True)
class Span:
    """One thing that is kept for a while: the fewest and the most days, and the usual number.

    ``usual`` is 0 where it is kept for good unless the network says otherwise.
    """

    key: str
    least: int
    most: int
    usual: int

    @property
    def column(self) -> str:
        """Return the column of the network that holds the choice."""
        return f"kept_{self.key}"

    def may_be(self, days: int | None) -> bool:
        """Say whether a network may choose so many days; nothing means the usual."""
        return days is None or self.least <= days <= self.most


def wrong(span: Span) -> str:
    """Return what is said to a number of days that can't be."""
    return _("Write a number from %(least)s to %(most)s, or nothing.", least=span.least, most=span.most)


YEAR = 365
SPANS: tuple[Span, ...] = (
    Span("deleted", 30, 10 * YEAR, 30),
    Span("notices", 30, 10 * YEAR, 2 * YEAR),
    Span("jobs", 14, 10 * YEAR, 30),
    Span("looks", YEAR, 10 * YEAR, 3 * YEAR),
    Span("words", YEAR, 20 * YEAR, 0),
    Span("people", 90, 20 * YEAR, 0),
)
BY_KEY: Mapping[str, Span] = {span.key: span for span in SPANS}


def usual(key: str, installation: int = 30) -> int:
    """Return for how many days something is kept where a network chose nothing; 0 for good.

    Args:
        installation: NIC_KEPT_DAYS, which holds for deleted things.
    """
    return installation if key == "deleted" else BY_KEY[key].usual


def days_of(key: str, chosen: int | None, installation: int = 30) -> int:
    """Return for how many days something is kept; 0 for good."""
    return usual(key, installation) if chosen is None else chosen


def names() -> dict[str, str]:
    """Return what is kept, in a reader's words."""
    return {
        "deleted": _("What was deleted"),
        "notices": _("Notices"),
        "jobs": _("Work in the background"),
        "looks": _("Who looked at students’ figures"),
        "words": _("Earlier values in the trail of changes"),
        "people": _("What was known of people who left"),
    }


def hints() -> dict[str, str]:
    """Return what each span means, in a reader's words."""
    return {
        "deleted": _("It can be brought back until then. After that it goes for good, with its files."),
        "notices": _("Older ones go from everybody’s list, read or not."),
        "jobs": _("Imports, mail and other work that has ended leaves the list."),
        "looks": _("A year at the least: it is a record of who had access."),
        "words": _("Who changed what and when stays for good; what stood there before goes."),
        "people": _("Competencies and perspectives in teams they left, and their rows in rosters."),
    }
