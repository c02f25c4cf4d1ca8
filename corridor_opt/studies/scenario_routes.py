"""Which route is best whatever happens? Scenarios as criteria: the exact set of routes that are best over outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from corridor_opt.errors import DataError, SearchLimitError, did_you_mean
from corridor_opt.graph.encode import NAMES
from corridor_opt.graph.search import pareto_front
from corridor_opt.graph.shared import Shared
from corridor_opt.model.network import Network
from corridor_opt.results.scenario_choice import ScenarioChoice
from corridor_opt.studies.amounts import amount_of
from corridor_opt.studies.cases import Case, Word, cases, weighted
from corridor_opt.studies.no_route import no_route
from corridor_opt.studies.question import ask_with, uncallable, unknown_words
from corridor_opt.studies.routes import front_of

SEARCHED = ("cost", "time")
MOST = 6
PENALTY = {"cost": 10_000.0, "time": 30 * 24.0}


def scenario_routes(
    network: Network,
    origin: str,
    destination: str,
    *,
    scenarios: Mapping[Word, float] | Sequence[Word],
    criterion: str = "cost",
    penalty: float | str | None = None,
    progress: Callable[[Any], object] | None = None,
    **question: Any,
) -> ScenarioChoice:
    """Find every route that no other beats in all of several scenarios.

    One criterion is searched, once for each scenario, so that a route has as many values as there are scenarios. The
    set is exact: it holds the least worst case (minimax), the least largest regret (minimax regret), the least mean
    and the least conditional value at risk for every level and every weighting of the scenarios, for all of these are
    monotone in the outcomes (Ehrgott, Multicriteria Optimization, 2005, section 4.1; Kouvelis and Yu, Robust Discrete
    Optimization, 1997).

    Parameters
    ----------
    network, origin, destination
        As in `find_routes`.
    scenarios
        2 to 6 scenarios with their weights, or a list of equal weights.
    criterion
        `cost` or `time`.
    penalty
        What it costs, once, to meet links that are closed in a scenario and open in another: USD, or hours (`"30 d"`).
        10,000 USD and 30 days when None: an assumption, without which a closed route has no finite outcome.
    progress
        As in `find_routes`.
    **question
        Any other argument of `find_routes` but `scenario`, `criteria`, `method` and `limits`.

    Returns
    -------
    ScenarioChoice
        Routes with their outcomes, and the best by each rule.

    Raises
    ------
    DataError, ScenarioError
        Every fault at once.
    NoRouteError
        Nothing connects the two in any of the scenarios.
    """
    words, weights, faults = weighted(scenarios)
    if not faults and not 2 <= len(words) <= MOST:
        faults.append(f"scenarios as criteria: 2 to {MOST} are compared, not {len(words)}")
    if criterion not in SEARCHED:
        hint = did_you_mean(str(criterion), SEARCHED)
        faults.append(f"criterion '{criterion}' is not searched over scenarios{hint}; {', '.join(SEARCHED)}")
        charge = 0.0
    else:
        charge = PENALTY[criterion]
        try:
            charge = charge if penalty is None else amount_of(criterion, penalty, "penalty")
        except DataError as error:
            faults.append(str(error))
    for name in ("scenario", "criteria", "method", "limits"):
        if question.pop(name, None):
            faults.append(f"scenario_routes takes no {name}")
    faults += [*unknown_words("scenario_routes", question), *uncallable(progress=progress)]
    question |= {"scenarios": words, "criteria": ("cost" if faults else criterion,)}
    asked = ask_with(faults, network, origin, destination, **question)
    of = cases(asked, weights)
    first = of[0].task
    if first.obeyed.ends:
        raise no_route(first)
    column = NAMES.index(criterion)
    step = max(case.task.weights.resolution[criterion] for case in of)
    found = pareto_front(
        first.graph.first_out,
        first.graph.head,
        np.column_stack([_weight(case, column, criterion, step) for case in of]),
        first.source,
        first.target,
        is_open=of[0].is_open,
        shared=_shared(of, column, criterion, step, charge),
        search_limits=asked.search_limits,
        progress=progress,
    )
    if not len(found.values):
        if found.status == "limit":
            raise SearchLimitError(f"the search stopped at its limit ({found.reason}) before the first route was found")
        raise no_route(first)
    closed = np.array([[bool(case.closed[path].any()) for case in of] for path in found.paths])
    return ScenarioChoice(
        front=front_of(first, found.paths, found.status, found.reason, None, found.expanded),
        criterion=criterion,
        scenarios=tuple(case.name for case in of),
        weight=np.array([case.weight for case in of]),
        outcome=found.values * step + np.array([case.task.access[criterion] for case in of]),
        closed=closed,
        penalty=charge,
    )


def _weight(case: Case, column: int, criterion: str, step: float) -> np.ndarray:
    """Weight of each arc in one scenario."""
    task = case.task
    whole = task.spread((task.weights.weight + task.penalty)[:, [column]], 0)[:, 0]
    return np.rint(whole * (task.weights.resolution[criterion] / step)).astype(np.int64)


def _shared(of: Sequence[Case], column: int, criterion: str, step: float, charge: float) -> Shared:
    """What a route pays once: the penalty of a scenario in which it is closed, and what profiles charge in all."""
    task = of[0].task
    items = np.flatnonzero(task.gain[:, column])
    member = [case.closed for case in of]
    gain = np.zeros((len(of) + len(items), len(of)), np.int64)
    for s in range(len(of)):
        gain[s, s] = round(charge / step)
    held = task.spread(task.held, False)
    for i, item in enumerate(items, start=len(of)):
        member.append(held[:, item])
        gain[i] = round(task.gain[item, column] * task.weights.resolution[criterion] / step)
    return Shared(np.column_stack(member), gain)
