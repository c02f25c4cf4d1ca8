"""Contraction: chains of vertices with two neighbours become single arcs, and are unpacked on the way out.

A path that enters such a chain leaves it at the other end, so that a search need not stop inside. Vertices with
one neighbour are left out too: nothing leads through them. Ends of a query that lie inside a chain are joined to
the chain's ends by a few arcs of their own (`ends.attach`), and chains through them are closed (after R. Geisberger,
P. Sanders, D. Schultes, D. Delling, Contraction hierarchies, WEA 2008, for the case in which no shortcut can be in
doubt, which makes it exact for any number of criteria).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

MOST = 2**31 - 2  # of what is kept in 32 bits; one less than the largest, which stands for "none"


class Core(NamedTuple):
    """A contracted graph.

    Attributes
    ----------
    number : int32 (n,)
        Number of each vertex in the core, -1 inside a chain.
    neighbour : int32 (n, 2)
        Two vertices that open arcs join to each one, -1 where there are fewer. More are not kept.
    first : int64 (vertices + 1,)
        Where the arcs out of each vertex of the core begin.
    head : int32 (arcs,)
        The vertex of the core that each arc enters.
    weight : int32 (arcs, k)
        Sums over the chain.
    arc : int32 (arcs,)
        The first arc of the chain in the caller's graph, ascending.
    fits : int64 (1,)
        1 where all sums fit 32 bits, else 0 and the rest is of no use.
    """

    number: np.ndarray
    neighbour: np.ndarray
    first: np.ndarray
    head: np.ndarray
    weight: np.ndarray
    arc: np.ndarray
    fits: np.ndarray


@njit(cache=True, nogil=True)
def _meet(neighbour: np.ndarray, busy: np.ndarray, v: int, u: int) -> None:
    """Note that two vertices are joined."""
    if neighbour[v, 0] == u or neighbour[v, 1] == u:
        return
    if neighbour[v, 0] < 0:
        neighbour[v, 0] = u
    elif neighbour[v, 1] < 0:
        neighbour[v, 1] = u
    else:
        busy[v] = True


@njit(cache=True, nogil=True)
def onward(first_out: np.ndarray, head: np.ndarray, is_open: np.ndarray, before: int, v: int) -> int:
    """Find the arc by which a chain goes on.

    Parameters
    ----------
    first_out, head, is_open
        The caller's graph.
    before
        Where the path comes from.
    v
        A vertex inside a chain.

    Returns
    -------
    int
        The only open arc to the other neighbour, -1 where there is none.
    """
    for a in range(first_out[v], first_out[v + 1]):
        if is_open[a] and head[a] != before and head[a] != v:
            return a
    return -1


@njit(cache=True, nogil=True)
def contract(first_out: np.ndarray, head: np.ndarray, weight: np.ndarray, is_open: np.ndarray) -> Core:
    """Contract the open arcs of a graph.

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
    Core
        Self-loops and chains that return to where they began are left out.
    """
    n = first_out.size - 1
    k = weight.shape[1]
    neighbour = np.full((n, 2), -1, np.int32)
    busy = np.zeros(n, np.bool_)
    for v in range(n):
        for a in range(first_out[v], first_out[v + 1]):
            u = head[a]
            if not is_open[a] or u == v:
                continue
            if not busy[u]:
                _meet(neighbour, busy, u, v)
            if not busy[v]:
                _meet(neighbour, busy, v, u)
    number = np.empty(n, np.int32)
    vertices = 0
    for v in range(n):
        kept = busy[v]
        if not kept:
            # parallel arcs out of a vertex would each need a chain of their own
            to_first = 0
            to_second = 0
            for a in range(first_out[v], first_out[v + 1]):
                if is_open[a] and head[a] != v:
                    if head[a] == neighbour[v, 0]:
                        to_first += 1
                    else:
                        to_second += 1
            kept = to_first > 1 or to_second > 1
        number[v] = vertices if kept else -1
        vertices += kept
    first = np.zeros(vertices + 1, np.int64)
    heads = np.empty(head.size, np.int32)
    sums = np.empty((head.size, k), np.int32)
    arc = np.empty(head.size, np.int32)
    total = np.empty(k, np.int64)
    fits = np.ones(1, np.int64)
    size = 0
    for v in range(n):
        if number[v] < 0:
            continue
        for a in range(first_out[v], first_out[v + 1]):
            if not is_open[a]:
                continue
            here = head[a]
            if number[here] >= 0:
                if here != v:
                    heads[size] = number[here]
                    arc[size] = a
                    for c in range(k):
                        sums[size, c] = weight[a, c]
                        if weight[a, c] > MOST:
                            fits[0] = 0
                    size += 1
                continue
            for c in range(k):
                total[c] = weight[a, c]
            before = v
            while number[here] < 0:
                b = onward(first_out, head, is_open, before, here)
                if b < 0:
                    break
                for c in range(k):
                    total[c] += weight[b, c]
                before = here
                here = head[b]
            if number[here] < 0 or here == v:
                continue
            heads[size] = number[here]
            arc[size] = a
            for c in range(k):
                sums[size, c] = total[c]
                if total[c] > MOST:
                    fits[0] = 0
            size += 1
        first[number[v] + 1] = size
    return Core(number, neighbour, first, heads[:size].copy(), sums[:size].copy(), arc[:size].copy(), fits)


@njit(cache=True, nogil=True)
def unpack(
    settled: np.ndarray,
    solution_label: np.ndarray,
    arc: np.ndarray,
    first_out: np.ndarray,
    head: np.ndarray,
    is_open: np.ndarray,
    number: np.ndarray,
    target: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Recover the path of each solution in the caller's graph.

    Parameters
    ----------
    settled : int32
        Parent and last arc of each settled label, label after label.
    solution_label : int32 (solutions,)
        Settled label of each solution.
    arc : int32
        First arc in the caller's graph of each arc that was searched.
    first_out, head, is_open
        The caller's graph.
    number
        See `Core.number`.
    target
        Where the paths end.

    Returns
    -------
    first : int64 (solutions + 1,)
        Where each path begins in `path`.
    path : int64
        Arcs of the caller's graph, from source to target, path after path.
    """
    first = np.zeros(solution_label.size + 1, np.int64)
    path = np.empty(1024, np.int64)
    chain = np.empty(1024, np.int64)
    size = 0
    for s in range(solution_label.size):
        length = 0
        label = solution_label[s]
        while settled[2 * label] >= 0:
            if length == chain.size:
                chain = np.concatenate((chain, chain))
            chain[length] = arc[settled[2 * label + 1]]
            length += 1
            label = settled[2 * label]
        for i in range(length - 1, -1, -1):
            a = chain[i]
            before = -1
            while True:
                if size == path.size:
                    path = np.concatenate((path, path))
                path[size] = a
                size += 1
                v = head[a]
                if number[v] >= 0 or v == target:
                    break
                if before < 0:
                    # the tail of the chain's first arc is where the path stands
                    before = np.searchsorted(first_out, a, side="right") - 1
                following = onward(first_out, head, is_open, before, v)
                before = v
                a = following
        first[s + 1] = size
    return first, path[:size].copy()
