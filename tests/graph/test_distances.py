"""Distances, shortest paths and many origins towards one target, against brute force, scipy and networkx."""

import itertools

import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, World, csr, grid, scattered, stretched, worlds

from corridor_opt.errors import DataError
from corridor_opt.graph import (
    UNREACHED,
    SearchLimits,
    distances,
    pareto_front,
    prepare,
    search,
    shortest_path,
)
from corridor_opt.graph.engines import bounding
from corridor_opt.kernels import dial

examples = settings(max_examples=EXAMPLES, deadline=None)


def points_of(front) -> list[tuple[int, ...]]:
    return [tuple(row) for row in front.values.tolist()]


def _mask(world: World):
    return None if world.is_open is None else np.array(world.is_open, np.bool_)


def _expected(world: World, c: int, *, reverse: bool = False) -> list[int]:
    """The naive twin; forwards over arcs turned round."""
    found = world.open_arcs if reverse else [(head, tail, weight) for tail, head, weight in world.open_arcs]
    return [-1 if d is None else d for d in reference.distances_to(world.n, found, world.source, c)]


@given(worlds(limits=False), st.booleans())
@examples
def test_distances_agree_with_the_naive_twin(world, reverse):
    first_out, head, weight = world.csr()
    expected = [_expected(world, c, reverse=reverse) for c in range(world.k)]
    found = distances(first_out, head, weight, world.source, reverse=reverse, is_open=_mask(world))
    assert found.dtype == np.int64
    assert found.tolist() == expected
    one = distances(first_out, head, weight[:, 0], world.source, reverse=reverse, is_open=_mask(world))
    assert one.tolist() == expected[0]
    ready = prepare(first_out, head, weight, is_open=_mask(world))
    assert ready.distances(world.source, reverse=reverse).tolist() == expected


def _check_path(world: World, found, c: int, expected: int) -> None:
    assert (found is None) == (expected == UNREACHED)
    if found is None:
        return
    here, total, seen = world.source, 0, {world.source}
    for a in found.arcs.tolist():
        tail, head, weight = world.arcs[a]
        assert tail == here
        assert world.is_open is None or world.is_open[a]
        assert head not in seen
        here, total = head, total + weight[c]
        seen.add(head)
    assert (here, total) == (world.target, found.value)
    assert found.value == expected


@given(worlds(limits=False))
@examples
def test_paths_agree_with_the_naive_twin(world):
    first_out, head, weight = world.csr()
    ready = prepare(first_out, head, weight, is_open=_mask(world))
    for c in range(world.k):
        expected = _expected(world, c)[world.target]
        found = shortest_path(first_out, head, weight[:, c], world.source, world.target, is_open=_mask(world))
        _check_path(world, found, c, expected)
        _check_path(world, ready.shortest_path(world.source, world.target, criterion=c), c, expected)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("largest", [0, 1, 30, 10**6, 2**31 - 1])
def test_scipy_and_networkx_agree(seed, largest):
    import networkx as nx
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    world = scattered(120, 360, 1, seed=seed, largest=largest)
    first_out, head, weight = world.csr()
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(120))
    graph.add_weighted_edges_from((t, h, w[0]) for t, h, w in world.arcs)
    forwards = distances(first_out, head, weight[:, 0], 0)
    lengths = nx.single_source_dijkstra_path_length(graph, 0)
    assert forwards.tolist() == [lengths.get(v, UNREACHED) for v in range(120)]
    for target in range(0, 120, 7):
        _check_path(
            World(120, 1, world.arcs, 0, target),
            shortest_path(first_out, head, weight[:, 0], 0, target),
            0,
            forwards[target],
        )
    if largest == 0:
        return  # to scipy, a zero is no arc
    positive = weight[:, 0].copy()
    positive[positive == 0] = 1
    lightest: dict[tuple[int, int], int] = {}
    for (tail, to, _), w in zip(world.arcs, positive.tolist(), strict=True):
        lightest[tail, to] = min(w, lightest.get((tail, to), w))
    rows, columns = zip(*lightest, strict=True)
    matrix = csr_matrix((np.array(list(lightest.values()), float), (rows, columns)), shape=(120, 120))
    for reverse in (False, True):
        expected = dijkstra(matrix.T if reverse else matrix, indices=5)
        found = distances(first_out, head, positive, 5, reverse=reverse)
        assert np.array_equal(np.where(found == UNREACHED, np.inf, found), expected)


@pytest.mark.parametrize("weight", [2**31 - 1, 2**31 - 2, 2**30, 2**25])
def test_sums_beyond_32_bits(weight):
    n = 300
    arcs = [(v, v + 1, (weight,)) for v in range(n - 1)] + [(v, v + 1, (weight - 1,)) for v in range(0, n - 1, 2)]
    world = World(n, 1, tuple(sorted(arcs, key=lambda arc: arc[0])), 0, n - 1)
    first_out, head, weights = world.csr()
    expected = (n - 1) * weight - n // 2
    assert expected > 2**32
    assert distances(first_out, head, weights[:, 0], 0)[-1] == expected
    assert distances(first_out, head, weights[:, 0], n - 1, reverse=True)[0] == expected
    _check_path(world, shortest_path(first_out, head, weights[:, 0], 0, n - 1), 0, expected)
    assert pareto_front(first_out, head, weights, 0, n - 1).values.tolist() == [[expected]]
    both = np.hstack([weights, weights[::-1]])
    ready = prepare(first_out, head, both)
    alone = pareto_front(first_out, head, both, 0, n - 1).values
    assert np.array_equal(ready.towards(n - 1).front(0).values, alone)
    assert np.array_equal(ready.front(0, n - 1).values, alone)


def test_where_buckets_give_up_a_heap_does_the_work(monkeypatch):
    world = grid(9, 3, seed=1)
    expected = distances(*world.csr(), 0)
    front = pareto_front(*world.csr(), 0, world.target)
    monkeypatch.setattr(search, "FEW_ARCS", 0)
    given_up = []

    def spread(*_):
        given_up.append(1)
        return dial.GIVEN_UP

    monkeypatch.setattr(dial, "spread", spread)
    monkeypatch.setattr(dial, "spread_from", lambda *_: (dial.GIVEN_UP, None, 0))
    assert np.array_equal(distances(*world.csr(), 0), expected)
    assert np.array_equal(pareto_front(*world.csr(), 0, world.target).values, front.values)
    assert given_up
    from corridor_opt.kernels import between

    first_out, head, weight = world.csr()
    two = pareto_front(first_out, head, weight[:, :2], 0, world.target)
    original = between.between
    monkeypatch.setattr(between, "between", lambda *a: original(*a)._replace(status=dial.GIVEN_UP))
    assert np.array_equal(pareto_front(first_out, head, weight[:, :2], 0, world.target).values, two.values)
    again = prepare(first_out, head, weight[:, :2]).front(0, world.target)
    assert np.array_equal(again.values, two.values)


# many origins -----------------------------------------------------------------------------------------


@given(stretched())
@examples
def test_many_origins_give_the_same_as_alone(world):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "FEW_ARCS", 0)
        ready = prepare(*world.csr(), is_open=_mask(world))
        toward = ready.towards(world.target)
        for source in range(world.n):
            expected = reference.pareto_front(world.n, world.open_arcs, source, world.target, world.k, world.upper)
            found = toward.front(source, upper=world.upper)
            assert points_of(found) == expected
            assert points_of(ready.front(source, world.target, upper=world.upper)) == expected
            for value, path in zip(found.values.tolist(), found.paths, strict=True):
                total = [sum(world.arcs[a][2][c] for a in path) for c in range(world.k)]
                assert total == value
    reverse = World(world.n, world.k, world.arcs, world.target, world.target, world.is_open)
    assert toward.distances().tolist() == [_expected(reverse, c, reverse=True) for c in range(world.k)]


def test_origins_share_the_bounds(monkeypatch):
    world = scattered(60, 150, 3, seed=5)
    runs = []
    original = bounding.distances_to
    monkeypatch.setattr(bounding, "distances_to", lambda *a: (runs.append(1), original(*a))[1])
    monkeypatch.setattr(search, "FEW_ARCS", 0)
    toward = prepare(*world.csr()).towards(59)
    found = [len(toward.front(source).values) for source in range(59)]
    assert sum(found) > 50
    assert len(runs) == 3


# one criterion ----------------------------------------------------------------------------------------


@given(worlds(criteria=1), st.integers(0, 9))
@examples
def test_one_criterion_by_buckets(world, labels):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "FEW_ARCS", 0)
        args = (*world.csr(), world.source, world.target)
        options = {"is_open": _mask(world), "upper": world.upper}
        front = pareto_front(*args, **options)
        limited = pareto_front(*args, **options, search_limits=SearchLimits(labels=labels))
    expected = reference.pareto_front(world.n, world.open_arcs, world.source, world.target, 1, world.upper)
    assert points_of(front) == expected
    assert front.status == "complete"
    if expected:
        assert front.expanded == front.generated == len(front.paths[0]) + 1
        assert front.bytes > 0
    assert limited.status == ("limit" if expected and labels < front.expanded else "complete")
    assert points_of(limited) == (expected if limited.status == "complete" else [])
    if limited.status == "limit":
        assert limited.proven == expected[0]
        assert limited.expanded == labels


# bad input --------------------------------------------------------------------------------------------


def test_every_fault_is_told():
    first_out, head, weight = csr(3, 1, [(0, 1, (1,)), (1, 2, (2,))])
    for call in (
        lambda: distances([0, 2, 1], head, [-1, 2.5], 9),
        lambda: shortest_path([0, 2, 1], head, [-1, 2.5], 9, "x"),
    ):
        with pytest.raises(DataError) as caught:
            call()
        assert {fault.split(":")[0] for fault in caught.value.faults} >= {"first_out", "weight", "source"}
    with pytest.raises(DataError, match="weight"):
        shortest_path(first_out, head, weight, 0, 2)
    with pytest.raises(DataError, match="is_open"):
        distances(first_out, head, weight, 0, is_open=[1, 0])
    ready = prepare(first_out, head, weight)
    for call in (
        lambda: ready.distances(3),
        lambda: ready.towards(-1),
        lambda: ready.towards(2).front(3),
        lambda: ready.shortest_path(0, 2, criterion=1),
    ):
        with pytest.raises(DataError):
            call()


def test_small_and_empty_graphs():
    assert distances([0, 0], [], [], 0).tolist() == [0]
    assert distances([0, 0, 0], [], np.empty((0, 2), int), 1).tolist() == [[-1, 0], [-1, 0]]
    path = shortest_path([0, 0], [], [], 0, 0)
    assert path is not None
    assert path.value == 0
    assert path.arcs.tolist() == []
    assert shortest_path([0, 0, 0], [], [], 0, 1) is None
    world = grid(4, 2, seed=1)
    ready = prepare(*world.csr())
    for a, b in itertools.product((0, 5), (0, 5)):
        assert np.array_equal(ready.towards(b).front(a).values, ready.front(a, b).values)
