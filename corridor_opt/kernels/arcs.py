"""Arcs laid out for one-to-all searches: a vertex and a weight side by side, a row a criterion."""

from typing import NamedTuple

import numpy as np
from numba import njit

NONE = 2**31 - 1  # the distance of a vertex that was not reached; the weight of a closed arc


class Arcs(NamedTuple):
    """Arcs by the vertex at one of their ends.

    Attributes
    ----------
    first : int64 (n + 1,)
        Where the arcs at each vertex begin.
    pair : int32 (k, 2 * arcs)
        A row a criterion: the vertex at the other end and the weight, arc after arc.
    largest : int64 (k,)
        Largest weight of an open arc.
    total : int64 (k,)
        Sum of the weights of the open arcs.
    """

    first: np.ndarray
    pair: np.ndarray
    largest: np.ndarray
    total: np.ndarray


@njit(cache=True, nogil=True)
def turn(first: np.ndarray, head: np.ndarray, weight: np.ndarray, is_open: np.ndarray) -> Arcs:
    """List arcs by the vertex they enter, by counting sort.

    Parameters
    ----------
    first : int64 (n + 1,)
        Where the arcs out of each vertex begin.
    head : int32 (arcs,)
        The vertex that each arc enters.
    weight : int32 (arcs, k)
        Arc weights.
    is_open : bool (arcs,)
        Arcs that may be used; empty when all may.

    Returns
    -------
    Arcs
        Open arcs, self-loops left out.
    """
    n = first.size - 1
    k = weight.shape[1]
    flat = weight.reshape(-1)
    all_open = is_open.size == 0
    m = np.int64(head.size)
    # tails by counting where vertices begin: loops over the few arcs of each vertex would be guessed wrong
    starts = np.zeros(m + 1, np.int32)
    for v in range(n):
        starts[np.uint64(first[np.uint64(v)])] += 1
    first_in = np.zeros(n + 2, np.int64)
    tail = np.int64(-1)
    for a in range(m):
        tail += np.int64(starts[np.uint64(a)])
        u = np.int64(head[np.uint64(a)])
        if u != tail and (all_open or is_open[np.uint64(a)]):
            first_in[np.uint64(u + 2)] += 1
    for v in range(n):
        first_in[v + 2] += first_in[v + 1]
    size = first_in[n + 1]
    pair = np.empty((k, 2 * size), np.int32)
    turned = pair.reshape(-1)
    # the offsets are one vertex late, and come right as the arcs are laid down
    tail = np.int64(-1)
    for a in range(m):
        tail += np.int64(starts[np.uint64(a)])
        u = np.int64(head[np.uint64(a)])
        if u == tail or not (all_open or is_open[np.uint64(a)]):
            continue
        i = first_in[np.uint64(u + 1)]
        first_in[np.uint64(u + 1)] = i + 1
        for c in range(k):
            turned[np.uint64(2 * (c * size + i))] = tail
            turned[np.uint64(2 * (c * size + i) + 1)] = flat[np.uint64(a * k + c)]
    largest = np.zeros(k, np.int64)
    total = np.zeros(k, np.int64)
    for c in range(k):
        most = np.int64(0)
        both = np.int64(0)
        for i in range(size):
            w = np.int64(turned[np.uint64(2 * (c * size + i) + 1)])
            most = max(most, w)
            both += w
        largest[c] = most
        total[c] = both
    return Arcs(first_in[: n + 1], pair, largest, total)


@njit(cache=True, nogil=True)
def pair_up(first: np.ndarray, head: np.ndarray, weight: np.ndarray, is_open: np.ndarray) -> Arcs:
    """List arcs by the vertex they leave, all of them and in the order they have.

    Parameters
    ----------
    first, head, weight, is_open
        See `turn`.

    Returns
    -------
    Arcs
        `first` is the caller's own; closed arcs weigh `NONE`.
    """
    k = weight.shape[1]
    m = np.int64(head.size)
    flat = weight.reshape(-1)
    pair = np.empty((k, 2 * m), np.int32)
    laid = pair.reshape(-1)
    largest = np.zeros(k, np.int64)
    total = np.zeros(k, np.int64)
    all_open = is_open.size == 0
    for c in range(k):
        most = np.int64(0)
        both = np.int64(0)
        for a in range(m):
            w = np.int64(flat[np.uint64(a * k + c)])
            if all_open or is_open[np.uint64(a)]:
                most = max(most, w)
                both += w
            else:
                w = np.int64(NONE)
            laid[np.uint64(2 * (c * m + a))] = head[np.uint64(a)]
            laid[np.uint64(2 * (c * m + a) + 1)] = w
        largest[c] = most
        total[c] = both
    return Arcs(first, pair, largest, total)
