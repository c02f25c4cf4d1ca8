"""The best paths of a graph under hazards in each world: what one would choose who knew the world beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor_opt.errors import DataError
from corridor_opt.graph.arrays import Integers
from corridor_opt.graph.spread import spread, spread_faults, workers
from corridor_opt.graph.uncertain import Uncertain

FRONTS = 16  # worlds of one task at most


class Best(NamedTuple):
    """The fronts of consecutive worlds, closures waited out where that is better.

    Attributes
    ----------
    least
        int64 (worlds, 2): least money, least hours.
    general
        float64 (worlds,): least generalised cost, in steps of money.
    paths
        One path for each point of these fronts, each once.
    complete
        bool (worlds,): whether the search did not stop at a limit; where it did, what is least was not proven.
    """

    least: Integers
    general: NDArray[np.float64]
    paths: list[Integers]
    complete: NDArray[np.bool_]


def best_in_each_world(
    ground: Uncertain,
    state: NDArray[np.int8],
    *,
    executor: Any = None,
    threads: int | None = None,
    search_limits: Any = None,
    progress: Callable[[int, int], object] | None = None,
) -> Best:
    """Find the exact front of money and hours in every world, as one would choose who knew the world beforehand.

    Hazards only add. So the front of a world with some of its hazards left out is its front if no path on it meets
    another; else those that are met are laid on too. Most worlds come to few different searches.

    Parameters
    ----------
    ground
        The graph and its hazards.
    state
        int8 (worlds, hazards).
    executor, threads
        See `spread.spread`.
    search_limits
        Of each search.
    progress
        Called with worlds done and all worlds.
    """
    if faults := spread_faults(executor, threads):
        raise DataError("tasks cannot be spread so", faults)
    same = (state == state[:1]).all(axis=0)
    asked = np.where(same, state, np.int8(0))  # what is laid on each world so far
    found: dict[bytes, _Front] = {}
    left = list(range(len(state)))
    while left:
        new = list({row.tobytes(): row for row in asked[left] if row.tobytes() not in found}.values())
        size = min(FRONTS, -(-len(new) // (2 * workers(executor, threads))) or 1)
        parts = [np.array(new[i : i + size]) for i in range(0, len(new), size)]
        fronts: Iterator[list[_Front]] = spread(
            _fronts, (ground, search_limits), parts, executor=executor, threads=threads
        )
        for part, some in zip(parts, fronts, strict=True):
            found |= {row.tobytes(): one for row, one in zip(part, some, strict=True)}
            if progress is not None:
                progress(len(state) - len(left), len(state))
        before, left = left, []
        for w in before:
            one = found[asked[w].tobytes()]
            met = one.met & (asked[w] != state[w])
            if one.complete and met.any():
                asked[w, met] = state[w, met]
                left.append(w)
    if progress is not None:
        progress(len(state), len(state))
    every = [found[row.tobytes()] for row in asked]
    return Best(
        np.array([one.least for one in every]),
        np.array([one.general for one in every]),
        list({path.tobytes(): path for one in every for path in one.paths}.values()),
        np.array([one.complete for one in every]),
    )


class _Front(NamedTuple):
    """The front of one world.

    Attributes
    ----------
    least, general, paths, complete
        As in `Best`.
    met
        bool (hazards,): which of all hazards lie on its paths.
    """

    least: Integers
    general: float
    paths: list[Integers]
    complete: bool
    met: NDArray[np.bool_]


def _fronts(asked: tuple[Uncertain, Any], state: NDArray[np.int8]) -> list[_Front]:
    """Find the fronts of a few worlds."""
    from corridor_opt.graph.search import pareto_front
    from corridor_opt.graph.shared import Shared

    ground, limits = asked
    fronts = []
    for row in state:
        active = np.flatnonzero(row)
        weight = ground.weight
        if ground.more is not None:
            weight, on = weight.copy(), row[ground.more.hazard] > 0
            np.add.at(weight, ground.more.arc[on], ground.more.amount[on])
        shared = Shared(ground.member[:, active], ground.once[active, row[active]])
        found = pareto_front(
            ground.first_out,
            ground.head,
            weight,
            ground.source,
            ground.target,
            is_open=ground.is_open,
            shared=shared,
            search_limits=limits,
        )
        least, general = np.zeros(2, np.int64), 0.0
        met: NDArray[np.bool_] = np.zeros(ground.member.shape[1], bool)
        if len(found.values):
            least = found.values.min(axis=0)
            general = float((found.values[:, 0] + ground.price * found.values[:, 1]).min())
            met = np.asarray(ground.member[np.concatenate(found.paths)].any(axis=0))
        fronts.append(_Front(least, general, found.paths, found.status == "complete", met))
    return fronts
