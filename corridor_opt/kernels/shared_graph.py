"""What a search with shared items may use: reduced costs, and the items that fall due on each arc."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.shared_sets import sum_over


class SharedGraph(NamedTuple):
    """Usable arcs of a contracted graph; all but `first` and `head` flat.

    Attributes
    ----------
    first : int64 (n + 1,)
        Where the arcs out of each vertex begin.
    head : int32 (arcs,)
        The vertex that each arc enters.
    tail : int32 (arcs,)
        The vertex that each arc leaves.
    arc : int32 (arcs,)
        First arc in the caller's graph.
    cost : int64 (arcs * k,)
        Weight + bound at the head - bound at the tail, never negative.
    due : int64 (arcs * words,)
        Items that must be paid for by the end of the arc: those it holds and those no way on from its head avoids.
    possible : int64 (n * words,)
        Items that some way on from a vertex meets.
    gain : int64 (words * 63 * k,)
        What each item adds to each criterion, once; 0 where there is none.
    gaining : int64
        Criteria that items add to, ascending; one at least.
    """

    first: np.ndarray
    head: np.ndarray
    tail: np.ndarray
    arc: np.ndarray
    cost: np.ndarray
    due: np.ndarray
    possible: np.ndarray
    gain: np.ndarray
    gaining: np.ndarray


@njit(cache=True, nogil=True)
def reduce(
    first: np.ndarray,
    head: np.ndarray,
    arc: np.ndarray,
    weight: np.ndarray,
    usable: np.ndarray,
    bound: np.ndarray,
    packed: np.ndarray,
    certain: np.ndarray,
    possible: np.ndarray,
    gain: np.ndarray,
    gaining: np.ndarray,
) -> SharedGraph:
    """Keep usable arcs, fold the bounds into their costs and the items that are certain into their sets.

    Parameters
    ----------
    first, head, arc, weight
        A contracted graph, see `chains.Core`.
    usable : bool (arcs,)
        Arcs to keep; all vertices they touch have bounds.
    bound : int64 (k, n)
        Distance to the target in each criterion, items left out.
    packed : int64 (arcs * words,)
        What each arc holds.
    certain, possible
        See `shared_reach.ahead_of`.
    gain, gaining
        See `SharedGraph`.

    Returns
    -------
    SharedGraph
        Fresh arrays over the same vertices.
    """
    n = first.size - 1
    k = weight.shape[1]
    words = possible.size // n
    size = 0
    for a in range(head.size):
        size += usable[a]
    begins = np.zeros(n + 1, np.int64)
    heads = np.empty(size, np.int32)
    tails = np.empty(size, np.int32)
    arcs = np.empty(size, np.int32)
    cost = np.empty(size * k, np.int64)
    due = np.empty(size * words, np.int64)
    size = 0
    for v in range(n):
        for a in range(first[v], first[v + 1]):
            if not usable[a]:
                continue
            u = np.int64(head[a])
            heads[size] = u
            tails[size] = v
            arcs[size] = arc[a]
            for c in range(k):
                cost[size * k + c] = weight[a, c] + (bound[c, u] - bound[c, v])
            for w in range(words):
                due[size * words + w] = packed[a * words + w] | certain[u * words + w]
            size += 1
        begins[v + 1] = size
    return SharedGraph(begins, heads, tails, arcs, cost, due, possible, gain, gaining)


@njit(cache=True, nogil=True)
def along_shortest(graph: SharedGraph, source: int, target: int, paid: np.ndarray, criterion: int) -> np.ndarray:
    """Follow a shortest path of one criterion, items left out, and say how much its key grows, items included.

    Parameters
    ----------
    graph
        What may be used.
    source, target
        Ends of the path.
    paid : int64 (words,)
        Items paid for at the source.
    criterion
        Which one.

    Returns
    -------
    int64 (k,)
        Growth in each criterion; what was found so far where arcs of no cost lead in a circle.
    """
    n = graph.first.size - 1
    k = graph.cost.size // max(graph.head.size, 1)
    words = graph.possible.size // n
    grown = np.zeros(k, np.int64)
    met = paid.copy()
    v = np.int64(source)
    for _ in range(n):
        if v == target:
            break
        best = np.int64(-1)
        for a in range(graph.first[v], graph.first[v + 1]):
            if best < 0 or graph.cost[a * k + criterion] < graph.cost[best * k + criterion]:
                best = np.int64(a)
        if best < 0:
            break
        for c in range(k):
            grown[c] += graph.cost[best * k + c]
        for w in range(words):
            new = graph.due[best * words + w] & ~met[w]
            met[w] |= new
            for c in range(k):
                grown[c] += sum_over(new, w, graph.gain, c, k)
        v = np.int64(graph.head[best])
    return grown
