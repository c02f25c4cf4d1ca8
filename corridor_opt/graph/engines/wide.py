"""Exact fronts in lexicographic order by a heap; sums have 64 bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.graph.arrays import Integers, Query
from corridor_opt.graph.engines import Counts, counted

if TYPE_CHECKING:
    from corridor_opt.kernels.bounds import ReducedGraph
    from corridor_opt.kernels.labels import Labels


class Wide:
    """Lexicographic order by a heap; sums have 64 bits."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.dims = (0,) * query.weight.shape[1]
        self.lower = np.zeros(len(self.dims), np.int64)
        self.graph: ReducedGraph
        self.labels: Labels | None = None

    def bound(self, check_clock: Callable[[], None]) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import bounds

        q = self.query
        turned = bounds.reverse(q.first_out, q.head, q.weight, q.is_open)
        bound = np.empty((len(self.dims), len(q.first_out) - 1), np.int64)
        for c in range(len(bound)):
            check_clock()
            bound[c] = bounds.distances_to(turned, c, q.target)
            if bound[c, q.source] == bounds.UNREACHED or bound[c, q.source] > q.upper[c]:
                return 0
            self.lower[c] = bound[c, q.source]
        self.graph = bounds.reduce(q.first_out, q.head, q.weight, q.is_open, bound, q.source, q.target)
        return int(bound.nbytes) + sum(int(array.nbytes) for array in self.graph)

    def open(self) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import exact_front
        from corridor_opt.kernels import labels as pool

        labels = pool.new_labels(len(self.query.first_out) - 1, len(self.dims))
        exact_front.start(labels, self.query.source, self.lower, self.dims)
        self.labels = labels
        return sum(int(array.nbytes) for array in labels)

    def advance(self, pops: int, most: int) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import exact_front

        q = self.query
        status: int = exact_front.advance(self.graph, self.labels, q.target, self.lower, q.upper, pops, most, self.dims)
        return status

    def growth(self, status: int) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import labels as pool

        assert self.labels is not None
        return pool.growth(self.labels, status)

    def grow(self, status: int) -> None:
        """See `Engine`."""
        from corridor_opt.kernels import labels as pool

        assert self.labels is not None
        self.labels = pool.grown(self.labels, status)

    def counts(self) -> Counts:
        """See `Engine`."""
        return counted(self.labels)

    def solutions(self) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import labels as pool

        return 0 if self.labels is None else int(self.labels.tally[pool.SOLUTIONS])

    def leading(self) -> int:
        """See `Engine`."""
        return 0

    def proven(self) -> tuple[int, ...]:
        """Read the smallest key that is still open."""
        key = self.lower
        if self.labels is not None:
            key = self.labels.value[self.labels.heap_item[0]]
        return tuple(int(number) for number in key)

    def front(self) -> tuple[Integers, list[Integers]]:
        """See `Engine`."""
        from corridor_opt.kernels import exact_front

        if self.labels is None:
            return np.empty((0, len(self.dims)), np.int64), []
        found = self.solutions()
        last = self.labels.solution_label[:found]
        first, path = exact_front.trace(self.labels.settled, last, self.graph.arc)
        return self.labels.solution[:found].copy(), [path[first[i] : first[i + 1]] for i in range(found)]
