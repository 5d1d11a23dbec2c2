"""The full chart of a measure: its page, what can be taken away, and who sees how much of it."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from PIL import Image
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure
from milestones.models import Plan
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
START = date(2025, 9, 1)
COUNTS = [4, 6, 5, 7, 4, 6, 5, 7, 4, 6, 5, 7, 14, 15, 16, 14, 15, 16, 14, 15]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def measure(session: Session, world: World) -> Measure:
    """Twenty weeks of exit tickets at the own school, with a target and three marks."""
    made = make.make_measure(session, world.school, name="Exit tickets, grade 4", target=90.0)
    for at, count in enumerate(COUNTS):
        make.make_measurement(
            session, made, world.school, START + timedelta(weeks=at), count=count, population=20
        )
    note(session, world, made, "phase", 12, "Coaching began")
    note(session, world, made, "exclude", 3, "Fire drill")
    note(session, world, made, "story", 14, "“Now we plan it together”")
    return made


def note(session: Session, world: World, measure: Measure, kind: str, at: int, words: str) -> None:
    make.make_mark(session, measure, world.school, kind=kind, on=START + timedelta(weeks=at), words=words)


def plan_of(session: Session, world: World) -> Plan:
    return session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()


def path_of(measure: Measure, more: str = "") -> str:
    return f"/measures/{measure.public_id}/chart{more}"


def test_the_page_leads_with_the_sentence_and_names_its_rules(member: FlaskClient, measure: Measure) -> None:
    text = member.get(path_of(measure)).text

    assert "The phase since Nov 24 has 8 of 10 points" in text or "No signal yet." in text
    assert "No trend rule." in text
    assert "Phase 2: Coaching began" in text
    assert "Left out: Fire drill" in text
    assert "Now we plan it together" in text
    assert "Latest 75% on Jan 12; target 90%." in text
    assert text.count('class="pt off"') == 3  # wide, narrow and in the key
    assert "<script" not in re.sub(r"<script src[^>]*></script>", "", text)


def test_a_kind_is_chosen_in_the_address_and_kept_for_downloads(
    member: FlaskClient, measure: Measure
) -> None:
    text = member.get(path_of(measure, "?chart=p")).text

    assert "Limits at three sigma" in text
    assert "chart/png?chart=p" in text
    assert 'class="lim"' in text
    assert member.get(path_of(measure, "?chart=nonsense&team=nonsense")).status_code == 200
    assert "does not fit" in member.get(path_of(measure, "?chart=c")).text


def test_the_measures_own_kind_comes_first(session: Session, member: FlaskClient, measure: Measure) -> None:
    measure.chart = "p"
    session.flush()

    assert "Limits at three sigma" in member.get(path_of(measure)).text
    assert "No trend rule." in member.get(path_of(measure, "?chart=run")).text


def test_the_chart_can_be_pointed_at(member: FlaskClient, measure: Measure) -> None:
    text = member.get(path_of(measure, "?chart=p&zoom=1")).text

    assert 'id="measure-data"' in text
    assert "circle-open" in text
    assert '"hvh"' in text


def test_cycles_of_the_team_stand_under_the_chart(
    session: Session, world: World, member: FlaskClient, measure: Measure
) -> None:
    milestone = make.make_milestone(session, world.school, plan=plan_of(session, world), measure=measure)
    make.make_cycle(
        session, world.school, milestone=milestone, title="Timer on the board", stage="do", starts_on=START,
        ends_on=START + timedelta(days=14),
    )  # fmt: skip

    text = member.get(path_of(measure)).text

    assert "Timer on the board" in text
    assert "PDSA cycles" in text


def test_statements_do_not_grow_with_points_and_marks(
    session: Session,
    world: World,
    member: FlaskClient,
    measure: Measure,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    with count_queries() as before:
        member.get(path_of(measure))
    for at in range(30):
        make.make_measurement(
            session, measure, world.school, date(2026, 2, 1) + timedelta(days=at), count=9, population=20
        )
        note(session, world, measure, "change", 20 + at, f"Change {at}")
    with count_queries() as after:
        member.get(path_of(measure))

    assert len(after) == len(before) <= 12


def test_another_team_reads_it_only_from_above(world: World, browse: Browse, measure: Measure) -> None:
    asked = path_of(measure, f"?team={world.school.public_id}")

    assert browse(world.people["hub"]).get(asked).status_code == 200
    assert "Leave out" not in browse(world.people["hub"]).get(asked).text
    assert browse(world.people["peer"]).get(asked).status_code == 404
    assert browse(world.people["other_network"]).get(asked).status_code == 404


def test_a_common_measure_is_charted_for_a_team_that_counts_it(
    session: Session, world: World, browse: Browse
) -> None:
    common = make.make_measure(session, network_id=world.network.id, name="Attendance")
    make.make_measurement(session, common, world.school, START, count=3, population=20)
    lead = browse(world.people["network_lead"])

    assert "Own school" in lead.get(path_of(common)).text
    assert "Peer school" in lead.get(path_of(common, f"?team={world.peer.public_id}")).text
    assert lead.get(path_of(common, f"?team={world.stranger.public_id}")).status_code == 404


# ---------------------------------------------------------------- files


def test_the_table_comes_as_csv_and_excel(member: FlaskClient, measure: Measure) -> None:
    taken = member.get(path_of(measure, "/csv?chart=p"))
    rows = list(csv.reader(io.StringIO(taken.data.decode("utf-8-sig"))))
    book = CalamineWorkbook.from_filelike(io.BytesIO(member.get(path_of(measure, "/xlsx?chart=p")).data))
    sheet = book.get_sheet_by_index(0).to_python()

    assert re.fullmatch(
        r'attachment; filename="exit-tickets-grade-4-\d{4}-\d\d-\d\d\.csv"',
        taken.headers["Content-Disposition"],
    )
    assert rows[0] == [
        "Day", "Value (%)", "Count", "Out of", "Centre line", "Lower limit", "Upper limit", "Phase",
        "Flag", "Note",
    ]  # fmt: skip
    assert (len(rows), rows[1][:4], rows[4][8]) == (
        21,
        ["2025-09-01", "20", "4", "20"],
        "Left out: Fire drill",
    )
    assert sheet[0] == rows[0]
    assert sheet[1][1:4] == [20.0, 4.0, 20.0]


def test_a_note_that_looks_like_a_formula_is_quiet_in_the_table(
    session: Session, world: World, member: FlaskClient
) -> None:
    made = make.make_measure(session, world.school)
    make.make_measurement(session, made, world.school, START, count=3, population=20, note="=1+1")

    assert "'=1+1" in member.get(path_of(made, "/csv")).text


def test_the_svg_stands_by_itself_in_the_light_palette(member: FlaskClient, measure: Measure) -> None:
    taken = member.get(path_of(measure, "/svg"))

    assert taken.mimetype == "image/svg+xml"
    assert taken.text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "var(--" not in taken.text
    assert ":is(" not in taken.text
    assert ".pt.off{fill: #fcfdfb" in taken.text
    assert "Own school" in taken.text
    assert "No trend rule." in taken.text


def test_the_png_is_drawn_at_twice_its_size_with_its_words(member: FlaskClient, measure: Measure) -> None:
    width, height = (
        float(each)
        for each in re.findall(r'width="(\d+)" height="(\d+)"', member.get(path_of(measure, "/svg")).text)[0]
    )
    taken = member.get(path_of(measure, "/png"))
    picture = Image.open(io.BytesIO(taken.data)).convert("L")
    heading = picture.crop((40, 40, 700, 84))

    assert taken.mimetype == "image/png"
    assert picture.size == (2 * width, 2 * height)
    assert sum(heading.histogram()[:100]) > 1500  # the ink of letters


def test_students_in_small_cells_are_hidden_in_every_form(
    session: Session, world: World, browse: Browse
) -> None:
    made = make.make_measure(session, world.school, counts_students=True, name="Reading on level")
    for at, count in enumerate((15, 3, 16)):
        make.make_measurement(
            session, made, world.school, START + timedelta(weeks=at), count=count, population=40,
            note="Ana and Ben were away" if count == 3 else "",
        )  # fmt: skip
    make.make_measurement(
        session, made, world.school, START, count=7, population=11, subgroup_set="EL", subgroup="Yes"
    )
    hub, own = browse(world.people["hub"]), browse(world.people["member"])
    asked = f"?team={world.school.public_id}"

    for form in ("", "/csv", "/svg"):
        told = hub.get(path_of(made, form + asked)).text
        assert "Ana and Ben" not in told
        assert "Sep 8" not in told
        assert "2025-09-08" not in told
    assert "Days not shown, because too few people were counted: 1." in hub.get(path_of(made, asked)).text
    assert "Ana and Ben" in own.get(path_of(made, "/csv")).text
    assert hub.get(path_of(made, f"{asked}&set=EL&group=Yes")).status_code == 404
    assert "Reading on level, Yes" in own.get(path_of(made, "?set=EL&group=Yes")).text
    answer = hub.get(f"/api/v1/measures/{made.public_id}/chart{asked}").json
    assert answer is not None
    assert (len(answer["points"]), answer["not_shown"]) == (2, 1)


def test_the_milestones_charts_share_the_marks(
    session: Session, world: World, member: FlaskClient, measure: Measure, browse: Browse
) -> None:
    plan = plan_of(session, world)
    plan.is_shared = True
    milestone = make.make_milestone(session, world.school, plan=plan, measure=measure)
    path = f"/milestones/{milestone.public_id}"

    page, full = member.get(path).text, member.get(f"{path}/chart").text
    shared = browse(world.people["peer"]).get(f"{path}/chart")

    assert page.count('class="med') >= 4  # two phases, wide and narrow
    assert 'class="pt off"' in page
    assert f"/measures/{measure.public_id}/chart" in page
    assert "Now we plan it together" in full
    assert shared.status_code == 200
    assert "Now we plan it together" not in shared.text
    assert f"/measures/{measure.public_id}/chart" not in shared.text
