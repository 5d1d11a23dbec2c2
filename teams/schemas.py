"""What the API takes and gives of networks, teams, links and places."""

from typing import Any

import marshmallow as ma
from marshmallow import validate

from nic_platform.actor import Level
from nic_platform.api import Schema
from nic_platform.schemas import PageQuery, page_of, version, words
from teams import linking, rules
from teams.models import Team


class TeamQuery(PageQuery):
    """Which teams."""

    level = ma.fields.Enum(Level, by_value=True)


class SiteQuery(PageQuery):
    """Which places: those that a word finds, or all."""

    find = words(100, load_default="")


LONG = 4000


class Charter(Schema):
    """The fields of a team's charter."""

    name = ma.fields.String(validate=validate.Length(1, 160))
    purpose = words(LONG)
    serves = words(LONG)
    decision_rights = words(LONG)
    rhythm_days = ma.fields.Integer(validate=validate.Range(1, 366))
    meeting = words(200)
    next_meeting_on = ma.fields.Date(allow_none=True)
    functions = ma.fields.List(ma.fields.String(validate=validate.OneOf([f.value for f in rules.Function])))


class TeamOut(Charter):
    """A team."""

    id = ma.fields.UUID(attribute="public_id")
    level = ma.fields.Enum(Level, by_value=True)
    site = ma.fields.String()
    site_id = ma.fields.UUID()
    archived_at = ma.fields.AwareDateTime(allow_none=True)
    version = ma.fields.Integer()


def team_out(team: Team) -> dict[str, Any]:
    """Return a team, read with its site, as the API gives it."""
    names = (*Charter._declared_fields, "public_id", "level", "archived_at", "version")
    return {name: getattr(team, name) for name in names} | {
        "site": team.site.name,
        "site_id": team.site.public_id,
    }


class TeamIn(Schema):
    """A new team."""

    name = ma.fields.String(required=True, validate=validate.Length(1, 160))
    level = ma.fields.Enum(Level, by_value=True, required=True)
    site_id = ma.fields.UUID(required=True)


class TeamPatch(Charter):
    """A change of a team's charter, made from ``version``."""

    version = version()


class Protocol(Schema):
    """A link's communication protocol."""

    why = words(LONG)
    what = words(LONG)
    rhythm_days = ma.fields.Integer(validate=validate.Range(1, 366))
    duration = words(80)
    form = words(200)
    promised_days = ma.fields.Integer(validate=validate.Range(1, 365))
    answer_form = words(200)
    topics = ma.fields.List(words(linking.LONGEST_TOPIC), validate=validate.Length(max=linking.MOST_TOPICS))


class LinkOut(Protocol):
    """A link from a team to one above."""

    id = ma.fields.UUID()
    lower_id = ma.fields.UUID()
    lower = ma.fields.String()
    upper_id = ma.fields.UUID()
    upper = ma.fields.String()
    sender = ma.fields.String(allow_none=True)
    receiver = ma.fields.String(allow_none=True)
    last_exchange_at = ma.fields.AwareDateTime(allow_none=True)
    version = ma.fields.Integer()


class LinkIn(Protocol):
    """A new link. The sender is a person of the lower team, the receiver one of the upper."""

    lower_id = ma.fields.UUID(required=True)
    upper_id = ma.fields.UUID(required=True)
    sender = ma.fields.UUID(allow_none=True)
    receiver = ma.fields.UUID(allow_none=True)


class LinkPatch(Protocol):
    """A change of a protocol, made from ``version``."""

    sender = ma.fields.UUID(allow_none=True)
    receiver = ma.fields.UUID(allow_none=True)
    version = version()


class SiteFacts(Schema):
    """What is known of a place."""

    name = ma.fields.String(validate=validate.Length(1, 160))
    nces_id = ma.fields.String(allow_none=True, validate=validate.Regexp(r"^(\d{2}|\d{7}|\d{12})\Z"))
    state_code = ma.fields.String(allow_none=True, validate=validate.Length(1, 24))
    city = words(80)
    state = words(2)
    locale = words(40)
    grades = words(40)
    enrolment = ma.fields.Integer(allow_none=True, validate=validate.Range(0, 1_000_000))
    lunch_percent = ma.fields.Float(allow_none=True, validate=validate.Range(0, 100))
    english_learner_percent = ma.fields.Float(allow_none=True, validate=validate.Range(0, 100))
    is_title_one = ma.fields.Boolean(allow_none=True)
    is_charter = ma.fields.Boolean(allow_none=True)
    attributes = ma.fields.Dict(keys=ma.fields.String(), values=words(500))


class SiteOut(SiteFacts):
    """A place in the tree."""

    id = ma.fields.UUID(attribute="public_id")
    level = ma.fields.Enum(Level, by_value=True)
    version = ma.fields.Integer()


class SiteListed(Schema):
    """A place in a list."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    level = ma.fields.Enum(Level, by_value=True)
    nces_id = ma.fields.String(allow_none=True)
    state_code = ma.fields.String(allow_none=True)
    city = ma.fields.String()
    grades = ma.fields.String()
    enrolment = ma.fields.Integer(allow_none=True)


class SiteIn(SiteFacts):
    """A new place under another one, or at the top."""

    name = ma.fields.String(required=True, validate=validate.Length(1, 160))
    level = ma.fields.Enum(Level, by_value=True, required=True)
    parent_id = ma.fields.UUID(allow_none=True, load_default=None)


class SitePatch(SiteFacts):
    """A change of a place, made from ``version``."""

    version = version()


class NetworkFields(Schema):
    """A network's settings."""

    name = ma.fields.String(validate=validate.Length(1, 160))
    aim = words(LONG)
    minimum_cell = ma.fields.Integer(validate=validate.Range(3, 100))
    help_name = words(120)
    help_phone = words(40)


class NetworkOut(NetworkFields):
    """The caller's network."""

    id = ma.fields.UUID(attribute="public_id")
    time_zone = ma.fields.String()
    version = ma.fields.Integer()


class NetworkPatch(NetworkFields):
    """A change of the settings, made from ``version``; a new aim says why."""

    version = version()
    why = words(2000, load_default="")


class GraphTeam(Schema):
    """A team in the graph and how it is heard."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    level = ma.fields.String()
    members = ma.fields.Integer()
    flag = ma.fields.String(
        metadata={"description": "ok, nolink (no way up), solo (one or two people), stale"}
    )
    path = ma.fields.List(ma.fields.UUID(), metadata={"description": "The way up, from the team to the top."})
    sentence = ma.fields.String()


class GraphLink(Schema):
    """A link in the graph."""

    id = ma.fields.UUID()
    lower_id = ma.fields.UUID()
    upper_id = ma.fields.UUID()
    is_silent = ma.fields.Boolean()
    quiet_days = ma.fields.Integer()


class GraphOut(Schema):
    """The teams and links of the network, and what needs mending."""

    teams = ma.fields.List(ma.fields.Nested(GraphTeam))
    links = ma.fields.List(ma.fields.Nested(GraphLink))
    mend = ma.fields.List(ma.fields.String())
    next = ma.fields.UUID(allow_none=True)


TeamPage = page_of(TeamOut, "TeamPage")
LinkPage = page_of(LinkOut, "LinkPage")
SitePage = page_of(SiteListed, "SitePage")
