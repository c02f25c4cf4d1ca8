"""A shortest path from both ends, by buckets in 32 bits (T. A. J. Nicholson, Computer Journal 9, 1966)."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.arcs import NONE, Arcs
from corridor_opt.kernels.chains import MOST
from corridor_opt.kernels.dial import (
    EMPTY,
    FREE,
    FRESH,
    GIVEN_UP,
    HERE,
    LEFT,
    POPS,
    STOPPED,
    TOO_FAR,
    Queue,
    new_queue,
    put,
)
from corridor_opt.kernels.ends import Attached

# where a record has what one side knows
BACKWARD, FORWARD = 0, 2
# positions in Sides.met
VALUE, VERTEX = range(2)


class Sides(NamedTuple):
    """Two searches that go to meet.

    Attributes
    ----------
    record : int32 (4 * (n + 3),)
        For each vertex the distance to the target and where the arcs into it begin, the distance from the source and
        where the arcs out of it begin. Two vertices without arcs and an end are added.
    backward, forward : Queue
        Of the search from the target and of the one from the source.
    met : int64 (2,)
        Least length of a path seen, a vertex on it (-1: it is an arc from end to end).
    largest : int64
        Largest weight.
    """

    record: np.ndarray
    backward: Queue
    forward: Queue
    met: np.ndarray
    largest: int


@njit(cache=True, nogil=True)
def new_record(first_in: np.ndarray, first_out: np.ndarray) -> np.ndarray:
    """Make room for what both sides know of each vertex; see `Sides.record`.

    Parameters
    ----------
    first_in, first_out : int64 (n + 1,)
        Where the arcs into and out of each vertex begin.

    Returns
    -------
    int32 (4 * (n + 3),)
        No vertex is reached.
    """
    n = first_in.size - 1
    record = np.empty(4 * (n + 3), np.int32)
    for v in range(n + 3):
        record[np.uint64(4 * v)] = NONE
        record[np.uint64(4 * v + 1)] = first_in[np.uint64(min(v, n))]
        record[np.uint64(4 * v + 2)] = NONE
        record[np.uint64(4 * v + 3)] = first_out[np.uint64(min(v, n))]
    return record


@njit(cache=True, nogil=True)
def begin(into: Arcs, out: Arcs, extra: Attached, criterion: int, source: int, target: int) -> Sides:
    """Queue the ends of a query.

    Parameters
    ----------
    into, out
        Open arcs by the vertex they enter and by the one they leave, n vertices.
    extra
        Arcs that join ends of the query outside the graph to it.
    criterion
        What to minimise.
    source, target
        Vertices of the graph, or n and n + 1.

    Returns
    -------
    Sides
        Fresh arrays.
    """
    n = into.first.size - 1
    largest = into.largest[criterion]
    for e in range(extra.tail.size):
        largest = max(largest, extra.weight[e, criterion])
    arcs = into.pair.shape[1] // 2
    record = new_record(into.first, out.first)
    backward = new_queue(largest, into.total[criterion], arcs)
    forward = new_queue(largest, into.total[criterion], arcs)
    met = np.array([NONE, -1], np.int64)
    if source < n:
        put(record, np.int64(FORWARD), forward, source, np.int64(0))
    if target < n:
        put(record, np.int64(BACKWARD), backward, target, np.int64(0))
    for e in range(extra.tail.size):
        weight = extra.weight[e, criterion]
        if extra.tail[e] == n and extra.head[e] == n + 1:
            met[VALUE] = min(met[VALUE], weight)
        elif extra.tail[e] == n:
            put(record, np.int64(FORWARD), forward, np.int64(extra.head[e]), weight)
        else:
            put(record, np.int64(BACKWARD), backward, np.int64(extra.tail[e]), weight)
    # these arcs may meet at once
    for e in range(extra.tail.size):
        for v in (np.int64(extra.tail[e]), np.int64(extra.head[e])):
            if v >= n:
                continue
            both = np.int64(record[4 * v]) + np.int64(record[4 * v + 2])
            if both < met[VALUE]:
                met[VALUE] = both
                met[VERTEX] = v
    record[4 * source + FORWARD] = 0
    record[4 * target + BACKWARD] = 0
    return Sides(record, backward, forward, met, largest)


@njit(cache=True, nogil=True)
def reach(queue: Queue) -> int:
    """Say below which distance all vertices of one side are settled."""
    return MOST if queue.tally[LEFT] == 0 else int(queue.tally[HERE] << queue.shift[0])


@njit(cache=True, nogil=True)
def extend(
    pair: np.ndarray,
    record: np.ndarray,
    side: int,
    queue: Queue,
    met: np.ndarray,
    largest: int,
    until: int,
    limit: int,
    beyond: int,
    gate: np.ndarray,
    gate_limit: int,
) -> int:
    """Settle vertices of one side, bucket after bucket, where a path within the limit may lead.

    Parameters
    ----------
    pair : int32 (2 * arcs,)
        Arcs of this side in its criterion, see `dial.Arcs`.
    record, met, largest
        See `Sides`; changed in place.
    side
        BACKWARD or FORWARD.
    queue
        Of this side, changed in place.
    until
        Return before this bucket.
    limit
        Vertices are passed over when all paths through them are longer.
    beyond
        The other side has settled all vertices that are nearer to it, or has settled all it will.
    gate : int32
        Another criterion's record; empty for none.
    gate_limit
        Pass over the vertices whose distances there add up to more.

    Returns
    -------
    int
        EMPTY: none is left. STOPPED: this is the bucket. TOO_FAR, GIVEN_UP: see `dial.spread`.
    """
    bucket, entry, tally = queue.bucket, queue.entry, queue.tally
    shift = queue.shift[0]
    mask = np.int64(bucket.size - 1)
    here, left, free, fresh, pops = tally[HERE], tally[LEFT], tally[FREE], tally[FRESH], tally[POPS]
    room = np.int64(entry.size // 4)
    most_pops = 2 * np.int64(record.size)
    most_buckets = 16 * np.int64(record.size) + 4 * np.int64(bucket.size) + (1 << 16)
    other = 2 - side
    gated = gate.size > 0
    best = met[VALUE]
    status = EMPTY
    while left > 0:
        b = np.uint64(here & mask)
        e = np.int64(bucket[b])
        if e < 0:
            here += 1
            if here > most_buckets or pops > most_pops:
                status = GIVEN_UP
                break
            if here >= until:
                status = STOPPED
                break
            continue
        bucket[b] = entry[np.uint64(4 * e)]
        v = np.int64(entry[np.uint64(4 * e + 1)])
        near = np.int64(entry[np.uint64(4 * e + 2)])
        entry[np.uint64(4 * e)] = free
        free = e
        left -= 1
        i = 4 * v + side
        if near > np.int64(record[np.uint64(i)]):
            continue
        if near + min(np.int64(record[np.uint64(4 * v + other)]), np.int64(beyond)) > limit:
            continue
        if gated and np.int64(gate[np.uint64(4 * v)]) + np.int64(gate[np.uint64(4 * v + 2)]) > gate_limit:
            continue
        if near + largest > MOST:
            status = TOO_FAR
            break
        pops += 1
        for a in range(np.int64(record[np.uint64(i + 1)]), np.int64(record[np.uint64(i + 5)])):
            u = np.int64(pair[np.uint64(2 * a)])
            far = near + np.int64(pair[np.uint64(2 * a + 1)])
            j = 4 * u
            if far >= np.int64(record[np.uint64(j + side)]):
                continue
            record[np.uint64(j + side)] = far
            both = far + np.int64(record[np.uint64(j + other)])
            if both < best:
                best = both
                met[VALUE] = both
                met[VERTEX] = u
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
def approach(sides: Sides, arcs_in: np.ndarray, arcs_out: np.ndarray, limit: int) -> int:
    """Go from both ends until the shortest path is known.

    Parameters
    ----------
    sides
        Ends queued with their distances, `met` the best of what is known; changed in place.
    arcs_in, arcs_out : int32 (2 * arcs,)
        Rows of `dial.Arcs.pair`.
    limit
        Longer paths are not looked for.

    Returns
    -------
    int
        EMPTY: `met` has the length, `NONE` or more than `limit` if there is no path within. TOO_FAR, GIVEN_UP: see
        `dial.spread`.
    """
    record, met, largest = sides.record, sides.met, sides.largest
    no_gate = record[:0]
    while True:
        if sides.backward.tally[LEFT] == 0 or sides.forward.tally[LEFT] == 0:
            return EMPTY
        a, b = reach(sides.backward), reach(sides.forward)
        if a + b >= min(met[VALUE], limit + 1):
            # where nothing has met by then, the shortest path may be longer than 32 bits can tell
            return TOO_FAR if met[VALUE] == NONE and limit >= NONE else EMPTY
        # the side with fewer vertices in its queue goes on, by an eighth of the largest weight
        if sides.backward.tally[LEFT] <= sides.forward.tally[LEFT]:
            side, queue, arcs, beyond = BACKWARD, sides.backward, arcs_in, b
        else:
            side, queue, arcs, beyond = FORWARD, sides.forward, arcs_out, a
        until = queue.tally[HERE] + 1 + (queue.bucket.size >> 4)
        status = extend(arcs, record, side, queue, met, largest, until, limit, beyond, no_gate, np.int64(0))
        if status in (TOO_FAR, GIVEN_UP):
            return status
