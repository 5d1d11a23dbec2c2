"""The analysis engine in the API: what ``nic analyse`` does, for a few cases at a time."""

import json
from typing import Any

from marshmallow import fields, validate

from measures import commands
from measures.analysis_cost import MOST, weight
from nic_platform import access
from nic_platform.api import ApiBlueprint, Schema
from nic_platform.errors import InputError
from nic_platform.text import _

MOST_CASES = 20

blueprint = ApiBlueprint("api_analyses", __name__, "/analyses", "Charts and comparisons of your own series")


class AnalysesIn(Schema):
    """Cases as ``nic analyse`` takes them: ``id``, ``family``, ``params``, ``columns``."""

    cases = fields.List(
        fields.Dict(keys=fields.String()), required=True, validate=validate.Length(1, MOST_CASES),
        metadata={
            "example": [
                {"id": "a", "family": "shewhart", "params": {"chart": "i"},
                 "columns": {"x": ["2026-09-07", "2026-09-14", "2026-09-21"], "y": [61, 64, None]}}
            ]
        },
    )  # fmt: skip


class AnalysesOut(Schema):
    """One answer for each case, in their order: ``result``, or ``error`` with a code and a sentence."""

    items = fields.List(fields.Dict(keys=fields.String()))


@blueprint.post("")
@access.signed_in
@blueprint.arguments(AnalysesIn)
@blueprint.response(200, AnalysesOut)
def analyse(sent: dict[str, Any]) -> dict[str, Any]:
    """Analyse series that you send; nothing is kept. A case that can't be analysed never stops the others.

    At most 50,000 values at a time; models of many columns count for more (docs/api.md).
    """
    cases = sent["cases"]
    if sum(map(weight, cases)) > MOST:
        said = _("Send at most %(most)s values at a time.", most=f"{MOST:,}")
        raise InputError(said, {"cases": said})
    families = commands.known_families()
    return {"items": [json.loads(commands.answer(case, families)) for case in cases]}
