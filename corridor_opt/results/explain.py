"""Where cost, hours, risk and emissions of a route arise, and who says so. Reads what the steps hold."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.schema import split

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

        columns = ["kind", "mode", "from", "to", "id", *CRITERIA]
        columns += [f"{c}_{what}" for c in CRITERIA for what in ("source", "confidence")]
        columns += [f"{c}_penalty" for c in ("cost", "time")]
        frame = self.route.steps[columns].reset_index(drop=True)
        frame["risk"] = -np.expm1(-frame["risk"].to_numpy(float))
        return frame

    @functools.cached_property
    def sources(self) -> pd.DataFrame:
        """Sources of all numbers of this route: id, title, year."""
        cited = {s for c in CRITERIA for cell in self.frame[f"{c}_source"] for s in split(cell)}
        table = self.route.front.network["sources"]
        return table[table["id"].isin(cited)].reset_index(drop=True)

    def __str__(self) -> str:
        """Tables of steps, causes of risk, notices and sources, in 100 columns."""
        from corridor_opt.results.text import text_table, wrapped

        route, network = self.route, self.route.front.network
        rows = []
        for row in self.frame.to_dict("records"):
            name = network.node(row["from"])["name"]
            place = name if row["from"] == row["to"] else f"{name} > {network.node(row['to'])['name']}"
            words = [f"{c} {row[f'{c}_source']}" for c in ("cost", "time", "distance") if row[f"{c}_source"]]
            rows.append(
                [
                    f"{row['kind']} {row['mode']}",
                    place,
                    f"{row['cost']:,.2f}",
                    f"{row['time']:,.1f}",
                    f"{row['distance']:,.0f}",
                    f"{row['risk']:.2%}" if row["risk"] else "",
                    "; ".join(words),
                    min_confidence(row["cost_confidence"], row["time_confidence"]),
                ]
            )
        head = ["step", "where", "USD", "h", "km", "risk", "sources", "least sure"]
        values = ", ".join(f"{n} {v:,.{CRITERIA[n].digits}f} {CRITERIA[n].unit}" for n, v in route.values.items())
        lines = [f"Route {route.number + 1}: {', '.join(route.corridors) or 'no corridor'}", values, ""]
        lines += [text_table(head, rows, right=(2, 3, 4, 5), widths=(14, 23, 9, 6, 6, 6, 13, 10)), ""]
        causes = network["closures"].set_index("id")
        for part in route.risk_parts:
            where = part["name"].removeprefix("background-")
            named = causes["name"].get(part["name"], f"closures nobody lists, {where}")
            note = causes["note"].get(part["name"], "assumption")
            lines.append(f"risk {part['probability']:.3%}  {named}: {note}")
        lines += [f"notice: {notice}" for notice in route.notices]
        lines += ["", "Sources"]
        lines += [f"  {row.id}  {row.title} ({row.year})" for row in self.sources.itertuples()]
        return "\n".join(line if "\n" in line else wrapped(line) for line in lines)


def min_confidence(*words: str) -> str:
    """Give the least of several confidences; empty ones say nothing."""
    from corridor_opt.model.criteria import CONFIDENCE

    said = [word for word in words if word]
    return max(said, key=CONFIDENCE.index) if said else ""
