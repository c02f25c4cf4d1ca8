"""What `benchmarks.start` asks of kernels: the time to compile each, and the first answer of each numeric door."""

from __future__ import annotations

from typing import Any

from benchmarks import number, table

# Seconds of the processor for each kernel and number of criteria (0: for any), less those of kernels that it calls;
# what numba compiles of its own goes under its own name.
COMPILE_ALL = """
import os, pathlib
from time import process_time
from numba.core import event, types
class Listener(event.Listener):
    def __init__(self):
        self.open, self.seconds = [], {}
    def on_start(self, happens):
        self.open.append([process_time(), 0.0])
    def on_end(self, happens):
        began, inner = self.open.pop()
        took = process_time() - began
        if self.open:
            self.open[-1][1] += took
        given = happens.data["args"]
        what = happens.data["dispatcher"].py_func
        ours = what.__module__.startswith("corridor_opt.")
        name = f"{what.__module__.rsplit('.', 1)[-1]}.{what.__name__}" if ours else "numba's own"
        many = len(given[-1]) if ours and given and isinstance(given[-1], types.UniTuple) else 0
        key = f"{name} {many}"
        self.seconds[key] = self.seconds.get(key, 0.0) + took - inner
listener = Listener()
event.register("numba:compile", listener)
import corridor_opt as co
from time import perf_counter as now
a = now()
co.warm_up()
said["warm_up, compiling"] = now() - a
said["kernels"] = listener.seconds
files = [f.stat().st_size for f in pathlib.Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*.nb?")]
said["files"], said["bytes"] = len(files), sum(files)
"""

# 3,000 arcs between 1,000 vertices
WORLD = """
from time import perf_counter as now; a = now()
import numpy as np
from corridor_opt import graph
rng = np.random.default_rng(1)
tail, head = np.sort(rng.integers(0, 1000, 3000)), rng.integers(0, 1000, 3000)
first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=1000))])
weight = rng.integers(1, 1000, (3000, 6))
ends = 0, 999
limits = [None, 8000, 8000]
"""
DOORS = {
    **{
        f"pareto_front, k = {k}": f"graph.pareto_front(first, head, weight[:, :{k}], *ends)" for k in (1, 2, 3, 4, 5, 6)
    },
    "pareto_front, k = 3, Bounded(0.01)": "graph.pareto_front(first, head, weight[:, :3], *ends, "
    "method=graph.Bounded(0.01))",
    "prepare and towards, k = 3": "graph.prepare(first, head, weight[:, :3]).towards(999).front(0)",
    "constrained_paths, k = 3": "graph.constrained_paths(first, head, weight[:, :3], *ends, upper=limits)",
    "constrained_paths, k = 3, the best 3": "graph.constrained_paths(first, head, weight[:, :3], *ends, "
    "upper=limits, count=3)",
    "distances": "graph.distances(first, head, weight[:, 0], 0)",
    "shortest_path": "graph.shortest_path(first, head, weight[:, 0], *ends)",
}
FIRST_ANSWERS = {
    f"door: {title}": WORLD + call + '\nsaid["numpy, numba, kernels from disk and the answer"] = now() - a\n'
    for title, call in DOORS.items()
}


def report(said: dict[str, Any]) -> str:
    """Write the table of cold compilation from what `COMPILE_ALL` says."""
    kernels: dict[str, dict[int, float]] = {}
    for key, seconds in said["kernels"].items():
        name, many = key.rsplit(" ", 1)
        kernels.setdefault(name, {})[int(many)] = seconds
    dims = sorted({many for several in kernels.values() for many in several})
    rows: list[tuple[object, ...]] = []
    for name, several in sorted(kernels.items(), key=lambda item: -sum(item[1].values())):
        rows.append((name, number(sum(several.values())), *(number(several[k]) if k in several else "" for k in dims)))
    sums = [sum(several.get(k, 0.0) for several in kernels.values()) for k in dims]
    rows.append(("all", number(sum(sums)), *(number(one) for one in sums)))
    heads = [f"k = {k}" if k else "any k" for k in dims]
    cached = f"{said['bytes'] / 1e6:.1f} MB in {said['files']} files of numba's cache"
    return f"{table(('seconds of the processor, cold', 'all', *heads), rows)}\n{cached}"
