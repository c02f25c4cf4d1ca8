"""The part of a contracted graph that a search may use, with reduced costs, once the bounds are known."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.arcs import NONE
from corridor_opt.kernels.chains import MOST, Core
from corridor_opt.kernels.ends import Attached


class Searched(NamedTuple):
    """What a search from the source to the target may use, with reduced costs in 32 bits.

    Attributes
    ----------
    first : int64 (vertices + 3,)
        Where the arcs out of each vertex begin.
    row : int32 (arcs, k + 1)
        The vertex that each arc enters and its reduced costs.
    arc : int32 (arcs,)
        First arc in the caller's graph.
    tail : int32 (arcs,)
        The vertex that each arc leaves.
    largest : int64 (k,)
        Largest reduced cost in each criterion.
    """

    first: np.ndarray
    row: np.ndarray
    arc: np.ndarray
    tail: np.ndarray
    largest: np.ndarray


@njit(cache=True, nogil=True)
def join_source(extra: Attached, distance: np.ndarray, criterion: int, source: int) -> None:
    """Give a source inside a chain its distance, once the ends of the chain have theirs.

    Parameters
    ----------
    extra
        Arcs that join the ends of the query to the core.
    distance : int32 (vertices + 2,)
        Changed in place.
    criterion
        What it measures.
    source
        Its number in the core.
    """
    best = np.int64(NONE)
    for e in range(extra.tail.size):
        if extra.tail[e] == source and distance[extra.head[e]] != NONE:
            best = min(best, extra.weight[e, criterion] + distance[extra.head[e]])
    distance[source] = best


@njit(cache=True, nogil=True)
def other_value(
    core: Core, extra: Attached, distance: np.ndarray, criterion: int, other: int, source: int, target: int
) -> int:
    """Follow a shortest path of one criterion and add up another.

    Parameters
    ----------
    core, extra
        Arcs of the core and arcs that join the ends of the query to it.
    distance : int32
        Settled from the target to the source at least.
    criterion
        What `distance` measures.
    other
        What to add up.
    source, target
        Vertices of the core.

    Returns
    -------
    int
        A value that some path has, `MOST` where zero weights led in a circle.
    """
    first, head, weight = core.first, core.head, core.weight
    total = np.int64(0)
    v = source
    for _ in range(first.size + 2):
        if v == target:
            return int(total) if total < MOST else MOST
        onto = -1
        more = np.int64(0)
        for e in range(extra.tail.size):
            if extra.tail[e] == v and distance[extra.head[e]] + extra.weight[e, criterion] == distance[v]:
                onto = extra.head[e]
                more = extra.weight[e, other]
        if v < first.size - 1:
            for a in range(first[v], first[v + 1]):
                u = head[a]
                if distance[u] + np.int64(weight[a, criterion]) == distance[v] and (
                    onto < 0 or distance[u] < distance[onto]
                ):
                    onto = u
                    more = np.int64(weight[a, other])
        if onto < 0:
            return MOST
        total += more
        v = onto
    return MOST


@njit(cache=True, nogil=True)
def reduce(
    core: Core,
    extra: Attached,
    bound: np.ndarray,
    radius: np.ndarray,
    source: int,
    target: int,
) -> Searched:
    """Keep the arcs that a non-dominated path may use and fold the bounds into their costs.

    See `bounds.reduce`; here in 32 bits, over a core and within a radius.

    Parameters
    ----------
    core, extra
        Arcs of the core and arcs that join the ends of the query to it.
    bound : int32 (k, vertices + 2)
        Distances to the target.
    radius : int64 (k,)
        Vertices farther away are not used.
    source, target
        Vertices of the core.

    Returns
    -------
    Searched
        Fresh arrays. Costs that do not fit 32 bits show in `largest`.
    """
    k = radius.size
    n = core.first.size + 1
    first, head, weight, arc = core.first, core.head, core.weight, core.arc
    near = np.ones(n, np.bool_)
    for c in range(k):
        far = radius[c]
        for v in range(n):
            near[v] &= bound[c, v] <= far
    if not near[source]:
        none = np.empty(0, np.int32)
        return Searched(np.zeros(n + 1, np.int64), np.empty((0, k + 1), np.int32), none, none, np.zeros(k, np.int64))
    size = extra.tail.size
    for v in range(first.size - 1):
        if near[v]:
            size += first[v + 1] - first[v]
    row = np.empty((size, k + 1), np.int32)
    kept = np.empty(size, np.int32)
    tail = np.empty(size, np.int32)
    largest = np.zeros(k, np.int64)
    begins = np.zeros(n + 1, np.int64)
    size = 0
    joined = 0
    shut = 0
    for v in range(n):
        use = near[v] and v != target
        if v < first.size - 1 and use:
            # chains through the source or the target are closed; they ascend
            for a in range(first[v], first[v + 1]):
                while shut < extra.closed.size and extra.closed[shut] < a:
                    shut += 1
                if shut < extra.closed.size and extra.closed[shut] == a:
                    continue
                u = head[a]
                if u == source or not near[u]:
                    continue
                row[size, 0] = u
                kept[size] = arc[a]
                tail[size] = v
                for c in range(k):
                    cost = np.int64(weight[a, c]) + bound[c, u] - bound[c, v]
                    row[size, c + 1] = cost
                    largest[c] = max(largest[c], cost)
                size += 1
        while joined < extra.tail.size and extra.tail[joined] == v:
            u = extra.head[joined]
            if use and u != source and near[u]:
                row[size, 0] = u
                kept[size] = extra.arc[joined]
                tail[size] = v
                for c in range(k):
                    cost = extra.weight[joined, c] + bound[c, u] - bound[c, v]
                    row[size, c + 1] = cost
                    largest[c] = max(largest[c], cost)
                size += 1
            joined += 1
        begins[v + 1] = size
    return Searched(begins, row[:size], kept[:size], tail[:size], largest)
