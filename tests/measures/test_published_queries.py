"""What may be shown of places, read from the database: the rules of ``measures.publishing``, end to end."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from measures import services, sum_services
from measures.models import Measure
from measures.published_queries import Asked, Published, published
from measures.rules import Entry, MeasureType
from measures.suppression import Show
from nic_platform.actor import Actor, Level
from teams.models import Site
from tests import factories as make
from tests.factories import NOON, TODAY

FIRST, LAST = date(2025, 7, 1), date(2026, 6, 30)
DAY, LATER = date(2026, 1, 12), date(2026, 2, 9)


class Country:
    """A state with districts of schools, and what they count."""

    def __init__(self, session: Session, **facts: Any) -> None:
        self.session, self.network = session, make.make_network(session)
        self.state = make.make_site(session, self.network, level=Level.STATE)
        kind: dict[str, Any] = {"counts_students": True} | facts
        self.measure: Measure = make.make_measure(session, network_id=self.network.id, **kind)
        self.actor: Actor | None = None

    def district(self, *cells: tuple[float, float], on: date = DAY, group: str = "") -> Site:
        """Add a district whose schools counted once."""
        site = make.make_site(self.session, parent=self.state, level=Level.DISTRICT)
        for cell in cells:
            self.school(site, cell, on, group)
        return site

    def school(self, district: Site, cell: tuple[float, float], on: date = DAY, group: str = "") -> Site:
        """Add a school that counted."""
        school = make.make_site(self.session, parent=district)
        self.count(school, cell, on, group)
        return school

    def count(self, site: Site, cell: tuple[float, float], on: date = DAY, group: str = "") -> None:
        """Count at a site."""
        team = make.make_team(self.session, site=site)
        self.actor = self.actor or make.actor_of(self.session, make.make_user(self.session, team))
        named = {"subgroup_set": "EL" if group else "", "subgroup": group}
        services.record(
            self.session, self.measure, team, Entry(on, *cell), today=TODAY, by=self.actor, at=NOON, **named
        )

    def read(self, site: Site, group: tuple[str, str] = ("", "")) -> Published:
        """Return what may be shown of a site."""
        while sum_services.fold(self.session):
            pass
        assert self.actor is not None
        measure = self.measure
        asked = Asked(measure.id, measure.type, measure.counts_students, self.actor.minimum_cell)
        return published(self.session, self.actor, site.id, asked, (FIRST, LAST), group)


@pytest.fixture
def country(session: Session) -> Country:
    return Country(session)


def told(found: Published) -> tuple[float, float, int, int] | None:
    figure = found.place.figure
    return (figure.count, figure.population, figure.places, figure.of) if figure else None


def test_a_total_that_gives_one_school_away_gives_way_to_the_schools_shown(country: Country) -> None:
    some = [(30, 60), (40, 80), (25, 50)]
    district = country.district(*some, (3, 40))

    found = country.read(district)
    assert found.place.cell.show is Show.ALSO_HIDDEN
    assert told(found) == (95, 190, 3, 4)
    shown = {place.cell.show for place in found.below.values()}
    assert shown == {Show.FULL, Show.LOW}


def test_a_state_shows_everything_where_enough_is_hidden(country: Country) -> None:
    for few in (3, 6, 5, 7):
        country.district((30, 60), (40, 80), (25, 50), (few, 60))

    found = country.read(country.state)
    assert told(found) == (4 * 95 + 21, 4 * 250, 16, 16)
    assert {place.cell.show for place in found.below.values()} == {Show.ALSO_HIDDEN}
    assert len(found.leaves) == 16


def test_a_year_is_shown_where_each_month_is(country: Country) -> None:
    district = country.district((30, 60), (40, 80), (25, 50))
    assert told(country.read(district)) == (95, 190, 3, 3)
    country.school(district, (4, 70), LATER)

    found = country.read(district)
    assert told(found) == (95, 190, 3, 4)
    months = found.by_month[district.id]
    assert [months[day.replace(day=1)].cell.is_shown for day in (DAY, LATER)] == [True, False]


def test_a_school_that_counted_few_once_shows_no_sum_of_its_days(country: Country) -> None:
    district = country.district((30, 60), (40, 80), (25, 50))
    weekly = country.school(district, (20, 70))
    country.count(weekly, (4, 70), DAY.replace(day=19))

    found = country.read(district)
    assert not found.leaves[weekly.id].cell.is_shown
    assert told(found) == (95, 190, 3, 4)


def test_of_a_group_only_the_places_shown_are_pooled(country: Country) -> None:
    district = country.district()
    for many, few in ((30, 12), (25, 11), (40, 15), (50, 2)):
        school = country.school(district, (many, 2 * many))
        team = make.make_team(country.session, site=school)
        assert country.actor is not None
        for name, cell in (("yes", (few, 2 * few)), ("no", (many - few, 2 * (many - few)))):
            services.record(
                country.session, country.measure, team, Entry(DAY, *cell), today=TODAY, by=country.actor,
                at=NOON, subgroup_set="EL", subgroup=name,
            )  # fmt: skip

    found = country.read(district, ("EL", "yes"))
    assert told(found) == (38, 76, 3, 4)


def test_what_a_district_counted_itself_is_one_more_of_its_places(country: Country) -> None:
    district = country.district((30, 60), (40, 80))
    country.count(district, (15, 30))

    found = country.read(district)
    assert told(found) == (85, 170, 3, 3)
    assert len(found.below) == 2


def test_counts_out_of_an_untold_number(session: Session) -> None:
    country = Country(session, type=MeasureType.COUNT, unit="students")
    district = country.district((30, None), (40, None), (25, None), (4, None))  # type: ignore[arg-type]

    found = country.read(district)
    assert told(found) == (95, float("inf"), 3, 4)
    assert found.place.figure is not None
    assert found.place.figure.percent is None


def test_another_networks_places_are_not_read(session: Session, country: Country) -> None:
    district = country.district((30, 60), (40, 80))
    other = Country(session)
    other.district((30, 60))
    country.actor = other.actor

    assert told(country.read(district)) is None


def test_three_statements_however_many_schools(country: Country, count_queries: object) -> None:
    district = country.district(*[(30, 60)] * 3)
    country.read(district)
    with count_queries() as few:  # type: ignore[operator]
        country.read(district)
    for _more in range(5):
        country.school(district, (20, 50))
    country.read(district)
    with count_queries() as many:  # type: ignore[operator]
        country.read(district)

    assert len(many) == len(few)
