"""Check arrays, call a kernel, read its status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corridor_opt.graph.arrays import MOST_CRITERIA, NO_LIMIT, Integers, Query, checked
from corridor_opt.graph.methods import Exact, SearchLimits

if TYPE_CHECKING:
    from corridor_opt.kernels.bounds import ReducedGraph
    from corridor_opt.kernels.labels import Labels

Reason: TypeAlias = Literal["labels", "bytes", "seconds", "interrupt"]

FIRST_CHUNK = 1024  # labels that leave the heap before limits are looked at


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
        (points, criteria), sorted lexicographically, without duplicates, mutually non-dominated.
    paths
        For each point the arcs of one path, from source to target; empty when these are one vertex.
    status
        "complete", or "limit" when the search stopped before; all points found are of the exact front.
    reason
        What stopped it: "labels", "bytes", "seconds" or "interrupt" (Ctrl-C); None when complete.
    proven
        Every point of the exact front that is lexicographically smaller is in `values`; None when all are.
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
    method: Exact | None = None,
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
        How to search; `Exact()` when None.
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
    limits = search_limits if search_limits is not None else SearchLimits()
    warm_up(query.weight.shape[1])
    run = _Run(query, limits, progress)
    reason: Reason | None = None
    try:
        run.bound()
        run.search()
    except _Stop as stop:
        reason = stop.reason
    except KeyboardInterrupt:
        reason = "interrupt"
    return run.answer(reason)


@lru_cache(maxsize=MOST_CRITERIA)
def warm_up(criteria: int) -> None:
    """Compile the kernels for a number of criteria, or load them from numba's disk cache.

    Parameters
    ----------
    criteria
        1 to 6.
    """
    weight = np.ones((1, criteria), np.int32)
    none = np.full(criteria, NO_LIMIT)
    query = Query(np.array([0, 1, 1]), np.array([1], np.int32), weight, np.ones(1, np.bool_), none, 0, 1)
    run = _Run(query, SearchLimits(), None)
    run.bound()
    run.search()
    run.answer(None)


class _Stop(Exception):
    """A search limit was reached."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


class _Run:
    """One search: its state between calls of the kernel, and its clock.

    Parameters
    ----------
    query
        What to search.
    limits
        When to stop.
    progress
        Whom to tell.
    """

    def __init__(self, query: Query, limits: SearchLimits, progress: Callable[[Progress], object] | None) -> None:
        self.query, self.limits, self.progress = query, limits, progress
        self.dims = (0,) * query.weight.shape[1]
        # no path is better than this in any criterion; 0 until the bounds are known
        self.lower = np.zeros(len(self.dims), np.int64)
        self.graph: ReducedGraph | None = None
        self.labels: Labels | None = None
        self.bytes = 0
        self.began = perf_counter()
        self.searching: float | None = None

    def bound(self) -> None:
        """Find the distances to the target and the graph that they reduce, if there is a path."""
        from corridor_opt.kernels import bounds

        q = self.query
        turned = bounds.reverse(q.first_out, q.head, q.weight, q.is_open)
        bound = np.empty((len(self.dims), len(q.first_out) - 1), np.int64)
        for c in range(len(bound)):
            self.check_clock()
            bound[c] = bounds.distances_to(turned, c, q.target)
            if bound[c, q.source] == bounds.UNREACHED or bound[c, q.source] > q.upper[c]:
                return
            self.lower[c] = bound[c, q.source]
        self.graph = bounds.reduce(q.first_out, q.head, q.weight, q.is_open, bound, q.source, q.target)
        self.bytes = bound.nbytes + sum(array.nbytes for array in self.graph)

    def search(self) -> None:
        """Settle labels, chunk after chunk, until the front is complete."""
        from corridor_opt.kernels import exact_front
        from corridor_opt.kernels import labels as pool

        self.searching = perf_counter()
        if self.graph is None:
            return
        q, most = self.query, NO_LIMIT if self.limits.labels is None else int(self.limits.labels)
        labels = pool.new_labels(len(q.first_out) - 1, len(self.dims))
        self.grow(sum(array.nbytes for array in labels))
        exact_front.start(labels, q.source, self.lower, self.dims)
        self.labels = labels
        pops = FIRST_CHUNK
        while True:
            self.check_clock()
            began = perf_counter()
            status = exact_front.advance(self.graph, self.labels, q.target, self.lower, q.upper, pops, most, self.dims)
            if status == pool.DONE:
                return
            if status == pool.FULL:
                raise _Stop("labels")
            if status != pool.PAUSED:
                self.grow(pool.growth(self.labels, status))
                self.labels = pool.grown(self.labels, status)
                continue
            # often enough for limits and Ctrl-C, seldom enough to cost nothing
            seconds = perf_counter() - began
            pops = max(pops // 2, 64) if seconds > 0.2 else 2 * pops if seconds < 0.05 else pops
            if self.progress is not None:
                self.progress(
                    Progress(
                        expanded=int(self.labels.tally[pool.SETTLED]),
                        open=int(self.labels.tally[pool.OPEN]),
                        solutions=int(self.labels.tally[pool.SOLUTIONS]),
                        seconds=perf_counter() - self.began,
                        bound=self.proven(),
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

    def proven(self) -> tuple[int, ...]:
        """Read the smallest key that is still open."""
        key = self.lower
        if self.labels is not None:
            key = self.labels.value[self.labels.heap_item[0]]
        return tuple(int(number) for number in key)

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
        from corridor_opt.kernels import exact_front
        from corridor_opt.kernels import labels as pool

        ended = perf_counter()
        searching = ended if self.searching is None else self.searching
        values, paths = np.empty((0, len(self.dims)), np.int64), []
        settled = generated = 0
        if self.graph is not None and self.labels is not None:
            tally = self.labels.tally
            settled, generated = int(tally[pool.SETTLED]), int(tally[pool.GENERATED])
            values = self.labels.solution[: tally[pool.SOLUTIONS]].copy()
            last = self.labels.solution_label[: tally[pool.SOLUTIONS]]
            first, path = exact_front.trace(self.labels.settled, last, self.graph.arc)
            paths = [path[first[i] : first[i + 1]] for i in range(len(last))]
            if tally[pool.OPEN] == 0:
                reason = None
        return FrontArrays(
            values=values,
            paths=paths,
            status="complete" if reason is None else "limit",
            reason=reason,
            proven=None if reason is None else self.proven(),
            expanded=settled,
            generated=generated,
            bytes=self.bytes,
            seconds_bounds=searching - self.began,
            seconds_search=ended - searching,
        )
