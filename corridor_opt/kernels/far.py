"""Shortest paths whose lengths need 64 bits, by a heap (Dijkstra, lazy deletion), and the way back along any."""

import numpy as np
from numba import njit

from corridor_opt.kernels.bounds import UNREACHED
from corridor_opt.kernels.heap import pop, push


@njit(cache=True, nogil=True)
def spread_far(
    first: np.ndarray,
    head: np.ndarray,
    weight: np.ndarray,
    is_open: np.ndarray,
    criterion: int,
    source: int,
    stop: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Settle vertices in the order of their distances.

    Parameters
    ----------
    first : int64 (n + 1,)
        Where the arcs at each vertex begin.
    head : int32 (arcs,)
        The vertex at the other end of each.
    weight : int32 (arcs, k)
        Arc weights.
    is_open : bool (arcs,)
        Arcs that may be used; empty when all may.
    criterion
        Column of `weight`.
    source
        Where the paths begin.
    stop
        Stop when this vertex is settled; -1 for none.

    Returns
    -------
    distance : int64 (n,)
        `bounds.UNREACHED` where no path leads. After a stop those beyond it are not final.
    last : int32 (n,)
        Last arc of a shortest path to each vertex, -1 for none.
    """
    n = first.size - 1
    distance = np.full(n, UNREACHED, np.int64)
    last = np.full(n, -1, np.int32)
    keys = np.empty(head.size + 1, np.int64)
    items = np.empty(head.size + 1, np.int32)
    no_ties = np.empty((1, 1), np.int64)
    all_open = is_open.size == 0
    distance[source] = 0
    size = push(keys, items, np.int64(0), np.int64(0), source, no_ties, (0,))
    while size > 0:
        near = keys[0]
        v = np.int64(items[0])
        if v == stop:
            break
        size = pop(keys, items, size, no_ties, (0,))
        if near > distance[v]:
            continue
        for a in range(first[v], first[v + 1]):
            if not all_open and not is_open[a]:
                continue
            u = np.int64(head[a])
            far = near + np.int64(weight[a, criterion])
            if far < distance[u]:
                distance[u] = far
                last[u] = a
                size = push(keys, items, size, far, u, no_ties, (0,))
    return distance, last


@njit(cache=True, nogil=True)
def trace_back(first_out: np.ndarray, last: np.ndarray, step: int, offset: int, source: int, target: int) -> np.ndarray:
    """List the arcs of a shortest path.

    Parameters
    ----------
    first_out : int64 (n + 1,)
        CSR offsets.
    last : int32
        Last arc of a shortest path to vertex v at `step * v + offset`.
    step, offset
        Of `last`: 1 and 0, or 4 and 2 for a record of `dial`.
    source, target
        Ends of the path.

    Returns
    -------
    int64
        From source to target.
    """
    size = 0
    v = np.int64(target)
    while v != source:
        size += 1
        v = np.searchsorted(first_out, np.int64(last[step * v + offset]), side="right") - 1
    path = np.empty(size, np.int64)
    v = np.int64(target)
    while v != source:
        size -= 1
        path[size] = last[step * v + offset]
        v = np.searchsorted(first_out, path[size], side="right") - 1
    return path
