"""A graph made ready once for many queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corridor_opt.errors import DataError
from corridor_opt.graph.arrays import Integers, Query, asked, checked
from corridor_opt.graph.constrained import PathsArrays, asked_paths
from corridor_opt.graph.engines import Unfit
from corridor_opt.graph.engines.bounding import Known, known
from corridor_opt.graph.engines.contracted import Contracted, contracted
from corridor_opt.graph.engines.interrupt import Interrupts
from corridor_opt.graph.methods import Method, SearchLimits
from corridor_opt.graph.search import FrontArrays, Progress, answered
from corridor_opt.graph.shortest import ShortestPath, all_distances, path_between


@dataclass(frozen=True, eq=False)
class PreparedGraph:
    """A checked and contracted graph; made by `prepare`.

    Attributes
    ----------
    query
        The checked arrays; its ends stand for nothing.
    shared
        Chains made single arcs, and those turned round.
    """

    query: Query
    shared: Contracted

    def front(
        self,
        source: int,
        target: int,
        *,
        method: Method | None = None,
        search_limits: SearchLimits | None = None,
        upper: Sequence[int | None] | NDArray[Any] | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> FrontArrays:
        """Find all non-dominated path values between two vertices; see `pareto_front`.

        Parameters
        ----------
        source, target, method, search_limits, upper, progress
            See `pareto_front`.

        Returns
        -------
        FrontArrays
            The same values as `pareto_front` finds.

        Raises
        ------
        DataError
            The query makes no sense for this graph; lists every fault.
        """
        query = asked(self.query, source, target, method, upper)
        return answered(query, self.shared, method, search_limits, progress)

    def constrained_paths(
        self,
        source: int,
        target: int,
        *,
        minimise: int = 0,
        upper: Sequence[int | None] | NDArray[Any] | None = None,
        count: int = 1,
        search_limits: SearchLimits | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> PathsArrays:
        """Find the paths of least value in one criterion within limits on all; see `graph.constrained_paths`.

        Parameters
        ----------
        source, target, minimise, upper, count, search_limits, progress
            See `graph.constrained_paths`.

        Returns
        -------
        PathsArrays
            The same values as `graph.constrained_paths` finds in the minimised criterion and in those with a limit.

        Raises
        ------
        DataError
            The query makes no sense for this graph; lists every fault.
        """
        return asked_paths(self.query, self.shared, source, target, minimise, upper, count, search_limits, progress)

    def towards(self, target: int) -> Toward:
        """Find the distances from all vertices to a target, in all criteria, once for many sources.

        Parameters
        ----------
        target
            A vertex.

        Returns
        -------
        Toward
            Ask it with `front`.

        Raises
        ------
        DataError
            There is no such vertex.
        """
        query = asked(self.query, target, target, None, None)
        try:
            with Interrupts():
                before = known(query, self.shared)
        except Unfit:
            before = None  # each query is searched with 64 bits
        return Toward(query, self.shared, before)

    def distances(self, source: int, *, reverse: bool = False) -> Integers:
        """Find the distances from one vertex to all; see `corridor_opt.graph.distances`.

        Parameters
        ----------
        source
            A vertex.
        reverse
            Distances from all vertices to this one.

        Returns
        -------
        int64 (k, n)
            A row a criterion; `UNREACHED` (-1) where no path leads.

        Raises
        ------
        DataError
            There is no such vertex.
        """
        query = asked(self.query, source, source, None, None)
        with Interrupts():
            return all_distances(query, reverse=reverse)

    def shortest_path(self, source: int, target: int, *, criterion: int = 0) -> ShortestPath | None:
        """Find one shortest path in one criterion.

        Parameters
        ----------
        source, target
            Vertices.
        criterion
            Column of the weights.

        Returns
        -------
        ShortestPath or None
            None when no path leads to the target.

        Raises
        ------
        DataError
            The query makes no sense for this graph; lists every fault.
        """
        query = asked(self.query, source, target, None, None)
        k = query.weight.shape[1]
        if isinstance(criterion, (bool, np.bool_)) or not isinstance(criterion, (int, np.integer)):
            fault = f"criterion: a whole number expected, not {criterion!r}"
            raise DataError("this query cannot be searched", [fault])
        if not 0 <= criterion < k:
            raise DataError("this query cannot be searched", [f"criterion: {criterion} is outside 0..{k - 1}"])
        with Interrupts():
            return path_between(query, criterion)[0]


@dataclass(frozen=True, eq=False)
class Toward:
    """A prepared graph and the distances to one target; made by `PreparedGraph.towards`.

    Attributes
    ----------
    query
        The checked arrays; both ends are the target.
    shared
        See `PreparedGraph`.
    before
        Distances to the target; None where they do not fit 32 bits.
    """

    query: Query
    shared: Contracted
    before: Known | None

    def front(
        self,
        source: int,
        *,
        method: Method | None = None,
        search_limits: SearchLimits | None = None,
        upper: Sequence[int | None] | NDArray[Any] | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> FrontArrays:
        """Find all non-dominated path values from a vertex to the target; see `pareto_front`.

        Parameters
        ----------
        source, method, search_limits, upper, progress
            See `pareto_front`.

        Returns
        -------
        FrontArrays
            The same values as `pareto_front` finds.

        Raises
        ------
        DataError
            The query makes no sense for this graph; lists every fault.
        """
        query = asked(self.query, source, self.query.target, method, upper)
        return answered(query, self.shared, method, search_limits, progress, self.before)

    def distances(self) -> Integers:
        """Give the distances from all vertices to the target.

        Returns
        -------
        int64 (k, n)
            A row a criterion; `UNREACHED` (-1) where no path leads.
        """
        with Interrupts():
            return all_distances(self.query, reverse=True)


def prepare(
    first_out: ArrayLike, head: ArrayLike, weight: ArrayLike, *, is_open: ArrayLike | None = None
) -> PreparedGraph:
    """Check, contract and turn round a graph, so that many queries need not.

    Parameters
    ----------
    first_out, head, weight, is_open
        See `pareto_front`. Copied where needed; arrays of the kernels' own types are kept, do not change them.

    Returns
    -------
    PreparedGraph
        Ask it with `front`, `towards`, `distances` or `shortest_path`.

    Raises
    ------
    DataError
        The arrays cannot be searched; lists every fault.
    """
    query = checked(first_out, head, weight, 0, 0, None, is_open, None)
    with Interrupts():
        return PreparedGraph(query, contracted(query))
