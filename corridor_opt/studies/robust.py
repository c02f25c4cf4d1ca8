"""Which route holds up? Candidates from many worlds, each followed through every world, and the choice among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corridor_opt.errors import DataError, SearchLimitError, did_you_mean
from corridor_opt.graph.foresight import best_in_each_world
from corridor_opt.graph.spread import spread_faults
from corridor_opt.graph.uncertain import follow_plans
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.ensemble import Ensemble, draw_faults, draw_worlds, enumerate_worlds
from corridor_opt.model.network import Network
from corridor_opt.model.scenario import Scenario
from corridor_opt.results.front import Front
from corridor_opt.results.measures import MEASURES, check_measures
from corridor_opt.results.robust import Robust
from corridor_opt.studies.amounts import amount_of
from corridor_opt.studies.cases import Word, cases, weighted
from corridor_opt.studies.no_route import no_route
from corridor_opt.studies.question import Question, ask_with, uncallable, unknown_words
from corridor_opt.studies.routes import front_of
from corridor_opt.studies.task import Task
from corridor_opt.studies.uncertain_task import (
    expected_wait,
    in_play,
    met,
    planned,
    uncertain,
    value_of_time,
    with_charges,
)

POLICIES = ("detour", "wait")
EXACT = "exact"
PER_OUTCOME = 66  # bytes of a candidate in a world, under both policies
MEMORY = 4 * 2**30


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
    scenarios: Mapping[Word, float] | Sequence[Word] | None = None,
    closed_for: float | str = "30 d",
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
        Worlds to draw; `"exact"` enumerates all possible ones, where the hazards are few. Memory is 66 bytes for each
        different world and candidate; more than `search_limits.bytes`, or 4 GiB, is refused.
    seed
        Of the draw: the same seed gives the same answer, on any number of threads and workers.
    policy
        What a shipper does at a closure. `wait`: waits for its end. `detour`: at the last node before it, takes the
        best way on, or waits where that is expected to be better, money and time weighed together; of closures beyond
        one hears when one comes there.
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
    scenarios
        Instead of one: several with their weights, such as `{"baseline": 0.9, "hormuz-closed": 0.1}`. Each is a world,
        or as many as hazards make of it (`hazards="none"`: one).
    closed_for
        How long to wait, once, at links that are closed in a scenario and open in another: hours, or `"30 d"`. An
        assumption, without which a closed route has no finite outcome.
    threads, executor
        How the work is spread: own threads, or a `concurrent.futures` executor or `dask.distributed.Client`.
    progress
        Called with worlds done and all worlds.
    **question
        Any other argument of `find_routes` but `criteria` and `method`: `hazards`, `shipment`, `departure`... Limits on
        cost and time hold for the route as planned; what it comes to in a world may exceed them.

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
    faults += [
        f"limit {name}: robust_routes takes limits on cost and time alone, of the route as planned"
        for name in (question.get("limits") or {})
        if name in CRITERIA and name not in ("cost", "time")
    ]
    faults += unknown_words("robust_routes", question)
    faults += [*uncallable(progress=progress), *spread_faults(executor, threads)]
    faults += choice_faults(samples, seed, policy, deadline, usd_per_day, measures, closed_for)
    one: tuple[list[Any], list[float], list[str]] = ([scenario], [1.0], [])
    words, weights, wrong = one if scenarios is None else weighted(scenarios)
    faults += wrong
    if scenarios is not None and scenario != "baseline":
        faults.append("give scenario or scenarios, one of the two")
    said = {name: value for name, value in question.items() if name not in refused}
    said |= {"scenarios": words, "criteria": ("cost", "time")}
    asked = ask_with(faults, network, origin, destination, **said)
    of = cases(asked, weights)
    task = of[0].task
    if task.beyond() or task.obeyed.ends:
        raise no_route(task)
    price = value_of_time(task) if usd_per_day is None else float(usd_per_day)
    shut = amount_of("time", closed_for, "closed_for")
    grounds = [uncertain(case, price, shut) for case in of]
    worlds = _worlds(asked, samples, seed, in_play(grounds[0])[: len(asked.hazards)])
    calm = np.zeros((1, worlds.state.shape[1]), np.int8)
    state = with_charges(grounds[0], np.concatenate([worlds.state, calm]))
    spread = {"threads": threads, "executor": executor}
    best = [
        best_in_each_world(g, state, search_limits=asked.search_limits, progress=progress, **spread) for g in grounds
    ]
    complete = all(bool(one.complete.all()) for one in best)
    known = {path.tobytes(): path for one in best for path in one.paths}
    if not known:
        raise no_route(task) if complete else SearchLimitError("the search stopped before the first route was found")
    paths = _within_limits(task, list(known.values()))
    if not paths:
        raise no_route(task)
    _check_memory(len(of) * (len(state) - 1), len(paths), asked.search_limits.bytes)
    routes = planned(task, paths)
    steps = np.array([task.weights.resolution["cost"], task.weights.resolution["time"]])
    access = np.array([task.access["cost"], task.access["time"]])
    outcome, broken = {}, {}
    for name in POLICIES:
        found = [
            follow_plans(
                ground,
                state[:-1],
                routes,
                expected_wait(case.task, ground, shut),
                may_turn=name == "detour",
                progress=progress,
                **spread,
            )
            for case, ground in zip(of, grounds, strict=True)
        ]
        outcome[name] = np.concatenate([one.value for one in found]) * steps + access
        broken[name] = np.concatenate([one.broken for one in found])
    on_the_way = np.array([met(grounds[0], path)[: len(asked.hazards)] for path in paths])
    closed = np.array([[bool(case.closed[path].any()) for case in of] for path in paths])
    least = np.concatenate([np.column_stack([one.least, one.general])[:-1] for one in best])
    least = least * [*steps, steps[0]] + [*access, access @ [1, price / 24]]
    if not complete:  # in worlds that were not searched to the end the best known is what some candidate comes to
        unproven = ~np.concatenate([one.complete[:-1] for one in best])
        every = np.concatenate([outcome[name] for name in POLICIES], axis=1)[unproven]
        together = every[..., 0] + every[..., 1] * price / 24
        least[unproven] = np.column_stack([*every.min(axis=1).T, together.min(axis=1)])

    status, reason = ("complete", None) if complete else ("limit", "search limits")

    def front(chosen: Sequence[int]) -> Front:
        return front_of(task, [paths[i] for i in chosen], status, reason)

    return Robust.choose(
        front=front,
        outcome=outcome,
        broken=broken[policy],
        least=least,
        worlds=worlds.times([case.name for case in of], [case.weight for case in of]),
        met=on_the_way,
        closed=closed,
        policy=policy,
        usd_per_day=price,
        deadline=None if deadline is None else amount_of("time", deadline, "deadline"),
        measures=tuple(measures),
    )


def choice_faults(
    samples: int | str = 2000,
    seed: int = 0,
    policy: str = "detour",
    deadline: float | str | None = None,
    usd_per_day: float | None = None,
    measures: Sequence[str] = MEASURES,
    closed_for: float | str = "30 d",
) -> list[str]:
    """Name what is wrong with the choices of `robust_routes`, before anything is searched."""
    faults = (
        [] if policy in POLICIES else [f"no policy '{policy}'{did_you_mean(str(policy), POLICIES)}; detour or wait"]
    )
    if not isinstance(samples, str) or samples != EXACT:
        faults += draw_faults(samples, seed)
    if usd_per_day is not None and not (_is_number(usd_per_day) and 0 <= usd_per_day < 1e9):
        faults.append(f"usd_per_day = {usd_per_day!r} is not a number of 0 or more")
    for name, hours in (("deadline", deadline), ("closed_for", closed_for)):
        try:
            if hours is not None or name == "closed_for":
                amount_of("time", hours, name)
        except DataError as error:
            faults.append(str(error))
    faults += check_measures(measures)
    if deadline is None and not isinstance(measures, str) and "late" in measures:
        faults.append("the measure late needs a deadline")
    return faults


def _check_memory(worlds: int, candidates: int, limit: int | None) -> None:
    """Refuse what would not fit, before it is computed."""
    needed, most = worlds * candidates * PER_OUTCOME, MEMORY if limit is None else limit
    if needed > most:
        raise DataError(
            f"{candidates:,} candidates in {worlds:,} worlds take {needed / 2**30:,.1f} GiB, more than "
            f"{most / 2**30:,.1f}: draw fewer samples, or allow more with search_limits=SearchLimits(bytes=...)"
        )


def _worlds(asked: Question, samples: int | str, seed: int, keep: np.ndarray) -> Ensemble:
    """Draw worlds, or enumerate those that the hazards in play make."""
    hazards = asked.hazards
    month = asked.departure.month if asked.departure else None
    if samples != EXACT:
        return draw_worlds(hazards, samples, seed, month, keep)  # type: ignore[arg-type]
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
