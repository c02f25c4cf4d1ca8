"""Exact fronts on the New York road network, against published C++ programs.

Times are told in multiples of a yardstick, one `scipy.sparse.csgraph.dijkstra` one-to-all on the distances, measured
in the same run between the searches; best of several each. The graph is prepared once (`prepare`, told apart).

    python -m benchmarks.dimacs --data DIR --fronts FILE.csv [--json OUT] [--repeats 3] [--only dt,dtl] [--unprepared]
        [--bounded 0.01]

DIR holds USA-road-d.NY.gr.gz and USA-road-t.NY.gr.gz of the 9th DIMACS Implementation Challenge (shortest paths):
https://www.diag.uniroma1.it/challenge9/download.shtml . FILE.csv has a row a query, vertices counted from 1:
objectives (any of d t m l in any order), source, target, front, front_sha256, minima, ref_* (search time of a program
in yardsticks; ref_BOA: of its whole query). --bounded EPS asks each query once more, within (1 + EPS), between exact
searches: time as a part of the exact search's, points, and how many exact points are covered.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from statistics import geometric_mean, median
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks import machine, number, table
from corridor_opt.graph import Bounded, FrontArrays, PreparedGraph, pareto_front, prepare, warm_up

COLUMNS = "dtml"
WHOLE = {"ref_BOA"}  # references that count bounds too
ENOUGH = 5000  # expanded labels, for a query to count in the summary
SITE = "https://www.diag.uniroma1.it/challenge9/download.shtml"


def read_graph(data: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read distance and time, add money and links: CSR offsets, heads and weights in the order d t m l."""
    columns = []
    for letter in "dt":
        file = data / f"USA-road-{letter}.NY.gr.gz"
        if not file.exists():
            raise SystemExit(f"{file} is missing; get it from {SITE} (New York City, {file.name})")
        with gzip.open(file, "rt") as lines:
            columns.append(np.array([line.split()[1:] for line in lines if line[0] == "a"], np.int64))
    distance, time = columns
    if not np.array_equal(distance[:, :2], time[:, :2]):
        raise SystemExit(f"{data}: the two files list different arcs")
    d, t = distance[:, 2], time[:, 2]
    ratio = t / np.maximum(d, 1)
    category = np.abs(ratio[:, None] - 1 / np.array([1.0, 0.8, 0.6, 0.4])).argmin(axis=1)
    money = np.maximum(1, (d * np.array([14, 8, 10, 13])[category] + 5) // 10)
    weight = np.stack([d, t, money, np.ones_like(d)], axis=1)
    order = np.argsort(distance[:, 0], kind="stable")
    first_out = np.zeros(int(distance[:, :2].max()) + 1, np.int64)
    np.cumsum(np.bincount(distance[:, 0] - 1, minlength=len(first_out) - 1), out=first_out[1:])
    return first_out, distance[order, 1] - 1, weight[order]


def read_queries(file: Path, only: Sequence[str]) -> list[dict[str, str]]:
    """Read the queries whose objectives are asked for."""
    if not file.exists():
        raise SystemExit(f"{file} is missing: a table of queries, see `python -m benchmarks.dimacs --help`")
    with file.open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if not only or row["objectives"] in only]
    for row in rows:
        if not row["objectives"] or set(row["objectives"]) - set(COLUMNS):
            raise SystemExit(f"{file}: objectives of {COLUMNS} expected, not {row['objectives']!r}")
    return rows


def digest(values: np.ndarray) -> str:
    """Hash a front as the table of queries does."""
    return hashlib.sha256(np.ascontiguousarray(values).astype("<i8").tobytes()).hexdigest()


def yardstick(matrix: Any, source: int) -> float:
    """Seconds of one one-to-all Dijkstra of scipy."""
    from scipy.sparse.csgraph import dijkstra

    began = perf_counter()
    dijkstra(matrix, indices=source)
    return perf_counter() - began


def measure(
    query: dict[str, str],
    arrays: tuple[np.ndarray, np.ndarray, np.ndarray],
    prepared: PreparedGraph | None,
    matrix: Any,
    repeats: int,
) -> dict[str, Any]:
    """Ask a query several times, the yardstick between."""
    first_out, head, weight = arrays
    source, target = int(query["source"]) - 1, int(query["target"]) - 1
    rods, bounds, searches, whole = [], [], [], []
    front: FrontArrays | None = None
    for _ in range(repeats):
        rods.append(yardstick(matrix, source))
        if prepared is not None:
            front = prepared.front(source, target)
        else:
            front = pareto_front(first_out, head, weight, source, target)
        bounds.append(front.seconds_bounds)
        searches.append(front.seconds_search)
        whole.append(front.seconds_bounds + front.seconds_search)
    assert front is not None
    rod = min(rods)
    found: dict[str, Any] = {
        "objectives": query["objectives"],
        "source": source + 1,
        "target": target + 1,
        "front": len(front.values),
        "ok": (digest(front.values) == query["front_sha256"]) if query.get("front_sha256") else None,
        "expanded": front.expanded,
        "generated": front.generated,
        "bytes": front.bytes,
        "yardstick_ms": rod * 1e3,
        "bounds": min(bounds) / rod,
        "search": min(searches) / rod,
        "whole": min(whole) / rod,
    }
    for name, reference in query.items():
        if name.startswith("ref_") and reference:
            ours = found["whole"] if name in WHOLE else found["search"]
            found[name[4:]] = ours / float(reference)
    return found


def coverage(exact: np.ndarray, points: np.ndarray, eps: float) -> float:
    """Part of the exact points that some point is within (1 + eps) of in every criterion."""
    numerator, denominator = Fraction(str(eps)).as_integer_ratio()
    covered = sum(
        bool((denominator * points <= (denominator + numerator) * e).all(axis=1).any()) for e in exact.astype(object)
    )
    return covered / max(len(exact), 1)


def measure_bounded(query: dict[str, str], prepared: PreparedGraph, eps: float, repeats: int) -> dict[str, Any]:
    """Ask a query exactly and within (1 + eps), in turn."""
    ends = int(query["source"]) - 1, int(query["target"]) - 1
    exact, bounded = [], []
    for _ in range(repeats):
        exact.append(prepared.front(*ends))
        bounded.append(prepared.front(*ends, method=Bounded(eps)))
    took = [min(front.seconds_search for front in fronts) for fronts in (exact, bounded)]
    return {
        "eps": eps,
        "points": len(bounded[0].values),
        "exact_points": len(exact[0].values),
        "coverage": coverage(exact[0].values, bounded[0].values, eps),
        "expanded": bounded[0].expanded,
        "exact_expanded": exact[0].expanded,
        "search_ms": took[1] * 1e3,
        "of_exact_search": took[1] / took[0],
    }


def bounded_table(results: Sequence[dict[str, Any]]) -> str:
    """A row a query: what a bounded search finds and what it takes."""
    rows = []
    for found in results:
        b = found["bounded"]
        name = f"{found['objectives']} {found['source']}-{found['target']}"
        ratio, part = number(b["of_exact_search"]), f"{b['coverage']:.4f}"
        rows.append([name, b["exact_points"], b["points"], part, b["exact_expanded"], b["expanded"], ratio])
    head = ["query, bounded", "exact", "points", "covered", "exact expanded", "expanded", "time / exact"]
    return table(head, rows)


def summary(results: Sequence[dict[str, Any]]) -> str:
    """Medians and geometric means of the ratios, by number of criteria, over queries that are not trivial."""
    groups: dict[tuple[int, str], list[float]] = defaultdict(list)
    for found in results:
        if found["expanded"] >= ENOUGH:
            for name in found["ratios"]:
                groups[len(found["objectives"]), name].append(found[name])
    rows = [
        [f"{k} criteria, {name}", len(all_), number(median(all_)), number(geometric_mean(all_))]
        for (k, name), all_ in sorted(groups.items())
    ]
    return table(["time / reference", "queries", "median", "geometric mean"], rows) if rows else "no references"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dimacs", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help=f"folder of the .gr.gz files, from {SITE}")
    parser.add_argument("--fronts", type=Path, required=True, help="table of queries (CSV)")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--repeats", type=int, default=3, help="best of so many (3)")
    parser.add_argument("--only", default="", help="objectives to keep, with commas: dt,dtl")
    parser.add_argument("--unprepared", action="store_true", help="contract the graph anew in each query")
    parser.add_argument("--bounded", type=float, metavar="EPS", help="ask each query within (1 + EPS), too")
    given = parser.parse_args(words)
    from scipy.sparse import csr_matrix

    queries = read_queries(given.fronts, [name for name in given.only.split(",") if name])
    first_out, head, weight = read_graph(given.data)
    n = len(first_out) - 1
    matrix = csr_matrix((weight[:, 0].astype(float), head, first_out), shape=(n, n))
    kept: dict[str, tuple[np.ndarray, PreparedGraph | None]] = {}
    results: list[dict[str, Any]] = []
    head_row = ["query", "front", "ok", "expanded", "generated", "B/expanded", "bounds", "search", "whole"]
    references = [name[4:] for name in (queries[0] if queries else {}) if name.startswith("ref_")]
    for query in queries:
        objectives = query["objectives"]
        if objectives not in kept:
            warm_up(len(objectives))
            columns = np.ascontiguousarray(weight[:, [COLUMNS.index(letter) for letter in objectives]])
            began = perf_counter()
            prepared = None if given.unprepared else prepare(first_out, head, columns)
            if prepared is not None:
                took = min(yardstick(matrix, 0) for _ in range(3))
                print(f"{objectives}: prepared in {number((perf_counter() - began - 3 * took) / took)} yardsticks")
            kept[objectives] = columns, prepared
        columns, prepared = kept[objectives]
        found = measure(query, (first_out, head, columns), prepared, matrix, max(given.repeats, 1))
        if given.bounded is not None:
            warm_up(len(objectives), Bounded(given.bounded))
            graph = prepare(first_out, head, columns) if prepared is None else prepared
            found["bounded"] = measure_bounded(query, graph, given.bounded, max(given.repeats, 1))
        found["ratios"] = [name for name in references if name in found]
        results.append(found)
        ratios = ", ".join(f"{number(found[name])} of {name}" for name in found["ratios"])
        ok = {True: "ok", False: "WRONG", None: "not checked"}[found["ok"]]
        print(
            f"{objectives} {found['source']}-{found['target']}: {found['front']} points {ok}, search "
            f"{number(found['search'])}, {ratios}",
            flush=True,
        )
    rows = [
        [
            f"{f['objectives']} {f['source']}-{f['target']}",
            f["front"],
            {True: "yes", False: "NO", None: "-"}[f["ok"]],
            f["expanded"],
            f["generated"],
            number(f["bytes"] / max(f["expanded"], 1)),
            number(f["bounds"]),
            number(f["search"]),
            number(f["whole"]),
            *(number(f[name]) if name in f else "-" for name in references),
        ]
        for f in results
    ]
    print()
    print(table([*head_row, *(f"/{name}" for name in references)], rows))
    print("\nbounds, search and whole in yardsticks; /NAME: ours as a part of the reference\n")
    print(summary(results))
    if given.bounded is not None:
        print(f"\n{bounded_table(results)}")
    if given.json is not None:
        given.json.write_text(json.dumps({"machine": machine(), "queries": results}, indent=1) + "\n")
    return 1 if any(found["ok"] is False or found.get("bounded", {}).get("coverage", 1) < 1 for found in results) else 0


if __name__ == "__main__":
    raise SystemExit(main())
