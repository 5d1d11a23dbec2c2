"""The family ``multilevel``: models of rows within units by formula, as the contract has them. Pure."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from measures.engine.families.parameters import Columns, Params, Result, known, plain, plain_number
from measures.engine.points import refuse_uneven
from measures.engine.problems import AnalysisError, Floats
from variation.engine import beta_binomial, linear, logistic, unit_sums
from variation.engine.formula import read_formula
from variation.engine.frame import Frame, Varying, frame
from variation.engine.linear import Component, LinearFit
from variation.engine.logistic import LogisticFit

PARAMETERS = {"formula", "family"}
RESPONSES = ("gaussian", "binomial")
_NODES = (1, 25)
_UNSETTLED = "The data don't tell the coefficients apart."


def multilevel(columns: Columns, params: Params) -> Result:
    """Return the fits of a formula: the contract's family ``multilevel``.

    A response of numbers is fitted by ``reml`` and ``ml``; a share with ``n_agq_1`` and ``n_agq_25`` nodes
    and, where nothing but the unit explains it, by ``beta_binomial``. A fit that can't be made says so in its
    place; where none can, the whole case is refused.
    """
    known(params, PARAMETERS)
    refuse_uneven(columns)
    family = params.get("family")
    if family is not None and family not in RESPONSES:
        raise AnalysisError("unknown_parameter", f"family is {family!r}; it can be {', '.join(RESPONSES)}.")
    data = frame(read_formula(params.get("formula")), columns, family=family)
    return {"fits": _means(data) if data.trials is None else _shares(data, data.trials)}


def _means(data: Frame) -> Result:
    prepared = unit_sums.prepare(data.y, data.design, data.varying, data.names)

    def made(restricted: bool) -> Result:
        return told(linear.fit(prepared, restricted=restricted), data)

    return _each({"reml": partial(made, True), "ml": partial(made, False)})


def _each(fits: Mapping[str, Callable[[], Result]]) -> Result:
    """Return what each fit answers; one that is refused answers its error, if another was made."""
    found: Result = {}
    refused: AnalysisError | None = None
    for name, made in fits.items():
        try:
            found[name] = made()
        except (AnalysisError, np.linalg.LinAlgError) as error:
            problem = (
                error if isinstance(error, AnalysisError) else AnalysisError("not_estimable", _UNSETTLED)
            )
            found[name] = {"error": {"code": problem.code, "message": str(problem)}}
            refused = refused or problem
    if refused and all("error" in each for each in found.values()):
        raise refused
    return found


def told(fit: LinearFit, data: Frame) -> Result:
    """Return a linear fit in the contract's words."""
    order = in_order(fit.components)
    labels = dict(zip(order, _labels([fit.components[at] for at in order]), strict=True))
    components = [(labels[at], fit.components[at]) for at in order]
    criterion, free = -2 * fit.log_lik, fit.parameters
    result: Result = {
        "estimation": "REML" if fit.restricted else "ML",
        "n_obs": fit.rows,
        "groups": {each.label: len(each.units) for _label, each in components},
        "fixed": _coefficients(data.names, fit.estimate, fit.error),
        "variance_components": _variances(components, fit.sigma2),
        "sigma2": fit.sigma2,
        "log_lik": fit.log_lik,
        "aic": criterion + 2 * free,
        "bic": criterion + free * float(np.log(fit.rows)),
        "criterion": criterion,
    }
    if all(each.names == ("(Intercept)",) for each in fit.components):
        parts = {label: float(each.covariance[0, 0]) for label, each in components}
        parts["Residual"] = fit.sigma2
        whole = sum(parts.values())
        result["variance_share"] = {label: part / whole for label, part in parts.items()}
    return result | {"blup": _effects(components)}


def in_order(components: Sequence[Component | Varying]) -> list[int]:
    """Return the peer's order of terms: as written, unless a later one has more units; then by most units."""
    sizes = [len(each.units) for each in components]
    if not (np.diff(sizes) > 0).any():
        return list(range(len(sizes)))
    return [int(at) for at in np.argsort(sizes, kind="stable")[::-1]]


def _labels(components: Sequence[Component]) -> list[str]:
    """Return the labels of terms; a second term of one grouping is ``school.1``."""
    found: list[str] = []
    for each in components:
        before = sum(other.label == each.label for other in components[: len(found)])
        found.append(f"{each.label}.{before}" if before else each.label)
    return found


def _coefficients(names: Sequence[str], estimate: Floats, error: Floats) -> Result:
    return {"name": list(names), "estimate": plain(estimate), "se": plain(error)}


def _variances(components: Sequence[tuple[str, Component]], sigma2: float) -> Result:
    rows: list[tuple[Any, ...]] = []
    for label, each in components:
        spread = np.sqrt(np.diag(each.covariance))
        rows += [
            (label, name, None, variance, sd)
            for name, variance, sd in zip(each.names, np.diag(each.covariance), spread, strict=True)
        ]
        for column in range(len(each.names)):
            for row in range(column + 1, len(each.names)):
                both = spread[row] * spread[column]
                shared = each.covariance[row, column]
                rows.append(
                    (label, each.names[column], each.names[row], shared, shared / both if both else None)
                )
    rows.append(("Residual", None, None, sigma2, np.sqrt(sigma2)))
    group, term1, term2, vcov, sdcor = zip(*rows, strict=True)
    return {
        "group": list(group),
        "term1": list(term1),
        "term2": list(term2),
        "vcov": [float(value) for value in vcov],
        "sdcor": [None if value is None else float(value) for value in sdcor],
    }


def _effects(components: Sequence[tuple[str, Component]]) -> Result:
    found: Result = {}
    for _label, each in components:
        told_of = found.setdefault(each.label, {"unit": list(each.units), "n_units": len(each.units)})
        for at, name in enumerate(each.names):
            key = "intercept" if name == "(Intercept)" else name
            told_of[key] = plain(each.modes[:, at])
            told_of[f"cond_sd_{key}"] = plain(each.spreads[:, at])
    return found


def _shares(data: Frame, trials: Floats) -> Result:
    if len(data.varying) != 1:
        raise AnalysisError(
            "unknown_parameter", "Shares are modelled with one random intercept: write “+ (1 | school)” once."
        )
    term = data.varying[0]

    def made(nodes: int) -> Result:
        return _chances_told(
            logistic.fit(data.y, trials, data.design, term, names=data.names, nodes=nodes), data
        )

    fits = {f"n_agq_{nodes}": partial(made, nodes) for nodes in _NODES}
    if data.names == ("(Intercept)",) and term.names == ("(Intercept)",):
        fits["beta_binomial"] = partial(_sites_told, data, trials)
    return _each(fits)


def _chances_told(fit: LogisticFit, data: Frame) -> Result:
    term = data.varying[0]
    units: Result = {
        "unit": list(term.units),
        "intercept": plain(fit.modes),
        "cond_sd": plain(fit.spreads),
    }
    if data.names == ("(Intercept)",):
        units["shrunk_probability"] = plain(1 / (1 + np.exp(-(fit.estimate[0] + fit.modes))))
    result: Result = {
        "n_agq": fit.nodes,
        "n_obs": fit.rows,
        "fixed": _coefficients(data.names, fit.estimate, fit.error),
        "variance": fit.variance,
        "log_lik": fit.log_lik,
    }
    if data.is_grouped:
        result["log_lik_less_saturated"] = fit.less_saturated
    return result | {"blup": units}


def _sites_told(data: Frame, trials: Floats) -> Result:
    term = data.varying[0]
    counts = np.bincount(term.codes, weights=data.y, minlength=len(term.units)).astype(np.float64)
    sizes = np.bincount(term.codes, weights=trials, minlength=len(term.units)).astype(np.float64)
    fit = beta_binomial.fit(counts, sizes)
    shrunk, low, high = fit.drawn(counts, sizes)
    return {
        "logit_mean": plain_number(np.log(fit.mean / (1 - fit.mean))),
        "se_logit_mean": fit.error,
        "mean": fit.mean,
        "dispersion_phi": fit.precision,
        "alpha": fit.alpha,
        "beta": fit.beta,
        "log_lik": fit.log_lik,
        "unit": list(term.units),
        "shrunk": plain(shrunk),
        "shrunk_lb": plain(low),
        "shrunk_ub": plain(high),
    }
