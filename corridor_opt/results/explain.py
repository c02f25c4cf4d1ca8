"""Where cost, hours, risk and emissions of a route arise, who says so, and which numbers are least certain.

Reads what the steps hold.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.numbers import number_rows, swing
from corridor_opt.model.schema import split
from corridor_opt.results.on_top import described, plain_and_on_top, swing_on_top

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.results.route import Route


class Explanation:
    """An explained route; print it, or read its frame.

    Parameters
    ----------
    route
        What to explain.
    """

    def __init__(self, route: Route) -> None:
        self.route = route

    @functools.cached_property
    def frame(self) -> pd.DataFrame:
        """One row a step: where, the five criteria (risk as a probability), source and confidence of each."""
        import numpy as np

        shown = [name for name in CRITERIA if name in self.route.values]
        columns = ["kind", "mode", "from", "to", "id", *shown]
        columns += [f"{c}_{what}" for c in shown for what in ("source", "confidence")]
        columns += [f"{c}_number" for c in shown if CRITERIA[c].sums]
        columns += [f"{c}_penalty" for c in ("cost", "time")]
        frame = self.route.steps[columns].reset_index(drop=True)
        frame["risk"] = -np.expm1(-frame["risk"].to_numpy(float))
        return frame

    def by(self, group: str) -> pd.DataFrame:
        """What the route pays by `leg`, `mode`, `border` or `terminal`.

        Returns
        -------
        pandas.DataFrame
            One row a group in travel order: its name, the criteria (risk as a probability) and `nepers` of risk; what
            lies between borders or terminals is one group, `on the way`. Every column but risk adds up to the route's.

        Raises
        ------
        DataError
            No such group.
        """
        from corridor_opt.results.groups import group_frame

        return group_frame(self.route, group)

    @functools.cached_property
    def sources(self) -> pd.DataFrame:
        """Sources of all numbers of this route: id, title, year."""
        cited = {s for c in self.route.values for cell in self.frame[f"{c}_source"] for s in split(cell)}
        cited |= {s for record in self.route.compliance for s in record["sources"]}
        table = self.route.front.network["sources"]
        return table[table["id"].isin(cited)].reset_index(drop=True)

    @functools.cached_property
    def causes(self) -> dict[str, tuple[str, str]]:
        """Title of each hazard on this route, and what is known and what is judgement of it."""
        causes = self.route.front.causes
        named = causes[(causes["route"] == self.route.number) & (causes["title"] != "")]
        return {
            name: (title, why) for name, title, why in zip(named["cause"], named["title"], named["why"], strict=True)
        }

    @functools.cached_property
    def least_certain(self) -> pd.DataFrame:
        """The numbers this route rests on, least certain and most weighty first.

        Steps that rest on the same number are taken together. Hours and money that seasons, scenarios and the vantage
        point put on top (`results.on_top`) are numbers of their own: `seasons/<id>`, and `surcharges/<sources>` for
        the delays, surcharges and premiums that one source gives. What rests on a number may shrink and grow as the
        number's range says (`low`, `high`), or, where it has none, by a share that follows its confidence: a
        convention, in `data/schema/uncertainty.csv`. A number is weighed by half of that span as a share of the
        route's cost or of its hours, whichever is greater.

        Returns
        -------
        pandas.DataFrame
            One row a number: `number`, `kind`, `name`, `value`, `low`, `high`, `unit`, `source`, `confidence`,
            `checked`, then `cost` (USD) and `time` (h) that rest on it (below 0 where it saves some), `cost_down`,
            `cost_up`, `time_down`, `time_up` (what they may fall or rise by) and `weight`.
        """
        import pandas as pd

        network = self.route.front.network
        resting: dict[str, dict[str, float]] = {}
        on_top: dict[str, dict[str, float]] = {}
        for step in plain_and_on_top(self.route):
            for criterion, amount in step["plain"].items():
                for number in split(step[f"{criterion}_number"]):
                    resting.setdefault(number, {"cost": 0.0, "time": 0.0})[criterion] += amount
            for name, amounts in step["on_top"]:
                sums = on_top.setdefault(name, {"cost": 0.0, "time": 0.0})
                for criterion, amount in amounts.items():
                    sums[criterion] += amount
        frame = number_rows(network, resting)
        rows = []
        for number, said in frame.to_dict("index").items():
            rows.append({"number": number, **said, **resting[number], **_moved(resting[number], *swing(said))})
        for name, sums in on_top.items():
            said = described(network, name, sums)
            rows.append({"number": name, **said, **sums, **_moved(sums, *swing_on_top(said))})
        for made in rows:
            spans = [(c, (made[f"{c}_up"] - made[f"{c}_down"]) / 2) for c in ("cost", "time")]
            values = self.route.values
            made["weight"] = max(span / values[c] if values[c] > 0 else 0.0 for c, span in spans)
        columns = ["number", *frame.columns, "cost", "time", "cost_down", "cost_up", "time_down", "time_up", "weight"]
        ranked = sorted(rows, key=lambda made: (-made["weight"], made["number"]))
        return pd.DataFrame(ranked, columns=columns)

    def __str__(self) -> str:
        """The way, tables of steps, the least certain numbers, causes of risk, notices and sources."""
        from corridor_opt.results.lines import text_table, wrapped
        from corridor_opt.results.strip import strip

        route, network = self.route, self.route.front.network
        rows = []
        for row in self.frame.to_dict("records"):
            name = network.node(row["from"])["name"]
            place = name if row["from"] == row["to"] else f"{name} > {network.node(row['to'])['name']}"
            rows.append(
                [
                    f"{row['kind']} {row['mode']}: {place}",
                    f"{row['cost']:,.2f}",
                    f"{row['time']:,.1f}",
                    f"{row['distance']:,.0f}",
                    f"{row['risk']:.2%}" if row["risk"] else "",
                    f"{row['emissions']:,.1f}",
                    cited(row),
                ]
            )
        head = ["step", "USD", "h", "km", "risk", "kg CO2e", "source and confidence of each"]
        values = ", ".join(f"{n} {v:,.{CRITERIA[n].digits}f} {CRITERIA[n].unit}" for n, v in route.values.items())
        lines = [f"Route {route.number + 1}: {', '.join(route.corridors) or 'no corridor'}", values, ""]
        lines += [strip(route), ""]
        lines += [text_table(head, rows, right=(1, 2, 3, 4, 5), widths=(23, 0, 0, 0, 0, 0, 29)), ""]
        least = self.least_certain.head(3).to_dict("records")
        if least:
            lines.append("Least certain of what matters most")
            lines += [f"  {place}. {doubt(made, route.values)}" for place, made in enumerate(least, start=1)]
            lines.append("")
        lines += [f"risk {risk}" for risk in risks(self)]
        lines += [f"notice: {notice}" for notice in route.notices]
        for record in route.compliance:
            said = f"{record['why'] or record['effect']} ({', '.join(record['sources'])}; {record['confidence']})"
            lines.append(f"compliance {record['profile']}, {record['rule']}: {said}; on {', '.join(record['where'])}")
        lines += ["", "Sources"]
        lines += [f"  {row.id}  {row.title} ({row.year})" for row in self.sources.itertuples()]
        return "\n".join(line if "\n" in line or "\033" in line else wrapped(line) for line in lines)

    def _repr_html_(self) -> str:
        """Give tables for a notebook."""
        from corridor_opt.results.notebook import explanation_html

        return explanation_html(self)


def risks(explanation: Explanation) -> list[str]:
    """What may happen on a route, most likely first: probability, title, what is known and what is judgement."""
    lines = []
    for part in explanation.route.risk_parts:
        where = part["name"].removeprefix("background-")
        title, why = explanation.causes.get(part["name"], (f"closures nobody lists, {where}", "assumption"))
        lines.append(f"{part['probability']:.3%}  {title}: {why}")
    return lines


def _moved(sums: dict[str, float], down: float, up: float) -> dict[str, float]:
    """What cost and hours may fall and rise by, for factors on them; a saving that grows lets them fall."""
    moved = {}
    for c in ("cost", "time"):
        moved[f"{c}_down"], moved[f"{c}_up"] = sorted((sums[c] * (down - 1), sums[c] * (up - 1)))
    return moved


def cited(row: dict[str, Any]) -> str:
    """Source and confidence of every criterion of a step; criteria that share them are named together."""
    units = {"cost": "USD", "time": "h", "distance": "km", "risk": "risk", "emissions": "kg"}
    groups: dict[tuple[str, str], list[str]] = {}
    for criterion in units:
        if row[f"{criterion}_source"]:
            cited = ",".join(dict.fromkeys(split(row[f"{criterion}_source"])))
            groups.setdefault((cited, row[f"{criterion}_confidence"]), []).append(units[criterion])
    return "; ".join(f"{' '.join(words)} {cited} {confidence}" for (cited, confidence), words in groups.items())


def doubt(made: dict[str, Any], values: dict[str, float]) -> str:
    """One line on an uncertain number: what it is, what rests on it, what that may come to."""
    value = "" if made["value"] != made["value"] else f" {made['value']:g} {made['unit']}"
    ranged = f" ({made['low']:g} to {made['high']:g})" if made["low"] == made["low"] else ""
    said = f"{made['name']}{value}{ranged}, {made['confidence']}, {', '.join(split(made['source']))}"
    parts = [
        f"{made[c]:,.0f} of {values[c]:,.0f} {unit}, {made[f'{c}_down']:+,.0f} to {made[f'{c}_up']:+,.0f}"
        for c, unit in (("cost", "USD"), ("time", "h"))
        if round(made[c])
    ]
    return f"{said}: {'; '.join(parts)}" + ("" if ranged else " by convention")
