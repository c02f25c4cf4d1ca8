"""In which order a search looks at its criteria: any gives the same front, some are several times faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.graph.arrays import Integers

if TYPE_CHECKING:
    from corridor_opt.kernels.chains import Core

ORDER_FROM = 4096  # arcs; smaller searches keep the caller's order
SAMPLE = 20_000  # arcs looked at
MOST_TIES = 256  # a criterion with no larger reduced cost has few values, and a search in its order many ties
CLEARLY = 1.01  # how much better another criterion must be to come first


def best_order(core: Core, bound: np.ndarray, radius: Integers, buckets: int) -> Integers:
    """Choose an order of criteria from a sample of reduced costs.

    First comes the criterion that is most correlated with the others: paths that are good in it are good in the
    others, so that the target's front is near its final form early. The others stay in the caller's order.

    Parameters
    ----------
    core
        The contracted graph.
    bound
        int32 (k, vertices + 2): distances to the target.
    radius
        int64 (k,): vertices farther away are not used.
    buckets
        Most buckets that the first criterion may need.

    Returns
    -------
    Integers
        The caller's criterion at each place.
    """
    k, arcs = len(bound), len(core.head)
    order = np.arange(k)
    if k < 3 or arcs < ORDER_FROM:
        return order
    arc = np.arange(0, arcs, max(arcs // SAMPLE, 1))
    tail = np.searchsorted(core.first, arc, side="right") - 1
    head = core.head[arc]
    near = np.all((bound[:, tail] <= radius[:, None]) & (bound[:, head] <= radius[:, None]), axis=0)
    arc, tail, head = arc[near], tail[near], head[near]
    if len(arc) < 2:
        return order
    cost = core.weight[arc].T.astype(np.int64) + bound[:, head] - bound[:, tail]
    largest = cost.max(axis=1)
    if largest.min() == 0:
        return order
    central = np.corrcoef(np.log1p(cost)).sum(axis=1)
    central[(largest < MOST_TIES) & (largest < largest.max()) | (largest > buckets)] = -k
    first = int(central.argmax())
    if central[first] <= CLEARLY * max(central[0], 0):
        return order
    return np.concatenate([[first], np.delete(order, first)])
