"""What the API of loop measures takes and gives."""

from marshmallow import fields

from feedback.loops import PERIODS, By
from nic_platform.actor import Level
from nic_platform.api import Schema
from nic_platform.schemas import limit, one_of, page_of, words


class LoopTime(Schema):
    """Which time is looked at."""

    period = one_of(
        (), *PERIODS, load_default="year", metadata={"description": "This school year; or it and the last."}
    )


class LoopQuery(LoopTime):
    """Which loops, and in which stretches of time."""

    by = one_of(By, load_default="month")
    level = one_of(Level, "", load_default="", metadata={"description": "Only what reached that level."})
    team_id = fields.UUID(metadata={"description": "Only what reached that team."})
    link_id = fields.UUID(metadata={"description": "Only what went up that link."})


class LoopListQuery(LoopTime):
    """Which teams or links, and which page of them."""

    q = words(100, load_default="", metadata={"description": "Part of a name."})
    after = fields.UUID()
    limit = limit()


class LoopShareOut(Schema):
    """So many of so many."""

    part = fields.Integer()
    whole = fields.Integer()
    percent = fields.Float(allow_none=True)


class LoopAgeOut(Schema):
    """How many are open in one age."""

    age = fields.String(metadata={"description": "Days since they were sent, as “0 to 7 days”."})
    items = fields.Integer()


class LoopMeasuresOut(Schema):
    """Loop measures: days are medians, breaks and weekends counted."""

    items = fields.Integer()
    days_to_answer = fields.Float(allow_none=True)
    days_to_close = fields.Float(allow_none=True)
    within_promise = fields.Nested(LoopShareOut)
    confirmed_lifted = fields.Nested(LoopShareOut)
    open = fields.Integer()
    open_by_age = fields.List(fields.Nested(LoopAgeOut))


class LoopStretchOut(Schema):
    """What was answered, judged and closed in one month or week."""

    begins_on = fields.Date()
    answers = fields.Integer()
    days_to_answer = fields.Float(allow_none=True)
    closed = fields.Integer()
    days_to_close = fields.Float(allow_none=True)
    within_promise = fields.Nested(LoopShareOut)
    confirmed_lifted = fields.Nested(LoopShareOut)


class LoopReadingOut(Schema):
    """What the run chart of one measure says."""

    measure = fields.String(metadata={"description": "answer, close, promise or lifted."})
    finding = fields.String()
    variation = fields.String()
    sentence = fields.String()


class LevelLoopsOut(Schema):
    """The loop measures of one level."""

    level = fields.String()
    measures = fields.Nested(LoopMeasuresOut)


class LoopsOut(Schema):
    """How the loops close; ``levels`` only where no team or link is named."""

    since = fields.Date()
    summary = fields.String(metadata={"description": "The page's first sentences."})
    measures = fields.Nested(LoopMeasuresOut)
    over_time = fields.List(fields.Nested(LoopStretchOut))
    charts = fields.List(fields.Nested(LoopReadingOut))
    levels = fields.List(fields.Nested(LevelLoopsOut))


class TeamLoopsOut(Schema):
    """The loop measures of one team that something reached."""

    id = fields.UUID()
    name = fields.String()
    level = fields.String()
    measures = fields.Nested(LoopMeasuresOut)


class LinkLoopsOut(Schema):
    """The loop measures of one link that something went up."""

    id = fields.UUID()
    lower = fields.String()
    upper = fields.String()
    promised_days = fields.Integer()
    measures = fields.Nested(LoopMeasuresOut)


TeamLoopsPage = page_of(TeamLoopsOut, "TeamLoopsPage")
LinkLoopsPage = page_of(LinkLoopsOut, "LinkLoopsPage")
