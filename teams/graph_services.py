"""The version of a network's team graph: raised by whatever changes the graph, and its lock.

Whoever changes teams, links, members or places through the session needs to do nothing: a hook raises the
version, before the rows are written. Whoever writes them in bulk calls :func:`raise_version`. Whoever has to
check the graph before writing calls :func:`lock_graph` first; all others then wait until its transaction
ends. Since the network's row is always taken before the rows of links, two writers never wait for each other.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, inspect, update
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction

from nic_platform.database import Base
from teams.graph_cache import UNSAVED
from teams.models import Link, Membership, Network, PeerLink, Site, SpreadLink, Team

_PARTS: dict[type[Base], frozenset[str]] = {
    Network: frozenset({"time_zone"}),
    Site: frozenset({"name", "level", "parent_id", "deleted_at"}),
    Team: frozenset({"name", "level", "rank", "site_id", "functions", "archived_at", "deleted_at"}),
    Membership: frozenset({"team_id", "user_id", "role", "deleted_at"}),
    Link: frozenset({"lower_id", "upper_id", "rhythm_days", "deleted_at"}),
    PeerLink: frozenset({"deleted_at", "purpose"}),
    SpreadLink: frozenset({"deleted_at"}),
}
_RAISED = "graph_raised"


def raise_version(session: Session, network_ids: Iterable[int]) -> None:
    """Say that these networks' graphs change in the running transaction, and lock them until it ends."""
    raised: set[int] = session.info.setdefault(_RAISED, set())
    wanted = sorted(set(network_ids) - raised)
    if not wanted:
        return
    raised.update(wanted)
    session.info.setdefault(UNSAVED, set()).update(wanted)
    session.connection().execute(
        update(Network.__table__)  # type: ignore[arg-type]  # a mapped class's table is a Table
        .where(Network.id.in_(wanted))
        .values(graph_version=Network.graph_version + 1)
    )


def lock_graph(session: Session, network_id: int) -> None:
    """Let nobody else change this network's graph until the transaction ends; waits its turn.

    What was read before may have changed meanwhile: read again what is to be checked.
    """
    raise_version(session, [network_id])


def _changed(session: Session, thing: Any) -> bool:
    if thing in session.new or thing in session.deleted:
        return True
    attrs = inspect(thing).attrs
    return any(attrs[name].history.has_changes() for name in _PARTS[type(thing)])


@event.listens_for(Session, "before_flush")
def _notice_changes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    things = [thing for thing in (*session.new, *session.dirty, *session.deleted) if type(thing) in _PARTS]
    changed = {
        thing.id if isinstance(thing, Network) else thing.network_id
        for thing in things
        if _changed(session, thing)
    }
    raise_version(session, changed - {None})


@event.listens_for(Session, "after_soft_rollback")
def _raise_again(session: Session, _previous: SessionTransaction) -> None:
    session.info.pop(_RAISED, None)  # a savepoint that was undone may have taken the new version along


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_RAISED, None)
        session.info.pop(UNSAVED, None)
