"""What the page of one idea shows, put together from its rows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nic_platform.text import _
from variation.evidence_rows import Found, Seen, Tested

MOST_LINES = 100
"""Teams that are listed one by one, by name; beyond, a list says nothing more to a reader."""


@dataclass(frozen=True)
class SeenLine:
    """The change seen at one team; ``name`` is empty where the reader does not know whose it is."""

    name: str
    public_id: Any
    seen: Seen


@dataclass(frozen=True)
class Said:
    """What a team wrote of its test, with how it decided; only of cycles that the reader may read."""

    team: str
    team_id: Any
    ramp_id: Any
    words: str
    fate: str


def lines(found: Found, tests: Sequence[Tested], *, unnamed: bool) -> list[SeenLine]:
    """Return the teams' changes: those the reader knows by name, and under five also the others, unnamed.

    Args:
        tests: with the names of the teams that the reader knows.
        unnamed: whether the reader may see single results without a name at all.
    """
    named = {test.team_id: test for test in tests if test.name}
    told = [
        SeenLine(named[each.team_id].name, named[each.team_id].public_id, each)
        for each in found.seen if each.team_id in named
    ]  # fmt: skip
    told.sort(key=lambda line: line.name)
    del told[MOST_LINES:]
    if unnamed and found.pooled is None:
        rest = [each for each in found.seen if each.team_id not in named and each.change is not None]
        told += [SeenLine("", None, each) for each in rest]
    return told


def said(rows: Sequence[Any], *, failures: bool) -> list[Said]:
    """Return what teams wrote of their tests: of those that gave it up, or of all others; newest last word.

    Args:
        rows: cycles that the reader may read by name, ramp by ramp and in order.
    """
    found: dict[Any, Said] = {}
    for row in rows:
        is_failure = row.decision == "abandon" or row.outcome == "abandoned"
        words = (row.learned or row.reason or "").strip()
        if is_failure != failures or not words:
            continue
        found[row.team_id, words] = Said(
            row.team, row.team_public_id, row.ramp_public_id, words, row.decision
        )
    seen: set[str] = set()
    kept = []
    for each in found.values():
        if each.words not in seen:
            seen.add(each.words)
            kept.append(each)
    return kept


def predictions(counts: Mapping[str, int]) -> str:
    """Return how the predictions of all tests came out, in a sentence."""
    held, partly, failed = (counts.get(name, 0) for name in ("held", "partly", "not_held"))
    total = held + partly + failed + counts.get("unclear", 0)
    if not total:
        return _("No prediction of its tests has been judged yet.")
    return _("Of %(total)s predictions, %(held)s held, %(partly)s partly and %(failed)s did not.",
             total=total, held=held, partly=partly, failed=failed)  # fmt: skip
