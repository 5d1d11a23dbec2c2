"""What the API reads and writes of whole acts on a plan: adopt, carry on, make a series, plan a rhythm."""

import marshmallow as ma
from marshmallow import fields, validate

from milestones.pacing import MOST_STEPS
from nic_platform.api import Schema
from nic_platform.schemas import all_of, numeric, words

# ---------------------------------------------------------------- dates that moved


class MilestoneMoveOut(ma.Schema):
    """One adjustment of a milestone: from when to when, from what to what, and why."""

    id = fields.UUID(attribute="public_id")
    at = fields.AwareDateTime()
    by = fields.String(attribute="who")
    why = fields.String()
    old_due_on = fields.Date(allow_none=True)
    new_due_on = fields.Date(allow_none=True)
    old_target = fields.Float(allow_none=True)
    new_target = fields.Float(allow_none=True)


MilestoneMoves = all_of(MilestoneMoveOut, "MilestoneMoves")


class MovesUndone(ma.Schema):
    """What was given back; ``move_id`` takes that back in its turn."""

    count = fields.Integer()
    move_id = fields.UUID()


# ---------------------------------------------------------------- templates


class OwnMilestoneIn(Schema):
    """A common milestone that a team takes; its date and target are those proposed unless given."""

    common_id = fields.UUID(required=True)
    due_on = fields.Date(allow_none=True)
    target = numeric()


class AdoptIn(Schema):
    """What of a template goes into the chosen team's plan: all of it unless some is named."""

    cause_id = fields.UUID(allow_none=True, load_default=None)
    again = fields.Boolean(
        load_default=False, metadata={"description": "Adopt it once more where the plan has it already."}
    )
    milestones = fields.List(fields.Nested(OwnMilestoneIn), validate=validate.Length(max=200))


class OwnMilestoneOut(ma.Schema):
    """A common milestone with the date and the target that are proposed to this team."""

    common_id = fields.UUID()
    strand = fields.String()
    sentence = fields.String()
    due_on = fields.Date(allow_none=True)
    target = fields.Float(allow_none=True)


class TemplateAdoptionOut(ma.Schema):
    """What adopting a template would bring, and the strategies of the plan that came from it already."""

    plan_id = fields.UUID(allow_none=True)
    strategies = fields.List(fields.UUID())
    milestones = fields.List(fields.Nested(OwnMilestoneOut))


class DifferenceOut(ma.Schema):
    """One field in which a team's milestone and the common one differ."""

    name = fields.String()
    yours = fields.String()
    now = fields.String()


class TemplateChangeOut(ma.Schema):
    """One change of a template; ``milestone_id`` is null for a milestone that is new in it."""

    common_id = fields.UUID()
    milestone_id = fields.UUID(allow_none=True)
    sentence = fields.String()
    differences = fields.List(fields.Nested(DifferenceOut))


class TemplateChanges(ma.Schema):
    """What changed in a template since its team looked last; send ``seen_at`` back with what is taken."""

    seen_at = fields.AwareDateTime()
    changes = fields.List(fields.Nested(TemplateChangeOut))
    removed = fields.List(fields.String())


class TakeOverIn(Schema):
    """Which changes are taken over, by the ids of their common milestones; the others are left for good."""

    take = fields.List(fields.UUID(), required=True, validate=validate.Length(max=200))
    seen_at = fields.AwareDateTime(
        load_default=None, allow_none=True,
        metadata={"description": "When they were read; what changed later is shown again. Now unless given."},
    )  # fmt: skip


class TakenOver(ma.Schema):
    """How many changes were taken over."""

    count = fields.Integer()


class TeamsTold(ma.Schema):
    """How many teams were told."""

    teams = fields.Integer()


# ---------------------------------------------------------------- into the next year


class CarryOffer(ma.Schema):
    """One thing that may go on: send its ``id`` among ``parts``. ``is_there``: the next plan has it."""

    id = fields.String(attribute="value")
    part = fields.String()
    title = fields.String()
    detail = fields.String()
    then = fields.String()
    why = fields.String()
    is_proposed = fields.Boolean()
    is_there = fields.Boolean()


class CarryOffers(ma.Schema):
    """What of a plan may go on, and where to."""

    school_year = fields.String(allow_none=True, metadata={"description": "The next one; null if none is."})
    plan_id = fields.UUID(allow_none=True, metadata={"description": "The plan of that year, if begun."})
    offers = fields.List(fields.Nested(CarryOffer))


class CarryIn(Schema):
    """The ids of what goes on."""

    parts = fields.List(words(100), required=True, validate=validate.Length(max=2000))


class CarriedOut(ma.Schema):
    """The plan that was carried into; the import's undo takes it back."""

    plan_id = fields.UUID()
    import_id = fields.UUID()
    parts = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer())
    )


# ---------------------------------------------------------------- a series made from its plan


class SeriesStepIn(Schema):
    """One step. ``milestone_id`` names the milestone that gets its date and target; else one is made."""

    on = fields.Date(required=True)
    target = numeric(1e9, required=True)
    milestone_id = fields.UUID(allow_none=True, load_default=None)


class SeriesIn(Schema):
    """The steps of a strand, by date, all made or none; ``why`` where milestones of the board move."""

    steps = fields.List(
        fields.Nested(SeriesStepIn), required=True, validate=validate.Length(1, 2 * MOST_STEPS)
    )
    is_draft = fields.Boolean(load_default=False)
    why = words(500, load_default="")


class SeriesStepOut(ma.Schema):
    """One proposed step, and the milestone that it would move."""

    on = fields.Date()
    target = fields.Float()
    milestone_id = fields.UUID(allow_none=True)


class SeriesOut(ma.Schema):
    """The steps that a strand's backwards plan leads to, or what it lacks."""

    plan_id = fields.UUID()
    missing = fields.List(fields.String())
    problem = fields.String()
    sentences = fields.List(fields.String())
    can_undo = fields.Boolean()
    steps = fields.List(fields.Nested(SeriesStepOut))


class SeriesMade(ma.Schema):
    """The milestones that were made, and those that got other dates or targets."""

    made = fields.List(fields.UUID())
    moved = fields.List(fields.UUID())


class Undone(ma.Schema):
    """How many were taken back."""

    count = fields.Integer()


# ---------------------------------------------------------------- touchpoints


class RhythmIn(Schema):
    """Touchpoints of the chosen team from a day on, every so many weeks, until a day."""

    first = fields.Date(required=True)
    until = fields.Date(required=True)
    weeks = fields.Integer(load_default=2, validate=validate.Range(1, 4))
    skips_breaks = fields.Boolean(load_default=True)
    leave_out = fields.List(fields.Date(), load_default=list, validate=validate.Length(max=100))
    is_trial = fields.Boolean(
        load_default=False, metadata={"description": "Say which days, and plan nothing."}
    )
    starts_at = fields.Time(allow_none=True, load_default=None, format="%H:%M")
    minutes = fields.Integer(load_default=45, validate=validate.Range(5, 600))
    title = words(200, load_default="")
    place = words(120, load_default="")
    people = words(500, load_default="")


class RhythmDay(ma.Schema):
    """One day of a rhythm; ``skipped`` names the break it lies in. Without an id nothing is planned on it."""

    on = fields.Date()
    skipped = fields.String()
    touchpoint_id = fields.UUID(allow_none=True)


class RhythmOut(ma.Schema):
    """The days of a rhythm, earliest first."""

    days = fields.List(fields.Nested(RhythmDay))


class TouchpointDecisionIn(Schema):
    """What was decided at a touchpoint."""

    text = words(1000, required=True)
