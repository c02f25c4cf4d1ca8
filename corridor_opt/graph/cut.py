"""Why there is no path: what cuts two vertices apart, and what to lift to join them."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from corridor_opt.graph.routing_graph import Mask, RoutingGraph
from corridor_opt.graph.shortest import UNREACHED, distances


@dataclass(frozen=True)
class Cut:
    """What keeps a target out of reach.

    Parameters
    ----------
    frontier
        Blockers on the edge of what can be reached, beyond which the target lies.
    lifts
        Sets of blockers that each suffice to be lifted, smallest first: all single ones, else one larger set. Empty
        where nothing helps.
    """

    frontier: tuple[int, ...]
    lifts: tuple[tuple[int, ...], ...]


def find_cut(graph: RoutingGraph, blockers: Sequence[Mask], source: int, target: int) -> Cut:
    """Find what cuts a target off.

    Parameters
    ----------
    graph
        The graph of the search.
    blockers
        A mask over arcs for each reason to be closed; an arc is open where no blocker holds it.
    source, target
        Vertices.
    """
    held = np.zeros(len(graph.head), np.int64)
    for mask in blockers:
        held += mask
    inside = _reached(graph, held == 0, source)
    outside = _reached(graph, np.ones(len(graph.head), bool), target, reverse=True)
    edge = inside[graph.tail] & ~inside[graph.head] & outside[graph.head]
    frontier = tuple(i for i, mask in enumerate(blockers) if (mask & edge).any())
    if not outside[source]:
        return Cut(frontier, ())
    singles = []
    for i, mask in enumerate(blockers):
        if (mask & edge).any() and _reached(graph, (held == 0) | mask & (held == 1), source)[target]:
            singles.append((i,))
    return Cut(frontier, tuple(singles) or (_lift_several(graph, blockers, source, target),))


def _reached(graph: RoutingGraph, is_open: Mask, start: int, *, reverse: bool = False) -> Mask:
    """Vertices that open arcs lead to; or those from which they lead to the start."""
    free = np.zeros(len(graph.head), np.int64)
    far = distances(graph.first_out, graph.head, free, start, is_open=is_open, reverse=reverse)
    return far != UNREACHED


def _lift_several(graph: RoutingGraph, blockers: Sequence[Mask], source: int, target: int) -> tuple[int, ...]:
    """Find a small set of blockers that joins source and target, with nothing in it that could stay.

    The smallest one is a minimum-colour path, which is hard in general; a path that collects few blockers, then
    freed of what it does not need, is good advice.
    """
    on_arc: dict[int, list[int]] = {}
    for i, mask in enumerate(blockers):
        for a in np.flatnonzero(mask).tolist():
            on_arc.setdefault(a, []).append(i)
    first_out, head = graph.first_out.tolist(), graph.head.tolist()
    ticket = count()
    heap: list[tuple[int, int, int, frozenset[int]]] = [(0, next(ticket), source, frozenset())]
    done: set[int] = set()
    needed: frozenset[int] = frozenset()
    while heap:
        _, _, v, lifted = heapq.heappop(heap)
        if v == target:
            needed = lifted
            break
        if v in done:
            continue
        done.add(v)
        for a in range(first_out[v], first_out[v + 1]):
            if head[a] in done:
                continue
            more = lifted.union(on_arc[a]) if a in on_arc else lifted
            heapq.heappush(heap, (len(more), next(ticket), head[a], more))
    for one in sorted(needed):
        fewer = needed - {one}
        is_open = np.ones(len(graph.head), bool)
        for i, mask in enumerate(blockers):
            if i not in fewer:
                is_open &= ~mask
        if _reached(graph, is_open, source)[target]:
            needed = fewer
    return tuple(sorted(needed))
