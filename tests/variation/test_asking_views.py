"""Questions between teams: who may ask, who reads them, who stays unnamed, and what is undone."""

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import TeamRole
from nic_platform.tables import Notice
from teams.models import Network, Team
from tests import factories as make
from variation.models import Asking

Browse = Callable[..., FlaskClient]


class Pair:
    """Two schools of one network and an idea that the second tested."""

    asker: Team
    asked: Team


@pytest.fixture
def pair(session: Session) -> Pair:
    found, network = Pair(), make.make_network(session)
    found.asker, found.asked = (
        make.make_team(session, network, name=name) for name in ("Asker", "Tested It")
    )
    return found


def _idea(session: Session, pair: Pair) -> str:
    idea = make.make_idea(session, pair.asked, is_shared=True)
    ramp = make.make_ramp(session, pair.asked, idea)
    make.make_cycle(session, pair.asked, ramp=ramp, stage="closed", decision="adopt", is_draft=False)
    return str(idea.public_id)


def test_a_question_goes_unnamed_and_the_lead_is_told(session: Session, browse: Browse, pair: Pair) -> None:
    lead = make.make_user(session, pair.asked, role=TeamRole.LEAD)
    client = browse(make.make_user(session, pair.asker))
    address = f"/questions/new?idea={_idea(session, pair)}"

    page = client.get(address).get_data(as_text=True)
    client.post(address, data={"words": "How do you begin?"})

    asking = session.scalars(select(Asking)).one()
    assert "Tested It" not in page
    assert (asking.from_id, asking.to_id, asking.is_unnamed) == (pair.asker.id, pair.asked.id, True)
    assert "Tested It" not in client.get(f"/questions/{asking.public_id}").get_data(as_text=True)
    told = session.scalars(select(Notice).where(Notice.kind == "asking.asked")).one()
    assert (told.user_id, told.path) == (lead.id, f"/questions/{asking.public_id}")


@pytest.mark.parametrize(("by_name", "is_told"), [("y", True), ("", False)])
def test_the_other_team_is_named_only_if_it_answers_by_name(
    session: Session, browse: Browse, pair: Pair, by_name: str, is_told: bool
) -> None:
    asking = make.make_asking(session, pair.asker, pair.asked, is_unnamed=True)
    address = f"/questions/{asking.public_id}"

    browse(make.make_user(session, pair.asked)).post(
        f"{address}/answer", data={"answer": "With one class.", "by_name": by_name}
    )

    page = browse(make.make_user(session, pair.asker)).get(address).get_data(as_text=True)
    assert "With one class." in page
    assert ("Tested It" in page) is is_told


def test_a_third_team_knows_nothing_of_it(session: Session, browse: Browse, pair: Pair) -> None:
    asking = make.make_asking(session, pair.asker, pair.asked)
    third = browse(make.make_user(session, make.make_team(session, _network(session, pair))))

    assert third.get(f"/questions/{asking.public_id}").status_code == 404
    assert third.post(f"/questions/{asking.public_id}/answer", data={"answer": "x"}).status_code == 404


def test_only_the_asked_answer_and_only_the_asker_withdraws(
    session: Session, browse: Browse, pair: Pair
) -> None:
    asking = make.make_asking(session, pair.asker, pair.asked)
    address = f"/questions/{asking.public_id}"

    refused = [
        browse(make.make_user(session, pair.asker)).post(f"{address}/answer", data={"answer": "x"}),
        browse(make.make_user(session, pair.asked)).post(f"{address}/withdraw"),
    ]

    assert [answer.status_code for answer in refused] == [403, 403]
    session.refresh(asking)
    assert (asking.answer, asking.deleted_at) == ("", None)


def test_answer_refusal_and_question_are_each_undone(session: Session, browse: Browse, pair: Pair) -> None:
    asking = make.make_asking(session, pair.asker, pair.asked)
    address = f"/questions/{asking.public_id}"
    asked, asker = (browse(make.make_user(session, team)) for team in (pair.asked, pair.asker))

    asked.post(f"{address}/answer", data={"answer": "So.", "is_shared": "y"})
    asked.post(f"{address}/undo")
    session.refresh(asking)
    assert (asking.answered_at, asking.is_shared) == (None, False)
    assert "So." not in asker.get(address).get_data(as_text=True)

    asked.post(f"{address}/decline")
    session.refresh(asking)
    assert asking.declined_at is not None
    asker.post(f"{address}/withdraw")
    assert asked.get(address).status_code == 404
    asker.post(f"{address}/withdraw", data={"back": "1"})
    assert asked.get(address).status_code == 200


def test_a_shared_answer_stands_with_the_idea(session: Session, browse: Browse, pair: Pair) -> None:
    idea = _idea(session, pair)
    client = browse(make.make_user(session, pair.asker))
    client.post(f"/questions/new?idea={idea}", data={"words": "Who starts?"})
    asking = session.scalars(select(Asking)).one()

    browse(make.make_user(session, pair.asked)).post(
        f"/questions/{asking.public_id}/answer", data={"answer": "The coach.", "is_shared": "y"}
    )

    third = browse(make.make_user(session, make.make_team(session, _network(session, pair))))
    page = third.get(f"/ideas/{idea}").get_data(as_text=True)
    assert "The coach." in page
    assert "Tested It" not in page


def test_an_empty_question_is_refused(session: Session, browse: Browse, pair: Pair) -> None:
    answer = browse(make.make_user(session, pair.asker)).post(
        f"/questions/new?idea={_idea(session, pair)}", data={"words": " "}
    )

    assert answer.status_code == 422
    assert session.scalars(select(Asking)).all() == []


def _network(session: Session, pair: Pair) -> Network:
    return session.get_one(Network, pair.asker.network_id)


def test_the_measure_asked_about_is_shown_and_the_questions_are_taken_away_as_read(
    session: Session, browse: Browse, pair: Pair
) -> None:
    measure = make.make_measure(session, network_id=pair.asker.network_id, name="On time")
    asked = make.make_asking(
        session, pair.asker, pair.asked, measure_id=measure.id, is_unnamed=True, about=""
    )
    other = make.make_team(session, session.get_one(Network, pair.asker.network_id), name="Third")
    make.make_asking(session, other, pair.asked, words="Not yours to read")
    client = browse(make.make_user(session, pair.asker))

    pages = [
        client.get(path).get_data(as_text=True) for path in ("/questions", f"/questions/{asked.public_id}")
    ]
    table = list(
        csv.reader(io.StringIO(client.get("/questions/export.csv").get_data(as_text=True).lstrip("\ufeff")))
    )
    told = client.get("/api/v1/questions").get_json()["items"]

    assert all("On time" in page and "Tested It" not in page for page in pages)
    assert [(row[2], row[3], row[6], row[7]) for row in table[1:]] == [
        ("Asker", "Unnamed", "On time", asked.words)
    ]
    assert [(item["measure"], item["measure_id"]) for item in told] == [("On time", str(measure.public_id))]
    assert client.get("/questions/export.xlsx").data[:2] == b"PK"
