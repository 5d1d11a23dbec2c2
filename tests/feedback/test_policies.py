from dataclasses import replace

import pytest

from feedback import policies
from feedback.rules import Act, Facts, Kind, State
from nic_platform.actor import Actor, Level, NetworkRole, TeamRole

SCHOOL, HUB, STATE = 1, 2, 3
SENT = Facts(
    state=State.WAITING, kind=Kind.SOLUTION, team_id=SCHOOL, holder_id=HUB, holder_rank=2, track=(SCHOOL, HUB)
)
DRAFT = replace(SENT, state=State.DRAFT, holder_id=SCHOOL, track=(SCHOOL,))
BACK = replace(SENT, state=State.ANSWERED, holder_id=SCHOOL, track=(SCHOOL, HUB, SCHOOL))


def person(team: int, role: TeamRole = TeamRole.MEMBER) -> Actor:
    return Actor(user_id=1, network_id=1, team_id=team, roles={team: role})


REVIEWER = Actor(
    user_id=1, network_id=1, network_roles=frozenset({NetworkRole.REVIEWER}),
    reviewer_levels=frozenset({Level.DISTRICT}),
)  # fmt: skip
NETWORK_LEAD = Actor(user_id=1, network_id=1, network_roles=frozenset({NetworkRole.LEAD}))


@pytest.mark.parametrize(
    ("actor", "act", "facts", "allowed"),
    [
        (person(SCHOOL), Act.SEND, DRAFT, True),
        (person(SCHOOL, TeamRole.COACH), Act.SEND, DRAFT, False),
        (person(SCHOOL, TeamRole.OBSERVER), Act.SEND, DRAFT, False),
        (person(HUB), Act.ANSWER, SENT, True),
        (person(HUB, TeamRole.LINKING), Act.LIFT, SENT, True),
        (person(HUB, TeamRole.OBSERVER), Act.ANSWER, SENT, False),
        (person(SCHOOL), Act.ANSWER, SENT, False),
        (person(STATE), Act.ANSWER, SENT, False),
        (REVIEWER, Act.ANSWER, SENT, True),
        (NETWORK_LEAD, Act.ANSWER, SENT, False),
        (NETWORK_LEAD, Act.ANSWER, replace(SENT, with_network=True), True),
        (person(STATE), Act.TAKE, replace(SENT, offered_to_id=STATE), True),
        (person(HUB), Act.TAKE, replace(SENT, offered_to_id=STATE), False),
        (person(SCHOOL), Act.CONFIRM, BACK, True),
        (person(HUB), Act.CONFIRM, BACK, False),
        (NETWORK_LEAD, Act.CONFIRM, BACK, False),
        (REVIEWER, Act.REOPEN, replace(BACK, state=State.CLOSED), False),
        (person(SCHOOL), Act.REOPEN, replace(BACK, state=State.CLOSED), True),
        (person(SCHOOL), Act.WITHDRAW, SENT, True),
        (person(HUB), Act.WITHDRAW, SENT, False),
    ],
)
def test_who_may_do_what(actor: Actor, act: Act, facts: Facts, allowed: bool) -> None:
    assert policies.can(actor, act, facts) is allowed


def test_a_reviewer_of_another_level_acts_for_nobody() -> None:
    assert not policies.is_receiver(REVIEWER, replace(SENT, holder_rank=4))


def test_drafts_are_edited_and_solutions_shared_by_their_team_alone() -> None:
    assert policies.can_edit(person(SCHOOL), DRAFT)
    assert not policies.can_edit(person(SCHOOL), SENT)
    assert policies.can_share(person(SCHOOL), SENT)
    assert not policies.can_share(person(SCHOOL), DRAFT)
    assert not policies.can_share(person(SCHOOL), replace(SENT, kind=Kind.BARRIER))
    assert not policies.can_share(person(HUB), SENT)


def test_coaches_comment_and_observers_do_not() -> None:
    assert policies.can_comment(person(SCHOOL, TeamRole.COACH), SENT)
    assert not policies.can_comment(person(SCHOOL, TeamRole.OBSERVER), SENT)
    assert not policies.can_comment(person(HUB), DRAFT)
    assert not policies.can_comment(person(STATE), SENT)


def test_themes_are_joined_by_who_holds_an_item_and_kept_by_their_team() -> None:
    assert policies.can_join(person(HUB), SENT)
    assert not policies.can_join(person(SCHOOL), SENT)
    assert policies.can_keep_theme(person(HUB), HUB, 2)
    assert policies.can_keep_theme(REVIEWER, HUB, 2)
    assert not policies.can_keep_theme(person(SCHOOL), HUB, 2)


@pytest.mark.parametrize(
    ("team", "affects", "count", "told"),
    [
        (1, "students", 3, 3),
        (2, "students", 3, None),
        (2, "", 3, None),
        (2, "families of the students", 12, 12),
        (2, "the teachers", 3, 3),
        (2, "students", None, None),
    ],
)
def test_few_students_affected_are_their_teams_own(
    team: int, affects: str, count: int | None, told: int | None
) -> None:
    actor = Actor(user_id=1, roles={team: TeamRole.MEMBER})

    assert policies.told_affected(actor, 1, affects, count) == told
