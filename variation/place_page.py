"""What a comparison of places consists of, for the page, its downloads and its API answer alike. Pure."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from nic_platform.actor import Level
from variation import context, levels
from variation.judging import Judged
from variation.place_queries import MeasureRow, PlaceRow, TeamLink


@dataclass(frozen=True)
class PlaceChoice:
    """What the reader asked for; nothing asked gives their own place's newest figures."""

    place_id: UUID | None = None
    measure_id: UUID | None = None
    milestone_id: UUID | None = None
    year: int | None = None
    by: str = ""
    group: tuple[str, str] = ("", "")
    filters: dict[str, str] = field(default_factory=dict)
    limits: str = ""
    order: str = ""
    page: int = 1


@dataclass(frozen=True)
class Unit:
    """One of the places held against each other, as the reader may see it.

    ``places`` of ``of`` places below it are in its figure. Nothing is known of a hidden one but its name.
    """

    key: str
    name: str
    is_named: bool
    is_shown: bool
    around: str = ""
    value: float | None = None
    count: float | None = None
    size: float | None = None
    zone: int = 0
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    places: int = 1
    of: int = 1
    points: tuple[tuple[date, float], ...] = ()
    team: TeamLink | None = None
    short: str = ""


@dataclass(frozen=True)
class YearLevel:
    """One school year (or one of its months) of all places shown: pooled figure, typical place, spread."""

    year: int
    places: int
    pooled: float
    typical: float | None = None
    low: float | None = None
    high: float | None = None
    sd: float | None = None
    month: date | None = None


@dataclass(frozen=True)
class AreaRow:
    """A district of the schools compared: its shown schools together, and how many lie outside."""

    name: str
    key: str
    places: int
    of: int
    value: float | None
    above: int
    below: int


@dataclass(frozen=True)
class PlacesPage:
    """A comparison of places with what can be chosen, and what was."""

    choice: PlaceChoice
    place: PlaceRow | None = None
    above: list[PlaceRow] = field(default_factory=list)
    measures: list[MeasureRow] = field(default_factory=list)
    milestones: dict[int, list[tuple[UUID, str]]] = field(default_factory=dict)
    measure: MeasureRow | None = None
    year: int = 0
    by: Level = Level.SCHOOL
    ways: list[Level] = field(default_factory=list)
    filters: list[context.Filter] = field(default_factory=list)
    judged: Judged | None = None
    use_spread: bool = False
    of: int = 0
    shown: int = 0
    leaves: int = 0
    units: list[Unit] = field(default_factory=list)
    pages: int = 1
    page: int = 1
    above_limits: list[Unit] = field(default_factory=list)
    below_limits: list[Unit] = field(default_factory=list)
    watched: int = 0
    split: levels.Levels | None = None
    split_error: str = ""
    years: list[YearLevel] = field(default_factory=list)
    areas: list[AreaRow] = field(default_factory=list)
    pooled_only: bool = False
    hides_unnamed: bool = False
    by_month: bool = False
    times: int = 1
