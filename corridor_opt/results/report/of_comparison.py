"""What stands in the report of a comparison: the best under each scenario, and the routes that hold up across them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.results.command import compare_command
from corridor_opt.results.drawing.picture import highlights, picture
from corridor_opt.results.report.numbers import Numbers
from corridor_opt.results.report.parts import Items, Part, Picture, Report, Section, Sheet, Terms, Text, table
from corridor_opt.results.report.rows import OF, pairs_sheet, sources_sheets
from corridor_opt.results.report.scenarios import closed_on, values_under
from corridor_opt.results.report.sections import leg_section, reproduce, sources_section
from corridor_opt.results.report.words import (
    WORDS,
    amount,
    anchor,
    assumptions,
    listed,
    question,
    short,
    spoken,
    standing,
    versions,
)
from corridor_opt.results.text import BEST, route_way

if TYPE_CHECKING:
    from corridor_opt.results.comparison import Comparison
    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Route

MOST = 5  # ways named
MAPS = 3  # each takes a few hundred kB


@dataclass(frozen=True)
class Held:
    """A route followed through all scenarios.

    Parameters
    ----------
    scenario, route
        Where it comes from.
    values
        Its values by scenario; None where it is cut.
    cut_by
        What cuts it, by scenario.
    """

    scenario: str
    route: Route
    values: dict[str, dict[str, float] | None]
    cut_by: dict[str, tuple[str, ...]]

    @property
    def is_open(self) -> int:
        """In how many scenarios it can be used."""
        return sum(values is not None for values in self.values.values())


class ComparisonReport:
    """The parts of a report on a comparison.

    Parameters
    ----------
    comparison
        At least one of its scenarios has a front.
    title
        Instead of the names of the places.

    Raises
    ------
    DataError
        No scenario has a route.
    """

    def __init__(self, comparison: Comparison, title: str | None = None) -> None:
        self.comparison = comparison
        self.fronts: dict[str, Front] = {
            name: one.front for name, one in comparison.outcomes.items() if one.front is not None and len(one.front)
        }
        if not self.fronts:
            raise DataError("a report needs a route under one scenario at least; the reasons stand in the comparison")
        self.first = next(iter(self.fronts.values()))
        head = self.first.head
        self.title = (
            title
            or f"{head['origin']['name']} to {head['destination']['name']} under {len(comparison.outcomes)} scenarios"
        )

    @functools.cached_property
    def held(self) -> list[Held]:
        """The knee and the best of each criterion of every scenario, followed through all; what holds up best first."""
        candidates: dict[tuple[Any, ...], tuple[str, Route]] = {}
        for name, front in self.fronts.items():
            knee = int(front.rank(method="knee")["route"].iloc[0])
            for number in dict.fromkeys([knee, *(int(front.values[c].idxmin()) for c in self.comparison.shown)]):
                route = front[number]
                candidates.setdefault(tuple(route.steps["element"]), (name, route))
        found = []
        for name, route in candidates.values():
            values: dict[str, dict[str, float] | None] = {}
            cut_by = {}
            for scenario, front in self.fronts.items():
                cut_by[scenario] = closed_on(route, front.network)
                values[scenario] = None if cut_by[scenario] else values_under(route, front.network)
            found.append(Held(name, route, values, cut_by))
        return sorted(found, key=lambda one: (-one.is_open, self.regret(one), one.route.values["cost"]))

    def regret(self, held: Held) -> float:
        """Greatest share by which a route is worse, in one criterion, than the least of a scenario it can be used in.

        Averaged over the criteria, so that none decides alone; the criteria are scaled by the least and the greatest
        of each scenario's front.
        """
        worst = 0.0
        for scenario, values in held.values.items():
            if values is None:
                continue
            table = self.fronts[scenario].values
            shares = []
            for c in self.comparison.shown:
                low, high = float(table[c].min()), float(table[c].max())
                shares.append((values[c] - low) / (high - low) if high - low > 1e-9 else 0.0)
            worst = max(worst, sum(shares) / len(shares))
        return worst

    def report(self) -> Report:
        """Put all together."""
        command = compare_command(self.comparison)
        numbers = Numbers(self.held[0].route.front, [self.held[0].route.number])
        pairs = [pair for pair in question(self.first) if pair[0] != "Scenario"]
        pairs.insert(3, ("Scenarios", ", ".join(self.comparison.outcomes)))
        sections = [
            Section("question", "The question", (Terms(tuple(pairs)),)),
            self._recommendation(),
            self._best(),
            self._changes(),
            *self._maps(),
            self._routes(),
            self._assumptions(),
            sources_section(numbers),
            reproduce(self.first, command),
        ]
        said = [*pairs, *assumptions(self.first), *versions(self.first), ("Command", str(command))]
        sheets = (pairs_sheet(said), self._best_sheet(), self._held_sheet(), *sources_sheets(numbers))
        head = self.first.head
        subtitle = f"as of {head['network']['as_of']}, prices of {head['prices']}"
        return Report(self.title, subtitle, tuple(sections), sheets, head["shipment"]["teu"])

    def _recommendation(self) -> Section:
        best, count = self.held[0], len(self.fronts)
        values = spoken(best.route.values)
        lead = f"{route_way(best.route)} (route {best.route.number + 1} of {best.scenario}): {values}."
        where = "all" if best.is_open == count else f"{best.is_open} of"
        reason = (
            f"It can be used in {where} {count} scenarios that have a route, and is there never worse than the best by "
            f"a greater share than {self.regret(best):.0%} of the front's span (mean of "
            f"{', '.join(self.comparison.shown)}). Compared are the knee and the best of each criterion of every "
            "scenario: first those that can be used in most, then those of least regret."
        )
        head = ["route", *self.fronts]
        rows = []
        for one in self.held:
            cells = []
            for scenario in self.fronts:
                found = one.values[scenario]
                cells.append(
                    f"cut: {listed(one.cut_by[scenario], 1)}"
                    if found is None
                    else ", ".join(amount(c, found[c]) for c in self.comparison.shown)
                )
            rows.append([f"{one.scenario}, route {one.route.number + 1}: {route_way(one.route)}", *cells])
        none = [name for name in self.comparison.outcomes if name not in self.fronts]
        parts: list[Part] = [Text(lead, "lead"), Text(reason)]
        parts.append(table("What holds up, best first", head, rows, marked=[0]))
        if none:
            parts.append(Text(f"No route under {', '.join(none)}: the reasons stand below.", "warning"))
        return Section("recommendation", "What holds up across scenarios", tuple(parts))

    def _best(self) -> Section:
        rows = []
        for record in self.comparison.to_frame().to_dict("records"):
            name = record["scenario"]
            if not record["routes"]:
                rows.append([name, "0", self.comparison.outcomes[name].status, *[""] * 6])
                continue
            cells = [f"{record['cost']:,.2f}", f"{record['time'] / 24:,.2f}", f"{record['distance']:,.0f}"]
            cells += [f"{record['risk']:.2%}", f"{record['emissions']:,.0f}"]
            route = self.fronts[name][int(record["route"]) - 1]
            best = f"{BEST.get(record['best'], record['best'])}, route {int(record['route'])}"
            rows.append([name, str(record["routes"]), best, *cells, route_way(route)])
        head = ["scenario", "routes", "best", "USD", "days", "km", "risk", "kg CO2e", "way"]
        parts: list[Part] = [
            table("The best route by each criterion under each scenario", head, rows, (1, 3, 4, 5, 6, 7))
        ]
        for name, outcome in self.comparison.outcomes.items():
            if outcome.front is None:
                parts.append(Text(f"{name}: {outcome.reason}", "warning"))
            elif outcome.status == "limit":
                parts.append(Text(f"{name}: the search stopped at its limit; routes may be missing.", "warning"))
        return Section("best", "The best under each scenario", tuple(parts))

    def _changes(self) -> Section:
        base, *others = self.comparison.outcomes
        parts: list[Part] = []
        for name in others:
            for word, one, other in (("brings", name, base), ("takes", base, name)):
                new = self.comparison.new_ways(one, other)
                said = tuple(
                    f"from {cost:,.0f} USD, {hours / 24:,.1f} days: {corridors or 'no corridor'} ({modes})"
                    for cost, hours, (corridors, modes) in new[:MOST]
                )
                more = f", {MOST} shown" if len(new) > MOST else ""
                if new:
                    parts.append(
                        Text(f"{name} {word} {len(new)} way{'s' if len(new) > 1 else ''}, cheapest first{more}:")
                    )
                    parts.append(Items(said))
        if not parts:
            parts = [Text("No scenario brings a way to the front or takes one from it, as far as is known.")]
        return Section("changes", f"Ways brought and taken, against {base}", tuple(parts))

    def _maps(self) -> list[Section]:
        made = []
        for name, front in list(self.fronts.items())[:MAPS]:
            words = f"Map of the routes under {name}"
            shown = highlights(front)
            said = f"Under {name}: the knee, the best of each criterion and the cheapest ways, of {len(front)} routes."
            made.append(Section(f"map-{anchor(name)}", f"Map: {name}", (Picture(picture(front, shown), words, said),)))
        rest = list(self.fronts)[MAPS:]
        if rest:
            note = Text(f"No map is drawn of {', '.join(rest)}: the interactive map (save_map) has them all.", "note")
            made.append(Section("more-maps", "More maps", (note,)))
        return made

    def _routes(self) -> Section:
        inside = []
        for one in self.held:
            section = leg_section(one.route.front, one.route.number, one is self.held[0], f"{anchor(one.scenario)}-")
            inside.append(Section(section.key, f"{one.scenario}: {section.title}", section.parts))
        text = Text("The routes of the first table, each as under the scenario that it comes from.")
        return Section("routes", "The routes leg by leg", (text,), tuple(inside))

    def _assumptions(self) -> Section:
        pairs = [pair for pair in assumptions(self.first) if pair[0] not in ("Scenario", "Status of the search")]
        for name, front in self.fronts.items():
            touched = "; ".join(short(line) for line in front.touched) or "nothing is changed"
            pairs.append((f"Scenario {name}", f"{touched}; search {front.status}"))
        stands = Text(f"What stands at the vantage point {self.first.head['network']['as_of']}:")
        return Section("assumptions", "Assumptions", (Terms(tuple(pairs)), stands, Items(tuple(standing(self.first)))))

    def _best_sheet(self) -> Sheet:
        names = ["cost", "time", "distance", "risk", "emissions"]
        columns = (("scenario", "text"), ("routes", "count"), ("best", "text"), ("route", "count"))
        rows = []
        for record in self.comparison.to_frame().to_dict("records"):
            cells = [record[k] for k in ("scenario", "routes", "best", "route", *names)]
            none = self.comparison.outcomes[record["scenario"]].reason if not record["routes"] else ""
            route = None if none else self.fronts[record["scenario"]][int(record["route"]) - 1]
            rows.append((*cells, none or route_way(route)))  # type: ignore[arg-type]
        return Sheet(
            "Scenarios", (*columns, *((WORDS[n], OF[n]) for n in names), ("way or reason", "text")), tuple(rows)
        )

    def _held_sheet(self) -> Sheet:
        columns: list[tuple[str, str]] = [
            ("from scenario", "text"),
            ("route", "count"),
            ("way", "text"),
            ("scenario", "text"),
        ]
        columns += [(WORDS[c], OF[c]) for c in self.comparison.shown] + [("cut by", "text")]
        rows = []
        for one in self.held:
            for scenario, values in one.values.items():
                cells = [values[c] if values else float("nan") for c in self.comparison.shown]
                cut = "; ".join(one.cut_by[scenario])
                rows.append((one.scenario, one.route.number + 1, route_way(one.route), scenario, *cells, cut))
        return Sheet("Routes", tuple(columns), tuple(rows))


def comparison_report(comparison: Comparison, title: str | None = None) -> Report:
    """Gather the report of a comparison."""
    return ComparisonReport(comparison, title).report()
