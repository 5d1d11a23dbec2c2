"""A formula and the columns of a table made into what a model is fitted to: responses, designs, groups. Pure.

As statisticians' software does it: rows with a gap in any column used are left out; columns of text, and of
true and false, are factors, coded against their first level where the model already holds what is left of a
term without them, and by all their levels elsewhere; levels stand in the order of their text, numbers in
``factor()`` in their own order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from measures.engine.problems import AnalysisError, Flags, Floats, Whole, column, is_number, numbers
from variation.engine.formula import Formula, Node, RandomTerm, Term, margins, written

Columns = Mapping[str, Sequence[Any]]
CHANCE = "cbind"


@dataclass(frozen=True)
class Factor:
    """A column of kinds: ``codes`` into ``levels``, -1 where it is missing."""

    codes: Whole
    levels: tuple[str, ...]
    is_flag: bool = False

    def of(self, kept: Flags) -> "Factor":
        """Return the rows kept, with the levels that are left."""
        used, codes = np.unique(self.codes[kept], return_inverse=True)
        return Factor(codes, tuple(self.levels[at] for at in used), self.is_flag)


Values = Floats | Factor


@dataclass(frozen=True)
class Varying:
    """What varies between the units of a grouping: a design of its own and the unit of each row."""

    label: str
    names: tuple[str, ...]
    design: Floats
    codes: Whole
    units: tuple[str, ...]


@dataclass(frozen=True)
class Frame:
    """What a model is fitted to, rows with gaps left out.

    ``y`` is the response; for a share it holds the successes and ``trials`` how many could have been.
    ``is_grouped`` says that successes came as counts, not as one row each.
    """

    y: Floats
    trials: Floats | None
    is_grouped: bool
    names: tuple[str, ...]
    design: Floats
    varying: tuple[Varying, ...]


def frame(formula: Formula, columns: Columns, *, family: str | None = None) -> Frame:
    """Return what the model of *formula* is fitted to.

    Args:
        family: ``gaussian`` or ``binomial``; unless given, a response of zeros and ones, of two kinds or of
            counts by ``cbind`` is binomial, any other gaussian.

    Raises:
        AnalysisError: a column is missing, holds what it can't, or no row is complete.
    """
    responses = list(formula.response[2]) if _is_counts(formula) else [formula.response]
    nodes = dict.fromkeys(responses)
    for terms in (formula.terms, *(term.terms for term in formula.random)):
        nodes |= {node: None for term in terms for node in term}
    values = {node: evaluate(node, columns) for node in nodes}
    groups = {node: _labels(node, columns) for term in formula.random for node in term.group}
    kept = _complete([*values.values(), *groups.values()])
    if not kept.any():
        raise AnalysisError("too_few_points", "No row is complete: each has a gap in a column that is used.")
    values = {node: _kept(each, kept) for node, each in values.items()}
    groups = {node: each.of(kept) for node, each in groups.items()}
    y, trials = _response(responses, values, is_counts=_is_counts(formula), family=family)
    design, names = matrix(formula.terms, values, int(kept.sum()))
    varying = tuple(_varying(term, values, groups, len(y)) for term in formula.random)
    return Frame(y, trials, _is_counts(formula), names, design, varying)


def _kept(values: Values, kept: Flags) -> Values:
    return values.of(kept) if isinstance(values, Factor) else values[kept]


def _is_counts(formula: Formula) -> bool:
    return bool(formula.response[0] == "call" and formula.response[1] == CHANCE)


def _complete(values: Sequence[Values]) -> Flags:
    there = [each.codes >= 0 if isinstance(each, Factor) else ~np.isnan(each) for each in values]
    if len({each.size for each in there}) > 1:
        raise AnalysisError("unknown_parameter", "The columns used are not equally long.")
    return np.asarray(np.logical_and.reduce(there))


def read_column(columns: Columns, name: str) -> Values:
    """Return a column as numbers, or as a factor where it holds text or true and false."""
    cells = column(columns, name)
    if any(isinstance(cell, str) for cell in cells):
        return as_factor(cells)
    flags = [isinstance(cell, bool) for cell in cells if cell is not None]
    if flags and all(flags):
        codes = np.array([-1 if cell is None else int(cell) for cell in cells], dtype=np.intp)
        return Factor(codes, ("FALSE", "TRUE"), is_flag=True)
    return numbers([int(cell) if isinstance(cell, bool) else cell for cell in cells], name)


def as_factor(cells: Sequence[Any]) -> Factor:
    """Return cells as a factor whose levels are in the order of their text."""
    texts = [None if cell is None else label(cell) for cell in cells]
    levels = tuple(sorted({text for text in texts if text is not None}))
    place: dict[str | None, int] = {text: at for at, text in enumerate(levels)}
    return Factor(np.array([place.get(text, -1) for text in texts], dtype=np.intp), levels)


def label(cell: Any) -> str:
    """Return how a cell is named as a level or a unit: 3.0 is 3."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, str):
        return cell
    if not is_number(cell):
        raise AnalysisError("unknown_parameter", f"{str(cell)[:40]!r} is no name for a group or a kind.")
    return f"{cell:.15g}"


def _numbered(values: Values) -> Factor:
    """Return what ``factor()`` makes of numbers: levels in their own order."""
    if isinstance(values, Factor):
        return values
    there = ~np.isnan(values)
    levels, codes = np.unique(values[there], return_inverse=True)
    found = np.full(values.shape, -1, dtype=np.intp)
    found[there] = codes
    return Factor(found, tuple(label(float(level)) for level in levels))


def _labels(node: Node, columns: Columns) -> Factor:
    if node[0] == "name":
        return as_factor(column(columns, node[1]))
    found = _numbered(evaluate(node, columns))
    order = np.argsort(np.array(found.levels))
    place = np.empty(order.size + 1, dtype=np.intp)
    place[order], place[-1] = np.arange(order.size), -1
    return Factor(place[found.codes], tuple(found.levels[at] for at in order))


def _scaled(values: Floats) -> Floats:
    there = values[~np.isnan(values)]
    spread = there.std(ddof=1) if there.size > 1 else 0.0
    return np.asarray((values - there.mean()) / spread) if spread > 0 else np.full_like(values, np.nan)


_CALLS: Mapping[str, Callable[[Floats], Floats]] = {
    "I": lambda x: x,
    "as.numeric": lambda x: x,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "scale": _scaled,
}
_SIGNS: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power,
}  # fmt: skip


def evaluate(node: Node, columns: Columns) -> Values:
    """Return what an expression of a formula gives for every row.

    Raises:
        AnalysisError: ``unknown_parameter`` for what can't be read, ``not_finite`` where no number comes out
            of a row that has one.
    """
    kind = node[0]
    if kind == "name":
        return read_column(columns, node[1])
    if kind == "call" and node[1] in ("factor", "as.factor") and len(node[2]) == 1:
        return _numbered(evaluate(node[2][0], columns))
    return _finite(_number(node, columns), node)


def _number(node: Node, columns: Columns) -> Floats:
    kind = node[0]
    if kind == "number":
        return np.full(len(next(iter(columns.values()), ())), node[1])
    if kind == "(":
        return _number(node[1], columns)
    if kind == "neg":
        return -_number(node[1], columns)
    with np.errstate(all="ignore"):
        if kind == "call" and node[1] in _CALLS and len(node[2]) == 1:
            return _CALLS[node[1]](_number(node[2][0], columns))
        if kind in _SIGNS:
            return _SIGNS[kind](_number(node[1], columns), _number(node[2], columns))
    if kind != "name":
        known = ", ".join(["factor", *_CALLS])
        raise AnalysisError(
            "unknown_parameter", f"“{written(node)[:60]}” can't be worked out here; there are: {known}."
        )
    values = read_column(columns, node[1])
    if isinstance(values, Factor) and not values.is_flag:
        raise AnalysisError("not_finite", f"“{node[1]}” holds text where the formula needs numbers.")
    return np.where(values.codes < 0, np.nan, values.codes) if isinstance(values, Factor) else values


def _finite(values: Floats, node: Node) -> Floats:
    """Refuse infinite numbers; what is no number counts as a gap, as in statisticians' software."""
    if np.isinf(values).any():
        row = int(np.isinf(values).argmax()) + 1
        raise AnalysisError("not_finite", f"“{written(node)[:60]}” is infinite in row {row}.")
    return values


def matrix(terms: Sequence[Term], values: Mapping[Node, Values], rows: int) -> tuple[Floats, tuple[str, ...]]:
    """Return the columns that terms stand for, and their names."""
    there = {frozenset(term) for term in terms}
    found, names = [], []
    for term in terms:
        parts = [
            _coded(node, values[node], in_full=frozenset(rest) not in there)
            for node, rest in zip(term, margins(term), strict=True)
        ]
        for picked in product(*reversed([range(len(part)) for part in parts])):
            chosen = [part[at] for part, at in zip(parts, reversed(picked), strict=True)]
            names.append(":".join(name for name, _cells in chosen) or "(Intercept)")
            found.append(np.prod([cells for _name, cells in chosen], axis=0) if chosen else np.ones(rows))
    return np.column_stack(found) if found else np.empty((rows, 0)), tuple(names)


def _coded(node: Node, values: Values, *, in_full: bool) -> list[tuple[str, Floats]]:
    name = written(node)
    if not isinstance(values, Factor):
        return [(name, values)]
    if len(values.levels) < 2 and not in_full:
        raise AnalysisError(
            "not_estimable", f"“{name}” has one level only: nothing can be compared. Leave it out."
        )
    first = 0 if in_full else 1
    return [
        (name + level, (values.codes == at).astype(np.float64))
        for at, level in enumerate(values.levels)
        if at >= first
    ]


def _varying(
    term: RandomTerm, values: Mapping[Node, Values], groups: Mapping[Node, Factor], rows: int
) -> Varying:
    design, names = matrix(term.terms, values, rows)
    parts = [groups[node] for node in term.group]
    codes = parts[0].codes
    for part in parts[1:]:
        codes = codes * len(part.levels) + part.codes
    used, codes = np.unique(codes, return_inverse=True)
    sizes = [len(part.levels) for part in parts]
    units = tuple(
        ":".join(part.levels[at] for part, at in zip(parts, place, strict=True))
        for place in zip(*(each.tolist() for each in np.unravel_index(used, sizes)), strict=True)
    )
    return Varying(term.label, names, design, codes, units)


def _response(
    nodes: Sequence[Node], values: Mapping[Node, Values], *, is_counts: bool, family: str | None
) -> tuple[Floats, Floats | None]:
    """Return the response, and how many could have been where it is a share."""
    if is_counts:
        return _counts(nodes, values)
    name, y = written(nodes[0]), values[nodes[0]]
    if isinstance(y, Factor):
        if len(y.levels) != 2 and not y.is_flag:
            raise AnalysisError(
                "not_estimable" if len(y.levels) < 2 else "unknown_parameter",
                f"“{name}” holds {len(y.levels)} kinds: a response is a number, or one of two kinds.",
            )
        y = (y.codes if not y.is_flag or len(y.levels) == 2 else y.codes + (y.levels[0] == "TRUE")).astype(
            np.float64
        )
        family = family or "binomial"
    is_share = family == "binomial" or (family is None and bool(np.isin(y, (0.0, 1.0)).all()))
    if not is_share:
        return y, None
    if not np.isin(y, (0.0, 1.0)).all():
        raise AnalysisError(
            "count_exceeds_denominator",
            f"“{name}” holds other numbers than 0 and 1: give counts as cbind({name}, n - {name}).",
        )
    return y, np.ones_like(y)


def _counts(nodes: Sequence[Node], values: Mapping[Node, Values]) -> tuple[Floats, Floats]:
    if len(nodes) != 2:
        raise AnalysisError("unknown_parameter", "cbind takes two counts: successes and failures.")
    held = [values[node] for node in nodes]
    if any(isinstance(each, Factor) for each in held):
        raise AnalysisError("not_finite", "cbind takes two columns of counts.")
    successes, failures = (np.asarray(each, dtype=np.float64) for each in held)
    for counts, node in zip((successes, failures), nodes, strict=True):
        if (counts < 0).any():
            at = int((counts < 0).argmax())
            is_left = node[0] == "-"
            raise AnalysisError(
                "count_exceeds_denominator" if is_left else "negative_count",
                f"“{written(node)}” is {counts[at]:g} in a row: a count can't "
                + ("exceed its denominator." if is_left else "be below 0."),
            )
    if not (successes + failures).any():
        raise AnalysisError("zero_denominator", "All denominators are 0.")
    return successes, successes + failures
