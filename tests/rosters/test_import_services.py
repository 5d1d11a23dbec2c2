"""A roster from reading to undo: who gets in, who loses access, what is handed over, what waits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import SignIn, User
from accounts.rules import hashed
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.errors import RuleError
from nic_platform.tables import Attachment, ImportRun, Notice
from rosters import bundle, import_services, queries, rules
from rosters.models import RosterSource
from teams.models import Link, Membership, Network, Site, Team
from tests import factories as make
from tests.rosters.conftest import make_source, manifest, packed

NOON = make.NOON
ORGS = (
    "sourcedId,status,name,type,identifier,parentSourcedId\n"
    "d1,,Valley district,district,0800010,\ns1,,Alder Creek,school,,d1\n"
)
HEAD = "sourcedId,status,orgSourcedIds,role,givenName,familyName,email\n"


@dataclass
class Place:
    network: Network
    district: Site
    site: Site
    team: Team
    hub: Team
    source: RosterSource


@pytest.fixture
def place(app: Flask, session: Session) -> Iterator[Place]:
    with app.app_context():
        yield make_place(session)


def make_place(session: Session) -> Place:
    network = make.make_network(session)
    district = make.make_site(
        session, network, level=Level.DISTRICT, name="Valley district", nces_id="0800010"
    )
    site = make.make_site(session, parent=district, name="Alder Creek")
    team, hub = (
        make.make_team(session, site=site),
        make.make_team(session, site=district, level=Level.DISTRICT),
    )
    make.make_link(session, team, hub)
    return Place(network, district, site, team, hub, make_source(session, network, district))


def line(number: int, role: str = "teacher", status: str = "active", email: str = "") -> str:
    email = email or f"p{number}@district.example"
    return f"u{number},{status},s1,{role},Given{number},Family,{email}\n"


def bring(
    session: Session, place: Place, *lines: str, mode: str = "bulk", day: int = 0, agreed: bool = False
) -> ImportRun:
    run = look(session, place, *lines, mode=mode, day=day)
    at = NOON + timedelta(days=day)
    import_services.write(session, place.source, run, agreed=agreed, leave_out=False, by=None, at=at)
    return run


def look(session: Session, place: Place, *lines: str, mode: str = "bulk", day: int = 0) -> ImportRun:
    at = NOON + timedelta(days=day)
    files = {"manifest.csv": manifest(mode), "orgs.csv": ORGS, "users.csv": HEAD + "".join(lines)}
    opened = bundle.open_zip(packed(files), "staff.zip")
    reading = import_services.read_bundle(session, place.source, opened, at=at)
    return import_services.receive(session, place.source, reading, "staff.zip", by=None, at=at)


def person(session: Session, number: int) -> User:
    return session.scalars(select(User).where(User.email == f"p{number}@district.example")).one()


def role_of(session: Session, team: Team, user: User) -> TeamRole | None:
    return session.scalar(
        select(Membership.role).where(
            Membership.team_id == team.id, Membership.user_id == user.id, Membership.deleted_at.is_(None)
        )
    )


def test_staff_get_accounts_and_places_and_nobody_else(session: Session, place: Place) -> None:
    run = bring(session, place, line(1, "principal"), line(2), line(3, "proctor"), line(4, "student"))

    assert (run.state, run.mapping["made"]) == ("done", 2)
    assert role_of(session, place.team, person(session, 1)) is TeamRole.LEAD
    assert role_of(session, place.team, person(session, 2)) is TeamRole.MEMBER
    assert (
        session.scalar(select(User).where(User.email.in_(["p3@district.example", "p4@district.example"])))
        is None
    )
    assert run.mapping["skipped"]["students"] == 1


def test_a_second_time_changes_nothing(session: Session, place: Place) -> None:
    bring(session, place, line(1), line(2))
    again = look(session, place, line(1), line(2), day=1)
    assert (again.rows_created, again.rows_changed, again.rows_unchanged) == (0, 0, 2)


def test_the_file_is_not_kept_only_what_was_read_of_staff(session: Session, place: Place) -> None:
    run = look(session, place, line(1), line(9, "student"))
    kept = session.get_one(Attachment, run.attachment_id)
    assert kept.name == "reading.json.gz"
    assert "Given9" not in str(import_services.reading_of(session, run).as_json())


@pytest.mark.parametrize("way", ["absent", "tobedeleted", "inactive"])
def test_who_leaves_is_out_at_once(session: Session, place: Place, way: str) -> None:
    bring(session, place, line(1, "principal"), line(2))
    leaver = person(session, 2)
    session.add(SignIn(secret_hash=hashed("x"), user_id=leaver.id, created_at=NOON, last_seen_at=NOON))
    session.flush()
    rows = [line(1, "principal")] + ([] if way == "absent" else [line(2, status=way)])

    bring(session, place, *rows, day=1)

    assert leaver.disabled_at == NOON + timedelta(days=1)
    assert role_of(session, place.team, leaver) is None
    assert session.scalars(select(SignIn.revoked_at).where(SignIn.user_id == leaver.id)).one() is not None


def test_absent_from_an_update_ends_nothing(session: Session, place: Place) -> None:
    bring(session, place, line(1), line(2))
    bring(session, place, line(1), mode="delta", day=1)
    assert person(session, 2).is_active


def test_what_hangs_on_a_leaver_goes_to_another_lead_and_comes_back(session: Session, place: Place) -> None:
    bring(session, place, line(1, "principal"), line(2, "principal"))
    stays, leaver = person(session, 1), person(session, 2)
    link = session.scalars(select(Link).where(Link.lower_id == place.team.id)).one()
    link.sender_id = leaver.id
    session.flush()

    run = bring(session, place, line(1, "principal"), day=1)
    assert link.sender_id == stays.id
    assert session.scalar(
        select(Notice.id).where(Notice.user_id == stays.id, Notice.kind == "team.left_roster")
    )

    import_services.undo(session, place.source, run, at=NOON + timedelta(days=2))
    assert (link.sender_id, leaver.is_active) == (leaver.id, True)
    assert role_of(session, place.team, leaver) is TeamRole.LEAD
    assert run.state == "undone"


def test_a_team_that_loses_its_only_lead_is_told_above(session: Session, place: Place) -> None:
    above = make.make_user(session, place.hub, role=TeamRole.LEAD)
    bring(session, place, line(1, "principal"), line(2))
    bring(session, place, line(2), day=1)
    told = select(Notice.subject).where(Notice.user_id == above.id, Notice.kind == "team.no_lead")
    assert session.scalars(told).one() == f"Nobody leads {place.team.name}"


def test_much_access_waits_for_a_persons_yes(session: Session, place: Place) -> None:
    everybody = [line(number) for number in range(10)]
    bring(session, place, *everybody)
    run = look(session, place, *everybody[:6], day=1)
    assert run.mapping["waits"] is True

    with pytest.raises(RuleError, match="4 of 10"):
        import_services.write(session, place.source, run, agreed=False, leave_out=False, by=None, at=NOON)
    assert all(person(session, number).is_active for number in range(10))

    import_services.write(session, place.source, run, agreed=True, leave_out=False, by=None, at=NOON)
    assert not person(session, 9).is_active


def test_a_file_without_anybody_is_refused(session: Session, place: Place) -> None:
    bring(session, place, line(1))
    run = look(session, place, line(7, "student"), day=1)
    assert run.mapping["is_refused"] is True
    with pytest.raises(RuleError):
        import_services.write(session, place.source, run, agreed=True, leave_out=True, by=None, at=NOON)


@pytest.mark.parametrize(
    ("ending", "active", "waits"),
    [(1, 5, False), (2, 5, False), (3, 5, True), (20, 400, False), (21, 4000, True), (3, 30, False),
     (4, 30, True), (2, 2, True), (1, 1, False)],
)  # fmt: skip
def test_the_guard(ending: int, active: int, waits: bool) -> None:
    assert rules.must_wait(ending, active) is waits


def test_whoever_comes_back_has_everything_again(session: Session, place: Place) -> None:
    bring(session, place, line(1, "principal"), line(2))
    bring(session, place, line(1, "principal"), day=1)
    bring(session, place, line(1, "principal"), line(2), day=2)
    assert person(session, 2).is_active
    assert role_of(session, place.team, person(session, 2)) is TeamRole.MEMBER


def test_an_account_that_an_administrator_closed_stays_closed(session: Session, place: Place) -> None:
    bring(session, place, line(1), line(2), line(3))
    person(session, 2).disabled_at = NOON
    session.flush()
    bring(session, place, line(1), line(3), day=1)
    bring(session, place, line(1), line(2), line(3), day=2)
    assert not person(session, 2).is_active


def test_undo_closes_what_it_made(session: Session, place: Place) -> None:
    run = bring(session, place, line(1), line(2))
    import_services.undo(session, place.source, run, at=NOON + timedelta(days=1))
    assert not person(session, 1).is_active
    assert role_of(session, place.team, person(session, 1)) is None
    bring(session, place, line(1), day=2)
    assert person(session, 1).is_active
    assert role_of(session, place.team, person(session, 1)) is TeamRole.MEMBER


def test_a_later_import_is_taken_back_first(session: Session, place: Place) -> None:
    first = bring(session, place, line(1))
    bring(session, place, line(1), line(2), day=1)
    with pytest.raises(RuleError):
        import_services.undo(session, place.source, first, at=NOON)


def test_people_of_another_network_are_neither_linked_nor_ended(session: Session, place: Place) -> None:
    elsewhere = make.make_team(session)
    stranger = make.make_user(session, elsewhere, email="p1@district.example", role=TeamRole.LEAD)
    run = bring(session, place, line(1), line(2))
    assert run.mapping["skipped"]["elsewhere"] == 1
    bring(session, place, line(2), day=1)
    assert stranger.is_active
    assert role_of(session, place.team, stranger) is None


def test_who_also_belongs_elsewhere_loses_only_this_place(session: Session, place: Place) -> None:
    other = make.make_team(session)
    both = make.make_user(session, place.team, other, email="p1@district.example")
    bring(session, place, line(1), line(2), line(3))
    bring(session, place, line(2), line(3), day=1)
    assert (both.is_active, role_of(session, place.team, both)) == (True, None)
    assert role_of(session, other, both) is TeamRole.MEMBER


def test_an_administrator_is_nobodys_to_end(session: Session, place: Place) -> None:
    admin = make.make_user(session, place.team, email="p1@district.example", is_admin=True)
    bring(session, place, line(1), line(2))
    bring(session, place, line(2), day=1)
    assert (admin.is_active, role_of(session, place.team, admin)) == (True, TeamRole.MEMBER)


def test_the_last_network_lead_stays_one(session: Session, place: Place) -> None:
    place.source.site_id = None
    lead = make.make_user(session, email="p1@district.example")
    make.make_network_member(session, place.network, lead, NetworkRole.LEAD)
    bring(session, place, line(1), line(2))
    bring(session, place, line(2), day=1)
    assert lead.is_active


def test_a_new_name_reaches_an_account_that_is_the_rosters_own(session: Session, place: Place) -> None:
    linked = make.make_user(session, place.team, email="p2@district.example", name="Own Name")
    bring(session, place, line(1), line(2))
    bring(session, place, line(1).replace("Given1", "Newname"), line(2).replace("Given2", "Newname"), day=1)
    assert (person(session, 1).name, linked.name) == ("Newname Family", "Own Name")


def test_a_place_that_somebody_gave_is_not_the_rosters(session: Session, place: Place) -> None:
    lead = make.make_user(session, place.team, email="p1@district.example", role=TeamRole.LEAD)
    run = bring(session, place, line(1))
    assert role_of(session, place.team, lead) is TeamRole.LEAD
    import_services.undo(session, place.source, run, at=NOON)
    assert (role_of(session, place.team, lead), lead.is_active) == (TeamRole.LEAD, True)


def test_schools_that_are_new_are_added_and_taken_back(session: Session, place: Place) -> None:
    orgs = ORGS + "s2,,New school,school,080001000777,d1\n"
    files = {"manifest.csv": manifest(), "orgs.csv": orgs, "users.csv": HEAD + line(1)}
    reading = import_services.read_bundle(session, place.source, bundle.open_zip(packed(files), "a"), at=NOON)
    run = import_services.receive(session, place.source, reading, "a.zip", by=None, at=NOON)
    import_services.write(session, place.source, run, agreed=False, leave_out=False, by=None, at=NOON)
    made = session.scalars(select(Site).where(Site.name == "New school")).one()
    assert (made.parent_id, made.nces_id) == (place.district.id, "080001000777")
    assert queries.places_of(session, place.source)["s1"].site_id == place.site.id
    import_services.undo(session, place.source, run, at=NOON)
    assert made.deleted_at is not None
