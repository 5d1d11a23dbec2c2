"""What was typed comes back when a form can't be taken any more."""

from collections.abc import Callable

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform.kept_words import kept_words
from tests import factories as make

OURS = {"Origin": "http://localhost"}
TYPED = {"title": "No substitute on coaching days", "severity": "stops", "password": "maple tree lane"}


@pytest.mark.parametrize(
    ("method", "headers", "kept"),
    [
        ("POST", OURS, ["No substitute on coaching days"]),
        ("POST", {"Referer": "http://localhost/feedback/new"}, ["No substitute on coaching days"]),
        ("POST", {"Origin": "https://elsewhere.example"}, []),
        ("POST", {}, []),
    ],
    ids=["our page", "our page by referer", "another site", "nobody says"],
)
def test_texts_are_kept_of_our_own_forms_without_secrets(
    app: Flask, method: str, headers: dict[str, str], kept: list[str]
) -> None:
    with app.test_request_context("/feedback/new", method=method, headers=headers, data=TYPED):
        assert kept_words(request) == kept


def test_a_sign_in_that_ended_gives_the_words_back(app: Flask, session: Session) -> None:
    answer = app.test_client().post("/feedback/new", data=TYPED, headers=OURS)

    assert answer.status_code == 401
    assert "No substitute on coaching days" in answer.text
    assert "maple tree lane" not in answer.text


def test_nothing_typed_leads_straight_to_sign_in(app: Flask, session: Session) -> None:
    answer = app.test_client().post("/feedback/new", data={"severity": "stops"}, headers=OURS)

    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_words_come_back_as_text_and_never_as_markup(app: Flask, session: Session) -> None:
    answer = app.test_client().post("/feedback/new", data={"title": "</textarea><script> x"}, headers=OURS)

    assert answer.status_code == 401
    assert "<script> x" not in answer.text


def test_a_form_that_can_not_be_taken_twice_gives_the_words_back(
    session: Session, browse: Callable[..., FlaskClient]
) -> None:
    team = make.make_team(session)
    item = make.make_item(session, team, state="closed")
    member = browse(make.make_user(session, team))

    answer = member.post(
        f"/feedback/{item.public_id}/confirm",
        data={"lifted": "yes", "words": "It works well now"},
        headers=OURS,
    )

    assert answer.status_code == 409
    assert "It works well now" in answer.text
