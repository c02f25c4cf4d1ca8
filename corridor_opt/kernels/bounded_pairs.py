"""Pairs of an apex and a representative at a vertex: how they are extended, meet, and wait their turn."""

import numpy as np
from numba import njit

from corridor_opt.kernels.bounded_labels import (
    APEX,
    ARC,
    EXPANDED,
    FIRST,
    HELD,
    NONE,
    PARENT,
    QUEUED,
    SLOT,
    SLOTS,
    TOUCHED,
)
from corridor_opt.kernels.bounded_sets import WHOLE
from corridor_opt.kernels.heap import Dims
from corridor_opt.kernels.labels import OPEN

COVERED, ALONE = -1, -2  # what `partner` says besides the number of a pair


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
    best = ALONE
    new = pair * (4 + 2 * k) + APEX
    other = first
    while other >= 0:
        old = other * (4 + 2 * k) + APEX
        below = True
        for c in range(k):
            below &= pool[np.uint64(old + c)] <= pool[np.uint64(new + c)]
        if below:
            return COVERED
        if (
            best == ALONE
            and pool[np.uint64(old + ARC - APEX)] != EXPANDED
            and (_fits(pool, old + k, old, new, least, part, dims) or _fits(pool, new + k, old, new, least, part, dims))
        ):
            best = other
        other = int(pool[np.uint64(old - APEX)])
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
def extend(
    pool: np.ndarray, at: int, to: int, arcs: np.ndarray, arc: int, upper: np.ndarray, dims: Dims
) -> tuple[bool, bool]:
    """Add an arc to a pair; say whether it is within the limits, and whether it fits 32 bits."""
    k = len(dims)
    keep = fits = True
    for c in range(k):
        cost = np.int64(arcs[np.uint64(arc * (k + 1) + 1 + c)])
        apex = pool[np.uint64(at + c)] + cost
        value = pool[np.uint64(at + k + c)] + cost
        keep &= apex <= upper[c]
        fits &= value < NONE
        pool[np.uint64(to + c)] = min(apex, NONE)
        pool[np.uint64(to + k + c)] = min(value, NONE)
    return keep, fits


@njit(cache=True, nogil=True)
def join(
    pool: np.ndarray,
    spot: np.ndarray,
    touched: np.ndarray,
    tally: np.ndarray,
    vertex: int,
    pair: int,
    wide: int,
) -> None:
    """Put a pair into the list of its vertex."""
    tally[OPEN] += 1
    tally[HELD] += 1
    first = spot[4 * vertex + FIRST]
    if first == 0:
        touched[tally[TOUCHED]] = vertex
        tally[TOUCHED] += 1
    pool[pair * wide] = first - 1
    spot[4 * vertex + FIRST] = pair + 1


@njit(cache=True, nogil=True)
def slot_of(distance: np.ndarray, vertex: int, target: int, far: int, fine: int) -> int:
    """Say where a vertex is queued: the farthest first. The target comes last, so that pairs meet there too."""
    if vertex == target:
        return SLOTS - 1
    return 1 + (max(far - distance[np.uint64(vertex)], 0) >> fine)


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
    vertex = int(slot[np.uint64(number)]) - 1
    slot[np.uint64(number)] = behind[np.uint64(vertex)]
    queued[np.uint64(vertex)] = False
    tally[QUEUED] -= 1
    return vertex
