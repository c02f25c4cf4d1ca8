"""Check arrays, call a kernel, read its status."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corridor_opt.graph.arrays import Integers, Query, checked
from corridor_opt.graph.engines import Engine
from corridor_opt.graph.engines.bounded import Approximate, thinned
from corridor_opt.graph.engines.bounding import Known
from corridor_opt.graph.engines.contracted import Contracted
from corridor_opt.graph.engines.narrow import Narrow
from corridor_opt.graph.engines.run import Progress, Reason, Run
from corridor_opt.graph.engines.shared import Offset, Together
from corridor_opt.graph.engines.single import Single
from corridor_opt.graph.engines.wide import Wide
from corridor_opt.graph.methods import Bounded, Method, SearchLimits
from corridor_opt.graph.ready import ready, ready_items
from corridor_opt.graph.shared import Items, Shared, read_items

FEW_ARCS = 256  # below, searches are over before buckets are of use


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
    leading
        The criterion in whose order points were found. On large graphs this need not be the first: a search chooses
        the one that makes it fast.
    proven
        Every point of the exact front that is less than `proven[leading]` in the leading criterion is in `values`, or
        covered by one after `Bounded(eps)`. In the other criteria no path is better than `proven`, unless the leading
        one is the first: then every lexicographically smaller point is found. None when the front is complete.
    expanded, generated
        Labels settled, and labels ever put on the queue.
    bytes
        Memory of the arrays of the search: bounds, usable graph and labels.
    seconds_bounds, seconds_search, seconds_paths
        Wall time until the first label was opened, until the front was complete, and until its paths were unpacked.
    """

    values: Integers
    paths: list[Integers]
    status: Literal["complete", "limit"]
    reason: Reason | None
    leading: int
    proven: tuple[int, ...] | None
    expanded: int
    generated: int
    bytes: int
    seconds_bounds: float
    seconds_search: float
    seconds_paths: float


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
    shared: Shared | None = None,
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
        the limits too. Where the exact search is short, or the numbers are too large for 32 bits, it is the exact
        front that is thinned.
    search_limits
        When to stop and return what is found; never when None.
    is_open
        bool (m,): arcs that may be used; all when None.
    upper
        (k,): greatest value of a path in each criterion, inclusive; -1 or None for no limit.
    shared
        Items that arcs share, each paid for once on a path; none when None. `Bounded(eps)` then finds points of the
        exact front.
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
    items, faults = (None, []) if shared is None else read_items(shared, first_out, weight)
    query = checked(first_out, head, weight, source, target, method, is_open, upper, faults)
    return answered(query, None, method, search_limits, progress, items=items)


def answered(
    query: Query,
    shared: Contracted | None,
    method: Method | None,
    search_limits: SearchLimits | None,
    progress: Callable[[Progress], object] | None,
    before: Known | None = None,
    items: Items | None = None,
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
    items
        What arcs share, see `shared.Shared`; not with `shared`.

    Returns
    -------
    FrontArrays
        See `pareto_front`.
    """
    run = Run(search_limits, progress)
    with run.interrupts:
        engines = _engines(run, query, shared, method, before)
        engine, reason = run.search(engines if items is None else _with_items(run, query, items, method))
        found = _answer(run, query, engine, reason)
    last = engine.engine if isinstance(engine, Offset) else engine
    if isinstance(method, Bounded) and found.status == "complete" and isinstance(last, Wide):
        kept = thinned(found.values, method.eps)
        found = replace(found, values=found.values[kept], paths=[found.paths[i] for i in kept])
    return found


def _engines(
    run: Run, query: Query, shared: Contracted | None, method: Method | None, before: Known | None
) -> Iterator[Engine]:
    """Give the engines to try; where the numbers prove too large for one, the next begins again."""
    criteria = query.weight.shape[1]
    large = query.source != query.target and len(query.head) >= FEW_ARCS
    if large and criteria == 1:
        run.uncounted(lambda: ready(1, "narrow"))
        yield Single(query)
        return
    if large:
        run.uncounted(lambda: ready(criteria, "narrow"))
        if before is not None and criteria == 2:
            run.uncounted(lambda: ready(criteria, "toward"))
        if isinstance(method, Bounded):
            run.uncounted(lambda: ready(criteria, "bounded"))
            yield Approximate(query, shared, method.eps, before, lambda: run.uncounted(lambda: ready(criteria, "wide")))
        else:
            yield Narrow(query, shared, before)
    run.uncounted(lambda: ready(criteria, "wide"))
    yield Wide(query)


def _with_items(run: Run, query: Query, items: Items, method: Method | None) -> Iterator[Engine]:
    """Give the engines to try where arcs share items: others, of a query without, where none need be carried."""
    if query.source == query.target:
        yield from _engines(run, query, None, method, None)
        return
    criteria = query.weight.shape[1]
    eps = method.eps if isinstance(method, Bounded) else 0.0
    together = Together(query, items, lambda words: run.uncounted(lambda: ready_items(criteria, words)), eps)
    yield together
    if together.plain is not None:
        for engine in _engines(run, together.plain, None, method, None):
            yield Offset(engine, together.constant)


def _answer(run: Run, query: Query, engine: Engine | None, reason: Reason | None) -> FrontArrays:
    """Copy the front, or the part of it that was found, out of the state."""
    values = np.empty((0, query.weight.shape[1]), np.int64)
    paths: list[Integers] = []
    expanded = generated = 0
    proven: tuple[int, ...] | None = (0,) * query.weight.shape[1]
    if engine is not None:
        counts = engine.counts()
        expanded, generated = counts.settled, counts.generated
        if generated and counts.open == 0:
            reason = None
        values, paths = engine.front()
        proven = engine.proven()
    bounds, search, unpacking = run.times()
    return FrontArrays(
        values=values,
        paths=paths,
        status="complete" if reason is None else "limit",
        reason=reason,
        leading=0 if engine is None else engine.leading(),
        proven=None if reason is None else proven,
        expanded=expanded,
        generated=generated,
        bytes=run.bytes,
        seconds_bounds=bounds,
        seconds_search=search,
        seconds_paths=unpacking,
    )
