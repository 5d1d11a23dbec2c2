"""Notices and the chosen team: kept, each person's own, and leading nowhere off the site."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import SignIn
from nic_platform import clock
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


def test_reading_all_can_be_undone_and_brings_back_only_what_it_read(
    session: Session, browse: Browse
) -> None:
    user = make.make_user(session, make.make_team(session))
    before, fresh = a_notice(session, user), a_notice(session, user)
    client = browse(user)
    client.post(f"/notices/{before.public_id}/read")

    page = client.post("/notices/read", follow_redirects=True)
    at = page.request.args["undo"]
    client.post("/notices/unread", data={"at": at})

    session.refresh(before)
    session.refresh(fresh)
    assert "Every notice is marked as read." in page.text
    assert (before.read_at is not None, fresh.read_at) == (True, None)


@pytest.mark.parametrize("at", ["", "yesterday", "2026-02-25", "0001-01-01T00:00:00+00:00"])
def test_an_undo_of_no_moment_changes_nothing(session: Session, browse: Browse, at: str) -> None:
    user = make.make_user(session, make.make_team(session))
    notice = a_notice(session, user)
    client = browse(user)
    client.post(f"/notices/{notice.public_id}/read")

    assert client.post("/notices/unread", data={"at": at}).status_code == 303
    assert client.get("/notices", query_string={"undo": at}).status_code == 200
    session.refresh(notice)
    assert notice.read_at is not None


def test_one_notice_is_marked_without_leaving_the_list(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))
    notice = a_notice(session, user)
    client, here = browse(user), "/notices?show=unread"

    read = client.post(f"/notices/{notice.public_id}/read", data={"next": here})
    session.refresh(notice)
    was_read = notice.read_at is not None
    unread = client.post(f"/notices/{notice.public_id}/unread", data={"next": here})

    session.refresh(notice)
    assert (read.location, unread.location) == (here, here)
    assert (was_read, notice.read_at) == (True, None)


def test_the_unread_ones_are_listed_alone(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))
    a_notice(session, user, subject="Still new")
    a_notice(session, user, subject="Long read", read_at=clock.now())

    page = browse(user).get("/notices?show=unread").text

    assert "Still new" in page
    assert "Long read" not in page


def test_notices_by_kind_hold_the_last_days_and_as_many_statements_whatever_is_told(
    session: Session, browse: Browse, count_queries: Counting
) -> None:
    user = make.make_user(session, make.make_team(session))
    client, now, counts = browse(user), clock.now(), []
    for number in (1, 12):
        for place in range(number):
            kind = "feedback.answered" if place % 2 else "measure.count"
            a_notice(session, user, subject=f"Told {place}", kind=kind, created_at=now - timedelta(days=2))
        with count_queries() as seen:
            page = client.get("/notices/digest").text
        counts.append(len(seen))

    assert counts[0] == counts[1]
    assert page.index("Answers and questions back") < page.index("Counts that are due")
    assert "13 notices" in page
    assert "Told" not in client.get("/notices/digest?days=1").text


def test_the_api_reads_all_and_takes_it_back(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))
    notice = a_notice(session, user)
    client, api = browse(user), "/api/v1/notices"
    assert [row["group"] for row in client.get(f"{api}?unread=true").json["items"]]

    done = client.post(f"{api}/read").json
    assert (done["count"], client.get(f"{api}?unread=true").json["items"]) == (1, [])
    assert client.post(f"{api}/unread", json={"at": done["at"]}).json["count"] == 1
    client.post(f"{api}/{notice.public_id}/read")
    assert client.post(f"{api}/{notice.public_id}/unread").status_code == 204

    session.refresh(notice)
    assert notice.read_at is None
