"""The desk in the API."""

from collections.abc import Callable
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform.actor import TeamRole
from tests import factories as make
from tests.desk.scenes import a_notice

Browse = Callable[..., FlaskClient]


def test_me_names_the_person_and_the_teams(session: Session, browse: Browse) -> None:
    team = make.make_team(session, name="Alder Creek")
    user = make.make_user(session, team, name="Rosa Medina", role=TeamRole.LEAD)

    answer = browse(user).get("/api/v1/me").json

    assert answer is not None
    assert (answer["name"], answer["team_id"], answer["unread_notices"]) == (
        "Rosa Medina",
        str(team.public_id),
        0,
    )
    assert answer["teams"] == [
        {"id": str(team.public_id), "name": "Alder Creek", "level": "school", "role": "lead"}
    ]


def test_a_stranger_gets_401(browse: Browse) -> None:
    assert [browse().get(f"/api/v1/{path}").status_code for path in ("me", "search?q=a", "notices")] == [
        401
    ] * 3


def test_search_finds_the_same_as_the_page(session: Session, browse: Browse) -> None:
    team = make.make_team(session, name="Alder Creek")

    answer = browse(make.make_user(session, team)).get("/api/v1/search?q=alder").json

    assert answer is not None
    assert [(hit["kind"], hit["title"]) for hit in answer["items"]] == [("team", "Alder Creek")]


def test_search_without_words_is_refused(session: Session, browse: Browse) -> None:
    client = browse(make.make_user(session, make.make_team(session)))

    assert client.get("/api/v1/search").status_code == 422


def test_notices_come_page_by_page(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))
    old, new = a_notice(session, user, subject="Old"), a_notice(session, user, subject="New")
    client = browse(user)

    first = client.get("/api/v1/notices?limit=1").json
    assert first is not None
    second = client.get(f"/api/v1/notices?limit=1&before={first['next']}").json

    assert second is not None
    assert ([n["subject"] for n in first["items"]], first["next"]) == (["New"], str(new.public_id))
    assert ([n["id"] for n in second["items"]], second["next"]) == ([str(old.public_id)], None)


def test_reading_a_notice_is_kept(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))
    notice = a_notice(session, user)

    response = browse(user).post(f"/api/v1/notices/{notice.public_id}/read")

    session.refresh(notice)
    assert (response.status_code, notice.read_at is not None) == (204, True)


def test_anothers_notice_is_not_there(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))

    assert browse(user).post(f"/api/v1/notices/{uuid4()}/read").status_code == 404
