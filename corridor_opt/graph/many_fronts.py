"""Many vertices to one: the front of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor_opt.graph.arrays import Integers
from corridor_opt.graph.grounds import Ground
from corridor_opt.graph.many import BEYOND, COMPLETE, LIMIT, NOTHING, STOPPED
from corridor_opt.graph.methods import Method, SearchLimits
from corridor_opt.graph.shortest import path_between

if TYPE_CHECKING:
    from corridor_opt.graph.prepared import Toward


class Column(NamedTuple):
    """What one target is asked for fronts.

    Attributes
    ----------
    ground
        Which of several grounds, by position.
    target
        A vertex.
    sources
        int64 (s,): vertices.
    upper
        int64 (s, searched): greatest value of each searched column on a path; -1 for no limit.
    """

    ground: int
    target: int
    sources: Integers
    upper: Integers


class Fronts(NamedTuple):
    """The front of one pair.

    Attributes
    ----------
    value
        int64 (routes, k).
    status
        One of the statuses above.
    """

    value: Integers
    status: int


class Asked(NamedTuple):
    """What all columns share: grounds, how many of their searched columns span the front, and how to search."""

    grounds: Sequence[Ground]
    criteria: int
    method: Method | None
    limits: SearchLimits | None


def fronts(shared: Asked, part: Sequence[Column]) -> list[list[Fronts]]:
    """Answer columns; a task of `spread.spread`. Bounds are found once a target where arcs share no items."""
    return [_column(shared, column) for column in part]


def _column(asked: Asked, column: Column) -> list[Fronts]:
    """Answer one column."""
    ground = asked.grounds[column.ground]
    toward = ground.prepared.towards(column.target) if ground.shared is None else None
    return [_front(asked, ground, toward, column, i) for i in range(len(column.sources))]


def _front(asked: Asked, ground: Ground, toward: Toward | None, column: Column, i: int) -> Fronts:
    """Find one front."""
    source, upper = int(column.sources[i]), column.upper[i]
    found = ground.front(source, column.target, upper, asked.limits, asked.method, toward)
    kept = unbeaten(found.values, asked.criteria)
    value = np.array([ground.of_path(found.paths[j]) for j in kept], np.int64).reshape(-1, ground.weight.shape[1])
    if found.status == "limit":
        status = LIMIT if kept else STOPPED
    elif kept:
        status = COMPLETE
    else:
        status = BEYOND if (upper >= 0).any() and _joins(ground, source, column.target) else NOTHING
    return Fronts(value, status)


def _joins(ground: Ground, source: int, target: int) -> bool:
    """Whether any path leads to a target, limits aside."""
    return path_between(ground.query._replace(source=source, target=target))[0] is not None


def unbeaten(values: Integers, criteria: int) -> list[int]:
    """Points of a front, sorted, that no other beats in its first criteria alone."""
    if values.shape[1] == criteria:
        return list(range(len(values)))
    kept: list[int] = []
    for i, value in enumerate(values[:, :criteria]):  # lexicographic order: only earlier points can dominate
        if not (values[kept, :criteria] <= value).all(axis=1).any():
            kept.append(i)
    return kept
