"""Which route holds up? Candidates from many worlds, each followed through every world, and the choice among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corridor_opt.errors import CorridorError, DataError, SearchLimitError, did_you_mean
from corridor_opt.graph.uncertain import Routes, best_paths, follow_plans
from corridor_opt.model.ensemble import Ensemble, draw_faults, enumerate_worlds, sample
from corridor_opt.model.network import Network
from corridor_opt.model.scenario import Scenario
from corridor_opt.results.front import Front
from corridor_opt.results.robust import MEASURES, Robust, check_measures
from corridor_opt.studies.no_route import no_route
from corridor_opt.studies.question import ask, fault_lines, hours_of
from corridor_opt.studies.task import Task
from corridor_opt.studies.uncertain_task import expected_wait, in_play, met, turns, uncertain, value_of_time

POLICIES = ("detour", "wait")
EXACT = "exact"


def robust_routes(
    network: Network,
    origin: str,
    destination: str,
    *,
    samples: int | str = 2000,
    seed: int = 0,
    policy: str = "detour",
    deadline: float | str | None = None,
    usd_per_day: float | None = None,
    measures: Sequence[str] = MEASURES,
    scenario: str | Path | Scenario | Sequence[str | Path | Scenario] = "baseline",
    threads: int | None = None,
    executor: Any = None,
    progress: Callable[[int, int], object] | None = None,
    **question: Any,
) -> Robust:
    """Find the routes to plan on when hazards may strike.

    Worlds are drawn from the hazards. In each the exact front of cost and time is found as one would choose who knew
    the world beforehand; the routes of all these fronts are the candidates. Each is followed through every world under
    the policy, and compared with the best of that world. What no other candidate beats in all `measures` is returned.

    Parameters
    ----------
    network, origin, destination
        As in `find_routes`.
    samples
        Worlds to draw; `"exact"` enumerates all possible ones, where the hazards are few.
    seed
        Of the draw: the same seed gives the same answer, on any number of threads and workers.
    policy
        What a shipper does at a closure. `wait`: waits for its end. `detour`: at the last node before it, takes the
        best open way on, or waits where that is expected to be better, money and time weighed together.
    deadline
        Hours, or `"30 d"`: asks for the probability to arrive by then.
    usd_per_day
        What a day is worth, to weigh money and time together; a share of the cargo's value when None
        (`value-of-time` in the parameters).
    measures
        What routes are compared by, such as `cost.mean`, `time.cvar_90`, `generalised.regret_max`, `broken`; see
        `Robust.measures`.
    scenario
        The world on which hazards come on top.
    threads, executor
        How the work is spread: own threads, or a `concurrent.futures` executor or `dask.distributed.Client`.
    progress
        Called with worlds done and all worlds.
    **question
        Any other argument of `find_routes` but `criteria` and `method`: `hazards`, `shipment`, `departure`...

    Returns
    -------
    Robust
        Routes in the order of their mean cost, what they come to under hazards, and a recommendation.

    Raises
    ------
    DataError, ScenarioError
        Something asked is unknown or no number: every fault at once.
    NoRouteError
        Nothing connects the two.
    """
    refused = [name for name in ("criteria", "method") if name in question]
    faults = [f"robust_routes takes no {name}: it searches cost and time exactly" for name in refused]
    faults += choice_faults(samples, seed, policy, deadline, usd_per_day, measures)
    question = {name: value for name, value in question.items() if name not in refused}
    try:
        asked = ask(network, origin, destination, scenarios=[scenario], criteria=("cost", "time"), **question)
    except CorridorError as error:
        if not faults:
            raise
        raise DataError("the question cannot be answered", [*faults, *fault_lines(error)]) from error
    if faults:
        raise DataError("the question cannot be answered", faults)
    task = Task(asked, asked.worlds[0])
    if task.beyond():
        raise no_route(task)
    price = value_of_time(task) if usd_per_day is None else float(usd_per_day)
    ground = uncertain(task, price)
    month = asked.departure.month if asked.departure else None
    worlds = _worlds(task, samples, seed, month, in_play(ground))
    spread = {"threads": threads, "executor": executor}
    state = worlds.state
    calm = np.zeros((1, state.shape[1]), np.int8)
    best = best_paths(
        ground, np.concatenate([state, calm]), search_limits=asked.search_limits, progress=progress, **spread
    )
    if not best.paths:
        raise no_route(task) if best.complete else SearchLimitError("the search stopped before the first route")
    paths = _within_limits(task, best.paths)
    if not paths:
        raise no_route(task)
    routes = Routes(paths, [turns(task, path) for path in paths])
    expected = expected_wait(task, ground)
    found = {
        name: follow_plans(ground, state, routes, expected, may_turn=name == "detour", progress=progress, **spread)
        for name in POLICIES
    }
    steps = np.array([task.weights.resolution["cost"], task.weights.resolution["time"]])
    access = np.array([task.access["cost"], task.access["time"]])
    outcome = {name: one.value * steps + access for name, one in found.items()}
    on_the_way = np.array([met(ground, path) for path in paths])
    least = np.column_stack([best.least * steps + access, best.general * steps[0] + access @ [1, price / 24]])[:-1]

    def front(chosen: Sequence[int]) -> Front:
        rows = task.steps([paths[i] for i in chosen])
        return Front(
            head=task.head(),
            criteria=asked.criteria,
            status="complete" if best.complete else "limit",
            reason=None if best.complete else "search limits",
            proven=None,
            network=task.network,
            steps=rows,
            causes=task.causes(rows),
            notices=task.notices(rows),
            touched=task.world.touched,
        )

    return Robust.choose(
        front=front,
        outcome=outcome,
        broken=found[policy].broken,
        least=least,
        worlds=worlds,
        met=on_the_way,
        policy=policy,
        usd_per_day=price,
        deadline=None if deadline is None else hours_of(deadline, "deadline"),
        measures=tuple(measures),
    )


def choice_faults(
    samples: int | str = 2000,
    seed: int = 0,
    policy: str = "detour",
    deadline: float | str | None = None,
    usd_per_day: float | None = None,
    measures: Sequence[str] = MEASURES,
) -> list[str]:
    """Name what is wrong with the choices of `robust_routes`, before anything is searched."""
    faults = (
        [] if policy in POLICIES else [f"no policy '{policy}'{did_you_mean(str(policy), POLICIES)}; detour or wait"]
    )
    if samples != EXACT or not isinstance(samples, str):
        faults += draw_faults(samples, seed)
    if usd_per_day is not None and not (_is_number(usd_per_day) and 0 <= usd_per_day < 1e9):
        faults.append(f"usd_per_day = {usd_per_day!r} is not a number of 0 or more")
    try:
        if deadline is not None:
            hours_of(deadline, "deadline")
    except DataError as error:
        faults.append(str(error))
    return faults + check_measures(measures)


def _worlds(task: Task, samples: int | str, seed: int, month: int | None, keep: np.ndarray) -> Ensemble:
    """Draw worlds, or enumerate those that the hazards in play make."""
    hazards = task.question.hazards
    if samples != EXACT:
        return sample(hazards, samples, seed, month, keep)  # type: ignore[arg-type]
    return enumerate_worlds(hazards, month, keep)


def _within_limits(task: Task, paths: list[Any]) -> list[Any]:
    """Leave out routes whose plan exceeds a limit."""
    limits = task.question.limits
    if not limits:
        return paths
    kept = []
    for path in paths:
        values = task.path_values(path)
        values["risk"] = -np.expm1(-values["risk"])
        if all(values[name] <= limit + 1e-9 for name, limit in limits.items()):
            kept.append(path)
    return kept


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value
