"""Networks of a hundred thousand links and more: loading, questions, fronts, a matrix, and one criterion against peers.

    python -m benchmarks.large [--network NAME|FOLDER | --links 80000] [--side 200] [--km 1000] [--repeats 3]
                               [--pairs FROM/TO,...] [--bounded 0.05] [--only load,front,bounded,matrix,peers]
                               [--json FILE]

Without either the embedded network is measured. NAME is a network of the cache (`corridor-opt network build`), FOLDER
one that was saved, `--links` makes one by rule. Each part runs in a process of its own, so that its peak of memory is
its own. The matrix is compared with scipy cell by cell, peers with one another; the run stops where they differ.
Peers that are not installed are left out and named.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

import corridor_opt as co
from benchmarks import machine, number, peers, table
from corridor_opt.model.network import Network
from corridor_opt.studies.question import ask
from corridor_opt.studies.task import Task

PARTS = ("load", "front", "bounded", "matrix", "peers")
CRITERIA = ("cost", "time", "risk")
SLOW_PEERS = {"networkx": 1_500_000, "scgraph": 1_500_000}  # arcs beyond which a library is left out


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of one call, and what it gave."""
    began = perf_counter()
    answer = call()
    return perf_counter() - began, answer


def peak_mb() -> float:
    """Peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def network_of(given: argparse.Namespace) -> Network:
    """Load or make the network."""
    if given.links:
        return import_module("tests.large").large_network(given.links)
    return co.load_network(given.network) if given.network else co.load_network()


def task_of(network: Network, origin: str, destination: str, criteria: Sequence[str]) -> Task:
    """Make the arrays of one question."""
    question = ask(network, origin, destination, scenarios=["baseline"], criteria=criteria)
    return Task(question, question.worlds[0])


def served(network: Network, count: int, seed: int = 1) -> list[str]:
    """Draw places with open terminals on land, in countries between which all pairs have the same open arcs."""
    terminals, nodes = network["terminals"], network["nodes"]
    known = set(nodes["id"][~nodes["country"].isin(network.beyond)])
    loading = terminals.loc[terminals["is_open"] & terminals["mode"].isin(["rail", "road"]), "node"]
    chosen_from = sorted(set(loading) & known)
    chosen = np.random.default_rng(seed).choice(len(chosen_from), min(count, len(chosen_from)), replace=False)
    return [chosen_from[i] for i in sorted(chosen.tolist())]


def pairs_of(network: Network, km: float, count: int = 3) -> list[tuple[str, str]]:
    """Choose pairs about so far apart by the shortest route."""
    places = served(network, 60, seed=2)
    frame = co.cost_matrix(network, places, places, criterion="distance", threads=1).to_frame()
    frame = frame[frame["status"] == "complete"]
    nearest = (frame["distance"] - km).abs().sort_values(kind="stable").index
    chosen: dict[str, tuple[str, str]] = {}
    for row in frame.loc[nearest].itertuples():
        chosen.setdefault(row.origin, (row.origin, row.destination))
    return list(chosen.values())[:count]


def load(given: argparse.Namespace) -> dict[str, Any]:
    """Load, and ask a first and further questions."""
    co.warm_up()
    before = peak_mb()
    seconds, network = timed(lambda: network_of(given))
    loaded = peak_mb()
    a, b = served(network, 2)
    words = {"criteria": ("cost",)}

    def asked() -> Any:
        try:
            return co.find_routes(network, a, b, **words)
        except co.NoRouteError:
            return None

    first, _ = timed(asked)
    again = [timed(asked)[0] for _ in range(given.repeats)]
    task = task_of(network, a, b, ("cost",))
    return {
        "nodes": len(network["nodes"]),
        "links": len(network["links"]),
        "terminals": len(network["terminals"]),
        "vertices": task.graph.vertices,
        "arcs": len(task.graph.head),
        "open arcs": int(task.is_open.sum()),
        "load s": seconds,
        "first question s": first,
        "further question s": median(again),
        "MB before": before,
        "MB loaded": loaded,
    }


def shortest(found: co.Front) -> float:
    """Kilometres of the shortest route of a front."""
    return min(route.values["distance"] for route in found)


def front(given: argparse.Namespace, method: Any = None) -> dict[str, Any]:
    """Find fronts of three criteria between places about so far apart."""
    network = network_of(given)
    co.warm_up()
    rows = []
    named = [tuple(pair.split("/")) for pair in given.pairs.split(",") if pair]
    for a, b in named or pairs_of(network, given.km):
        words = {"criteria": CRITERIA, "method": method, "search_limits": co.SearchLimits(seconds=given.patience)}
        runs = [timed(lambda: co.find_routes(network, a, b, **words)) for _ in range(given.repeats)]  # noqa: B023
        found = runs[0][1]
        rows.append(
            {"pair": f"{a} - {b}", "km": shortest(found), "routes": len(found), "labels": found.labels}
            | {"status": found.status, "s": median(seconds for seconds, _ in runs)}
        )
    return {"rows": rows}


def bounded(given: argparse.Namespace) -> dict[str, Any]:
    """Find the same fronts within a share."""
    return front(given, co.Bounded(given.bounded))


def matrix(given: argparse.Namespace) -> dict[str, Any]:
    """Compute a matrix of the least cost, and let scipy do the same on the same arcs."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    network = network_of(given)
    co.warm_up()
    places = served(network, given.side)
    co.cost_matrix(network, places[:2], places[:2], threads=1)
    task = task_of(network, places[0], places[1], ("cost",))
    graph = task.graph
    opened = np.flatnonzero(task.is_open)
    g = peers.graph_of("open", graph.vertices, graph.tail[opened], graph.head[opened], task.weight[opened, 0])
    weights = csr_matrix((g.weight.astype(float), g.head, g.first_out), shape=(graph.vertices,) * 2)
    ends = np.array([task.base.hub[place] for place in places])
    times: dict[str, list[float]] = {"ours": [], "two threads": [], "scipy": [], "scipy, paths": []}
    for _ in range(given.repeats):
        seconds, ours = timed(lambda: co.cost_matrix(network, places, places, threads=1))
        times["ours"].append(seconds)
        times["two threads"].append(timed(lambda: co.cost_matrix(network, places, places, threads=2))[0])
        seconds, theirs = timed(lambda: np.vstack([dijkstra(weights, indices=int(v))[ends] for v in ends]))
        times["scipy"].append(seconds)
        times["scipy, paths"].append(
            timed(lambda: [dijkstra(weights, indices=int(v), return_predecessors=True)[1][ends] for v in ends])[0]
        )
    mine = ours.to_frame()["cost"].to_numpy().reshape(len(places), -1)
    step = task.weights.resolution["cost"]
    if not np.allclose(np.where(np.isnan(mine), -1, mine), np.where(np.isinf(theirs), -1, theirs * step), atol=1e-4):
        raise SystemExit("scipy and cost_matrix find different costs")
    done = {name: median(each) for name, each in times.items()}
    done |= {f"/ {name}": median(a / b for a, b in zip(times["ours"], times[name], strict=True)) for name in times}
    return {"side": len(places), "unreached": int(np.isnan(mine).sum()), **done}


def single(given: argparse.Namespace) -> dict[str, Any]:
    """Put one criterion to other libraries, on open arcs."""
    network = network_of(given)
    places = served(network, 2)
    task = task_of(network, *places, ("cost",))
    opened = np.flatnonzero(task.is_open)
    graph = task.graph
    g = peers.graph_of(network.name, graph.vertices, graph.tail[opened], graph.head[opened], task.weight[opened, 0])
    there, missing = [], []
    for name in peers.NAMES:
        try:
            import_module(name)
            (there if len(g.head) <= SLOW_PEERS.get(name, len(g.head)) else missing).append(name)
        except ImportError:
            missing.append(name)
    peers.SLOW = {}
    start = int(task.base.hub[places[0]])
    return {"rows": peers.measure(g, there, given.repeats, start), "left out": missing}


DOING = {"load": load, "front": front, "bounded": bounded, "matrix": matrix, "peers": single}


def shown(part: str, told: dict[str, Any]) -> str:
    """Write what a part found."""
    if part == "peers":
        head = ["graph", "arrays ms", "prepared", *peers.NAMES]
        body = table(head, told["rows"])
        body += f"\nin multiples of arrays; left out: {', '.join(told['left out']) or 'none'}"
    elif "rows" in told:
        names = list(told["rows"][0]) if told["rows"] else ["pair"]
        cells = [[number(c) if isinstance(c, float) else f"{c}" for c in row.values()] for row in told["rows"]]
        body = table(names, cells)
    else:
        rows = [(n, number(v) if isinstance(v, float) else f"{v:,}") for n, v in told.items() if n != "peak MB"]
        body = table(("what", "is"), rows)
    return f"{part}: peak {told['peak MB']:,.0f} MB\n{body}\n"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large", description=__doc__.splitlines()[0])
    parser.add_argument("--network", metavar="NAME", help="a network of the cache, or the path of one")
    parser.add_argument("--links", type=int, default=0, metavar="N", help="make a network of about N links instead")
    parser.add_argument("--side", type=int, default=200, help="origins, and destinations, of the matrix (200)")
    parser.add_argument("--km", type=float, default=1000, help="how far apart the ends of a front are (1000)")
    parser.add_argument("--pairs", default="", metavar="LIST", help="ends of the fronts instead: FROM/TO,FROM/TO")
    parser.add_argument("--bounded", type=float, default=0.05, metavar="EPS", help="share of bounded fronts (0.05)")
    parser.add_argument("--patience", type=float, default=60, metavar="S", help="most seconds of one search (60)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default=",".join(PARTS), metavar="LIST", help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there as well")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    unknown = [name for name in given.only.split(",") if name not in PARTS]
    if unknown or given.repeats < 1:
        parser.error(f"--only: no part {', '.join(unknown)}" if unknown else "--repeats must be at least 1")
    if given.pairs and any(len(pair.split("/")) != 2 for pair in given.pairs.split(",")):
        parser.error(f"--pairs: FROM/TO,FROM/TO expected, not {given.pairs}")
    if given.part:
        told = DOING[given.part](given)
        print(json.dumps({**told, "peak MB": peak_mb()}))
        return 0
    print(", ".join(f"{name} {value}" for name, value in machine().items()), flush=True)
    every: dict[str, Any] = {"machine": machine()}
    asked = list(sys.argv[1:] if words is None else words)
    for part in given.only.split(","):
        run = subprocess.run(
            [sys.executable, "-m", "benchmarks.large", *asked, "--part", part], stdout=subprocess.PIPE, text=True
        )
        if run.returncode:
            return run.returncode
        every[part] = json.loads(run.stdout.splitlines()[-1])
        print(f"\n{shown(part, every[part])}", flush=True)
    if given.json:
        given.json.write_text(json.dumps(every, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
