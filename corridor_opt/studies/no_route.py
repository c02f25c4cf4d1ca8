"""Why nothing connects two places, and what is the cheapest thing to lift."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from corridor_opt.errors import NoRouteError
from corridor_opt.graph.cut import find_cut
from corridor_opt.graph.encode import NAMES
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.geography import great_circle_km
from corridor_opt.model.places import Place
from corridor_opt.studies.blockers import CLOSED, blockers
from corridor_opt.studies.task import Task

if TYPE_CHECKING:
    import numpy as np

MOST_REASONS = 12
MOST_LIFTS = 60
MOST_NAMED = 3


def no_route(task: Task) -> NoRouteError:
    """Explain an empty front.

    Parameters
    ----------
    task
        The question that has no answer.

    Returns
    -------
    NoRouteError
        With the restrictions, closures and limits that cut the two apart and the cheapest one to lift.
    """
    beyond = task.beyond()
    if beyond:
        reasons = [
            f"limit {name} {said(name, task.question.limits[name])}: the road legs between the points given and "
            f"their terminals take {said(name, value)} alone"
            for name, value in beyond.items()
        ]
        lift = ""
    elif task.obeyed.ends:
        reasons, lift = task.obeyed.ends, ""
    elif _cheapest(task, task.is_open) is not None:
        reasons, lift = _limits(task)
    else:
        reasons, lift = _closures(task)
    q = task.question
    scenario = task.world.scenario.name.split("+")
    return NoRouteError(q.origin.name, q.destination.name, scenario, reasons, lift)


def _cheapest(task: Task, is_open: np.ndarray, criterion: str = "cost") -> dict[str, float] | None:
    """Give values of the route that is best in one criterion, limits aside; None where there is none."""
    from corridor_opt.graph.search import pareto_front

    whole = task.spread(task.weights.weight + task.penalty, 0)
    column = NAMES.index(criterion)
    found = pareto_front(
        task.graph.first_out,
        task.graph.head,
        whole[:, [column]],
        task.source,
        task.target,
        is_open=is_open,
        shared=task.shared([criterion]),
    )
    return task.path_values(found.paths[0]) if len(found.values) else None


def said(name: str, value: float) -> str:
    """Write a value as a planner reads it."""
    import math

    if name == "risk":
        return f"{-math.expm1(-value):.1%}"
    if name == "time":
        return f"{value / 24:,.1f} days ({value:,.0f} h)"
    return f"{value:,.0f} {CRITERIA[name].unit}"


def _limits(task: Task) -> tuple[list[str], str]:
    """Reasons where routes exist but all break a limit."""
    import math

    from corridor_opt.graph.search import pareto_front

    reasons = []
    for name, limit in task.question.limits.items():
        best = _cheapest(task, task.is_open, name)
        assert best is not None
        bound = -math.log1p(-limit) if name == "risk" else limit
        if best[name] > bound:
            reasons.append(f"limit {name} {said(name, bound)}: the least possible is {said(name, best[name])}")
    if not reasons:
        both = " and ".join(
            f"{n} {said(n, -math.log1p(-v) if n == 'risk' else v)}" for n, v in task.question.limits.items()
        )
        reasons.append(f"no route keeps all limits at once: {both}")
    reasons += [
        f"{' together with '.join(names)}; open, a route would keep the limits" for names in _seasons_in_the_way(task)
    ]
    options = []
    for i, name in enumerate(task.searched):
        if name not in task.question.limits:
            continue
        upper = [None if j == i else u for j, u in enumerate(task.upper)]
        found = pareto_front(
            task.graph.first_out,
            task.graph.head,
            task.weight,
            task.source,
            task.target,
            is_open=task.is_open,
            shared=task.shared(task.searched),
            upper=upper,
        )
        if len(found.values):
            least = float(found.values[:, i].min()) * task.weights.resolution[name] + task.access[name]
            options.append((least, f"limit {name}; the next route needs {said(name, least)}"))
    return reasons, options[0][1] if options else ""


def _closures(task: Task) -> tuple[list[str], str]:
    """Reasons where restrictions, closures and missing links cut the two apart."""
    names, masks = _blockers(task)
    bare = _without_terminal(task)
    if bare or not masks:
        return bare or ["the network has no path between them, open or closed"], ""
    spread = [task.spread(mask, False) for mask in masks]
    cut = find_cut(task.graph, spread, task.source, task.target)
    # A closed link that would not help by itself is left out, unless the planner or a scenario closed it.
    helpful = {i for lifted in cut.lifts for i in lifted}
    told = [i for i in cut.frontier if i in helpful or CLOSED not in names[i]]
    told += sorted(helpful - set(cut.frontier))
    seasons = _seasons_to_lift(names, spread, lambda is_open: _cheapest(task, is_open) is not None)
    seasonal = list(dict.fromkeys(i for lifted in seasons for i in lifted))
    others = [names[i] for i in told if i not in seasonal]
    room = max(MOST_REASONS - len(seasonal), 1)
    reasons = [*others[:room], *(names[i] for i in seasonal)]
    if len(others) > room:
        reasons.append(f"and {len(others) - room} more")
    if not cut.lifts or not cut.lifts[0]:
        return reasons or ["the network has no path between them, open or closed"], ""
    options = []
    law = set(range(len(task.excluded), len(task.blocked)))  # a rule is named, and never offered to be lifted
    for lifted in dict.fromkeys((*cut.lifts[:MOST_LIFTS], *seasons)):
        if law & set(lifted):
            continue
        closed = spread[0] & False
        for i, mask in enumerate(spread):
            if i not in lifted:
                closed = closed | mask
        best = _cheapest(task, ~closed)
        if best is not None:
            what = " together with ".join(names[i] for i in lifted)
            options.append((best["cost"], f"{what} (then {said('cost', best['cost'])}, {said('time', best['time'])})"))
    return reasons, min(options)[1] if options else ""


def _without_terminal(task: Task) -> list[str]:
    """Origin and destination where nothing can be loaded or unloaded at all, with the nearest places where it can."""
    base = task.base
    loads, unloads = set(base.tail.tolist()), set(base.head.tolist())
    open_loads = set(base.tail[task.weights.is_open].tolist())
    open_unloads = set(base.head[task.weights.is_open].tolist())
    ends = ((task.question.origin, loads, open_loads), (task.question.destination, unloads, open_unloads))
    return [
        f"{place.name} has no terminal{_nearest(task, place, served)}"
        for place, any_served, served in ends
        if base.hub[place.node] not in any_served
    ]


def _nearest(task: Task, place: Place, served: set[int]) -> str:
    """Name the nearest places whose hubs are served, with their distances in a straight line."""
    here = task.network.node(place.node)
    nodes = [task.network.node(node) for node, hub in task.base.hub.items() if hub in served]
    by_km = sorted((great_circle_km(here["lon"], here["lat"], n["lon"], n["lat"]), n["name"]) for n in nodes)
    told = ", ".join(f"{name} ({km:,.0f} km)" for km, name in by_km[:MOST_NAMED])
    return f"; the nearest places that have one, by straight line: {told}" if told else ""


def _seasons_in_the_way(task: Task) -> list[list[str]]:
    """Closed seasons without which a route would keep all limits, in sets that each suffice."""
    from corridor_opt.graph.search import pareto_front

    limited = [i for i, upper in enumerate(task.upper) if upper is not None]
    upper = [task.upper[i] for i in limited]

    def keeps(is_open: np.ndarray) -> bool:
        found = pareto_front(
            task.graph.first_out,
            task.graph.head,
            task.weight[:, limited],
            task.source,
            task.target,
            is_open=is_open,
            shared=task.shared([task.searched[i] for i in limited]),
            upper=upper,
        )
        return len(found.values) > 0

    names, masks = _blockers(task)
    spread = [task.spread(mask, False) for mask in masks]
    return [[names[i] for i in lifted] for lifted in _seasons_to_lift(names, spread, keeps)]


def _seasons_to_lift(
    names: Sequence[str], masks: Sequence[np.ndarray], works: Callable[[np.ndarray], bool]
) -> list[tuple[int, ...]]:
    """Blockers of the season that each suffice to be lifted, else one set of them; none where no season helps."""
    seasonal = [i for i, name in enumerate(names) if f"{CLOSED}season: " in name]
    if not seasonal:
        return []

    def is_open(lifted: Sequence[int]) -> np.ndarray:
        closed = masks[0] & False
        for i, mask in enumerate(masks):
            if i not in lifted:
                closed = closed | mask
        return ~closed

    if not works(is_open(seasonal)):
        return []
    singles: list[tuple[int, ...]] = [(i,) for i in seasonal if works(is_open([i]))]
    if singles:
        return singles
    needed = seasonal
    for one in seasonal:
        fewer = [i for i in needed if i != one]
        if works(is_open(fewer)):
            needed = fewer
    return [tuple(needed)]


def _blockers(task: Task) -> tuple[list[str], list[np.ndarray]]:
    """Names and masks of everything that closes an arc of the base graph."""
    found = blockers(task)
    return [one.name for one in found], [one.mask for one in found]
