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
from corridor_opt.graph.engines.part import NO_ARCS, Meeting, Part, capped, meet, narrowed, whole
from corridor_opt.graph.engines.squeeze import Mix, beyond, squeezed

if TYPE_CHECKING:
    from corridor_opt.graph.engines.contracted import Contracted
    from corridor_opt.kernels.bounds import ReducedGraph
    from corridor_opt.kernels.labels import Labels

LARGE = 4096  # arcs; below, all that the limits leave is searched at once
TIGHT = 1.25  # a limit that is no more than so many times the least there is leaves little to search
SLACK = 1024  # the first look goes this part of 2^16 farther than the least there is
CLOSE = 512  # among tight limits, this part farther than a lower bound
NEXT = 64  # several paths are thought to be found this part above the first
WIDER = 16  # how many times farther the next look goes
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

    What the limits leave of the graph is found first (`part`, `kernels.ellipse`), then Yen's and Lawler's parts wait
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
        # the first path is not above what turns up, the next ones not far above
        self.more = 0 if count == 1 else NEXT
        self.mix: Mix | None = None
        self.part: Part | None = None
        self.upper = np.array([query.upper[c] for c in self.columns], np.int64)
        self.ceiling = int(self.upper[0])
        self.looked = 0
        self.floor = 0
        self.labels: Labels | None = None
        self.done = self.generated = 0
        self.earlier: list[Integers] = []
        self.found: list[Arcs] = []

    # what is searched --------------------------------------------------------------------------------------------

    def bound(self, check_clock: Callable[[], None]) -> int:
        """See `Engine`."""
        self.check_clock = check_clock
        self.whole, self.number = whole(self.query, self.shared)
        self.buckets = min(1 << 22, 64 * len(self.whole.ground.head) + (1 << 16))
        self.meetings: dict[int, Meeting] = {}
        self.limited: Part | None = None
        self.near, self.slack = self.first_look()
        if any(met.least > self.upper[j] for j, met in self.meetings.items()):
            return self.look(None)
        usable = self.look(self.usable())
        return self.widen() if usable == 0 and self.ceiling < self.upper[0] else usable

    def first_look(self) -> tuple[bool, int]:
        """Choose whether to begin near the best value without limits or with all that a tight limit leaves."""
        if len(self.whole.ground.head) < self.large:
            return False, NO_LIMIT
        for j in range(1, len(self.columns)):
            if self.upper[j] <= TIGHT * self.met(j).least:
                return False, CLOSE
        self.met(0)
        return True, 0 if self.count == 1 and len(self.columns) == 1 else SLACK

    def usable(self) -> Part | None:
        """Find what paths may use that are no worse than the slack allows; None if there is none."""
        self.mix = None
        if self.near:
            self.ceiling = min(int(self.upper[0]), beyond(self.met(0).least, self.slack))
            part = self.narrow(self.whole, 0, self.ceiling)
            for j in range(1, len(self.columns)):
                part = self.narrow(part, j, int(self.upper[j]))
            return part
        self.ceiling = int(self.upper[0])
        if self.limited is None:
            self.limited = self.whole
            for j in sorted(range(1, len(self.columns)), key=self.tightness):
                self.limited = self.narrow(self.limited, j, int(self.upper[j]))
        if self.limited is None or self.limited is self.whole or self.slack >= NO_LIMIT:
            return self.narrow(self.limited, 0, self.ceiling)
        part, self.ceiling, self.mix = squeezed(
            self.limited, self.upper.tolist(), self.slack, self.more, self.buckets, self.check_clock
        )
        return part if part.columns else None

    def tightness(self, j: int) -> float:
        """Say how tight a limit is, as far as that is known."""
        return int(self.upper[j]) / max(self.meetings[j].least, 1) if j in self.meetings else NO_LIMIT

    def narrow(self, part: Part | None, j: int, limit: int) -> Part | None:
        """Keep what paths within one limit may use; None where there are none."""
        if part is None:
            return None
        self.check_clock()
        limit = capped(limit)
        if part is self.whole:
            met, column, keep = self.met(j), self.columns[j], self.columns
            self.meetings.pop(j)
        else:
            met, column, keep = meet(part, j, limit, self.buckets), j, list(range(len(self.columns)))
        return None if met.least > limit else narrowed(part, column, limit, met, keep)

    def met(self, j: int) -> Meeting:
        """Search all of the graph from both ends in one criterion, once."""
        if j not in self.meetings:
            self.check_clock()
            self.meetings[j] = meet(self.whole, self.columns[j], capped(int(self.upper[j])), self.buckets)
        return self.meetings[j]

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
        while usable == 0 and self.ceiling < self.upper[0]:
            self.floor = max(self.floor, self.ceiling + 1)
            self.looked += 1
            if self.near and len(self.columns) > 1 and (self.looked > 2 or not kept):
                self.near, self.slack, self.looked = False, CLOSE, 0
            else:
                self.slack = self.slack * WIDER if self.looked < 3 else NO_LIMIT
                self.more *= WIDER
            usable = self.look(self.usable())
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
                return STATUS_WIDER if self.ceiling < self.upper[0] else pool.DONE
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
        ceiling = self.ceiling
        if len(self.values) >= self.count:
            ceiling = min(ceiling, self.values[self.count - 1])
        limits = [ceiling, *self.upper[1:].tolist()]
        if self.mix is not None:
            limits.append(self.mix.limit(ceiling, limits[self.mix.column]))
        return np.array(limits, np.int64)

    def sharpened(self, bound: Vector) -> Vector:
        """Raise a bound by what the mix says."""
        if self.mix is None:
            return bound
        return (max(bound[0], self.mix.least(bound[-1], int(self.upper[self.mix.column]))), *bound[1:])

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
        if self.number is None:
            return chain.astype(np.int64)
        arcs: Integers = spurs.unfold(chain, q.first_out, q.head, q.is_open, self.number, q.target)
        return arcs
