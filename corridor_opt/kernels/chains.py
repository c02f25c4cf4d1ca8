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
        The first arc of the chain in the caller's graph, ascending within a vertex.
    fits : int64 (1,)
        1 where all sums fit 32 bits, else 0 and the rest is of no use.
    vertex : int32 (vertices,)
        The caller's vertex of each vertex of the core.
    """

    number: np.ndarray
    neighbour: np.ndarray
    first: np.ndarray
    head: np.ndarray
    weight: np.ndarray
    arc: np.ndarray
    fits: np.ndarray
    vertex: np.ndarray


@njit(cache=True, nogil=True)
def _kept(
    first_out: np.ndarray, head: np.ndarray, is_open: np.ndarray, keep: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the vertices that are not inside a chain, and two neighbours of each vertex, in one row."""
    n = first_out.size - 1
    neighbour = np.empty(2 * n, np.int32)
    busy = np.zeros(n, np.bool_)
    for v in range(n):
        one = np.int64(-1)
        two = np.int64(-1)
        many = False
        for a in range(first_out[np.uint64(v)], first_out[np.uint64(v + 1)]):
            u = np.int64(head[np.uint64(a)])
            if u == v or not is_open[np.uint64(a)]:
                continue
            if one < 0:
                one = u
            elif two < 0 and u != one:
                two = u
            else:
                # a third, or parallel arcs, which would each need a chain of their own
                many = True
        neighbour[np.uint64(2 * v)] = one
        neighbour[np.uint64(2 * v + 1)] = two
        busy[np.uint64(v)] = many
    # most are known to be busy by now, which saves looking at most arcs from their heads
    for v in range(n):
        for a in range(first_out[np.uint64(v)], first_out[np.uint64(v + 1)]):
            u = np.int64(head[np.uint64(a)])
            if busy[np.uint64(u)] or u == v or not is_open[np.uint64(a)]:
                continue
            one = np.int64(neighbour[np.uint64(2 * u)])
            two = np.int64(neighbour[np.uint64(2 * u + 1)])
            if v in (one, two):
                continue
            if one < 0:
                neighbour[np.uint64(2 * u)] = v
            elif two < 0:
                neighbour[np.uint64(2 * u + 1)] = v
            else:
                busy[np.uint64(u)] = True
    for v in keep:
        busy[v] = True
    return busy, neighbour


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
    for a in range(first_out[np.uint64(v)], first_out[np.uint64(v + 1)]):
        u = np.int64(head[np.uint64(a)])
        if u != before and u != v and is_open[np.uint64(a)]:
            return int(a)
    return -1


@njit(cache=True, nogil=True)
def contract(
    first_out: np.ndarray, head: np.ndarray, weight: np.ndarray, is_open: np.ndarray, keep: np.ndarray
) -> Core:
    """Contract the open arcs of a graph.

    Vertices of the core are numbered as a search in depth meets them, so that what is near lies near.

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
    keep : int64
        Vertices that stay in the core.

    Returns
    -------
    Core
        Self-loops and chains that return to where they began are left out.
    """
    n = first_out.size - 1
    k = weight.shape[1]
    flat = weight.reshape(-1)
    busy, neighbour = _kept(first_out, head, is_open, keep)
    vertices = 0
    most = np.int64(0)
    for i in range(n):
        if busy[np.uint64(i)]:
            vertices += 1
            most += first_out[np.uint64(i + 1)] - first_out[np.uint64(i)]
    number = np.full(n, -1, np.int32)
    first = np.zeros(vertices + 1, np.int64)
    vertex = np.empty(vertices, np.int32)
    heads = np.empty(most, np.int32)
    sums = np.empty(most * k, np.int32)
    arc = np.empty(most, np.int32)
    total = np.empty(k, np.int64)
    stack = np.empty(most + 1, np.int32)
    largest = np.int64(0)
    size = 0
    done = 0
    for root in range(n):
        if not busy[np.uint64(root)] or number[np.uint64(root)] >= 0:
            continue
        stack[0] = root
        waiting = 1
        while waiting > 0:
            waiting -= 1
            v = np.int64(stack[np.uint64(waiting)])
            if number[np.uint64(v)] >= 0:
                continue
            number[np.uint64(v)] = done
            vertex[np.uint64(done)] = v
            done += 1
            for a in range(first_out[np.uint64(v)], first_out[np.uint64(v + 1)]):
                if not is_open[np.uint64(a)]:
                    continue
                here = np.int64(head[np.uint64(a)])
                if busy[np.uint64(here)]:
                    if here == v:
                        continue
                    for c in range(k):
                        sums[np.uint64(size * k + c)] = flat[np.uint64(a * k + c)]
                else:
                    for c in range(k):
                        total[np.uint64(c)] = flat[np.uint64(a * k + c)]
                    before = v
                    while not busy[np.uint64(here)]:
                        # `onward`, written out: a call with arrays counts references
                        b = first_out[np.uint64(here)]
                        end = first_out[np.uint64(here + 1)]
                        u = here
                        while b < end:
                            u = np.int64(head[np.uint64(b)])
                            if u != before and u != here and is_open[np.uint64(b)]:
                                break
                            b += 1
                        if b == end:
                            break
                        for c in range(k):
                            total[np.uint64(c)] += np.int64(flat[np.uint64(b * k + c)])
                        before = here
                        here = u
                    if here == v or not busy[np.uint64(here)]:
                        continue
                    for c in range(k):
                        sums[np.uint64(size * k + c)] = total[np.uint64(c)]
                        largest = max(largest, total[np.uint64(c)])
                heads[np.uint64(size)] = here
                arc[np.uint64(size)] = a
                size += 1
                if number[np.uint64(here)] < 0:
                    stack[np.uint64(waiting)] = here
                    waiting += 1
            first[np.uint64(done)] = size
    for i in range(size):
        heads[np.uint64(i)] = number[np.uint64(heads[np.uint64(i)])]
    for i in range(size * k):
        largest = max(largest, np.int64(sums[np.uint64(i)]))
    fits = np.full(1, largest <= MOST, np.int64)
    return Core(
        number,
        neighbour.reshape((n, 2)),
        first,
        heads[:size],
        sums[: size * k].reshape((size, k)),
        arc[:size],
        fits,
        vertex,
    )


@njit(cache=True, nogil=True)
def longest(first: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Bound the length of any path without circles.

    Parameters
    ----------
    first, weight
        See `Core`.

    Returns
    -------
    int64 (k,)
        Sum over the vertices of the largest weight of an arc out of each.
    """
    k = weight.shape[1]
    flat = weight.reshape(-1)
    bound = np.zeros(k, np.int64)
    for c in range(k):
        total = np.int64(0)
        for v in range(first.size - 1):
            most = np.int64(0)
            for a in range(first[np.uint64(v)], first[np.uint64(v + 1)]):
                most = max(most, np.int64(flat[np.uint64(a * k + c)]))
            total += most
        bound[c] = total
    return bound


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
