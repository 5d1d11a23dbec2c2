"""One press takes back what one press of a grid's button saved; what others changed since stays."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure, MonthSum
from nic_platform.tables import ImportRun
from tests import factories as make
from tests.measures.test_grid_views import Browse, address, day, filled, first_day, numbers, standing
from tests.world import World, make_world

UNDO = re.compile(r'action="(/measures/saves/[^"]+/undo)"')


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def measure(session: Session, world: World) -> Measure:
    found = session.scalars(select(Measure).where(Measure.public_id == world.ids["measure_id"])).one()
    found.breakdown = {"Grade": ["03", "04"]}
    session.flush()
    return found


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def undo_of(html: str) -> str:
    found = UNDO.search(html)
    assert found is not None
    return found[1]


def sums(session: Session, measure: Measure) -> set[tuple[str, float, float]]:
    rows = session.scalars(select(MonthSum).where(MonthSum.measure_id == measure.id, MonthSum.n > 0))
    return {(row.subgroup, row.sum_y, row.sum_d) for row in rows}


def test_a_save_of_new_changed_and_emptied_figures_is_undone_with_one_press(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    on = first_day(member.get(address(measure)).text)
    first = {f"count:{on}::": "20", f"population:{on}::": "24",
             f"count:{on}:Grade:03": "9", f"population:{on}:Grade:03": "12"}  # fmt: skip
    member.post(address(measure), data=filled(member.get(address(measure)).text) | first)
    before, sums_before = numbers(standing(session, measure, world)), sums(session, measure)
    second = {f"count:{on}::": "21", f"count:{on}:Grade:03": "", f"population:{on}:Grade:03": "",
              f"count:{on}:Grade:04": "8", f"population:{on}:Grade:04": "12"}  # fmt: skip
    saved = member.post(address(measure), data=filled(member.get(address(measure)).text) | second)
    page = member.get(saved.location).text
    assert "2 figures are saved. One is taken back." in page
    assert numbers(standing(session, measure, world)) != before

    response = member.post(undo_of(page))

    assert response.status_code == 303
    assert "3 figures are as they were before" in member.get(response.location).text
    assert numbers(standing(session, measure, world)) == before
    assert sums(session, measure) == sums_before
    assert member.post(undo_of(page)).status_code == 409
    assert numbers(standing(session, measure, world)) == before
    assert UNDO.search(member.get(saved.location).text) is None


def test_what_somebody_changed_since_stays_when_a_save_is_undone(
    session: Session, world: World, browse: Browse, member: FlaskClient, measure: Measure
) -> None:
    page = member.get(address(measure)).text
    on, other = filled(page)["day"][:2]
    typed = {f"count:{each}::": "20" for each in (on, other)}
    typed |= {f"population:{each}::": "24" for each in (on, other)}
    mine = member.get(member.post(address(measure), data=filled(page) | typed).location).text
    lead = browse(world.people["lead"])
    theirs = lead.get(address(measure)).text
    lead.post(address(measure), data=filled(theirs) | {f"count:{on}::": "22"})

    response = member.post(undo_of(mine))

    words = member.get(response.location).text
    assert "One figure is as it was before. One figure was changed since and stays." in words
    found = {each.on.isoformat(): each.count for each in standing(session, measure, world)}
    assert found.get(on) == 22
    assert other not in found


def test_cells_that_came_back_and_were_mended_belong_to_the_same_save(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    before = numbers(standing(session, measure, world))
    page = member.get(address(measure)).text
    on = first_day(page)
    typed = {f"count:{on}::": "20", f"population:{on}::": "24",
             f"count:{on}:Grade:03": "9,5", f"population:{on}:Grade:03": "12"}  # fmt: skip
    back = member.post(address(measure), data=filled(page) | typed)
    assert back.status_code == 422
    mended = {f"count:{on}:Grade:03": "9", f"count:{on}::": "19"}  # and the one that was saved, once more

    saved = member.get(member.post(address(measure), data=filled(back.text) | mended).location).text

    assert {("", 19, 24), ("03", 9, 12)} <= numbers(standing(session, measure, world))
    assert member.post(undo_of(saved)).status_code == 303
    assert numbers(standing(session, measure, world)) == before


def test_a_day_of_all_measures_is_undone_and_leads_back_to_that_day(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    path = f"/measures/enter?on={day(3)}"
    typed = {f"count:{measure.public_id}:Grade:03": "10", f"population:{measure.public_id}:Grade:03": "12"}
    saved = member.post(path, data=filled(member.get(path).text) | typed)
    assert ("03", 10, 12) in numbers(standing(session, measure, world))

    response = member.post(undo_of(member.get(saved.location).text))

    assert f"/measures/enter?team={world.school.public_id}&on={day(3)}" in response.location
    assert ("03", 10, 12) not in numbers(standing(session, measure, world))


def test_a_save_is_gone_on_with_only_by_the_person_who_made_it(
    session: Session, world: World, browse: Browse, member: FlaskClient, measure: Measure
) -> None:
    lead = browse(world.people["lead"])
    page = lead.get(address(measure)).text
    on, other = filled(page)["day"][:2]
    figure = {f"count:{on}::": "20", f"population:{on}::": "24"}
    theirs = undo_of(lead.get(lead.post(address(measure), data=filled(page) | figure).location).text)
    sent = filled(member.get(address(measure)).text) | {"save": theirs.split("/")[3]}

    member.post(address(measure), data=sent | {f"count:{other}::": "18", f"population:{other}::": "24"})

    saves = session.scalars(select(ImportRun).where(ImportRun.kind == "figures", ImportRun.rows_created == 1))
    assert {save.created_by_id for save in saves} == {world.people["member"].id, world.people["lead"].id}


def test_nobody_above_undoes_what_a_team_saved(
    session: Session, world: World, browse: Browse, member: FlaskClient, measure: Measure
) -> None:
    page = member.get(address(measure)).text
    on = first_day(page)
    figure = {f"count:{on}::": "20", f"population:{on}::": "24"}
    saved = member.get(member.post(address(measure), data=filled(page) | figure).location)
    stranger = make.make_user(session)

    assert browse(world.people["hub"]).post(undo_of(saved.text)).status_code == 403
    assert browse(stranger).post(undo_of(saved.text)).status_code == 404
    assert UNDO.search(browse(world.people["hub"]).get(saved.request.full_path).text) is None
    assert ("", 20, 24) in numbers(standing(session, measure, world))
