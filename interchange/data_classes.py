"""Which kind of data each column is, and what each table is for: why, who sees it, how long it is kept. Pure.

``data/columns.txt`` names every column of every table; a test fails on one that it does not name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CLASSES: Mapping[str, str] = {
    "key": "names a row or a place in the program; says nothing by itself",
    "person": "names a person who uses the platform",
    "contact": "name, address or role of a person, or who people say does something",
    "words": "what people wrote; may tell of people, and is never about a named student",
    "figures": "counts, results and targets; of few students they are hidden (docs/privacy.md)",
    "place": "what is publicly known of a school, a district, a team",
    "setting": "a choice, a state, a day, an order",
    "trace": "when and from where somebody was here",
    "secret": "a hash or a sealed text; never shown, exported or written to the trail",
}
SHARED: Mapping[str, str] = {
    "id": "key", "public_id": "key", "network_id": "key", "version": "setting", "created_at": "setting",
    "created_by_id": "person", "updated_at": "setting", "updated_by_id": "person", "deleted_at": "setting",
    "audit_seq": "key", "audit_head": "key",
}  # fmt: skip
"""Columns that many tables share."""


@dataclass(frozen=True)
class Purpose:
    """What a group of tables is for."""

    title: str
    why: str
    who: str
    kept: str


_WHILE = "while the network is here; what is deleted goes for good after as many days as it says (30)"
PURPOSES: Mapping[str, Purpose] = {
    "places": Purpose(
        "Networks, places, teams", "so that teams find each other and feedback finds its way",
        "everybody in the network", _WHILE,
    ),
    "people": Purpose(
        "People and their roles", "so that people can sign in, be named as authors, and be told",
        "the network's people see names, titles and roles; addresses: leads, and the person",
        "until the person, or the lead of their only network, deletes the account: its name and ways in go, "
        "authorship stays",
    ),
    "access": Purpose(
        "Ways in", "to let people and their programs in, and nobody else",
        "the person sees their own; nobody sees a secret",
        "ended sign-ins and links 30 days, tries a day, the rest until the person ends it",
    ),
    "work": Purpose(
        "Plans and cycles", "the work itself: plans, milestones, tests of change",
        "the team edits; teams above and the network read what is no draft; analysts pooled figures", _WHILE,
    ),
    "figures": Purpose(
        "Measures and counts", "to see whether a change is an improvement",
        "the team; others with small groups hidden, analysts pooled only; who looked is written down", _WHILE,
    ),
    "feedback": Purpose(
        "Feedback between levels", "so that barriers reach who can lift them, and answers come back",
        "the teams on its track, by the audience chosen for each word; the network where it reached", _WHILE,
    ),
    "library": Purpose(
        "Library and alignment", "so that what worked in one place helps another",
        "the network, where its team shared it; else the team and those above", _WHILE,
    ),
    "told": Purpose(
        "Notices", "to tell people what needs them", "the person told",
        "as many days as the network says (730); with the thing that they tell of, when that goes for good",
    ),
    "trail": Purpose(
        "The trail of changes and of looking", "to show who changed or saw what, and to find tampering",
        "whoever may read the thing reads its history; looks: network leads, and the person",
        "while the network is here; of what went for good the values are taken out; looks as long as the "
        "network says (1,095 days)",
    ),
    "rosters": Purpose(
        "Rosters of staff", "so that who joins or leaves an organisation gains or loses access",
        "network leads", "while the network is here; rows of who left as long as the network says",
    ),
    "files": Purpose(
        "Files and imports", "what belongs to a piece of work, and what was brought in",
        "whoever may read the thing that it belongs to", _WHILE,
    ),
    "machine": Purpose(
        "The machine itself", "so that background work, webhooks and repeated requests do no harm",
        "administrators; network leads for the own network's",
        "finished jobs as many days as the network says (30), keys of requests a day, messages to other "
        "systems 30 days",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class _Table:
    group: str
    columns: Mapping[str, str]


@cache
def _tables() -> Mapping[str, _Table]:
    found: dict[str, _Table] = {}
    text = (Path(__file__).parent / "data" / "columns.txt").read_text(encoding="utf-8")
    columns: dict[str, str] = {}
    for line in text.splitlines():
        head, _, rest = line.strip().partition(": ")
        if line.startswith("  "):
            columns |= dict.fromkeys(rest.split(), head)
        else:
            columns = dict(SHARED)
            found[head] = _Table(rest, columns)
    return found


def named() -> Mapping[str, frozenset[str]]:
    """Return which columns are classified, by table, without those that tables share."""
    return {name: frozenset(table.columns) - SHARED.keys() for name, table in _tables().items()}


def class_of(table: str, column: str) -> str:
    """Return the class of a column.

    Raises:
        KeyError: it has none.
    """
    return _tables()[table].columns[column]


def group_of(table: str) -> str:
    """Return what a table is for: a key of :data:`PURPOSES`."""
    return _tables()[table].group
