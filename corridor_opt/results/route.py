"""A route and its legs, read from the steps of a front."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from corridor_opt.model.criteria import CRITERIA, STANDARD
from corridor_opt.model.schema import split

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.results.difference import Difference
    from corridor_opt.results.explain import Explanation
    from corridor_opt.results.front import Front

ADDITIVE = tuple(name for name, criterion in CRITERIA.items() if criterion.sums)
COVERED = 0.9  # a route is named by the corridors that hold this share of its length


@dataclass(frozen=True)
class Leg:
    """A stretch of a route in one mode, or what happens between two of them.

    Parameters
    ----------
    kind
        `haul`, `wait`, `transshipment`, `gauge-change`, `border` or `access`.
    mode
        Mode, or both of a transshipment (`sea-rail`); loading at the origin and unloading at the destination are
        transshipments with one mode.
    start, end
        Node ids.
    links
        Ids of links and crossings used.
    values
        cost USD, time h, distance km, emissions kg CO2e.
    steps
        Rows of the front's steps.
    """

    kind: str
    mode: str
    start: str
    end: str
    links: tuple[str, ...]
    values: dict[str, float]
    steps: tuple[int, ...]


class Route:
    """One route of a front; everything is read from the front's steps when asked for.

    Parameters
    ----------
    front
        Where it belongs.
    number
        Position in the front, from 0.
    """

    def __init__(self, front: Front, number: int) -> None:
        self.front, self.number = front, number

    @functools.cached_property
    def steps(self) -> pd.DataFrame:
        """One row a step in travel order: what it costs and where the numbers come from (risk in nepers)."""
        return self.front.steps[self.front.steps["route"] == self.number]

    @functools.cached_property
    def values(self) -> dict[str, float]:
        """Searched criteria first, then the other standard ones: USD, h, km, probability, kg CO2e."""
        row = self.front.values.loc[self.number]
        names = [*self.front.criteria, *(name for name in STANDARD if name not in self.front.criteria)]
        return {name: float(row[name]) for name in names}

    @functools.cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The steps as dicts: quicker to go through than a frame."""
        return self.front.rows(self.number)

    @functools.cached_property
    def legs(self) -> list[Leg]:
        """Legs in travel order; their values add up to the route's for every criterion but risk."""
        rows = self.rows
        legs: list[Leg] = []
        i = 0
        while i < len(rows):
            j = i + 1
            first = rows[i]
            if first["kind"] == "haul":
                while j < len(rows) and rows[j]["kind"] == "haul" and rows[j]["mode"] == first["mode"]:
                    j += 1
            elif first["kind"] == "unload" and j < len(rows) and rows[j]["kind"] == "load":
                j += 1
            legs.append(_leg(rows[i:j]))
            i = j
        return legs

    @functools.cached_property
    def countries(self) -> list[str]:
        """Countries in travel order; one entered again stands again."""
        ends = [node for row in self.rows for node in (row["from"], row["to"])]
        ends = ends or [self.front.head["origin"]["id"]]
        named = [self.front.network.node(node)["country"] for node in ends]
        return _runs([country for country in named if country])  # a sea lane lies in none

    @functools.cached_property
    def modes(self) -> list[str]:
        """Modes in the order of their first use."""
        return list(dict.fromkeys(row["mode"] for row in self.rows if row["kind"] == "haul"))

    @functools.cached_property
    def borders(self) -> list[str]:
        """Land borders in travel order, as `IR-AZ`."""
        country = self.front.network.node
        crossed = [row for row in self.rows if row["kind"] == "border"]
        return [f"{country(row['from'])['country']}-{country(row['to'])['country']}" for row in crossed]

    @functools.cached_property
    def chokepoints(self) -> list[str]:
        """Straits, canals and seas passed, in travel order."""
        used = (row for row in self.rows if row["kind"] in ("haul", "border"))
        return list(dict.fromkeys(word for row in used for word in split(row["chokepoints"])))

    @functools.cached_property
    def corridors(self) -> list[str]:
        """Names of the fewest corridors that hold nine tenths of the labelled length, greatest share first."""
        used = [row for row in self.rows if row["kind"] in ("haul", "border")]
        pieces = [(split(row["corridors"]), row["distance"]) for row in used if row["corridors"]]
        total = sum(km for _, km in pieces)
        chosen: list[str] = []
        while pieces and sum(km for _, km in pieces) > (1 - COVERED) * total:
            share: dict[str, float] = {}
            for labels, km in pieces:
                for label in labels:
                    share[label] = share.get(label, 0.0) + km
            best = max(sorted(share), key=share.__getitem__)
            chosen.append(best)
            pieces = [(labels, km) for labels, km in pieces if best not in labels]
        return [self.front.network.corridor_names[label] for label in chosen]

    @property
    def notices(self) -> list[str]:
        """What a planner has to be told: what was to be avoided and is used, what rests on a season."""
        return self.front.notices[self.number]

    @property
    def compliance(self) -> list[dict[str, Any]]:
        """What it touches of the compliance profiles, a dict a rule: profile, rule, what, charge. Not legal advice."""
        return self.front.compliance[self.number] if self.front.compliance else []

    @functools.cached_property
    def risk_parts(self) -> list[dict[str, Any]]:
        """What may happen, with probabilities, greatest first; 1 - product(1 - p) is the route's risk."""
        parts: list[dict[str, Any]] = [
            {"name": c, "probability": -math.expm1(-n)} for c, n in self.front.nepers[self.number].items()
        ]
        return sorted((p for p in parts if p["probability"] > 0), key=lambda p: -p["probability"])

    @overload
    def explain(self) -> Explanation: ...

    @overload
    def explain(self, against: Route) -> Difference: ...

    def explain(self, against: Route | None = None) -> Explanation | Difference:
        """Say where cost, hours, risk and emissions arise, with the source of each number.

        Parameters
        ----------
        against
            Another route, of this front or of another front of the same network: say instead where the two differ.

        Raises
        ------
        DataError
            `against` is no route, or one of another network.
        """
        from corridor_opt.results.difference import Difference
        from corridor_opt.results.explain import Explanation

        return Explanation(self) if against is None else Difference(self, against)

    def __repr__(self) -> str:
        """One line."""
        shown = ", ".join(f"{name} {value:,.{CRITERIA[name].digits}f}" for name, value in self.values.items())
        return f"<Route {self.number + 1}: {', '.join(self.corridors)}; {shown}>"

    def _repr_html_(self) -> str:
        """Give the legs as a table for a notebook."""
        from corridor_opt.results.notebook import route_html

        return route_html(self)


def _leg(rows: Sequence[dict[str, Any]]) -> Leg:
    """Make a leg of consecutive steps."""
    kind, mode = rows[0]["kind"], rows[0]["mode"]
    if kind in ("load", "unload"):
        kind = "transshipment"
        mode = "-".join(row["mode"] for row in rows)
    moved = ("haul", "border")
    links = tuple(row["id"] for row in rows if row["kind"] in moved)
    values = {name: _exact(sum(row[name] for row in rows)) for name in ADDITIVE}
    return Leg(kind, mode, rows[0]["from"], rows[-1]["to"], links, values, tuple(row["step"] for row in rows))


def _exact(value: float) -> float:
    """Take away the noise of adding decimal fractions; no resolution is finer than this."""
    return round(value, 6)


def _runs(words: Sequence[str]) -> list[str]:
    """Drop immediate repetitions."""
    return [w for i, w in enumerate(words) if i == 0 or words[i - 1] != w]
