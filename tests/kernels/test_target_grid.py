import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES

from corridor_opt.kernels import buckets, target_grid


@st.composite
def _cases(draw):
    k = draw(st.integers(3, 6))
    point = st.tuples(*[st.integers(0, 5000)] * (k - 1))
    worst = draw(st.tuples(*[st.integers(0, 9000)] * k))
    return k, worst, draw(st.lists(point, max_size=12)), draw(st.lists(point, max_size=12))


@given(_cases())
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_grid_is_right_where_it_says_something(case):
    k, worst, solutions, labels = case
    dims = (0,) * k
    side, shift = target_grid.cells(np.array(worst), k)
    assert side.prod() <= target_grid.MOST_CELLS[k]
    grid = np.full(side.prod(), buckets.NONE, np.int32)
    for point in solutions:
        target_grid.mark(grid, side, shift, np.array(point, np.int32), 0, dims)
    for point in (*labels, *solutions):
        pool = np.array((7, *point), np.int32)
        covered = any(all(s <= p for s, p in zip(solution, point, strict=True)) for solution in solutions)
        assert not target_grid.is_hopeless(grid, side, shift, pool, 1, dims) or covered
        assert not target_grid.is_clear(grid, side, shift, pool, 1, dims) or not covered


def test_a_grid_as_fine_as_the_values_knows_all():
    side, shift = target_grid.cells(np.array([0, 40, 40, 9]), 4)
    assert shift.tolist() == [0, 0]
    assert side.tolist() == [42, 42]
    grid = np.full(side.prod(), buckets.NONE, np.int32)
    target_grid.mark(grid, side, shift, np.array([10, 20, 30], np.int32), 0, (0,) * 4)
    for point, covered in (((10, 20, 30), True), ((9, 20, 30), False), ((40, 40, 29), False), ((40, 41, 30), True)):
        pool = np.array(point, np.int32)
        assert target_grid.is_hopeless(grid, side, shift, pool, 0, (0,) * 4) == covered
        # the next cell along the diagonal lies one to the right of (9, 20)
        clear = not covered and point[0] != 9
        assert target_grid.is_clear(grid, side, shift, pool, 0, (0,) * 4) == clear
