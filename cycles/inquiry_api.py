"""The health of inquiry and calibration in the API, with the page's own counting and hiding."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from cycles import inquiry_loading, inquiry_words, queries
from cycles.inquiry_page import Line, Page
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, Schema
from nic_platform.database import session
from nic_platform.schemas import words

blueprint = ApiBlueprint("api_inquiry", __name__, "", "Health of inquiry and calibration")


class InquiryQuery(Schema):
    """Which school year; all of them without one."""

    year = words(20)


class ShareSchema(Schema):
    """One share. ``count`` and ``of`` are null where they are hidden; ``hidden`` says why."""

    key = fields.String()
    count = fields.Integer(allow_none=True)
    of = fields.Integer(allow_none=True)
    low = fields.Float(allow_none=True, metadata={"description": "95 % interval, in per cent"})
    high = fields.Float(allow_none=True)
    published_percent = fields.Integer()
    published_of = fields.Integer()
    sentence = fields.String()
    hidden = fields.String()


class YearSchema(Schema):
    """The five shares of one school year."""

    year = fields.String()
    shares = fields.List(fields.Nested(ShareSchema))


class StretchSchema(Schema):
    """Ten predictions or more that follow each other."""

    first = fields.Date(allow_none=True)
    last = fields.Date(allow_none=True)
    inside = fields.Integer()
    total = fields.Integer()


class CalibrationSchema(Schema):
    """How often results fell within their predicted range; ``share`` from ten predictions up."""

    inside = fields.Integer()
    total = fields.Integer()
    share = fields.Float(allow_none=True)
    sentence = fields.String()
    median_width = fields.Float(allow_none=True, metadata={"description": "of the ranges, in points of 100"})
    stretches = fields.List(fields.Nested(StretchSchema))
    left_out = fields.Dict(keys=fields.String(), values=fields.Integer())


class InquirySchema(Schema):
    """A team's inquiry, or that of many teams together; ``calibration`` is null where it is hidden."""

    year = fields.String()
    shares = fields.List(fields.Nested(ShareSchema))
    years = fields.List(fields.Nested(YearSchema))
    calibration = fields.Nested(CalibrationSchema, allow_none=True)


def _share(line: Line) -> dict[str, Any]:
    share = line.shown
    low, high = (share.interval if share else None) or (None, None)
    return {
        "key": line.key,
        "count": share.count if share else None,
        "of": share.of if share else None,
        "low": low,
        "high": high,
        "published_percent": line.share.published_percent,
        "published_of": line.share.published_of,
        "sentence": inquiry_words.sentence(share) if share else "",
        "hidden": line.why_hidden,
    }


def _calibration(page: Page) -> dict[str, Any] | None:
    found = page.judgements
    if found is None:
        return None
    whole = page.view.by_name
    return {
        "inside": found.calibration.inside,
        "total": found.calibration.total,
        "share": found.calibration.share,
        "sentence": found.calibration.sentence,
        "median_width": found.width,
        "stretches": found.stretches if whole else (),
        "left_out": {why.value: many for why, many in found.left_out} if whole else {},
    }


def _out(page: Page) -> dict[str, Any]:
    return {
        "year": page.chosen,
        "shares": [_share(line) for line in page.current],
        "years": [
            {"year": name, "shares": [_share(line) for line in page.lines[name]]} for name in page.years
        ],
        "calibration": _calibration(page),
    }


def _today(actor: Actor) -> Any:
    return clock.today(actor.time_zone)


@blueprint.get("/teams/<uuid:team_id>/inquiry")
@access.signed_in
@blueprint.arguments(InquiryQuery, location="query")
@blueprint.response(200, InquirySchema)
def team_inquiry(query: dict[str, Any], team_id: UUID) -> dict[str, Any]:
    """Return a team's five shares beside the published rates, and how well it judges its predictions."""
    actor = access.actor()
    team = queries.get_team(session(), actor, team_id)
    return _out(inquiry_loading.team_page(session(), actor, team, _today(actor), query.get("year", "")))


@blueprint.get("/network/inquiry")
@access.signed_in
@blueprint.arguments(InquiryQuery, location="query")
@blueprint.response(200, InquirySchema)
def network_inquiry(query: dict[str, Any]) -> dict[str, Any]:
    """Return the same of all teams together: the network's, or those below the caller's team."""
    actor = access.actor()
    scope = inquiry_loading.network_scope(session(), actor)
    return _out(inquiry_loading.network_page(session(), actor, scope, _today(actor), query.get("year", "")))
