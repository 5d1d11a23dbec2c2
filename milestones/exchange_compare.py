"""What an import would do to a plan: which rows are new, which change, which are there already. Pure.

A row is known by its id: one that the plan itself has, or the one that an earlier import of it made. That id
is worked out from the plan's and the row's, so that the same file twice gives the same plan.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from measures.rules import Entry, MeasureType, entry_faults
from milestones import exchange, exchange_words
from milestones.exchange import Document, Field, Kind, Part, Row
from milestones.sentence import Frame, lacks_for_board
from nic_platform.importing import Problem
from nic_platform.text import _

NEW, CHANGED, SAME = "new", "changed", "same"
_NEVER = frozenset({"is_common"})


@dataclass
class Step:
    """What becomes of one row: its id in the plan, and what changes from what to what (references as ids)."""

    part: Part
    row: Row
    public_id: str
    state: str = NEW
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    is_back: bool = False  # it was deleted, and comes back


@dataclass
class Proposal:
    """Everything an import would do to one plan."""

    plan_id: str
    steps: dict[str, list[Step]] = field(default_factory=dict)
    head: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many rows of each part are new, changed and the same; parts without rows left out."""
        made = {}
        for key, steps in self.steps.items():
            tally = Counter(step.state for step in steps)
            if steps:
                made[key] = {state: tally[state] for state in (NEW, CHANGED, SAME)}
        return made

    def total(self, state: str) -> int:
        """Return how many rows are in one state."""
        return sum(step.state == state for steps in self.steps.values() for step in steps)


@dataclass(frozen=True)
class Present:
    """What is there: rows by part and id, ids of deleted ones, and outer things that can be tied again."""

    plan_id: str
    team_id: str
    plan: Row | None = None
    rows: Mapping[str, Mapping[str, Row]] = field(default_factory=dict)
    gone: frozenset[tuple[str, str]] = frozenset()
    outer: Mapping[str, frozenset[str]] = field(default_factory=dict)
    heads: Mapping[str, str] = field(default_factory=dict)  # a measurement → what stands in its place


def candidates(part: Part, ref: str, plan_id: str, team_id: str) -> tuple[str, str]:
    """Return the two ids under which a row may be there: its own, and the one that an import gives it."""
    scope = UUID(team_id if part.is_teams else plan_id)
    made = str(uuid5(scope, f"{part.key}/{ref}"))
    try:
        return str(UUID(ref)), made
    except ValueError:
        return made, made


def propose(
    document: Document,
    present: Present,
    *,
    today: date,
    titles: Mapping[str, str] | None = None,
    numbers: Mapping[tuple[str, str], int] | None = None,
    only_new: bool = False,
) -> Proposal:
    """Return what bringing *document* into a plan would do; problems are told by sheet, row and column.

    Args:
        titles: what the file calls each part; *numbers* the row of each thing in it.
        only_new: what is there already stays as it is; what was deleted comes back.
    """
    return _Comparison(document, present, today, titles or {}, numbers or {}, only_new).run()


class _Comparison:
    def __init__(
        self, document: Document, present: Present, today: date, titles: Mapping[str, str],
        numbers: Mapping[tuple[str, str], int], only_new: bool,
    ) -> None:  # fmt: skip
        self.document, self.present, self.today = document, present, today
        self.titles, self.numbers, self.only_new = titles, numbers, only_new
        self.ids: dict[tuple[str, str], str] = {}
        self.types: dict[str, str] = {}
        self.made = Proposal(present.plan_id)

    def run(self) -> Proposal:
        for part in exchange.PARTS:
            for row in self.document.rows(part.key):
                self.ids[part.key, row["ref"]] = self._id_of(part, row)
        self._find_backwards_plans()
        for part in exchange.writing_order():
            steps = [self._step(part, row) for row in self.document.rows(part.key)]
            self.made.steps[part.key] = steps
        if self.present.plan is not None and not self.only_new:
            self.made.head = self._differences(
                exchange.PLAN, self._ready(exchange.PLAN, self.document.plan), self.present.plan
            )
        self._check()
        return self.made

    def _id_of(self, part: Part, row: Row) -> str:
        own, made = candidates(part, row["ref"], self.present.plan_id, self.present.team_id)
        there = self.present.rows.get(part.key, {})
        return own if own in there else made

    def _find_backwards_plans(self) -> None:
        """A strand has one backwards plan: another one for it takes its place, whatever its id."""
        there = {row["strand"]: ref for ref, row in self.present.rows.get("backwards_plans", {}).items()}
        for row in self.document.rows("backwards_plans"):
            strand = self.ids.get(("strands", row["strand"] or ""), "")
            if strand in there:
                self.ids["backwards_plans", row["ref"]] = there[strand]

    def _ready(self, part: Part, row: Row) -> Row:
        """Return a row with its references as ids of the plan, and without outer things that aren't here."""
        ready = {}
        for each in part.fields:
            value = row[each.name]
            if each.kind is Kind.REF and value:
                value = self.ids.get((each.of, value))
            elif (
                each.kind is Kind.OUTER
                and each.of != "-"
                and value not in self.present.outer.get(each.of, ())
            ):
                value = None
            ready[each.name] = value
        return ready

    def _step(self, part: Part, row: Row) -> Step:
        public_id = self.ids[part.key, row["ref"]]
        ready = self._ready(part, row)
        there = self.present.rows.get(part.key, {}).get(public_id)
        step = Step(part, ready, public_id)
        if there is None:
            return step
        if there.get("is_common"):
            step.state = SAME  # the network's own: an import of a plan leaves it as it is
            return step
        if part.key == "measurements":
            return self._measured(step, ready, there)
        step.is_back = (part.key, public_id) in self.present.gone
        stays = self.only_new and not step.is_back
        step.changes = {} if stays else self._differences(part, ready, there)
        step.state = CHANGED if step.changes or step.is_back else SAME
        return step

    def _measured(self, step: Step, ready: Row, there: Row) -> Step:
        """Measurements are never changed: a different number is a correction of what stands now."""
        told = ("observed_on", "count", "population", "value")
        head = self.present.heads.get(step.public_id, step.public_id)
        now = self.present.rows["measurements"].get(head, there)
        is_like = any(all(ready[name] == row[name] for name in told) for row in (there, now))
        step.state = SAME if is_like or ready["is_withdrawn"] or self.only_new else CHANGED
        if step.state is SAME and now["is_withdrawn"] and not there["is_withdrawn"] and not self.only_new:
            step.is_back = not self._is_corrected_in_file(step.public_id)
            step.state = CHANGED if step.is_back else SAME
        if step.state is CHANGED:
            step.changes = {name: (now[name], ready[name]) for name in told if now[name] != ready[name]}
        return step

    def _is_corrected_in_file(self, public_id: str) -> bool:
        return any(
            self.ids.get(("measurements", row["supersedes"] or "")) == public_id
            for row in self.document.rows("measurements")
        )

    def _differences(self, part: Part, ready: Row, there: Row) -> dict[str, tuple[Any, Any]]:
        found = {}
        for each in part.fields:
            if each.kind is Kind.PERSON or each.name in _NEVER:
                continue
            before, after = there[each.name], ready[each.name]
            if before != after and not (each.name == "position" and after is None):
                found[each.name] = (before, after)
        return found

    # ------------------------------------------------------------ checks

    def _problem(self, part: Part, row: Row, name: str, sentence: str) -> None:
        number = self.numbers.get((part.key, row["ref"]))
        heading = exchange_words.heading(part, part.field(name)) if name else ""
        value = "" if not name or row[name] is None else str(row[name])[:80]
        sheet = self.titles.get(part.key, part.key)
        self.made.problems.append(Problem(number, heading, value, sentence, sheet))

    def _check(self) -> None:
        parts = exchange.BY_KEY
        self.types = {row["ref"]: row["type"] for row in self.document.rows("measures")}
        for row in self.document.rows("milestones"):
            self._check_milestone(parts["milestones"], row)
        for row in self.document.rows("measurements"):
            self._check_measurement(parts["measurements"], row)
        strands = {row["ref"]: row["follows"] for row in self.document.rows("strands")}
        for row in self.document.rows("strands"):
            if _is_circle(strands, row["ref"]):
                self._problem(
                    parts["strands"], row, "follows", _("This goes round in a circle. Empty one of them.")
                )
        corrected = {row["ref"]: row["supersedes"] for row in self.document.rows("measurements")}
        twice = Counter(ref for ref in corrected.values() if ref)
        planned = Counter(row["strand"] for row in self.document.rows("backwards_plans"))
        for row in self.document.rows("backwards_plans"):
            if planned[row["strand"]] > 1:
                self._problem(
                    parts["backwards_plans"], row, "strand", _("A strand has one backwards plan. Keep one.")
                )
        for row in self.document.rows("measurements"):
            if row["supersedes"] and (twice[row["supersedes"]] > 1 or _is_circle(corrected, row["ref"])):
                mend = _("A count is corrected once. Correct the correction instead.")
                self._problem(parts["measurements"], row, "supersedes", mend)

    def _check_milestone(self, part: Part, row: Row) -> None:
        if row["is_draft"]:
            return
        frame = Frame(
            due_on=row["due_on"], begins_on=row["begins_on"], target=row["target"],
            is_deliverable=row["is_deliverable"], acceptance_test=row["acceptance_test"],
        )  # fmt: skip
        for missing in lacks_for_board(frame):
            name = {"when": "due_on"}.get(
                str(missing), "acceptance_test" if row["is_deliverable"] else "target"
            )
            mend = {
                "due_on": _("On the board a milestone needs a date. Give one, or mark it as a draft."),
                "target": _("On the board a milestone needs a target. Give one, or mark it as a draft."),
            }.get(name, _("Say when it counts as good, or mark it as a draft."))
            self._problem(part, row, name, mend)
        is_share = self.types.get(row["measure"] or "", MeasureType.PROPORTION) == MeasureType.PROPORTION
        for name in ("target", "baseline"):
            value = row[name]
            if is_share and not row["is_deliverable"] and value is not None and not 0 <= value <= 100:
                self._problem(part, row, name, _("Give a percent from 0 to 100."))

    def _check_measurement(self, part: Part, row: Row) -> None:
        if row["is_withdrawn"] or row["observed_on"] is None or row["measure"] not in self.types:
            return
        entry = Entry(row["observed_on"], row["count"], row["population"], row["value"])
        for name, mend in entry_faults(MeasureType(self.types[row["measure"]]), entry, self.today).items():
            self._problem(part, row, name, mend)


def _is_circle(after: Mapping[str, str | None], start: str) -> bool:
    seen, at = {start}, after.get(start)
    while at:
        if at in seen:
            return at == start
        seen.add(at)
        at = after.get(at)
    return False


def outer_fields() -> Sequence[tuple[Part, Field]]:
    """Return every field that names a thing outside the document."""
    return [
        (part, each)
        for part in (exchange.PLAN, *exchange.PARTS)
        for each in part.fields
        if each.kind is Kind.OUTER and each.of != "-"
    ]
