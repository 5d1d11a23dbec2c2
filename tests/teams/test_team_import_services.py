"""A network lead imports teams and links, sees what it would do, and takes it back."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Level
from nic_platform.tables import ImportRun
from teams import team_table
from teams.models import Link, Team, TeamReach
from tests import factories as make
from tests.world import World, make_world

HEADER = "Team,Level,Place,Lifts to,Purpose\n"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def lead(browse: Callable[..., FlaskClient], world: World) -> FlaskClient:
    return browse(world.people["network_lead"])


def upload(session: Session, lead: FlaskClient, text: str) -> ImportRun:
    sent = {"file": (io.BytesIO((HEADER + text).encode()), "teams.csv")}
    assert lead.post("/teams/import", data=sent, content_type="multipart/form-data").status_code == 303
    runs = select(ImportRun).where(ImportRun.kind == "teams", ImportRun.attachment_id.is_not(None))
    return session.scalars(runs.order_by(ImportRun.id.desc())).first() or pytest.fail("no run")


def reach(session: Session, world: World) -> set[tuple[str, str]]:
    rows = session.execute(select(TeamReach.below_id, TeamReach.above_id))
    names = {team.id: team.name for team in session.scalars(select(Team))}
    return {(names[row.below_id], names[row.above_id]) for row in rows}


def test_teams_and_links_come_in_and_go_again(session: Session, world: World, lead: FlaskClient) -> None:
    site = make.make_site(session, parent=world.hub.site, level=Level.SCHOOL, nces_id="080000000077")
    before = reach(session, world)
    run = upload(session, lead, f"New school,school,{site.nces_id},Hub,Every child reads\n")
    page = f"/teams/import/{run.public_id}"
    assert "Import all of it" in lead.get(page).text
    assert session.scalar(select(Team).where(Team.name == "New school")) is None
    assert lead.post(f"{page}/write").status_code == 303
    team = session.scalars(select(Team).where(Team.name == "New school")).one()
    assert (team.site_id, team.purpose, team.set_up_at) == (site.id, "Every child reads", None)
    assert reach(session, world) == before | {("New school", "Hub"), ("New school", "State team")}
    assert lead.post(f"{page}/write").status_code == 409

    assert lead.post(f"{page}/undo").status_code == 303
    session.expire_all()
    assert (team.deleted_at is not None, reach(session, world)) == (True, before)
    assert session.scalars(select(Link).where(Link.lower_id == team.id)).one().deleted_at is not None


def test_rows_with_problems_stop_the_whole_file(session: Session, world: World, lead: FlaskClient) -> None:
    run = upload(session, lead, "New school,school,nowhere,Hub,\nHub,district,,State team,\n")
    page = f"/teams/import/{run.public_id}"
    shown = lead.get(page).text
    assert "The network has no place of the level school" in shown
    assert "Import all of it" not in shown
    assert lead.post(f"{page}/write").status_code == 409
    assert session.scalar(select(Team).where(Team.name == "New school")) is None


def test_a_link_that_was_removed_comes_back_and_people_keep_teams(
    session: Session, world: World, lead: FlaskClient
) -> None:
    link = session.scalars(select(Link).where(Link.lower_id == world.peer.id)).one()
    link.deleted_at = make.NOON
    session.flush()
    site = make.make_site(session, parent=world.hub.site, state_code="X-1")
    run = upload(session, lead, f"Peer school,school,,Hub,\nOther,school,{site.state_code},Hub,\n")
    page = f"/teams/import/{run.public_id}"
    assert lead.post(f"{page}/write").status_code == 303
    session.expire_all()
    assert link.deleted_at is None
    make.make_user(session, session.scalars(select(Team).where(Team.name == "Other")).one())
    assert "Somebody is in one of its teams" in lead.get(page).text
    assert lead.post(f"{page}/undo").status_code == 409


def test_an_import_whose_links_carried_something_stays(
    session: Session, world: World, lead: FlaskClient
) -> None:
    run = upload(session, lead, f"Other hub,district,{world.hub.site.name},State team,\n")
    page = f"/teams/import/{run.public_id}"
    assert lead.post(f"{page}/write").status_code == 303
    team = session.scalars(select(Team).where(Team.name == "Other hub")).one()
    made = make.make_link(session, world.peer, team)
    session.flush()

    assert lead.post(f"{page}/undo").status_code == 409
    made.deleted_at = make.NOON
    up = session.scalars(select(Link).where(Link.lower_id == team.id)).one()
    up.last_exchange_at = make.NOON
    session.flush()
    assert lead.post(f"{page}/undo").status_code == 409

    up.last_exchange_at = None
    session.flush()
    assert lead.post(f"{page}/undo").status_code == 303
    assert lead.post(f"/links/{made.public_id}/return").status_code == 409
    session.expire_all()
    assert (team.deleted_at is None, made.deleted_at is None) == (False, False)


def test_columns_are_matched_by_hand_and_the_example_can_be_read_back(
    session: Session, world: World, lead: FlaskClient
) -> None:
    run = upload(session, lead, "Peer school,school,,Hub,\n")
    page = f"/teams/import/{run.public_id}"
    sent = dict.fromkeys([f"map_{target.key}" for target in team_table.targets()], "")
    assert lead.post(page, data=sent | {"map_team": "Team", "map_level": "Level"}).status_code == 303
    session.refresh(run)
    assert run.mapping["columns"] == {"team": "Team", "level": "Level"}
    assert lead.post("/teams/import", data={}).status_code == 422
    example = lead.get("/teams/import/example.csv")
    file = {"file": (io.BytesIO(example.data), "example.csv")}
    taken = lead.post("/teams/import", data=file, content_type="multipart/form-data")
    assert taken.status_code == 303
    assert (
        len(
            session.scalars(select(ImportRun).where(ImportRun.file_name == "example.csv"))
            .one()
            .mapping["columns"]
        )
        == 10
    )
