"""What the API takes and gives of the six principles."""

import marshmallow as ma

from nic_platform.api import Schema
from nic_platform.schemas import one_of
from nic_platform.schemas import version as version_of
from nic_platform.schemas import words as text
from variation.principles import Principle


class PrincipleLineOut(Schema):
    """One sentence of a principle; ``numbers`` are those it is made of, ``quote`` what people wrote."""

    key = ma.fields.String()
    words = ma.fields.String()
    quote = ma.fields.String()
    asks = ma.fields.Boolean(metadata={"description": "Whether it calls for a step"})
    numbers = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Float(allow_none=True))


class PrincipleRuleOut(Schema):
    """A rule by which a step is suggested."""

    key = ma.fields.String()
    when = ma.fields.String()
    then = ma.fields.String()


class PrincipleStepFields(Schema):
    """What a network does next on a principle; ``outcome`` is what came of it."""

    words = text(2000)
    owner = text(120)
    due_on = ma.fields.Date(allow_none=True)
    done_on = ma.fields.Date(allow_none=True)
    outcome = text(4000)


class PrincipleStepOut(PrincipleStepFields):
    """A step as it is saved."""

    id = ma.fields.UUID(attribute="public_id")
    principle = ma.fields.String()
    version = ma.fields.Integer()


class PrincipleStepIn(PrincipleStepFields):
    """A new step."""

    principle = one_of(Principle, required=True)
    words = text(2000, required=True)


class PrincipleStepPatch(PrincipleStepFields):
    """A change of a step, made from ``version``."""

    version = version_of()


class PrincipleStepGone(Schema):
    """The version that is taken away."""

    version = version_of()


class PrincipleOut(Schema):
    """One principle: what the records say, the step that is suggested, the network's own steps."""

    principle = ma.fields.String()
    title = ma.fields.String()
    lines = ma.fields.List(ma.fields.Nested(PrincipleLineOut))
    suggested = ma.fields.Nested(PrincipleRuleOut)
    steps = ma.fields.List(ma.fields.Nested(PrincipleStepOut))


class PrinciplesOut(Schema):
    """The six principles on a day."""

    on = ma.fields.Date()
    sentence = ma.fields.String()
    principles = ma.fields.List(ma.fields.Nested(PrincipleOut))


class NetworkProblemFields(Schema):
    """The problem, and who lives with it."""

    problem = text(4000)
    problem_users = text(4000)


class NetworkProblemOut(NetworkProblemFields):
    """The problem as it is saved; its version is the network's."""

    version = ma.fields.Integer()


class NetworkProblemPatch(NetworkProblemFields):
    """A change of the problem, made from the network's ``version``."""

    version = version_of()
