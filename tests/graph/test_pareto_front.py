import dataclasses
import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, World, grid, scattered, worlds

from corridor_opt import graph
from corridor_opt.errors import DataError
from corridor_opt.graph import Bounded, Exact, FrontArrays, SearchLimits, arrays, pareto_front, search
from corridor_opt.graph.engines import run
from corridor_opt.kernels import labels as pool

ROOT = Path(__file__).parents[2]
examples = settings(max_examples=EXAMPLES, deadline=None)


@pytest.fixture(autouse=True, params=["heap", "buckets"])
def engine(request, monkeypatch):
    """What holds of one search must hold of the other."""
    monkeypatch.setattr(search, "FEW_ARCS", 0 if request.param == "buckets" else 10**12)
    return request.param


def solve(world: World, **options) -> FrontArrays:
    """Search a world and check what must hold of every answer."""
    if world.is_open is not None:
        options["is_open"] = np.array(world.is_open, np.bool_)
    if world.upper is not None:
        options["upper"] = world.upper
    front = pareto_front(*world.csr(), world.source, world.target, **options)
    assert front.values.dtype == np.int64
    assert front.values.shape == (len(front.paths), world.k)
    points = points_of(front)
    assert points == sorted(set(points))
    assert not any(reference.dominates(a, b) for a, b in itertools.permutations(points[:200], 2))
    for value, path in zip(points, front.paths, strict=True):
        assert path.dtype == np.int64
        here, total, seen = world.source, [0] * world.k, {world.source}
        for a in path.tolist():
            tail, head, weight = world.arcs[a]
            assert tail == here
            assert head not in seen
            assert world.is_open is None or world.is_open[a]
            total = [x + w for x, w in zip(total, weight, strict=True)]
            here = head
            seen.add(head)
        assert here == world.target
        assert tuple(total) == value
    assert (front.status == "complete") == (front.reason is None) == (front.proven is None)
    return front


def points_of(front: FrontArrays) -> list[tuple[int, ...]]:
    return [tuple(row) for row in front.values.tolist()]


def brute_force(world: World) -> list[tuple[int, ...]]:
    return reference.pareto_front(world.n, world.open_arcs, world.source, world.target, world.k, world.upper)


@given(worlds())
@examples
def test_agrees_with_brute_force(world):
    front = solve(world)
    assert front.status == "complete"
    assert points_of(front) == brute_force(world)


@pytest.mark.parametrize("k", range(1, 7))
def test_agrees_with_brute_force_for_every_number_of_criteria(k):
    for seed in range(6):
        world = dataclasses.replace(scattered(7, 16, k, seed, largest=6), target=seed)
        assert points_of(solve(world)) == brute_force(world)


@given(worlds())
@settings(max_examples=max(EXAMPLES // 2, 20), deadline=None)
def test_small_chunks_and_growing_arrays_change_nothing(world):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "FIRST_CHUNK", 1)
        patch.setattr(pool, "FIRST_CAPACITY", 1)
        assert points_of(solve(world)) == brute_force(world)


@given(worlds(), st.randoms(use_true_random=False))
@examples
def test_numbers_of_vertices_do_not_matter(world, random):
    name = list(range(world.n))
    random.shuffle(name)
    arcs = [(name[t], name[h], w) for t, h, w in world.open_arcs]
    random.shuffle(arcs)
    arcs.sort(key=lambda arc: arc[0])
    other = World(world.n, world.k, tuple(arcs), name[world.source], name[world.target], None, world.upper)
    assert points_of(solve(other)) == points_of(solve(world))


@given(worlds(), st.randoms(use_true_random=False))
@examples
def test_the_order_of_criteria_does_not_matter(world, random):
    order = list(range(world.k))
    random.shuffle(order)
    arcs = tuple((t, h, tuple(w[c] for c in order)) for t, h, w in world.arcs)
    upper = None if world.upper is None else tuple(world.upper[c] for c in order)
    other = dataclasses.replace(world, arcs=arcs, upper=upper)
    expected = sorted(tuple(p[c] for c in order) for p in points_of(solve(world)))
    assert points_of(solve(other)) == expected


@given(worlds(), st.data())
@examples
def test_closing_arcs_never_helps(world, data):
    before = points_of(solve(world))
    mask = data.draw(st.lists(st.booleans(), min_size=len(world.arcs), max_size=len(world.arcs)))
    was = world.is_open or (True,) * len(world.arcs)
    closed = tuple(a and b for a, b in zip(mask, was, strict=True))
    for point in points_of(solve(dataclasses.replace(world, is_open=closed))):
        assert not any(reference.dominates(point, old) for old in before)
        assert any(old == point or reference.dominates(old, point) for old in before)


@given(worlds(), st.data())
@examples
def test_a_repeated_criterion_changes_nothing(world, data):
    if world.k == 6:
        return
    c, place = (data.draw(st.integers(0, world.k - 1)) for _ in range(2))

    def repeat(vector):
        return (*vector[:place], vector[c], *vector[place:])

    arcs = tuple((t, h, repeat(w)) for t, h, w in world.arcs)
    upper = None if world.upper is None else repeat(world.upper)
    other = dataclasses.replace(world, k=world.k + 1, arcs=arcs, upper=upper)
    assert points_of(solve(other)) == sorted(repeat(p) for p in points_of(solve(world)))


@pytest.mark.parametrize("seed", range(3))
def test_one_criterion_agrees_with_networkx(seed):
    world = scattered(1000, 4000, 1, seed)
    peer = nx.MultiDiGraph()
    peer.add_nodes_from(range(world.n))
    for tail, head, weight in world.arcs:
        peer.add_edge(tail, head, w=weight[0])
    distance = nx.single_source_dijkstra_path_length(peer, world.source, weight="w")
    assert len(distance) > world.n / 2
    for target in range(0, world.n, 50):
        expected = [(distance[target],)] if target in distance else []
        assert points_of(solve(dataclasses.replace(world, target=target))) == expected


@pytest.mark.parametrize("k", [2, 3, 4])
def test_the_best_of_each_criterion_agrees_with_scipy(k):
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    world = grid(9, k, seed=k)
    front = solve(world)
    rows, columns = [arc[0] for arc in world.arcs], [arc[1] for arc in world.arcs]
    for c in range(k):
        matrix = csr_matrix(([arc[2][c] for arc in world.arcs], (rows, columns)))
        assert front.values[:, c].min() == dijkstra(matrix, indices=world.source)[world.target]


def test_ends_that_are_one_vertex_and_ends_that_are_cut_apart():
    world = World(3, 2, ((0, 1, (1, 1)), (1, 0, (0, 0)), (1, 1, (0, 0))), 1, 1)
    assert points_of(solve(world)) == [(0, 0)]
    assert solve(world).paths[0].size == 0
    apart = solve(dataclasses.replace(world, target=2))
    assert apart.status == "complete"
    assert apart.values.shape == (0, 2)
    assert apart.expanded == 0


def test_results_are_the_same_every_time_and_for_every_layout():
    world = grid(6, 3, seed=1, largest=3)
    first_out, head, weight = world.csr()
    ends = world.source, world.target
    expected = pareto_front(first_out, head, weight, *ends)
    for array in (first_out, head, weight):
        array.setflags(write=False)
    for layout in (
        (first_out, head, weight),
        (first_out.astype(np.uint16), head.astype(np.int16), np.asfortranarray(weight, np.uint64)),
        (first_out.tolist(), head.tolist(), weight.tolist()),
    ):
        front = pareto_front(*layout, *ends, method=Exact())
        assert np.array_equal(front.values, expected.values)
        for path, other in zip(front.paths, expected.paths, strict=True):
            assert np.array_equal(path, other)


def test_the_largest_weights_do_not_overflow():
    most = 2**31 - 1
    world = World(4, 2, ((0, 1, (most, 0)), (1, 2, (most, most)), (2, 3, (most, most))), 0, 3)
    assert points_of(solve(world)) == [(3 * most, 2 * most)]


# limits ---------------------------------------------------------------------------------------------

WORLD = grid(10, 3, seed=7)


def check_partial(front: FrontArrays, exact: FrontArrays, reason: str) -> None:
    assert (front.status, front.reason) == ("limit", reason)
    points, all_points = points_of(front), points_of(exact)
    assert front.proven is not None
    assert set(points) <= set(all_points)
    assert points == [p for p in all_points if p < front.proven]


def test_a_limit_on_labels_gives_the_first_part_of_the_front():
    exact = solve(WORLD)
    assert len(exact.values) > 20
    sizes = []
    for labels in (0, 1, exact.expanded // 3, exact.expanded // 2, exact.expanded - 1):
        front = solve(WORLD, search_limits=SearchLimits(labels=labels))
        check_partial(front, exact, "labels")
        assert front.expanded == labels
        sizes.append(len(front.values))
    assert sizes[0] == 0 < sizes[-2] < len(exact.values)
    assert solve(WORLD, search_limits=SearchLimits(labels=exact.expanded)).status == "complete"


@given(worlds(), st.integers(0, 30))
@examples
def test_every_part_of_a_front_is_proven(world, labels):
    exact, front = solve(world), solve(world, search_limits=SearchLimits(labels=labels))
    if exact.expanded <= labels:
        assert points_of(front) == points_of(exact)
        assert front.status == "complete"
    else:
        check_partial(front, exact, "labels")


def test_a_limit_on_seconds(monkeypatch):
    exact = solve(WORLD)
    check_partial(solve(WORLD, search_limits=SearchLimits(seconds=0)), exact, "seconds")
    assert solve(WORLD, search_limits=SearchLimits(seconds=1e6)).status == "complete"
    # a clock that ticks once a look stops in the bounds, between two, and in the search
    for seconds in range(1, 12):
        clock = itertools.count()
        monkeypatch.setattr(run, "perf_counter", lambda clock=clock: next(clock))
        monkeypatch.setattr(run, "FIRST_CHUNK", 64)
        front = solve(WORLD, search_limits=SearchLimits(seconds=seconds))
        check_partial(front, exact, "seconds")
    assert front.expanded > 0


def test_a_limit_on_bytes():
    exact = solve(WORLD)
    check_partial(solve(WORLD, search_limits=SearchLimits(bytes=0)), exact, "bytes")
    check_partial(solve(WORLD, search_limits=SearchLimits(bytes=exact.bytes - 1)), exact, "bytes")
    assert solve(WORLD, search_limits=SearchLimits(bytes=exact.bytes)).status == "complete"


def test_progress_is_told_and_ctrl_c_keeps_what_is_there(monkeypatch):
    exact = solve(WORLD)
    monkeypatch.setattr(run, "FIRST_CHUNK", 16)
    told = []
    assert points_of(solve(WORLD, progress=told.append)) == points_of(exact)
    assert len(told) > 3
    for earlier, later in itertools.pairwise(told):
        assert earlier.expanded <= later.expanded
        assert earlier.solutions <= later.solutions
        assert earlier.seconds <= later.seconds
        assert earlier.bound <= later.bound
    for state in told:
        assert state.solutions == sum(p < state.bound for p in points_of(exact))

    def interrupt(state):
        if state.solutions:
            signal.raise_signal(signal.SIGINT)

    front = solve(WORLD, progress=interrupt)
    check_partial(front, exact, "interrupt")
    assert len(front.values) > 0


# faults ---------------------------------------------------------------------------------------------

GOOD = {
    "first_out": np.array([0, 2, 3]),
    "head": np.array([1, 1, 0]),
    "weight": np.array([[1, 2], [2, 1], [0, 0]]),
    "source": 0,
    "target": 1,
}


def faults_of(**changes) -> str:
    with pytest.raises(DataError) as caught:
        pareto_front(**{**GOOD, **changes})
    return "\n".join(caught.value.faults)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"first_out": np.array([0.0, 2.0, 3.0])},
            "first_out: integers expected, not float64; the numbers are",
        ),
        ({"first_out": np.array([0, 2.5, 3])}, "first_out: integers expected, not float64"),
        ({"first_out": np.array([0, 3, 2, 3])}, "first_out: decreases after position 1"),
        ({"first_out": np.array([1, 2, 3])}, "first_out: must begin with 0, not 1"),
        ({"first_out": np.array([0, 2, 4])}, "first_out: must end with the number of arcs, 3, not 4"),
        ({"first_out": np.array([0], np.int64)}, "first_out: at least one vertex"),
        ({"first_out": np.zeros((2, 2), int)}, "first_out: 1 dimension(s) expected, not shape (2, 2)"),
        (
            {"head": np.array([1, 2, -1])},
            "head: 2 arcs enter a vertex outside 0..1, the first at position 1: 2",
        ),
        ({"head": np.array(["a", "b", "c"])}, "head: integers expected"),
        (
            {"weight": np.array([[1, 2], [-2, 1], [0, -1]])},
            "weight: 2 negative, the first at arc 1, criterion 0: -2",
        ),
        ({"weight": np.array([[1, 2], [2, 2**31], [0, 0]])}, "weight: 2^31 or more at arc 1, criterion 1"),
        ({"weight": np.array([[1, 2], [2, 2**63], [0, 0]], np.uint64)}, "weight: 2^31 or more at arc 1"),
        ({"weight": np.ones((2, 2), int)}, "weight: 2 rows for 3 arcs"),
        ({"weight": np.ones((3, 7), int)}, "weight: 1 to 6 criteria (columns) expected, not 7"),
        ({"weight": np.ones((3, 0), int)}, "weight: 1 to 6 criteria (columns) expected, not 0"),
        ({"weight": np.ones(3, int)}, "weight: 2 dimension(s) expected, not shape (3,)"),
        ({"weight": np.ones((3, 2))}, "weight: integers expected, not float64; the numbers are whole"),
        ({"weight": np.ones((3, 2), bool)}, "weight: integers expected, not bool"),
        ({"weight": [[1, 2], [3], [4, 5]]}, "weight: not an array"),
        ({"source": 2}, "source: 2 is outside 0..1"),
        ({"target": -1}, "target: -1 is outside 0..1"),
        ({"source": 0.5}, "source: the number of a vertex expected"),
        ({"is_open": np.ones(3, int)}, "is_open: bool expected, not int"),
        ({"is_open": np.ones(2, bool)}, "is_open: 2 entries for 3 arcs"),
        ({"upper": [1, 2, 3]}, "upper: 3 limits for 2 criteria"),
        ({"upper": [1, -2]}, "upper: -2 is below 0"),
        ({"upper": [1, 2.5]}, "upper: whole numbers or None expected"),
        ({"method": "exact"}, "method: Exact(), Bounded(eps) or None expected"),
    ],
)
def test_bad_input_is_an_error(changes, words):
    assert words in faults_of(**changes)


def test_every_fault_is_listed_at_once():
    found = faults_of(
        first_out=np.array([1, 0, 4]),
        head=np.array([5, 1, 0]),
        weight=np.array([[1, -2], [2**31, 1], [0, 0]]),
        source=7,
        target=-7,
        is_open=np.ones(4, int),
        upper=[1],
        method=SearchLimits(),
    )
    for words in (
        "begin",
        "end",
        "decreases",
        "head",
        "negative",
        "2^31",
        "source",
        "target",
        "bool expected",
    ):
        assert words in found
    for words in ("4 entries", "1 limits", "method"):
        assert words in found


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda g, a: g.warm_up(0), ["criteria"]),
        (lambda g, a: g.warm_up("2", method="bounded"), ["criteria", "method"]),
        (lambda g, a: g.pareto_front(*a, 0, 2, search_limits=5, progress="x"), ["search_limits", "progress"]),
        (lambda g, a: g.constrained_paths(*a, 0, 2, search_limits=g.SearchLimits), ["search_limits"]),
        (lambda g, a: g.pareto_front(*a, True, 2), ["source"]),
        (lambda g, a: g.pareto_front(*a, 0, 2, upper=[True, True]), ["upper"]),
        (lambda g, a: g.pareto_front(*a, 0, 2, upper={0: 5, 1: 4}), ["upper"]),
        (lambda g, a: g.pareto_front(*a, 0, 2, upper=[-(2**70), None]), ["upper"]),
        (lambda g, a: g.constrained_paths(a[0], a[1], [[1], [1, 2], [3]], 0, 2), ["weight"]),
        (lambda g, a: g.distances(*a, 0, reverse="no"), ["reverse"]),
        (lambda g, a: g.prepare(*a).shortest_path(0, 2, criterion=True), ["criterion"]),
        (lambda g, a: g.prepare(*a).shortest_path(0, 2, criterion="0"), ["criterion"]),
        (lambda g, a: g.SearchLimits(seconds=-(10**400)), ["seconds"]),
        (lambda g, a: g.Bounded("1%"), []),
    ],
)
def test_every_door_refuses_what_it_cannot_use(call, words):
    arrays = [0, 2, 3, 3], [1, 2, 2], [[1, 5], [9, 9], [1, 2]]
    with pytest.raises(DataError) as caught:
        call(graph, arrays)
    assert [fault.split(":")[0] for fault in caught.value.faults] == words


def test_limits_beyond_all_bounds_are_none():
    arrays = [0, 2, 3, 3], [1, 2, 2], [[1, 5], [9, 9], [1, 2]]
    limits = SearchLimits(labels=10**30, bytes=10**30, seconds=10**400)
    assert pareto_front(*arrays, 0, 2, search_limits=limits).status == "complete"
    assert pareto_front(*arrays, 0, 2, search_limits=limits, method=Bounded(0.1)).status == "complete"


def test_paths_that_may_overflow_are_an_error():
    assert not arrays._may_overflow(2**30, 2**31 - 1)
    assert arrays._may_overflow(2**30 + 2, 2**31 - 1)
    assert "may exceed 2^61" in arrays._weight_faults(np.array([[2**31 - 1]]), 1, 2**31)[0]


def test_search_limits_are_checked():
    with pytest.raises(DataError) as caught:
        SearchLimits(labels=-1, bytes=2.5, seconds=float("nan"))
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["labels", "bytes", "seconds"]
    with pytest.raises(DataError):
        SearchLimits(seconds=True)
    assert SearchLimits(labels=np.int64(3)).labels == 3


# processes ------------------------------------------------------------------------------------------


def python(code: str, **environment: str) -> str:
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("NUMBA_")}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_door_loads_numba_only_when_called_and_pandas_never():
    python(
        "import sys, corridor_opt.graph as graph\n"
        "assert not {'numba', 'pandas', 'numpy'} & set(sys.modules), 'import'\n"
        "graph.pareto_front, graph.Exact(), graph.SearchLimits(seconds=1)\n"
        "assert not {'numba', 'pandas'} & set(sys.modules), 'names'\n"
        "assert 'pareto_front' in dir(graph) and not hasattr(graph, 'nothing')\n"
        "assert len(graph.pareto_front([0, 1, 1], [1], [[1, 2]], 0, 1).values) == 1\n"
        "assert 'numba' in sys.modules and 'pandas' not in sys.modules, 'call'\n",
        NUMBA_DISABLE_JIT="1",
    )


def test_the_second_process_compiles_nothing(tmp_path):
    code = (
        "import numpy as np\n"
        "from corridor_opt.graph import pareto_front\n"
        "weight = np.array([[1, 2, 3], [2, 1, 3]])\n"
        "assert len(pareto_front([0, 2, 2], [1, 1], weight, 0, 1).values) == 2\n"
        "weight.setflags(write=False)\n"
        "assert len(pareto_front([0, 2, 2], [1, 1], np.asfortranarray(weight), 0, 1).values) == 2\n"
        "from corridor_opt.kernels import bounds, exact_front\n"
        "for kernel in (bounds.reverse, bounds.distances_to, bounds.reduce, exact_front.start,\n"
        "               exact_front.advance, exact_front.trace):\n"
        "    hits, misses = kernel.stats.cache_hits, kernel.stats.cache_misses\n"
        "    print(len(kernel.signatures), sum(hits.values()), sum(misses.values()))\n"
    )
    first = python(code, NUMBA_CACHE_DIR=str(tmp_path))
    assert first.splitlines() == ["1 0 1"] * 6
    written = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.nb?")}
    assert len(written) > 12
    second = python(code, NUMBA_CACHE_DIR=str(tmp_path))
    assert second.splitlines() == ["1 1 0"] * 6
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.nb?")} == written
