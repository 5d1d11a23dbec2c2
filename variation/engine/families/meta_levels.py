"""Fits with levels: effects within units within units. Pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from measures.engine.families.parameters import Columns, Params, Result, plain, plain_number
from measures.engine.problems import AnalysisError, Floats, column
from variation.engine import nested, pooling
from variation.engine.chances import critical, two_sided
from variation.engine.families.meta_extras import Case
from variation.engine.frame import label
from variation.engine.nested import Nested, Rows


def level_fits(case: Case, columns: Columns, params: Params, level: float) -> Result:
    """Return the fits ``reml`` and ``ml`` with random intercepts of every level."""
    names = _names(params["random"])
    held = [[_cell(cell, name) for cell in column(columns, name)] for name in names]
    cluster = params.get("cluster")
    if cluster is not None:
        held.append([_cell(cell, str(cluster)) for cell in column(columns, cluster)])
    there = np.array([all(cell is not None for cell in cells) for cells in zip(*held, strict=True)])
    rows, which = there[case.kept], np.flatnonzero(there & case.kept)
    if not rows.any():
        raise AnalysisError("too_few_points", "No row names its units.")
    held = [[cells[at] for at in which] for cells in held]
    levels, units = nested.levels_of(held[: len(names)])
    data = Rows(case.y[rows], case.v[rows], case.x[rows], levels)
    q_e, q_e_p = _homogeneity(data)
    fits: Result = {}
    for restricted in (True, False):
        found = nested.fit(data, restricted=restricted)
        told = _told(found, case, level) | {
            "k": len(data.y),
            "levels": ["/".join(names[: at + 1]) for at in range(len(names))],
            "n_levels": [each.units for each in levels],
            "q_e": q_e,
            "q_e_p": q_e_p,
        }
        if restricted:
            told["random_effects"] = _effects(found, told["levels"], units)
            if cluster is not None:
                told["cluster_robust"] = _robust(found, held[-1], level)
        fits[found.method.lower()] = told
    return fits


def _names(random: Any) -> list[str]:
    """Return the columns that name units, the outermost first, of “district/school”."""
    text = random.rpartition("|")[2] if isinstance(random, str) else ""
    names = [part.strip() for part in text.split("/")]
    if not all(names) or len(set(names)) < len(names):
        raise AnalysisError("unknown_parameter", f"random is {random!r}; give it as “district/school”.")
    return names


def _cell(cell: Any, name: str) -> Any:
    if cell is None or isinstance(cell, (str, int, float)):
        return cell
    raise AnalysisError("unknown_parameter", f"“{name}” holds {str(cell)[:40]!r}, which names no unit.")


def _homogeneity(data: Rows) -> tuple[Any, Any]:
    fixed = pooling.pooled(pooling.series(data.y, data.v, data.x), "FE", "z")
    return plain_number(fixed.q_e[0]), plain_number(fixed.q_e_p[0])


def _told(found: Nested, case: Case, level: float) -> Result:
    se = np.sqrt(np.diag(found.covariance))
    told: Result = {"method": found.method, "p": len(found.b), "moderators": list(case.names)}
    told |= _tested(found.b, se, critical(level), None)
    told["zval"] = told["stat"]
    told |= {"sigma2": plain(found.sigma2), "log_lik": plain_number(found.log_lik)}
    if not case.has_moderators:
        far = critical(level) * np.sqrt(se[0] ** 2 + found.sigma2.sum())
        told |= {"pi_lb": plain_number(found.b[0] - far), "pi_ub": plain_number(found.b[0] + far)}
    return told


def _tested(b: Floats, se: Floats, reach: Floats, freedom: float | None) -> Result:
    stat = b / se
    return {
        "b": plain(b), "se": plain(se), "stat": plain(stat), "pval": plain(two_sided(stat, freedom)),
        "ci_lb": plain(b - reach * se), "ci_ub": plain(b + reach * se),
    }  # fmt: skip


def _effects(found: Nested, levels: Sequence[str], units: Sequence[Sequence[tuple[Any, ...]]]) -> Result:
    return {
        name: {
            "unit": ["/".join(label(part) for part in unit) for unit in units[at]],
            "intercept": plain(found.effects[at]),
            "se": plain(found.errors[at]),
        }
        for at, name in enumerate(levels)
    }


def _robust(found: Nested, cells: Sequence[Any], level: float) -> Result:
    (clusters,), _ = nested.levels_of([cells])
    covariance = nested.cluster_robust(found, clusters.codes)
    freedom = clusters.units - len(found.b)
    se = np.sqrt(np.diag(covariance))
    told = _tested(found.b, se, critical(level, float(freedom)), float(freedom))
    return {name: told[name] for name in ("se", "stat", "pval", "ci_lb", "ci_ub")} | {"df": freedom}
