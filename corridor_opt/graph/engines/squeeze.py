"""Leave little to search: a mix of the minimised criterion and a limited one bounds both better than each alone.

Lagrangian relaxation: a path of value at most C in the minimised criterion and at most U in a limited one is worth at
most aC + bU in their mix a : b, so that distances in the mix cut off what neither criterion could (G. Y. Handler,
I. Zang, A dual algorithm for the constrained shortest path problem, Networks 10, 1980, who also say how to find the
best mix; W. M. Carlyle, J. O. Royset, R. K. Wood, Lagrangian relaxation and enumeration for solving constrained
shortest-path problems, Networks 52, 2008).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from corridor_opt.graph.arrays import NO_LIMIT
from corridor_opt.graph.engines.part import Part, capped, meet, narrowed, no_joints

ROUNDS = 6  # mixes tried
CLOSE = 16  # a bound this near to a known value will do, see `beyond`
ENOUGH = 256  # arcs; to squeeze fewer costs more than to search them
LARGEST = 2**31 - 2  # of a weight in the mix


class Mix(NamedTuple):
    """A criterion made of two.

    Attributes
    ----------
    column
        The limited one.
    ours, other
        How much the minimised one and the limited one count.
    """

    column: int
    ours: int
    other: int

    def limit(self, ceiling: int, upper: int) -> int:
        """Limit the mix by the limits of its parts."""
        return self.ours * ceiling + self.other * upper

    def least(self, value: int, upper: int) -> int:
        """Bound the minimised criterion by a value of the mix."""
        return -((self.other * upper - value) // self.ours)


class Squeezed(NamedTuple):
    """What is left to search.

    Attributes
    ----------
    part
        With the mix as its last column, if there is one. Without columns where no path is left.
    ceiling
        All paths up to this value in the minimised criterion are in it.
    mix
        What was found to cut best.
    """

    part: Part
    ceiling: int
    mix: Mix | None


def squeezed(
    part: Part, upper: Sequence[int], slack: int, more: int, most_buckets: int, check_clock: Callable[[], None]
) -> Squeezed:
    """Cut off what cannot be on the best paths within limits.

    Parameters
    ----------
    part
        What the limits leave; its first column is the minimised one, bounds of the others are known.
    upper
        A limit a column, inclusive.
    slack
        How much worse than a lower bound of the best value the paths may be that are to be kept, see `beyond`. Where
        this keeps too few the caller asks again.
    more
        The same above the best value that turns up: 0 where one path is asked for.
    most_buckets
        See `part.meet`.
    check_clock
        Called between pieces of work.
    """
    k = len(part.columns)
    best = int(upper[0])

    def note(values: list[int]) -> None:
        nonlocal best
        if values and all(value <= limit for value, limit in zip(values, upper, strict=False)):
            best = min(best, values[0])

    shortest = [followed(part, c) for c in range(1, k)]
    for values in shortest:
        note(values)
    part, low = _within(part, 0, beyond(best, more), most_buckets)
    if not part.columns:
        return Squeezed(part, beyond(best, more), None)
    note(low)
    bound = int(part.bound[0, part.source])
    mix: Mix | None = None
    over = [low[c] / max(upper[c], 1) if low and high else 0.0 for c, high in enumerate(shortest, 1)]
    j = int(np.argmax(over)) + 1 if over else 0
    if j and over[j - 1] > 1 and best < NO_LIMIT:
        high = shortest[j - 1]
        for _ in range(ROUNDS):
            check_clock()
            trial = _mixed(part, k, j, low[j] - high[j], high[0] - low[0])
            if trial is None or (mix is not None and len(part.ground.head) < ENOUGH):
                break
            mixed, mix = trial
            part, values = _within(mixed, k, mix.limit(beyond(best, more), int(upper[j])), most_buckets)
            if not part.columns:
                return Squeezed(part, beyond(best, more), None)
            bound = max(bound, mix.least(int(part.bound[k, part.source]), int(upper[j])))
            if not values or values[:k] in (low[:k], high[:k]):
                break
            note(values)
            if values[j] <= upper[j]:
                high = values
            else:
                low = values
            if beyond(bound, CLOSE) >= best:
                break
    ceiling = min(int(upper[0]), beyond(best, more), beyond(bound, slack))
    limits = [(c, ceiling if c == 0 else int(upper[c])) for c in range(k)]
    if mix is not None:
        limits.insert(0, (k, mix.limit(ceiling, int(upper[j]))))
    for c, limit in limits:
        check_clock()
        part, _ = _within(part, c, limit, most_buckets)
        if not part.columns:
            return Squeezed(part, ceiling, None)
    return Squeezed(part, ceiling, mix)


def beyond(value: int, slack: int) -> int:
    """Go a slack, in parts of 2^16, beyond a value, and one unit at least; not at all if it is 0."""
    if slack >= NO_LIMIT:
        return NO_LIMIT
    return value + (value * slack >> 16) + (slack > 0)


def followed(part: Part, column: int) -> list[int]:
    """Add up what a shortest path in one column is worth in all; empty if it cannot be told."""
    from corridor_opt.kernels.ground import walk

    values: list[int] = walk(part.ground, part.bound[column], column, part.source, part.target).tolist()
    return values


def _within(part: Part, column: int, limit: int, most_buckets: int) -> tuple[Part, list[int]]:
    """Keep what paths within one limit may use and follow the shortest; a part without columns if there is none."""
    limit = capped(limit)
    met = meet(part, column, limit, most_buckets)
    if met.least > limit:
        return part._replace(columns=()), []
    part = narrowed(part, column, limit, met, range(len(part.columns)))
    return part, followed(part, column)


def _mixed(part: Part, k: int, column: int, ours: int, other: int) -> tuple[Part, Mix] | None:
    """Add a mix as column k, in place of another that may be there; None if there is nothing to mix."""
    if ours <= 0 or other <= 0:
        return None
    ground = part.ground
    weight = ground.weight.reshape(-1, len(part.columns))
    weight_in = ground.weight_in.reshape(-1, len(part.columns))
    largest = [max(int(weight[:, c].max(initial=0)), 1) for c in (0, column)]
    scale = min(1.0, LARGEST / 2 / max(ours * largest[0], other * largest[1]))
    mix = Mix(column, int(ours * scale), int(other * scale))
    if mix.ours <= 0 or mix.other <= 0:
        return None
    rows = []
    for w in (weight, weight_in):
        mixed = mix.ours * w[:, 0].astype(np.int64) + mix.other * w[:, column]
        rows.append(np.concatenate([w[:, :k], mixed.astype(np.int32)[:, None]], axis=1).reshape(-1))
    ground = ground._replace(weight=rows[0], weight_in=rows[1], row_in=k + 1)
    bound = np.concatenate([part.bound[:k], np.zeros((1, part.bound.shape[1]), np.int64)])
    return part._replace(ground=ground, joints=no_joints(k + 1), columns=(*part.columns[:k], -1), bound=bound), mix
