from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from measures import checks, queries, services, sum_services
from measures.known_queries import known_around, known_of
from measures.models import DirtySum, Measure, Measurement, MonthSum
from measures.rules import Entry, MeasureType
from nic_platform.actor import Actor
from nic_platform.errors import ConflictError, InputError
from teams.models import Network, Site, Team
from tests import factories as make
from tests.factories import NOON, TODAY


@pytest.fixture
def team(session: Session) -> Team:
    district = make.make_site(session)
    return make.make_team(session, site=make.make_site(session, parent=district))


@pytest.fixture
def by(session: Session, team: Team) -> Actor:
    return make.actor_of(session, make.make_user(session, team))


def record(
    session: Session, measure: Measure, team: Team, by: Actor, count: float, of: float, on: date = TODAY
) -> Measurement:
    entry = Entry(on, count, of)
    return services.record(session, measure, team, entry, today=TODAY, by=by, at=NOON, collector="Joe")


def sums(session: Session, site_id: int) -> Any:
    row = session.execute(
        select(MonthSum.n, MonthSum.sum_y, MonthSum.sum_d, MonthSum.sum_yyd).where(
            MonthSum.site_id == site_id
        )
    ).one_or_none()
    return tuple(row) if row else None


def above(session: Session, team: Team) -> int:
    parent = session.get_one(Site, team.site_id).parent_id
    assert parent is not None
    return parent


def test_recording_keeps_who_when_and_the_months_sums(session: Session, team: Team, by: Actor) -> None:
    measure = make.make_measure(session, team)

    row = record(session, measure, team, by, 20, 24)
    record(session, measure, team, by, 10, 20, TODAY - timedelta(days=1))

    assert (row.recorded_by_id, row.recorded_at, row.collector) == (by.user_id, NOON, "Joe")
    assert sums(session, team.site_id) == (2, 30, 44, pytest.approx(400 / 24 + 5))


@pytest.mark.parametrize(
    ("entry", "fields"),
    [
        (Entry(TODAY, 25, 24), {"count"}),
        (Entry(TODAY, None, 24), {"count"}),
        (Entry(TODAY, 2.5, 24), {"count"}),
        (Entry(TODAY, -1, 24), {"count"}),
        (Entry(TODAY, 5, None), {"population"}),
        (Entry(TODAY, 5, 0), {"population"}),
        (Entry(TODAY, 1e300, 1e301), {"count", "population"}),
        (Entry(TODAY, float("inf"), float("nan")), {"count", "population"}),
        (Entry(TODAY + timedelta(days=1), 5, 24), {"observed_on"}),
        (Entry(None, None, None), {"observed_on", "count", "population"}),
    ],
)
def test_what_cannot_be_so_is_refused_by_field(
    session: Session, team: Team, by: Actor, entry: Entry, fields: set[str]
) -> None:
    measure = make.make_measure(session, team)

    with pytest.raises(InputError) as refused:
        services.record(session, measure, team, entry, today=TODAY, by=by, at=NOON)

    assert set(refused.value.fields) == fields
    assert session.scalar(select(func.count()).select_from(Measurement)) == 0


@pytest.mark.parametrize(
    ("kind", "entry", "is_fine"),
    [
        (MeasureType.COUNT, Entry(TODAY, 3), True),
        (MeasureType.COUNT, Entry(TODAY, -3), False),
        (MeasureType.CONTINUOUS, Entry(TODAY, value=-3.5), True),
        (MeasureType.CONTINUOUS, Entry(TODAY, value=float("nan")), False),
        (MeasureType.CONTINUOUS, Entry(TODAY), False),
        (MeasureType.RATE, Entry(TODAY, 30, 12.5), True),
        (MeasureType.TIME_BETWEEN, Entry(TODAY, value=4), True),
    ],
)
def test_each_type_of_measure_has_its_own_numbers(
    session: Session, team: Team, by: Actor, kind: MeasureType, entry: Entry, is_fine: bool
) -> None:
    measure = make.make_measure(session, team, type=kind)
    if is_fine:
        row = services.record(session, measure, team, entry, today=TODAY, by=by, at=NOON)
        assert row.id
    else:
        with pytest.raises(InputError):
            services.record(session, measure, team, entry, today=TODAY, by=by, at=NOON)


def test_a_correction_supersedes_and_the_sums_follow(session: Session, team: Team, by: Actor) -> None:
    measure = make.make_measure(session, team)
    first = record(session, measure, team, by, 2, 24)

    mended = services.correct(session, first, Entry(TODAY, 20, 24), today=TODAY, by=by, at=NOON)

    key = (measure.id, team.id)
    found = queries.records(session, [key])[key]
    assert [row.count for row in found] == [2, 20]
    assert [row.id for row in queries.standing_records(found)] == [mended.id]
    assert sums(session, team.site_id) == (1, 20, 24, pytest.approx(400 / 24))


def test_the_same_measurement_is_corrected_once(session: Session, team: Team, by: Actor) -> None:
    first = record(session, make.make_measure(session, team), team, by, 2, 24)
    services.correct(session, first, Entry(TODAY, 20, 24), today=TODAY, by=by, at=NOON)

    with pytest.raises(ConflictError):
        services.correct(session, first, Entry(TODAY, 21, 24), today=TODAY, by=by, at=NOON)


def test_taken_back_and_restored_is_as_before(session: Session, team: Team, by: Actor) -> None:
    measure = make.make_measure(session, team)
    first = record(session, measure, team, by, 20, 24)
    before = sums(session, team.site_id)

    gone = services.withdraw(session, first, by=by, at=NOON, why="wrong list")
    assert sums(session, team.site_id) == (0, 0, 0, pytest.approx(0))
    services.restore(session, gone, by=by, at=NOON)

    key = (measure.id, team.id)
    assert sums(session, team.site_id) == before
    assert [row.count for row in queries.standing_records(queries.records(session, [key])[key])] == [20]


def test_the_sums_above_are_folded_from_the_changed_months(session: Session, team: Team, by: Actor) -> None:
    measure = make.make_measure(session, network_id=team.network_id)
    district = above(session, team)
    site = make.make_site(session, parent=session.get_one(Site, district))
    other = make.make_team(session, site=site)
    for owner, count in ((team, 20), (other, 6)):
        record(session, measure, owner, by, count, 24)
    assert sums(session, district) is None

    taken = sum_services.fold(session)

    assert taken == 2
    assert sums(session, district) == (2, 26, 48, pytest.approx(436 / 24))
    assert session.scalar(select(func.count()).select_from(DirtySum)) == 0


def test_folding_again_after_a_correction_forgets_the_old_number(
    session: Session, team: Team, by: Actor
) -> None:
    measure = make.make_measure(session, team)
    first = record(session, measure, team, by, 2, 24)
    sum_services.fold(session)

    services.correct(session, first, Entry(TODAY, 20, 24), today=TODAY, by=by, at=NOON)
    sum_services.fold(session)

    assert sums(session, above(session, team)) == (1, 20, 24, pytest.approx(400 / 24))


def test_many_series_are_read_in_one_statement(session: Session, team: Team, count_queries: object) -> None:
    keys = []
    for _ in range(5):
        measure = make.make_measure(session, team)
        make.make_measurement(session, measure, team, count=1, population=2)
        keys.append((measure.id, team.id))

    with count_queries() as seen:  # type: ignore[operator]  # a fixture function
        found = queries.records(session, keys)

    assert len(seen) == 1
    assert set(found) == set(keys)


@pytest.mark.parametrize("subgroup", ["", "English learners"])
def test_as_much_of_a_series_as_the_questions_need(
    session: Session, team: Team, by: Actor, subgroup: str
) -> None:
    """However a series came about, the questions get the answers that the whole of it would give."""
    measure, days = make.make_measure(session, team), [TODAY - timedelta(days=n) for n in (9, 5, 5, 1)]
    other = make.make_team(session, network=session.get_one(Network, team.network_id))
    rows = [record(session, measure, team, by, n, 20 + n, on) for n, on in enumerate(days)]
    record(session, measure, other, by, 3, 30, TODAY)
    record(session, make.make_measure(session, team), team, by, 3, 40, TODAY)
    make.make_measurement(
        session, measure, team, days[1], count=2, population=50, subgroup="English learners"
    )
    services.withdraw(session, rows[3], by=by, at=NOON)
    services.correct(session, rows[2], Entry(days[2], 8, 60), today=TODAY, by=by, at=NOON)
    key = (measure.id, team.id)
    whole = known_of(queries.records(session, [key], subgroup=subgroup)[key])

    for on in (TODAY - timedelta(days=n) for n in (10, 9, 7, 5, 2, 1, 0)):
        entry, some = Entry(on, 1, 2), known_around(session, key, on, subgroup)
        twin = checks.same_day(entry, whole)
        assert checks.same_day(entry, some) == twin
        assert checks.last_before(some, on) == checks.last_before(whole, on)
        assert checks.last_before([each for each in some if each != twin], on) == checks.last_before(
            [each for each in whole if each != twin], on
        )
