"""What does it cost to avoid something? The best routes with and without a country, border or chokepoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from corridor_opt.errors import DataError, NoRouteError
from corridor_opt.model.network import Network
from corridor_opt.results.avoidance import Avoided
from corridor_opt.studies.question import DEFAULT_CRITERIA, ask_with, uncallable, unknown_words
from corridor_opt.studies.routes import find_routes


def price_of_avoidance(
    network: Network,
    origin: str,
    destination: str,
    what: str | Sequence[str],
    *,
    criteria: Sequence[str] = DEFAULT_CRITERIA,
    exclude: Sequence[str] | str = (),
    progress: Callable[[Any], object] | None = None,
    **question: Any,
) -> Avoided:
    """Find what it costs never to use a country, border, chokepoint or anything else that can be excluded.

    Parameters
    ----------
    network, origin, destination
        As in `find_routes`.
    what
        Such as `"country:IR"`, `"border:AZ-IR"`, `"chokepoint:suez"`, or several to be avoided together.
    criteria
        Criteria to compare, each by its best route.
    exclude
        Excluded on both sides of the comparison.
    progress
        As in `find_routes`.
    **question
        Any other argument of `find_routes`.

    Returns
    -------
    Avoided
        For each criterion the best value with and without, their difference, and both routes; where nothing is left
        without it, the reason.

    Raises
    ------
    DataError, ScenarioError
        Something asked is unknown: every fault at once.
    NoRouteError
        There is no route even with it.
    """
    faults = unknown_words("price_of_avoidance", {k: v for k, v in question.items() if k != "scenario"})
    faults += uncallable(progress=progress)
    if not isinstance(what, (str, Sequence)):
        raise DataError(f"name what to avoid, such as 'country:IR', not {what!r}")
    words = [what] if isinstance(what, str) else list(what)
    if not words:
        raise DataError("name what to avoid, such as 'country:IR'")
    before = [exclude] if isinstance(exclude, str) else list(exclude)
    best_with, best_without, reason = {}, {}, ""
    names = [criteria] if isinstance(criteria, str) else list(criteria)
    asked = {"progress": progress, **question}
    scenarios = [question["scenario"]] if "scenario" in question else ["baseline"]
    others = {name: value for name, value in question.items() if name != "scenario"}
    # every fault is found before any search
    others |= {"scenarios": scenarios, "criteria": criteria, "exclude": [*before, *words]}
    ask_with(faults, network, origin, destination, **others)
    # One criterion at a time: the best in each, not a front, is what is compared.
    for name in names:
        front = find_routes(network, origin, destination, criteria=[name], exclude=before, **asked)
        best_with[name] = front[0]
        if not reason:
            try:
                left = find_routes(network, origin, destination, criteria=[name], exclude=[*before, *words], **asked)
                best_without[name] = left[0]
            except NoRouteError as error:
                reason = str(error)
    return Avoided(tuple(words), tuple(names), best_with, best_without, reason)
