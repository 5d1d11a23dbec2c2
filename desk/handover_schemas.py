"""What the API takes and gives of a hand-over."""

import marshmallow as ma

from desk import handover
from nic_platform.api import Schema

_KIND = ma.validate.OneOf(list(handover.kind_words()))


class HangingThingOut(Schema):
    """One thing that hangs on a person."""

    id = ma.fields.UUID()
    kind = ma.fields.String()
    title = ma.fields.String()
    said = ma.fields.String(metadata={"description": "The words that name the person; empty for an account."})
    is_sure = ma.fields.Boolean(
        metadata={"description": "False: the words only perhaps mean them. It goes over only if you say so."}
    )
    maybe = ma.fields.List(ma.fields.String(), metadata={"description": "Who else the words may mean."})


class HangsOut(Schema):
    """What hangs on a person in a team."""

    things = ma.fields.List(ma.fields.Nested(HangingThingOut))
    sentence = ma.fields.String()


class HandoverIn(Schema):
    """Who gets each kind of thing, who leads next, and whether the person leaves the team."""

    to = ma.fields.Dict(
        keys=ma.fields.String(validate=_KIND), values=ma.fields.UUID(), load_default=dict,
        metadata={"description": "A person's id for each kind of thing; kinds that are left out stay."},
    )  # fmt: skip
    also = ma.fields.List(
        ma.fields.UUID(), load_default=list,
        metadata={"description": "The things that name the person only perhaps, and are theirs."},
    )  # fmt: skip
    lead = ma.fields.UUID(load_default=None, allow_none=True)
    end_feeds = ma.fields.Boolean(load_default=False)
    take_out = ma.fields.Boolean(load_default=False)


class HandoverOut(Schema):
    """A hand-over that was made; its id undoes it."""

    id = ma.fields.UUID(attribute="public_id")
    changed = ma.fields.Integer(attribute="rows_changed")


class HandoverUndoneOut(Schema):
    """What an undo gave back, and what somebody changed since."""

    back = ma.fields.Integer()
    stayed = ma.fields.Integer()
