"""What a plan is made of when it leaves the platform: its parts, their fields, and what each may hold. Pure.

The workbook, the JSON document, its schema, the checks of an import and the writing of one all follow this
one table, so that nothing can be in one of them and forgotten in another. docs/plan-format.md describes it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from milestones.rules import Shape

FORMAT = "switchback-plan"
VERSION = 1
LONG = 20_000  # signs of a text; a cell of a workbook holds a little more
LARGEST = 1e12
LISTED = 5_000  # rows of one part
MEASURED = 100_000  # rows of what was measured

Row = dict[str, Any]
"""One thing: ``ref`` (its name inside the document) and a value for each field, in Python's own types."""


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    TIME = "time"
    NUMBER = "number"
    WHOLE = "whole"
    YES_NO = "yes_no"
    MAYBE = "maybe"  # yes, no, or nobody has said
    CHOICE = "choice"
    REF = "ref"  # a thing of the same document
    OUTER = "outer"  # a thing outside it, by public id; kept where the importing network has it
    PERSON = "person"  # a name; kept where somebody of the importing team has it
    LINES = "lines"  # a list of short texts
    JSON = "json"


@dataclass(frozen=True)
class Field:
    """One field of a part.

    Attributes:
        size: the longest text, or the largest whole number.
        of: the part that a reference points at, or the kind of outer thing.
        column: the attribute that holds it, where it is not called as the field.
    """

    name: str
    kind: Kind = Kind.TEXT
    size: int = LONG
    of: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False
    default: Any = None
    column: str = ""

    @property
    def attribute(self) -> str:
        """Return the name of the column that holds it."""
        return self.column or (f"{self.name}_id" if self.kind in {Kind.REF, Kind.OUTER} else self.name)

    @property
    def empty(self) -> Any:
        """Return what it holds where nothing was said."""
        if self.kind is Kind.LINES:
            return []
        if self.kind is Kind.JSON:
            return {}
        if self.kind in {Kind.TEXT, Kind.CHOICE, Kind.PERSON}:
            return self.default or ""
        return self.default


@dataclass(frozen=True)
class Part:
    """One kind of thing in a plan: a sheet of the workbook, a list of the document.

    Attributes:
        title: the field by which people know one of them.
        is_teams: it belongs to the team, and outlives the plan: tools, measures, counts, touchpoints.
    """

    key: str
    fields: tuple[Field, ...]
    title: str
    is_teams: bool = False
    most: int = LISTED

    def field(self, name: str) -> Field:
        """Return the field called *name*."""
        return next(each for each in self.fields if each.name == name)

    @property
    def refs(self) -> tuple[Field, ...]:
        """Return the fields that point at other things of the document."""
        return tuple(each for each in self.fields if each.kind is Kind.REF)


def _text(name: str, size: int = LONG, *, needed: bool = False, default: str = "") -> Field:
    return Field(name, Kind.TEXT, size, is_required=needed, default=default)


def _ref(name: str, of: str, *, needed: bool = False, column: str = "") -> Field:
    return Field(name, Kind.REF, of=of, is_required=needed, column=column)


def _choice(name: str, kinds: Any, *, default: str = "", empty: bool = False) -> Field:
    words = tuple(dict.fromkeys([*([""] if empty else []), *(kind.value for kind in kinds)]))
    return Field(name, Kind.CHOICE, 30, choices=words, default=default)


def _day(name: str, *, needed: bool = False) -> Field:
    return Field(name, Kind.DAY, is_required=needed)


def _number(name: str, *, needed: bool = False) -> Field:
    return Field(name, Kind.NUMBER, is_required=needed)


def _whole(name: str, most: int = 10_000_000, default: int | None = None) -> Field:
    return Field(name, Kind.WHOLE, most, default=default)


_POSITION = _whole("position", 1_000_000)
_IS_COMMON = Field("is_common", Kind.YES_NO, default=False, column="-")

PLAN = Part("plan", (_text("title", 200), Field("carried_from", Kind.OUTER, of="plan")), "title")

PARTS: tuple[Part, ...] = (
    Part("priorities", (_text("text"), _POSITION), "text"),
    Part("root_causes", (_ref("priority", "priorities", needed=True), _text("text"), _POSITION), "text"),
    Part("strategies", (
        _text("name", 200), _text("description"), _ref("root_cause", "root_causes"),
        Field("is_focused", Kind.MAYBE), Field("is_in_control", Kind.MAYBE),
        Field("template", Kind.OUTER, of="strategy_template"), _POSITION,
    ), "name"),
    Part("strands", (
        _ref("strategy", "strategies", needed=True), _text("name", 200), _ref("follows", "strands"),
        _POSITION,
    ), "name"),
    Part("milestones", (
        _text("name", 200), _ref("strand", "strands"), _ref("goal", "agency_goals"),
        Field("is_draft", Kind.YES_NO, default=True), _day("due_on"), _day("begins_on"),
        _text("frequency", 80), _text("tool", 200), _text("who", 200), _text("what", 500),
        _number("target"), _number("baseline"), _whole("population"),
        Field("is_deliverable", Kind.YES_NO, default=False), _text("acceptance_test"), _text("purpose", 500),
        _text("kind", 30, default="process"), _choice("shape", Shape, empty=True),
        _choice("rhythm", Rhythm, default="weekly"), _text("collector", 120), _day("monitor_until"),
        _ref("measure", "measures"), _ref("observation_tool", "tools", column="tool_id"),
        Field("common_milestone", Kind.OUTER, of="common_milestone"),
        Field("carried_from", Kind.OUTER, of="milestone"), _POSITION,
    ), "name"),
    Part("milestone_changes", (
        _ref("milestone", "milestones", needed=True), Field("at", Kind.MOMENT, is_required=True),
        Field("by", Kind.PERSON, 120, column="user_id"), _text("why", 500), _day("old_due_on"),
        _day("new_due_on"), _number("old_target"), _number("new_target"),
    ), "why"),
    Part("measures", (
        _text("name", 200, needed=True), _text("definition"), _choice("kind", MeasureKind, default="process"),
        _choice("type", MeasureType, default="proportion"), _choice("direction", Direction, default="up"),
        _choice("rhythm", Rhythm, default="weekly"), _text("unit", 60),
        Field("counts_students", Kind.YES_NO, default=False), _text("tool", 200),
        _ref("observation_tool", "tools", column="tool_id"), _text("source", 200), _IS_COMMON,
    ), "name", is_teams=True),
    Part("measurements", (
        _ref("measure", "measures", needed=True), _day("observed_on", needed=True), _number("count"),
        _number("population"), _number("value"), _text("subgroup_set", 60), _text("subgroup", 80),
        _text("collector", 120), _text("tool", 200), _text("note"),
        Field("recorded_at", Kind.MOMENT), _ref("supersedes", "measurements"),
        Field("is_withdrawn", Kind.YES_NO, default=False),
    ), "observed_on", is_teams=True, most=MEASURED),
    Part("interim_targets", (
        _text("name", 300), _ref("strategy", "strategies"), _text("student_group", 200), _number("baseline"),
        _number("target"), _day("due_on"), _ref("measure", "measures"), _text("subgroup_set", 60),
        _text("subgroup", 80), _whole("expected_n"), _POSITION,
    ), "name"),
    Part("checkpoints", (
        _ref("interim_target", "interim_targets", needed=True), _day("due_on", needed=True),
        _number("target", needed=True),
    ), "due_on"),
    Part("action_steps", (
        _text("text", 500), _ref("milestone", "milestones"), _text("owner", 120), _day("due_on"),
        _day("done_on"), _POSITION,
    ), "text"),
    Part("backwards_plans", (
        _ref("strand", "strands", needed=True), _day("starts_on"), _day("ends_on"), _number("baseline"),
        _number("target"), _whole("steps", 1000, 4), _choice("shape", Shape, default="linear", empty=True),
        _text("complexity", 12), Field("skips_breaks", Kind.YES_NO, default=True),
        Field("skips_testing", Kind.YES_NO, default=True), Field("answers", Kind.JSON),
    ), "strand"),
    Part("agency_goals", (
        _text("title", 200), _text("statement"), _text("impact"), _text("leader", 120), _day("starts_on"),
        _day("ends_on"), _POSITION,
    ), "title"),
    Part("tools", (
        _text("name", 200, needed=True), _text("definition"), Field("items", Kind.LINES),
        _text("counts_when", 300), _IS_COMMON,
    ), "name", is_teams=True),
    Part("touchpoints", (
        _day("held_on", needed=True), _text("title", 200), Field("starts_at", Kind.TIME),
        _whole("minutes", 10_000, 45), Field("ended_at", Kind.MOMENT), _text("place", 120),
        _text("people", 500), _text("notes"),
    ), "title", is_teams=True),
    Part("decisions", (
        _day("decided_on", needed=True), _ref("touchpoint", "touchpoints"), _ref("milestone", "milestones"),
        _ref("strategy", "strategies"), _text("suggestion", 40), _text("choice", 12), _text("text"),
        _text("owner", 120), _day("due_on"), Field("cycle", Kind.OUTER, of="cycle"),
        Field("item", Kind.OUTER, of="feedback_item"), _text("follow_up_kind", 20),
        Field("follow_up_id", Kind.OUTER, of="-", column="follow_up_id"), Field("details", Kind.JSON),
    ), "text", is_teams=True),
)  # fmt: skip
BY_KEY: Mapping[str, Part] = {part.key: part for part in PARTS}
NUMBERED = frozenset(part.key for part in PARTS if _POSITION in part.fields)


@cache
def writing_order() -> tuple[Part, ...]:
    """Return the parts so that each comes after those it points at (itself aside)."""
    left, done = list(PARTS), list[Part]()
    while left:
        ready = next(
            part for part in left
            if all(ref.of in {p.key for p in done} | {part.key} for ref in part.refs)
        )  # fmt: skip
        left.remove(ready)
        done.append(ready)
    return tuple(done)


@dataclass(frozen=True)
class Source:
    """Where a document comes from, for its readers."""

    network: str = ""
    team: str = ""
    made_at: str = ""


@dataclass
class Document:
    """A plan with everything that hangs on it, free of any database.

    ``is_whole`` says that nothing was hidden from whoever took it out: small counts, drafts, touchpoints.
    """

    plan: Row
    school_year: str = ""
    parts: dict[str, list[Row]] = field(default_factory=dict)
    source: Source = field(default_factory=Source)
    is_whole: bool = True

    def rows(self, key: str) -> list[Row]:
        """Return the rows of one part."""
        return self.parts.setdefault(key, [])

    def everything(self) -> Iterator[tuple[Part, Row]]:
        """Yield every row with its part."""
        for part in PARTS:
            for row in self.parts.get(part.key, ()):
                yield part, row


_UNUSABLE = str.maketrans("", "", "\x00\ufffe\uffff")


def clean(text: str) -> str:
    """Take out the three signs that no database or no workbook holds; everything else stays as it is."""
    return text.translate(_UNUSABLE)


def blank(part: Part, **values: Any) -> Row:
    """Return a row of *part* in which everything that isn't given is empty; its ``ref`` is empty too."""
    return {"ref": "", **{each.name: each.empty for each in part.fields}, **values}


def canonical(document: Document) -> dict[str, Any]:
    """Return what a plan says, whatever its things are called inside the document: equal plans give equals.

    Where it comes from and who changed a milestone are no part of what it says; a common measure that was
    brought into another network is the team's own there.
    """
    names = {
        (part.key, row["ref"]): f"{part.key} {at}"
        for part in PARTS
        for at, row in enumerate(document.parts.get(part.key, ()))
    }

    def said(part: Part, row: Row) -> Row:
        made = {}
        for each in part.fields:
            value = row[each.name]
            if each.kind is Kind.REF:
                value = names[(each.of, value)] if value else None
            if each.kind is not Kind.PERSON and each.name != "is_common":
                made[each.name] = value
        return made

    return {
        "plan": said(PLAN, document.plan),
        **{part.key: [said(part, row) for row in document.parts.get(part.key, ())] for part in PARTS},
    }
