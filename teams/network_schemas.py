"""What the API takes and gives of a network by place, of whom a team touches, and of changes that spread."""

import marshmallow as ma
from marshmallow import validate

from nic_platform.actor import Level
from nic_platform.api import Schema
from nic_platform.schemas import limit, one_of, words
from teams.graph import Flag


class AroundQuery(Schema):
    """From which one on a list is wanted."""

    start = ma.fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))


class SpreadQuery(AroundQuery):
    """From which one on a list is wanted, and how many of it."""

    limit = limit()


class _Stretch(Schema):
    """A stretch of a list with its sentence; ``next`` goes into ``start`` of the next question."""

    sentence = ma.fields.String()
    next = ma.fields.Integer(allow_none=True)


class NetworkPlacesQuery(SpreadQuery):
    """Which place's parts, and from which on; without ``at``, those in which the network begins."""

    at = ma.fields.UUID(load_default=None)


class FlagTallyOut(Schema):
    """How many teams, and how many of each weakness; a team has one flag, its worst."""

    teams = ma.fields.Integer()
    nolink = ma.fields.Integer()
    solo = ma.fields.Integer()
    stale = ma.fields.Integer()


class NetworkPlaceOut(Schema):
    """A place and its teams; ``site_id`` is null for teams that lie in no part of the place."""

    site_id = ma.fields.UUID(allow_none=True)
    name = ma.fields.String()
    level = ma.fields.String()
    teams = ma.fields.Nested(FlagTallyOut)


class NetworkPlacesOut(_Stretch):
    """The parts of a place by name; ``next`` goes into ``start`` of the next question, null at the end."""

    total = ma.fields.Nested(FlagTallyOut)
    count = ma.fields.Integer()
    items = ma.fields.List(ma.fields.Nested(NetworkPlaceOut))


class TeamLinesQuery(SpreadQuery):
    """Which teams: with a weakness ("weak" for any), of a level, in a place, called something."""

    show = one_of(Flag, "", "weak", load_default="")
    level = one_of(Level, "", load_default="")
    at = ma.fields.UUID(load_default=None)
    find = words(100, load_default="")


class TeamLineOut(Schema):
    """A team with its flag, and in few words how its voice gets up."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    level = ma.fields.String()
    place = ma.fields.String()
    flag = ma.fields.String()
    note = ma.fields.String()


class TeamLinesOut(_Stretch):
    """Teams, highest level first, then by name."""

    total = ma.fields.Integer()
    items = ma.fields.List(ma.fields.Nested(TeamLineOut))


class AroundOut(Schema):
    """All that a team lifts to, its peers, and the first of those that lift to it."""

    way = ma.fields.String()
    below = ma.fields.String()
    loss = ma.fields.String()
    above = ma.fields.List(ma.fields.Nested(TeamLineOut))
    peers = ma.fields.List(ma.fields.Nested(TeamLineOut))
    feeders = ma.fields.List(ma.fields.Nested(TeamLineOut))
    feeder_total = ma.fields.Integer()
    next = ma.fields.Integer(allow_none=True)


class SpreadStepOut(Schema):
    """A team that a change reached, from whom, and how many adoptions away from where it began."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    giver = ma.fields.String()
    distance = ma.fields.Integer()


class SpreadOut(Schema):
    """A change that went from team to team."""

    id = ma.fields.UUID()
    what = ma.fields.String()
    origin = ma.fields.String()
    origin_id = ma.fields.UUID()
    sentence = ma.fields.String()
    steps = ma.fields.List(ma.fields.Nested(SpreadStepOut))


class SpreadPage(_Stretch):
    """Changes by name; ``next`` goes into ``start`` of the next question, null at the end."""

    items = ma.fields.List(ma.fields.Nested(SpreadOut))
