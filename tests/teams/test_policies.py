"""Who may change what; no database."""

import pytest

from nic_platform.actor import Actor, NetworkRole, TeamRole
from teams import policies

LEAD = Actor(1, roles={7: TeamRole.LEAD})
MEMBER = Actor(2, roles={7: TeamRole.MEMBER})
COACH = Actor(3, roles={7: TeamRole.COACH})
STRANGER = Actor(4, roles={8: TeamRole.LEAD})
NETWORK_LEAD = Actor(5, network_roles=frozenset({NetworkRole.LEAD}))
REVIEWER = Actor(6, network_roles=frozenset({NetworkRole.REVIEWER}))


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (LEAD, True),
        (NETWORK_LEAD, True),
        (MEMBER, False),
        (COACH, False),
        (STRANGER, False),
        (REVIEWER, False),
    ],
)
def test_leads_keep_their_teams_charter_and_links(actor: Actor, may: bool) -> None:
    assert policies.can_edit_team(actor, 7) is may
    assert policies.can_make_link(actor, 7) is may


def test_both_ends_keep_a_link() -> None:
    assert policies.can_edit_link(LEAD, 7, 8)
    assert policies.can_edit_link(STRANGER, 7, 8)
    assert not policies.can_edit_link(MEMBER, 7, 8)


def test_each_says_what_they_bring_and_the_lead_for_all() -> None:
    assert policies.can_edit_person(MEMBER, 7, user_id=2)
    assert not policies.can_edit_person(MEMBER, 7, user_id=1)
    assert policies.can_edit_person(LEAD, 7, user_id=2)
    assert not policies.can_edit_person(STRANGER, 7, user_id=4)


def test_who_edits_nothing_hands_nothing_over() -> None:
    assert policies.can_hand_over(LEAD, 7, user_id=2)
    assert policies.can_hand_over(MEMBER, 7, user_id=2)
    assert not policies.can_hand_over(MEMBER, 7, user_id=1)
    assert not policies.can_hand_over(COACH, 7, user_id=3)


def test_only_network_leads_run_the_network() -> None:
    assert policies.can_run_network(NETWORK_LEAD)
    assert not any(policies.can_run_network(actor) for actor in (LEAD, REVIEWER, COACH))


def test_what_waits_at_a_team_is_for_itself_those_above_and_the_network() -> None:
    assert policies.can_see_load(MEMBER, 7, [8])
    assert policies.can_see_load(STRANGER, 7, [8])
    assert policies.can_see_load(REVIEWER, 7, [])
    assert not policies.can_see_load(STRANGER, 7, [9])


def test_a_lead_for_now_is_named_by_the_network_lead_or_a_lead_of_a_team_above() -> None:
    hub_lead, hub_member = (
        Actor(1, network_id=1, roles={7: role}) for role in (TeamRole.LEAD, TeamRole.MEMBER)
    )
    network_lead = Actor(1, network_id=1, network_roles=frozenset({NetworkRole.LEAD}))
    asked = [policies.can_name_lead(actor, {7, 9}) for actor in (hub_lead, hub_member, network_lead)]
    assert asked == [True, False, True]
    assert not policies.can_name_lead(hub_lead, {9})
