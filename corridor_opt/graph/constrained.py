"""The least of one criterion under limits on the others: one path, or the best few."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corridor_opt.errors import DataError
from corridor_opt.graph.arrays import NO_LIMIT, Integers, Query, asked, checked
from corridor_opt.graph.engines import Counts
from corridor_opt.graph.engines.best import Best
from corridor_opt.graph.engines.first import First
from corridor_opt.graph.engines.run import Progress, Reason, Run
from corridor_opt.graph.methods import SearchLimits
from corridor_opt.graph.ready import ready
from corridor_opt.graph.search import FEW_ARCS

if TYPE_CHECKING:
    from corridor_opt.graph.engines.contracted import Contracted


@dataclass(frozen=True, eq=False)
class PathsArrays:
    """The best paths within limits, as arrays.

    Attributes
    ----------
    values
        (paths, criteria): the paths' values in the caller's criteria, ascending in the minimised one; paths that are
        equal in it ascend lexicographically in the criteria with a limit, in the caller's order. Of paths that are
        equal in all these any may come first, always the same for the same arrays.
    paths
        For each the arcs, from source to target; empty when these are one vertex. No vertex is visited twice, no two
        sequences of arcs are the same.
    status
        "complete", or "limit" when the search stopped before.
    reason
        What stopped it: "labels", "bytes", "seconds" or "interrupt" (Ctrl-C); None when complete.
    proven
        No path that is missing has a smaller minimised value; None when the answer is complete. Where the search was
        stopped, paths up to this value are certain, others may have to give way to better ones.
    expanded, generated
        Labels settled, and labels ever put on the queue, over all searches.
    bytes
        Memory of the arrays of the search: usable graphs and labels.
    seconds_bounds, seconds_search
        Wall time before and after the first label was opened.
    """

    values: Integers
    paths: list[Integers]
    status: Literal["complete", "limit"]
    reason: Reason | None
    proven: int | None
    expanded: int
    generated: int
    bytes: int
    seconds_bounds: float
    seconds_search: float


def constrained_paths(
    first_out: ArrayLike,
    head: ArrayLike,
    weight: ArrayLike,
    source: int,
    target: int,
    *,
    minimise: int = 0,
    upper: Sequence[int | None] | NDArray[Any] | None = None,
    count: int = 1,
    search_limits: SearchLimits | None = None,
    is_open: ArrayLike | None = None,
    progress: Callable[[Progress], object] | None = None,
) -> PathsArrays:
    """Find the paths of least value in one criterion whose values in all criteria stay within limits.

    Exact. One path is what the literature calls the (resource or weight) constrained shortest path; several are the k
    shortest loopless paths (Yen 1971, Lawler 1972, see `kernels.spurs`) under the same limits.

    Parameters
    ----------
    first_out
        int (n + 1,): the arcs out of vertex v are `first_out[v]` to `first_out[v + 1] - 1`.
    head
        int (m,): the vertex that each arc enters.
    weight
        int (m, k): what each arc adds to each of 1 to 6 criteria, 0 to 2^31 - 1.
    source, target
        Vertices, 0 to n - 1.
    minimise
        Column of `weight` that is to be least.
    upper
        (k,): greatest value of a path in each criterion, inclusive; -1 or None for no limit. Criteria without a
        limit cost no search: they are added up for the paths that are found.
    count
        How many paths; fewer come back if there are fewer within the limits. From 2 on these are simple paths.
        Parallel arcs make different paths.
    search_limits
        When to stop and return what is found; never when None. Labels are counted over all searches.
    is_open
        bool (m,): arcs that may be used; all when None.
    progress
        Called between chunks of work (a fraction of a second each); `bound` has one entry, what `proven` would be.

    Returns
    -------
    PathsArrays
        Empty and complete when no path leads to the target within the limits.

    Raises
    ------
    DataError
        The arrays cannot be searched; lists every fault.
    """
    faults: list[str] = []
    try:
        shape = np.shape(weight) if isinstance(weight, (np.ndarray, list, tuple)) else ()
    except ValueError:
        shape = ()  # rows of different lengths: `checked` says so
    column, many = _whole("minimise", minimise, faults), _whole("count", count, faults)
    _in_range(column, shape[1] if len(shape) == 2 else None, many, faults)
    try:
        query = checked(first_out, head, weight, source, target, None, is_open, upper)
    except DataError as error:
        raise DataError(error.summary, [*error.faults, *faults]) from None
    if faults:
        raise DataError("these arrays cannot be searched", faults)
    return best_paths(query, None, column, many, search_limits, progress)


def asked_paths(
    query: Query,
    shared: Contracted,
    source: int,
    target: int,
    minimise: int,
    upper: Sequence[int | None] | NDArray[Any] | None,
    count: int,
    search_limits: SearchLimits | None,
    progress: Callable[[Progress], object] | None,
) -> PathsArrays:
    """Answer `PreparedGraph.constrained_paths`.

    Parameters
    ----------
    query, shared
        What was made ready.
    source, target, minimise, upper, count, search_limits, progress
        See `constrained_paths`.

    Returns
    -------
    PathsArrays
        See `constrained_paths`.

    Raises
    ------
    DataError
        The query makes no sense for this graph; lists every fault.
    """
    faults: list[str] = []
    column, many = _whole("minimise", minimise, faults), _whole("count", count, faults)
    _in_range(column, query.weight.shape[1], many, faults)
    try:
        query = asked(query, source, target, None, upper)
    except DataError as error:
        raise DataError(error.summary, [*error.faults, *faults]) from None
    if faults:
        raise DataError("this query cannot be searched", faults)
    return best_paths(query, shared, column, many, search_limits, progress)


def best_paths(
    query: Query,
    shared: Contracted | None,
    minimise: int,
    count: int,
    search_limits: SearchLimits | None,
    progress: Callable[[Progress], object] | None,
) -> PathsArrays:
    """Search a checked query.

    Parameters
    ----------
    query
        Arrays that kernels may trust.
    shared
        What was made ready for the graph, if it was.
    minimise, count, search_limits, progress
        See `constrained_paths`.

    Returns
    -------
    PathsArrays
        See `constrained_paths`.
    """
    run = Run(search_limits, progress)
    if query.source == query.target:
        empty = np.zeros((1, query.weight.shape[1]), np.int64)
        return _answer(run, empty, [np.empty(0, np.int64)], None, None)
    columns = [minimise, *(c for c in range(query.weight.shape[1]) if c != minimise and query.upper[c] != NO_LIMIT)]
    with run.interrupts:
        engine, reason = run.search(_engines(run, query, shared, columns, count))
        paths: list[Integers] = []
        if engine is not None:
            paths = engine.front()[1][:count]
    values = np.array([query.weight[path].sum(axis=0, dtype=np.int64) for path in paths], np.int64)
    return _answer(run, values.reshape(-1, query.weight.shape[1]), paths, engine, reason)


def _engines(
    run: Run, query: Query, shared: Contracted | None, columns: list[int], count: int
) -> Iterator[First | Best]:
    """Give the engines to try: for one path within limits the search of fronts, which ends with its first point."""
    if count == 1 and len(columns) > 1 and len(query.head) >= FEW_ARCS:
        run.uncounted(lambda: ready(len(columns), "narrow"))
        yield First(query, shared, columns)
    run.uncounted(lambda: ready(len(columns), "best"))
    if shared is not None:
        run.uncounted(lambda: ready(1, "best of a prepared graph"))
    yield Best(query, shared, columns[0], count, lambda searched: run.uncounted(lambda: ready(searched, "best")))


def _answer(
    run: Run, values: Integers, paths: list[Integers], engine: First | Best | None, reason: Reason | None
) -> PathsArrays:
    """Gather what was found."""
    counts = Counts(0, 0, 0) if engine is None else engine.counts()
    if engine is not None and isinstance(engine, First) and counts.generated and counts.open == 0:
        reason = None
    bounds, search, unpacking = run.times()
    return PathsArrays(
        values=values,
        paths=paths,
        status="complete" if reason is None else "limit",
        reason=reason,
        proven=None if reason is None else 0 if engine is None else engine.proven()[0],
        expanded=counts.settled,
        generated=counts.generated,
        bytes=run.bytes,
        seconds_bounds=bounds,
        seconds_search=search + unpacking,
    )


def _whole(name: str, given: int, faults: list[str]) -> int:
    """Read a whole number that is not a truth value."""
    try:
        if isinstance(given, (bool, np.bool_)):
            raise TypeError
        return operator.index(given)
    except TypeError:
        faults.append(f"{name}: a whole number expected, not {given!r}")
        return 1 if name == "count" else 0


def _in_range(minimise: int, criteria: int | None, count: int, faults: list[str]) -> None:
    """Say what is wrong with a column and a count."""
    if criteria is not None and not 0 <= minimise < criteria:
        faults.append(f"minimise: {minimise} is outside 0..{criteria - 1}")
    if count < 1:
        faults.append(f"count: {count} is not 1 or more")
    elif count > NO_LIMIT:
        faults.append(f"count: {count} is more than there can be")
