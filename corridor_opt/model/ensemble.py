"""Worlds: what may happen, drawn from a set of hazards or enumerated, each with its probability.

A world says of each hazard whether it is active and, of a closure, how long the rest of it lasts: one of `LEVELS`
equally likely lengths whose mean is exact (`model.waiting`). Shocks strike all members of a group at once.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeGuard

import numpy as np

from corridor_opt.errors import DataError
from corridor_opt.model.hazard_set import HazardSet, Item
from corridor_opt.model.waiting import LEVELS, levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_SAMPLES = 1_000_000
MOST_WORLDS = 200_000  # of an enumeration
BLOCK = 1024  # worlds drawn at once; part of what a seed means


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Different worlds with their probabilities.

    Parameters
    ----------
    hazards
        What the worlds are about, in the order of the columns.
    state
        int8 of shape (worlds, hazards): 0 where a hazard is not active, else 1 to `LEVELS`, the length of the rest of
        a closure; 1 for what does not close or is met on its first day.
    weight
        Probability of each world; they add up to 1.
    drawn
        Worlds drawn; 0 where all possible ones are enumerated.
    seed
        Of the draw; None where nothing is drawn.
    month
        Month of departure; None: any.
    scenarios, scenario_weight
        Names and probabilities of the scenarios on which hazards come on top; the worlds of the first stand first.
    """

    hazards: HazardSet
    state: NDArray[np.int8] = field(repr=False)
    weight: NDArray[np.float64] = field(repr=False)
    drawn: int
    seed: int | None
    month: int | None = None
    scenarios: tuple[str, ...] = ("baseline",)
    scenario_weight: tuple[float, ...] = (1.0,)

    def times(self, scenarios: Sequence[str], weights: Sequence[float]) -> Ensemble:
        """Give the worlds of several weighted scenarios, each with these hazards on top."""
        return dataclasses.replace(
            self,
            state=np.tile(self.state, (len(scenarios), 1)),
            weight=np.concatenate([self.weight * share for share in weights]),
            scenarios=tuple(scenarios),
            scenario_weight=tuple(weights),
        )

    def __repr__(self) -> str:
        """One line: how many worlds, of how many draws, of which hazards."""
        drawn = f"{self.drawn:,} drawn with seed {self.seed}" if self.drawn else "all that there are"
        return f"<Ensemble: {len(self):,} worlds, {drawn}; {len(self.hazards)} hazards ({self.hazards.name})>"

    def __len__(self) -> int:
        """Count the different worlds."""
        return len(self.weight)

    def rest_hours(self) -> NDArray[np.float64]:
        """Hours until each closed hazard is over, of shape (worlds, hazards); 0 where none is closed."""
        hours = np.zeros(self.state.shape)
        for j, hazard in enumerate(self.hazards):
            if hazard.close:
                lengths = np.array([0.0, *levels(24 * hazard.mean_days, hazard.law, hazard.spread)])
                hours[:, j] = lengths[self.state[:, j]]
        return hours


def draw_worlds(
    hazards: HazardSet, samples: int, seed: int, month: int | None = None, keep: NDArray[np.bool_] | None = None
) -> Ensemble:
    """Draw worlds.

    Parameters
    ----------
    hazards
        Held against a network.
    samples
        How many to draw, 1 to 1,000,000; equal ones are put together.
    seed
        A whole number of 0 or more: the same seed gives the same worlds.
    month
        Month of departure; None: any.
    keep
        Hazards that matter, bool of shape (hazards,); the others are left out of the states, which changes nothing in
        what is drawn for these. All when None.

    Raises
    ------
    DataError
        samples or seed is no such number.
    """
    faults = draw_faults(samples, seed)
    if faults:
        raise DataError("worlds cannot be drawn", faults)
    items = _strikes(hazards, month, keep)
    counts: dict[bytes, int] = {}
    for block in range(math.ceil(samples / BLOCK)):
        many = min(BLOCK, samples - block * BLOCK)
        active = np.zeros((BLOCK, len(hazards)), bool)
        for item, hits in items:
            active[np.ix_(_uniform(seed, block, item.name, "strikes") < item.probability, hits)] = True
        state = active.astype(np.int8)
        for j, hazard in enumerate(hazards):
            if hazard.varies and active[:, j].any():
                state[:, j] *= 1 + (_uniform(seed, block, hazard.name, "lasts") * LEVELS).astype(np.int8)
        state = state[:many]
        rows, times = np.unique(state, axis=0, return_counts=True)
        for row, number in zip(rows, times.tolist(), strict=True):
            counts[row.tobytes()] = counts.get(row.tobytes(), 0) + number
    states = np.frombuffer(b"".join(sorted(counts)), np.int8).reshape(len(counts), len(hazards))
    weight = np.array([counts[key] for key in sorted(counts)]) / samples
    return Ensemble(hazards, states, weight, int(samples), int(seed), month)


def _uniform(seed: int, block: int, name: str, what: str) -> NDArray[np.float64]:
    """Draw a block of numbers from 0 to 1 for what one item does.

    Each name has a stream of its own, so that hazards added, left out or judged otherwise leave those of the others as
    they are: what is drawn depends on seed and name alone, not on who draws it.
    """
    key = int.from_bytes(hashlib.blake2b(f"{what}:{name}".encode(), digest_size=8).digest(), "big")
    sequence = np.random.SeedSequence(int(seed), spawn_key=(block, key))
    return np.random.Generator(np.random.PCG64(sequence)).random(BLOCK)


def draw_faults(samples: object, seed: object) -> list[str]:
    """Name what is wrong with a number of samples and a seed."""
    faults = []
    if not _is_whole(samples) or not 1 <= samples <= MOST_SAMPLES:
        faults.append(f"samples = {samples!r} is not a whole number from 1 to {MOST_SAMPLES:,}")
    if not _is_whole(seed) or seed < 0:
        faults.append(f"seed = {seed!r} is not a whole number of 0 or more")
    return faults


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def enumerate_worlds(hazards: HazardSet, month: int | None = None, keep: NDArray[np.bool_] | None = None) -> Ensemble:
    """Give every world of a probability above 0, with that probability.

    Parameters
    ----------
    hazards, month, keep
        See `draw_worlds`: of the hazards kept the law is the same.

    Raises
    ------
    DataError
        There are more than 200,000: draw them (`samples`), or leave hazards out (`HazardSet.only`).
    """
    items = _strikes(hazards, month, keep)
    count = 2.0 ** len(items)
    if count > MOST_WORLDS:
        raise DataError(f"{len(items)} hazards and shocks make {count:,.0f} worlds; draw them, or name fewer hazards")
    found: dict[bytes, float] = {}
    for happens in itertools.product((False, True), repeat=len(items)):
        p = math.prod(i.probability if h else 1 - i.probability for (i, _), h in zip(items, happens, strict=True))
        if p == 0:  # something certain does not happen: no world of which a worst case may be told
            continue
        active = np.zeros(len(hazards), bool)
        for (_, hits), happened in zip(items, happens, strict=True):
            active |= hits & happened
        found[active.tobytes()] = found.get(active.tobytes(), 0.0) + p
    varies = np.array([hazard.varies for hazard in hazards], bool)
    masks = np.frombuffer(b"".join(found), bool).reshape(len(found), len(hazards))
    total = sum(LEVELS ** int(many) for many in (masks & varies).sum(axis=1))
    if total > MOST_WORLDS:
        raise DataError(f"{total:,} worlds with their lengths of closure; draw them, or name fewer hazards")
    states: list[tuple[int, ...]] = []
    weight: list[float] = []
    for active, p in zip(masks, found.values(), strict=True):
        ways = [range(1, LEVELS + 1) if a and v else (int(a),) for a, v in zip(active, varies, strict=True)]
        rows = list(itertools.product(*ways))
        states += rows
        weight += [p / len(rows)] * len(rows)
    state = np.array(states, np.int8).reshape(len(weight), len(hazards))
    return Ensemble(hazards, state, np.array(weight), 0, None, month)


def _strikes(
    hazards: HazardSet, month: int | None, keep: NDArray[np.bool_] | None
) -> list[tuple[Item, NDArray[np.bool_]]]:
    """Items with the hazards kept that each activates, as masks; without items that activate none of them."""
    kept = np.ones(len(hazards), bool) if keep is None else keep
    hit = [(item, np.isin(hazards.names, item.hazards) & kept) for item in hazards.items(month)]
    return [(item, hits) for item, hits in hit if hits.any()]
