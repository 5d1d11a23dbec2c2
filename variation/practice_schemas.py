"""What the API of practices, stages, supports and ratings takes and gives."""

from marshmallow import fields, validate

from nic_platform.api import Schema
from nic_platform.schemas import PageQuery, all_of, page_of, version, words
from variation import fit, stages, supports


class PracticePatch(Schema):
    """What is known of a practice; left out stays as it is."""

    name = words(200)
    description = words(10_000)
    helped = words(4000)
    left_out = words(4000)
    idea_id = fields.UUID(allow_none=True)
    initiative_id = fields.UUID(allow_none=True)
    capacity_measure_id = fields.UUID(allow_none=True)
    fidelity_measure_id = fields.UUID(allow_none=True)
    outcome_measure_id = fields.UUID(allow_none=True)
    version = version()


class PracticeIn(PracticePatch):
    """A new practice of your team; a network lead's may be the network's."""

    class Meta(Schema.Meta):
        """A new thing has no version yet."""

        exclude = ("version",)

    name = words(200, required=True)
    is_common = fields.Boolean(load_default=False)


class PracticeOut(Schema):
    """A practice, and how many sites stand at each stage."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    name = fields.String()
    description = fields.String()
    team = fields.String(allow_none=True)
    idea_id = fields.UUID(attribute="idea", allow_none=True)
    initiative_id = fields.UUID(attribute="initiative", allow_none=True)
    counts = fields.List(
        fields.Integer(), metadata={"description": "Sites at exploration, installation, initial, full"}
    )


class PracticeWhole(PracticeOut):
    """A practice with who is helped by it and who may be left out, and what it is judged by."""

    helped = fields.String()
    left_out = fields.String()
    capacity_measure_id = fields.UUID(allow_none=True)
    fidelity_measure_id = fields.UUID(allow_none=True)
    outcome_measure_id = fields.UUID(allow_none=True)


PracticePage = page_of(PracticeOut, "PracticePage")


class StageStep(Schema):
    """From which day a practice stood at a stage."""

    stage = fields.String()
    on = fields.Date()
    evidence = fields.String()


class PracticeSiteOut(Schema):
    """A practice at a site, with its way through the stages."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    practice_id = fields.UUID(attribute="practice")
    practice = fields.String(attribute="practice_name")
    site_id = fields.UUID(attribute="site")
    site = fields.String(attribute="site_name")
    stage = fields.String(attribute="way.now")
    since = fields.Date(attribute="way.since", allow_none=True)
    steps = fields.List(fields.Nested(StageStep), attribute="way.steps")
    zone_from = fields.Date(allow_none=True)
    zone_to = fields.Date(allow_none=True)
    zone_why = fields.String()
    helped = fields.String()
    left_out = fields.String()


PracticeSitePage = page_of(PracticeSiteOut, "PracticeSitePage")


class PracticeSiteIn(Schema):
    """The first stage of a practice at a site."""

    site_id = fields.UUID(required=True)
    stage = fields.String(required=True, validate=validate.OneOf(stages.STAGES))
    on = fields.Date(required=True)
    evidence = words(4000, load_default="")
    helped = words(4000, load_default="")
    left_out = words(4000, load_default="")


class PracticeSitePatch(Schema):
    """The transformation zone, and who is helped or left out; left out stays as it is."""

    zone_from = fields.Date(allow_none=True)
    zone_to = fields.Date(allow_none=True)
    zone_why = words(4000)
    helped = words(4000)
    left_out = words(4000)
    version = version()


class StageIn(Schema):
    """A stage from a day on; an earlier stage than the one before is a step back, and is kept."""

    stage = fields.String(required=True, validate=validate.OneOf(stages.STAGES))
    on = fields.Date(required=True)
    evidence = words(4000, load_default="")


class SupportIn(Schema):
    """How a support stood on a day."""

    kind = fields.String(required=True, validate=validate.OneOf(supports.SUPPORTS))
    state = fields.String(required=True, validate=validate.OneOf(supports.STATES))
    on = fields.Date(required=True)
    evidence = words(4000, load_default="")


class PracticeEntryOut(Schema):
    """A stage, or how a support stood."""

    id = fields.UUID(attribute="public_id")
    kind = fields.String(metadata={"description": "The support; empty for a stage"})
    state = fields.String()
    on = fields.Date()
    evidence = fields.String()


PracticeEntries = all_of(PracticeEntryOut, "PracticeEntries")


class SideIn(Schema):
    """A side, its value from 1 to 5, and the reason."""

    side = fields.String(required=True, validate=validate.Length(max=12))
    value = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    words = words(2000, load_default="")


class RatingsIn(Schema):
    """A team's ratings of a practice for a site."""

    site_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(fit.KINDS)))
    sides = fields.List(fields.Nested(SideIn), required=True, validate=validate.Length(1, 6))


class RatingOut(Schema):
    """One team's rating of one side, for a site."""

    id = fields.UUID(attribute="public_id")
    site = fields.String()
    team = fields.String()
    kind = fields.String()
    side = fields.String()
    value = fields.Integer()
    on = fields.Date()
    words = fields.String()


Ratings = all_of(RatingOut, "Ratings")


class PracticeSitesQuery(PageQuery):
    """Sites of a practice, by name."""


class LineQuery(Schema):
    """The lowest place of the line, and a subgroup."""

    site = fields.UUID()
    set = words(80, load_default="")
    group = words(80, load_default="")


class MonthFigure(Schema):
    """A month in words."""

    month = fields.Date()
    figure = fields.String()


class LineReportOut(Schema):
    """One of capacity, fidelity and outcome at one place; ``hidden`` months have too few people."""

    place = fields.String()
    kind = fields.String()
    measure = fields.String()
    reading = fields.String()
    hidden = fields.Integer()
    months = fields.List(fields.Nested(MonthFigure))


LineReports = all_of(LineReportOut, "LineReports")
