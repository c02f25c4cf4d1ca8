"""The part of a graph that two criteria leave in play, when all distances to the target are known.

See `between`, which finds it when they are not.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.arcs import NONE, Arcs
from corridor_opt.kernels.chains import MOST
from corridor_opt.kernels.dial import GIVEN_UP, TOO_FAR, new_queue, put
from corridor_opt.kernels.ends import Attached
from corridor_opt.kernels.meet import FORWARD, extend, new_record


@njit(cache=True, nogil=True)
def _follow(out: Arcs, extra: Attached, bound: np.ndarray, criterion: int, other: int, source: int, target: int) -> int:
    """Follow a shortest path of one criterion by the distances to the target and add up the other."""
    n = out.first.size - 1
    arcs, more_of = out.pair[criterion], out.pair[other]
    total = np.int64(0)
    v = np.int64(source)
    for _ in range(n + 2):
        if v == target:
            return int(min(total, np.int64(MOST)))
        here = np.int64(bound[criterion, v])
        onto = np.int64(-1)
        least = np.int64(NONE)
        more = np.int64(0)
        for e in range(extra.tail.size):
            u = np.int64(extra.head[e])
            far = np.int64(bound[criterion, u])
            if extra.tail[e] == v and far < least and far + extra.weight[e, criterion] == here:
                onto = u
                least = far
                more = extra.weight[e, other]
        if v < n:
            for a in range(out.first[v], out.first[v + 1]):
                u = np.int64(arcs[2 * a])
                far = np.int64(bound[criterion, u])
                if far < least and far + np.int64(arcs[2 * a + 1]) == here:
                    onto = u
                    least = far
                    more = np.int64(more_of[2 * a + 1])
        if onto < 0:
            return MOST
        total += more
        v = onto
    return MOST


@njit(cache=True, nogil=True)
def narrow(out: Arcs, extra: Attached, bound: np.ndarray, radius: np.ndarray, source: int, target: int) -> None:
    """Narrow the distances to the target, when all are known, to where two criteria leave a path in play.

    A search from the source, guided by the distances of the first criterion, meets those vertices alone.

    Parameters
    ----------
    out, extra, source, target
        See `meet.begin`.
    bound : int32 (2, n + 2)
        Distances to the target; `NONE` is written where no path of use leads.
    radius : int64 (2,)
        Greatest values of a path; lowered to what a shortest path of the other criterion has.
    """
    n = out.first.size - 1
    radius[1] = min(radius[1], _follow(out, extra, bound, np.int64(0), np.int64(1), source, target))
    radius[0] = min(radius[0], _follow(out, extra, bound, np.int64(1), np.int64(0), source, target))
    largest = out.largest[0]
    for e in range(extra.tail.size):
        largest = max(largest, extra.weight[e, 0])
    queue = new_queue(largest, out.total[0], out.pair.shape[1] // 2)
    record = new_record(out.first, out.first)
    for v in range(n):
        if bound[1, np.uint64(v)] <= radius[1]:
            record[np.uint64(4 * v)] = bound[0, np.uint64(v)]
    if source < n:
        put(record, np.int64(FORWARD), queue, source, np.int64(0))
    for e in range(extra.tail.size):
        if extra.tail[e] == source and extra.head[e] < n:
            put(record, np.int64(FORWARD), queue, np.int64(extra.head[e]), extra.weight[e, 0])
    met = np.array([NONE, -1], np.int64)
    until = (radius[0] >> queue.shift[0]) + 1
    side, most, none = np.int64(FORWARD), np.int64(MOST), np.int64(0)
    status = extend(out.pair[0], record, side, queue, met, largest, until, radius[0], most, record[:0], none)
    if status in (TOO_FAR, GIVEN_UP):
        return
    for v in range(n):
        i = np.uint64(4 * v)
        if np.int64(record[i]) + np.int64(record[np.uint64(4 * v + 2)]) > radius[0]:
            bound[0, np.uint64(v)] = NONE
            bound[1, np.uint64(v)] = NONE
