"""Who deletes by the API says which version they saw, unless it can be brought back or is an access."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform.preconditions import FINAL
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
# What may be deleted without a version though no operation restores it.
ENDS_ACCESS = frozenset({
    "api_accounts.revoke_token", "api_identities.end_identity", "api_programs.end_program",
    "api_programs.end_program_token", "api_providers.disconnect_person", "api_providers.remove_provider",
    "api_providers.remove_role", "api_rosters.remove_roster", "api_webhooks.remove_webhook",
    "api_invitations.withdraw_invitation", "api_second_step.remove_own_passkey",
    "api_second_step.remove_own_generator", "api_second_step.reset_second_step",
})  # fmt: skip
HOLDS_NO_WORDS = {
    "api_celebrations.stop_cheering": "a cheer is there or not",
    "api_links.remove_peer": "two teams are tied or not; the same call ties them again",
    "api_cycle_parts.take_point_back": "counts are never changed, and stay in the history",
    "api_ideas.take_back": "takes back plans that nobody has begun; their history stays",
}
_RESTORES = re.compile(r"/restor(e|ing)$")


def test_every_deletion_can_be_undone_or_asks_for_the_version_or_ends_an_access(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")]
    restored = {rule.rule.rpartition("/")[0] for rule in rules if _RESTORES.search(rule.rule)}
    final = {
        rule.endpoint for rule in rules if "DELETE" in (rule.methods or ()) and rule.rule not in restored
    }

    assert final - FINAL - ENDS_ACCESS - set(HOLDS_NO_WORDS) == set(), "say which of these it is"
    assert final >= FINAL


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def deletable(session: Session, world: World) -> dict[str, tuple[str, str]]:
    """Return an address of each kind of thing that nothing brings back, and who may delete it."""
    item = make.make_item(session, world.school, state="draft")
    notice = make.make_policy_notice(session, world.hub, sent_at=None)
    template = make.make_answer_template(session, world.hub)
    task = make.make_task(session, make.make_cycle(session, world.school, stage="plan"))
    plan = make.make_plan(session, world.school, school_year="2027-28")
    asking = make.make_asking(session, world.peer, world.school, answer="So.", answered_at=make.NOON)
    return {
        "task": (f"cycle-tasks/{task.public_id}", "lead"),
        "item": (f"feedback/{item.public_id}", "lead"),
        "notice": (f"feedback/notices/{notice.public_id}", "hub"),
        "template": (f"feedback/templates/{template.public_id}", "hub"),
        "answer": (f"questions/{asking.public_id}/answer", "lead"),
        "plan": (f"plans/{plan.public_id}", "lead"),
    }


def test_what_nothing_brings_back_is_deleted_at_the_version_that_was_seen(
    session: Session, world: World, browse: Browse
) -> None:
    wrong = []
    for what, (path, role) in deletable(session, world).items():
        client, address = browse(world.people[role]), f"/api/v1/{path}"
        stranger = browse(world.people["other_network"]).delete(address).status_code
        got = [
            client.delete(address, headers=headers).status_code
            for headers in ({}, {"If-Match": '"99"'}, {"If-Match": '"1"'})
        ]
        if got not in ([428, 412, 204], [428, 412, 200]) or stranger != 404:
            wrong.append(f"{what}: {got}, a stranger {stranger}")

    assert wrong == []
