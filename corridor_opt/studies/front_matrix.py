"""Which routes does no other beat? Asked of each pair of many origins and destinations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.graph.many import NOTHING
from corridor_opt.graph.many_fronts import Asked, Column, Fronts, fronts
from corridor_opt.graph.spread import spread
from corridor_opt.model.network import Network
from corridor_opt.results.matrix import FrontMatrix
from corridor_opt.studies.many import NAMES, Many, many
from corridor_opt.studies.matrix_run import Course, course_faults

if TYPE_CHECKING:
    import pandas as pd


def front_matrix(
    network: Network,
    origins: Iterable[str],
    destinations: Iterable[str],
    *,
    criteria: Sequence[str] = ("cost", "time"),
    to: str | Path | None = None,
    resume: bool = True,
    executor: Any = None,
    threads: int | None = None,
    progress: Callable[[int, int], object] | None = None,
    **question: Any,
) -> FrontMatrix:
    """Find the Pareto front of each pair: what `find_routes` finds, for many pairs at once.

    The graph is made ready once, and bounds once a destination where no hazard or charge counts in the criteria.

    Parameters
    ----------
    network, origins, destinations, to, resume, executor, threads, progress
        As in `cost_matrix`. A part holds one destination.
    criteria
        As in `find_routes`; fewer are faster by far.
    **question
        Any other argument of `find_routes` but `slack`; `method` and `search_limits` hold for each pair.

    Returns
    -------
    FrontMatrix
        A row a route, destination by destination in the order given, origins in their order within each.

    Raises
    ------
    DataError, ScenarioError
        Every fault at once; a folder that answers another question; a file that cannot be written.
    MissingExtraError
        Parts need pyarrow.
    """
    refused, faults = ("slack", "criterion"), course_faults(to, progress, executor, threads)
    asked = many("front_matrix", network, origins, destinations, criteria, question, refused, faults)
    blocks = [range(j, j + 1) for j in range(len(asked.destinations))]
    names = asked.question.criteria
    course = Course(asked, names, blocks, [len(asked.origins)] * len(blocks), to, resume, progress)
    shared = Asked(asked.grounds, len(names), asked.question.method, asked.question.search_limits)
    parts = [[column for _, column in _columns(asked, block.start)] for block in course.blocks]
    answers = spread(fronts, shared, parts, executor=executor, threads=threads)
    return course.result(FrontMatrix, course.gather(lambda block, found: _frame(asked, block.start, found), answers))


def _columns(asked: Many, j: int) -> Iterator[tuple[np.ndarray, Column]]:
    """Give what a destination asks: positions of the origins on one ground, and the column."""
    for ground, starts in asked.parted(asked.of[:, j]):
        upper = asked.upper(ground, starts, slice(j, j + 1))
        yield starts, Column(ground, int(asked.target[j]), asked.source[starts], upper)


def _frame(asked: Many, j: int, answers: Sequence[Sequence[Fronts]]) -> pd.DataFrame:
    """Turn the fronts of a destination to rows."""
    none = Fronts(np.zeros((0, len(NAMES)), np.int64), NOTHING), 0
    found = [none] * len(asked.origins)
    for (starts, column), several in zip(_columns(asked, j), answers, strict=True):
        for i, front in zip(starts.tolist(), several, strict=True):
            found[i] = front, column.ground
    values, status, pairs = [], [], []
    numbers: list[int] = []
    for i, (front, ground) in enumerate(found):
        rows = asked.values(ground, slice(i, i + 1), slice(j, j + 1), front.value)
        values.append(rows if len(rows) else np.full((1, len(NAMES)), np.nan))
        numbers += range(1, len(rows) + 1) if len(rows) else [0]
        status += [front.status] * max(1, len(rows))
        pairs += [(i, j)] * max(1, len(rows))
    labels = list(asked.origins)
    origins = [labels[i] for i, _ in pairs]
    destination = [list(asked.destinations)[j]] * len(pairs)
    frame = asked.frame(origins, destination, np.concatenate(values), status, pairs)
    frame.insert(4, "route", np.array(numbers, np.int64))
    return frame
