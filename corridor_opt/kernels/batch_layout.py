"""A graph laid out for searches in many worlds, as it is seen from one vertex in the base world."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.heap import pop, push

# a closed arc's weight, and the distance of a vertex that was not reached; two of them still fit 64 bits
FAR = 2**62 - 1


class Layout(NamedTuple):
    """A graph as seen from one vertex in the base world.

    Attributes
    ----------
    order : int64 (reached,)
        The vertices that paths lead to, in the order in which they are settled; a vertex's *place* is its index here.
    first : int64 (reached + 1,)
        Where the arcs at each place begin.
    head : int32 (used,)
        Place at the other end of each arc.
    arc : int32 (used,)
        The caller's number of each.
    rank : int32 (arcs,)
        Index of each of the caller's arcs in `head`; -1 where no world can use it.
    """

    order: np.ndarray
    first: np.ndarray
    head: np.ndarray
    arc: np.ndarray
    rank: np.ndarray


@njit(cache=True, nogil=True)
def lay_out(first: np.ndarray, head: np.ndarray, arc: np.ndarray, value: np.ndarray, source: int) -> Layout:
    """Settle the base world from a vertex (Dijkstra, a heap) and number vertices and arcs in that order.

    Parameters
    ----------
    first : int64 (n + 1,)
        Where the arcs at each vertex begin.
    head : int32 (used,)
        The vertex at the other end of each.
    arc : int32 (used,)
        The caller's number of each.
    value : int64 (arcs, k + 1)
        The base world: weight and sums of the caller's arcs; the weight alone is read.
    source
        Where the paths begin.

    Returns
    -------
    Layout
        Arcs at vertices that no path leads to, and those that lead back to where they begin, are left out.
    """
    n = first.size - 1
    distance = np.full(n, FAR, np.int64)
    place = np.full(n, -1, np.int32)
    order = np.empty(n, np.int64)
    keys = np.empty(head.size + 1, np.int64)
    items = np.empty(head.size + 1, np.int32)
    no_ties = np.empty((1, 1), np.int64)
    distance[source] = 0
    size = push(keys, items, np.int64(0), np.int64(0), source, no_ties, (0,))
    reached = 0
    used = 0
    while size > 0:
        v = np.int64(items[0])
        size = pop(keys, items, size, no_ties, (0,))
        if place[v] >= 0:
            continue
        place[v] = reached
        order[reached] = v
        reached += 1
        used += first[v + 1] - first[v]
        for i in range(first[v], first[v + 1]):
            u = np.int64(head[i])
            far = distance[v] + value[arc[i], 0]
            if far < distance[u]:
                distance[u] = far
                size = push(keys, items, size, far, u, no_ties, (0,))
    starts = np.empty(reached + 1, np.int64)
    to = np.empty(used, np.int32)
    number = np.empty(used, np.int32)
    rank = np.full(value.shape[0], -1, np.int32)
    j = 0
    for p in range(reached):
        starts[p] = j
        v = order[p]
        for i in range(first[v], first[v + 1]):
            if head[i] != v:
                to[j] = place[head[i]]
                number[j] = arc[i]
                rank[arc[i]] = j
                j += 1
    starts[reached] = j
    return Layout(order[:reached].copy(), starts, to[:j].copy(), number[:j].copy(), rank)
