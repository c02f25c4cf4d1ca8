"""What `warm_up` compiles is what questions reach, and every process finds it on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

ROOT = Path(__file__).parents[2]
# a cache, empty yet, that is to serve other tests when this one has filled it
TO_FILL = "KERNELS_TO_FILL"
# criteria; the rest of six differs in nothing but the length of a tuple and would take minutes to compile
MOST = 3

KERNELS = """
import importlib, json, pkgutil
from numba.core.dispatcher import Dispatcher
import corridor_opt.kernels as room

def dispatchers():
    for found in pkgutil.iter_modules(room.__path__):
        module = importlib.import_module(f"corridor_opt.kernels.{found.name}")
        for name, one in vars(module).items():
            if isinstance(one, Dispatcher) and one.py_func.__module__ == module.__name__:
                yield f"{found.name}.{name}", one

def say():
    print(json.dumps({
        "unused": [name for name, one in dispatchers() if not one.signatures and not one.targetoptions.get("inline")],
        "loaded": sorted(f"{name}{s}" for name, one in dispatchers() for s in one.stats.cache_hits),
        "compiled": sorted(f"{name}{s}" for name, one in dispatchers() for s in one.stats.cache_misses),
    }))
"""

WARM = f"from corridor_opt.graph import ready\nready.everything({MOST})\n"

# many questions, with the way to make kernels ready before the clock runs shut, so that what they load they need
MIXED = f"""
import numpy as np
from corridor_opt.graph import constrained, search

from corridor_opt.graph import (
    Bounded,
    Shared,
    constrained_paths,
    distances,
    make_weightings,
    pareto_front,
    prepare,
    shortest_path,
    world_distances,
)
from corridor_opt.graph.engines import bounded
from corridor_opt.graph.grounds import Ground
from corridor_opt.graph.many import Row, best_cells
from corridor_opt.graph.uncertain import Routes, Uncertain, follow_plans
bounded.FEW_LABELS = 0  # what the exact search does not do
from corridor_opt.kernels import between, dial

search.ready = constrained.ready = lambda criteria, kind: None
search.ready_items = lambda criteria, words: None

def world(crossings, k, largest, seed=1):
    # streets between random crossings, and two long roads in whose midst ends may lie
    rng = np.random.default_rng(seed)
    n, m = crossings + 6, 4 * crossings
    ends = [(int(t), int(h)) for t, h in rng.integers(0, crossings, (m, 2))]
    for i, road in enumerate(((0, n - 6, n - 5, n - 4, 1), (2, n - 3, n - 2, n - 1, 3))):
        ends += [(a, b) for a, b in zip(road, road[1:])] + [(b, a) for a, b in zip(road, road[1:])]
    ends = np.array(sorted(ends))
    first = np.concatenate([[0], np.cumsum(np.bincount(ends[:, 0], minlength=n))])
    head, weight = ends[:, 1].astype(np.int32), rng.integers(largest // 2, largest + 1, (len(ends), k)).astype(np.int32)
    for array in (first, head, weight):
        array.setflags(write=False)
    return first, head, weight, n

for k in range(1, {MOST} + 1):
    for crossings, largest in ((12, 9), (150, 999), (150, 2**31 - 1)):
        first, head, weight, n = world(crossings, k, largest)
        prepared = prepare(first, head, weight)
        for source, target in ((0, 9), (n - 5, n - 2)):
            exact = pareto_front(first, head, weight, source, target)
            assert len(exact.values) > 0
            upper = [None, *(int(x) for x in exact.values[:, 1:].mean(axis=0))]
            toward = prepared.towards(target)
            for front in (
                lambda **more: pareto_front(first, head, weight, source, target, **more),
                lambda **more: prepared.front(source, target, **more),
                lambda **more: toward.front(source, **more),
            ):
                assert np.array_equal(front().values, exact.values)
                assert len(front(method=Bounded(0.05)).values) <= len(exact.values)
            member = np.random.default_rng(k).random((len(head), 5)) < 0.2
            none = Shared(member[:, :1] & False, np.ones((1, k), int))
            for shared in (Shared(member, np.full((5, k), largest)), none):
                for limits in (None, [*exact.values.max(axis=0) + 5 * largest]):
                    found = pareto_front(first, head, weight, source, target, shared=shared, upper=limits)
                    assert len(found.values) > 0
            for count in (1, 3):
                alone = constrained_paths(first, head, weight, source, target, upper=upper, count=count)
                again = prepared.constrained_paths(source, target, upper=upper, count=count)
                assert np.array_equal(alone.values[:, 0], again.values[:, 0])
            mask = np.arange(len(head)) % 50 > 0
            pareto_front(first, head, weight, source, target, is_open=mask)
            constrained_paths(first, head, weight, source, target, upper=upper, count=3, is_open=mask)
            shortest_path(first, head, weight[:, 0], source, target, is_open=mask)
            for reverse in (False, True):
                distances(first, head, weight, source, reverse=reverse, is_open=mask)
                assert distances(first, head, weight, source, reverse=reverse).shape == (k, n)
            assert shortest_path(first, head, weight[:, 0], source, target).value == exact.values[0, 0]
        changes = {{"items": ([0, 2], [0, 1]), "add": [[5], [0], [-1]], "sums": weight[:, 1:]}}
        made = make_weightings(first, head, weight[:, 0], **changes)
        for threads in (1, 2):
            world_distances(made, [0, 9], towards=threads == 2, threads=threads)
        tail, held = np.repeat(np.arange(n), np.diff(first)), np.zeros((len(head), 1), np.uint64)
        every = np.ones(len(head), bool)
        many = Ground(first, head, tail, weight.astype(np.int64), every, held, np.zeros((0, k), np.int64), (0,))
        best_cells(([many], None), [Row(0, 0, np.array([9]), np.array([[-1]]))])
        if k == 2:
            path = pareto_front(first, head, weight, 0, n - 2).paths[0]
            hazard = np.isin(np.arange(len(head)), path[-1:])[:, None]
            ground = Uncertain(
                first, head, np.ones(len(head), bool), weight // np.int64(10), 0, n - 2, hazard, None,
                np.full((1, 2, 2), 500), np.ones(1, bool), 1.0,
            )
            routes, state = Routes([path], np.arange(n), np.zeros(len(head), bool)), np.array([[0], [1]], np.int8)
            for may_turn in (False, True):
                follow_plans(ground, state, routes, np.full(1, 1000), may_turn=may_turn, threads=1)
    # on a grid, limits that the cheapest path misses: a mix of criteria is searched
    side = 40
    place = np.arange(side * side)
    row, column = place // side, place % side
    inner = side - 1
    ends = [(place[row > 0], -side), (place[row < inner], side), (place[column > 0], -1), (place[column < inner], 1)]
    tail = np.concatenate([places for places, _ in ends])
    head = np.concatenate([places + step for places, step in ends])[np.argsort(tail, kind="stable")]
    first = np.concatenate([[0], np.cumsum(np.bincount(tail))])
    weight = np.random.default_rng(k).integers(1, 100, (len(head), k))
    weight[:, 1:] = np.maximum(weight[:, 1:] - weight[:, :1], 1)
    least = [distances(first, head, weight[:, c], 0)[-1] for c in range(k)]
    upper = [None, *(int(1.15 * x) for x in least[1:])]
    for limits in (upper, [None, *upper[1:2], *[10**6] * (k - 2)]):
        for count in (1, 3):
            constrained_paths(first, head, weight, 0, side * side - 1, upper=limits[:k], count=count)

# as if buckets suited none
for module, name in ((between, "between"), (dial, "spread"), (dial, "spread_from")):
    kernel = getattr(module, name)
    def gives_up(*given, kernel=kernel):
        found = kernel(*given)
        if isinstance(found, between.Between):
            return found._replace(status=dial.GIVEN_UP)
        return (dial.GIVEN_UP, *found[1:]) if isinstance(found, tuple) else dial.GIVEN_UP
    setattr(module, name, gives_up)
    for k in range(1, {MOST} + 1):
        first, head, weight, n = world(150, k, 999)
        pareto_front(first, head, weight, 0, n - 2)
    setattr(module, name, kernel)
"""


def answer(code: str, cache: Path) -> dict[str, list[str]]:
    """Run code in a new process with a kernel cache of its own; what it says of its kernels."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("NUMBA_")}
    environment = {**inherited, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(cache)}
    code = f"{code}\n{KERNELS}\nsay()\n"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
def test_what_is_compiled_is_what_questions_reach(tmp_path):
    cache = Path(os.environ.get(TO_FILL, tmp_path))
    cold = answer(WARM, cache)
    assert cold["unused"] == []
    assert cold["loaded"] == []
    written = {file: file.stat().st_mtime_ns for file in cache.rglob("*.nb?")}
    warm = answer(WARM, cache)
    mixed = answer(MIXED, cache)
    assert warm["compiled"] == mixed["compiled"] == []
    assert sorted(set(mixed["loaded"]) - set(warm["loaded"])) == []
    assert sorted(set(warm["loaded"]) - set(mixed["loaded"])) == []
    assert {file: file.stat().st_mtime_ns for file in cache.rglob("*.nb?")} == written
