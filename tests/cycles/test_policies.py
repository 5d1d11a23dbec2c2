from types import MappingProxyType

import pytest

from cycles import policies
from cycles.models import ChangeIdea, Cycle
from nic_platform.actor import Actor, NetworkRole, TeamRole

TEAM = 7


def actor(role: TeamRole | None = None, *, network: NetworkRole | None = None) -> Actor:
    roles = MappingProxyType({TEAM: role} if role else {})
    return Actor(user_id=1, network_id=1, roles=roles, network_roles=frozenset({network} if network else ()))


def cycle(stage: str = "do", *, draft: bool = False) -> Cycle:
    return Cycle(team_id=TEAM, stage=stage, is_draft=draft, outcome="")


PEOPLE = {
    "lead": actor(TeamRole.LEAD),
    "member": actor(TeamRole.MEMBER),
    "linking": actor(TeamRole.LINKING),
    "coach": actor(TeamRole.COACH),
    "observer": actor(TeamRole.OBSERVER),
    "network_lead": actor(network=NetworkRole.LEAD),
    "stranger": actor(),
}
EDITORS = {"lead", "member", "linking"}


@pytest.mark.parametrize("name", PEOPLE)
def test_the_team_edits_and_coaches_comment(name: str) -> None:
    assert policies.can_edit(PEOPLE[name], cycle()) is (name in EDITORS)
    assert policies.can_create(PEOPLE[name], TEAM) is (name in EDITORS)
    assert policies.can_comment(PEOPLE[name], cycle()) is (name in EDITORS | {"coach"})
    assert policies.can_edit_drivers(PEOPLE[name]) is (name == "network_lead")
    assert policies.can_edit_idea(PEOPLE[name], ChangeIdea(team_id=TEAM)) is (
        name in EDITORS | {"network_lead"}
    )


@pytest.mark.parametrize(
    ("stage", "draft", "allowed"),
    [
        ("plan", True, {"delete", "not_run", "abandon"}),
        ("do", False, {"share", "not_run", "abandon"}),
        ("study", False, {"share", "abandon"}),
        ("act", False, {"share", "abandon", "next"}),
        ("closed", False, {"share", "next"}),
    ],
)
def test_what_a_member_may_do_depends_on_the_stage(stage: str, draft: bool, allowed: set[str]) -> None:
    member, thing = PEOPLE["member"], cycle(stage, draft=draft)
    found = {
        "delete": policies.can_delete(member, thing),
        "share": policies.can_share(member, thing),
        "not_run": policies.can_close_as_not_run(member, thing),
        "abandon": policies.can_abandon(member, thing),
        "next": policies.can_open_next(member, thing),
    }
    assert {name for name, may in found.items() if may} == allowed


def test_nobody_starts_cycles_without_a_team() -> None:
    assert not policies.can_create(PEOPLE["member"], None)
