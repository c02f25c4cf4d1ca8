"""The arrays of a search with shared items, and how they grow between its chunks.

Bytes: 8 (k + W) + 32 an open label with its place in the heap, W words of 63 items; 8 a settled one; 4 a vertex; what a
vertex remembers: chunks of 16 entries, 8 (k + W + 1) bytes each, with 8 more for the chunk's corner.
"""

from typing import NamedTuple

import numpy as np

from corridor_opt.kernels import labels as wide
from corridor_opt.kernels.target_grid import cells

CHUNK = 16
NONE = np.iinfo(np.int64).max


class SharedLabels(NamedTuple):
    """State of one search, a structure of arrays.

    Attributes
    ----------
    value : int64 (open, k + 1 + W)
        Key of an open label, less that of the source; its key without the gains of its set, in one criterion that
        has gains; the set of
        items that it has paid for and may meet again.
    origin : int32 (open, 3)
        See `labels.Labels`.
    heap_key, heap_item : int64, int32 (open,)
        Heap of open labels, see `heap.push`.
    settled : int32 (2 * settled,)
        Parent and last arc of a settled label.
    place : int32 (n,)
        First chunk of each vertex, or -1.
    corner : int64 (chunks * (k + 1 + W),)
        Least numbers among the entries of a chunk, and the union of their sets.
    follow : int32 (chunks * 2,)
        Next chunk of the vertex or -1; entries in the chunk.
    entry : int64 (chunks * 16 * (k + 1 + W),)
        As rows of `value`, but column after column.
    grid : int64
        What the target remembers for k > 2, see `target_grid`.
    side, shift : int64 (k - 2,)
        See `buckets.Bucketed`.
    solution : int64 (solutions, k)
        Front of the target in lexicographic order, less the key of the source.
    solution_label : int32 (solutions,)
        The settled label of each.
    tally : int64 (7,)
        See `labels.Labels`, chunks in place of rows.
    """

    value: np.ndarray
    origin: np.ndarray
    heap_key: np.ndarray
    heap_item: np.ndarray
    settled: np.ndarray
    place: np.ndarray
    corner: np.ndarray
    follow: np.ndarray
    entry: np.ndarray
    grid: np.ndarray
    side: np.ndarray
    shift: np.ndarray
    solution: np.ndarray
    solution_label: np.ndarray
    tally: np.ndarray


def new_labels(n: int, k: int, words: int, worst: np.ndarray) -> SharedLabels:
    """Make room for a search.

    Parameters
    ----------
    n
        Number of vertices.
    k
        Number of criteria.
    words
        Words a set.
    worst : int64 (k,)
        About how large solutions get in each criterion; a bad guess costs time only.

    Returns
    -------
    SharedLabels
        Without any label.
    """
    size = wide.FIRST_CAPACITY
    tally = np.zeros(wide.GENERATED + 1, np.int64)
    tally[wide.FREE] = -1
    width = k + 1 + words
    side, shift = cells(worst, k) if k > 2 else (np.ones(0, np.int64), np.zeros(0, np.int64))
    return SharedLabels(
        value=np.empty((size, width), np.int64),
        origin=np.empty((size, 3), np.int32),
        heap_key=np.empty(size, np.int64),
        heap_item=np.empty(size, np.int32),
        settled=np.empty(2 * size, np.int32),
        place=np.full(n, -1, np.int32),
        corner=np.empty(size * width, np.int64),
        follow=np.empty(size * 2, np.int32),
        entry=np.empty(size * CHUNK * width, np.int64),
        grid=np.full(int(side.prod()), NONE, np.int64),
        side=side,
        shift=shift,
        solution=np.empty((size, k), np.int64),
        solution_label=np.empty(size, np.int32),
        tally=tally,
    )


# for `labels.growth` and `labels.grown`
TO_GROW = {
    wide.GROW_OPEN: ("value", "origin", "heap_key", "heap_item"),
    wide.GROW_SETTLED: ("settled",),
    wide.GROW_ROWS: ("corner", "follow", "entry"),
    wide.GROW_SOLUTIONS: ("solution", "solution_label"),
}
