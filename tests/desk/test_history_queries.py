"""Histories: names for teams, no inner numbers, nothing that says nothing."""

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from desk import history_queries
from nic_platform.errors import AbsentError
from tests import factories as make


def test_a_team_is_told_by_its_name_and_other_things_only_as_changed(session: Session) -> None:
    team, hub = make.make_team(session), make.make_team(session, name="Cottonwood hub")
    actor = make.actor_of(session, make.make_user(session, team))
    item = make.make_item(session, team)
    theme = make.make_theme(session, team)
    item.holder_id, item.theme_id, item.state = hub.id, theme.id, "waiting"
    session.flush()

    newest = history_queries.story_of(session, actor, "feedback_item", item.public_id).events[0]

    assert {line.field: (line.before, line.after) for line in newest.lines} == {
        "holder_id": (None, "Cottonwood hub"),
        "theme_id": (None, "changed"),
        "state": ("draft", "waiting"),
    }


def test_creation_tells_only_what_was_filled_in(session: Session) -> None:
    team = make.make_team(session)
    actor = make.actor_of(session, make.make_user(session, team))
    cycle = make.make_cycle(session, team, title="Door card", change="", scale_size=None, is_shared=False)

    (event,) = history_queries.story_of(session, actor, "cycle", cycle.public_id).events
    fields = [line.field for line in event.lines]

    assert "title" in fields
    assert not {"change", "scale_size", "is_shared", "network_id", "ramp_id"} & set(fields)


def test_who_did_it_is_named(session: Session) -> None:
    team = make.make_team(session)
    user = make.make_user(session, team, name="Rosa Medina")
    session.info["user_id"] = user.id
    cycle = make.make_cycle(session, team)
    session.info.pop("user_id")

    (event,) = history_queries.story_of(
        session, make.actor_of(session, user), "cycle", cycle.public_id
    ).events

    assert event.who == "Rosa Medina"


def test_what_is_not_there_has_no_history(session: Session) -> None:
    actor = make.actor_of(session, make.make_user(session, make.make_team(session)))

    with pytest.raises(AbsentError):
        history_queries.story_of(session, actor, "cycle", uuid4())
