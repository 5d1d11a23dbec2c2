"""What the API takes and gives of the people of teams, their first steps, lines, voices and leads."""

import marshmallow as ma

from nic_platform.actor import Level, TeamRole
from nic_platform.api import Schema
from nic_platform.schemas import all_of, one_of, version
from teams import rules


class TeamPersonOut(Schema):
    """Somebody in a team and what they bring."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    title = ma.fields.String()
    role = ma.fields.Enum(TeamRole, by_value=True)
    interim_until = ma.fields.Date(
        allow_none=True, metadata={"description": "The last day of a lead who leads it only for now."}
    )
    competencies = ma.fields.List(ma.fields.String())
    perspectives = ma.fields.List(ma.fields.String())
    is_active = ma.fields.Boolean(metadata={"description": "Can sign in."})
    version = ma.fields.Integer()


TeamPeopleOut = all_of(TeamPersonOut, "TeamPeopleOut")


class TeamPersonPatch(Schema):
    """A change of what a person is in a team and what they bring, made from ``version``."""

    role = ma.fields.Enum(TeamRole, by_value=True)
    competencies = ma.fields.List(one_of(rules.Competency))
    perspectives = ma.fields.List(one_of(rules.Perspective))
    version = version()


class FirstStepOut(Schema):
    """One first step of a team."""

    key = ma.fields.String()
    title = ma.fields.String()
    told = ma.fields.String()
    is_done = ma.fields.Boolean()
    minutes = ma.fields.Integer()


class FirstStepsOut(Schema):
    """How far a team has come with its first steps."""

    steps = ma.fields.List(ma.fields.Nested(FirstStepOut))
    sentence = ma.fields.String()
    finished_at = ma.fields.AwareDateTime(allow_none=True)


class FirstStepsIn(Schema):
    """Whether a team's first steps are finished, or put away."""

    is_finished = ma.fields.Boolean(required=True)


class LineTeamOut(Schema):
    """A team of a line."""

    id = ma.fields.UUID(attribute="public_id")
    name = ma.fields.String()
    level = ma.fields.String()


class LineCellOut(Schema):
    """What one team of a line has of a function or competency."""

    has = ma.fields.Boolean()
    who = ma.fields.String()


class LineBelowOut(Schema):
    """What the teams below have of it."""

    have = ma.fields.Integer()
    all = ma.fields.Integer()
    lacking = ma.fields.List(ma.fields.String())


class LineRowOut(Schema):
    """One function or competency across a line, its cells in the order of the teams."""

    key = ma.fields.String()
    words = ma.fields.String()
    cells = ma.fields.List(ma.fields.Nested(LineCellOut))
    below = ma.fields.Nested(LineBelowOut, allow_none=True)
    is_gap = ma.fields.Boolean()
    todo = ma.fields.String()


class LineOut(Schema):
    """A team and those above it with what each holds and brings."""

    teams = ma.fields.List(ma.fields.Nested(LineTeamOut))
    functions = ma.fields.List(ma.fields.Nested(LineRowOut))
    competencies = ma.fields.List(ma.fields.Nested(LineRowOut))
    sentence = ma.fields.String(attribute="lede")


class VoiceQuestionOut(Schema):
    """What a fact of the place or the team makes one ask."""

    fact = ma.fields.String()
    asks = ma.fields.String()
    is_open = ma.fields.Boolean()


class VoicesOut(Schema):
    """Who speaks on a team beside whom its place serves."""

    questions = ma.fields.List(ma.fields.Nested(VoiceQuestionOut))
    source = ma.fields.String()


class UnledOut(Schema):
    """A team that nobody leads."""

    id = ma.fields.UUID(attribute="public_id")
    name = ma.fields.String()
    level = ma.fields.Enum(Level, by_value=True)
    site = ma.fields.String()
    people = ma.fields.Integer()


UnledsOut = all_of(UnledOut, "UnledTeams")


class InterimLeadIn(Schema):
    """Who leads a team for now."""

    person_id = ma.fields.UUID(required=True)
    until = ma.fields.Date(
        required=True, allow_none=True,
        metadata={"description": "Their last day, at most a year from now; null for good."},
    )  # fmt: skip
