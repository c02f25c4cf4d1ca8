"""A graph made ready once for many queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike, NDArray

from corridor_opt.graph.arrays import Query, asked, checked
from corridor_opt.graph.contracted import Contracted, contracted
from corridor_opt.graph.methods import Method, SearchLimits
from corridor_opt.graph.search import FrontArrays, Progress, answered


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
        Ask it with `front`.

    Raises
    ------
    DataError
        The arrays cannot be searched; lists every fault.
    """
    query = checked(first_out, head, weight, 0, 0, None, is_open, None)
    return PreparedGraph(query, contracted(query))
