"""What vertices remember of expanded apexes, and the target of solutions, in flat arrays of 32 bits.

Compared are criteria 2 to k, as in `remembered`. Approximate fronts are short: k = 2 keeps one number, k = 3 a
staircase that is searched by halving, k > 3 a list that is read from its end.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.bounded_labels import APEX, BEGIN, FIRST, HELD, LATER, LENGTH, ROOM, TOUCHED
from corridor_opt.kernels.heap import Dims
from corridor_opt.kernels.labels import FREE, ROWS

FIRST_BLOCK = 4
WHOLE = 10**9  # of which eps is a part


@njit(cache=True, nogil=True)
def covered(spot: np.ndarray, rows: np.ndarray, vertex: int, pool: np.ndarray, at: int, dims: Dims) -> bool:
    """Say whether a vertex remembers an entry that is no worse in criteria 2 to k.

    Parameters
    ----------
    spot, rows
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
    place = 4 * vertex
    length = np.int64(spot[np.uint64(place + LENGTH)])
    if length == 0:
        return False
    low = np.int64(spot[np.uint64(place + BEGIN)])
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
def room(spot: np.ndarray, vertex: int) -> int:
    """Entries that one more at a vertex may take from the end of the rows; 0 where there is room."""
    if spot[4 * vertex + LENGTH] < spot[4 * vertex + ROOM]:
        return 0
    return max(FIRST_BLOCK, 2 * int(spot[4 * vertex + ROOM]))


@njit(cache=True, nogil=True)
def remember(spot: np.ndarray, rows: np.ndarray, used: int, vertex: int, pool: np.ndarray, at: int, dims: Dims) -> int:
    """Let a vertex remember an entry that is not covered, and forget what it covers.

    Parameters
    ----------
    spot, rows, vertex, pool, at, dims
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
    begin, length = int(spot[4 * vertex + BEGIN]), int(spot[4 * vertex + LENGTH])
    if length == spot[4 * vertex + ROOM]:
        more = max(FIRST_BLOCK, 2 * length)
        for i in range(length * wide):
            rows[used * wide + i] = rows[begin * wide + i]
        begin = used
        used += more
        spot[4 * vertex + BEGIN] = begin
        spot[4 * vertex + ROOM] = more
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
        spot[4 * vertex + LENGTH] = length + 1 - (last - place)
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
    spot[4 * vertex + LENGTH] = kept + 1 - begin
    return used


@njit(cache=True, nogil=True)
def within(solution: np.ndarray, some: np.ndarray, size: int, pool: np.ndarray, at: int, dims: Dims) -> bool:
    """Say whether some solutions cover an apex in all criteria.

    Parameters
    ----------
    solution
        See `bounded_labels.Pairs`.
    some, size
        Which solutions, and how many.
    pool, at
        The apex stands at `pool[at]`.
    dims
        See `covered`.

    Returns
    -------
    bool
        True where no threshold of one of them is missed.
    """
    k = len(dims)
    for i in range(size):
        row = np.int64(some[np.uint64(i)]) * 2 * k
        below = True
        for c in range(k):
            below &= solution[np.uint64(row + c)] <= pool[np.uint64(at + c)]
        if below:
            return True
    return False


@njit(cache=True, nogil=True)
def thresholds(
    solution: np.ndarray, row: int, pool: np.ndarray, at: int, least: np.ndarray, part: np.ndarray, dims: Dims
) -> None:
    """Write down a solution: the least apex within reach, ceil(value / (1 + eps)), then its values.

    Parameters
    ----------
    solution, row
        Where to.
    pool, at
        The values stand at `pool[at]`.
    least, part
        See `bounded_front.advance`.
    dims
        See `covered`.
    """
    k = len(dims)
    for c in range(k):
        value = np.int64(pool[at + c])
        parts = WHOLE + part[c]
        solution[row + c] = max((WHOLE * (value + least[c]) + parts - 1) // parts - least[c], 0)
        solution[row + k + c] = value


@njit(cache=True, nogil=True)
def count_now(
    spot: np.ndarray,
    rows: np.ndarray,
    solution: np.ndarray,
    later: np.ndarray,
    tally: np.ndarray,
    target: int,
    floor: int,
    dims: Dims,
) -> bool:
    """Let thresholds count in criteria 2 to k alone, now that no open pair is better in the first; False: no room."""
    k = len(dims)
    i = 0
    while i < tally[LATER]:
        row = np.int64(later[i]) * 2 * k
        if solution[row] > floor:
            i += 1
            continue
        if not covered(spot, rows, target, solution, row + 1, dims):
            if (tally[ROWS] + room(spot, target)) * (k - 1) > rows.size:
                return False
            tally[ROWS] = remember(spot, rows, tally[ROWS], target, solution, row + 1, dims)
        tally[LATER] -= 1
        later[i] = later[tally[LATER]]
    return True


@njit(cache=True, nogil=True)
def leave(
    spot: np.ndarray,
    rows: np.ndarray,
    touched: np.ndarray,
    tally: np.ndarray,
    target: int,
    pool: np.ndarray,
    dims: Dims,
) -> bool:
    """Let the last vertex of an empty bucket remember what was expanded there; False: no room, call again."""
    k = len(dims)
    vertex = np.int64(touched[tally[TOUCHED] - 1])
    pair = np.int64(spot[4 * vertex + FIRST]) - 1
    while pair >= 0:
        at = pair * (4 + 2 * k) + APEX
        if vertex != target and not covered(spot, rows, vertex, pool, at + 1, dims):
            if (tally[ROWS] + room(spot, vertex)) * (k - 1) > rows.size:
                return False
            tally[ROWS] = remember(spot, rows, tally[ROWS], vertex, pool, at + 1, dims)
        following = np.int64(pool[at - APEX])
        pool[at - APEX] = tally[FREE]
        tally[FREE] = pair
        tally[HELD] -= 1
        spot[4 * vertex + FIRST] = following + 1
        pair = following
    tally[TOUCHED] -= 1
    return True
