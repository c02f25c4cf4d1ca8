"""Graphs made by rule from a seed, to measure growth on: grids, random geometric graphs, grids without a way back.

Weights imitate those of roads. An arc has a length and a class; time is length by the speed of the class, money is
length by its price, so that criteria are correlated but not the same. Whole lines of a grid are of one class, as
streets are; in a geometric graph each stretch draws its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

SLOWNESS = np.array([4.0, 6.0, 9.0, 12.0])  # tenths of seconds a metre: motorway, main, side and dirt road
PRICE = np.array([16.0, 9.0, 7.0, 11.0])  # tenths of cents a metre
SHARE = np.array([0.05, 0.2, 0.5, 0.25])  # how frequent a class is
NEAREST = 3  # neighbours that a point is joined to; they are joined back


class Graph(NamedTuple):
    """A directed graph in compressed rows.

    Attributes
    ----------
    first_out
        int64 (vertices + 1,): the arcs out of v are `first_out[v]` to `first_out[v + 1] - 1`.
    head
        int64 (arcs,).
    weight
        int64 (arcs, criteria), not negative.
    """

    first_out: Integers
    head: Integers
    weight: Integers


def from_arcs(n: int, tail: Integers, head: Integers, weight: Integers) -> Graph:
    """Sort arcs by tail, then head."""
    order = np.lexsort((head, tail))
    first_out = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=n), out=first_out[1:])
    return Graph(first_out, head[order].astype(np.int64), np.ascontiguousarray(weight[order]).astype(np.int64))


def of_roads(length: NDArray[np.float64], kind: Integers) -> Integers:
    """Give length in metres, time in tenths of seconds and money in tenths of cents, at least 1 each.

    Parameters
    ----------
    length, kind
        (arcs,): metres and class, 0 to 3.
    """
    columns = [length, length * SLOWNESS[kind], length * PRICE[kind]]
    return np.maximum(np.rint(np.stack(columns, axis=1)), 1).astype(np.int64)


def _both_ways(n: int, one: Integers, other: Integers, weight: Integers) -> Graph:
    """Make an arc each way of every stretch."""
    ends = np.concatenate([one, other]), np.concatenate([other, one])
    return from_arcs(n, *ends, np.concatenate([weight, weight]))


def grid(arcs: int, seed: int) -> Graph:
    """Make a square of streets, open both ways.

    Parameters
    ----------
    arcs
        About so many; at least 8 are made.
    seed
        Same seed, same graph.

    Returns
    -------
    Graph
        Strongly connected, with length, time and money.
    """
    side = max(2, round((1 + np.sqrt(1 + arcs)) / 2))
    rng = np.random.default_rng(seed)
    vertex = np.arange(side * side).reshape(side, side)
    across, down = (rng.choice(4, (side, 1), p=SHARE) for _ in range(2))
    one = np.concatenate([vertex[:, :-1].ravel(), vertex[:-1].T.ravel()])
    other = np.concatenate([vertex[:, 1:].ravel(), vertex[1:].T.ravel()])
    kind = np.concatenate([np.repeat(across, side - 1), np.repeat(down, side - 1)])
    return _both_ways(side * side, one, other, of_roads(rng.uniform(100, 300, len(one)), kind))


def geometric(arcs: int, seed: int) -> Graph:
    """Join random points of a plane to their nearest neighbours, both ways, and keep the largest piece.

    Parameters
    ----------
    arcs
        About so many.
    seed
        Same seed, same graph.

    Returns
    -------
    Graph
        Strongly connected, with length, time and money. Near points have near numbers, as in maps.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(seed)
    n = max(NEAREST + 2, round(arcs / 3.9))  # so many arcs a point, seen in the largest pieces
    point = rng.uniform(0, 200 * np.sqrt(n), (n, 2))  # a point in 200 m by 200 m
    cell = np.floor(point / 2000).astype(np.int64)
    point = point[np.lexsort((point[:, 0], cell[:, 1], cell[:, 0]))]
    far, near = cKDTree(point).query(point, NEAREST + 1)
    pairs = np.sort(np.stack([np.repeat(np.arange(n), NEAREST), near[:, 1:].ravel()], axis=1), axis=1)
    pairs, first = np.unique(pairs, axis=0, return_index=True)
    length = far[:, 1:].ravel()[first] * rng.uniform(1.1, 1.5, len(pairs))  # roads bend
    kind = rng.choice(4, len(pairs), p=SHARE)
    joined = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    piece = connected_components(joined, directed=False)[1]
    kept = piece == np.bincount(piece).argmax()
    number = np.cumsum(kept) - 1
    stays = kept[pairs[:, 0]]
    one, other = number[pairs[stays]].T
    return _both_ways(int(kept.sum()), one, other, of_roads(length, kind)[stays])


def one_way(rows: int, columns: int, criteria: int, seed: int, largest: int = 30) -> Graph:
    """Make a grid whose arcs lead right and down only, so that the order of vertices is topological.

    Parameters
    ----------
    rows, columns
        Crossings down and across.
    criteria
        Number of weights; the first ones are the same for every number.
    seed
        Same seed, same graph.
    largest
        Weights are drawn from 1 to this, each for itself.

    Returns
    -------
    Graph
        From vertex 0 all others can be reached; all lead to the last.
    """
    vertex = np.arange(rows * columns).reshape(rows, columns)
    tail = np.concatenate([vertex[:, :-1].ravel(), vertex[:-1].ravel()])
    head = np.concatenate([vertex[:, 1:].ravel(), vertex[1:].ravel()])
    draws = [np.random.default_rng((seed, c)).integers(1, largest + 1, len(tail)) for c in range(criteria)]
    return from_arcs(rows * columns, tail, head, np.stack(draws, axis=1))


def far_pairs(graph: Graph, matrix: object, many: int, seed: int) -> list[tuple[int, int, Integers]]:
    """Draw sources, and for each a target that is no nearer than nine in ten vertices.

    Parameters
    ----------
    graph, matrix
        A strongly connected graph, and the same for scipy with the lengths to go by.
    many
        How many pairs.
    seed
        Same seed, same pairs.

    Returns
    -------
    list[tuple[int, int, Integers]]
        Source, target, and the length of a shortest path from source to target.
    """
    from scipy.sparse.csgraph import dijkstra

    n = len(graph.first_out) - 1
    pairs = []
    for source in np.random.default_rng((seed, n)).integers(0, n, many):
        length = dijkstra(matrix, indices=source)
        target = np.argsort(length, kind="stable")[int(0.9 * n)]
        pairs.append((int(source), int(target), length[target].astype(np.int64)))
    return pairs


KINDS: dict[str, Callable[[int, int], Graph]] = {"grid": grid, "geometric": geometric}
