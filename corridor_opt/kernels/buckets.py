"""The arrays of a search in 32 bits, and how they grow between its chunks.

All are flat, with strides that the compiler knows: indexing costs a third of what it does in two dimensions.
Bytes: 4 (k + 3) an open label (24 for three criteria), 8 a settled one, 16 a vertex (8 for k = 2). What a vertex
remembers: nothing more for k = 2; 8 an entry for k = 3, in blocks of 4, 8, 16 ... entries that are used again; for
k > 3 chunks of 16 entries, 4 (k - 1) bytes each, with 4 k bytes for the chunk's corner.
"""

from typing import NamedTuple

import numpy as np

from corridor_opt.kernels import labels as wide
from corridor_opt.kernels.target_grid import cells

# positions in Bucketed.tally, after those of `labels`
HERE, CHUNKS = 7, 8
# what `bucket_front.advance` returns besides the codes of `labels`
GROW_CHUNKS, TOO_LARGE = 7, 8

CHUNK = 16
NONE = 2**31 - 1
CLASSES = 31


class Bucketed(NamedTuple):
    """State of one search, a structure of flat arrays.

    Attributes
    ----------
    bucket : int32
        The last open label put into each bucket, or -1; a power of two of them.
    pool : int32, k + 3 an open label
        The next one in the bucket (or the next unused place, or -1), vertex, keys in criteria 2 to k less those of
        the source, settled parent, last arc.
    settled : int32, 2 a settled label
        Parent and last arc.
    place : int32, 2 a vertex for k = 2, else 4
        First arc out of the vertex; then the least second value settled there (k = 2), or begin, length and capacity
        of its share of `rows`.
    rows : int32
        k = 3: 2 an entry, ascending in the second criterion. k > 3: k a chunk, its corner and its number.
    chunk : int32, 16 (k - 1) a chunk
        Entries for k > 3, criterion after criterion, `NONE` where there are none.
    filled : int32, 1 a chunk
        Entries in it.
    unused : int64 (31,)
        First unused block of each size in `rows` for k = 3, or -1.
    grid : int32
        What the target remembers, see `target_grid`.
    side, shift : int64 (k - 2,)
        Cells of the grid along each of criteria 2 to k - 1, and the width of one as a power of 2.
    solution : int64 (solutions, k)
        What reached the target, less the bounds of the source, in the order of the first criterion.
    solution_label : int32 (solutions,)
        The settled label of each.
    tally : int64 (9,)
        See `labels.Labels`; then the first criterion's value now, and chunks used.
    """

    bucket: np.ndarray
    pool: np.ndarray
    settled: np.ndarray
    place: np.ndarray
    rows: np.ndarray
    chunk: np.ndarray
    filled: np.ndarray
    unused: np.ndarray
    grid: np.ndarray
    side: np.ndarray
    shift: np.ndarray
    solution: np.ndarray
    solution_label: np.ndarray
    tally: np.ndarray


def new_labels(first: np.ndarray, k: int, largest: int, worst: np.ndarray) -> Bucketed:
    """Make room for a search.

    Parameters
    ----------
    first : int64 (n + 1,)
        Where the arcs out of each vertex begin.
    k
        Number of criteria, 2 or more.
    largest
        Largest reduced cost of an arc in the first criterion.
    worst : int64 (k,)
        About how large values get in each criterion; a bad guess costs time only.

    Returns
    -------
    Bucketed
        Without any label.
    """
    size = wide.FIRST_CAPACITY
    tally = np.zeros(CHUNKS + 1, np.int64)
    tally[wide.FREE] = -1
    many = size if k > 3 else 0
    place = np.zeros((len(first), 2 if k == 2 else 4), np.int32)
    place[:, 0] = first
    if k == 2:
        place[:, 1] = NONE
    side, shift = cells(worst, k)
    return Bucketed(
        bucket=np.full(1 << int(largest).bit_length(), -1, np.int32),
        pool=np.empty(size * (k + 3), np.int32),
        settled=np.empty(2 * size, np.int32),
        place=place.reshape(-1),
        rows=np.empty(0 if k == 2 else size * (2 if k == 3 else k), np.int32),
        chunk=np.full(many * (k - 1) * CHUNK, NONE, np.int32),
        filled=np.zeros(many, np.int32),
        unused=np.full(CLASSES, -1, np.int64),
        grid=np.full(int(side.prod()), NONE, np.int32),
        side=side,
        shift=shift,
        solution=np.empty((size, k), np.int64),
        solution_label=np.empty(size, np.int32),
        tally=tally,
    )


_TO_GROW = {
    wide.GROW_OPEN: ("pool",),
    wide.GROW_SETTLED: ("settled",),
    wide.GROW_ROWS: ("rows",),
    wide.GROW_SOLUTIONS: ("solution", "solution_label"),
    GROW_CHUNKS: ("chunk", "filled"),
}


def _stride(name: str, k: int) -> int:
    """Numbers that belong together: an array grows by whole ones."""
    return {"pool": k + 3, "settled": 2, "rows": 2 if k == 3 else k, "chunk": (k - 1) * CHUNK}.get(name, 1)


def _larger(labels: Bucketed, name: str) -> int:
    """Twice as much while that is little, later a quarter more: no more than that lies idle."""
    stride = _stride(name, labels.solution.shape[1])
    length = len(getattr(labels, name)) // stride
    return stride * (2 * length if length < 1 << 16 else length + (length >> 2))


def growth(labels: Bucketed, status: int) -> int:
    """Bytes that `grown` would add.

    Parameters
    ----------
    labels
        State of the search.
    status
        One of the five GROW codes.

    Returns
    -------
    int
        Bytes.
    """
    arrays = [(getattr(labels, name), _larger(labels, name)) for name in _TO_GROW[status]]
    return sum((larger - len(array)) * (array.nbytes // len(array)) for array, larger in arrays)


def grown(labels: Bucketed, status: int) -> Bucketed:
    """Enlarge the arrays that a search has run out of.

    Parameters
    ----------
    labels, status
        See `growth`.

    Returns
    -------
    Bucketed
        The same state with more room; the old one must not be used again.
    """
    larger = {}
    for name in _TO_GROW[status]:
        old = getattr(labels, name)
        new = np.empty((_larger(labels, name), *old.shape[1:]), old.dtype)
        new[: len(old)] = old
        if name in ("chunk", "filled"):
            new[len(old) :] = NONE if name == "chunk" else 0
        larger[name] = new
    return labels._replace(**larger)
