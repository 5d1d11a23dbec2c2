"""Taking a plan out and bringing one in, on the pages: from upload to undo."""

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from milestones import exchange_book, exchange_jobs, exchange_services, exchange_template
from milestones.models import ActionStep, InterimTarget, Milestone, Plan, Priority
from nic_platform import jobs
from nic_platform.tables import ImportRun, Job
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def upload(client: FlaskClient, data: bytes, name: str, into: str = "year:2025-26", **more: str) -> Any:
    sent = {"file": (io.BytesIO(data), name), "into": into, **more}
    return client.post("/plans/import", data=sent, content_type="multipart/form-data")


def newest(session: Session) -> ImportRun:
    session.expire_all()
    return session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()  # type: ignore[return-value]  # there is one


def own_plan(session: Session, world: World) -> Plan:
    return session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()


def test_a_workbook_is_taken_out_changed_and_brought_back(
    session: Session, world: World, member: FlaskClient
) -> None:
    path = f"/plans/{world.ids['plan_id']}/export.json"
    taken = member.get(path)
    assert taken.headers["Content-Disposition"] == 'attachment; filename="plan-2025-26.json"'
    document = json.loads(taken.data)
    document["priorities"][0]["text"] = "=1+1 now"
    document["priorities"].append({"text": "A new one"})
    into = f"plan:{world.ids['plan_id']}"

    assert upload(member, json.dumps(document).encode(), "plan.json", into).status_code == 303
    run = newest(session)
    assert (run.rows_created, run.rows_changed, run.problems) == (1, 1, [])
    page = member.get(f"/plans/import/{run.public_id}").get_data(as_text=True)
    assert "Import all of it" in page
    assert member.post(f"/plans/import/{run.public_id}/write").status_code == 303
    texts = session.scalars(select(Priority.text).order_by(Priority.position)).all()
    assert texts == ["=1+1 now", "A new one"]

    assert upload(member, json.dumps(document).encode(), "plan.json", into).status_code == 303
    again = newest(session)
    assert (again.rows_created, again.rows_changed) == (0, 0)

    assert member.post(f"/plans/import/{run.public_id}/undo").status_code == 303
    session.expire_all()
    left = session.scalars(select(Priority.text).where(Priority.deleted_at.is_(None))).all()
    assert left == [priority for priority in texts if priority not in ("=1+1 now", "A new one")] + [
        json.loads(taken.data)["priorities"][0]["text"]
    ]


def test_a_long_plan_is_written_in_the_background_and_stopped_until_the_very_end(
    app: Flask, session: Session, world: World, member: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_jobs, "LARGE", 5)
    monkeypatch.setattr(exchange_services, "_STEP", 1)
    document = json.loads(member.get(f"/plans/{world.ids['plan_id']}/export.json").data)
    document["priorities"] += [{"text": f"Priority {number}"} for number in range(12)]
    upload(member, json.dumps(document).encode(), "plan.json", f"plan:{world.ids['plan_id']}")
    page = f"/plans/import/{newest(session).public_id}"
    before = session.scalar(select(func.count()).select_from(Priority))

    def stop(per_cent: int) -> None:
        told.append(per_cent)
        if per_cent == 99:
            raise jobs.StoppedError("It was stopped.")

    told: list[int] = []
    assert member.post(f"{page}/write").location == page
    assert member.post(f"{page}/write").location == page  # asked twice, begun once
    shown = member.get(page).text
    assert ("Being written" in shown, "Stop it" in shown, "Import all of it" in shown) == (True, True, False)
    (first,) = session.scalars(select(Job).where(Job.name == exchange_jobs.JOB)).all()
    with app.app_context():
        assert jobs.run(first.id, stop) == "cancelled"
    assert (told[0], told[-1], len(told) > 12, told == sorted(told)) == (2, 99, True, True)
    assert newest(session).state == "preview"
    assert session.scalar(select(func.count()).select_from(Priority)) == before

    member.post(f"{page}/write")
    last = session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert last is not None
    with app.app_context():
        assert jobs.run(last.id) == "done"
        assert exchange_jobs.import_plan(last.payload, stop) is None
    assert newest(session).state == "done"
    assert session.scalar(select(func.count()).select_from(Priority)) == (before or 0) + 12


def test_the_template_makes_a_plan_of_its_own(session: Session, world: World, member: FlaskClient) -> None:
    template = member.get("/plans/import/template.xlsx").data
    make.make_school_year(session, world.network, "2026-27")

    assert upload(member, template, "template.xlsx", "year:2026-27").status_code == 303
    run = newest(session)
    assert run.problems == []
    member.post(f"/plans/import/{run.public_id}/write")
    made = session.scalars(select(Plan).where(Plan.school_year == "2026-27")).one()
    assert (
        session.scalar(select(func.count()).select_from(Milestone).where(Milestone.plan_id == made.id)) == 3
    )
    assert member.get(f"/plans/{made.public_id}").status_code == 200

    member.post(f"/plans/import/{run.public_id}/undo")
    session.expire_all()
    assert made.deleted_at is not None
    assert upload(member, template, "template.xlsx", "year:2026-27").status_code == 303
    member.post(f"/plans/import/{newest(session).public_id}/write")
    session.expire_all()
    assert made.deleted_at is None


def test_problems_are_told_by_sheet_row_and_column_and_nothing_is_written(
    session: Session, world: World, member: FlaskClient
) -> None:
    document = exchange_template.document()
    document.rows("milestones")[0]["target"] = 150.0
    document.rows("milestones")[1] |= {"due_on": None, "is_draft": False, "strand": "L9"}
    document.rows("action_steps")[0]["milestone"] = "I9"
    into = f"plan:{world.ids['plan_id']}"
    before = session.scalar(select(func.count()).select_from(Milestone))
    document.rows("milestones")[0]["is_draft"] = False

    upload(member, exchange_book.as_bytes(document), "plan.xlsx", into)
    run = newest(session)
    told = {(p.get("sheet"), p["row"], p["column"]) for p in run.problems}
    assert told == {
        ("Milestones", 2, "Target"), ("Milestones", 3, "By"), ("Milestones", 3, "Strand"),
        ("Action steps", 2, "Milestone"),
    }  # fmt: skip
    page = member.get(f"/plans/import/{run.public_id}").get_data(as_text=True)
    assert "Give a percent from 0 to 100." in page
    assert "Import all of it" not in page
    assert member.post(f"/plans/import/{run.public_id}/write").status_code == 409
    assert session.scalar(select(func.count()).select_from(Milestone)) == before


def test_a_doubled_row_is_told_by_its_number_and_the_one_it_repeats(
    session: Session, world: World, member: FlaskClient
) -> None:
    document = json.loads(member.get(f"/plans/{world.ids['plan_id']}/export.json").data)
    document["priorities"] = [
        {"ref": "A", "text": "One"},
        {"ref": "B", "text": "Two"},
        {"ref": "A", "text": "3"},
    ]

    upload(member, json.dumps(document).encode(), "plan.json", f"plan:{world.ids['plan_id']}")

    told = [each for each in newest(session).problems if each["value"] == "A"]
    assert [(each["row"], each["column"]) for each in told] == [(3, "Id")]
    assert told[0]["sentence"].startswith("Row 1 has this id already.")


@pytest.mark.parametrize("ending", ["json", "xlsx"])
def test_a_file_of_another_team_says_so_before_it_is_written(
    session: Session, world: World, browse: Browse, member: FlaskClient, ending: str
) -> None:
    into = f"plan:{world.ids['plan_id']}"
    own = member.get(f"/plans/{world.ids['plan_id']}/export.{ending}").data
    upload(member, own, f"own.{ending}", into)
    page = member.get(f"/plans/import/{newest(session).public_id}").get_data(as_text=True)
    assert "comes from another team" not in page

    world.school.name = "Elsewhere School"
    session.flush()
    theirs = member.get(f"/plans/{world.ids['plan_id']}/export.{ending}").data
    world.school.name = "Our School"
    own_plan(session, world).title = "Our own title"
    session.flush()
    upload(member, theirs, f"theirs.{ending}", into)
    page = member.get(f"/plans/import/{newest(session).public_id}").get_data(as_text=True)
    assert "This file comes from another team: Elsewhere School." in page
    assert "Your plan “Our own title” would be called" in page


def test_a_draft_in_a_workbook_is_read_without_its_blanks(
    session: Session, world: World, member: FlaskClient
) -> None:
    make.make_milestone(session, plan=own_plan(session, world), is_draft=True, who="new coaches",
                        what="leading a meeting", due_on=None, target=None, tool="")  # fmt: skip
    path = f"/plans/{world.ids['plan_id']}"
    upload(member, member.get(f"{path}/export.xlsx").data, "plan.xlsx", f"plan:{world.ids['plan_id']}")

    said = [each for each in newest(session).mapping["said"] if "leading a meeting" in each["text"]]

    assert [each["text"] for each in said] == ["New coaches are successfully leading a meeting"]
    assert said[0]["rewrite"].count("By ") == 1


def test_a_list_of_sentences_is_sorted_by_the_coach(
    session: Session, world: World, member: FlaskClient
) -> None:
    lines = "Statement\n" + "\n".join([
        '"By October 30, 95% of classroom teachers will be naming language objectives in lesson plans"',
        '"By December 15, 35% of English learners will score proficient on the winter reading assessment"',
        '"Order copies of the curriculum"',
    ])  # fmt: skip
    upload(member, lines.encode(), "ours.csv", f"plan:{world.ids['plan_id']}")
    run = newest(session)
    page = member.get(f"/plans/import/{run.public_id}").get_data(as_text=True)
    assert "What the coach says" in page
    member.post(f"/plans/import/{run.public_id}/write")

    made = session.scalars(select(Milestone).order_by(Milestone.id.desc())).first()
    assert made is not None
    assert made.due_on is not None
    assert (made.is_draft, made.target) == (True, 95.0)
    assert (made.due_on.month, made.due_on.day) == (10, 30)
    assert session.scalars(select(InterimTarget.target).order_by(InterimTarget.id.desc())).first() == 35
    assert session.scalars(select(ActionStep.text).order_by(ActionStep.id.desc())).first() is not None
    upload(member, lines.encode(), "ours.csv", f"plan:{world.ids['plan_id']}")
    assert newest(session).rows_created == 0


def test_a_hub_takes_out_what_it_sees_and_nobody_imports_that_as_truth(
    session: Session, world: World, browse: Browse, member: FlaskClient
) -> None:
    plan = own_plan(session, world)
    measure = make.make_measure(session, world.school, counts_students=True, unit="students")
    make.make_interim_target(session, plan, measure_id=measure.id, expected_n=4, baseline=25)
    make.make_measurement(session, measure, world.school, count=3, population=7, note="Ana left")
    make.make_milestone(session, plan=plan, is_draft=True, name="Only ours")
    counted = make.make_milestone(session, world.school, plan=plan, measure=measure, population=7)
    rested = {"status": "missed", "on": "2026-02-20", "value": 42.857, "done_on": "2026-03-01"}
    make.make_decision(session, world.school, milestone_id=counted.id, details=rested)
    path = f"/plans/{world.ids['plan_id']}/export"

    own = json.loads(member.get(f"{path}.json").data)
    seen = browse(world.people["hub"]).get(f"{path}.json")
    book = browse(world.people["hub"]).get(f"{path}.xlsx").data
    hidden = json.loads(seen.data)

    def students(document: dict[str, Any]) -> list[Any]:
        return [row for row in document["measurements"] if row["measure"] == str(measure.public_id)]

    assert (own["is_whole"], hidden["is_whole"]) == (True, False)
    assert [row["count"] for row in students(own)] == [3]
    assert [(row["count"], row["population"], row["note"]) for row in students(hidden)] == [(None, None, "")]
    assert "Ana left" not in seen.get_data(as_text=True)
    assert "Only ours" not in seen.get_data(as_text=True)
    assert 4 not in [row["expected_n"] for row in hidden["interim_targets"]]
    assert 25 in [row["baseline"] for row in own["interim_targets"]]
    assert 25 not in [row["baseline"] for row in hidden["interim_targets"]]
    assert 7 in [row["population"] for row in own["milestones"]]
    assert 7 not in [row["population"] for row in hidden["milestones"]]
    assert rested in [row["details"] for row in own["decisions"]]
    assert [row["details"] for row in hidden["decisions"] if row["details"]] == [{"done_on": "2026-03-01"}]
    adults = [row for row in hidden["measurements"] if row["measure"] != str(measure.public_id)]
    assert sorted(row["count"] for row in adults) == [3, 12]
    for data, name in ((seen.data, "plan.json"), (book, "plan.xlsx")):
        upload(member, data, name, f"plan:{world.ids['plan_id']}")
        assert "Small counts are hidden" in newest(session).problems[0]["sentence"]
        upload(member, data, name, f"plan:{world.ids['plan_id']}", leave_history="y")
        assert newest(session).problems == []


def test_who_may_not_change_the_plan_may_not_import(world: World, browse: Browse) -> None:
    assert upload(browse(world.people["coach"]), b"{}", "a.json").status_code == 403
    path = f"/plans/{world.ids['plan_id']}"
    assert browse(world.people["peer"]).get(f"{path}/export.json").status_code == 404
    assert browse(world.people["peer"]).get(f"{path}/export.xlsx").status_code == 404


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"{", "not a JSON document"),
        (b'{"format": "other"}', "no plan"),
        (b'{"format": "switchback-plan", "version": 99}', "later version"),
        (b'{"format": "switchback-plan", "version": NaN}', "not a JSON document"),
        (b"{" * 60_000, "not a JSON document"),
        (b"PK\x03\x04 and then nothing", "opened"),
        (b"\x89PNG\r\n\x1a\n\x00", "is no plan’s file. Choose a workbook (.xlsx), a JSON document"),
        (b"a,b\n1,2\n", "Statement"),
    ],
)
def test_what_is_no_plan_is_refused_with_the_mend(
    world: World, member: FlaskClient, data: bytes, says: str
) -> None:
    answer = upload(member, data, "plan.xlsx", f"plan:{world.ids['plan_id']}")
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)


def test_a_workbook_has_no_live_cell_and_a_frozen_head(world: World, member: FlaskClient) -> None:
    data = member.get(f"/plans/{world.ids['plan_id']}/export.xlsx").data
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names[:4] == ["About this file", "Plan", "Performance priorities", "Root causes"]
    head = book.get_sheet_by_name("Milestones").to_python()[0]
    assert head[:3] == ["Name", "Sentence", "Strand"]


def test_an_export_takes_the_same_statements_however_long_the_plan(
    session: Session, world: World, member: FlaskClient,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    path, plan = f"/plans/{world.ids['plan_id']}/export.json", own_plan(session, world)
    with count_queries() as few:
        member.get(path)
    for _each in range(3):
        make.make_milestone(session, plan=plan)
        make.make_priority(session, plan)
    session.expire_all()
    with count_queries() as many:
        member.get(path)
    assert len(many) == len(few)
