"""Perfect lower bounds, one one-to-all Dijkstra a criterion, and the graph they reduce."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.heap import pop, push

UNREACHED = np.iinfo(np.int64).max


class ReverseGraph(NamedTuple):
    """The open arcs by the vertex they enter.

    Attributes
    ----------
    first_in : int64 (n + 1,)
        Where the arcs into each vertex begin.
    tail : int32 (arcs,)
        The vertex that each arc leaves.
    weight : int32 (arcs, k)
        Weights, rows in the order of `tail`.
    """

    first_in: np.ndarray
    tail: np.ndarray
    weight: np.ndarray


class ReducedGraph(NamedTuple):
    """What a search from `source` to `target` may use, with reduced costs.

    Attributes
    ----------
    first_out : int64 (n + 1,)
        Where the arcs out of each vertex begin.
    head : int32 (arcs,)
        The vertex that each arc enters.
    arc : int32 (arcs,)
        Its position in the caller's arrays.
    cost : int64 (arcs, k)
        Weight + bound at the head - bound at the tail, never negative.
    """

    first_out: np.ndarray
    head: np.ndarray
    arc: np.ndarray
    cost: np.ndarray


@njit(cache=True, nogil=True)
def reverse(first_out: np.ndarray, head: np.ndarray, weight: np.ndarray, is_open: np.ndarray) -> ReverseGraph:
    """Turn the open arcs round, by counting sort.

    Parameters
    ----------
    first_out : int64 (n + 1,)
        CSR offsets.
    head : int32 (m,)
        The vertex that each arc enters.
    weight : int32 (m, k)
        Arc weights.
    is_open : bool (m,)
        Arcs that may be used.

    Returns
    -------
    ReverseGraph
        Fresh arrays.
    """
    n = first_out.size - 1
    k = weight.shape[1]
    first_in = np.zeros(n + 1, np.int64)
    for a in range(head.size):
        if is_open[a]:
            first_in[head[a] + 1] += 1
    for v in range(n):
        first_in[v + 1] += first_in[v]
    tail = np.empty(first_in[n], np.int32)
    turned = np.empty((first_in[n], k), np.int32)
    free = first_in[:-1].copy()
    for v in range(n):
        for a in range(first_out[v], first_out[v + 1]):
            if is_open[a]:
                u = head[a]
                tail[free[u]] = v
                for c in range(k):
                    turned[free[u], c] = weight[a, c]
                free[u] += 1
    return ReverseGraph(first_in, tail, turned)


@njit(cache=True, nogil=True)
def distances_to(graph: ReverseGraph, criterion: int, target: int) -> np.ndarray:
    """Shortest distances to the target in one criterion (Dijkstra, lazy deletion).

    Parameters
    ----------
    graph
        Arcs by the vertex they enter.
    criterion
        Column of `graph.weight`.
    target
        Where the paths end.

    Returns
    -------
    int64 (n,)
        Distances in the unit of the weights, `UNREACHED` where no path leads to the target.
    """
    # taken out of their tuple once: each access would count references, and that inside the loop
    first_in, tail, weight = graph.first_in, graph.tail, graph.weight
    distance = np.full(first_in.size - 1, UNREACHED, np.int64)
    keys = np.empty(tail.size + 1, np.int64)
    items = np.empty(tail.size + 1, np.int32)
    no_ties = np.empty((1, 1), np.int64)
    distance[target] = 0
    size = push(keys, items, np.int64(0), np.int64(0), target, no_ties, (0,))
    while size > 0:
        near = keys[0]
        v = items[0]
        size = pop(keys, items, size, no_ties, (0,))
        if near > distance[v]:
            continue
        for a in range(first_in[v], first_in[v + 1]):
            u = tail[a]
            far = near + weight[a, criterion]
            if far < distance[u]:
                distance[u] = far
                size = push(keys, items, size, far, np.int64(u), no_ties, (0,))
    return distance


@njit(cache=True, nogil=True)
def reduce(
    first_out: np.ndarray,
    head: np.ndarray,
    weight: np.ndarray,
    is_open: np.ndarray,
    bound: np.ndarray,
    source: int,
    target: int,
) -> ReducedGraph:
    """Keep the arcs that a non-dominated path may use and fold the bounds into their costs.

    Left out are closed arcs, arcs to vertices that cannot reach the target, self-loops, arcs into
    the source and arcs out of the target: weights are not negative, so simple paths suffice. The
    cost of a path prefix in the reduced graph, added to the bound of the source, is the A* key
    g + h of that prefix (Johnson's potentials), and the key of a whole path is its value.

    Parameters
    ----------
    first_out, head, weight, is_open
        See `reverse`.
    bound : int64 (k, n)
        Distance to the target in each criterion, `UNREACHED` where there is none.
    source, target
        Ends of the paths.

    Returns
    -------
    ReducedGraph
        Fresh arrays over the same vertices.
    """
    n = first_out.size - 1
    k = weight.shape[1]
    first = np.zeros(n + 1, np.int64)
    arc = np.empty(head.size, np.int32)
    size = 0
    for v in range(n):
        if v != target and bound[0, v] != UNREACHED:
            for a in range(first_out[v], first_out[v + 1]):
                u = head[a]
                if is_open[a] and u != v and u != source and bound[0, u] != UNREACHED:
                    arc[size] = a
                    size += 1
        first[v + 1] = size
    arc = arc[:size].copy()
    kept = np.empty(size, np.int32)
    cost = np.empty((size, k), np.int64)
    for v in range(n):
        for i in range(first[v], first[v + 1]):
            u = head[arc[i]]
            kept[i] = u
            for c in range(k):
                cost[i, c] = weight[arc[i], c] + (bound[c, u] - bound[c, v])
    return ReducedGraph(first, kept, arc, cost)
