"""Fits a few shared numbers to published results: bounded least squares of log ratios, pulled to where they began."""

from __future__ import annotations

import csv
import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.fidelity.asked import HERE, Answer, Way, World

SOURCE = "calibrated"
BEGAN = re.compile(r"began as ([0-9.]+) \(([^):;]+)")
FELT = 0.02  # a row is counted among those a number was fitted on if it moves by this share of the number's move
STEP = 0.01  # of the logarithm, for derivatives
SPREAD = 4.0  # a number's range, low to high, is this many standard deviations of where it may lie
PULL = {True: 0.15, False: 0.3}  # of where an assumption, else a sourced number, began, against the rows

Key = tuple[str, str]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Number:
    """A shared number to be fitted: what it is, where it began before any fit, whether as an assumption, its range."""

    key: Key
    value: float
    start: float
    assumed: bool
    low: float
    high: float

    @property
    def spread(self) -> float:
        """Standard deviation of its logarithm before any row is looked at."""
        return max(math.log(self.high / self.low) / SPREAD, 0.02)


def table() -> Path:
    """Path of the network's shared numbers."""
    return Path(str(resources.files("corridor_opt"))) / "data" / "eurasia" / "parameters.csv"


def read() -> list[Number]:
    """Find the numbers to be fitted; one that has no range, or is unknown, is an error."""
    with table().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = tomllib.loads((HERE / "numbers.toml").read_text(encoding="utf-8"))
    by_key = {(row["subject"], row["quantity"]): row for row in rows}
    found, faults = [], []
    for quantity, subjects in wanted.items():
        for subject in subjects:
            row = by_key.get((subject, quantity))
            if row is None or not row["low"] or not row["high"]:
                faults.append(f"{subject} {quantity}: {'no such number' if row is None else 'no range'}")
            else:
                value, low, high = (float(row[column]) for column in ("value", "low", "high"))
                began = BEGAN.search(row["note"])
                start, source = (float(began[1]), began[2]) if began else (value, row["source"])
                found.append(Number((subject, quantity), value, start, source == "A", low, high))
    if faults:
        raise ValueError("; ".join(faults))
    return found


@dataclass(frozen=True)
class Fit:
    """What a fit found: numbers, how far rows were off before and after, which rows each number was fitted on."""

    numbers: dict[Key, float]
    felt: dict[Key, list[str]]
    before: float
    after: float


class Sums:
    """Values of routes as sums: c + sum over numbers of b x, or b / x for a speed; exact, since a route adds up.

    Parameters
    ----------
    ways
        Routes, and what is measured on them.
    numbers
        What may move.
    """

    def __init__(self, ways: Sequence[Way], numbers: Sequence[Number]) -> None:
        self.inverse = np.array([number.key[1].startswith("km_per_day") for number in numbers])
        here = np.array([number.value for number in numbers])
        self.here = self.turned(here)
        at = World()
        self.base = np.array([way.value(at) for way in ways])
        self.slope = np.zeros((len(ways), len(numbers)))
        for i, number in enumerate(numbers):
            concerned = [j for j, way in enumerate(ways) if (way.measure == "cost") == ("usd" in number.key[1])]
            moved = World({number.key: number.value * (1 + STEP)})
            step = self.turned(here * (1 + STEP))[i] - self.here[i]
            for j in concerned:
                self.slope[j, i] = (ways[j].value(moved) - self.base[j]) / step

    def turned(self, x: Floats) -> Floats:
        """Give 1 / x for speeds, x for all else."""
        return np.where(self.inverse, 1 / x, x)

    def values(self, x: Floats) -> Floats:
        """Values of all routes with other numbers."""
        return self.base + self.slope @ (self.turned(x) - self.here)


def fit(answers: Sequence[Answer], numbers: Sequence[Number]) -> Fit:
    """Fit numbers to answers.

    Parameters
    ----------
    answers
        Rows of the fit, with the routes they rest on; the routes stay. Distances and speeds are left alone.
    numbers
        What may move, and how far.

    Returns
    -------
    Fit
        With the root mean square of (log ratio / log of 1 + tolerance) before and after.
    """
    from scipy.optimize import least_squares

    parts = [(a, part, way) for a in answers for part, way in a.ways.items()]
    sums = Sums([way for _, _, way in parts], numbers)
    start = np.log([number.start for number in numbers])
    low, high = (np.log([getattr(number, end) for number in numbers]) for end in ("low", "high"))
    spread = np.array([number.spread / PULL[number.assumed] for number in numbers])

    def values(x: Floats) -> list[float]:
        found: dict[str, dict[str, float]] = {}
        for (answer, part, _), value in zip(parts, sums.values(np.exp(x)), strict=True):
            found.setdefault(answer.row.row_id, {})[part] = value
        return [answer.of(found[answer.row.row_id]) for answer in answers]

    def misses(x: Floats) -> Floats:
        pairs = zip(answers, values(x), strict=True)
        return np.array([math.log(max(a.row.ratio(v), 1e-3)) / math.log(1 + a.row.tolerance) for a, v in pairs])

    def off(x: Floats) -> Floats:
        return np.concatenate([misses(x), (x - start) / spread])

    here = np.log([number.value for number in numbers])
    found = least_squares(off, np.clip(here, low + 1e-9, high - 1e-9), bounds=(low - 1e-8, high + 1e-8), loss="soft_l1")
    answered, felt = np.log(values(found.x)), {}
    for i, number in enumerate(numbers):
        there = np.log(values(found.x + STEP * (np.arange(len(numbers)) == i)))
        moved = np.abs(there - answered) / STEP > FELT
        felt[number.key] = [a.row.row_id for a, yes in zip(answers, moved, strict=True) if yes]

    def size(x: Floats) -> float:
        return float(np.sqrt(np.mean(misses(x) ** 2)))

    fitted = {number.key: float(value) for number, value in zip(numbers, np.exp(found.x), strict=True)}
    return Fit(fitted, felt, size(here), size(found.x))


def rounded(value: float) -> float:
    """Three figures: more would pretend."""
    return float(f"{value:.3g}")


def write(result: Fit, numbers: Sequence[Number]) -> list[str]:
    """Put fitted numbers into parameters.csv, with the rows they were fitted on; give one line for each."""
    path = table()
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        head, rows = list(reader.fieldnames or ()), list(reader)
    said = []
    before = {number.key: number.value for number in numbers}
    for row in rows:
        key = row["subject"], row["quantity"]
        if key not in result.numbers or not result.felt[key]:
            continue
        value = rounded(result.numbers[key])
        if row["source"] != SOURCE:
            row["note"] = f"began as {row['value']} ({row['source']}{': ' + row['note'] if row['note'] else ''})"
        story = row["note"].partition("; ")[2] if row["note"].startswith("fitted on") else row["note"]
        row["note"] = f"fitted on {' '.join(result.felt[key])}; {story}"
        row["value"], row["source"], row["confidence"] = f"{value:g}", SOURCE, "medium"
        said.append(f"{key[0]} {key[1]}: {before[key]:g} -> {value:g}")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return said
