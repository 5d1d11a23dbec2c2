"""Every page of the teams domain, opened and used by those who may and by those who may not."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform.actor import Level, TeamRole
from nic_platform.tables import ImportRun
from teams.models import CalendarSpan, Link, Membership, PeerLink, SchoolYear, Site, Team, TeamReach
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def as_role(browse: Browse, world: World) -> Callable[[str], FlaskClient]:
    return lambda role: browse(world.people[role])


def link_of(session: Session, world: World) -> Link:
    return session.scalars(
        select(Link).where(Link.lower_id == world.school.id, Link.upper_id == world.hub.id)
    ).one()


def pages(session: Session, world: World) -> list[str]:
    """Addresses that everybody in the network may read."""
    team, link = world.school.public_id, link_of(session, world).public_id
    site, district = world.school.site.public_id, world.hub.site.public_id
    return [
        "/network", "/network?show=weak&find=own", f"/network/district/{district}", f"/teams/{team}",
        f"/teams/{team}/people", f"/links/{link}", "/sites", "/sites?find=site", f"/sites/{site}",
        f"/sites/{district}",
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["member", "observer", "peer", "hub", "network_lead", "reviewer", "analyst"])
def test_everybody_in_the_network_reads_teams_links_and_places(
    session: Session, world: World, as_role: Callable[[str], FlaskClient], role: str
) -> None:
    client = as_role(role)
    for address in pages(session, world):
        assert client.get(address).status_code == 200, address


def test_another_network_sees_nothing_of_this_one(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role("other_network")
    for address in pages(session, world):
        if address.startswith(("/network?", "/network/d", "/teams", "/links", "/sites/")):
            answer = client.get(address)
            assert answer.status_code == (200 if "?" in address else 404), address
            assert b"Own school" not in answer.data


def test_a_page_takes_as_many_statements_for_ten_times_as_many_teams(
    session: Session, world: World, as_role: Callable[[str], FlaskClient], count_queries: Counter
) -> None:
    client = as_role("hub")
    addresses = [*pages(session, world), f"/teams/{world.hub.public_id}"]

    def counts() -> list[int]:
        found = []
        for address in addresses:
            session.expire_all()
            with count_queries() as seen:
                assert client.get(address).status_code == 200
            found.append(len(seen))
        return found

    before = counts()
    for number in range(30):
        site = make.make_site(session, parent=world.hub.site, name=f"Site more {number}")
        team = make.make_team(session, site=site, name=f"More {number}")
        make.make_membership(session, team, make.make_user(session), TeamRole.LEAD)
        make.make_membership(session, world.hub, make.make_user(session))
        make.make_link(session, team, world.hub)
    after = counts()
    assert after == before
    assert max(after) <= 12


# ---------------------------------------------------------------------------------- teams


def charter(version: int, **more: Any) -> dict[str, Any]:
    return {
        "version": version, "name": "Own school", "purpose": "Embedded ELD", "serves": "",
        "decision_rights": "", "rhythm_days": "7", "meeting": "Thursdays", "next_meeting_on": "2026-03-05",
        "functions": ["readiness", "equity"], **more,
    }  # fmt: skip


def test_a_lead_writes_the_charter(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    address = f"/teams/{world.school.public_id}/edit"
    client = as_role("lead")
    assert client.get(address).status_code == 200
    answer = client.post(address, data=charter(world.school.version))
    assert answer.status_code == 303
    session.refresh(world.school)
    assert world.school.functions == ["readiness", "equity"]
    assert world.school.next_meeting_on == date(2026, 3, 5)
    page = client.get(f"/teams/{world.school.public_id}").get_data(as_text=True)
    assert "Embedded ELD" in page
    assert "Every week: Thursdays" in page


@pytest.mark.parametrize(
    "role", ["member", "coach", "observer", "linking", "peer", "hub", "reviewer", "analyst"]
)
def test_others_read_the_charter_but_do_not_change_it(
    session: Session, world: World, as_role: Callable[[str], FlaskClient], role: str
) -> None:
    address = f"/teams/{world.school.public_id}/edit"
    answer = as_role(role).post(address, data=charter(world.school.version))
    assert answer.status_code == 403
    session.refresh(world.school)
    assert world.school.purpose == ""


def test_the_second_of_two_savers_sees_both_versions(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    address = f"/teams/{world.school.public_id}/edit"
    client, old = as_role("lead"), world.school.version
    client.post(address, data=charter(old, purpose="The first"))
    answer = client.post(address, data=charter(old, purpose="The second"))
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "The first" in page
    assert "The second" in page
    session.refresh(world.school)
    assert world.school.purpose == "The first"
    merged = charter(world.school.version, purpose="Both")
    assert client.post(address, data=merged).status_code == 303


def test_a_charter_without_a_name_is_told_so(world: World, as_role: Callable[[str], FlaskClient]) -> None:
    answer = as_role("lead").post(
        f"/teams/{world.school.public_id}/edit", data=charter(world.school.version, name=" ")
    )
    assert answer.status_code == 422
    assert "Write the team" in answer.get_data(as_text=True)


def test_a_network_lead_adds_a_team(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role("network_lead")
    assert client.get("/teams/new?find=site").status_code == 200
    sent = {"site": str(world.hub.site.public_id), "level": "district", "name": "Second hub"}
    assert client.post("/teams/new", data=sent).status_code == 303
    team = session.scalars(select(Team).where(Team.name == "Second hub")).one()
    assert (team.rank, team.network_id) == (2, world.network.id)
    wrong = client.post("/teams/new", data=sent | {"level": "school"})
    assert wrong.status_code == 422
    assert "belongs to a place of the level" in wrong.get_data(as_text=True)
    assert as_role("lead").post("/teams/new", data=sent).status_code == 403


def test_a_team_is_archived_and_brought_back(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    client, address = as_role("network_lead"), f"/teams/{world.peer.public_id}"
    assert client.post(f"{address}/archive").status_code == 303
    session.refresh(world.peer)
    assert world.peer.archived_at is not None
    assert "Peer school" not in client.get("/network?find=peer").get_data(as_text=True)
    assert client.get(address).status_code == 200
    client.post(f"{address}/return")
    session.refresh(world.peer)
    assert world.peer.archived_at is None
    assert as_role("lead").post(f"{address}/archive").status_code == 403


# ---------------------------------------------------------------------------------- people


def place(session: Session, team: Team, user: Any) -> Membership:
    session.expire_all()
    return session.scalars(
        select(Membership).where(Membership.team_id == team.id, Membership.user_id == user.id)
    ).one()


def test_a_lead_says_who_is_what_and_what_they_bring(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    member = world.people["member"]
    address = f"/teams/{world.school.public_id}/people/{member.public_id}"
    client = as_role("lead")
    assert client.get(address).status_code == 200
    sent = {"role": "linking", "competencies": ["data_use"], "perspectives": ["teacher", "family"]}
    assert client.post(address, data=sent | {"version": 1}).status_code == 303
    changed = place(session, world.school, member)
    assert (changed.role, changed.competencies) == (TeamRole.LINKING, ["data_use"])
    assert client.post(address, data=sent | {"version": 1}).status_code == 409


def test_a_member_says_what_they_bring_but_not_what_they_are(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    member = world.people["member"]
    address = f"/teams/{world.school.public_id}/people/{member.public_id}"
    sent = {"role": "lead", "competencies": ["facilitation"], "perspectives": [], "version": 1}
    assert as_role("member").post(address, data=sent).status_code == 303
    changed = place(session, world.school, member)
    assert (changed.role, changed.competencies) == (TeamRole.MEMBER, ["facilitation"])
    other = f"/teams/{world.school.public_id}/people/{world.people['coach'].public_id}"
    assert as_role("member").post(other, data=sent).status_code == 403


def test_a_person_is_taken_out_with_a_way_back(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    member = world.people["member"]
    address = f"/teams/{world.school.public_id}/people/{member.public_id}"
    client = as_role("lead")
    answer = client.post(f"{address}/remove", follow_redirects=True)
    assert "Undo" in answer.get_data(as_text=True)
    assert place(session, world.school, member).deleted_at is not None
    assert client.post(f"{address}/return").status_code == 303
    assert place(session, world.school, member).deleted_at is None
    assert as_role("peer").post(f"{address}/remove").status_code == 403


def test_the_way_out_of_a_team_is_on_its_page(world: World, as_role: Callable[[str], FlaskClient]) -> None:
    address = f"/teams/{world.school.public_id}"
    way_out = f'action="/account/teams/{world.school.public_id}/leave"'
    assert way_out in as_role("member").get(address).get_data(as_text=True)
    assert way_out not in as_role("peer").get(address).get_data(as_text=True)


# ---------------------------------------------------------------------------------- links

PROTOCOL = {
    "why": "To be heard", "what": "Barriers", "sender": "", "receiver": "", "rhythm_days": "14",
    "duration": "20 minutes", "form": "Here", "promised_days": "10", "answer_form": "In writing",
}  # fmt: skip


def reach(session: Session, above: Team, below: Team) -> int | None:
    return session.scalar(
        select(TeamReach.distance).where(TeamReach.above_id == above.id, TeamReach.below_id == below.id)
    )


def test_a_lead_links_a_team_upward_and_the_reach_follows(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role("lead")
    address = f"/teams/{world.school.public_id}/links/new"
    page = client.get(address).get_data(as_text=True)
    assert "State team" in page
    assert "Peer school" not in page
    sent = PROTOCOL | {"upper": str(world.state.public_id), "sender": str(world.people["lead"].public_id)}
    assert client.post(address, data=sent).status_code == 303
    assert reach(session, world.state, world.school) == 1
    again = client.post(address, data=sent)
    assert again.status_code == 422
    assert "lifts to State team already" in again.get_data(as_text=True)


@pytest.mark.parametrize("target", ["peer", "school"])
def test_a_link_sideways_is_refused_with_a_sentence(
    session: Session, world: World, as_role: Callable[[str], FlaskClient], target: str
) -> None:
    sent = PROTOCOL | {"upper": str(getattr(world, target).public_id)}
    before = session.scalar(select(func.count()).select_from(Link))
    answer = as_role("lead").post(f"/teams/{world.school.public_id}/links/new", data=sent)
    assert answer.status_code == 422
    assert session.scalar(select(func.count()).select_from(Link)) == before


def test_both_ends_keep_the_protocol_and_nobody_else(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    link = link_of(session, world)
    address = f"/links/{link.public_id}/edit"
    receiver = {"receiver": str(world.people["hub"].public_id)}
    assert as_role("hub").get(address).status_code == 200
    sent = PROTOCOL | receiver | {"version": link.version}
    assert as_role("hub").post(address, data=sent).status_code == 303
    session.refresh(link)
    assert (link.promised_days, link.receiver_id) == (10, world.people["hub"].id)
    assert as_role("lead").post(address, data=sent).status_code == 409
    assert as_role("member").post(address, data=sent).status_code == 403
    wrong = sent | {"version": link.version, "sender": str(world.people["hub"].public_id)}
    assert as_role("lead").post(address, data=wrong).status_code == 422


def test_a_link_is_removed_and_returned_with_its_reach(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    link, client = link_of(session, world), as_role("lead")
    assert client.post(f"/links/{link.public_id}/remove").status_code == 200
    assert reach(session, world.state, world.school) is None
    assert client.get(f"/links/{link.public_id}").status_code == 404
    assert client.post(f"/links/{link.public_id}/return").status_code == 303
    assert reach(session, world.state, world.school) == 2
    assert as_role("peer").post(f"/links/{link.public_id}/remove").status_code == 403


def test_peers_are_tied_and_untied(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    client, address = as_role("lead"), f"/teams/{world.school.public_id}/peers"
    assert client.get(address).status_code == 200
    sent = {"other": str(world.peer.public_id), "purpose": "Exit tickets"}
    assert client.post(address, data=sent).status_code == 303
    tie = session.scalars(select(PeerLink)).one()
    assert tie.purpose == "Exit tickets"
    client.post(f"{address}/{world.peer.public_id}/remove")
    session.refresh(tie)
    assert tie.deleted_at is not None
    assert as_role("member").get(address).status_code == 403


# ---------------------------------------------------------------------------------- network


def settings(version: int, **more: Any) -> dict[str, Any]:
    return {
        "version": version, "name": "Altamont", "aim": "More redesignated", "why": "Voted",
        "minimum_cell": "12",
        "time_zone": "America/Chicago", "help_name": "Ana", "help_phone": "555-0100",
        "fiscal_month": "10", **more,
    }  # fmt: skip


def test_a_network_lead_sets_the_network_up(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role("network_lead")
    assert client.get("/network/settings").status_code == 200
    sent = settings(world.network.version)
    assert client.post("/network/settings", data=sent).status_code == 303
    session.refresh(world.network)
    assert (world.network.minimum_cell, world.network.fiscal_month) == (12, 10)
    stale = client.post("/network/settings", data=sent | {"aim": "Another"})
    assert stale.status_code == 409
    assert as_role("lead").get("/network/settings").status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("minimum_cell", "5", "at least 10"),
        ("time_zone", "Mars", "time zone"),
        ("name", "", "name"),
        ("fiscal_month", "13", "Choose a month"),
        ("fiscal_month", "soon", "Choose a month"),
    ],
)
def test_settings_that_can_not_be_are_told_beside_the_field(
    session: Session, world: World, as_role: Callable[[str], FlaskClient], field: str, value: str, says: str
) -> None:
    answer = as_role("network_lead").post(
        "/network/settings", data=settings(world.network.version, **{field: value})
    )
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    session.refresh(world.network)
    assert world.network.name != "Altamont"


def test_the_calendar_holds_years_breaks_and_testing_windows(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role("network_lead")
    assert client.get("/network/years/new").status_code == 200
    year = {"name": "2035-36", "starts_on": "2035-08-18", "ends_on": "2036-05-29"}
    assert client.post("/network/years/new", data=year).status_code == 303
    made = session.scalars(select(SchoolYear).where(SchoolYear.name == "2035-36")).one()
    address = f"/network/years/{made.public_id}"
    assert client.get(address).status_code == 200
    span = {"kind": "break", "name": "Winter", "starts_on": "2035-12-20", "ends_on": "2036-01-04"}
    assert client.post(f"{address}/spans", data=span).status_code == 303
    wrong = client.post(
        f"{address}/spans", data=span | {"name": "Summer", "starts_on": "2036-07-01", "ends_on": "2036-07-09"}
    )
    assert wrong.status_code == 422
    assert "outside the school year" in wrong.get_data(as_text=True)
    mine = select(CalendarSpan).where(CalendarSpan.school_year_id == made.id)
    found = session.scalars(mine).one()
    short = client.post(address, data=year | {"ends_on": "2035-12-31", "version": made.version})
    assert short.status_code == 422
    assert (
        client.post(address, data=year | {"ends_on": "2036-06-01", "version": made.version}).status_code
        == 303
    )
    assert client.post(f"/network/spans/{found.public_id}/remove").status_code == 303
    session.refresh(found)
    assert found.deleted_at is not None
    assert as_role("reviewer").post("/network/years/new", data=year).status_code == 403


# ---------------------------------------------------------------------------------- places


def test_a_network_lead_adds_and_changes_a_place(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role("network_lead")
    assert client.get("/sites/new").status_code == 200
    sent = {
        "name": "New school", "level": "school", "parent": str(world.hub.site.public_id),
        "state_code": "0010-0187", "more": "Calendar: year-round",
        "is_charter": "yes", "is_title_one": "", "enrolment": "393",
    }  # fmt: skip
    assert client.post("/sites/new", data=sent).status_code == 303
    site = session.scalars(select(Site).where(Site.name == "New school")).one()
    assert (site.attributes, site.is_charter, site.is_title_one) == ({"Calendar": "year-round"}, True, None)
    page = client.get(f"/sites/{site.public_id}").get_data(as_text=True)
    assert world.state.site.name in page
    assert "year-round" in page
    twin = client.post("/sites/new", data=sent)
    assert twin.status_code == 422
    address = f"/sites/{site.public_id}/edit"
    assert client.get(address).status_code == 200
    changed = sent | {"name": "Renamed", "version": site.version}
    assert client.post(address, data=changed).status_code == 303
    assert client.post(address, data=changed).status_code == 409
    assert as_role("lead").post(address, data=changed).status_code == 403
    under_a_school = client.post("/sites/new", data=sent | {"state_code": "1", "level": "state"})
    assert under_a_school.status_code == 422


FILE = (
    b"District Code,District Name,School Code,School Name\n"
    b"0010,Mapleton 1,0187,Alder\n0010,Mapleton 1,0212,Dry Fork\n"
)


def upload(client: FlaskClient, data: bytes, name: str = "schools.csv") -> Any:
    return client.post(
        "/sites/import",
        data={"file": (io.BytesIO(data), name), "state": ""},
        content_type="multipart/form-data",
    )


def newest(session: Session) -> ImportRun:
    session.expire_all()
    return session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()  # type: ignore[return-value]  # there is one


def test_schools_are_imported_from_upload_to_undo(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role("network_lead")
    assert client.get("/sites/import").status_code == 200
    assert upload(client, FILE).status_code == 303
    run = newest(session)
    address = f"/sites/import/{run.public_id}"
    page = client.get(address).get_data(as_text=True)
    assert "Import all of it" in page
    assert run.rows_created == 3
    assert session.scalars(select(Site).where(Site.name == "Dry Fork")).all() == []
    assert client.post(f"{address}/write").status_code == 303
    school = session.scalars(select(Site).where(Site.name == "Dry Fork")).one()
    assert school.state_code == "0010-0212"
    assert client.post(f"{address}/write").status_code == 409
    assert client.get(address).status_code == 200
    assert client.post(f"{address}/undo").status_code == 303
    session.refresh(school)
    assert school.deleted_at is not None
    assert "Taken back" in client.get(address).get_data(as_text=True)


def test_problems_are_shown_before_anything_is_written(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role("network_lead")
    upload(client, FILE + b"0010,Mapleton 1,0300,\n")
    run = newest(session)
    address = f"/sites/import/{run.public_id}"
    page = client.get(address).get_data(as_text=True)
    assert "School is missing" in page
    assert "Import all of it" not in page
    assert client.post(f"{address}/write").status_code == 409
    assert client.post(f"{address}/write", data={"leave_out": "yes"}).status_code == 303
    assert session.scalars(select(Site).where(Site.name == "Dry Fork")).one()


def test_columns_can_be_matched_by_hand(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role("network_lead")
    upload(client, b"Nr,Titel\n0187,Alder\n")
    run = newest(session)
    assert run.rows_created == 0
    sent = {"map_school_code": "Nr", "map_school_name": "Titel", "state": "CO"}
    assert client.post(f"/sites/import/{run.public_id}", data=sent).status_code == 303
    assert newest(session).rows_created == 2


def test_an_import_from_the_command_line_has_its_page_too(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    run = ImportRun(network_id=world.network.id, kind="sites", file_name="nation.csv", created_at=make.NOON)
    run.state = "done"
    session.add(run)
    session.flush()
    page = as_role("network_lead").get(f"/sites/import/{run.public_id}")
    assert page.status_code == 200
    assert "Take this import back" in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "empty|Choose a file"), (b"\x89PNG\x00\x00", "not a table"), (b"PK\x03\x04", "opened")],
)
def test_a_file_that_is_no_table_is_refused_beside_the_field(
    session: Session, world: World, as_role: Callable[[str], FlaskClient], data: bytes, says: str
) -> None:
    before = session.scalar(select(func.count()).select_from(ImportRun))
    answer = upload(as_role("network_lead"), data)
    assert answer.status_code == 422
    assert any(word in answer.get_data(as_text=True) for word in says.split("|"))
    assert session.scalar(select(func.count()).select_from(ImportRun)) == before


def test_only_a_network_lead_imports(
    session: Session, world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    upload(as_role("network_lead"), FILE)
    run = newest(session)
    for role in ("lead", "hub", "reviewer", "analyst"):
        client = as_role(role)
        assert client.get("/sites/import").status_code == 403
        assert client.post(f"/sites/import/{run.public_id}/write").status_code == 403
    assert as_role("other_network").post(f"/sites/import/{run.public_id}/write").status_code == 403
    assert newest(session).state == "preview"


def test_a_large_file_goes_to_the_background(
    session: Session,
    world: World,
    as_role: Callable[[str], FlaskClient],
    shared: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("teams.import_services.LARGE", 1)
    client = as_role("network_lead")
    upload(client, FILE)
    run = newest(session)
    client.post(f"/sites/import/{run.public_id}/write")
    assert newest(session).state in {"running", "done"}
    assert client.get(f"/sites/import/{run.public_id}").status_code == 200


__all__ = ["Level"]


def test_who_is_taken_out_reads_nothing_from_the_very_next_request_on(
    world: World, as_role: Callable[[str], FlaskClient]
) -> None:
    lead, member = as_role("lead"), as_role("member")
    paths = [f"/milestones/{world.ids['milestone_id']}", f"/cycles/{world.ids['cycle_id']}"]
    assert [member.get(path).status_code for path in paths] == [200, 200]

    person = world.people["member"].public_id
    assert lead.post(f"/teams/{world.ids['team_id']}/people/{person}/remove").status_code == 303

    assert [member.get(path).status_code for path in paths] == [404, 404]
