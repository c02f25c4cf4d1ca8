"""The part of a graph that two criteria leave in play between two vertices.

Each criterion is searched from both ends until the shortest path is known. Its value in the other criterion is a
limit there: no path that is worse is of use. The searches are then taken up again, but only where a path through
the vertex is within the limit (after the bounded searches of A. Sedeno-Noda, M. Colebrook, EJOR 276, 2019, and of
S. Ahmadi, G. Tack, D. Harabor, P. Kilby, ESA 2021, here as a continuation of two searches that met).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.arcs import NONE, Arcs
from corridor_opt.kernels.chains import MOST
from corridor_opt.kernels.dial import EMPTY, GIVEN_UP, LEFT, STOPPED, TOO_FAR
from corridor_opt.kernels.ends import Attached
from corridor_opt.kernels.meet import (
    BACKWARD,
    FORWARD,
    VALUE,
    VERTEX,
    Sides,
    approach,
    begin,
    extend,
    reach,
)

NO_PATH = 4  # what `between` returns besides what `dial.spread` does


class Between(NamedTuple):
    """Bounds of a query of two criteria.

    Attributes
    ----------
    status : int64
        EMPTY: all is well. NO_PATH: none is within the limits. TOO_FAR, GIVEN_UP: see `dial.spread`.
    lower : int64 (2,)
        Distance from the source to the target.
    limit : int64 (2,)
        No path of use has a greater value.
    bound : int32 (2, size + 2)
        See `inside`; the source and the target where they are outside the graph.
    """

    status: int
    lower: np.ndarray
    limit: np.ndarray
    bound: np.ndarray


@njit(cache=True, nogil=True)
def close_in(
    sides: Sides, arcs_in: np.ndarray, arcs_out: np.ndarray, limit: int, gate: np.ndarray, gate_limit: int, fully: bool
) -> int:
    """Finish the distances to the target of all vertices on a path within a limit.

    Parameters
    ----------
    sides
        After `approach`, with no lower a limit there; changed in place.
    arcs_in, arcs_out
        See `approach`.
    limit
        Of the paths.
    gate, gate_limit
        See `extend`.
    fully
        Finish the distances from the source too.

    Returns
    -------
    int
        EMPTY: where distance to the target and the lesser of distance from the source and reach of the forward queue
        add up to no more than the limit, the former is final. TOO_FAR, GIVEN_UP: see `dial.spread`.
    """
    record, met, largest = sides.record, sides.met, sides.largest
    queue = sides.backward
    until = (limit >> queue.shift[0]) + 1
    side, beyond = np.int64(BACKWARD), reach(sides.forward)
    status = extend(arcs_in, record, side, queue, met, largest, until, limit, beyond, gate, gate_limit)
    if status in (TOO_FAR, GIVEN_UP) or not fully:
        return EMPTY if status == STOPPED else status
    queue = sides.forward
    until = (limit >> queue.shift[0]) + 1
    side, beyond = np.int64(FORWARD), np.int64(MOST)
    status = extend(arcs_out, record, side, queue, met, largest, until, limit, beyond, gate, gate_limit)
    if status == STOPPED:
        # what waits is beyond the limit, and `reach` need not know
        queue.tally[LEFT] = 0
    return EMPTY if status == STOPPED else status


@njit(cache=True, nogil=True)
def other_value(
    sides: Sides, into: Arcs, out: Arcs, extra: Attached, criterion: int, other: int, source: int, target: int
) -> int:
    """Follow the shortest path that was met and add up another criterion.

    Parameters
    ----------
    sides
        After `approach`.
    into, out, extra, source, target
        See `meet.begin`.
    criterion, other
        The one that was minimised, and the other.

    Returns
    -------
    int
        A value that some path has, `MOST` where zero weights led in a circle.
    """
    record, met = sides.record, sides.met
    n = into.first.size - 1
    total = np.int64(0)
    if met[VERTEX] < 0:
        best = np.int64(MOST)
        for e in range(extra.tail.size):
            if extra.tail[e] == source and extra.head[e] == target and extra.weight[e, criterion] == met[VALUE]:
                best = min(best, extra.weight[e, other])
        return int(best)
    for side in (FORWARD, BACKWARD):
        v = met[VERTEX]
        # the part from the source is followed back to it, by the arcs into each vertex
        first, arcs, more_of = into.first, into.pair[criterion], into.pair[other]
        end = source
        if side == BACKWARD:
            first, arcs, more_of = out.first, out.pair[criterion], out.pair[other]
            end = target
        steps = n + 2
        while v != end:
            steps -= 1
            if steps < 0:
                return MOST
            here = np.int64(record[4 * v + side])
            onto = np.int64(-1)
            least = np.int64(NONE)
            more = np.int64(0)
            for e in range(extra.tail.size):
                near, far = np.int64(extra.head[e]), np.int64(extra.tail[e])
                if side == BACKWARD:
                    near, far = far, near
                if near == v and far == end and extra.weight[e, criterion] == here:
                    onto = far
                    least = np.int64(0)
                    more = extra.weight[e, other]
            if v < n:
                for a in range(first[v], first[v + 1]):
                    u = np.int64(arcs[2 * a])
                    reached = np.int64(record[4 * u + side])
                    if reached < least and reached + np.int64(arcs[2 * a + 1]) == here:
                        onto = u
                        least = reached
                        more = np.int64(more_of[2 * a + 1])
            if onto < 0:
                return MOST
            total += more
            v = onto
    return int(min(total, np.int64(MOST)))


@njit(cache=True, nogil=True)
def inside(
    one: np.ndarray, one_limit: int, other: np.ndarray, other_limit: int, beyond: int, vertex: np.ndarray
) -> np.ndarray:
    """Keep the distances to the target where a path of use may lead.

    Parameters
    ----------
    one, one_limit
        Record of the criterion that was finished from both ends, and its limit.
    other, other_limit
        Record of the criterion that was finished from the target.
    beyond
        What `reach` says of the other's forward queue.
    vertex : int32 (size,)
        Vertices to look at.

    Returns
    -------
    int32 (2, size + 2)
        Distances in `one` and in `other`, `NONE` in both where no path is within the limits; `NONE` in the last two.
    """
    bound = np.full((2, vertex.size + 2), NONE, np.int32)
    for i in range(vertex.size):
        v = np.int64(vertex[np.uint64(i)])
        near = np.int64(one[np.uint64(4 * v)])
        if near + np.int64(one[np.uint64(4 * v + 2)]) > one_limit:
            continue
        far = np.int64(other[np.uint64(4 * v)])
        if far + min(np.int64(other[np.uint64(4 * v + 2)]), np.int64(beyond)) > other_limit:
            continue
        bound[0, i] = near
        bound[1, i] = far
    return bound


@njit(cache=True, nogil=True)
def between(
    into: Arcs, out: Arcs, extra: Attached, upper: np.ndarray, vertex: np.ndarray, source: int, target: int
) -> Between:
    """Find the vertices that a non-dominated path of two criteria may pass, and their distances to the target.

    Parameters
    ----------
    into, out, extra, source, target
        See `meet.begin`; the source is not the target.
    upper : int64 (2,)
        Greatest values of a path.
    vertex : int32
        Vertices to look at.

    Returns
    -------
    Between
        Fresh arrays.
    """
    lower = np.zeros(2, np.int64)
    limit = np.minimum(upper, np.int64(1) << 40)
    nothing = np.empty((2, 0), np.int32)
    # not literals, for each of which what is called would be compiled anew
    first, second = np.int64(0), np.int64(1)
    one = begin(into, out, extra, first, source, target)
    status = approach(one, into.pair[0], out.pair[0], limit[0])
    if status != EMPTY:
        return Between(status, lower, limit, nothing)
    lower[0] = one.met[VALUE]
    if lower[0] > min(limit[0], np.int64(MOST)):
        return Between(NO_PATH, lower, limit, nothing)
    two = begin(into, out, extra, second, source, target)
    status = approach(two, into.pair[1], out.pair[1], limit[1])
    if status != EMPTY:
        return Between(status, lower, limit, nothing)
    lower[1] = two.met[VALUE]
    if lower[1] > min(limit[1], np.int64(MOST)):
        return Between(NO_PATH, lower, limit, nothing)
    # no path is worse in one criterion than a shortest one of the other, unless it is dominated
    limit[1] = min(limit[1], MOST, other_value(one, into, out, extra, first, second, source, target))
    limit[0] = min(limit[0], MOST, other_value(two, into, out, extra, second, first, source, target))
    status = close_in(one, into.pair[0], out.pair[0], limit[0], one.record[:0], first, np.bool_(True))
    if status == EMPTY:
        status = close_in(two, into.pair[1], out.pair[1], limit[1], one.record, limit[0], np.bool_(False))
    if status != EMPTY:
        return Between(status, lower, limit, nothing)
    bound = inside(one.record, limit[0], two.record, limit[1], reach(two.forward), vertex)
    n = into.first.size - 1
    if source < n:
        # costs are reduced by these; limits of the caller's may have cut off the shortest path that was met
        if one.record[4 * source] == NONE or two.record[4 * source] == NONE:
            return Between(NO_PATH, lower, limit, nothing)
        lower[0] = one.record[4 * source]
        lower[1] = two.record[4 * source]
    if source == n:
        bound[0, vertex.size] = lower[0]
        bound[1, vertex.size] = lower[1]
    if target == n + 1:
        bound[0, vertex.size + 1] = 0
        bound[1, vertex.size + 1] = 0
    return Between(EMPTY, lower, limit, bound)
