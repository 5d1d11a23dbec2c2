"""Who is asking, cut down to what rules and policies look at. Pure: no web, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class Level(StrEnum):
    """The level a team works at, lowest first."""

    PRACTICE = "practice"
    SCHOOL = "school"
    DISTRICT = "district"
    REGION = "region"
    STATE = "state"

    @property
    def rank(self) -> int:
        """Return 0 for practice up to 4 for state; links go from a lower to a higher rank."""
        return list(Level).index(self)


class TeamRole(StrEnum):
    """What a person is in a team."""

    LEAD = "lead"
    MEMBER = "member"
    LINKING = "linking"
    COACH = "coach"
    OBSERVER = "observer"


class NetworkRole(StrEnum):
    """What a person is in a whole network."""

    LEAD = "network_lead"
    REVIEWER = "reviewer"
    ANALYST = "analyst"


EDITORS = frozenset({TeamRole.LEAD, TeamRole.MEMBER, TeamRole.LINKING})
DRAFT_READERS = EDITORS | {TeamRole.COACH}


@dataclass(frozen=True)
class Actor:
    """A signed-in person in one network, cut down to what policies look at.

    ``team_id`` is the team chosen in the masthead; ``roles`` holds every team of this network that the
    person belongs to. ``minimum_cell`` and ``time_zone`` are the network's.
    """

    user_id: int
    name: str = ""
    network_id: int | None = None
    team_id: int | None = None
    team_public_id: UUID | None = None
    roles: Mapping[int, TeamRole] = field(default_factory=lambda: MappingProxyType({}))
    network_roles: frozenset[NetworkRole] = frozenset()
    reviewer_levels: frozenset[Level] = frozenset()
    is_admin: bool = False
    minimum_cell: int = 10
    time_zone: str = "America/Denver"

    @property
    def team_ids(self) -> frozenset[int]:
        """Return the teams of this network that the person belongs to, in whatever role."""
        return frozenset(self.roles)

    @property
    def draft_team_ids(self) -> frozenset[int]:
        """Return the teams whose drafts the person reads: everyone's but an observer's."""
        return frozenset(team for team, role in self.roles.items() if role in DRAFT_READERS)

    @property
    def teams(self) -> list[int]:
        """Return :attr:`team_ids` in order, as the conditions of queries take them."""
        return sorted(self.roles)

    @property
    def draft_teams(self) -> list[int]:
        """Return :attr:`draft_team_ids` in order, as the conditions of queries take them."""
        return sorted(self.draft_team_ids)

    def in_team(self, team_id: int | None) -> bool:
        """Say whether the person belongs to the team."""
        return team_id in self.roles

    def edits(self, team_id: int | None) -> bool:
        """Say whether the person may change the team's work: lead, member or linking member."""
        return team_id is not None and self.roles.get(team_id) in EDITORS

    def leads(self, team_id: int | None) -> bool:
        """Say whether the person leads the team."""
        return team_id is not None and self.roles.get(team_id) is TeamRole.LEAD

    def reads_drafts(self, team_id: int | None) -> bool:
        """Say whether the person may read what the team has not finished writing."""
        return team_id is not None and self.roles.get(team_id) in DRAFT_READERS

    @property
    def is_network_lead(self) -> bool:
        """Say whether the person runs the network."""
        return NetworkRole.LEAD in self.network_roles

    @property
    def is_reviewer(self) -> bool:
        """Say whether the person works the escalations of a level."""
        return NetworkRole.REVIEWER in self.network_roles

    @property
    def is_analyst(self) -> bool:
        """Say whether the person works with pooled data."""
        return NetworkRole.ANALYST in self.network_roles

    @property
    def sees_network(self) -> bool:
        """Say whether the person reads every team's finished work: network lead or reviewer."""
        return self.is_network_lead or self.is_reviewer
