"""Why nothing connects two places, and what is the cheapest thing to lift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor_opt.errors import NoRouteError
from corridor_opt.graph.cut import find_cut
from corridor_opt.graph.encode import NAMES
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.places import Place
from corridor_opt.studies.task import Task

if TYPE_CHECKING:
    import numpy as np

MOST_REASONS = 12
MOST_LIFTS = 60


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
            f"limit {name} {_said(name, task.question.limits[name])}: the road legs between the points given and "
            f"their terminals take {_said(name, value)} alone"
            for name, value in beyond.items()
        ]
        lift = ""
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
        task.graph.first_out, task.graph.head, whole[:, [column]], task.source, task.target, is_open=is_open
    )
    if not len(found.values):
        return None
    total = whole[found.paths[0]].sum(axis=0)
    values = {n: float(total[j]) * task.weights.resolution[n] + task.access[n] for j, n in enumerate(NAMES)}
    return values


def _said(name: str, value: float) -> str:
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
            reasons.append(f"limit {name} {_said(name, bound)}: the least possible is {_said(name, best[name])}")
    if not reasons:
        both = " and ".join(
            f"{n} {_said(n, -math.log1p(-v) if n == 'risk' else v)}" for n, v in task.question.limits.items()
        )
        reasons.append(f"no route keeps all limits at once: {both}")
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
            upper=upper,
        )
        if len(found.values):
            least = float(found.values[:, i].min()) * task.weights.resolution[name] + task.access[name]
            options.append((least, f"limit {name}; the next route needs {_said(name, least)}"))
    return reasons, options[0][1] if options else ""


def _closures(task: Task) -> tuple[list[str], str]:
    """Reasons where restrictions, closures and missing links cut the two apart."""
    names, masks = _blockers(task)
    bare = [f"{place.name} has no terminal" for place in _without_terminal(task)]
    if bare or not masks:
        return bare or ["the network has no path between them, open or closed"], ""
    spread = [task.spread(mask, False) for mask in masks]
    cut = find_cut(task.graph, spread, task.source, task.target)
    # A closed link that would not help by itself is left out, unless the planner or a scenario closed it.
    helpful = {i for lifted in cut.lifts for i in lifted}
    reasons = [names[i] for i in cut.frontier if i in helpful or not names[i].partition(" ")[2].startswith("is closed")]
    reasons += [names[i] for i in sorted(helpful - set(cut.frontier))]
    if len(reasons) > MOST_REASONS:
        reasons = [*reasons[:MOST_REASONS], f"and {len(reasons) - MOST_REASONS} more"]
    if not cut.lifts or not cut.lifts[0]:
        return reasons or ["the network has no path between them, open or closed"], ""
    options = []
    for lifted in cut.lifts[:MOST_LIFTS]:
        closed = spread[0] & False
        for i, mask in enumerate(spread):
            if i not in lifted:
                closed = closed | mask
        best = _cheapest(task, ~closed)
        if best is not None:
            what = " together with ".join(names[i] for i in lifted)
            options.append(
                (best["cost"], f"{what} (then {_said('cost', best['cost'])}, {_said('time', best['time'])})")
            )
    return reasons, min(options)[1] if options else ""


def _without_terminal(task: Task) -> list[Place]:
    """Origin and destination where nothing can be loaded or unloaded at all."""
    first, hub = task.base.first_out, task.base.hub
    origin, destination = task.question.origin, task.question.destination
    bare = [origin] if first[hub[origin.node]] == first[hub[origin.node] + 1] else []
    return bare + ([] if (task.base.head == hub[destination.node]).any() else [destination])


def _blockers(task: Task) -> tuple[list[str], list[np.ndarray]]:
    """Everything that closes an arc of the base graph: the planner's words first, then scenarios, then statuses."""
    import numpy as np

    names = [f"exclude {selector}" for selector in task.question.exclude]
    masks = list(task.excluded)
    frame = task.elements.frame
    element = task.base.element
    said = np.append(frame["closed_by"].where(~frame["is_open"], "").to_numpy(dtype=object), "")
    statuses = {"planned", "under construction", "missing", "disputed", "suspended"}
    ids = np.append(frame["id"].to_numpy(dtype=object), "")
    season = [s.startswith("season") for s in said]
    own = np.array([bool(s) and (s in statuses or one) for s, one in zip(said, season, strict=True)])
    for word in dict.fromkeys(s for s, alone in zip(said, own, strict=True) if s and not alone):
        names.append(f"scenario {word}")
        masks.append((said == word)[element])
    transit = np.append(frame["transit_closed"].to_numpy(dtype=object), "")
    for cell in dict.fromkeys(c for c in transit if c and not set(c.split(";")) & set(task.ends)):
        names.append(f"scenario {task.world.scenario.name}: {cell.replace(';', ', ')} closed to through traffic")
        masks.append((transit == cell)[element])
    for one in dict.fromkeys(ids[own]):
        rows = own & (ids == one)
        names.append(f"{one} is closed: {said[rows][0]}")
        masks.append(rows[element])
    return names, masks
