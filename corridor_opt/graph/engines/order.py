"""In which order a search looks at its criteria: any gives the same front, some are several times faster.

What vertices remember of their labels is compared with every new one. It stays short where the criteria after the
first are correlated, so that is the criterion to put first; which one that is differs from query to query, and the
first labels of a search tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.graph.arrays import Integers

if TYPE_CHECKING:
    from corridor_opt.kernels.buckets import Bucketed
    from corridor_opt.kernels.usable import Searched

PROBE = 20_000  # labels after which other orders are tried, a quarter of it for 3 criteria; shorter searches end before
MOST_TIES = 256  # a criterion with no larger reduced cost has few values, and a search in its order many ties
CLEARLY = 0.8  # how much shorter memories must be for another order to be taken


def first_order(largest: Integers, fits: Callable[[int], bool]) -> Integers | None:
    """Put a criterion first that has buckets and few ties, else keep the caller's order.

    Parameters
    ----------
    largest
        int64 (k,): largest reduced cost of an arc in each criterion.
    fits
        Says whether a largest cost leaves the number of buckets in proportion.

    Returns
    -------
    Integers | None
        The criterion at each place; None where none has buckets.
    """
    order = np.arange(len(largest))
    can = [c for c in order if fits(int(largest[c]))]
    if not can:
        return None
    first = next((c for c in can if largest[c] >= MOST_TIES), can[0])
    return np.concatenate([[first], np.delete(order, first)])


def others(order: Integers, largest: Integers, fits: Callable[[int], bool]) -> Iterator[Integers]:
    """Give the orders with another criterion first that are worth a try.

    Parameters
    ----------
    order
        The present one.
    largest, fits
        See `first_order`, in the caller's order of criteria.

    Yields
    ------
    Integers
        The criterion at each place.
    """
    for place, c in enumerate(order):
        if place > 0 and largest[c] >= MOST_TIES and fits(int(largest[c])):
            yield np.concatenate([[c], np.delete(order, place)])


def memory(labels: Bucketed, graph: Searched, settled: int) -> float:
    """Say how much the vertices of the settled labels remember, on average.

    Parameters
    ----------
    labels, graph
        State and graph of a search with three criteria or more.
    settled
        Labels settled so far, more than one.

    Returns
    -------
    float
        Rows.
    """
    length = labels.place.reshape(-1, 4)[:, 2]
    arcs = labels.settled.reshape(-1, 2)[1:settled, 1]
    return float(length[graph.row[arcs, 0]].mean())
