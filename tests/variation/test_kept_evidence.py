"""Evidence that is kept of a large network: for each reader as worked out now, and of no other network."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, IdeaDriver, Prediction
from measures.models import Measurement
from nic_platform import looks
from nic_platform.actor import Actor, NetworkRole
from teams.models import Team
from tests import factories as make
from tests.factories import NOON
from variation import (
    expecting,
    idea_queries,
    jobs,
    kept_evidence_services,
    library_queries,
)
from variation.evidence_rows import Found
from variation.kept_evidence import read, written
from variation.library_rows import Choice
from variation.models import LibraryEvidence, LibraryMaking

STARTS = date(2025, 9, 1)
Browse = Callable[..., FlaskClient]


@pytest.fixture
def place(session: Session, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return a network that counts as large: 20 schools, of which nine test one idea and three another."""
    monkeypatch.setattr(kept_evidence_services, "FROM", 12)
    monkeypatch.setattr(expecting, "REGRESSION_FROM", 8)
    network = make.make_network(session)
    measure = make.make_measure(session, network_id=network.id, name="Tickets in lessons", unit="teachers")
    teams = []
    for at in range(20):
        site = make.make_site(
            session, network, grades=("K-5", "6-8")[at % 2], locale="Town", lunch_percent=20 + 4 * at,
            english_learner_percent=at * at % 17,
        )  # fmt: skip
        teams.append(make.make_team(session, network, site=site, name=f"School {at:02}"))
    ideas = [
        make.make_idea(session, teams[1], title=title, is_shared=True, measure_id=measure.id)
        for title in ("A stem on the slide", "Exit tickets", "Nobody's yet")
    ]
    driver = make.make_driver(session, network, name="Lessons")
    session.add(IdeaDriver(network_id=network.id, idea_id=ideas[1].id, driver_id=driver.id))
    for at, team in enumerate(teams):
        _count(session, measure, team, at)
        if at < 9:
            _test(session, ideas[0], team, "abandon" if at % 7 == 5 else "adopt")
        if at in (0, 9, 10):
            _test(session, ideas[1], team, "adapt")
    return SimpleNamespace(network=network, measure=measure, teams=teams, ideas=ideas, driver=driver)


def _count(session: Session, measure: Any, team: Team, at: int) -> None:
    for week in range(12):
        count = 8 + (week * 5 + at) % 4 + (at % 6 if week >= 6 else 0)
        session.add(
            Measurement(
                network_id=team.network_id, measure_id=measure.id, team_id=team.id, site_id=team.site_id,
                observed_on=STARTS + timedelta(weeks=week), count=count, population=24, recorded_at=NOON,
            )
        )  # fmt: skip


def _test(session: Session, idea: ChangeIdea, team: Team, decision: str) -> None:
    began = STARTS + timedelta(weeks=5, days=3)
    cycle = make.make_cycle(
        session, team, ramp=make.make_ramp(session, team, idea), stage="closed", decision=decision,
        outcome="done", began_on=began, starts_on=began,
    )  # fmt: skip
    session.add(
        Prediction(network_id=cycle.network_id, cycle_id=cycle.id, question="How many?", verdict="held")
    )
    session.flush()


def _keep(app: Flask) -> None:
    with app.app_context():
        assert jobs.keep_evidence({}, lambda _percent: None) == {"networks": 1}


def _actor(session: Session, team: Team) -> Actor:
    return make.actor_of(session, make.make_user(session, team))


def _said(page: str) -> str:
    """Return a page without what differs each time, and without the day on which the evidence was made."""
    page = re.sub(r'name="csrf_token" value="[^"]*"|nonce="[^"]*"', "", page)
    return re.sub(r' *<p class="fig-note[^"]*">Worked out on .*?</p>', "", page)


def test_what_is_kept_reads_as_what_is_worked_out_now(
    app: Flask, session: Session, browse: Browse, place: SimpleNamespace
) -> None:
    lead = make.make_user(session)
    make.make_network_member(session, place.network, lead, NetworkRole.LEAD)
    readers = [browse(lead), browse(make.make_user(session, place.teams[0]))]
    paths = [
        "/library", "/library?least=5", "/library?like=grades:K-5", "/library?like=grades:nowhere",
        f"/library?driver={place.driver.public_id}", "/library?start=2", "/library?start=30",
        "/library/package", *(f"/ideas/{idea.public_id}" for idea in place.ideas[:2]),
    ]  # fmt: skip
    now = [[_said(reader.get(path).get_data(as_text=True)) for path in paths] for reader in readers]

    _keep(app)
    kept = [[reader.get(path).get_data(as_text=True) for path in paths] for reader in readers]

    assert sum("Worked out on" in page for pages in kept for page in pages) == 12
    for wanted, found in zip(now, kept, strict=True):
        for path, before, after in zip(paths, wanted, found, strict=True):
            assert _said(after) == before, path
    assert "By the regression on lunch" in kept[1][paths.index(f"/ideas/{place.ideas[0].public_id}")]
    assert "your school" in kept[1][paths.index(f"/ideas/{place.ideas[0].public_id}")]


def _digits(row: Any) -> str:
    """Return a row with its numbers to the tenth digit: sums of points in another order differ beyond."""
    return re.sub(r"-?\d+\.\d+(e-?\d+)?", lambda found: f"{float(found[0]):.10g}", written(row))


def test_rows_are_the_same_number_by_number_and_hold_no_team_and_no_other_network(
    app: Flask, session: Session, place: SimpleNamespace
) -> None:
    actor, other = _actor(session, place.teams[0]), make.make_team(session, make.make_network(session))
    theirs = make.make_idea(session, other, title="Of another network", is_shared=True)
    choices = [Choice(like=like) for like in (None, ("grades", "K-5"), ("lunch", "25-50"))]
    choices.append(Choice(ideas=[place.ideas[1].id]))
    now = [library_queries.list_ideas(session, actor, choice, None) for choice in choices]
    page = idea_queries.found_of(session, actor, place.ideas[0])

    _keep(app)

    kept = [library_queries.list_ideas(session, actor, choice, None) for choice in choices]
    assert all(each.made_at for each in kept)
    assert [_digits(replace(each, made_at=None)) for each in kept] == [_digits(each) for each in now]
    assert kept[0].rows[0].found.beside.pooled is not None
    found = idea_queries.found_of(session, actor, place.ideas[0])
    assert _digits(replace(found.found, seen=())) == _digits(replace(page.found, seen=()))
    own = tuple(each for each in page.found.seen if each.team_id == place.teams[0].id)
    assert [_digits(each) for each in found.found.seen] == [_digits(each) for each in own]
    assert (list(found.began), found.verdicts) == (sorted(page.began), {"held": 9})
    assert read(Found, written(found.found)) == found.found
    texts = session.scalars(select(LibraryEvidence.found + LibraryEvidence.page)).all()
    assert len(texts) > 12
    assert not [text for text in texts if '"team_id"' in text or "School" in text or '"seen":[]' not in text]
    listing = library_queries.list_ideas(session, _actor(session, other))
    assert ([row.id for row in listing.rows], listing.made_at) == ([theirs.id], None)


def test_it_is_made_anew_after_a_change_and_shown_only_while_it_may_be(
    app: Flask, session: Session, place: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.measure.counts_students, place.network.minimum_cell = True, 5
    session.flush()
    actor = replace(_actor(session, place.teams[0]), minimum_cell=5)
    _keep(app)
    assert kept_evidence_services.due(session) == [(place.network.id, 5)]  # others may be writing still
    monkeypatch.setattr(kept_evidence_services, "UNSETTLED", timedelta(0))
    _keep(app)
    due, here = kept_evidence_services.due, (place.network.id, 5)

    looks.listen()
    listing = library_queries.list_ideas(session, actor)
    seen = looks.heard()
    assert (bool(listing.made_at), listing.rows[0].found.known > 0, bool(seen)) == (True, True, True)
    strict = library_queries.list_ideas(session, replace(actor, minimum_cell=25))
    assert (strict.made_at, strict.rows[0].found.pooled) == (None, None)

    assert due(session) == []
    make.make_measurement(session, place.measure, place.teams[0], on=STARTS, count=8, population=24)
    assert due(session) == [here]
    _keep(app)
    assert due(session) == []
    place.ideas[0].title = "Another title"
    place.ideas[0].version += 1
    session.flush()
    assert due(session) == [here]

    monkeypatch.setattr(kept_evidence_services, "FROM", 1000)
    kept_evidence_services.drop_small(session)
    assert session.scalars(select(LibraryMaking)).all() == []
    assert session.scalars(select(LibraryEvidence)).all() == []
