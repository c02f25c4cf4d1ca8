"""Fronts by other means: numpy and scipy alone, nothing of corridor_opt.

What is shared with the kernels is the definition of a front. There is no queue of labels here, no order of criteria, no
reduced costs and no contraction: whole sets of values move along arcs, and one plain filter keeps what nothing beats.
"""

from __future__ import annotations

import heapq
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

BLOCK = 512  # rows compared at once, so that comparisons stay in the processor's cache


class OutOfTime(Exception):
    """An independent search did not end within the seconds it was given."""


def beaten(values: Integers, others: Integers) -> NDArray[np.bool_]:
    """Say which values some row of others equals or dominates.

    Parameters
    ----------
    values, others
        (points, criteria) and (rows, criteria).

    Returns
    -------
    NDArray[np.bool_]
        (points,).
    """
    found = np.zeros(len(values), np.bool_)
    for begin in range(0, len(others), BLOCK):
        left = np.flatnonzero(~found)
        if not len(left):
            break
        rows = others[begin : begin + BLOCK]
        for at in range(0, len(left), BLOCK):
            some = left[at : at + BLOCK]
            worse = rows[None, :, 0] <= values[some, None, 0]
            for c in range(1, values.shape[1]):
                worse &= rows[None, :, c] <= values[some, None, c]
            found[some] = worse.any(axis=1)
    return found


def non_dominated(values: Integers) -> Integers:
    """Keep the values that no other dominates, each once, in lexicographic order.

    Parameters
    ----------
    values
        (points, criteria).

    Returns
    -------
    Integers
        (kept, criteria).
    """
    values = np.unique(values, axis=0)
    kept = values[:0]
    # in lexicographic order only an earlier row can dominate; the filter is applied block by block
    for begin in range(0, len(values), BLOCK):
        block = values[begin : begin + BLOCK]
        block = block[~beaten(block, kept)]
        no_worse = (block[:, None, :] <= block[None, :, :]).all(axis=2)
        np.fill_diagonal(no_worse, False)  # rows differ: no worse everywhere means better somewhere
        kept = np.concatenate([kept, block[~no_worse.any(axis=0)]])
    return kept


def along_order(
    first_out: Integers, head: Integers, weight: Integers, source: int, target: int, seconds: float = np.inf
) -> Integers:
    """Find a front by dynamic programming over a graph whose arcs all lead to greater vertices.

    The front of a vertex is the filter of the fronts of those before it, each moved by its arc. No bound is used and
    nothing is cut off on the way to the target.

    Parameters
    ----------
    first_out, head, weight
        CSR offsets, heads and weights (arcs, criteria); the order of vertices is topological.
    source, target
        Vertices.
    seconds
        When to give up.

    Returns
    -------
    Integers
        (points, criteria) in lexicographic order.

    Raises
    ------
    ValueError
        An arc leads to a lesser vertex or to its own.
    OutOfTime
        It took too long.
    """
    began = perf_counter()
    n = len(first_out) - 1
    tail = np.repeat(np.arange(n), np.diff(first_out))
    if (np.asarray(head) <= tail).any():
        raise ValueError("the order of vertices is not topological")
    waiting: list[list[Integers]] = [[] for _ in range(n)]
    waiting[source].append(np.zeros((1, weight.shape[1]), np.int64))
    for v in range(source, target + 1):
        if perf_counter() - began > seconds:
            raise OutOfTime
        if not waiting[v]:
            continue
        front = non_dominated(np.concatenate(waiting[v]))
        waiting[v] = [front]
        for arc in range(first_out[v], first_out[v + 1]):
            waiting[head[arc]].append(front + weight[arc])
    return waiting[target][0] if waiting[target] else np.zeros((0, weight.shape[1]), np.int64)


def _matrix(n: int, tail: Integers, head: Integers, cost: NDArray[np.float64]) -> Any:
    """Make a matrix of scipy with the cheapest of parallel arcs; arcs of no cost count."""
    from scipy.sparse import csr_array

    order = np.lexsort((cost, head, tail))
    tail, head, cost = tail[order], head[order], cost[order]
    new = np.ones(len(tail), np.bool_)
    new[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    return csr_array((cost[new], (tail[new], head[new])), shape=(n, n))


def _mean(weight: Integers) -> NDArray[np.float64]:
    """Give the mean of each criterion, above 0."""
    return np.maximum(weight.sum(axis=0) / max(len(weight), 1), 1e-9)


def _supported(
    n: int, tail: Integers, head: Integers, weight: Integers, source: int, target: int, many: int
) -> Integers:
    """Values of shortest paths of scipy under random weightings: attained, so that they may cut off what is worse."""
    from scipy.sparse.csgraph import dijkstra

    k = weight.shape[1]
    rng = np.random.default_rng(1)
    scale = _mean(weight)
    found = []
    for share in np.concatenate([np.eye(k) + 1e-6, rng.dirichlet(np.full(k, 0.5), many)]):
        cost = (weight * (share / scale)).sum(axis=1)
        before = dijkstra(_matrix(n, tail, head, cost), indices=source, return_predecessors=True)[1]
        value, at = np.zeros(k, np.int64), target
        while at != source:
            arcs = np.flatnonzero((tail == before[at]) & (head == at))
            arc = arcs[cost[arcs].argmin()]
            value, at = value + weight[arc], int(tail[arc])
        found.append(value)
    return non_dominated(np.array(found))


def by_correction(
    first_out: Integers,
    head: Integers,
    weight: Integers,
    source: int,
    target: int,
    is_open: NDArray[np.bool_] | None = None,
    seconds: float = np.inf,
    weightings: int = 200,
) -> Integers:
    """Find a front by moving sets of values along arcs until nothing changes.

    A vertex is taken up again whenever something new has reached it, whole sets at a time. A value is given up when
    another at the same vertex is as good, or when with scipy's distances to the target added it is no better than a
    value known there: to begin with, those of scipy's shortest paths under some random weightings.

    Parameters
    ----------
    first_out, head, weight, source, target
        See `along_order`; cycles are allowed.
    is_open
        (arcs,): arcs that may be used; all when None.
    seconds
        When to give up.
    weightings
        How many; they change the time, not the front.

    Returns
    -------
    Integers
        (points, criteria) in lexicographic order.

    Raises
    ------
    OutOfTime
        It took too long.
    """
    from scipy.sparse.csgraph import dijkstra

    began = perf_counter()
    n, k = len(first_out) - 1, weight.shape[1]
    arcs = np.flatnonzero(np.ones(len(head), np.bool_) if is_open is None else is_open)
    tail, head, weight = np.repeat(np.arange(n), np.diff(first_out))[arcs], np.asarray(head)[arcs], weight[arcs]
    columns = [weight[:, c].astype(float) for c in range(k)]
    to_target = np.stack([dijkstra(_matrix(n, head, tail, cost), indices=target) for cost in columns], axis=1)
    if not np.isfinite(to_target[source]).all():
        return np.zeros((0, k), np.int64)
    # near vertices first: what reaches the far ones later is then seldom new
    rank = dijkstra(_matrix(n, tail, head, (weight / _mean(weight)).sum(axis=1)), indices=source)
    out = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n))])
    known = [np.zeros((0, k), np.int64) for _ in range(n)]
    fresh: list[list[Integers]] = [[] for _ in range(n)]
    known[target] = _supported(n, tail, head, weight, source, target, weightings)
    fresh[source].append(np.zeros((1, k), np.int64))
    queue, queued = [(0.0, source)], {source}
    while queue:
        if perf_counter() - began > seconds:
            raise OutOfTime
        _, v = heapq.heappop(queue)
        queued.discard(v)
        came = non_dominated(np.concatenate(fresh[v]))
        fresh[v] = []
        came = came[~beaten(came, known[v])]
        if v != target:
            came = came[~beaten(came + to_target[v].astype(np.int64), known[target])]
        if not len(came):
            continue
        known[v] = np.concatenate([known[v][~beaten(known[v], came)], came])
        if v == target:
            continue
        for arc in range(out[v], out[v + 1]):
            u = int(head[arc])
            if np.isfinite(to_target[u]).all():
                fresh[u].append(came + weight[arc])
                if u not in queued:
                    queued.add(u)
                    # the target first: what it knows cuts off most
                    heapq.heappush(queue, (-1.0 if u == target else float(rank[u]), u))
    return non_dominated(known[target])


def attained(
    first_out: Integers,
    head: Integers,
    weight: Integers,
    source: int,
    target: int,
    values: Integers,
    paths: list[Integers],
    is_open: NDArray[np.bool_] | None = None,
) -> bool:
    """Say whether each value is the sum of a path of open arcs from source to target.

    Parameters
    ----------
    first_out, head, weight, source, target, is_open
        The graph and the query.
    values, paths
        (points, criteria), and the arcs of a path for each.
    """
    tail = np.repeat(np.arange(len(first_out) - 1), np.diff(first_out))
    if len(values) != len(paths):
        return False
    for value, arcs in zip(values, paths, strict=True):
        stops = np.concatenate([[source], np.asarray(head)[arcs]])
        joined = np.array_equal(stops[:-1], tail[arcs]) and stops[-1] == target
        if not joined or not np.array_equal(weight[arcs].sum(axis=0), value):
            return False
        if is_open is not None and not is_open[arcs].all():
            return False
    return True
