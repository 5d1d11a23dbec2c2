"""Finding things by their words."""

import pytest
from sqlalchemy.orm import Session

from desk import search_queries
from nic_platform.actor import Actor, Level
from teams.models import Network
from tests import factories as make


def member(session: Session, name: str = "Some team") -> Actor:
    return make.actor_of(session, make.make_user(session, make.make_team(session, name=name)))


def titles(session: Session, actor: Actor, text: str, kind: str = "") -> list[str]:
    return [hit.title for group in search_queries.search(session, actor, text, kind) for hit in group.hits]


def test_words_are_counted_once_and_are_not_endless() -> None:
    assert search_queries.words_of("a b a  c d e f g") == ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize("text", ["creek alder", "ALDER", "lder cre"])
def test_every_word_has_to_be_there_in_any_order_and_case(session: Session, text: str) -> None:
    assert "Alder Creek" in titles(session, member(session, name="Alder Creek"), text, "team")


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "alder birch", "\\"])
def test_nothing_stands_for_everything(session: Session, text: str) -> None:
    assert titles(session, member(session, name="Alder Creek"), text) == []


def test_what_begins_with_the_words_comes_first(session: Session) -> None:
    network = make.make_network(session)
    for name in ("Old Aspen", "Aspen Grove"):
        make.make_team(session, network, name=name)
    actor = make.actor_of(session, make.make_user(session, make.make_team(session, network, name="Mine")))

    assert titles(session, actor, "aspen", "team") == ["Aspen Grove", "Old Aspen"]


def test_the_own_teams_work_comes_first(session: Session) -> None:
    network = make.make_network(session)
    hub, school = make.make_team(session, network, level=Level.DISTRICT), make.make_team(session, network)
    make.make_link(session, school, hub)
    make.make_cycle(session, school, title="A shared word", stage="do")
    make.make_cycle(session, hub, title="Z shared word", stage="do")
    actor = make.actor_of(session, make.make_user(session, hub))

    assert titles(session, actor, "shared word", "cycle") == ["Z shared word", "A shared word"]


def test_more_than_a_few_of_a_kind_are_announced(session: Session) -> None:
    actor = member(session)
    network = session.get_one(Network, actor.network_id)
    for number in range(search_queries.SHORT + 1):
        make.make_team(session, network, name=f"Juniper {number}")

    (group,) = search_queries.search(session, actor, "juniper")

    assert (group.count, group.more) == (search_queries.SHORT, True)
    assert len(titles(session, actor, "juniper", "team")) == search_queries.SHORT + 1


def test_who_is_in_no_team_and_has_no_role_finds_nothing(session: Session) -> None:
    make.make_team(session, name="Alder Creek")

    assert titles(session, make.actor_of(session, make.make_user(session)), "alder") == []
