"""Working things out once for the same numbers: what is remembered is found by the numbers themselves. Pure.

The key is a digest of every number that goes in, so an answer never outlives a change, and nobody gets what
they could not have worked out from what they may read. Only answers about very many places are kept.
"""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import Any

import numpy as np

from measures.engine.problems import AnalysisError, Whole
from measures.rules import MeasureType
from variation import judging, levels
from variation.judging import Judged, Sums

FROM = 2_000
"""Fewer places are worked out sooner than looked up."""
KEPT = 12
"""So many answers are kept in a process: of 100,000 places each takes some 10 MB."""

_answers: OrderedDict[bytes, Any] = OrderedDict()
_lock = Lock()


def judge(kind: MeasureType, sums: Sums) -> Judged:
    """Return :func:`variation.judging.judge`."""
    found: Judged = _told(("judge", kind.value), sums, None, lambda: judging.judge(kind, sums))
    return found


def split(sums: Sums, around: Whole | None, *, is_share: bool) -> levels.Levels:
    """Return the parts of :func:`variation.levels.variance_by_level`, without the sites.

    Raises:
        AnalysisError: as there.
    """
    found: levels.Levels = _told(
        ("split", is_share), sums, around,
        lambda: levels.variance_by_level(_site_sums(sums, around), is_share=is_share, tells_sites=False),
    )  # fmt: skip
    return found


def spread(sums: Sums, *, is_share: bool) -> levels.Spread:
    """Return :func:`variation.levels.spread_of`.

    Raises:
        AnalysisError: as there.
    """
    found: levels.Spread = _told(
        ("spread", is_share), sums, None, lambda: levels.spread_of(_site_sums(sums), is_share=is_share)
    )
    return found


def _site_sums(sums: Sums, around: Whole | None = None) -> levels.SiteSums:
    district = None if around is None else around.tolist()
    return levels.SiteSums.of(sums.n, sums.y, sums.d, sums.yyd, district)


def _told(what: tuple[Any, ...], sums: Sums, around: Whole | None, make: Callable[[], Any]) -> Any:
    if len(sums) < FROM:
        return make()
    key = _digest(what, sums, around)
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _given(_answers[key])
    found = _tried(make)
    with _lock:
        _answers[key] = found
        while len(_answers) > KEPT:
            _answers.popitem(last=False)
    return _given(found)


def _tried(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except AnalysisError as error:
        return error


def _given(found: Any) -> Any:
    if isinstance(found, AnalysisError):
        raise AnalysisError(found.code, str(found))
    return found


def _digest(what: tuple[Any, ...], sums: Sums, around: Whole | None) -> bytes:
    told = blake2b(repr((what, len(sums), around is None)).encode(), digest_size=32)
    for column in (sums.n, sums.y, sums.d, sums.yyd, *([] if around is None else [around])):
        told.update(np.ascontiguousarray(column).tobytes())
    return told.digest()
