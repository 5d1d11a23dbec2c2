"""Data made ready for linear multilevel models: rows become sums per unit, columns become orthogonal. Pure.

Neither large numbers nor odd units of measurement then cost precision, and any number of fits are worked out
from the same sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from measures.engine.problems import AnalysisError, Floats, Whole
from variation.engine.elimination import Block, Level, Sums
from variation.engine.frame import Varying

_DEPENDENT = 1e-7
_MOST_CROSSED = 1200


@dataclass(frozen=True)
class Prepared:
    """Data made ready for any number of fits: sums, and the way back to the units of measurement.

    ``turns`` make a term's effects from those on orthogonal columns; ``places`` say where a term's columns
    stand: level, and place within it.
    """

    sums: Sums
    varying: tuple[Varying, ...]
    turns: tuple[Floats, ...]
    places: tuple[tuple[int, int], ...]
    crossed: bool
    base: Floats
    back: Floats
    scale: float


def prepare(y: Floats, design: Floats, varying: Sequence[Varying], names: Sequence[str] = ()) -> Prepared:
    """Return data made ready to be fitted.

    Args:
        y: the response; ``design`` (rows, coefficients) what explains it; ``varying`` what varies by unit.
        names: those of the design's columns, for refusals.

    Raises:
        AnalysisError: ``not_estimable`` where no data of this shape could settle the model.
    """
    _refuse_hopeless(y, design, varying)
    basis, turn = orthogonal(design, names)
    at_first = basis.T @ y
    left = y - basis @ at_first
    scale = float(np.sqrt(left @ left / len(left)))
    if scale <= 1e-12 * max(float(np.abs(y).max()), 1e-300):
        raise AnalysisError("not_estimable", "The response doesn't vary beyond what explains it.")
    back = np.asarray(np.linalg.inv(turn), dtype=np.float64)
    columns = [turned(term) for term in varying]
    levels, places, crossed = _levels(varying, [block for block, _turn in columns])
    sums = _sums(levels, places, columns, varying, basis, left / scale, crossed)
    return Prepared(
        sums,
        tuple(varying),
        tuple(each for _block, each in columns),
        places,
        crossed,
        back @ at_first,
        back,
        scale,
    )


def _refuse_hopeless(y: Floats, design: Floats, varying: Sequence[Varying]) -> None:
    if len(y) <= design.shape[1] + 1:
        raise AnalysisError(
            "too_few_points", f"{len(y)} complete rows are too few for {design.shape[1]} coefficients."
        )
    if not varying:
        raise AnalysisError("unknown_parameter", "The formula has no random term: add “+ (1 | school)”.")
    for term in varying:
        units = len(term.units)
        if units < 2:
            raise AnalysisError("not_estimable", f"“{term.label}” has one unit only: nothing varies between.")
        if units >= len(y):
            raise AnalysisError(
                "not_estimable",
                f"Every unit of “{term.label}” has one row: between and within can't be told apart.",
            )
        if units * len(term.names) >= len(y):
            raise AnalysisError(
                "not_estimable", f"“{term.label}” has as many effects as there are rows: fewer may vary."
            )


def orthogonal(design: Floats, names: Sequence[str] = ()) -> tuple[Floats, Floats]:
    """Return orthonormal columns, and the triangle that makes the design from them.

    Raises:
        AnalysisError: ``not_estimable``, naming a column that follows from those before it.
    """
    if design.shape[1] == 1 and (design == design[0]).all() and design[0, 0]:
        root = np.sqrt(len(design))
        return design / (design[0, 0] * root), np.array([[design[0, 0] * root]])
    if len(design) < design.shape[1]:
        raise AnalysisError(
            "too_few_points", f"{len(design)} rows are too few for {design.shape[1]} columns."
        )
    basis, turn = np.linalg.qr(design)
    sizes = np.linalg.norm(design, axis=0)
    weak = np.abs(np.diag(turn)) <= _DEPENDENT * np.maximum(sizes, 1e-300)
    if weak.any():
        name = names[int(weak.argmax())] if len(names) else "a column"
        raise AnalysisError(
            "not_estimable", f"“{name}” follows from the columns before it: leave out one of them."
        )
    return basis, turn


def turned(term: Varying) -> tuple[Floats, Floats]:
    """Return a term's columns made orthogonal with mean square 1, and the way back for its effects."""
    root = np.sqrt(len(term.design))
    if len(term.names) == 1 and (term.design == 1).all():
        return term.design, np.eye(1)
    basis, turn = orthogonal(term.design, term.names)
    return basis * root, np.linalg.inv(turn) * root


def _levels(
    varying: Sequence[Varying], designs: Sequence[Floats]
) -> tuple[tuple[Level, ...], tuple[tuple[int, int], ...], bool]:
    """Return the levels of units, innermost first, and where each term stands: level, first column.

    Units that cross, and so don't nest, stand side by side in one level with a single unit of all rows.
    """
    sizes = {index: len(term.units) for index, term in enumerate(varying)}
    order = sorted(sizes, key=lambda index: -sizes[index])
    stacks: list[list[int]] = []
    for index in order:
        same = bool(stacks) and sizes[stacks[-1][0]] == sizes[index]
        if same and _nests(varying[stacks[-1][0]].codes, varying[index].codes):
            stacks[-1].append(index)
        else:
            stacks.append([index])
    codes = [varying[stack[0]].codes for stack in stacks]
    places: dict[int, tuple[int, int]] = {}
    if not all(_nests(inner, outer) for inner, outer in pairwise(codes)):
        at = 0
        for index, term in enumerate(varying):
            places[index] = (0, at)
            at += len(term.names) * len(term.units)
        if at > _MOST_CROSSED:
            raise AnalysisError(
                "not_estimable",
                f"Units that cross, {at} effects in all, are too many to tell apart here.",
            )
        blocks = tuple(Block(len(term.names), len(term.units)) for term in varying)
        return (Level(blocks, np.zeros(1, dtype=np.intp)),), tuple(places[i] for i in sorted(places)), True
    _refuse_twins(varying, stacks)
    levels = []
    for at_level, stack in enumerate(stacks):
        at = 0
        for index in stack:
            places[index] = (at_level, at)
            at += designs[index].shape[1]
        parent = np.zeros(sizes[stack[0]], dtype=np.intp)
        if at_level + 1 < len(stacks):
            parent[codes[at_level]] = codes[at_level + 1]
        levels.append(Level(tuple(Block(designs[index].shape[1]) for index in stack), parent))
    return tuple(levels), tuple(places[index] for index in sorted(places)), False


def _refuse_twins(varying: Sequence[Varying], stacks: Sequence[Sequence[int]]) -> None:
    """Refuse terms of the same units that hold the same columns: nothing tells them apart."""
    for stack in stacks:
        if len(stack) > 1:
            together = np.column_stack([varying[index].design for index in stack])
            orthogonal(together, [name for index in stack for name in varying[index].names])


def _nests(inner: Whole, outer: Whole) -> bool:
    """Say whether every inner unit lies in one outer unit."""
    parent = np.empty(int(inner.max()) + 1, dtype=np.intp)
    parent[inner] = outer
    return bool((parent[inner] == outer).all())


def _sums(
    levels: Sequence[Level],
    places: Sequence[tuple[int, int]],
    ready: Sequence[tuple[Floats, Floats]],
    varying: Sequence[Varying],
    basis: Floats,
    left: Floats,
    crossed: bool,
) -> Sums:
    """Return the sums of products per innermost unit that fits are worked out from."""
    rows, wide = len(left), levels[0].width
    order = sorted(range(len(varying)), key=lambda index: places[index])
    if crossed:
        own = np.column_stack([_indicators(varying[index], ready[index][0]) for index in order])
        others = np.column_stack([basis, left])
        return Sums(
            tuple(levels), (own.T @ own)[None], (own.T @ others)[None], (others.T @ others)[None], rows,
            basis.shape[1],
        )  # fmt: skip
    columns = [column for index in order for column in ready[index][0].T] + [*basis.T, left]
    inner = varying[order[0]].codes
    outer = levels[0].parent[inner] if len(levels) > 1 else None
    own = _products(columns[:wide], columns[:wide], inner, levels[0].parent.size)
    across = _products(columns[:wide], columns[wide:], inner, levels[0].parent.size)
    around = _products(columns[wide:], columns[wide:], outer, int(levels[0].parent.max()) + 1)
    return Sums(tuple(levels), own, across, around, rows, basis.shape[1])


def _indicators(term: Varying, design: Floats) -> Floats:
    """Return a term's columns once for each unit, 0 in the rows of others."""
    found = np.zeros((len(design), len(term.units), design.shape[1]))
    found[np.arange(len(design)), term.codes] = design
    return found.reshape(len(design), -1)


def _products(left: Sequence[Floats], right: Sequence[Floats], codes: Whole | None, units: int) -> Floats:
    """Return the sums of products of columns by unit: (units, left, right)."""
    found = np.empty((units, len(left), len(right)))
    if codes is None:
        found[0] = np.array([[a @ b for b in right] for a in left])
        return found
    is_same = left is right
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            if is_same and j < i:
                found[:, i, j] = found[:, j, i]
            else:
                found[:, i, j] = np.bincount(codes, weights=a * b, minlength=units)
    return found


def coded(units: Any) -> tuple[tuple[str, ...], Whole]:
    """Return the names of units, and the place among them of each row's."""
    if units.dtype.kind in "iu" and units.size:
        low, high = int(units.min()), int(units.max())
        if high - low < 4 * units.size + 1000:
            there = np.zeros(high - low + 1, dtype=bool)
            there[units - low] = True
            place = np.cumsum(there) - 1
            return tuple((np.flatnonzero(there) + low).astype(str).tolist()), place[units - low]
    names, codes = np.unique(units, return_inverse=True)
    return tuple(names.astype(str).tolist()), codes
