"""The best path by one criterion within limits: an exact search in 32 bits that ends with its first solution."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from corridor_opt.graph.arrays import Query
from corridor_opt.graph.engines import Unfit
from corridor_opt.graph.engines.contracted import Contracted
from corridor_opt.graph.engines.narrow import Narrow


class First(Narrow):
    """Labels settle in the order of the minimised criterion, so that the first to arrive is the best.

    Of paths that tie in it the one that is lexicographically least in the limited criteria is given.
    """

    def __init__(self, query: Query, shared: Contracted | None, columns: Sequence[int]) -> None:
        whole = list(columns) == list(range(query.weight.shape[1]))
        if not whole:
            weight = np.ascontiguousarray(query.weight[:, columns])
            query = query._replace(weight=weight, upper=query.upper[list(columns)])
        super().__init__(query, shared if shared is None or whole else shared.of(columns))
        self.probed = True

    def bound(self, check_clock: Callable[[], None]) -> int:
        """See `Engine`; raises `Unfit`."""
        usable = super().bound(check_clock)
        if usable and self.order[0] != 0:
            self.turn(np.arange(len(self.dims)))
            if not self.contracted.has_buckets_for(int(self.graph.largest[0])):
                raise Unfit
        return usable

    def open(self) -> int:
        """See `Engine`."""
        used = super().open()
        assert self.labels is not None
        # without room for solutions the search stops at the first
        self.room = self.labels.solution, self.labels.solution_label
        self.labels = self.labels._replace(solution=self.room[0][:0], solution_label=self.room[1][:0])
        return used

    def growth(self, status: int) -> int:
        """See `Engine`."""
        return 0 if self.stopped(status) else super().growth(status)

    def grow(self, status: int) -> None:
        """See `Engine`."""
        from corridor_opt.kernels import buckets

        if not self.stopped(status):
            super().grow(status)
            return
        assert self.labels is not None
        self.labels = self.labels._replace(solution=self.room[0], solution_label=self.room[1])
        # what is left of its bucket may hold ties
        self.upper = self.upper.copy()
        self.upper[0] = self.labels.tally[buckets.HERE]

    def stopped(self, status: int) -> bool:
        """Say whether the first solution has come."""
        from corridor_opt.kernels import labels as pool

        assert self.labels is not None
        return status == pool.GROW_SOLUTIONS and len(self.labels.solution) == 0
