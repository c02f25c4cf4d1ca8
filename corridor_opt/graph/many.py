"""One vertex to many: the best path to each in one criterion, and what it comes to in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor_opt.graph.arrays import Integers
from corridor_opt.graph.grounds import Ground
from corridor_opt.graph.methods import SearchLimits

# What became of a pair. LIMIT: stopped, with the best so far; STOPPED: with nothing. BEYOND: no way within limits.
COMPLETE, LIMIT, STOPPED, NOTHING, BEYOND = range(5)


class Row(NamedTuple):
    """What one source is asked.

    Attributes
    ----------
    ground
        Which of several grounds, by position.
    source
        A vertex.
    targets
        int64 (t,): vertices.
    upper
        int64 (t, searched): greatest value of each searched column on a path; -1 for no limit.
    """

    ground: int
    source: int
    targets: Integers
    upper: Integers


class Cells(NamedTuple):
    """Answers to a row.

    Attributes
    ----------
    value
        int64 (t, k): what the best path comes to; of no meaning but where the status is `COMPLETE` or `LIMIT`.
    status
        int8 (t,): one of the statuses above.
    """

    value: Integers
    status: NDArray[np.int8]


def best_cells(shared: tuple[Sequence[Ground], SearchLimits | None], part: Sequence[Row]) -> list[Cells]:
    """Answer rows; a task of `spread.spread`.

    A path of the tree of shortest paths is the best where it meets no item that adds to the criterion, and keeps the
    limits. Only where it does not, the pair is searched by itself.
    """
    grounds, limits = shared
    return [_row(grounds[row.ground], row, limits) for row in part]


def _row(ground: Ground, row: Row, limits: SearchLimits | None) -> Cells:
    """Answer one row."""
    from corridor_opt.kernels import tree

    last, step, offset, reached = _spread(ground, row)
    value = np.zeros((len(row.targets), ground.weight.shape[1]), np.int64)
    status = np.full(len(row.targets), NOTHING, np.int8)
    ends = np.flatnonzero(reached)
    if len(ends):
        sums, met = tree.gather(
            ground.tail, last, step, offset, row.source, row.targets[ends], ground.weight, ground.held
        )
        value[ends] = ground.values(sums, met)
        status[ends] = COMPLETE
        first, upper = ground.searched[0], row.upper[ends]
        settled = value[ends, first] == sums[:, first]
        kept = np.all((upper < 0) | (value[ends][:, np.array(ground.searched)] <= upper), axis=1)
        for at in np.flatnonzero(~(settled & kept)).tolist():
            _alone(ground, row, int(ends[at]), limits, Cells(value, status), bool(kept[at]))
    return Cells(value, status)


def _spread(ground: Ground, row: Row) -> tuple[NDArray[np.int32], int, int, NDArray[np.bool_]]:
    """Find the tree of shortest paths from a source: last arcs, where they stand, and which targets it reaches."""
    from corridor_opt.kernels import bounds, chains, dial, far
    from corridor_opt.kernels.arcs import NONE

    if ground.laid.largest[0] <= chains.MOST:
        status, record, _ = dial.spread_from(ground.laid, 0, row.source, -1)
        if status == dial.EMPTY:
            return record, 4, 2, record[4 * row.targets] != NONE
    q = ground.query
    distance, last = far.spread_far(q.first_out, q.head, q.weight, q.is_open, 0, row.source, -1)
    return last, 1, 0, distance[row.targets] != bounds.UNREACHED


def _alone(ground: Ground, row: Row, i: int, limits: SearchLimits | None, cells: Cells, usable: bool) -> None:
    """Search one pair by itself; where that stops, the path at hand stays if it is usable."""
    found = ground.front(row.source, int(row.targets[i]), row.upper[i], limits)
    first, stopped = ground.searched[0], found.status == "limit"
    if not len(found.values):
        cells.status[i] = (LIMIT if usable else STOPPED) if stopped else BEYOND
        return
    best = int(found.values[:, 0].argmin())
    if not (stopped and usable and cells.value[i, first] <= found.values[best, 0]):
        cells.value[i] = ground.of_path(found.paths[best])
    cells.status[i] = LIMIT if stopped and not (found.leading == 0 and best == 0) else COMPLETE
