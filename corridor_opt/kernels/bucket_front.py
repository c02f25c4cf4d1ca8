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
from corridor_opt.kernels.remembered import below_stairs, covered, remember, room
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
    labels.pool[0, :] = 0
    labels.pool[0, 0] = -1
    labels.pool[0, 1] = source
    labels.pool[0, k + 1] = -1
    labels.pool[0, k + 2] = -1
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
    bucket, pool, settled, block, rows = labels.bucket, labels.pool, labels.settled, labels.block, labels.rows
    chunk, filled, unused, tally = labels.chunk, labels.filled, labels.unused, labels.tally
    solution, solution_label = labels.solution, labels.solution_label
    first, arcs = graph.first, graph.row
    k = len(dims)
    mask = bucket.size - 1
    here, left, free, fresh = tally[HERE], tally[OPEN], tally[FREE], tally[FRESH]
    done, points, generated = tally[SETTLED], tally[SOLUTIONS], tally[GENERATED]
    status = DONE
    while left > 0:
        label = np.int64(bucket[here & mask])
        if label < 0:
            here += 1
            continue
        if pops <= 0:
            status = PAUSED
            break
        pops -= 1
        vertex = pool[label, 1]
        if covered(block, rows, chunk, target, pool, label, dims) or covered(
            block, rows, chunk, vertex, pool, label, dims
        ):
            bucket[here & mask] = pool[label, 0]
            pool[label, 0] = free
            free = label
            left -= 1
            continue
        if done >= settle_at_most:
            status = FULL
            break
        # after this label has left, its children find room
        if left + first[vertex + 1] - first[vertex] > pool.shape[0]:
            status = GROW_OPEN
            break
        if done == settled.shape[0]:
            status = GROW_SETTLED
            break
        if tally[ROWS] + room(block, unused, vertex, dims) > rows.shape[0]:
            status = GROW_ROWS
            break
        if k > 3 and tally[CHUNKS] == chunk.shape[0]:
            status = GROW_CHUNKS
            break
        if vertex == target and points == solution.shape[0]:
            status = GROW_SOLUTIONS
            break
        bucket[here & mask] = pool[label, 0]
        left -= 1
        settled[done, 0] = pool[label, k + 1]
        settled[done, 1] = pool[label, k + 2]
        remember(block, rows, chunk, filled, unused, tally, vertex, pool, label, dims)
        if vertex == target:
            is_last = True
            solution[points, 0] = here
            for c in range(1, k):
                solution[points, c] = pool[label, c + 1]
                is_last &= pool[label, c + 1] == 0
            solution_label[points] = done
            points += 1
            # the best there is in criteria 2 to k: all that is open is covered, but for ties that are covered too
            if is_last:
                left = 0
        begin = end = np.int64(0)
        if k == 3:
            begin = np.int64(block[target, 0])
            end = begin + block[target, 1]
        for arc in range(first[vertex], first[vertex + 1]):
            # a child is written where it will stay, but counts only once it has passed the checks; the label's
            # own row is used until all have
            child = free if free >= 0 else fresh
            head = arcs[arc, 0]
            key = here + arcs[arc, 1]
            within = key <= upper[0]
            fits = True
            if k == 3:
                # the same as below with all numbers in registers
                second, third = np.int64(pool[label, 2]) + arcs[arc, 2], np.int64(pool[label, 3]) + arcs[arc, 3]
                within &= second <= upper[1] and third <= upper[2]
                fits = second < NONE and third < NONE
                if (
                    not within
                    or below_stairs(rows, begin, end, second, third)
                    or below_stairs(rows, block[head, 0], block[head, 0] + block[head, 1], second, third)
                ):
                    continue
                if not fits:
                    status = TOO_LARGE
                    break
                pool[child, 2] = second
                pool[child, 3] = third
            else:
                for c in range(1, k):
                    value = np.int64(pool[label, c + 1]) + arcs[arc, c + 1]
                    pool[child, c + 1] = min(value, NONE)
                    within &= value <= upper[c]
                    fits &= value < NONE
                if not within:
                    continue
                if not fits:
                    status = TOO_LARGE
                    break
                if covered(block, rows, chunk, target, pool, child, dims) or covered(
                    block, rows, chunk, head, pool, child, dims
                ):
                    continue
            if free >= 0:
                free = np.int64(pool[child, 0])
            else:
                fresh += 1
            pool[child, 0] = bucket[key & mask]
            pool[child, 1] = head
            pool[child, k + 1] = done
            pool[child, k + 2] = arc
            bucket[key & mask] = child
            left += 1
            generated += 1
        done += 1
        pool[label, 0] = free
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
