"""Writing down what passed on a link: meetings and messages. Callers decide when to commit.

Items and notices are on their own tracks: what they last did on the link is handed in as ``elsewhere``, so
that taking a meeting back doesn't make a link silent on which items travel.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.text import _
from teams import linking
from teams.link_services import set_last
from teams.models import Exchange, Link

CONTENT = ("kind", "on", "words")


def record(
    session: Session, link: Link, values: Mapping[str, Any], *, by: Actor, at: datetime,
    elsewhere: datetime | None = None,
) -> Exchange:  # fmt: skip
    """Write down a meeting or a message.

    Args:
        values: ``kind``, ``on`` (a civil day of the network) and ``words``.
        elsewhere: when an item or a notice last passed on this link.

    Raises:
        InputError: the kind is none, or the day has not come or is more than a year back.
    """
    exchange = Exchange(network_id=link.network_id, link_id=link.id)
    _fill(exchange, values, clock.day_of(at, by.time_zone))
    session.add(exchange)
    session.refresh(link, ["last_exchange_at"])  # what is added never makes a link older than it was known
    known = [one for one in (elsewhere, link.last_exchange_at) if one is not None]
    _settle(session, link, by.time_zone, at, max(known, default=None))
    return exchange


def change(
    session: Session, exchange: Exchange, link: Link, values: Mapping[str, Any], *, by: Actor, at: datetime,
    elsewhere: datetime | None = None,
) -> None:  # fmt: skip
    """Correct what was written down; see :func:`record`."""
    _fill(exchange, values, clock.day_of(at, by.time_zone))
    _settle(session, link, by.time_zone, at, elsewhere)


def remove(
    session: Session, exchange: Exchange, link: Link, *, by: Actor, at: datetime,
    elsewhere: datetime | None = None,
) -> None:  # fmt: skip
    """Take an exchange away that never was; :func:`bring_back` undoes it."""
    exchange.deleted_at = at
    _settle(session, link, by.time_zone, at, elsewhere)


def bring_back(
    session: Session, exchange: Exchange, link: Link, *, by: Actor, at: datetime,
    elsewhere: datetime | None = None,
) -> None:  # fmt: skip
    """Undo :func:`remove`."""
    exchange.deleted_at = None
    _settle(session, link, by.time_zone, at, elsewhere)


def _fill(exchange: Exchange, values: Mapping[str, Any], today: date) -> None:
    for name in CONTENT:
        if name in values:
            setattr(exchange, name, values[name])
    if exchange.kind not in set(linking.ExchangeKind):
        raise InputError(_("Say what it was."), {"kind": _("Choose one of the list.")})
    if exchange.on is None or not linking.may_have_passed(exchange.on, today):
        text = _("Give a day of the last twelve months, up to today.")
        raise InputError(text, {"on": text})
    exchange.words = (exchange.words or "").strip()


def _settle(session: Session, link: Link, zone: str, at: datetime, elsewhere: datetime | None) -> None:
    """Let the link say when it was last used, from all that passed on it."""
    session.flush()
    last = session.scalar(
        select(func.max(Exchange.on)).where(Exchange.link_id == link.id, Exchange.deleted_at.is_(None))
    )
    moments = [elsewhere] if elsewhere else []
    if last is not None:  # of an earlier day the hour is not known
        moments.append(at if last == clock.day_of(at, zone) else clock.noon_of(last, zone))
    set_last(session, link, max(moments, default=None), zone)
