"""What the API says about background work."""

import marshmallow as ma

from nic_platform.api import Schema
from nic_platform.job_control import STATES
from nic_platform.schemas import PageQuery, page_of


class JobSchema(Schema):
    """One piece of background work. ``why``: a sentence where it did not do what it should."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    progress = ma.fields.Integer()
    attempts = ma.fields.Integer()
    created_at = ma.fields.DateTime()
    started_at = ma.fields.DateTime(allow_none=True)
    finished_at = ma.fields.DateTime(allow_none=True)
    is_stopping = ma.fields.Boolean()
    can_stop = ma.fields.Boolean()
    can_try = ma.fields.Boolean()
    why = ma.fields.String()
    file_name = ma.fields.String()


JobsSchema = page_of(JobSchema, "Jobs")


class JobsQuery(PageQuery):
    """Which work: of one state, or all of it; what runs comes first, then what waits."""

    state = ma.fields.String(validate=ma.validate.OneOf(STATES), load_default="")
