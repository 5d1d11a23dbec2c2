"""What the page frame shows around every page: who is signed in, which team is chosen, where help is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app

from nic_platform.actor import Level
from nic_platform.text import _
from nic_platform.words import heading


@dataclass(frozen=True)
class FrameTeam:
    """One team in the switcher."""

    id: UUID
    name: str
    level: Level


@dataclass(frozen=True)
class Frame:
    """The masthead, the switcher and the footer, in finished values. The application builds it."""

    signed_in: bool
    person_name: str = ""
    initials: str = ""
    team: FrameTeam | None = None
    teams: tuple[FrameTeam, ...] = ()
    network_name: str = ""
    help_name: str = ""
    help_phone: str = ""
    waiting: int = 0
    is_admin: bool = False
    is_demo: bool = False
    network_ends_at: datetime | None = None
    runs_network: bool = False
    minimum_cell: int = 10


@dataclass(frozen=True)
class Section:
    """One of the seven sections of the main navigation."""

    key: str
    href: str
    label: str


def address(endpoint: str, otherwise: str = "#main", **values: Any) -> str:
    """Return the address of *endpoint*; where this installation has no such page, *otherwise*.

    The frame links to pages of every domain without knowing the domains.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # asked for once, not twice
    return str(app.url_for(endpoint, **values)) if endpoint in app.view_functions else otherwise


def sections() -> tuple[Section, ...]:
    """Return the seven sections in their order; templates say which is current by its key."""
    return (
        Section("week", address("desk.week", "/"), _("This week")),
        Section("plan", address("milestones.board", "/plan"), heading("plan")),
        Section("cycles", address("cycles.index", "/cycles"), heading("cycle", 2)),
        Section("feedback", address("feedback.index", "/feedback"), _("Feedback")),
        Section("compare", address("variation.compare", "/compare"), _("Compare")),
        Section("library", address("library.index", "/library"), _("Library")),
        Section("network", address("teams.network", "/network"), heading("network")),
    )
