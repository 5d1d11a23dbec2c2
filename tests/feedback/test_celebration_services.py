"""Solutions and successes are told to peers, cheered, and become change ideas that keep who told them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cycles import idea_services
from cycles.models import ChangeIdea
from feedback import celebration_services, services
from feedback.models import Cheer, FeedbackItem
from nic_platform.tables import Notice
from teams.models import PeerLink, SpreadLink
from tests.factories import NOON
from tests.feedback.conftest import Place


def success(place: Place) -> FeedbackItem:
    return place.sent(kind="success", title="Exit tickets in every class", happens="Two a week")


def told(session: Session, kind: str) -> list[int | None]:
    return list(session.scalars(select(Notice.user_id).where(Notice.kind == f"feedback.{kind}")))


def befriend(session: Session, place: Place) -> None:
    first, second = sorted((place.school.id, place.peer.id))
    session.add(PeerLink(network_id=place.network.id, first_id=first, second_id=second))
    session.flush()


def test_sharing_tells_the_teams_one_learns_with_and_once(session: Session, place: Place) -> None:
    item = success(place)
    befriend(session, place)
    school = place.actor("school")

    for wanted in (True, False, True):
        services.share(session, item, wanted, by=school, at=NOON)

    assert told(session, "celebrated") == [place.people["peer"].id]


def test_without_peers_nobody_is_told(session: Session, place: Place) -> None:
    services.share(session, success(place), True, by=place.actor("school"), at=NOON)

    assert told(session, "celebrated") == []


def test_a_cheer_counts_once_and_can_be_taken_back(session: Session, place: Place) -> None:
    item, peer = success(place), place.actor("peer")

    first = celebration_services.cheer(session, item, by=peer, at=NOON)
    again = celebration_services.cheer(session, item, by=peer, at=NOON)
    assert (first, again, session.scalar(select(func.count(Cheer.id)))) == (True, False, 1)

    celebration_services.stop_cheering(session, item, by=peer, at=NOON)
    celebration_services.stop_cheering(session, item, by=peer, at=NOON)
    assert session.scalar(select(func.count(Cheer.id))) == 0

    celebration_services.cheer(session, item, by=peer, at=NOON)
    assert told(session, "cheer") == [place.people["school"].id]


def test_an_idea_keeps_who_told_it_and_spreads_from_there(session: Session, place: Place) -> None:
    item = success(place)
    services.share(session, item, True, by=place.actor("school"), at=NOON)

    idea = celebration_services.make_idea(session, item, by=place.actor("peer"), at=NOON)
    same = celebration_services.make_idea(session, item, by=place.actor("hub"), at=NOON)

    assert (idea.id, item.idea_id) == (same.id, idea.id)
    assert (idea.team_id, idea.is_shared, idea.title) == (place.school.id, True, item.title)
    assert f"F-{item.number}" in idea.description
    assert told(session, "idea") == [place.people["school"].id]
    idea_services.adopt(session, idea, team_id=place.peer.id, by=place.actor("peer"), at=NOON)
    spread = session.scalars(select(SpreadLink)).one()
    assert (spread.from_id, spread.to_id) == (place.school.id, place.peer.id)


def test_an_idea_of_what_is_not_shared_stays_with_its_team(session: Session, place: Place) -> None:
    idea = celebration_services.make_idea(session, success(place), by=place.actor("school"), at=NOON)

    assert idea.is_shared is False


def test_a_deleted_idea_can_be_made_anew(session: Session, place: Place) -> None:
    item, school = success(place), place.actor("school")
    celebration_services.make_idea(session, item, by=school, at=NOON).deleted_at = NOON
    session.flush()

    anew = celebration_services.make_idea(session, item, by=school, at=NOON)

    assert anew.deleted_at is None
    assert session.scalar(select(func.count(ChangeIdea.id))) == 2
