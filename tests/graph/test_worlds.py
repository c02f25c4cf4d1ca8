"""The door to many weightings: against other libraries, in blocks, with bounded memory, and with clear errors."""

import signal

import numpy as np
import pytest
from worlds import grid, scattered

from corridor_opt.errors import DataError
from corridor_opt.graph import CLOSED, Items, distances, make_weightings, world_blocks, world_distances


def some_worlds(world, count: int, seed: int, largest: int = 50):
    """Worlds with thirty items of up to eight arcs, one in ten active, a third of these closed."""
    rng = np.random.default_rng(seed)
    m = len(world.arcs)
    sets = [rng.choice(m, rng.integers(1, 9), replace=False) for _ in range(30)]
    items = Items(np.cumsum([0, *map(len, sets)]), np.concatenate(sets))
    add = rng.integers(1, largest, (count, 30)) * (rng.random((count, 30)) < 0.1)
    add[rng.random(add.shape) < 0.04] = CLOSED
    return sets, items, add


def spelled_out(world, sets, row):
    """Weights and mask of one world."""
    weight, is_open = world.csr()[2][:, 0].copy(), np.ones(len(world.arcs), np.bool_)
    for arcs, amount in zip(sets, row.tolist(), strict=True):
        if amount == CLOSED:
            is_open[arcs] = False
        else:
            weight[arcs] += amount
    return weight, is_open


@pytest.mark.parametrize("world", [grid(20, 1, seed=3), scattered(300, 900, 1, seed=4), scattered(90, 300, 1, 5, 2)])
@pytest.mark.parametrize("towards", [False, True])
def test_each_world_alone_has_the_same_distances(world, towards):
    sets, items, add = some_worlds(world, 37, seed=1)
    made = make_weightings(*(a if a.ndim == 1 else a[:, 0] for a in world.csr()), items=items, add=add)
    found = world_distances(made, [0, 7], towards=towards)
    for i, row in enumerate(add):
        weight, is_open = spelled_out(world, sets, row)
        for s, source in enumerate((0, 7)):
            alone = distances(*world.csr()[:2], weight, source, reverse=towards, is_open=is_open)
            assert np.array_equal(found.distance[i, s], alone)


def test_scipy_and_networkx_agree():
    import networkx as nx
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    world = grid(15, 1, seed=8)
    first_out, head, value = world.csr()
    sets, items, add = some_worlds(world, 12, seed=2)
    found = world_distances(make_weightings(first_out, head, value[:, 0], items=items, add=add), 0)
    for i, row in enumerate(add):
        weight, is_open = spelled_out(world, sets, row)
        # a closed arc is no entry: scipy takes explicit zeros for none, and weights here are positive
        matrix = csr_matrix((np.where(is_open, weight, 0).astype(float), head, first_out), shape=(world.n, world.n))
        matrix.eliminate_zeros()
        length, last = dijkstra(matrix, indices=0, return_predecessors=True)
        assert np.array_equal(np.where(np.isinf(length), -1, length), found.distance[i, 0])
        assert np.array_equal(last < 0, found.last[i, 0] < 0)
        graph = nx.DiGraph()
        graph.add_weighted_edges_from(
            (arc[0], arc[1], int(w)) for arc, w, may in zip(world.arcs, weight, is_open, strict=True) if may
        )
        lengths = nx.single_source_dijkstra_path_length(graph, 0)
        assert found.distance[i, 0].tolist() == [lengths.get(v, -1) for v in range(world.n)]


def test_sums_beyond_32_bits():
    n = 400
    first_out, head = np.minimum(np.arange(n + 1), n - 1), np.arange(1, n)
    most = 2**31 - 1
    made = make_weightings(
        first_out, head, np.full(n - 1, most), items=([0, n - 1], np.arange(n - 1)), add=[[0], [2**40], [CLOSED]]
    )
    found = world_distances(made, 0)
    assert found.distance[:, 0, -1].tolist() == [(n - 1) * most, (n - 1) * (most + 2**40), -1]


def test_closed_wins_and_amounts_add_up():
    items = Items([0, 1, 2, 3], [0, 0, 0], [1, 1, 5])
    add = [[3, 4, 0], [0, 0, 2], [3, CLOSED, 1], [CLOSED, 4, 1], [CLOSED, CLOSED, 0], [0, 0, 0]]
    made = make_weightings([0, 2, 2], [1, 1], [10, 15], items=items, add=add, sums=[[1], [100]])
    found = world_distances(made, 0, at=[1])
    assert found.distance.ravel().tolist() == [15, 15, 15, 15, 15, 10]
    assert found.last.ravel().tolist() == [1, 1, 1, 1, 1, 0]
    assert found.sums.ravel().tolist() == [100, 100, 100, 100, 100, 1]


def test_without_worlds_there_is_the_base():
    world = scattered(50, 150, 2, seed=6)
    first_out, head, value = world.csr()
    found = world_distances(make_weightings(first_out, head, value[:, 0], sums=value), 3)
    assert np.array_equal(found.distance[0, 0], distances(first_out, head, value[:, 0], 3))
    assert np.array_equal(found.sums[0, 0, :, 0], found.distance[0, 0])
    alone = world_distances(make_weightings([0, 0], [], []), 0)
    assert alone.distance.tolist() == [[[0]]]
    assert alone.last.tolist() == [[[-1]]]


# blocks -----------------------------------------------------------------------------------------------


def test_blocks_come_in_order_and_tell_progress():
    world = grid(8, 1, seed=1)
    _, items, add = some_worlds(world, 100, seed=9)
    made = make_weightings(world.csr()[0], world.csr()[1], world.csr()[2][:, 0], items=items, add=add)
    whole = world_distances(made, [0, 5])
    told = []
    begins = []
    for one in world_blocks(made, [0, 5], block=7, threads=2, progress=lambda done, of: told.append((done, of))):
        assert told[-1] == (one.begin + len(one.distance), 100)
        assert np.array_equal(one.distance, whole.distance[one.begin : one.begin + 7])
        begins.append(one.begin)
    assert begins == list(range(0, 100, 7))
    assert told[-1] == (100, 100)
    means = list(world_blocks(made, 0, block=50, reduce=lambda one: one.distance.mean()))
    assert means == [whole.distance[:50, 0].mean(), whole.distance[50:, 0].mean()]


def test_memory_is_bounded():
    world = grid(30, 1, seed=1)
    _, items, add = some_worlds(world, 600, seed=9)
    made = make_weightings(world.csr()[0], world.csr()[1], world.csr()[2][:, 0], items=items, add=add)
    limit = 2**20
    sizes = [one.distance.nbytes + one.last.nbytes for one in world_blocks(made, 0, bytes=limit, threads=1)]
    assert sum(sizes) > limit
    assert 3 * max(sizes) + len(world.arcs) * 8 * 16 <= limit
    with pytest.raises(DataError, match="600 worlds take 6480000, more than 1048576"):
        world_distances(made, 0, bytes=limit)
    with pytest.raises(DataError, match="one world takes 10800"):
        world_blocks(made, 0, bytes=100)
    assert world_distances(made, 0, bytes=limit, at=[1, 2], threads=1).distance.shape == (600, 1, 2)


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_between_blocks_does_no_harm(threads):
    world = grid(20, 1, seed=1)
    _, items, add = some_worlds(world, 400, seed=9)
    made = make_weightings(world.csr()[0], world.csr()[1], world.csr()[2][:, 0], items=items, add=add)
    seen = []

    def read() -> None:
        for one in world_blocks(made, 0, block=10, threads=threads):
            seen.append(one)
            if len(seen) == 3:
                signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        read()
    assert len(seen) == 3
    assert np.array_equal(world_distances(made, 0).distance[:10], seen[0].distance)


# bad input --------------------------------------------------------------------------------------------


def test_every_fault_is_told():
    with pytest.raises(DataError) as caught:
        make_weightings(
            [0, 1, 2],
            [1, 0],
            [1.5, 2],
            items=Items([0, 3], [0, 9]),
            add=[[0.5, 1]],
            is_open=[1, 0],
            sums=[[-1], [0]],
        )
    assert {fault.split(":")[0] for fault in caught.value.faults} >= {
        "weight",
        "items.first",
        "items.arcs",
        "add",
        "is_open",
        "sums",
    }
    with pytest.raises(DataError, match="add: -2 is below -1"):
        make_weightings([0, 1, 1], [1], [1], items=([0, 1], [0]), add=[[-2]])
    with pytest.raises(DataError, match=r"add: shape \(any, 1\) expected, not \(1, 2\)"):
        make_weightings([0, 1, 1], [1], [1], items=([0, 1], [0]), add=[[1, 1]])
    with pytest.raises(DataError, match=r"sums_add: shape \(1, 1, 2\) expected"):
        make_weightings([0, 1, 1], [1], [1], items=([0, 1], [0]), add=[[1]], sums=[[1, 2]], sums_add=[[[1]]])
    with pytest.raises(DataError, match="weight and add: a path over 3 vertices may exceed"):
        make_weightings([0, 1, 2, 2], [1, 2], [1, 1], items=([0, 1], [0], [2**21]), add=[[2**40]])
    with pytest.raises(DataError, match="at least one world"):
        make_weightings([0, 1, 1], [1], [1], items=([0, 1], [0]), add=np.zeros((0, 1), int))
    made = make_weightings([0, 1, 1], [1], [1])
    with pytest.raises(DataError) as caught:
        world_blocks(made, [0, 2], towards="yes", at=[5], threads=0, block=0, bytes=0)
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "threads",
        "towards",
        "sources",
        "at",
        "block",
        "bytes",
    ]
    with pytest.raises(DataError, match="Weightings expected"):
        world_blocks("worlds", 0)
    with pytest.raises(DataError, match="at least one vertex"):
        world_distances(made, [])
