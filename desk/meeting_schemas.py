"""What the API takes and gives of meetings: their agenda, what is decided, their end."""

from marshmallow import ValidationError, fields, validate, validates_schema

from desk.meeting_services import ADJUST, ITEM, STEP, TOUCHPOINT
from nic_platform.api import Schema
from nic_platform.schemas import version, words
from nic_platform.text import _

KINDS = ("milestone", "strategy", "cycle", "feedback_item", "decision")


class MeetingPointOut(Schema):
    """One point of an agenda: what it is about, why it stands there, about how many minutes it takes."""

    part = fields.String()
    kind = fields.String()
    id = fields.UUID()
    title = fields.String()
    reason = fields.String()
    minutes = fields.Integer()
    suggestion = fields.String()
    status = fields.String()
    asks = fields.Boolean()
    on = fields.Date(allow_none=True)


class MeetingDecisionOut(Schema):
    """What was decided, about what, who sees to it by when, and what came of it."""

    id = fields.UUID(attribute="public_id")
    text = fields.String()
    owner = fields.String()
    due_on = fields.Date(allow_none=True)
    decided_on = fields.Date()
    decided_by = fields.String(attribute="who")
    about_kind = fields.String()
    about_id = fields.UUID(allow_none=True)
    about = fields.String()
    follow_up = fields.String(attribute="follow_up_kind")
    follow_up_id = fields.UUID(allow_none=True)
    done_on = fields.Date(allow_none=True)
    version = fields.Integer()


class MeetingOut(Schema):
    """A meeting: its agenda as it is now, what waits beside it, and what was decided so far."""

    id = fields.UUID()
    team_id = fields.UUID()
    held_on = fields.Date()
    title = fields.String()
    notes = fields.String()
    ended_at = fields.AwareDateTime(allow_none=True)
    minutes = fields.Integer()
    left = fields.String()
    points = fields.List(fields.Nested(MeetingPointOut))
    decisions = fields.List(fields.Nested(MeetingDecisionOut))
    version = fields.Integer()


class MeetingDecisionIn(Schema):
    """A decision, what it is about, and what follows from it at once; ``then`` is empty for nothing."""

    text = words(1000, required=True)
    about_kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    about_id = fields.UUID(load_default=None, allow_none=True)
    owner = words(120, load_default="")
    due_on = fields.Date(load_default=None, allow_none=True)
    then = fields.String(load_default="", validate=validate.OneOf(["", STEP, TOUCHPOINT, ITEM, ADJUST]))

    @validates_schema
    def check_about(self, data: dict[str, object], **_rest: object) -> None:
        """Take both the kind and the id of what it is about, or neither.

        Raises:
            ValidationError: one is missing.
        """
        if bool(data.get("about_kind")) != bool(data.get("about_id")):
            raise ValidationError({"about_id": [_("Say both what kind of thing it is about, and its id.")]})


class MeetingDecisionPatch(Schema):
    """A decision put right: its words, its owner, its day."""

    text = fields.String(validate=[validate.Length(1, 1000), validate.ContainsNoneOf("\x00")])
    owner = words(120)
    due_on = fields.Date(allow_none=True)
    version = version()


class MeetingCloseIn(Schema):
    """Whether the minutes go to the team by mail; they go once."""

    tell = fields.Boolean(load_default=False)


class MeetingClosedOut(Schema):
    """A meeting that was closed or opened again; ``told`` is to how many its minutes go."""

    id = fields.UUID()
    ended_at = fields.AwareDateTime(allow_none=True)
    told = fields.Integer()
    version = fields.Integer()
