"""Fronts of one question under several scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.results.front import Front

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Outcome:
    """What one scenario brings: a front, or the reason why there is none.

    Parameters
    ----------
    front
        None where there is no route.
    reason
        What cuts origin from destination then, or why the search brought nothing; empty beside a front.
    status
        `complete` or `limit` as the front's, `no route`, `limit` without a front, or `not searched`.
    """

    front: Front | None
    reason: str = ""
    status: str = "complete"

    @property
    def is_whole(self) -> bool:
        """Whether the front holds all there is."""
        return self.status == "complete" and (self.front is None or self.front.eps is None)

    @property
    def short(self) -> str:
        """The first reason."""
        lines = self.reason.splitlines()
        return lines[1].strip(" -") if len(lines) > 1 else self.reason


@dataclass(frozen=True, eq=False)
class Comparison:
    """Fronts by scenario, in the order asked.

    Parameters
    ----------
    title
        The question, in a line.
    criteria
        Searched criteria.
    outcomes
        What each scenario brings, by its name.
    """

    title: str
    criteria: tuple[str, ...]
    outcomes: Mapping[str, Outcome] = field(repr=False)

    def __getitem__(self, scenario: str) -> Front:
        """Give the front of a scenario.

        Raises
        ------
        KeyError
            There is none of that name, or it has no route.
        """
        front = self.outcomes[scenario].front
        if front is None:
            raise KeyError(f"{scenario} has no route: {self.outcomes[scenario].reason}")
        return front

    @property
    def shown(self) -> tuple[str, ...]:
        """Criteria whose best routes are tabled: those searched, the length of the way aside."""
        return tuple(c for c in self.criteria if c != "distance") or self.criteria

    def to_frame(self) -> pd.DataFrame:
        """For each scenario and criterion the best route.

        Returns
        -------
        pandas.DataFrame
            `scenario`, `routes` (size of the front), `best` (criterion; the status where there is no route), `route`
            (number from 1), the five values, `corridors`, `modes`.
        """
        import pandas as pd

        rows = []
        for name, outcome in self.outcomes.items():
            if outcome.front is None:
                rows.append({"scenario": name, "routes": 0, "best": outcome.status})
                continue
            values = outcome.front.values
            for criterion in self.shown:
                others = [c for c in values.columns if c != criterion]
                number = int(values.sort_values([criterion, *others], kind="stable").index[0])
                route = outcome.front[number]
                rows.append(
                    {"scenario": name, "routes": len(outcome.front), "best": criterion, "route": number + 1}
                    | {c: float(values.loc[number, c]) for c in values.columns}
                    | {"corridors": ", ".join(route.corridors), "modes": "-".join(route.modes)}
                )
        columns = ["scenario", "routes", "best", "route", "cost", "time", "distance", "risk", "emissions"]
        return pd.DataFrame(rows, columns=[*columns, "corridors", "modes"])

    def ways(self, scenario: str) -> dict[tuple[str, str], int]:
        """Ways of a front: the cheapest route (position) by corridors and modes; empty where there is no route."""
        front = self.outcomes[scenario].front
        found: dict[tuple[str, str], int] = {}
        for number, route in enumerate(front or ()):
            way = (", ".join(route.corridors), "-".join(route.modes))
            if way not in found or route.values["cost"] < front[found[way]].values["cost"]:  # type: ignore[index]
                found[way] = number
        return found

    def new_ways(self, name: str, base: str) -> list[tuple[float, float, tuple[str, str]]]:
        """Ways (USD, hours, corridors and modes) that one scenario's front has and another's has not, cheapest first.

        Empty where one of the two is not known whole: what a stopped or bounded search did not find may be there.
        """
        front, other = self.outcomes[name].front, self.ways(base)
        if front is None or not all(self.outcomes[one].is_whole for one in (base, name)):
            return []
        new = {way: front[i].values for way, i in self.ways(name).items() if way not in other}
        return sorted((values["cost"], values["time"], way) for way, values in new.items())

    def to_json(self) -> str:
        """Give all fronts in the schema `corridor-opt/comparison/1`."""
        from corridor_opt.results.tables import comparison_json, dumps

        return dumps(comparison_json(self))

    def save_map(self, path: str | Path) -> Path:
        """Write a map with one group of routes a scenario: one HTML file that needs no network."""
        from corridor_opt.results.map_document import map_document
        from corridor_opt.results.maps import save_map

        return save_map(path, map_document([(name, o.front, o.reason) for name, o in self.outcomes.items()]))

    def save_report(self, path: str | Path, *, title: str | None = None) -> Path:
        """Write a report that stands by itself: the best under each scenario, and what holds up across them.

        Parameters
        ----------
        path
            Where; `.html` (prints to A4 pages), `.md` or `.xlsx`. An old file stays if writing fails.
        title
            Instead of the names of the two places.

        Raises
        ------
        DataError
            The format is unknown, the file cannot be written, or no scenario has a route.
        MissingExtraError
            A spreadsheet needs openpyxl.
        """
        from corridor_opt.results.report.files import save_report
        from corridor_opt.results.report.of_comparison import comparison_report

        return save_report(path, lambda: comparison_report(self, title))

    def plot(self, *, across: int = 2, most: int = 3) -> Any:
        """Draw a small map for each scenario by matplotlib. Needs the extra `maps`.

        Parameters
        ----------
        across
            Maps beside one another.
        most
            Routes on each: the best by each criterion, in the order of the criteria.

        Returns
        -------
        numpy.ndarray
            Axes, of shape (rows, across).

        Raises
        ------
        MissingExtraError
            matplotlib is missing.
        """
        from corridor_opt.results.drawing.plotting import plot_comparison

        return plot_comparison(self, across=across, most=most)

    def __str__(self) -> str:
        """Give a table that a person can read in 100 columns."""
        from corridor_opt.results.text import comparison_text

        return comparison_text(self)

    def _repr_html_(self) -> str:
        """Give a table for a notebook."""
        from corridor_opt.results.notebook import comparison_html

        return comparison_html(self)
