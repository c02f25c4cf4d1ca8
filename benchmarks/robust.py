"""Robust routes on the embedded network: seconds, worlds, candidates, memory.

    python -m benchmarks.robust [--samples 2000] [--repeats 3] [--threads 2] [--json FILE]

The first answer of each pair, which may compile, is not counted.
"""

from __future__ import annotations

import argparse
import json
import resource
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import corridor_opt as co
from benchmarks import machine, number, table

PAIRS = (("Mumbai", "Moscow"), ("Xi'an", "Duisburg"), ("Shanghai", "Hamburg"))
HEADS = ("pair", "drawn", "different", "candidates", "robust", "seconds", "worlds a second", "grown by MiB")


def peak() -> float:
    """Largest memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(network: co.Network, pair: tuple[str, str], samples: int, repeats: int, threads: int) -> dict[str, Any]:
    """Time one question."""
    asked: dict[str, Any] = {"samples": samples, "seed": 7, "threads": threads}
    co.robust_routes(network, *pair, **{**asked, "samples": 64})
    before, times = peak(), []
    for _ in range(repeats):
        began = perf_counter()
        robust = co.robust_routes(network, *pair, **asked)
        times.append(perf_counter() - began)
    seconds = median(times)
    return {
        "pair": " - ".join(pair),
        "drawn": samples,
        "different": len(robust.worlds),
        "candidates": robust.candidates,
        "robust": len(robust),
        "seconds": seconds,
        "worlds a second": len(robust.worlds) / seconds,
        "grown by MiB": peak() - before,
    }


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--samples", type=int, default=2000)
    words.add_argument("--repeats", type=int, default=3)
    words.add_argument("--threads", type=int, default=2)
    words.add_argument("--json", type=Path)
    given = words.parse_args()
    network = co.load_network()
    found = [measured(network, pair, given.samples, given.repeats, given.threads) for pair in PAIRS]
    print(machine())
    rows = [[str(one[h]) if isinstance(one[h], (str, int)) else number(one[h]) for h in HEADS] for one in found]
    print(table(list(HEADS), rows))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
