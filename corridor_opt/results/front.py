"""The Pareto front: the routes that no other route beats in all criteria."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.criteria import CRITERIA, STANDARD
from corridor_opt.model.geography import link_lines
from corridor_opt.model.network import Network
from corridor_opt.results.route import Route

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Best:
    """The best of each criterion by itself.

    Parameters
    ----------
    network
        With its scenario applied.
    values
        The least there is of each criterion, in its unit.
    front
        Gives the front of one route that is best by a criterion.
    """

    network: Network
    values: Mapping[str, float]
    front: Callable[[str], Front] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Front(Sequence[Route]):
    """Routes sorted by the first criterion; a sequence of `Route`.

    Parameters
    ----------
    head
        What was asked: network, prices, origin, destination, scenario, shipment and restrictions.
    criteria
        Names of the searched criteria.
    status
        `complete`, or `limit` when the search stopped early: routes found belong to the front, some may be missing.
    reason
        What stopped it early: `labels`, `bytes`, `seconds` or `interrupt`; None when complete.
    proven
        Of a front that stopped early: up to this value of one criterion nothing is missing. None when complete.
    network
        The network with its scenario applied.
    steps
        One row a step of every route, one column a criterion, with sources and confidence.
    causes
        What may happen on each route, a row each: `route`, `cause`, `title`, `why`, `nepers`, `hours` (of expected
        delay).
    notices
        For each route what a planner has to be told.
    compliance
        For each route what it touches of the compliance profiles, a dict a rule; empty without profiles.
    touched
        What the scenario changed, one line a disruption.
    labels
        Partial routes the search extended.
    eps
        Of a bounded search: some route here is at most (1 + eps) times as bad, in every criterion searched, as any that
        there is. None where the front is exact.
    ask
        Answers a question anew: `corridor_opt.studies.routes.Asking`. None where a front was made by hand.
    words
        The planner's own words: arguments of `ask` that bring this front again.
    extras
        Positions of routes that are not of the front but stand beside it: by another corridor, and almost as good
        (`find_routes(..., slack=0.05)`). They come after the routes of the front.
    slack
        Of such a search: `share`, and `incomplete`, the corridors whose search stopped before all was found. None else.
    """

    head: Mapping[str, Any]
    criteria: tuple[str, ...]
    status: str
    reason: str | None
    proven: Mapping[str, float] | None
    network: Network = field(repr=False)
    steps: pd.DataFrame = field(repr=False)
    causes: pd.DataFrame = field(repr=False)
    notices: Sequence[list[str]] = field(repr=False)
    touched: tuple[str, ...] = field(repr=False, default=())
    compliance: Sequence[list[dict[str, Any]]] = field(repr=False, default=())
    labels: int = 0
    eps: float | None = None
    ask: Any = field(repr=False, default=None)
    words: Mapping[str, Any] = field(repr=False, default_factory=dict)
    extras: frozenset[int] = frozenset()
    slack: Mapping[str, Any] | None = None

    def __len__(self) -> int:
        """Count the routes."""
        return len(self.notices)

    def __getitem__(self, number: Any) -> Any:
        """Give a route by its position, from 0."""
        if isinstance(number, slice):
            return [self._routes[i] for i in range(*number.indices(len(self)))]
        return self._routes[number]

    def __iter__(self) -> Iterator[Route]:
        """Go through the routes."""
        return iter(self._routes)

    @functools.cached_property
    def _routes(self) -> list[Route]:
        return [Route(self, number) for number in range(len(self))]

    def rows(self, route: int) -> list[dict[str, Any]]:
        """Steps of a route as dicts, with their row in `steps` as `step`."""
        first, names, columns = self._columns
        begin, end = first[route], first[route + 1]
        cells = zip(*(column[begin:end] for column in columns), strict=True)
        return [dict(zip(names, row, strict=True)) for row in cells]

    @functools.cached_property
    def _columns(self) -> tuple[list[int], list[str], list[list[Any]]]:
        """Where each route begins in `steps`, and the cells of some of its columns."""
        names = ["route", "kind", "mode", "from", "to", "id", "corridors", "chokepoints", *CRITERIA]
        first = np.searchsorted(self.steps["route"].to_numpy(), np.arange(len(self) + 1))
        columns = [self.steps[name].tolist() for name in names]
        return first.tolist(), [*names, "step"], [*columns, self.steps.index.tolist()]

    @functools.cached_property
    def nepers(self) -> list[dict[str, float]]:
        """Causes of closure of each route, with their nepers."""
        found: list[dict[str, float]] = [{} for _ in range(len(self))]
        for route, cause, amount in self.causes[["route", "cause", "nepers"]].itertuples(index=False):
            found[route][cause] = found[route].get(cause, 0.0) + amount
        return found

    @functools.cached_property
    def lines(self) -> dict[str, list[tuple[float, float]]]:
        """Points of every link from its first node to its second, longitude first."""
        return link_lines(self.network)

    @functools.cached_property
    def drawn(self) -> dict[str, list[tuple[float, float]]]:
        """Points of the links that a map of this front draws, see `results.shown`."""
        from corridor_opt.results.shown import shown_rows, used_rows

        return link_lines(self.network, shown_rows(self.network, "links", used_rows(self)))

    @functools.cached_property
    def values(self) -> pd.DataFrame:
        """The standard criteria of each route: USD, h, km, probability, kg CO2e; the hours of delay if searched."""
        names = [name for name in CRITERIA if name in STANDARD or name in self.criteria]
        sums = self.steps.groupby("route")[names].sum().reindex(range(len(self)), fill_value=0.0).round(9)
        sums.index.name = "route"
        sums["risk"] = -np.expm1(-sums["risk"])
        return sums

    def rank(
        self, weights: Mapping[str, float] | Sequence[str] | None = None, *, method: str = "weighted"
    ) -> pd.DataFrame:
        """Order the routes by a planner's preferences; the front itself stays as it is.

        Parameters
        ----------
        weights
            Weight of each criterion (`weighted`, `topsis`), or criteria in order of importance (`lexicographic`). The
            searched criteria with equal weight when None.
        method
            `weighted`, `topsis`, `lexicographic` or `knee`: see `corridor_opt.results.rank.rank`.

        Returns
        -------
        pandas.DataFrame
            One row a route, best first: `route` (position in the front), `score`, the values.
        """
        from corridor_opt.results.rank import rank

        return rank(self, weights, method)

    def again(self, **changes: Any) -> Front:
        """Ask the same question with some words changed.

        Parameters
        ----------
        **changes
            Arguments of `corridor_opt.find_routes` that are to be others, such as `scenario="hormuz-closed"`; `also`:
            scenarios stacked on top of those asked.

        Raises
        ------
        DataError
            The front does not know its question, or a word is wrong.
        NoRouteError, SearchLimitError
            As `corridor_opt.find_routes`.

        Examples
        --------
        >>> import corridor_opt as co
        >>> front = co.find_routes(co.load_network(), "Mumbai", "Moscow", criteria=("cost", "time"))
        >>> [len(front.again(criteria=["time"], also="hormuz-closed")), front.again(criteria=["cost"]).criteria]
        [1, ('cost',)]
        """
        return self.ask(**self._words(changes))

    def best_again(self, criteria: Sequence[str], **changes: Any) -> Best:
        """Ask for the best route of each criterion alone, exactly, with some words changed as in `again`."""
        found: Best = self.ask.best(**{**self._words(changes), "criteria": criteria})
        return found

    def _words(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Words of the question with some changed."""
        if self.ask is None:
            raise DataError("this front was made by hand: it does not know what was asked")
        known = [*self.words, "progress", "also"]
        faults = [
            f"a question has no word '{name}'{did_you_mean(name, known)}" for name in changes if name not in known
        ]
        if faults:
            raise DataError("the question cannot be asked again", faults)
        words = {**self.words, **changes}
        if also := words.pop("also", None):
            words["scenario"] = [*_several(words["scenario"]), *_several(also)]
        return words

    def to_frame(self) -> pd.DataFrame:
        """One row a leg: route number (from 1), the leg's fields and values with units in their names."""
        from corridor_opt.results.tables import leg_frame

        return leg_frame(self)

    def to_geodataframe(self) -> Any:
        """Give the legs with their lines as a `geopandas.GeoDataFrame` (EPSG:4326)."""
        from corridor_opt.results.tables import leg_geoframe

        return leg_geoframe(self)

    def to_json(self) -> str:
        """Give the front in the schema `corridor-opt/front/1`."""
        from corridor_opt.results.tables import dumps, front_json

        return dumps(front_json(self))

    def save_map(self, path: str | Path) -> Path:
        """Write a map: one HTML file that needs no network. An old file stays if writing fails."""
        from corridor_opt.results.map_document import map_document
        from corridor_opt.results.maps import save_map

        return save_map(path, map_document([(("+".join(self.head["scenario"])), self, "")]))

    def plot(
        self,
        ax: Any = None,
        *,
        routes: Sequence[int] | None = None,
        network: bool = True,
        names: bool = True,
        legend: bool = True,
        title: str | None = None,
    ) -> Any:
        """Draw routes on a map by matplotlib: vectors, for a paper. Needs the extra `maps`.

        Where several routes share a stretch they lie over one another as bands.

        Parameters
        ----------
        ax
            Axes to draw into; new ones when None.
        routes
            Positions of the routes, from 0; the best of each criterion, the knee and others, seven at most, when None.
        network
            Whether to draw all open links faintly.
        names
            Whether to name the ends and the places where the load changes mode.
        legend
            Whether to list the routes with their values below the map.
        title
            The question when None.

        Returns
        -------
        matplotlib.axes.Axes
            `ax.figure.savefig("front.pdf")` writes it.

        Raises
        ------
        MissingExtraError
            matplotlib is missing.
        DataError
            There is no such route.
        """
        from corridor_opt.results.drawing.plotting import plot_front

        return plot_front(self, ax, routes=routes, network=network, names=names, legend=legend, title=title)

    def explore(self, *, routes: Sequence[int] | None = None, **options: Any) -> Any:
        """Put routes on a map of the web that can be moved, by geopandas and folium; tiles come from the network.

        Needs the extra `maps`. `save_map` writes a map that needs no network.

        Parameters
        ----------
        routes
            Positions of the routes, from 0; the best of each criterion, the knee and others, seven at most, when None.
        **options
            Of `geopandas.GeoDataFrame.explore`, such as `tiles`.

        Returns
        -------
        folium.Map
            A line a haul, in the colour of its route; its values show where the pointer is.

        Raises
        ------
        MissingExtraError
            folium, matplotlib or mapclassify is missing.
        """
        from corridor_opt.results.drawing.plotting import explore_front

        return explore_front(self, routes=routes, **options)

    def save_report(
        self,
        path: str | Path,
        *,
        title: str | None = None,
        scenarios: Sequence[str] | None = None,
        weights: Mapping[str, float] | Sequence[str] | None = None,
        method: str = "knee",
    ) -> Path:
        """Write a report that stands by itself: what was asked, what to choose and why, and what it rests on.

        Parameters
        ----------
        path
            Where; `.html` (prints to A4 pages), `.md` or `.xlsx`. An old file stays if writing fails.
        title
            Instead of the names of the two places.
        scenarios
            What to look at beside what was asked, each stacked on top of it: every shipped scenario that could change
            the answer when None, none when empty. Each is searched again.
        weights, method
            How to choose the route to recommend, see `rank`: that of the knee if not said otherwise.

        Raises
        ------
        DataError, ScenarioError
            The format is unknown, the file cannot be written, a scenario or a weight is wrong.
        MissingExtraError
            A spreadsheet needs openpyxl.
        """
        from corridor_opt.results.report.files import save_report
        from corridor_opt.results.report.of_front import front_report

        return save_report(
            path, lambda: front_report(self, title=title, scenarios=scenarios, weights=weights, method=method)
        )

    def picture(self, routes: Sequence[int] | None = None) -> str:
        """Give a map as SVG, light on white: routes (positions; the representatives when None) on the network."""
        from corridor_opt.results.drawing.picture import picture

        return picture(self, routes)

    def __str__(self) -> str:
        """Give a table that a person can read in 100 columns."""
        from corridor_opt.results.text import front_text

        return front_text(self)

    def _repr_html_(self) -> str:
        """Give a table for a notebook."""
        from corridor_opt.results.notebook import front_html

        return front_html(self)


def _several(scenario: Any) -> list[Any]:
    """One scenario or several, as a list."""
    return list(scenario) if isinstance(scenario, (list, tuple)) else [scenario]
