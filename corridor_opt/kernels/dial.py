"""Shortest distances in 32 bits: a bucket queue (R. B. Dial, Algorithm 360, CACM 12, 1969) or a heap.

Buckets are wider than 1 (after E. V. Denardo, B. L. Fox, Operations Research 27, 1979, and B. V. Cherkassky,
A. V. Goldberg, T. Radzik, Mathematical Programming 73, 1996): a vertex whose distance falls while its bucket is
emptied is settled again, which is rare where a bucket is much narrower than most weights. Where it is not rare, or
where most buckets are empty, the run gives up and a heap does the work. Entries of the queue are not taken out when
a distance falls, they are passed over. A vertex has its distance and where its arcs begin side by side, an arc its
vertex and its weight: what is read together lies together.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.arcs import NONE, Arcs
from corridor_opt.kernels.chains import MOST
from corridor_opt.kernels.heap import pop, push

# positions in Queue.tally
HERE, LEFT, FREE, FRESH, POPS = range(5)
# what `spread` returns
EMPTY, STOPPED, TOO_FAR, GIVEN_UP = range(4)


class Queue(NamedTuple):
    """Vertices that wait.

    Attributes
    ----------
    bucket : int32
        First entry of each bucket or -1; a power of two of them, more than the largest weight reaches.
    entry : int32 (4 * entries,)
        Next entry or -1, vertex, distance when it was queued; one place is not used.
    tally : int64 (5,)
        Bucket reached, entries queued, first free entry or -1, first entry never used, vertices settled.
    shift : int64 (1,)
        A bucket is 2^shift wide.
    """

    bucket: np.ndarray
    entry: np.ndarray
    tally: np.ndarray
    shift: np.ndarray


@njit(cache=True, nogil=True)
def shift_for(largest: int, total: int, arcs: int) -> int:
    """Choose the width of buckets.

    Parameters
    ----------
    largest
        Largest distance between a vertex and one queued from it.
    total, arcs
        Sum of the weights and their number.

    Returns
    -------
    int
        Exponent of 2: about a sixteenth of the mean weight, and more where the buckets would outnumber the arcs.
    """
    shift = 0
    while (16 << shift) * arcs < total:
        shift += 1
    while (largest >> shift) > 2 * arcs + 1024:
        shift += 1
    return shift


@njit(cache=True, nogil=True)
def new_queue(largest: int, total: int, arcs: int) -> Queue:
    """Make an empty queue.

    Parameters
    ----------
    largest, total, arcs
        See `shift_for`.

    Returns
    -------
    Queue
        Fresh arrays.
    """
    shift = shift_for(largest, total, arcs)
    buckets = 4
    while buckets < (largest >> shift) + 2:
        buckets *= 2
    tally = np.zeros(5, np.int64)
    tally[FREE] = -1
    return Queue(np.full(buckets, -1, np.int32), np.empty(4 * (arcs + 64), np.int32), tally, np.full(1, shift))


@njit(cache=True, nogil=True)
def new_record(first: np.ndarray) -> np.ndarray:
    """Make room for what a run in one direction knows of each vertex.

    Parameters
    ----------
    first : int64 (n + 1,)
        Where the arcs at each vertex begin.

    Returns
    -------
    int32 (4 * (n + 3),)
        Distance (`NONE`), where the arcs begin, last arc of a shortest path (-1); one place is not used. Two vertices
        without arcs and an end are added.
    """
    n = first.size - 1
    record = np.empty(4 * (n + 3), np.int32)
    for v in range(n + 3):
        record[np.uint64(4 * v)] = NONE
        record[np.uint64(4 * v + 1)] = first[np.uint64(min(v, n))]
        record[np.uint64(4 * v + 2)] = -1
    return record


@njit(cache=True, nogil=True)
def put(record: np.ndarray, side: int, queue: Queue, vertex: int, distance: int) -> None:
    """Queue a vertex with its distance, if that is less than the one it has.

    Parameters
    ----------
    record
        See `new_record` or `meet.new_record`; changed in place.
    side
        Where in the record the distance is.
    queue
        Changed in place; nothing was taken from it yet.
    vertex
        Of the graph.
    distance
        Not more than `largest` of `new_queue`.
    """
    if distance >= record[4 * vertex + side]:
        return
    record[4 * vertex + side] = distance
    e = queue.tally[FRESH]
    b = distance >> queue.shift[0]
    queue.entry[4 * e] = queue.bucket[b]
    queue.entry[4 * e + 1] = vertex
    queue.entry[4 * e + 2] = distance
    queue.bucket[b] = e
    queue.tally[FRESH] += 1
    queue.tally[LEFT] += 1


@njit(cache=True, nogil=True)
def spread(pair: np.ndarray, record: np.ndarray, queue: Queue, largest: int, radius: int, stop: int) -> int:
    """Settle vertices in the order of their buckets.

    Parameters
    ----------
    pair : int32 (2 * arcs,)
        A row of `Arcs.pair`.
    record
        See `new_record`; changed in place.
    queue
        Changed in place.
    largest
        The largest weight.
    radius
        Stop beyond it; distances up to it are final then.
    stop
        Stop when this vertex is settled; -1 for none.

    Returns
    -------
    int
        EMPTY: all within the radius is settled. STOPPED: `stop` is settled, more is not. TOO_FAR: a distance may not
        fit 32 bits. GIVEN_UP: buckets do not suit these weights.
    """
    bucket, entry, tally = queue.bucket, queue.entry, queue.tally
    shift = queue.shift[0]
    mask = np.int64(bucket.size - 1)
    here, left, free, fresh, pops = tally[HERE], tally[LEFT], tally[FREE], tally[FRESH], tally[POPS]
    room = np.int64(entry.size // 4)
    most_pops = 2 * np.int64(record.size)
    most_buckets = 16 * np.int64(record.size) + 4 * np.int64(bucket.size) + (1 << 16)
    ending = 4 * np.int64(max(stop, 0))
    status = EMPTY
    while left > 0:
        b = np.uint64(here & mask)
        e = np.int64(bucket[b])
        if e < 0:
            here += 1
            if stop >= 0 and np.int64(record[np.uint64(ending)]) < here << shift:
                status = STOPPED
                break
            if here << shift > radius:
                break
            if here > most_buckets or pops > most_pops:
                status = GIVEN_UP
                break
            continue
        bucket[b] = entry[np.uint64(4 * e)]
        v = np.int64(entry[np.uint64(4 * e + 1)])
        near = np.int64(entry[np.uint64(4 * e + 2)])
        entry[np.uint64(4 * e)] = free
        free = e
        left -= 1
        if near > np.int64(record[np.uint64(4 * v)]):
            continue
        if near + largest > MOST:
            status = TOO_FAR
            break
        pops += 1
        for a in range(np.int64(record[np.uint64(4 * v + 1)]), np.int64(record[np.uint64(4 * v + 5)])):
            u = np.int64(pair[np.uint64(2 * a)])
            far = near + np.int64(pair[np.uint64(2 * a + 1)])
            if far >= np.int64(record[np.uint64(4 * u)]):
                continue
            record[np.uint64(4 * u)] = far
            record[np.uint64(4 * u + 2)] = a
            if free >= 0:
                e = free
                free = np.int64(entry[np.uint64(4 * e)])
            elif fresh < room:
                e = fresh
                fresh += 1
            else:
                status = GIVEN_UP
                break
            b = np.uint64((far >> shift) & mask)
            entry[np.uint64(4 * e)] = bucket[b]
            entry[np.uint64(4 * e + 1)] = u
            entry[np.uint64(4 * e + 2)] = far
            bucket[b] = e
            left += 1
        if status == GIVEN_UP:
            break
    tally[HERE], tally[LEFT], tally[FREE], tally[FRESH], tally[POPS] = here, left, free, fresh, pops
    return status


@njit(cache=True, nogil=True)
def spread_by_heap(pair: np.ndarray, record: np.ndarray, begin: np.ndarray) -> bool:
    """Settle all vertices with a heap, for weights that buckets do not suit (Dijkstra, lazy deletion).

    Parameters
    ----------
    pair : int32 (2 * arcs,)
        A row of `Arcs.pair`.
    record
        See `new_record`: fresh, but for the distances of the vertices to begin with; changed in place.
    begin : int64
        The vertices to begin with.

    Returns
    -------
    bool
        False where a distance does not fit 32 bits.
    """
    keys = np.empty(pair.size // 2 + begin.size + 1, np.int64)
    items = np.empty(keys.size, np.int32)
    no_ties = np.empty((1, 1), np.int64)
    size = 0
    for v in begin:
        size = push(keys, items, size, np.int64(record[4 * v]), v, no_ties, (0,))
    while size > 0:
        near = keys[0]
        v = np.int64(items[0])
        size = pop(keys, items, size, no_ties, (0,))
        if near > record[np.uint64(4 * v)]:
            continue
        for a in range(np.int64(record[np.uint64(4 * v + 1)]), np.int64(record[np.uint64(4 * v + 5)])):
            u = np.int64(pair[np.uint64(2 * a)])
            weight = np.int64(pair[np.uint64(2 * a + 1)])
            far = near + weight
            if far < record[np.uint64(4 * u)]:
                record[np.uint64(4 * u)] = far
                record[np.uint64(4 * u + 2)] = a
                size = push(keys, items, size, far, u, no_ties, (0,))
            elif far > MOST and weight != NONE and record[np.uint64(4 * u)] == NONE:
                return False
    return True


@njit(cache=True, nogil=True)
def spread_from(arcs: Arcs, criterion: int, source: int, stop: int) -> tuple[int, np.ndarray, int]:
    """Find the shortest paths from a vertex in one criterion.

    Parameters
    ----------
    arcs
        Arcs by the vertex they leave, or enter for paths that end here.
    criterion
        Row of `arcs.pair`.
    source
        Where the paths begin.
    stop
        Stop when this vertex is settled; -1 for none.

    Returns
    -------
    status : int
        See `spread`.
    record : int32
        See `new_record`.
    settled : int
        Vertices settled.
    """
    largest = arcs.largest[criterion]
    queue = new_queue(largest, arcs.total[criterion], arcs.pair.shape[1] // 2)
    record = new_record(arcs.first)
    put(record, np.int64(0), queue, source, np.int64(0))
    status = spread(arcs.pair[criterion], record, queue, largest, MOST, stop)
    return status, record, queue.tally[POPS]


@njit(cache=True, nogil=True)
def distances_of(record: np.ndarray, unreached: int) -> np.ndarray:
    """Read the distances of all vertices.

    Parameters
    ----------
    record
        See `new_record`.
    unreached
        What to write where no path leads.

    Returns
    -------
    int64 (n,)
        Distances.
    """
    distance = np.empty(record.size // 4 - 3, np.int64)
    for v in range(distance.size):
        far = np.int64(record[np.uint64(4 * v)])
        distance[v] = far if far != NONE else unreached
    return distance
