"""A network lead renames nouns; everybody reads them from then on."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform.words import NOUNS
from teams.word_forms import preview, problems
from tests.drill import lighter_database
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def runs(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["network_lead"])


def sent(world: World, **more: str) -> dict[str, Any]:
    return {"version": world.network.version, "save": "save", **more}


def test_own_words_stand_on_every_page_of_the_network_and_of_no_other(
    session: Session, world: World, runs: FlaskClient, browse: Browse
) -> None:
    data = sent(world, milestone_one="indicator", milestone_many="indicators")
    assert runs.post("/network/words", data=data).status_code == 303
    session.refresh(world.network)
    assert world.network.words == {"milestone": ["indicator", "indicators"]}

    page = browse(world.people["lead"]).get("/milestones/new").get_data(as_text=True)
    assert "Write an indicator" in page
    stranger = browse(world.people["other_network"]).get("/help").get_data(as_text=True)
    assert "Milestone" in stranger
    assert "indicator" not in stranger


def test_what_is_typed_is_shown_in_sentences_before_it_is_saved(
    session: Session, world: World, runs: FlaskClient
) -> None:
    data = sent(world, save="preview", plan_one="roadmap", plan_many="roadmaps")
    page = runs.post("/network/words", data=data)

    assert page.status_code == 200
    assert "in your roadmap." in page.get_data(as_text=True)
    session.refresh(world.network)
    assert world.network.words == {}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"milestone_one": "benchmark"}, "Give both words"),
        ({"milestone_one": "<b>x</b>", "milestone_many": "benchmarks"}, "Use letters"),
        ({"milestone_one": "x" * 61, "milestone_many": "benchmarks"}, "Shorten this to 60"),
        ({"milestone_one": "cycle", "milestone_many": "things"}, "names something else"),
        ({"milestone_one": "goal", "milestone_many": "goals", "plan_one": "goal", "plan_many": "plans"},
         "names something else"),
    ],
)  # fmt: skip
def test_a_word_that_can_not_be_used_is_told_beside_it(
    session: Session, world: World, runs: FlaskClient, typed: dict[str, str], says: str
) -> None:
    answer = runs.post("/network/words", data=sent(world, **typed))

    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    session.refresh(world.network)
    assert world.network.words == {}


def test_the_earlier_words_of_colorado_are_one_press_and_ours_another(
    session: Session, world: World, runs: FlaskClient
) -> None:
    world.network.words = {"cycle": ["test", "tests"]}
    session.flush()

    runs.post("/network/words", data={"save": "colorado"})
    session.refresh(world.network)
    assert world.network.words == {
        "cycle": ["test", "tests"],
        "milestone": ["implementation benchmark", "implementation benchmarks"],
        "interim_target": ["interim measure", "interim measures"],
    }

    runs.post("/network/words", data={"save": "ours"})
    session.refresh(world.network)
    assert world.network.words == {}


def test_two_leads_at_once_see_both_versions(world: World, runs: FlaskClient) -> None:
    first = sent(world, milestone_one="benchmark", milestone_many="benchmarks")
    second = sent(world, milestone_one="marker", milestone_many="markers")
    assert runs.post("/network/words", data=first).status_code == 303

    answer = runs.post("/network/words", data=second)

    assert answer.status_code == 409
    assert "benchmark" in answer.get_data(as_text=True)


def test_what_other_forms_and_the_api_say_of_words_stays_ours(
    session: Session, world: World, browse: Browse
) -> None:
    world.network.words = {"milestone": ["indicator", "indicators"]}
    session.flush()
    client = browse(world.people["lead"])

    answer = client.get("/api/v1/milestones/00000000-0000-4000-8000-000000000000")

    assert answer.status_code == 404
    assert "milestone" in answer.get_data(as_text=True)


def test_a_word_that_was_stored_and_can_not_be_said_is_left_out(
    session: Session, world: World, browse: Browse
) -> None:
    world.network.words = {"milestone": ["<script>x</script>", "100%"], "plan": "no pair"}
    session.flush()

    page = browse(world.people["lead"]).get(f"/plans/{world.ids['plan_id']}")

    assert page.status_code == 200
    assert "<script>x" not in page.get_data(as_text=True)


@lighter_database
@pytest.mark.usefixtures("app")  # it is the application that puts a network's words into sentences
def test_the_sentences_shown_hold_every_noun() -> None:
    made_up = {noun: [f"zorp{noun.replace('_', '')}", f"zorps{noun.replace('_', '')}"] for noun in NOUNS}
    shown = " ".join(preview(made_up)).lower()

    assert [noun for noun in NOUNS if f"zorp{noun.replace('_', '')}" not in shown] == []


def test_ours_may_be_kept_for_one_of_two_nouns_only_if_they_stay_apart() -> None:
    assert problems({"milestone": ["plan point", "plan points"]}) == {}
    assert set(problems({"milestone": ["plan", "plan points"]})) == {"milestone_one"}
