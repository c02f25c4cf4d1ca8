"""What does the best route come to? Asked of each pair of many origins and destinations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.graph.many import COMPLETE, LIMIT, NOTHING, Cells, Row, best_cells
from corridor_opt.graph.spread import spread
from corridor_opt.model.network import Network
from corridor_opt.results.matrix import CostMatrix
from corridor_opt.studies.many import NAMES, Many, many
from corridor_opt.studies.matrix_run import Course, course_faults

if TYPE_CHECKING:
    import pandas as pd

PAIRS_A_PART = 2_000  # pairs that are computed, written and lost together


def cost_matrix(
    network: Network,
    origins: Iterable[str],
    destinations: Iterable[str],
    *,
    criterion: str = "cost",
    to: str | Path | None = None,
    resume: bool = True,
    executor: Any = None,
    threads: int | None = None,
    progress: Callable[[int, int], object] | None = None,
    **question: Any,
) -> CostMatrix:
    """Find the best route of each pair by one criterion: what `find_routes` finds, for many pairs at once.

    One search an origin serves all its destinations where the criterion adds up along a route. Where what several
    links share counts (risk and delay under hazards, what a law charges), and where limits hold, a pair is searched by
    itself unless the shortest path shows already that it is the best.

    Parameters
    ----------
    network
        From `load_network`.
    origins, destinations
        Lists of places: names, ids, UN/LOCODEs, `"lon,lat"` or `(lon, lat)`; none twice.
    criterion
        What is minimised: `cost`, `time`, `distance`, `risk`, `emissions` or `delay`.
    to
        None: rows stay in memory. A path that ends in `.csv` or `.json`: written there when all is done. Any other,
        such as `matrix.parquet`: a folder of Parquet parts, each written as soon as it is done, so that memory does not
        grow with the matrix. Needs the extra `parquet`.
    resume
        Whether parts of the same question that stand in the folder are kept: a run that was stopped goes on from there.
        False begins anew.
    executor, threads
        How the work is spread: own threads, or a `concurrent.futures` executor, a `dask.distributed.Client` or the
        address of a scheduler. The graph travels once to each worker; the answer is the same everywhere.
    progress
        Called with pairs done and all pairs.
    **question
        Any other argument of `find_routes` but `criteria`, `method` and `slack`. `search_limits` hold for each pair
        that is searched by itself.

    Returns
    -------
    CostMatrix
        A row a pair, origin by origin in the order given.

    Raises
    ------
    DataError, ScenarioError
        Every fault at once; a folder that answers another question; a file that cannot be written.
    MissingExtraError
        Parts need pyarrow.

    Examples
    --------
    >>> import corridor_opt as co
    >>> matrix = co.cost_matrix(co.load_network(), ["Mumbai", "Baku"], ["Moscow", "Duisburg"], criterion="time")
    >>> matrix.pivot().shape
    (2, 2)
    """
    refused, faults = ("criteria", "method", "slack"), course_faults(to, progress, executor, threads)
    asked = many("cost_matrix", network, origins, destinations, (criterion,), question, refused, faults)
    blocks = _blocks(asked)
    pairs = [len(block) * len(asked.destinations) for block in blocks]
    course = Course(asked, (criterion,), blocks, pairs, to, resume, progress)
    answers = spread(
        best_cells,
        (asked.grounds, asked.question.search_limits),
        [[row for _, _, row in _rows(asked, block)] for block in course.blocks],
        executor=executor,
        threads=threads,
    )
    return course.result(CostMatrix, course.gather(lambda block, cells: _frame(asked, block, cells), answers))


def _blocks(asked: Many) -> list[range]:
    """Cut the origins to parts; the same whoever works."""
    alone = bool(asked.question.limits) or any(ground.shared is not None for ground in asked.grounds)
    size = 1 if alone else max(1, PAIRS_A_PART // len(asked.destinations))
    count = len(asked.origins)
    return [range(at, min(at + size, count)) for at in range(0, count, size)]


def _rows(asked: Many, block: range) -> Iterator[tuple[int, np.ndarray, Row]]:
    """Give what a block asks: an origin, positions of the destinations on one ground, and the row."""
    for i in block:
        for ground, ends in asked.parted(asked.of[i]):
            upper = asked.upper(ground, slice(i, i + 1), ends)
            yield i, ends, Row(ground, int(asked.source[i]), asked.target[ends], upper)


def _frame(asked: Many, block: range, cells: Sequence[Cells]) -> pd.DataFrame:
    """Turn the answers of a block to rows."""
    count = len(asked.destinations)
    value = np.full((len(block), count, len(NAMES)), np.nan)
    status = np.full((len(block), count), NOTHING, np.int8)
    for (i, ends, row), found in zip(_rows(asked, block), cells, strict=True):
        status[i - block.start, ends] = found.status
        known = np.isin(found.status, (COMPLETE, LIMIT))
        whole = found.value[known]
        value[i - block.start, ends[known]] = asked.values(row.ground, slice(i, i + 1), ends[known], whole)
    labels = list(asked.destinations)
    origins = [label for label in list(asked.origins)[block.start : block.stop] for _ in labels]
    pairs = [(i, j) for i in block for j in range(count)]
    return asked.frame(origins, labels * len(block), value.reshape(-1, len(NAMES)), status.ravel().tolist(), pairs)
