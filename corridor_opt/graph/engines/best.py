"""The best simple paths within limits, one after the other."""

from __future__ import annotations

import heapq
from bisect import insort
from collections.abc import Callable
from itertools import count as numbers
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corridor_opt.graph.arrays import NO_LIMIT, Integers, Query
from corridor_opt.graph.engines import Counts
from corridor_opt.graph.engines.part import NO_ARCS, Part
from corridor_opt.graph.engines.within import Within

if TYPE_CHECKING:
    from corridor_opt.graph.engines.contracted import Contracted
    from corridor_opt.kernels.bounds import ReducedGraph
    from corridor_opt.kernels.labels import Labels

LARGE = 4096  # arcs; below, all that the limits leave is searched at once
STATUS_WIDER = 101  # what `advance` returns when paths may be missing beyond what was looked at
TOLL = 32  # labels that a search for one path costs before it settles any

Vector: TypeAlias = tuple[int, ...]
Arcs: TypeAlias = NDArray[np.int32]


class Branch(NamedTuple):
    """Paths that begin alike and do not go on by certain arcs.

    Attributes
    ----------
    beginning
        Arcs of the searched graph.
    banned
        Arcs out of the last vertex of these.
    path
        The best of the paths, once it is known.
    """

    beginning: Arcs
    banned: Arcs
    path: Arcs | None


class Best:
    """The `count` best simple paths by one criterion, under limits on all; see `engines.Engine`.

    What the limits leave of the graph is found first (`within`), then Yen's and Lawler's parts wait
    in one heap, by lower bounds as long as they have not been searched (`kernels.spurs`).
    """

    def __init__(
        self,
        query: Query,
        shared: Contracted | None,
        minimise: int,
        count: int,
        load: Callable[[int], None] = lambda searched: None,
    ) -> None:
        limited = [c for c in range(query.weight.shape[1]) if c != minimise and query.upper[c] != NO_LIMIT]
        self.query = query
        self.shared = shared
        self.load = load  # kernels for a number of criteria, should a mix be one more
        self.columns = [minimise, *limited]
        self.count = count
        self.dims = (0,) * len(self.columns)
        self.large = LARGE
        self.part: Part | None = None
        self.upper = np.array([query.upper[c] for c in self.columns], np.int64)
        self.floor = 0
        self.labels: Labels | None = None
        self.done = self.generated = 0
        self.earlier: list[Integers] = []
        self.found: list[Arcs] = []

    # what is searched --------------------------------------------------------------------------------------------

    def bound(self, check_clock: Callable[[], None]) -> int:
        """See `Engine`."""
        self.within = Within(self.query, self.shared, self.columns, self.upper, self.count, self.large, check_clock)
        if self.within.nothing():
            return self.look(None)
        usable = self.look(self.within.usable())
        return self.widen() if usable == 0 and self.within.ceiling < self.upper[0] else usable

    def look(self, part: Part | None) -> int:
        """Begin with what was found to be usable; give its bytes, 0 where there is no path."""
        from corridor_opt.kernels import bounds

        self.part = part
        self.heap: list[tuple[Vector, bool, int, Branch]] = []
        self.values: list[int] = []
        self.waiting: Branch | None = None
        self.active: Branch | None = None
        self.labels = None
        self.found = []
        if part is None:
            return 0
        g = part.ground
        self.dims = (0,) * len(part.columns)
        self.load(len(self.dims))
        weight = g.weight.reshape(-1, len(self.dims))
        all_open = np.ones(len(g.head), np.bool_)
        self.graph: ReducedGraph = bounds.reduce(
            g.first, g.head, weight, all_open, part.bound, part.source, part.target
        )
        self.lower = np.ascontiguousarray(part.bound[:, part.source])
        self.most_out = int(np.diff(self.graph.first_out).max())
        self.mark = np.zeros(len(g.first) - 1, np.int64)
        self.stamps = numbers(1)
        self.tickets = numbers()
        self.push(self.sharpened(tuple(self.lower.tolist())), Branch(NO_ARCS, NO_ARCS, None))
        return part.nbytes() + sum(int(a.nbytes) for a in self.graph)

    def widen(self) -> int:
        """Look farther; give the bytes of what was found to be usable."""
        kept = [self.arcs(path) for path in self.found]
        if len(kept) > len(self.earlier):
            self.earlier = kept
        usable = 0
        while usable == 0 and self.within.ceiling < self.upper[0]:
            self.floor = max(self.floor, self.within.ceiling + 1)
            self.within.farther(bool(kept))
            usable = self.look(self.within.usable())
        return usable

    # one path after the other ------------------------------------------------------------------------------------

    def open(self) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import labels as pool

        assert self.part is not None
        labels = pool.new_labels(len(self.part.ground.first) - 1, len(self.dims))
        # without room for solutions the search stops at the first
        self.labels = labels._replace(solution=np.empty((0, len(self.dims)), np.int64))
        return sum(int(array.nbytes) for array in self.labels)

    def advance(self, pops: int, most: int) -> int:
        """See `Engine`."""
        from corridor_opt.kernels import exact_front, spurs
        from corridor_opt.kernels import labels as pool

        while pops > 0:
            if self.active is None:
                status = self.choose()
                if status is not None:
                    return status
            labels, branch, part = self.labels, self.active, self.part
            assert labels is not None
            assert branch is not None
            assert part is not None
            before = int(labels.tally[pool.SETTLED])
            left = min(most - self.done, NO_LIMIT - 2) + 1  # the label of the beginning is none
            status = exact_front.advance(
                self.graph, labels, part.target, self.lower, self.limits(), pops, left, self.dims
            )
            pops -= int(labels.tally[pool.SETTLED]) - before
            if status not in (pool.DONE, pool.GROW_SOLUTIONS):
                return status
            pops -= TOLL
            if status == pool.GROW_SOLUTIONS:
                vector = tuple(labels.value[labels.heap_item[0]].tolist())
                path = spurs.first_path(labels, branch.beginning)
                insort(self.values, vector[0])
                self.push(vector, branch._replace(path=path))
            self.done += int(labels.tally[pool.SETTLED]) - 1
            self.active = None
            spurs.forget(self.graph, labels, part.source, branch.beginning, self.dims)
        return pool.PAUSED

    def choose(self) -> int | None:
        """Take known paths off the heap, then open the most promising branch; give a status if that cannot be."""
        from corridor_opt.kernels import labels as pool
        from corridor_opt.kernels import spurs

        while self.waiting is None:
            if len(self.found) == self.count:
                return pool.DONE
            if not self.heap:
                return STATUS_WIDER if self.within.ceiling < self.upper[0] else pool.DONE
            vector, _, _, branch = self.heap[0]
            self.floor = max(self.floor, vector[0])
            if branch.path is None:
                self.waiting = branch
            else:
                self.found.append(branch.path)
                if len(self.found) < self.count:
                    self.split(vector, branch)
            heapq.heappop(self.heap)
        labels, branch = self.labels, self.waiting
        assert labels is not None
        assert self.part is not None
        if len(labels.heap_key) < self.most_out:
            return pool.GROW_OPEN
        if len(self.dims) > 2 and labels.tally[pool.ROWS] + spurs.BLOCK * (len(branch.beginning) + 1) > len(
            labels.rows
        ):
            return pool.GROW_ROWS
        spurs.start(
            self.graph, labels, self.part.source, self.lower, branch.beginning, branch.banned, self.limits(), self.dims
        )
        self.active, self.waiting = branch, None
        return None

    def split(self, vector: Vector, branch: Branch) -> None:
        """Make branches of all other paths of a branch whose best is known."""
        from corridor_opt.kernels import spurs

        assert branch.path is not None
        assert self.part is not None
        path, begin = branch.path, len(branch.beginning)
        least = spurs.leave(
            self.graph,
            self.part.source,
            self.lower,
            path,
            begin,
            branch.banned,
            self.limits(),
            self.mark,
            next(self.stamps),
        )
        for i, bound in enumerate(least.tolist(), begin):
            if bound[0] >= 0:
                banned = np.append(branch.banned, path[i]) if i == begin else path[i : i + 1]
                # none is better than the best of the branch, whatever the bound says
                self.push(max(vector, self.sharpened(tuple(bound))), Branch(path[:i], banned.astype(np.int32), None))

    def push(self, vector: Vector, branch: Branch) -> None:
        """Let a branch wait; of equal ones known paths come first, then the older branch."""
        heapq.heappush(self.heap, (vector, branch.path is None, next(self.tickets), branch))

    def limits(self) -> Integers:
        """Limits on path values: a path that is worse than `count` known ones is not looked for."""
        ceiling, mix = self.within.ceiling, self.within.mix
        if len(self.values) >= self.count:
            ceiling = min(ceiling, self.values[self.count - 1])
        limits = [ceiling, *self.upper[1:].tolist()]
        if mix is not None:
            limits.append(mix.limit(ceiling, limits[mix.column]))
        return np.array(limits, np.int64)

    def sharpened(self, bound: Vector) -> Vector:
        """Raise a bound by what the mix says."""
        mix = self.within.mix
        if mix is None:
            return bound
        return (max(bound[0], mix.least(bound[-1], int(self.upper[mix.column]))), *bound[1:])

    # what is told ------------------------------------------------------------------------------------------------

    def growth(self, status: int) -> int:
        """See `Engine`; to look farther is done here, so that its bytes are known."""
        from corridor_opt.kernels import labels as pool

        if status == STATUS_WIDER:
            before = self.counts()
            more = self.widen()
            self.generated = before.generated
            return more + (self.open() if more else 0)
        assert self.labels is not None
        return pool.growth(self.labels, status)

    def grow(self, status: int) -> None:
        """See `Engine`."""
        from corridor_opt.kernels import labels as pool

        if status != STATUS_WIDER:
            assert self.labels is not None
            self.labels = pool.grown(self.labels, status)

    def counts(self) -> Counts:
        """See `Engine`."""
        from corridor_opt.kernels import labels as pool

        if self.labels is None:
            return Counts(self.done, 0, self.generated)
        tally = self.labels.tally
        settled = max(int(tally[pool.SETTLED]) - 1, 0)
        return Counts(self.done + settled, int(tally[pool.OPEN]), self.generated + int(tally[pool.GENERATED]))

    def solutions(self) -> int:
        """See `Engine`."""
        return max(len(self.found), len(self.earlier))

    def leading(self) -> int:
        """See `Engine`."""
        return self.columns[0]

    def proven(self) -> tuple[int, ...]:
        """Give the value that every path is at least worth that was not found yet."""
        return (self.floor,)

    def front(self) -> tuple[Integers, list[Integers]]:
        """See `Engine`: paths in order, certain ones first, then those known so far."""
        paths = [self.arcs(path) for path in self.found]
        if len(self.found) < self.count and self.part is not None:
            known = sorted((*entry[:3], entry[3].path) for entry in self.heap if entry[3].path is not None)
            paths += [self.arcs(path) for *_, path in known[: self.count - len(paths)] if path is not None]
        if len(paths) < len(self.earlier):
            paths = self.earlier
        values = np.empty((len(paths), self.query.weight.shape[1]), np.int64)
        for i, path in enumerate(paths):
            values[i] = self.query.weight[path].sum(axis=0, dtype=np.int64)
        return values, paths

    def arcs(self, path: Arcs) -> Integers:
        """Say a path in the caller's arcs."""
        from corridor_opt.kernels import spurs

        assert self.part is not None
        q, chain = self.query, self.part.ground.arc[self.graph.arc[path]]
        if self.within.number is None:
            return chain.astype(np.int64)
        arcs: Integers = spurs.unfold(chain, q.first_out, q.head, q.is_open, self.within.number, q.target)
        return arcs
