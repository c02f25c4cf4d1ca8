"""Weights of several worlds side by side, made of a base world and what each world changes in it."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.batch_layout import FAR, Layout

TILE = 64  # items or vertices that are turned from rows to columns, or back, at a time


class Changes(NamedTuple):
    """What worlds change: items, which are sets of arcs, and what each world does to each item.

    Attributes
    ----------
    first : int64 (items + 1,)
        Where the entries of each item begin.
    arc : int32 (entries,)
        The caller's numbers of the arcs.
    times : int64 (entries * (k + 1),)
        What one unit adds to the weight of this arc and to its k sums, entry after entry.
    amount : int64 (worlds, items, k + 1)
        Units added to weight and sums; -1 in the first column closes all arcs of the item.
    """

    first: np.ndarray
    arc: np.ndarray
    times: np.ndarray
    amount: np.ndarray


@njit(cache=True, nogil=True)
def change(
    weight: np.ndarray,
    layout: Layout,
    changes: Changes,
    active: np.ndarray,
    unit: np.ndarray,
    begin: int,
    count: int,
    lanes: int,
) -> None:
    """Write the changes of some worlds into their lanes, which hold the base world.

    Parameters
    ----------
    weight : int64 (k + 1, arcs * lanes)
        Weight and sums; changed in place.
    layout, changes
        See `solve`.
    active : bool (items,)
        Written: whether any of these worlds changes the item.
    unit : int64 (TILE * (k + 1) * lanes,)
        Room for amounts, a row of lanes an item and column: amounts of a world are read in a row, and used in a column.
    begin, count
        The world of the first lane, and how many worlds.
    lanes
        See `solve`.
    """
    width = np.int64(lanes)
    first, arc, times, rank = changes.first, changes.arc, changes.times, layout.rank
    columns, long = np.int64(weight.shape[0]), np.int64(weight.shape[1])
    items = np.int64(first.size - 1)
    flat, amount = weight.reshape(-1), changes.amount.reshape(-1)
    for tile in range(0, items, TILE):
        end = tile + TILE if tile + TILE < items else items
        if count < width:
            unit[:] = 0
        for lane in range(count):
            row = ((begin + lane) * items + tile) * columns
            for j in range((end - tile) * columns):
                unit[np.uint64(j * width + lane)] = amount[np.uint64(row + j)]
        for item in range(tile, end):
            some = np.int64(0)
            for j in range((item - tile) * columns * width, (item - tile + 1) * columns * width):
                some |= unit[np.uint64(j)]
            active[np.uint64(item)] = some != 0
            if not active[np.uint64(item)]:
                continue
            for e in range(first[np.uint64(item)], first[np.uint64(item + 1)]):
                i = np.int64(rank[np.uint64(np.int64(arc[np.uint64(e)]))])
                if i < 0:
                    continue
                for c in range(columns):
                    at, of = c * long + i * width, ((item - tile) * columns + c) * width
                    each = times[np.uint64(e * columns + c)]
                    for lane in range(width):
                        old, more = flat[np.uint64(at + lane)], unit[np.uint64(of + lane)]
                        # closed wins, whatever else adds to it
                        flat[np.uint64(at + lane)] = FAR if more < 0 or old == FAR else old + more * each


@njit(cache=True, nogil=True)
def take_back(
    weight: np.ndarray, layout: Layout, value: np.ndarray, changes: Changes, active: np.ndarray, lanes: int
) -> None:
    """Write the base world's numbers over what worlds changed.

    Parameters
    ----------
    weight, layout, changes, active, lanes
        See `change`.
    value
        See `lay_out`.
    """
    width = np.int64(lanes)
    first, arc, rank = changes.first, changes.arc, layout.rank
    columns, long = np.int64(weight.shape[0]), np.int64(weight.shape[1])
    flat, base = weight.reshape(-1), value.reshape(-1)
    for item in range(first.size - 1):
        if not active[np.uint64(item)]:
            continue
        for e in range(first[np.uint64(item)], first[np.uint64(item + 1)]):
            a = np.int64(arc[np.uint64(e)])
            i = np.int64(rank[np.uint64(a)])
            if i < 0:
                continue
            for c in range(columns):
                plain = base[np.uint64(a * columns + c)]
                for lane in range(width):
                    flat[np.uint64(c * long + i * width + lane)] = plain
