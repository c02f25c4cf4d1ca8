"""Paths that leave a given one at a given vertex, for the k best simple paths.

J. Y. Yen (Finding the k shortest loopless paths in a network, Management Science 17, 1971) splits the paths that are
left by where they leave the last one found; E. L. Lawler (Management Science 18, 1972) does so without finding any
twice. Each part is searched by `exact_front` up to its first solution: the vertices of the common beginning are closed
by letting them remember what covers everything. Dominance holds within a part: there all paths share their
beginning, and of two ways to a vertex the one that is no worse stays no worse, since weights are not negative and a
circle can be cut out. It does not hold between parts: the best path on from a vertex may need what the better
beginning has used up.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.bounds import ReducedGraph
from corridor_opt.kernels.chains import onward
from corridor_opt.kernels.dominance import is_dominated
from corridor_opt.kernels.heap import Dims, push
from corridor_opt.kernels.labels import FREE, FRESH, GENERATED, OPEN, ROWS, SETTLED, Labels

BLOCK = 4
NOTHING = np.iinfo(np.int64).max


@njit(cache=True, nogil=True)
def _shut(block: np.ndarray, rows: np.ndarray, tally: np.ndarray, vertex: int, dims: Dims) -> None:
    """Let a vertex remember what covers everything: keys are not negative."""
    k = len(dims)
    if k < 3:
        rows[vertex, 0] = 1 - k
        return
    if block[vertex, 2] == 0:
        block[vertex, 0] = tally[ROWS]
        block[vertex, 2] = BLOCK
        tally[ROWS] += BLOCK
    for c in range(k - 1):
        rows[block[vertex, 0], c] = -1
    block[vertex, 1] = 1


@njit(cache=True, nogil=True)
def _free(block: np.ndarray, rows: np.ndarray, vertex: int, dims: Dims) -> None:
    """Let a vertex forget everything but its room."""
    if len(dims) < 3:
        rows[vertex, 0] = NOTHING
    else:
        block[vertex, 1] = 0


@njit(cache=True, nogil=True)
def start(
    graph: ReducedGraph,
    labels: Labels,
    source: int,
    bound: np.ndarray,
    beginning: np.ndarray,
    banned: np.ndarray,
    upper: np.ndarray,
    dims: Dims,
) -> None:
    """Open the labels of all arcs by which a path may leave a common beginning.

    Parameters
    ----------
    graph
        Usable arcs with reduced costs.
    labels
        Fresh, or made so by `forget`. There is room for the arcs out of the last vertex, and for 4 rows a vertex
        of the beginning.
    source
        Where the paths begin.
    bound : int64 (k,)
        Distances from the source to the target.
    beginning : int32
        Arcs of `graph` that all the paths begin with.
    banned : int32
        Arcs out of the last vertex that none goes on with.
    upper : int64 (k,)
        Inclusive limits on path values.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant.
    """
    k = len(dims)
    value, origin, block, rows, tally = labels.value, labels.origin, labels.block, labels.rows, labels.tally
    key = bound.copy()
    v = np.int64(source)
    _shut(block, rows, tally, v, dims)
    for i in range(beginning.size):
        for c in range(k):
            key[c] += graph.cost[beginning[i], c]
        v = np.int64(graph.head[beginning[i]])
        _shut(block, rows, tally, v, dims)
    labels.settled[0, 0] = -1
    labels.settled[0, 1] = -1
    tally[SETTLED] = 1
    tally[FREE] = -1
    fresh = np.int64(0)
    for arc in range(graph.first_out[v], graph.first_out[v + 1]):
        use = True
        for i in range(banned.size):
            use &= banned[i] != arc
        for c in range(k):
            value[fresh, c] = key[c] + graph.cost[arc, c]
            use &= value[fresh, c] <= upper[c]
        if not use or is_dominated(block, rows, np.int64(graph.head[arc]), value, fresh, dims):
            continue
        origin[fresh, 0] = 0
        origin[fresh, 1] = arc
        origin[fresh, 2] = graph.head[arc]
        tally[OPEN] = push(labels.heap_key, labels.heap_item, tally[OPEN], value[fresh, 0], fresh, value, dims)
        fresh += 1
    tally[FRESH] = fresh
    tally[GENERATED] += fresh


@njit(cache=True, nogil=True)
def forget(graph: ReducedGraph, labels: Labels, source: int, beginning: np.ndarray, dims: Dims) -> None:
    """Make labels fresh again, at the price of what was touched.

    Parameters
    ----------
    graph, labels, source, beginning, dims
        See `start`. Rows stay with their vertices.
    """
    settled, tally = labels.settled, labels.tally
    _free(labels.block, labels.rows, source, dims)
    for i in range(beginning.size):
        _free(labels.block, labels.rows, np.int64(graph.head[beginning[i]]), dims)
    for label in range(1, tally[SETTLED]):
        _free(labels.block, labels.rows, np.int64(graph.head[settled[label, 1]]), dims)
    tally[OPEN] = 0
    tally[FRESH] = 0
    tally[FREE] = -1
    tally[SETTLED] = 0


@njit(cache=True, nogil=True)
def first_path(labels: Labels, beginning: np.ndarray) -> np.ndarray:
    """Read the path of the label that leaves the heap next.

    Parameters
    ----------
    labels
        State of a search.
    beginning
        See `start`.

    Returns
    -------
    int32
        Arcs of the searched graph from the source on.
    """
    label = labels.heap_item[0]
    length = beginning.size + 1
    parent = labels.origin[label, 0]
    while parent > 0:
        length += 1
        parent = labels.settled[parent, 0]
    path = np.empty(length, np.int32)
    path[: beginning.size] = beginning
    path[length - 1] = labels.origin[label, 1]
    parent = labels.origin[label, 0]
    while parent > 0:
        length -= 1
        path[length - 1] = labels.settled[parent, 1]
        parent = labels.settled[parent, 0]
    return path


@njit(cache=True, nogil=True)
def leave(
    graph: ReducedGraph,
    source: int,
    bound: np.ndarray,
    path: np.ndarray,
    begin: int,
    banned: np.ndarray,
    upper: np.ndarray,
    mark: np.ndarray,
    stamp: int,
) -> np.ndarray:
    """Bound the paths that leave a given one, for each vertex where they may.

    Parameters
    ----------
    graph, source, bound, upper
        See `start`.
    path : int32
        Arcs from the source to the target.
    begin
        Leave after so many arcs or later.
    banned : int32
        Arcs that are not to be used after `begin` arcs.
    mark : int64 (n,)
        Whatever is below `stamp`; changed in place.
    stamp
        Greater at every call.

    Returns
    -------
    int64 (arcs of path - begin, k)
        No such path is better in any criterion; -1 in the first where there is none within the limits.
    """
    first_out, head, cost = graph.first_out, graph.head, graph.cost
    k = bound.size
    least = np.full((path.size - begin, k), -1, np.int64)
    key = bound.copy()
    v = source
    for i in range(path.size):
        mark[v] = stamp
        if i >= begin:
            for arc in range(first_out[v], first_out[v + 1]):
                use = arc != path[i] and mark[head[arc]] != stamp
                if i == begin:
                    for j in range(banned.size):
                        use &= banned[j] != arc
                for c in range(k):
                    use &= key[c] + cost[arc, c] <= upper[c]
                if not use:
                    continue
                fresh = least[i - begin, 0] < 0
                for c in range(k):
                    value = key[c] + cost[arc, c]
                    if fresh or value < least[i - begin, c]:
                        least[i - begin, c] = value
        for c in range(k):
            key[c] += cost[path[i], c]
        v = head[path[i]]
    return least


@njit(cache=True, nogil=True)
def unfold(
    chain: np.ndarray, first_out: np.ndarray, head: np.ndarray, is_open: np.ndarray, number: np.ndarray, target: int
) -> np.ndarray:
    """Follow a path through its chains in the caller's graph.

    Parameters
    ----------
    chain : int32
        The first arc of each chain.
    first_out, head, is_open
        The caller's graph.
    number
        See `chains.Core`.
    target
        Where the path ends.

    Returns
    -------
    int64
        All arcs.
    """
    path = np.empty(max(2 * chain.size, 16), np.int64)
    size = 0
    for i in range(chain.size):
        a = np.int64(chain[i])
        # the tail of the chain's first arc is where the path stands
        before = np.searchsorted(first_out, a, side="right") - 1
        while True:
            if size == path.size:
                path = np.concatenate((path, path))
            path[size] = a
            size += 1
            v = head[a]
            if number[v] >= 0 or v == target:
                break
            a = np.int64(onward(first_out, head, is_open, before, v))
            before = v
    return path[:size].copy()
