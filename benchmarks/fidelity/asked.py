"""What was published, how the library is asked for it, and what it answers."""

from __future__ import annotations

import csv
import functools
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import corridor_opt as co
from corridor_opt.model.elements import elements
from corridor_opt.model.places import find_place

Numbers = Mapping[tuple[str, str], float]

HERE = Path(__file__).parent
CRITERION = {
    "transit": "time",
    "border": "time",
    "time": "time",
    "cost": "cost",
    "distance": "distance",
    "speed": "speed",
}
HOURS = {"days": 24.0, "h": 1.0}
TOLERANCE = 0.20  # where none was given
KEYS = {"from", "to", "via", "exclude", "scenario", "as_of", "prices", "shipment", "service", "departure"}
KEYS |= {"kinds", "by", "measure", "between"}
HOW = {"ask", "plus", "minus", "over", "input", "cannot", "measure", "scale", "note"}


@dataclass(frozen=True)
class Published:
    """A published result.

    Parameters
    ----------
    row_id, route, metric, unit, conditions, source, year
        As printed.
    low, high
        The published value or range, in `unit`.
    tolerance
        Share by which the model may miss the range.
    use
        `acceptance`, `sanity`, `trend` or `context`.
    """

    row_id: str
    route: str
    metric: str
    low: float
    high: float
    unit: str
    conditions: str
    source: str
    year: str
    tolerance: float
    use: str

    @property
    def held_out(self) -> bool:
        """Whether the row is kept out of the fit: a third of them, by the hash of their ids."""
        return int(hashlib.sha256(self.row_id.encode()).hexdigest(), 16) % 3 == 0

    def ratio(self, value: float) -> float:
        """Model over published; 1 inside a published range."""
        if self.low <= value <= self.high:
            return 1.0
        return value / (self.low if value < self.low else self.high)


def published() -> dict[str, Published]:
    """Read all rows, by id."""
    with (HERE / "published.csv").open(encoding="utf-8", newline="") as file:
        return {
            r["row_id"]: Published(
                r["row_id"],
                r["route"],
                r["metric"],
                float(r["value_low"]),
                float(r["value_high"]),
                r["unit"],
                r["conditions"],
                r["source_id"],
                r["year"],
                float(r["suggested_tolerance"] or TOLERANCE),
                r["use"],
            )
            for r in csv.DictReader(file)
        }


def _file() -> dict[str, Any]:
    return tomllib.loads((HERE / "questions.toml").read_text(encoding="utf-8"))


def causes() -> dict[str, str]:
    """Why rows are far off, and how that was measured."""
    return dict(_file().get("causes", {}))


def questions() -> dict[str, dict[str, Any]]:
    """Read how each row is asked; an unknown word is an error."""
    read = _file()
    usual = read.pop("usual", {})
    read.pop("causes", None)
    for row, question in read.items():
        wrong = set(question) - HOW
        for part in ("ask", "plus", "minus", "over"):
            if part in question:
                question[part] = {**usual, **question.get("ask", {}), **question[part]}
                wrong |= set(question[part]) - KEYS
        if wrong or not {"ask", "input", "cannot"} & set(question):
            raise ValueError(f"{row}: {sorted(wrong) or 'neither ask nor input nor cannot'}")
    return read


@functools.cache
def world(as_of: str, scenario: str) -> co.Network:
    """Network at a vantage point with a scenario applied."""
    return co.load_scenario(scenario).apply(co.load_network(as_of=as_of))[0]


def with_numbers(network: co.Network, numbers: Numbers) -> co.Network:
    """Put other shared numbers, by (subject, quantity), into a network."""
    frame = network["parameters"].copy()
    keys = list(zip(frame["subject"], frame["quantity"], strict=True))
    frame["value"] = [numbers.get(key, value) for key, value in zip(keys, frame["value"], strict=True)]
    return network.replace(parameters=frame)


class World:
    """Networks with one set of shared numbers, and their tables of elements, made when asked for."""

    def __init__(self, numbers: Numbers | None = None) -> None:
        self.numbers = dict(numbers or {})
        self._networks: dict[tuple[str, str], co.Network] = {}

    def network(self, as_of: str, scenario: str) -> co.Network:
        """Give the network of a vantage point and scenario with these numbers."""
        if (as_of, scenario) not in self._networks:
            made = world(as_of, scenario)
            self._networks[as_of, scenario] = with_numbers(made, self.numbers) if self.numbers else made
        return self._networks[as_of, scenario]


class Way:
    """The route the library answers a question with, kept so that other numbers can be tried on it.

    Parameters
    ----------
    ask
        Words of `find_routes`; `by`, the criterion that chooses the route; `between`, the two places of the route
        between which it counts; `kinds`, the steps that count.
    measure
        `time`, `cost`, `distance` or `speed`.
    at
        Where to search.
    """

    def __init__(self, ask: Mapping[str, Any], measure: str, at: World) -> None:
        self.measure = measure
        self.where = (ask.get("as_of", "2026"), ask.get("scenario", "baseline"))
        # Only money depends on prices and containers: times of one service share one table of elements.
        self.prices = int(ask.get("prices", 2025)) if measure == "cost" else 2025
        containers = ask.get("shipment", "1xFEU") if measure == "cost" else "1xFEU"
        self.shipment = co.Shipment(containers, service=ask.get("service", "ordinary"))
        front = co.find_routes(
            at.network(*self.where),
            ask["from"],
            ask["to"],
            shipment=self.shipment,
            criteria=(ask.get("by", "time" if measure == "speed" else measure),),
            prices=self.prices,
            via=ask.get("via", ()),
            exclude=ask.get("exclude", ()),
            departure=ask.get("departure"),
        )
        self.route = front[0]
        steps = self.route.steps
        if "between" in ask:
            here = steps["from"].tolist(), steps["to"].tolist()
            a, b = (find_place(at.network(*self.where), name).node for name in ask["between"])
            steps = steps.iloc[here[0].index(a) : len(here[1]) - here[1][::-1].index(b)]
        if "kinds" in ask:
            steps = steps[steps["kind"].isin(ask["kinds"])]
        self.elements = steps["element"].tolist()

    def value(self, at: World) -> float:
        """What the kept route has elsewhere: h, USD, km or km/h."""
        network = at.network(*self.where)
        rows = elements(network, self.shipment.load(network), self.prices).frame.iloc[self.elements]
        if self.measure == "speed":
            return float(rows["distance"].sum() / rows["time"].sum())
        return float(rows[self.measure].sum())


class Answer:
    """How the library answers one row, as the routes it rests on.

    Parameters
    ----------
    row
        What was published.
    question
        Its entry in `questions.toml`; with `input` as well as `ask` it is answered and does not count.
    at
        Where to search.
    """

    def __init__(self, row: Published, question: Mapping[str, Any], at: World) -> None:
        self.row, self.scale, self.input = row, float(question.get("scale", 1.0)), question.get("input", "")
        measure = question.get("measure") or CRITERION[row.metric.split("_")[0]]
        self.unit = HOURS.get(row.unit, 1.0) if measure == "time" and "over" not in question else 1.0
        parts = {part: question[part] for part in ("ask", "plus", "minus", "over") if part in question}
        self.ways = {part: Way(ask, ask.get("measure", measure), at) for part, ask in parts.items()}

    def value(self, at: World) -> float:
        """Answer in the unit of the row."""
        return self.of({part: way.value(at) for part, way in self.ways.items()})

    def of(self, found: Mapping[str, float]) -> float:
        """Answer from what each part's route has."""
        value = found["ask"] + found.get("plus", 0.0) - found.get("minus", 0.0)
        return self.scale * value / self.unit / found.get("over", 1.0)
