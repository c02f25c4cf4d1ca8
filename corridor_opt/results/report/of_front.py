"""What stands in the report of a front: gathered once, as sections of plain text and as rows of plain numbers."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.results.command import Command, routes_command
from corridor_opt.results.drawing.chart import chart
from corridor_opt.results.drawing.picture import highlights, picture
from corridor_opt.results.rank import preferences
from corridor_opt.results.report.changes import risks_section, scenarios_section, sensitivity_section
from corridor_opt.results.report.numbers import Numbers
from corridor_opt.results.report.parts import Items, Part, Picture, Report, Section, Sheet, Terms, Text, table
from corridor_opt.results.report.rows import (
    legs_sheet,
    pairs_sheet,
    risks_sheet,
    routes_sheet,
    scenarios_sheet,
    sensitivity_sheet,
    sources_sheets,
)
from corridor_opt.results.report.scenarios import Changes, scenario_changes
from corridor_opt.results.report.sections import (
    leg_section,
    reproduce,
    say_signed,
    sources_section,
)
from corridor_opt.results.report.words import (
    WORDS,
    amount,
    assumptions,
    listed,
    question,
    spoken,
    standing,
    versions,
)
from corridor_opt.results.sensitivity import Sensitivities, Sensitivity
from corridor_opt.results.text import BEST, representatives, route_way

if TYPE_CHECKING:
    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Route

RULES = {
    "knee": "nearest to the ideal point, the least of each criterion (values scaled to the range of the front)",
    "weighted": "least weighted sum of values scaled to the range of the front",
    "topsis": "nearest to the best and farthest from the worst of the front (TOPSIS)",
    "lexicographic": "best in the most important criterion, ties broken by the next",
}


class FrontReport:
    """The parts of a report on a front.

    Parameters
    ----------
    front
        At least one route.
    title, scenarios, weights, method
        As in `Front.save_report`.

    Raises
    ------
    DataError, ScenarioError
        A scenario or a weight is wrong, or there is no route.
    """

    def __init__(
        self,
        front: Front,
        title: str | None = None,
        scenarios: Sequence[Any] | None = None,
        weights: Mapping[str, float] | Sequence[str] | None = None,
        method: str = "knee",
    ) -> None:
        if not len(front):
            raise DataError("a report needs a front with routes")
        self.front, self.method = front, method
        self.is_chosen = weights is not None or method != "knee"  # by the reader, not by default
        self.weights = preferences(front.criteria, weights, method)
        self.title = title or f"{front.head['origin']['name']} to {front.head['destination']['name']}"
        self.scenarios = scenarios
        self.ranking = Sensitivities(front, weights, method)
        self.best = self.ranking.best
        extras = sorted(getattr(front, "extras", ()))
        self.shown = sorted({*representatives(front), self.best, *extras[:5]})
        self.pictured = highlights(front, [self.best])

    @functools.cached_property
    def changes(self) -> Changes:
        """What changes under each scenario."""
        return scenario_changes(self.front, self.best, self.scenarios)

    @functools.cached_property
    def sensitivities(self) -> list[Sensitivity]:
        """The numbers that move the choice most."""
        return self.ranking.most()

    @functools.cached_property
    def numbers(self) -> Numbers:
        """Every number that the shown routes rest on."""
        return Numbers(self.front, self.shown)

    @functools.cached_property
    def command(self) -> Command:
        """How to ask again."""
        return routes_command(self.front, self.weights if self.is_chosen else None, self.method)

    def report(self) -> Report:
        """Put all together."""
        front, head = self.front, self.front.head
        subtitle = f"{' + '.join(head['scenario'])}, as of {head['network']['as_of']}, prices of {head['prices']}"
        sections = [
            Section("question", "The question", (Terms(tuple(question(self.front))),)),
            self._recommendation(),
            self._front(),
            self._map(),
            self._chart(),
            scenarios_section(front, self.changes, self.best),
            risks_section(front, self.shown),
            sensitivity_section(self.sensitivities, self.best, len(self.ranking.numbers)),
            self._routes(),
            self._assumptions(),
            self._sources(),
            reproduce(self.front, self.command),
        ]
        return Report(self.title, subtitle, tuple(sections), self._sheets(), front.head["shipment"]["teu"])

    def _recommendation(self) -> Section:
        front, best = self.front, self.best
        route = front[best]
        values = spoken(route.values)
        lead = f"Route {best + 1}: {route_way(route)}; {values}."
        weights = ", ".join(f"{WORDS[name]} {weight:g}" for name, weight in self.weights.items())
        reason = f"Chosen as the one that is {RULES[self.method]}; weights: {weights}. "
        if len(front) == 1:
            reason = "It is the only route that no other beats in every criterion searched. "
        chosen: dict[int, list[str]] = {best: ["recommended"]}
        for c in front.criteria:
            chosen.setdefault(int(front.values[c].idxmin()), []).append(BEST.get(c, c))
        others = [self._traded(number, words) for number, words in chosen.items() if number != best]
        if others:
            reason += f"{' '.join(others)} A rule cannot know what these are worth to you: give it your own weights."
        rows = []
        for number, words in chosen.items():
            apart = [self._apart(name, front[number], route) for name in front.criteria]
            rows.append([", ".join(words), str(number + 1), *apart, route_way(front[number])])
        head = ["choice", "route", *(f"{WORDS[c]} (against route {best + 1})" for c in front.criteria), "way"]
        right = range(1, 2 + len(front.criteria))
        parts: list[Part] = [Text(lead, "lead"), Text(reason)]
        parts.append(table("The recommended route and the best of each criterion", head, rows, right, marked=[0]))
        parts += [Text(notice, "warning") for notice in route.notices]
        return Section("recommendation", "Recommendation", tuple(parts))

    def _traded(self, number: int, words: Sequence[str]) -> str:
        """Say what the recommended route gains against another, and what it gives away."""
        values, best = self.front[number].values, self.front[self.best].values
        change = {c: best[c] - values[c] for c in self.front.criteria}
        gains = [f"{say_signed(c, -x).lstrip('+')} of {WORDS[c]}" for c, x in change.items() if x < 0]
        gives = [f"{say_signed(c, x).lstrip('+')} of {WORDS[c]}" for c, x in change.items() if x > 0]
        said = f"Against the {' and '.join(words)} (route {number + 1}) it saves {' and '.join(gains) or 'nothing'}"
        return f"{said} and takes {' and '.join(gives) or 'nothing'} more."

    def _apart(self, name: str, one: Route, base: Route) -> str:
        value, change = one.values[name], one.values[name] - base.values[name]
        if one.number == base.number:
            return amount(name, value)
        return f"{amount(name, value)} ({say_signed(name, change)})"

    def _front(self) -> Section:
        front = self.front
        more = ["delay"] if "delay" in front.criteria else []
        head = [
            "route",
            "USD",
            "days",
            "km",
            "risk",
            "kg CO2e",
            *(["delay, h"] if more else []),
            "way (modes; borders)",
        ]
        rows = []
        extras: frozenset[int] = getattr(front, "extras", frozenset())
        for number in self.shown:
            route, v = front[number], front[number].values
            cells = [f"{v['cost']:,.2f}", f"{v['time'] / 24:,.2f}", f"{v['distance']:,.0f}", f"{v['risk']:.2%}"]
            cells += [f"{v['emissions']:,.0f}", *(f"{v['delay']:,.1f}" for _ in more)]
            name = f"{number + 1} (within the slack)" if number in extras else str(number + 1)
            rows.append([name, *cells, route_way(route)])
        marked = [self.shown.index(self.best)]
        count = len(front) - len(extras)
        said = f"{count} route{'s' if count != 1 else ''}: none is beaten by another in every criterion searched."
        if extras:
            said += f" {len(extras)} more lie within the slack asked for and differ in corridor; they are marked."
        parts: list[Part] = [Text(said)]
        if len(self.shown) < len(front):
            parts.append(
                Text(
                    f"Shown are {len(self.shown)}: the recommended one, the best of each criterion, the knee and the "
                    f"cheapest of each way. All {len(front)} stand in the JSON and CSV of the command below, on the "
                    "interactive map and in the spreadsheet (.xlsx) of this report.",
                    "note",
                )
            )
        parts.append(
            table(
                "Routes of the front; the recommended one is marked", head, rows, range(1, len(head) - 1), marked=marked
            )
        )
        return Section("front", "The front", tuple(parts))

    def _map(self) -> Section:
        drawn = picture(self.front, self.pictured, [i for i in self.shown if i not in self.pictured])
        words = f"Map: routes {listed(str(i + 1) for i in self.pictured)} in colour, the other routes shown in grey."
        return Section(
            "map", "Map", (Picture(drawn, words, "Routes in colour; the other routes of the table in grey."),)
        )

    def _chart(self) -> Section:
        if len(self.front) < 2:
            return Section("trade-off", "Trade-off", (Text("There is one route alone: nothing to trade."),))
        words = "Chart: every route of the front by the first two criteria; numbers stand in the tables."
        caption = "Every route of the front; those of the map in colour, the recommended one with a ring."
        return Section(
            "trade-off", "Trade-off", (Picture(chart(self.front, self.pictured, self.best), words, caption),)
        )

    def _routes(self) -> Section:
        inside = [leg_section(self.front, number, number == self.best) for number in self.shown]
        text = Text(
            "Money, hours, kilometres and emissions of a route are the sums of its legs, waiting and dwell included."
        )
        return Section("routes", "The routes leg by leg", (text,), tuple(inside))

    def _assumptions(self) -> Section:
        return Section(
            "assumptions",
            "Assumptions",
            (
                Terms(tuple(assumptions(self.front))),
                Text(f"What stands at the vantage point {self.front.head['network']['as_of']}:"),
                Items(tuple(standing(self.front))),
            ),
        )

    def _sources(self) -> Section:
        return sources_section(self.numbers)

    def _sheets(self) -> tuple[Sheet, ...]:
        front = self.front
        pairs = [*question(front), *assumptions(front), *versions(front), ("Command", str(self.command))]
        return (
            pairs_sheet(pairs),
            routes_sheet(front, self.best),
            legs_sheet(front, self.shown),
            risks_sheet(front, self.shown),
            scenarios_sheet(self.changes),
            sensitivity_sheet(self.sensitivities, front.criteria),
            *sources_sheets(self.numbers),
        )


def front_report(
    front: Front,
    title: str | None = None,
    scenarios: Sequence[Any] | None = None,
    weights: Mapping[str, float] | Sequence[str] | None = None,
    method: str = "knee",
) -> Report:
    """Gather the report of a front; parameters as in `Front.save_report`."""
    return FrontReport(front, title, scenarios, weights, method).report()
