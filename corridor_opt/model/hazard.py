"""A hazard: a disruption that may happen, how often and how long.

With events arriving `per_year` times a year and lasting `mean_days` on average, a shipment meets one with probability
q = r / (1 + r), r = per_year x mean_days / 365 (alternating renewal process).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from corridor_opt.errors import ScenarioError, did_you_mean
from corridor_opt.model.criteria import CONFIDENCE, DEFAULT_PRICES
from corridor_opt.model.disruption import Disruption
from corridor_opt.model.schema import months as months_of
from corridor_opt.model.selector import Selector, selector_from
from corridor_opt.model.waiting import LAWS

MULTIPLIED = ("cost", "time")
MOST = 1e9  # a greater number is a slip
MOST_DAYS = 36_500
MOST_FACTOR = 1000.0
MOST_PAID = {"delay_hours": 1e5, "surcharge_usd_per_teu": 1e6, "surcharge_value_share": 1.0}
WHOLE = (int, type(None))
# What each field has to be; numbers are looked at in `faults`.
KINDS: tuple[tuple[str, Any, str], ...] = (
    ("name", str, "a text"),
    ("selector", Selector, "a selector, or one in words such as 'border:AZ-IR'"),
    ("title", str, "a text"),
    ("close", bool, "True or False"),
    ("multiply", Mapping, "factors such as {'time': 1.5}"),
    ("law", str, "a law of length"),
    ("group", str, "the name of a group"),
    ("months", str, "months such as '11-3'"),
    ("events", WHOLE, "a whole number"),
    ("since", WHOLE, "a year"),
    ("sources", tuple, "a tuple of source ids"),
    ("confidence", str, "a word"),
    ("why", str, "a text"),
    ("prices", int, "a year"),
)


@dataclass(frozen=True)
class Hazard:
    """A disruption that may happen.

    Parameters
    ----------
    name, title
        What a planner types, and reads.
    selector
        Where, as a `Selector` or in words such as `"border:AZ-IR"`.
    close
        The links are closed while it lasts: a shipment waits for the rest of it, or goes another way.
    delay_hours, surcharge_usd_per_teu, surcharge_value_share
        What a shipment pays once that meets it: hours, USD a TEU (of the year `prices`), a share of its value.
    multiply
        Factors on `cost` and `time` of each link while it lasts.
    per_year, low, high
        How often it happens, and the range of that.
    probability
        Instead of `per_year`: the chance to meet it; `low` and `high` are then of that.
    mean_days, law, spread
        How long it lasts: the mean, `exponential`, `lognormal` (with its coefficient of variation) or `fixed`;
        `whole`: as fixed, but met on its first day, as in the replay of an event.
    group
        Common cause it shares; empty: none.
    months
        Such as `11-3`: it happens in these months only (`per_year` remains a year's); empty: in all.
    events, since
        How many events the rate rests on, and since which year they were counted.
    sources, confidence, why
        Who says so, and what is judgement.
    prices
        Year of its amounts of money.
    """

    name: str
    selector: Selector | str
    mean_days: float
    per_year: float | None = None
    title: str = ""
    close: bool = False
    delay_hours: float = 0.0
    surcharge_usd_per_teu: float = 0.0
    surcharge_value_share: float = 0.0
    multiply: Mapping[str, float] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    probability: float | None = None
    law: str = "exponential"
    spread: float = 1.0
    group: str = ""
    months: str = ""
    events: int | None = None
    since: int | None = None
    sources: tuple[str, ...] = ()
    confidence: str = "assumption"
    why: str = ""
    prices: int = DEFAULT_PRICES

    def __post_init__(self) -> None:
        if isinstance(self.selector, str):
            object.__setattr__(self, "selector", selector_from(self.selector))
        wrong = [
            f"{name} = {value!r} is not {said}"
            for name, kind, said in KINDS
            if not isinstance(value := getattr(self, name), kind) or (isinstance(value, bool) and kind is not bool)
        ]
        wrong += (
            [f"sources: {one!r} is no source id" for one in self.sources if not isinstance(one, str)]
            if not wrong
            else []
        )
        if not wrong and not re.fullmatch(r"\S(.*\S)?", self.name):
            wrong.append(f"name = {self.name!r} is no name on one line")
        if wrong:
            raise ScenarioError(f"the hazard {str(self.name)[:60]!r} cannot be used", wrong)

    @property
    def where(self) -> Selector:
        """The selector."""
        assert isinstance(self.selector, Selector)
        return self.selector

    def chance(self, month: int | None = None) -> float:
        """Probability that a shipment meets it, in a month of departure (None: in any).

        Its events fall in its months alone, so that their rate is higher there than a year's.
        """
        season = months_of(self.months)
        if month is not None and month not in season:
            return 0.0
        share = 12 / len(season) if month is not None else 1.0
        if self.probability is not None:
            return min(self.probability * share, 1.0)
        ratio = (self.per_year or 0.0) * share * self.mean_days / 365
        return ratio / (1 + ratio)

    @property
    def varies(self) -> bool:
        """Whether worlds differ in how long the rest of it lasts."""
        return self.close and self.law != "whole"

    @property
    def effect(self) -> str:
        """What it does, in words."""
        if self.close:
            return "closed"
        parts = [f"+{self.delay_hours:g} h"] if self.delay_hours else []
        parts += [f"+{self.surcharge_usd_per_teu:g} USD/TEU"] if self.surcharge_usd_per_teu else []
        parts += [f"+{self.surcharge_value_share:.1%} of the value"] if self.surcharge_value_share else []
        return ", ".join([*parts, *(f"{name} x {factor:g}" for name, factor in self.multiply.items())])

    def disruptions(self, label: str) -> list[Disruption]:
        """Give what it changes where it lasts, in the language of scenarios."""

        def change(kind: str, values: Mapping[str, float]) -> Disruption:
            return Disruption(self.where, kind, values, label, self.why, self.sources, prices=self.prices)

        if self.close:
            return [change("close", {})]
        added = {"time": self.delay_hours, "cost": self.surcharge_usd_per_teu}
        added = {name: amount for name, amount in added.items() if amount}
        made = [change("add", added)] if added else []
        return made + ([change("multiply", self.multiply)] if self.multiply else [])

    def faults(self) -> list[str]:
        """Say what is wrong with its numbers and words."""
        found = []
        if (self.per_year is None) == (self.probability is None):
            found.append("give per_year or probability, one of the two")
        chance = self.probability is not None
        most = 1.0 if chance else 1000.0
        for name, value in (("per_year", self.per_year), ("probability", self.probability), *self._range()):
            if value is not None and not within(value, 0.0, 1.0 if name == "probability" else most):
                span = (
                    "a probability from 0 to 1" if name == "probability" or chance else "a rate from 0 to 1000 a year"
                )
                found.append(f"{name} = {value!r} is not {span}")
        numbers = [self.low, self.probability if chance else self.per_year, self.high]
        known = [value for value in numbers if value is not None and within(value, 0.0, most)]
        if known != sorted(known):
            found.append(f"low <= {'probability' if chance else 'per_year'} <= high does not hold: {numbers}")
        if not within(self.mean_days, 0.0, MOST_DAYS) or self.mean_days == 0:
            found.append(f"mean_days = {self.mean_days!r} is not above 0 and at most {MOST_DAYS}")
        if self.law not in LAWS:
            found.append(f"no law '{self.law}'{did_you_mean(str(self.law), LAWS)}; one of {', '.join(LAWS)}")
        if not within(self.spread, 0.01, 10.0):
            found.append(f"spread = {self.spread!r} is not from 0.01 to 10")
        for name, most in MOST_PAID.items():
            if not within(getattr(self, name), 0.0, most):
                found.append(f"{name} = {getattr(self, name)!r} is not a number from 0 to {most:g}")
        for name, year in (("events", self.events), ("since", self.since)):
            if year is not None and year < 0:
                found.append(f"{name} = {year} is below 0")
        for name, factor in self.multiply.items():
            if name not in MULTIPLIED:
                found.append(f"multiply: no '{name}'{did_you_mean(str(name), MULTIPLIED)}; it takes cost and time")
            elif not within(factor, 1.0, MOST_FACTOR):
                found.append(f"multiply {name} = {factor!r} is not a factor from 1 to {MOST_FACTOR:g}")
        if self.close and self.effect_beside_closing():
            found.append("close stands alone: what is closed has no delay and no surcharge")
        if not self.close and not self.effect_beside_closing():
            found.append("it does nothing: give close, delay_hours, a surcharge or multiply")
        if self.confidence not in CONFIDENCE:
            found.append(f"no confidence '{self.confidence}'{did_you_mean(str(self.confidence), CONFIDENCE)}")
        if self.where.transit and not self.close:
            found.append("transit takes close = true only")
        return found

    def effect_beside_closing(self) -> bool:
        """Whether it delays, charges or multiplies."""
        amounts = (self.delay_hours, self.surcharge_usd_per_teu, self.surcharge_value_share)
        return bool(self.multiply) or any(amounts)

    def _range(self) -> list[tuple[str, float | None]]:
        return [("low", self.low), ("high", self.high)]


def within(value: Any, least: float, most: float) -> bool:
    """Whether a value is a finite number in a range, ends included."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return number and least <= value <= most
