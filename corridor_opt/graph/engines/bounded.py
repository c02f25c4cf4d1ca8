"""The search for a front within (1 + eps), and the proof that it has no more points than the exact one."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.graph.arrays import NO_LIMIT, Integers, Query
from corridor_opt.graph.engines import Counts, Engine, Unfit
from corridor_opt.graph.engines.bounding import Known
from corridor_opt.graph.engines.narrow import Narrow
from corridor_opt.graph.engines.order import MOST_TIES
from corridor_opt.graph.engines.wide import Wide

if TYPE_CHECKING:
    from corridor_opt.graph.engines.contracted import Contracted
    from corridor_opt.kernels.bounded_labels import Pairs
    from corridor_opt.kernels.usable import Searched

NO_KEY = 2**31 - 1  # stands for none in 32 bits
SAMPLE = 20_000  # arcs looked at to choose an order of criteria
OPEN_EXACT, OPEN_PAIRS = 100, 101  # statuses of its own: there are points to count, or too many for the exact search
FEW_LABELS = 20_000  # within which the exact search may do
COUNT_AT_ONCE = 4096  # labels between two looks at the number of exact points


class Approximate:
    """A little exact search; apexes and representatives; then as much of the exact front as these are many.

    Where the exact search ends within `FEW_LABELS` labels, its front is thinned and no other search is needed. Else
    pairs of apexes and representatives (see `kernels.bounded_front`) prove coverage. Several of their points may lie
    above one exact point, so that there might be more of them than the exact front has. Hence the exact search, which
    finds points for certain in the order of its first criterion, goes on. It ends when it has as many (then there are
    no more here than there), or when it is complete with fewer: then these are the answer, thinned, for an exact front
    covers itself. The first points come early, and of a front that is much larger this costs little.
    """

    def __init__(
        self,
        query: Query,
        shared: Contracted | None,
        eps: float,
        before: Known | None = None,
        load_wide: Callable[[], None] = lambda: None,
    ) -> None:
        self.query = query
        self.load_wide = load_wide  # its kernels, should they be needed
        self.eps = eps
        self.narrow = Narrow(query, shared, before)
        self.exact: Engine = self.narrow
        self.dims = self.narrow.dims
        self.lower = self.narrow.lower
        self.graph: Searched
        self.order = self.narrow.order
        self.pairs: Pairs | None = None
        self.kept: Integers | None = None
        self.trying = True
        self.few = FEW_LABELS
        self.shift = 0
        self.part = np.zeros(len(self.dims), np.int64)
        self.least = self.part
        self.upper = self.part

    def bound(self, check_clock: Callable[[], None]) -> int:
        """See `engines.Engine`; raises `Unfit`."""
        try:
            more = self.narrow.bound(check_clock)
        except Unfit:
            # too many buckets for the exact search may be few enough here; points are counted in 64 bits then
            graph = getattr(self.narrow, "graph", None)
            if graph is None or int(graph.largest.max()) >= NO_KEY:
                raise
            self.load_wide()
            self.exact = Wide(self.query)
            more = sum(int(array.nbytes) for array in graph)
        self.lower = self.narrow.lower
        if more:
            self.narrow.turn(_central(self.narrow.graph, self.narrow.order))
            self.narrow.probed = True  # this order will do to count
            self.graph, self.order = self.narrow.graph, self.narrow.order
        return more

    def open(self) -> int:
        """See `engines.Engine`."""
        if self.exact is self.narrow:
            return self.exact.open()
        self.trying = False
        return self.open_pairs()

    def open_pairs(self) -> int:
        """Open the pair of the source; give its bytes."""
        from corridor_opt.kernels import bounded_front, bounded_labels

        order = self.order
        self.least = self.lower[order]
        upper = self.query.upper[order]
        self.upper = np.where(upper == NO_LIMIT, NO_LIMIT, upper - self.least)
        # what stands for a path must keep the limits that the path keeps
        self.part = np.where(upper == NO_LIMIT, billionths(self.eps), 0)
        # half to a quarter of what eps allows: narrower buckets merge less, wider ones prune less (measured)
        self.shift = max(int(self.eps * int(self.least[0]) * (self.part[0] > 0)).bit_length() - 2, 0)
        ahead = (int(self.graph.largest[0]) >> self.shift) + 1
        if ahead > self.narrow.contracted.most_buckets():
            raise Unfit
        pairs = bounded_labels.new_pairs(len(self.graph.first) - 1, len(self.dims), ahead)
        bounded_front.start(pairs, self.narrow.source, self.dims)
        self.pairs = pairs
        return sum(int(array.nbytes) for array in pairs)

    def advance(self, pops: int, most: int) -> int:
        """See `engines.Engine`; raises `Unfit`."""
        from corridor_opt.kernels import bounded_front, buckets
        from corridor_opt.kernels import labels as pool

        if self.trying:
            status = self.exact.advance(pops, min(most, self.few))
            return OPEN_PAIRS if status == pool.FULL and most > self.few else status
        if self.kept is None:
            status = bounded_front.advance(
                self.graph,
                self.narrow.distance[self.order[0]],
                int(self.least[0]),
                self.pairs,
                self.narrow.target,
                self.upper,
                self.least,
                self.part,
                self.shift,
                pops,
                most - self.exact.counts().settled,
                self.dims,
            )
            if status == buckets.TOO_LARGE:
                raise Unfit
            if status != pool.DONE:
                return status
            self.kept = self.chosen()
            if self.counted():
                return pool.DONE
            return pool.PAUSED if self.exact is self.narrow else OPEN_EXACT
        status = self.exact.advance(min(pops, COUNT_AT_ONCE), most - self.expanded())
        if self.exact.solutions() >= len(self.kept):
            return pool.DONE
        return status

    def expanded(self) -> int:
        """Count the pairs that were expanded."""
        from corridor_opt.kernels import labels as pool

        return 0 if self.pairs is None else int(self.pairs.tally[pool.SETTLED])

    def growth(self, status: int) -> int:
        """See `engines.Engine`."""
        from corridor_opt.kernels import bounded_labels

        if status == OPEN_EXACT:
            return self.exact.bound(lambda: None) + self.exact.open()
        if status == OPEN_PAIRS:
            self.trying = False
            return self.open_pairs()
        if self.trying or self.kept is not None:
            return self.exact.growth(status)
        assert self.pairs is not None
        return bounded_labels.growth(self.pairs, status)

    def grow(self, status: int) -> None:
        """See `engines.Engine`."""
        from corridor_opt.kernels import bounded_labels

        if status in (OPEN_EXACT, OPEN_PAIRS):
            return
        if self.trying or self.kept is not None:
            self.exact.grow(status)
        else:
            assert self.pairs is not None
            self.pairs = bounded_labels.grown(self.pairs, status)

    def counts(self) -> Counts:
        """See `engines.Engine`."""
        from corridor_opt.kernels import labels as pool

        if self.pairs is None:
            return self.exact.counts() if self.trying else Counts(0, 0, 0)
        tally, exact = self.pairs.tally, self.exact.counts()
        waiting = int(tally[pool.OPEN])
        if self.kept is not None and not self.counted():
            waiting = max(exact.open, 1)
        return Counts(int(tally[pool.SETTLED]) + exact.settled, waiting, int(tally[pool.GENERATED]) + exact.generated)

    def counted(self) -> bool:
        """Say whether there are no more points than exact ones, or all of these are known."""
        assert self.kept is not None
        return len(self.kept) < 2 or self.exact.solutions() >= len(self.kept) or self.exact_is_better()

    def exact_is_better(self) -> bool:
        """Say whether the exact front is known and smaller."""
        counts = self.exact.counts()
        return bool(counts.generated) and counts.open == 0 and self.exact.solutions() < len(self.chosen())

    def solutions(self) -> int:
        """See `engines.Engine`."""
        if self.pairs is None:
            return self.exact.solutions() if self.trying else 0
        return len(self.chosen())

    def leading(self) -> int:
        """See `Engine`."""
        return int(self.order[0])

    def proven(self) -> tuple[int, ...]:
        """Give the bounds, with the first criterion of the search where its buckets stand: below, all is covered."""
        from corridor_opt.kernels import bounded_labels

        if self.trying:
            return self.exact.proven()
        key = self.lower.copy()
        if self.pairs is not None:
            reached = bounded_labels.NONE
            if self.kept is None:
                reached = int(self.pairs.tally[bounded_labels.HERE]) << self.shift
            key[self.order[0]] += reached
        return tuple(int(number) for number in key)

    def values(self) -> Integers:
        """Values of the solutions less the bounds of the source, in the order of the search."""
        from corridor_opt.kernels import labels as pool

        assert self.pairs is not None
        k, found = len(self.dims), int(self.pairs.tally[pool.SOLUTIONS])
        values: Integers = self.pairs.solution[: 2 * k * found].reshape(found, 2 * k)[:, k:].astype(np.int64)
        return values

    def chosen(self) -> Integers:
        """Positions of the solutions that no other one beats, in lexicographic order of the caller's criteria."""
        if self.kept is not None:
            return self.kept
        values = self.values()
        in_order = values[:, np.argsort(self.order)]
        kept: list[int] = []
        front = np.empty_like(values)
        for i in np.lexsort(in_order.T[::-1]):  # only what came before can beat it
            if not (front[: len(kept)] <= values[i]).all(axis=1).any():
                front[len(kept)] = values[i]
                kept.append(int(i))
        return np.array(kept, np.int64)

    def front(self) -> tuple[Integers, list[Integers]]:
        """See `engines.Engine`."""
        from corridor_opt.kernels import chains

        if self.trying or (self.kept is not None and self.exact_is_better()):
            values, paths = self.exact.front()
            counts = self.exact.counts()
            kept = thinned(values, self.eps) if counts.generated and counts.open == 0 else np.arange(len(paths))
            return values[kept], [paths[i] for i in kept]
        if self.pairs is None:
            return np.empty((0, len(self.dims)), np.int64), []
        q, kept = self.narrow.query, self.chosen()
        values = np.empty((len(kept), len(self.dims)), np.int64)
        values[:, self.order] = self.values()[kept]
        first, path = chains.unpack(
            self.pairs.settled,
            self.pairs.solution_label[kept],
            self.graph.arc,
            q.first_out,
            q.head,
            q.is_open,
            self.narrow.contracted.core.number,
            q.target,
        )
        if self.narrow.arc is not None:
            path = self.narrow.arc[path]
        return values + self.lower, [path[first[i] : first[i + 1]] for i in range(len(kept))]


def thinned(values: Integers, eps: float) -> Integers:
    """Choose points of an exact front that cover all of it.

    Parameters
    ----------
    values
        int64 (points, k).
    eps
        See `methods.Bounded`.

    Returns
    -------
    Integers
        Positions of few points, ascending: of those that cover the first one that is not covered, each time the one
        that covers most of what is left.
    """
    part = billionths(eps)
    allowed = values + values // 10**9 * part + values % 10**9 * part // 10**9
    left = np.arange(len(values))
    kept: list[int] = []
    while len(left):
        candidates = np.flatnonzero((values <= allowed[left[0]]).all(axis=1))
        covers = [int((values[c] <= allowed[left]).all(axis=1).sum()) for c in candidates]
        best = int(candidates[int(np.argmax(covers))])
        kept.append(best)
        left = left[~(values[best] <= allowed[left]).all(axis=1)]
    return np.array(sorted(kept), np.int64)


def _central(graph: Searched, order: Integers) -> Integers:
    """Put first the criterion whose reduced costs are most correlated with the others (see `order`), if clearly."""
    if len(order) < 3 or len(graph.row) < 2 or graph.largest.min() == 0:
        return order
    cost = graph.row[:: len(graph.row) // SAMPLE + 1, 1:].T
    if (cost.min(axis=1) == cost.max(axis=1)).any():
        return order
    central = np.corrcoef(np.log1p(cost)).sum(axis=1)
    central[(graph.largest < MOST_TIES) & (graph.largest < graph.largest.max())] = -len(order)
    first = int(central.argmax())
    if central[first] <= 1.01 * max(central[0], 0):
        return order
    return np.concatenate([order[[first]], np.delete(order, first)])


def billionths(eps: float) -> int:
    """Eps in billionths, rounded down so that both decimal and binary arithmetic find no point beyond it."""
    return int(min(Fraction(str(eps)), Fraction(eps), Fraction(1.0 + float(eps)) - 1) * 10**9)
