"""What is typed in one sitting is one line of history, and the chain holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from nic_platform import audit, audit_trail
from nic_platform.audit_sittings import PAUSE, merged
from teams.models import Team
from tests import factories as make

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session, name="Alder Creek")


@contextmanager
def typing(session: Session, user: int | None, at: datetime, typing: bool = True) -> Iterator[None]:
    session.info.update(user_id=user, at=at, typing=typing)
    yield
    session.flush()


def lines(session: Session, team: Team) -> list[tuple[str, dict[str, tuple[object, object]]]]:
    told = audit.history(session, "team", team.public_id)
    return [(each.action, dict(each.changes)) for each in told if each.action != "created"]


def test_a_sitting_is_one_line_from_before_it_to_its_end(session: Session, team: Team) -> None:
    for second, name in enumerate(("Alder C", "Alder Cr", "Alder Crest")):
        with typing(session, None, NOON + timedelta(seconds=4 * second)):
            team.name = name

    assert lines(session, team) == [("typed", {"name": ("Alder Creek", "Alder Crest")})]
    assert audit.history(session, "team", team.public_id)[0].at == NOON + timedelta(seconds=8)
    assert list(audit_trail.verify(session)) == []


def test_what_was_typed_and_cleared_again_is_no_change(session: Session, team: Team) -> None:
    for name in ("Alder C", "Alder Creek"):
        with typing(session, None, NOON):
            team.name = name

    assert lines(session, team) == [("typed", {})]
    assert list(audit_trail.verify(session)) == []


def test_a_button_another_person_or_a_pause_ends_the_sitting(session: Session, team: Team) -> None:
    other = make.make_user(session, team)
    session.flush()
    saves = [
        (None, NOON, True),
        (None, NOON + timedelta(minutes=1), False),  # a button
        (None, NOON + timedelta(minutes=2), True),
        (other.id, NOON + timedelta(minutes=3), True),  # another person
        (other.id, NOON + timedelta(minutes=3) + PAUSE, True),  # just within
        (other.id, NOON + timedelta(minutes=4) + 2 * PAUSE, True),  # a pause
    ]
    for number, (user, at, is_typing) in enumerate(saves):
        with typing(session, user, at, is_typing):
            team.name = f"Name {number}"

    assert [(action, told["name"]) for action, told in lines(session, team)] == [
        ("typed", ("Name 4", "Name 5")),
        ("typed", ("Name 2", "Name 4")),
        ("typed", ("Name 1", "Name 2")),
        ("changed", ("Name 0", "Name 1")),
        ("typed", ("Alder Creek", "Name 0")),
    ]
    assert list(audit_trail.verify(session)) == []


def test_a_line_that_was_redacted_is_not_written_into(session: Session, team: Team) -> None:
    with typing(session, None, NOON):
        team.name = "A"
    audit.redact(session, "team", team.public_id, by=None, at=NOON)
    session.refresh(team)
    with typing(session, None, NOON):
        team.name = "B"

    told = audit.history(session, "team", team.public_id)
    assert [each.action for each in told] == ["typed", "redacted", "typed", "created"]
    assert list(audit_trail.verify(session)) == []


_VALUES = st.dictionaries(st.sampled_from("abc"), st.integers(0, 3))


@given(st.lists(_VALUES, min_size=1, max_size=6))
def test_one_line_tells_what_all_saves_together_did(saves: list[dict[str, int]]) -> None:
    now: dict[str, int] = {"a": 0, "b": 0, "c": 0}
    start, line = dict(now), dict[str, list[object]]()
    for save in saves:
        changes: dict[str, list[object]] = {k: [now[k], v] for k, v in save.items() if now[k] != v}
        line = merged(line, changes)
        now |= save

    assert line == {k: [start[k], now[k]] for k in now if start[k] != now[k]}
