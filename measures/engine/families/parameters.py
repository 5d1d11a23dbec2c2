"""Reading the parameters of a case and writing plain results. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from measures.engine.problems import LARGEST, AnalysisError

Params = Mapping[str, Any]
Result = dict[str, Any]
Columns = Mapping[str, Sequence[Any]]
_PLACES = range(-(1 << 53), 1 << 53)


def plain(values: Any) -> list[Any]:
    """Return an array as a list of plain values; what is not finite becomes ``None``."""
    array = np.asarray(values)
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return list(array.tolist())
    return [value if np.isfinite(value) else None for value in array.tolist()]


def plain_number(value: Any) -> Any:
    """Return one number as a plain value; what is not finite becomes ``None``."""
    return plain([float(value)])[0]


def known(params: Params, names: set[str]) -> None:
    """Raise ``unknown_parameter`` for a name that the family does not know."""
    strange = sorted(set(params) - names)
    if strange:
        raise AnalysisError(
            "unknown_parameter",
            f"“{strange[0]}” is no parameter here; there are: {', '.join(sorted(names))}.",
        )


def number(params: Params, name: str, default: Any = None) -> Any:
    """Return a parameter that is a number; *default* when it is not given."""
    value = params.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise AnalysisError("unknown_parameter", f"{name} is {value!r}; give a number.")
    if not abs(value) <= LARGEST:
        raise AnalysisError("not_finite", f"{name} is {value}; give a finite number.")
    return value if isinstance(value, float) or value in _PLACES else float(value)


def flag(params: Params, name: str, default: bool) -> bool:
    """Return a parameter that is true or false."""
    value = params.get(name, default)
    if not isinstance(value, bool):
        raise AnalysisError("unknown_parameter", f"{name} is {value!r}; give true or false.")
    return value


def names(params: Params, name: str) -> list[str]:
    """Return a parameter that is one name or a list of them."""
    value = params.get(name) or []
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise AnalysisError("unknown_parameter", f"{name} is {value!r}; give a list of names.")
    return value


def listed(params: Params, name: str) -> list[Any]:
    """Return a parameter that is a list; one value counts as a list of it."""
    value = params.get(name)
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
