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
from corridor_opt.kernels.usable import other_value


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
    radius[1] = min(radius[1], other_value(out, extra, bound, np.int64(0), np.int64(1), source, target))
    radius[0] = min(radius[0], other_value(out, extra, bound, np.int64(1), np.int64(0), source, target))
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
