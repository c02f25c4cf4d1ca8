"""Routes over scenarios: what each comes to in each, and the best by every rule of choice."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.criteria import CRITERIA
from corridor_opt.results.front import Front
from corridor_opt.results.measures import cvar
from corridor_opt.results.route import Route

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

RULES = ("mean", "minimax", "minimax-regret", "cvar_90")


@dataclass(frozen=True, eq=False)
class ScenarioChoice(Sequence[Route]):
    """Routes that no other beats in all scenarios; a sequence of `Route`.

    Parameters
    ----------
    front
        The routes, with legs and values as under the first scenario.
    criterion
        What was searched.
    scenarios, weight
        Names, and probabilities that add up to 1.
    outcome
        Of shape (routes, scenarios), in the criterion's unit, penalties included.
    closed
        Whether links of a route are closed in a scenario, of shape (routes, scenarios).
    penalty
        What meeting them costs, once.
    """

    front: Front
    criterion: str
    scenarios: tuple[str, ...]
    weight: NDArray[np.float64] = field(repr=False)
    outcome: NDArray[np.float64] = field(repr=False)
    closed: NDArray[np.bool_] = field(repr=False)
    penalty: float

    def __len__(self) -> int:
        """Count the routes."""
        return len(self.front)

    def __getitem__(self, number: Any) -> Any:
        """Give a route by its position, from 0."""
        return self.front[number]

    def __iter__(self) -> Iterator[Route]:
        """Go through the routes."""
        return iter(self.front)

    @functools.cached_property
    def best(self) -> dict[str, int]:
        """Position of the best route by each rule: least mean, worst case, largest regret, mean of the worst tenth."""
        frame = self.to_frame()
        columns = dict(zip(RULES, ("mean", "worst", "regret_max", "cvar_90"), strict=True))
        return {rule: int(frame[column].round(6).argmin()) for rule, column in columns.items()}

    def cvar(self, alpha: float) -> NDArray[np.float64]:
        """Mean outcome over the worst share 1 - alpha of the scenarios, for each route."""
        return cvar(self.outcome.T, self.weight, alpha)

    def to_frame(self) -> pd.DataFrame:
        """One row a route: number from 1, way, outcome of each scenario, mean, worst, cvar_90, regret_max, closed."""
        import pandas as pd

        from corridor_opt.results.text import route_way

        regret = self.outcome - self.outcome.min(axis=0)
        frame = pd.DataFrame(self.outcome, columns=list(self.scenarios))
        frame.insert(0, "way", [route_way(route) for route in self.front])
        frame.insert(0, "route", range(1, len(self) + 1))
        frame["mean"] = self.outcome @ self.weight
        frame["worst"] = self.outcome.max(axis=1)
        frame["cvar_90"] = self.cvar(0.9)
        frame["regret_max"] = regret.max(axis=1)
        cells = [[s for s, shut in zip(self.scenarios, row, strict=True) if shut] for row in self.closed]
        frame["closed"] = [";".join(cell) for cell in cells]
        return frame

    def __str__(self) -> str:
        """Give a table that a person can read in 100 columns."""
        from corridor_opt.results.lines import text_table, wrapped

        unit, frame = CRITERIA[self.criterion].unit, self.to_frame()
        days = self.criterion == "time"

        def said(value: float) -> str:
            return f"{value / 24:,.1f}" if days else f"{value:,.0f}"

        rows = []
        for row, shut in zip(frame.to_dict("records"), self.closed, strict=True):
            marks = ["x" if one else "" for one in shut]
            outcomes = [f"{said(row[s])}{mark}" for s, mark in zip(self.scenarios, marks, strict=True)]
            rest = [said(row[c]) for c in ("mean", "worst", "regret_max")]
            rows.append([str(row["route"]), *outcomes, *rest, row["way"]])
        letters = [chr(ord("A") + s) for s in range(len(self.scenarios))]
        head = ["#", *letters, "mean", "worst", "regret", "way"]
        origin, destination = self.front.head["origin"]["name"], self.front.head["destination"]["name"]
        lines = [f"{origin} to {destination}: {self.criterion} in {'days' if days else unit} under each scenario", ""]
        lines += [text_table(head, rows, tuple(range(len(head) - 1))), ""]
        lines += [f"{a}: {s} ({w:.0%})" for a, s, w in zip(letters, self.scenarios, self.weight, strict=True)]
        told = "; ".join(f"{rule} route {route + 1}" for rule, route in self.best.items())
        lines.append(f"Best by rule: {told}.")
        charge = f"{said(self.penalty)} {'days' if days else unit}"
        told = "x: links of the route are closed in that scenario; to meet them counts as"
        lines.append(f"{told} {charge} more, once: an assumption, or your own figure.")
        if self.front.status != "complete":
            lines.append("The search stopped at its limit: routes may be missing.")
        return "\n".join(wrapped(line) if "\n" not in line else line for line in lines)
