"""Shapes of the library in the API: ideas with what came of them, questions between teams, the package."""

from typing import Any

from marshmallow import fields, validate

from nic_platform import schemas as shared
from nic_platform.api import Schema
from nic_platform.schemas import all_of
from variation.story_services import KINDS


class ValueSpanOut(Schema):
    """A value with its 95 % interval."""

    value = fields.Float()
    low = fields.Float()
    high = fields.Float()


class PooledChangeOut(Schema):
    """Changes of several teams put together; ``next_site`` holds one more team's."""

    k = fields.Integer()
    mean = fields.Nested(ValueSpanOut)
    next_site = fields.Nested(ValueSpanOut, allow_none=True)
    tau2 = fields.Nested(ValueSpanOut)
    i2 = fields.Float()
    q = fields.Float()
    q_p = fields.Float()


class LibraryQuery(Schema):
    """What the library is narrowed to; ``like`` is an attribute and a kind, as ``grades:K-5``."""

    driver = fields.UUID()
    like = shared.words(120, load_default="")
    least = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    start = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class LibraryDriverOut(Schema):
    """A driver that an idea works on."""

    id = fields.UUID(attribute="public_id")
    name = fields.String()
    is_strong = fields.Boolean()


class LibraryIdeaOut(Schema):
    """An idea of the library; ``change`` is null under five teams with enough points."""

    id = fields.UUID(attribute="public_id")
    title = fields.String()
    description = fields.String()
    drivers = fields.List(fields.Nested(LibraryDriverOut))
    teams = fields.Integer(attribute="found.tally.teams")
    cycles = fields.Integer(attribute="found.tally.cycles")
    adopted = fields.Integer(attribute="found.tally.adopted")
    adapted = fields.Integer(attribute="found.tally.adapted")
    abandoned = fields.Integer(attribute="found.tally.abandoned")
    evidence = fields.String(attribute="found.rung.value")
    teams_estimated = fields.Integer(attribute="found.known")
    change = fields.Nested(PooledChangeOut, attribute="found.pooled", allow_none=True)
    beyond_comparable = fields.Nested(
        PooledChangeOut, attribute="found.beside.pooled", allow_none=True, dump_default=None
    )


class LibraryOut(Schema):
    """A page of the library, most tested first; ``total`` ideas fit."""

    items = fields.List(fields.Nested(LibraryIdeaOut), attribute="rows")
    total = fields.Integer()
    made_at = fields.AwareDateTime(
        allow_none=True,
        dump_default=None,
        metadata={"description": "When the evidence was worked out, in a large network; null: just now."},
    )


class KindEffectOut(Schema):
    """Teams of one kind."""

    kind = fields.String(attribute="words")
    teams = fields.Integer()
    change = fields.Nested(PooledChangeOut, attribute="pooled", allow_none=True)
    is_own = fields.Boolean()


class ConditionEffectOut(Schema):
    """One attribute of the sites, with the kinds of teams that tested the idea."""

    name = fields.String()
    label = fields.String()
    kinds = fields.List(fields.Nested(KindEffectOut), attribute="lines")


class ExpectedOut(Schema):
    """What one more team like the caller's would see, and on what that stands."""

    by = fields.String()
    kind = fields.String()
    teams = fields.Integer()
    mean = fields.Nested(ValueSpanOut, attribute="span")
    one_team = fields.Nested(ValueSpanOut, attribute="reach", allow_none=True)


class TeamEffectOut(Schema):
    """The change seen after at one team that the caller reads by name."""

    id = fields.UUID(attribute="public_id", allow_none=True)
    name = fields.String()
    change = fields.Float(attribute="seen.change", allow_none=True)
    low = fields.Float(attribute="seen.low", allow_none=True)
    high = fields.Float(attribute="seen.high", allow_none=True)
    points_before = fields.Integer(attribute="seen.n_before")
    points_after = fields.Integer(attribute="seen.n_after")
    decision = fields.String(attribute="seen.fate")
    after_bad_point = fields.Boolean(attribute="seen.is_flagged")


class IdeaEffectOut(Schema):
    """What came of an idea: a change seen after it, never one caused by it."""

    measure = fields.String(attribute="found.judged.name", allow_none=True, dump_default=None)
    unit = fields.String()
    teams = fields.Integer(attribute="found.tally.teams")
    cycles = fields.Integer(attribute="found.tally.cycles")
    adopted = fields.Integer(attribute="found.tally.adopted")
    adapted = fields.Integer(attribute="found.tally.adapted")
    abandoned = fields.Integer(attribute="found.tally.abandoned")
    evidence = fields.String(attribute="found.rung.value")
    teams_estimated = fields.Integer(attribute="found.known")
    change = fields.Nested(PooledChangeOut, attribute="found.pooled", allow_none=True)
    beyond_comparable = fields.Nested(
        PooledChangeOut, attribute="found.beside.pooled", allow_none=True, dump_default=None
    )
    conditions = fields.List(fields.Nested(ConditionEffectOut), attribute="found.conditions")
    expected_here = fields.Nested(ExpectedOut, attribute="found.expected", allow_none=True)
    chosen_after_bad_point = fields.Integer(attribute="found.flagged")
    by_team = fields.List(
        fields.Nested(TeamEffectOut),
        attribute="lines",
        metadata={"description": "The first 100 teams by name; teams_estimated says how many there are."},
    )
    cautions = fields.List(fields.String())
    made_at = fields.AwareDateTime(
        allow_none=True,
        dump_default=None,
        metadata={"description": "When the evidence was worked out, in a large network; null: just now."},
    )


class StoryIn(Schema):
    """What a team adds to an idea."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    words = shared.words(10_000, required=True)
    address = shared.words(500, load_default="")
    is_named = fields.Boolean(load_default=False)


class StoryOut(Schema):
    """What a team added; ``team`` is empty where it does not wish to be named."""

    id = fields.UUID(attribute="public_id")
    kind = fields.String()
    words = fields.String()
    address = fields.String()
    team = fields.String()


StoriesOut = all_of(StoryOut, "StoriesOut")


class QuestionIn(Schema):
    """A question to a team by name; about an idea, to ``team_id`` or to one that the platform chooses; to a
    bright spot (``measure_id`` and ``spot``, its key); or to a team of *who else* by its key, ``like``.
    """

    idea_id = fields.UUID(load_default=None, allow_none=True)
    team_id = fields.UUID(load_default=None, allow_none=True)
    measure_id = fields.UUID(load_default=None, allow_none=True)
    spot = shared.words(80, load_default="")
    like = shared.words(80, load_default="")
    words = shared.words(4_000, required=True)


class TeamAnswerIn(Schema):
    """The answer to a question between teams."""

    answer = shared.words(10_000, required=True)
    by_name = fields.Boolean(load_default=True)
    is_shared = fields.Boolean(load_default=False)


class QuestionOut(Schema):
    """A question between teams; ``to`` is empty while the other team stays unnamed."""

    id = fields.UUID(attribute="public_id")
    state = fields.String()
    asked_by = fields.String(attribute="asker")
    to = fields.String(attribute="other")
    about = fields.String()
    idea_id = fields.UUID(allow_none=True)
    measure_id = fields.UUID(allow_none=True)
    measure = fields.String()
    words = fields.String()
    answer = fields.String()
    asked_at = fields.DateTime()
    answered_at = fields.DateTime(allow_none=True)
    is_shared = fields.Boolean()
    version = fields.Integer()


QuestionsOut = all_of(QuestionOut, "QuestionsOut")


class WithdrawnIn(Schema):
    """Whether the question is taken back (or brought back)."""

    is_withdrawn = fields.Boolean(required=True)


class BrightSpotOut(Schema):
    """A school that stands out; figures are null where the caller may not read them."""

    key = fields.String()
    id = fields.UUID(attribute="public_id", allow_none=True)
    name = fields.String()
    value = fields.Float(allow_none=True)
    low = fields.Float(allow_none=True)
    high = fields.Float(allow_none=True)
    months_on_end = fields.Integer()


class BrightSpotsOut(Schema):
    """The bright spots of a common measure; ``why`` is a code where nothing can be said."""

    measure = fields.String(allow_none=True)
    schools = fields.Integer()
    count = fields.Integer()
    why = fields.String()
    items = fields.List(fields.Nested(BrightSpotOut))


class BrightSpotQuery(Schema):
    """The measure to look at; the first common one where none is given."""

    measure = fields.UUID()


class PackageQuery(Schema):
    """The driver whose part is wanted; the whole network's where none is given."""

    driver = fields.UUID()


class PackageStoryOut(Schema):
    """What a team added."""

    kind = fields.String()
    words = fields.String()
    address = fields.String()
    team = fields.String()


class PackageIdeaOut(Schema):
    """An idea of the package."""

    number = fields.Integer()
    idea = fields.Nested(LibraryIdeaOut, attribute="row")
    core_parts = fields.String(attribute="core")
    adaptable_parts = fields.String(attribute="adaptable")
    studies = fields.String(attribute="outside")
    how_to_test = fields.List(fields.String(), attribute="tried")
    learned = fields.List(fields.String())
    failures = fields.List(fields.String())
    stories = fields.Method("tell")

    def tell(self, idea: Any) -> list[dict[str, str]]:
        """Return the stories as objects."""
        return [dict(zip(("kind", "words", "address", "team"), each, strict=True)) for each in idea.stories]


class PackageDriverOut(Schema):
    """A driver of the package with its measures and the numbers of its ideas in the package."""

    id = fields.UUID(attribute="public_id", allow_none=True)
    name = fields.String()
    part_of = fields.String(attribute="above")
    description = fields.String()
    measures = fields.List(fields.String())
    ideas = fields.List(fields.Pluck(PackageIdeaOut, "number"))


class PackageOut(Schema):
    """The living change package."""

    network = fields.String()
    aim = fields.String()
    drivers = fields.List(fields.Nested(PackageDriverOut))
    ideas = fields.List(fields.Nested(PackageIdeaOut))


class LikeTeamOut(Schema):
    """A team that counts by the same measures; without a name it is asked by its ``key``."""

    key = fields.String()
    id = fields.UUID(attribute="public_id", allow_none=True)
    name = fields.String()
    measures = fields.List(fields.String())
    like_yours = fields.List(fields.String(), attribute="kinds")


LikeTeamsOut = all_of(LikeTeamOut, "LikeTeamsOut")
