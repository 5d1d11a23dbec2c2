"""A cycle's predictions beside what happened, and its choices in words: what pages and paper show of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from cycles import rules
from cycles.data_queries import Data
from cycles.models import Cycle, Prediction
from cycles.predictions import expected_words, judge, measured, result_words
from cycles.queries import expectation_of
from cycles.scale import Scale
from cycles.told_queries import ThoughtRow
from measures.words import rhythm_words
from nic_platform.text import _


@dataclass(frozen=True)
class Line:
    """One prediction with what happened beside it.

    ``predicted``, ``of`` and ``base`` are for the comparison as one types: a result out of *of* is set
    beside what was predicted of *base*, which is 100 for a share.
    """

    index: int
    question: str
    expected: str
    because: str
    later: str
    result: str
    sentence: str
    tone: str
    verdict: str
    unit: str
    predicted: float | None
    of: float | None
    base: float | None
    is_percent: bool
    thoughts: Sequence[ThoughtRow] = ()


def line_of(
    index: int,
    prediction: Prediction,
    data: Data | None = None,
    thoughts: Mapping[UUID, Sequence[ThoughtRow]] | None = None,
) -> Line:
    """Return a prediction ready for the page; a result that a small group stands behind, only as far as the
    reader may see it.
    """
    line = _whole_line(index, prediction)
    line = replace(line, thoughts=(thoughts or {}).get(prediction.public_id, ()))
    said = data.instead_of(prediction) if data is not None else ""
    return replace(line, result=said, sentence="", tone="", verdict="", of=None) if said else line


def _whole_line(index: int, prediction: Prediction) -> Line:
    expectation = expectation_of(prediction)
    of = prediction.result_of or prediction.out_of
    value = measured(prediction.result_number, of, expectation)
    found = judge(expectation, value)
    compared = value is not None and not expectation.is_empty
    gap = value - expectation.number if value is not None and expectation.number is not None else 0.0
    return Line(
        index=index,
        question=prediction.question or _("What we expected"),
        expected=expected_words(expectation, prediction.out_of, prediction.expected),
        because=prediction.because,
        later=prediction.later,
        result=result_words(prediction.result_number, of, expectation, prediction.result),
        sentence=found.sentence if compared else "",
        tone="same" if abs(gap) < 1e-9 else "above" if gap > 0 else "below",
        verdict=prediction.verdict,
        unit=prediction.unit,
        predicted=expectation.number,
        of=of,
        base=100.0 if expectation.is_percent else expectation.out_of,
        is_percent=expectation.is_percent,
    )


def words_of(cycle: Cycle) -> dict[str, str]:
    """Return the choices of a cycle in words."""
    rhythms = {rhythm.value: words for rhythm, words in rhythm_words().items()}
    return {
        "data_rhythm": rhythms.get(cycle.data_rhythm, ""),
        "measure": cycle.measure.name if cycle.measure is not None else "",
        "scale": Scale(cycle.scale).words if cycle.scale in set(Scale) else cycle.scale,
        "carried_out": rules.CarriedOut(cycle.carried_out).words
        if cycle.carried_out in set(rules.CarriedOut)
        else "",
        "decision": rules.Decision(cycle.decision).words if cycle.decision in set(rules.Decision) else "",
    }
