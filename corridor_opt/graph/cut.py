"""Why there is no path: what cuts two vertices apart, and what to lift to join them."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from corridor_opt.graph.routing_graph import Mask, RoutingGraph


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
    inside = _reached(graph.first_out, graph.head, held == 0, source)
    outside = _reaching(graph, np.ones(len(graph.head), bool), target)
    edge = inside[graph.tail] & ~inside[graph.head] & outside[graph.head]
    frontier = tuple(i for i, mask in enumerate(blockers) if (mask & edge).any())
    if not outside[source]:
        return Cut(frontier, ())
    singles = []
    for i, mask in enumerate(blockers):
        if (mask & edge).any() and _reached(graph.first_out, graph.head, (held == 0) | mask & (held == 1), source)[
            target
        ]:
            singles.append((i,))
    return Cut(frontier, tuple(singles) or (_lift_several(graph, blockers, source, target),))


def _reached(first_out: np.ndarray, head: np.ndarray, is_open: Mask, start: int) -> Mask:
    """Vertices that open arcs lead to."""
    seen = np.zeros(len(first_out) - 1, bool)
    seen[start] = True
    todo = [start]
    while todo:
        v = todo.pop()
        for a in range(first_out[v], first_out[v + 1]):
            if is_open[a] and not seen[head[a]]:
                seen[head[a]] = True
                todo.append(int(head[a]))
    return seen


def _reaching(graph: RoutingGraph, is_open: Mask, target: int) -> Mask:
    """Vertices from which open arcs lead to the target."""
    order = np.argsort(graph.head, kind="stable")
    first = np.zeros(graph.vertices + 1, np.int64)
    np.cumsum(np.bincount(graph.head, minlength=graph.vertices), out=first[1:])
    return _reached(first, graph.tail[order], is_open[order], target)


def _lift_several(graph: RoutingGraph, blockers: Sequence[Mask], source: int, target: int) -> tuple[int, ...]:
    """Find a small set of blockers that joins source and target, with nothing in it that could stay.

    The smallest one is a minimum-colour path, which is hard in general; a path that collects few blockers, then
    freed of what it does not need, is good advice.
    """
    on_arc = [tuple(int(i) for i in np.flatnonzero([m[a] for m in blockers])) for a in range(len(graph.head))]
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
        for a in range(graph.first_out[v], graph.first_out[v + 1]):
            more = lifted.union(on_arc[a])
            heapq.heappush(heap, (len(more), next(ticket), int(graph.head[a]), more))
    for one in sorted(needed):
        fewer = needed - {one}
        is_open = np.array([set(held) <= fewer for held in on_arc])
        if _reached(graph.first_out, graph.head, is_open, source)[target]:
            needed = fewer
    return tuple(sorted(needed))
