"""Robust routes as JSON and as a table that reads in a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor_opt.results.lines import WIDTH, page, text_table, wrapped
from corridor_opt.results.measures import QUANTITIES, STATISTICS
from corridor_opt.results.tables import front_json
from corridor_opt.results.text import question_text, route_way, strips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor_opt.results.robust import Robust

SHOWN = 2  # closures named in a row
ROWS = 12


def robust_json(robust: Robust) -> dict[str, Any]:
    """Give robust routes in the schema `corridor-opt/robust/1`."""
    document = front_json(robust.front)
    routes = document.pop("routes")
    frame = robust.under_hazards.to_dict("records")
    for number, (route, row) in enumerate(zip(routes, frame, strict=True)):
        measured: dict[str, Any] = {q: {s: round(row[f"{q}.{s}"], 6) for s in STATISTICS} for q in QUANTITIES}
        measured |= {name: round(row[name], 9) for name in ("unbroken", "on_time") if name in row}
        route["under_hazards"] = measured
        route["breaks"] = [{"name": name, "probability": round(p, 9)} for name, p in robust.breaks[number]]
    document["schema"] = "corridor-opt/robust/1"
    document |= {
        "policy": robust.policy,
        "worlds": {
            "drawn": robust.worlds.drawn,
            "different": len(robust.worlds),
            "seed": robust.worlds.seed,
            "enumerated": robust.worlds.drawn == 0,
            "scenarios": dict(zip(robust.worlds.scenarios, robust.worlds.scenario_weight, strict=True)),
        },
        "usd_per_day": robust.usd_per_day,
        "deadline": robust.deadline,
        "measures": list(robust.measures),
        "candidates": robust.candidates,
        "value_of_information": robust.value_of_information,
        "recommendation": {
            "route": robust.recommendation.route + 1,
            "rule": robust.recommendation.rule,
            "reason": robust.recommendation.reason,
        },
        "routes": routes,
    }
    return document


def robust_text(robust: Robust) -> str:
    """Give a table of robust routes: at most `ROWS`, the recommended one marked.

    On a page of fewer than 100 columns what breaks each route stands below the table.
    """
    shown, rows = robust_rows(robust)
    wide = page().width >= WIDTH
    head = ["#", "USD", "days", "risk", "CVaR USD", "CVaR d", "regret"]
    head += ["in time"] if robust.deadline is not None else []
    right = range(len(head))
    if wide:
        table = text_table([*head, "way", "what breaks it"], rows, right, [0] * len(right) + [1, 1])
    else:
        table = text_table([*head, "way"], [row[:-1] for row in rows], right)
    lines = [*map(wrapped, robust_head(robust)), "", table, ""]
    if not wide:
        lines += ["What breaks each", *(wrapped(f"  {row[0]}: {row[-1]}") for row in rows), ""]
    lines += map(wrapped, robust_notes(robust, shown))
    ways = strips(robust.front, 1, [robust.recommendation.route])
    return "\n".join([*lines, *(["", *ways] if ways else [])])


def robust_rows(robust: Robust) -> tuple[list[int], list[list[str]]]:
    """Routes to show (positions), and their cells: number, measures, way, what breaks it."""
    frame = robust.under_hazards.to_dict("records")
    rows = []
    chosen = rows_shown(robust)
    for number in chosen:
        row, route = frame[number], robust[number]
        breaks = [f"{name} {p:.1%}" for name, p in robust.breaks[number][:SHOWN]]
        more = len(robust.breaks[number]) - SHOWN
        cells = [
            f"{number + 1}{'*' if number == robust.recommendation.route else ''}",
            f"{row['cost.mean']:,.0f}",
            f"{row['time.mean'] / 24:,.1f}",
            f"{row['broken']:.1%}",
            f"{row['cost.cvar_90']:,.0f}",
            f"{row['time.cvar_90'] / 24:,.1f}",
            f"{row['generalised.regret_max']:,.0f}",
        ]
        cells += [f"{row['on_time']:.1%}"] if "on_time" in row else []
        told = "; ".join([*breaks, *([f"{more} more"] if more > 0 else [])])
        rows.append([*cells, route_way(route), told or "nothing"])
    return chosen, rows


def robust_head(robust: Robust) -> list[str]:
    """What was asked, a line each."""
    worlds, hazards = robust.worlds, robust.worlds.hazards
    lines = question_text(robust.front).splitlines()
    if len(worlds.scenarios) > 1:
        shares = zip(worlds.scenarios, worlds.scenario_weight, strict=True)
        lines.append("scenarios: " + ", ".join(f"{name} {share:.0%}" for name, share in shares))
    if worlds.drawn:
        drawn = f"{worlds.drawn:,} worlds drawn (seed {worlds.seed}), {len(worlds):,} different"
    else:
        drawn = f"all {len(worlds):,} worlds"
    return [*lines, f"{len(hazards)} hazards ({hazards.name}); {drawn}; policy {robust.policy}"]


def robust_notes(robust: Robust, shown: Sequence[int]) -> list[str]:
    """What has to be told below the table: measures, the recommendation, what news is worth, notices."""
    told = f" Shown are {len(shown)}: the best by each measure and of each way; all are in JSON and CSV."
    notes = [
        f"{len(robust)} of {robust.candidates} candidates: the recommended one (*) and those that no other beats in "
        f"{', '.join(robust.measures)}.{told if len(shown) < len(robust) else ''}",
        "USD and days are means over the worlds, CVaR the means of the worst tenth, regret the most that a route is "
        f"worse than the best of a world (USD, a day at {robust.usd_per_day:,.0f}), risk the probability of a closure "
        "on the planned way.",
        f"Recommended: route {robust.recommendation.route + 1}, {robust.recommendation.reason}",
    ]
    value = robust.value_of_information
    notes.append(
        f"Expected cost with time: {value['commit']['usd']:,.0f} USD committing now, {value['re-route']['usd']:,.0f} "
        f"re-routing on the way, {value['foresight']['usd']:,.0f} choosing after all news: flexibility is worth "
        f"{value['flexibility']['usd']:,.0f} USD, news {value['news']['usd']:,.0f}."
    )
    if robust.front.status != "complete":
        notes.append("A search stopped at its limit: candidates may be missing.")
    said: dict[str, list[str]] = {}
    for number in shown:
        for notice in robust.front.notices[number]:
            said.setdefault(notice, []).append(str(number + 1))
    return notes + [f"Route {', '.join(numbers)}: {notice}." for notice, numbers in said.items()]


def rows_shown(robust: Robust) -> list[int]:
    """Routes to show: the recommended, the best by each measure, then the best of each way while there is room."""
    if len(robust) <= ROWS:
        return list(range(len(robust)))
    frame = robust.under_hazards.round(6)
    chosen = dict.fromkeys([robust.recommendation.route, *(int(frame[name].argmin()) for name in robust.measures)])
    ways: dict[tuple[str, ...], int] = {}
    for number in frame["generalised.mean"].argsort(kind="stable").tolist():
        route = robust[number]
        ways.setdefault((*route.corridors, *route.modes, *route.borders), number)
    for number in ways.values():
        if len(chosen) < ROWS:
            chosen.setdefault(number)
    return sorted(chosen)
