"""What the compliance profiles of a question close and charge, and what its routes touch of them.

A charge is an item, as a hazard is: a route pays it once, however many links it covers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.compliance import NOT_ADVICE, Active, Compliance
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.elements import Elements
from corridor_opt.model.exposure import Held
from corridor_opt.model.prices import PriceIndex
from corridor_opt.model.selector import OPERATED, PARTY
from corridor_opt.model.shipment import Load
from corridor_opt.studies.question import Question

if TYPE_CHECKING:
    import pandas as pd

PLACES = {"country", "node"}  # a selector of these alone names places themselves, not only what is used there
UNKNOWN_OPERATORS = (
    "who operates a link or a terminal is known in part only; where it is not, rules on operators say nothing"
)
SHOWN: Mapping[str, Callable[[float], str]] = {
    "cost": "{:,.0f} USD".format,
    "time": "{:,.0f} h".format,
    "seizure": "{:.1%} chance of seizure".format,
}


class Obeyed:
    """The profiles of a question, laid over the elements of its network.

    Parameters
    ----------
    question
        Holds the profiles, resolved.
    elements
        What arcs pay for.
    load
        The shipment.
    ends
        Countries of origin and destination, which are not closed to transit.
    """

    def __init__(self, question: Question, elements: Elements, load: Load, ends: tuple[str, ...]) -> None:
        self.compliance: Compliance = question.compliance
        self.load = load
        active = [one for one in self.compliance.active if not one.rule.where.transit & set(ends)]
        self.forbidden = [one for one in active if one.rule.forbid]
        self.touching = [one for one in active if not one.rule.forbid]
        self.ends = forbidden_ends(question)
        self.held: list[Held] = []
        self._charges: dict[str, dict[str, float]] = {}
        self._elements = {one.name: _elements(elements, one) for one in self.touching}
        index = PriceIndex(question.network)
        for one in self.touching:
            rule = one.rule
            charge = rule.charge(load, index.factor(rule.prices, question.prices))
            if "risk" in charge:  # whole steps of the search, so that the parts of a risk give it again
                charge["risk"] = round(charge["risk"] / CRITERIA["risk"].resolution) * CRITERIA["risk"].resolution
            self._charges[one.name] = charge
            if charge:
                cited = (";".join(rule.sources), rule.confidence)
                nepers, cost, time = (charge.get(name, 0.0) for name in ("risk", "cost", "time"))
                said = (f"seizure ({one.name})", f"Seizure under compliance {one.name}", rule.why)
                self.held.append(Held(*said, nepers, 0.0, self._elements[one.name], *cited, cost=cost, time=time))

    @property
    def names(self) -> list[str]:
        """What each forbidding rule is called in the reasons why there is no route."""
        return [f"compliance {one.name}: {_forbids(one)}" for one in self.forbidden]

    def records(self, steps: pd.DataFrame, routes: int) -> list[list[dict[str, Any]]]:
        """What each route touches: one dict a rule, as in the JSON contract."""
        found: list[list[dict[str, Any]]] = [[] for _ in range(routes)]
        if not self.touching:
            return found
        met, numbers, ids = (steps[column].to_numpy() for column in ("element", "route", "id"))
        for one in self.touching:
            hit = np.isin(met, self._elements[one.name])
            where: dict[int, dict[str, None]] = {}
            for route, row in zip(numbers[hit].tolist(), ids[hit], strict=True):
                where.setdefault(route, {})[row] = None
            for route, rows in where.items():
                found[route].append(self._record(one, list(rows)))
        return found

    def _record(self, one: Active, where: list[str]) -> dict[str, Any]:
        """One rule as one route touches it."""
        rule, charge = one.rule, dict(self._charges[one.name])
        nepers = charge.pop("risk", 0.0)
        if nepers:
            charge["seizure"] = -math.expm1(-nepers)
        return {
            "profile": one.profile,
            "rule": rule.name,
            "kind": rule.kind,
            "what": str(rule.where),
            "effect": rule.effect,
            "charge": {name: round(amount, 6) for name, amount in charge.items()},
            "regulation": rule.regulation,
            "where": where,
            "why": rule.why,
            "sources": list(rule.sources),
            "confidence": rule.confidence,
        }

    def notices(self, records: list[dict[str, Any]]) -> list[str]:
        """What a planner has to be told about a route that touches these rules."""
        if not self.compliance.profiles:
            return []
        said = [_said(record) for record in records]
        unpaid = [one.name for one in self.touching if one.rule.of_value and not self.load.value_usd]
        if unpaid:
            said.append(f"compliance {'; '.join(unpaid)}: the cargo has no value given, shares of it are not charged")
        said += self.compliance.remarks
        names = list(dict.fromkeys(one.profile for one in self.compliance.active if _on_operators(one)))
        if names:
            said.append(f"compliance {', '.join(names)}: {UNKNOWN_OPERATORS}")
        return said


def _elements(elements: Elements, one: Active) -> np.ndarray:
    """Positions of the elements that use what a rule is about."""
    table, row = (elements.frame[column].to_numpy() for column in ("table", "row"))
    used = np.zeros(len(table), bool)
    for name, mask in one.rows.items():
        at = np.flatnonzero(table == name)
        used[at] = mask[row[at]]
    return np.flatnonzero(used)


def _on_operators(one: Active) -> bool:
    """Whether a rule rests on who operates what."""
    keys = one.rule.where.keys
    return "operator" in keys or any(tag.startswith((OPERATED, PARTY)) for tag in keys.get("tag", ()))


def _forbids(one: Active) -> str:
    """Say what a rule forbids, and by which regulation."""
    return f"{one.rule.where} is forbidden by {one.rule.regulation or 'a template'}; {NOT_ADVICE}"


def _said(record: Mapping[str, Any]) -> str:
    """One line on a rule that a route touches."""
    said = f"compliance {record['profile']}, {record['rule']}: touches {record['what']}"
    if record["kind"] == "charged":
        amounts = ", ".join(SHOWN[name](amount) for name, amount in record["charge"].items())
        said += f", charged once: {amounts or 'nothing'}"
    return f"{said} ({record['regulation'] or 'no regulation read'}); {NOT_ADVICE}"


def forbidden_ends(question: Question) -> list[str]:
    """Origin and destination that lie in what a rule forbids, points given by coordinates among them."""
    from corridor_opt.model.geography import country_at

    found = []
    closing = [one for one in question.compliance.active if one.rule.forbid and set(one.rule.where.keys) <= PLACES]
    for place in dict.fromkeys((question.origin, question.destination)) if closing else ():
        countries = {question.network.node(place.node)["country"]}
        if place.point:
            countries.add(country_at(*place.point))
        for one in closing:
            keys = one.rule.where.keys
            in_country = bool(countries & set(keys.get("country", countries)))
            if in_country and place.node in keys.get("node", (place.node,)) and not one.rule.where.tables:
                found.append(f"compliance {one.name}: {place.name} lies there; {_forbids(one)}")
    return found
