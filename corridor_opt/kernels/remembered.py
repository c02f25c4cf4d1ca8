"""What a vertex remembers of its settled labels, in 32 bits.

Labels settle in the order of the first criterion, so that only the others need be compared (dimensionality
reduction, Pulido, Mandow, Perez de la Cruz 2015, see `dominance`). k = 2: one number (BOA*: C. Hernandez, W. Yeoh,
J. A. Baier, H. Zhang, L. Suazo, S. Koenig, O. Salzman, Simple and efficient bi-objective search algorithms via fast
dominance checks, Artificial Intelligence 314, 2023). k = 3: a staircase, searched by halving (EMOA*: Z. Ren, R. Zhan,
S. Rathinam, M. Likhachev, H. Choset, Enhanced multi-objective A* using balanced binary search trees, SoCS 2022; here
sorted blocks in place of trees). k > 3: chunks of 16 entries with an ideal corner that rules most of them out, split
along the widest criterion when full (after the ND-tree: A. Jaszkiewicz, T. Lust, IEEE Transactions on Evolutionary
Computation 22, 2018).
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.chunks import in_chunks, put
from corridor_opt.kernels.heap import Dims
from corridor_opt.kernels.labels import ROWS

FIRST_BLOCK = 4


@njit(cache=True, nogil=True, inline="always")
def covered(
    place: np.ndarray, rows: np.ndarray, chunk: np.ndarray, vertex: int, pool: np.ndarray, at: int, dims: Dims
) -> bool:
    """Say whether a vertex remembers a label that is no worse in criteria 2 to k.

    Parameters
    ----------
    place, rows, chunk
        See `buckets.Bucketed`.
    vertex
        Whom to ask.
    pool : int32
        See `buckets.Bucketed`.
    at
        Where in `pool` the label's second value stands.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant.

    Returns
    -------
    bool
        True also when the two are equal.
    """
    k = len(dims)
    if k == 2:
        return place[np.uint64(2 * vertex + 1)] <= pool[np.uint64(at)]
    begin = np.int64(place[np.uint64(4 * vertex + 1)])
    length = np.int64(place[np.uint64(4 * vertex + 2)])
    if k == 3:
        return below_stairs(rows, begin, length, pool[np.uint64(at)], pool[np.uint64(at + 1)])
    return in_chunks(rows, chunk, begin, length, pool, at, dims)


@njit(cache=True, nogil=True)
def below_stairs(rows: np.ndarray, begin: int, length: int, second: int, third: int) -> bool:
    """Say whether a staircase covers a point, by halving.

    Parameters
    ----------
    rows : int32, 2 an entry
        Ascending in the first number, descending in the other from `begin` on.
    begin, length
        Where the staircase stands, in entries.
    second, third
        The point.

    Returns
    -------
    bool
        True also on a step.
    """
    if length == 0 or rows[np.uint64(2 * begin)] > second:
        return False
    # the number of rounds depends on the length alone and the choice is no branch: nothing to mispredict
    low = begin
    while length > 1:
        half = length >> 1
        low += half * (rows[np.uint64(2 * (low + half))] <= second)
        length -= half
    return rows[np.uint64(2 * low + 1)] <= third


@njit(cache=True, nogil=True)
def room(unused: np.ndarray, capacity: int) -> int:
    """Entries that the next block of a vertex takes from the end of `Bucketed.rows`.

    Parameters
    ----------
    unused
        See `buckets.Bucketed`.
    capacity
        Of the block that is full.

    Returns
    -------
    int
        0 where a block of that size was given back.
    """
    needed = max(FIRST_BLOCK, 2 * capacity)
    return 0 if unused[_size_class(needed)] >= 0 else needed


@njit(cache=True, nogil=True)
def _size_class(capacity: int) -> int:
    size_class = 0
    while (FIRST_BLOCK << size_class) < capacity:
        size_class += 1
    return size_class


@njit(cache=True, nogil=True)
def enlarge(
    place: np.ndarray, rows: np.ndarray, unused: np.ndarray, tally: np.ndarray, vertex: int, dims: Dims
) -> None:
    """Move a vertex's share of the rows, which is full, to a block twice as large.

    Parameters
    ----------
    place, rows, unused, tally
        See `buckets.Bucketed`. The entries that `room` asks for must be there.
    vertex, dims
        See `covered`.
    """
    k = len(dims)
    stride = 2 if k == 3 else k
    begin = np.int64(place[4 * vertex + 1])
    length, capacity = np.int64(place[4 * vertex + 2]), np.int64(place[4 * vertex + 3])
    needed = max(FIRST_BLOCK, 2 * capacity)
    size_class = _size_class(needed)
    moved = unused[size_class]
    if moved >= 0:
        unused[size_class] = rows[moved * stride]
    else:
        moved = tally[ROWS]
        tally[ROWS] += needed
    for i in range(length * stride):
        rows[np.uint64(moved * stride + i)] = rows[np.uint64(begin * stride + i)]
    if capacity > 0:
        rows[begin * stride] = unused[size_class - 1]
        unused[size_class - 1] = begin
    place[4 * vertex + 1] = moved
    place[4 * vertex + 3] = needed


@njit(cache=True, nogil=True, inline="always")
def remember(
    place: np.ndarray,
    rows: np.ndarray,
    chunk: np.ndarray,
    filled: np.ndarray,
    tally: np.ndarray,
    vertex: int,
    pool: np.ndarray,
    at: int,
    dims: Dims,
) -> None:
    """Let a vertex remember a label that is not covered, and forget what it covers.

    Parameters
    ----------
    place, rows, chunk, filled, tally
        See `buckets.Bucketed`. There must be room in the vertex's block, and for one more chunk.
    vertex, pool, at, dims
        See `covered`.
    """
    if len(dims) == 2:
        place[np.uint64(2 * vertex + 1)] = pool[np.uint64(at)]
    else:
        begin = np.int64(place[np.uint64(4 * vertex + 1)])
        length = np.int64(place[np.uint64(4 * vertex + 2)])
        if len(dims) == 3:
            length = _step(rows, begin, length, pool[np.uint64(at)], pool[np.uint64(at + 1)])
        else:
            length = put(rows, chunk, filled, tally, begin, length, pool, at, dims)
        place[np.uint64(4 * vertex + 2)] = length


@njit(cache=True, nogil=True)
def _step(rows: np.ndarray, begin: int, length: int, second: int, third: int) -> int:
    """Put a step into a staircase; the steps that it covers stand side by side. Give the new length."""
    end = begin + length
    here, high = begin, end
    while here < high:
        middle = (here + high) >> 1
        if rows[np.uint64(2 * middle)] < second:
            here = middle + 1
        else:
            high = middle
    last = here
    while last < end and rows[np.uint64(2 * last + 1)] >= third:
        last += 1
    more = 1 - (last - here)
    if more == 1:
        for row in range(end, here, -1):
            rows[np.uint64(2 * row)] = rows[np.uint64(2 * row - 2)]
            rows[np.uint64(2 * row + 1)] = rows[np.uint64(2 * row - 1)]
    elif more < 0:
        for row in range(last, end):
            rows[np.uint64(2 * (row + more))] = rows[np.uint64(2 * row)]
            rows[np.uint64(2 * (row + more) + 1)] = rows[np.uint64(2 * row + 1)]
    rows[np.uint64(2 * here)] = second
    rows[np.uint64(2 * here + 1)] = third
    return length + more
