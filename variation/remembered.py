"""Working things out once for the same numbers: what is remembered is found by the numbers themselves. Pure.

The key is a digest of every number that goes in, so an answer never outlives a change, and nobody gets what
they could not have worked out from what they may read. A page that is turned, put in another order or drawn
anew asks for the same again; answers about very many places are dear, and few of them are kept.
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

FROM = 30
"""Fewer places are worked out nearly as soon as looked up."""
LARGE = 2_000
"""From so many places on an answer takes room: of 100,000 some 10 MB."""
KEPT, KEPT_LARGE = 48, 12
"""So many answers about fewer places, and about as many, are kept in a process."""

_answers: OrderedDict[bytes, Any] = OrderedDict()
_large: OrderedDict[bytes, Any] = OrderedDict()
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
    answers, most = (_large, KEPT_LARGE) if len(sums) >= LARGE else (_answers, KEPT)
    with _lock:
        if key in answers:
            answers.move_to_end(key)
            return _given(answers[key])
    found = _tried(make)
    with _lock:
        answers[key] = found
        while len(answers) > most:
            answers.popitem(last=False)
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
