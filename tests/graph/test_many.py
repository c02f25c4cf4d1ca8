"""From one vertex to many: the values of one search a pair, in 32 and in 64 bits, with and without shared items."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from worlds import grid

from corridor_opt.graph import Shared, distances, pareto_front
from corridor_opt.graph.grounds import Ground, as_bits
from corridor_opt.graph.many import BEYOND, COMPLETE, LIMIT, NOTHING, STOPPED, Row, best_cells
from corridor_opt.graph.many_fronts import Asked, Column, fronts
from corridor_opt.graph.methods import Exact, SearchLimits

ENDS = np.array([0, 1, 7, 20, 35])


def ground_of(seed, *, factor=1, items=70, gain=0, searched=(0,), closed=0.1):
    world, rng = grid(6, 3, seed=seed), np.random.default_rng(seed)
    first_out, head, weight = world.csr()
    tail = np.repeat(np.arange(len(first_out) - 1), np.diff(first_out))
    is_open = rng.random(len(head)) > closed
    member = rng.random((len(head), items)) < 0.05
    gains = np.zeros((items, 3), np.int64)
    gains[:, 0] = rng.integers(0, gain + 1, items)
    made = Ground(first_out, head, tail, weight * factor, is_open, as_bits(member), gains, searched)
    return made, member


def asked(ground, source, upper=-1):
    limits = np.full((len(ENDS), len(ground.searched)), upper)
    limits[:, 0] = -1
    return best_cells(([ground], None), [Row(0, source, ENDS, limits)])[0]


@pytest.mark.parametrize("factor", [1, 2_000_000])
@pytest.mark.parametrize("seed", range(4))
def test_the_tree_gives_distances_and_what_the_paths_come_to(seed, factor):
    ground, _ = ground_of(seed, factor=factor, closed=0.4)
    found = asked(ground, 3)
    expected = distances(ground.first_out, ground.head, ground.weight[:, 0], 3, is_open=ground.is_open)[ENDS]
    assert np.array_equal(np.where(found.status == COMPLETE, found.value[:, 0], -1), expected)
    assert set(found.status.tolist()) <= {COMPLETE, NOTHING}
    for value, end in zip(found.value[found.status == COMPLETE], ENDS[found.status == COMPLETE], strict=True):
        exact = pareto_front(ground.first_out, ground.head, ground.weight, 3, int(end), is_open=ground.is_open)
        assert any((point <= value).all() for point in exact.values), "no path is better than the front"


@pytest.mark.parametrize("gain", [3, 300])
@pytest.mark.parametrize("seed", range(4))
def test_items_that_count_once_and_limits_are_as_searched_alone(seed, gain):
    ground, member = ground_of(seed, gain=gain, searched=(0, 1))
    whole = Shared(member, ground.gain[:, :2])
    for upper in (-1, 40):
        found = asked(ground, 3, upper)
        for value, status, end in zip(found.value, found.status, ENDS, strict=True):
            exact = pareto_front(
                *(ground.first_out, ground.head, ground.weight[:, :2], 3, int(end)),
                is_open=ground.is_open,
                shared=whole,
                upper=[None, upper],
            )
            if len(exact.values):
                assert (status, value[0]) == (COMPLETE, exact.values[0, 0])
                assert upper < 0 or value[1] <= upper
            else:
                assert status in (NOTHING, BEYOND)


def test_what_stops_is_marked_and_what_travels_is_bare():
    ground, _ = ground_of(1, gain=300)
    limits = SearchLimits(labels=0)
    ends = np.full((len(ENDS), 1), -1)
    cells = best_cells(([ground], limits), [Row(0, 3, ENDS, ends)])[0]
    exact = asked(ground, 3)
    assert LIMIT in cells.status
    assert (cells.value[cells.status == LIMIT, 0] >= exact.value[cells.status == LIMIT, 0]).all()
    assert STOPPED not in cells.status, "the shortest path is known all the same"
    assert "laid" in vars(ground)
    assert "laid" not in vars(pickle.loads(pickle.dumps(ground)))


def test_fronts_of_many_are_those_of_each():
    for gain in (0, 50):
        ground, member = ground_of(2, gain=gain, searched=(0, 1, 2))
        sources, upper = np.array([3, 8, 35]), np.full((3, 3), -1)
        upper[:, 2] = 45
        (found,) = fronts(Asked([ground], 2, Exact(), None), [Column(0, 35, sources, upper)])
        for source, one in zip(sources.tolist(), found, strict=True):
            exact = pareto_front(
                *(ground.first_out, ground.head, ground.weight, source, 35),
                is_open=ground.is_open,
                shared=Shared(member, ground.gain),
                upper=upper[0],
            )
            kept = sorted({tuple(v[:2]) for v in exact.values.tolist()})
            best = [v for v in kept if not any(o != v and o[0] <= v[0] and o[1] <= v[1] for o in kept)]
            assert sorted(map(tuple, one.value[:, :2].tolist())) == best
