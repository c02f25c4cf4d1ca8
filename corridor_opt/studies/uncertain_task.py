"""A task under hazards, as arrays: what each hazard costs a shipment that meets it, and where one would turn away.

After the hazards stand what is met in every world: the charges of compliance profiles, and, where several scenarios
are weighed, the wait at links that are closed in this one and open in another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corridor_opt.errors import DataError
from corridor_opt.graph.encode import NAMES
from corridor_opt.graph.uncertain import More, Routes, Uncertain
from corridor_opt.model.exposure import rest_hours
from corridor_opt.model.hazard import Hazard
from corridor_opt.model.prices import GENERAL, PriceIndex
from corridor_opt.model.waiting import LEVELS, levels
from corridor_opt.studies.cases import Case
from corridor_opt.studies.task import Task

MONEY, HOURS = NAMES.index("cost"), NAMES.index("time")


def cargo_value(task: Task) -> float:
    """USD: the shipper's word, or the usual value of a box."""
    if task.load.value_usd is not None:
        return task.load.value_usd
    return _number(task, "payload", "value_usd_per_feu", "give the shipment a value_usd") * task.load.teu / 2


def value_of_time(task: Task) -> float:
    """USD a day: a share of the cargo's value (`value-of-time` in the parameters)."""
    return cargo_value(task) * _number(task, "value-of-time", "share_of_value_per_day", "give usd_per_day")


def _number(task: Task, subject: str, quantity: str, instead: str) -> float:
    """Read a shared number that parameters of one's own may lack."""
    row = task.network.numbers.get((subject, quantity))
    if row is None:
        raise DataError(f"the network's parameters have no {subject}, {quantity}: {instead}, or add the row")
    return float(row["value"])


def uncertain(case: Case, usd_per_day: float, closed_hours: float) -> Uncertain:
    """Give the graph of a task with its hazards.

    Parameters
    ----------
    case
        A question asked for money and hours, in one scenario.
    usd_per_day
        Value of time.
    closed_hours
        Wait at what is closed in this scenario and open in another, once.
    """
    task = case.task
    hazards = task.question.hazards
    steps = np.array([task.weights.resolution["cost"], task.weights.resolution["time"]])
    weight = task.spread(task.paid(("cost", "time")), 0)
    charged = _charges(task)
    # column by column: of millions of arcs and a hundred hazards one array is enough
    member = np.zeros((len(task.graph.head), len(hazards) + len(charged) + 1), bool)
    for h, name in enumerate(hazards.names):
        member[:, h] = task.spread(np.append(task.exposure.covered[name], False)[task.base.element], False)
    for h, item in enumerate(charged, start=len(hazards)):
        on = np.zeros(len(task.elements.frame) + 1, bool)
        on[task.exposure.held[item].elements] = True
        member[:, h] = task.spread(on[task.base.element], False)
    member[:, -1] = case.closed
    once = np.zeros((member.shape[1], LEVELS + 1, 2))
    for h, hazard in enumerate(hazards):
        once[h, 1:] = _paid(task, hazard)
    for h, item in enumerate(charged, start=len(hazards)):
        once[h, 1:] = task.gain[item][[MONEY, HOURS]] * steps
    once[-1, 1:, 1] = closed_hours
    return Uncertain(
        task.graph.first_out,
        task.graph.head,
        case.is_open,
        weight,
        task.source,
        task.target,
        member,
        _bound(task, member),
        np.rint(once / steps).astype(np.int64),
        np.array([*(hazard.close for hazard in hazards), *(False for _ in charged), True], bool),
        usd_per_day / 24 * steps[1] / steps[0],
    )


def _charges(task: Task) -> list[int]:
    """Items of the task that cost money or hours: what compliance profiles charge."""
    return np.flatnonzero(task.gain[:, [MONEY, HOURS]].any(axis=1)).tolist()


def with_charges(ground: Uncertain, state: NDArray[np.int8]) -> NDArray[np.int8]:
    """States of hazards, and beside them the charges that are met in every world."""
    more = ground.member.shape[1] - state.shape[1]
    return np.hstack([state, np.ones((len(state), more), np.int8)])


def _paid(task: Task, hazard: Hazard) -> NDArray[np.float64]:
    """What a shipment pays once that meets a hazard, by the length of its rest: USD and hours."""
    paid = np.zeros((LEVELS, 2))
    if hazard.close:
        paid[:, 1] = levels(24 * hazard.mean_days, hazard.law, hazard.spread)
        return paid
    inflated = PriceIndex(task.network).factor(hazard.prices, task.question.prices, GENERAL)
    paid[:, 0] = hazard.surcharge_usd_per_teu * task.load.teu * inflated
    paid[:, 0] += hazard.surcharge_value_share * cargo_value(task)
    paid[:, 1] = hazard.delay_hours
    return paid


def _bound(task: Task, member: NDArray[np.bool_]) -> More | None:
    """What hazards that multiply add to each arc they cover, each to what it costs without; None where none does."""
    factors = [(hazard.multiply.get("cost", 1.0), hazard.multiply.get("time", 1.0)) for hazard in task.question.hazards]
    if all(one == (1.0, 1.0) for one in factors):
        return None
    weight = task.spread(task.weights.weight[:, [MONEY, HOURS]], 0)  # a planner's penalties are not multiplied
    parts = []
    for h, one in enumerate(factors):
        if max(one) > 1:
            arc = np.flatnonzero(member[:, h])
            amount = np.rint((np.maximum(one, 1.0) - 1) * weight[arc]).astype(np.int64)
            parts.append((arc, np.full(len(arc), h), amount))
    return More(*(np.concatenate(column) for column in zip(*parts, strict=True))) if parts else None


def expected_wait(task: Task, ground: Uncertain, closed_hours: float) -> NDArray[np.int64]:
    """Generalised price of waiting for the end of each closure, as expected when it is met: steps of money."""
    hours = [rest_hours(hazard) if hazard.close else 0.0 for hazard in task.question.hazards]
    hours += [0.0] * (len(ground.closes) - len(hours) - 1) + [closed_hours]
    return np.rint(np.array(hours) / task.weights.resolution["time"] * ground.price).astype(np.int64)


def planned(task: Task, paths: Sequence[NDArray[np.int64]]) -> Routes:
    """Give paths with where one turns away: at the last node reached.

    Who loads or waits for a ship has not left; who cannot unload has been told so where the ship set out.
    """
    import pandas as pd

    kind = np.append(task.elements.frame["kind"].to_numpy(dtype=object), "")
    place, _ = pd.factorize(np.asarray(task.graph.node, dtype=object))
    return Routes(paths, place, kind[task.graph.element] == "unload")


def met(ground: Uncertain, path: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which hazards lie on a path."""
    return np.asarray(ground.member[path].any(axis=0))


def in_play(ground: Uncertain) -> NDArray[np.bool_]:
    """Which hazards lie on an arc that may be used."""
    return np.asarray(ground.member[ground.is_open].any(axis=0))
