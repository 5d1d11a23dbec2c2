"""What the API of initiatives takes and gives."""

from marshmallow import fields, validate

from nic_platform.api import Schema
from nic_platform.schemas import PageQuery, all_of, page_of, version, words
from variation import initiatives


class InitiativesQuery(PageQuery):
    """Initiatives by name or aim."""

    find = words(80, load_default="")


class DriverShare(Schema):
    """A driver that an initiative works on."""

    id = fields.UUID(required=True)
    is_strong = fields.Boolean(load_default=True)


class InitiativePatch(Schema):
    """What is known of an initiative; left out stays as it is."""

    name = words(200)
    aim = words(10_000)
    owner = words(200)
    data_collected = words(10_000)
    requires = words(10_000)
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    drivers = fields.List(fields.Nested(DriverShare), validate=validate.Length(max=100))
    version = version()


class InitiativeIn(InitiativePatch):
    """A new initiative."""

    class Meta(Schema.Meta):
        """A new thing has no version yet."""

        exclude = ("version",)

    name = words(200, required=True)


class InitiativeOut(Schema):
    """An initiative with counts over the sites that you may read; an analyst's are the whole network's."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    name = fields.String()
    aim = fields.String()
    owner = fields.String()
    data_collected = fields.String()
    requires = fields.String()
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    places = fields.Integer(metadata={"description": "Sites that have it"})
    better = fields.Integer()
    same = fields.Integer()
    worse = fields.Integer()


class InitiativeDriverOut(Schema):
    """A driver that an initiative works on, strongly or a little."""

    id = fields.UUID()
    name = fields.String()
    is_strong = fields.Boolean()


class InitiativeWhole(InitiativeOut):
    """An initiative with its drivers and counts over the sites that you may read."""

    drivers = fields.List(fields.Nested(InitiativeDriverOut))


InitiativePage = page_of(InitiativeOut, "InitiativePage")


class PlacePatch(Schema):
    """What is written of an initiative at a site; left out stays as it is."""

    level = fields.String(validate=validate.OneOf(initiatives.LEVELS))
    owner = words(200)
    teams = words(2000)
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    planned = words(2000)
    implemented = words(2000)
    tracked = words(2000)
    monitored = words(2000)
    evaluated = words(2000)
    outcome = fields.String(validate=validate.OneOf(["", *initiatives.OUTCOMES]))
    evidence = words(4000)
    version = version()


class InitiativePlacePatch(PlacePatch):
    """A change of what is written."""


class InitiativePlaceIn(PlacePatch):
    """An initiative that is in place at a site, at one level of work."""

    class Meta(Schema.Meta):
        """A new thing has no version yet."""

        exclude = ("version",)

    initiative_id = fields.UUID(required=True)
    level = fields.String(required=True, validate=validate.OneOf(initiatives.LEVELS))


class InitiativePlaceOut(Schema):
    """An initiative at a site."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    initiative_id = fields.UUID(attribute="initiative")
    name = fields.String()
    site_id = fields.UUID(attribute="site")
    site = fields.String(attribute="site_name")
    level = fields.String(attribute="level.value")
    team = fields.String(allow_none=True)
    owner = fields.String()
    teams = fields.String()
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    planned = fields.String()
    implemented = fields.String()
    tracked = fields.String()
    monitored = fields.String()
    evaluated = fields.String()
    outcome = fields.String()
    evidence = fields.String()
    decision = fields.String()
    decision_why = fields.String()
    reallocate_to = fields.String()
    decided_on = fields.Date(allow_none=True)


InitiativePlaces = all_of(InitiativePlaceOut, "InitiativePlaces")
InitiativePlacePage = page_of(InitiativePlaceOut, "InitiativePlacePage")


class InitiativePlacesQuery(PageQuery):
    """Sites that have an initiative, by name."""


class InitiativeDecisionIn(Schema):
    """Keep, stop or reallocate; an empty decision takes it back."""

    decision = fields.String(required=True, validate=validate.OneOf(["", *initiatives.DECISIONS]))
    decision_why = words(4000, load_default="")
    reallocate_to = words(300, load_default="")
    decided_on = fields.Date(load_default=None, allow_none=True)
    version = version()


class InitiativeDecisionQuery(PageQuery):
    """What was decided, of one kind or of all."""

    kind = fields.String(load_default="", validate=validate.OneOf(["", *initiatives.DECISIONS]))


class InitiativePairIn(Schema):
    """What two initiatives of a site are to each other."""

    first_id = fields.UUID(required=True)
    second_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(initiatives.PAIRS))
    words = words(4000, load_default="")


class InitiativePairPatch(Schema):
    """A change of a note on two initiatives."""

    kind = fields.String(validate=validate.OneOf(initiatives.PAIRS))
    words = words(4000)
    version = version()


class InitiativePairOut(Schema):
    """A team's note on two initiatives of a site; ``team`` is empty for network leads'."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    team = fields.String()
    first = fields.String()
    second = fields.String()
    kind = fields.String()
    words = fields.String()


class SiteInventoryOut(Schema):
    """What is in place at a site, and what people noted of pairs."""

    site = fields.String()
    items = fields.List(fields.Nested(InitiativePlaceOut))
    pairs = fields.List(fields.Nested(InitiativePairOut))


class OverlapQuery(Schema):
    """A district or state; nothing given takes all that you may read."""

    area = fields.UUID(metadata={"description": "A district, region or state"})
    after = fields.UUID(metadata={"description": "The row after which to go on"})


class OverlapSquare(Schema):
    """An initiative in a row: at how many of its sites, and what came of it there."""

    initiative_id = fields.UUID()
    sites = fields.Integer()
    better = fields.Integer()
    same = fields.Integer()
    worse = fields.Integer()


class OverlapRow(Schema):
    """A site, or a district."""

    id = fields.UUID()
    name = fields.String()
    level = fields.String()
    squares = fields.List(fields.Nested(OverlapSquare))


class OverlapPair(Schema):
    """Two initiatives: at how many sites both are, what their records share, what people noted."""

    first = fields.String()
    second = fields.String()
    sites = fields.Integer()
    shares = fields.List(fields.String())
    notes = fields.Dict(keys=fields.String(), values=fields.Integer())


class OverlapOut(Schema):
    """Sites or districts by the ten initiatives at most sites, and what each two of those share."""

    rows = fields.List(fields.Nested(OverlapRow))
    next = fields.UUID(allow_none=True)
    pairs = fields.List(fields.Nested(OverlapPair))


class ResultsQuery(Schema):
    """A common measure and a school year, by the year it begins in."""

    measure = fields.UUID()
    year = fields.Integer(validate=validate.Range(1900, 2199))
    area = fields.UUID()


class BesideOut(Schema):
    """One initiative beside a result. Seen beside, not caused by."""

    name = fields.String()
    sites_with = fields.Integer(attribute="with_it")
    sites_without = fields.Integer(attribute="without")
    not_said = fields.Integer(attribute="untold")
    finding = fields.String(attribute="finding.value")
    difference = fields.Float(allow_none=True)
    low = fields.Float(allow_none=True)
    high = fields.Float(allow_none=True)


class ResultsOut(Schema):
    """A measure beside every initiative; differences in per cent for shares."""

    measure_id = fields.UUID(allow_none=True)
    measure = fields.String(allow_none=True)
    year = fields.Integer(allow_none=True)
    sites = fields.Integer()
    summary = fields.String()
    items = fields.List(fields.Nested(BesideOut))
