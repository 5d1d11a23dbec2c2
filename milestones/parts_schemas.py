"""What the API reads and writes of a plan's parts. Every kind has its schemas from one list of fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from measures.rules import Rhythm
from milestones.rules import Shape
from milestones.work_kinds import CODES
from nic_platform.api import Schema
from nic_platform.schemas import PageQuery, numeric, one_of, page_of, words

Fields = Mapping[str, fields.Field[Any]]
LONG = 10_000


@dataclass(frozen=True)
class Schemas:
    """The schemas of one kind: what is sent to add one, to change one, and what is answered."""

    new: type[Schema]
    patch: type[Schema]
    out: type[ma.Schema]
    page: type[Schema]


class Query(PageQuery):
    """Key paging."""


class TeamQuery(PageQuery):
    """Key paging, of all teams or of one."""

    team_id = fields.UUID()


def _id(says: str = "", **more: Any) -> fields.UUID:
    return fields.UUID(allow_none=not more.get("required"), metadata={"description": says}, **more)


def _day(**more: Any) -> fields.Date:
    return fields.Date(allow_none=not more.get("required"), **more)


def _name() -> fields.String:
    checks = [validate.Length(1, 200), validate.ContainsNoneOf("\x00")]
    return fields.String(required=True, validate=checks)


def _position() -> fields.Integer:
    return fields.Integer(
        validate=validate.Range(0, 1_000_000),
        metadata={"description": "Place in its list; at the end unless given."},
    )


def _version() -> fields.Integer:
    return fields.Integer(
        strict=True,
        metadata={"description": "The version you read. An If-Match header may say it in its place."},
    )


def schemas(name: str, written: Fields, *, shown: Fields | None = None) -> Schemas:
    """Return the schemas of one kind.

    Args:
        written: what can be sent; a required field is required for a new one only.
        shown: what is answered besides, such as the plan's id.
    """
    patch = {key: _optional(each) for key, each in written.items()} | {"version": _version()}
    out: dict[str, Any] = {"id": fields.UUID(attribute="public_id"), **(shown or {}), **_plain(written)}
    made = type(f"{name}Out", (ma.Schema,), {**out, "version": fields.Integer()})
    return Schemas(
        type(f"{name}In", (Schema,), dict(written)),
        type(f"{name}Patch", (Schema,), patch),
        made,
        page_of(made, f"{name}Page"),
    )


def _optional(each: fields.Field[Any]) -> fields.Field[Any]:
    copy: fields.Field[Any] = each.__class__.__new__(each.__class__)
    copy.__dict__.update(each.__dict__)
    copy.required = False
    copy.load_default = ma.missing
    return copy


def _plain(written: Fields) -> dict[str, Any]:
    """Return the fields as they are answered: of the same kind, without the checks of what is sent."""
    made = {}
    for key, each in written.items():
        made[key] = _optional(each)
        made[key].validate, made[key].validators = None, []
    return made


_PLAN = {"plan_id": fields.UUID(attribute="plan_public_id")}
_TEAM = {"team_id": fields.UUID(attribute="team_public_id", allow_none=True)}

PRIORITY = schemas("Priority", {"text": words(LONG), "position": _position()}, shown=_PLAN)
CAUSE = schemas(
    "RootCause",
    {
        "priority_id": _id("The priority it explains.", required=True),
        "text": words(LONG),
        "position": _position(),
    },
    shown=_PLAN,
)
STRATEGY = schemas(
    "Strategy",
    {
        "name": words(200), "description": words(LONG), "root_cause_id": _id("The cause it answers."),
        "is_focused": fields.Boolean(allow_none=True, metadata={"description": "One clear thing."}),
        "is_in_control": fields.Boolean(
            allow_none=True, metadata={"description": "The team can do it with what it decides itself."}
        ),
        "position": _position(),
    },
    shown=_PLAN,
)  # fmt: skip
STRAND = schemas(
    "Strand",
    {
        "strategy_id": _id("The strategy whose roll-out it is a line of.", required=True), "name": words(200),
        "follows_id": _id("The strand that comes before it."), "position": _position(),
    },
    shown=_PLAN,
)  # fmt: skip
TARGET = schemas(
    "InterimTarget",
    {
        "name": words(300), "strategy_id": _id("The strategy it serves."), "student_group": words(200),
        "baseline": numeric(), "target": numeric(), "due_on": _day(),
        "measure_id": _id("What it is measured by; a new one that counts students unless given."),
        "subgroup_set": words(60), "subgroup": words(80),
        "expected_n": fields.Integer(allow_none=True, validate=validate.Range(0, 10_000_000)),
        "position": _position(),
    },
    shown=_PLAN,
)  # fmt: skip
CHECKPOINT = schemas(
    "Checkpoint",
    {
        "interim_target_id": _id("The interim target on whose way it lies.", required=True),
        "due_on": _day(required=True),
        "target": fields.Float(required=True, allow_nan=False, validate=validate.Range(-1e12, 1e12)),
    },
    shown=_PLAN,
)
STEP = schemas(
    "ActionStep",
    {
        "text": words(500), "owner": words(120), "due_on": _day(), "done_on": _day(),
        "milestone_id": _id("The milestone it prepares."), "position": _position(),
    },
    shown=_PLAN,
)  # fmt: skip
BACKWARDS = schemas(
    "BackwardsPlan",
    {
        "strand_id": _id("The strand whose series it plans; one each.", required=True), "starts_on": _day(),
        "ends_on": _day(), "baseline": numeric(), "target": numeric(),
        "steps": fields.Integer(validate=validate.Range(1, 60)), "shape": one_of(Shape),
        "complexity": fields.String(validate=validate.OneOf(["", "simple", "some", "hard"])),
        "skips_breaks": fields.Boolean(), "skips_testing": fields.Boolean(),
    },
    shown=_PLAN | {"answers": fields.Dict()},
)  # fmt: skip
GOAL = schemas(
    "AgencyGoal",
    {
        "title": words(200), "statement": words(LONG), "impact": words(LONG), "leader": words(120),
        "starts_on": _day(), "ends_on": _day(), "position": _position(),
    },
    shown=_PLAN,
)  # fmt: skip
TOUCHPOINT = schemas(
    "Touchpoint",
    {
        "held_on": _day(required=True), "title": words(200),
        "starts_at": fields.Time(
            allow_none=True, format="%H:%M", metadata={"description": "Hours and minutes."}
        ),
        "minutes": fields.Integer(validate=validate.Range(5, 600)), "place": words(120),
        "people": words(500), "notes": words(LONG),
    },
    shown=_TEAM | {"ended_at": fields.AwareDateTime(allow_none=True)},
)  # fmt: skip
TOOL = schemas(
    "ObservationTool",
    {
        "name": _name(),
        "definition": words(5000), "items": fields.List(words(200), validate=validate.Length(max=20)),
        "counts_when": words(300),
    },
    shown=_TEAM,
)  # fmt: skip
TEMPLATE = schemas(
    "StrategyTemplate",
    {
        "name": _name(),
        "description": words(LONG),
    },
    shown={"is_offered": fields.Boolean()},
)  # fmt: skip
COMMON = schemas(
    "CommonMilestone",
    {
        "strand": words(200), "who": words(200), "what": words(500), "tool": words(200), "target": numeric(),
        "week": fields.Integer(
            allow_none=True, validate=validate.Range(0, 60),
            metadata={"description": "Weeks after the first day of school by which it is usually due."},
        ),
        "kind": fields.String(validate=validate.OneOf(CODES)), "purpose": words(500),
        "is_deliverable": fields.Boolean(), "acceptance_test": words(5000), "rhythm": one_of(Rhythm),
        "measure_id": _id("A common measure; that of its strand, or a new one, unless given."),
    },
    shown={"template_id": fields.UUID(attribute="template_public_id"), "position": fields.Integer()},
)  # fmt: skip


class CommonOrOwn(Schema):
    """Whether a new thing is common to the network, which only its leads may add."""

    is_common = fields.Boolean(load_default=False)


TOOL_IN = type("ToolIn", (CommonOrOwn, TOOL.new), {})


class OfferIn(Schema):
    """Whether teams may adopt a template."""

    is_offered = fields.Boolean(required=True)


class ImportQuery(Schema):
    """Where a document is to go, and whether only to look."""

    plan_id = fields.UUID(metadata={"description": "Into this plan; into a new one unless given."})
    school_year = fields.String(
        validate=[validate.Length(4, 20), validate.ContainsNoneOf("\x00")],
        metadata={"description": "Of the new plan; the document's own unless given."},
    )
    leave_history = fields.Boolean(load_default=False, metadata={"description": "Only the plan."})
    dry_run = fields.Boolean(load_default=False, metadata={"description": "Look, and write nothing."})


class ImportProblemOut(ma.Schema):
    """Something to mend in a document: its part, its row (from 1), its column."""

    sheet = fields.String()
    row = fields.Integer(allow_none=True)
    column = fields.String()
    value = fields.String()
    sentence = fields.String()


class ImportOut(ma.Schema):
    """What an import did, or with ``dry_run`` would do, by part: new, changed, same."""

    plan_id = fields.UUID(allow_none=True)
    import_id = fields.UUID(allow_none=True, metadata={"description": "By which it is taken back."})
    written = fields.Boolean()
    parts = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer())
    )
    problems = fields.List(fields.Nested(ImportProblemOut))


class AnyDocument(ma.Schema):
    """A plan's document; docs/plan-format.md and its JSON Schema say what is in it."""

    class Meta:
        """Its own checks say what isn't known, with the row."""

        unknown = ma.INCLUDE

    format = fields.String(required=True, metadata={"description": "switchback-plan"})
    version = fields.Integer(required=True, strict=True)
