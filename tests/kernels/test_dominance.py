import numpy as np
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES

from corridor_opt.kernels import dominance
from corridor_opt.kernels import labels as pool


@st.composite
def _settled(draw):
    """Labels of two vertices in lexicographic order."""
    k = draw(st.integers(1, 6))
    row = st.tuples(st.tuples(*[st.integers(0, 5)] * k), st.integers(0, 1))
    return k, sorted(draw(st.lists(row, max_size=40)))


@given(_settled())
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_vertex_remembers_the_truncated_front(world):
    k, rows = world
    dims = (0,) * k
    value = np.array([row for row, _ in rows], np.int64).reshape(len(rows), k)
    state = pool.new_labels(2, k)
    kept: tuple[list, list] = ([], [])
    for label, (row, vertex) in enumerate(rows):
        expected = any(all(a <= b for a, b in zip(old, row, strict=True)) for old in kept[vertex])
        found = dominance.is_dominated(state.block, state.rows, vertex, value, label, dims)
        assert found == expected
        if found:
            continue
        kept[vertex].append(row)
        assert state.tally[pool.ROWS] + dominance.rows_needed(state.block, vertex, dims) <= 1024
        dominance.insert(state.block, state.rows, state.tally, vertex, value, label, dims)
        if k > 2:
            begin, length, capacity = state.block[vertex]
            front = [tuple(r) for r in state.rows[begin : begin + length].tolist()]
            assert length <= capacity
            assert sorted(front) == reference.non_dominated({old[1:] for old in kept[vertex]})
            assert [r[0] for r in front] == sorted(r[0] for r in front)


def test_growing_keeps_the_state():
    state = pool.new_labels(3, 3)
    for status in (pool.GROW_OPEN, pool.GROW_SETTLED, pool.GROW_ROWS, pool.GROW_SOLUTIONS):
        for name, array in state._asdict().items():
            array[...] = np.arange(array.size).reshape(array.shape)
            assert array.size, name
        larger = pool.grown(state, status)
        more = sum(a.nbytes for a in larger) - sum(a.nbytes for a in state)
        assert more == pool.growth(state, status) > 0
        for old, new in zip(state, larger, strict=True):
            assert new.dtype == old.dtype
            assert np.array_equal(new[: len(old)], old)
