"""Looking after people: through the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import services
from accounts.models import ApiToken, User
from accounts.rules import hashed
from nic_platform.errors import RuleError
from tests import factories as make
from tests.accounts.conftest import Clock
from tests.world import ROLES, make_world

Browse = Callable[..., FlaskClient]
CHANGES = ("disable", "enable", "make-admin", "unmake-admin")


@pytest.fixture
def admin(session: Session, time: Clock) -> User:
    return make.make_user(session, name="Ada Admin", is_admin=True)


def test_for_everybody_else_the_page_is_not_there(session: Session, browse: Browse, time: Clock) -> None:
    world = make_world(session)
    member = world.people["member"]
    for role in set(ROLES) - {"admin", "anonymous"}:
        client = browse(world.people[role])
        asked = [client.post(f"/admin/people/{member.public_id}/{change}").status_code for change in CHANGES]
        assert (role, client.get("/admin/people").status_code, asked) == (role, 404, [404] * 4)

    session.refresh(member)
    assert (member.is_admin, member.disabled_at) == (False, None)


def test_shutting_out_ends_everything_at_once(
    session: Session, browse: Browse, admin: User, mailed_path: Callable[[], str]
) -> None:
    rosa = make.make_user(session, make.make_team(session), email="rosa@x.org")
    session.add(ApiToken(token_hash=hashed("nic_t"), user_id=rosa.id, name="x", created_at=make.NOON))
    session.flush()
    theirs, bearer = [browse(rosa), browse(rosa)], {"Authorization": "Bearer nic_t"}
    browse().post("/sign-in/link", data={"email": "rosa@x.org"})
    path = mailed_path()
    assert browse().get("/api/v1/tokens", headers=bearer).status_code == 200

    assert browse(admin).post(f"/admin/people/{rosa.public_id}/disable").status_code == 303

    holder = browse()
    holder.get(path)
    assert [client.get("/account").status_code for client in theirs] == [303, 303]
    assert browse().get("/api/v1/tokens", headers=bearer).status_code == 401
    assert holder.post("/sign-in/link/open").status_code == 404

    assert browse(admin).post(f"/admin/people/{rosa.public_id}/enable").status_code == 303
    assert [client.get("/account").status_code for client in theirs] == [303, 303]  # what ended stays ended
    assert browse().get("/api/v1/tokens", headers=bearer).status_code == 401


def test_an_admin_is_made_and_unmade(session: Session, browse: Browse, admin: User) -> None:
    other = make.make_user(session)
    client = browse(admin)

    client.post(f"/admin/people/{other.public_id}/make-admin")
    session.refresh(other)
    assert other.is_admin
    assert browse(other).get("/admin/people").status_code == 200
    client.post(f"/admin/people/{other.public_id}/unmake-admin")
    session.refresh(other)
    assert not other.is_admin


@pytest.mark.parametrize("change", ["disable", "unmake-admin"])
def test_nobody_shuts_themselves_out(session: Session, browse: Browse, admin: User, change: str) -> None:
    assert browse(admin).post(f"/admin/people/{admin.public_id}/{change}").status_code == 403
    session.refresh(admin)
    assert admin.is_admin
    assert admin.is_active


def test_the_last_admin_stays(session: Session, admin: User, time: Clock) -> None:
    with pytest.raises(RuleError):
        services.disable(session, admin, by=None, at=time.now())
    with pytest.raises(RuleError):
        services.set_admin(session, admin, False, by=None, at=time.now())


def test_people_are_found_by_name_and_address(session: Session, browse: Browse, admin: User) -> None:
    make.make_user(session, name="Rosa Medina", email="rosa@x.org")
    make.make_user(session, name="Percent % Sign", email="p@x.org")
    client = browse(admin)

    assert "rosa@x.org" in client.get("/admin/people?q=MEDI").text
    assert "rosa@x.org" in client.get("/admin/people?q=rosa@").text
    assert "rosa@x.org" not in client.get("/admin/people?q=%25").text
    assert client.get("/admin/people?after=nothing").status_code == 404


def test_pages_follow_each_other_without_a_gap(session: Session, browse: Browse, admin: User) -> None:
    for number in range(104):
        make.make_user(session, name=f"Twin {number // 2:03}", email=f"twin{number:03}@x.org")
    client, seen, address = browse(admin), list[str](), "/admin/people?q=twin"
    while address:
        page = client.get(address).text
        seen += [part.split("<")[0] for part in page.split(">twin")[1:]]
        more = page.split('rel="next"')[0].rsplit('href="', 1)
        address = more[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else ""

    assert len(seen) == len(set(seen)) == 104


def test_the_page_takes_few_statements(
    session: Session, browse: Browse, admin: User, count_queries: Callable[..., Any]
) -> None:
    counts = []
    for rows in (2, 20):
        for _ in range(rows):
            browse(make.make_user(session, make.make_team(session)))
        client = browse(admin)
        with count_queries() as seen:
            assert client.get("/admin/people").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 12
