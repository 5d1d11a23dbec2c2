"""Handing over what hangs on somebody in the API, as the page does it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from desk import handover, handover_queries, handover_schemas, handover_services
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.pages import today
from nic_platform.tables import ImportRun
from teams import policies, team_queries

blueprint = ApiBlueprint("api_handover", __name__, "", "Handing over what hangs on somebody who leaves")
_ADDRESS = "/teams/<uuid:team_id>/people/<uuid:person_id>/hand-over"


@blueprint.get(_ADDRESS)
@access.signed_in
@blueprint.response(200, handover_schemas.HangsOut)
def get_hanging(team_id: UUID, person_id: UUID) -> Mapping[str, Any]:
    """Return what hangs on a person in a team. Its leads and the person may."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    user, _place = handover_queries.person_of(session(), team.id, person_id)
    access.require(policies.can_hand_over(actor, team.id, user.id))
    things = handover_queries.things_of(session(), team.id, user, today(actor))
    return {
        "things": things,
        "sentence": handover.lede(
            user.name,
            team.name,
            sum(thing.is_sure for thing in things),
            sum(not thing.is_sure for thing in things),
            is_last_lead=False,
        ),
    }


@blueprint.post(_ADDRESS)
@access.signed_in
@blueprint.arguments(handover_schemas.HandoverIn)
@blueprint.response(201, handover_schemas.HandoverOut)
def hand_over(sent: dict[str, Any], team_id: UUID, person_id: UUID) -> ImportRun:
    """Hand over what hangs on a person. Leads name the next lead. 409 where the team would have none."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    user, _place = handover_queries.person_of(session(), team.id, person_id)
    access.require(policies.can_hand_over(actor, team.id, user.id))
    access.require(sent["lead"] is None or policies.can_edit_team(actor, team.id))
    wanted = handover_services.Wanted(**sent | {"also": frozenset(sent["also"])})
    with transaction(actor) as current:
        return handover_services.hand_over(
            current, team, user, wanted, on=today(actor), by=actor, at=clock.now()
        )


@blueprint.post("/teams/<uuid:team_id>/hand-overs/<uuid:handover_id>/undo")
@access.signed_in
@blueprint.response(200, handover_schemas.HandoverUndoneOut)
def undo_hand_over(team_id: UUID, handover_id: UUID) -> Mapping[str, int]:
    """Take a hand-over back as one piece; what somebody changed since stays. Leads may."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_edit_team(actor, team.id))
    run = handover_queries.get_handover(session(), actor, team.id, handover_id)
    with transaction(actor) as current:
        back, stayed = handover_services.undo(current, run, by=actor, at=clock.now())
    return {"back": back, "stayed": stayed}
