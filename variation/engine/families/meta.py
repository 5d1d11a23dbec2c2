"""The family ``meta``: effects of many sites pooled, with moderators, or with levels. Pure."""

from typing import Any

import numpy as np

from measures.engine.families.parameters import (
    Columns,
    Params,
    Result,
    flag,
    known,
    listed,
    number,
    plain,
    plain_number,
)  # fmt: skip
from measures.engine.points import refuse_uneven
from measures.engine.problems import AnalysisError, Flags, Floats, column, numbers
from variation.engine import pooling
from variation.engine.effect_sizes import MEASURES, effect_sizes
from variation.engine.families.meta_extras import Case, leave_one_out, predictions, regression_tests, variants
from variation.engine.families.meta_levels import level_fits
from variation.engine.formula import Term, read_formula
from variation.engine.frame import Factor, evaluate, matrix
from variation.engine.heterogeneity import ESTIMATORS
from variation.engine.pooling import Pooled
from variation.engine.weighted import Sites

META = {
    "measure", "escalc", "yi", "vi", "mods", "newmods", "random", "cluster", "method", "test", "level",
    "adhoc", "predict_types", "leave1out", "regtest",
}  # fmt: skip
DETAILED = {"DL", "PM", "REML"}
"""Methods whose fits also hold what is estimated of each site."""
INTERCEPT = "intrcpt"


def meta(columns: Columns, params: Params) -> Result:
    """Return effect sizes where asked and every fit: the contract's family ``meta``."""
    known(params, META)
    refuse_uneven(columns)
    level = _level(params)
    effect, variance = _effects(columns, params)
    told: Result = {}
    if params.get("measure") is not None:
        told["effect_sizes"] = {"yi": plain(effect), "vi": plain(variance)}
    if params.get("random") is not None:
        case = _case(columns, params, effect, variance)
        return told | {"fits": level_fits(case, columns, params, level)}
    if params.get("cluster") is not None:
        raise AnalysisError("unknown_parameter", "cluster belongs to a model with levels: give random too.")
    case = _case(columns, params, effect, variance)
    return told | _single_level(case, params, level)


def _single_level(case: Case, params: Params, level: float) -> Result:
    sites = pooling.series(case.y, case.v, case.x)
    pooling.refuse(sites)
    told: Result = {"fits": _fits(case, sites, _asked(params), level)}
    if params.get("newmods") is not None:
        told["predict_newmods"] = predictions(case, params["newmods"], level)
    if flag(params, "predict_types", False) and not case.has_moderators:
        told["prediction_interval_variants"] = variants(case, level)
    if flag(params, "leave1out", False) and not case.has_moderators:
        told["leave_one_out"] = leave_one_out(case, level)
    if flag(params, "regtest", False):
        told["regtest"] = regression_tests(case)
    return told


def _asked(params: Params) -> list[tuple[str, str]]:
    """Return the methods and tests asked for; all but ``adhoc`` unless said otherwise."""
    methods = _chosen(params, "method", list(ESTIMATORS))
    tests = _chosen(params, "test", list(pooling.TESTS))
    if params.get("test") is None:
        tests = ["z", "knha"]
    asked = [(m, t) for m in methods for t in tests if m != "FE" or t == "z"]
    if flag(params, "adhoc", False) and ("REML", "adhoc") not in asked:
        asked.append(("REML", "adhoc"))
    return asked


def _chosen(params: Params, name: str, choices: list[str]) -> list[str]:
    found = listed(params, name) or choices
    strange = next((each for each in found if each not in choices), None)
    if strange is not None:
        raise AnalysisError("unknown_parameter", f"{name} is {strange!r}; it can be {', '.join(choices)}.")
    return list(dict.fromkeys(found))  # one said twice is fitted once


def _level(params: Params) -> float:
    level = float(number(params, "level", 95))
    if not 1 < level < 100:
        raise AnalysisError("unknown_parameter", f"level is {level:g}; give percent, as 95.")
    return level / 100


def _effects(columns: Columns, params: Params) -> tuple[Floats, Floats]:
    """Return effects and variances as they stand in the columns, or worked out from counts or means."""
    measure, names = params.get("measure"), params.get("escalc")
    if measure is None:
        if names is not None:
            raise AnalysisError("unknown_parameter", "escalc says where a measure's columns are: give it.")
        return _numbers(columns, params.get("yi") or "yi"), _numbers(columns, params.get("vi") or "vi")
    if not isinstance(measure, str) or measure not in MEASURES:
        raise AnalysisError("unknown_parameter", f"measure is {measure!r}; it can be {', '.join(MEASURES)}.")
    names = {} if names is None else names
    rule = MEASURES[measure]
    wanted = (*rule.needs, *rule.optional)
    if not isinstance(names, dict) or not set(names) <= set(wanted):
        raise AnalysisError("unknown_parameter", f"escalc names columns for {', '.join(wanted)}.")
    cells = {name: _numbers(columns, names.get(name, name)) for name in rule.needs}
    others = [name for name in rule.optional if name in names or (not names and name in columns)]
    cells |= {name: _numbers(columns, names.get(name, name)) for name in others}
    _refuse_lacking(measure, set(cells))
    return effect_sizes(measure, cells)


def _refuse_lacking(measure: str, there: set[str]) -> None:
    pairs = [("bi", "n1i"), ("di", "n2i")] if "ai" in there else [("mi", "ni")]
    if MEASURES[measure].optional:
        for pair in pairs:
            if not there & set(pair):
                raise AnalysisError("unknown_parameter", f"{measure} needs {pair[0]} or {pair[1]}.")


def _numbers(columns: Columns, name: str) -> Floats:
    return numbers(column(columns, name), name)


def _case(columns: Columns, params: Params, effect: Floats, variance: Floats) -> Case:
    """Return the rows in which nothing that is used is missing."""
    terms = _terms(params)
    nodes = {node: evaluate(node, columns) for term in terms for node in term}
    kept: Flags = ~np.isnan(effect) & ~np.isnan(variance)
    for values in nodes.values():
        kept &= values.codes >= 0 if isinstance(values, Factor) else ~np.isnan(values)
    if not kept.any():
        raise AnalysisError("too_few_points", pooling.MESSAGES["too_few_points"])
    held = {node: each.of(kept) if isinstance(each, Factor) else each[kept] for node, each in nodes.items()}
    design, names = matrix(terms, held, int(kept.sum()))
    names = tuple(INTERCEPT if name == "(Intercept)" else name for name in names)
    return Case(effect[kept], variance[kept], design, names, kept, terms, held)


def _terms(params: Params) -> tuple[Term, ...]:
    mods = params.get("mods")
    if mods is None:
        return ((),)
    if not isinstance(mods, str):
        raise AnalysisError("unknown_parameter", f"mods is {mods!r}; give it as “ablat + factor(alloc)”.")
    formula = read_formula(f"yi ~ {mods.strip().removeprefix('~')}")
    if formula.random or not formula.terms:
        raise AnalysisError("unknown_parameter", "mods holds moderators only, and at least one.")
    return formula.terms


def _fits(case: Case, sites: Sites, asked: list[tuple[str, str]], level: float) -> Result:
    """Return every fit as plain values, or why there is none; all are worked out together."""
    methods = list(dict.fromkeys(method for method, _ in asked))
    tests = list(dict.fromkeys(test for _, test in asked))
    every = pooling.fits(sites, methods, tests, level)
    explained = _explained(case, every[tests[0]]) if case.has_moderators else []
    tables = {test: _table(case, found) for test, found in every.items()}
    told: Result = {}
    for method, test in asked:
        at, found = methods.index(method), every[test]
        fit: Result = {"method": method, "test": test}
        code = str(found.problem[at])
        if code:
            fit["error"] = {"code": code, "message": pooling.MESSAGES[code]}
        else:
            fit |= {"k": len(case.y), "p": len(case.names)}
            fit |= {name: column[at] for name, column in tables[test].items()}
            fit |= {"moderators": list(case.names), "r2_percent": explained[at]} if explained else {}
            fit |= _more(case, found, at)
        told[f"{method.lower()}_{test}"] = fit
    return told


def _table(case: Case, found: Pooled) -> dict[str, list[Any]]:
    """Return what every fit holds, a column each."""
    told = {name: _rows(getattr(found, name)) for name in ("b", "se", "stat", "pval", "ci_lb", "ci_ub")}
    if found.test != "z":
        told["ddf"] = [int(each) for each in found.freedom]
    told |= {
        name: plain(getattr(found, name)) for name in ("tau2", "se_tau2", "i2_percent", "h2", "q_e", "q_e_p")
    }
    if case.has_moderators:
        which = [at for at, name in enumerate(case.names) if name != INTERCEPT] or [0]
        q_m, q_m_p = pooling.moderators_test(found, which)
        return told | {"q_m": plain(q_m), "q_m_p": plain(q_m_p)}
    around = pooling.predicted(found)[1]
    no_interval = np.array([method == "FE" for method in found.methods])
    ends = {"pi_lb": around.low[:, 0], "pi_ub": around.high[:, 0]}
    return told | {name: plain(np.where(no_interval, np.nan, end)) for name, end in ends.items()}


def _rows(values: Floats) -> list[Any]:
    """Return rows as lists of plain values."""
    return list(values.tolist()) if np.isfinite(values).all() else [plain(row) for row in values]


def _explained(case: Case, found: Pooled) -> list[Any]:
    """Return how much of the spread between sites the moderators take up, in percent; ``None`` if none is."""
    if INTERCEPT not in case.names:
        return [None] * len(found.methods)
    alone = pooling.pooled(pooling.series(case.y, case.v), found.methods, "z")
    told = []
    for at, method in enumerate(found.methods):
        before, after = alone.tau2[at], found.tau2[at]
        if method == "FE":
            before, after = alone.q_e[at] / alone.freedom[at], found.q_e[at] / found.freedom[at]
        told.append(plain_number(100 * max(0.0, (before - after) / before)) if before > 0 else None)
    return told


def _more(case: Case, found: Pooled, at: int) -> Result:
    """Return what only some fits hold."""
    told: Result = {}
    method = found.methods[at]
    if found.is_exact[at]:
        told["warning"] = {
            "code": "not_estimable",
            "message": "The sites lie on the fit without any residue: this test's interval has no width.",
        }
    if found.test == "z" and method in DETAILED | {"ML"}:
        alone = pooling.one(found, at)
        told |= _by_site(case, alone) if method in DETAILED else {}
        told |= _likelihood(alone) if method in ("ML", "REML") else {}
    return told


def _by_site(case: Case, found: Pooled) -> Result:
    best = pooling.blups(found)
    told: Result = {
        "blup": {
            "pred": plain(best.value[0]), "se": plain(best.se[0]),
            "pi_lb": plain(best.low[0]), "pi_ub": plain(best.high[0]),
        }
    }  # fmt: skip
    if not case.has_moderators:
        told["weights_percent"] = plain(pooling.weights_percent(found)[0])
    return told


def _likelihood(found: Pooled) -> Result:
    told: Result = {"log_lik": plain_number(pooling.log_likelihood(found)[0])}
    if found.method == "REML":
        around = pooling.q_profile(found)
        ends = np.array([around.value[0], around.low[0], around.high[0]])
        typical = found.typical[0]
        told["q_profile"] = {
            "tau2": plain(ends),
            "i2_percent": plain(100 * ends / (ends + typical)),
            "h2": plain(1 + ends / typical),
        }
    return told
