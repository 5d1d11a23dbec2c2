"""One answer and what moved of a theme, promises moved past a break and taken back, in the API."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform import clock
from tests import factories as make
from tests.feedback.conftest import Place, make_break

Browse = Callable[..., FlaskClient]
API = "/api/v1/feedback"


def test_one_answer_and_what_moved_of_its_theme(session: Session, browse: Browse, place: Place) -> None:
    item, theme = place.sent(), make.make_theme(session, place.hub)
    given = make.make_answer(session, place.hub, theme_id=theme.id, text="Memo 26-04")
    item.theme_id, item.answer_id = theme.id, given.id
    session.flush()
    hub = browse(place.people["hub"])
    told = hub.get(f"{API}/answers/{given.public_id}").json

    assert told in hub.get(f"{API}/answers").json["items"]
    assert (told["text"], told["theme_id"], told["team"]) == ("Memo 26-04", str(theme.public_id), "Hub")
    moved = hub.get(f"{API}/themes/{theme.public_id}/moved").json
    assert set(moved or ()) == {"sites", "words", "caution"}
    assert moved["sites"] == []  # it stops no milestone
    assert hub.get(f"{API}/answers/{theme.public_id}").status_code == 404


def test_promises_in_a_break_are_moved_by_who_runs_the_network_and_back(
    session: Session, browse: Browse, place: Place
) -> None:
    item, today = place.sent(), clock.today(place.network.time_zone)
    item.due_on = today + timedelta(days=10)
    make_break(session, place.network, today + timedelta(days=7), today + timedelta(days=14))
    lead, hub = browse(place.people["network_lead"]), browse(place.people["hub"])

    assert lead.get(f"{API}/promises-in-breaks").json == {"count": 1}
    assert hub.post(f"{API}/promises-in-breaks").status_code == 403
    moved = lead.post(f"{API}/promises-in-breaks").json
    assert (moved["many"], moved["left"]) == (1, 0)
    batch = f"{API}/batches/{moved['id']}"
    assert lead.get(batch).json["act"] == "calendar"
    assert hub.get(batch).status_code == 404
    session.expire_all()
    assert item.due_on > today + timedelta(days=14)
    assert lead.post(f"{batch}/undo").status_code == 200
    session.expire_all()
    assert item.due_on == today + timedelta(days=10)
