import numpy as np
import reference
from hypothesis import given, settings
from worlds import EXAMPLES, World, worlds

from corridor_opt.kernels import chains

NOTHING = np.empty(0, np.int64)


def _arrays(world: World):
    first_out, head, weight = world.csr()
    is_open = np.array(world.is_open or [True] * len(world.arcs), np.bool_)
    return first_out, head.astype(np.int32), weight.astype(np.int32), is_open


def _both_ways(*edges):
    return tuple(sorted((a, b, (w,)) for u, v, w in edges for a, b in ((u, v), (v, u))))


def test_a_chain_becomes_one_arc_each_way():
    star = [(0, 5, 1), (0, 6, 1), (1, 7, 1), (1, 8, 1), (5, 6, 1), (7, 8, 1)]
    world = World(9, 1, _both_ways((0, 2, 1), (2, 3, 10), (3, 4, 100), (4, 1, 1000), *star, (5, 7, 3), (6, 8, 3)), 0, 1)
    core = chains.contract(*_arrays(world), NOTHING)
    assert (core.number < 0).tolist() == [False, False, True, True, True, False, False, False, False]
    assert core.vertex[core.number[core.number >= 0]].tolist() == [0, 1, 5, 6, 7, 8]
    arcs = {
        (int(t), int(h)): int(core.weight[i, 0])
        for t in range(6)
        for i in range(*core.first[t : t + 2])
        for h in [core.head[i]]
    }
    zero, one = core.number[:2].tolist()
    assert arcs[zero, one] == arcs[one, zero] == 1111
    for v in range(6):
        assert (np.diff(core.arc[slice(*core.first[v : v + 2])]) > 0).all()
    assert core.fits[0] == 1


def test_sums_that_do_not_fit_are_told():
    most = 2**31 - 1
    world = World(4, 1, _both_ways((0, 1, most)), 0, 1)
    core = chains.contract(*_arrays(world), NOTHING)
    assert core.head.size == 0
    parallel = World(2, 1, ((0, 1, (most,)), (0, 1, (1,)), (1, 0, (1,)), (1, 0, (1,))), 0, 1)
    assert chains.contract(*_arrays(parallel), NOTHING).fits[0] == 0


def test_some_vertices_stay_and_the_longest_path_is_bounded():
    world = World(4, 2, tuple((a, a + 1, (a, 10 * a)) for a in range(3)), 0, 3)
    assert len(chains.contract(*_arrays(world), NOTHING).vertex) == 0
    core = chains.contract(*_arrays(world), np.array([0, 3]))
    assert core.vertex.tolist() == [0, 3]
    assert core.weight.tolist() == [[3, 30]]
    assert chains.longest(core.first, core.weight).tolist() == [3, 30]


@given(worlds(limits=False))
@settings(max_examples=EXAMPLES, deadline=None)
def test_no_simple_path_is_longer_than_the_bound(world):
    arrays = _arrays(world)
    core = chains.contract(*arrays, np.array([world.source, world.target]))
    bound = chains.longest(core.first, core.weight)
    for value in reference.simple_path_values(world.n, world.open_arcs, world.source, world.target, world.k):
        assert (np.array(value) <= bound).all()
