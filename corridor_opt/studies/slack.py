"""What is almost as good as the front, by another corridor.

A Pareto front drops what another route beats by a dollar. For each corridor that no route of the front is named by:
among the ways that use it and visit no place twice, those that no other of them beats; of these, the ones that are
named by it (`Route.corridors`) and within the slack of the front. Within the slack is a way for which some one route of
the front is at most that share better in every criterion searched. Risk is compared in nepers, -ln(1 - p): what is
within 5 % in nepers is within 5 % as a probability.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from corridor_opt.graph.search import FrontArrays
from corridor_opt.model.selector import Selector
from corridor_opt.results.front import Front
from corridor_opt.studies.routes import front_of
from corridor_opt.studies.task import Task
from corridor_opt.studies.through import Ints, Mask, Through, on_base

MOST_FRONTS = 12  # searches for one corridor
AT_ONCE = 2**22  # comparisons held in memory at a time


def beside(task: Task, front: Front, found: FrontArrays, kept: list[int]) -> Front:
    """Put beside a front what is almost as good.

    Parameters
    ----------
    task
        The question in one world, with its slack.
    front, found, kept
        Its answer, see `answer_of`.

    Returns
    -------
    Front
        The routes of the front, unchanged and first; then the others by the first criterion, their positions in
        `extras`. A front that stopped early stays alone, for what lies beside it is not known.
    """
    share = task.question.slack
    assert share is not None
    if front.status != "complete":
        return dataclasses.replace(front, slack={"share": share, "incomplete": ["the front itself"]})
    whole, plain = task.question.criteria, on_base(task)
    values = found.values[kept][:, : len(whole)]
    access = np.array([round(task.access[name] / task.weights.resolution[name]) for name in whole], np.int64)
    most = np.floor((values + access) * (1 + share) + 1e-9).astype(np.int64) - access

    def near(points: Ints) -> Mask:
        rows = max(AT_ONCE // max(len(most), 1), 1)
        parts = [points[i : i + rows, None, : len(whole)] for i in range(0, len(points), rows)]
        return np.concatenate([(part <= most).all(axis=2).any(axis=1) for part in parts] or [np.zeros(0, bool)])

    named = {name for route in front for name in route.corridors}
    upper = _upper(task, most)
    ways: dict[bytes, tuple[tuple[int, ...], Ints]] = {}
    stopped = []
    for corridor, name in front.network.corridor_names.items():
        mask = task.mask(Selector({"corridor": (corridor,)}))
        if name in named or not (mask & task.weights.is_open).any():
            continue
        through = Through(task, mask)
        if not _within_reach(through, near):
            continue
        made = through.front(upper, near, MOST_FRONTS)
        if not made.exact:
            stopped.append(name)
        close: list[int] = np.flatnonzero(near(made.values)).tolist() if len(made.values) else []
        if not len(close):
            continue
        routes = front_of(plain, [made.paths[i] for i in close])
        for route, i in zip(routes, close, strict=True):
            if name in route.corridors:
                ways[made.paths[i].tobytes()] = (tuple(made.values[i, : len(whole)].tolist()), made.paths[i])
    others = [path for _, path in sorted(ways.values(), key=lambda way: way[0])]
    said = {"share": share, "incomplete": stopped}
    if not others:
        return dataclasses.replace(front, slack=said)
    own = [task.graph.origin[found.paths[i]] for i in kept]
    both = front_of(plain, [*(arcs[arcs >= 0] for arcs in own), *others], labels=front.labels)
    return dataclasses.replace(both, extras=frozenset(range(len(front), len(both))), slack=said)


def _within_reach(through: Through, near: Callable[[Ints], Mask]) -> bool:
    """Whether the best of each criterion, taken together, would be near: where not, nothing through it is."""
    least = []
    for name in through.task.question.criteria:
        try:
            best = through.best(through.weight_of(name), criterion=name)
        except TimeoutError:
            least.append(0)
            continue
        if best is None:
            return False
        least.append(best[0])
    return bool(near(np.array([least], np.int64))[0])


def _upper(task: Task, most: Ints) -> list[int | None]:
    """Greatest value that anything within the slack has, within the limits of the question."""
    largest = most.max(axis=0)
    upper = []
    for i, limit in enumerate(task.upper):
        reach = int(largest[i]) if i < len(largest) else None
        upper.append(min((u for u in (limit, reach) if u is not None), default=None))
    return upper
