"""What the comparison of places looks like in the API."""

import marshmallow as ma

from nic_platform.api import Schema
from nic_platform.schemas import all_of


class ComparisonQuery(Schema):
    """What to compare; nothing given compares your own place's newest figures. Attributes narrow it down."""

    place = ma.fields.UUID()
    measure = ma.fields.UUID()
    milestone = ma.fields.UUID(metadata={"description": "A common milestone, in place of its measure"})
    year = ma.fields.Integer(metadata={"description": "The year in which the school year begins"})
    by = ma.fields.String(metadata={"description": "school, district or region"})
    group = ma.fields.String(metadata={"description": "A breakdown and a subgroup: Language:English"})
    limits = ma.fields.String(metadata={"description": "chance, or spread for limits with the usual spread"})
    page = ma.fields.Integer(load_default=1)
    grades = ma.fields.String()
    locale = ma.fields.String()
    enrolment = ma.fields.String(metadata={"description": "A band: 0-200, 200-500, 500-1000, 1000-"})
    lunch = ma.fields.String(metadata={"description": "A band of per cent: 0-25, 25-50, 50-75, 75-"})
    english = ma.fields.String(metadata={"description": "A band of per cent: 0-25, 25-50, 50-75, 75-"})
    title1 = ma.fields.String(metadata={"description": "yes or no"})
    charter = ma.fields.String(metadata={"description": "yes or no"})


class ComparedPlaceSchema(Schema):
    """One place. Figures are null where they are hidden."""

    id = ma.fields.String(allow_none=True)
    name = ma.fields.String()
    around = ma.fields.String()
    is_shown = ma.fields.Boolean()
    value = ma.fields.Float(allow_none=True)
    count = ma.fields.Float(allow_none=True)
    size = ma.fields.Float(allow_none=True)
    places = ma.fields.Integer()
    of = ma.fields.Integer()
    zone = ma.fields.Integer(metadata={"description": "0 inside; ±1 beyond the 95 %, ±2 the 99.8 % limit"})
    estimate = ma.fields.Float(allow_none=True)
    low = ma.fields.Float(allow_none=True)
    high = ma.fields.Float(allow_none=True)


class VariancePartSchema(Schema):
    """One level's part of the variance."""

    level = ma.fields.String()
    share = ma.fields.Float()
    low = ma.fields.Float()
    high = ma.fields.Float()


class PlaceYearSchema(Schema):
    """One school year of all places shown."""

    year = ma.fields.Integer()
    places = ma.fields.Integer()
    pooled = ma.fields.Float()
    typical = ma.fields.Float(allow_none=True)
    low = ma.fields.Float(allow_none=True)
    high = ma.fields.Float(allow_none=True)
    sd = ma.fields.Float(allow_none=True)


class ComparisonSchema(Schema):
    """A comparison of places; shares in per cent."""

    place = ma.fields.String(allow_none=True)
    measure = ma.fields.String(allow_none=True)
    measure_id = ma.fields.UUID(allow_none=True)
    year = ma.fields.Integer(allow_none=True)
    by = ma.fields.String()
    said = ma.fields.List(ma.fields.String())
    mean = ma.fields.Float(allow_none=True)
    dispersion = ma.fields.Float(allow_none=True)
    shown = ma.fields.Integer()
    of = ma.fields.Integer()
    page = ma.fields.Integer()
    pages = ma.fields.Integer()
    units = ma.fields.List(ma.fields.Nested(ComparedPlaceSchema))
    variance = ma.fields.List(ma.fields.Nested(VariancePartSchema))
    years = ma.fields.List(ma.fields.Nested(PlaceYearSchema))


class ComparableSchema(Schema):
    """A measure that can be compared at a place, and the school years it has figures of."""

    measure_id = ma.fields.UUID()
    measure = ma.fields.String()
    type = ma.fields.String()
    years = ma.fields.List(ma.fields.Integer())
    subgroups = ma.fields.Dict()


ComparablePage = all_of(ComparableSchema, "ComparablePage")
