"""What a vertex remembers for four and more criteria: chunks of 16 entries with an ideal corner.

The corner rules most chunks out; within one all 16 are compared at once. A full chunk is split along its widest
criterion (after the ND-tree: A. Jaszkiewicz, T. Lust, IEEE Transactions on Evolutionary Computation 22, 2018).
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.buckets import CHUNK, CHUNKS, NONE
from corridor_opt.kernels.heap import Dims


@njit(cache=True, nogil=True)
def in_chunks(
    rows: np.ndarray, chunk: np.ndarray, begin: int, length: int, pool: np.ndarray, at: int, dims: Dims
) -> bool:
    """Say whether an entry of some chunks is no worse than a label in criteria 2 to k.

    Parameters
    ----------
    rows, chunk, pool
        See `buckets.Bucketed`.
    begin, length
        Which rows, one a chunk.
    at
        Where in `pool` the label's second value stands.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant, more than 3.

    Returns
    -------
    bool
        True also when the two are equal.
    """
    k = len(dims)
    for row in range(begin * k, (begin + length) * k, k):
        apart = False
        for c in range(k - 1):
            apart |= rows[np.uint64(row + c)] > pool[np.uint64(at + c)]
        if apart:
            continue
        entry = np.int64(rows[np.uint64(row + k - 1)]) * ((k - 1) * CHUNK)
        # to compare with all 16 at once is cheaper than to stop early
        found = 0
        for i in range(CHUNK):
            below = True
            for c in range(k - 1):
                below &= chunk[np.uint64(entry + c * CHUNK + i)] <= pool[np.uint64(at + c)]
            found += below
        if found > 0:
            return True
    return False


@njit(cache=True, nogil=True, inline="always")
def put(
    rows: np.ndarray,
    chunk: np.ndarray,
    filled: np.ndarray,
    tally: np.ndarray,
    begin: int,
    length: int,
    pool: np.ndarray,
    at: int,
    dims: Dims,
) -> int:
    """Put a label into the chunk with the nearest corner and drop what it covers there.

    Parameters
    ----------
    rows, chunk, filled, tally
        See `buckets.Bucketed`; there must be room for one more row and one more chunk.
    begin, length, pool, at, dims
        See `in_chunks`.

    Returns
    -------
    int
        How many rows the vertex has now.
    """
    k = len(dims)
    best = np.int64(-1)
    least = np.int64(2**62)
    for row in range(begin, begin + length):
        away = np.int64(0)
        for c in range(k - 1):
            away += abs(np.int64(rows[np.uint64(row * k + c)]) - pool[np.uint64(at + c)])
        if away < least:
            least = away
            best = row
    if best < 0:
        best = begin
        length = 1
        rows[best * k + k - 1] = tally[CHUNKS]
        tally[CHUNKS] += 1
        for c in range(k - 1):
            rows[best * k + c] = NONE
    else:
        _forget(chunk, filled, np.int64(rows[best * k + k - 1]), pool, at, dims)
        if filled[rows[best * k + k - 1]] == CHUNK:
            best = _split(rows, chunk, filled, tally, best, begin + length, pool, at, dims)
            length += 1
    number = np.int64(rows[best * k + k - 1])
    i = filled[number]
    filled[number] = i + 1
    for c in range(k - 1):
        value = pool[np.uint64(at + c)]
        chunk[np.uint64((number * (k - 1) + c) * CHUNK + i)] = value
        rows[np.uint64(best * k + c)] = min(rows[np.uint64(best * k + c)], value)
    return length


@njit(cache=True, nogil=True)
def _forget(chunk: np.ndarray, filled: np.ndarray, number: int, pool: np.ndarray, at: int, dims: Dims) -> None:
    """Drop the entries of a chunk that a label covers; its corner stays."""
    k = len(dims)
    entry = number * ((k - 1) * CHUNK)
    size = np.int64(filled[number])
    i = np.int64(0)
    while i < size:
        worse = True
        for c in range(k - 1):
            worse &= chunk[np.uint64(entry + c * CHUNK + i)] >= pool[np.uint64(at + c)]
        if worse:
            size -= 1
            for c in range(k - 1):
                chunk[entry + c * CHUNK + i] = chunk[entry + c * CHUNK + size]
                chunk[entry + c * CHUNK + size] = NONE
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
    at: int,
    dims: Dims,
) -> int:
    """Move the upper half of a full chunk, by its widest criterion, to a new one; say which the label is to join."""
    k = len(dims)
    entry = np.int64(rows[row * k + k - 1]) * ((k - 1) * CHUNK)
    number = tally[CHUNKS]
    tally[CHUNKS] += 1
    other = number * ((k - 1) * CHUNK)
    wide = 0
    widest = np.int64(-1)
    for c in range(k - 1):
        low = high = np.int64(chunk[entry + c * CHUNK])
        for i in range(1, CHUNK):
            low = min(low, np.int64(chunk[entry + c * CHUNK + i]))
            high = max(high, np.int64(chunk[entry + c * CHUNK + i]))
        if high - low > widest:
            widest = high - low
            wide = c
    # sorted in place by insertion, whole entries at a time
    for i in range(1, CHUNK):
        j = i
        while j > 0 and chunk[entry + wide * CHUNK + j - 1] > chunk[entry + wide * CHUNK + j]:
            for c in range(k - 1):
                e = entry + c * CHUNK + j
                swapped = chunk[e]
                chunk[e] = chunk[e - 1]
                chunk[e - 1] = swapped
            j -= 1
    half = CHUNK // 2
    rows[new_row * k + k - 1] = number
    for c in range(k - 1):
        low = high = np.int64(NONE)
        for i in range(half):
            e = entry + c * CHUNK + i
            low = min(low, np.int64(chunk[e]))
            high = min(high, np.int64(chunk[e + half]))
            chunk[other + c * CHUNK + i] = chunk[e + half]
            chunk[e + half] = NONE
        rows[row * k + c] = low
        rows[new_row * k + c] = high
    filled[entry // ((k - 1) * CHUNK)] = half
    filled[number] = half
    return new_row if pool[at + wide] >= chunk[other + wide * CHUNK] else row
