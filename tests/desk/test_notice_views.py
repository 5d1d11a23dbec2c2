"""Notices and the chosen team: kept, each person's own, and leading nowhere off the site."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import SignIn
from tests import factories as make
from tests.desk.scenes import a_notice

Browse = Callable[..., FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


def test_a_notice_is_read_by_opening_it(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))
    notice = a_notice(session, user)
    client = browse(user)
    assert "1 unread" in client.get("/notices").text

    response = client.post(f"/notices/{notice.public_id}/read")

    assert (response.status_code, response.location) == (303, "/feedback")
    session.refresh(notice)
    assert notice.read_at is not None


def test_a_notice_leads_nowhere_off_the_site(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))
    notice = a_notice(session, user, path="//evil.example/")

    assert browse(user).post(f"/notices/{notice.public_id}/read").location == "/notices"


def test_nobody_reads_anothers_notice(session: Session, browse: Browse) -> None:
    team = make.make_team(session)
    notice = a_notice(session, make.make_user(session, team))

    response = browse(make.make_user(session, team)).post(f"/notices/{notice.public_id}/read")

    assert response.status_code == 404
    session.refresh(notice)
    assert notice.read_at is None


def test_all_notices_are_read_at_once_and_only_the_own(session: Session, browse: Browse) -> None:
    team = make.make_team(session)
    user, other = make.make_user(session, team), make.make_user(session, team)
    mine, theirs = a_notice(session, user), a_notice(session, other)

    browse(user).post("/notices/read")

    session.refresh(mine)
    session.refresh(theirs)
    assert (mine.read_at is not None, theirs.read_at) == (True, None)


def test_old_notices_are_a_page_away(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))
    for number in range(31):
        a_notice(session, user, subject=f"Told {number:02d}")

    page = browse(user).get("/notices").text

    assert "Told 30" in page
    assert "Told 00" not in page
    assert "Older notices" in page


def test_switching_the_team_is_kept_and_stays_in_the_section(session: Session, browse: Browse) -> None:
    network = make.make_network(session)
    first, second = (make.make_team(session, network, name=name) for name in ("Aspen", "Birch"))
    client = browse(make.make_user(session, first, second))

    response = client.post(f"/switch/{second.public_id}", data={"next": f"/cycles/{uuid4()}"})

    assert (response.status_code, response.location) == (303, "/cycles")
    assert session.query(SignIn).filter_by(team_id=second.id).count() == 1


@pytest.mark.parametrize("next_path", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_switching_leads_nowhere_off_the_site(session: Session, browse: Browse, next_path: str) -> None:
    team = make.make_team(session)

    response = browse(make.make_user(session, team)).post(
        f"/switch/{team.public_id}", data={"next": next_path}
    )

    assert response.location == "/"


def test_nobody_switches_to_a_team_they_are_not_in(session: Session, browse: Browse) -> None:
    network = make.make_network(session)
    own, other = make.make_team(session, network), make.make_team(session, network)

    response = browse(make.make_user(session, own)).post(f"/switch/{other.public_id}")

    assert response.status_code == 404
    assert session.query(SignIn).filter_by(team_id=other.id).count() == 0
