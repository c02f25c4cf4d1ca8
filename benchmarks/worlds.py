"""Many weightings of one topology: world-solves a second, against loops over scipy and networkx on the same arrays.

    python -m benchmarks.worlds [--worlds 2000] [--repeats 5] [--largest 100000] [--json FILE]

A world-solve is one origin to all: distances and predecessors under weights of its own. Ours makes the weights of each
world while the clock runs; the loops get theirs ready made, and only put them into their matrix. All must find the
same distances, or the run stops.
"""

from __future__ import annotations

import argparse
import json
import resource
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np

from benchmarks import machine, made, number, table
from corridor_opt.graph import CLOSED, Items, Weightings, make_weightings, world_blocks, world_distances
from corridor_opt.graph import worlds as door

FAR = 2**31 - 1  # a closed arc, to the scalar search


class Case(NamedTuple):
    """A graph, a source, and worlds on it."""

    name: str
    worlds: Weightings
    source: int


def embedded() -> tuple[Any, Any, Any, Any, int, list[Any]]:
    """Give the embedded network as the search gets it, weighed by cost for Mumbai - Moscow, and its named hazards."""
    import corridor_opt as co
    from corridor_opt.studies.question import ask
    from corridor_opt.studies.task import Task

    question = ask(co.load_network(), "Mumbai", "Moscow", scenarios=["baseline"], criteria=("cost",))
    task = Task(question, question.worlds[0])
    sets = [np.flatnonzero(on) for on in task.held.T]
    graph = task.graph
    return graph.first_out, graph.head, task.weight[:, 0], task.is_open, task.source, [s for s in sets if len(s)]


def some_sets(arcs: int, rng: np.random.Generator) -> list[Any]:
    """Forty sets, each of half a hundredth to two hundredths of the arcs."""
    return [rng.choice(arcs, int(rng.integers(arcs // 200 + 1, arcs // 50 + 2)), replace=False) for _ in range(40)]


def by_items(name: str, graph: tuple[Any, ...], sets: list[Any], count: int, rng: np.random.Generator) -> Case:
    """Worlds in which one item in five is active: a third of these is closed, the others cost more."""
    first_out, head, weight, is_open, source = graph
    add = rng.integers(1, int(np.median(weight)) + 2, (count, len(sets)))
    add[rng.random(add.shape) < 1 / 3] = CLOSED
    add[rng.random(add.shape) > 1 / 5] = 0
    items = Items(np.cumsum([0, *map(len, sets)]), np.concatenate(sets))
    return Case(name, make_weightings(first_out, head, weight, items=items, add=add, is_open=is_open), source)


def by_noise(name: str, graph: tuple[Any, ...], count: int, rng: np.random.Generator) -> Case:
    """Worlds in which every arc costs up to half as much again, each its own."""
    first_out, head, weight, is_open, source = graph
    each = np.arange(len(head) + 1)
    add = (rng.random((count, len(head))) * 0.5 * weight).astype(np.int64)
    return Case(
        name, make_weightings(first_out, head, weight, items=Items(each, each[:-1]), add=add, is_open=is_open), source
    )


def spelled_out(case: Case, count: int) -> Iterator[np.ndarray]:
    """Weights of the first worlds; infinite where closed."""
    w = case.worlds
    owner = np.repeat(np.arange(len(w.item) - 1), np.diff(w.item))
    for row in w.add[:count]:
        weight = np.where(w.query.is_open, w.value[:, 0], np.inf)
        np.add.at(weight, w.arc, np.where(row[owner] < 0, np.inf, row[owner]))
        yield weight


def of_scipy(case: Case, weights: list[np.ndarray]) -> Callable[[], list[Any]]:
    """Loop over scipy's Dijkstra; one matrix, whose numbers are put in world by world."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    query = case.worlds.query
    n = len(query.first_out) - 1
    matrix = csr_matrix((weights[0].copy(), query.head, query.first_out), shape=(n, n))

    def run() -> list[Any]:
        found = []
        for weight in weights:
            matrix.data[:] = weight
            found.append(dijkstra(matrix, indices=case.source, return_predecessors=True)[0])
        return found

    return run


def of_networkx(case: Case, weights: list[np.ndarray]) -> Callable[[], list[Any]]:
    """Loop over networkx's Dijkstra; one graph, whose numbers are read from the array of the world."""
    import networkx as nx

    query = case.worlds.query
    n = len(query.first_out) - 1
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(n))
    tail = np.repeat(np.arange(n), np.diff(query.first_out))
    graph.add_edges_from((int(t), int(h), a, {"arc": a}) for a, (t, h) in enumerate(zip(tail, query.head, strict=True)))

    def run() -> list[Any]:
        found = []
        for weight in weights:
            numbers = weight.tolist()

            def least(u: int, v: int, arcs: Any, numbers: list[float] = numbers) -> float | None:
                cost = min(numbers[a] for a in arcs)
                return None if cost == float("inf") else cost

            _, length = nx.dijkstra_predecessor_and_distance(graph, case.source, weight=least)
            found.append(np.array([length.get(v, np.inf) for v in range(n)]))
        return found

    return run


def of_heap(case: Case, weights: list[np.ndarray], threads: int) -> Callable[[], list[Any]]:
    """One Dijkstra a world with our own heap, on threads over worlds."""
    from corridor_opt.kernels import far

    query = case.worlds.query
    columns = [np.where(np.isinf(w), FAR, w).astype(np.int32)[:, None] for w in weights]
    masks = [np.isfinite(w) for w in weights]

    def one(i: int) -> np.ndarray:
        return far.spread_far(query.first_out, query.head, columns[i], masks[i], 0, case.source, -1)[0]

    def run() -> list[Any]:
        if threads == 1:
            return [one(i) for i in range(len(weights))]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, range(len(weights))))

    return run


def of_ours(case: Case, threads: int, at: Sequence[int] | None = None) -> Callable[[], None]:
    """Stream all worlds in blocks; each block is dropped when the next one comes."""

    def run() -> None:
        for _ in world_blocks(case.worlds, case.source, threads=threads, at=at):
            pass

    return run


def check(case: Case, name: str, found: list[Any]) -> None:
    """Stop where distances differ."""
    ours = world_distances(case.worlds, case.source, bytes=2**32).distance[: len(found), 0]
    for i, theirs in enumerate(np.asarray(found, float)):
        if not np.array_equal(np.where((theirs > 2**61) | (theirs < 0), -1, theirs), ours[i]):
            raise SystemExit(f"{name} disagrees on {case.name}, world {i}")


def measure(case: Case, repeats: int, threads: int) -> dict[str, Any]:
    """Ask all in turn, again and again: solves a second, medians; ratios are medians of ratios within a repeat."""
    count, arcs = len(case.worlds.add), len(case.worlds.query.head)
    few = max(4, min(count, 400_000 // arcs))
    weights = list(spelled_out(case, few))
    runs: dict[str, tuple[Callable[[], Any], int]] = {
        "lanes": (of_ours(case, 1), count),
        "lanes, threads": (of_ours(case, threads), count),
        "lanes, threads, one vertex": (of_ours(case, threads, [case.source]), count),
        "Dijkstra": (of_heap(case, weights, 1), few),
        "Dijkstra, threads": (of_heap(case, weights, threads), few),
        "scipy": (of_scipy(case, weights), few),
        "networkx": (of_networkx(case, weights[:2]), 2),
    }
    wall: dict[str, list[float]] = {name: [] for name in runs}
    busy: dict[str, list[float]] = {name: [] for name in runs}
    for repeat in range(repeats + 1):
        for name, (run, solves) in runs.items():
            began, worked = perf_counter(), process_time()
            found = run()
            if repeat > 0:  # the first round warms up
                busy[name].append(solves / (process_time() - worked))
                wall[name].append(solves / (perf_counter() - began))
            elif found is not None:
                check(case, name, found)

    def ratio(rates: dict[str, list[float]], ours: str, theirs: str) -> float:
        return median(a / b for a, b in zip(rates[ours], rates[theirs], strict=True))

    return {
        "case": case.name,
        "vertices": len(case.worlds.query.first_out) - 1,
        "arcs": arcs,
        "worlds": count,
        "rates": {name: median(each) for name, each in wall.items()},
        "ratios": {
            "scipy": ratio(wall, "lanes, threads", "scipy"),
            "networkx": ratio(wall, "lanes, threads", "networkx"),
            "scipy, one thread": ratio(busy, "lanes", "scipy"),
        },
    }


def widths(case: Case, repeats: int) -> list[list[str]]:
    """Solves a second for several numbers of lanes, one thread."""
    before, rates = door.LANES, {}
    try:
        for _ in range(repeats + 1):
            for lanes in (1, 4, 8, 16, 32, 64):
                door.LANES = lanes
                began = perf_counter()
                of_ours(case, 1)()
                rates.setdefault(lanes, []).append(len(case.worlds.add) / (perf_counter() - began))
    finally:
        door.LANES = before
    return [[case.name, *(number(median(each[1:])) for each in rates.values())]]


def memory(case: Case, threads: int) -> tuple[float, float]:
    """Stream all answers: MiB of the answers, and by how much the process grew at its peak."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answers = 0
    for one in world_blocks(case.worlds, case.source, threads=threads):
        answers += one.distance.nbytes + one.last.nbytes
    return answers / 2**20, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**10


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worlds", description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=2000, help="worlds on the embedded network (2,000)")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--largest", type=int, default=100_000, help="most arcs of a grid (100,000)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args(words)
    rng = np.random.default_rng(7)
    *graph, sets = embedded()
    network = tuple(graph)
    streamed = by_items("network, hazards", network, sets, 10 * given.worlds, rng)
    of_ours(streamed._replace(worlds=streamed.worlds._replace(add=streamed.worlds.add[:50])), given.threads)()
    answers, grown = memory(streamed, given.threads)
    cases = [
        by_items("network, hazards", network, sets, given.worlds, rng),
        by_items("network, 40 sets", network, some_sets(len(network[1]), rng), given.worlds, rng),
        by_noise("network, every arc", network, given.worlds, rng),
    ]
    for arcs in (1_000, 10_000, 100_000):
        if arcs <= given.largest:
            g = made.grid(arcs, 7)
            plain = (g.first_out, g.head, g.weight[:, 1], None, 0)
            count = max(64, min(given.worlds, given.worlds * 4000 // arcs))
            cases.append(by_items(f"grid, {len(g.head):,} arcs", plain, some_sets(len(g.head), rng), count, rng))
    results = [measure(case, given.repeats, given.threads) for case in cases]
    lanes = [row for case in cases for row in widths(case, given.repeats)]
    print(f"{machine()}\n{given.threads} threads\n")
    names = list(results[0]["rates"])
    rows = [
        [r["case"], str(r["worlds"]), *(number(r["rates"][name]) for name in names)]
        + [number(ratio) for ratio in r["ratios"].values()]
        for r in results
    ]
    print(table(["world-solves a second", "worlds", *names, "/ scipy", "/ networkx", "/ scipy, one"], rows))
    print("\n/: wall time of the loop by that of lanes on threads; one: processor time, one thread; medians\n")
    print(table(["one thread, by lanes", "1", "4", "8", "16", "32", "64"], lanes))
    print(
        f"\n{len(streamed.worlds.add):,} worlds streamed: {answers:,.0f} MiB of answers, {grown:,.0f} MiB more memory"
    )
    if given.json:
        given.json.write_text(json.dumps({"machine": machine(), "results": results, "lanes": lanes}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
