"""What was asked and answered during a load, and which writes the server acknowledged."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from uuid import uuid4

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from benchmarks.load.browser import Answer
from cycles.models import Cycle, CycleNote
from feedback.models import Answer as Answered
from feedback.models import FeedbackItem, FeedbackMessage, FeedbackStep
from measures.models import Measurement


class Kind(StrEnum):
    """What kind of request it is, as the sizing of a nation counts them."""

    PAGE = "page"
    LIST = "list"
    DASHBOARD = "dashboard"
    WRITE = "write"
    SIGN_IN = "sign-in"


PLACES = {  # what was written, and where its mark has to be found
    "quick log": Cycle.change,
    "cycle begun": Cycle.change,
    "cycle plan": Cycle.aim,
    "cycle step": Cycle.observations,
    "cycle step, learned": Cycle.learned,
    "cycle step, next": Cycle.next_step,
    "note on a cycle": CycleNote.text,
    "measurement": Measurement.note,
    "grid": Measurement.note,
    "report": FeedbackItem.title,
    "report by API": FeedbackItem.title,
    "measurement by API": Measurement.note,
    "message": FeedbackMessage.text,
    "answer": Answered.text,
    "lifted": FeedbackStep.words,
}


@dataclass
class Ledger:
    """All answers by the name of what was asked; marks of what was acknowledged, by what it was."""

    seconds: dict[tuple[Kind, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    statements: dict[str, int] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)  # since somebody else had saved meanwhile
    acknowledged: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    run: str = field(default_factory=lambda: uuid4().hex[:8])
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def mark(self) -> str:
        """Return words that nobody else writes, to be found again."""
        return f"load {self.run} {next(self._numbers)}."

    def note(self, kind: Kind, name: str, answer: Answer, wanted: Iterable[int] = (200,)) -> bool:
        """Keep an answer; say whether it was one that was wanted."""
        self.seconds[kind, name].append(answer.seconds)
        if answer.status == 200:
            self.sizes[name].append(len(answer.body))
            told = int(answer.headers.get("x-sql-statements", "0"))
            self.statements[name] = max(told, self.statements.get(name, 0))
        if answer.status in wanted:
            return True
        self.fault(f"{name}: {answer.status or 'no answer'} {_why(answer)}")
        return False

    def fault(self, words: str) -> None:
        """Keep what went wrong."""
        self.faults[words] += 1

    def count(self) -> int:
        """Return how many requests were answered."""
        return sum(len(each) for each in self.seconds.values())

    def of(self, kind: Kind) -> list[float]:
        """Return the seconds of all requests of a kind, in order."""
        return sorted(second for (one, _name), each in self.seconds.items() if one is kind for second in each)


def _why(answer: Answer) -> str:
    if answer.status == 303:
        return f"to {answer.headers.get('location', '')}"
    text = answer.text
    for start, end in (('class="problems"', "</ul>"), ("<h1>", "</h1>")):
        if start in text:
            return text.split(start, 1)[1].split(end, 1)[0].strip()[:300]
    return text[:120]


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value under which so large a share of ordered values lies; nought for none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def middle(values: Sequence[float]) -> float:
    """Return the median; nought for none."""
    return statistics.median(values) if values else 0.0


@dataclass(frozen=True)
class Found:
    """What became of the acknowledged writes of one kind."""

    name: str
    acknowledged: int
    lost: int
    twice: int


def reconcile(session: Session, ledger: Ledger) -> list[Found]:
    """Look for every acknowledged write; each has to be there once."""
    outcome = []
    for name, marks in sorted(ledger.acknowledged.items()):
        column = PLACES[name]
        words = func.substring(cast(column, String), f"load {ledger.run} [0-9]+[.]")
        query = select(words, func.count()).where(column.contains(f"load {ledger.run} ")).group_by(words)
        there = {str(found): int(many) for found, many in session.execute(query)}
        lost = sum(mark not in there for mark in marks)
        twice = sum(there.get(mark, 0) > 1 for mark in marks)
        outcome.append(Found(name, len(marks), lost, twice))
    return outcome
