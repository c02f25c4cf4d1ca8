"""What shortest paths from one vertex to many come to: sums of weights and sets of items, along the tree they make."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def gather(
    tail: np.ndarray,
    last: np.ndarray,
    step: int,
    offset: int,
    source: int,
    targets: np.ndarray,
    weight: np.ndarray,
    held: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Add up weights and gather items along the paths to some vertices; stretches that paths share are walked once.

    Parameters
    ----------
    tail : int64 (arcs,)
        The vertex each arc leaves.
    last : int32
        Last arc of a shortest path to vertex v at `step * v + offset`, -1 for none.
    step, offset
        Of `last`: 1 and 0, or 4 and 2 for a record of `dial`.
    source
        Where the paths begin.
    targets : int64 (t,)
        Where they end; each is the source or has a last arc.
    weight : int64 (arcs, k)
        What is added up.
    held : uint64 (arcs, words)
        Items each arc holds, as bits.

    Returns
    -------
    sums : int64 (t, k)
        Of the weights.
    met : uint64 (t, words)
        Items that any arc of the path holds.
    """
    k, words = weight.shape[1], held.shape[1]
    place = np.full((last.size - offset + step - 1) // step, -1, np.int32)
    place[source] = 0
    needed = 1
    order = np.empty(1024, np.int64)
    waiting = np.empty(1024, np.int64)
    for target in targets:
        v, depth = np.int64(target), 0
        while place[v] < 0:
            if depth == waiting.size:
                waiting = np.concatenate((waiting, np.empty(depth, np.int64)))
            waiting[depth] = v
            depth += 1
            v = tail[last[step * v + offset]]
        while needed + depth > order.size:
            order = np.concatenate((order, np.empty(order.size, np.int64)))
        while depth > 0:  # what is nearer the source comes first
            depth -= 1
            order[needed] = waiting[depth]
            place[waiting[depth]] = needed
            needed += 1
    sums = np.zeros((needed, k), np.int64)
    met = np.zeros((needed, words), np.uint64)
    for i in range(1, needed):
        a = np.int64(last[step * order[i] + offset])
        j = place[tail[a]]
        for c in range(k):
            sums[i, c] = sums[j, c] + weight[a, c]
        for w in range(words):
            met[i, w] = met[j, w] | held[a, w]
    at = np.empty(targets.size, np.int64)
    for i in range(targets.size):
        at[i] = place[targets[i]]
    return sums[at], met[at]
