import pytest

from nic_platform.actor import Actor, Level, NetworkRole, TeamRole


def test_levels_rise_from_practice_to_state() -> None:
    assert [level.rank for level in Level] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("role", "edits", "leads", "drafts"),
    [
        (TeamRole.LEAD, True, True, True),
        (TeamRole.MEMBER, True, False, True),
        (TeamRole.LINKING, True, False, True),
        (TeamRole.COACH, False, False, True),
        (TeamRole.OBSERVER, False, False, False),
    ],
)
def test_what_a_team_role_may_do(role: TeamRole, edits: bool, leads: bool, drafts: bool) -> None:
    actor = Actor(user_id=1, roles={7: role})

    assert (actor.edits(7), actor.leads(7), actor.reads_drafts(7)) == (edits, leads, drafts)
    assert (actor.edits(8), actor.leads(8), actor.reads_drafts(8)) == (False, False, False)


@pytest.mark.parametrize(
    ("role", "sees"), [(NetworkRole.LEAD, True), (NetworkRole.REVIEWER, True), (NetworkRole.ANALYST, False)]
)
def test_which_network_roles_read_every_team(role: NetworkRole, sees: bool) -> None:
    assert Actor(user_id=1, network_roles=frozenset({role})).sees_network is sees


def test_administrators_read_no_content_by_being_administrators() -> None:
    assert Actor(user_id=1, is_admin=True).sees_network is False
