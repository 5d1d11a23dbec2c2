"""People say what they are told, where and when: on the page and through the API."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import notice_queries, notice_rules, notice_services
from accounts.models import User
from nic_platform.errors import InputError
from nic_platform.notice_kinds import GROUPS, Mail, Wish
from nic_platform.tables import NoticeChoice
from tests import factories as make

Browse = Callable[..., FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
NOTHING = Wish(on_page=False, by_mail=Mail.NONE)
API = "/api/v1/notice-settings"


@pytest.fixture
def rosa(session: Session) -> User:
    return make.make_user(session, make.make_team(session), name="Rosa Medina")


def form(**values: Any) -> dict[str, Any]:
    """Return what a browser sends when nothing was changed, but for *values*; ``None`` leaves a field out."""
    kept: dict[str, Any] = {"version": "1", "mail_notices": "y", "digest": "daily", "digest_hour": "7"}
    for group in GROUPS:
        name = group.key.replace(".", "_")
        kept |= {f"page_{name}": "y", f"mail_{name}": group.usual.by_mail.value}
    return {name: value for name, value in (kept | values).items() if value is not None}


def choices(session: Session, user: User) -> dict[str, tuple[bool, str]]:
    rows = session.scalars(select(NoticeChoice).where(NoticeChoice.user_id == user.id))
    return {row.kind: (row.on_page, row.by_mail) for row in rows}


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize(("text", "minutes"), [("0:00", 0), ("06:30", 390), ("23:59", 1439)])
def test_a_time_is_minutes_after_midnight_and_back(text: str, minutes: int) -> None:
    assert notice_rules.minutes_of(text) == minutes
    assert notice_rules.time_of(minutes) == text.rjust(5, "0")


@pytest.mark.parametrize("text", ["", "7", "24:00", "6:5", "6:60", "-1:00", "six:30"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time of day"):
        notice_rules.minutes_of(text)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quiet_from": 60}, "quiet_until"),
        ({"quiet_until": 60}, "quiet_from"),
        ({"quiet_from": 60, "quiet_until": 60}, "quiet_until"),
        ({"digest": "hourly"}, "digest"),
        ({"digest_hour": 24}, "digest_hour"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
    ],
)
def test_what_can_not_be_is_said_beside_its_field(values: dict[str, Any], field: str) -> None:
    assert list(notice_rules.problems(values)) == [field]


# ---------------------------------------------------------------- service


def test_only_what_differs_from_the_usual_is_kept(session: Session, rosa: User) -> None:
    def save(**wishes: Wish) -> None:
        by_key = {key.replace("_", "."): wish for key, wish in wishes.items()}
        notice_services.save_settings(session, rosa, {}, by_key, at=make.NOON)

    save(feedback_late=NOTHING, feedback_moves=Wish())
    assert choices(session, rosa) == {"feedback.late": (False, "none")}
    save(feedback_late=Wish())
    assert choices(session, rosa) == {}
    assert rosa.version == 3


def test_a_group_that_is_none_changes_nothing(session: Session, rosa: User) -> None:
    with pytest.raises(InputError) as refused:
        notice_services.save_settings(
            session, rosa, {"digest_hour": 9}, {"feedback.late": NOTHING, "gossip": Wish()}, at=make.NOON
        )

    assert list(refused.value.fields) == ["gossip"]
    assert (choices(session, rosa), rosa.digest_hour) == ({}, 7)


# ---------------------------------------------------------------- the page


def test_the_page_shows_every_group_as_it_holds(
    session: Session, browse: Browse, rosa: User, count_queries: Counting
) -> None:
    session.add(NoticeChoice(user_id=rosa.id, kind="feedback.late", on_page=True, by_mail="digest"))
    session.flush()
    client = browse(rosa)

    with count_queries() as seen:
        page = client.get("/account/notices").text

    assert page.count('<option selected value="digest">') == 2  # and cheers, by themselves
    assert "the last one on a promise that nobody kept" in page
    assert "Promises that have passed" in page
    assert len(seen) <= 8


def test_what_is_chosen_is_saved(session: Session, browse: Browse, rosa: User) -> None:
    sent = form(
        page_feedback_messages=None, mail_feedback_messages="digest", digest="weekly", digest_hour="16",
        quiet_from="21:30", quiet_until="06:15", quiet_weekends="y", time_zone="America/Chicago",
        mail_notices=None,
    )  # fmt: skip

    response = browse(rosa).post("/account/notices", data=sent)

    assert response.status_code == 303
    session.refresh(rosa)
    kept = notice_queries.settings_of(session, rosa)
    assert kept.chosen == {"feedback.messages": Wish(on_page=False, by_mail=Mail.DIGEST)}
    assert (kept.digest, kept.digest_hour, kept.time_zone) == ("weekly", 16, "America/Chicago")
    assert (kept.quiet_from, kept.quiet_until, kept.quiet_weekends) == (21 * 60 + 30, 6 * 60 + 15, True)
    assert not kept.mail_notices


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"quiet_from": "22:00"}, "Say until when too"),
        ({"quiet_from": "late"}, "Write the time as hours and minutes"),
        ({"mail_feedback_late": "pigeon"}, "Not a valid choice"),
    ],
)
def test_what_can_not_be_is_refused_and_still_in_the_form(
    session: Session, browse: Browse, rosa: User, values: dict[str, str], words: str
) -> None:
    response = browse(rosa).post("/account/notices", data=form(digest_hour="16", **values))

    assert response.status_code == 422
    assert words in response.text
    assert '<option selected value="16">' in response.text
    session.refresh(rosa)
    assert (rosa.digest_hour, choices(session, rosa)) == (7, {})


def test_two_who_save_at_once_see_both_versions(session: Session, browse: Browse, rosa: User) -> None:
    client = browse(rosa)
    client.post("/account/notices", data=form(digest_hour="9"))

    response = client.post("/account/notices", data=form(digest_hour="16"))

    assert response.status_code == 409
    session.refresh(rosa)
    assert rosa.digest_hour == 9


# ---------------------------------------------------------------- the API


def test_the_api_says_and_changes_what_holds(session: Session, browse: Browse, rosa: User) -> None:
    client = browse(rosa)
    before = client.get(API).json
    assert before["quiet_from"] is None
    assert [group["key"] for group in before["groups"]] == [group.key for group in GROUPS]

    groups = [{"key": "feedback.late", "by_mail": "digest"}]
    sent = {"version": before["version"], "quiet_from": "22:00", "quiet_until": "6:00", "groups": groups}
    after = client.patch(API, json=sent).json

    late = next(group for group in after["groups"] if group["key"] == "feedback.late")
    assert (late["on_page"], late["by_mail"]) == (True, "digest")
    assert (after["quiet_from"], after["quiet_until"], after["digest_hour"]) == ("22:00", "06:00", 7)
    assert client.patch(API, json=sent).status_code == 412


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "25:00"}, {"quiet_from": "22:00"}, {"time_zone": "Nowhere"}, {"digest": "hourly"},
        {"groups": [{"key": "gossip"}]}, {"groups": [{"key": "feedback.late", "by_mail": "pigeon"}]},
        {"digest_hour": 24},
    ],
)  # fmt: skip
def test_the_api_refuses_what_can_not_be(
    session: Session, browse: Browse, rosa: User, wrong: dict[str, Any]
) -> None:
    response = browse(rosa).patch(API, json={"version": 1, **wrong})

    assert response.status_code == 422
    session.refresh(rosa)
    assert (rosa.version, choices(session, rosa)) == (1, {})


def test_settings_are_each_persons_own(session: Session, browse: Browse, rosa: User) -> None:
    other = make.make_user(session, make.make_team(session))

    browse(other).patch(API, json={"version": 1, "digest_hour": 5})

    session.refresh(rosa)
    session.refresh(other)
    assert (rosa.digest_hour, other.digest_hour) == (7, 5)
