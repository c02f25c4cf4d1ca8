"""What the target remembers, on a grid: most labels are judged by one look.

A cell holds the least last value among the solutions that are no worse than the cell's corner in criteria 2 to k - 1
(the first is settled by the order of the search). So the cell at or below a label tells that a solution covers it,
and the next one along the diagonal that none does. Only labels in between need be compared with all solutions.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.heap import Dims

# int32 each: the grid is to stay in the processor's second cache
MOST_CELLS = (1, 1, 1, 1 << 12, 1 << 15, 1 << 16, 1 << 17)


def cells(worst: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Choose the grid's cells.

    Parameters
    ----------
    worst : int64 (k,)
        About how large the values of solutions get; a bad guess costs time only.
    k
        Number of criteria.

    Returns
    -------
    side : int64 (k - 2,)
        How many cells lie along each of criteria 2 to k - 1. The last one stands for all values.
    shift : int64 (k - 2,)
        The width of a cell is 2 to the power of this.
    """
    most = np.maximum(np.asarray(worst, np.int64)[1 : k - 1], 0)
    shift = np.zeros(len(most), np.int64)
    while np.prod((most >> shift) + 2.0) > MOST_CELLS[k]:
        shift[np.argmax(most >> shift)] += 1
    return (most >> shift) + 2, shift


@njit(cache=True, nogil=True)
def is_hopeless(grid: np.ndarray, side: np.ndarray, shift: np.ndarray, pool: np.ndarray, at: int, dims: Dims) -> bool:
    """Say whether a solution is known to be no worse than a label in criteria 2 to k.

    Parameters
    ----------
    grid, side, shift, pool
        See `buckets.Bucketed`.
    at
        Where in `pool` the label's second value stands.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant, 3 or more.

    Returns
    -------
    bool
        False also where the grid does not know.
    """
    k = len(dims)
    cell = np.int64(0)
    for c in range(k - 2):
        cell = cell * side[c] + min(np.int64(pool[np.uint64(at + c)]) >> shift[c], side[c] - 2)
    return grid[np.uint64(cell)] <= pool[np.uint64(at + k - 2)]


@njit(cache=True, nogil=True)
def is_clear(grid: np.ndarray, side: np.ndarray, shift: np.ndarray, pool: np.ndarray, at: int, dims: Dims) -> bool:
    """Say whether no solution is known to be no worse than a label in criteria 2 to k.

    Parameters
    ----------
    grid, side, shift, pool, at, dims
        See `is_hopeless`.

    Returns
    -------
    bool
        False also where the grid does not know.
    """
    k = len(dims)
    cell = np.int64(0)
    for c in range(k - 2):
        cell = cell * side[c] + min((np.int64(pool[np.uint64(at + c)]) >> shift[c]) + 1, side[c] - 1)
    return grid[np.uint64(cell)] > pool[np.uint64(at + k - 2)]


@njit(cache=True, nogil=True)
def mark(grid: np.ndarray, side: np.ndarray, shift: np.ndarray, pool: np.ndarray, at: int, dims: Dims) -> None:
    """Let the target remember a solution.

    Parameters
    ----------
    grid, side, shift, pool, at, dims
        See `is_hopeless`.
    """
    k = len(dims)
    last = pool[at + k - 2]
    # four axes, those that are not used of one cell
    sides = np.ones(4, np.int64)
    begin = np.zeros(4, np.int64)
    for c in range(k - 2):
        axis = 4 - (k - 2) + c
        sides[axis] = side[c]
        # the first cell whose corner is no less
        begin[axis] = min((np.int64(pool[at + c]) + (np.int64(1) << shift[c]) - 1) >> shift[c], side[c] - 1)
    # cells fall along each axis: where a line begins no higher than the new value, no later one of its plane is touched
    for a in range(begin[0], sides[0]):
        for b in range(begin[1], sides[1]):
            for c in range(begin[2], sides[2]):
                line = ((a * sides[1] + b) * sides[2] + c) * sides[3]
                d = begin[3]
                while d < sides[3] and grid[line + d] > last:
                    grid[line + d] = last
                    d += 1
                if d == begin[3]:
                    break
