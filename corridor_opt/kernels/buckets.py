"""The arrays of a search in 32 bits, and how they grow between its chunks.

Bytes: 4 (k + 3) an open label (24 for three criteria), 8 a settled one. What a vertex remembers: 4 for k = 2; 8 an
entry for k = 3, in blocks of 4, 8, 16 ... entries that are used again; for k > 3 chunks of 16 entries, 4 (k - 1) bytes
each, with 4 k bytes for the chunk's corner.
"""

from typing import NamedTuple

import numpy as np

from corridor_opt.kernels import labels as wide

# positions in Bucketed.tally, after those of `labels`
HERE, CHUNKS = 7, 8
# what `bucket_front.advance` returns besides the codes of `labels`
GROW_CHUNKS, TOO_LARGE = 7, 8

CHUNK = 16
NONE = 2**31 - 1
CLASSES = 31


class Bucketed(NamedTuple):
    """State of one search, a structure of arrays.

    Attributes
    ----------
    bucket : int32
        The last open label put into each bucket, or -1; a power of two of them.
    pool : int32 (open, k + 3)
        Open labels: the next one in the bucket (or the next unused row, or -1), vertex, keys in criteria 2 to k less
        those of the source, settled parent, last arc.
    settled : int32 (settled, 2)
        Parent and last arc of a settled label.
    block : int32 (n, 3)
        Begin, length and capacity of each vertex's share of `rows`. Not used for k = 2.
    rows : int32
        k = 2: (n, 1), the least second value of each vertex. k = 3: (entries, 2), ascending in the second
        criterion. k > 3: (chunks, k), corner and number of each chunk.
    chunk : int32 (chunks, k - 1, 16)
        Entries for k > 3, `NONE` where there are none.
    filled : int32 (chunks,)
        Entries in each chunk.
    unused : int64 (31,)
        First unused block of each size in `rows` for k = 3, or -1.
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
    block: np.ndarray
    rows: np.ndarray
    chunk: np.ndarray
    filled: np.ndarray
    unused: np.ndarray
    solution: np.ndarray
    solution_label: np.ndarray
    tally: np.ndarray


def new_labels(n: int, k: int, largest: int) -> Bucketed:
    """Make room for a search.

    Parameters
    ----------
    n
        Number of vertices.
    k
        Number of criteria, 2 or more.
    largest
        Largest reduced cost of an arc in the first criterion.

    Returns
    -------
    Bucketed
        Without any label.
    """
    size = wide.FIRST_CAPACITY
    tally = np.zeros(CHUNKS + 1, np.int64)
    tally[wide.FREE] = -1
    many = size if k > 3 else 0
    return Bucketed(
        bucket=np.full(1 << int(largest).bit_length(), -1, np.int32),
        pool=np.empty((size, k + 3), np.int32),
        settled=np.empty((size, 2), np.int32),
        block=np.zeros((n if k > 2 else 0, 3), np.int32),
        rows=np.full((n, 1), NONE, np.int32) if k == 2 else np.empty((size, 2 if k == 3 else k), np.int32),
        chunk=np.full((many, k - 1, CHUNK), NONE, np.int32),
        filled=np.zeros(many, np.int32),
        unused=np.full(CLASSES, -1, np.int64),
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


def _larger(length: int) -> int:
    """Twice as much while that is little, later half as much again."""
    return 2 * length if length < 1 << 20 else length + (length >> 1)


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
    arrays = [getattr(labels, name) for name in _TO_GROW[status]]
    return sum((_larger(len(a)) - len(a)) * (a.nbytes // len(a)) for a in arrays)


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
        new = np.empty((_larger(len(old)), *old.shape[1:]), old.dtype)
        new[: len(old)] = old
        if name in ("chunk", "filled"):
            new[len(old) :] = NONE if name == "chunk" else 0
        larger[name] = new
    return labels._replace(**larger)
