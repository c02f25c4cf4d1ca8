"""Check arrays, call a kernel, read its status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic, perf_counter
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corridor_opt.graph.arrays import MOST_CRITERIA, NO_LIMIT, Integers, Query, checked
from corridor_opt.graph.bounded import Approximate
from corridor_opt.graph.bounding import Known, Unfit
from corridor_opt.graph.contracted import Contracted
from corridor_opt.graph.engines import Engine, Narrow, Wide
from corridor_opt.graph.methods import Bounded, Method, SearchLimits
from corridor_opt.graph.single import Single

Reason: TypeAlias = Literal["labels", "bytes", "seconds", "interrupt"]

FIRST_CHUNK = 1024  # labels that leave the heap before limits are looked at
FEW_ARCS = 256  # below, searches are over before buckets are of use


class Progress(NamedTuple):
    """What a search tells its caller between two chunks of work.

    Attributes
    ----------
    expanded
        Labels settled so far.
    open
        Labels that wait.
    solutions
        Points of the front found so far.
    seconds
        Wall time since the search began, bounds included.
    bound
        Every point of the front that is lexicographically smaller has been found.
    """

    expanded: int
    open: int
    solutions: int
    seconds: float
    bound: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class FrontArrays:
    """A Pareto front as arrays.

    Attributes
    ----------
    values
        (points, criteria), sorted lexicographically, without duplicates, mutually non-dominated. After
        `Bounded(eps)` they need not be of the exact front, but each is the value of a path.
    paths
        For each point the arcs of one path, from source to target; empty when these are one vertex.
    status
        "complete", or "limit" when the search stopped before; all points found are of the exact front.
    reason
        What stopped it: "labels", "bytes", "seconds" or "interrupt" (Ctrl-C); None when complete.
    proven
        Every point of the exact front that is lexicographically smaller is in `values`; None when all are. After
        `Bounded(eps)`: every one that is smaller in the criterion that lies above the best there is has a point of
        `values` within (1 + eps); whether there are no more points than exact ones is not known then. On
        large graphs with three or more criteria the search may look at them in another order than the caller's: one
        entry, not always the first, then lies above the best there is, `values` holds every point below it in that
        criterion, and some of these may be lexicographically greater than `proven`.
    expanded, generated
        Labels settled, and labels ever put on the queue.
    bytes
        Memory of the arrays of the search: bounds, usable graph and labels.
    seconds_bounds, seconds_search
        Wall time before and after the first label was opened.
    """

    values: Integers
    paths: list[Integers]
    status: Literal["complete", "limit"]
    reason: Reason | None
    proven: tuple[int, ...] | None
    expanded: int
    generated: int
    bytes: int
    seconds_bounds: float
    seconds_search: float


def pareto_front(
    first_out: ArrayLike,
    head: ArrayLike,
    weight: ArrayLike,
    source: int,
    target: int,
    *,
    method: Method | None = None,
    search_limits: SearchLimits | None = None,
    is_open: ArrayLike | None = None,
    upper: Sequence[int | None] | NDArray[Any] | None = None,
    progress: Callable[[Progress], object] | None = None,
) -> FrontArrays:
    """Find all non-dominated path values between two vertices of a directed multigraph.

    Parameters
    ----------
    first_out
        int (n + 1,): the arcs out of vertex v are `first_out[v]` to `first_out[v + 1] - 1`.
    head
        int (m,): the vertex that each arc enters.
    weight
        int (m, k): what each arc adds to each of 1 to 6 minimised criteria, 0 to 2^31 - 1.
    source, target
        Vertices, 0 to n - 1.
    method
        How to search; `Exact()` when None. `Bounded(eps)` finds fewer points, faster, for every point of the exact
        front one within (1 + eps) of it in every criterion and never more than it has; where `upper` is given, within
        the limits too. Small graphs, single criteria and numbers too large for 32 bits are searched exactly: an exact
        front is a bounded one.
    search_limits
        When to stop and return what is found; never when None.
    is_open
        bool (m,): arcs that may be used; all when None.
    upper
        (k,): greatest value of a path in each criterion, inclusive; -1 or None for no limit.
    progress
        Called between chunks of work (a fraction of a second each).

    Returns
    -------
    FrontArrays
        Empty and complete when no path leads to the target within the limits on values. Of paths with
        equal values one is returned, always the same for the same arrays.

    Raises
    ------
    DataError
        The arrays cannot be searched; lists every fault.
    """
    query = checked(first_out, head, weight, source, target, method, is_open, upper)
    return answered(query, None, method, search_limits, progress)


def answered(
    query: Query,
    shared: Contracted | None,
    method: Method | None,
    search_limits: SearchLimits | None,
    progress: Callable[[Progress], object] | None,
    before: Known | None = None,
) -> FrontArrays:
    """Search a checked query.

    Parameters
    ----------
    query
        Arrays that kernels may trust.
    shared
        What was made ready for the graph, if it was.
    method, search_limits, progress
        See `pareto_front`.
    before
        What is known of the target; only with `shared`.

    Returns
    -------
    FrontArrays
        See `pareto_front`.
    """
    limits = search_limits if search_limits is not None else SearchLimits()
    run = _Run(query, shared, method, limits, progress, before)
    reason: Reason | None = None
    try:
        run.search()
    except _Stop as stop:
        reason = stop.reason
    except KeyboardInterrupt:
        reason = "interrupt"
    return run.answer(reason)


def warm_up(criteria: int, method: Method | None = None) -> None:
    """Compile the kernels for a number of criteria, or load them from numba's disk cache.

    Parameters
    ----------
    criteria
        1 to 6.
    method
        What is to be used beside exact search.
    """
    _load(criteria, "wide")
    _load(criteria, "narrow")
    if criteria > 1 and isinstance(method, Bounded):
        _load(criteria, "bounded")


@lru_cache(maxsize=3 * MOST_CRITERIA)
def _load(criteria: int, kind: Literal["wide", "narrow", "bounded"]) -> None:
    """Run one kind of search on a graph of two arcs, the first of which is of use."""
    weight = np.ones((2, criteria), np.int32)
    ends = np.array([1, 0], np.int32)
    none = np.full(criteria, NO_LIMIT)
    query = Query(np.array([0, 1, 2]), ends, weight, np.ones(2, np.bool_), none, 0, 1)
    run = _Run(query, None, None, SearchLimits(), None)
    if kind == "narrow":
        run.engine = Single(query) if criteria == 1 else Narrow(query, None)
    elif kind == "bounded":
        run.engine = Approximate(query, None, 0.01)
    run.settle()
    run.answer(None)


class _Stop(Exception):
    """A search limit was reached."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


class _Run:
    """One search: its engine, its limits and its clock."""

    def __init__(
        self,
        query: Query,
        shared: Contracted | None,
        method: Method | None,
        limits: SearchLimits,
        progress: Callable[[Progress], object] | None,
        before: Known | None = None,
    ) -> None:
        self.query = query
        self.shared = shared
        self.method = method
        self.before = before
        self.limits = limits
        self.progress = progress
        self.engine: Engine = Wide(query)
        self.bytes = 0
        self.began = perf_counter()
        self.searching: float | None = None

    def search(self) -> None:
        """Choose an engine and let it run; where the numbers prove too large for 32 bits, begin again."""
        q = self.query
        criteria = q.weight.shape[1]
        if criteria > 1 and q.source != q.target and len(q.head) >= FEW_ARCS:
            self.load(criteria, "narrow")
            if isinstance(self.method, Bounded):
                self.load(criteria, "bounded")
            try:
                if isinstance(self.method, Bounded):
                    self.engine = Approximate(q, self.shared, self.method.eps, self.before)
                else:
                    self.engine = Narrow(q, self.shared, self.before)
                self.settle()
            except Unfit:
                self.engine, self.bytes, self.searching = Wide(q), 0, None
            else:
                return
        if criteria == 1 and q.source != q.target and len(q.head) >= FEW_ARCS:
            self.load(criteria, "narrow")
            self.engine = Single(q)
        else:
            self.load(criteria, "wide")
        self.settle()

    def load(self, criteria: int, kind: Literal["wide", "narrow", "bounded"]) -> None:
        """Compile or load kernels and put the clock back by what that took."""
        began = monotonic()
        _load(criteria, kind)
        self.began += monotonic() - began

    def settle(self) -> None:
        """Find bounds, then settle labels, chunk after chunk, until the front is complete."""
        from corridor_opt.kernels import labels as pool

        engine = self.engine
        self.bytes = engine.bound(self.check_clock)
        self.searching = perf_counter()
        if self.bytes == 0:
            return
        most = NO_LIMIT if self.limits.labels is None else int(self.limits.labels)
        self.grow(engine.open())
        pops = FIRST_CHUNK
        while True:
            self.check_clock()
            began = perf_counter()
            status = engine.advance(pops, most)
            if status == pool.DONE:
                return
            if status == pool.FULL:
                raise _Stop("labels")
            if status != pool.PAUSED:
                self.grow(engine.growth(status))
                engine.grow(status)
                continue
            # often enough for limits and Ctrl-C, seldom enough to cost nothing
            seconds = perf_counter() - began
            pops = max(pops // 2, 64) if seconds > 0.2 else 2 * pops if seconds < 0.05 else pops
            if self.progress is not None:
                counts = engine.counts()
                self.progress(
                    Progress(
                        expanded=counts.settled,
                        open=counts.open,
                        solutions=engine.solutions(),
                        seconds=perf_counter() - self.began,
                        bound=engine.proven(),
                    )
                )

    def check_clock(self) -> None:
        """Stop when the time is over."""
        if self.limits.seconds is not None and perf_counter() - self.began >= self.limits.seconds:
            raise _Stop("seconds")

    def grow(self, more: int) -> None:
        """Account for new arrays, or stop when they are too many."""
        if self.limits.bytes is not None and self.bytes + more > self.limits.bytes:
            raise _Stop("bytes")
        self.bytes += more

    def answer(self, reason: Reason | None) -> FrontArrays:
        """Copy the front out of the state.

        Parameters
        ----------
        reason
            What stopped the search; None when it came to its end.

        Returns
        -------
        FrontArrays
            The front, or the part of it that was found.
        """
        ended = perf_counter()
        searching = ended if self.searching is None else self.searching
        counts = self.engine.counts()
        if counts.generated and counts.open == 0:
            reason = None
        values, paths = self.engine.front()
        return FrontArrays(
            values=values,
            paths=paths,
            status="complete" if reason is None else "limit",
            reason=reason,
            proven=None if reason is None else self.engine.proven(),
            expanded=counts.settled,
            generated=counts.generated,
            bytes=self.bytes,
            seconds_bounds=searching - self.began,
            seconds_search=ended - searching,
        )
