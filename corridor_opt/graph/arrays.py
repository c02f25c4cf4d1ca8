"""Check a query's arrays once, so that the kernels may trust them."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corridor_opt.errors import DataError
from corridor_opt.graph.methods import Bounded, Exact, Method

Integers: TypeAlias = NDArray[np.int64]

MOST_CRITERIA = 6
NO_LIMIT = int(np.iinfo(np.int64).max)
LARGEST_WEIGHT = 2**31 - 1
# a key g + h is at most twice the longest simple path, and one arc may still be added to it
LARGEST_PATH = 2**61
# the kernels are compiled for one layout; numpy copies what has another, read-only arrays among them
LAYOUT: tuple[Literal["C"], Literal["A"], Literal["W"]] = ("C", "A", "W")


class Query(NamedTuple):
    """Arrays that a kernel may trust, of the only dtypes it is compiled for."""

    first_out: Integers
    head: NDArray[np.int32]
    weight: NDArray[np.int32]
    is_open: NDArray[np.bool_]
    upper: Integers
    source: int
    target: int


def checked(
    first_out: ArrayLike,
    head: ArrayLike,
    weight: ArrayLike,
    source: int,
    target: int,
    method: Method | None,
    is_open: ArrayLike | None,
    upper: Sequence[int | None] | NDArray[Any] | None,
    more: Sequence[str] = (),
) -> Query:
    """Gather every fault of a query, and more that were found elsewhere, or make it ready for the kernels."""
    faults: list[str] = []
    offsets = integers("first_out", first_out, 1, faults)
    heads = integers("head", head, 1, faults)
    weights = integers("weight", weight, 2, faults)
    mask = None if is_open is None else read_array("is_open", is_open, 1, faults)
    n = None if offsets is None else len(offsets) - 1
    m = None if heads is None else len(heads)
    if offsets is not None and n is not None:
        if n < 1:
            faults.append("first_out: at least one vertex is needed, that is two entries")
        else:
            if offsets[0] != 0:
                faults.append(f"first_out: must begin with 0, not {offsets[0]}")
            if m is not None and offsets[-1] != m:
                faults.append(f"first_out: must end with the number of arcs, {m}, not {offsets[-1]}")
            falls = np.flatnonzero(offsets[1:] < offsets[:-1])
            if len(falls):
                faults.append(f"first_out: decreases after position {falls[0]}")
            if n > LARGEST_WEIGHT:
                faults.append(f"first_out: {n} vertices; fewer than 2^31 expected")
    if heads is not None and n is not None and len(heads):
        wrong = np.flatnonzero((heads < 0) | (heads >= n))
        if len(wrong):
            faults.append(
                f"head: {len(wrong)} arcs enter a vertex outside 0..{n - 1}, "
                f"the first at position {wrong[0]}: {heads[wrong[0]]}"
            )
        if len(heads) > LARGEST_WEIGHT:
            faults.append(f"head: {len(heads)} arcs; fewer than 2^31 expected")
    if m is not None and mask is not None:
        if mask.dtype != np.bool_:
            faults.append(f"is_open: bool expected, not {mask.dtype}")
        if len(mask) != m:
            faults.append(f"is_open: {len(mask)} entries for {m} arcs")
    k = None if weights is None else weights.shape[1]
    if weights is not None:
        faults += _weight_faults(weights, m, n)
    limits = _limits(upper, k, faults)
    ends = [_vertex(name, end, n, faults) for name, end in (("source", source), ("target", target))]
    if method is not None and not isinstance(method, (Exact, Bounded)):
        faults.append(f"method: Exact(), Bounded(eps) or None expected, not {method!r}")
    faults += more
    if faults or offsets is None or heads is None or weights is None:
        raise DataError("these arrays cannot be searched", faults)
    if mask is None:
        mask = np.ones(len(heads), np.bool_)
    return Query(
        first_out=np.require(offsets, np.int64, LAYOUT),
        head=np.require(heads, np.int32, LAYOUT),
        weight=np.require(weights, np.int32, LAYOUT),
        is_open=np.require(mask, np.bool_, LAYOUT),
        upper=limits,
        source=ends[0],
        target=ends[1],
    )


def asked(
    query: Query,
    source: int,
    target: int,
    method: Method | None,
    upper: Sequence[int | None] | NDArray[Any] | None,
) -> Query:
    """Gather every fault of another query on the same arrays, or make it ready."""
    faults: list[str] = []
    limits = _limits(upper, query.weight.shape[1], faults)
    ends = [
        _vertex(name, end, len(query.first_out) - 1, faults) for name, end in (("source", source), ("target", target))
    ]
    if method is not None and not isinstance(method, (Exact, Bounded)):
        faults.append(f"method: Exact(), Bounded(eps) or None expected, not {method!r}")
    if faults:
        raise DataError("this query cannot be searched", faults)
    return query._replace(upper=limits, source=ends[0], target=ends[1])


def read_array(name: str, given: ArrayLike, ndim: int, faults: list[str]) -> NDArray[Any] | None:
    """Read an array of a certain number of dimensions."""
    try:
        array = np.asarray(given)
    except (TypeError, ValueError) as problem:
        faults.append(f"{name}: not an array ({problem})")
        return None
    if array.ndim != ndim:
        faults.append(f"{name}: {ndim} dimension(s) expected, not shape {array.shape}")
        return None
    return array


def integers(name: str, given: ArrayLike, ndim: int, faults: list[str]) -> NDArray[Any] | None:
    """Read an array of integers."""
    array = read_array(name, given, ndim, faults)
    if array is None or array.dtype.kind in "iu":
        return array
    if array.size == 0 and isinstance(given, (list, tuple)):
        return array.astype(np.int64)  # numpy calls an empty list float
    why = ""
    if array.dtype.kind == "f" and np.all(array == np.floor(array)):
        why = "; the numbers are whole, convert them with .astype(numpy.int64)"
    faults.append(f"{name}: integers expected, not {array.dtype}{why}")
    return None


def _weight_faults(weight: NDArray[Any], arcs: int | None, vertices: int | None) -> list[str]:
    """Say what is wrong with a matrix of integer weights."""
    faults = []
    if not 1 <= weight.shape[1] <= MOST_CRITERIA:
        faults.append(f"weight: 1 to {MOST_CRITERIA} criteria (columns) expected, not {weight.shape[1]}")
    if arcs is not None and len(weight) != arcs:
        faults.append(f"weight: {len(weight)} rows for {arcs} arcs")
    if weight.size == 0:
        return faults
    least, largest = int(weight.min()), int(weight.max())
    if least < 0:
        arc, c = np.argwhere(weight < 0)[0]
        faults.append(f"weight: {np.sum(weight < 0)} negative, the first at arc {arc}, criterion {c}: {weight[arc, c]}")
    if largest > LARGEST_WEIGHT:
        arc, c = np.argwhere(weight > LARGEST_WEIGHT)[0]
        faults.append(f"weight: 2^31 or more at arc {arc}, criterion {c}: {weight[arc, c]}; use a coarser unit")
    if vertices is not None and _may_overflow(vertices, largest):
        faults.append(f"weight: a path over {vertices} vertices may exceed 2^61; use a coarser unit")
    return faults


def _may_overflow(vertices: int, largest: int) -> bool:
    """Say whether the longest simple path may be too long for the kernels' integers."""
    return (vertices - 1) * largest > LARGEST_PATH


def _limits(upper: Sequence[int | None] | NDArray[Any] | None, k: int | None, faults: list[str]) -> Integers:
    """Read the limits on path values, one a criterion."""
    if upper is None:
        return np.full(k or 1, NO_LIMIT)
    try:
        if isinstance(upper, (dict, set, frozenset, str, bytes)) or any(isinstance(u, (bool, np.bool_)) for u in upper):
            raise TypeError
        given = [-1 if limit is None else operator.index(limit) for limit in upper]
    except TypeError:
        faults.append(f"upper: whole numbers or None expected, not {upper!r}")
        return np.full(k or 1, NO_LIMIT)
    if k is not None and len(given) != k:
        faults.append(f"upper: {len(given)} limits for {k} criteria")
    if any(limit < -1 for limit in given):
        faults.append(f"upper: {min(given)} is below 0 (-1 stands for no limit)")
    return np.array([NO_LIMIT if limit < 0 else min(limit, NO_LIMIT) for limit in given], np.int64)


def _vertex(name: str, vertex: int, n: int | None, faults: list[str]) -> int:
    """Read the number of a vertex."""
    try:
        if isinstance(vertex, (bool, np.bool_)):
            raise TypeError
        number = operator.index(vertex)
    except TypeError:
        faults.append(f"{name}: the number of a vertex expected, not {vertex!r}")
        return 0
    if n is not None and not 0 <= number < n:
        faults.append(f"{name}: {number} is outside 0..{n - 1}")
    return number
