"""WIP."""

import numpy as np
from numba import njit

from corridor_opt.kernels.bounded_labels import (
    APEX,
    ARC,
    EXPANDED,
    HERE,
    LATER,
    NEXT,
    NONE,
    PARENT,
    QUEUED,
    TOUCHED,
    VERTEX,
    Pairs,
)
from corridor_opt.kernels.bounded_sets import covered, remember, room
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

WHOLE = 10**9  # a part of it is eps

COVERED, ALONE = -1, -2  # what `_partner` returns besides a pair


@njit(cache=True, nogil=True)
def start(pairs: Pairs, source: int, dims: Dims) -> None:
    k = len(dims)
    pairs.pool[: 4 + 2 * k] = 0
    pairs.pool[NEXT] = -1
    pairs.pool[VERTEX] = source
    pairs.pool[PARENT] = -1
    pairs.pool[ARC] = -1
    pairs.bucket[0] = 0
    pairs.tally[FRESH] = 1
    pairs.tally[GENERATED] = 1
    pairs.tally[OPEN] = 1


@njit(cache=True, nogil=True)
def _partner(
    pool: np.ndarray, first: int, pair: int, least: np.ndarray, part: np.ndarray, scale: np.ndarray, dims: Dims
) -> int:
    k = len(dims)
    best = ALONE
    nearest = np.inf
    new = pair * (4 + 2 * k) + APEX
    other = first
    while other >= 0:
        old = other * (4 + 2 * k) + APEX
        below = True
        for c in range(k):
            below &= pool[np.uint64(old + c)] <= pool[np.uint64(new + c)]
        if below:
            return COVERED
        if pool[np.uint64(old - 1)] != EXPANDED:
            old_fits = new_fits = True
            away = 0.0
            for c in range(k):
                a, b = np.int64(pool[np.uint64(old + c)]), np.int64(pool[np.uint64(new + c)])
                most = (WHOLE + part[c]) * (min(a, b) + least[c])
                old_fits &= WHOLE * (pool[np.uint64(old + k + c)] + least[c]) <= most
                new_fits &= WHOLE * (pool[np.uint64(new + k + c)] + least[c]) <= most
                away += abs(a - b) * scale[c]
            if (old_fits or new_fits) and away < nearest:
                nearest = away
                best = other
        other = np.int64(pool[np.uint64(old - APEX)])
    return best


@njit(cache=True, nogil=True)
def _merge(
    pool: np.ndarray, into: int, pair: int, least: np.ndarray, part: np.ndarray, scale: np.ndarray, dims: Dims
) -> None:
    k = len(dims)
    old, new = into * (4 + 2 * k) + APEX, pair * (4 + 2 * k) + APEX
    old_fits = new_fits = True
    better = 0.0
    for c in range(k):
        a = min(np.int64(pool[old + c]), np.int64(pool[new + c]))
        pool[old + c] = a
        most = (WHOLE + part[c]) * (a + least[c])
        old_fits &= WHOLE * (pool[old + k + c] + least[c]) <= most
        new_fits &= WHOLE * (pool[new + k + c] + least[c]) <= most
        better += (np.int64(pool[old + k + c]) - pool[new + k + c]) * scale[c]
    if new_fits and (better > 0 or not old_fits):
        for c in range(k):
            pool[old + k + c] = pool[new + k + c]
        pool[old + PARENT - APEX] = pool[new + PARENT - APEX]
        pool[old + ARC - APEX] = pool[new + ARC - APEX]


@njit(cache=True, nogil=True)
def _sink(heap: np.ndarray, size: int, key: int) -> None:
    """push"""
    i = size
    while i > 0:
        up = (i - 1) >> 1
        if heap[up] <= key:
            break
        heap[i] = heap[up]
        i = up
    heap[i] = key


@njit(cache=True, nogil=True)
def _drop_first(heap: np.ndarray, size: int) -> None:
    last = heap[size - 1]
    size -= 1
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= last:
            break
        heap[i] = heap[child]
        i = child
    heap[i] = last


@njit(cache=True, nogil=True)
def _within_later(solution: np.ndarray, later: np.ndarray, waiting: int, pool: np.ndarray, at: int, dims: Dims) -> bool:
    k = len(dims)
    for i in range(waiting):
        row = np.int64(later[i]) * 2 * k
        below = True
        for c in range(k):
            below &= solution[np.uint64(row + c)] <= pool[np.uint64(at + c)]
        if below:
            return True
    return False


@njit(cache=True, nogil=True)
def advance(
    graph: Searched,
    distance: np.ndarray,
    pairs: Pairs,
    target: int,
    upper: np.ndarray,
    least: np.ndarray,
    part: np.ndarray,
    scale: np.ndarray,
    shift: int,
    pops: int,
    settle_at_most: int,
    dims: Dims,
) -> int:
    k = len(dims)
    wide = 4 + 2 * k
    bucket, pool, settled, block, rows = pairs.bucket, pairs.pool, pairs.settled, pairs.block, pairs.rows
    first, queued, heap, touched = pairs.first, pairs.queued, pairs.heap, pairs.touched
    solution, solution_label, later, tally = pairs.solution, pairs.solution_label, pairs.later, pairs.tally
    begins, arcs = graph.first, graph.row.reshape(-1)
    far = np.int64(distance.max())
    mask = bucket.size - 1
    here, left, free, fresh = tally[HERE], tally[OPEN], tally[FREE], tally[FRESH]
    size, lists, waiting = tally[QUEUED], tally[TOUCHED], tally[LATER]
    done, points, generated, used = tally[SETTLED], tally[SOLUTIONS], tally[GENERATED], tally[ROWS]
    most_open = pool.size // wide
    most_rows = rows.size // (k - 1)
    status = DONE
    while True:
        if pops <= 0:
            status = PAUSED
            break
        pair = np.int64(bucket[here & mask])
        if pair >= 0:
            # a pair that waited for its bucket joins its vertex
            pops -= 1
            at = pair * wide + APEX
            bucket[here & mask] = pool[at + NEXT - APEX]
            vertex = np.int64(pool[at + VERTEX - APEX])
            into = COVERED
            if not (
                covered(block, rows, target, pool, at + 1, dims)
                or covered(block, rows, vertex, pool, at + 1, dims)
                or _within_later(solution, later, waiting, pool, at, dims)
            ):
                into = _partner(pool, first[vertex], pair, least, part, scale, dims)
            if into != ALONE:
                if into >= 0:
                    _merge(pool, into, pair, least, part, scale, dims)
                pool[at - APEX] = free
                free = pair
                left -= 1
                continue
            if first[vertex] < 0:
                touched[lists] = vertex
                lists += 1
            pool[at - APEX] = first[vertex]
            first[vertex] = pair
            if not queued[vertex]:
                queued[vertex] = True
                _sink(heap, size, ((far - distance[vertex]) << 32 | vertex) if vertex != target else vertex)
                size += 1
            continue
        if size > 0:
            vertex = heap[0] & 0xFFFFFFFF
            pair = np.int64(first[vertex])
            while pair >= 0:
                at = pair * wide + APEX
                following = np.int64(pool[at - APEX])
                if pool[at + ARC - APEX] == EXPANDED:
                    pair = following
                    continue
                if covered(block, rows, target, pool, at + 1, dims) or _within_later(
                    solution, later, waiting, pool, at, dims
                ):
                    # stays in the list for what it covers
                    pool[at + ARC - APEX] = EXPANDED
                    left -= 1
                    pair = following
                    continue
                if done >= settle_at_most:
                    status = FULL
                    break
                if 2 * done == settled.size:
                    status = GROW_SETTLED
                    break
                if vertex == target:
                    if points == later.size:
                        status = GROW_SOLUTIONS
                        break
                    if used + room(block, target) > most_rows:
                        status = GROW_ROWS
                        break
                    row = points * 2 * k
                    for c in range(k):
                        value = np.int64(pool[at + k + c])
                        total = WHOLE + part[c]
                        solution[row + c] = max((WHOLE * (value + least[c]) + total - 1) // total - least[c], 0)
                        solution[row + k + c] = value
                    solution_label[points] = done
                    if solution[row] <= here << shift:
                        if not covered(block, rows, target, solution, row + 1, dims):
                            used = remember(block, rows, used, target, solution, row + 1, dims)
                    else:
                        later[waiting] = points
                        waiting += 1
                    points += 1
                elif left + begins[vertex + 1] - begins[vertex] + lists > most_open:
                    status = GROW_OPEN
                    break
                pops -= 1
                settled[2 * done] = pool[at + PARENT - APEX]
                settled[2 * done + 1] = pool[at + ARC - APEX]
                pool[at + ARC - APEX] = EXPANDED
                left -= 1
                for arc in range(begins[vertex], begins[vertex + 1]):
                    row = arc * (k + 1)
                    head = np.int64(arcs[np.uint64(row)])
                    if free >= 0:
                        child = free
                    else:
                        child = fresh
                        if child == most_open:
                            break
                    to = child * wide + APEX
                    within = head != vertex
                    fits = True
                    for c in range(k):
                        cost = np.int64(arcs[np.uint64(row + 1 + c)])
                        apex = pool[np.uint64(at + c)] + cost
                        value = pool[np.uint64(at + k + c)] + cost
                        within &= apex <= upper[c]
                        fits &= value < NONE
                        pool[np.uint64(to + c)] = min(apex, NONE)
                        pool[np.uint64(to + k + c)] = min(value, NONE)
                    if not within:
                        continue
                    if not fits:
                        status = TOO_LARGE
                        break
                    if covered(block, rows, target, pool, to + 1, dims) or covered(
                        block, rows, head, pool, to + 1, dims
                    ):
                        continue
                    number = np.int64(pool[np.uint64(to)]) >> shift
                    into = ALONE
                    pool[np.uint64(to + VERTEX - APEX)] = head
                    pool[np.uint64(to + PARENT - APEX)] = done
                    pool[np.uint64(to + ARC - APEX)] = arc
                    if number == here:
                        if _within_later(solution, later, waiting, pool, to, dims):
                            continue
                        into = _partner(pool, first[head], child, least, part, scale, dims)
                        if into == COVERED:
                            continue
                        if into >= 0:
                            _merge(pool, into, child, least, part, scale, dims)
                            generated += 1
                            continue
                    if free >= 0:
                        free = np.int64(pool[np.uint64(to - APEX)])
                    else:
                        fresh += 1
                    left += 1
                    generated += 1
                    if number == here:
                        if first[head] < 0:
                            touched[lists] = head
                            lists += 1
                        pool[np.uint64(to - APEX)] = first[head]
                        first[head] = child
                        if not queued[head]:
                            queued[head] = True
                            _sink(heap, size, ((far - distance[head]) << 32 | head) if head != target else head)
                            size += 1
                    else:
                        pool[np.uint64(to - APEX)] = bucket[number & mask]
                        bucket[number & mask] = child
                done += 1
                if status == TOO_LARGE:
                    break
                pair = following
            if status != DONE:
                break
            # the target, put in meanwhile, may have become the first
            if heap[0] & 0xFFFFFFFF == vertex:
                _drop_first(heap, size)
                size -= 1
                queued[vertex] = False
            continue
        if lists > 0:
            # the bucket is empty: vertices remember what was expanded
            vertex = np.int64(touched[lists - 1])
            pair = np.int64(first[vertex])
            while pair >= 0:
                at = pair * wide + APEX
                if vertex != target and not covered(block, rows, vertex, pool, at + 1, dims):
                    if used + room(block, vertex) > most_rows:
                        status = GROW_ROWS
                        break
                    used = remember(block, rows, used, vertex, pool, at + 1, dims)
                following = np.int64(pool[at - APEX])
                pool[at - APEX] = free
                free = pair
                pair = following
            first[vertex] = pair
            if status != DONE:
                break
            lists -= 1
            continue
        if left == 0:
            break
        here += 1
        while bucket[here & mask] < 0:
            here += 1
        floor = here << shift
        i = 0
        while i < waiting:
            row = np.int64(later[i]) * 2 * k
            if solution[row] <= floor:
                if not covered(block, rows, target, solution, row + 1, dims):
                    if used + room(block, target) > most_rows:
                        # XXX
                        break
                    used = remember(block, rows, used, target, solution, row + 1, dims)
                waiting -= 1
                later[i] = later[waiting]
            else:
                i += 1
    tally[HERE], tally[OPEN], tally[FREE], tally[FRESH] = here, left, free, fresh
    tally[QUEUED], tally[TOUCHED], tally[LATER] = size, lists, waiting
    tally[SETTLED], tally[SOLUTIONS], tally[GENERATED], tally[ROWS] = done, points, generated, used
    return status
