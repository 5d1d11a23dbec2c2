"""What was learned from labelled sentences: how much each sign speaks for which group. Pure.

`weights.json` is a multinomial logistic regression over the signs of `signs.py` and the stems of words. It is
learned by `benchmarks/coach.py`; docs/coach.md tells from what and how well it does on other sentences.
"""

import json
import math
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

GROUPS = ("adult", "outcome", "vague")
"""What adults do, what students reach, and what nobody could tell whether it was met."""


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(
        files(__package__).joinpath("weights.json").read_text(encoding="utf-8")
    )
    return table


def shares(signs: Iterable[str]) -> dict[str, float]:
    """Return for each group a share between 0 and 1; they add up to 1. Unknown signs count nothing."""
    table = _table()
    scores = list(table["bias"])
    known = table["weights"]
    for sign in set(signs):
        if sign in known:
            scores = [score + weight for score, weight in zip(scores, known[sign], strict=True)]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return {group: power / total for group, power in zip(GROUPS, powers, strict=True)}
