"""Exact fronts on the New York road network, against published C++ programs.

Times are told in multiples of a yardstick, one `scipy.sparse.csgraph.dijkstra` one-to-all on the distances, measured
in the same run between the searches; best of several each. The graph is prepared once (`prepare`, told apart).

    python -m benchmarks.dimacs --data DIR --fronts FILE.csv [--json OUT] [--repeats 3] [--only dt,dtl] [--unprepared]
        [--bounded 0.01]

DIR holds USA-road-d.NY.gr.gz and USA-road-t.NY.gr.gz of the 9th DIMACS Implementation Challenge (shortest paths):
https://www.diag.uniroma1.it/challenge9/download.shtml . FILE.csv has a row a query, vertices counted from 1:
objectives (any of d t m l in any order, at most 6), source, target; where known front (points), minima (of each
objective, with spaces), front_sha256: what is given is compared; ref_* (search time of a program in yardsticks;
ref_BOA: of its whole query). --bounded EPS asks each query once more, within (1 + EPS), between exact searches: time
as a part of the exact search's, points, and how many exact points are covered. Ends with 1 when something differs.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import geometric_mean, median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from benchmarks import machine, number, table
from corridor_opt.graph import Bounded, FrontArrays, pareto_front, prepare, warm_up

COLUMNS = "dtml"
MOST = 6  # objectives of a search
NEEDED = ("objectives", "source", "target")
WHOLE = {"ref_BOA"}  # references that count bounds too
TIMES = ("bounds", "search", "paths")
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


def whole_number(text: str) -> int | None:
    """Read an integer; None if it is none, or not of 64 bits."""
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else None


def faults_of(row: dict[str, str], n: int) -> list[str]:
    """Say all that is wrong with a query on a graph of n vertices."""
    faults = []
    objectives = row["objectives"]
    if not objectives or set(objectives) - set(COLUMNS) or len(objectives) > MOST:
        faults.append(f"objectives: 1 to {MOST} letters of {COLUMNS} expected, not {objectives!r}")
    for name in NEEDED[1:]:
        vertex = whole_number(row[name])
        if vertex is None:
            faults.append(f"{name}: a whole number expected, not {row[name]!r}")
        elif not 1 <= vertex <= n:
            faults.append(f"{name}: {vertex} is no vertex; they are counted from 1, to {n}")
    points = whole_number(row.get("front") or "0")
    if points is None or points < 0:
        faults.append(f"front: a number of points expected, not {row['front']!r}")
    minima = [whole_number(part) for part in row.get("minima", "").split()]
    if minima and (None in minima or len(minima) != len(objectives)):
        faults.append(f"minima: a whole number for each of {objectives!r} expected, not {row['minima']!r}")
    for name, text in row.items():
        if name.startswith("ref_") and text:
            try:
                reference = float(text)
            except ValueError:
                reference = math.nan
            if not 0 < reference < math.inf:
                faults.append(f"{name}: a number above 0 or nothing expected, not {text!r}")
    return faults


def read_queries(file: Path, only: Sequence[str], n: int) -> list[dict[str, str]]:
    """Read the queries on a graph of n vertices whose objectives are asked for; all faults of the file at once."""
    if not file.is_file():
        raise SystemExit(f"{file} is missing: a table of queries, see `python -m benchmarks.dimacs --help`")
    rows, faults = [], []
    with file.open(newline="", encoding="utf-8-sig") as lines:
        reader = csv.reader(lines)
        names = [name.strip() for name in next(filter(None, reader), [])]
        missing = [name for name in NEEDED if name not in names]
        if names and missing:
            raise SystemExit(f"{file}, line {reader.line_num}: no column {', '.join(missing)}")
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            cells += [""] * (len(names) - len(cells))
            row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
            wrong = faults_of(row, n)
            if len(cells) > len(names):
                wrong.append(f"{len(cells)} cells, but {len(names)} columns")
            faults += [f"  line {reader.line_num}: {fault}" for fault in wrong]
            rows.append(row)
    if faults:
        raise SystemExit("\n".join([f"{file}: {len(faults)} faults" if faults[1:] else f"{file}: a fault", *faults]))
    if not rows:
        raise SystemExit(f"{file}: no queries in it")
    kept = [row for row in rows if not only or row["objectives"] in only]
    if not kept:
        there = ", ".join(sorted({row["objectives"] for row in rows}))
        raise SystemExit(f"{file}: no query for --only {','.join(only)}; there are {there}")
    return kept


def digest(values: np.ndarray) -> str:
    """Hash a front as the table of queries does."""
    return hashlib.sha256(np.ascontiguousarray(values).astype("<i8").tobytes()).hexdigest()


def yardstick(matrix: Any, source: int) -> float:
    """Seconds of one one-to-all Dijkstra of scipy."""
    from scipy.sparse.csgraph import dijkstra

    began = perf_counter()
    dijkstra(matrix, indices=source)
    return perf_counter() - began


def agrees(query: dict[str, str], values: np.ndarray) -> bool | None:
    """Compare a front with all that its query tells of it; None if that is nothing."""
    checks = []
    if query.get("front"):
        checks.append(int(query["front"]) == len(values))
    if query.get("minima"):
        least = values.min(axis=0).tolist() if len(values) else []
        checks.append([int(part) for part in query["minima"].split()] == least)
    if query.get("front_sha256"):
        checks.append(query["front_sha256"].lower() == digest(values))
    return all(checks) if checks else None


class Asked(NamedTuple):
    """How the queries of one set of objectives are asked."""

    front: Callable[..., FrontArrays]
    bounded: Callable[..., FrontArrays] | None


def get_ready(
    query: dict[str, str],
    graph: tuple[np.ndarray, np.ndarray, np.ndarray],
    matrix: Any,
    unprepared: bool,
    eps: float | None,
) -> Asked:
    """Compile and prepare for the objectives of a query, and ask it once, untimed: nobody pays for first touch."""
    first_out, head, weight = graph
    objectives = query["objectives"]
    ends = int(query["source"]) - 1, int(query["target"]) - 1
    warm_up(len(objectives), Bounded(eps) if eps is not None else None)
    columns = np.ascontiguousarray(weight[:, [COLUMNS.index(letter) for letter in objectives]])
    rod = min(yardstick(matrix, ends[0]) for _ in range(3))
    asked = Asked(partial(pareto_front, first_out, head, columns), None)
    if not unprepared or eps is not None:
        began = perf_counter()
        prepared = prepare(first_out, head, columns).front
        if not unprepared:
            print(f"{objectives}: prepared in {number((perf_counter() - began) / rod)} yardsticks")
        asked = Asked(asked.front if unprepared else prepared, prepared)
    asked.front(*ends)
    return asked


def measure(query: dict[str, str], ask: Callable[..., FrontArrays], matrix: Any, repeats: int) -> dict[str, Any]:
    """Ask a query several times, the yardstick between."""
    source, target = int(query["source"]) - 1, int(query["target"]) - 1
    rods, fronts = [], []
    for _ in range(repeats):
        rods.append(yardstick(matrix, source))
        front = ask(source, target)
        fronts.append([front.seconds_bounds, front.seconds_search, front.seconds_paths])
    rod = min(rods)
    found: dict[str, Any] = {
        "objectives": query["objectives"],
        "source": source + 1,
        "target": target + 1,
        "front": len(front.values),
        "ok": agrees(query, front.values),
        "expanded": front.expanded,
        "generated": front.generated,
        "bytes": front.bytes,
        "yardstick_ms": rod * 1e3,
        **{name: min(took) / rod for name, took in zip(TIMES, zip(*fronts, strict=True), strict=True)},
        "whole": min(map(sum, fronts)) / rod,
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


def measure_bounded(query: dict[str, str], ask: Callable[..., FrontArrays], eps: float, repeats: int) -> dict[str, Any]:
    """Ask a query exactly and within (1 + eps), in turn."""
    ends = int(query["source"]) - 1, int(query["target"]) - 1
    exact, bounded = [], []
    ask(*ends, method=Bounded(eps))  # untimed: short ones thin the exact front, the first long one may compile
    for _ in range(repeats):
        exact.append(ask(*ends))
        bounded.append(ask(*ends, method=Bounded(eps)))
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


def queries_table(results: Sequence[dict[str, Any]], references: Sequence[str]) -> str:
    """A row a query: what it found, whether that is right, and what it took."""
    rows = [
        [
            f"{f['objectives']} {f['source']}-{f['target']}",
            f["front"],
            {True: "yes", False: "WRONG", None: "-"}[f["ok"]],
            f["expanded"],
            f["generated"],
            number(f["bytes"] / max(f["expanded"], 1)),
            *(number(f[name]) for name in (*TIMES, "whole")),
            *(number(f[name]) if name in f else "-" for name in references),
        ]
        for f in results
    ]
    head = ["query", "front", "ok", "expanded", "generated", "B/expanded", *TIMES, "whole"]
    return table([*head, *(f"/{name}" for name in references)], rows)


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
    if given.repeats < 1:
        parser.error("--repeats: 1 or more")
    if given.bounded is not None and not 0 < given.bounded <= 1:
        parser.error("--bounded: above 0 and at most 1; write 0.01 for within 1 %")
    if given.json is not None and (given.json.is_dir() or not given.json.parent.is_dir()):
        parser.error(f"--json: {given.json} is no file in a folder that exists")
    from scipy.sparse import csr_matrix

    graph = first_out, head, weight = read_graph(given.data)
    n = len(first_out) - 1
    queries = read_queries(given.fronts, [name.strip() for name in given.only.split(",") if name.strip()], n)
    matrix = csr_matrix((weight[:, 0].astype(float), head, first_out), shape=(n, n))
    kept: dict[str, Asked] = {}
    results: list[dict[str, Any]] = []
    references = [name[4:] for name in queries[0] if name.startswith("ref_")]
    for query in queries:
        objectives = query["objectives"]
        if objectives not in kept:
            kept[objectives] = get_ready(query, graph, matrix, given.unprepared, given.bounded)
        asked = kept[objectives]
        found = measure(query, asked.front, matrix, given.repeats)
        if given.bounded is not None and asked.bounded is not None:
            found["bounded"] = measure_bounded(query, asked.bounded, given.bounded, given.repeats)
        found["ratios"] = [name for name in references if name in found]
        results.append(found)
        ratios = ", ".join(f"{number(found[name])} of {name}" for name in found["ratios"])
        ok = {True: "ok", False: "WRONG", None: "not checked"}[found["ok"]]
        name = f"{objectives} {found['source']}-{found['target']}"
        print(f"{name}: {found['front']} points {ok}, search {number(found['search'])}, {ratios}", flush=True)
    print(f"\n{queries_table(results, references)}")
    print("\nbounds, search, paths and whole (all three) in yardsticks; /NAME: ours as a part of the reference\n")
    print(summary(results))
    if given.bounded is not None:
        print(f"\n{bounded_table(results)}")
    if given.json is not None:
        part = given.json.with_name(given.json.name + ".part")
        part.write_text(json.dumps({"machine": machine(), "queries": results}, indent=1) + "\n", encoding="utf-8")
        part.replace(given.json)  # whole or not at all
    return 1 if any(found["ok"] is False or found.get("bounded", {}).get("coverage", 1) < 1 for found in results) else 0


if __name__ == "__main__":
    raise SystemExit(main())
