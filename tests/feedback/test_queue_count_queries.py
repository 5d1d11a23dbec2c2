"""Counts of the queue: only what waits there, and only what those who work it may read."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import answer_services, queries, queue_queries
from feedback import queue_count_queries as counts
from feedback.models import FeedbackItem
from feedback.triage import MOST_TILES, Origin, ThemeSum
from nic_platform.actor import Level
from teams.models import Team
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place, later


def test_what_waits_is_counted_by_theme_with_what_is_late(session: Session, place: Place) -> None:
    theme = make.make_theme(session, place.hub)
    for number in range(3):
        item = place.sent(later(-2 * number))
        item.theme_id = theme.id if number else None
    answered = place.sent()
    answered.theme_id = theme.id
    session.flush()
    answer_services.decline(session, answered, "No", by=place.actor("hub"), at=NOON, day=TODAY)

    found = {row.theme_id: row for row in counts.theme_sums(session, [place.hub.id], later(7))}

    assert found[theme.id] == ThemeSum(theme.id, 2, 1, 1, later(6))
    assert found[None] == ThemeSum(None, 1, 0, 1, later(10))
    days = counts.day_counts(session, [place.hub.id], [theme.id])
    assert sorted((day.held_on, day.due_on, day.items) for day in days) == [
        (later(-4), later(6), 1), (later(-2), later(8), 1)
    ]  # fmt: skip
    assert counts.site_counts(session, [place.hub.id], [theme.id]) == {theme.id: 1}


def test_each_theme_has_its_own_words_and_only_those_that_wait_here(session: Session, place: Place) -> None:
    one, two = make.make_theme(session, place.hub), make.make_theme(session, place.hub)
    for theme, title in ((one, "Cover"), (two, "Test window")):
        place.sent(title=title, happens=f"{title} every week").theme_id = theme.id
    up = place.sent(title="With the state")
    up.theme_id = one.id
    session.flush()
    answer_services.lift(session, up, place.further, "Up", by=place.actor("hub"), at=NOON, day=TODAY)

    found = counts.queue_themes(session, place.actor("hub"), [place.hub.id], [one.id])

    assert [(row.id, row.titles, row.quote) for row in found] == [
        (one.id, "Cover", "Cover every week"), (two.id, "Test window", "Test window every week")
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["hub", "state", "reviewer", "network_lead"])
def test_whoever_works_a_queue_may_read_all_that_waits_there(
    session: Session, place: Place, who: str
) -> None:
    item = place.sent()
    place.sent()
    answer_services.lift(session, item, place.further, "Up", by=place.actor("hub"), at=NOON, day=TODAY)
    actor = place.actor(who)
    teams = [team.id for team in queue_queries.queue_teams(session, actor)]
    here = counts.waits_with(teams)

    waiting = session.scalars(select(FeedbackItem.id).where(here)).all()
    readable = session.scalars(
        select(FeedbackItem.id).where(here, queries.may_read(actor), queries.sent_words(actor))
    ).all()

    assert len(waiting) == 1
    assert waiting == readable


def teams_of(*teams: Team) -> list[queue_queries.QueueTeam]:
    return [queue_queries.QueueTeam(team.id, team.public_id, team.name, team.level) for team in teams]


def lifted(session: Session, place: Place) -> FeedbackItem:
    item = place.sent()
    answer_services.lift(session, item, place.further, "Up", by=place.actor("hub"), at=NOON, day=TODAY)
    return item


def test_districts_that_sent_none_are_counted_too(session: Session, place: Place) -> None:
    lifted(session, place)
    state = place.state.site
    region = make.make_site(session, parent=state, level=Level.REGION)
    make.make_site(session, parent=region, level=Level.DISTRICT, name="Adams")
    make.make_site(session, level=Level.DISTRICT, name="Of another network")

    found = counts.origins_of(session, place.actor("state"), teams_of(place.state))

    assert found.rows == (Origin("Adams", 0), Origin("Cottonwood", 1))
    assert (found.places, found.silent, found.level) == (2, 1, Level.DISTRICT)


def test_of_very_many_districts_only_the_senders_are_named(
    session: Session, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_TILES > 2
    monkeypatch.setattr(counts, "MOST_TILES", 1)
    make.make_site(session, parent=place.state.site, level=Level.DISTRICT, name="Adams")
    lifted(session, place)

    found = counts.origins_of(session, place.actor("state"), teams_of(place.state))

    assert (found.rows, found.places, found.silent) == ((Origin("Cottonwood", 1),), 2, 1)


def test_a_hub_counts_the_sites_of_the_teams_below_it_and_of_what_came_from_elsewhere(
    session: Session, place: Place
) -> None:
    far = make.make_team(session, site=make.make_site(session, parent=place.state.site, name="Far High"))
    for team in (place.school, far):
        make.make_item(session, team, holder=place.hub, state="waiting")
    own = {place.school.site.name: 1, place.peer.site.name: 0, "Far High": 1}

    found = counts.origins_of(session, place.actor("hub"), teams_of(place.hub))

    assert {row.name: row.value for row in found.rows} == own
    assert (found.places, found.level) == (3, Level.SCHOOL)


def test_a_region_counts_the_districts_below_it(session: Session, place: Place) -> None:
    site = make.make_site(session, parent=place.state.site, level=Level.REGION)
    region = make.make_team(session, site=site, level=Level.REGION)
    make.make_link(session, place.hub, region)

    found = counts.origins_of(session, place.actor("hub"), teams_of(region))

    assert (found.rows, found.level) == ((Origin("Cottonwood", 0),), Level.DISTRICT)
