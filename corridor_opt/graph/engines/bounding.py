"""Bounds of a query: distances to its target in each criterion, over a contracted graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor_opt.graph.arrays import Integers, Query
from corridor_opt.graph.engines import Unfit
from corridor_opt.graph.engines.contracted import Contracted, contracted

if TYPE_CHECKING:
    from corridor_opt.kernels.arcs import Arcs
    from corridor_opt.kernels.between import Between
    from corridor_opt.kernels.ends import Attached


class Bounds(NamedTuple):
    """What a search needs to know of its ends.

    Attributes
    ----------
    query
        As asked, or a part of its graph where the rest is of no use.
    shared
        The contracted graph.
    extra
        Arcs that join ends inside chains to the core.
    bound
        int32 (k, vertices + 2): distances to the target in the caller's order of criteria.
    radius
        int64 (k,): vertices farther away are not used.
    lower
        int64 (k,): distance from the source to the target.
    source, target
        Vertices of the core; the first two numbers after them for ends inside chains.
    arc
        The caller's arc for each arc of `query`; None where they are the same.
    """

    query: Query
    shared: Contracted
    extra: Attached
    bound: NDArray[np.int32]
    radius: Integers
    lower: Integers
    source: int
    target: int
    arc: Integers | None = None


def ends_in(contracted: Contracted, query: Query) -> tuple[int, int]:
    """Number the ends of a query in the core."""
    number = contracted.core.number
    n = len(contracted.core.first) - 1
    source, target = int(number[query.source]), int(number[query.target])
    return source if source >= 0 else n, target if target >= 0 else n + 1


def attached(contracted: Contracted, query: Query) -> Attached:
    """Join the ends of a query to the core; raises `Unfit`."""
    from corridor_opt.kernels import chains, ends

    core = contracted.core
    if not core.fits[0]:
        raise Unfit
    extra = ends.attach(query.first_out, query.head, query.weight, query.is_open, core, query.source, query.target)
    if extra.weight.size and int(extra.weight.max()) > chains.MOST:
        raise Unfit
    return extra


class Known(NamedTuple):
    """Distances of all vertices of a core to one target, for many sources.

    Attributes
    ----------
    target
        Of the caller's graph.
    bound
        int32 (k, vertices + 2): see `Bounds`; those of a source inside a chain are not known.
    """

    target: int
    bound: NDArray[np.int32]


def known(query: Query, shared: Contracted) -> Known:
    """Find the distances to a query's target, whatever its source; raises `Unfit`."""
    # with the target for a source, nothing is joined to the core but the target
    alone = query._replace(source=query.target)
    extra = attached(shared, alone)
    target = ends_in(shared, alone)[1]
    every = range(query.weight.shape[1])
    return Known(query.target, np.stack([distances_to(shared, extra, c, most(), target) for c in every]))


def bounded(
    query: Query, shared: Contracted | None, check_clock: Callable[[], None], before: Known | None = None
) -> Bounds | None:
    """Bound a query.

    Parameters
    ----------
    query
        Checked arrays, two different ends.
    shared
        Its graph contracted; None to do what is best for a single query.
    check_clock
        Called between steps.
    before
        What is known of its target; only with `shared`.

    Returns
    -------
    Bounds or None
        None where no path is within the limits.

    Raises
    ------
    Unfit
        Search with 64 bits.
    """
    two = query.weight.shape[1] == 2
    if shared is None:
        if two:
            return _narrowed(query, check_clock)
        shared = contracted(query)
        check_clock()
    extra = attached(shared, query)
    source, target = ends_in(shared, query)
    if before is None and two:
        from corridor_opt.kernels import between, dial

        vertices = np.arange(len(shared.core.vertex), dtype=np.int32)
        found = between.between(shared.backward, shared.forward, extra, query.upper, vertices, source, target)
        check_clock()
        if found.status != dial.GIVEN_UP:
            ready = _read(found)
            return Bounds(query, shared, extra, *ready, source, target) if ready is not None else None
    radius = np.minimum(query.upper, most())
    lower = np.zeros(len(radius), np.int64)
    bound = np.empty((len(radius), len(shared.core.vertex) + 2), np.int32) if before is None else before.bound.copy()
    for c in range(len(radius)):
        check_clock()
        if before is None:
            bound[c] = distances_to(shared, extra, c, int(radius[c]), target)
        near = _join_source(extra, bound[c], c, source)
        if near > radius[c]:
            return None
        lower[c] = near
    if before is not None and two:
        from corridor_opt.kernels import toward

        toward.narrow(shared.forward, extra, bound, radius, source, target)
    return Bounds(query, shared, extra, bound, radius, lower, source, target)


def most() -> int:
    """Give the greatest distance that 32 bits hold."""
    from corridor_opt.kernels.chains import MOST

    return int(MOST)


def _read(found: Between) -> tuple[NDArray[np.int32], Integers, Integers] | None:
    """Read the answer of a kernel: bounds, limits and distances from the source; None for no path."""
    from corridor_opt.kernels import between, dial

    if found.status == between.NO_PATH:
        return None
    if found.status != dial.EMPTY:
        raise Unfit
    if (found.lower > found.limit).any():
        return None  # within one limit no path keeps the other
    return found.bound, found.limit, found.lower


def _narrowed(query: Query, check_clock: Callable[[], None]) -> Bounds | None:
    """Bound a query of two criteria before its graph is contracted, and contract what is left of it."""
    from corridor_opt.kernels import arcs, between, chains, dial, ends
    from corridor_opt.kernels import part as parts

    if int(query.weight.max(initial=0)) > chains.MOST:
        raise Unfit
    backward = arcs.turn(query.first_out, query.head, query.weight, query.is_open)
    check_clock()
    forward = arcs.pair_up(query.first_out, query.head, query.weight, query.is_open)
    vertices = np.arange(len(query.first_out) - 1, dtype=np.int32)
    none = ends.nothing(2)
    found = between.between(backward, forward, none, query.upper, vertices, query.source, query.target)
    check_clock()
    if found.status == dial.GIVEN_UP:
        return bounded(query, contracted(query), check_clock)
    ready = _read(found)
    if ready is None:
        return None
    bound, radius, lower = ready
    part = parts.part(query.first_out, query.head, query.weight, query.is_open, bound[0])
    source, target = (int(end) for end in np.searchsorted(part.vertex, [query.source, query.target]))
    if max(source, target) == len(part.vertex) or (part.vertex[[source, target]] != [query.source, query.target]).any():
        return None  # the limits leave nothing between the ends
    is_open = np.ones(len(part.head), np.bool_)
    left = Query(part.first_out, part.head, part.weight, is_open, query.upper, source, target)
    shared = contracted(left, source, target)
    vertex = part.vertex[shared.core.vertex]
    kept = np.full((2, len(vertex) + 2), arcs.NONE, np.int32)
    kept[:, : len(vertex)] = bound[:, vertex]
    return Bounds(left, shared, none, kept, radius, lower, *ends_in(shared, left), part.arc)


def distances_to(shared: Contracted, extra: Attached, c: int, radius: int, target: int) -> NDArray[np.int32]:
    """Find the distances to the target in one criterion over the core, and the target's own; raises `Unfit`."""
    from corridor_opt.kernels import dial

    n = len(shared.core.vertex)
    laid: Arcs = shared.backward
    begin = np.flatnonzero((extra.head == n + 1) & (extra.tail < n)) if target > n else np.empty(0, np.int64)
    largest = int(max(laid.largest[c], extra.weight[begin, c].max(initial=0)))
    queue = dial.new_queue(largest, laid.total[c], laid.pair.shape[1] // 2)
    record = dial.new_record(laid.first)
    if target < n:
        dial.put(record, 0, queue, target, 0)
    for e in begin:
        dial.put(record, 0, queue, int(extra.tail[e]), int(extra.weight[e, c]))
    status = dial.spread(laid.pair[c], record, queue, largest, radius, -1)
    if status == dial.GIVEN_UP:
        record = by_heap(shared, extra, c, target, begin)
    elif status == dial.TOO_FAR:
        raise Unfit
    record[4 * target] = 0
    return record[: 4 * (n + 2) : 4]


def by_heap(shared: Contracted, extra: Attached, c: int, target: int, begin: NDArray[Any]) -> NDArray[np.int32]:
    """Do the same where buckets do not suit the weights, from the target or the arcs to it; give a record of `dial`."""
    from corridor_opt.kernels import arcs, dial

    n = len(shared.core.vertex)
    record = dial.new_record(shared.backward.first)
    places = np.array([target]) if target < n else extra.tail[begin].astype(np.int64)
    record[4 * places] = 0 if target < n else arcs.NONE
    for e in begin:
        record[4 * extra.tail[e]] = min(int(record[4 * extra.tail[e]]), int(extra.weight[e, c]))
    if not dial.spread_by_heap(shared.backward.pair[c], record, places):
        raise Unfit
    return record


def _join_source(extra: Attached, distance: NDArray[np.int32], c: int, source: int) -> int:
    """Give a source inside a chain its distance, once the ends of the chain have theirs, and read it."""
    from corridor_opt.kernels import usable

    if source == len(distance) - 2:
        usable.join_source(extra, distance, c, source)
    return int(distance[source])
