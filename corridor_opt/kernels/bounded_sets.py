"""What vertices remember of expanded apexes, and the target of solutions, in flat arrays of 32 bits.

Compared are criteria 2 to k, as in `remembered`. Approximate fronts are short: k = 2 keeps one number, k = 3 a staircase
that is searched by halving, k > 3 a list that is read from its end.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.heap import Dims

FIRST_BLOCK = 4


@njit(cache=True, nogil=True)
def covered(block: np.ndarray, rows: np.ndarray, vertex: int, pool: np.ndarray, at: int, dims: Dims) -> bool:
    """Say whether a vertex remembers an entry that is no worse in criteria 2 to k.

    Parameters
    ----------
    block, rows
        See `bounded_labels.Pairs`.
    vertex
        Whom to ask.
    pool, at
        The entry's second criterion stands at `pool[at]`, the others follow.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant.

    Returns
    -------
    bool
        True also when the two are equal.
    """
    k = len(dims)
    place = 3 * vertex
    length = np.int64(block[np.uint64(place + 1)])
    if length == 0:
        return False
    low = np.int64(block[np.uint64(place)])
    if k == 2:
        return rows[np.uint64(low)] <= pool[np.uint64(at)]
    if k == 3:
        second = np.int64(pool[np.uint64(at)])
        if rows[np.uint64(2 * low)] > second:
            return False
        while length > 1:
            half = length >> 1
            low += half * (rows[np.uint64(2 * (low + half))] <= second)
            length -= half
        return rows[np.uint64(2 * low + 1)] <= pool[np.uint64(at + 1)]
    row = (low + length) * (k - 1)
    for _ in range(length):
        row -= k - 1
        below = True
        for c in range(k - 1):
            below &= rows[np.uint64(row + c)] <= pool[np.uint64(at + c)]
        if below:
            return True
    return False


@njit(cache=True, nogil=True)
def room(block: np.ndarray, vertex: int) -> int:
    """Entries that one more at a vertex may take from the end of the rows; 0 where there is room."""
    if block[3 * vertex + 1] < block[3 * vertex + 2]:
        return 0
    return max(FIRST_BLOCK, 2 * np.int64(block[3 * vertex + 2]))


@njit(cache=True, nogil=True)
def remember(
    block: np.ndarray, rows: np.ndarray, used: int, vertex: int, pool: np.ndarray, at: int, dims: Dims
) -> int:
    """Let a vertex remember an entry that is not covered, and forget what it covers.

    Parameters
    ----------
    block, rows, vertex, pool, at, dims
        See `covered`. The rows that `room` asks for must be there.
    used
        Rows used so far.

    Returns
    -------
    int
        Rows used now.
    """
    k = len(dims)
    wide = k - 1
    begin, length = np.int64(block[3 * vertex]), np.int64(block[3 * vertex + 1])
    if length == block[3 * vertex + 2]:
        more = max(FIRST_BLOCK, 2 * length)
        for i in range(length * wide):
            rows[used * wide + i] = rows[begin * wide + i]
        begin = used
        used += more
        block[3 * vertex] = begin
        block[3 * vertex + 2] = more
    if k == 3:
        end = begin + length
        place, high = begin, end
        while place < high:
            middle = (place + high) >> 1
            if rows[2 * middle] < pool[at]:
                place = middle + 1
            else:
                high = middle
        last = place
        while last < end and rows[2 * last + 1] >= pool[at + 1]:
            last += 1
        if last == place:
            for i in range(2 * end - 1, 2 * place - 1, -1):
                rows[i + 2] = rows[i]
        elif last > place + 1:
            less = 2 * (last - place - 1)
            for i in range(2 * last, 2 * end):
                rows[i - less] = rows[i]
        rows[2 * place] = pool[at]
        rows[2 * place + 1] = pool[at + 1]
        block[3 * vertex + 1] = length + 1 - (last - place)
        return used
    kept = begin
    for row in range(begin, begin + length):
        worse = True
        for c in range(wide):
            worse &= rows[row * wide + c] >= pool[at + c]
        if not worse:
            if kept < row:
                for c in range(wide):
                    rows[kept * wide + c] = rows[row * wide + c]
            kept += 1
    for c in range(wide):
        rows[kept * wide + c] = pool[at + c]
    block[3 * vertex + 1] = kept + 1 - begin
    return used
