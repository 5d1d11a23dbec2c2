"""Many measurements of one plan at once, in the API: the same checks as for a pasted table, all or none."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from measures import count_sending_services
from measures import policies as measure_policies
from measures.count_import_services import Place
from measures.count_table import Options
from milestones import count_import_queries, counting_schemas, plan_queries
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction

blueprint = ApiBlueprint("api_counting", __name__, "", "Measurements")

_NAMES = count_sending_services.NAMES | {"what": "of"}


@blueprint.post("/plans/<uuid:plan_id>/measurements")
@access.signed_in
@blueprint.arguments(counting_schemas.CountsIn)
@blueprint.response(200, counting_schemas.CountsOut)
def add_measurements(sent: dict[str, Any], plan_id: UUID) -> Mapping[str, Any]:
    """Write many counts of a plan's milestones and interim targets down, all or none.

    Sent again it writes nothing: the same day, series, subgroup and numbers are there already. Numbers that
    differ from what is there replace it only with ``corrects``. A 422 names each problem as
    ``items.3.count``, counted from 0.
    """
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    access.require(measure_policies.can_record(actor, plan.team_id))
    options = Options(corrects=sent["corrects"], is_steady_known=sent["is_steady_known"])
    with transaction(actor) as current:
        lines = count_import_queries.lines_of_plan(current, actor, plan)
        around = count_import_queries.around(current, plan, lines, clock.today(actor.time_zone))
        place = Place(plan.network_id, plan.team_id, plan.public_id)
        return count_sending_services.take(
            current, place, sent["items"], options, around,
            names=_NAMES, is_trial=sent["is_trial"], by=actor, at=clock.now(),
        )  # fmt: skip
