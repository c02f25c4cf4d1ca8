"""The search of one criterion behind the face of the others: a shortest path, and its labels one by one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from corridor_opt.graph.arrays import Integers, Query
from corridor_opt.graph.engines import Counts
from corridor_opt.graph.shortest import ShortestPath, path_between


class Single:
    """Dijkstra by buckets until the target is settled; the labels are those along the path."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.lower = np.zeros(1, np.int64)
        self.path: ShortestPath | None = None
        self.settled = 0
        self.opened = 0

    def bound(self, check_clock: Callable[[], None]) -> int:
        """See `Engine`."""
        check_clock()
        path, used = path_between(self.query, check_clock=check_clock)
        if path is None or path.value > self.query.upper[0]:
            return 0
        self.path = path
        self.lower[0] = path.value
        return used

    def open(self) -> int:
        """See `Engine`."""
        self.opened = 1
        return 0

    def advance(self, pops: int, most: int) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import labels

        assert self.path is not None
        along = len(self.path.arcs) + 1
        self.settled = min(self.settled + pops, along, most)
        if self.settled == along:
            return int(labels.DONE)
        return int(labels.FULL if self.settled == most else labels.PAUSED)

    def growth(self, status: int) -> int:
        """See `Engine`; never asked for."""
        raise AssertionError(status)

    def grow(self, status: int) -> None:
        """See `Engine`; never asked for."""
        raise AssertionError(status)

    def counts(self) -> Counts:
        """See `Engine`."""
        if self.path is None or not self.opened:
            return Counts(0, 0, 0)
        along = len(self.path.arcs) + 1
        return Counts(self.settled, int(self.settled < along), min(self.settled + 1, along))

    def solutions(self) -> int:
        """See `Engine`."""
        return int(self.path is not None and self.settled == len(self.path.arcs) + 1)

    def leading(self) -> int:
        """See `Engine`."""
        return 0

    def proven(self) -> tuple[int, ...]:
        """See `Engine`."""
        return (int(self.lower[0]),)

    def front(self) -> tuple[Integers, list[Integers]]:
        """See `Engine`."""
        if self.path is None or not self.solutions():
            return np.empty((0, 1), np.int64), []
        return np.array([[self.path.value]], np.int64), [self.path.arcs]
