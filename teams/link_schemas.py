"""What the API takes and gives of exchanges, peers, a team's place, and the answers of the graph."""

import marshmallow as ma
from marshmallow import validate

from nic_platform.actor import Level
from nic_platform.api import Schema
from nic_platform.schemas import all_of, limit, one_of, version, words
from teams import graph_answers, linking


class ExchangeIn(Schema):
    """A meeting or a message that passed on a link."""

    kind = one_of(linking.ExchangeKind, required=True)
    on = ma.fields.Date(required=True)
    words = words(2000)


class ExchangePatch(Schema):
    """A correction of an exchange, made from ``version``."""

    kind = one_of(linking.ExchangeKind)
    on = ma.fields.Date()
    words = words(2000)
    version = version()


class ExchangeOut(Schema):
    """A meeting or a message that somebody wrote down."""

    id = ma.fields.UUID()
    kind = ma.fields.String()
    on = ma.fields.Date()
    words = ma.fields.String()
    who = ma.fields.String(allow_none=True)
    version = ma.fields.Integer()


class PassedOut(Schema):
    """What passed on a link; an item that the caller may not read has neither id nor title."""

    kind = ma.fields.String()
    on = ma.fields.Date()
    way = ma.fields.String()
    id = ma.fields.UUID(allow_none=True)
    title = ma.fields.String(allow_none=True)
    words = ma.fields.String()
    who = ma.fields.String()


class PassedQuery(Schema):
    """Only what passed before a day; about ``limit`` things, and always whole days."""

    before = ma.fields.Date()
    limit = limit()


class PassedPage(Schema):
    """What passed, newest first; ``before`` goes into the next question, null at the end."""

    items = ma.fields.List(ma.fields.Nested(PassedOut))
    before = ma.fields.Date(allow_none=True)


class PeerIn(Schema):
    """A team to learn together with, and what for."""

    team_id = ma.fields.UUID(required=True)
    purpose = words(300, load_default="")


class PeerOut(Schema):
    """A team that learns together with another."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    level = ma.fields.Enum(Level, by_value=True)
    purpose = ma.fields.String()


Peers = all_of(PeerOut, "Peers")


class PlaceIn(Schema):
    """The level and place that a team works at, changed from ``version``."""

    level = ma.fields.Enum(Level, by_value=True, required=True)
    site_id = ma.fields.UUID(required=True)
    version = version()


class WayQuery(Schema):
    """The topic of what is to be sent, for which a link is proposed."""

    topic = words(60, load_default="")


class WayOut(Schema):
    """What the graph says of one team: its way up, who is below, what hangs on it."""

    path = ma.fields.List(ma.fields.UUID())
    flag = ma.fields.String()
    way = ma.fields.String()
    below = ma.fields.String()
    loss = ma.fields.String()
    rests = ma.fields.String()
    link_id = ma.fields.UUID(allow_none=True)
    link = ma.fields.String()


class AnswerQuery(Schema):
    """Which question, and which rows of its answer."""

    question = one_of(graph_answers.Question, required=True)
    start = ma.fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))
    limit = limit()


class AnswerRow(Schema):
    """One team of an answer; ``upper_id`` is the other end of a silent link."""

    team_id = ma.fields.UUID()
    upper_id = ma.fields.UUID(allow_none=True)
    sentence = ma.fields.String()
    count = ma.fields.Integer()


class AnswerOut(Schema):
    """The answer to a question about the whole network."""

    question = ma.fields.String()
    sentence = ma.fields.String()
    total = ma.fields.Integer()
    items = ma.fields.List(ma.fields.Nested(AnswerRow))


class UncarriedOut(Schema):
    """A link that nobody carries."""

    link_id = ma.fields.UUID()
    lower = ma.fields.String()
    upper = ma.fields.String()


Uncarried = all_of(UncarriedOut, "Uncarried")
