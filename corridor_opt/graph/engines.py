"""The two kinds of exact search behind one face: 64 bits and a heap, 32 bits and buckets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from corridor_opt.graph.arrays import NO_LIMIT, Integers, Query
from corridor_opt.graph.bounding import Known, Unfit, bounded
from corridor_opt.graph.order import CLEARLY, PROBE, first_order, memory, others

if TYPE_CHECKING:
    from corridor_opt.graph.contracted import Contracted
    from corridor_opt.kernels.bounds import ReducedGraph
    from corridor_opt.kernels.buckets import Bucketed
    from corridor_opt.kernels.labels import Labels
    from corridor_opt.kernels.usable import Searched


class Counts(NamedTuple):
    """Labels settled, open and ever generated."""

    settled: int
    open: int
    generated: int


class Engine(Protocol):
    """One search, advanced in chunks.

    Attributes
    ----------
    lower
        Distances from the source to the target in the caller's order, 0 until they are known.
    """

    lower: Integers

    def bound(self, check_clock: Callable[[], None]) -> int:
        """Find bounds and the usable graph; give their bytes, 0 where no path is within the limits."""

    def open(self) -> int:
        """Open the source; give the bytes of the labels."""

    def advance(self, pops: int, most: int) -> int:
        """Settle labels; give a status of `kernels.labels` or `kernels.buckets`."""

    def growth(self, status: int) -> int:
        """Give the bytes that `grow` would add."""

    def grow(self, status: int) -> None:
        """Make more room."""

    def counts(self) -> Counts:
        """Count labels."""

    def solutions(self) -> int:
        """Count the points of the front that are certain."""

    def proven(self) -> tuple[int, ...]:
        """Give a key: every point of the front that is lexicographically smaller is found."""

    def front(self) -> tuple[Integers, list[Integers]]:
        """Copy values and paths out of the state."""


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
        return _counts(self.labels)

    def solutions(self) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import labels as pool

        return 0 if self.labels is None else int(self.labels.tally[pool.SOLUTIONS])

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
        self.graph: Searched
        self.distance: NDArray[np.int32]
        self.labels: Bucketed | None = None
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
        self.worst = self.lower.copy()
        for c in range(k if k > 2 else 0):
            for other in range(k):
                value = usable.other_value(core, found.extra, bound[c], c, other, self.source, self.target)
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

        now = most if self.probed else min(most, PROBE)
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
        kept = self.graph, self.order, self.labels, self.upper
        least = CLEARLY * memory(self.labels, self.graph, PROBE)
        for order in self.untried:
            self.turn(order)
            self.open()
            status = pool.PAUSED
            while status not in (pool.DONE, pool.FULL, buckets.TOO_LARGE):
                if status != pool.PAUSED:
                    self.grow(status)
                status = bucket_front.advance(
                    self.graph, self.labels, self.target, self.upper, NO_LIMIT, PROBE, self.dims
                )
            if status == pool.FULL:
                found = memory(self.labels, self.graph, PROBE)
                if found < least:
                    kept = self.graph, self.order, self.labels, self.upper
                    least = found
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
        return _counts(self.labels)

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


def _counts(labels: Labels | Bucketed | None) -> Counts:
    """Read the tally of a state."""
    from corridor_opt.kernels import labels as pool

    if labels is None:
        return Counts(0, 0, 0)
    tally = labels.tally
    return Counts(int(tally[pool.SETTLED]), int(tally[pool.OPEN]), int(tally[pool.GENERATED]))
