"""How time and memory of a search grow with the graph and with the number of criteria.

    python -m benchmarks.growth [--json OUT] [--pictures DIR] [--most-arcs 1000000] [--seed 7] [--budget SECONDS]

Size: grids and random geometric graphs of 1,000 arcs and more, 1 to 3 criteria, three far pairs each, in multiples of
one `scipy.sparse.csgraph.dijkstra` one-to-all on the same lengths, measured in the same run. Criteria: the embedded
network and a grid without a way back, 2 to 6 criteria; each front is compared with one found by other means
(`benchmarks.independent`). A search that reaches the budget is shown as such. Ends with 1 when a check fails.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from benchmarks import machine, number, shown
from benchmarks.independent import OutOfTime, along_order, attained, beaten, by_correction
from benchmarks.made import KINDS, Graph, far_pairs, one_way
from corridor_opt.graph import FrontArrays, SearchLimits, pareto_front, prepare, warm_up

PAIRS = (("Mumbai", "Moscow"), ("Urumqi", "Istanbul"), ("Altynkol", "Constanta"))
CRITERIA = ("cost", "time", "distance", "risk", "emissions")  # the first k of these; the sixth: border crossings
MANY = range(2, len(CRITERIA) + 2)
SIDE, LARGEST = 12, 10  # of the grid without a way back, and of its weights
STEPS = 2  # sizes a power of ten
QUERIES = 3
REPEATS, ENOUGH = 3, 0.5  # best of so many, unless one takes more than so many seconds
PERCENT = 1  # how far a bounded front may be off
MOST_BYTES = 4 << 30
PATIENCE = 10  # budgets that an independent method gets


def bounded() -> Any:
    """Give the method for bounded fronts; None where the library has none."""
    try:
        from corridor_opt.graph import Bounded
    except ImportError:
        return None
    return Bounded(PERCENT / 100)


class Timed(NamedTuple):
    """What a search found, and the seconds of the whole call, paths copied out."""

    front: FrontArrays
    seconds: float


def best(call: Callable[[], FrontArrays]) -> Timed:
    """Search several times if that is quick, and keep the fastest."""
    found: list[Timed] = []
    while len(found) < (REPEATS if not found or found[0].seconds < ENOUGH else 1):
        began = perf_counter()
        front = call()
        found.append(Timed(front, perf_counter() - began))
    return min(found, key=lambda timed: timed.seconds)


def held(part: Any) -> int:
    """Bytes of all arrays in nested tuples and objects, each counted once."""
    arrays: dict[int, int] = {}

    def look(one: Any) -> None:
        if isinstance(one, np.ndarray):
            arrays[id(one)] = one.nbytes
        elif isinstance(one, tuple):
            for inner in one:
                look(inner)
        elif hasattr(one, "__dict__"):
            look(tuple(vars(one).values()))

    look(part)
    return sum(arrays.values())


def told(timed: Timed) -> dict[str, Any]:
    """Say what a search took; bytes of the answer come on top of those of the search."""
    front = timed.front
    return {
        "points": len(front.values),
        "status": front.status,
        "reason": front.reason,
        "expanded": front.expanded,
        "generated": front.generated,
        "bytes": front.bytes,
        "bytes_answer": front.values.nbytes + sum(path.nbytes for path in front.paths),
        "seconds_bounds": front.seconds_bounds,
        "seconds_search": front.seconds_search,
        "seconds_rest": timed.seconds - front.seconds_bounds - front.seconds_search,
    }


def right_length(values: np.ndarray, length: int, off: int) -> bool:
    """Say whether the least value of the first criterion is that of scipy, up to so many percent."""
    return len(values) > 0 and 100 * length <= 100 * int(values[:, 0].min()) <= (100 + off) * length


def covers(few: np.ndarray, exact: np.ndarray) -> bool:
    """Say whether a bounded front has a point near each exact one, and no more points."""
    return bool(beaten((100 + PERCENT) * exact, 100 * few).all()) and len(few) <= len(exact)


def of_size(kind: str, arcs: int, seed: int, budget: float, say: Callable[[str], object]) -> list[dict[str, Any]]:
    """Measure one made graph: a row for each number of criteria, and one for the bounded front of three.

    Parameters
    ----------
    kind, arcs, seed
        Which graph.
    budget
        Seconds a search may take.
    say
        Told what is going on.

    Returns
    -------
    list[dict[str, Any]]
        Medians over the pairs; "queries" holds each of them, "wrong" counts failed checks.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    graph = KINDS[kind](arcs, seed)
    n, limits = len(graph.first_out) - 1, SearchLimits(seconds=budget, bytes=MOST_BYTES)
    matrix = csr_array((graph.weight[:, 0].astype(float), graph.head, graph.first_out), shape=(n, n))
    pairs = far_pairs(graph, matrix, QUERIES, seed)
    rods = []
    for source, _, _ in pairs:
        for _ in range(REPEATS):
            began = perf_counter()
            dijkstra(matrix, indices=source)
            rods.append(perf_counter() - began)
    rod = min(rods)
    rows: list[dict[str, Any]] = []
    exact: dict[tuple[int, int, int], np.ndarray] = {}
    methods = [(1, None), (2, None), (3, None)] + [(3, one) for one in [bounded()] if one is not None]
    for k, method in methods:
        warm_up(k)
        took = []
        for _ in range(REPEATS):
            began = perf_counter()
            prepared = prepare(graph.first_out, graph.head, graph.weight[:, :k])
            took.append(perf_counter() - began)
        queries, wrong = [], 0
        for source, target, length in pairs:
            call = partial(prepared.front, source, target, method=method)
            start = call(search_limits=SearchLimits(labels=0))  # loads what warm_up may have left out
            timed = best(partial(call, search_limits=limits))
            front = timed.front
            said = {"source": source, "target": target, **told(timed), "bytes_start": start.bytes}
            queries.append(said | {"seconds": front.seconds_bounds + front.seconds_search})
            if front.status == "complete":
                wrong += not right_length(front.values, int(length), 0 if method is None else PERCENT)
                if method is None:
                    exact[k, source, target] = front.values
                elif (k, source, target) in exact:
                    wrong += not covers(front.values, exact[k, source, target])
        names = ("points", "expanded", "generated", "bytes", "bytes_start", "bytes_answer")
        names += ("seconds_bounds", "seconds_search", "seconds_rest", "seconds")
        row = {
            "kind": kind,
            "vertices": n,
            "arcs": len(graph.head),
            "criteria": k,
            "method": "exact" if method is None else f"within {PERCENT} %",
            "yardstick": rod,
            "seconds_prepare": min(took),
            "bytes_prepared": held(prepared),
            **{name: median(query[name] for query in queries) for name in names},
            "limited": sum(query["status"] == "limit" for query in queries),
            "queries": queries,
            "wrong": wrong,
        }
        rows.append(row)
        say(f"{kind} {row['arcs']}, {k} {row['method']}: {number(row['seconds'])} s, limited {row['limited']}")
    return rows


def compared(
    name: str,
    graph: Graph,
    ends: tuple[int, int],
    is_open: np.ndarray | None,
    other: Callable[[], np.ndarray],
    budget: float,
) -> dict[str, Any]:
    """Search, search by other means, and compare.

    Parameters
    ----------
    name, graph, ends, is_open
        What is searched.
    other
        Finds the front by other means.
    budget
        Seconds a search may take.

    Returns
    -------
    dict[str, Any]
        What it took; "equal" is None where one of the two did not come to its end.
    """
    k = graph.weight.shape[1]
    warm_up(k)
    limits = SearchLimits(seconds=budget, bytes=MOST_BYTES)
    began = perf_counter()
    call = partial(pareto_front, *graph, *ends, is_open=is_open)
    call(search_limits=SearchLimits(labels=0))  # loads what warm_up may have left out: told apart
    first = perf_counter() - began
    timed = best(partial(call, search_limits=limits))
    front = timed.front
    equal, began = None, perf_counter()
    try:
        values = other()
    except OutOfTime:
        values = None
    took = perf_counter() - began
    if values is not None and front.status == "complete":
        equal = bool(np.array_equal(values, front.values))
    real = attained(*graph, *ends, front.values, front.paths, is_open)
    row = {"graph": name, "vertices": len(graph.first_out) - 1, "arcs": len(graph.head), "criteria": k, **told(timed)}
    return row | {"seconds_first_call": first, "equal": equal, "attained": real, "seconds_independent": took}


def of_dag(k: int, seed: int, budget: float) -> dict[str, Any]:
    """Measure the grid without a way back, and compare with dynamic programming."""
    graph, ends = one_way(SIDE, SIDE, k, seed, LARGEST), (0, SIDE * SIDE - 1)
    name = f"grid right and down, {SIDE} x {SIDE}"
    return compared(name, graph, ends, None, lambda: along_order(*graph, *ends, PATIENCE * budget), budget)


def of_network(network: Any, pair: tuple[str, str], k: int, budget: float) -> dict[str, Any]:
    """Measure the embedded network, and compare with label correcting."""
    from benchmarks.network import task_of

    task = task_of(network, *pair, CRITERIA[: min(k, len(CRITERIA))])
    weight = task.weight
    if k > len(CRITERIA):
        kind = np.append(task.elements.frame["kind"].to_numpy(), "")[task.graph.element]
        weight = np.column_stack([weight, (kind == "border").astype(np.int64)])
    graph = Graph(task.graph.first_out, task.graph.head, weight)
    ends = int(task.source), int(task.target)
    patience = PATIENCE * budget
    return compared(
        f"{pair[0]} - {pair[1]}",
        graph,
        ends,
        task.is_open,
        lambda: by_correction(*graph, *ends, task.is_open, patience),
        budget,
    )


def sizes(most: int) -> list[int]:
    """Arcs to make: 1,000 and so many steps a power of ten up to the most."""
    steps = int(np.floor(STEPS * np.log10(max(most, 1000) / 1000) + 1e-9))
    return [round(1000 * 10 ** (step / STEPS)) for step in range(steps + 1)]


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--pictures", type=Path, help="draw growth-size.svg and growth-criteria.svg here (matplotlib)")
    parser.add_argument("--most-arcs", type=int, default=1_000_000, help="leave larger graphs out (1000000)")
    parser.add_argument("--seed", type=int, default=7, help="of the made graphs (7)")
    parser.add_argument("--budget", type=float, default=20, help="seconds a search may take before it is cut off (20)")
    given = parser.parse_args(words)
    if given.budget <= 0:
        parser.error("--budget: more than 0 seconds")
    for folder in [given.json.parent] if given.json else []:
        if not folder.is_dir():
            parser.error(f"--json: there is no folder {folder}")
    if given.pictures:
        shown.need_matplotlib()  # before the work, not after

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    result: dict[str, Any] = {
        "machine": machine(),
        "budget": given.budget,
        "seed": given.seed,
        "queries": QUERIES,
        "criteria_names": [*CRITERIA, "border crossings"],
        "notes": [] if bounded() is not None else ["corridor_opt.graph has no Bounded: bounded fronts are left out"],
    }
    result["size"] = [
        row
        for kind in KINDS
        for arcs in sizes(given.most_arcs)
        for row in of_size(kind, arcs, given.seed, given.budget, say)
    ]
    result["criteria"] = [of_dag(k, given.seed, given.budget) for k in MANY]
    import corridor_opt as co
    from corridor_opt.graph.encode import encode

    network = co.load_network()
    arcs = len(encode(network).head)
    if arcs > given.most_arcs:
        result["notes"].append(f"the embedded network has {arcs:,} arcs: left out")
    for pair in PAIRS if arcs <= given.most_arcs else ():
        for k in MANY:
            row = of_network(network, pair, k, given.budget)
            say(f"{row['graph']}, {k} criteria: {row['points']} points, equal: {shown.verdict(row)}")
            result["criteria"].append(row)
    print(shown.report(result))
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
        shown.draw(result, given.pictures)
    wrong = any(row["wrong"] for row in result["size"])
    return 1 if wrong or any(shown.verdict(row) == "NO" for row in result["criteria"]) else 0


if __name__ == "__main__":
    raise SystemExit(main())
