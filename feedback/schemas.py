"""What the API of feedback takes and gives."""

from marshmallow import fields, validate

from feedback.audiences import Audience
from feedback.rules import Act, Change, Kind, Lifted, Severity, State
from nic_platform.api import Schema
from nic_platform.schemas import all_of, limit, one_of, page_of, version, words

LONG = 10_000

API_ACTS = (
    Act.SEND, Act.WITHDRAW, Act.LIFT, Act.PASS, Act.ASK, Act.REPLY, Act.ANSWER, Act.DECLINE, Act.THANK,
    Act.TAKE, Act.CONFIRM, Act.DROP, Act.REOPEN,
)  # fmt: skip


class Content(Schema):
    """What an item says."""

    kind = one_of(Kind)
    title = words(200)
    happens = words(LONG)
    since = fields.Date(allow_none=True)
    stops = words(LONG)
    affects = words(200)
    affects_count = fields.Integer(allow_none=True, strict=True, validate=validate.Range(0, 1_000_000))
    severity = one_of(Severity, "")
    tried = words(LONG)
    asked_for = words(LONG)
    topic = words(60)
    milestone_id = fields.UUID(allow_none=True)
    cycle_id = fields.UUID(allow_none=True)
    notice_id = fields.UUID(
        allow_none=True, metadata={"description": "The policy notice that it is raised about."}
    )


class ItemIn(Content):
    """A new draft; everything but the team may be left out."""

    key = fields.UUID(
        metadata={"description": "A name of your own for it: sent again with the same key, it is made once."}
    )
    team_id = fields.UUID(metadata={"description": "The team that raises it; the chosen one unless given."})


class ItemPatch(Content):
    """A change of a draft."""

    version = version()


class AnswerIn(Schema):
    """What changes, or why nothing does."""

    changes = one_of(Change)
    text = words(LONG)
    why = words(LONG)
    applies_from = fields.Date(allow_none=True)
    applies_to = words(200)
    look_again_on = fields.Date(allow_none=True)


class ActIn(Schema):
    """An act on an item, made from the version that was read."""

    act = one_of(API_ACTS, required=True)
    version = version()
    words = words(LONG)
    audience = one_of(
        (Audience.TRACK, Audience.HOP),
        load_default=Audience.TRACK.value,
        metadata={"description": "Who reads the words of lifted, passed, asked_back, replied and declined."},
    )
    link_id = fields.UUID(
        metadata={
            "description": "For sent and lifted: the link it goes up; for sent the topic chooses otherwise."
        }
    )
    team_id = fields.UUID(metadata={"description": "For passed: the better place."})
    lifted = one_of(Lifted, metadata={"description": "For confirmed."})
    look_again_on = fields.Date(allow_none=True)
    answer = fields.Nested(AnswerIn)


class StepOut(Schema):
    """One leg of a track."""

    team = fields.String()
    level = fields.String()
    reached_at = fields.AwareDateTime()
    promised_on = fields.Date(allow_none=True)
    left_at = fields.AwareDateTime(allow_none=True)
    act = fields.String()
    words = fields.String()
    audience = one_of((Audience.TRACK, Audience.HOP))
    is_kept = fields.Boolean(metadata={"description": "There are words, for the two teams of this step."})
    person = fields.String(allow_none=True)


class ItemOut(Schema):
    """An item in a list."""

    id = fields.UUID()
    number = fields.Integer()
    kind = one_of(Kind)
    state = one_of(State)
    title = fields.String()
    happens = fields.String()
    team = fields.String()
    level = fields.String()
    holder = fields.String(allow_none=True)
    due_on = fields.Date(allow_none=True)
    sent_at = fields.AwareDateTime(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)
    closed_at = fields.AwareDateTime(allow_none=True)
    look_again_on = fields.Date(allow_none=True)
    lifted = fields.String()
    is_shared = fields.Boolean()
    answer = fields.String(allow_none=True)
    version = fields.Integer()


class WholeItemOut(ItemOut):
    """One item, with its track for those who read it."""

    since = fields.Date(allow_none=True)
    stops = fields.String()
    affects = fields.String()
    affects_count = fields.Integer(allow_none=True)
    severity = fields.String()
    tried = fields.String()
    asked_for = fields.String()
    topic = fields.String()
    track = fields.List(fields.Nested(StepOut), allow_none=True)


class MessageIn(Schema):
    """A line of the conversation."""

    text = words(LONG, required=True)
    audience = one_of(Audience, load_default=Audience.TRACK.value)
    people = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=200),
        metadata={"description": "Who is told by name, besides those whom the text names with @."},
    )
    key = fields.UUID(
        load_default=None, metadata={"description": "Sent again with the same key, it is written once."}
    )


class MessageOut(Schema):
    """A line of the conversation: who reads it, and the names of those who were told."""

    id = fields.UUID()
    at = fields.AwareDateTime()
    team = fields.String(allow_none=True)
    person = fields.String(allow_none=True)
    text = fields.String()
    audience = one_of(Audience)
    told = fields.List(fields.String())


class ToldOut(Schema):
    """Somebody of a team on the track who can be named."""

    id = fields.UUID()
    name = fields.String()
    team = fields.String()


class ItemQuery(Schema):
    """Which items, and which page of them."""

    kind = one_of(Kind, "", load_default="")
    state = one_of(State, "", "open", load_default="")
    after = fields.Integer(
        load_default=None,
        validate=validate.Range(0, 2**31 - 1),
        metadata={"description": "The number that the last page ended with."},
    )
    limit = limit()


class ThemeOut(Schema):
    """A theme."""

    id = fields.UUID(attribute="public_id")
    number = fields.Integer()
    team = fields.String()
    title = fields.String()
    summary = fields.String()
    owner = fields.String()
    power = fields.String()
    closed_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()


Messages = all_of(MessageOut, "Messages")
PeopleTold = all_of(ToldOut, "PeopleTold")
ItemPage = page_of(ItemOut, "ItemPage", fields.Integer)
ThemePage = all_of(ThemeOut, "ThemePage")
