"""Ways through something that all break a limit: which, by how much, and how far it would have to be raised."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from corridor_opt.graph.routing_graph import Ints, Mask
from corridor_opt.results.why_not import Change, WhyNot
from corridor_opt.studies.again import Asked, enters
from corridor_opt.studies.no_route import said
from corridor_opt.studies.task import Task
from corridor_opt.studies.through import Through, on_base

Again = Callable[[Mapping[str, Any], Task], WhyNot | None]


def beyond(
    asked: Asked, task: Task, through: Through, wanted: Mask, limited: Sequence[str], again: Again
) -> tuple[list[str], list[Change], list[Ints]]:
    """Say which limits every way through breaks.

    Parameters
    ----------
    asked, task
        The question.
    through, wanted
        Ways through, and the arcs of the base graph they are forced through.
    limited
        Limited criteria.
    again
        Asks anew with other words, where raising a limit does not suffice.

    Returns
    -------
    reasons, changes, paths
        Lines; limits raised as far as needed, searched again; the best way in each limited criterion, cheapest first.
    """
    plain, limits = on_base(task), task.question.limits
    reasons, changes = [], []
    paths: dict[bytes, Ints] = {}
    for name in limited:
        best = _best(through, name, ())
        if best is None:
            continue
        paths[best.tobytes()] = best
        least, bound = plain.path_values(best)[name], _bound(name, limits[name])
        if least > bound + 1e-9:
            reasons.append(
                f"limit {name} {said(name, bound)}: the least through it is {said(name, least)}, "
                f"{_over(name, bound, least)} more"
            )
    if not reasons:
        both = " and ".join(f"{c} {said(c, _bound(c, limits[c]))}" for c in limited)
        reasons.append(f"no way through it keeps all limits at once: {both}")
    for name in limited:
        best = _best(through, name, [c for c in limited if c != name])
        if best is not None:
            changes.append(_raised(asked, task, wanted, name, plain.path_values(best)[name], again))
    if not changes and len(limited) > 1:
        words = {"limits": {c: v for c, v in limits.items() if c not in limited}}
        verified, routes = enters(asked.task(words), wanted)
        text = f"leave out the limits on {' and '.join(limited)}"
        changes.append(Change("limit", text, words, verified=verified, routes=routes))
    return reasons, changes, sorted(paths.values(), key=lambda path: plain.path_values(path)["cost"])


def _best(through: Through, name: str, limits: Sequence[str]) -> Ints | None:
    """Arcs of the best way in one criterion; None where there is none, or none was found in time."""
    try:
        best = through.best(through.weight_of(name), criterion=name, limits=limits)
    except TimeoutError:
        return None
    return None if best is None else best[1]


def _raised(asked: Asked, task: Task, wanted: Mask, name: str, least: float, again: Again) -> Change:
    """Raise one limit to what the best way through needs, and search again."""
    need = -math.expm1(-least) if name == "risk" else least
    raised = math.ceil((need + task.weights.resolution[name] / 2) * 1e6) / 1e6
    words = {"limits": {**task.question.limits, name: raised}}
    changed = asked.task(words)
    verified, routes = enters(changed, wanted)
    then = again(words, changed) if verified is False else None
    return Change("limit", f"a limit {name} of {said(name, least)}", words, None, verified, routes, raised, "", then)


def _bound(name: str, limit: float) -> float:
    """A limit as it adds up: of risk in nepers."""
    return -math.log1p(-limit) if name == "risk" else limit


def _over(name: str, bound: float, least: float) -> str:
    """By how much a limit is broken."""
    if name == "risk":
        return f"{100 * (math.expm1(-bound) - math.expm1(-least)):.2f} points"
    return said(name, least - bound)
