"""What a case of the family ``meta`` may ask for beside its fits. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from measures.engine.families.parameters import Result, plain, plain_number
from measures.engine.problems import AnalysisError, Flags, Floats
from variation.engine import pooling
from variation.engine.chances import critical, two_sided
from variation.engine.formula import Node, Term
from variation.engine.frame import Factor, Values, evaluate, matrix

TOGETHER = 1_000_000
"""Numbers of series and sites that are worked on at once."""
MOST_EXACT = 200
"""Sites up to which ranks are counted out."""
_PIECE = 256  # sites whose pairs are compared at once


@dataclass(frozen=True)
class Case:
    """The rows used: effects, variances and design, and how the design came about."""

    y: Floats
    v: Floats
    x: Floats
    names: tuple[str, ...]
    kept: Flags
    terms: tuple[Term, ...]
    values: Mapping[Node, Values]

    @property
    def has_moderators(self) -> bool:
        """Whether there is more than a mean."""
        return self.terms != ((),)


def predictions(case: Case, new: Any, level: float) -> Result:
    """Return the mean and the interval of one more site at new values of the moderators (REML, t test)."""
    if not isinstance(new, dict) or not all(isinstance(cells, list) for cells in new.values()):
        raise AnalysisError("unknown_parameter", "newmods is an object of lists, one for each moderator.")
    if not case.has_moderators or len({len(cells) for cells in new.values()}) != 1:
        raise AnalysisError("unknown_parameter", "newmods needs mods, and lists that are equally long.")
    values = {node: _placed(evaluate(node, new), case.values[node]) for term in case.terms for node in term}
    rows = matrix(case.terms, values, len(next(iter(new.values()))))[0]
    if np.isnan(rows).any():
        raise AnalysisError("not_finite", "newmods has a gap: give every value.")
    found = pooling.require(pooling.pooled(pooling.series(case.y, case.v, case.x), "REML", "knha", level))
    mean, one_more = pooling.predicted(found, rows)
    return {
        "pred": plain(mean.value[0]), "se": plain(mean.se[0]),
        "ci_lb": plain(mean.low[0]), "ci_ub": plain(mean.high[0]),
        "pi_lb": plain(one_more.low[0]), "pi_ub": plain(one_more.high[0]),
    }  # fmt: skip


def _placed(found: Values, model: Values) -> Values:
    """Return new values of a moderator with the levels that the model knows."""
    if not isinstance(model, Factor):
        if isinstance(found, Factor):
            raise AnalysisError("not_finite", "newmods holds text for a moderator that is a number.")
        return found
    known = found if isinstance(found, Factor) else Factor(np.zeros(len(found), np.intp), ())
    strange = [name for name in known.levels if name not in model.levels]
    if strange or not isinstance(found, Factor) or (found.codes < 0).any():
        raise AnalysisError(
            "unknown_parameter", f"newmods has a level the model does not know: {strange[:1]}."
        )
    place = np.array([model.levels.index(name) for name in known.levels], dtype=np.intp)
    return Factor(place[known.codes], model.levels, model.is_flag)


def variants(case: Case, level: float) -> Result:
    """Return other prediction intervals around the REML mean: by tau alone, t with k - 2 and k - 1."""
    found = pooling.require(pooling.pooled(pooling.series(case.y, case.v), "REML", "z", level))
    mean, se, tau2 = (float(each.flat[0]) for each in (found.b, found.se, found.tau2))
    wide, sites = np.sqrt(se**2 + tau2), len(case.y)
    reach = {
        "simple": critical(level) * np.sqrt(tau2),
        "riley": critical(level, sites - 2.0) * wide,
        "t": critical(level, sites - 1.0) * wide,
    }
    return {name: plain([mean - far, mean + far]) for name, far in reach.items()}


def leave_one_out(case: Case, level: float) -> Result:
    """Return the REML fits without each site in turn, all at once; ``None`` where there is none."""
    sites = len(case.y)
    together = max(1, TOGETHER // sites)
    parts = [_without(case, range(at, min(at + together, sites)), level) for at in range(0, sites, together)]
    names = {"estimate": "b", "se": "se", "pval": "pval", "ci_lb": "ci_lb", "ci_ub": "ci_ub"}
    names |= {"q": "q_e", "tau2": "tau2", "i2": "i2_percent", "h2": "h2"}
    return {
        key: plain(np.concatenate([getattr(part, name).reshape(len(part.tau2)) for part in parts]))
        for key, name in names.items()
    }


def _without(case: Case, which: range, level: float) -> pooling.Pooled:
    """Return the fits without each of these sites."""
    y = np.tile(case.y, (len(which), 1))
    y[np.arange(len(which)), list(which)] = np.nan
    return pooling.pooled(pooling.series(y, np.tile(case.v, (len(which), 1))), "REML", "z", level)


def regression_tests(case: Case) -> Result:
    """Return tests whether small sites tell another story: with the error as moderator, Egger's, by ranks."""
    error = np.sqrt(case.v)
    found = pooling.pooled(pooling.series(case.y, case.v, np.column_stack([case.x, error])), "REML", "z")
    told: Result = {
        "mixed_effects": {"z": plain_number(found.stat[0, -1]), "p": plain_number(found.pval[0, -1])}
    }
    freedom = len(case.y) - case.x.shape[1] - 1
    if found.problem[0] or freedom < 1:
        return told | {"egger_lm": None, "rank": _ranks(case)}
    fixed = pooling.pooled(found.sites, "FE", "z")
    t = fixed.stat[0, -1] / np.sqrt(fixed.q_e[0] / freedom) if fixed.q_e[0] > 0 else np.nan
    told["egger_lm"] = {"t": plain_number(t), "df": freedom, "p": plain_number(two_sided(t, freedom))}
    return told | {"rank": _ranks(case)}


def _ranks(case: Case) -> Result | None:
    """Return Kendall's tau between standardised effects and variances (Begg & Mazumdar 1994)."""
    weight = 1 / case.v
    spread = case.v - 1 / weight.sum()
    if len(case.y) < 3 or not (spread > 0).all():
        return None
    first = (case.y - (weight * case.y).sum() / weight.sum()) / np.sqrt(spread)
    score, untied = _pairs(first, case.v)
    tau = score / np.sqrt(untied[0] * untied[1]) if untied[0] and untied[1] else np.nan
    return {"kendall_tau": plain_number(tau), "p": plain_number(_tau_chance(score, first, case.v))}


def _pairs(first: Floats, second: Floats) -> tuple[float, list[float]]:
    """Return by how much pairs agree more than disagree, and how many differ in each; piece by piece."""
    score, untied = 0.0, [0.0, 0.0]
    for begin in range(0, len(first), _PIECE):
        piece = slice(begin, begin + _PIECE)
        signs = [np.sign(each[piece, None] - each) for each in (first, second)]
        score += float((signs[0] * signs[1]).sum())
        for at, sign in enumerate(signs):
            untied[at] += float(np.count_nonzero(sign))
    return score / 2, [each / 2 for each in untied]


def _tau_chance(score: float, *columns: Floats) -> float:
    """Return the chance of a score as far from 0: exact for few sites without ties, else normal."""
    sites = len(columns[0])
    ties = [np.unique(each, return_counts=True)[1].astype(np.float64) for each in columns]
    if sites <= MOST_EXACT and all(len(each) == sites for each in ties):
        return _exact_tau(score, sites)
    pairs, triples, all_three = ([(each * f(each)).sum() for each in ties] for f in _TIES)
    spread = (sites * (sites - 1) * (2 * sites + 5) - all_three[0] - all_three[1]) / 18
    spread += pairs[0] * pairs[1] / (2 * sites * (sites - 1))
    spread += triples[0] * triples[1] / (9 * sites * (sites - 1) * (sites - 2))
    return float(two_sided(score / np.sqrt(spread))) if spread > 0 else np.nan


_TIES: tuple[Callable[[Floats], Floats], ...] = (
    lambda t: t - 1,
    lambda t: (t - 1) * (t - 2),
    lambda t: (t - 1) * (2 * t + 5),
)


def _exact_tau(score: float, sites: int) -> float:
    ways = np.ones(1)
    for size in range(2, sites + 1):  # chances of each number of inversions, one more site at a time
        ways = np.convolve(ways, np.full(size, 1 / size))
    concordant = round((score + sites * (sites - 1) / 2) / 2)
    below, above = ways[: concordant + 1].sum(), ways[concordant:].sum()
    return float(min(1.0, 2 * min(below, above)))
