import numpy as np
import reference
from hypothesis import given, settings
from worlds import EXAMPLES, World, scattered, worlds

from corridor_opt.kernels import bounds


def _arrays(world: World):
    first_out, head, weight = world.csr()
    is_open = np.array(world.is_open or [True] * len(world.arcs), np.bool_)
    return first_out, head.astype(np.int32), weight.astype(np.int32), is_open


@given(worlds(limits=False))
@settings(max_examples=EXAMPLES, deadline=None)
def test_distances_agree_with_the_naive_twin(world):
    turned = bounds.reverse(*_arrays(world))
    for c in range(world.k):
        expected = reference.distances_to(world.n, world.open_arcs, world.target, c)
        found = bounds.distances_to(turned, c, world.target)
        assert [None if d == bounds.UNREACHED else d for d in found.tolist()] == expected


@given(worlds(limits=False))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_reduced_graph_keeps_what_a_path_may_use(world):
    arrays = _arrays(world)
    turned = bounds.reverse(*arrays)
    bound = np.array([bounds.distances_to(turned, c, world.target) for c in range(world.k)])
    graph = bounds.reduce(*arrays, bound, world.source, world.target)
    reached = bound[0] != bounds.UNREACHED
    expected = [
        a
        for a, (tail, head, _) in enumerate(world.arcs)
        if arrays[3][a] and reached[head] and head not in (tail, world.source) and tail != world.target
    ]
    assert graph.arc.tolist() == expected
    assert (graph.cost >= 0).all()
    tails = np.repeat(np.arange(world.n), np.diff(graph.first_out))
    for i, a in enumerate(expected):
        tail, head, weight = world.arcs[a]
        assert (tails[i], graph.head[i]) == (tail, head)
        assert graph.cost[i].tolist() == [w + bound[c, head] - bound[c, tail] for c, w in enumerate(weight)]


def test_distances_agree_with_scipy():
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    world = scattered(300, 1500, 2, seed=3)
    turned = bounds.reverse(*_arrays(world))
    for c in range(2):
        lightest: dict[tuple[int, int], int] = {}
        for tail, head, weight in world.arcs:
            # scipy has no parallel arcs
            lightest[head, tail] = min(weight[c], lightest.get((head, tail), weight[c]))
        rows, columns = zip(*lightest, strict=True)
        turned_matrix = csr_matrix((list(lightest.values()), (rows, columns)), shape=(300, 300))
        expected = dijkstra(turned_matrix, indices=world.target)
        found = bounds.distances_to(turned, c, world.target)
        assert np.array_equal(np.where(found == bounds.UNREACHED, np.inf, found), expected)
