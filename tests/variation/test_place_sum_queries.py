"""What sums say may be shown of places is what every single day says, whatever the minimum is or becomes."""

from collections.abc import Sequence
from datetime import date

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures import services, sum_services
from measures.least_queries import may_stand
from measures.models import Measure, Measurement, MonthSum
from measures.published_queries import Asked, published
from measures.rules import Entry
from measures.school_years import span_of
from nic_platform.actor import Actor, Level
from teams.models import Site, Team
from tests import factories as make
from tests.drill import IS_DRILL
from tests.factories import NOON, TODAY
from variation import place_sum_queries

YEAR = 2025
DAYS = [date(2025, 10, 6), date(2025, 10, 13), date(2025, 12, 1), date(2024, 10, 7)]


class Country:
    """A state of one district with three schools that count days or students."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.state: Site = make.make_site(session, level=Level.STATE)
        district = make.make_site(session, level=Level.DISTRICT, parent=self.state)
        self.teams: list[Team] = [
            make.make_team(session, site=make.make_site(session, parent=district)) for _ in range(3)
        ]
        self.measure: Measure = make.make_measure(
            session, network_id=self.state.network_id, counts_students=True
        )
        self.by: Actor = make.actor_of(session, make.make_user(session, self.teams[0]))

    def count(
        self, at: int, day: date, count: float, population: float, people: float | None = None,
        group: str = "",
    ) -> Measurement:  # fmt: skip
        """Count at a school."""
        named = {"subgroup_set": "EL", "subgroup": group} if group else {}
        entry = Entry(day, count, population)
        return services.record(
            self.session, self.measure, self.teams[at], entry, today=TODAY, by=self.by, at=NOON,
            people=people, **named,
        )  # fmt: skip

    def asked(self, minimum: int) -> Asked:
        """Return what is asked at a minimum."""
        return Asked(self.measure.id, self.measure.type, True, minimum)

    def by_sums(self, minimum: int) -> set[int]:
        """Return the schools that a comparison of the year shows."""
        asked = self.asked(minimum)
        found = place_sum_queries.read_years(
            self.session, self.by, self.state.id, asked, (YEAR - 1, YEAR), YEAR
        )[YEAR]
        return set(found.site_id[found.shown].tolist())

    def by_days(self, minimum: int) -> set[int]:
        """Return the schools whose every day of the year may be shown."""
        found = published(self.session, self.by, self.state.id, self.asked(minimum), span_of(YEAR))
        return {site for site, place in found.leaves.items() if place.cell.is_shown}

    def by_months(self, minimum: int) -> int:
        """Return how many months of schools may stand in what is pooled."""
        schools = [team.site_id for team in self.teams]
        query = (
            select(MonthSum.site_id)
            .join(Measure, Measure.id == MonthSum.measure_id)
            .where(MonthSum.site_id.in_(schools), MonthSum.subgroup == "", MonthSum.n > 0)
        )
        return len(self.session.scalars(query.where(may_stand(MonthSum, minimum))).all())


COUNTS = st.tuples(
    st.integers(0, 2), st.sampled_from(DAYS), st.integers(0, 50), st.integers(1, 50),
    st.sampled_from([None, None, 0.1, 0.5, 0.9]), st.booleans(), st.booleans(),
)  # fmt: skip


@settings(
    max_examples=150 if IS_DRILL else 4,
    phases=set(Phase) if IS_DRILL else {Phase.explicit, Phase.generate},  # each example fills tables
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(COUNTS, min_size=2, max_size=7, unique_by=lambda each: each[:2]))
def test_sums_answer_as_days_do(
    session: Session,
    counts: Sequence[tuple[int, date, int, int, float | None, bool, bool]],
) -> None:
    with session.begin_nested() as point:
        country = Country(session)
        for at, day, count, rest, part, is_whole, goes in counts:
            row = country.count(at, day, count, count + rest)
            if part is not None:
                some, of = int(part * count), max(1, int(part * (count + rest)))
                country.count(at, day, min(some, of), of, group="yes")
                if is_whole and count + rest > of:
                    country.count(at, day, count - min(some, of), count + rest - of, group="no")
            elif goes:
                services.withdraw(session, row, by=country.by, at=NOON)
        while sum_services.fold(session):
            pass
        for minimum in (1, 5, 10, 20):
            assert country.by_sums(minimum) == country.by_days(minimum)
        point.rollback()
    session.expire_all()


def test_a_higher_minimum_hides_what_was_brought_in_before(session: Session) -> None:
    country = Country(session)
    for at, people in enumerate((9, 15, 300)):
        country.count(at, DAYS[0], 170 * people / 10, 170 * people, people)
    while sum_services.fold(session):
        pass
    small, middle, large = (team.site_id for team in country.teams)

    assert country.by_sums(9) == country.by_days(9) == {small, middle, large}
    assert country.by_sums(10) == country.by_days(10) == {middle, large}
    assert country.by_sums(16) == country.by_days(16) == {large}
    assert [country.by_months(minimum) for minimum in (9, 10, 16)] == [3, 2, 1]


def test_no_total_is_told_of_days_of_few_students(session: Session) -> None:
    country = Country(session)
    for at in range(3):
        country.count(at, DAYS[0], 150, 1500, 9)
    while sum_services.fold(session):
        pass

    found = published(session, country.by, country.state.id, country.asked(10), span_of(YEAR))
    assert not found.place.cell.is_shown
    assert found.place.figure is None


def test_places_that_moved_days_to_another_year_are_read_in_both(session: Session) -> None:
    country = Country(session)
    row = country.count(0, DAYS[0], 30, 60)
    country.count(1, DAYS[3], 30, 60)
    services.correct(session, row, Entry(DAYS[3], 30, 60), today=TODAY, by=country.by, at=NOON)

    found = place_sum_queries.read_years(
        session, country.by, country.state.id, country.asked(10), (YEAR - 1, YEAR), YEAR
    )
    assert [len(found[year]) for year in (YEAR - 1, YEAR)] == [2, 0]
