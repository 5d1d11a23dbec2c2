"""What the API of the queue, of themes, templates and acts on many takes and gives."""

from typing import Any

from marshmallow import fields, validate

from feedback.batches import CHOSEN, MOST
from feedback.rules import Change, Kind
from feedback.schemas import LONG, AnswerIn
from nic_platform.api import Schema
from nic_platform.schemas import all_of, limit, one_of, page_of, version, words


class QueueThemeOut(Schema):
    """A theme that reports wait in."""

    id = fields.UUID()
    number = fields.Integer()
    title = fields.String()
    owner = fields.String()
    power = fields.String()
    items = fields.Integer()
    sites = fields.Integer()
    districts = fields.Integer()
    late = fields.Integer()
    oldest_days = fields.Integer()
    promised_days = fields.Integer(allow_none=True)
    due_on = fields.Date(allow_none=True)


class OriginOut(Schema):
    """A district or another site, and how many reports wait from it."""

    name = fields.String()
    value = fields.Integer()


class QueueOut(Schema):
    """What waits with your team, or with the teams of the level you review."""

    teams = fields.List(fields.String())
    summary = fields.String(metadata={"description": "The page's first sentences."})
    waiting = fields.Integer()
    late = fields.Integer()
    unsorted = fields.Integer()
    themes = fields.List(fields.Nested(QueueThemeOut))
    districts = fields.Integer(metadata={"description": "Places below, also those that sent none."})
    origins_are = fields.String(validate=validate.OneOf(("districts", "sites")))
    origins = fields.List(fields.Nested(OriginOut))


class QueueItemOut(Schema):
    """A report that waits."""

    id = fields.UUID(attribute="public_id")
    number = fields.Integer()
    kind = one_of(Kind)
    title = fields.String()
    happens = fields.String()
    severity = fields.String()
    team = fields.String()
    level = fields.String()
    district = fields.String(allow_none=True)
    through = fields.String(allow_none=True)
    sent_on = fields.Date(allow_none=True)
    held_on = fields.Date(allow_none=True)
    due_on = fields.Date(allow_none=True)
    theme_id = fields.UUID(attribute="theme_public_id", allow_none=True)
    owner = fields.String(allow_none=True)
    version = fields.Integer()


class QueueQuery(Schema):
    """Which reports, and which page of them."""

    theme = fields.String(load_default="", metadata={"description": "A theme's id, or none."})
    district = words(200, load_default="")
    late = fields.Boolean(load_default=False)
    owner = one_of((), "me", "none", "", load_default="")
    kind = one_of(Kind, "", load_default="")
    q = words(100, load_default="")
    after = fields.String(load_default="", metadata={"description": "What next said on the last page."})
    limit = limit()


class _ThemeWords(Schema):
    """What is said of a theme."""

    title = words(200)
    summary = words(LONG)
    owner = words(160)
    power = words(160)


class ThemeIn(_ThemeWords):
    """A new theme."""

    title = words(200, required=True)


class ThemePatch(_ThemeWords):
    """A change of a theme; *owner_id* null gives it to nobody."""

    owner_id = fields.UUID(allow_none=True)
    closed = fields.Boolean()
    version = version()


class MatchOut(Schema):
    """A theme or a new report that is like another text, with the words they share."""

    id = fields.UUID()
    number = fields.Integer()
    title = fields.String()
    fit = fields.Float(metadata={"description": "0 to 1: the cosine of the weighted words."})
    words = fields.List(fields.String())


class MatchesOut(Schema):
    """What is like a report or a theme; proposed only, never joined by itself."""

    items = fields.List(fields.Nested(MatchOut))


class ChosenIn(Schema):
    """A report, and the version that was read of it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31 - 1))


def chosen() -> Any:
    """Return the field of chosen reports."""
    return fields.List(fields.Nested(ChosenIn), required=True, validate=validate.Length(1, MOST))


class BatchIn(Schema):
    """One act on many reports of your queue, each with the version that was read of it."""

    act = one_of(CHOSEN, required=True)
    items = chosen()
    theme_id = fields.UUID(allow_none=True, metadata={"description": "For joined; null takes out of any."})
    title = words(200, metadata={"description": "For joined: the title of a new theme instead."})
    give_answer = fields.Boolean(metadata={"description": "For joined: the theme's answer too."})
    link_id = fields.UUID(metadata={"description": "For lifted: the link they go up."})
    person_id = fields.UUID(allow_none=True, metadata={"description": "For assigned; null is nobody."})
    answer = fields.Nested(AnswerIn)
    words = words(LONG)


class LeftOut(Schema):
    """A report that was left as it was, and why."""

    number = fields.Integer()
    title = fields.String()
    why = fields.String()


class BatchOut(Schema):
    """An act on many reports."""

    id = fields.UUID()
    act = fields.String()
    at = fields.AwareDateTime()
    undone_at = fields.AwareDateTime(allow_none=True)
    many = fields.Integer()
    moved = fields.Integer(metadata={"description": "Reports that moved on since."})
    left = fields.List(fields.Nested(LeftOut))
    theme_id = fields.UUID(metadata={"description": "The theme that the reports are in now."})


class InBreaksOut(Schema):
    """Open promises whose day lies in a break."""

    count = fields.Integer()


class MovedOut(Schema):
    """Promises that were moved past a break; *id* is that of the act, by which it is taken back."""

    id = fields.UUID()
    many = fields.Integer()
    left = fields.Integer(metadata={"description": "Those that another call moves: 500 go at once."})


class HandDownIn(Schema):
    """Words that go down with an answer."""

    words = words(LONG, load_default="")


class MergeIn(Schema):
    """The theme that another goes into."""

    into_id = fields.UUID(required=True)


class SplitIn(ThemeIn):
    """The reports that are split off, and their new theme."""

    items = chosen()


class _TemplateWords(Schema):
    """What an answer to begin from says."""

    title = words(200)
    changes = one_of(Change, "")
    text = words(LONG)
    why = words(LONG)
    applies_to = words(200)


class TemplateIn(_TemplateWords):
    """An answer to begin from."""

    title = words(200, required=True)
    text = words(LONG, required=True)


class TemplatePatch(_TemplateWords):
    """A change of a template."""

    version = version()


class TemplateOut(Schema):
    """An answer that a team begins from."""

    id = fields.UUID(attribute="public_id")
    title = fields.String()
    changes = fields.String()
    text = fields.String()
    why = fields.String()
    applies_to = fields.String()
    version = fields.Integer()


QueueItemPage = page_of(QueueItemOut, "QueueItemPage", fields.String)
TemplatePage = all_of(TemplateOut, "TemplatePage")
