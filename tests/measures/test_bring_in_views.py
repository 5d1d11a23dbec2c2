"""Bringing a table of counts in, from pasting it to taking it back."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import xlsxwriter
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measurement
from measures.queries import records, standing_records
from milestones.models import Milestone
from nic_platform import clock
from nic_platform.tables import ImportRun
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


def day(offset: int) -> date:
    return clock.today("America/Denver") + timedelta(days=offset)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def milestone(session: Session, world: World) -> Milestone:
    found = session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()
    found.name = "Exit tickets"
    session.flush()
    return found


def paste(client: FlaskClient, world: World, text: str) -> str:
    """Paste a table and return the address of its run."""
    response = client.post(f"/plans/{world.ids['plan_id']}/measurements/bring-in", data={"text": text})
    assert response.status_code == 303, re.findall(r'class="err"[^>]*>([^<]+)', response.text)
    return str(response.location)


def table(*rows: str) -> str:
    return "\n".join(("Date\tMilestone\tCount\tOut of\tNote", *rows))


def standing(session: Session, milestone: Milestone) -> list[tuple[date, float | None, float | None]]:
    session.expire_all()
    key = (milestone.measure_id or 0, milestone.team_id)
    found = standing_records(records(session, [key]).get(key, []))
    return [(record.on, record.count, record.population) for record in found]


def test_a_pasted_table_is_shown_then_written_then_taken_back(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    before = standing(session, milestone)
    path = paste(
        member, world, table(f"{day(-9)}\tExit tickets\t15\t24", f"{day(-2)}\texit tickets\t18 of 24")
    )

    page = member.get(path).text
    assert "Write 2 counts" in page
    assert "15 of 24" in page
    assert standing(session, milestone) == before

    assert member.post(f"{path}/write").status_code == 303
    assert standing(session, milestone) == [*before, (day(-9), 15, 24), (day(-2), 18, 24)]
    assert member.post(f"{path}/write").status_code == 409

    assert member.post(f"{path}/undo").status_code == 303
    assert standing(session, milestone) == before
    assert member.post(f"{path}/undo").status_code == 409


def test_a_second_run_of_the_same_table_writes_nothing(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    text = table(f"{day(-9)}\tExit tickets\t15\t24")
    member.post(paste(member, world, text) + "/write")
    once = standing(session, milestone)

    page = member.get(paste(member, world, text)).text

    assert "every count is there already" in page
    assert standing(session, milestone) == once


def test_differing_numbers_correct_only_when_that_is_ticked_and_come_back_with_undo(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    member.post(paste(member, world, table(f"{day(-9)}\tExit tickets\t15\t24")) + "/write")
    path = paste(member, world, table(f"{day(-9)}\tExit tickets\t16\t24"))

    page = member.get(path).text
    assert "15 of 24" in page
    assert "There is nothing to write unless" in page
    columns = {
        "map_observed_on": "Date",
        "map_what": "Milestone",
        "map_count": "Count",
        "map_population": "Out of",
    }
    assert member.post(path, data={**columns, "corrects": "y"}).status_code == 303
    assert member.post(f"{path}/write").status_code == 303
    assert (day(-9), 16, 24) in standing(session, milestone)
    assert "<s>15 of 24</s>" in member.get(f"/milestones/{milestone.public_id}").text

    member.post(f"{path}/undo")
    assert (day(-9), 15, 24) in standing(session, milestone)


def test_one_bad_row_keeps_every_row_out_and_each_problem_is_named(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    before = standing(session, milestone)
    path = paste(
        member,
        world,
        table(
            f"{day(-9)}\tExit tickets\t15\t24",
            f"{day(3)}\tExit tickets\t15\t24",
            f"{day(-8)}\tExit tikets\t15\t24",
            f"{day(-7)}\tExit tickets\t25\t24",
            f"{day(-6)}\tExit tickets\tsome\t24",
            f"{day(-5)}\tExit tickets\t15\t31",
        ),
    )

    page = member.get(path).text
    for sentence in (
        "This day has not come yet", "Did you mean “Exit tickets”?", "25 is more than the 24 there are",
        "Write a number, such as 20", "out of 24, now out of 31",
    ):  # fmt: skip
        assert sentence in page
    assert "5 rows to mend" in page
    assert member.post(f"{path}/write").status_code == 409
    assert standing(session, milestone) == before


def test_a_group_that_changed_is_taken_with_a_note_or_a_tick(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    with_note = paste(member, world, table(f"{day(-9)}\tExit tickets\t15\t31\tseven new teachers"))
    assert "Write one count" in member.get(with_note).text

    path = paste(member, world, table(f"{day(-8)}\tExit tickets\t15\t31"))
    assert "One row to mend" in member.get(path).text
    columns = {
        "map_observed_on": "Date",
        "map_what": "Milestone",
        "map_count": "Count",
        "map_population": "Out of",
    }
    member.post(path, data={**columns, "is_steady_known": "y"})
    assert "Write one count" in member.get(path).text


def test_a_day_that_could_be_two_days_is_asked_about(
    world: World, member: FlaskClient, milestone: Milestone
) -> None:
    year = day(-200).year
    path = paste(member, world, table(f"02/03/{year}\tExit tickets\t15\t24"))

    page = member.get(path).text
    assert "This could be two days" in page or "This day has not come yet" in page


def test_a_workbook_is_read_and_a_table_without_names_is_about_the_chosen_series(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    other = make.make_milestone(session, world.school, plan=milestone.plan, name="Lesson plans")
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Week of", "n_yes", "n_all"])
    sheet.write_datetime(1, 0, datetime.combine(day(-9), time()),
                         book.add_format({"num_format": "yyyy-mm-dd"}))  # fmt: skip
    sheet.write_row(1, 1, [17, 24])
    book.close()
    stream.seek(0)
    data: dict[str, Any] = {"file": (stream, "counts.xlsx")}
    path = member.post(f"/plans/{world.ids['plan_id']}/measurements/bring-in", data=data).location

    assert "Choose the column that holds “Milestone or measure”" in member.get(path).text
    assert other.name in member.get(path).text
    key = str(milestone.measure.public_id) if milestone.measure else ""
    columns = {"map_observed_on": "Week of", "map_count": "n_yes", "map_population": "n_all", "only": key}
    member.post(path, data=columns)
    member.post(f"{path}/write")

    assert (day(-9), 17, 24) in standing(session, milestone)


def test_subgroups_are_kept_apart_from_the_whole(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    rows = ("Date|Milestone|Grade band|Count|Out of", "{0}|Exit tickets|K–1|5|7", "{0}|Exit tickets||15|24")
    text = "\n".join(rows).format(day(-9)).replace("|", "\t")
    member.post(paste(member, world, text) + "/write")

    found = session.scalars(select(Measurement).where(Measurement.observed_on == day(-9))).all()
    assert {(row.subgroup, row.count) for row in found} == {("K–1", 5), ("", 15)}


def test_what_was_corrected_by_hand_since_stays_when_a_run_is_taken_back(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    path = paste(member, world, table(f"{day(-9)}\tExit tickets\t15\t24"))
    member.post(f"{path}/write")
    row = session.scalars(select(Measurement).order_by(Measurement.id.desc())).first()
    assert row is not None
    member.post(
        f"/measurements/{row.public_id}/correct",
        data={"count": "19", "population": "24", "observed_on": str(day(-9))},
    )

    page = member.post(f"{path}/undo", follow_redirects=True).text

    assert "One count was corrected since and stays" in page
    assert (day(-9), 19, 24) in standing(session, milestone)


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_pasted_is_answered_with_the_mend(world: World, member: FlaskClient, text: str) -> None:
    response = member.post(f"/plans/{world.ids['plan_id']}/measurements/bring-in", data={"text": text})

    assert response.status_code == 422
    assert "Paste a table with its header row" in response.text


@pytest.mark.parametrize(("role", "status"), [("coach", 403), ("hub", 403), ("peer", 404), ("analyst", 404)])
def test_others_bring_nothing_in(world: World, browse: Browse, role: str, status: int) -> None:
    path = f"/plans/{world.ids['plan_id']}/measurements/bring-in"
    assert browse(world.people[role]).get(path).status_code == status


def test_the_pages_take_the_same_few_statements_however_many_counts(
    session: Session, world: World, member: FlaskClient, milestone: Milestone, count_queries: CountQueries
) -> None:
    found = []
    for times in (1, 8):
        rows = [f"{day(-at - 20 * times)}\tExit tickets\t{10 + at}\t24" for at in range(times)]
        path = paste(member, world, table(*rows))
        make.make_milestone(session, world.school, plan=milestone.plan)
        with count_queries() as seen:
            member.get(path)
            member.get(f"/plans/{world.ids['plan_id']}/measurements/bring-in")
        found.append(len(seen))
    assert found[0] == found[1]
    assert found[0] <= 24


def test_a_run_is_on_the_list_of_imports(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    path = paste(member, world, table(f"{day(-9)}\tExit tickets\t15\t24"))

    assert path in member.get("/network/imports").text
    assert session.scalars(select(ImportRun.kind).order_by(ImportRun.id.desc())).first() == "measurements"
