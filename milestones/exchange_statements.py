"""What the coach says of a file's sentences; a plain list of sentences is split into parts by it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from milestones import exchange, exchange_book
from milestones.coach import Calendar, Kind, Reading, coach
from milestones.drafting import spoken, values_of
from milestones.exchange import Document, Row
from milestones.exchange_reading import Reading as FileReading
from nic_platform.text import _

MOST = 500  # sentences that the coach reads in one file


@dataclass(frozen=True)
class Said:
    """What the coach says of one sentence: where it stands, what it is, what would make it better."""

    sheet: str
    row: int | None
    text: str
    kind: str
    because: str
    missing: tuple[str, ...]
    problems: tuple[str, ...]
    praises: tuple[str, ...]
    rewrite: str
    goes_to: str  # the part it is brought into; empty for one that stands in a part already

    def as_json(self) -> dict[str, Any]:
        """Return it as an import run keeps it."""
        return {
            "sheet": self.sheet, "row": self.row, "text": self.text, "kind": self.kind,
            "because": self.because, "missing": list(self.missing), "problems": list(self.problems),
            "praises": list(self.praises), "rewrite": self.rewrite, "goes_to": self.goes_to,
        }  # fmt: skip


GOES_TO: Mapping[Kind, str] = {
    Kind.MILESTONE: "milestones", Kind.AGENCY_MILESTONE: "milestones", Kind.NOT_MEASURABLE: "milestones",
    Kind.INTERIM_TARGET: "interim_targets", Kind.ACTION_STEP: "action_steps",
}  # fmt: skip


def sort_out(found: FileReading, calendar: Calendar) -> list[Said]:
    """Bring every plain sentence into its part, and return what the coach says of each and of the milestones.

    Sentences become drafts: nothing is judged by a date or target that nobody has looked at.
    """
    said = []
    for number, text in found.statements[:MOST]:
        reading = coach(text, calendar)
        part = GOES_TO[reading.kind]
        _bring_in(found, part, number, reading)
        said.append(_said(found.titles.get("statements", ""), number, reading, part))
    for row in found.document.rows("milestones")[:MOST]:
        if row.get("_from_list"):
            continue
        at = found.numbers.get(("milestones", row["ref"]))
        text = _fill(row, calendar) or spoken(exchange_book.frame_of(row, found.document))
        if text:
            said.append(_said(found.titles.get("milestones", ""), at, coach(text, calendar), ""))
    return said


def too_many(found: FileReading) -> bool:
    """Say whether there are more sentences than are read."""
    return len(found.statements) > MOST


def _said(sheet: str, number: int | None, reading: Reading, part: str) -> Said:
    return Said(
        sheet, number, reading.text, str(reading.kind), reading.because, reading.missing,
        tuple(problem.sentence for problem in reading.problems), reading.praises, reading.rewrite, part,
    )  # fmt: skip


def _fill(row: Row, calendar: Calendar) -> str:
    """Split a milestone that came as a sentence only; return that sentence."""
    text = str(row.pop("_sentence", "") or "").strip()
    if not text or any(row[name] for name in ("what", "who", "tool", "due_on", "target")):
        return ""
    row |= _milestone(coach(text, calendar))
    return text


def _bring_in(found: FileReading, part: str, number: int, reading: Reading) -> None:
    key = exchange.BY_KEY[part]
    ref = f"sentence {' '.join(reading.text.casefold().split())[:60]}"
    while (part, ref) in found.numbers:
        ref = f"{ref[:70]} {number}"
    row = exchange.blank(key, ref=ref, _from_list=True)
    if part == "milestones":
        row |= _milestone(reading) | _measured(found.document, ref, reading)
    elif part == "interim_targets":
        row |= {
            "name": reading.text[:300], "student_group": reading.parts.get("who", "")[:200],
            "target": reading.target, "due_on": reading.due_on,
        }  # fmt: skip
    else:
        owner = reading.parts.get("who", "")[:120]
        row |= {"text": reading.text[:500], "owner": owner, "due_on": reading.due_on}
    found.document.rows(part).append(row)
    found.numbers[part, ref] = number


def _milestone(reading: Reading) -> Row:
    """Return what a sentence says of a milestone: as the page takes it, with a name, as a draft."""
    found = values_of(reading)
    what = found.get("what") or reading.text[:500]
    return {
        **found,
        "what": what, "name": (what if len(reading.parts) > 1 else reading.text)[:200], "is_draft": True,
        "is_deliverable": reading.kind is Kind.AGENCY_MILESTONE and reading.target is None,
    }  # fmt: skip


def _measured(document: Document, ref: str, reading: Reading) -> Row:
    """Give a milestone that counts things, not a share of them, a measure that says so."""
    if reading.target_unit != "count":
        return {}
    name = f"measure of {ref}"[:80]
    document.rows("measures").append(
        exchange.blank(
            exchange.BY_KEY["measures"], ref=name, type="count",
            name=(reading.parts.get("what") or reading.text or _("What is counted"))[:200],
            unit=reading.parts.get("who", "")[:60],
        )
    )  # fmt: skip
    return {"measure": name}
