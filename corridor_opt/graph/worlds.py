"""Shortest paths from a vertex to all in many worlds: distances, last arcs and sums, block after block.

Worlds share one topology (`Weightings`). They are made where they are solved, a few at a time, so that thousands never
stand in memory at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corridor_opt.errors import DataError
from corridor_opt.graph.arrays import Integers, Query
from corridor_opt.graph.spread import spread, spread_faults, workers
from corridor_opt.graph.weightings import Weightings, numbers

LANES = 16  # worlds side by side; see benchmarks/README.md
MOST_SOLVES = 256  # worlds times sources of one task, if it is for us to say: some milliseconds a thousand arcs
BYTES = 2**28


class WorldArrays(NamedTuple):
    """Shortest paths in consecutive worlds.

    Attributes
    ----------
    begin
        Number of the first of these worlds.
    distance
        int64 (worlds, sources, asked): -1 where no path leads.
    last
        int32 (worlds, sources, asked): the last arc of a shortest path from the source, or the first of one towards
        it; -1 at the source and where no path leads. With all vertices asked, `trace` gives the path.
    sums
        int64 (worlds, sources, asked, k): sums along these paths; -1 where no path leads.
    """

    begin: int
    distance: Integers
    last: NDArray[np.int32]
    sums: Integers


class _Shared(NamedTuple):
    """What all tasks read: arcs by vertex, numbers of the caller's arcs, items, and what is asked."""

    first: Integers
    head: NDArray[np.int32]
    arc: NDArray[np.int32]
    value: Integers
    item: Integers
    item_arc: NDArray[np.int32]
    times: Integers
    vertex: Integers
    sources: tuple[int, ...]
    reduce: Callable[[WorldArrays], Any] | None


class _Part(NamedTuple):
    """Worlds of one task: the number of the first, and what they change."""

    begin: int
    add: Integers
    sums_add: Integers | None


def world_blocks(
    worlds: Weightings,
    sources: int | Sequence[int],
    *,
    towards: bool = False,
    at: ArrayLike | None = None,
    reduce: Callable[[WorldArrays], Any] | None = None,
    executor: Any = None,
    threads: int | None = None,
    block: int | None = None,
    bytes: int = BYTES,
    progress: Callable[[int, int], object] | None = None,
) -> Iterator[Any]:
    """Find shortest paths from vertices to all, in many worlds, block after block.

    Parameters
    ----------
    worlds
        Made by `make_weightings`.
    sources
        One vertex, or several.
    towards
        Paths from all vertices to the sources.
    at
        Vertices to answer for. None: all.
    reduce
        Called with each block where it was solved; its answer is handed out in the block's place. For processes it
        has to stand at the top of a module.
    executor, threads
        See `spread`.
    block
        Worlds a task. None: chosen so that `bytes` suffice. The answers are the same for any.
    bytes
        What the answers under way and the weights of worlds may take together.
    progress
        Called after each block with the worlds done and all worlds.

    Returns
    -------
    iterator of WorldArrays, or of what `reduce` answers
        In the order of the worlds. Arrays are checked at the call. Ctrl-C comes through between two blocks; a reader
        may stop at any time.

    Raises
    ------
    DataError
        This cannot be asked; lists every fault.
    MissingExtraError
        See `spread`.
    """
    shared = _asked(worlds, sources, towards, at, executor, threads, block, bytes)._replace(reduce=reduce)
    size = block or _block_size(shared, len(worlds.add), workers(executor, threads), bytes)
    parts = [_part(worlds, begin, size) for begin in range(0, len(worlds.add), size)]
    answers = spread(_solve, shared, parts, executor=executor, threads=threads)
    return _counted(answers, parts, len(worlds.add), progress)


def world_distances(
    worlds: Weightings,
    sources: int | Sequence[int],
    *,
    towards: bool = False,
    at: ArrayLike | None = None,
    executor: Any = None,
    threads: int | None = None,
    block: int | None = None,
    bytes: int = BYTES,
    progress: Callable[[int, int], object] | None = None,
) -> WorldArrays:
    """Find shortest paths from vertices to all, in many worlds, and keep all answers.

    Parameters
    ----------
    worlds, sources, towards, at, executor, threads, block, progress
        See `world_blocks`.
    bytes
        What the answers may take, and once more what `world_blocks` may.

    Returns
    -------
    WorldArrays
        Of all worlds.

    Raises
    ------
    DataError
        This cannot be asked, or the answers do not fit; lists every fault.
    MissingExtraError
        See `spread`.
    """
    shared = _asked(worlds, sources, towards, at, executor, threads, block, bytes)
    count = len(worlds.add)
    needed = count * _world_bytes(shared)
    if needed > bytes:
        fault = f"bytes: the answers of {count} worlds take {needed}, more than {bytes}"
        raise DataError("these worlds do not fit", [f"{fault}; read world_blocks, or name the vertices in `at`"])
    blocks = world_blocks(
        worlds,
        sources,
        towards=towards,
        at=at,
        executor=executor,
        threads=threads,
        block=block,
        bytes=bytes,
        progress=progress,
    )
    every = _room(0, count, shared)
    for one in blocks:
        rows = slice(one.begin, one.begin + len(one.distance))
        every.distance[rows], every.last[rows], every.sums[rows] = one.distance, one.last, one.sums
    return every


def trace(first_out: ArrayLike, head: ArrayLike, last: ArrayLike, vertex: int, *, towards: bool = False) -> Integers:
    """Follow a shortest path by its last arcs.

    Parameters
    ----------
    first_out, head
        Of the graph.
    last
        int (n,): a row of `WorldArrays.last`, all vertices asked.
    vertex
        Where the path ends; with `towards`, where it begins.
    towards
        As the distances were found.

    Returns
    -------
    int64
        Arcs in the order of travel; empty at the source and where no path leads.
    """
    offsets, heads, arcs = np.asarray(first_out), np.asarray(head), np.asarray(last)
    path: list[int] = []
    here = vertex
    while arcs[here] >= 0:
        path.append(int(arcs[here]))
        here = int(heads[path[-1]] if towards else np.searchsorted(offsets, path[-1], "right") - 1)
    return np.array(path if towards else path[::-1], np.int64)


def _solve(shared: _Shared, part: _Part) -> Any:
    """Solve the worlds of one task."""
    from corridor_opt.kernels import batch, batch_layout, batch_weights

    # what came from another process may be read-only, for which kernels are not compiled
    arrays = [np.require(a, requirements=("C", "A", "W")) for a in shared[:8]]
    first, head, arc, value, item, item_arc, times, vertex = arrays
    amount = part.add[:, :, None]
    if value.shape[1] > 1:
        more = part.sums_add
        if more is None:
            more = np.zeros((*part.add.shape, value.shape[1] - 1), np.int64)
        amount = np.concatenate([amount, more], axis=2)
    changes = batch_weights.Changes(item, item_arc, times, np.require(amount, requirements=("C", "A", "W")))
    found = _room(part.begin, len(part.add), shared)
    solved = batch.Solved(vertex, found.distance, found.last, found.sums)
    for s, source in enumerate(shared.sources):
        layout = batch_layout.lay_out(first, head, arc, value, source)
        batch.solve(layout, len(first) - 1, value, changes, solved, s, LANES)
    return found if shared.reduce is None else shared.reduce(found)


def _room(begin: int, worlds: int, shared: _Shared) -> WorldArrays:
    """Make room for the answers of some worlds."""
    shape = (worlds, len(shared.sources), len(shared.vertex))
    sums = np.empty((*shape, shared.value.shape[1] - 1), np.int64)
    return WorldArrays(begin, np.empty(shape, np.int64), np.empty(shape, np.int32), sums)


def _part(worlds: Weightings, begin: int, size: int) -> _Part:
    """Cut out the worlds of a task."""
    rows = slice(begin, begin + size)
    return _Part(begin, worlds.add[rows], None if worlds.sums_add is None else worlds.sums_add[rows])


def _counted(
    answers: Iterator[Any], parts: Sequence[_Part], worlds: int, progress: Callable[[int, int], object] | None
) -> Iterator[Any]:
    """Tell progress after each answer."""
    for part, answer in zip(parts, answers, strict=True):
        if progress is not None:
            progress(part.begin + len(part.add), worlds)
        yield answer


def _world_bytes(shared: _Shared) -> int:
    """Say what the answers of one world take."""
    return len(shared.sources) * len(shared.vertex) * (4 + 8 * shared.value.shape[1])


def _block_size(shared: _Shared, worlds: int, workers: int, limit: int) -> int:
    """Choose how many worlds a task has: whole groups of lanes, few enough for memory, enough tasks for all workers."""
    room = workers * len(shared.arc) * 8 * LANES * shared.value.shape[1]  # the weights of worlds being solved
    fit = (limit - room) // max(1, (2 * workers + 1) * _world_bytes(shared))
    fair = -(-worlds // (4 * workers * LANES)) * LANES
    size = min(fit, fair, max(LANES, MOST_SOLVES // len(shared.sources)))
    if size < 1:
        fault = f"bytes: {limit} do not do; one world takes {_world_bytes(shared)}, those being solved {room}"
        advice = "name fewer vertices in `at`, ask for fewer sources at a time or use fewer threads"
        raise DataError("these worlds do not fit", [f"{fault}; {advice}"])
    return int(size // LANES * LANES if size >= LANES else size)


def _asked(
    worlds: Weightings,
    sources: int | Sequence[int],
    towards: bool,
    at: ArrayLike | None,
    executor: Any,
    threads: int | None,
    block: int | None,
    limit: int,
) -> _Shared:
    """Gather every fault of what is asked, or make it ready for the kernels."""
    if not isinstance(worlds, Weightings):
        raise DataError(f"worlds: Weightings expected, as `make_weightings` makes them, not {type(worlds).__name__}")
    faults = spread_faults(executor, threads)
    n = len(worlds.query.first_out) - 1
    if not isinstance(towards, (bool, np.bool_)):
        faults.append(f"towards: True or False expected, not {towards!r}")
    several = [sources] if np.ndim(sources) == 0 else sources
    ends = numbers("sources", several, (None,), faults, n)
    if ends is not None and len(ends) == 0:
        faults.append("sources: at least one vertex expected")
    vertex = np.arange(n) if at is None else numbers("at", at, (None,), faults, n)
    for name, given in (("block", 1 if block is None else block), ("bytes", limit)):
        if isinstance(given, bool) or not isinstance(given, (int, np.integer)) or given < 1:
            faults.append(f"{name}: a whole number of 1 or more expected, not {given!r}")
    if ends is None or vertex is None or faults:
        raise DataError("these worlds cannot be searched", faults)
    first, head, arc = _by_vertex(worlds.query, bool(towards))
    told = (worlds.item, worlds.arc, worlds.times.ravel(), vertex)
    return _Shared(first, head, arc, worlds.value, *told, tuple(int(v) for v in ends), None)


def _by_vertex(query: Query, towards: bool) -> tuple[Integers, NDArray[np.int32], NDArray[np.int32]]:
    """List open arcs by the vertex where paths come from: offsets, vertices at the other end, the caller's numbers."""
    n = len(query.first_out) - 1
    arc = np.flatnonzero(query.is_open)
    tail = np.repeat(np.arange(n), np.diff(query.first_out))[arc]
    head = query.head[arc].astype(np.int64)
    if towards:
        order = np.argsort(head, kind="stable")
        tail, head, arc = head[order], tail[order], arc[order]
    first = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=n), out=first[1:])
    return first, head.astype(np.int32), arc.astype(np.int32)
