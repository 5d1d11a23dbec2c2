"""One's own second step, and its reset for somebody else, by API."""

from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts import second_services
from accounts.models import Passkey, SignIn, User
from accounts.passwords import hash_password
from nic_platform.tables import Notice
from tests.accounts.conftest import Clock
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
PATH = "/api/v1/second-step"
SECRET = pyotp.random_base32(32)
PASSWORD = "maple tree lane"


@pytest.fixture
def world(session: Session, time: Clock) -> World:
    """The world, where the member has a generator and a passkey, and some have passwords."""
    made = make_world(session)
    for role in ("member", "network_lead", "admin"):
        made.people[role].password_hash = hash_password(PASSWORD)
    second_services.set_up(session, made.people["member"], SECRET, pyotp.TOTP(SECRET).at(time.at), at=time.at)
    session.commit()
    time.forward(minutes=1)
    return made


def bearer(client: FlaskClient, time: Clock, *, coded: bool = False) -> dict[str, str]:
    """Return the header of a token that the signed-in person makes."""
    wanted = {"name": "N", "password": PASSWORD, "days": 30}
    if coded:
        wanted["code"] = pyotp.TOTP(SECRET).at(time.at)
    token = client.post("/api/v1/tokens", json=wanted).get_json()["token"]
    time.forward(minutes=1)
    return {"Authorization": f"Bearer {token}"}


def test_ones_own_is_read_renewed_and_taken_away(
    session: Session, browse: Browse, world: World, time: Clock
) -> None:
    member = world.people["member"]
    client = browse(member)
    session.execute(update(SignIn).where(SignIn.user_id == member.id).values(second_at=time.at))
    session.commit()
    headers = bearer(client, time)
    program = browse()

    def post(what: str, **sent: Any) -> Any:
        return program.post(PATH + what, headers=headers, json=sent)

    told = program.get(PATH, headers=headers).get_json()
    assert (told["codes_left"], [each["name"] for each in told["passkeys"]]) == (10, ["Phone"])
    assert "AAAA" not in str(told)
    assert post("/codes", password="wrong").status_code == 422
    assert post("/codes", password=PASSWORD).status_code == 422  # and no code
    made = post("/codes", password=PASSWORD, code=pyotp.TOTP(SECRET).at(time.at))
    assert (made.status_code, len(made.get_json()["codes"])) == (201, 10)
    codes = made.get_json()["codes"]

    key = world.ids["passkey_id"]
    assert post(f"/passkeys/{key}/remove", password=PASSWORD, code="000000").status_code == 422
    left = post(f"/passkeys/{key}/remove", password=PASSWORD, code=codes[0]).get_json()
    assert (left["passkeys"], left["generator_since"] is None, left["codes_left"]) == ([], False, 9)
    assert post(f"/passkeys/{key}/remove", password=PASSWORD, code=codes[1]).status_code == 404
    left = post("/generator/remove", password=PASSWORD, code=codes[1]).get_json()
    assert (left["since"], left["generator_since"], left["codes_left"]) == (None, None, 0)
    assert post("/generator/remove", password=PASSWORD).status_code == 409
    assert post("/codes", password=PASSWORD).status_code == 409


def test_a_lead_resets_it_for_somebody_of_the_own_network(
    session: Session, browse: Browse, world: World, time: Clock
) -> None:
    member = world.people["member"]
    path = f"{PATH}/people/{member.public_id}/reset"
    lead = browse(world.people["network_lead"])
    headers = bearer(lead, time)
    program = browse()

    assert program.post(path, headers=headers, json={"password": "wrong"}).status_code == 422
    assert browse(world.people["peer"]).post(path, json={"password": PASSWORD}).status_code == 404
    session.expire_all()
    assert session.get_one(User, member.id).second_since is not None
    assert program.post(path, headers=headers, json={"password": PASSWORD}).status_code == 204

    session.expire_all()
    assert session.get_one(User, member.id).second_since is None
    assert session.scalars(select(Passkey)).all() == []
    newest = session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()
    assert (newest.address, world.people["network_lead"].name in newest.body) == (member.email, True)
    assert program.post(path, headers=headers, json={"password": PASSWORD}).status_code == 409
    admin = f"{PATH}/people/{world.people['admin'].public_id}/reset"
    assert program.post(admin, headers=headers, json={"password": PASSWORD}).status_code == 404
