import numpy as np
import reference
from hypothesis import given, settings
from worlds import EXAMPLES, World, scattered, worlds

from corridor_opt.kernels import chains, dial


def _arrays(world: World):
    first_out, head, weight = world.csr()
    is_open = np.array(world.is_open or [True] * len(world.arcs), np.bool_)
    return first_out, head.astype(np.int32), weight.astype(np.int32), is_open


def _both_ways(*edges):
    return tuple(sorted((a, b, (w,)) for u, v, w in edges for a, b in ((u, v), (v, u))))


def test_a_chain_becomes_one_arc_each_way():
    star = [(0, 5, 1), (0, 6, 1), (1, 7, 1), (1, 8, 1), (5, 6, 1), (7, 8, 1)]
    world = World(9, 1, _both_ways((0, 2, 1), (2, 3, 10), (3, 4, 100), (4, 1, 1000), *star, (5, 7, 3), (6, 8, 3)), 0, 1)
    core = chains.contract(*_arrays(world))
    assert core.number.tolist() == [0, 1, -1, -1, -1, 2, 3, 4, 5]
    arcs = {
        (int(t), int(h)): int(core.weight[i, 0])
        for t in range(6)
        for i in range(*core.first[t : t + 2])
        for h in [core.head[i]]
    }
    assert arcs[0, 1] == arcs[1, 0] == 1111
    assert (np.diff(core.arc) > 0).all()
    assert core.fits[0] == 1


def test_sums_that_do_not_fit_are_told():
    most = 2**31 - 1
    world = World(4, 1, _both_ways((0, 1, most)), 0, 1)
    core = chains.contract(*_arrays(world))
    assert core.head.size == 0
    parallel = World(2, 1, ((0, 1, (most,)), (0, 1, (1,)), (1, 0, (1,)), (1, 0, (1,))), 0, 1)
    assert chains.contract(*_arrays(parallel)).fits[0] == 0


@given(worlds(limits=False))
@settings(max_examples=EXAMPLES, deadline=None)
def test_distances_in_the_core_are_those_of_the_graph(world):
    arrays = _arrays(world)
    core = chains.contract(*arrays)
    target = world.target
    if core.number[target] < 0:
        return
    backward = dial.turn(core.first, core.head, core.weight)
    for c in range(world.k):
        expected = reference.distances_to(world.n, world.open_arcs, target, c)
        queue = dial.new_queue(core.first.size - 1, 16 << 4)
        dial.put(queue, core.number[target], 0)
        assert dial.spread(backward, queue, c, 2**31 - 2, -1, -1) == dial.EMPTY
        by_heap = np.full(core.first.size + 1, dial.NONE, np.int32)
        by_heap[core.number[target]] = 0
        assert dial.spread_by_heap(backward, by_heap, c)
        assert np.array_equal(by_heap, queue.distance)
        for v in range(world.n):
            if core.number[v] >= 0:
                found = int(queue.distance[core.number[v]])
                assert (None if found == dial.NONE else found) == expected[v]


def test_a_run_can_be_cut_off_and_taken_up_again():
    world = scattered(200, 1200, 1, seed=4)
    core = chains.contract(*_arrays(world))
    backward = dial.turn(core.first, core.head, core.weight)
    n = core.first.size - 1
    whole, parts = dial.new_queue(n, 1 << 12), dial.new_queue(n, 1 << 12)
    for queue in (whole, parts):
        dial.put(queue, 0, 40)
        dial.put(queue, 0, 50)
        dial.put(queue, 0, 30)
    assert dial.spread(backward, whole, 0, 2**31 - 2, -1, -1) == dial.EMPTY
    far = int(whole.distance[:n].argmax())
    stops = [dial.spread(backward, parts, 0, 2**31 - 2, n // 2, n // 3)]
    assert stops == [dial.STOPPED]
    for radius in range(0, 400, 7):
        dial.spread(backward, parts, 0, radius, -1, -1)
        settled = whole.distance <= radius
        assert np.array_equal(parts.distance[settled], whole.distance[settled])
    assert np.array_equal(parts.distance, whole.distance) == (int(whole.distance[far]) < 400)


def test_a_distance_that_does_not_fit_is_told():
    most = 2**31 - 2
    first, head = np.array([0, 0, 1, 2]), np.array([0, 1], np.int32)
    backward = dial.turn(first, head, np.full((2, 1), most, np.int32))
    distance = np.array([0, dial.NONE, dial.NONE, dial.NONE, dial.NONE], np.int32)
    assert not dial.spread_by_heap(backward, distance, 0)
