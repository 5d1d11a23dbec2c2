"""Building the pictures of networks anew beside the requests, so that no visitor waits for them.

A thread in each process that answers requests looks every few seconds whether the graphs of the networks that
were looked at last have changed, in whatever process, and builds them again. It rests in proportion to
what building costs, so that a network in the middle of an import is not built all the time.
"""

import logging
import threading
import time
from collections.abc import Hashable
from datetime import date

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.database import db, session
from teams.graph_queries import PICTURES, whole_picture
from teams.models import Network

log = logging.getLogger(__name__)
PAUSE = 2.0  # seconds between two looks
REST = 5  # times what building took, in which a network is not built again


class Keeper:
    """Keeps the pictures of this process fresh; remembers until when each network rests."""

    def __init__(self) -> None:
        """Begin with nothing resting."""
        self._rests_until: dict[Hashable, float] = {}

    def refresh(self, current: Session) -> int:
        """Build the kept pictures whose graph or day has changed, and return how many; reads only."""
        kept, built = PICTURES.states(), 0
        if not kept:
            return 0
        query = select(Network.id, Network.public_id, Network.graph_version, Network.time_zone)
        for row in current.execute(query.where(Network.public_id.in_(list(kept)))).all():
            today = clock.today(row.time_zone)
            if kept[row.public_id] < (row.graph_version, today) and not self._rests(row.public_id):
                self._build(
                    current, Actor(0, network_id=row.id, time_zone=row.time_zone), row.public_id, today
                )
                built += 1
        return built

    def _rests(self, network: Hashable) -> bool:
        return time.monotonic() < self._rests_until.get(network, 0.0)

    def _build(self, current: Session, actor: Actor, network: Hashable, today: date) -> None:
        began = time.monotonic()
        picture = whole_picture(current, actor, today)
        picture.outline, picture.graph.flags  # noqa: B018  # worked out once, and kept with the picture
        took = time.monotonic() - began
        self._rests_until[network] = began + took * (1 + REST)


def watch(app: Flask) -> None:
    """Start the thread with the first request that this process answers; never under test."""
    if app.testing:
        return
    once = threading.Lock()

    def start() -> None:
        if once.acquire(blocking=False):
            threading.Thread(target=_keep, args=(app,), daemon=True, name="graphs").start()

    app.before_request(start)


def _keep(app: Flask) -> None:
    keeper = Keeper()
    while True:
        time.sleep(PAUSE)
        if len(PICTURES):
            look(app, keeper)


def look(app: Flask, keeper: Keeper) -> int:
    """Look once, on a connection of its own that holds no lock; return how many were built."""
    with app.app_context():
        try:
            current = session()
            current.connection(execution_options={"read_only": True})
            return keeper.refresh(current)
        except SQLAlchemyError:
            log.warning("The graphs could not be looked at; the next visitor builds what changed.")
            return 0
        finally:
            db.session.remove()
