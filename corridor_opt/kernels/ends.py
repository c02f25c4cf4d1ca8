"""Join the ends of a query to a contracted graph, where they lie inside chains."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.chains import Core, onward


class Attached(NamedTuple):
    """Arcs that join the ends of a query to the core.

    Attributes
    ----------
    tail, head : int32 (arcs,)
        Vertices of the core, or the numbers given to the source and to the target.
    arc : int32 (arcs,)
        First arc in the caller's graph.
    weight : int64 (arcs, k)
        Sums over the arcs that each stands for.
    closed : int32
        Arcs of the core that lead through the source or the target, ascending.
    """

    tail: np.ndarray
    head: np.ndarray
    arc: np.ndarray
    weight: np.ndarray
    closed: np.ndarray


@njit(cache=True, nogil=True)
def nothing(criteria: int) -> Attached:
    """Join nothing: both ends of the query are in the graph that is searched.

    Parameters
    ----------
    criteria
        How many.

    Returns
    -------
    Attached
        Empty arrays.
    """
    none = np.empty(0, np.int32)
    return Attached(none, none, none, np.empty((0, criteria), np.int64), none)


@njit(cache=True, nogil=True)
def attach(
    first_out: np.ndarray,
    head: np.ndarray,
    weight: np.ndarray,
    is_open: np.ndarray,
    core: Core,
    source: int,
    target: int,
) -> Attached:
    """Join the ends of a query to the core where they lie inside chains.

    The core has room for two more vertices: `core.first.size - 1` is the source and the next one the target.

    Parameters
    ----------
    first_out, head, weight, is_open
        See `contract`.
    core
        The contracted graph.
    source, target
        Vertices of the caller's graph, not the same.

    Returns
    -------
    Attached
        Arcs in the order of their tails.
    """
    k = weight.shape[1]
    if core.number[source] >= 0 and core.number[target] >= 0:
        return nothing(k)
    vertices = core.first.size - 1
    most = 4
    for end in (source, target):
        for i in range(2):
            v = core.neighbour[end, i]
            if core.number[end] < 0:
                before = end
                while v >= 0 and v != end and core.number[v] < 0:
                    follow = core.neighbour[v, 0] if core.neighbour[v, 0] != before else core.neighbour[v, 1]
                    before = v
                    v = follow
                if v >= 0:
                    most += first_out[v + 1] - first_out[v]
    tails = np.empty(most, np.int32)
    heads = np.empty(most, np.int32)
    arc = np.empty(most, np.int32)
    sums = np.empty((most, k), np.int64)
    closed = np.empty(most, np.int32)
    shut = 0
    size = 0
    total = np.zeros(k, np.int64)
    for end in (source, target):
        if core.number[end] >= 0:
            continue
        for i in range(2):
            v = core.neighbour[end, i]
            before = end
            total[:] = 0
            while v >= 0 and v != end:
                if core.number[v] >= 0:
                    for a in range(first_out[v], first_out[v + 1]):
                        if is_open[a] and head[a] == before:
                            closed[shut] = a
                            shut += 1
                            if end == target:
                                tails[size] = core.number[v]
                                heads[size] = vertices + 1
                                arc[size] = a
                                for c in range(k):
                                    sums[size, c] = total[c] + weight[a, c]
                                size += 1
                    break
                # inside a chain only one arc leads to each neighbour
                a = first_out[v]
                while a < first_out[v + 1] and not (is_open[a] and head[a] == before):
                    a += 1
                if a == first_out[v + 1] or v in (source, target):
                    break
                for c in range(k):
                    total[c] += weight[a, c]
                follow = core.neighbour[v, 0] if core.neighbour[v, 0] != before else core.neighbour[v, 1]
                before = v
                v = follow
    if core.number[source] < 0:
        for a in range(first_out[source], first_out[source + 1]):
            if not is_open[a] or head[a] == source:
                continue
            v = head[a]
            before = source
            for c in range(k):
                total[c] = weight[a, c]
            while core.number[v] < 0 and v != source and v != target:
                b = onward(first_out, head, is_open, before, v)
                if b < 0:
                    break
                for c in range(k):
                    total[c] += weight[b, c]
                before = v
                v = head[b]
            if v != source and (v == target or core.number[v] >= 0):
                tails[size] = vertices
                heads[size] = core.number[v] if core.number[v] >= 0 else vertices + 1
                arc[size] = a
                for c in range(k):
                    sums[size, c] = total[c]
                size += 1
    # from the caller's arcs to the core's, which ascend within a vertex; chains that return are not there
    cut = 0
    for i in range(shut):
        v = core.number[np.searchsorted(first_out, closed[i], side="right") - 1]
        for b in range(core.first[v], core.first[v + 1]):
            if core.arc[b] == closed[i]:
                closed[cut] = b
                cut += 1
                break
    order = np.argsort(tails[:size], kind="mergesort")
    return Attached(tails[order], heads[order], arc[order], sums[order], np.sort(closed[:cut]))
