"""Robust routes give the same numbers wherever their worlds are solved, and lose nothing with a worker."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor

import pytest

import corridor_opt as co

ASKED = {"samples": 120, "seed": 3}


@pytest.fixture(scope="module")
def here(network):
    return co.robust_routes(network, "Mumbai", "Baku", threads=1, **ASKED).to_json()


def test_processes_give_the_same(network, here):
    with ProcessPoolExecutor(2) as pool:
        assert co.robust_routes(network, "Mumbai", "Baku", executor=pool, **ASKED).to_json() == here


def test_dask_gives_the_same_when_a_worker_is_killed(network, here):
    distributed = pytest.importorskip("distributed", reason="the extra `dist` is not installed")
    killed: list[int] = []
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        pids = list(client.run(os.getpid).values())

        def strike(done: int, _: int) -> None:
            """Kill a worker when the first worlds are done."""
            if done and not killed:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        found = co.robust_routes(network, "Mumbai", "Baku", executor=client, progress=strike, **ASKED)
    assert killed
    assert found.to_json() == here
