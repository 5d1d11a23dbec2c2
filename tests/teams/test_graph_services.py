"""The version of a network's graph: what raises it, and that savepoints don't fool it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor, Level, TeamRole
from teams import graph_services, link_services, team_services
from teams.graph_cache import is_unsaved
from teams.models import Link, Network, Team
from tests import factories as make

BY = Actor(1)


class Here:
    """A school that lifts to a hub, in a session that has forgotten that it made them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.network = make.make_network(session)
        self.low = make.make_team(session, self.network)
        self.hub = make.make_team(session, self.network, level=Level.DISTRICT)
        self.link = make.make_link(session, self.low, self.hub, last_exchange_at=make.NOON)
        self.place = make.make_membership(session, self.low, make.make_user(session), TeamRole.MEMBER)
        session.commit()  # of a savepoint: the next change is another transaction

    def version(self) -> int:
        return self.session.scalars(select(Network.graph_version).where(Network.id == self.network.id)).one()


def archive(here: Here) -> None:
    team_services.archive_team(here.session, here.low, by=BY, at=make.NOON)


def rename(here: Here) -> None:
    team_services.save_charter(here.session, here.low, {"name": "Another"}, by=BY, at=make.NOON)


def leave(here: Here) -> None:
    team_services.remove_person(here.session, here.place, by=BY, at=make.NOON)


def another_role(here: Here) -> None:
    here.place.role = TeamRole.COACH


def another_rhythm(here: Here) -> None:
    link_services.save_link(here.session, here.link, {"rhythm_days": 7}, by=BY, at=make.NOON)


def unlink(here: Here) -> None:
    link_services.remove_link(here.session, here.link, by=BY, at=make.NOON)


def tie(here: Here) -> None:
    link_services.add_peer(here.session, here.low, here.hub, "Tickets", by=BY, at=make.NOON)


def rename_place(here: Here) -> None:
    here.low.site.name = "Another place"


def exchange_next_day(here: Here) -> None:
    at = make.NOON + timedelta(days=1)
    link_services.note_exchange(here.session, here.low.id, here.hub.id, at=at)


def notice_next_day(here: Here) -> None:
    at = make.NOON + timedelta(days=1)
    link_services.note_notice(here.session, here.network.id, here.hub.id, at=at)


CHANGES = [
    archive, rename, leave, another_role, another_rhythm, unlink, tie, rename_place, exchange_next_day,
    notice_next_day,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_whatever_changes_the_graph_raises_its_version(
    session: Session, change: Callable[[Here], None]
) -> None:
    here = Here(session)
    before = here.version()
    change(here)
    session.flush()
    assert here.version() > before
    assert is_unsaved(session.info, here.network.id)
    session.commit()
    assert not is_unsaved(session.info, here.network.id)


def exchange_same_day(here: Here) -> None:
    at = make.NOON + timedelta(hours=1)
    link_services.note_exchange(here.session, here.low.id, here.hub.id, at=at)


def another_purpose(here: Here) -> None:
    team_services.save_charter(here.session, here.low, {"purpose": "To test"}, by=BY, at=make.NOON)


def protocol(here: Here) -> None:
    link_services.save_link(here.session, here.link, {"why": "To be heard"}, by=BY, at=make.NOON)


@pytest.mark.parametrize(
    "change", [exchange_same_day, another_purpose, protocol], ids=lambda change: change.__name__
)
def test_what_the_graph_does_not_show_leaves_its_version(
    session: Session, change: Callable[[Here], None]
) -> None:
    here = Here(session)
    before = here.version()
    change(here)
    session.flush()
    assert here.version() == before


def test_a_change_after_an_undone_savepoint_is_told_again(session: Session) -> None:
    here = Here(session)
    before = here.version()
    with session.begin_nested() as inner:
        archive(here)
        inner.rollback()
    assert here.version() == before
    archive(here)
    assert here.version() == before + 1


def test_an_undone_transaction_leaves_no_trace(session: Session) -> None:
    here = Here(session)
    archive(here)
    session.rollback()
    assert not is_unsaved(session.info, here.network.id)
    assert session.get_one(Team, here.low.id).archived_at is None


def test_one_transaction_raises_a_version_once(session: Session) -> None:
    here = Here(session)
    before = here.version()
    graph_services.lock_graph(session, here.network.id)
    rename(here)
    archive(here)
    assert here.version() == before + 1


def test_an_older_exchange_does_not_make_a_link_older(session: Session) -> None:
    here = Here(session)
    at = make.NOON - timedelta(days=9)
    link_services.note_exchange(session, here.low.id, here.hub.id, at=at)
    link_services.note_notice(session, here.network.id, here.hub.id, at=at)
    assert session.scalars(select(Link.last_exchange_at)).one() == make.NOON
