from dataclasses import dataclass

import pytest

from feedback import audiences
from feedback.audiences import Audience
from nic_platform.actor import Actor, Level, TeamRole

SCHOOL, HUB, STATE = 1, 2, 3
RANKS = {SCHOOL: Level.SCHOOL.rank, HUB: Level.DISTRICT.rank, STATE: Level.STATE.rank}


@dataclass
class Leg:
    team_id: int


TRACK = [Leg(SCHOOL), Leg(HUB), Leg(STATE)]


def person(team: int) -> Actor:
    return Actor(user_id=team, network_id=1, team_id=team, roles={team: TeamRole.MEMBER})


def test_a_hop_is_the_team_that_had_it_and_the_one_that_got_it() -> None:
    assert [audiences.hop_of(TRACK, place) for place in range(3)] == [{SCHOOL, HUB}, {HUB, STATE}, {STATE}]


def test_a_message_keeps_its_two_teams_however_far_the_item_goes() -> None:
    kept = audiences.kept_in(1)

    assert audiences.readers(kept, HUB, TRACK[:2]) == {SCHOOL, HUB}
    assert audiences.readers(kept, HUB, TRACK) == {SCHOOL, HUB}
    assert audiences.audience_of(kept) is Audience.HOP


def test_everyone_own_team_and_what_is_not_known() -> None:
    assert audiences.readers("track", HUB, TRACK) is None
    assert audiences.readers("team", HUB, TRACK) == {HUB}
    assert audiences.readers("rumour", HUB, TRACK) == {HUB}
    assert audiences.readers(audiences.kept_in(1000), HUB, TRACK) == {HUB}
    assert all(len(audiences.kept_in(place)) <= 6 for place in (0, 999, 1000))


REVIEWER = Actor(user_id=9, network_id=1, reviewer_levels=frozenset({Level.DISTRICT}))


@pytest.mark.parametrize(
    ("actor", "by", "reads"),
    [
        (person(SCHOOL), 5, True), (person(HUB), 5, True), (person(STATE), 5, False),
        (person(STATE), STATE, True), (REVIEWER, 5, True),
    ],
)  # fmt: skip
def test_who_reads_the_words_between_school_and_hub(actor: Actor, by: int, reads: bool) -> None:
    assert audiences.reads(actor, frozenset({SCHOOL, HUB}), RANKS, by) is reads
    assert audiences.reads(actor, None, RANKS, by)
