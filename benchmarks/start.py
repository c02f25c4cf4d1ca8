"""Starting: imports, the first call of a new process, and cold compilation.

Each figure is the median of several new processes. Kernels and byte code are cached in a temporary folder, so that
cold is cold and warm is warm, whatever the machine has cached. Cold means no compiled kernels: byte code is warm
everywhere, from a first round that is not counted.

    python -m benchmarks.start [--runs 7] [--cold-runs 1] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import compiled, machine, number, table

CLOCK = "from time import perf_counter as now; a = now()\n"
ASK = 'f = co.find_routes(n, "Mumbai", "Moscow", criteria=("cost", "time", "risk"))\n'
ARRAYS = (
    "import numpy as np\n"
    "arrays = (np.array([0, 2, 3, 3]), np.array([1, 2, 2]), np.array([[1, 9, 1], [5, 5, 5], [1, 9, 1]]), 0, 2)\n"
)
NAMES = "for name in co.__all__: getattr(co, name)\n"
LOADED = 'import sys; said["loaded"] = [m for m in ("numpy", "pandas", "numba", "geopandas") if m in sys.modules]\n'


def child(code: str, scratch: str, kernels: str) -> dict[str, Any]:
    """Run code in a new process; it fills the dict `said` with seconds. `process` is the whole of it."""
    wrapped = f"said = {{}}\n{code}\nimport json; print(json.dumps(said))"
    environment = {**os.environ, "NUMBA_CACHE_DIR": kernels, "PYTHONPYCACHEPREFIX": str(Path(scratch, "bytes"))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else every process would compile all Python sources again
    began = perf_counter()
    done = subprocess.run([sys.executable, "-c", wrapped], env=environment, capture_output=True, text=True, check=False)
    process = perf_counter() - began
    if done.returncode:
        raise SystemExit(f"a measured process failed:\n{code}\n{done.stderr}")
    return {**json.loads(done.stdout.splitlines()[-1]), "process": process}


def lap(name: str) -> str:
    """Code that notes the seconds since the last lap."""
    return f"said[{name!r}] = now() - a; a = now()\n"


FIRST = (
    CLOCK
    + "import corridor_opt as co\nco.find_routes, co.load_network\n"
    + lap("imports")
    + "n = co.load_network()\n"
    + lap("load_network")
    + ASK
    + lap("first find_routes")
    + ASK
    + lap("second find_routes")
)
# What each new process does, by a title; the laps are its figures.
WARM = {
    "python itself": "",
    "numpy and pandas": CLOCK + "import numpy, pandas\n" + lap("import numpy, pandas"),
    "import alone": CLOCK + "import corridor_opt\n" + lap("import corridor_opt") + LOADED,
    "every public name, after numpy and pandas": "import numpy, pandas\n"
    + CLOCK
    + "import corridor_opt as co\n"
    + lap("import corridor_opt")
    + NAMES
    + lap("every public name")
    + LOADED,
    "numba": "import numpy\n" + CLOCK + "import numba\n" + lap("import numba, after numpy"),
    "numeric door": CLOCK
    + "from corridor_opt.graph import pareto_front\n"
    + lap("import pareto_front")
    + ARRAYS
    + "a = now()\nf = pareto_front(*arrays)\n"
    + lap("first call, k = 3 (numba is imported here)")
    + "f = pareto_front(*arrays)\n"
    + lap("second call")
    + LOADED,
    "find_routes, kernels cached by an earlier process": FIRST,
    "the same where scipy is not installed": "import sys; sys.modules['scipy'] = None  # numba tries to import it\n"
    + FIRST,
    "find_routes after warm_up in the same process": CLOCK
    + "import corridor_opt as co\nn = co.load_network()\n"
    + lap("imports and load_network")
    + "co.warm_up()\n"
    + lap("warm_up, kernels cached")
    + ASK
    + lap("first find_routes"),
    **compiled.FIRST_ANSWERS,
    "command line: routes --format json": "import subprocess, sys\n"
    "subprocess.run([sys.executable, '-m', 'corridor_opt', 'routes', 'Mumbai', 'Moscow', '--criteria', "
    "'cost,time,risk', '--format', 'json'], check=True, stdout=subprocess.DEVNULL)\n",
}
COLD = {
    "cold: numeric door, k = 3": CLOCK
    + "from corridor_opt.graph import pareto_front\n"
    + ARRAYS
    + "a = now()\nf = pareto_front(*arrays)\n"
    + lap("first call, compiling"),
}


def measure(said: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Give the medians of a process's laps, in seconds."""
    laps = {
        name: {
            "median_s": round(median(s[name] for s in said), 5),
            "min_s": round(min(s[name] for s in said), 5),
            "max_s": round(max(s[name] for s in said), 5),
        }
        for name in said[0]
        if name != "loaded"
    }
    return {"runs": len(said), "seconds": laps, "loaded": said[0].get("loaded")}


def report(results: dict[str, Any]) -> str:
    """Write the table."""
    rows: list[tuple[object, ...]] = []
    for title, result in results.items():
        loaded = result["loaded"]
        note = "" if loaded is None else f" [of the large packages it loads: {', '.join(loaded) or 'none'}]"
        rows.append((title + note, "", "", "", ""))
        for name, s in result["seconds"].items():
            shown = "the whole process" if name == "process" else name
            figures = [number(1000 * s[one]) for one in ("median_s", "min_s", "max_s")]
            rows.append((f"    {shown}", *figures, result["runs"]))
    return table(("what a new process does", "ms", "least", "greatest", "runs"), rows)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7, help="processes for each warm figure (default 7)")
    parser.add_argument("--cold-runs", type=int, default=1, help="processes for each cold figure (default 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there as well")
    given = parser.parse_args(argv)
    if min(given.runs, given.cold_runs) < 1:
        parser.error("--runs and --cold-runs must be at least 1")
    if given.json and not given.json.parent.is_dir():
        parser.error(f"--json: there is no folder {given.json.parent}")
    head = machine()
    print(", ".join(f"{name} {value}" for name, value in head.items()), flush=True)
    said: dict[str, list[dict[str, Any]]] = {title: [] for title in (*WARM, *COLD)}
    with tempfile.TemporaryDirectory() as scratch:
        warm = str(Path(scratch, "warm"))
        # each kernel is compiled once, into the cache that warm processes read
        kernels = child(compiled.COMPILE_ALL, scratch, warm)
        print(compiled.report(kernels), flush=True)
        for code in WARM.values():
            child(code, scratch, warm)
        for run in range(given.cold_runs):
            for j, (title, code) in enumerate(COLD.items()):
                said[title].append(child(code, scratch, str(Path(scratch, f"cold-{run}-{j}"))))
        for _ in range(given.runs):  # in turn, so that a busy spell slows all of them
            for title, code in WARM.items():
                said[title].append(child(code, scratch, warm))
    results = {title: measure(several) for title, several in said.items()}
    print(report(results))
    print(f"warm_up with nothing cached, k = 1 to 6: {kernels['warm_up, compiling']:.0f} s")
    if given.json:
        given.json.write_text(
            json.dumps({"machine": head, "results": results, "cold": kernels}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
