"""Tasks on threads, processes and Dask: the same answers in the same order, and nothing lost when workers are."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
import spread_tasks
from worlds import grid

from corridor_opt.errors import DataError, MissingExtraError
from corridor_opt.graph import CLOSED, Items, make_weightings, world_blocks, world_distances
from corridor_opt.graph import spread as module
from corridor_opt.graph.spread import spread, workers

PARTS = list(range(30))


@pytest.fixture(scope="module")
def processes():
    """Two processes that know nothing but what they are sent."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture(scope="module")
def weightings():
    """Three hundred worlds of a grid, with sums."""
    world, rng = grid(12, 3, seed=1), np.random.default_rng(5)
    first_out, head, value = world.csr()
    sets = [rng.choice(len(head), 6, replace=False) for _ in range(20)]
    add = rng.integers(1, 30, (300, 20)) * (rng.random((300, 20)) < 0.2)
    add[rng.random(add.shape) < 0.05] = CLOSED
    items = Items(np.cumsum([0, *map(len, sets)]), np.concatenate(sets))
    more = rng.integers(0, 9, (300, 20, 2))
    return make_weightings(first_out, head, value[:, 0], items=items, add=add, sums=value[:, 1:], sums_add=more)


def same(found, expected) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("threads", [1, 2, 5, None])
def test_threads_answer_in_order(threads):
    found = list(spread(spread_tasks.slow_power, (3, 0.002), PARTS, threads=threads))
    assert [value for _, value in found] == [3**part for part in PARTS]
    assert {pid for pid, _ in found} == {os.getpid()}
    assert list(spread(spread_tasks.slow_power, (3, 0), [], threads=threads)) == []


def test_executors_of_others(processes):
    with ThreadPoolExecutor(3) as pool:
        found = list(spread(spread_tasks.slow_power, (3, 0.002), PARTS, executor=pool))
        assert [value for _, value in found] == [3**part for part in PARTS]
        assert pool.submit(int, "7").result() == 7, "it stays open"
    found = list(spread(spread_tasks.slow_power, (3, 0.01), PARTS, executor=processes))
    assert [value for _, value in found] == [3**part for part in PARTS]
    assert os.getpid() not in {pid for pid, _ in found}


def test_what_tasks_share_travels_once_to_each_process(processes, monkeypatch):
    sent = []
    submit = processes.submit

    def noting(function, key, load, part):
        sent.append(load)
        return submit(function, key, load, part)

    monkeypatch.setattr(processes, "submit", noting)
    shared = (7, 0.005)
    assert len(list(spread(spread_tasks.slow_power, shared, PARTS, executor=processes))) == 30
    assert sent[0] == pickle.dumps((spread_tasks.slow_power, shared), pickle.HIGHEST_PROTOCOL)
    assert 2 <= sum(load is not None for load in sent) <= 4
    assert len(sent) >= 30


def test_a_task_that_raises_raises_in_its_turn(processes):
    for options in ({"threads": 1}, {"threads": 2}, {"executor": processes}):
        seen = []
        with pytest.raises(ValueError, match="part 4"):
            seen.extend(spread(spread_tasks.fails, 4, PARTS, **options))
        assert seen == [0, 1, 2, 3]


def test_a_broken_pool_costs_its_own_tasks_alone():
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        with pytest.warns(RuntimeWarning, match="workers were lost, the rest is computed here") as caught:
            found = list(spread(spread_tasks.deadly, (os.getpid(), 11), PARTS, executor=pool))
        assert found == [part * part for part in PARTS]
        assert len(caught) == 1
        with pytest.warns(RuntimeWarning, match="workers were lost"):
            assert list(spread(spread_tasks.deadly, (os.getpid(), -1), [3, 4], executor=pool)) == [9, 16]


def test_worlds_on_processes_are_those_of_threads(processes, weightings):
    expected = world_distances(weightings, [0, 9], threads=1)
    for options in ({"executor": processes}, {"executor": processes, "block": 17}, {"threads": 2, "block": 5}):
        assert same(world_distances(weightings, [0, 9], **options), expected)


def test_what_cannot_be_used_is_refused():
    with pytest.raises(DataError) as caught:
        spread(spread_tasks.fails, 0, PARTS, executor=object(), threads=2.5)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["threads", "threads", "executor"]
    with pytest.raises(DataError, match="give one of the two"), ThreadPoolExecutor(1) as pool:
        spread(spread_tasks.fails, 0, PARTS, executor=pool, threads=2)
    with pytest.raises(DataError, match="'threads' is no address"):
        spread(spread_tasks.fails, 0, PARTS, executor="threads")
    closed = type("Client", (), {"__module__": "distributed.client", "status": "closed"})()
    with pytest.raises(DataError, match="the Client is closed"):
        spread(spread_tasks.fails, 0, PARTS, executor=closed)
    assert workers(threads=3) == 3
    assert workers() >= 1


def test_an_executor_that_was_shut_down_is_refused():
    closed = ThreadPoolExecutor(1)
    closed.shutdown()
    with pytest.raises(DataError, match="takes no tasks"):
        list(spread(spread_tasks.slow_power, (3, 0), PARTS, executor=closed))


def test_without_dask_an_address_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"corridor_opt\[dist\]"):
        spread(spread_tasks.fails, 0, PARTS, executor="tcp://127.0.0.1:1")


# Dask -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes of one thread each, which are started again when they are lost: one cluster is enough."""
    distributed = pytest.importorskip("distributed", reason="the extra `dist` is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as local:
        yield local


def test_dask_gives_the_same_and_loses_nothing_with_a_worker(cluster, weightings):
    from distributed import Client

    expected = world_distances(weightings, 0, threads=1)
    with Client(cluster, set_as_default=False) as client:
        assert workers(client) == 2
        assert same(world_distances(weightings, 0, executor=client), expected)
        for victims in (1, 2):
            client.wait_for_workers(2, timeout=60)
            pids = list(client.run(os.getpid).values())
            seen = []
            for one in world_blocks(weightings, 0, block=4, reduce=spread_tasks.unhurried, executor=client):
                seen.append(one)
                if len(seen) == 5:
                    for pid in pids[:victims]:
                        os.kill(pid, signal.SIGKILL)
            assert [begin for _, begin, *_ in seen] == list(range(0, 300, 4))
            assert set(pids) & {pid for pid, *_ in seen}
            for j, whole in enumerate(expected[1:], 2):
                assert np.array_equal(np.concatenate([one[j] for one in seen]), whole)


def test_dask_takes_parts_and_shared_values_as_they_are(cluster):
    parts = [(print, "part"), [1, [2]], {"a": (len, "abc")}]
    for shared in ((len, "ab"), [3, 4], {"b": 5}):
        found = list(spread(spread_tasks.both, shared, parts, executor=cluster.scheduler_address))
        assert found == [(shared, part) for part in parts]


def test_an_address_is_enough(cluster, weightings):
    expected = world_distances(weightings, 3, towards=True, threads=1)
    found = world_distances(weightings, 3, towards=True, executor=cluster.scheduler_address)
    assert same(found, expected)


def test_dask_that_gives_a_task_up_leaves_it_to_us(cluster):
    from distributed import Client

    with Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        assert module.workers(client) == 2
        with pytest.warns(RuntimeWarning, match="workers were lost"):
            found = list(spread(spread_tasks.deadly, (os.getpid(), 6), PARTS, executor=client))
        assert found == [part * part for part in PARTS]
