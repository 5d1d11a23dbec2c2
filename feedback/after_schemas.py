"""What the API of answers, of what moved since, of policy notices and celebrations takes and gives."""

from marshmallow import fields, validate

from feedback.moved import Verdict
from feedback.notice_queries import SHOWN
from feedback.rules import Change, Kind
from feedback.schemas import LONG
from nic_platform.api import Schema
from nic_platform.schemas import all_of, limit, one_of, page_of, version, words


class CameOut(Schema):
    """What became of the items that an answer was given to. Only their teams say whether they are lifted."""

    items = fields.Integer()
    teams = fields.Integer()
    yes = fields.Integer()
    partly = fields.Integer()
    no = fields.Integer()
    unconfirmed = fields.Integer()
    waiting = fields.Integer(metadata={"description": "Answered, and their team has not said yet."})


class GivenAnswerOut(Schema):
    """An answer: what changes, from when, for whom, when it is looked at again, and what was found then."""

    id = fields.UUID(attribute="public_id")
    team = fields.String()
    level = fields.String(attribute="level.value")
    theme_id = fields.UUID(allow_none=True)
    changes = one_of(Change)
    text = fields.String()
    why = fields.String()
    applies_from = fields.Date(allow_none=True)
    applies_to = fields.String()
    look_again_on = fields.Date(allow_none=True)
    looked_again_on = fields.Date(allow_none=True)
    looked_again = fields.String()
    created_at = fields.AwareDateTime()
    came = fields.Nested(CameOut)
    version = fields.Integer()


class AnswerQuery(Schema):
    """Which answers, and which page of them."""

    due = fields.Boolean(
        load_default=False, metadata={"description": "Your teams' that wait to be looked at again."}
    )
    after = fields.UUID(load_default=None)
    limit = limit()


class LookIn(Schema):
    """What a team found when it looked at its answer again."""

    version = version()
    found = words(LONG, required=True)
    look_again_on = fields.Date(allow_none=True, load_default=None)


class MoveOut(Schema):
    """How a blocked milestone stood before its answer and since, at one site.

    ``difference`` is the mean since less the mean before, in the measure's unit; ``low`` to ``high`` holds 95
    times in 100. Seen after the answer, which need not be why.
    """

    item_id = fields.UUID()
    team = fields.String()
    level = fields.String()
    milestone_id = fields.UUID()
    milestone = fields.String()
    answered_on = fields.Date()
    effect_on = fields.Date()
    before = fields.Integer(metadata={"description": "Counts used before the answer."})
    since = fields.Integer(metadata={"description": "Counts used since it was in effect."})
    hidden = fields.Integer(metadata={"description": "Counts of too few people for you to see."})
    difference = fields.Float(allow_none=True)
    low = fields.Float(allow_none=True)
    high = fields.Float(allow_none=True)
    verdict = one_of(Verdict)
    title = fields.String()


class MovesOut(Schema):
    """How the blocked milestones moved, site by site, and what they say together."""

    sites = fields.List(fields.Nested(MoveOut))
    words = fields.List(fields.String())
    caution = fields.String()


class PolicyNoticeOut(Schema):
    """A policy notice; a draft has no ``sent_at``."""

    id = fields.UUID(attribute="public_id")
    team = fields.String()
    level = fields.String(attribute="level.value")
    title = fields.String()
    text = fields.String()
    applies_from = fields.Date(allow_none=True)
    acknowledge_by = fields.Date(allow_none=True)
    sent_at = fields.AwareDateTime(allow_none=True)
    acknowledged_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When your chosen team did."}
    )
    version = fields.Integer()


class PolicyNoticeIn(Schema):
    """A draft of your chosen team; nothing has to be filled in before it is sent."""

    title = words(200)
    text = words(LONG)
    applies_from = fields.Date(allow_none=True)
    acknowledge_by = fields.Date(allow_none=True)


class PolicyNoticePatch(PolicyNoticeIn):
    """A change of a draft."""

    version = version()


class AcknowledgeIn(Schema):
    """What a policy means for your chosen team; both may be empty."""

    enables = words(LONG, load_default="")
    hinders = words(LONG, load_default="")


class EarlierOut(Schema):
    """What a team said of a notice before it said something else."""

    person = fields.String(allow_none=True)
    at = fields.AwareDateTime()
    enables = fields.String()
    hinders = fields.String()


class SaidOut(Schema):
    """What a team said of a notice; ``at`` is null where it has not acknowledged it."""

    id = fields.UUID(allow_none=True)
    team_id = fields.UUID(attribute="team_public_id")
    team = fields.String()
    level = fields.String(attribute="level.value")
    person = fields.String(allow_none=True)
    at = fields.AwareDateTime(allow_none=True)
    enables = fields.String()
    hinders = fields.String()
    earlier = fields.List(fields.Nested(EarlierOut), metadata={"description": "The latest first."})


class SaidQuery(Schema):
    """Which teams, and which page of them."""

    show = one_of((), "", "all", *SHOWN, load_default="all")
    after = fields.UUID(load_default=None)
    limit = limit()


class NoticeLevelOut(Schema):
    """How the teams of one level took a notice."""

    level = fields.String(attribute="level.value")
    told = fields.Integer()
    read = fields.Integer()
    enables = fields.Integer()
    hinders = fields.Integer()


class CelebratedOut(Schema):
    """A solution or success, and how it was received."""

    id = fields.UUID(attribute="item.public_id")
    number = fields.Integer(attribute="item.number")
    kind = one_of(Kind, attribute="item.kind.value")
    title = fields.String(attribute="item.title")
    happens = fields.String(attribute="item.happens")
    team = fields.String(attribute="item.team")
    level = fields.String(attribute="item.level.value")
    is_shared = fields.Boolean(attribute="item.is_shared")
    is_peer = fields.Boolean(metadata={"description": "Of a team that yours learns together with."})
    cheers = fields.Integer()
    is_cheered = fields.Boolean(metadata={"description": "By you."})
    idea_id = fields.UUID(allow_none=True)


class CelebratedQuery(Schema):
    """Which of them, and which page."""

    kind = one_of((Kind.SOLUTION, Kind.SUCCESS), "", load_default="")
    peers = fields.Boolean(load_default=False)
    after = fields.Integer(
        load_default=None,
        validate=validate.Range(0, 2**31 - 1),
        metadata={"description": "The number that the last page ended with."},
    )
    limit = limit()


class IdeaMadeOut(Schema):
    """The change idea that a solution or success became."""

    idea_id = fields.UUID()


AnswerPage = page_of(GivenAnswerOut, "AnswerPage")
PolicyNotices = all_of(PolicyNoticeOut, "PolicyNotices")
SaidPage = page_of(SaidOut, "SaidPage")
NoticeLevels = all_of(NoticeLevelOut, "NoticeLevels")
CelebratedPage = page_of(CelebratedOut, "CelebratedPage", fields.Integer)
