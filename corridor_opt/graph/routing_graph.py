"""The network as arrays: vertices, arcs, and the way back from arcs to steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RoutingGraph:
    """Vertices and arcs of a network; weights come later and more than once.

    A vertex is (node, mode, gauge). Scheduled modes have two, `in` and `out`, so that changing from ship to ship is a
    transshipment, and one more for each sailing, between waiting and hauling. Each node has one hub, through which
    everything is loaded and unloaded.

    Parameters
    ----------
    first_out, head, tail
        Forward star: the arcs of vertex v are `first_out[v]` to `first_out[v + 1]`; `tail` is spelled out.
    element
        Row in the table of elements that each arc pays for; -1 for an arc that costs nothing.
    origin
        Arc of the base graph that each arc is a copy of (itself in the base graph; -1 for a step between layers).
    node
        Node id of each vertex.
    hub
        Vertex of each node's hub.
    """

    first_out: Ints
    head: Ints
    tail: Ints
    element: Ints
    origin: Ints
    node: Sequence[str]
    hub: dict[str, int]

    @property
    def vertices(self) -> int:
        """Number of vertices."""
        return len(self.first_out) - 1


def from_arcs(
    tail: Ints, head: Ints, element: Ints, origin: Ints | None, node: Sequence[str], hub: dict[str, int]
) -> RoutingGraph:
    """Sort arcs by tail and make a graph; the order of arcs with one tail is kept."""
    order = np.argsort(tail, kind="stable")
    first_out = np.zeros(len(node) + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=len(node)), out=first_out[1:])
    ids = np.arange(len(tail), dtype=np.int64) if origin is None else origin[order]
    return RoutingGraph(first_out, head[order], tail[order], element[order], ids, node, hub)


def layered(graph: RoutingGraph, stops: Sequence[str | Mask]) -> RoutingGraph:
    """Copy the graph once for each stop, so that a path must make the stops in order.

    Parameters
    ----------
    graph
        The base graph.
    stops
        A node id: the path goes on to the next copy at any vertex of that node. A mask over arcs: it goes on by
        using one of these arcs.

    Returns
    -------
    RoutingGraph
        Copy i holds vertices i*n to (i+1)*n - 1. Its hubs are those of the base; add n * len(stops) for the target.
    """
    n, copies = graph.vertices, len(stops) + 1
    tails = [graph.tail + n * i for i in range(copies)]
    heads = [graph.head + n * i for i in range(copies)]
    elements, origins = [graph.element] * copies, [graph.origin] * copies
    nodes = np.asarray(graph.node, dtype=object)
    for i, stop in enumerate(stops):
        if isinstance(stop, str):
            at = np.flatnonzero(nodes == stop)
            tails.append(at + n * i)
            heads.append(at + n * (i + 1))
            elements.append(np.full(len(at), -1))
            origins.append(np.full(len(at), -1))
        else:
            arcs = np.flatnonzero(stop)
            tails.append(graph.tail[arcs] + n * i)
            heads.append(graph.head[arcs] + n * (i + 1))
            elements.append(graph.element[arcs])
            origins.append(graph.origin[arcs])
    return from_arcs(
        np.concatenate(tails),
        np.concatenate(heads),
        np.concatenate(elements),
        np.concatenate(origins),
        list(graph.node) * copies,
        graph.hub,
    )
