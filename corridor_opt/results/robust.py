"""Routes under hazards: what they come to in many worlds, which none beats, which to plan on, and why."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.ensemble import Ensemble
from corridor_opt.results.front import Front
from corridor_opt.results.measures import (
    QUANTITIES,
    RULE,
    amount,
    beaten,
    check_measures,
    cvar,
    generalised,
    measure,
    measured,
    quantities,
)
from corridor_opt.results.route import Route

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Recommendation:
    """A route to plan on.

    Parameters
    ----------
    route
        Its position among the robust routes, from 0.
    rule
        The measure that it is least in.
    reason
        A sentence with the numbers.
    """

    route: int
    rule: str
    reason: str


@dataclass(frozen=True, eq=False)
class Robust(Sequence[Route]):
    """Robust routes in the order of their mean cost; a sequence of `Route`.

    Parameters
    ----------
    front
        The routes as planned, without hazards.
    outcome
        What each comes to in each world under the policies `detour` and `wait`: USD and hours, of shape (worlds,
        routes, 2).
    broken
        Whether a closure lies on the planned route, of shape (worlds, routes).
    least
        Best of each world with foresight: USD, hours, USD of both together, of shape (worlds, 3).
    worlds
        The worlds and their probabilities.
    met
        Which hazards lie on each route, of shape (routes, hazards).
    closed
        Whether links of a route are closed in a scenario, of shape (routes, scenarios).
    policy
        `detour` or `wait`: what the measures are of.
    usd_per_day
        What a day was taken to be worth.
    deadline
        Hours, or None.
    measures
        What routes were compared by.
    candidates
        Routes compared.
    expected
        Generalised cost by what a shipper knows: see `value_of_information`.
    """

    front: Front
    outcome: dict[str, NDArray[np.float64]] = field(repr=False)
    broken: NDArray[np.bool_] = field(repr=False)
    least: NDArray[np.float64] = field(repr=False)
    worlds: Ensemble = field(repr=False)
    met: NDArray[np.bool_] = field(repr=False)
    closed: NDArray[np.bool_] = field(repr=False)
    policy: str
    usd_per_day: float
    deadline: float | None
    measures: tuple[str, ...]
    candidates: int
    expected: dict[str, tuple[float, float, float]] = field(repr=False)

    @classmethod
    def choose(
        cls,
        *,
        front: Callable[[Sequence[int]], Front],
        outcome: dict[str, NDArray[np.float64]],
        broken: NDArray[np.bool_],
        least: NDArray[np.float64],
        worlds: Ensemble,
        met: NDArray[np.bool_],
        closed: NDArray[np.bool_],
        policy: str,
        usd_per_day: float,
        deadline: float | None,
        measures: tuple[str, ...],
    ) -> Robust:
        """Keep the candidates that no other beats in all measures, and the one to recommend.

        Of equals the one that is broken less often: nobody plans on what is closed for certain to turn away from it.
        """
        weight = worlds.weight
        order = np.argsort((weight @ broken).round(9), kind="stable")
        outcome = {name: value[:, order] for name, value in outcome.items()}
        broken, met, closed = broken[:, order], met[order], closed[order]
        frame = measured(outcome[policy], broken, least, weight, usd_per_day, deadline)
        # rounded, so that what differs by the noise of adding up is the same
        values = frame[list(measures)].round(6).to_numpy(float)
        kept = [i for i in range(len(values)) if not beaten(values, i)]
        best = int(frame[RULE].round(6).argmin())
        chosen = sorted({*kept, best}, key=lambda i: (frame["cost.mean"][i], frame["time.mean"][i], i))
        together = {name: generalised(value, usd_per_day) for name, value in outcome.items()}
        expected = {}
        for name, policy_of in (("commit", "wait"), ("re-route", "detour")):
            mean = weight @ together[policy_of]
            at = int(np.argmin(mean))
            usd, hours = (float(x) for x in weight @ outcome[policy_of][:, at])
            expected[name] = (float(mean[at]), usd, hours)
        expected["foresight"] = (float(weight @ least[:, 2]), float("nan"), float("nan"))
        return cls(
            front(order[chosen].tolist()),
            {name: value[:, chosen] for name, value in outcome.items()},
            broken[:, chosen],
            least,
            worlds,
            met[chosen],
            closed[chosen],
            policy,
            usd_per_day,
            deadline,
            measures,
            len(values),
            expected,
        )

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
    def under_hazards(self) -> pd.DataFrame:
        """Measures of each route: `cost.mean`, `time.cvar_90`, `generalised.regret_max`, ..., `unbroken`, `on_time`.

        Of `cost` (USD), `time` (h) and `generalised` cost (USD, hours at `usd_per_day`): mean, sd, cvar_90, cvar_95
        (mean of the worst tenth and twentieth), worst, regret_max and regret_mean (against the best of each world).
        `broken` and `unbroken`: the probabilities that a closure lies on the planned route, or none; `late` and
        `on_time`: those of the deadline.
        """
        value = self.outcome[self.policy]
        return measured(value, self.broken, self.least, self.worlds.weight, self.usd_per_day, self.deadline)

    def cvar(self, quantity: str, alpha: float) -> NDArray[np.float64]:
        """Mean of `cost`, `time` or `generalised` cost over the worst share 1 - alpha of the worlds, for each route.

        Raises
        ------
        DataError
            No such quantity, or alpha is not between 0 and 1.
        """
        if quantity not in QUANTITIES:
            raise DataError(f"no quantity '{quantity}'{did_you_mean(str(quantity), QUANTITIES)}")
        values = quantities(self.outcome[self.policy], self.usd_per_day)
        return cvar(values[quantity], self.worlds.weight, alpha)

    def recommend(self, rule: str = RULE) -> Recommendation:
        """Recommend the route that is least in one measure.

        Parameters
        ----------
        rule
            A measure, such as `generalised.mean`, `generalised.cvar_90`, `generalised.regret_max` or `broken`.

        Raises
        ------
        DataError
            There is no such measure.
        """
        faults = check_measures([rule])
        if rule == "late" and self.deadline is None:
            faults.append("late: no deadline was given")
        if faults:
            raise DataError("no route can be recommended", faults)
        column = self.under_hazards[rule].round(6)
        keys = [self.under_hazards["cost.mean"], self.under_hazards["broken"].round(9), column]
        order = np.lexsort([np.arange(len(column)), *keys])
        best = int(order[0])
        said = f"least {measure(rule)}: {amount(rule, float(column.iloc[best]))}"
        if len(order) > 1:
            next_one = int(order[1])
            said += f"; next is route {next_one + 1} with {amount(rule, float(column.iloc[next_one]))}"
        if rule.startswith("generalised"):
            said += f" (money, and time at {self.usd_per_day:,.0f} USD a day)"
        others = []
        for other in ("generalised.cvar_90", "generalised.regret_max", "broken"):
            column = self.under_hazards[other].round(6)
            if other != rule and column.min() < column[best]:
                others.append(f"{measure(other)} is least on route {int(column.argmin()) + 1}")
        said += f". {'; '.join(others).capitalize()}." if others else "."
        return Recommendation(best, rule, said)

    @functools.cached_property
    def recommendation(self) -> Recommendation:
        """The route of least mean generalised cost."""
        return self.recommend()

    @functools.cached_property
    def breaks(self) -> list[list[tuple[str, float]]]:
        """Closures on each route with their probabilities, most likely first, and scenarios in which it is closed."""
        worlds = self.worlds
        chance = {h.name: h.chance(worlds.month) for h in worlds.hazards if h.close}
        names = (*worlds.hazards.names, *worlds.scenarios)
        chances = [chance.get(name, 0.0) for name in worlds.hazards.names] + list(worlds.scenario_weight)
        found = [
            [(n, p) for n, p, on in zip(names, chances, (*row, *shut), strict=True) if on and p > 0]
            for row, shut in zip(self.met, self.closed, strict=True)
        ]
        return [sorted(one, key=lambda pair: (-pair[1], pair[0])) for one in found]

    @functools.cached_property
    def value_of_information(self) -> dict[str, Any]:
        """What it is worth to know, and to turn away on the road.

        Expected generalised cost (USD) of committing now to the best single route and waiting closures out
        (`commit`), of setting out on the best route and re-routing when a closure becomes known at the node before it
        (`re-route`), and of choosing after all news (`foresight`). `flexibility` is what re-routing saves, `news` what
        choosing after all news saves, in USD and in the days that these USD are worth.
        """
        total = {name: one[0] for name, one in self.expected.items()}
        told: dict[str, Any] = {name: {"usd": round(total[name], 2)} for name in total}
        for name in ("commit", "re-route"):
            told[name] |= {"cost": round(self.expected[name][1], 2), "time": round(self.expected[name][2], 2)}
        for name, less in (("flexibility", "re-route"), ("news", "foresight")):
            usd = total["commit"] - total[less]
            told[name] = {"usd": round(usd, 2), "days": round(usd / self.usd_per_day, 3) if self.usd_per_day else None}
        return told

    def to_frame(self) -> pd.DataFrame:
        """One row a route: number from 1, its way, its measures."""
        from corridor_opt.results.text import route_way

        frame = self.under_hazards.copy()
        frame.insert(0, "way", [route_way(route) for route in self.front])
        frame.insert(0, "route", range(1, len(self) + 1))
        return frame

    def to_json(self) -> str:
        """Give the routes in the schema `corridor-opt/robust/1`: a front, with `under_hazards` beside each route."""
        from corridor_opt.results.robust_tables import robust_json
        from corridor_opt.results.tables import dumps

        return dumps(robust_json(self))

    def save_map(self, path: Any) -> Any:
        """Write a map of the routes: one HTML file that needs no network."""
        return self.front.save_map(path)

    def save_report(self, path: Any, *, title: str | None = None) -> Any:
        """Write a report that stands by itself: which route to plan on, what breaks each, what news is worth.

        Parameters
        ----------
        path
            Where; `.html` (prints to A4 pages), `.md` or `.xlsx`. An old file stays if writing fails.
        title
            Instead of the names of the two places.

        Raises
        ------
        DataError
            The format is unknown or the file cannot be written.
        MissingExtraError
            A spreadsheet needs openpyxl.
        """
        from corridor_opt.results.report.files import save_report
        from corridor_opt.results.report.of_robust import robust_report

        return save_report(path, lambda: robust_report(self, title))

    def __str__(self) -> str:
        """Give a table that a person can read in 100 columns."""
        from corridor_opt.results.robust_tables import robust_text

        return robust_text(self)

    def _repr_html_(self) -> str:
        """Give a table for a notebook."""
        from corridor_opt.results.notebook import robust_html

        return robust_html(self)
