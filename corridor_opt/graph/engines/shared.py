"""Exact fronts where arcs share items that are paid for once: a heap, 64 bits, over a contracted graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.graph.arrays import NO_LIMIT, Integers, Query
from corridor_opt.graph.engines import Counts, Engine, Unfit, counted
from corridor_opt.graph.engines.bounded import billionths
from corridor_opt.graph.engines.shared_items import Left, left_over
from corridor_opt.graph.shared import Items

if TYPE_CHECKING:
    from corridor_opt.kernels.chains import Core
    from corridor_opt.kernels.shared_graph import SharedGraph
    from corridor_opt.kernels.shared_labels import SharedLabels

PLAIN = False  # prune by subsets only and know nothing of what lies ahead: to measure against


class Together:
    """Lexicographic order by a heap; labels carry sets of items. Sums have 64 bits.

    Raises `Unfit` where no item need be carried; then `plain` is the query that remains and `constant` what all its
    values lack.

    With `eps` a solution stands for all that it is within (1 + eps) of. What is found is of the exact front, and it is
    few of its points, though not the fewest.
    """

    def __init__(
        self, query: Query, items: Items, load: Callable[[int], None] = lambda words: None, eps: float = 0.0
    ) -> None:
        self.query = query
        self.items = items
        self.load = load  # kernels for so many words a set
        self.part = billionths(eps)
        k = query.weight.shape[1]
        self.dims = (0,) * k
        self.order = np.arange(k)
        self.constant = np.zeros(k, np.int64)
        self.paid = np.zeros(1, np.int64)
        self.lower = np.zeros(k, np.int64)
        self.plain: Query | None = None
        self.core: Core
        self.graph: SharedGraph
        self.upper = self.lower
        self.words: tuple[int, ...] = (0,)
        self.free_lead = True
        self.source = self.target = 0
        self.labels: SharedLabels | None = None

    def bound(self, check_clock: Callable[[], None]) -> int:
        """See `Engine`; raises `Unfit`."""
        from corridor_opt.kernels import bounds, shared_reach, shared_sets
        from corridor_opt.kernels.shared_graph import reduce

        self.load(1)
        q, k = self.query, len(self.dims)
        core = self.core = _core(q)
        check_clock()
        self.source, self.target = int(core.number[q.source]), int(core.number[q.target])
        _, _, tail = shared_reach.turned(core.first, core.head)
        usable = shared_reach.between(core.first, core.head, self.source, self.target)
        if not usable.any():
            return 0
        held = shared_sets.along(self.items.member, core, q.first_out, q.head, q.is_open)
        check_clock()
        left = left_over(tail, core.head, usable, core.weight, held, self.items.gain)
        back = bounds.reverse(core.first, core.head, left.weight, usable)
        bound = np.empty((k, len(core.first) - 1), np.int64)
        for c in range(k):
            check_clock()
            bound[c] = bounds.distances_to(back, c, self.target)
        usable = self._within(usable, tail, left, bound, check_clock)
        if not usable.any():
            return 0
        words = max(-(-len(left.gain) // shared_sets.BITS), 1)
        self.words = (0,) * (1 << (words - 1).bit_length())
        words = len(self.words)
        packed = shared_sets.pack(left.member, words)
        certain, possible = shared_reach.ahead_of(core.first, core.head, usable, packed, words, self.target)
        # what no path avoids is paid for at the source
        at = slice(self.source * words, (self.source + 1) * words)
        self.paid = certain[at] & possible[at]
        self.constant = left.gain[shared_sets.unpack(self.paid, len(left.gain))].sum(axis=0)
        self.lower = bound[:, self.source] + self.constant
        if (self.lower > q.upper).any():
            return 0
        if (possible[at] == self.paid).all():
            self._give_way(left)
        self.load(words)
        if PLAIN:
            certain[:] = 0
            possible[:] = np.iinfo(np.int64).max
            possible[self.target * words : (self.target + 1) * words] = 0
        self._put_first(left)
        gain = np.zeros((words * shared_sets.BITS, k), np.int64)
        gain[: len(left.gain)] = left.gain[:, self.order]
        weight, bound = np.ascontiguousarray(left.weight[:, self.order]), bound[self.order]
        gaining = np.flatnonzero(gain.any(axis=0))
        self.graph = reduce(
            core.first,
            core.head,
            core.arc,
            weight,
            usable,
            bound,
            packed,
            certain,
            possible,
            gain.reshape(-1),
            gaining,
        )
        upper = q.upper[self.order]
        self.upper = np.where(upper == NO_LIMIT, NO_LIMIT, upper - self.lower[self.order])
        return int(bound.nbytes) + sum(int(array.nbytes) for array in self.graph)

    def _put_first(self, left: Left) -> None:
        """Let a criterion lead to which no item adds, if there is one: labels need not be compared in it."""
        free = (left.gain == 0).all(axis=0)
        lead = int(np.argmax(free))
        self.free_lead = bool(free[lead])
        self.order = np.array([lead, *(c for c in range(len(free)) if c != lead)])

    def _within(
        self,
        usable: np.ndarray,
        tail: np.ndarray,
        left: Left,
        bound: Integers,
        check_clock: Callable[[], None],
    ) -> np.ndarray:
        """Leave out arcs that no path within the limits uses, by distances from both ends."""
        from corridor_opt.kernels import bounds

        core, usable = self.core, usable.copy()
        far = bounds.UNREACHED
        limited = [c for c in range(len(self.dims)) if self.query.upper[c] != NO_LIMIT]
        if limited:
            # arcs turned round, so that distances to the source come out
            order = np.argsort(core.head, kind="stable")
            first = np.concatenate([[0], np.cumsum(np.bincount(core.head, minlength=len(core.first) - 1))])
            ahead = bounds.reverse(first, tail[order], left.weight[order], usable[order])
        for c in limited:
            check_clock()
            gone = bounds.distances_to(ahead, c, self.source)[tail]
            to_go = bound[c][core.head]
            usable &= (gone != far) & (to_go != far)
            through = np.where(usable, gone, 0) + left.weight[:, c] + np.where(usable, to_go, 0)
            usable &= through <= self.query.upper[c]
        return usable

    def _give_way(self, left: Left) -> None:
        """Leave the search to an engine that knows nothing of items."""
        q = self.query
        weight = q.weight.copy()
        # whoever goes into a chain goes through it: what its first arc bears is paid for
        weight[self.core.arc] += left.weight - self.core.weight
        upper = np.where(q.upper == NO_LIMIT, NO_LIMIT, q.upper - self.constant)
        self.plain = q._replace(weight=weight, upper=upper)
        raise Unfit

    def open(self) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import shared_front, shared_graph, shared_labels

        k = len(self.dims)
        worst = np.zeros(k, np.int64)
        for c in range(k if k > 2 else 0):
            grown = shared_graph.along_shortest(self.graph, self.source, self.target, self.paid, c)
            worst = np.maximum(worst, grown)
        labels = shared_labels.new_labels(len(self.core.first) - 1, k, len(self.words), worst)
        shared_front.start(labels, self.source, self.paid, self.dims)
        self.labels = labels
        return sum(int(array.nbytes) for array in labels)

    def advance(self, pops: int, most: int) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import shared_front

        status: int = shared_front.advance(
            self.graph,
            self.labels,
            self.target,
            self.upper,
            pops,
            most,
            self.free_lead,
            PLAIN,
            self.lower[self.order],
            self.part,
            self.dims,
            self.words,
        )
        return status

    def growth(self, status: int) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import labels as pool
        from corridor_opt.kernels import shared_labels

        assert self.labels is not None
        return pool.growth(self.labels, status, shared_labels.TO_GROW)

    def grow(self, status: int) -> None:
        """See `Engine`."""
        from corridor_opt.kernels import labels as pool
        from corridor_opt.kernels import shared_labels

        assert self.labels is not None
        self.labels = pool.grown(self.labels, status, shared_labels.TO_GROW)

    def counts(self) -> Counts:
        """See `Engine`."""
        return counted(self.labels)

    def solutions(self) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import labels as pool

        return 0 if self.labels is None else int(self.labels.tally[pool.SOLUTIONS])

    def leading(self) -> int:
        """See `Engine`."""
        return int(self.order[0])

    def proven(self) -> tuple[int, ...]:
        """Give the bounds, with the leading criterion of the smallest open key."""
        key = self.lower.copy()
        if self.labels is not None:
            smallest = self.labels.value[self.labels.heap_item[0], : len(key)]
            known = len(key) if self.order[0] == 0 else 1
            key[self.order[:known]] += smallest[:known]
        return tuple(int(number) for number in key)

    def front(self) -> tuple[Integers, list[Integers]]:
        """See `Engine`."""
        from corridor_opt.kernels import chains

        if self.labels is None:
            return np.empty((0, len(self.dims)), np.int64), []
        q, found = self.query, self.solutions()
        values = np.empty((found, len(self.dims)), np.int64)
        values[:, self.order] = self.labels.solution[:found]
        values += self.lower
        rows = np.lexsort(values.T[::-1])
        first, path = chains.unpack(
            self.labels.settled,
            self.labels.solution_label[rows],
            self.graph.arc,
            q.first_out,
            q.head,
            q.is_open,
            self.core.number,
            q.target,
        )
        return values[rows], [path[first[i] : first[i + 1]] for i in range(found)]


class Offset:
    """Another engine, all whose values lack a constant; see `engines.Engine`."""

    def __init__(self, engine: Engine, constant: Integers) -> None:
        self.engine = engine
        self.constant = constant
        self.lower = constant

    def bound(self, check_clock: Callable[[], None]) -> int:
        """See `Engine`."""
        used = self.engine.bound(check_clock)
        self.lower = self.engine.lower + self.constant
        return used

    def open(self) -> int:
        """See `Engine`."""
        return self.engine.open()

    def advance(self, pops: int, most: int) -> int:
        """See `Engine`."""
        return self.engine.advance(pops, most)

    def growth(self, status: int) -> int:
        """See `Engine`."""
        return self.engine.growth(status)

    def grow(self, status: int) -> None:
        """See `Engine`."""
        self.engine.grow(status)

    def counts(self) -> Counts:
        """See `Engine`."""
        return self.engine.counts()

    def solutions(self) -> int:
        """See `Engine`."""
        return self.engine.solutions()

    def leading(self) -> int:
        """See `Engine`."""
        return self.engine.leading()

    def proven(self) -> tuple[int, ...]:
        """See `Engine`."""
        return tuple(int(a + b) for a, b in zip(self.engine.proven(), self.constant, strict=True))

    def front(self) -> tuple[Integers, list[Integers]]:
        """See `Engine`."""
        values, paths = self.engine.front()
        return values + self.constant, paths


def _core(query: Query) -> Core:
    """Contract a graph; where sums do not fit 32 bits only closed arcs and self-loops are left out."""
    from corridor_opt.kernels import chains

    keep = np.array([query.source, query.target], np.int64)
    core = chains.contract(query.first_out, query.head, query.weight, query.is_open, keep)
    if core.fits[0]:
        return core
    n = len(query.first_out) - 1
    tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(query.first_out))
    arc = np.flatnonzero(query.is_open & (tail != query.head)).astype(np.int32)
    first = np.concatenate([[0], np.cumsum(np.bincount(tail[arc], minlength=n))]).astype(np.int64)
    every = np.arange(n, dtype=np.int32)
    return core._replace(
        number=every, first=first, head=query.head[arc], weight=query.weight[arc], arc=arc, vertex=every
    )
