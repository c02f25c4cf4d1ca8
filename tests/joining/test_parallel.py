"""Lines beside a link are those on simple ways not much longer than the shortest; against a search of all such ways."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("scipy", reason="networks are joined with scipy")

from corridor_opt.model.joining.hold import Ground
from corridor_opt.model.joining.parallel import WIDER, WIDER_KM, parallel


def beside(ends, km, a, b, most):
    start, end = np.array(ends).T
    ground = Ground(np.arange(len(ends)), start, end)
    if a not in ground.number or b not in ground.number:
        return {}
    return parallel(ground, np.array(km, float), (ground.number[a], ground.number[b]), most)


def test_a_by_road_is_beside_and_a_spur_is_not():
    #     1 - 2
    #   /      \
    # 0 -- 3 -- 4     5 hangs on 3, 6 is a long way round
    ends = [(0, 3), (3, 4), (0, 1), (1, 2), (2, 4), (3, 5), (0, 6), (6, 4)]
    km = [50, 50, 36, 36, 35, 2, 80, 80]
    found = beside(ends, km, 0, 4, 120)
    assert set(found) == {0, 1, 2, 3, 4}
    assert [found[row] for row in (0, 1)] == [100, 100]
    assert {found[row] for row in (2, 3, 4)} == {107}
    assert beside(ends, km, 0, 4, 99) == {}


def test_of_parallel_lines_all_that_are_short_enough():
    found = beside([(0, 1), (0, 1), (1, 2), (0, 1)], [60, 63, 40, 90], 0, 2, 110)
    assert found == {0: 100, 2: 100, 1: 103}


@st.composite
def streets(draw):
    size = draw(st.integers(3, 7))
    nodes = st.integers(0, size - 1)
    pairs = draw(st.lists(st.tuples(nodes, nodes).filter(lambda pair: pair[0] != pair[1]), min_size=2, max_size=12))
    return pairs, draw(st.lists(st.integers(5, 90), min_size=len(pairs), max_size=len(pairs)))


@settings(max_examples=80, deadline=None)
@given(streets())
def test_every_line_is_on_a_simple_way_within_reach(case):
    ends, km = case
    found = beside(ends, km, 0, 1, 200)
    graph = nx.MultiGraph()
    for row, ((a, b), far) in enumerate(zip(ends, km, strict=True)):
        graph.add_edge(a, b, key=row, km=far)
    ways = {}
    if graph.has_node(0) and graph.has_node(1) and nx.has_path(graph, 0, 1):
        for way in nx.all_simple_edge_paths(graph, 0, 1):
            far = sum(km[row] for *_, row in way)
            for *_, row in way:
                ways[row] = min(far, ways.get(row, far))
    shortest = min(ways.values(), default=np.inf)
    if shortest > 200:
        assert found == {}
        return
    reach = max(WIDER * shortest, shortest + WIDER_KM)
    for row, far in found.items():  # what is found is on such a way, and no shorter one is claimed
        assert ways[row] <= far + 1e-9 <= reach + 1e-6
    best = {row for row, far in ways.items() if far == shortest}
    assert best & set(found)
    assert min(found.values()) == shortest
