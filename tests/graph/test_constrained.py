"""Constrained and k-best paths against enumeration, fronts and networkx."""

import dataclasses
import itertools
import signal

import networkx as nx
import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, World, csr, grid, scattered, stretched, worlds

from corridor_opt.errors import DataError
from corridor_opt.graph import (
    PathsArrays,
    SearchLimits,
    constrained,
    constrained_paths,
    pareto_front,
    prepare,
)
from corridor_opt.graph.engines import best, first, part, run, squeeze, within
from corridor_opt.kernels import ellipse
from corridor_opt.kernels import labels as pool

examples = settings(max_examples=EXAMPLES, deadline=None)
few_examples = settings(max_examples=max(EXAMPLES // 2, 20), deadline=None)


@pytest.fixture
def _all_means(monkeypatch):
    """Small graphs are searched like large ones."""
    use_all_means(monkeypatch)


def use_all_means(patch, **constants) -> None:
    patch.setattr(best, "LARGE", 0)
    patch.setattr(part, "BUCKETS_FROM", 0)
    patch.setattr(squeeze, "ENOUGH", 0)


def solve(world: World, minimise: int = 0, count: int = 1, *, prepared: bool = False, **options) -> PathsArrays:
    """Search a world and check what must hold of every answer."""
    mask = None if world.is_open is None else np.array(world.is_open, np.bool_)
    options |= {"minimise": minimise, "count": count, "upper": world.upper}
    if prepared:
        found = prepare(*world.csr(), is_open=mask).constrained_paths(world.source, world.target, **options)
    else:
        found = constrained_paths(*world.csr(), world.source, world.target, is_open=mask, **options)
    assert found.values.dtype == np.int64
    assert found.values.shape == (len(found.paths), world.k)
    assert len(found.paths) <= count
    assert len({tuple(path.tolist()) for path in found.paths}) == len(found.paths)
    for value, path in zip(found.values.tolist(), found.paths, strict=True):
        assert path.dtype == np.int64
        here, total, seen = world.source, [0] * world.k, {world.source}
        for a in path.tolist():
            tail, head, weight = world.arcs[a]
            assert tail == here
            assert head not in seen
            assert mask is None or mask[a]
            total = [x + w for x, w in zip(total, weight, strict=True)]
            here = head
            seen.add(head)
        assert here == world.target
        assert total == value
    assert (found.status == "complete") == (found.reason is None) == (found.proven is None)
    return found


def shown(found: PathsArrays, world: World, minimise: int) -> list[tuple[int, ...]]:
    """What the order of the answer is about."""
    limits = world.upper or (None,) * world.k
    limited = [c for c in range(world.k) if c != minimise and limits[c] is not None and limits[c] >= 0]
    return [tuple(row) for row in found.values[:, [minimise, *limited]].tolist()]


def brute_force(world: World, minimise: int) -> list[tuple[int, ...]]:
    return reference.best_values(world.n, world.open_arcs, world.source, world.target, world.k, minimise, world.upper)


counts = st.sampled_from([1, 2, 3, 7, 10**9])


@given(worlds(), st.data(), counts)
@examples
def test_agrees_with_enumeration(world, data, count):
    minimise = data.draw(st.integers(0, world.k - 1))
    assert shown(solve(world, minimise, count), world, minimise) == brute_force(world, minimise)[:count]


@pytest.mark.parametrize("prepared", [False, True])
@given(world=stretched(), data=st.data(), count=counts)
@examples
def test_chains_and_all_means_agree_with_enumeration(prepared, world, data, count):
    minimise = data.draw(st.integers(0, world.k - 1))
    with pytest.MonkeyPatch.context() as patch:
        use_all_means(patch)
        found = solve(world, minimise, count, prepared=prepared)
    assert shown(found, world, minimise) == brute_force(world, minimise)[:count]


@pytest.mark.parametrize("prepared", [False, True])
@given(world=stretched(), data=st.data())
@examples
def test_one_path_by_buckets_agrees_with_enumeration(prepared, world, data):
    minimise = data.draw(st.integers(0, world.k - 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(constrained, "FEW_ARCS", 0)
        patch.setattr(pool, "FIRST_CAPACITY", 4)
        found = solve(world, minimise, prepared=prepared)
    assert shown(found, world, minimise) == brute_force(world, minimise)[:1]


def test_one_path_settles_a_part_of_the_front(monkeypatch):
    world = grid(14, 3, seed=2, largest=60)
    front = pareto_front(*world.csr(), world.source, world.target)
    values = front.values[front.values[:, 1].argsort()]
    limit = int(values[len(values) // 2, 1])
    expected = min(tuple(v) for v in front.values[:, :2].tolist() if v[1] <= limit)
    opened = []
    original = first.First.open
    monkeypatch.setattr(first.First, "open", lambda self: (opened.append(1), original(self))[1])
    limited = dataclasses.replace(world, upper=(None, limit, None))
    found = solve(limited, 0)
    assert opened
    assert shown(found, limited, 0) == [expected]
    assert found.expanded < front.expanded / 4
    stopped = solve(limited, 0, search_limits=SearchLimits(labels=found.expanded // 2))
    assert (stopped.status, stopped.reason, len(stopped.paths)) == ("limit", "labels", 0)
    assert stopped.proven <= expected[0]


@given(stretched(), counts)
@few_examples
def test_small_chunks_slacks_and_growing_arrays_change_nothing(world, count):
    with pytest.MonkeyPatch.context() as patch:
        use_all_means(patch)
        patch.setattr(within, "SLACK", 1)
        patch.setattr(within, "CLOSE", 1)
        patch.setattr(ellipse, "BATCH", 1)  # without compilation
        patch.setattr(run, "FIRST_CHUNK", 1)
        patch.setattr(pool, "FIRST_CAPACITY", 4)
        assert shown(solve(world, 0, count, prepared=True), world, 0) == brute_force(world, 0)[:count]


@pytest.mark.parametrize("k", range(2, 7))
@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.usefixtures("_all_means")
def test_a_constrained_path_is_a_point_of_the_front(k, prepared):
    world = grid(7 if k < 5 else 5, k, seed=k, largest=40)
    front = pareto_front(*world.csr(), world.source, world.target).values
    for share in (0.05, 0.3, 0.7):
        for limited in {1, k - 1}:
            limits: list[int | None] = [None] * k
            for c in range(1, limited + 1):
                limits[c] = int(np.quantile(front[:, c], share, method="lower"))
            asked = dataclasses.replace(world, upper=tuple(limits))
            within = front[np.all([front[:, c] <= limits[c] for c in range(1, limited + 1)], axis=0)]
            found = solve(asked, prepared=prepared)
            if len(within):
                least = min(tuple(row[: limited + 1]) for row in within.tolist())
                assert shown(found, asked, 0) == [least]
            else:
                assert not found.paths


@pytest.mark.usefixtures("_all_means")
def test_more_paths_extend_fewer():
    world = grid(9, 2, seed=4, largest=30)
    front = pareto_front(*world.csr(), world.source, world.target).values
    asked = dataclasses.replace(world, upper=(None, int(np.median(front[:, 1]))))
    many = shown(solve(asked, count=40), asked, 0)
    assert len(many) == 40
    assert many == sorted(many)
    for count in (1, 2, 11):
        assert shown(solve(asked, count=count), asked, 0) == many[:count]


@pytest.mark.parametrize("means", [False, True])
def test_agrees_with_networkx_without_limits(means, monkeypatch):
    if means:
        use_all_means(monkeypatch)
    for world in (grid(6, 1, seed=1), scattered(40, 160, 1, seed=3)):
        graph = nx.DiGraph()
        graph.add_nodes_from(range(world.n))
        arcs = {(t, h): w for t, h, w in world.arcs if t != h}  # networkx wants no parallel arcs
        graph.add_weighted_edges_from((t, h, w[0]) for (t, h), w in arcs.items())
        plain = dataclasses.replace(world, arcs=tuple(sorted((t, h, w) for (t, h), w in arcs.items())))
        paths = itertools.islice(nx.shortest_simple_paths(graph, plain.source, plain.target, "weight"), 60)
        expected = [nx.path_weight(graph, path, "weight") for path in paths]
        assert len(expected) > 5
        for prepared in (False, True):
            assert solve(plain, count=60, prepared=prepared).values[:, 0].tolist() == expected


@pytest.mark.parametrize("prepared", [False, True])
def test_sums_beyond_32_bits(prepared, monkeypatch):
    use_all_means(monkeypatch)
    most = 2**31 - 1
    arcs = []
    for v in range(5):
        arcs += [(v, v + 1, (most, 1)), (v, v + 1, (most - 1, most)), (v + 1, v, (0, 0))]
    world = World(6, 2, tuple(sorted(arcs, key=lambda arc: arc[0])), 0, 5)
    for limit in (None, 4, 5, most + 4, 2 * most + 3, 6 * most):
        asked = dataclasses.replace(world, upper=(None, limit))
        assert shown(solve(asked, 0, 40, prepared=prepared), asked, 0) == brute_force(asked, 0)


def test_ends_that_are_one_vertex_or_apart():
    world = World(3, 2, ((0, 1, (1, 1)), (1, 0, (0, 0))), 0, 0, None, (0, 0))
    found = solve(world, count=5)
    assert found.values.tolist() == [[0, 0]]
    assert [path.tolist() for path in found.paths] == [[]]
    assert solve(dataclasses.replace(world, target=2), count=5).paths == []


# limits ---------------------------------------------------------------------------------------------


@given(worlds(), st.integers(0, 20), st.sampled_from([1, 3, 20]), st.booleans())
@examples
def test_what_is_found_before_a_limit_is_told_apart(world, labels, count, means):
    with pytest.MonkeyPatch.context() as patch:
        if means:
            use_all_means(patch)
        found = solve(world, 0, count, search_limits=SearchLimits(labels=labels))
    check_partial(found, world, brute_force(world, 0)[:count])
    if found.status == "limit":
        assert found.reason == "labels"
        assert found.expanded == labels


def check_partial(found: PathsArrays, world: World, exact: list[tuple[int, ...]]) -> None:
    points = shown(found, world, 0)
    assert points == sorted(points)
    if found.status == "complete":
        assert points == exact
        return
    assert found.proven is not None
    assert [p for p in points if p[0] < found.proven] == [p for p in exact if p[0] < found.proven]
    assert all(a >= b for a, b in zip(points, exact, strict=False))


@pytest.mark.usefixtures("_all_means")
def test_bytes_seconds_ctrl_c_and_progress(monkeypatch):
    monkeypatch.setattr(run, "FIRST_CHUNK", 16)
    world = grid(9, 3, seed=2, largest=9)
    front = pareto_front(*world.csr(), world.source, world.target).values
    world = dataclasses.replace(world, upper=(None, *(int(x) for x in np.median(front[:, 1:], axis=0))))
    whole = solve(world, count=25)
    exact = shown(whole, world, 0)
    assert len(exact) == 25
    for limits, reason in ((SearchLimits(seconds=0), "seconds"), (SearchLimits(bytes=10), "bytes")):
        found = solve(world, count=25, search_limits=limits)
        assert found.reason == reason
        check_partial(found, world, exact)
    seen = []

    def look(state):
        seen.append(state)
        if state.solutions > 3:
            signal.raise_signal(signal.SIGINT)

    found = solve(world, count=25, progress=look)
    assert found.reason == "interrupt"
    assert len(found.paths) > 3
    check_partial(found, world, exact)
    assert all(a.bound <= b.bound and a.expanded <= b.expanded for a, b in itertools.pairwise(seen))


def test_every_fault_is_told_at_once():
    arrays = csr(2, 2, [(0, 1, (1, 1))])
    with pytest.raises(DataError) as caught:
        constrained_paths(*arrays, 0, 2, minimise=2, upper=[1], count=0)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["upper", "target", "minimise", "count"]
    with pytest.raises(DataError) as caught:
        prepare(*arrays).constrained_paths(0, 1, minimise=True, count=1.5)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["minimise", "count"]
