"""The arrays of a search for an approximate front, and how they grow between its chunks.

Bytes: 4 (4 + 2 k) an open pair (40 for three criteria), 8 an expanded one, 4 (k - 1) what a vertex remembers of it.
"""

from typing import NamedTuple

import numpy as np

from corridor_opt.kernels import labels as wide

NONE = 2**31 - 1  # keys are less

# positions in Pairs.tally, after those of `labels`: the bucket now, vertices queued in it, vertices with pairs in it,
# solutions whose thresholds do not count yet, rows of `pool` in use,
# a slot before which all are empty
HERE, QUEUED, TOUCHED, LATER, HELD, SLOT = 7, 8, 9, 10, 11, 12

# fields of a pair in `pool`; k of its apex and k of its representative follow
NEXT, VERTEX, PARENT, ARC, APEX = range(5)
EXPANDED = -2  # in ARC
SLOTS = 2048

# fields of a vertex in `spot`
BEGIN, LENGTH, ROOM, FIRST = range(4)


class Pairs(NamedTuple):
    """State of one search, a structure of arrays.

    Attributes
    ----------
    bucket : int32
        The last open pair put into each bucket, or -1; a power of two of them.
    pool : int32 (open x (4 + 2 k),)
        Pairs: the next one in the list, vertex, expanded parent, last arc, apex, representative; less the bounds of
        the source.
    settled : int32 (settled x 2,)
        Parent and last arc of the representative of an expanded pair.
    spot : int32 (n x 4,)
        Begin, length and capacity of each vertex's share of `rows`; 1 + its first pair in the bucket now, or 0.
    rows : int32 (entries x (k - 1),)
        Criteria 2 to k of apexes that were expanded in earlier buckets; at the target, thresholds of solutions.
    queued : bool (n,)
        Vertices in a slot.
    slot : int32 (2048,)
        Vertices with open pairs in the bucket now, by their distance to the target, farthest first, the target
        last: 1 + the last one put there, or 0.
    behind : int32 (n,)
        1 + the next vertex in the slot, or 0.
    touched : int32 (n,)
        Vertices with pairs in the bucket now.
    solution : int32 (solutions x 2 k,)
        Thresholds (an apex no better than them in any criterion is within reach of the solution) and values, less the
        bounds of the source.
    solution_label : int32 (solutions,)
        The expanded pair of each.
    later : int32 (solutions,)
        Solutions whose first threshold lies in the bucket now or a later one.
    tally : int64 (13,)
        See `labels.Labels`, then above.
    """

    bucket: np.ndarray
    pool: np.ndarray
    settled: np.ndarray
    spot: np.ndarray
    rows: np.ndarray
    queued: np.ndarray
    slot: np.ndarray
    behind: np.ndarray
    touched: np.ndarray
    solution: np.ndarray
    solution_label: np.ndarray
    later: np.ndarray
    tally: np.ndarray


def new_pairs(n: int, k: int, buckets: int) -> Pairs:
    """Make room for a search.

    Parameters
    ----------
    n
        Number of vertices.
    k
        Number of criteria, 2 or more.
    buckets
        So many buckets at least a pair may lie ahead.

    Returns
    -------
    Pairs
        Without any pair.
    """
    size = wide.FIRST_CAPACITY
    tally = np.zeros(SLOT + 1, np.int64)
    tally[wide.FREE] = -1
    return Pairs(
        bucket=np.full(1 << int(buckets).bit_length(), -1, np.int32),
        pool=np.empty(size * (4 + 2 * k), np.int32),
        settled=np.empty(2 * size, np.int32),
        spot=np.zeros(4 * n, np.int32),
        rows=np.empty(size * (k - 1), np.int32),
        queued=np.zeros(n, np.bool_),
        slot=np.zeros(SLOTS, np.int32),
        behind=np.empty(n, np.int32),
        touched=np.empty(n, np.int32),
        solution=np.empty(size * 2 * k, np.int32),
        solution_label=np.empty(size, np.int32),
        later=np.empty(size, np.int32),
        tally=tally,
    )


_TO_GROW = {
    wide.GROW_OPEN: ("pool",),
    wide.GROW_SETTLED: ("settled",),
    wide.GROW_ROWS: ("rows",),
    wide.GROW_SOLUTIONS: ("solution", "solution_label", "later"),
}


def growth(pairs: Pairs, status: int) -> int:
    """Bytes that `grown` would add.

    Parameters
    ----------
    pairs
        State of the search.
    status
        One of the four GROW codes of `labels`.

    Returns
    -------
    int
        Bytes.
    """
    return sum(int(getattr(pairs, name).nbytes) for name in _TO_GROW[status])


def grown(pairs: Pairs, status: int) -> Pairs:
    """Double the arrays that a search has run out of.

    Parameters
    ----------
    pairs, status
        See `growth`.

    Returns
    -------
    Pairs
        The same state with more room; the old one must not be used again.
    """
    larger = {}
    for name in _TO_GROW[status]:
        old = getattr(pairs, name)
        larger[name] = np.empty(2 * len(old), old.dtype)
        larger[name][: len(old)] = old
    return pairs._replace(**larger)
