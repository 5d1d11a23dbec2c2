from types import MappingProxyType

import pytest

from milestones import policies
from nic_platform.actor import Actor, NetworkRole, TeamRole


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (TeamRole.LEAD, True), (TeamRole.MEMBER, True), (TeamRole.LINKING, True), (TeamRole.COACH, False),
        (TeamRole.OBSERVER, False),
    ],
)  # fmt: skip
def test_a_plan_is_changed_and_shared_by_its_own_team(role: TeamRole, allowed: bool) -> None:
    actor = Actor(1, network_id=1, roles=MappingProxyType({7: role}))

    assert policies.can_change(actor, 7) is allowed
    assert policies.can_share(actor, 7) is allowed
    assert not policies.can_change(actor, 8)


def test_a_network_lead_reads_but_changes_no_teams_plan() -> None:
    assert not policies.can_change(Actor(1, network_id=1, network_roles=frozenset({NetworkRole.LEAD})), 7)
