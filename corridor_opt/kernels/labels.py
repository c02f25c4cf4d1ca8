"""The arrays that a label-setting search fills, and how they grow between its chunks."""

from typing import Any, NamedTuple, TypeVar

import numpy as np

# positions in Labels.tally
OPEN, FRESH, FREE, SETTLED, ROWS, SOLUTIONS, GENERATED = range(7)

# what `exact_front.advance` returns
DONE, PAUSED, FULL, GROW_OPEN, GROW_SETTLED, GROW_ROWS, GROW_SOLUTIONS = range(7)

FIRST_CAPACITY = 1024
State = TypeVar("State", bound=Any)


class Labels(NamedTuple):
    """State of one search, a structure of arrays.

    An open label is a row of `value` and `origin` until it leaves the heap; its row is used again.
    A settled label is two integers for ever.

    Attributes
    ----------
    value : int64 (open, k)
        Key g + h of an open label.
    origin : int32 (open, 3)
        Its settled parent (-1 at the source), its last arc in the reduced graph and its vertex.
        In an unused row: the next unused row, or -1.
    heap_key, heap_item : int64, int32 (open,)
        Heap of open labels, see `heap.push`.
    settled : int32 (settled, 2)
        Parent and last arc of a settled label.
    block : int64 (n, 3)
        Begin, length and capacity of each vertex's truncated front in `rows`. Not used for k < 3.
    rows : int64 (rows, max(k - 1, 1))
        Truncated fronts of the vertices, see `dominance`.
    solution : int64 (solutions, k)
        Front of the target, in lexicographic order.
    solution_label : int32 (solutions,)
        The settled label of each.
    tally : int64 (7,)
        Open labels; open rows ever used; first unused row or -1; settled labels; rows used;
        solutions; labels ever generated.
    """

    value: np.ndarray
    origin: np.ndarray
    heap_key: np.ndarray
    heap_item: np.ndarray
    settled: np.ndarray
    block: np.ndarray
    rows: np.ndarray
    solution: np.ndarray
    solution_label: np.ndarray
    tally: np.ndarray


def new_labels(n: int, k: int) -> Labels:
    """Make room for a search.

    Parameters
    ----------
    n
        Number of vertices.
    k
        Number of criteria.

    Returns
    -------
    Labels
        Without any label.
    """
    size = FIRST_CAPACITY
    tally = np.zeros(GENERATED + 1, np.int64)
    tally[FREE] = -1
    # with at most one number a vertex the fronts need no blocks: row v belongs to vertex v
    blocks, rows = (n, size) if k > 2 else (0, n)
    return Labels(
        value=np.empty((size, k), np.int64),
        origin=np.empty((size, 3), np.int32),
        heap_key=np.empty(size, np.int64),
        heap_item=np.empty(size, np.int32),
        settled=np.empty((size, 2), np.int32),
        block=np.zeros((blocks, 3), np.int64),
        rows=np.full((rows, max(k - 1, 1)), np.iinfo(np.int64).max, np.int64),
        solution=np.empty((size, k), np.int64),
        solution_label=np.empty(size, np.int32),
        tally=tally,
    )


TO_GROW = {
    GROW_OPEN: ("value", "origin", "heap_key", "heap_item"),
    GROW_SETTLED: ("settled",),
    GROW_ROWS: ("rows",),
    GROW_SOLUTIONS: ("solution", "solution_label"),
}


def growth(labels: State, status: int, to_grow: dict[int, tuple[str, ...]] = TO_GROW) -> int:
    """Bytes that `grown` would add.

    Parameters
    ----------
    labels
        State of the search, of this kind or another named tuple of arrays.
    status
        One of the four GROW codes.
    to_grow
        Arrays by code.

    Returns
    -------
    int
        Bytes.
    """
    return sum(int(getattr(labels, name).nbytes) for name in to_grow[status])


def grown(labels: State, status: int, to_grow: dict[int, tuple[str, ...]] = TO_GROW) -> State:
    """Double the arrays that a search has run out of.

    Parameters
    ----------
    labels, status, to_grow
        See `growth`.

    Returns
    -------
    State
        The same state with more room; the old one must not be used again.
    """
    larger = {}
    for name in to_grow[status]:
        old = getattr(labels, name)
        larger[name] = np.empty((2 * len(old), *old.shape[1:]), old.dtype)
        larger[name][: len(old)] = old
    return labels._replace(**larger)
