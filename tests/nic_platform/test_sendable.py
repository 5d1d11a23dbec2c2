"""Text that can't be kept is refused with a sentence, wherever it stands."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from nic_platform.sendable import LARGEST_JSON, can_be_kept, texts_in
from tests.world import make_world

NUL, HALF = "a\x00b", "a\ud800b"


@given(st.text())
def test_what_can_be_written_can_be_kept(text: str) -> None:
    assert can_be_kept(text) == (
        "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
    )


def test_every_text_of_a_body_is_looked_at() -> None:
    assert list(texts_in({"a": ["b", {"c": 1, "d": None}], "e": True})) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("text", [NUL, HALF])
def test_it_is_refused_in_the_api(session: Session, browse: Callable[..., FlaskClient], text: str) -> None:
    world = make_world(session)
    sent = {"version": world.school.version, "purpose": text}
    answer = browse(world.people["lead"]).patch(f"/api/v1/teams/{world.school.public_id}", json=sent)
    assert answer.status_code == 422
    session.refresh(world.school)
    assert world.school.purpose == ""


def test_it_is_refused_in_forms_and_searches(session: Session, browse: Callable[..., FlaskClient]) -> None:
    world = make_world(session)
    client = browse(world.people["lead"])
    sent = {"version": world.school.version, "name": "Own", "purpose": NUL, "rhythm_days": "7"}
    assert client.post(f"/teams/{world.school.public_id}/edit", data=sent).status_code == 422
    assert client.get("/sites?find=%00").status_code == 422
    assert client.get("/sites?find=Cañon").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 50_000, 422),
        (b'{"version":' + b"1" * 5000 + b"}", 422),
        (b'{"version": 1, "purpose": "' + b"a" * LARGEST_JSON + b'"}', 413),
        (b"{", 400),
        (b"\xff\xfe", 400),
    ],
)
def test_json_without_end_is_refused(
    session: Session, browse: Callable[..., FlaskClient], body: bytes, status: int
) -> None:
    world = make_world(session)
    answer = browse(world.people["lead"]).patch(
        f"/api/v1/teams/{world.school.public_id}", data=body, content_type="application/json"
    )

    assert answer.status_code == status
    assert answer.get_json()["status"] == status
