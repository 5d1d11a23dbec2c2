"""Changing a network's settings and sites. Callers decide when to commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor, Level
from nic_platform.errors import InputError
from nic_platform.text import _
from teams.models import Network, Site
from teams.services import place_site

SETTINGS = (
    "name", "aim", "time_zone", "minimum_cell", "words", "help_name", "help_phone", "fiscal_month",
)  # fmt: skip
SITE = (
    "name", "nces_id", "state_code", "city", "state", "locale", "grades", "enrolment", "lunch_percent",
    "english_learner_percent", "is_title_one", "is_charter", "attributes",
)  # fmt: skip


def save_network(
    session: Session, network: Network, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Write a network's settings.

    Raises:
        InputError: the minimum cell is below the state's.
    """
    cell = values.get("minimum_cell", network.minimum_cell)
    if cell < network.state_minimum_cell:
        text = _("The state asks for at least %(count)s.", count=network.state_minimum_cell)
        raise InputError(text, {"minimum_cell": text})
    if not 1 <= values.get("fiscal_month", 1) <= 12:
        text = _("Choose a month of the list.")
        raise InputError(text, {"fiscal_month": text})
    for name, value in values.items():
        if name not in SETTINGS:
            raise KeyError(name)
        setattr(network, name, value)
    session.flush()


def save_site(session: Session, site: Site, values: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Write what is known of a site.

    Raises:
        InputError: another site has the same code.
    """
    check_codes(session, site.network_id, values, site)
    for name, value in values.items():
        if name not in SITE:
            raise KeyError(name)
        setattr(site, name, value)
    session.flush()


def create_site(
    session: Session,
    network_id: int,
    parent: Site | None,
    level: Level,
    values: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> Site:
    """Add a site under another one, or at the top.

    Raises:
        InputError: it would not lie below its parent's level, or another site has its code.
    """
    if parent is not None and parent.level.rank <= level.rank:
        text = _("%(name)s is not above this level. Choose another place.", name=parent.name)
        raise InputError(text, {"parent": text})
    check_codes(session, network_id, values, None)
    site = Site(network_id=network_id, parent_id=parent.id if parent else None, level=level, **values)
    session.add(site)
    session.flush()
    place_site(session, site)
    return site


def check_codes(session: Session, network_id: int, values: Mapping[str, Any], own: Site | None) -> None:
    """Refuse a code that another site of the network has, also a removed one.

    Raises:
        InputError: one has; the text names it.
    """
    for column in ("nces_id", "state_code"):
        code = values.get(column)
        if not code:
            continue
        other = session.scalar(
            select(Site).where(Site.network_id == network_id, getattr(Site, column) == code)
        )
        if other is not None and other is not own:
            text = _("%(name)s has this code already. Check both.", name=other.name)
            raise InputError(text, {column: text})
