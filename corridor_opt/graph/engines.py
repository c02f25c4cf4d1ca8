"""The two kinds of exact search behind one face: 64 bits and a heap, 32 bits and buckets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from corridor_opt.graph.arrays import NO_LIMIT, Integers, Query
from corridor_opt.graph.order import best_order

if TYPE_CHECKING:
    from corridor_opt.graph.contracted import Contracted
    from corridor_opt.kernels.bounds import ReducedGraph
    from corridor_opt.kernels.buckets import Bucketed
    from corridor_opt.kernels.dial import Queue
    from corridor_opt.kernels.ends import Attached
    from corridor_opt.kernels.labels import Labels
    from corridor_opt.kernels.usable import Searched


class Counts(NamedTuple):
    """Labels settled, open and ever generated."""

    settled: int
    open: int
    generated: int


class Unfit(Exception):
    """The numbers of a query are too large for 32 bits or for buckets."""


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

    def __init__(self, query: Query, contracted: Contracted) -> None:
        self.query = query
        self.contracted = contracted
        self.dims = (0,) * query.weight.shape[1]
        self.lower = np.zeros(len(self.dims), np.int64)
        self.order = np.arange(len(self.dims))
        self.graph: Searched
        self.distance: NDArray[np.int32]
        self.labels: Bucketed | None = None
        core = contracted.core
        n = len(core.first) - 1
        self.source = int(core.number[query.source]) if core.number[query.source] >= 0 else n
        self.target = int(core.number[query.target]) if core.number[query.target] >= 0 else n + 1

    def bound(self, check_clock: Callable[[], None]) -> int:
        """See `Engine`; raises `Unfit`."""
        from corridor_opt.kernels import chains, dial, ends, usable

        q, core = self.query, self.contracted.core
        k, n = len(self.dims), len(core.first) - 1
        if not core.fits[0]:
            raise Unfit
        extra = ends.attach(q.first_out, q.head, q.weight, q.is_open, core, q.source, q.target)
        if extra.weight.size and int(extra.weight.max()) > chains.MOST:
            raise Unfit
        radius = np.minimum(q.upper, chains.MOST)
        bound = np.empty((k, n + 2), np.int32)
        runs: list[Queue] = []
        for c in range(k):
            check_clock()
            run = self.distances(extra, c, int(radius[c]), k == 2)
            bound[c] = run.distance
            runs.append(run)
            near = int(run.distance[self.source])
            if near == dial.NONE or near > radius[c]:
                return 0
            self.lower[c] = near
            if k == 2:
                # no path is worse in the other criterion than a shortest one of this, unless it is dominated
                other = usable.other_value(core, extra, run.distance, c, 1 - c, self.source, self.target)
                radius[1 - c] = min(int(radius[1 - c]), other)
        if k == 2:
            for c, run in enumerate(runs):
                check_clock()
                self.spread(run, c, int(radius[c]))
                if self.source == n:
                    usable.join_source(extra, run.distance, c, n)
                bound[c] = run.distance
        self.order = best_order(core, bound, radius, self.contracted.most_buckets())
        self.distance = bound[self.order[0]]
        self.graph = usable.reduce(core, extra, bound, radius, self.order, self.source, self.target)
        if int(self.graph.largest.max()) > chains.MOST or not self.contracted.has_buckets_for(self.graph.largest[0]):
            raise Unfit
        return int(bound.nbytes) + sum(int(array.nbytes) for array in self.graph)

    def distances(self, extra: Attached, c: int, radius: int, until_source: bool) -> Queue:
        """Find the distances to the target in one criterion."""
        from corridor_opt.kernels import dial, usable

        n = len(self.contracted.core.first) - 1
        begin = np.flatnonzero(extra.head == n + 1) if self.target == n + 1 else ()
        largest = int(self.contracted.largest[c])
        for e in begin:
            largest = max(largest, int(extra.weight[e, c]))
        by_buckets = self.contracted.has_buckets_for(largest)
        run = dial.new_queue(n, 1 << largest.bit_length() if by_buckets else 1)
        if self.target < n:
            dial.put(run, self.target, 0)
        for e in begin:
            tail, weight = int(extra.tail[e]), int(extra.weight[e, c])
            if tail >= n:
                continue
            if by_buckets:
                dial.put(run, tail, weight)
            else:
                run.distance[tail] = min(int(run.distance[tail]), weight)
        run.distance[self.target] = 0
        if not by_buckets:
            if not dial.spread_by_heap(self.contracted.backward, run.distance, c):
                raise Unfit
            run.tally[dial.LEFT] = 0
        elif until_source:
            ends = [self.source]
            if self.source == n:
                ends = sorted({int(h) for h in extra.head[extra.tail == n] if h < n})
            self.spread(run, c, radius, *ends)
        else:
            self.spread(run, c, radius)
        if self.source == n:
            usable.join_source(extra, run.distance, c, n)
        return run

    def spread(self, run: Queue, c: int, radius: int, *ends: int) -> None:
        """Settle vertices up to a radius, or until all ends are settled."""
        from corridor_opt.kernels import dial

        one, other = (*ends, -1, -1)[:2]
        waiting = max(len(ends), 1)
        while waiting:
            status = dial.spread(self.contracted.backward, run, c, radius, one, other)
            if status == dial.TOO_FAR:
                raise Unfit
            waiting = waiting - 1 if status == dial.STOPPED else 0

    def open(self) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import bucket_front, buckets

        labels = buckets.new_labels(len(self.graph.first) - 1, len(self.dims), int(self.graph.largest[0]))
        bucket_front.start(labels, self.source, self.dims)
        self.labels = labels
        upper = self.query.upper[self.order]
        self.upper = np.where(upper == NO_LIMIT, NO_LIMIT, upper - self.lower[self.order])
        return sum(int(array.nbytes) for array in labels)

    def advance(self, pops: int, most: int) -> int:
        """See `Engine`; raises `Unfit`."""
        from corridor_opt.kernels import bucket_front, buckets

        status: int = bucket_front.advance(self.graph, self.labels, self.target, self.upper, pops, most, self.dims)
        if status == buckets.TOO_LARGE:
            raise Unfit
        return status

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
        return values[sorted_rows], [path[first[i] : first[i + 1]] for i in range(len(kept))]


def _counts(labels: Labels | Bucketed | None) -> Counts:
    """Read the tally of a state."""
    from corridor_opt.kernels import labels as pool

    if labels is None:
        return Counts(0, 0, 0)
    tally = labels.tally
    return Counts(int(tally[pool.SETTLED]), int(tally[pool.OPEN]), int(tally[pool.GENERATED]))
