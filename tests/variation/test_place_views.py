"""Places compared by school year: who sees what, the same on page, download and API, and nothing more."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from measures import resum_services
from measures.models import Measure
from measures.rules import MeasureType
from nic_platform.actor import Level, NetworkRole
from teams.models import Network, Site, Team
from tests import factories as make
from tests.factories import make_measure, make_measurement, make_team, make_user

Browse = Callable[..., FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
EARLIER, DAY = date(2024, 10, 1), date(2025, 10, 1)


@dataclass
class State:
    """A state with three districts of six schools, and a small one; the state's team collects its figures."""

    network: Network
    state: Site
    measure: Measure
    collector: Team
    districts: list[Site] = field(default_factory=list)
    schools: list[Site] = field(default_factory=list)

    @property
    def aspen(self) -> Site:
        """The first district."""
        return self.districts[0]


def build(session: Session, *, small: bool = True, **facts: Any) -> State:
    network = make.make_network(session)
    state = make.make_site(session, network, level=Level.STATE, name="Altamont")
    kind: dict[str, Any] = {"counts_students": True, "unit": "students", "name": "Proficient"} | facts
    measure = make_measure(session, network_id=network.id, **kind)
    world = State(network, state, measure, make_team(session, site=state, level=Level.STATE))
    for name in ("Aspen", "Birch", "Cedar"):
        world.districts.append(
            make.make_site(session, parent=state, level=Level.DISTRICT, name=f"{name} District")
        )
        for at in range(6):
            add_school(
                session, world, world.districts[-1], f"{name} {at} School", 200 + 10 * at, 100 + 5 * at
            )
    if small:
        add_school(session, world, world.districts[0], "Tiny School", 12, 4)
    resum_services.rebuild(session, network.id)
    return world


def add_school(session: Session, world: State, district: Site, name: str, size: int, count: int) -> Site:
    grades = "K-5" if len(world.schools) % 2 else "6-8"
    site = make.make_site(session, parent=district, name=name, grades=grades)
    for on, more in ((EARLIER, 0), (DAY, 1)):
        counted = count + more * (count // 4)
        row = make_measurement(session, world.measure, world.collector, on, count=counted, population=size)
        row.site_id = site.id
    session.flush()
    world.schools.append(site)
    return site


def person(session: Session, world: State, role: NetworkRole) -> Any:
    user = make_user(session)
    make.make_network_member(session, world.network, user, role)
    return user


def hub(session: Session, world: State) -> Any:
    """Return a member of the first district's hub."""
    return make_user(session, make_team(session, site=world.aspen, level=Level.DISTRICT, name="Aspen hub"))


def page(client: FlaskClient, path: str = "/compare/places") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def api(client: FlaskClient, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/comparisons/places{query}").get_json()
    return found


def test_a_network_lead_compares_districts_and_then_all_schools(session: Session, browse: Browse) -> None:
    world = build(session)
    client = browse(person(session, world, NetworkRole.LEAD))

    districts, schools = page(client), page(client, "/compare/places?by=school")

    assert "Three districts can be shown." in districts
    assert "differ no more than chance alone would make them, so don’t rank them" in districts
    assert "18 schools can be shown." in schools
    assert "One place is hidden" in schools
    assert "Tiny" in schools
    assert "4 of 12" not in schools


def test_what_lies_beside_the_highest_place_is_not_compared_in_it(session: Session, browse: Browse) -> None:
    world = build(session)
    client = browse(person(session, world, NetworkRole.LEAD))
    asked = [f"?place={world.state.public_id}&by={by}" for by in ("district", "school")]
    alone = [api(client, query) for query in asked]
    beside = make.make_site(session, world.network, level=Level.DISTRICT, name="Without a state")
    add_school(session, world, beside, "Dune School", 300, 150).locale = "Dunes"
    resum_services.rebuild(session, world.network.id)

    assert [api(client, query) for query in asked] == alone
    assert "Dunes" not in page(client, f"/compare/places{asked[1]}")
    assert alone[1]["shown"] == 18


def test_a_district_holds_only_its_schools_that_are_shown(session: Session, browse: Browse) -> None:
    world = build(session)

    told = api(browse(person(session, world, NetworkRole.LEAD)))

    aspen, birch, _cedar = told["units"]
    assert (aspen["places"], aspen["of"]) == (6, 7)
    assert (birch["places"], birch["of"]) == (6, 6)
    assert aspen["size"] == birch["size"] == 1350  # the small school's students are in no figure
    assert told["mean"] == pytest.approx(100 * 3 * aspen["count"] / 4050)


def test_the_hub_begins_with_its_own_district_and_knows_its_schools(session: Session, browse: Browse) -> None:
    world = build(session)
    client = browse(hub(session, world))

    shown = page(client)

    assert "Aspen 3" in shown
    assert "Birch" not in shown
    other = client.get(f"/compare/places?place={world.districts[1].public_id}")
    assert other.status_code == 404


def test_the_hub_sees_the_state_with_the_students_of_others_pooled_only(
    session: Session, browse: Browse
) -> None:
    world = build(session)
    client = browse(hub(session, world))

    told = api(client, f"?place={world.state.public_id}&by=school")
    taken = page(client, f"/compare/places/export.csv?place={world.state.public_id}&by=school")

    assert {unit["name"][:5] for unit in told["units"]} <= {"Aspen", "Tiny "}
    assert told["mean"] is not None
    assert "Birch" not in taken
    assert "Cedar" not in taken


def test_other_schools_adults_stand_there_without_a_name(session: Session, browse: Browse) -> None:
    world = build(session, counts_students=False, unit="teachers")
    school = make_team(session, site=world.schools[0], name="Aspen 0 team")

    told = api(browse(make_user(session, school)), f"?place={world.districts[0].public_id}")

    assert told["units"][0]["name"] == "Aspen 0 School"
    assert all(unit["name"].startswith("Place ") and unit["id"] is None for unit in told["units"][1:])


@pytest.mark.parametrize("students", [False, True])
def test_a_hub_sees_the_adults_of_its_small_schools_by_year_as_it_does_by_week(
    session: Session, browse: Browse, students: bool
) -> None:
    world = build(session, small=False, counts_students=students, unit="teachers")
    small = [add_school(session, world, world.aspen, name, 6, 4) for name in ("Fir School", "Oak School")]
    above = make_team(session, site=world.aspen, level=Level.DISTRICT, name="Aspen hub")
    make.make_link(session, make_team(session, site=small[0]), above)
    make_team(session, site=small[1])  # its team lifts to nobody
    resum_services.rebuild(session, world.network.id)
    asked = "?by=school"

    readers = make_user(session, above), person(session, world, NetworkRole.LEAD)

    hub_sees, lead_sees = (
        {unit["name"]: unit["is_shown"] for unit in api(browse(reader), asked)["units"]} for reader in readers
    )

    assert hub_sees["Fir School"] is not students
    assert (hub_sees["Oak School"], lead_sees["Fir School"]) == (False, False)
    assert hub_sees["Aspen 0 School"] is lead_sees["Aspen 0 School"] is True


def test_an_analyst_gets_all_together_and_no_place(session: Session, browse: Browse) -> None:
    world = build(session)
    client = browse(person(session, world, NetworkRole.ANALYST))

    shown, told = page(client, "/compare/places?by=school"), api(client, "?by=school")

    assert told["units"] == []
    assert told["mean"] is not None
    assert "Aspen" not in shown
    assert "Single places are not shown to analysts" in shown
    assert client.get(f"/compare/places?place={world.districts[0].public_id}").status_code == 404
    assert client.get("/compare/places/funnel?by=school").status_code == 404


def test_filters_choose_among_figures_that_are_already_decided(session: Session, browse: Browse) -> None:
    world = build(session)
    client = browse(person(session, world, NetworkRole.LEAD))

    whole, some = api(client, "?by=school"), api(client, "?by=school&grades=K-5")

    everything = {unit["id"]: unit["value"] for unit in whole["units"]}
    assert some["of"] == 9
    assert all(everything[unit["id"]] == unit["value"] for unit in some["units"])


def test_pages_downloads_and_answers_hold_the_same_figures(session: Session, browse: Browse) -> None:
    world = build(session)
    client = browse(person(session, world, NetworkRole.LEAD))

    told = api(client, "?by=school")
    rows = [line.split(",") for line in page(client, "/compare/places/export.csv?by=school").splitlines()[1:]]

    assert len(rows) == told["of"] + 1
    assert [row[0] for row in rows[:-1]] == [unit["name"] for unit in told["units"]]
    hidden = next(row for row in rows if row[0] == "Tiny School")
    assert hidden[4:7] == ["", "", ""]
    book = client.get("/compare/places/export.xlsx")
    assert book.data[:2] == b"PK"


def test_the_years_tell_how_level_and_spread_moved(session: Session, browse: Browse) -> None:
    world = build(session)
    client = browse(person(session, world, NetworkRole.LEAD))

    told = api(client)

    assert [each["year"] for each in told["years"]] == [2024, 2025]
    assert "The level rose from 50" in page(client)
    assert api(client, "?year=2024")["mean"] == pytest.approx(told["years"][0]["pooled"])


def test_a_place_far_outside_is_named_and_the_others_are_not(session: Session, browse: Browse) -> None:
    world = build(session)
    add_school(session, world, world.districts[1], "Birch Summit School", 300, 232)
    resum_services.rebuild(session, world.network.id)
    client = browse(person(session, world, NetworkRole.LEAD))

    shown = page(client, "/compare/places?by=school&limits=chance")

    assert "Higher than chance would explain: Birch Summit School." in shown
    assert "Birch Summit" in page(client, "/compare/places/funnel?by=school&limits=chance")


@pytest.mark.parametrize("kind", [MeasureType.RATE, MeasureType.COUNT, MeasureType.CONTINUOUS])
def test_any_kind_of_measure_can_be_compared(session: Session, browse: Browse, kind: MeasureType) -> None:
    world = build(session, small=False, type=kind, counts_students=False, name="Anything", unit="events")

    shown = page(browse(person(session, world, NetworkRole.LEAD)), "/compare/places?by=school")

    assert "18 schools can be shown." in shown
    assert "Same axes, every place" in shown


@pytest.mark.parametrize(
    "query",
    ["place=1", "year=soon", "year=1999", "by=planet", "group=A:B", f"measure={UUID(int=7)}", "page=x"],
)
def test_an_address_that_means_nothing_is_absent(session: Session, browse: Browse, query: str) -> None:
    world = build(session)

    assert browse(hub(session, world)).get(f"/compare/places?{query}").status_code == 404


def test_another_network_sees_nothing_of_it(session: Session, browse: Browse) -> None:
    world = build(session)
    client = browse(make_user(session, make_team(session)))

    assert "No common measure has figures here yet" in page(client)
    assert client.get(f"/compare/places?place={world.state.public_id}").status_code == 404
    assert client.get("/api/v1/comparisons").get_json()["items"] == []


def test_ten_times_the_schools_cost_the_same_statements(
    session: Session, browse: Browse, count_queries: Counting
) -> None:
    world = build(session)
    client = browse(person(session, world, NetworkRole.LEAD))
    with count_queries() as few:
        page(client, "/compare/places?by=school")
    for at in range(60):
        add_school(session, world, world.districts[at % 3], f"Pine {at} School", 150 + at, 70)
    resum_services.rebuild(session, world.network.id)

    with count_queries() as many:
        page(client, "/compare/places?by=school")

    assert len(many) == len(few) <= 20


def test_a_page_holds_so_many_places_and_leads_on(session: Session, browse: Browse) -> None:
    world = build(session)
    for at in range(10):
        add_school(session, world, world.districts[2], f"Pine {at} School", 150 + at, 70)
    resum_services.rebuild(session, world.network.id)
    client = browse(person(session, world, NetworkRole.LEAD))

    first, second = api(client, "?by=school"), api(client, "?by=school&page=2")

    assert (first["pages"], len(first["units"]), len(second["units"])) == (2, 24, 5)
    assert "Later in the alphabet" in page(client, "/compare/places?by=school")
    names = [unit["name"].casefold() for unit in first["units"] + second["units"]]
    assert names == sorted(names)


def test_a_state_team_begins_with_places(session: Session, browse: Browse) -> None:
    world = build(session)

    assert "Three districts can be shown." in page(browse(make_user(session, world.collector)), "/compare")


def test_what_can_be_compared_is_listed(session: Session, browse: Browse) -> None:
    world = build(session)

    listed = browse(hub(session, world)).get("/api/v1/comparisons").get_json()["items"]

    assert [(each["measure"], each["years"]) for each in listed] == [("Proficient", [2025, 2024])]
