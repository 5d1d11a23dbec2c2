"""Many measurements of one measure at once, in the API: checked as a pasted table is, all or none."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from measures import (
    count_import_queries,
    count_sending_services,
    grid_queries,
    many_schemas,
    policies,
    queries,
)
from measures.count_import_services import Place
from measures.count_table import Options
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction

blueprint = ApiBlueprint("api_many", __name__, "", "Measurements")


@blueprint.post("/measures/<uuid:measure_id>/measurements/many")
@access.signed_in
@blueprint.arguments(many_schemas.FiguresIn)
@blueprint.response(200, many_schemas.ManyOut)
def add_many(sent: dict[str, Any], measure_id: UUID) -> Mapping[str, Any]:
    """Write many figures of one measure down for the chosen team, all or none.

    Sent again it writes nothing: the same day, group and numbers are there already. Numbers that differ from
    what is there replace it only with ``corrects``. A 422 names each problem as ``items.3.count``, counted
    from 0.
    """
    actor = access.actor()
    measure = queries.get_measure(session(), actor, measure_id)
    access.require(measure.team_id in {None, actor.team_id} and actor.edits(actor.team_id))
    team = grid_queries.get_team(session(), actor, None)
    access.require(policies.can_record(actor, team.id))
    options = Options(
        only=str(measure.public_id), corrects=sent["corrects"], is_steady_known=sent["is_steady_known"],
        is_earlier_right=sent["is_earlier_right"],
    )  # fmt: skip
    now = clock.today(actor.time_zone)
    with transaction(actor) as current:
        lines = [count_import_queries.line_of(measure, measure.name, {measure.name})]
        span = grid_queries.year_span(current, team.network_id, now)
        around = count_import_queries.around(current, team.id, lines, span, now)
        return count_sending_services.take(
            current, Place(team.network_id, team.id), sent["items"], options, around,
            is_trial=sent["is_trial"], by=actor, at=clock.now(),
        )  # fmt: skip
