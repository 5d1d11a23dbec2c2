"""Everything held about a person is in the file of their data, and nothing about anybody else."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import passwords
from accounts.models import ApiToken
from accounts.rules import hashed
from interchange import own_data_queries
from interchange.own_data_queries import ELSEWHERE, own_tables
from nic_platform import clock
from nic_platform.database import Base
from nic_platform.tables import Notice
from tests import factories as make
from tests.world import World, make_world

AUTHORS = {"created_by_id", "updated_by_id"}  # what they wrote is read from the trail


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_world(session)


def test_every_table_that_names_people_is_read_or_left_out_for_a_reason(app: Flask) -> None:
    read = {table.name for table, _column in own_tables()}
    for table in Base.metadata.sorted_tables:
        people = {key.parent.name for key in table.foreign_keys if key.column.table.name == "user_account"}
        if people - AUTHORS:
            assert table.name in read or ELSEWHERE[table.name], table.name


def test_it_holds_what_is_the_persons_own_and_nothing_of_others(
    app: Flask, session: Session, world: World
) -> None:
    me, other = world.people["member"], world.people["lead"]
    session.info["user_id"] = me.id
    mine = make.make_cycle(session, world.school, title="What I wanted to try")
    session.info["user_id"] = other.id
    make.make_cycle(session, world.school, title="What somebody else wanted")
    told = {"kind": "feedback.answered", "created_at": make.NOON, "mail_after": make.NOON}
    session.add(Notice(user_id=other.id, subject="For the lead alone", **told))
    session.info.pop("user_id")
    session.flush()

    held = own_data_queries.about(session, me.id)
    text = json.dumps(held)

    assert held["user_account"]["rows"][0]["email"] == me.email
    assert world.school.name in {row["team"] for row in held["membership"]["rows"]}
    assert [row["values"]["title"] for row in held["written"]["rows"] if row["id"] == str(mine.public_id)]
    assert "What somebody else wanted" not in text
    assert "For the lead alone" not in text
    assert other.email not in text
    keys = {key for part in held.values() for row in part["rows"] for key in row}
    assert not [key for key in keys if "hash" in key or "secret" in key]


def test_the_file_is_a_page_and_json_after_the_password(
    session: Session, world: World, browse: Callable[..., FlaskClient]
) -> None:
    world.people["member"].password_hash = passwords.hash_password("steps that climb")
    client = browse(world.people["member"])

    refused = client.post("/account/data", data={"confirm": "not the one"})
    given = client.post("/account/data", data={"confirm": "steps that climb"})

    assert refused.status_code in {200, 422}
    assert "not your password" in refused.text
    assert given.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(given.data)) as file:
        assert {"read-me.html", "user_account.json", "membership.json"} <= set(file.namelist())
        assert world.people["member"].email in file.read("read-me.html").decode()


def test_it_is_given_five_times_in_a_quarter_of_an_hour(
    session: Session, world: World, browse: Callable[..., FlaskClient]
) -> None:
    member, client = world.people["member"], browse()
    session.add(ApiToken(token_hash=hashed("mine"), user_id=member.id, name="Mine", created_at=clock.now()))
    session.flush()
    bearer = {"Authorization": "Bearer mine"}

    at_a_page = browse(member).get("/api/v1/account/data").status_code
    codes = [client.get("/api/v1/account/data", headers=bearer).status_code for _time in range(6)]

    assert at_a_page == 403  # the page asks for the password
    assert codes == [200] * 5 + [429]
