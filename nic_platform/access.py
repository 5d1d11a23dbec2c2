"""Who is asking, and how a view says that asking is allowed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from types import MappingProxyType
from typing import ParamSpec, TypeVar, cast
from uuid import UUID

from flask import current_app, g
from flask.typing import ResponseReturnValue
from flask_login import current_user

from nic_platform.errors import AbsentError, DeniedError
from nic_platform.text import _

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)
GUARDED = "_guarded"


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


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as meant for everybody."""
    setattr(view, GUARDED, "public")
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
    """Let only people who have signed in reach the view."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return cast(ResponseReturnValue, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]  # set by Flask-Login
        return view(*args, **kwargs)

    setattr(guarded, GUARDED, "signed in")
    return guarded


def admin(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
    """Let only administrators of the installation reach the view; for others it is not there."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return cast(ResponseReturnValue, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]  # set by Flask-Login
        if not actor().is_admin:
            raise AbsentError(_("There is no such page."))
        return view(*args, **kwargs)

    setattr(guarded, GUARDED, "admin")
    return guarded


def actor() -> Actor:
    """Return the person behind this request; looked up once a request.

    Raises:
        AbsentError: nobody has signed in.
    """
    if "actor" not in g:
        if not current_user.is_authenticated:
            raise AbsentError(_("There is no such page."))
        g.actor = current_app.extensions["nic.load_actor"]()
    return cast(Actor, g.actor)


def require(allowed: bool, message: str | None = None) -> None:
    """Stop unless a policy said yes.

    Raises:
        DeniedError: *allowed* is false.
    """
    if not allowed:
        raise DeniedError(message or _("You may read this but not change it."))
