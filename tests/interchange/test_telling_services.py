"""What other systems are told: written with the change, without words or figures, never of drafts."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from interchange.models import Webhook, WebhookDelivery
from interchange.webhook_rules import GROUPS
from nic_platform.actor import TeamRole
from nic_platform.tables import ImportRun
from teams.models import Team
from tests.factories import (
    NOON,
    TODAY,
    make_cycle,
    make_item,
    make_measure,
    make_measurement,
    make_membership,
    make_network,
    make_team,
    make_theme,
    make_user,
)


@pytest.fixture
def team(session: Session) -> Team:
    """A team of a network whose every event somebody wants to hear of."""
    team = make_team(session, make_network(session))
    make_hook(session, team.network_id)
    return team


def make_hook(session: Session, network_id: int, **columns: Any) -> Webhook:
    columns = {
        "name": "Warehouse",
        "url": "https://example.org/",
        "secret": "",
        "events": list(GROUPS),
    } | columns
    hook = Webhook(network_id=network_id, **columns)
    session.add(hook)
    session.flush()
    session.info.pop("webhooks_in_use", None)
    return hook


def told(session: Session) -> list[WebhookDelivery]:
    session.flush()
    return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def events(session: Session) -> list[str]:
    return [each.event for each in told(session)]


def test_a_draft_is_told_to_nobody_and_a_sent_item_is(session: Session, team: Team) -> None:
    item = make_item(session, team, state="draft", title="Canary words")
    assert events(session) == []

    item.state = "waiting"
    session.flush()
    item.state = "answered"
    session.flush()
    item.state = "closed"

    assert events(session) == ["item.sent", "item.answered", "item.closed"]


def test_words_and_figures_of_a_thing_are_in_no_message(session: Session, team: Team) -> None:
    make_item(session, team, state="waiting", title="Canary words", happens="Canary words", affects_count=7)
    measure = make_measure(session, team)
    make_measurement(session, measure, team, count=3, population=4, note="Canary words")

    found = [json.dumps(each.payload) for each in told(session)]

    assert events(session) == ["item.sent", "measurement.saved"]
    assert not any("Canary" in text or "population" in text or "count" in text for text in found)
    assert told(session)[1].payload["data"]["object"]["id"] == str(measure.public_id)


def test_a_cycle_is_told_of_from_the_day_it_runs(session: Session, team: Team) -> None:
    cycle = make_cycle(session, team, stage="plan", is_draft=True)
    cycle.title = "Another title"
    session.flush()
    assert events(session) == []

    cycle.stage, cycle.is_draft = "do", False
    session.flush()
    cycle.stage = "closed"

    assert events(session) == ["cycle.started", "cycle.closed"]


def test_people_imports_and_themes_are_told_of(session: Session, team: Team) -> None:
    user: User = make_user(session)
    place = make_membership(session, team, user, TeamRole.MEMBER)
    place.role = TeamRole.LEAD
    session.flush()
    session.delete(place)
    run = ImportRun(network_id=team.network_id, kind="sites", file_name="a.csv", created_at=NOON)
    session.add(run)
    session.flush()
    run.state = "done"
    session.flush()
    make_theme(session, team)

    assert events(session) == [
        "person.joined",
        "person.changed",
        "person.left",
        "import.done",
        "theme.opened",
    ]


def test_who_asked_for_something_else_or_is_switched_off_hears_nothing(session: Session) -> None:
    team = make_team(session, make_network(session))
    make_hook(session, team.network_id, events=["cycles"])
    make_hook(session, team.network_id, is_enabled=False)
    make_hook(session, team.network_id, deleted_at=NOON)
    make_hook(session, make_network(session).id)

    make_item(session, team, state="waiting")

    assert events(session) == []


def test_what_is_undone_is_told_to_nobody(session: Session, team: Team) -> None:
    nested = session.begin_nested()
    make_item(session, team, state="waiting")
    session.flush()
    nested.rollback()

    assert events(session) == []


def test_many_counts_of_one_day_are_one_message(session: Session, team: Team) -> None:
    measure = make_measure(session, team)
    for subgroup in ("a", "b", "c"):
        make_measurement(session, measure, team, count=3, population=4, subgroup=subgroup)
    make_measurement(session, measure, team, TODAY - timedelta(days=1), count=3, population=4)

    assert events(session) == ["measurement.saved", "measurement.saved"]
