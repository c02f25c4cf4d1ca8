"""The part of a graph that paths within a limit may use, found from both ends at once.

A path of at most a limit runs only through vertices whose distance from the source and distance to the target add up
to no more than the limit: an ellipse with the two as foci (forward and backward bounds of the resource-constrained
search: Y. P. Aneja, V. Aggarwal, K. P. K. Nair, Shortest chain subject to side constraints, Networks 13, 1983;
S. Ahmadi, G. Tack, D. Harabor, P. Kilby, Enhanced methods for the weight constrained shortest path problem, Networks
84, 2024). Neither search need cover its whole disc: both grow until their radii add up to the limit, after which what
one has not settled is of use only where the other has, so that each goes on inside the ellipse alone.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.ground import Ground
from corridor_opt.kernels.heap import pop, push

NONE = 2**62 - 1  # the distance of a vertex that was not reached: two of them still fit 64 bits

# positions in a side's tally
HERE, LEFT, BEST = range(3)

BATCH = 256  # vertices settled from one end before the other has its turn


class Side(NamedTuple):
    """A search from one end.

    Attributes
    ----------
    distance : int64 (n + 2,)
        From or to the end, `NONE` where nothing has led yet. The last two entries are for the caller.
    bucket, following, before : int32
        Buckets, a power of two of them, as doubly linked lists through the vertices (Dial). One: a heap is used.
    keys, items : int64, int32
        The heap, with lazy deletion.
    tally : int64 (3,)
        The distance now settled; vertices queued; the least sum of both distances that was seen, which the caller
        may set where an arc joins the ends.
    """

    distance: np.ndarray
    bucket: np.ndarray
    following: np.ndarray
    before: np.ndarray
    keys: np.ndarray
    items: np.ndarray
    tally: np.ndarray


def new_side(n: int, arcs: int, buckets: int) -> Side:
    """Make room for a search from one end.

    Parameters
    ----------
    n
        Number of vertices.
    arcs
        Number of arcs, those among the ends counted.
    buckets
        A power of two greater than every weight, or 1 for a heap.

    Returns
    -------
    Side
        Nothing settled, nothing queued.
    """
    links, room = (n, 1) if buckets > 1 else (1, arcs + n + 2)
    return Side(
        distance=np.full(n + 2, NONE, np.int64),
        bucket=np.full(buckets, -1, np.int32),
        following=np.empty(links, np.int32),
        before=np.empty(links, np.int32),
        keys=np.empty(room, np.int64),
        items=np.empty(room, np.int32),
        tally=np.array([0, 0, NONE], np.int64),
    )


@njit(cache=True, nogil=True)
def seed(side: Side, v: int, far: int) -> None:
    """Let a search begin, among others, at a vertex.

    Parameters
    ----------
    side
        Nothing settled yet; changed in place.
    v
        A vertex, 0 to n - 1.
    far
        Its distance.
    """
    old = side.distance[v]
    if far >= old:
        return
    if side.bucket.size > 1:
        _put(side.bucket, side.following, side.before, old, v, far)
        side.tally[LEFT] += old == NONE
    else:
        no_ties = np.empty((1, 1), np.int64)
        side.tally[LEFT] = push(side.keys, side.items, side.tally[LEFT], far, v, no_ties, (0,))
    side.distance[v] = far


@njit(cache=True, nogil=True)
def _put(bucket: np.ndarray, following: np.ndarray, before: np.ndarray, old: int, v: int, far: int) -> None:
    """Move a vertex from the bucket of its old distance, if it has one, to that of the new."""
    mask = bucket.size - 1
    if old != NONE:
        p, q = before[np.uint64(v)], following[np.uint64(v)]
        if p >= 0:
            following[np.uint64(p)] = q
        else:
            bucket[np.uint64(old & mask)] = q
        if q >= 0:
            before[np.uint64(q)] = p
    q = bucket[np.uint64(far & mask)]
    following[np.uint64(v)] = q
    before[np.uint64(v)] = -1
    if q >= 0:
        before[np.uint64(q)] = v
    bucket[np.uint64(far & mask)] = v


@njit(cache=True, nogil=True)
def _grow(
    first: np.ndarray,
    onto: np.ndarray,
    weight: np.ndarray,
    row: int,
    is_open: np.ndarray,
    side: Side,
    partner: np.ndarray,
    limit: int,
    inside: bool,
    pops: int,
) -> None:
    """Settle vertices from one end.

    `weight[a * row]` is the weight of arc a, `partner` the distance to the other end as far as it is known. With
    `inside`, only vertices that lie within the limit by both are used. An empty `is_open` means all.
    """
    distance, tally, keys, items = side.distance, side.tally, side.keys, side.items
    bucket, following, before = side.bucket, side.following, side.before
    by_buckets = bucket.size > 1
    masked = is_open.size > 0
    mask = bucket.size - 1
    no_ties = np.empty((1, 1), np.int64)
    here, left, best = tally[HERE], tally[LEFT], tally[BEST]
    while left > 0 and pops > 0:
        if by_buckets:
            v = np.int64(bucket[np.uint64(here & mask)])
            if v < 0:
                here += 1
                continue
            after = np.int64(following[np.uint64(v)])
            bucket[np.uint64(here & mask)] = after
            if after >= 0:
                before[np.uint64(after)] = -1
            left -= 1
        else:
            here = keys[0]
            v = np.int64(items[0])
            left = pop(keys, items, left, no_ties, (0,))
            if here > distance[v]:
                continue
        pops -= 1
        if here > limit or (inside and here + partner[np.uint64(v)] > limit):
            continue
        for a in range(first[np.uint64(v)], first[np.uint64(v + 1)]):
            if masked and not is_open[np.uint64(a)]:
                continue
            u = np.int64(onto[np.uint64(a)])
            far = here + np.int64(weight[np.uint64(a * row)])
            old = distance[np.uint64(u)]
            if far >= old or far > limit:
                continue
            both = far + partner[np.uint64(u)]
            if inside and both > limit:
                continue
            best = min(best, both)
            if by_buckets:
                _put(bucket, following, before, old, u, far)
                left += old == NONE
            else:
                left = push(keys, items, left, far, u, no_ties, (0,))
            distance[np.uint64(u)] = far
    tally[HERE], tally[LEFT], tally[BEST] = here, left, best


@njit(cache=True, nogil=True)
def _advance(
    ground: Ground, forward: Side, backward: Side, criterion: int, limit: int, from_front: bool, inside: bool, pops: int
) -> None:
    """Let one of the two ends settle vertices."""
    if from_front:
        row = ground.weight.size // max(ground.head.size, 1)
        weight = ground.weight[criterion:]
        known = backward.distance
        _grow(ground.first, ground.head, weight, row, ground.is_open, forward, known, limit, inside, pops)
    else:
        weight = ground.weight_in[criterion * ground.column_in :]
        known, every = forward.distance, ground.is_open[:0]
        _grow(ground.first_in, ground.tail, weight, ground.row_in, every, backward, known, limit, inside, pops)


@njit(cache=True, nogil=True)
def meet(ground: Ground, forward: Side, backward: Side, criterion: int, limit: int) -> int:
    """Find the distance from the source to the target, from both ends.

    Parameters
    ----------
    ground
        The graph.
    forward, backward
        Searches with seeds; changed in place, `fill` goes on with them.
    criterion
        Column of the weights.
    limit
        Greatest value of a path, inclusive; below `NONE`.

    Returns
    -------
    int
        The distance; greater than the limit where no path is within it.
    """
    f_tally, b_tally = forward.tally, backward.tally
    # not literals, for each of which what is called would be compiled anew
    no, batch = np.bool_(False), np.int64(BATCH)
    # nothing need be relaxed where the two begin
    best = np.int64(min(f_tally[BEST], b_tally[BEST]))
    for v in range(ground.first.size - 1):
        best = min(best, forward.distance[v] + backward.distance[v])
    f_tally[BEST] = best
    while f_tally[LEFT] > 0 and b_tally[LEFT] > 0:
        best = min(f_tally[BEST], b_tally[BEST])
        if f_tally[HERE] + b_tally[HERE] > min(limit, best - 1):
            break
        _advance(ground, forward, backward, criterion, limit, f_tally[LEFT] <= b_tally[LEFT], no, batch)
    # where one end has settled all it can reach, the least was seen too
    return min(f_tally[BEST], b_tally[BEST])


@njit(cache=True, nogil=True)
def fill(ground: Ground, forward: Side, backward: Side, criterion: int, limit: int) -> None:
    """Find the distances from the source and to the target wherever they add up to no more than a limit.

    Parameters
    ----------
    ground, forward, backward, criterion
        See `meet`, which came before. Where the two distances add up to no more than the limit they are true
        afterwards; elsewhere their sum is greater.
    limit
        Greatest value of a path, inclusive; not greater than in `meet`.
    """
    f_tally, b_tally = forward.tally, backward.tally
    # not literals, for each of which what is called would be compiled anew
    no, batch = np.bool_(False), np.int64(BATCH)
    while f_tally[LEFT] > 0 and b_tally[LEFT] > 0 and f_tally[HERE] + b_tally[HERE] <= limit:
        _advance(ground, forward, backward, criterion, limit, f_tally[LEFT] <= b_tally[LEFT], no, batch)
    yes, every = np.bool_(True), np.int64(NONE)
    _advance(ground, forward, backward, criterion, limit, yes, yes, every)
    _advance(ground, forward, backward, criterion, limit, no, yes, every)
