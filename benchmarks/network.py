"""Phases of a planner's question on the embedded network, and the same question put to networkx and scipy.

Milliseconds are medians of wall time in this one process; on a busy machine they are too high. Ratios are medians of
ratios of processor time between things run in turn within each repeat: they bear a busy machine, and carry to others.

    python -m benchmarks.network [--repeats 15] [--json FILE]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import corridor_opt as co
from benchmarks import machine, number, table
from corridor_opt.graph import FrontArrays, pareto_front
from corridor_opt.graph.encode import encode, weigh
from corridor_opt.model.elements import elements
from corridor_opt.model.network import Network
from corridor_opt.model.scenario import stack
from corridor_opt.studies.question import ask
from corridor_opt.studies.task import Task

PAIRS = (
    ("Mumbai", "Moscow"),
    ("Urumqi", "Istanbul"),
    ("Altynkol", "Constanta"),
    ("Yerevan", "Bandar Abbas"),
)
CRITERIA = ("cost", "time", "risk", "distance", "emissions")  # the first k of these make a question
SCENARIO = "hormuz-closed"
BUDGET = 3.0  # seconds a row of the table may take; slow rows get fewer repeats, at least 3
LEAST = 3


@dataclasses.dataclass(frozen=True)
class Timing:
    """Seconds of the repeats of one thing: by the clock, and of the processor alone."""

    seconds: tuple[float, ...]
    cpu: tuple[float, ...]

    @property
    def ms(self) -> float:
        """Median, in milliseconds."""
        return 1000 * median(self.seconds)

    def told(self) -> dict[str, Any]:
        """Median, least and greatest by the clock, median of the processor, in ms, and the number of repeats."""
        return {
            "median_ms": round(self.ms, 4),
            "min_ms": round(1000 * min(self.seconds), 4),
            "max_ms": round(1000 * max(self.seconds), 4),
            "median_cpu_ms": round(1000 * median(self.cpu), 4),
            "repeats": len(self.seconds),
        }


def timed(contenders: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Timing]:
    """Time several things in turn, each once a repeat, after one untimed round."""
    for call in contenders.values():
        call()
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    began = perf_counter()
    for done in range(repeats):
        if done >= LEAST and perf_counter() - began > BUDGET:
            break
        for name, call in contenders.items():
            start, worked = perf_counter(), process_time()
            call()
            seconds[name].append((perf_counter() - start, process_time() - worked))
    return {name: Timing(*zip(*several, strict=True)) for name, several in seconds.items()}


def ratio(times: Mapping[str, Timing], one: str, other: str) -> float:
    """Median over the repeats of the processor time of one thing by that of another, run in turn."""
    pairs = list(zip(times[one].cpu, times[other].cpu, strict=True))
    if min(min(pair) for pair in pairs) <= 0:  # some systems count the processor's time in steps of 16 ms
        pairs = list(zip(times[one].seconds, times[other].seconds, strict=True))
    return median(a / b for a, b in pairs)


def task_of(network: Network, origin: str, destination: str, criteria: Sequence[str]) -> Task:
    """Make the arrays of one question at the baseline."""
    question = ask(network, origin, destination, scenarios=["baseline"], criteria=criteria)
    return Task(question, question.worlds[0])


def found_by(task: Task) -> FrontArrays:
    """Search a question's arrays."""
    graph = task.graph
    return pareto_front(
        graph.first_out,
        graph.head,
        task.weight,
        task.source,
        task.target,
        shared=task.shared(task.searched),
        is_open=task.is_open,
        upper=task.upper,
    )


def shared_phases(network: Network, repeats: int) -> dict[str, Timing]:
    """Time what does not depend on the pair or on the number of criteria."""
    task = task_of(network, *PAIRS[0], CRITERIA[:1])
    graph, priced = encode(network), task.elements

    def ask_one() -> object:
        return ask(network, *PAIRS[0], scenarios=["baseline"], criteria=CRITERIA[:3])

    contenders: dict[str, Callable[[], object]] = {
        "load": lambda: co.load_network(as_of=network.as_of),
        "ask (places, words, baseline)": ask_one,
        "scenario apply, baseline": lambda: stack("baseline").apply(network),
        f"scenario apply, {SCENARIO}": lambda: stack(SCENARIO).apply(network),
        "elements": lambda: elements(task.network, task.load, task.question.prices),
        # encode remembers a network by identity: a copy is one it has not seen
        "encode, first": lambda: encode(dataclasses.replace(network)),
        "encode, again": lambda: encode(network),
        "weigh": lambda: weigh(graph, priced, task.ends),
    }
    return timed(contenders, repeats)


def question(network: Network, pair: tuple[str, str], criteria: Sequence[str], repeats: int) -> dict[str, Any]:
    """Time search, decoding and the whole call of one question."""
    task = task_of(network, *pair, criteria)
    found = found_by(task)
    front = co.find_routes(network, *pair, criteria=criteria)
    if found.status != "complete" or len(front) != len(found.values):
        raise SystemExit(f"{pair}, {criteria}: the phases and find_routes give different fronts")

    steps = task.steps(found.paths)
    single = Peers(task_of(network, *pair, CRITERIA[:1]))

    def legs() -> int:
        return sum(len(route.legs) for route in dataclasses.replace(front))  # a copy has no legs remembered

    fast = timed(
        {
            "ask": lambda: ask(network, *pair, scenarios=["baseline"], criteria=criteria),
            "elements": lambda: elements(task.network, task.load, task.question.prices),
            "weigh": lambda: weigh(task.base, task.elements, task.ends),
            "search": lambda: found_by(task),
            "steps": lambda: task.steps(found.paths),
            "causes, notices": lambda: (task.causes(steps), task.notices(steps, task.compliance(steps))),
            "find_routes": lambda: co.find_routes(network, *pair, criteria=criteria),
            "networkx, one criterion": single.networkx,
        },
        repeats,
    )
    times = fast | timed({"legs": legs}, repeats)
    again = [found_by(task) for _ in range(LEAST)]
    return {
        "origin": pair[0],
        "destination": pair[1],
        "criteria": list(criteria),
        "routes": len(found.values),
        "labels_settled": found.expanded,
        "labels_generated": found.generated,
        "steps": len(front.steps),
        "kernels_ms": {
            "bounds": round(1000 * median(one.seconds_bounds for one in again), 4),
            "labels": round(1000 * median(one.seconds_search for one in again), 4),
        },
        "times": times,
    }


class Peers:
    """The arrays of the single-criterion question as graphs of networkx and scipy, made once.

    Of parallel arcs both keep the cheapest: these types have no room for two, and one criterion needs no more.
    """

    def __init__(self, task: Task) -> None:
        graph, weight = task.graph, task.weight[:, 0]
        best: dict[tuple[int, int], int] = {}
        usable = np.flatnonzero(task.is_open)
        for u, v, w in zip(
            graph.tail[usable].tolist(), graph.head[usable].tolist(), weight[usable].tolist(), strict=True
        ):
            best[u, v] = min(w, best.get((u, v), w))
        self.source, self.target = int(task.source), int(task.target)
        self.digraph = nx.DiGraph()
        self.digraph.add_nodes_from(range(graph.vertices))
        self.digraph.add_weighted_edges_from((u, v, w) for (u, v), w in best.items())
        ends = np.array(list(best))
        # entries that are stored count as arcs even where they are zero
        self.matrix = csr_array(
            (np.array(list(best.values()), float), (ends[:, 0], ends[:, 1])),
            shape=(graph.vertices, graph.vertices),
        )

    def networkx(self) -> tuple[float, list[int]]:
        """One to one: length and path."""
        return nx.single_source_dijkstra(self.digraph, self.source, self.target, weight="weight")

    def networkx_bidirectional(self) -> tuple[float, list[int]]:
        """One to one from both ends: length and path."""
        return nx.bidirectional_dijkstra(self.digraph, self.source, self.target, weight="weight")

    def scipy(self) -> tuple[float, list[int]]:
        """One to all, for scipy has no target to stop at: length and path."""
        length, before = dijkstra(self.matrix, indices=self.source, return_predecessors=True)
        path, at = [self.target], self.target
        while at != self.source:
            at = int(before[at])
            path.append(at)
        return float(length[self.target]), path[::-1]


def peers(network: Network, pair: tuple[str, str], repeats: int) -> dict[str, Any]:
    """Time the single-criterion question against networkx and scipy; all must find the same length."""
    task = task_of(network, *pair, CRITERIA[:1])
    graphs = Peers(task)
    wanted = int(found_by(task).values[0, 0])
    for name in ("networkx", "networkx_bidirectional", "scipy"):
        length = getattr(graphs, name)()[0]
        if int(length) != wanted:
            raise SystemExit(f"{pair}: {name} finds {length}, corridor_opt {wanted}")
    times = timed(
        {
            "find_routes": lambda: co.find_routes(network, *pair, criteria=CRITERIA[:1]),
            "search": lambda: found_by(task),
            "networkx": graphs.networkx,
            "networkx_bidirectional": graphs.networkx_bidirectional,
            "scipy": graphs.scipy,
        },
        repeats,
    )
    return {"origin": pair[0], "destination": pair[1], "criterion": CRITERIA[0], "times": times}


def named(question: Mapping[str, Any]) -> str:
    """Name a pair."""
    return f"{question['origin']} - {question['destination']}"


def plain(value: Any) -> Any:
    """Turn timings to what JSON can hold."""
    if isinstance(value, Timing):
        return value.told()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def shares(question: Mapping[str, Any]) -> list[str]:
    """Say what part of one whole call each phase takes; the rest is the call less all phases."""
    times = question["times"]
    phases = ("ask", "elements", "weigh", "search", "steps", "causes, notices")
    part = {name: ratio(times, name, "find_routes") for name in phases}
    part["rest"] = 1 - sum(part.values())
    title = f"Where find_routes spends its time: {named(question)}, {len(question['criteria'])} criteria"
    return [title, table(tuple(part), [tuple(f"{100 * share:.1f} %" for share in part.values())])]


def report(result: dict[str, Any]) -> str:
    """Write the tables."""
    graph, phases, questions, against = (result[part] for part in ("network", "phases", "questions", "peers"))
    text = [
        ", ".join(f"{name} {value}" for name, value in result["machine"].items()),
        f"{graph['name']} as of {graph['as_of']}: {graph['nodes']} nodes, {graph['links']} links, "
        f"{graph['elements']} elements; encoded: {graph['vertices']} vertices, {graph['arcs']} arcs, "
        f"{graph['open_arcs']} of them open",
        "",
        "Phases that depend on neither pair nor criteria (median, least and greatest in ms)",
        table(
            ("phase", "ms", "least", "greatest", "repeats"),
            [
                (n, *(number(t.told()[s]) for s in ("median_ms", "min_ms", "max_ms")), len(t.seconds))
                for n, t in phases.items()
            ],
        ),
        "",
        "Questions: medians in ms. find_routes is the whole warm call; legs come on top, when asked for",
    ]
    columns = ("search", "steps", "causes, notices", "find_routes", "legs")
    rows: list[tuple[object, ...]] = []
    for q in questions:
        t = q["times"]
        said = [number(t[name].ms) for name in columns]
        repeats = f"{len(t['search'].seconds)}/{len(t['legs'].seconds)}"
        rows.append((named(q), len(q["criteria"]), q["routes"], q["labels_settled"], q["steps"], *said, repeats))
    head = ("pair", "k", "routes", "labels", "steps", "search", "decode", "causes, notices", "find_routes", "legs")
    text += [table((*head, "repeats"), rows), "", f"One criterion ({CRITERIA[0]}), equal lengths found by all: ms"]
    text[-1:-1] = [*shares(questions[2]), ""]
    names = ("find_routes", "search", "networkx", "networkx_bidirectional", "scipy")
    rows = [(named(p), *(number(p["times"][n].ms) for n in names)) for p in against]
    text += [table(("pair", "find_routes", "search", "networkx", "nx two-sided", "scipy 1-to-all"), rows), ""]
    text.append(
        "Machine-independent ratios of this run: processor time of the first / of the second (below 1: first faster)"
    )
    rows = []
    for p in against:
        t = p["times"]
        pairs = [
            ("search", "networkx"),
            ("search", "networkx_bidirectional"),
            ("search", "scipy"),
            ("find_routes", "networkx"),
        ]
        rows.append((named(p), *(number(ratio(t, a, b)) for a, b in pairs)))
    text.append(table(("pair", "search/networkx", "search/nx two-sided", "search/scipy", "find_routes/networkx"), rows))
    text += ["", "Whole front of k criteria, search alone / networkx with one criterion"]
    by_pair: dict[str, list[str]] = {}
    for q in questions:
        by_pair.setdefault(named(q), []).append(number(ratio(q["times"], "search", "networkx, one criterion")))
    heads = ("pair", *(f"k = {k}" for k in range(1, len(CRITERIA) + 1)))
    text.append(table(heads, [(name, *cells) for name, cells in by_pair.items()]))
    return "\n".join(text)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.network", description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=15, help="of each measurement (default 15)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there as well")
    given = parser.parse_args(argv)
    if given.repeats < 1:
        parser.error("--repeats must be at least 1")
    if given.json and not given.json.parent.is_dir():
        parser.error(f"--json: there is no folder {given.json.parent}")
    told = sys.stderr if sys.stderr.isatty() else None

    def progress(line: str) -> None:
        if told:
            print(line, file=told, flush=True)

    progress("compiling or loading kernels")
    co.warm_up()
    network = co.load_network()
    task = task_of(network, *PAIRS[0], CRITERIA[:1])
    result: dict[str, Any] = {
        "machine": machine(),
        "network": {
            "name": network.name,
            "version": network.version,
            "as_of": network.as_of,
            "sha256": network.sha256,
            "nodes": len(network["nodes"]),
            "links": len(network["links"]),
            "elements": len(task.elements.frame),
            "vertices": task.base.vertices,
            "arcs": len(task.base.head),
            "open_arcs": int(task.is_open.sum()),
        },
    }
    progress("phases")
    result["phases"] = shared_phases(network, given.repeats)
    result["questions"] = []
    for pair in PAIRS:
        for k in range(1, len(CRITERIA) + 1):
            progress(f"{pair[0]} - {pair[1]}, {k} criteria")
            result["questions"].append(question(network, pair, CRITERIA[:k], given.repeats))
    progress("networkx and scipy")
    result["peers"] = [peers(network, pair, given.repeats) for pair in PAIRS]
    print(report(result))
    if given.json:
        given.json.write_text(json.dumps(plain(result), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
