"""Writing a table of schools: all or nothing, twice without a change, and back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform import audit, audit_trail, importing, tabular
from nic_platform.actor import Level
from nic_platform.errors import RuleError
from nic_platform.tables import ImportRun
from nic_platform.tabular import Table
from teams import site_importing, site_table, undo_importing
from teams.models import Network, Site, SiteClosure
from tests.factories import NOON, make_network, make_site, make_team

HEADER = ("District Code", "District Name", "School Code", "School Name", "PK-12 Total")
ROWS = [
    ("0010", "Mapleton 1", "0187", "Alder Creek", "393"),
    ("0010", "Mapleton 1", "0212", "Dry Fork", "306"),
    ("0030", "Adams 14", "0300", "Eagle Bend", "*"),
]


@pytest.fixture(autouse=True)
def _inside_the_application(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def table(*rows: tuple[str, ...]) -> Table:
    return Table("schools.csv", HEADER, rows or ROWS)


def plan_for(session: Session, network: Network, some: Table, **more: Any) -> site_importing.Plan:
    mapping = importing.propose(some.header, site_table.targets())
    return site_importing.make_plan(session, network.id, some, mapping, **more)


def bring_in(session: Session, network: Network, some: Table, **more: Any) -> ImportRun:
    plan = plan_for(session, network, some, **more)
    run = ImportRun(network_id=network.id, kind="sites", file_name=some.name, created_at=NOON)
    session.add(run)
    session.flush()
    site_importing.write(session, run, plan, by=None, at=NOON)
    return run


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.rows_created, run.rows_changed, run.rows_unchanged, run.rows_skipped


def site(session: Session, network: Network, code: str) -> Site:
    return session.scalars(select(Site).where(Site.network_id == network.id, Site.state_code == code)).one()


def closure_of(session: Session, network: Network) -> set[tuple[str, str, int]]:
    above, below = {}, {}
    for found in session.scalars(select(Site).where(Site.network_id == network.id)):
        above[found.id] = below[found.id] = found.name
    rows = session.execute(select(SiteClosure.above_id, SiteClosure.below_id, SiteClosure.depth))
    return {(above[a], below[b], depth) for a, b, depth in rows if b in below}


def test_districts_and_schools_are_made_with_their_closure(session: Session) -> None:
    network = make_network(session)
    assert counts(bring_in(session, network, table())) == (5, 0, 0, 0)
    school = site(session, network, "0010-0187")
    assert (school.name, school.level, school.enrolment) == ("Alder Creek", Level.SCHOOL, 393)
    assert school.parent is not None
    assert school.parent.state_code == "0010"
    assert closure_of(session, network) == {
        ("Mapleton 1", "Mapleton 1", 0), ("Adams 14", "Adams 14", 0),
        ("Alder Creek", "Alder Creek", 0), ("Dry Fork", "Dry Fork", 0), ("Eagle Bend", "Eagle Bend", 0),
        ("Mapleton 1", "Alder Creek", 1), ("Mapleton 1", "Dry Fork", 1), ("Adams 14", "Eagle Bend", 1),
    }  # fmt: skip


def test_a_second_time_changes_nothing(session: Session) -> None:
    network = make_network(session)
    bring_in(session, network, table())
    assert counts(bring_in(session, network, table())) == (0, 0, 5, 0)


def test_districts_go_under_the_one_state_there_is(session: Session) -> None:
    network = make_network(session)
    make_site(session, network, level=Level.STATE, name="Altamont", state="AL")
    bring_in(session, network, table())
    assert ("Altamont", "Alder Creek", 2) in closure_of(session, network)


def test_the_state_is_made_where_it_is_said_and_found_again(session: Session) -> None:
    network = make_network(session)
    assert counts(bring_in(session, network, table(), state="CO")) == (6, 0, 0, 0)
    assert counts(bring_in(session, network, table(), state="CO")) == (0, 0, 6, 0)
    assert ("Colorado", "Alder Creek", 2) in closure_of(session, network)


def test_what_changed_is_changed_and_told_in_its_history(session: Session) -> None:
    network = make_network(session)
    bring_in(session, network, table())
    newer = ("0010", "Mapleton 1", "0187", "Alder Creek Elementary", "400")
    assert counts(bring_in(session, network, table(newer))) == (0, 1, 1, 0)
    school = site(session, network, "0010-0187")
    assert (school.name, school.enrolment, school.version) == ("Alder Creek Elementary", 400, 2)
    told = audit.history(session, "site", school.public_id)
    assert told[0].changes == {"name": ("Alder Creek", "Alder Creek Elementary"), "enrolment": (393, 400)}
    assert list(audit_trail.verify(session)) == []


def test_a_hidden_figure_does_not_take_a_known_one_away(session: Session) -> None:
    network = make_network(session)
    bring_in(session, network, table())
    hidden = ("0010", "Mapleton 1", "0187", "Alder Creek", "*")
    assert counts(bring_in(session, network, table(hidden))) == (0, 0, 2, 0)


def test_a_school_that_moved_takes_its_closure_along(session: Session) -> None:
    network = make_network(session)
    ids = ("ncessch", "leaid", "school_name", "lea_name")
    old = Table("a.csv", ids, [("080000100214", "0800001", "Alder Creek", "Old district")])
    new = Table("b.csv", ids, [("080000100214", "0800002", "Alder Creek", "New district")])
    bring_in(session, network, old)
    assert counts(bring_in(session, network, new)) == (1, 1, 1, 0)
    closure = closure_of(session, network)
    assert ("New district", "Alder Creek", 1) in closure
    assert ("Old district", "Alder Creek", 1) not in closure


def test_any_problem_stops_all_of_it(session: Session) -> None:
    network = make_network(session)
    bad = table(*ROWS, ("0030", "Adams 14", "0301", "", "12"))
    with pytest.raises(RuleError, match="Nothing was imported"):
        bring_in(session, network, bad)
    assert session.scalar(select(func.count()).select_from(Site).where(Site.network_id == network.id)) == 0


def test_bad_rows_can_be_left_out_on_purpose(session: Session) -> None:
    network = make_network(session)
    bad = table(*ROWS, ("0030", "Adams 14", "0301", "", "12"), ROWS[0])
    assert counts(bring_in(session, network, bad, leave_out=True)) == (5, 0, 0, 0)


def test_a_code_that_another_place_has_is_a_problem_not_a_crash(session: Session) -> None:
    network = make_network(session)
    make_site(session, network, level=Level.SCHOOL, state_code="0010", name="Odd one")
    plan = plan_for(session, network, table())
    assert [p.sentence for p in plan.problems] == ["The network has this code for Odd one. Check both."]


def test_two_networks_hold_the_same_school_apart(session: Session) -> None:
    one, other = make_network(session), make_network(session)
    bring_in(session, one, table())
    assert counts(bring_in(session, other, table())) == (5, 0, 0, 0)


def test_an_import_can_be_taken_back_and_made_again(session: Session) -> None:
    network = make_network(session)
    bring_in(session, network, table(ROWS[0]))
    run = bring_in(session, network, table(("0010", "Mapleton 1", "0187", "Renamed", "393"), *ROWS[1:]))
    assert counts(run) == (3, 1, 1, 0)
    undo_importing.undo(session, run, at=NOON)
    living = session.scalars(
        select(Site.name).where(Site.network_id == network.id, Site.deleted_at.is_(None))
    )
    assert set(living) == {"Mapleton 1", "Alder Creek"}
    assert run.state == "undone"
    assert counts(bring_in(session, network, table())) == (0, 3, 2, 0)
    assert list(audit_trail.verify(session)) == []


def test_an_import_that_teams_stand_on_stays(session: Session) -> None:
    network = make_network(session)
    run = bring_in(session, network, table())
    make_team(session, site=site(session, network, "0010-0187"))
    with pytest.raises(RuleError, match="One team works at a site"):
        undo_importing.undo(session, run, at=NOON)


def test_colorado_twice(session: Session, shared: Path) -> None:
    network = make_network(session)
    path = shared / "data/directory/co_schools_cde_2024_25.csv"
    with path.open("rb") as stream:
        colorado = tabular.read_table(stream, path.name)
    first = bring_in(session, network, colorado, state="CO")
    assert counts(first) == (1903 + 186 + 1 - 1, 0, 0, 1)
    again = bring_in(session, network, colorado, state="CO")
    assert counts(again) == (0, 0, first.rows_created, 1)
