"""Changing a network's settings, calendar and sites. Callers decide when to commit."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor, Level
from nic_platform.errors import InputError
from nic_platform.text import _
from teams import rules
from teams.models import CalendarSpan, Network, SchoolYear, Site
from teams.services import place_site

SETTINGS = ("name", "aim", "time_zone", "minimum_cell", "words", "help_name", "help_phone")
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
    for name, value in values.items():
        if name not in SETTINGS:
            raise KeyError(name)
        setattr(network, name, value)
    session.flush()


def save_year(
    session: Session,
    year: SchoolYear | None,
    *,
    network_id: int,
    name: str,
    starts_on: date,
    ends_on: date,
    by: Actor,
    at: datetime,
) -> SchoolYear:
    """Add a school year, or change one; its breaks and testing windows must still lie in it.

    Raises:
        InputError: the dates can't be, or the name is taken.
    """
    spans = spans_of(session, year) if year else []
    _refuse(rules.calendar_problems(starts_on, ends_on, [_period(span) for span in spans]), "starts_on")
    same = select(SchoolYear).where(SchoolYear.network_id == network_id, SchoolYear.name == name)
    found = session.scalar(same)
    if found is not None and found is not year:
        if found.deleted_at is None or year is not None:
            _refuse([_("There is a year of this name already.")], "name")
        year = found
    if year is None:
        year = SchoolYear(network_id=network_id)
        session.add(year)
    year.name, year.starts_on, year.ends_on, year.deleted_at = name, starts_on, ends_on, None
    session.flush()
    return year


def spans_of(session: Session, year: SchoolYear) -> list[CalendarSpan]:
    """Return the breaks and testing windows of a year, by date."""
    return list(
        session.scalars(
            select(CalendarSpan)
            .where(CalendarSpan.school_year_id == year.id, CalendarSpan.deleted_at.is_(None))
            .order_by(CalendarSpan.starts_on, CalendarSpan.id)
        )
    )


def _period(span: CalendarSpan) -> rules.Period:
    return rules.Period(span.kind, span.name, span.starts_on, span.ends_on)


def add_span(
    session: Session, year: SchoolYear, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> CalendarSpan:
    """Add a break or testing window to a year.

    Raises:
        InputError: its dates can't be; the text says why.
    """
    span = CalendarSpan(network_id=year.network_id, school_year_id=year.id, **values)
    periods = [_period(other) for other in spans_of(session, year)] + [_period(span)]
    _refuse(rules.calendar_problems(year.starts_on, year.ends_on, periods), "starts_on")
    session.add(span)
    session.flush()
    return span


def remove(session: Session, thing: SchoolYear | CalendarSpan, *, by: Actor, at: datetime) -> None:
    """Take a year or a span out of the calendar."""
    thing.deleted_at = at
    session.flush()


def _refuse(problems: list[str], field: str) -> None:
    if problems:
        raise InputError(problems[0], {field: problems[0]})


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
