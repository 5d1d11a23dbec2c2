"""The ladder of evidence: each rung by its own condition."""

import pytest

from variation.pooling import Pool, Span
from variation.rungs import Facts, Rung, names, reasons, rung


def _pool(low: float, high: float, ahead: tuple[float, float]) -> Pool:
    mean = Span((low + high) / 2, low, high)
    reach = Span(mean.value, *ahead)
    return Pool(6, mean, 1.0, 0.01, reach, Span(1, 0, 4), 40.0, 9.0, 0.1, ())


BETTER, SURE, NONE = _pool(2, 8, (-3, 13)), _pool(2, 8, (1, 9)), _pool(-2, 8, (-9, 15))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), Rung.UNTRIED),
        (Facts(teams=1, held=1, kinds=1), Rung.ONE),
        (Facts(teams=4, held=1, kinds=1), Rung.SEVERAL),
        (Facts(teams=4, held=3, kinds=2), Rung.CONTEXTS),
        (Facts(teams=9, held=3, kinds=2, pooled=NONE), Rung.CONTEXTS),
        (Facts(teams=9, pooled=BETTER), Rung.POOLED),
        (Facts(teams=9, pooled=SURE), Rung.NEXT),
        (Facts(teams=9, pooled=SURE, higher_is_better=False), Rung.SEVERAL),
        (Facts(teams=9, pooled=SURE, beside=NONE), Rung.SEVERAL),
        (Facts(teams=9, pooled=SURE, beside=BETTER), Rung.POOLED),
    ],
)  # fmt: skip
def test_rung(facts: Facts, expected: Rung) -> None:
    assert rung(facts) is expected


def test_every_rung_has_its_words() -> None:
    assert set(names()) == set(reasons()) == set(Rung)
