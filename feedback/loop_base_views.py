"""What the pages and the API of loop measures share: what is asked for, and what was counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from feedback import loop_charts, loop_name_queries, loop_queries
from feedback.loop_name_queries import LinkName, TeamName
from feedback.loop_queries import Scope, scope_of
from feedback.loops import PERIODS, By, Measures, Stretch, Tally, Unit, stretches, together
from nic_platform.actor import Actor, Level
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.pages import today
from nic_platform.text import _


@dataclass(frozen=True)
class Asked:
    """Which time is looked at, in which stretches, and of which level if of one."""

    period: str = "year"
    by: By = By.MONTH
    level: Level | None = None

    @property
    def query(self) -> dict[str, Any]:
        """Return what addresses carry so that the next page looks at the same."""
        found = {"period": self.period, "by": self.by.value, "level": self.level.value if self.level else ""}
        usual = Asked()
        return {name: value for name, value in found.items() if value and value != getattr(usual, name, None)}


def asked_for(values: Mapping[str, Any]) -> Asked:
    """Return what an address asks for; what is none of ours counts as not asked."""
    period, by, level = (str(values.get(name) or "") for name in ("period", "by", "level"))
    return Asked(
        period if period in PERIODS else "year",
        By(by) if by in set(By) else By.MONTH,
        Level(level) if level in set(Level) else None,
    )


@dataclass(frozen=True)
class Counted:
    """What was counted of some loops: over time, and all together."""

    scope: Scope
    asked: Asked
    found: list[Stretch]
    whole: Tally

    @property
    def measures(self) -> Measures:
        """Return all together."""
        return self.whole.measures()

    @property
    def charts(self) -> list[loop_charts.LoopChart]:
        """Return the run charts."""
        return loop_charts.charts_of(self.found, self.whole, self.asked.by, self.scope.today)

    @property
    def lede(self) -> str:
        """Return the first sentences of the page."""
        return loop_charts.lede(self.whole, self.measures.open)


def scope_for(actor: Actor, asked: Asked) -> Scope:
    """Return what the visitor's loop measures are counted over."""
    day = today(actor)
    years = 1 if asked.period == "year" else 2
    since = loop_queries.year_start(session(), actor.network_id, day, years)
    return replace(scope_of(session(), actor, since, day), level=asked.level)


def counted(scope: Scope, asked: Asked) -> Counted:
    """Count some loops over time and all together. Four statements."""
    by_time = loop_queries.over_time(session(), scope, asked.by)
    whole = together([*by_time.values(), loop_queries.still_open(session(), scope)])
    return Counted(scope, asked, stretches(by_time, asked.by, scope.since, scope.today), whole)


def by_level(scope: Scope) -> list[tuple[Level, Measures]]:
    """Return the loop measures of each level that received something, the highest first."""
    found = loop_queries.tallies(session(), replace(scope, level=None), Unit.LEVEL)
    return [(level, found[(level,)].measures()) for level in reversed(Level) if (level,) in found]


def require_names(actor: Actor) -> None:
    """Let only those in who may read of teams by name.

    Raises:
        AbsentError: the visitor sees counts only.
    """
    if not (actor.team_ids or actor.sees_network):
        raise AbsentError(_("There is no such page."))


def by_team(scope: Scope, rows: list[TeamName]) -> list[tuple[TeamName, Measures]]:
    """Return the loop measures of teams, in their order."""
    here = replace(scope, where=None, level=None, teams=[row.id for row in rows])
    found = loop_queries.tallies(session(), here, Unit.TEAM) if rows else {}
    return [(row, found.get((row.id,), Tally()).measures()) for row in rows]


def by_link(scope: Scope, rows: list[LinkName]) -> list[tuple[LinkName, Measures]]:
    """Return the loop measures of links, in their order."""
    here = replace(scope, where=None, level=None, links=[row.pair for row in rows])
    found = loop_queries.tallies(session(), here, Unit.LINK) if rows else {}
    return [(row, found.get(row.pair, Tally()).measures()) for row in rows]


def of_team(actor: Actor, scope: Scope, team_id: UUID) -> tuple[TeamName, Scope]:
    """Return a team that the visitor may read of, and the scope of what reached it."""
    require_names(actor)
    row = loop_name_queries.get_team(session(), actor, team_id)
    return row, replace(scope, where=None, level=None, teams=[row.id])


def of_link(actor: Actor, scope: Scope, link_id: UUID) -> tuple[LinkName, Scope]:
    """Return a link that the visitor may read of, and the scope of what went up it."""
    require_names(actor)
    row = loop_name_queries.get_link(session(), actor, link_id)
    return row, replace(scope, where=None, level=None, links=[row.pair])
