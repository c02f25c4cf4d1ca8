"""All non-dominated paths between two vertices, with a bucket queue on the first criterion.

The search of `exact_front` (NAMOA*dr with the lazy checks of LTMOA* and the pruning of T-MDA) with what is known to
make it fast: open labels lie in circular buckets of width 1 by their first criterion (R. Ahmadi, G. Tack, D. Harabor,
P. Kilby, Bi-objective search with bi-directional A*, ESA 2021; the same, Enhanced methods for the weight constrained
shortest path problem, Networks 84, 2024), last in, first out; keys are 32 bits wide, less the bounds of the source,
and the first one is the bucket and is not stored; labels are checked against the target first, which most fail.

Within a bucket labels are settled in any order: each is a true path, some are found later to be beaten by one of equal
first value. So are solutions: `settle_ties` drops those at the end.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.buckets import CHUNKS, GROW_CHUNKS, HERE, NONE, TOO_LARGE, Bucketed
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
from corridor_opt.kernels.remembered import covered, enlarge, remember, room
from corridor_opt.kernels.target_grid import is_clear, is_hopeless, mark
from corridor_opt.kernels.usable import Searched


@njit(cache=True, nogil=True)
def start(labels: Bucketed, source: int, dims: Dims) -> None:
    """Open the label of the source.

    Parameters
    ----------
    labels
        Fresh state.
    source
        Where the paths begin.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant.
    """
    k = len(dims)
    labels.pool[: k + 3] = 0
    labels.pool[0] = -1
    labels.pool[1] = source
    labels.pool[k + 1] = -1
    labels.pool[k + 2] = -1
    labels.bucket[0] = 0
    labels.tally[FRESH] = 1
    labels.tally[GENERATED] = 1
    labels.tally[OPEN] = 1


@njit(cache=True, nogil=True)
def advance(
    graph: Searched,
    labels: Bucketed,
    target: int,
    upper: np.ndarray,
    pops: int,
    settle_at_most: int,
    dims: Dims,
) -> int:
    """Settle labels until the front is complete or something else is due.

    Parameters
    ----------
    graph
        Usable arcs with reduced costs.
    labels
        State, changed in place.
    target
        Where the paths end.
    upper : int64 (k,)
        Inclusive limits on path values, less the bounds of the source.
    pops
        Return after so many labels left the queue.
    settle_at_most
        Do not settle more labels than this in the whole search.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant, 2 or more.

    Returns
    -------
    int
        DONE: the front is complete. PAUSED: call again. FULL: another label waits to be settled but
        `settle_at_most` are. GROW_*: pass `buckets.grown(...)` of the state. TOO_LARGE: a sum does not fit 32 bits,
        search with `exact_front`. The state is whole in every case but the last.
    """
    # taken out of their tuples once: each access would count references, and that inside the loop
    bucket, pool, settled, place, rows = labels.bucket, labels.pool, labels.settled, labels.place, labels.rows
    chunk, filled, unused, tally = labels.chunk, labels.filled, labels.unused, labels.tally
    grid, side, shift = labels.grid, labels.side, labels.shift
    solution, solution_label = labels.solution, labels.solution_label
    tails, arcs = graph.tail, graph.row.reshape(-1)
    k = len(dims)
    open_stride, place_stride = k + 3, 2 if k == 2 else 4
    capacity, row_capacity = pool.size // open_stride, rows.size // (2 if k == 3 else k)
    mask = bucket.size - 1
    here, left, free, fresh = tally[HERE], tally[OPEN], tally[FREE], tally[FRESH]
    done, points, generated = tally[SETTLED], tally[SOLUTIONS], tally[GENERATED]
    status = DONE
    while left > 0:
        label = np.int64(bucket[np.uint64(here & mask)])
        if label < 0:
            here += 1
            # the limit may have become tighter since labels were opened
            if here > upper[0]:
                left = 0
            continue
        if pops <= 0:
            status = PAUSED
            break
        pops -= 1
        row = label * open_stride
        vertex = np.int64(pool[np.uint64(row + 1)])
        hopeless = False
        if k == 2:
            hopeless = covered(place, rows, chunk, target, pool, row + 2, dims)
        else:
            hopeless = is_hopeless(grid, side, shift, pool, row + 2, dims)
            if not hopeless and not is_clear(grid, side, shift, pool, row + 2, dims):
                hopeless = covered(place, rows, chunk, target, pool, row + 2, dims)
        if hopeless or covered(place, rows, chunk, vertex, pool, row + 2, dims):
            bucket[np.uint64(here & mask)] = pool[np.uint64(row)]
            pool[np.uint64(row)] = free
            free = label
            left -= 1
            continue
        arc = np.int64(place[np.uint64(vertex * place_stride)])
        end = np.int64(place[np.uint64((vertex + 1) * place_stride)])
        if done >= settle_at_most:
            status = FULL
            break
        # after this label has left, its children find room
        if left + end - arc > capacity:
            status = GROW_OPEN
            break
        if 2 * done == settled.size:
            status = GROW_SETTLED
            break
        if k > 2 and place[np.uint64(4 * vertex + 2)] == place[np.uint64(4 * vertex + 3)]:
            if tally[ROWS] + room(unused, np.int64(place[4 * vertex + 3])) > row_capacity:
                status = GROW_ROWS
                break
            enlarge(place, rows, unused, tally, vertex, dims)
        if k > 3 and tally[CHUNKS] == filled.size:
            status = GROW_CHUNKS
            break
        if vertex == target and points == solution.shape[0]:
            status = GROW_SOLUTIONS
            break
        bucket[np.uint64(here & mask)] = pool[np.uint64(row)]
        left -= 1
        came_by = np.int64(pool[np.uint64(row + k + 2)])
        settled[np.uint64(2 * done)] = pool[np.uint64(row + k + 1)]
        settled[np.uint64(2 * done + 1)] = came_by
        remember(place, rows, chunk, filled, tally, vertex, pool, row + 2, dims)
        if vertex == target:
            if k > 2:
                mark(grid, side, shift, pool, row + 2, dims)
            is_last = True
            solution[points, 0] = here
            for c in range(1, k):
                solution[points, c] = pool[row + c + 1]
                is_last &= pool[row + c + 1] == 0
            solution_label[points] = done
            points += 1
            # the best there is in criteria 2 to k: all that is open is covered, but for ties that are covered too
            if is_last:
                left = 0
        # a label that turns back is covered by the one that it came from
        back = np.int64(tails[np.uint64(came_by)]) if came_by >= 0 else np.int64(-1)
        while arc < end:
            at = arc * (k + 1)
            head = np.int64(arcs[np.uint64(at)])
            arc += 1
            if head == back:
                continue
            # a child is written where it will stay, but counts only once it has passed the checks; the label's
            # own row is used until all have
            child = free if free >= 0 else fresh
            young = child * open_stride
            key = here + arcs[np.uint64(at + 1)]
            beyond = key > upper[0]
            too_large = False
            for c in range(1, k):
                value = np.int64(pool[np.uint64(row + c + 1)]) + arcs[np.uint64(at + c + 1)]
                pool[np.uint64(young + c + 1)] = min(value, NONE)
                beyond |= value > upper[c]
                too_large |= value >= NONE
            if beyond:
                continue
            if too_large:
                status = TOO_LARGE
                break
            if k == 2:
                hopeless = covered(place, rows, chunk, target, pool, young + 2, dims)
            else:
                # where the grid does not know, it is soon enough to look closer when the child's turn comes
                hopeless = is_hopeless(grid, side, shift, pool, young + 2, dims)
            if hopeless or covered(place, rows, chunk, head, pool, young + 2, dims):
                continue
            if free >= 0:
                free = np.int64(pool[np.uint64(young)])
            else:
                fresh += 1
            pool[np.uint64(young)] = bucket[np.uint64(key & mask)]
            pool[np.uint64(young + 1)] = head
            pool[np.uint64(young + k + 1)] = done
            pool[np.uint64(young + k + 2)] = arc - 1
            bucket[np.uint64(key & mask)] = child
            left += 1
            generated += 1
        done += 1
        pool[np.uint64(row)] = free
        free = label
        if status == TOO_LARGE:
            break
    tally[HERE], tally[OPEN], tally[FREE], tally[FRESH] = here, left, free, fresh
    tally[SETTLED], tally[SOLUTIONS], tally[GENERATED] = done, points, generated
    return status


@njit(cache=True, nogil=True)
def settle_ties(solution: np.ndarray, points: int, below: int) -> np.ndarray:
    """Find the solutions that none of equal first value beats.

    Parameters
    ----------
    solution : int64 (solutions, k)
        See `buckets.Bucketed`: ascending in the first criterion.
    points
        How many there are.
    below
        Leave out those whose first value is not less.

    Returns
    -------
    int64
        Positions in `solution`.
    """
    k = solution.shape[1]
    kept = np.empty(points, np.int64)
    size = 0
    for i in range(points):
        if solution[i, 0] >= below:
            break
        # what was found later was not covered by what was found before
        beaten = False
        j = i + 1
        while j < points and solution[j, 0] == solution[i, 0] and not beaten:
            beaten = True
            for c in range(1, k):
                beaten &= solution[j, c] <= solution[i, c]
            j += 1
        if not beaten:
            kept[size] = i
            size += 1
    return kept[:size]
