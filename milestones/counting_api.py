"""Many measurements of one plan at once, in the API: the same checks as for a pasted table, all or none."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from measures import policies as measure_policies
from milestones import count_import_queries, count_import_services, counting_schemas, plan_queries
from milestones.count_table import DETAILS, Found, Options, sort_out
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.text import _

blueprint = ApiBlueprint("api_counting", __name__, "", "Measurements")

_NAMES = {
    name: name for name in ("observed_on", "count", "population", "value", "subgroup", "subgroup_set", "note")
} | {"what": "of"}
SHOWN = 200  # problems that an answer names


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
        found = Found(len(sent["items"]))
        sort_out(
            found, [(at, _values(each)) for at, each in enumerate(sent["items"])], _NAMES, options, around
        )
        _refuse(found)
        if not sent["is_trial"]:
            count_import_services.write_rows(
                current, plan, found, options, around, run=None, by=actor, at=clock.now()
            )
    differing = len(found.differing)
    return {
        "created": len(found.new), "unchanged": found.unchanged, "is_trial": sent["is_trial"],
        "corrected": differing if options.corrects else 0, "left_out": 0 if options.corrects else differing,
    }  # fmt: skip


def _values(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return one count as a row of a table holds it."""
    values = {name: sent[name] for name in DETAILS} | {"observed_on": sent["observed_on"], "what": sent["of"]}
    if sent.get("count") is not None:
        values["count"] = (sent["count"], None)
    return values | {name: sent[name] for name in ("population", "value") if sent.get(name) is not None}


def _refuse(found: Found) -> None:
    if not found.problems:
        return
    faults = {
        f"items.{problem.row}.{problem.column}".rstrip("."): problem.sentence
        for problem in found.problems[:SHOWN]
    }
    raise InputError(_("Nothing was written: some counts have problems."), faults)
