"""Fronts, routes, comparisons and explanations as a notebook shows them: the tables of the terminal, in HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.html_table import html_lines, html_list, html_table

if TYPE_CHECKING:
    from corridor_opt.results.comparison import Comparison
    from corridor_opt.results.explain import Explanation
    from corridor_opt.results.front import Front
    from corridor_opt.results.robust import Robust
    from corridor_opt.results.route import Route

VALUES = ("cost, USD", "time, days", "distance, km", "risk", "emissions, kg CO2e")
SOURCES = 200  # of an explanation


def _way(route: Route) -> str:
    """A route as one long line of places, which the page breaks."""
    from corridor_opt.results.lines import Page, on_page
    from corridor_opt.results.strip import strip

    with on_page(Page(width=100_000, drawn=True)):
        return strip(route)


def front_html(front: Front) -> str:
    """Give the representatives of a front as a table, with what a planner has to be told below it."""
    from corridor_opt.results.text import best_of_each, front_notes, mark, question_text, representatives, route_cells

    picked = representatives(front)
    best = best_of_each(front) if len(front) else {}
    knee = int(front.rank(method="knee")["route"].iloc[0]) if len(front) > 2 else -1
    best |= {knee: f"{best[knee]}, knee" if knee in best else "knee"}
    rows = [[f"{i + 1}{mark(front, i)}", *route_cells(front[i]), best.get(i, "")] for i in picked]
    head = ["#", *VALUES, "corridors (modes; borders)", "best"]
    table = html_table(head, rows, right=range(6), caption=question_text(front).splitlines())
    return table + html_lines(front_notes(front, len(picked)))


def route_html(route: Route) -> str:
    """Give a route's legs as a table that adds up to its values."""
    from corridor_opt.results.text import route_way

    name = route.front.network.node
    rows = []
    for leg in route.legs:
        start, end = name(leg.start)["name"], name(leg.end)["name"]
        where = start if leg.start == leg.end else f"{start} → {end}"
        v = leg.values
        cells = [f"{v['cost']:,.0f}", f"{v['time'] / 24:,.1f}", f"{v['distance']:,.0f}", f"{v['emissions']:,.0f}"]
        rows.append([f"{leg.kind} {leg.mode}", where, *cells])
    v = route.values
    total = [f"{v['cost']:,.0f}", f"{v['time'] / 24:,.1f}", f"{v['distance']:,.0f}", f"{v['emissions']:,.0f}"]
    rows.append(["all", f"risk {v['risk']:.1%}", *total])
    caption = [f"Route {route.number + 1}: {route_way(route)}", _way(route)]
    head = ["leg", "where", "cost, USD", "time, days", "distance, km", "emissions, kg CO2e"]
    table = html_table(head, rows, right=range(2, 6), caption=caption, marked=[len(rows) - 1])
    return table + html_lines(route.notices)


def comparison_html(comparison: Comparison) -> str:
    """Give the best routes under each scenario as a table."""
    from corridor_opt.results.text import comparison_changes, comparison_rows

    head, rows = comparison_rows(comparison)
    head = ["scenario (routes)", "best", *VALUES[:4], *head[6:]]
    table = html_table(head, rows, right=range(2, 6), caption=[comparison.title])
    reasons = [f"{name}: {one.reason}" for name, one in comparison.outcomes.items() if one.front is None]
    return (
        table
        + html_list("What changes against the first scenario", comparison_changes(comparison))
        + html_lines(reasons)
    )


def robust_html(robust: Robust) -> str:
    """Give robust routes as a table, the recommended one bold, with what it is measured by below."""
    from corridor_opt.results.robust_tables import robust_head, robust_notes, robust_rows

    shown, rows = robust_rows(robust)
    head = [
        "#",
        "mean cost, USD",
        "mean time, days",
        "risk",
        "CVaR 90 cost, USD",
        "CVaR 90 time, days",
        "largest regret, USD",
    ]
    head += ["in time"] if robust.deadline is not None else []
    numbers = range(len(head))
    best = [i for i, number in enumerate(shown) if number == robust.recommendation.route]
    head += ["way", "what breaks it"]
    table = html_table(head, rows, right=numbers, caption=robust_head(robust), marked=best)
    return table + html_lines(robust_notes(robust, shown))


def explanation_html(explanation: Explanation) -> str:
    """Give the steps of a route with the source of each number, what is least certain, the risks and the sources."""
    from corridor_opt.results.explain import cited, doubt, risks

    route = explanation.route
    node = route.front.network.node
    rows = []
    for row in explanation.frame.to_dict("records"):
        start, end = node(row["from"])["name"], node(row["to"])["name"]
        rows.append(
            [
                f"{row['kind']} {row['mode']}",
                start if row["from"] == row["to"] else f"{start} → {end}",
                f"{row['cost']:,.2f}",
                f"{row['time']:,.1f}",
                f"{row['distance']:,.0f}",
                f"{row['risk']:.2%}" if row["risk"] else "",
                f"{row['emissions']:,.1f}",
                cited(row),
            ]
        )
    values = ", ".join(f"{n} {v:,.{CRITERIA[n].digits}f} {CRITERIA[n].unit}" for n, v in route.values.items())
    caption = [f"Route {route.number + 1}: {', '.join(route.corridors) or 'no corridor'}", values]
    head = [
        "step",
        "where",
        "cost, USD",
        "time, h",
        "distance, km",
        "risk",
        "emissions, kg CO2e",
        "source and confidence",
    ]
    table = html_table(head, rows, right=range(2, 7), caption=[*caption, _way(route)])
    least = [doubt(made, route.values) for made in explanation.least_certain.head(5).to_dict("records")]
    sources = [f"{row.id}: {row.title} ({row.year})" for row in explanation.sources.head(SOURCES).itertuples()]
    return (
        table
        + html_list("Least certain of what matters most", least)
        + html_list("What may happen", risks(explanation))
        + html_list("Sources", sources)
        + html_lines(route.notices)
    )
