"""Truncated fronts: what a vertex remembers of its settled labels.

Labels leave the heap in lexicographic order, so that a settled label is never worse in the first
criterion than one that comes later: the first criterion need not be compared (NAMOA*dr: F. J. Pulido,
L. Mandow, J. L. Perez de la Cruz, Dimensionality reduction in multiobjective shortest path search,
Computers & Operations Research 64, 2015). Of the other k - 1 criteria only the non-dominated vectors
are kept: nothing for k = 1 but the fact that a label was settled, one minimum for k = 2, and for
k > 2 a block of `Labels.rows`, ascending in the second criterion.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.heap import Dims
from corridor_opt.kernels.labels import ROWS


@njit(cache=True, nogil=True)
def is_dominated(
    block: np.ndarray,
    rows: np.ndarray,
    vertex: int,
    value: np.ndarray,
    label: int,
    dims: Dims,
) -> bool:
    """Say whether a vertex has settled a label that is no worse in criteria 2 to k.

    Parameters
    ----------
    block : int64 (n, 3)
        See `Labels.block`.
    rows : int64 (rows, max(k - 1, 1))
        See `Labels.rows`.
    vertex
        Whose front to ask.
    value : int64 (open, k)
        Keys g + h.
    label
        Row of `value`.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant.

    Returns
    -------
    bool
        True also when the two are equal, so that one label of each value survives.
    """
    k = len(dims)
    if k == 1:
        return rows[vertex, 0] == 0
    if k == 2:
        return rows[vertex, 0] <= value[label, 1]
    begin = block[vertex, 0]
    low, high = begin, begin + block[vertex, 1]
    second = value[label, 1]
    while low < high:
        middle = (low + high) >> 1
        if rows[middle, 0] <= second:
            low = middle + 1
        else:
            high = middle
    if k == 3:
        # ascending in one of two criteria means descending in the other: the last row decides
        return low > begin and rows[low - 1, 1] <= value[label, 2]
    for row in range(low - 1, begin - 1, -1):
        worse = False
        for c in range(2, k):
            worse |= rows[row, c - 1] > value[label, c]
        if not worse:
            return True
    return False


@njit(cache=True, nogil=True)
def rows_needed(block: np.ndarray, vertex: int, dims: Dims) -> int:
    """Rows that one more label at a vertex may take from the end of `Labels.rows`.

    Parameters
    ----------
    block, vertex, dims
        See `is_dominated`.

    Returns
    -------
    int
        Length of the vertex's next block when the present one is full, else 0.
    """
    if len(dims) < 3 or block[vertex, 1] < block[vertex, 2]:
        return 0
    return max(4, 2 * block[vertex, 2])


@njit(cache=True, nogil=True)
def insert(
    block: np.ndarray,
    rows: np.ndarray,
    tally: np.ndarray,
    vertex: int,
    value: np.ndarray,
    label: int,
    dims: Dims,
) -> None:
    """Put a label that is not dominated into a vertex's front and drop what it dominates.

    Parameters
    ----------
    block, rows, vertex, value, label, dims
        See `is_dominated`. The rows that `rows_needed` asks for must be there.
    tally : int64 (7,)
        See `Labels.tally`.
    """
    k = len(dims)
    if k < 3:
        rows[vertex, 0] = value[label, 1] if k == 2 else 0
        return
    begin, length = block[vertex, 0], block[vertex, 1]
    needed = rows_needed(block, vertex, dims)
    if needed > 0:
        moved = tally[ROWS]
        for row in range(length):
            for c in range(k - 1):
                rows[moved + row, c] = rows[begin + row, c]
        begin = moved
        tally[ROWS] = moved + needed
        block[vertex, 0] = begin
        block[vertex, 2] = needed
    end = begin + length
    place, high = begin, end
    while place < high:
        middle = (place + high) >> 1
        if rows[middle, 0] < value[label, 1]:
            place = middle + 1
        else:
            high = middle
    # rows before `place` are better in the second criterion, only those behind can be dominated
    hole = place
    while hole < end and not _covers(value, label, rows, hole, dims):
        hole += 1
    for row in range(hole, place, -1):
        for c in range(k - 1):
            rows[row, c] = rows[row - 1, c]
    for c in range(1, k):
        rows[place, c - 1] = value[label, c]
    last = hole + 1
    for row in range(hole + 1, end):
        if not _covers(value, label, rows, row, dims):
            for c in range(k - 1):
                rows[last, c] = rows[row, c]
            last += 1
    block[vertex, 1] = last - begin


@njit(cache=True, nogil=True)
def _covers(value: np.ndarray, label: int, rows: np.ndarray, row: int, dims: Dims) -> bool:
    """Say whether a label is no worse than a front's row in criteria 3 to k."""
    worse = False
    for c in range(2, len(dims)):
        worse |= value[label, c] > rows[row, c - 1]
    return not worse
