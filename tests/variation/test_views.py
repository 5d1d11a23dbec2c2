"""The compare page and the library: who sees what, and the same on page, download and API."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import rules
from measures.models import Measure
from nic_platform import clock
from nic_platform.actor import Level, NetworkRole
from teams.models import Network, Site, Team
from tests import factories as make
from tests.factories import make_driver, make_idea, make_measure, make_measurement, make_team, make_user

Browse = Callable[..., FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
NAMES = (
    "Aspen Elementary",
    "Birch Middle",
    "Cedar K–8",
    "Dogwood Elementary",
    "Elm Elementary",
    "Tiny School",
)


@dataclass
class World:
    """A district with its hub and schools that counted the same thing last week."""

    network: Network
    district: Site
    hub: Team
    schools: list[Team]
    measure: Measure


def today() -> date:
    return clock.today("America/Denver")


def build(session: Session, names: tuple[str, ...] = NAMES) -> World:
    network = make.make_network(session)
    state = make.make_site(session, network, level=Level.STATE)
    district = make.make_site(session, parent=state, level=Level.DISTRICT, name="Maple District")
    hub = make_team(session, site=district, level=Level.DISTRICT, name="Maple hub")
    measure = make_measure(session, network_id=network.id, name="Exit tickets")
    schools = [add_school(session, district, hub, measure, name, at) for at, name in enumerate(names)]
    return World(network, district, hub, schools, measure)


def add_school(
    session: Session, district: Site, hub: Team, measure: Measure, name: str, at: int = 0, linked: bool = True
) -> Team:
    team = make_team(session, site=make.make_site(session, parent=district, name=name), name=name)
    if linked:
        make.make_link(session, team, hub)
    size = 8 if name.startswith("Tiny") else 30 + at % 7
    for back in (14, 7, 1):
        count = size // 2 + (back < 7)
        make_measurement(session, measure, team, today() - timedelta(days=back), count=count, population=size)
    return team


def page(client: FlaskClient, path: str = "/compare") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_hub_sees_its_schools_by_name(session: Session, browse: Browse) -> None:
    world = build(session)

    shown = page(browse(make_user(session, world.hub)))

    assert all(name in shown for name in ("Aspen", "Birch", "Tiny"))
    assert "Funnel plot of 6 schools" in shown


def test_a_school_sees_others_without_their_names(session: Session, browse: Browse) -> None:
    world = build(session)

    client = browse(make_user(session, world.schools[0]))
    shown, table = page(client), page(client, "/compare/export.csv")

    assert "Aspen" in shown
    for text in (shown, table):
        assert not any(name in text for name in ("Birch", "Cedar", "Dogwood", "Elm", "Tiny"))
    assert "School 1" in shown


def test_a_school_that_shares_its_plan_is_named(session: Session, browse: Browse) -> None:
    world = build(session)
    make.make_plan(session, world.schools[1], is_shared=True)

    shown = page(browse(make_user(session, world.schools[0])))

    assert "Birch" in shown
    assert "Cedar" not in shown


def test_a_small_school_is_hidden_from_peers_everywhere(session: Session, browse: Browse) -> None:
    world = build(session)
    client = browse(make_user(session, world.schools[0]))

    told = client.get("/api/v1/compare").get_json()["schools"]
    rows = page(client, "/compare/export.csv").splitlines()[1:]

    hidden = [row for row in told if row["shown"] in ("hidden", "also_hidden")]
    assert len(hidden) == 1
    assert all(row["count"] is None and row["percent"] is None and row["id"] is None for row in hidden)
    assert sum("Fewer than" in row or "Also hidden" in row for row in rows) == 1
    pooled = next(row for row in rows if row.startswith("All schools"))
    assert float(pooled.split(",")[4]) == sum(row["population"] for row in told if row["population"])


def test_an_analyst_gets_all_together_and_no_school(session: Session, browse: Browse) -> None:
    world = build(session, (*NAMES, "Fir Elementary", "Gum Elementary"))
    user = make_user(session)
    make.make_network_member(session, world.network, user, NetworkRole.ANALYST)
    client = browse(user)

    shown, told = page(client), client.get("/api/v1/compare").get_json()

    assert "Single schools are not shown" in shown
    assert not any(name.split()[0] in shown for name in NAMES)
    assert told["schools"] == []
    assert told["mean"] is not None


def test_a_network_lead_chooses_a_district(session: Session, browse: Browse) -> None:
    world = build(session)
    user = make_user(session)
    make.make_network_member(session, world.network, user, NetworkRole.LEAD)
    client = browse(user)

    assert "Aspen" in page(client, f"/compare?district={world.district.public_id}")
    assert client.get(f"/compare?district={uuid4()}").status_code == 404


def test_a_team_that_is_not_linked_is_unnamed_to_the_hub(session: Session, browse: Browse) -> None:
    world = build(session)
    add_school(session, world.district, world.hub, world.measure, "Lonely Elementary", linked=False)

    shown = page(browse(make_user(session, world.hub)))

    assert "Lonely" not in shown
    assert "School 1" in shown


def test_another_network_sees_nothing_of_it(session: Session, browse: Browse) -> None:
    world = build(session)
    client = browse(make_user(session, make_team(session)))

    assert "No common measure" in page(client)
    assert client.get(f"/compare?measure={world.measure.public_id}").status_code == 404


@pytest.mark.parametrize("query", ["measure=1", "district=x", "week=soon"])
def test_an_address_that_means_nothing_is_absent(session: Session, browse: Browse, query: str) -> None:
    world = build(session)

    assert browse(make_user(session, world.hub)).get(f"/compare?{query}").status_code == 404


def test_strangers_are_asked_to_sign_in(browse: Browse) -> None:
    for path in ("/compare", "/compare/funnel", "/compare/export.csv", "/library"):
        assert browse().get(path).status_code == 303
    assert browse().get("/api/v1/compare").status_code == 401


def test_no_cell_of_a_download_is_alive(session: Session, browse: Browse) -> None:
    world = build(session)
    world.schools[0].name = '=HYPERLINK("http://x")'
    session.flush()
    client = browse(make_user(session, world.hub))

    table = page(client, "/compare/export.csv")
    book = client.get("/compare/export.xlsx")

    assert "\"'=HYPERLINK" in table
    assert book.data[:2] == b"PK"
    assert b"attachment" in book.headers["Content-Disposition"].encode()


def test_the_full_chart_needs_three_schools(session: Session, browse: Browse) -> None:
    world = build(session, NAMES[:2])
    client = browse(make_user(session, world.hub))

    assert client.get("/compare/funnel").status_code == 404
    add_school(session, world.district, world.hub, world.measure, "Cedar K–8")
    assert "Funnel plot of 3 schools" in page(client, "/compare/funnel")


def test_an_older_week_can_be_chosen(session: Session, browse: Browse) -> None:
    world = build(session)
    week = today() - timedelta(days=14)
    monday = week - timedelta(days=week.weekday())

    told = page(browse(make_user(session, world.hub)), f"/compare/export.csv?week={monday.isoformat()}")

    assert f",{week.isoformat()}," in told
    assert f",{(today() - timedelta(days=1)).isoformat()}," not in told


@pytest.mark.parametrize("path", ["/compare", "/compare/export.csv", "/compare/funnel", "/library"])
def test_ten_times_the_schools_cost_the_same_statements(
    session: Session, browse: Browse, count_queries: Counting, path: str
) -> None:
    world = build(session)
    make_idea(session, world.schools[0], is_shared=True)
    client = browse(make_user(session, world.hub))
    with count_queries() as few:
        page(client, path)
    for at in range(60):
        team = add_school(session, world.district, world.hub, world.measure, f"Pine {at} Elementary", at)
        make_idea(session, team, is_shared=True)

    with count_queries() as many:
        page(client, path)

    assert len(many) == len(few)
    assert len(many) <= (20 if path == "/compare" else 12)


def students_of(session: Session, world: World) -> Measure:
    measure = make_measure(
        session, network_id=world.network.id, name="Proficient", counts_students=True, unit="students"
    )
    on = today() - timedelta(days=30)
    for at, team in enumerate(world.schools):
        groups = {
            "Beginning": (4 if at == 0 else 14, 40),
            "Intermediate": (40, 90 + at),
            "Advanced": (60, 150),
        }
        total = [sum(cells) for cells in zip(*groups.values(), strict=True)]
        make_measurement(session, measure, team, on, count=total[0], population=total[1])
        for name, (count, size) in groups.items():
            make_measurement(
                session,
                measure,
                team,
                on,
                count=count,
                population=size,
                subgroup_set="English",
                subgroup=name,
            )
    return measure


def test_few_students_are_hidden_from_the_hub_and_not_from_their_school(
    session: Session, browse: Browse
) -> None:
    world = build(session)
    students_of(session, world)

    hub = page(browse(make_user(session, world.hub)))
    school = page(browse(make_user(session, world.schools[0])))

    assert "4 of 40 (10%)" not in hub
    assert "also hidden" in hub
    assert "4 of 40 (10%)" in school
    assert "14 of 40" not in school  # no peer's students, only all of them together
    assert "Together, of 6 schools" in school


def test_the_library_shows_shared_ideas_of_this_network_only(session: Session, browse: Browse) -> None:
    world = build(session)
    team = world.schools[0]
    idea = make_idea(session, team, title="Stem on the slide", is_shared=True)
    make_idea(session, team, title="Secret idea")
    make_idea(session, make_team(session), title="Foreign idea", is_shared=True)
    ramp = make.make_ramp(session, team, idea)
    make.make_cycle(session, team, ramp=ramp, stage="closed", decision="adopt")

    shown = page(browse(make_user(session, world.schools[1])), "/library")

    assert "Stem on the slide" in shown
    assert "1 adopted, 0 adapted, 0 abandoned" in shown
    assert "Secret idea" not in shown
    assert "Foreign idea" not in shown


def test_the_library_can_be_narrowed_to_a_driver(session: Session, browse: Browse) -> None:
    from cycles.models import IdeaDriver

    world = build(session)
    driver = make_driver(session, world.network)
    with_driver = make_idea(session, world.schools[0], title="Driven idea", is_shared=True)
    make_idea(session, world.schools[0], title="Other idea", is_shared=True)
    session.add(IdeaDriver(network_id=world.network.id, idea_id=with_driver.id, driver_id=driver.id))
    session.flush()

    shown = page(browse(make_user(session, world.hub)), f"/library?driver={driver.public_id}")

    assert "Driven idea" in shown
    assert "Other idea" not in shown


def test_tables_are_not_taken_away_without_end(
    session: Session, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build(session)
    monkeypatch.setattr(rules, "export_tries", lambda user_id: (rules.Try("export", str(user_id), 2),))
    client, other = browse(make_user(session, world.hub)), browse(make_user(session, world.hub))

    got = [client.get(f"/compare/export.{kind}").status_code for kind in ("csv", "xlsx", "csv")]

    assert got == [200, 200, 429]
    assert client.get("/compare").status_code == 200
    assert other.get("/compare/export.csv").status_code == 200
