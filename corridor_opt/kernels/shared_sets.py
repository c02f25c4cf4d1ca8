"""Sets of items as bits: 63 a word of 64, so that signs stay out of the way.

An *item* is held by any number of arcs and is paid for once on a path, however many of its arcs the path uses.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.chains import Core, onward

BITS = 63
# the place of the only bit of a word: 2 is a primitive root of 67, so that powers of 2 leave different remainders
_PLACE = np.zeros(67, np.int64)
for _bit in range(BITS):
    _PLACE[2**_bit % 67] = _bit


@njit(cache=True, nogil=True)
def along(member: np.ndarray, core: Core, first_out: np.ndarray, head: np.ndarray, is_open: np.ndarray) -> np.ndarray:
    """Unite the items of the arcs that each arc of a contracted graph stands for.

    Parameters
    ----------
    member : bool (m, items)
        What each arc of the caller's graph holds.
    core
        The contracted graph.
    first_out, head, is_open
        The caller's graph.

    Returns
    -------
    bool (arcs, items)
        What each arc of the core holds.
    """
    items = member.shape[1]
    held = np.zeros((core.head.size, items), np.bool_)
    for v in range(core.first.size - 1):
        for i in range(core.first[v], core.first[v + 1]):
            before = np.int64(core.vertex[v])
            a = np.int64(core.arc[i])
            while True:
                for j in range(items):
                    held[i, j] |= member[a, j]
                here = np.int64(head[a])
                if core.number[here] >= 0:
                    break
                a = np.int64(onward(first_out, head, is_open, before, here))
                before = here
    return held


@njit(cache=True, nogil=True)
def pack(held: np.ndarray, words: int) -> np.ndarray:
    """Write sets as bits.

    Parameters
    ----------
    held : bool (arcs, items)
        What each arc holds.
    words
        Words a set, 63 items each.

    Returns
    -------
    int64 (arcs * words,)
        Set after set.
    """
    packed = np.zeros(held.shape[0] * words, np.int64)
    one = np.int64(1)
    for a in range(held.shape[0]):
        for i in range(held.shape[1]):
            if held[a, i]:
                packed[a * words + i // BITS] |= one << np.int64(i % BITS)
    return packed


def unpack(packed: np.ndarray, items: int) -> np.ndarray:
    """Read a set.

    Parameters
    ----------
    packed : int64 (words,)
        One set.
    items
        How many items there are.

    Returns
    -------
    bool (items,)
        Those in the set.
    """
    place = np.arange(items)
    found: np.ndarray = (packed[place // BITS] >> place % BITS) & 1 == 1
    return found


@njit(cache=True, nogil=True)
def sum_over(left: int, word: int, gain: np.ndarray, criterion: int, k: int) -> int:
    """Add up the gains of the items in one word.

    Parameters
    ----------
    left
        The word.
    word
        Which one of the set it is.
    gain : int64 (items * k,)
        What each item adds to each criterion, once.
    criterion
        Which gain.
    k
        Number of criteria.

    Returns
    -------
    int
        The sum.
    """
    total = np.int64(0)
    while left != 0:
        low = left & -left
        total += gain[np.uint64((word * BITS + _PLACE[np.uint64(low % 67)]) * k + criterion)]
        left ^= low
    return int(total)
