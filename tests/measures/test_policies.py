from types import MappingProxyType

import pytest

from measures import policies
from measures.suppression import Counts, Show
from nic_platform.actor import Actor, NetworkRole, TeamRole


def actor(role: TeamRole | None = None, *network_roles: NetworkRole) -> Actor:
    roles = {7: role} if role else {}
    return Actor(1, network_id=1, roles=MappingProxyType(roles), network_roles=frozenset(network_roles))


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (TeamRole.LEAD, True), (TeamRole.MEMBER, True), (TeamRole.LINKING, True), (TeamRole.COACH, False),
        (TeamRole.OBSERVER, False), (None, False),
    ],
)  # fmt: skip
def test_only_those_who_edit_the_team_record(role: TeamRole | None, allowed: bool) -> None:
    assert policies.can_record(actor(role), 7) is allowed
    assert policies.can_change_measure(actor(role), 7) is allowed


def test_common_measures_are_the_network_leads() -> None:
    assert policies.can_change_measure(actor(None, NetworkRole.LEAD), None)
    assert not policies.can_change_measure(actor(TeamRole.LEAD), None)


@pytest.mark.parametrize(
    ("own", "above", "students", "show"),
    [
        (True, False, True, Show.FULL),
        (False, True, False, Show.FULL),
        (False, True, True, Show.HIDDEN),
        (False, False, False, Show.HIDDEN),
    ],
)
def test_small_groups_are_hidden_by_who_reads(own: bool, above: bool, students: bool, show: Show) -> None:
    reader = actor(TeamRole.OBSERVER if own else None)

    cell = policies.cell_for(reader, 7, Counts(3, 8), counts_students=students, is_above=above)

    assert cell.show is show
