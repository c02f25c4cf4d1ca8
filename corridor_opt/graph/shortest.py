"""One criterion: distances from a vertex to all, and one shortest path."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from corridor_opt.errors import DataError
from corridor_opt.graph.arrays import Integers, Query, checked
from corridor_opt.graph.engines.interrupt import Interrupts

UNREACHED = -1  # the distance of a vertex to which no path leads


class ShortestPath(NamedTuple):
    """A shortest path.

    Attributes
    ----------
    value
        Its length.
    arcs
        int64: its arcs, from source to target; empty when these are one vertex.
    """

    value: int
    arcs: Integers


def distances(
    first_out: ArrayLike,
    head: ArrayLike,
    weight: ArrayLike,
    source: int,
    *,
    reverse: bool = False,
    is_open: ArrayLike | None = None,
) -> Integers:
    """Find the distances from one vertex to all (Dijkstra; buckets in 32 bits where they do, else a heap in 64).

    Parameters
    ----------
    first_out, head, is_open
        See `pareto_front`.
    weight
        int (m,) or (m, k): weights of each arc, 0 to 2^31 - 1.
    source
        A vertex.
    reverse
        Distances from all vertices to this one.

    Returns
    -------
    int64 (n,) or (k, n)
        Distances, a row a criterion where `weight` has columns; `UNREACHED` (-1) where no path leads.

    Raises
    ------
    DataError
        The arrays cannot be searched; lists every fault.
    """
    if not isinstance(reverse, (bool, np.bool_)):
        raise DataError("these arrays cannot be searched", [f"reverse: True or False expected, not {reverse!r}"])
    columns, one = _columns(weight)
    query = checked(first_out, head, columns, source, source, None, is_open, None)
    with Interrupts():
        found = all_distances(_unmasked(query) if is_open is None else query, reverse=reverse)
    return found[0] if one else found


def shortest_path(
    first_out: ArrayLike,
    head: ArrayLike,
    weight: ArrayLike,
    source: int,
    target: int,
    *,
    is_open: ArrayLike | None = None,
) -> ShortestPath | None:
    """Find one shortest path between two vertices.

    Parameters
    ----------
    first_out, head, source, target, is_open
        See `pareto_front`.
    weight
        int (m,): weight of each arc, 0 to 2^31 - 1.

    Returns
    -------
    ShortestPath or None
        None when no path leads to the target. The same for the same arrays.

    Raises
    ------
    DataError
        The arrays cannot be searched; lists every fault.
    """
    columns, one = _columns(weight)
    query = checked(first_out, head, columns, source, target, None, is_open, None)
    if not one:
        fault = f"weight: one number an arc expected, not shape {query.weight.shape}"
        raise DataError("these arrays cannot be searched", [fault])
    with Interrupts():
        return path_between(_unmasked(query) if is_open is None else query)[0]


def all_distances(query: Query, *, reverse: bool) -> Integers:
    """Find the distances from a checked query's source, or to it, in every criterion: int64 (k, n)."""
    from corridor_opt.kernels import arcs, chains, dial

    list_arcs = arcs.turn if reverse else arcs.pair_up
    laid = list_arcs(query.first_out, query.head, query.weight, query.is_open)
    found = np.empty((query.weight.shape[1], len(query.first_out) - 1), np.int64)
    for c in range(len(found)):
        if laid.largest[c] <= chains.MOST:
            status, record, _ = dial.spread_from(laid, c, query.source, -1)
            if status == dial.EMPTY:
                found[c] = dial.distances_of(record, UNREACHED)
                continue
        found[c] = far_distances(query, c, reverse=reverse)
    return found


def far_distances(query: Query, criterion: int, *, reverse: bool) -> Integers:
    """Find the distances from a checked query's source, or to it, in one criterion with 64 bits: int64 (n,)."""
    from corridor_opt.kernels import bounds, far

    q = query
    first, head, weight, is_open = q.first_out, q.head, q.weight, q.is_open
    if reverse:
        every = is_open if is_open.size else np.ones(len(head), np.bool_)
        first, head, weight = bounds.reverse(first, head, weight, every)
        is_open = is_open[:0]
    distance, _ = far.spread_far(first, head, weight, is_open, criterion, q.source, -1)
    answer: Integers = np.where(distance == bounds.UNREACHED, UNREACHED, distance)
    return answer


def path_between(
    query: Query, criterion: int = 0, check_clock: Callable[[], None] = lambda: None
) -> tuple[ShortestPath | None, int]:
    """Find a shortest path of a checked query, and say how many bytes that took."""
    from corridor_opt.kernels import arcs, bounds, chains, dial, far

    one = query.weight if query.weight.shape[1] == 1 else np.ascontiguousarray(query.weight[:, [criterion]])
    laid = arcs.pair_up(query.first_out, query.head, one, query.is_open)
    check_clock()
    used = int(laid.pair.nbytes)
    if laid.largest[0] <= chains.MOST:
        status, record, _ = dial.spread_from(laid, 0, query.source, query.target)
        if status in (dial.EMPTY, dial.STOPPED):
            value = int(record[4 * query.target])
            used += 5 * int(record.nbytes)
            if value == arcs.NONE:
                return None, used
            path = far.trace_back(query.first_out, record, 4, 2, query.source, query.target)
            return ShortestPath(value, path), used
    check_clock()
    distance, last = far.spread_far(query.first_out, query.head, one, query.is_open, 0, query.source, query.target)
    used += int(distance.nbytes) + int(last.nbytes)
    if distance[query.target] == bounds.UNREACHED:
        return None, used
    path = far.trace_back(query.first_out, last, 1, 0, query.source, query.target)
    return ShortestPath(int(distance[query.target]), path), used


def _columns(weight: ArrayLike) -> tuple[ArrayLike, bool]:
    """Make one column of a row of weights, and say whether it was one."""
    try:
        array = np.asarray(weight)
    except (TypeError, ValueError):
        return weight, False  # `checked` says what is wrong
    if array.ndim != 1:
        return weight, False
    if array.size == 0 and array.dtype.kind == "f":
        array = array.astype(np.int64)  # numpy calls an empty list float
    return array[:, None], True


def _unmasked(query: Query) -> Query:
    """Leave out a mask that closes nothing."""
    return query._replace(is_open=query.is_open[:0])
