"""The families ``funnel`` and ``funnel_exact``: sites beside what chance gives. Pure."""

from typing import Any

import numpy as np

from measures.engine.families.parameters import Columns, Params, Result, flag, known, number, plain
from measures.engine.points import refuse_uneven
from measures.engine.problems import AnalysisError, Floats, column, is_finite, numbers, refuse_negative
from variation.engine import intervals
from variation.engine.funnel import DataType, Settings, by_site, funnel
from variation.engine.intervals import Interval, Statistic

COLUMNS = {"site", "numerator", "denominator"}
FUNNEL = COLUMNS | {
    "data_type", "limit", "draw_unadjusted", "draw_adjusted", "sr_method", "trim_by", "multiplier",
    "SHMI_rounding",
}  # fmt: skip
EXACT = COLUMNS | {"statistic", "multiplier", "years_of_data", "ratio_type", "rate_type"}
LIMITS = ("ll95", "ul95", "ll998", "ul998")


def funnel_family(columns: Columns, params: Params) -> Result:
    """Return a funnel with its spread and outliers: the contract's family ``funnel``."""
    known(params, FUNNEL)
    settings = _settings(params)
    sites, counts, sizes = _sites(columns, params)
    if settings.data_type is DataType.PROPORTION:
        _refuse_more_than_all(counts, sizes)
    labels, (counts, sizes) = by_site(sites, counts, sizes)
    found = funnel(counts, sizes, settings)
    names = _texts(labels.tolist())
    told: dict[str, Any] = {
        "numerator": found.numerator,
        "denominator": found.denominator,
        "ratio": found.ratio,
        "y_transformed": found.transformed,
        "s": found.error,
        "z_unadjusted": found.z,
        "z_trimmed": found.z_trimmed,
        "trimmed_flag": found.trimmed,
        **{name: getattr(found.limits, name) for name in LIMITS},
        **{f"od_{name}": getattr(found.adjusted, name) for name in LIMITS},
        "outlier": found.outlier,
    }
    return {
        "target": found.target,
        "phi": found.phi,
        "tau2": found.tau2,
        "adjusted_limits_used": found.adjusted_limits_used,
        "sites": {"site": names, **{name: plain(values) for name, values in told.items()}},
        "outlier_sites": [name for name, out in zip(names, found.outlier, strict=True) if out],
    }


def funnel_exact(columns: Columns, params: Params) -> Result:
    """Return closed-form funnels and intervals of sites: the contract's family ``funnel_exact``."""
    known(params, EXACT)
    statistic = Statistic(_choice(params, "statistic", [each.value for each in Statistic]))
    _choice(params, "ratio_type", ["isr", "count"], "isr")
    _choice(params, "rate_type", ["crude"], "crude")
    _positive(params, "years_of_data", 1.0)
    multiplier = _positive(params, "multiplier", 100.0)
    sites, counts, sizes = _sites(columns, params)
    if not len(sites):
        raise AnalysisError("too_few_points", "There is no row.")
    make = intervals.wilson if statistic is Statistic.PROPORTION else intervals.poisson
    return {
        "centre": intervals.centre(counts, sizes, statistic),
        "significance": {"site": sites, "level": intervals.levels(counts, sizes, statistic)},
        "site_intervals": _told(sites, make(counts, sizes, multiplier=multiplier)),
    }


def _told(sites: list[Any], found: Interval) -> Result:
    return {
        key: plain(value) if key != "method" else value
        for key, value in intervals.as_columns(sites, found).items()
    }


def _settings(params: Params) -> Settings:
    trim_by = float(number(params, "trim_by", 0.1))
    if not 0 <= trim_by <= 0.5:
        raise AnalysisError("unknown_parameter", f"trim_by is {trim_by:g}; give a share from 0 to 0.5.")
    limit = number(params, "limit", 99)
    if limit not in (95, 99):
        raise AnalysisError("unknown_parameter", f"limit is {limit:g}; it can be 95, or 99 (for 99.8 %).")
    return Settings(
        data_type=DataType(_choice(params, "data_type", [each.value for each in DataType])),
        limit=int(limit),
        unadjusted=flag(params, "draw_unadjusted", False),
        adjusted=flag(params, "draw_adjusted", True),
        trim_by=trim_by,
        multiplier=_positive(params, "multiplier", 1.0),
        method=_choice(params, "sr_method", ["SHMI", "CQC"], "SHMI"),
        rounded=flag(params, "SHMI_rounding", True),
    )


def _choice(params: Params, name: str, choices: list[str], default: str | None = None) -> str:
    value = params.get(name)
    value = default if value is None else value
    if not isinstance(value, str) or value not in choices:
        raise AnalysisError("unknown_parameter", f"{name} is {value!r}; it can be {', '.join(choices)}.")
    return value


def _positive(params: Params, name: str, default: float) -> float:
    value = float(number(params, name, default))
    if value <= 0:
        raise AnalysisError("unknown_parameter", f"{name} is {value:g}; give a number above 0.")
    return value


def _sites(columns: Columns, params: Params) -> tuple[list[Any], Floats, Floats]:
    """Return the rows' sites, counts and denominators, all of which have to be there."""
    refuse_uneven(columns)
    sites = list(column(columns, params.get("site") or "site"))
    named = [isinstance(site, str) or is_finite(site) for site in sites]
    nameless = next((at for at, is_named in enumerate(named) if not is_named), None)
    if nameless is not None:
        raise AnalysisError("unknown_parameter", f"Row {nameless + 1} names no site.")
    found = []
    for name in ("numerator", "denominator"):
        values = numbers(column(columns, params.get(name) or name), name)
        missing = np.isnan(values)
        if missing.any():
            row = int(missing.argmax()) + 1
            raise AnalysisError("not_finite", f"Row {row} of “{name}” is empty: a funnel needs every number.")
        refuse_negative(values, name)
        found.append(values)
    return sites, found[0], found[1]


def _refuse_more_than_all(counts: Floats, sizes: Floats) -> None:
    over = counts > sizes
    if over.any():
        row = int(over.argmax())
        raise AnalysisError(
            "count_exceeds_denominator",
            f"Row {row + 1} has {counts[row]:g} out of {sizes[row]:g}: a count can't exceed its denominator.",
        )


def _texts(labels: list[Any]) -> list[str]:
    """Return labels as texts; whole numbers without a point."""
    return [str(int(each)) if isinstance(each, float) and each.is_integer() else str(each) for each in labels]
