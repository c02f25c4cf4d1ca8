"""Weighted scenarios: one task each on one topology, and what is closed in some of them only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor_opt.model.scenario import Scenario
from corridor_opt.studies.question import Question, scenario_names
from corridor_opt.studies.task import Task

MOST_CASES = 100
Word = str | Path | Scenario


@dataclass(frozen=True)
class Case:
    """One scenario of several.

    Parameters
    ----------
    name
        The scenario's.
    weight
        Its probability; those of all cases add up to 1.
    task
        The question under it.
    is_open
        Arcs open in any case; shared by all.
    closed
        Arcs closed in this one and open in another.
    """

    name: str
    weight: float
    task: Task
    is_open: NDArray[np.bool_]
    closed: NDArray[np.bool_]


def weighted(scenarios: Any) -> tuple[list[Word], list[float], list[str]]:
    """Read scenarios with their weights.

    Parameters
    ----------
    scenarios
        Weights by scenario, or a list of scenarios of equal weight.

    Returns
    -------
    words, weights, faults
        Weights are brought to a sum of 1.
    """
    if isinstance(scenarios, (str, Path, Scenario)):
        scenarios = [scenarios]
    if isinstance(scenarios, Mapping):
        words, weights = list(scenarios), list(scenarios.values())
    elif isinstance(scenarios, Sequence):
        words, weights = list(scenarios), [1.0] * len(scenarios)
    else:
        return [], [], [f"scenarios: write {{'baseline': 0.8, 'hormuz-closed': 0.2}}, not {scenarios!r}"]
    faults = [
        f"weight of {word}: {weight!r} is not a number above 0 and at most 1e9"
        for word, weight in zip(words, weights, strict=True)
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 < weight <= 1e9
    ]
    if not words:
        faults.append("name at least one scenario; corridor_opt.scenarios() lists them")
    if len(words) > MOST_CASES:
        faults.append(f"{len(words)} scenarios are more than {MOST_CASES}")
    if faults:
        return words, [], faults
    total = sum(weights)
    return words, [weight / total for weight in weights], []


def cases(question: Question, weights: Sequence[float]) -> list[Case]:
    """Make a task for each world of a question.

    Raises
    ------
    DataError
        Two scenarios have one name.
    """
    names = scenario_names(question)
    tasks = [Task(question, world) for world in question.worlds]
    anywhere = np.logical_or.reduce([task.is_open for task in tasks])
    return [
        Case(name, weight, task, anywhere, anywhere & ~task.is_open)
        for name, weight, task in zip(names, weights, tasks, strict=True)
    ]
