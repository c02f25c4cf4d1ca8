"""One criterion against other libraries, on the same graphs in one run: from one vertex to all, and to one.

    python -m benchmarks.peers [--data DIR] [--largest 1000000] [--repeats 5]

Peers that are not installed are left out and named: pip install networkx scipy igraph rustworkx networkit scgraph.
DIR holds the New York road network, see `benchmarks.dimacs`. igraph is under the GPL: it is compared where somebody
has installed it, and is no part of this package. Each library has its own graph made before the clock starts; ours is
checked while it runs ("arrays") or was before ("prepared"). All must find the same distances, or the run stops.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from benchmarks import number, table
from corridor_opt.graph import distances, prepare, shortest_path

NAMES = ("networkx", "scipy", "igraph", "rustworkx", "networkit", "scgraph")
SLOW = {"networkx": 300_000, "scgraph": 300_000}  # arcs beyond which a library is left out


class Graph(NamedTuple):
    """A graph with the lightest of parallel arcs only, in CSR order."""

    name: str
    first_out: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    weight: np.ndarray


class Peer(NamedTuple):
    """How a library answers: distances to all, and the length of a path to one."""

    to_all: Callable[[int], Any] | None
    to_one: Callable[[int, int], float] | None


def graph_of(name: str, n: int, tail: np.ndarray, head: np.ndarray, weight: np.ndarray) -> Graph:
    """Sort arcs and drop all but the lightest of parallel ones."""
    order = np.lexsort((weight, head, tail))
    tail, head, weight = tail[order], head[order], weight[order]
    keep = np.append(True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1]))
    tail, head, weight = tail[keep], head[keep], weight[keep]
    first_out = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=n), out=first_out[1:])
    return Graph(f"{name}, {len(head):,} arcs", first_out, tail, head, weight)


def grid(arcs: int, rng: np.random.Generator) -> Graph:
    """Streets both ways between the crossings of a square."""
    side = max(int((arcs / 4) ** 0.5), 2)
    v = np.arange(side * side).reshape(side, side)
    a = np.concatenate([v[:, :-1].ravel(), v[:-1].ravel()])
    b = np.concatenate([v[:, 1:].ravel(), v[1:].ravel()])
    return graph_of("grid", side * side, np.r_[a, b], np.r_[b, a], rng.integers(1, 1001, 2 * len(a)))


def geometric(arcs: int, rng: np.random.Generator) -> Graph:
    """Random points, each joined both ways to its nearest ones; needs scipy."""
    from scipy.spatial import KDTree

    n = max(arcs // 6, 8)
    points = rng.random((n, 2))
    near = KDTree(points).query(points, k=5)[1][:, 1:]
    a, b = np.repeat(np.arange(n), 4), near.ravel()
    weight = np.maximum(1, (np.hypot(*(points[a] - points[b]).T) * n**0.5 * 1000).astype(np.int64))
    return graph_of("geometric", n, np.r_[a, b], np.r_[b, a], np.r_[weight, weight])


def peer(name: str, g: Graph) -> Peer:
    """Make a library's graph, and its answers."""
    lib, n = import_module(name), len(g.first_out) - 1
    arcs = list(zip(g.tail.tolist(), g.head.tolist(), g.weight.tolist(), strict=True))
    if name == "networkx":
        graph = lib.DiGraph()
        graph.add_weighted_edges_from(arcs)
        return Peer(
            lambda s: lib.single_source_dijkstra_path_length(graph, s),
            lambda s, t: lib.bidirectional_dijkstra(graph, s, t)[0],
        )
    if name == "scipy":
        dijkstra = import_module("scipy.sparse.csgraph").dijkstra
        matrix = import_module("scipy.sparse").csr_matrix((g.weight.astype(float), g.head, g.first_out), shape=(n, n))
        return Peer(lambda s: dijkstra(matrix, indices=s), None)
    if name == "igraph":
        graph = lib.Graph(n=n, edges=[arc[:2] for arc in arcs], directed=True)
        weights = g.weight.tolist()

        def length(s: int, t: int) -> float:
            path = graph.get_shortest_path(s, t, weights=weights, output="epath")
            return float(sum(weights[a] for a in path)) if path else float("inf")

        return Peer(lambda s: graph.distances(s, weights=weights)[0], length)
    if name == "rustworkx":
        graph = lib.PyDiGraph()
        graph.add_nodes_from(range(n))
        graph.add_edges_from(arcs)

        def to_one(s: int, t: int) -> float:
            return float(dict(lib.dijkstra_shortest_path_lengths(graph, s, float, goal=t)).get(t, float("inf")))

        return Peer(lambda s: {**lib.dijkstra_shortest_path_lengths(graph, s, float), s: 0.0}, to_one)
    if name == "networkit":
        graph = lib.Graph(n, weighted=True, directed=True)
        for tail, head, weight in arcs:
            graph.addEdge(tail, head, weight)

        def run_all(s: int) -> Any:
            return lib.distance.Dijkstra(graph, s, False).run().getDistances()

        def run_one(s: int, t: int) -> float:
            return float(lib.distance.Dijkstra(graph, s, False, False, t).run().distance(t))

        return Peer(run_all, run_one)
    rows: list[dict[int, int]] = [{} for _ in range(n)]
    for tail, head, weight in arcs:
        rows[tail][head] = weight
    graph = lib.Graph(rows)
    return Peer(
        lambda s: graph.get_shortest_path_tree(s)["distance_matrix"], lambda s, t: float(graph.dijkstra(s, t)["length"])
    )


def as_array(found: Any, n: int) -> np.ndarray:
    """Distances in one form: -1 where there is no path."""
    if isinstance(found, dict):
        full = np.full(n, np.inf)
        full[list(found)] = list(found.values())
    else:
        full = np.asarray(found, float)
    return np.where((full < 0) | (full > 1e15), -1, full).astype(np.int64)


def ours(g: Graph) -> dict[str, Peer]:
    """Answer from plain arrays, and from a prepared graph."""

    def value(path: Any) -> float:
        return float(path.value) if path is not None else float("inf")

    ready = prepare(g.first_out, g.head, g.weight[:, None])
    return {
        "arrays": Peer(
            lambda s: distances(g.first_out, g.head, g.weight, s),
            lambda s, t: value(shortest_path(g.first_out, g.head, g.weight, s, t)),
        ),
        "prepared": Peer(lambda s: ready.distances(s)[0], lambda s, t: value(ready.shortest_path(s, t))),
    }


def measure(g: Graph, names: Sequence[str], repeats: int, start: int = 0) -> list[list[str]]:
    """Ask all libraries in turn, again and again; two rows of medians, theirs in multiples of ours from arrays.

    Ends are drawn among what `start` reaches.
    """
    n = len(g.first_out) - 1
    mine = ours(g)
    peers = mine | {name: peer(name, g) for name in names if len(g.head) <= SLOW.get(name, len(g.head))}
    rng = np.random.default_rng(1)
    # ends that a path joins
    reached = np.flatnonzero(distances(g.first_out, g.head, g.weight, start) >= 0)
    rows = []
    for what in ("to all", "to one"):
        times: dict[str, list[float]] = {name: [] for name in peers}
        for repeat in range(repeats + 1):
            s, t = (int(v) for v in rng.choice(reached, 2))
            answers = []
            for name, each in peers.items():
                began = perf_counter()
                if what == "to all":
                    found = each.to_all(s) if each.to_all else None
                else:
                    found = each.to_one(s, t) if each.to_one else None
                took = perf_counter() - began
                if found is None:
                    continue
                if repeat:  # the first round warms up
                    times[name].append(took)
                answers.append((name, as_array(found, n) if what == "to all" else np.array([found])))
            for name, answer in answers:
                if not np.array_equal(answer, answers[0][1]):
                    raise SystemExit(f"{name} disagrees on {g.name}, {what}, from {s} to {t}")
        base = times["arrays"]
        cells = [f"{median(base) * 1e3:.3g}"]
        for name in ("prepared", *NAMES):
            ratios = [b / a for a, b in zip(base, times.get(name, []), strict=False)]
            cells.append(number(median(ratios)) if ratios else "-")
        rows.append([f"{g.name}, {what}", *cells])
    return rows


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of the New York road network, see benchmarks.dimacs")
    parser.add_argument("--largest", type=int, default=1_000_000, help="most arcs of a made graph (1,000,000)")
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args(words)
    names, missing = [], []
    for name in NAMES:
        try:
            import_module(name)
            names.append(name)
        except ImportError:
            missing.append(name)
    print(f"compared: {', '.join(names) or 'none'}; not installed: {', '.join(missing) or 'none'}\n")
    rng = np.random.default_rng(0)
    rows: list[list[str]] = []
    for arcs in (10**3, 10**4, 10**5, 10**6):
        if arcs <= given.largest:
            rows += measure(grid(arcs, rng), names, given.repeats)
            if "scipy" in names:
                rows += measure(geometric(arcs, rng), names, given.repeats)
    if given.data is not None:
        from benchmarks.dimacs import read_graph

        first_out, head, weight = read_graph(given.data)
        tail = np.repeat(np.arange(len(first_out) - 1), np.diff(first_out))
        rows += measure(graph_of("New York", len(first_out) - 1, tail, head, weight[:, 0]), names, given.repeats)
    print(table(["graph", "arrays ms", "prepared", *NAMES], rows))
    print("\nmedians; all but the first column in multiples of `arrays` (above 1: slower than ours)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
