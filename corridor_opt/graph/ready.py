"""Compile or load kernels before the clock of a search runs.

Each kind of search is run on a graph of a few arcs; kernels that it reaches only with numbers of another kind, such
as the heaps behind bucket queues, are called on their own. What is named here is what questions can reach: a test
compares the two.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Literal

import numpy as np

from corridor_opt.errors import DataError
from corridor_opt.graph.arrays import MOST_CRITERIA, NO_LIMIT, Query
from corridor_opt.graph.engines import Engine
from corridor_opt.graph.engines.best import Best
from corridor_opt.graph.engines.bounded import Approximate
from corridor_opt.graph.engines.bounding import attached, by_heap, distances_to, known
from corridor_opt.graph.engines.contracted import contracted
from corridor_opt.graph.engines.narrow import Narrow
from corridor_opt.graph.engines.run import Run
from corridor_opt.graph.engines.shared import Together
from corridor_opt.graph.engines.single import Single
from corridor_opt.graph.engines.wide import Wide
from corridor_opt.graph.grounds import Ground
from corridor_opt.graph.many import Row, best_cells
from corridor_opt.graph.methods import Bounded, Exact, Method, SearchLimits
from corridor_opt.graph.shared import Items
from corridor_opt.graph.shortest import all_distances, far_distances
from corridor_opt.graph.uncertain import Routes, Uncertain, follow_plans
from corridor_opt.graph.weightings import make_weightings
from corridor_opt.graph.worlds import world_distances

Kind = Literal[
    "wide", "narrow", "bounded", "toward", "best", "best of a prepared graph", "distances", "worlds", "plans"
]


def warm_up(criteria: int, method: Method | None = None) -> None:
    """Compile the kernels for fronts of a number of criteria, or load them from numba's disk cache.

    Parameters
    ----------
    criteria
        1 to 6.
    method
        What is to be used beside exact search.

    Raises
    ------
    DataError
        There are no such kernels; lists every fault.
    """
    faults = []
    whole = isinstance(criteria, (int, np.integer)) and not isinstance(criteria, bool)
    if not whole or not 1 <= criteria <= MOST_CRITERIA:
        faults.append(f"criteria: 1 to {MOST_CRITERIA} expected, not {criteria!r}")
    if method is not None and not isinstance(method, (Exact, Bounded)):
        faults.append(f"method: Exact(), Bounded(eps) or None expected, not {method!r}")
    if faults:
        raise DataError("these kernels cannot be made ready", faults)
    ready(criteria, "wide")
    ready(criteria, "narrow")
    if criteria > 1 and isinstance(method, Bounded):
        ready(criteria, "bounded")


def everything(most: int = MOST_CRITERIA) -> None:
    """Compile or load all that the questions of this package can reach.

    Parameters
    ----------
    most
        Criteria: 1 to so many of them.
    """
    ready(1, "distances")
    ready(1, "worlds")
    ready(1, "plans")
    for criteria in range(1, most + 1):
        warm_up(criteria, Bounded(0.01))
        ready(criteria, "best")
        ready_items(criteria, 1)
    if most > 1:
        ready(2, "toward")
        ready(most + 1, "best")  # a mix of criteria is one more
    ready(1, "best of a prepared graph")


@cache
def ready(criteria: int, kind: Kind) -> None:
    """Compile or load the kernels of one kind of search.

    Parameters
    ----------
    criteria
        1 to 6; one more for "best", which may mix two.
    kind
        Which engine, or what it needs on top where a graph was prepared.
    """
    if kind == "wide":
        _settle(Wide(_two_arcs(criteria)))
    elif kind == "narrow":
        _narrow(criteria)
    elif kind == "bounded":
        engine = Approximate(_two_arcs(criteria), None, 0.01)
        engine.few = 0  # else the exact search would do
        _settle(engine)
    elif kind == "toward":
        query = _two_arcs(criteria)
        shared = contracted(query)
        _settle(Narrow(query, shared, known(query, shared)))
    elif kind == "distances":
        query = _two_arcs(1)
        all_distances(query, reverse=True)
        far_distances(query, 0, reverse=True)
        _many(query)
    elif kind == "plans":
        _plans()
    elif kind == "worlds":
        one_way = np.array([0, 1, 1]), np.array([1]), np.array([1])
        made = make_weightings(*one_way, items=([0, 1], [0]), add=[[1]], sums=[[1]])
        world_distances(made, 0, threads=1)
    else:
        query = _square(criteria)
        best = Best(query, None if kind == "best" else contracted(query), 0, 3)
        best.large = 0
        _settle(best)


def _many(query: Query) -> None:
    """Find the best path to one vertex of many."""
    weight, held = np.ones((2, 1), np.int64), np.zeros((2, 1), np.uint64)
    gain = np.zeros((0, 1), np.int64)
    ground = Ground(query.first_out, np.array([1, 0]), np.array([0, 1]), weight, query.is_open, held, gain, (0,))
    best_cells(([ground], None), [Row(0, 0, np.array([1]), np.array([[-1]]))])


def _plans() -> None:
    """Follow one arc in one world."""
    weight, item = np.ones((1, 2), np.int64), np.ones((1, 1), np.bool_)
    ground = Uncertain(
        np.array([0, 1, 1]),
        np.array([1]),
        item[0],
        weight,
        0,
        1,
        item,
        None,
        np.zeros((1, 2, 2), np.int64),
        item[0],
        1.0,
    )
    routes = Routes([np.array([0])], np.array([0, 1]), np.array([False]))
    follow_plans(ground, np.ones((1, 1), np.int8), routes, np.zeros(1, np.int64), may_turn=True, threads=1)


@cache
def ready_items(criteria: int, words: int) -> None:
    """Compile or load the kernels of a search with shared items.

    Parameters
    ----------
    criteria
        1 to 6.
    words
        Words a set: 1, 2, 4 ...
    """
    from corridor_opt.kernels.shared_sets import BITS

    # items that no reduction takes away: each is held by one of some parallel arcs and by one of those that follow
    count = BITS * (words // 2) + 1
    side = max(math.isqrt(count - 1) + 1, 2)
    ends = np.repeat(np.array([1, 2], np.int32), side)
    weight = np.ones((2 * side, criteria), np.int32)
    limits = np.full(criteria, NO_LIMIT - 1)
    query = Query(np.array([0, side, 2 * side, 2 * side]), ends, weight, np.ones(2 * side, np.bool_), limits, 0, 2)
    member = np.zeros((2 * side, count), np.bool_)
    every = np.arange(count)
    member[every // side, every] = member[side + every % side, every] = True
    _settle(Together(query, Items(member, np.ones((count, criteria), np.int64))))


def _narrow(criteria: int) -> None:
    """Run the searches in 32 bits, and what they fall back on."""
    query = _two_arcs(criteria)
    if criteria == 1:
        _settle(Single(query))
        far_distances(query, 0, reverse=False)
        return
    from corridor_opt.kernels import usable

    _settle(Narrow(query, None))
    if criteria == 2:  # where buckets do not suit a query alone its graph is contracted after all
        _settle(Narrow(query, contracted(query)))
    shared = contracted(query, 0, 1)
    extra = attached(shared, query)
    distances_to(shared, extra, 0, 1, 0)
    by_heap(shared, extra, 0, 0, extra.tail[:0])
    usable.join_source(extra, np.zeros(2, np.int32), 0, 0)


def _settle(engine: Engine) -> None:
    """Run a search and read its answer."""
    Run(SearchLimits(), None).settle(engine)
    engine.front()


def _two_arcs(criteria: int) -> Query:
    """Ask for the way along an arc, when there is one back as well."""
    weight = np.ones((2, criteria), np.int32)
    ends = np.array([1, 0], np.int32)
    return Query(np.array([0, 1, 2]), ends, weight, np.ones(2, np.bool_), np.full(criteria, NO_LIMIT), 0, 1)


def _square(criteria: int) -> Query:
    """Ask for the two ways through a square: the second needs a search of its own."""
    first_out, head = np.array([0, 2, 3, 4, 4]), np.array([1, 2, 3, 3], np.int32)
    weight, upper = np.ones((4, criteria), np.int32), np.full(criteria, 2)
    return Query(first_out, head, weight, np.ones(4, np.bool_), upper, 0, 3)
