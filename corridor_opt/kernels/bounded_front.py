"""A front within (1 + eps) of every non-dominated path, by pairs of an apex and a representative.

A*pex (H. Zhang, O. Salzman, T. K. S. Kumar, A. Felner, C. Hernandez, S. Koenig, A*pex: efficient approximate
multi-objective search on graphs, ICAPS 2022): a pair stands for many paths to one vertex. Its apex is no worse than any
of them in any criterion, its representative is one of them and within (1 + eps) of the apex, bounds to the target
included. Two pairs at a vertex merge while a representative stays within reach of the common apex. A pair is dropped
where an expanded apex covers its apex, or where a solution is within (1 + eps) of it: then every path that it stands
for is covered, by what extends the other pair or by the solution. Errors do not add up: representatives are measured
against apexes, and apexes are extended without error.

Other than A*pex, whose queue is lexicographic and merges what happens to be open: buckets of the first criterion about
as wide as a fraction of what eps allows, and within a bucket vertex after vertex, farthest from the target first, so
that all pairs of a vertex in a bucket meet before any is extended. Apexes of earlier buckets are compared in criteria
2 to k, those of the bucket now in all. A solution is kept as thresholds, the least values within reach of it: to be
covered by it is to be no better than the thresholds, whole numbers rounded up.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.bounded_labels import (
    APEX,
    ARC,
    EXPANDED,
    FIRST,
    HELD,
    HERE,
    LATER,
    NEXT,
    PARENT,
    QUEUED,
    SLOTS,
    TOUCHED,
    VERTEX,
    Pairs,
)
from corridor_opt.kernels.bounded_pairs import (
    ALONE,
    COVERED,
    extend,
    join,
    merge,
    partner,
    put_vertex,
    slot_of,
    take_vertex,
)
from corridor_opt.kernels.bounded_sets import count_now, covered, leave, room, thresholds, within
from corridor_opt.kernels.buckets import TOO_LARGE
from corridor_opt.kernels.heap import Dims
from corridor_opt.kernels.labels import (
    DONE,
    FREE,
    FRESH,
    FULL,
    GENERATED,
    GROW_OPEN,
    GROW_ROWS,
    GROW_SETTLED,
    GROW_SOLUTIONS,
    OPEN,
    PAUSED,
    ROWS,
    SETTLED,
    SOLUTIONS,
)
from corridor_opt.kernels.usable import Searched


@njit(cache=True, nogil=True)
def start(pairs: Pairs, source: int, dims: Dims) -> None:
    """Open the pair of the source.

    Parameters
    ----------
    pairs
        Fresh state.
    source
        Where the paths begin.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant.
    """
    pairs.pool[: 4 + 2 * len(dims)] = 0
    pairs.pool[NEXT] = -1
    pairs.pool[VERTEX] = source
    pairs.pool[PARENT] = -1
    pairs.pool[ARC] = -1
    pairs.bucket[0] = 0
    for place in (FRESH, GENERATED, OPEN, HELD):
        pairs.tally[place] = 1


@njit(cache=True, nogil=True)
def advance(
    graph: Searched,
    distance: np.ndarray,
    far: int,
    pairs: Pairs,
    target: int,
    upper: np.ndarray,
    least: np.ndarray,
    part: np.ndarray,
    shift: int,
    pops: int,
    settle_at_most: int,
    dims: Dims,
) -> int:
    """Expand pairs until every non-dominated path is covered or something else is due.

    Parameters
    ----------
    graph
        Usable arcs with reduced costs.
    distance : int32 (n,)
        To the target in some criterion: in which order the vertices of a bucket are looked at.
    far
        That of the source.
    pairs
        State, changed in place.
    target
        Where the paths end.
    upper : int64 (k,)
        Inclusive limits on path values, less the bounds of the source.
    least : int64 (k,)
        The bounds of the source.
    part : int64 (k,)
        Eps in billionths, rounded down; 0 in limited criteria, so that what stands for a path keeps its limits.
    shift
        A bucket is 2^shift wide.
    pops
        Return after so many pairs were looked at.
    settle_at_most
        Do not expand more pairs than this in the whole search.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant, 2 or more.

    Returns
    -------
    int
        DONE: the front is complete. PAUSED: call again. FULL: another pair waits to be expanded but
        `settle_at_most` are. GROW_*: pass `bounded_labels.grown(...)` of the state. TOO_LARGE: a sum does not fit
        32 bits. The state is whole in every case but the last.
    """
    bucket, pool, settled, spot, rows = pairs.bucket, pairs.pool, pairs.settled, pairs.spot, pairs.rows
    queued, slot, behind, touched = pairs.queued, pairs.slot, pairs.behind, pairs.touched
    solution, solution_label, later, tally = pairs.solution, pairs.solution_label, pairs.later, pairs.tally
    begins, arcs = graph.first, graph.row.reshape(-1)
    wide = 4 + 2 * len(dims)
    mask = bucket.size - 1
    fine = 0
    while far >> fine > SLOTS - 2:
        fine += 1
    while True:
        if pops <= 0:
            return PAUSED
        here = tally[HERE]
        pair = np.int64(bucket[here & mask])
        if pair >= 0:
            pops -= 1
            bucket[here & mask] = pool[pair * wide]
            tally[OPEN] -= 1
            tally[HELD] -= 1
            at = pair * wide + APEX
            vertex = np.int64(pool[at + VERTEX - APEX])
            into = COVERED
            if not (
                covered(spot, rows, vertex, pool, at + 1, dims)
                or covered(spot, rows, target, pool, at + 1, dims)
                or within(solution, later, tally[LATER], pool, at, dims)
            ):
                into = partner(pool, spot[4 * vertex + FIRST] - 1, pair, least, part, dims)
            if into == ALONE:
                join(pool, spot, touched, tally, vertex, pair, wide)
                put_vertex(slot, behind, queued, tally, slot_of(distance, vertex, target, far, fine), vertex)
            else:
                if into >= 0:
                    merge(pool, into, pair, least, part, dims)
                pool[at - APEX] = tally[FREE]
                tally[FREE] = pair
        elif tally[QUEUED] > 0:
            # pairs of a vertex are expanded one after the other; what stays in its list covers what comes later
            vertex = take_vertex(slot, behind, queued, tally)
            pair = np.int64(spot[4 * vertex + FIRST]) - 1
            status = DONE
            while pair >= 0 and status == DONE:
                at = pair * wide + APEX
                if pool[at + ARC - APEX] != EXPANDED:
                    if covered(spot, rows, target, pool, at + 1, dims) or within(
                        solution, later, tally[LATER], pool, at, dims
                    ):
                        pool[at + ARC - APEX] = EXPANDED
                        tally[OPEN] -= 1
                    elif tally[SETTLED] >= settle_at_most:
                        status = FULL
                    elif 2 * tally[SETTLED] == settled.size:
                        status = GROW_SETTLED
                    elif vertex == target:
                        status = _reach(
                            spot,
                            rows,
                            solution,
                            solution_label,
                            later,
                            tally,
                            target,
                            pool,
                            at,
                            least,
                            part,
                            shift,
                            dims,
                        )
                    elif (tally[HELD] + begins[vertex + 1] - begins[vertex]) * wide > pool.size:
                        status = GROW_OPEN
                    if status == DONE and pool[at + ARC - APEX] != EXPANDED:
                        pops -= 1
                        done = tally[SETTLED]
                        tally[SETTLED] = done + 1
                        tally[OPEN] -= 1
                        settled[2 * done] = pool[at + PARENT - APEX]
                        settled[2 * done + 1] = pool[at + ARC - APEX]
                        pool[at + ARC - APEX] = EXPANDED
                        for arc in range(begins[vertex], begins[vertex + 1]):
                            head = np.int64(arcs[np.uint64(arc * (len(dims) + 1))])
                            child = tally[FREE] if tally[FREE] >= 0 else tally[FRESH]
                            to = child * wide + APEX
                            keep, fits = extend(pool, at, to, arcs, arc, upper, dims)
                            if (
                                not keep
                                or covered(spot, rows, head, pool, to + 1, dims)
                                or covered(spot, rows, target, pool, to + 1, dims)
                            ):
                                continue
                            if not fits:
                                return TOO_LARGE
                            pool[np.uint64(to + VERTEX - APEX)] = head
                            pool[np.uint64(to + PARENT - APEX)] = done
                            pool[np.uint64(to + ARC - APEX)] = arc
                            number = np.int64(pool[np.uint64(to)]) >> shift
                            if number == here:
                                if within(solution, later, tally[LATER], pool, to, dims):
                                    continue
                                into = partner(pool, spot[4 * head + FIRST] - 1, child, least, part, dims)
                                if into != ALONE:
                                    if into >= 0:
                                        merge(pool, into, child, least, part, dims)
                                    continue
                            if child == tally[FRESH]:
                                tally[FRESH] = child + 1
                            else:
                                tally[FREE] = pool[np.uint64(to - APEX)]
                            tally[GENERATED] += 1
                            if number == here:
                                join(pool, spot, touched, tally, head, child, wide)
                                number = slot_of(distance, head, target, far, fine)
                                put_vertex(slot, behind, queued, tally, number, head)
                            else:
                                tally[OPEN] += 1
                                tally[HELD] += 1
                                pool[np.uint64(to - APEX)] = bucket[number & mask]
                                bucket[number & mask] = child
                pair = np.int64(pool[at - APEX])
            if status != DONE:
                put_vertex(slot, behind, queued, tally, slot_of(distance, vertex, target, far, fine), vertex)
                return status
        elif tally[TOUCHED] > 0:
            if not leave(spot, rows, touched, tally, target, pool, dims):
                return GROW_ROWS
        elif tally[OPEN] == 0:
            return DONE
        else:
            here += 1
            while bucket[here & mask] < 0:
                here += 1
            if not count_now(spot, rows, solution, later, tally, target, here << shift, dims):
                return GROW_ROWS
            tally[HERE] = here


@njit(cache=True, nogil=True)
def _reach(
    spot: np.ndarray,
    rows: np.ndarray,
    solution: np.ndarray,
    solution_label: np.ndarray,
    later: np.ndarray,
    tally: np.ndarray,
    target: int,
    pool: np.ndarray,
    at: int,
    least: np.ndarray,
    part: np.ndarray,
    shift: int,
    dims: Dims,
) -> int:
    """Keep the representative of a pair at the target; a status if there is no room."""
    k = len(dims)
    points = tally[SOLUTIONS]
    if points == later.size:
        return GROW_SOLUTIONS
    if (tally[ROWS] + room(spot, target)) * (k - 1) > rows.size:
        return GROW_ROWS
    thresholds(solution, points * 2 * k, pool, at + k, least, part, dims)
    solution_label[points] = tally[SETTLED]
    tally[SOLUTIONS] = points + 1
    later[tally[LATER]] = points
    tally[LATER] += 1
    count_now(spot, rows, solution, later, tally, target, tally[HERE] << shift, dims)
    return DONE
