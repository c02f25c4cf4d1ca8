"""What is left of shared items once it is known where paths may run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor_opt.graph.arrays import LARGEST_WEIGHT, Integers


class Left(NamedTuple):
    """Items that a search has to carry, and what the others come to.

    Attributes
    ----------
    member
        bool (arcs, items): which arcs hold what is left.
    gain
        int64 (items, k).
    weight
        int32 (arcs, k): weights with the gains of items that no simple path meets on two arcs.
    """

    member: NDArray[np.bool_]
    gain: Integers
    weight: NDArray[np.int32]


def left_over(
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    usable: NDArray[np.bool_],
    weight: NDArray[np.int32],
    member: NDArray[np.bool_],
    gain: Integers,
) -> Left:
    """Leave out items that need not be carried.

    Parameters
    ----------
    tail, head
        int32 (arcs,).
    usable
        bool (arcs,): arcs that a path may use.
    weight
        int32 (arcs, k).
    member
        bool (arcs, items).
    gain
        int64 (items, k).

    Returns
    -------
    Left
        Of the same values for every simple path, and of no less for any other walk: an item without gain, or on no
        usable arc, is dropped; items on the same usable arcs become one; an item whose usable arcs all leave one
        vertex, or all enter one, or all join the same two, is met on one arc of a simple path at most, so that its
        gain is added to the weights of its arcs, where 32 bits hold them. A walk that is charged twice for it runs in
        a circle, and is no better than the simple path that it holds.
    """
    rows = np.flatnonzero(member.any(axis=1) & usable)
    held = member[rows]
    kept = np.flatnonzero(held.any(axis=0) & (gain > 0).any(axis=1))
    held = held[:, kept]
    alike: dict[bytes, int] = {}
    group = np.array([alike.setdefault(column.tobytes(), len(alike)) for column in np.packbits(held, axis=0).T], int)
    first = np.zeros(len(alike), np.int64)
    first[group[::-1]] = np.arange(len(kept))[::-1]
    gains = np.zeros((len(alike), gain.shape[1]), np.int64)
    np.add.at(gains, group, gain[kept])
    held = held[:, first]
    carried = np.ones(len(alike), np.bool_)
    weight = weight.copy()
    for i in np.flatnonzero(_met_once(tail[rows], head[rows], held)):
        more = weight[rows[held[:, i]]] + gains[i]
        if more.max() <= LARGEST_WEIGHT:
            weight[rows[held[:, i]]] = more
            carried[i] = False
    found = np.zeros((len(member), int(carried.sum())), np.bool_)
    found[rows] = held[:, carried]
    return Left(found, gains[carried], weight)


def _met_once(tail: NDArray[np.int32], head: NDArray[np.int32], held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say of each item whether its arcs have one tail, or one head, or one pair of ends."""
    if not held.size:
        return np.ones(held.shape[1], np.bool_)
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    one = [_is_one(held, numbers) for numbers in (tail, head, low, high)]
    return one[0] | one[1] | (one[2] & one[3])


def _is_one(held: NDArray[np.bool_], numbers: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say of each item whether its arcs have the same number."""
    most = np.where(held, numbers[:, None], -1).max(axis=0)
    least = np.where(held, numbers[:, None], LARGEST_WEIGHT).min(axis=0)
    return np.asarray(most == least)
