"""The lowest point is found from saddles and hollows, and its absence is said."""

from typing import Any

import numpy as np
import pytest

from measures.engine.problems import AnalysisError
from variation.engine.optimum import lowest


def test_a_bent_valley_is_followed_to_its_end() -> None:
    def slopes(at: Any) -> tuple[float, Any]:
        x, y = at
        value = 100 * (y - x * x) ** 2 + (1 - x) ** 2
        return value, np.array([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])

    found = lowest(slopes, np.array([-1.2, 1.0]))

    assert found.at == pytest.approx([1, 1], abs=1e-8)
    assert found.bend == pytest.approx(np.array([[802.0, -400.0], [-400.0, 200.0]]), rel=1e-5)


def test_a_saddle_is_left_for_the_hollows_beside_it() -> None:
    def slopes(at: Any) -> tuple[float, Any]:
        x, y = at
        return (x * x - 1) ** 2 + y * y, np.array([4 * x * (x * x - 1), 2 * y])

    found = lowest(slopes, np.array([0.0, 0.5]))

    assert np.abs(found.at) == pytest.approx([1, 0], abs=1e-8)


@pytest.mark.parametrize("end", [lambda x: -x, lambda x: np.exp(-x)])
def test_what_falls_without_end_does_not_converge(end: Any) -> None:
    def slopes(at: Any) -> tuple[float, Any]:
        value = float(end(at[0]))
        return value, np.array([-1.0 if end(0.0) == 0 else -value])

    with pytest.raises(AnalysisError) as refused:
        lowest(slopes, np.array([0.0]), widest=15.0)

    assert refused.value.code == "not_converged"
