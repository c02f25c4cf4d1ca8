"""Perfect lower bounds in 32 bits: a bucket queue (R. B. Dial, Algorithm 360, CACM 12, 1969) or a heap.

Buckets are doubly linked lists through the vertices, so that no vertex is queued twice. A run may be cut off at a
radius or where the ends of the query are settled, and taken up again.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.chains import MOST
from corridor_opt.kernels.heap import pop, push

NONE = 2**31 - 1  # the distance of a vertex that was not reached

# positions in Queue.tally
HERE, LEFT = range(2)
# what `spread` returns
EMPTY, STOPPED, TOO_FAR = range(3)


class Backward(NamedTuple):
    """The arcs of a core by the vertex they enter.

    Attributes
    ----------
    first_in : int64 (vertices + 1,)
        Where the arcs into each vertex begin.
    tail : int32 (arcs,)
        The vertex that each arc leaves.
    weight : int32 (k, arcs)
        A row a criterion, in the order of `tail`.
    """

    first_in: np.ndarray
    tail: np.ndarray
    weight: np.ndarray


class Queue(NamedTuple):
    """State of one run.

    Attributes
    ----------
    distance : int32 (vertices + 2,)
        Distances; those beyond `tally[HERE]` are not settled.
    bucket : int32
        First vertex of each bucket or -1; a power of two of them, more than the largest weight.
    following, before : int32 (vertices + 2,)
        Links inside the buckets.
    tally : int64 (2,)
        Distance reached; vertices queued.
    """

    distance: np.ndarray
    bucket: np.ndarray
    following: np.ndarray
    before: np.ndarray
    tally: np.ndarray


@njit(cache=True, nogil=True)
def turn(first: np.ndarray, head: np.ndarray, weight: np.ndarray) -> Backward:
    """Turn the arcs of a core round, by counting sort.

    Parameters
    ----------
    first, head, weight
        See `chains.Core`.

    Returns
    -------
    Backward
        Fresh arrays.
    """
    n = first.size - 1
    k = weight.shape[1]
    first_in = np.zeros(n + 1, np.int64)
    for a in range(head.size):
        first_in[head[a] + 1] += 1
    for v in range(n):
        first_in[v + 1] += first_in[v]
    tail = np.empty(head.size, np.int32)
    turned = np.empty((k, head.size), np.int32)
    free = first_in[:-1].copy()
    for v in range(n):
        for a in range(first[v], first[v + 1]):
            i = free[head[a]]
            free[head[a]] = i + 1
            tail[i] = v
            for c in range(k):
                turned[c, i] = weight[a, c]
    return Backward(first_in, tail, turned)


@njit(cache=True, nogil=True)
def new_queue(vertices: int, buckets: int) -> Queue:
    """Make an empty queue.

    Parameters
    ----------
    vertices
        Of the core; two more have room.
    buckets
        A power of two, more than any weight.

    Returns
    -------
    Queue
        Fresh arrays.
    """
    return Queue(
        np.full(vertices + 2, NONE, np.int32),
        np.full(buckets, -1, np.int32),
        np.empty(vertices + 2, np.int32),
        np.empty(vertices + 2, np.int32),
        np.zeros(2, np.int64),
    )


@njit(cache=True, nogil=True)
def put(queue: Queue, vertex: int, distance: int) -> None:
    """Queue a vertex with its distance, if that is less than the one it has.

    Parameters
    ----------
    queue
        Changed in place; nothing was taken from it yet.
    vertex
        Of the core.
    distance
        Less than the number of buckets.
    """
    mask = queue.bucket.size - 1
    old = queue.distance[vertex]
    if distance >= old:
        return
    if old != NONE:
        before, after = queue.before[vertex], queue.following[vertex]
        if before >= 0:
            queue.following[before] = after
        else:
            queue.bucket[old & mask] = after
        if after >= 0:
            queue.before[after] = before
    else:
        queue.tally[LEFT] += 1
    queue.distance[vertex] = distance
    after = queue.bucket[distance & mask]
    queue.following[vertex] = after
    queue.before[vertex] = -1
    if after >= 0:
        queue.before[after] = vertex
    queue.bucket[distance & mask] = vertex


@njit(cache=True, nogil=True)
def spread(graph: Backward, queue: Queue, criterion: int, radius: int, one: int, other: int) -> int:
    """Settle vertices in the order of their distances (Dial).

    Parameters
    ----------
    graph
        Arcs by the vertex they enter.
    queue
        State, changed in place.
    criterion
        Row of `graph.weight`.
    radius
        Stop beyond it.
    one, other
        Stop when either is settled; -1 for none.

    Returns
    -------
    int
        EMPTY: all that can be reached within the radius is settled. STOPPED: call again. TOO_FAR: a distance does
        not fit 32 bits.
    """
    first_in, tail, weight = graph.first_in, graph.tail, graph.weight[criterion]
    distance, bucket, following, before = queue.distance, queue.bucket, queue.following, queue.before
    mask = bucket.size - 1
    here, left = queue.tally[HERE], queue.tally[LEFT]
    status = EMPTY
    while left > 0 and here <= radius:
        v = bucket[here & mask]
        if v < 0:
            here += 1
            continue
        after = following[v]
        bucket[here & mask] = after
        if after >= 0:
            before[after] = -1
        left -= 1
        for a in range(first_in[v], first_in[v + 1]):
            u = tail[a]
            far = here + weight[a]
            old = distance[u]
            if far >= old:
                if far > MOST:
                    status = TOO_FAR
                continue
            if old != NONE:
                p, q = before[u], following[u]
                if p >= 0:
                    following[p] = q
                else:
                    bucket[old & mask] = q
                if q >= 0:
                    before[q] = p
            else:
                left += 1
            distance[u] = far
            q = bucket[far & mask]
            following[u] = q
            before[u] = -1
            if q >= 0:
                before[q] = u
            bucket[far & mask] = u
        if v in (one, other):
            status = STOPPED if status == EMPTY else status
            break
        if status == TOO_FAR:
            break
    queue.tally[HERE], queue.tally[LEFT] = here, left
    return status


@njit(cache=True, nogil=True)
def spread_by_heap(graph: Backward, distance: np.ndarray, criterion: int) -> bool:
    """Settle all vertices with a heap, for weights too large for buckets (Dijkstra, lazy deletion).

    Parameters
    ----------
    graph
        Arcs by the vertex they enter.
    distance : int32 (vertices + 2,)
        `NONE`, but for the vertices to begin with; changed in place.
    criterion
        Row of `graph.weight`.

    Returns
    -------
    bool
        False where a distance does not fit 32 bits.
    """
    first_in, tail, weight = graph.first_in, graph.tail, graph.weight[criterion]
    keys = np.empty(tail.size + distance.size, np.int64)
    items = np.empty(tail.size + distance.size, np.int32)
    no_ties = np.empty((1, 1), np.int64)
    size = 0
    for v in range(first_in.size - 1):
        if distance[v] != NONE:
            size = push(keys, items, size, np.int64(distance[v]), v, no_ties, (0,))
    while size > 0:
        near = keys[0]
        v = items[0]
        size = pop(keys, items, size, no_ties, (0,))
        if near > distance[v]:
            continue
        for a in range(first_in[v], first_in[v + 1]):
            u = tail[a]
            far = near + weight[a]
            if far < distance[u]:
                distance[u] = far
                size = push(keys, items, size, far, u, no_ties, (0,))
            elif far > MOST and distance[u] == NONE:
                return False
    return True
