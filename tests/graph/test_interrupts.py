"""Ctrl-C at any moment: no door ends the process or tells an untruth."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from worlds import grid

from corridor_opt.graph import pareto_front, search
from corridor_opt.graph.engines import interrupt, narrow, order
from corridor_opt.kernels import buckets

ROOT = Path(__file__).parents[2]

CALLS = """
import os, random, signal, sys, threading, time
import numpy as np
from worlds import grid
import corridor_opt.graph as graph

world = grid(40, 3, seed=1, largest=50)
arrays = world.csr()
prepared = graph.prepare(*arrays)
ends = world.source, world.target
rng = np.random.default_rng(1)
items = graph.Shared(rng.random((len(arrays[1]), 20)) < 0.05, rng.integers(0, 50, (20, 3)))
doors = {
    "prepare": lambda: graph.prepare(*arrays),
    "front": lambda: graph.pareto_front(*arrays, *ends, search_limits=graph.SearchLimits(labels=30_000)),
    "shared": lambda: graph.pareto_front(*arrays, *ends, search_limits=graph.SearchLimits(labels=30_000), shared=items),
    "bounded": lambda: prepared.front(*ends, method=graph.Bounded(0.2)),
    "towards": lambda: prepared.towards(ends[1]),
    "paths": lambda: prepared.constrained_paths(*ends, count=3),
    "distances": lambda: prepared.distances(0),
    "shortest_path": lambda: prepared.shortest_path(*ends),
}
signal.signal(signal.SIGINT, signal.default_int_handler)  # a process in the background ignores it
stopped = 0
for name, door in doors.items():
    door()
    began = time.perf_counter()
    door()
    took = time.perf_counter() - began
    for i in range(12):
        timer = threading.Timer(random.Random(i).uniform(0, took), os.kill, (os.getpid(), signal.SIGINT))
        try:
            timer.start()
            answer = door()
            timer.join()
            time.sleep(0.001)
            stopped += getattr(answer, "reason", None) == "interrupt"
        except KeyboardInterrupt:
            stopped += 1
        while timer.is_alive():
            try:
                timer.join()
            except KeyboardInterrupt:
                pass
print("whole", stopped)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
def test_ctrl_c_at_any_moment_leaves_the_process_whole():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    run = subprocess.run(
        [sys.executable, "-c", CALLS], capture_output=True, text=True, env=environment, check=False, timeout=300
    )
    assert run.returncode == 0, run.stderr[-2000:]
    word, stopped = run.stdout.split()
    assert word == "whole"
    assert int(stopped) > 20


def test_a_signal_is_held_back_and_then_raised():
    with interrupt.Interrupts() as held:
        signal.raise_signal(signal.SIGINT)
        assert held.noted
        with pytest.raises(KeyboardInterrupt):
            held.raise_if_any()
        held.raise_if_any()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    late = interrupt.Interrupts()
    late.__enter__()
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        late.__exit__(None, None, None)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("when", [2, 3])
def test_ctrl_c_while_orders_are_tried_tells_no_untruth(when, monkeypatch):
    monkeypatch.setattr(search, "FEW_ARCS", 0)
    monkeypatch.setattr(narrow, "PROBE", 1600)
    monkeypatch.setattr(order, "MOST_TIES", 0)
    world = grid(14, 3, seed=4, largest=60)
    exact = {tuple(v) for v in pareto_front(*world.csr(), world.source, world.target).values.tolist()}
    made = []
    original = buckets.new_labels

    def new_labels(*arguments):
        made.append(1)
        if len(made) == when:
            raise KeyboardInterrupt
        return original(*arguments)

    monkeypatch.setattr(buckets, "new_labels", new_labels)
    first_out, head, weight = world.csr()
    front = pareto_front(first_out, head, weight, world.source, world.target)
    assert front.reason == "interrupt"
    points = {tuple(v) for v in front.values.tolist()}
    assert points <= exact
    assert points == {v for v in exact if v[front.leading] < front.proven[front.leading]}
    for value, path in zip(front.values, front.paths, strict=True):
        assert np.array_equal(np.asarray(weight)[path].sum(axis=0), value)
