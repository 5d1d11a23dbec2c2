"""The milestone coach in the API: a sentence in, what `nic coach` says of it out."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from milestones import coach_queries
from milestones.coach import Kind, coach
from milestones.exporting_api import count_reading
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint, Schema
from nic_platform.database import session

blueprint = ApiBlueprint("api_coach", __name__, "", "The milestone coach")


class SentenceIn(Schema):
    """One sentence of a plan."""

    text = fields.String(
        required=True, validate=[validate.Length(max=2_000), validate.ContainsNoneOf("\x00")]
    )


class ProblemOut(ma.Schema):
    """Something to mend, and the words it is about."""

    code = fields.String()
    sentence = fields.String()
    words = fields.String()


class ReadingOut(ma.Schema):
    """What the coach says; days, frequency and target only where they were found."""

    text = fields.String()
    kind = fields.Enum(Kind, by_value=True)
    because = fields.String()
    parts = fields.Dict(keys=fields.String(), values=fields.String())
    missing = fields.List(fields.String())
    problems = fields.List(fields.Nested(ProblemOut))
    praises = fields.List(fields.String())
    rewrite = fields.String()
    due_on = fields.String()
    begins_on = fields.String()
    frequency = fields.String()
    target = fields.Float()
    target_unit = fields.String()


@blueprint.post("/coach")
@access.signed_in
@blueprint.arguments(SentenceIn)
@blueprint.response(200, ReadingOut)
def read_sentence(sent: dict[str, Any]) -> dict[str, Any]:
    """Say what a sentence is and how to better it; dates in the network's calendar. Nothing is kept."""
    actor = access.actor()
    count_reading(actor.user_id)
    calendar = coach_queries.calendar_of(session(), actor.network_id, clock.today(actor.time_zone))
    reading = coach(sent["text"], calendar)
    return reading.as_dict() | {"kind": reading.kind}
