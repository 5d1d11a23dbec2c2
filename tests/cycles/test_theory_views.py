from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles import theory_queries
from cycles.models import Driver, IdeaDriver, TheoryChange, TheoryMeasure
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def lead(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["network_lead"])


def reasons(session: Session) -> list[str]:
    return list(session.scalars(select(TheoryChange.why).order_by(TheoryChange.id)))


def test_a_driver_is_changed_with_its_measures_and_a_reason(
    session: Session, world: World, lead: FlaskClient
) -> None:
    measure = make.make_measure(session, network_id=world.network.id, name="Exit tickets")
    driver = session.scalars(select(Driver).where(Driver.public_id == world.ids["driver_id"])).one()
    page = f"/drivers/{driver.public_id}/edit"
    sent = {"name": "Checks", "measures": str(measure.public_id), "version": driver.version}
    assert "Say why" in lead.post(page, data=sent).text
    assert session.scalars(select(TheoryMeasure.id)).all() == []

    assert lead.post(page, data=sent | {"why": "The pilot"}).status_code == 303

    assert reasons(session) == ["The pilot", "The pilot"]
    assert "Exit tickets" in lead.get("/drivers").text
    assert "Exit tickets" in lead.get(f"/drivers/{driver.public_id}").text
    history = lead.get("/drivers/history").text
    assert "is now called “Checks”" in history
    stale = lead.post(page, data=sent | {"name": "Other", "why": "x"})
    assert stale.status_code == 409
    assert "Checks" in stale.text


def test_drivers_are_moved_deleted_and_brought_back(
    session: Session, world: World, lead: FlaskClient
) -> None:
    first = str(world.ids["driver_id"])
    second = str(make.make_driver(session, world.network, name="Second", position=9).public_id)

    def order() -> bool:
        page = lead.get("/drivers/edit").text
        return page.index(f"d-{first}") < page.index(f"d-{second}")

    assert order()
    assert lead.post(f"/drivers/{second}/move", data={"to": "up"}).status_code == 303
    assert not order()
    assert lead.post(f"/drivers/{second}/delete", data={"why": " "}).status_code == 422
    gone = lead.post(f"/drivers/{second}/delete", data={"why": "Never moved"}, follow_redirects=True)
    assert "Undo" in gone.text
    assert f"d-{second}" not in gone.text
    lead.post(f"/drivers/{second}/restore")
    assert f"d-{second}" in lead.get("/drivers/edit").text


def test_the_aim_is_revised_in_the_open(session: Session, world: World, lead: FlaskClient) -> None:
    version = world.network.version
    sent = {"aim": "60% read by May 22", "version": version}
    assert lead.post("/drivers/aim", data=sent).status_code == 422
    assert lead.post("/drivers/aim", data=sent | {"why": "Voted"}).status_code == 303
    assert lead.post("/drivers/aim", data=sent | {"aim": "Late", "why": "x"}).status_code == 409
    assert "60% read by May 22" in lead.get("/drivers/history").text
    assert "doesn’t say" not in lead.get("/drivers").text


def test_the_grid_links_ideas_and_shows_a_clash(session: Session, world: World, lead: FlaskClient) -> None:
    name = f"{world.ids['idea_id']}.{world.ids['driver_id']}"
    make.make_driver(session, world.network)

    def links() -> list[bool]:
        return list(session.scalars(select(IdeaDriver.is_strong)))

    assert name in lead.get("/drivers/links").text
    assert lead.post("/drivers/links", data={name: "strong"}).status_code == 422
    assert lead.post("/drivers/links", data={name: "strong", "why": "Seen"}).status_code == 303
    assert links() == [True]
    clash = lead.post("/drivers/links", data={name: "weak", f"seen.{name}": "", "why": "Mine"})
    assert clash.status_code == 409
    assert "Saved now: strong" in clash.text
    assert links() == [True]
    again = {name: "weak", f"seen.{name}": "strong", "why": "Mine"}
    assert lead.post("/drivers/links", data=again).status_code == 303
    assert links() == [False]
    assert "(weak link)" in lead.get("/drivers").text


def test_teams_propose_ideas_and_leave_the_theory_alone(
    session: Session, world: World, browse: Browse
) -> None:
    member = browse(world.people["member"])
    driver = str(world.ids["driver_id"])
    for page in ("/drivers/edit", "/drivers/links", "/drivers/aim", f"/drivers/{driver}/edit"):
        assert member.get(page).status_code == 403
    made = member.post(
        "/ideas/new", data={"title": "A timer", "description": "It keeps minutes", "strong": driver}
    )
    assert made.status_code == 303
    assert reasons(session) == ["It keeps minutes"]
    assert member.get("/drivers/links").status_code == 403


@pytest.mark.parametrize("ideas", [3, 1000])
def test_the_diagram_takes_no_more_statements_for_a_thousand_ideas(
    session: Session,
    world: World,
    browse: Browse,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
    ideas: int,
) -> None:
    from cycles.models import ChangeIdea

    driver = session.scalars(select(Driver.id).where(Driver.public_id == world.ids["driver_id"])).one()
    rows = [
        ChangeIdea(network_id=world.network.id, title=f"Idea {at}", is_shared=True) for at in range(ideas)
    ]
    session.add_all(rows)
    session.flush()
    session.add_all(
        IdeaDriver(network_id=world.network.id, idea_id=row.id, driver_id=driver, is_strong=bool(at % 2))
        for at, row in enumerate(rows)
    )
    measure = make.make_measure(session, network_id=world.network.id)
    session.add(TheoryMeasure(network_id=world.network.id, measure_id=measure.id, driver_id=driver))
    session.flush()
    client = browse(world.people["member"])
    session.expire_all()
    with count_queries() as seen:
        page = client.get("/drivers")
    assert page.status_code == 200
    assert len(seen) <= 12
    with count_queries() as seen:
        assert client.get(f"/drivers/{world.ids['driver_id']}").status_code == 200
    assert len(seen) <= 12
    with count_queries() as seen:
        assert client.get("/drivers?on=2026-01-01").status_code == 200
    assert len(seen) <= 12
    with count_queries() as seen:
        assert browse(world.people["network_lead"]).get("/drivers/links").status_code == 200
    assert len(seen) <= 12


def test_a_copy_of_an_idea_has_the_place_of_the_first(session: Session, world: World) -> None:
    first = make.make_idea(session, world.school, is_shared=True)
    copy = make.make_idea(session, world.school, adopted_from_id=first.id)
    actor = make.actor_of(session, world.people["lead"])
    found = theory_queries.diagram(session, actor)
    lacking = {each for gap in found.gaps if gap.kind == "no_driver" for each in gap.ids}
    assert str(first.public_id) in lacking
    assert str(copy.public_id) not in lacking


def test_who_reads_the_network_sees_measures_of_all_schools(world: World, browse: Browse) -> None:
    pages = {role: browse(world.people[role]).get("/drivers").text for role in ("network_lead", "member")}
    assert "for all schools together, by month" in pages["network_lead"]
    assert "as Own school counted them" in pages["member"]
