"""A 4-ary heap in two flat arrays, ordered lexicographically."""

from typing import TypeAlias

import numpy as np
from numba import njit

Dims: TypeAlias = tuple[int, ...]


@njit(cache=True, nogil=True)
def precedes(key: int, item: int, other_key: int, other: int, value: np.ndarray, dims: Dims) -> bool:
    """Say whether one heap entry comes strictly before another.

    Parameters
    ----------
    key, other_key
        First criterion of the two entries.
    item, other
        Their rows in `value`, read only when the keys tie.
    value : int64 (rows, k)
        Full keys. Never read when k is 1.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant.

    Returns
    -------
    bool
        True when `key, value[item, 1:]` is lexicographically smaller.
    """
    if key != other_key:
        return key < other_key
    for c in range(1, len(dims)):
        if value[item, c] != value[other, c]:
            return value[item, c] < value[other, c]
    return False


@njit(cache=True, nogil=True)
def push(
    keys: np.ndarray,
    items: np.ndarray,
    size: int,
    key: int,
    item: int,
    value: np.ndarray,
    dims: Dims,
) -> int:
    """Add an entry.

    Parameters
    ----------
    keys : int64 (capacity,)
        First criterion of each entry, in heap order.
    items : int32 (capacity,)
        Row of each entry in `value`, in heap order.
    size
        Number of entries now; the caller sees to it that one more fits.
    key, item, value, dims
        See `precedes`.

    Returns
    -------
    int
        The new size.
    """
    hole = size
    while hole > 0:
        parent = (hole - 1) >> 2
        if not precedes(key, item, keys[parent], items[parent], value, dims):
            break
        keys[hole] = keys[parent]
        items[hole] = items[parent]
        hole = parent
    keys[hole] = key
    items[hole] = item
    return size + 1


@njit(cache=True, nogil=True)
def pop(keys: np.ndarray, items: np.ndarray, size: int, value: np.ndarray, dims: Dims) -> int:
    """Remove the first entry, which the caller has read at position 0.

    Parameters
    ----------
    keys, items, size, value, dims
        See `push`; `size` is at least 1.

    Returns
    -------
    int
        The new size.
    """
    size -= 1
    key = keys[size]
    item = items[size]
    hole = 0
    while True:
        child = 4 * hole + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if precedes(keys[other], items[other], keys[least], items[least], value, dims):
                least = other
        if not precedes(keys[least], items[least], key, item, value, dims):
            break
        keys[hole] = keys[least]
        items[hole] = items[least]
        hole = least
    keys[hole] = key
    items[hole] = item
    return size
