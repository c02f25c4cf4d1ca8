"""What vertices remember of expanded apexes, and the target of solutions, in flat arrays of 32 bits.

Compared are criteria 2 to k, as in `remembered`. Approximate fronts are short: k = 2 keeps one number, k = 3 a staircase
that is searched by halving, k > 3 a list that is read from its end.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.bounded_labels import APEX, ARC, BEGIN, EXPANDED, LENGTH, PARENT, QUEUED, ROOM, SLOT
from corridor_opt.kernels.heap import Dims

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
    return max(FIRST_BLOCK, 2 * np.int64(spot[4 * vertex + ROOM]))


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
    begin, length = np.int64(spot[4 * vertex + BEGIN]), np.int64(spot[4 * vertex + LENGTH])
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
def _fits(pool: np.ndarray, values: int, one: int, other: int, least: np.ndarray, part: np.ndarray, dims: Dims) -> bool:
    """Say whether a representative is within reach of the common apex of two pairs."""
    for c in range(len(dims)):
        apex = min(pool[np.uint64(one + c)], pool[np.uint64(other + c)]) + least[c]
        if WHOLE * (pool[np.uint64(values + c)] + least[c]) > (WHOLE + part[c]) * apex:
            return False
    return True


@njit(cache=True, nogil=True)
def partner(pool: np.ndarray, first: int, pair: int, least: np.ndarray, part: np.ndarray, dims: Dims) -> int:
    """Look for a pair of the same vertex with which a new one can merge.

    Parameters
    ----------
    pool
        See `bounded_labels.Pairs`.
    first
        The first pair of the vertex, -1 where there is none.
    pair
        The new one.
    least, part
        See `bounded_front.advance`.
    dims
        See `covered`.

    Returns
    -------
    int
        A pair that is open; -1 where one covers the new pair, expanded or not; -2 where there is none.
    """
    k = len(dims)
    best = -2
    new = pair * (4 + 2 * k) + APEX
    other = first
    while other >= 0:
        old = other * (4 + 2 * k) + APEX
        below = True
        for c in range(k):
            below &= pool[np.uint64(old + c)] <= pool[np.uint64(new + c)]
        if below:
            return -1
        if (
            best == -2
            and pool[np.uint64(old + ARC - APEX)] != EXPANDED
            and (_fits(pool, old + k, old, new, least, part, dims) or _fits(pool, new + k, old, new, least, part, dims))
        ):
            best = other
        other = np.int64(pool[np.uint64(old - APEX)])
    return best


@njit(cache=True, nogil=True)
def merge(pool: np.ndarray, into: int, pair: int, least: np.ndarray, part: np.ndarray, dims: Dims) -> None:
    """Merge a new pair into its partner; of two representatives within reach the nearer one to the apex stays.

    Parameters
    ----------
    pool, pair, least, part, dims
        See `partner`.
    into
        What it found.
    """
    k = len(dims)
    old, new = into * (4 + 2 * k) + APEX, pair * (4 + 2 * k) + APEX
    swap = _fits(pool, new + k, old, new, least, part, dims)
    if swap and _fits(pool, old + k, old, new, least, part, dims):
        better = 0.0
        for c in range(k):
            better += (pool[old + k + c] - pool[new + k + c]) / max(least[c], 1)
        swap = better > 0
    for c in range(k):
        pool[old + c] = min(pool[old + c], pool[new + c])
        if swap:
            pool[old + k + c] = pool[new + k + c]
    if swap:
        pool[old + PARENT - APEX] = pool[new + PARENT - APEX]
        pool[old + ARC - APEX] = pool[new + ARC - APEX]


@njit(cache=True, nogil=True)
def put_vertex(
    slot: np.ndarray, behind: np.ndarray, queued: np.ndarray, tally: np.ndarray, number: int, vertex: int
) -> None:
    """Put a vertex into a slot, if it is in none.

    Parameters
    ----------
    slot, behind, queued, tally
        See `bounded_labels.Pairs`.
    number
        Which slot.
    vertex
        Which vertex.
    """
    if queued[np.uint64(vertex)]:
        return
    queued[np.uint64(vertex)] = True
    behind[np.uint64(vertex)] = slot[np.uint64(number)]
    slot[np.uint64(number)] = vertex + 1
    tally[QUEUED] += 1
    tally[SLOT] = min(tally[SLOT], number)


@njit(cache=True, nogil=True)
def take_vertex(slot: np.ndarray, behind: np.ndarray, queued: np.ndarray, tally: np.ndarray) -> int:
    """Take a vertex out of the first slot that has one; there must be one.

    Parameters
    ----------
    slot, behind, queued, tally
        See `put_vertex`.

    Returns
    -------
    int
        The vertex.
    """
    number = tally[SLOT]
    while slot[np.uint64(number)] == 0:
        number += 1
    tally[SLOT] = number
    vertex = np.int64(slot[np.uint64(number)]) - 1
    slot[np.uint64(number)] = behind[np.uint64(vertex)]
    queued[np.uint64(vertex)] = False
    tally[QUEUED] -= 1
    return vertex
