"""The part of a contracted graph that a search may use, with reduced costs, once the bounds are known."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.arcs import NONE, Arcs
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
    out: Arcs, extra: Attached, bound: np.ndarray, criterion: int, other: int, source: int, target: int
) -> int:
    """Follow a shortest path of one criterion by the distances to the target and add up another.

    Parameters
    ----------
    out
        Arcs of the core by the vertex they leave.
    extra
        Arcs that join the ends of the query to it.
    bound : int32 (k, vertices + 2)
        Distances to the target.
    criterion
        Which path to follow.
    other
        What to add up.
    source, target
        Vertices of the core.

    Returns
    -------
    int
        A value that some path has, `MOST` where zero weights led in a circle.
    """
    n = out.first.size - 1
    arcs, more_of = out.pair[criterion], out.pair[other]
    total = np.int64(0)
    v = np.int64(source)
    for _ in range(n + 2):
        if v == target:
            return int(min(total, np.int64(MOST)))
        here = np.int64(bound[criterion, v])
        onto = np.int64(-1)
        least = np.int64(NONE)
        more = np.int64(0)
        for e in range(extra.tail.size):
            u = np.int64(extra.head[e])
            far = np.int64(bound[criterion, u])
            if extra.tail[e] == v and far < least and far + extra.weight[e, criterion] == here:
                onto = u
                least = far
                more = extra.weight[e, other]
        if v < n:
            for a in range(out.first[v], out.first[v + 1]):
                u = np.int64(arcs[2 * a])
                far = np.int64(bound[criterion, u])
                if far < least and far + np.int64(arcs[2 * a + 1]) == here:
                    onto = u
                    least = far
                    more = np.int64(more_of[2 * a + 1])
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
    first, head, arc, weight = core.first, core.head, core.arc, core.weight.reshape(-1)
    flat = bound.reshape(-1)
    near = np.ones(n, np.bool_)
    for c in range(k):
        far = radius[c]
        for v in range(n):
            near[v] &= flat[np.uint64(c * n + v)] <= far
    size = extra.tail.size if near[source] else 0
    for v in range(first.size - 1):
        if near[v] and near[source]:
            size += first[v + 1] - first[v]
    row = np.empty(size * (k + 1), np.int32)
    kept = np.empty(size, np.int32)
    tail = np.empty(size, np.int32)
    largest = np.zeros(k, np.int64)
    begins = np.zeros(n + 1, np.int64)
    size = 0
    joined = 0
    shut = 0
    for v in range(n):
        use = near[v] and v != target and near[source]
        if use and v < first.size - 1:
            # chains through the source or the target are closed; they ascend
            for a in range(first[v], first[v + 1]):
                while shut < extra.closed.size and extra.closed[shut] < a:
                    shut += 1
                if shut < extra.closed.size and extra.closed[shut] == a:
                    continue
                u = np.int64(head[np.uint64(a)])
                if u == source or not near[np.uint64(u)]:
                    continue
                row[np.uint64(size * (k + 1))] = u
                kept[np.uint64(size)] = arc[np.uint64(a)]
                tail[np.uint64(size)] = v
                for c in range(k):
                    cost = np.int64(weight[np.uint64(a * k + c)]) + flat[np.uint64(c * n + u)]
                    cost -= flat[np.uint64(c * n + v)]
                    row[np.uint64(size * (k + 1) + c + 1)] = min(cost, MOST)
                    largest[c] = max(largest[c], cost)
                size += 1
        while joined < extra.tail.size and extra.tail[joined] == v:
            u = np.int64(extra.head[joined])
            if use and u != source and near[u]:
                row[size * (k + 1)] = u
                kept[size] = extra.arc[joined]
                tail[size] = v
                for c in range(k):
                    cost = extra.weight[joined, c] + flat[c * n + u] - flat[c * n + v]
                    row[size * (k + 1) + c + 1] = min(cost, MOST)
                    largest[c] = max(largest[c], cost)
                size += 1
            joined += 1
        begins[v + 1] = size
    rows = row[: size * (k + 1)].reshape((size, k + 1))
    return Searched(begins, rows, kept[:size], tail[:size], largest)
