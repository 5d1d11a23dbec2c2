"""A person's own account, sign-ins and tokens: through the browser."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import ApiToken, SignIn, User
from accounts.passwords import hash_password, is_right
from accounts.rules import hashed
from nic_platform.actor import TeamRole
from nic_platform.tables import AuditEntry, Notice
from teams.models import Membership
from tests import factories as make
from tests.accounts.conftest import Clock

Browse = Callable[..., FlaskClient]
PASSWORD = "maple tree lane"
KEPT = hash_password(PASSWORD)


@pytest.fixture
def rosa(session: Session, time: Clock) -> User:
    team = make.make_team(session, name="Alder Creek")
    return make.make_user(session, team, email="rosa@x.org", name="Rosa Medina", password_hash=KEPT)


def profile(**values: str) -> dict[str, str]:
    return {"name": "Rosa Medina", "title": "", "phone": "", "locale": "", "version": "1", **values}


# ---------------------------------------------------------------- about oneself


def test_a_person_saves_what_they_are_called(session: Session, browse: Browse, rosa: User) -> None:
    data = profile(name="Rosa M. Medina", title="Coach", locale="en")
    response = browse(rosa).post("/account", data=data)

    assert response.status_code == 303
    session.refresh(rosa)
    assert (rosa.name, rosa.title, rosa.locale) == ("Rosa M. Medina", "Coach", "en")


def test_no_name_is_said_beside_the_field(session: Session, browse: Browse, rosa: User) -> None:
    response = browse(rosa).post("/account", data=profile(name="  "))

    assert response.status_code == 422
    assert 'id="name-error"' in response.text
    session.refresh(rosa)
    assert rosa.name == "Rosa Medina"


def test_fields_that_are_nobodys_to_set_are_not_set(session: Session, browse: Browse, rosa: User) -> None:
    browse(rosa).post(
        "/account", data=profile(is_admin="1", email="evil@x.org", disabled_at="", password_hash="x")
    )

    session.refresh(rosa)
    assert (rosa.is_admin, rosa.email, rosa.password_hash) == (False, "rosa@x.org", KEPT)


def test_the_second_of_two_savers_sees_both_versions(session: Session, browse: Browse, rosa: User) -> None:
    browse(rosa).post("/account", data=profile(title="Coach"))
    response = browse(rosa).post("/account", data=profile(title="Teacher"))

    assert response.status_code == 409
    assert "Coach" in response.text
    assert "Teacher" in response.text
    session.refresh(rosa)
    assert rosa.title == "Coach"


def test_a_change_is_written_down_without_the_password(session: Session, browse: Browse, rosa: User) -> None:
    client = browse(rosa)
    client.post("/account", data=profile(title="Coach"))
    client.post("/account/password", data={"confirm": PASSWORD, "password": "a quiet harbour"})

    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.kind == "person", AuditEntry.object_id == rosa.public_id)
    ).all()
    assert any(entry.user_id == rosa.id and "title" in (entry.changes or {}) for entry in entries)
    assert not any("argon2" in str(entry.changes) for entry in entries)


def test_leaving_a_team_keeps_what_was_written(session: Session, browse: Browse, rosa: User) -> None:
    team = make.make_team(session)
    make.make_membership(session, team, rosa)
    cycle = make.make_cycle(session, team, created_by_id=rosa.id)

    response = browse(rosa).post(f"/account/teams/{team.public_id}/leave")

    assert response.status_code == 303
    place = session.scalars(select(Membership).where(Membership.team_id == team.id)).one()
    assert place.deleted_at is not None
    session.refresh(cycle)
    assert cycle.created_by_id == rosa.id


def test_the_only_lead_may_not_leave(session: Session, browse: Browse, time: Clock) -> None:
    team = make.make_team(session)
    lead = make.make_user(session, team, role=TeamRole.LEAD)

    answer = browse(lead).post(f"/account/teams/{team.public_id}/leave")

    assert answer.status_code == 409
    assert "only lead" in answer.get_data(as_text=True)
    place = session.scalars(select(Membership).where(Membership.team_id == team.id)).one()
    assert place.deleted_at is None


def test_another_team_is_not_there_to_leave(session: Session, browse: Browse, rosa: User) -> None:
    assert browse(rosa).post(f"/account/teams/{make.make_team(session).public_id}/leave").status_code == 404


# ---------------------------------------------------------------- password


def test_a_new_password_asks_for_the_old_one_and_ends_other_sign_ins(
    session: Session, browse: Browse, rosa: User
) -> None:
    here, there = browse(rosa), browse(rosa)

    wrong = here.post("/account/password", data={"confirm": "not mine at all", "password": "a quiet harbour"})
    assert wrong.status_code == 422
    session.refresh(rosa)
    assert rosa.password_hash == KEPT

    right = here.post("/account/password", data={"confirm": PASSWORD, "password": "a quiet harbour"})
    assert right.status_code == 303
    session.refresh(rosa)
    assert is_right("a quiet harbour", rosa.password_hash)
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert "password was changed" in str(session.scalar(select(Notice.subject).order_by(Notice.id.desc())))


@pytest.mark.parametrize("password", ["short", "password1", "rosa medina", "x" * 129])
def test_a_poor_password_is_refused(session: Session, browse: Browse, rosa: User, password: str) -> None:
    response = browse(rosa).post("/account/password", data={"confirm": PASSWORD, "password": password})

    assert response.status_code == 422
    assert 'id="password-error"' in response.text
    session.refresh(rosa)
    assert rosa.password_hash == KEPT


def test_an_open_browser_is_no_place_to_guess_the_password(browse: Browse, rosa: User) -> None:
    client = browse(rosa)
    data = {"confirm": "not mine at all", "password": "a quiet harbour"}

    assert [client.post("/account/password", data=data).status_code for _ in range(11)] == [422] * 10 + [429]


def test_who_has_no_password_sets_one_soon_after_signing_in(
    session: Session, browse: Browse, rosa: User, time: Clock
) -> None:
    rosa.password_hash = None
    session.flush()
    client = browse(rosa)
    time.forward(minutes=11)
    late = client.post("/account/password", data={"password": "a quiet harbour"})
    soon = browse(rosa).post("/account/password", data={"password": "a quiet harbour"})

    assert late.status_code == 422
    assert soon.status_code == 303
    session.refresh(rosa)
    assert is_right("a quiet harbour", rosa.password_hash)


# ---------------------------------------------------------------- address


def test_an_address_changes_once_its_mail_was_opened(
    session: Session, browse: Browse, rosa: User, mailed_path: Callable[[], str]
) -> None:
    client = browse(rosa)
    refused = client.post("/account/address", data={"email": "new@x.org", "confirm": "not mine"})
    asked = client.post("/account/address", data={"email": "New@x.org", "confirm": PASSWORD})
    path = mailed_path()
    session.refresh(rosa)

    assert (refused.status_code, asked.status_code, rosa.email) == (422, 303, "rosa@x.org")
    client.get(path)
    assert "new@x.org" in client.get("/account/address/open").text
    assert client.post("/account/address/open").status_code == 303
    session.refresh(rosa)
    assert rosa.email == "new@x.org"
    last = session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert last is not None
    assert last.address == "rosa@x.org"  # the old address is told


def test_an_address_link_is_for_the_one_who_asked(
    session: Session, browse: Browse, rosa: User, mailed_path: Callable[[], str]
) -> None:
    browse(rosa).post("/account/address", data={"email": "new@x.org", "confirm": PASSWORD})
    other = browse(make.make_user(session))
    other.get(mailed_path())

    assert other.post("/account/address/open").status_code == 404
    session.refresh(rosa)
    assert rosa.email == "rosa@x.org"


def test_an_address_that_somebody_has_is_not_given_away(
    session: Session, browse: Browse, rosa: User, mailed_path: Callable[[], str]
) -> None:
    make.make_user(session, email="taken@x.org")
    client = browse(rosa)
    client.post("/account/address", data={"email": "taken@x.org", "confirm": PASSWORD})
    client.get(mailed_path())

    assert client.post("/account/address/open").status_code == 409
    session.refresh(rosa)
    assert rosa.email == "rosa@x.org"


# ---------------------------------------------------------------- sign-ins


def test_a_person_sees_and_ends_their_sign_ins(session: Session, browse: Browse, rosa: User) -> None:
    here, there = browse(rosa), browse(rosa)
    theirs = session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()
    assert theirs is not None

    page = here.get("/account/sign-ins")
    assert page.text.count("This browser") == 1
    assert here.post(f"/account/sign-ins/{theirs.public_id}/end").status_code == 303

    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_all_other_sign_ins_end_at_once(browse: Browse, rosa: User) -> None:
    here, *others = (browse(rosa) for _ in range(4))

    here.post("/account/sign-ins/end-others")

    assert here.get("/account").status_code == 200
    assert [other.get("/account").status_code for other in others] == [303, 303, 303]


def test_somebody_elses_sign_in_is_not_there(session: Session, browse: Browse, rosa: User) -> None:
    client = browse(rosa)
    theirs = session.scalars(select(SignIn)).one()
    stranger = browse(make.make_user(session))

    assert stranger.post(f"/account/sign-ins/{theirs.public_id}/end").status_code == 404
    assert client.get("/account").status_code == 200


# ---------------------------------------------------------------- tokens


def make_token(client: FlaskClient, **data: str) -> Any:
    return client.post("/account/tokens", data={"name": "Export", "days": "30", "confirm": PASSWORD, **data})


def test_a_token_is_shown_once_and_kept_as_its_hash(session: Session, browse: Browse, rosa: User) -> None:
    client = browse(rosa)
    response = make_token(client)
    row = session.scalars(select(ApiToken)).one()
    text = response.text.split('value="nic_', 1)[1].split('"')[0]

    assert response.status_code == 201
    assert row.token_hash == hashed(f"nic_{text}")
    assert f"nic_{text}" not in client.get("/account/tokens").text
    assert "Export" in client.get("/account/tokens").text


def test_a_token_asks_for_the_password(session: Session, browse: Browse, rosa: User) -> None:
    assert make_token(browse(rosa), confirm="not mine").status_code == 422
    assert session.scalars(select(ApiToken)).all() == []


def test_a_token_opens_the_api_and_no_page(browse: Browse, rosa: User, time: Clock) -> None:
    text = "nic_" + make_token(browse(rosa)).text.split('value="nic_', 1)[1].split('"')[0]
    bearer = {"Authorization": f"Bearer {text}"}
    program = browse()

    assert program.get("/api/v1/tokens", headers=bearer).status_code == 200
    assert program.get("/account", headers=bearer).status_code == 303
    assert program.get("/api/v1/tokens", headers={"Authorization": "Bearer nic_x"}).status_code == 401
    time.forward(days=30)
    assert program.get("/api/v1/tokens", headers=bearer).status_code == 401


def test_a_revoked_token_is_refused_at_once(session: Session, browse: Browse, rosa: User) -> None:
    client = browse(rosa)
    text = "nic_" + make_token(client).text.split('value="nic_', 1)[1].split('"')[0]
    row = session.scalars(select(ApiToken)).one()
    bearer = {"Authorization": f"Bearer {text}"}
    assert browse().get("/api/v1/tokens", headers=bearer).status_code == 200

    assert client.post(f"/account/tokens/{row.public_id}/revoke").status_code == 303

    assert browse().get("/api/v1/tokens", headers=bearer).status_code == 401


def test_somebody_elses_token_is_not_there(session: Session, browse: Browse, rosa: User) -> None:
    make_token(browse(rosa))
    row = session.scalars(select(ApiToken)).one()

    assert browse(make.make_user(session)).post(f"/account/tokens/{row.public_id}/revoke").status_code == 404
    session.refresh(row)
    assert row.revoked_at is None


def test_the_use_of_a_token_is_written_down(
    session: Session, browse: Browse, rosa: User, time: Clock
) -> None:
    text = "nic_" + make_token(browse(rosa)).text.split('value="nic_', 1)[1].split('"')[0]
    browse().get("/api/v1/tokens", headers={"Authorization": f"Bearer {text}"})

    session.expire_all()
    used = session.scalars(select(ApiToken)).one().last_used_at
    assert used is not None
    assert used.astimezone(UTC) == time.now()


# ---------------------------------------------------------------- how much a page asks of the database


@pytest.mark.parametrize("path", ["/account", "/account/sign-ins", "/account/tokens", "/account/password"])
def test_a_page_takes_few_statements_however_much_there_is(
    session: Session, browse: Browse, rosa: User, count_queries: Callable[..., Any], path: str
) -> None:
    counts = []
    for rows in (1, 10):
        for _ in range(rows):
            make.make_membership(session, make.make_team(session), rosa)
            browse(rosa)
            number = session.query(ApiToken).count()
            session.add(
                ApiToken(token_hash=hashed(str(number)), user_id=rosa.id, name="x", created_at=make.NOON)
            )
        session.flush()
        client = browse(rosa)
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 12


def test_a_role_taken_away_is_gone_at_the_very_next_request(
    session: Session, browse: Browse, rosa: User, time: Clock
) -> None:
    network = make.make_network(session)
    team, second = (make.make_team(session, network) for _ in range(2))
    user = make.make_user(session, second)
    place = make.make_membership(session, team, user, TeamRole.LEAD)
    client, address = browse(user), f"/invitation/team/{team.public_id}"
    assert client.get(address).status_code == 200

    place.role = TeamRole.MEMBER
    session.flush()
    assert client.get(address).status_code == 403

    place.role, place.deleted_at = TeamRole.LEAD, time.now()
    session.flush()
    assert client.get(address).status_code == 403
