"""Exact fronts by buckets, in 32 bits, over a contracted graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corridor_opt.graph.arrays import NO_LIMIT, Integers, Query
from corridor_opt.graph.engines import Counts, Unfit, counted
from corridor_opt.graph.engines.bounding import Known, bounded
from corridor_opt.graph.engines.order import CLEARLY, PROBE, first_order, memory, others

if TYPE_CHECKING:
    from corridor_opt.graph.engines.contracted import Contracted
    from corridor_opt.kernels.buckets import Bucketed
    from corridor_opt.kernels.usable import Searched


class Narrow:
    """Buckets on the first criterion of an order of its own, over a contracted graph; sums have 32 bits."""

    def __init__(self, query: Query, shared: Contracted | None, before: Known | None = None) -> None:
        self.query = query
        self.shared = shared
        self.before = before
        self.contracted: Contracted
        self.dims = (0,) * query.weight.shape[1]
        self.lower = np.zeros(len(self.dims), np.int64)
        self.order = np.arange(len(self.dims))
        self.untried: Iterator[Integers] = iter(())
        self.probed = len(self.dims) < 3
        # with three criteria the difference shows sooner, and there is less to gain
        self.probe = max(PROBE // 4, 2) if len(self.dims) == 3 else PROBE
        self.graph: Searched
        self.distance: NDArray[np.int32]
        self.labels: Bucketed | None = None
        self.upper = query.upper
        self.worst = self.lower
        self.source = self.target = 0
        self.arc: Integers | None = None

    def bound(self, check_clock: Callable[[], None]) -> int:
        """See `Engine`; raises `Unfit`."""
        from corridor_opt.kernels import chains, usable

        found = bounded(self.query, self.shared, check_clock, self.before)
        if found is None:
            return 0
        self.query, self.contracted, self.lower = found.query, found.shared, found.lower
        self.source, self.target, self.arc = found.source, found.target, found.arc
        core, bound, radius, k = self.contracted.core, found.bound, found.radius, len(self.dims)
        self.distance = bound
        out = self.contracted.forward
        self.worst = self.lower.copy()
        for c in range(k if k > 2 else 0):
            for other in range(k):
                value = usable.other_value(out, found.extra, bound, c, other, self.source, self.target)
                self.worst[other] = max(self.worst[other], value)
        self.graph = usable.reduce(core, found.extra, bound, radius, self.source, self.target)
        fits = self.contracted.has_buckets_for
        order = first_order(self.graph.largest, fits)
        if order is None or int(self.graph.largest.max()) > chains.MOST:
            raise Unfit
        self.untried = others(order, self.graph.largest, fits) if k > 2 else iter(())
        self.turn(order)
        return int(bound.nbytes) + sum(int(array.nbytes) for array in self.graph)

    def turn(self, order: Integers) -> None:
        """Put the criteria into another order."""
        if not np.array_equal(order, self.order):
            columns = np.argsort(self.order)[order]
            row = self.graph.row[:, np.concatenate([[0], columns + 1])]
            self.graph = self.graph._replace(row=np.ascontiguousarray(row), largest=self.graph.largest[columns])
            self.order = order

    def open(self) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import bucket_front, buckets

        worst = self.worst[self.order] - self.lower[self.order]
        labels = buckets.new_labels(self.graph.first, len(self.dims), int(self.graph.largest[0]), worst)
        bucket_front.start(labels, self.source, self.dims)
        self.labels = labels
        upper = self.query.upper[self.order]
        self.upper = np.where(upper == NO_LIMIT, NO_LIMIT, upper - self.lower[self.order])
        return sum(int(array.nbytes) for array in labels)

    def advance(self, pops: int, most: int) -> int:
        """See `Engine`; raises `Unfit`."""
        from corridor_opt.kernels import bucket_front, buckets
        from corridor_opt.kernels import labels as pool

        now = most if self.probed else min(most, self.probe)
        status: int = bucket_front.advance(self.graph, self.labels, self.target, self.upper, pops, now, self.dims)
        if status == buckets.TOO_LARGE:
            raise Unfit
        if status == pool.FULL and now < most:
            self.probed = True
            self.try_orders()
            status = pool.PAUSED
        return status

    def try_orders(self) -> None:
        """Search as far in other orders of criteria too, and go on with the one whose vertices remember least."""
        from corridor_opt.kernels import bucket_front, buckets
        from corridor_opt.kernels import labels as pool

        assert self.labels is not None
        before = kept = self.graph, self.order, self.labels, self.upper
        least = CLEARLY * memory(self.labels, self.graph, self.probe)
        try:
            for order in self.untried:
                self.turn(order)
                self.open()
                status = pool.PAUSED
                while status not in (pool.DONE, pool.FULL, buckets.TOO_LARGE):
                    if status != pool.PAUSED:
                        self.grow(status)
                    status = bucket_front.advance(
                        self.graph, self.labels, self.target, self.upper, NO_LIMIT, self.probe, self.dims
                    )
                if status == pool.FULL:
                    found = memory(self.labels, self.graph, self.probe)
                    if found < least:
                        kept = self.graph, self.order, self.labels, self.upper
                        least = found
        except BaseException:
            self.graph, self.order, self.labels, self.upper = before
            raise
        self.graph, self.order, self.labels, self.upper = kept

    def growth(self, status: int) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import buckets

        assert self.labels is not None
        return buckets.growth(self.labels, status)

    def grow(self, status: int) -> None:
        """See `Engine`."""
        from corridor_opt.kernels import buckets

        assert self.labels is not None
        self.labels = buckets.grown(self.labels, status)

    def counts(self) -> Counts:
        """See `Engine`."""
        return counted(self.labels)

    def certain(self) -> Integers:
        """Positions of the solutions that nothing still open can beat."""
        from corridor_opt.kernels import bucket_front, buckets
        from corridor_opt.kernels import labels as pool

        assert self.labels is not None
        tally = self.labels.tally
        below = NO_LIMIT if tally[pool.OPEN] == 0 else int(tally[buckets.HERE])
        kept: Integers = bucket_front.settle_ties(self.labels.solution, int(tally[pool.SOLUTIONS]), below)
        return kept

    def solutions(self) -> int:
        """See `Engine`."""
        return 0 if self.labels is None else len(self.certain())

    def leading(self) -> int:
        """See `Engine`."""
        return int(self.order[0])

    def proven(self) -> tuple[int, ...]:
        """Give the bounds, with the first criterion of the search where its buckets stand."""
        from corridor_opt.kernels import buckets

        key = self.lower.copy()
        if self.labels is not None:
            key[self.order[0]] += self.labels.tally[buckets.HERE]
        return tuple(int(number) for number in key)

    def front(self) -> tuple[Integers, list[Integers]]:
        """See `Engine`."""
        from corridor_opt.kernels import chains

        if self.labels is None:
            return np.empty((0, len(self.dims)), np.int64), []
        q, kept = self.query, self.certain()
        values = np.empty((len(kept), len(self.dims)), np.int64)
        values[:, self.order] = self.labels.solution[kept]
        values += self.lower
        sorted_rows = np.lexsort(values.T[::-1])
        last = self.labels.solution_label[kept[sorted_rows]]
        first, path = chains.unpack(
            self.labels.settled,
            last,
            self.graph.arc,
            q.first_out,
            q.head,
            q.is_open,
            self.contracted.core.number,
            q.target,
        )
        if self.arc is not None:
            path = self.arc[path]
        return values[sorted_rows], [path[first[i] : first[i + 1]] for i in range(len(kept))]
