"""The closure of the links, ``team_reach``: kept up to date link by link, or written anew after many changes.

Only the pairs that a link can touch are looked at: the lower team and those below it, with the upper team and
those above it. So one link costs the same in a network of twenty teams and in one of a nation.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from sqlalchemy import Select, delete, insert, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from teams.graph_services import raise_version
from teams.models import Link, Team, TeamReach

_AT_ONCE = 5000


def rebuild_reach(session: Session, network_id: int) -> None:
    """Write the closure of a network's links anew, after links were written in bulk."""
    raise_version(session, [network_id])
    links = session.execute(
        select(Link.lower_id, Link.upper_id).where(Link.network_id == network_id, Link.deleted_at.is_(None))
    ).all()
    teams = select(Team.id).where(Team.network_id == network_id)
    session.execute(delete(TeamReach).where(TeamReach.above_id.in_(teams)))
    _insert(session, reach_rows([(lower, upper) for lower, upper in links]))


def reach_rows(links: list[tuple[int, int]]) -> list[dict[str, int]]:
    """Return every (above, below, shortest distance) of the links (lower, upper)."""
    uppers: dict[int, list[int]] = defaultdict(list)
    for lower, upper in links:
        uppers[lower].append(upper)
    rows = []
    for start in list(uppers):
        seen = {start: 0}
        waiting = deque([start])
        while waiting:
            team = waiting.popleft()
            for above in uppers.get(team, ()):
                if above not in seen:
                    seen[above] = seen[team] + 1
                    waiting.append(above)
        rows += [{"above_id": above, "below_id": start, "distance": d} for above, d in seen.items() if d]
    return rows


def _insert(session: Session, rows: Sequence[dict[str, int]]) -> None:
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(insert(TeamReach), rows[start : start + _AT_ONCE])


def extend_reach(session: Session, lower_id: int, upper_id: int) -> None:
    """Add to the closure what a new link brings; one statement, and no row is read into memory."""
    below = _with_itself(
        select(TeamReach.below_id, TeamReach.distance).where(TeamReach.above_id == lower_id), lower_id
    )
    above = _with_itself(
        select(TeamReach.above_id, TeamReach.distance).where(TeamReach.below_id == upper_id), upper_id
    )
    pairs = select(above.c.team, below.c.team, above.c.steps + below.c.steps + 1).where(
        above.c.team != below.c.team  # also keeps SQLite from taking ON CONFLICT for a join's condition
    )
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    write = dialect.insert(TeamReach).from_select(["above_id", "below_id", "distance"], pairs)
    session.execute(
        write.on_conflict_do_update(
            index_elements=[TeamReach.above_id, TeamReach.below_id],
            set_={"distance": write.excluded.distance},
            where=TeamReach.distance > write.excluded.distance,
        )
    )


def _with_itself(others: Select[int, int], team_id: int) -> Any:
    itself = select(literal(team_id), literal(0))
    rows = union_all(others, itself).subquery()
    return select(rows.c[0].label("team"), rows.c[1].label("steps")).subquery()


def shrink_reach(session: Session, lower_id: int, upper_id: int) -> None:
    """Take from the closure what a removed link brought; the link itself is gone already.

    Pairs that have another way keep it, at its distance.
    """
    held = session.scalars(select(TeamReach.above_id).where(TeamReach.below_id == upper_id))
    above = {upper_id, *held}
    low = select(TeamReach.below_id).where(TeamReach.above_id == lower_id)
    is_low = TeamReach.below_id.in_(low) | (TeamReach.below_id == lower_id)
    links = session.execute(
        select(Link.lower_id, Link.upper_id)
        .where(Link.deleted_at.is_(None), Link.lower_id.in_(low) | (Link.lower_id == lower_id))
        .order_by(Link.id)
    ).all()
    teams = {lower_id, *session.scalars(low)}
    known = _steps_from_outside(session, above, low, lower_id)
    try:
        rows = [row for row in _steps(links, teams, known) if row["above_id"] in above]
    except CycleError:  # somebody changed a level behind the rules' back: no order to work in
        rebuild_reach(session, session.get_one(Team, lower_id).network_id)
        return
    session.execute(
        delete(TeamReach)
        .where(TeamReach.above_id.in_(sorted(above)), is_low)
        .execution_options(synchronize_session=False)
    )
    _insert(session, rows)


def _steps_from_outside(
    session: Session, above: Iterable[int], low: Any, lower_id: int
) -> dict[int, dict[int, int]]:
    """Return how far it is to the teams above from every team that one of the lower teams lifts to."""
    lifted_to = select(Link.upper_id).where(
        Link.deleted_at.is_(None), Link.lower_id.in_(low) | (Link.lower_id == lower_id)
    )
    found: dict[int, dict[int, int]] = {}
    rows = session.execute(
        select(TeamReach.below_id, TeamReach.above_id, TeamReach.distance).where(
            TeamReach.above_id.in_(sorted(above)), TeamReach.below_id.in_(lifted_to)
        )
    )
    for below, team, steps in rows:
        found.setdefault(below, {})[team] = steps
    return found


def _steps(links: Iterable[Any], teams: set[int], known: dict[int, dict[int, int]]) -> list[dict[str, int]]:
    """Work the lower teams' distances out anew, uppermost first, from those of the teams outside."""
    uppers: dict[int, list[int]] = {team: [] for team in teams}
    for lower, upper in links:
        uppers[lower].append(upper)
    fresh: dict[int, dict[int, int]] = {}
    for team in TopologicalSorter(uppers).static_order():
        if team not in teams:
            continue
        steps: dict[int, int] = {}
        for upper in uppers[team]:
            further = fresh[upper] if upper in teams else known.get(upper, {})
            for goal, distance in ((upper, 0), *further.items()):
                steps[goal] = min(steps.get(goal, distance + 1), distance + 1)
        fresh[team] = steps
    return [
        {"above_id": goal, "below_id": team, "distance": distance}
        for team, steps in fresh.items()
        for goal, distance in steps.items()
    ]
