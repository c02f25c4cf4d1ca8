"""Many weightings of one topology, checked once: a base world, and what each world changes in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corridor_opt.errors import DataError
from corridor_opt.graph.arrays import LARGEST_PATH, Integers, Query, checked

CLOSED = -1  # an amount that closes the arcs of an item


class Items(NamedTuple):
    """Sets of arcs that change together.

    Attributes
    ----------
    first
        int (items + 1,): the entries of item i are `first[i]` to `first[i + 1] - 1`.
    arcs
        int (entries,): an arc each; an arc may stand in several items.
    times
        int (entries,) or (entries, k + 1), 0 or more: what one unit adds to this arc: to all of its numbers alike, or
        to its weight and to each of its k sums. None: 1. With the base weight here, an amount of 1 doubles the arcs.
    """

    first: ArrayLike
    arcs: ArrayLike
    times: ArrayLike | None = None


class Weightings(NamedTuple):
    """Worlds that kernels may trust; made by `make_weightings`.

    Attributes
    ----------
    query
        The graph; its weights and ends stand for nothing.
    value
        int64 (m, k + 1): weight and sums of the base world.
    item, arc, times
        Items: int64 (items + 1,), int32 (entries,), int64 (entries, k + 1).
    add
        int64 (worlds, items).
    sums_add
        int64 (worlds, items, k), or None.
    """

    query: Query
    value: Integers
    item: Integers
    arc: NDArray[np.int32]
    times: Integers
    add: Integers
    sums_add: Integers | None


def make_weightings(
    first_out: ArrayLike,
    head: ArrayLike,
    weight: ArrayLike,
    *,
    items: Items | tuple[ArrayLike, ...] | None = None,
    add: ArrayLike | None = None,
    is_open: ArrayLike | None = None,
    sums: ArrayLike | None = None,
    sums_add: ArrayLike | None = None,
) -> Weightings:
    """Check many weightings of one topology, for `world_blocks` and `world_distances`.

    Parameters
    ----------
    first_out, head, is_open
        See `pareto_front`. A world can close arcs and cannot open them.
    weight
        int (m,), 0 to 2^31 - 1: weights of the base world.
    items
        Sets of arcs that worlds change.
    add
        int (worlds, items): what each world adds to the weight of each arc of each item, 0 for nothing; `CLOSED` (-1)
        closes them. Amounts of several items add up on an arc, and each arc pays its own; closed wins. None: one
        world, the base.
    sums
        int (m, k), 0 or more: numbers to be added up along the shortest paths, in the base world.
    sums_add
        int (worlds, items, k), 0 or more: what each world adds to them. None: nothing.

    Returns
    -------
    Weightings
        Copied where needed; arrays of the kernels' own types are kept, do not change them.

    Raises
    ------
    DataError
        The arrays cannot be searched; lists every fault.
    """
    faults: list[str] = []
    query = _graph(first_out, head, weight, is_open, faults)
    m = _length(head)
    columns = np.zeros((m or 0, 0), np.int64) if sums is None else numbers("sums", sums, (m, None), faults)
    k = None if columns is None else columns.shape[1]
    item, arc, times = _items(items, m, k, faults)
    count = None if item is None else len(item) - 1
    if add is None:
        amounts: Integers | None = np.zeros((1, count or 0), np.int64)
    else:
        amounts = numbers("add", add, (None, count), faults, least=CLOSED)
    worlds = None if amounts is None else len(amounts)
    if worlds == 0:
        faults.append("add: at least one world (row) expected")
    more = None if sums_add is None else numbers("sums_add", sums_add, (worlds, count, k), faults)
    if query is None or columns is None or amounts is None or item is None or arc is None or times is None or faults:
        raise DataError("these worlds cannot be searched", faults)
    value = np.ascontiguousarray(np.hstack([query.weight.astype(np.int64), columns]))
    found = Weightings(query, value, item, arc, times, amounts, more)
    faults = _too_long(found)
    if faults:
        raise DataError("these worlds cannot be searched", faults)
    return found


def _length(given: ArrayLike) -> int | None:
    """Count arcs even where something else is wrong with the graph."""
    try:
        return int(np.size(given))
    except ValueError:
        return None


def numbers(
    name: str,
    given: ArrayLike,
    shape: tuple[int | None, ...],
    faults: list[str],
    below: int | None = None,
    *,
    least: int = 0,
) -> Integers | None:
    """Read whole numbers of a shape (None for any length), not below `least`, and below `below`."""
    try:
        array = np.asarray(given)
    except (TypeError, ValueError) as problem:
        faults.append(f"{name}: not an array ({problem})")
        return None
    if array.size == 0 and array.dtype.kind == "f":
        array = array.astype(np.int64)
    if array.dtype.kind not in "iu":
        faults.append(f"{name}: integers expected, not {array.dtype}")
        return None
    if array.ndim != len(shape) or any(s not in (None, have) for s, have in zip(shape, array.shape, strict=True)):
        told = ", ".join("any" if s is None else str(s) for s in shape)
        faults.append(f"{name}: shape ({told}) expected, not {array.shape}")
        return None
    if array.size:
        low, high = int(array.min()), int(array.max())
        if low < least:
            faults.append(f"{name}: {low} is below {least}")
        if high >= (2**63 if below is None else below):
            faults.append(f"{name}: {high} is " + ("2^63 or more" if below is None else f"outside 0..{below - 1}"))
    return np.require(array, np.int64, ("C", "A", "W"))


def _graph(
    first_out: ArrayLike, head: ArrayLike, weight: ArrayLike, is_open: ArrayLike | None, faults: list[str]
) -> Query | None:
    """Check the graph and its base weights."""
    try:
        column = np.asarray(weight)
        if column.size == 0 and column.dtype.kind == "f":
            column = column.astype(np.int64)  # numpy calls an empty list float
        if column.ndim != 1:
            faults.append(f"weight: one number an arc expected, not shape {column.shape}")
            return None
        return checked(first_out, head, column[:, None], 0, 0, None, is_open, None)
    except DataError as error:
        faults += error.faults
    except (TypeError, ValueError) as problem:
        faults.append(f"weight: not an array ({problem})")
    return None


def _items(
    items: Items | tuple[ArrayLike, ...] | None, m: int | None, k: int | None, faults: list[str]
) -> tuple[Integers | None, NDArray[np.int32] | None, Integers | None]:
    """Read sets of arcs: where each begins, arcs, and what a unit adds to each number of each."""
    if items is None:
        items = Items([0], [])
    if not isinstance(items, tuple) or len(items) not in (2, 3):
        faults.append(f"items: Items(first, arcs) or Items(first, arcs, times) expected, not {type(items).__name__}")
        return None, None, None
    given = Items(*items)
    first = numbers("items.first", given.first, (None,), faults)
    arcs = numbers("items.arcs", given.arcs, (None,), faults, m)
    if first is None or arcs is None:
        return first, None, None
    if len(first) == 0 or first[0] != 0 or first[-1] != len(arcs) or np.any(np.diff(first) < 0):
        faults.append(f"items.first: 0, then never falling, then {len(arcs)} (the number of entries) expected")
    width = 1 if k is None else k + 1
    if given.times is None:
        return first, arcs.astype(np.int32), np.ones((len(arcs), width), np.int64)
    flat = np.ndim(given.times) == 1
    times = numbers("items.times", given.times, (len(arcs),) if flat else (len(arcs), width), faults)
    if times is not None and flat:
        times = np.repeat(times[:, None], width, axis=1)
    return first, arcs.astype(np.int32), times


def _too_long(w: Weightings) -> list[str]:
    """Say where the longest simple path of some world might exceed 64 bits."""
    faults = []
    n = len(w.query.first_out) - 1
    owner = np.repeat(np.arange(len(w.item) - 1), np.diff(w.item))
    for c in range(w.value.shape[1]):
        amount = w.add if c == 0 else None if w.sums_add is None else w.sums_add[:, :, c - 1]
        most = w.value[:, c].astype(float)
        if amount is not None:
            np.add.at(most, w.arc, amount.max(axis=0, initial=0).astype(float)[owner] * w.times[:, c])
        if most.max(initial=0) * max(n - 1, 1) > LARGEST_PATH:
            what = "weight and add" if c == 0 else f"sums and sums_add, column {c - 1}"
            faults.append(f"{what}: a path over {n} vertices may exceed 2^61; use a coarser unit")
    return faults
