"""What the API takes and gives about the theory, ramps and cycles that need a hand."""

from marshmallow import fields, validate

from cycles.scale import Degree
from nic_platform.api import Schema
from nic_platform.schemas import PageQuery, one_of, page_of, version, words

LONG = 10_000
WHY = 2000


class TheoryQuery(Schema):
    """The end of which day the theory is asked for; today unless given."""

    on = fields.Date()


class TheoryMeasureRef(Schema):
    """A measure of the theory."""

    id = fields.UUID(attribute="public_id")
    name = fields.String()


class LinkedIdea(Schema):
    """An idea on a driver, with the pooled evidence of all teams."""

    id = fields.UUID(attribute="public_id")
    title = fields.String()
    strength = fields.Function(lambda leaf: "strong" if leaf.is_strong else "weak")
    teams = fields.Integer(attribute="evidence.teams")
    cycles = fields.Integer(attribute="evidence.cycles")
    adopted = fields.Integer(attribute="evidence.adopted")
    abandoned = fields.Integer(attribute="evidence.abandoned")


class SecondaryDriver(Schema):
    """A driver with what hangs on it."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    name = fields.String()
    description = fields.String()
    ideas = fields.List(fields.Nested(LinkedIdea))
    measures = fields.List(fields.Nested(TheoryMeasureRef))


class PrimaryDriver(SecondaryDriver):
    """A primary driver with those under it."""

    drivers = fields.List(fields.Nested(SecondaryDriver), attribute="below")


class TheoryGap(Schema):
    """What the theory lacks; ``ids`` are of drivers, or of ideas for those on no driver."""

    kind = fields.String()
    sentence = fields.String(attribute="words")
    ids = fields.List(fields.String())


class IdeaOnNoDriver(Schema):
    """An idea on no driver."""

    id = fields.UUID(attribute="public_id")
    title = fields.String()


class TheoryOut(Schema):
    """The whole theory: aim, drivers, ideas, measures and gaps."""

    aim = fields.String()
    measures = fields.List(fields.Nested(TheoryMeasureRef))
    drivers = fields.List(fields.Nested(PrimaryDriver))
    ideas_on_no_driver = fields.List(fields.Nested(IdeaOnNoDriver), attribute="loose")
    gaps = fields.List(fields.Nested(TheoryGap))


class AimIn(Schema):
    """A new aim, or its measures; the version is the network's."""

    version = version()
    aim = words(4000)
    measures = fields.List(fields.UUID(), validate=validate.Length(max=50))
    why = words(WHY, load_default="")


class DriverIn(Schema):
    """A new driver; without a parent it is a primary one."""

    name = words(200, required=True)
    description = words(LONG, load_default="")
    parent_id = fields.UUID(load_default=None, allow_none=True)
    measures = fields.List(fields.UUID(), validate=validate.Length(max=50))
    why = words(WHY, load_default="")


class DriverPatch(Schema):
    """A change of a driver."""

    version = version()
    name = words(200)
    description = words(LONG)
    parent_id = fields.UUID(allow_none=True)
    measures = fields.List(fields.UUID(), validate=validate.Length(max=50))
    why = words(WHY, load_default="")


class DriverGone(Schema):
    """Why a driver is deleted."""

    version = version()
    why = words(WHY, load_default="")


class DriverOut(Schema):
    """One driver."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    name = fields.String()
    description = fields.String()
    parent_id = fields.UUID(allow_none=True)
    measures = fields.List(fields.UUID())


class IdeaLinkIn(Schema):
    """A driver that an idea works on."""

    driver_id = fields.UUID(required=True)
    strength = fields.String(load_default="strong", validate=validate.OneOf(["strong", "weak"]))


class IdeaLinksIn(Schema):
    """All drivers that an idea works on; the others are taken off it. The version is the idea's."""

    version = version()
    links = fields.List(fields.Nested(IdeaLinkIn), required=True, validate=validate.Length(max=200))
    why = words(WHY, load_default="")


class IdeaLinkOut(Schema):
    """A driver that an idea works on."""

    driver_id = fields.UUID()
    strength = fields.String()


class IdeaLinksOut(Schema):
    """All drivers that an idea works on."""

    version = fields.Integer()
    links = fields.List(fields.Nested(IdeaLinkOut))


class TheoryChangeOut(Schema):
    """One revision of the theory, told in a sentence."""

    id = fields.UUID(attribute="public_id")
    at = fields.DateTime(attribute="change.at")
    what = fields.String(attribute="change.what", metadata={"description": "aim, driver, idea or measure"})
    name = fields.String(attribute="change.name")
    sentence = fields.String()
    why = fields.String(attribute="change.why")
    who = fields.String(attribute="change.who")


class RampQuery(PageQuery):
    """Which ramps to list."""

    team_id = fields.UUID()


class RampLine(Schema):
    """One ramp in a list."""

    id = fields.UUID(attribute="public_id")
    title = fields.String()
    team_id = fields.UUID(attribute="team_public_id")
    team = fields.String()
    idea_id = fields.UUID(attribute="idea_public_id")
    idea = fields.String()


class RampCycle(Schema):
    """One cycle of a ramp: what it grew from, and the belief in the change after it."""

    id = fields.UUID()
    number = fields.Integer()
    grew_from = fields.UUID(allow_none=True)
    scale = fields.String()
    stage = fields.String()
    outcome = fields.String()
    decision = fields.String()
    learned = fields.String()
    belief = one_of(Degree)
    held = fields.Integer()
    told = fields.Integer()


class ScaleAdvice(Schema):
    """The advice on the next scale."""

    size = fields.String()
    scale = fields.String(attribute="rung")
    sentence = fields.String()


class RampOut(RampLine):
    """A whole ramp: the tree of its cycles, belief, and the advice on the next scale."""

    version = fields.Integer()
    belief = fields.String()
    cost_of_failure = fields.String()
    readiness = fields.String()
    advice = fields.Nested(ScaleAdvice, allow_none=True)
    cycles = fields.List(fields.Nested(RampCycle))


class RampPatch(Schema):
    """A changed ramp, with the version it was read at."""

    version = version()
    title = words(200)
    belief = one_of(Degree, "")
    cost_of_failure = one_of(Degree, "")
    readiness = one_of(Degree, "")


class HandQuery(Schema):
    """Whose cycles are looked at; all that the caller reads unless given."""

    team_id = fields.UUID()


class HandLine(Schema):
    """One thing that one cycle needs, and the act that mends it."""

    cycle_id = fields.UUID(attribute="cycle.public_id")
    version = fields.Integer(attribute="cycle.version")
    name = fields.String(attribute="cycle.name")
    team_id = fields.UUID(attribute="cycle.team_public_id")
    team = fields.String(attribute="cycle.team")
    stage = fields.String(attribute="cycle.stage")
    need = fields.String(attribute="finding.need")
    since = fields.Date(attribute="finding.since", allow_none=True)
    school_days = fields.Integer(attribute="finding.days")
    why = fields.String(attribute="finding.why")
    act = fields.String(attribute="finding.need.act")


class HandPage(Schema):
    """What cycles need; ``is_cut`` where there are too many: ask team by team then."""

    items = fields.List(fields.Nested(HandLine))
    is_cut = fields.Boolean()


HistoryPage = page_of(TheoryChangeOut, "TheoryHistoryPage")
RampPage = page_of(RampLine, "RampPage")
