"""A term's figures typed into one page, and a day's; who may, who only reads, what two people see."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure, Measurement
from measures.queries import Record, records, standing_records
from measures.rules import Rhythm
from nic_platform import clock
from teams.models import SchoolYear
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
FORM = re.compile(r'<form method="post"[^>]*data-grid.*?</form>', re.DOTALL)
INPUT = re.compile(r"<input([^>]*)>")


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def measure(session: Session, world: World) -> Measure:
    found = session.scalars(select(Measure).where(Measure.public_id == world.ids["measure_id"])).one()
    found.breakdown = {"Grade": ["03", "04"]}
    year = SchoolYear(network_id=world.network.id, name="now", starts_on=day(100), ends_on=day(-150))
    session.add(year)
    session.flush()
    return found


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def day(back: int) -> date:
    return clock.today("America/Denver") - timedelta(days=back)


def stretch(back: int = 20) -> str:
    return f"from={day(back)}&to={day(0)}"


def address(measure: Measure, **more: Any) -> str:
    return f"/measures/{measure.public_id}/grid?{stretch()}" + "".join(f"&{k}={v}" for k, v in more.items())


def filled(html: str) -> dict[str, Any]:
    """Return what the browser would send of the page's grid."""
    found = FORM.search(html)
    assert found is not None
    sent: dict[str, Any] = {}
    for match in INPUT.finditer(found[0]):
        attributes = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', match[1])}
        name = attributes.get("name")
        if name in {"day", "column"}:
            sent.setdefault(name, []).append(attributes["value"])
        elif name and name != "add_day":
            sent[name] = attributes.get("value", "")
    return sent


def first_day(html: str) -> str:
    return str(filled(html)["day"][0])


def standing(session: Session, measure: Measure, world: World) -> list[Record]:
    session.expire_all()
    key = (measure.id, world.school.id)
    return standing_records(records(session, [key], subgroup=None)[key])


def numbers(found: list[Record]) -> set[tuple[str, float | None, float | None]]:
    return {(record.subgroup, record.count, record.population) for record in found}


def test_a_row_of_figures_of_all_groups_is_saved_at_once(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    before = numbers(standing(session, measure, world))
    page = member.get(address(measure)).text
    sent, on = filled(page), first_day(page)
    sent |= {
        f"count:{on}::": "20", f"population:{on}::": "24",
        f"count:{on}:Grade:03": "9 of 12", f"count:{on}:Grade:04": "0", f"population:{on}:Grade:04": "12",
    }  # fmt: skip

    response = member.post(address(measure), data=sent)

    assert response.status_code == 303
    assert numbers(standing(session, measure, world)) - before == {("", 20, 24), ("03", 9, 12), ("04", 0, 12)}
    assert {each.subgroup_set for each in standing(session, measure, world)} == {"", "Grade"}
    assert "3 figures are saved" in member.get(response.location).text


def test_good_cells_are_saved_bad_ones_come_back_as_typed(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    page = member.get(address(measure)).text
    sent, on = filled(page), first_day(page)
    sent |= {
        f"count:{on}::": "20", f"population:{on}::": "24",
        f"count:{on}:Grade:03": "12,5", f"population:{on}:Grade:03": "12",
    }  # fmt: skip

    response = member.post(address(measure), data=sent)

    assert response.status_code == 422
    assert ("", 20, 24) in numbers(standing(session, measure, world))
    back = filled(response.text)
    assert back[f"count:{on}:Grade:03"] == "12,5"
    assert back[f"population:{on}:Grade:03"] == "12"
    assert "One figure is saved." in response.text
    assert "Write decimals with a point" in response.text
    assert f'href="#c-{on}:Grade:03"' in response.text


def test_a_changed_figure_is_a_correction_that_keeps_the_earlier_one_and_an_emptied_one_is_taken_back(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    page = member.get(address(measure)).text
    on = first_day(page)
    member.post(address(measure), data=filled(page) | {f"count:{on}::": "20", f"population:{on}::": "24"})
    page = member.get(address(measure)).text
    member.post(address(measure), data=filled(page) | {f"count:{on}::": "21"})
    assert ("", 21, 24) in numbers(standing(session, measure, world))

    page = member.get(address(measure)).text
    response = member.post(
        address(measure), data=filled(page) | {f"count:{on}::": "", f"population:{on}::": ""}
    )

    assert "One is taken back." in member.get(response.location).text
    assert not any(each.on.isoformat() == on for each in standing(session, measure, world))
    rows = session.scalars(
        select(Measurement).where(Measurement.observed_on == date.fromisoformat(on)).order_by(Measurement.id)
    ).all()
    assert [(row.count, row.is_withdrawn) for row in rows if row.measure_id == measure.id] == [
        (20, False),
        (21, False),
        (None, True),
    ]


def test_of_two_people_the_second_sees_both_figures_and_loses_none(
    session: Session, world: World, browse: Browse, member: FlaskClient, measure: Measure
) -> None:
    lead = browse(world.people["lead"])
    mine, theirs = member.get(address(measure)).text, lead.get(address(measure)).text
    on = first_day(mine)
    other = filled(mine)["day"][1]
    lead.post(address(measure), data=filled(theirs) | {f"count:{on}::": "20", f"population:{on}::": "24"})

    response = member.post(
        address(measure),
        data=filled(mine) | {f"count:{on}::": "17", f"population:{on}::": "24",
                             f"count:{other}::": "18", f"population:{other}::": "24"},
    )  # fmt: skip

    assert response.status_code == 422
    assert "saved 20 of 24 here meanwhile" in response.text
    assert world.people["lead"].name in response.text
    assert {("", 20, 24), ("", 18, 24)} <= numbers(standing(session, measure, world))
    again = filled(response.text)
    assert again[f"count:{on}::"] == "17"
    assert member.post(address(measure), data=again).status_code == 303  # on purpose, now that both are seen
    assert ("", 17, 24) in numbers(standing(session, measure, world))
    assert ("", 20, 24) not in numbers(standing(session, measure, world))


def test_a_group_that_changed_is_asked_about_once_and_a_word_lets_it_pass(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    page = member.get(address(measure)).text
    days = filled(page)["day"][:3]
    typed = {f"count:{on}::": "20" for on in days} | {f"population:{on}::": "40" for on in days}

    response = member.post(address(measure), data=filled(page) | typed)

    assert response.status_code == 422
    assert response.text.count("Say in a word why") == 2  # on top and at the row
    note = {f"note:{days[0]}::": "two classes joined"}
    assert member.post(address(measure), data=filled(response.text) | note).status_code == 303
    found = [each for each in standing(session, measure, world) if each.population == 40]
    assert [each.note for each in found] == ["two classes joined", "", ""]


def test_a_day_can_be_added_and_what_was_typed_stays(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    page = member.get(address(measure)).text
    sent, extra = filled(page), day(40)
    on = first_day(page)
    count = len(standing(session, measure, world))

    response = member.post(
        address(measure), data=sent | {f"count:{on}::": "7", "add_day": str(extra), "do": "add"}
    )

    assert response.status_code == 200
    back = filled(response.text)
    assert back[f"count:{on}::"] == "7"
    assert str(extra) in back["day"]
    assert len(standing(session, measure, world)) == count
    done = member.post(
        address(measure),
        data=back | {f"count:{on}::": "", f"count:{extra}::": "5", f"population:{extra}::": "24"},
    )
    assert done.status_code == 303
    assert f"add={extra}" in done.location
    near = day(1)
    entered = member.post(
        address(measure), data=filled(member.get(address(measure)).text) | {"add_day": str(near)}
    )
    assert str(near) in filled(member.get(entered.location).text)["day"]
    late = member.post(address(measure), data=sent | {"add_day": str(day(-3)), "do": "add"})
    assert late.status_code == 422
    assert "has not come yet" in late.text


def test_a_stretch_with_too_many_cells_shows_its_newest_days_and_says_so(
    session: Session, member: FlaskClient, measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("measures.grid_views.MOST_CELLS", 30)
    measure.rhythm = Rhythm.DAILY
    session.flush()

    page = member.get(f"/measures/{measure.public_id}/grid?from={day(30)}&to={day(0)}").text

    assert len(filled(page)["day"]) == 10
    assert "earlier days do not fit" in page


def test_a_group_that_left_the_breakdown_meanwhile_comes_back_with_its_figure(
    session: Session, member: FlaskClient, measure: Measure
) -> None:
    page = member.get(address(measure)).text
    on = first_day(page)
    measure.breakdown = {"Grade": ["03"]}
    session.flush()
    typed = {f"count:{on}:Grade:04": "5", f"population:{on}:Grade:04": "12"}

    response = member.post(address(measure), data=filled(page) | typed)

    assert response.status_code == 422
    assert "“04” is not in the breakdown any more" in response.text
    assert filled(response.text)[f"count:{on}:Grade:04"] == "5"


def test_those_above_read_but_never_type_and_small_groups_of_students_are_hidden(
    session: Session, world: World, browse: Browse, measure: Measure
) -> None:
    measure.counts_students = True
    on = {"on": day(2)}
    make.make_measurement(session, measure, world.school, count=7, population=9, **on)
    make.make_measurement(
        session, measure, world.school, count=30, population=60, subgroup_set="Grade", subgroup="03", **on
    )
    hub = browse(world.people["hub"])

    page = hub.get(address(measure))

    assert page.status_code == 200
    assert "data-grid" not in page.text
    assert "7 of 9" not in page.text
    assert "30 of 60" not in page.text
    assert "Too few students to show" in page.text
    table = hub.get(f"/measures/{measure.public_id}/grid/csv?{stretch()}").text
    assert ",7,9," not in table
    assert ",30,60," not in table
    assert "Too few students to show" in table
    assert hub.post(address(measure), data={}).status_code == 403
    assert "7 of 9" in browse(world.people["observer"]).get(address(measure)).text


def test_a_small_plain_count_of_students_is_hidden_from_those_above(
    session: Session, world: World, browse: Browse
) -> None:
    found = make.make_measure(session, world.school, type="count", counts_students=True)
    make.make_measurement(session, found, world.school, count=3, on=day(2))

    text = browse(world.people["hub"]).get(address(found)).text

    assert "Too few students to show" in text
    assert ">3<" not in text


def test_the_exported_grid_is_filled_in_and_brought_in_again(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    page = member.get(address(measure)).text
    on = first_day(page)
    data = member.get(f"/measures/{measure.public_id}/grid/csv?{stretch()}").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(data.lstrip("\ufeff"))))
    for row in rows:
        if row[0] == on and row[3] == "03":
            row[4:6] = ["11", "12"]
    out = io.StringIO()
    csv.writer(out, delimiter="\t").writerows(rows)

    path = member.post("/measures/bring-in", data={"text": out.getvalue()}).location
    run = member.get(path).text

    assert "Write one count" in run
    assert "left out: no figure yet" in run
    assert member.post(f"{path}/write").status_code == 303
    assert ("03", 11, 12) in numbers(standing(session, measure, world))
    assert member.post(f"{path}/undo").status_code == 303
    assert ("03", 11, 12) not in numbers(standing(session, measure, world))
    assert member.get(f"/measures/{measure.public_id}/grid/xlsx?{stretch()}").data[:2] == b"PK"
    assert member.get(f"/measures/{measure.public_id}/grid/pdf?{stretch()}").status_code == 404


def test_a_table_of_many_measures_says_each_problem_with_its_mend(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    measure.name = "Exit tickets"
    other = make.make_measure(session, world.school, name="Days to answer", type="continuous")
    text = "\n".join((
        "Date\tMeasure\tGroup\tCount\tOut of\tValue\tNote",
        f"{day(9)}\tExit tickets\t03\t9\t12\t\t",
        f"{day(9)}\tDays to answer\t\t\t\t4.5\t",
        f"{day(8)}\tExit tikets\t\t9\t24\t\t",
        f"{day(8)}\tExit tickets\t3\t9\t12\t\t",
        f"{day(7)}\tExit tickets\t\t30\t24\t\t",
        f"{day(6)}\tDays to answer\t\t\t\t4,5\t",
        f"{day(-2)}\tDays to answer\t\t\t\t4\t",
        f"{day(9)}\tDays to answer\t\t\t\t5\t",
        f"{day(900)}\tDays to answer\t\t\t\t5\t",
    ))  # fmt: skip

    path = member.post("/measures/bring-in", data={"text": text}).location
    page = member.get(path).text

    for sentence in (
        "Did you mean “Exit tickets”?", "leading zeros seem lost", "30 is more than the 24 there are",
        "Write decimals with a point", "has not come yet", "Another row gives another number",
        "before the school year",
    ):  # fmt: skip
        assert sentence in page
    assert member.post(f"{path}/write").status_code == 409
    assert not session.scalars(select(Measurement).where(Measurement.measure_id == other.id)).all()


def test_days_before_the_school_year_come_in_once_they_are_said_to_be_right(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    text = f"Date\tMeasure\tCount\tOut of\n{day(900)}\t{measure.name}\t9\t24"
    path = member.post("/measures/bring-in", data={"text": text}).location
    columns = {
        "map_observed_on": "Date",
        "map_what": "Measure",
        "map_count": "Count",
        "map_population": "Out of",
    }

    member.post(path, data={**columns, "is_earlier_right": "y"})

    assert member.post(f"{path}/write").status_code == 303
    assert day(900) in {each.on for each in standing(session, measure, world)}


def test_all_measures_of_a_day_are_typed_on_one_page(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    other = make.make_measure(session, world.school, name="Days to answer", type="continuous")
    unused = make.make_measure(session, None, network_id=world.network.id, name="Nobody counts this")
    path = f"/measures/enter?on={day(3)}"
    page = member.get(path).text
    assert unused.name not in page
    typed = {
        f"count:{measure.public_id}:Grade:03": "10", f"population:{measure.public_id}:Grade:03": "12",
        f"value:{other.public_id}::": "4,5",
    }  # fmt: skip

    response = member.post(path, data=filled(page) | typed)

    assert response.status_code == 422
    assert ("03", 10, 12) in numbers(standing(session, measure, world))
    again = filled(response.text)
    assert again[f"value:{other.public_id}::"] == "4,5"
    again[f"value:{other.public_id}::"] = "4.5"
    assert member.post(path, data=again).status_code == 303
    assert [each.amount for each in standing(session, other, world)] == [4.5]
    assert "This day has not come yet" in member.get(f"/measures/enter?on={day(-2)}").text


def test_a_grid_of_a_year_takes_as_many_statements_as_one_of_a_week(
    session: Session, world: World, member: FlaskClient, measure: Measure, count_queries: CountQueries
) -> None:
    with count_queries() as few:
        member.get(f"/measures/{measure.public_id}/grid?from={day(6)}&to={day(0)}")
    for back in range(3, 60):
        make.make_measurement(session, measure, world.school, count=7, population=24, on=day(back))
    with count_queries() as many:
        member.get(f"/measures/{measure.public_id}/grid?from={day(200)}&to={day(0)}")

    assert len(many) == len(few)
    assert len(many) <= 12


@pytest.mark.parametrize(
    "query", ["from=x&to=2026-13-01&team=", "from=2026-02-01", "from=0001-01-01&to=9999-01-01"]
)
def test_an_address_that_names_no_stretch_shows_the_term(
    member: FlaskClient, measure: Measure, query: str
) -> None:
    page = member.get(f"/measures/{measure.public_id}/grid?{query}")

    assert page.status_code == 200
    assert 'aria-current="page">Second quarter' in page.text


def test_another_team_s_grid_is_not_there(world: World, browse: Browse, measure: Measure) -> None:
    assert browse(world.people["peer"]).get(address(measure)).status_code == 404
    assert browse(world.people["member"]).get(address(measure, team=world.hub.public_id)).status_code == 404


def test_many_figures_through_the_api_are_all_or_none_and_safe_to_send_twice(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    path = f"/api/v1/measures/{measure.public_id}/measurements/many"
    good = [
        {"observed_on": str(day(9)), "count": 20, "population": 24},
        {"observed_on": str(day(9)), "count": 9, "population": 12, "subgroup": "03"},
    ]

    refused = member.post(
        path, json={"items": [*good, {"observed_on": str(day(9)), "count": 9, "subgroup": "3"}]}
    )
    assert refused.status_code == 422
    assert set(refused.json["errors"]) == {"items.2.population"}
    strange = member.post(path, json={"items": [{**good[1], "subgroup": "3"}]})
    assert "leading zeros" in strange.json["errors"]["items.0.subgroup"]
    assert ("", 20, 24) not in numbers(standing(session, measure, world))

    assert member.post(path, json={"items": good}).json["created"] == 2
    again = member.post(path, json={"items": good}).json
    assert again == {
        "created": 0, "corrected": 0, "unchanged": 2, "left_out": 0, "is_trial": False, "save_id": None,
    }  # fmt: skip
    assert ("03", 9, 12) in numbers(standing(session, measure, world))
