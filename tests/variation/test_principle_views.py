"""The pages and the API of the six principles: who reads, who writes, what undo and two writers do."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import IdeaDriver, TheoryMeasure
from measures.rules import MeasureKind
from nic_platform import clock
from nic_platform.tables import AuditEntry
from tests import factories as make
from tests.world import World, make_world
from variation.models import PrincipleStep

As = Callable[[str], FlaskClient]
Counter = Callable[[], AbstractContextManager[list[str]]]
PAGE, API = "/network/principles", "/api/v1/principles"
READERS = ("peer", "observer", "member", "lead", "coach", "hub", "network_lead", "reviewer", "analyst")


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def as_role(browse: Callable[..., FlaskClient], world: World) -> As:
    return lambda role: browse(world.people[role])


def text_of(client: FlaskClient, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def step_of(session: Session, world: World) -> PrincipleStep:
    query = select(PrincipleStep).where(PrincipleStep.public_id == world.ids["principle_step_id"])
    return session.scalars(query).one()


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize("role", READERS)
def test_every_link_of_the_page_opens_for_its_reader(as_role: As, role: str) -> None:
    client = as_role(role)
    main = text_of(client).split("<main", 1)[1].split("</main>", 1)[0]
    links = {each for each in re.findall(r'href="(/[^"#]*)', main) if "export" not in each}

    opened = {
        each: client.get(each.replace("&amp;", "&"), follow_redirects=True).status_code
        for each in sorted(links)
    }

    assert len(links) > 8
    assert {each: code for each, code in opened.items() if code != 200} == {}
    assert 'href="#main"' not in main


def test_the_page_tells_what_the_network_has_and_lacks(session: Session, world: World, as_role: As) -> None:
    world.network.problem = "Lessons name <no> language."
    common = {"network_id": world.network.id}
    make.make_measure(session, None, kind=MeasureKind.VOICE, **common)
    aimed = make.make_measure(session, None, kind=MeasureKind.OUTCOME, **common)
    driver = make.make_driver(session, world.network)
    idea = make.make_idea(session, world.school, is_shared=True)
    session.add_all([
        IdeaDriver(idea_id=idea.id, driver_id=driver.id, **common),
        TheoryMeasure(driver_id=None, measure_id=aimed.id, **common),
    ])  # fmt: skip
    session.flush()

    page = text_of(as_role("member"))

    assert "Lessons name &lt;no&gt; language." in page
    assert "Nothing is written yet of those who live with it." in page
    assert "1 common measure asks people what they live." in page
    assert "No measure tells whether the aim comes nearer." not in page
    assert "2 initiatives are in the inventory;" in page
    assert "The sums of all teams are read by those who run the network" in page
    assert "It is no score: no team is named, nothing is ranked." in page


def test_the_network_lead_reads_the_health_of_inquiry_beside_the_published_rates(
    session: Session, world: World, as_role: As
) -> None:
    for _each in range(4):
        make.make_cycle(session, world.school)

    assert "Published: 12% of 294 (McNicholas et al. 2019)." in text_of(as_role("network_lead"))


def test_small_sums_of_inquiry_stay_hidden_from_analysts(as_role: As) -> None:
    page = text_of(as_role("analyst"))

    assert "Published: 12%" not in page
    assert "Too few teams have cycles that began" in page


def test_what_another_network_has_is_not_counted(session: Session, world: World, as_role: As) -> None:
    before = as_role("network_lead").get(API).json
    other = world.stranger.network_id
    make.make_measure(session, None, network_id=other, kind=MeasureKind.BALANCING)
    make.make_idea(session, world.stranger, is_shared=True)
    make.make_item(session, world.stranger, state="waiting", sent_on=date(2026, 2, 1))

    assert as_role("network_lead").get(API).json == before


def test_statements_are_few_and_do_not_grow(
    session: Session, world: World, as_role: As, count_queries: Counter
) -> None:
    client = as_role("network_lead")

    def took() -> int:
        session.expire_all()
        with count_queries() as seen:
            assert client.get(PAGE).status_code == 200
        return len(seen)

    before = took()
    for number in range(8):
        school = make.make_team(session, site=make.make_site(session, world.network, name=f"School {number}"))
        measure = make.make_measure(session, None, network_id=world.network.id)
        make.make_measurement(session, measure, school, count=12, population=24)
        make.make_cycle(session, school)
        make.make_principle_step(session, world.network, principle="inquiry")
        make.make_driver(session, world.network)

    assert took() <= before
    assert before <= 20


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_table_holds_sentences_and_steps(
    as_role: As, world: World, session: Session, ending: str
) -> None:
    answer = as_role("peer").get(f"{PAGE}/export.{ending}")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f'.{ending}"')
    if ending == "csv":
        table = answer.get_data(as_text=True)
        assert "No problem is written yet." in table
        assert step_of(session, world).words in table


def test_the_sheet_is_for_paper(as_role: As, session: Session, world: World) -> None:
    page = text_of(as_role("hub"), f"{PAGE}/sheet")

    assert "1. Make the work problem-specific and user-centred" in page
    assert step_of(session, world).words in page


# ---------------------------------------------------------------- the problem


def test_a_network_lead_writes_the_problem_and_its_history_keeps_the_earlier_one(
    session: Session, world: World, as_role: As
) -> None:
    client = as_role("network_lead")
    for words in ("Too few read.", "Lessons name no language."):
        sent = {
            "problem": f" {words} ",
            "problem_users": "“I can’t.”",
            "version": world.network.version,
        }
        assert client.post("/network/problem", data=sent).status_code == 303
        session.refresh(world.network)

    assert (world.network.problem, world.network.problem_users) == (words, "“I can’t.”")
    page = text_of(client, f"/history/network/{world.network.public_id}")
    assert "Too few read." in page


def test_two_writers_of_the_problem_are_shown_both(session: Session, world: World, as_role: As) -> None:
    client, version = as_role("network_lead"), world.network.version
    client.post("/network/problem", data={"problem": "First", "version": version})

    answer = client.post("/network/problem", data={"problem": "Second", "version": version})

    session.refresh(world.network)
    assert answer.status_code == 409
    assert b"First" in answer.data
    assert b"Second" in answer.data
    assert world.network.problem == "First"


@pytest.mark.parametrize("role", ["member", "hub", "reviewer", "analyst"])
def test_others_write_neither_problem_nor_steps(
    session: Session, world: World, as_role: As, role: str
) -> None:
    client, step = as_role(role), step_of(session, world)
    tried = (
        client.post("/network/problem", data={"problem": "Mine"}),
        client.post(f"{PAGE}/measure/steps", data={"words": "Mine"}),
        client.post(f"{PAGE}/steps/{step.public_id}", data={"words": "Mine", "version": step.version}),
        client.post(f"{PAGE}/steps/{step.public_id}/remove"),
        client.patch("/api/v1/network/problem", json={"problem": "Mine", "version": 1}),
        client.post(f"{API}/steps", json={"principle": "measure", "words": "Mine"}),
    )

    assert [each.status_code for each in tried] == [403] * 6
    session.refresh(step)
    session.refresh(world.network)
    assert (world.network.problem, step.words != "Mine", step.deleted_at) == ("", True, None)
    assert "Write a next step" not in text_of(client)


# ---------------------------------------------------------------- next steps


def test_a_step_is_written_done_taken_away_and_brought_back(
    session: Session, world: World, as_role: As
) -> None:
    client = as_role("network_lead")
    sent = {"words": "Visit two schools.", "owner": "The hub", "due_on": "2026-03-12"}
    assert client.post(f"{PAGE}/variation/steps", data=sent).headers["Location"] == f"{PAGE}#variation"
    step = session.scalars(select(PrincipleStep).where(PrincipleStep.owner == "The hub")).one()
    assert "by Mar 12, 2026" in text_of(client)

    yesterday = clock.now().date() - timedelta(days=1)  # over everywhere
    done = sent | {"done_on": yesterday.isoformat(), "outcome": "They begin alike.", "version": "1"}
    assert client.post(f"{PAGE}/steps/{step.public_id}", data=done).status_code == 303
    session.refresh(step)
    assert step.outcome == "They begin alike."
    assert "1 step done" in text_of(client)

    assert b"Undo" in client.post(f"{PAGE}/steps/{step.public_id}/remove").data
    assert "Visit two schools." not in text_of(client)
    assert client.post(f"{PAGE}/steps/{step.public_id}/return").status_code == 303
    assert "Visit two schools." in text_of(client)
    kinds = session.scalars(select(AuditEntry.kind).where(AuditEntry.object_id == step.public_id))
    assert set(kinds) == {"principle_step"}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"words": "  "}, "words"),
        ({"words": "Done early", "done_on": "2199-01-01"}, "done_on"),
        ({"words": "When?", "outcome": "It helped."}, "done_on"),
        ({"words": "When?", "due_on": "soon"}, "due_on"),
    ],
)
def test_what_can_not_be_is_said_beside_its_field(
    session: Session, world: World, as_role: As, sent: dict[str, str], field: str
) -> None:
    step = step_of(session, world)
    before = step.version

    answer = as_role("network_lead").post(f"{PAGE}/steps/{step.public_id}", data=sent | {"version": "1"})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    session.refresh(step)
    assert step.version == before


def test_two_writers_of_a_step_are_shown_both(session: Session, world: World, as_role: As) -> None:
    client, step = as_role("network_lead"), step_of(session, world)
    sent = {"words": "First", "version": str(step.version)}
    client.post(f"{PAGE}/steps/{step.public_id}", data=sent)

    answer = client.post(f"{PAGE}/steps/{step.public_id}", data=sent | {"words": "Second"})

    session.refresh(step)
    assert (answer.status_code, step.words) == (409, "First")


def test_a_step_whose_day_has_passed_calls_for_somebody(session: Session, world: World, as_role: As) -> None:
    make.make_principle_step(session, world.network, words="Ask", due_on=date(2020, 1, 1))

    assert "its day has passed" in text_of(as_role("network_lead"))


def test_the_form_shows_the_suggestion_that_led_there(as_role: As) -> None:
    page = text_of(as_role("network_lead"), f"{PAGE}/problem/steps?rule=no_users")

    assert "Ask five of those who live with the problem" in page


# ---------------------------------------------------------------- the API


def test_the_api_tells_the_six_with_numbers_and_writes_like_the_pages(
    session: Session, world: World, as_role: As
) -> None:
    client = as_role("network_lead")
    told = client.get(API).json
    assert [each["principle"] for each in told["principles"]] == [
        "problem", "variation", "system", "measure", "inquiry", "learning",
    ]  # fmt: skip
    links = next(each for each in told["principles"][2]["lines"] if "teams" in each["numbers"])
    assert links["numbers"] == {"teams": 5.0, "unheard": 0.0}

    version = client.get("/api/v1/network/problem").json["version"]
    sent = {"problem": "No words for it.", "version": version}
    assert client.patch("/api/v1/network/problem", json=sent).json["problem"] == "No words for it."
    assert client.patch("/api/v1/network/problem", json=sent).status_code == 412

    made = client.post(f"{API}/steps", json={"principle": "system", "words": "Draw it."})
    assert made.status_code == 201
    address = f"{API}/steps/{made.json['id']}"
    assert client.patch(address, json={"owner": "Priya", "version": 1}).json["owner"] == "Priya"
    assert client.patch(address, json={"outcome": "Good", "version": 2}).status_code == 422
    assert client.post(f"{address}/delete", json={"version": 2}).status_code == 204
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/restore").json["words"] == "Draw it."


def test_another_network_has_no_such_step(world: World, browse: Callable[..., FlaskClient]) -> None:
    client = browse(world.people["other_network"])
    address = f"/steps/{world.ids['principle_step_id']}"

    assert client.get(f"{API}{address}").status_code == 404
    assert client.get(f"{PAGE}{address}").status_code == 404
