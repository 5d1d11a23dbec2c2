"""The page of celebrations, cheers and ideas, in pages and in the API."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea
from feedback import answer_services, services
from feedback.models import Cheer, FeedbackItem
from feedback.rules import Lifted
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place
from tests.feedback.test_celebration_services import befriend, success

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
PAGE = "/feedback/celebrations"


def shared(place: Place) -> FeedbackItem:
    item = success(place)
    services.share(place.session, item, True, by=place.actor("school"), at=NOON)
    return item


def test_peers_see_what_is_shared_and_cheer_it(session: Session, browse: Browse, place: Place) -> None:
    item = shared(place)
    befriend(session, place)
    peer = browse(place.people["peer"])
    before = peer.get(PAGE + "?of=peers").text
    assert "Exit tickets in every class" in before
    assert "You learn together." in before
    assert "Nobody cheered yet" in before

    done = peer.post(f"/feedback/{item.public_id}/cheer", data={"wanted": "yes"})

    assert done.status_code == 303
    assert "1 person cheers, you too" in peer.get(PAGE).text
    assert "1 person cheers" in browse(place.people["school"]).get(f"/feedback/{item.public_id}").text
    peer.post(f"/feedback/{item.public_id}/cheer", data={"wanted": "no", "from": "item"})
    assert session.scalar(select(func.count(Cheer.id))) == 0


def test_what_is_not_shared_stays_on_its_path(browse: Browse, place: Place) -> None:
    success(place)

    assert "Exit tickets in every class" not in browse(place.people["peer"]).get(PAGE).text
    above = browse(place.people["hub"]).get(PAGE).text
    assert "Exit tickets in every class" in above
    assert "Told to you, not shared with the network." in above


def test_nobody_cheers_the_own_team_or_a_barrier(session: Session, browse: Browse, place: Place) -> None:
    item, barrier = shared(place), place.sent()

    own = browse(place.people["school"]).post(f"/feedback/{item.public_id}/cheer")
    other = browse(place.people["hub"]).post(f"/feedback/{barrier.public_id}/cheer")

    assert (own.status_code, other.status_code) == (403, 403)
    assert session.scalar(select(func.count(Cheer.id))) == 0


def test_a_shared_success_becomes_an_idea_that_any_team_can_adopt(
    session: Session, browse: Browse, place: Place
) -> None:
    item, hidden = shared(place), success(place)
    peer = browse(place.people["peer"])
    assert "Make it a change idea" in peer.get(f"/feedback/{item.public_id}").text
    assert browse(place.people["hub"]).post(f"/feedback/{hidden.public_id}/idea").status_code == 403

    done = peer.post(f"/feedback/{item.public_id}/idea")

    idea = session.scalars(select(ChangeIdea)).one()
    assert done.location == f"/ideas/{idea.public_id}"
    page = peer.get(done.location).text
    assert "Adopt into my team" in page
    assert f"as F-{item.number}." in page
    assert "It became a change idea" in peer.get(PAGE).text


def test_what_was_lifted_is_counted_for_all_and_named_to_who_reads_it(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.sent()
    values = {"changes": "policy", "text": "Memo"}
    answer_services.answer(session, item, values, by=place.actor("hub"), at=NOON, day=TODAY)
    services.confirm(session, item, Lifted.YES, "", by=place.actor("school"), at=NOON, day=TODAY)
    item.closed_at = item.updated_at
    session.flush()

    hub, peer = (browse(place.people[who]).get(PAGE).text for who in ("hub", "peer"))

    assert "1 barrier confirmed lifted" in hub
    assert "1 barrier confirmed lifted" in peer
    assert item.title in hub
    assert item.title not in peer


def test_the_page_takes_the_same_statements_however_much_there_is(
    session: Session, browse: Browse, count_queries: CountQueries, place: Place
) -> None:
    client, counts = browse(place.people["peer"]), []
    for more in (1, 6):
        for _each in range(more):
            shared(place)
        session.expire_all()
        with count_queries() as seen:
            assert client.get(PAGE).status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_the_api_lists_cheers_and_makes_ideas(session: Session, browse: Browse, place: Place) -> None:
    item = shared(place)
    peer, address = browse(place.people["peer"]), f"/api/v1/feedback/celebrations/{item.public_id}"

    assert peer.put(f"{address}/cheer").status_code == 204
    assert peer.put(f"{address}/cheer").status_code == 204
    one = peer.get("/api/v1/feedback/celebrations").get_json()["items"][0]
    assert (one["id"], one["cheers"], one["is_cheered"]) == (str(item.public_id), 1, True)
    assert peer.delete(f"{address}/cheer").status_code == 204
    made = [peer.post(f"{address}/idea") for _twice in range(2)]

    assert [each.status_code for each in made] == [201, 201]
    assert made[0].get_json() == made[1].get_json()
    assert session.scalar(select(func.count(Cheer.id))) == 0
    assert browse(place.people["school"]).put(f"{address}/cheer").status_code == 403
