"""Fronts where arcs share items that are paid for once: time and labels against the additive search, and the pruning.

    python -m benchmarks.shared [--repeats 7] [--most-arcs 100000] [--budget 20] [--seed 7] [--json FILE]

On the embedded network items are made from its tables: what lies at a chokepoint, at the border of two countries, in a
country; and common shocks, each held by all arcs of three others. On made graphs an item is a neighbourhood. *Additive*
is the search without items, where each arc bears the gains of all that it holds; *plain* prunes by subsets only. Ends
with 1 when the two kinds of pruning do not find the same.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import corridor_opt as co
from benchmarks import machine, number, table
from benchmarks.made import KINDS, far_pairs
from benchmarks.network import task_of
from corridor_opt.graph import FrontArrays, SearchLimits, Shared, pareto_front
from corridor_opt.graph.engines import shared as engine
from corridor_opt.model.schema import split
from corridor_opt.studies.task import Task

PAIRS = (("Mumbai", "Moscow"), ("Shanghai", "Hamburg"), ("Xi'an", "Duisburg"))
CRITERIA = (("cost", "risk"), ("cost", "time", "risk"), ("cost", "time", "distance", "risk"))
KINDS_OF = (("chokepoint", 8), ("border", 9), ("country", 8))  # items on the network, most frequent first
SHOCKS, MEMBERS = 5, 3
FEW = 10  # items of a small question, asked thousands of times in a study of many worlds
NEPERS = (0.005, 0.1)  # of an item
SHARE = 0.03  # of the vertices of a made graph that an item covers


def labels_of(task: Task) -> list[set[tuple[str, str]]]:
    """Say of each arc what lies there: kind and name."""
    frame, network = task.elements.frame, task.network
    links, crossings = network["links"], network["crossings"]
    at: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for row, (cell, countries, mode) in enumerate(
        zip(links["chokepoints"], links["countries"], links["mode"], strict=True)
    ):
        found = {("chokepoint", name) for name in split(cell)}
        if mode not in ("sea", "ferry"):
            found |= {("country", name) for name in split(countries)}
        at["links", row] = found
    for row, ends in enumerate(zip(crossings["country_a"], crossings["country_b"], strict=True)):
        at["crossings", row] = {("border", "-".join(sorted(ends)))}
    places = zip(frame["table"], frame["row"], frame["kind"], strict=True)
    here = [at.get((place, row), set()) if kind in ("haul", "border") else set() for place, row, kind in places]
    return [here[e] if e >= 0 else set() for e in task.base.element]


def items_of(task: Task, seed: int) -> Shared:
    """Make items of what lies on a task's arcs, and common shocks of these; they add to risk, in millionths."""
    rng = np.random.default_rng(seed)
    labels = labels_of(task)
    count = Counter(name for here in labels for name in here)
    names = [
        name
        for kind, most in KINDS_OF
        for name, _ in Counter({n: c for n, c in count.items() if n[0] == kind}).most_common(most)
    ]
    member = np.array([[name in here for name in names] for here in labels])
    nepers = rng.uniform(*NEPERS, len(names))
    for _ in range(SHOCKS):
        group = rng.choice(len(names), MEMBERS, replace=False)
        member = np.column_stack([member, member[:, group].any(axis=1)])
        nepers = np.append(nepers, 0.3 * nepers[group].min())
    gain = np.zeros((len(nepers), task.weight.shape[1]), np.int64)
    gain[:, list(task.searched).index("risk")] = np.rint(1e6 * nepers)
    return Shared(member, gain)


def regions(graph: Any, items: int, seed: int) -> np.ndarray:
    """Give each item the arcs between the vertices nearest to a random one."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    n = len(graph.first_out) - 1
    rng = np.random.default_rng(seed)
    tail = np.repeat(np.arange(n), np.diff(graph.first_out))
    hops = csr_array((np.ones(len(graph.head)), graph.head, graph.first_out), shape=(n, n))
    member = np.zeros((len(graph.head), items), np.bool_)
    for i in range(items):
        far = dijkstra(hops, indices=int(rng.integers(n)), unweighted=True)
        near = far <= np.partition(far, int(SHARE * n))[int(SHARE * n)]
        member[:, i] = near[tail] & near[graph.head]
    return member


def compared(query: Sequence[Any], shared: Shared, repeats: int, budget: float, **options: Any) -> dict[str, Any]:
    """Search without items, with them, and with them by the plain test; the fastest of some repeats each."""
    first_out, head, weight, source, target = query
    laden = weight + np.asarray(shared.member, np.int64) @ np.asarray(shared.gain)
    limits = SearchLimits(seconds=budget)

    def timed(weight: np.ndarray, **more: Any) -> tuple[FrontArrays, float]:
        best: tuple[FrontArrays, float] | None = None
        for _ in range(repeats):
            began = perf_counter()
            front = pareto_front(first_out, head, weight, source, target, search_limits=limits, **options, **more)
            seconds = perf_counter() - began
            best = (front, seconds) if best is None or seconds < best[1] else best
            if seconds > 1:
                break
        assert best is not None
        return best

    timed(weight, shared=shared)  # kernels for many items are compiled when they are first used
    additive, sharp = timed(laden), timed(weight, shared=shared)
    engine.PLAIN = True
    try:
        plain = timed(weight, shared=shared)
    finally:
        engine.PLAIN = False
    both = sharp[0].status == plain[0].status == "complete"
    return {
        "items": np.asarray(shared.gain).shape[0],
        "additive_ms": 1000 * additive[1],
        "additive_points": len(additive[0].values),
        "additive_labels": additive[0].expanded,
        "ms": 1000 * sharp[1],
        "points": len(sharp[0].values),
        "labels": sharp[0].expanded,
        "status": sharp[0].status,
        "plain_ms": 1000 * plain[1],
        "plain_labels": plain[0].expanded,
        "plain_status": plain[0].status,
        "ratio": sharp[1] / additive[1],
        "same": bool(np.array_equal(sharp[0].values, plain[0].values)) if both else None,
    }


HEAD = ("k", "items", "points", "labels", "ms", "additive: points", "labels", "ms", "ratio", "plain: labels", "ms")


def row_of(name: str, k: int, found: dict[str, Any]) -> list[str]:
    """Lay out what was found."""
    cut = "" if found["status"] == "complete" else " cut"
    plain_cut = "" if found["plain_status"] == "complete" else " cut"
    return [
        name,
        str(k),
        str(found["items"]),
        f"{found['points']:,}",
        f"{found['labels']:,}{cut}",
        number(found["ms"]),
        f"{found['additive_points']:,}",
        f"{found['additive_labels']:,}",
        number(found["additive_ms"]),
        number(found["ratio"]),
        f"{found['plain_labels']:,}{plain_cut}",
        number(found["plain_ms"]),
    ]


def on_network(repeats: int, seed: int) -> list[tuple[str, int, dict[str, Any]]]:
    """Measure the embedded network."""
    network = co.load_network()
    found = []
    for origin, destination in PAIRS:
        for criteria in CRITERIA:
            task = task_of(network, origin, destination, criteria)
            shared, graph = items_of(task, seed), task.graph
            query = (graph.first_out, graph.head, task.weight, task.source, task.target)
            name, k = f"{origin} - {destination}", len(criteria)
            found.append((name, k, compared(query, shared, repeats, 60, is_open=task.is_open)))
            if k == 2:
                few = Shared(np.asarray(shared.member)[:, :FEW], np.asarray(shared.gain)[:FEW])
                found.append((name, k, compared(query, few, repeats, 60, is_open=task.is_open)))
    return found


def on_made(most: int, budget: float, repeats: int, seed: int) -> list[tuple[str, int, dict[str, Any]]]:
    """Measure made graphs: length, time with three criteria, and a last criterion to which items add."""
    from scipy.sparse import csr_array

    found = []
    for kind, make in KINDS.items():
        arcs = 1000
        while arcs <= most:
            graph = make(arcs, seed)
            n = len(graph.first_out) - 1
            matrix = csr_array((graph.weight[:, 0].astype(float), graph.head, graph.first_out), shape=(n, n))
            source, target, _ = far_pairs(graph, matrix, 1, seed)[0]
            rng = np.random.default_rng(seed)
            last = rng.integers(0, 10, (len(graph.head), 1))
            for items in (30, 200):
                member = regions(graph, items, seed)
                for k in (2, 3):
                    weight = np.concatenate([graph.weight[:, : k - 1], last], axis=1)
                    gain = np.zeros((items, k), np.int64)
                    gain[:, -1] = rng.integers(50, 500, items)
                    query = (graph.first_out, graph.head, weight, int(source), int(target))
                    one = compared(query, Shared(member, gain), repeats, budget)
                    found.append((f"{kind}, {len(graph.head):,} arcs", k, one))
            arcs *= 10
    return found


def main(given: Sequence[str] | None = None) -> int:
    """Measure, print, and say whether all fronts agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--most-arcs", type=int, default=100_000, help="0 for the network alone")
    parser.add_argument("--budget", type=float, default=20, help="seconds a search on a made graph may take")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(given)
    where = machine()
    print(", ".join(f"{name} {value}" for name, value in where.items()))
    found = on_network(options.repeats, options.seed)
    print(table(("pair", *HEAD), [row_of(*one) for one in found]))
    made = on_made(options.most_arcs, options.budget, options.repeats, options.seed)
    if made:
        print()
        print(table(("graph", *HEAD), [row_of(*one) for one in made]))
    if options.json:
        rows = [{"graph": name, "k": k, **one} for name, k, one in (*found, *made)]
        options.json.write_text(json.dumps({"machine": where, "rows": rows}, indent=1), "utf-8")
    wrong = sum(one["same"] is False for _, _, one in (*found, *made))
    print(f"\nfronts found alike by both kinds of pruning: all but {wrong}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
