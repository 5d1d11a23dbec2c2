"""What a page of initiatives, practices, ideas, questions or principles does, the API does as well."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle
from measures.models import Measure
from teams.models import SpreadLink
from tests import factories as make
from tests.world import World, make_world
from variation import spots
from variation.models import Asking, Initiative

As = Callable[[str], FlaskClient]

# What each page does → the address of the API that does the same.
ACTS = {
    "alignment.new_initiative": "api_alignment.add_initiative",
    "alignment.edit_initiative": "api_alignment.change_initiative",
    "alignment.remove_initiative": "api_alignment.remove_initiative api_alignment.restore_initiative",
    "alignment.add_site_initiative": "api_alignment.add_place",
    "alignment.edit_initiative_place": "api_alignment.change_place",
    "alignment.decide_initiative": "api_alignment.decide_place",
    "alignment.remove_initiative_place": "api_alignment.remove_place api_alignment.restore_place",
    "alignment.add_initiative_pair": "api_alignment.add_pair",
    "alignment.edit_initiative_pair": "api_alignment.change_pair",
    "alignment.remove_initiative_pair": "api_alignment.remove_pair api_alignment.restore_pair",
    "alignment.import_initiatives": "api_initiative_files.send_file",
    "alignment.initiative_import": "api_initiative_files.choose",
    "alignment.write_initiative_import": "api_initiative_files.write_file",
    "alignment.undo_initiative_import": "api_initiative_files.undo_file",
    "alignment.new_practice": "api_practices.add_practice",
    "alignment.edit_practice": "api_practices.change_practice",
    "alignment.remove_practice": "api_practices.remove_practice api_practices.restore_practice",
    "alignment.begin_practice": "api_practices.begin_practice",
    "alignment.edit_practice_site": "api_practices.change_practice_site",
    "alignment.remove_practice_site": (
        "api_practices.remove_practice_site api_practices.restore_practice_site"
    ),
    "alignment.add_stage": "api_practices.add_stage",
    "alignment.remove_stage": "api_practices.remove_stage api_practices.restore_stage",
    "alignment.add_support": "api_practices.add_support",
    "alignment.remove_support": "api_practices.remove_support api_practices.restore_support",
    "alignment.rate_practice": "api_practices.add_ratings",
    "alignment.remove_rating": "api_practices.remove_rating api_practices.restore_rating",
    "cycles.adopt": "api_ideas.adopt",
    "library.take_back": "api_ideas.take_back",
    "library.add_story": "api_library.add_story",
    "library.remove_story": "api_ideas.remove_story api_ideas.restore_story",
    "library.new_asking": "api_library.ask",
    "library.answer_asking": "api_library.answer",
    "library.decline_asking": "api_library.decline",
    "library.undo_asking": "api_library.take_answer_back",
    "library.withdraw_asking": "api_library.withdraw",
    "principles.problem": "api_principles.change_problem",
    "principles.new_step": "api_principles.add_step",
    "principles.step": "api_principles.change_step",
    "principles.remove_step": "api_principles.delete_step",
    "principles.return_step": "api_principles.restore_step",
    "measures.state_files": "api_state_files.send_file",
    "measures.state_file": "api_state_files.choose",
    "measures.write_state_file": "api_state_files.write_file",
    "measures.undo_state_file": "api_state_files.undo_file",
}
PARTS = ("alignment.", "library.", "principles.", "places.", "variation.")


def test_every_act_of_a_page_has_its_address_in_the_api(app: Flask) -> None:
    writes = [
        rule for rule in app.url_map.iter_rules() if (rule.methods or set()) & {"POST", "PUT", "DELETE"}
    ]
    pages = {rule.endpoint for rule in writes if rule.endpoint.startswith(PARTS) or "/figures" in rule.rule}
    api = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert pages - set(ACTS) == set(), "give these an endpoint of the API"
    assert {each for names in ACTS.values() for each in names.split()} - api == set()


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def as_role(browse: Callable[..., FlaskClient], world: World) -> As:
    return lambda role: browse(world.people[role])


TAKEN = {
    "initiatives": ("initiative_id", "name"),
    "initiative-places": ("initiative_place_id", "level"),
    "initiative-pairs": ("initiative_pair_id", "words"),
    "practices": ("practice_id", "name"),
    "practice-sites": ("practice_site_id", "site"),
    "stage-entries": ("stage_entry_id", "state"),
    "supports": ("support_id", "kind"),
    "ratings": ("rating_id", "items"),
    "idea-stories": ("story_id", "items"),
}


def test_what_is_taken_away_comes_back_and_only_by_those_who_may(world: World, as_role: As) -> None:
    client, observer = as_role("lead"), as_role("observer")
    for address, (name, shown) in TAKEN.items():
        thing = f"/api/v1/{address}/{world.ids[name]}"

        assert client.delete(thing).status_code == 204, address
        assert observer.post(f"{thing}/restore").status_code == 403, address
        back = client.post(f"{thing}/restore")

        assert back.status_code == 200, back.get_json()
        assert back.get_json()[shown], address


def test_an_initiative_comes_back_only_while_its_name_is_free(
    session: Session, world: World, as_role: As
) -> None:
    client, thing = as_role("lead"), f"/api/v1/initiatives/{world.ids['initiative_id']}"
    client.delete(thing)
    gone = session.scalars(select(Initiative).where(Initiative.public_id == world.ids["initiative_id"])).one()
    make.make_initiative(session, world.network, name=gone.name)

    answer = client.post(f"{thing}/restore")

    assert answer.status_code == 409
    assert "another by this name" in answer.get_json()["detail"]


def _shared_idea(session: Session, world: World) -> ChangeIdea:
    return make.make_idea(session, world.peer, title="A stem on the slide", is_shared=True)


def test_adopting_opens_one_plan_and_is_taken_back(session: Session, world: World, as_role: As) -> None:
    client, idea = as_role("member"), _shared_idea(session, world)
    address = f"/api/v1/ideas/{idea.public_id}/adoption"

    first, second = client.post(address), client.post(address)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    opened = session.scalars(select(Cycle).where(Cycle.title == idea.title)).one()
    assert (opened.public_id.hex, opened.team_id) == (
        first.get_json()["cycle_id"].replace("-", ""),
        world.school.id,
    )
    link = session.scalars(select(SpreadLink).where(SpreadLink.idea_id == idea.id)).one()
    assert (link.from_id, link.to_id) == (world.peer.id, world.school.id)
    spread = client.get(f"/api/v1/ideas/{idea.public_id}/spread").get_json()
    assert [change["origin"] for change in spread["changes"]] == [world.peer.name]
    assert client.delete(address).get_json() == {"plans": 1}
    session.expire_all()
    assert opened.deleted_at is not None
    assert link.deleted_at is not None


def test_an_ideas_spread_tells_when_teams_began(session: Session, world: World, as_role: As) -> None:
    idea = _shared_idea(session, world)
    for team in (world.peer, world.school):
        ramp = make.make_ramp(session, team, idea)
        make.make_cycle(session, team, ramp=ramp, stage="closed", decision="adopt", is_draft=False)

    told = as_role("observer").get(f"/api/v1/ideas/{idea.public_id}/spread").get_json()

    assert told["teams"] == 2
    assert told["months"][-1]["so_far"] == 2
    assert told["sentence"].startswith("2 teams have tested it")


def _counts_alike(session: Session, world: World) -> Measure:
    measure = make.make_measure(session, network_id=world.network.id, name="Tickets")
    for team in (world.school, world.peer):
        plan = make.make_plan(session, team, school_year="2023-24")
        make.make_milestone(session, plan=plan, measure=measure)
    return measure


def test_a_like_team_is_asked_by_its_key_and_stays_unnamed(
    session: Session, world: World, as_role: As
) -> None:
    _counts_alike(session, world)
    client = as_role("member")
    like = client.get("/api/v1/who-else").get_json()["items"][0]
    assert (like["name"], like["id"]) == ("", None)

    made = client.post("/api/v1/questions", json={"like": like["key"], "words": "How do you begin?"})

    assert made.status_code == 201, made.get_json()
    asked = session.scalars(select(Asking).order_by(Asking.id.desc()).limit(1)).one()
    assert (asked.to_id, asked.is_unnamed, asked.about) == (world.peer.id, True, "Tickets")
    assert made.get_json()["to"] == ""
    assert client.post("/api/v1/questions", json={"like": "x", "words": "How?"}).status_code == 404


def test_a_bright_spot_is_asked_by_its_key_and_answers(
    session: Session, world: World, as_role: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure, client = _counts_alike(session, world), as_role("member")
    spot = spots.Spot(world.peer.site_id, value=90.0, expected=65.0, low=50.0, high=80.0, times=2)
    found = spots.Found((spot,), 12, ())
    monkeypatch.setattr(spots, "find", lambda *_given, **_more: found)
    address = f"/api/v1/bright-spots?measure={measure.public_id}"
    key = client.get(address).get_json()["items"][0]["key"]

    sent = {"measure_id": str(measure.public_id), "spot": key, "words": "What do you do?"}
    made = client.post("/api/v1/questions", json=sent)

    assert made.status_code == 201, made.get_json()
    asked = session.scalars(select(Asking).order_by(Asking.id.desc()).limit(1)).one()
    assert (asked.to_id, asked.measure_id, asked.is_unnamed) == (world.peer.id, measure.id, True)
    answered = as_role("peer").put(
        f"/api/v1/questions/{asked.public_id}/answer", json={"answer": "One slide.", "by_name": True}
    )
    assert answered.get_json()["state"] == "answered"
    told: dict[str, Any] = client.get(f"/api/v1/questions/{asked.public_id}").get_json()
    assert (told["to"], told["answer"]) == (world.peer.name, "One slide.")


def test_a_table_of_initiatives_is_sent_matched_written_and_taken_back(
    session: Session, world: World, as_role: As
) -> None:
    client, site = as_role("member"), world.school.site.name
    table = f"What,Where,Level\nReading buddies,{site},school\n"

    sent = client.post("/api/v1/initiative-files", json={"file_name": "a.csv", "table": table})
    run = sent.get_json()
    file = f"/api/v1/initiative-files/{run['id']}"
    chosen = client.put(file, json={"columns": {"initiative": "What", "place": "Where", "level": "Level"}})
    refused = as_role("lead").get(file).status_code
    written = client.post(f"{file}/write")

    assert (sent.status_code, run["state"], run["header"]) == (201, "preview", ["What", "Where", "Level"])
    assert (chosen.get_json()["created"], chosen.get_json()["problems"]) == (1, [])
    assert refused == 404
    assert written.get_json()["state"] == "done"
    made = session.scalars(select(Initiative).where(Initiative.name == "Reading buddies")).one()
    assert client.put(file, json={"columns": {}}).status_code == 409
    assert client.post(f"{file}/undo").get_json()["state"] == "undone"
    session.refresh(made)
    assert made.deleted_at is not None
    assert client.get("/api/v1/initiative-files").get_json()["items"][0]["id"] == run["id"]
