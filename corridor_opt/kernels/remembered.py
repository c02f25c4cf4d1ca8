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

from corridor_opt.kernels.buckets import CHUNK, CHUNKS, NONE
from corridor_opt.kernels.heap import Dims
from corridor_opt.kernels.labels import ROWS

FIRST_BLOCK = 4


@njit(cache=True, nogil=True)
def covered(
    block: np.ndarray, rows: np.ndarray, chunk: np.ndarray, vertex: int, pool: np.ndarray, label: int, dims: Dims
) -> bool:
    """Say whether a vertex remembers a label that is no worse in criteria 2 to k.

    Parameters
    ----------
    block, rows, chunk
        See `buckets.Bucketed`.
    vertex
        Whom to ask.
    pool : int32 (open, k + 3)
        See `buckets.Bucketed`.
    label
        Row of `pool`.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant.

    Returns
    -------
    bool
        True also when the two are equal.
    """
    k = len(dims)
    if k == 2:
        return rows[vertex, 0] <= pool[label, 2]
    begin = np.int64(block[vertex, 0])
    end = begin + block[vertex, 1]
    if k == 3:
        return below_stairs(rows, begin, end, pool[label, 2], pool[label, 3])
    for j in range(begin, end):
        apart = False
        for c in range(k - 1):
            apart |= rows[j, c] > pool[label, c + 2]
        if apart:
            continue
        if _in_chunk(chunk, rows[j, k - 1], pool, label, dims):
            return True
    return False


@njit(cache=True, nogil=True)
def below_stairs(rows: np.ndarray, begin: int, end: int, second: int, third: int) -> bool:
    """Say whether a staircase covers a point, by halving.

    Parameters
    ----------
    rows : int32 (entries, 2)
        Ascending in the first column, descending in the other from `begin` to `end`.
    begin, end
        Where the staircase stands.
    second, third
        The point.

    Returns
    -------
    bool
        True also on a step.
    """
    if begin == end or rows[begin, 0] > second:
        return False
    # the number of rounds depends on the length alone and the choice is no branch: nothing to mispredict
    low, length = begin, end - begin
    while length > 1:
        half = length >> 1
        low += half * (rows[low + half, 0] <= second)
        length -= half
    return rows[low, 1] <= third


@njit(cache=True, nogil=True)
def _in_chunk(chunk: np.ndarray, number: int, pool: np.ndarray, label: int, dims: Dims) -> bool:
    """Compare with all 16 at once: cheaper than to stop early."""
    found = 0
    for i in range(CHUNK):
        below = True
        for c in range(len(dims) - 1):
            below &= chunk[number, c, i] <= pool[label, c + 2]
        found += below
    return found > 0


@njit(cache=True, nogil=True)
def room(block: np.ndarray, unused: np.ndarray, vertex: int, dims: Dims) -> int:
    """Rows that one more label at a vertex may take from the end of `Bucketed.rows`.

    Parameters
    ----------
    block, unused, vertex, dims
        See `buckets.Bucketed` and `covered`.

    Returns
    -------
    int
        0 where there is room.
    """
    if len(dims) == 2 or block[vertex, 1] < block[vertex, 2]:
        return 0
    needed = FIRST_BLOCK if block[vertex, 2] == 0 else 2 * int(block[vertex, 2])
    if len(dims) == 3 and unused[_size_class(needed)] >= 0:
        return 0
    return needed


@njit(cache=True, nogil=True)
def _size_class(capacity: int) -> int:
    size_class = 0
    while (FIRST_BLOCK << size_class) < capacity:
        size_class += 1
    return size_class


@njit(cache=True, nogil=True)
def _enlarge(
    block: np.ndarray, rows: np.ndarray, unused: np.ndarray, tally: np.ndarray, vertex: int, dims: Dims
) -> None:
    """Move a vertex's share of the rows to a block twice as large, if it is full."""
    begin, length, capacity = np.int64(block[vertex, 0]), block[vertex, 1], np.int64(block[vertex, 2])
    if length < capacity:
        return
    needed = max(FIRST_BLOCK, 2 * capacity)
    size_class = _size_class(needed)
    moved = np.int64(unused[size_class])
    if moved >= 0:
        unused[size_class] = rows[moved, 0]
    else:
        moved = tally[ROWS]
        tally[ROWS] += needed
    for row in range(length):
        for c in range(rows.shape[1]):
            rows[moved + row, c] = rows[begin + row, c]
    if capacity > 0 and len(dims) == 3:
        rows[begin, 0] = unused[size_class - 1]
        unused[size_class - 1] = begin
    block[vertex, 0] = moved
    block[vertex, 2] = needed


@njit(cache=True, nogil=True)
def remember(
    block: np.ndarray,
    rows: np.ndarray,
    chunk: np.ndarray,
    filled: np.ndarray,
    unused: np.ndarray,
    tally: np.ndarray,
    vertex: int,
    pool: np.ndarray,
    label: int,
    dims: Dims,
) -> None:
    """Let a vertex remember a label that is not covered, and forget what it covers.

    Parameters
    ----------
    block, rows, chunk, filled, unused, tally
        See `buckets.Bucketed`. The rows that `room` asks for and one more chunk must be there.
    vertex, pool, label, dims
        See `covered`.
    """
    k = len(dims)
    if k == 2:
        rows[vertex, 0] = pool[label, 2]
    elif k == 3:
        _enlarge(block, rows, unused, tally, vertex, dims)
        _step(block, rows, vertex, pool[label, 2], pool[label, 3])
    else:
        _put(block, rows, chunk, filled, unused, tally, vertex, pool, label, dims)


@njit(cache=True, nogil=True)
def _step(block: np.ndarray, rows: np.ndarray, vertex: int, second: int, third: int) -> None:
    """Put a step into a staircase; the steps that it covers stand side by side."""
    begin, length = np.int64(block[vertex, 0]), np.int64(block[vertex, 1])
    end = begin + length
    place, high = begin, end
    while place < high:
        middle = (place + high) >> 1
        if rows[middle, 0] < second:
            place = middle + 1
        else:
            high = middle
    last = place
    while last < end and rows[last, 1] >= third:
        last += 1
    if last == place:
        for row in range(end, place, -1):
            rows[row, 0] = rows[row - 1, 0]
            rows[row, 1] = rows[row - 1, 1]
        block[vertex, 1] = length + 1
    elif last > place + 1:
        less = last - place - 1
        for row in range(last, end):
            rows[row - less, 0] = rows[row, 0]
            rows[row - less, 1] = rows[row, 1]
        block[vertex, 1] = length - less
    rows[place, 0] = second
    rows[place, 1] = third


@njit(cache=True, nogil=True)
def _put(
    block: np.ndarray,
    rows: np.ndarray,
    chunk: np.ndarray,
    filled: np.ndarray,
    unused: np.ndarray,
    tally: np.ndarray,
    vertex: int,
    pool: np.ndarray,
    label: int,
    dims: Dims,
) -> None:
    """Put an entry into the chunk with the nearest corner."""
    k = len(dims)
    begin, length = np.int64(block[vertex, 0]), np.int64(block[vertex, 1])
    best = np.int64(-1)
    least = np.int64(2**62)
    for j in range(begin, begin + length):
        away = np.int64(0)
        for c in range(k - 1):
            away += abs(np.int64(rows[j, c]) - pool[label, c + 2])
        if away < least:
            least = away
            best = np.int64(j)
    if best < 0:
        _enlarge(block, rows, unused, tally, vertex, dims)
        best = np.int64(block[vertex, 0])
        block[vertex, 1] = 1
        number = tally[CHUNKS]
        tally[CHUNKS] += 1
        rows[best, k - 1] = number
        for c in range(k - 1):
            rows[best, c] = NONE
    else:
        number = np.int64(rows[best, k - 1])
        _forget(chunk, filled, number, pool, label, dims)
        if filled[number] == CHUNK:
            place = best - begin
            _enlarge(block, rows, unused, tally, vertex, dims)
            begin = np.int64(block[vertex, 0])
            best = _split(rows, chunk, filled, tally, begin + place, begin + length, pool, label, dims)
            block[vertex, 1] = length + 1
            number = np.int64(rows[best, k - 1])
    i = filled[number]
    filled[number] = i + 1
    for c in range(k - 1):
        entry = pool[label, c + 2]
        chunk[number, c, i] = entry
        rows[best, c] = min(rows[best, c], entry)


@njit(cache=True, nogil=True)
def _forget(chunk: np.ndarray, filled: np.ndarray, number: int, pool: np.ndarray, label: int, dims: Dims) -> None:
    """Drop the entries of a chunk that a label covers; its corner stays."""
    k = len(dims)
    size = filled[number]
    i = 0
    while i < size:
        worse = True
        for c in range(k - 1):
            worse &= chunk[number, c, i] >= pool[label, c + 2]
        if worse:
            size -= 1
            for c in range(k - 1):
                chunk[number, c, i] = chunk[number, c, size]
                chunk[number, c, size] = NONE
        else:
            i += 1
    filled[number] = size


@njit(cache=True, nogil=True)
def _split(
    rows: np.ndarray,
    chunk: np.ndarray,
    filled: np.ndarray,
    tally: np.ndarray,
    row: int,
    new_row: int,
    pool: np.ndarray,
    label: int,
    dims: Dims,
) -> int:
    """Move the upper half of a full chunk, by its widest criterion, to a new one; say which the label is to join."""
    k = len(dims)
    number = np.int64(rows[row, k - 1])
    other = tally[CHUNKS]
    tally[CHUNKS] += 1
    wide = 0
    widest = np.int64(-1)
    for c in range(k - 1):
        low = high = np.int64(chunk[number, c, 0])
        for i in range(1, CHUNK):
            low = min(low, np.int64(chunk[number, c, i]))
            high = max(high, np.int64(chunk[number, c, i]))
        if high - low > widest:
            widest = high - low
            wide = c
    # sorted in place by insertion, whole entries at a time
    for i in range(1, CHUNK):
        j = i
        while j > 0 and chunk[number, wide, j - 1] > chunk[number, wide, j]:
            for c in range(k - 1):
                swapped = chunk[number, c, j]
                chunk[number, c, j] = chunk[number, c, j - 1]
                chunk[number, c, j - 1] = swapped
            j -= 1
    half = CHUNK // 2
    rows[new_row, k - 1] = other
    for c in range(k - 1):
        low = np.int64(NONE)
        high = np.int64(NONE)
        for i in range(half):
            low = min(low, np.int64(chunk[number, c, i]))
            entry = chunk[number, c, i + half]
            high = min(high, np.int64(entry))
            chunk[other, c, i] = entry
            chunk[number, c, i + half] = NONE
        rows[row, c] = low
        rows[new_row, c] = high
    filled[number] = half
    filled[other] = half
    return new_row if pool[label, wide + 2] >= chunk[other, wide, 0] else row
