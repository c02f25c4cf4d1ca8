"""Fronts, comparisons and networks as tables that a person reads on a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from corridor_opt.model.numbers import confidence_counts
from corridor_opt.model.schema import vocabulary
from corridor_opt.results.lines import WIDTH, page, text_table, wrapped
from corridor_opt.results.strip import legend, strip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor_opt.model.network import Network
    from corridor_opt.results.comparison import Comparison
    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Route

BEST = {
    "cost": "cheapest",
    "time": "fastest",
    "risk": "safest",
    "distance": "shortest",
    "emissions": "cleanest",
}
STRIPS = 3  # routes drawn below the table of a front
__all__ = [
    "BEST",
    "WIDTH",
    "best_of_each",
    "comparison_changes",
    "comparison_rows",
    "comparison_text",
    "front_notes",
    "front_text",
    "mark",
    "network_text",
    "question_text",
    "representatives",
    "route_cells",
    "route_way",
    "strips",
    "text_table",
    "wrapped",
]


def route_way(route: Route) -> str:
    """Say which way a route goes: corridors, modes, land borders."""
    if not route.modes:
        return "stays where it is"
    way = ", ".join(route.corridors) or "no corridor"
    return f"{way} ({'-'.join(route.modes)}; {' '.join(route.borders) or 'no land border'})"


def route_cells(route: Route) -> list[str]:
    """Values and way of a route, as they stand in a table of routes."""
    v = route.values
    return [
        f"{v['cost']:,.0f}",
        f"{v['time'] / 24:,.1f}",
        f"{v['distance']:,.0f}",
        f"{v['risk']:.1%}",
        f"{v['emissions']:,.0f}",
        route_way(route),
    ]


def representatives(front: Front, most: int = 20) -> list[int]:
    """Pick the routes that a person should see first.

    Parameters
    ----------
    most
        How many at most; a front of no more is shown whole.

    Returns
    -------
    list of int
        Positions in the front: the best of each criterion, the knee, what stands beside the front, and the cheapest of
        each way (corridors, modes and borders) while there is room.
    """
    if len(front) <= most:
        return list(range(len(front)))
    values = front.values
    chosen = dict.fromkeys(int(values[criterion].idxmin()) for criterion in front.criteria)
    chosen[int(front.rank(method="knee")["route"].iloc[0])] = None
    for name in dict.fromkeys(name for i in sorted(front.extras) for name in front[i].corridors):
        beside = min(i for i in front.extras if name in front[i].corridors)
        if len(chosen) < most // 2:
            chosen.setdefault(beside)
    ways: dict[tuple[str, ...], int] = {}
    for i, route in enumerate(front):
        ways.setdefault((*route.corridors, *route.modes, *route.borders), i)
    for cheapest in sorted(ways.values(), key=lambda i: float(values["cost"][i])):
        if len(chosen) < most:
            chosen.setdefault(cheapest)
    return sorted(chosen)


def question_text(front: Front) -> str:
    """What was asked, in two or three lines, which may be longer than a page is wide."""
    head, ship = front.head, front.head["shipment"]
    lines = [
        f"{head['origin']['name']} to {head['destination']['name']}, {'+'.join(head['scenario'])}, "
        f"as of {head['network']['as_of']}",
        f"{ship['teu']:g} TEU, {ship['tonnes']:g} t, {ship['service']} service; prices of {head['prices']}; "
        f"searched by {', '.join(front.criteria)}",
    ]
    asked = [f"{word} {', '.join(head[word])}" for word in ("via", "exclude") if head[word]]
    asked += [f"avoid {k}" for k in head["avoid"]] + [f"limit {k} {v:g}" for k, v in head["limits"].items()]
    if head["departure"]:
        asked.append(f"departure {head['departure']}")
    if profiles := head.get("compliance"):
        judged = f"judged on {profiles[0]['judged_on']}"
        asked.append(f"compliance {', '.join(p['name'] for p in profiles)} ({judged}; {profiles[0]['note']})")
    return "\n".join(lines + (["; ".join(asked)] if asked else []))


def best_of_each(front: Front) -> dict[int, str]:
    """Positions of the best route by each searched criterion, with the words for it: cheapest, fastest and safest."""
    values = front.values
    found: dict[int, list[str]] = {}
    for criterion in front.criteria:
        others = [c for c in values.columns if c != criterion]
        best = int(values.sort_values([criterion, *others], kind="stable").index[0])
        found.setdefault(best, []).append(BEST.get(criterion, f"least {criterion}"))
    return {best: " and ".join(words) for best, words in found.items()}


def strips(front: Front, most: int = STRIPS, first: Sequence[int] = ()) -> list[str]:
    """Draw the routes that matter most as lines of places, with a legend above them.

    Parameters
    ----------
    most
        How many, unless the page says so (`lines.Page.strips`): the best by each criterion but the length, the knee,
        then the other representatives.
    first
        Positions to begin with.
    """
    asked = page().strips
    most = most if asked is None else asked
    if most <= 0 or not len(front):
        return []
    best = best_of_each(front)
    order = dict.fromkeys([*first, *(i for i, word in best.items() if word != BEST["distance"])])
    if len(order) < most:
        order |= dict.fromkeys([int(front.rank(method="knee")["route"].iloc[0]), *representatives(front)])
    chosen = list(order)[:most]
    lines = [f"Places, modes and borders: {legend([front[i] for i in chosen])}"]
    for i in chosen:
        word = f" {best[i]}" if i in best else ""
        lines.append(strip(front[i], label=f"{i + 1}{mark(front, i)}{word}:"))
    return lines


def mark(front: Front, number: int) -> str:
    """What marks the number of a route that stands beside the front."""
    return "+" if number in front.extras else ""


def front_text(front: Front) -> str:
    """Give a table of a front that fits the page, with what a planner has to be told below it."""
    picked = representatives(front)
    rows = [[f"{i + 1}{mark(front, i)}", *route_cells(front[i])] for i in picked]
    head = ["#", "USD", "days", "km", "risk", "kg CO2e", "corridors (modes; borders)"]
    table = text_table(head, rows, right=(0, 1, 2, 3, 4, 5))
    drawn = strips(front)
    told = map(wrapped, front_notes(front, len(picked)))
    asked = map(wrapped, question_text(front).splitlines())
    return "\n".join([*asked, "", table, "", *told, *(["", *drawn] if drawn else [])])


def front_notes(front: Front, shown: int) -> list[str]:
    """What a planner has to be told below the table of a front, a line each.

    Parameters
    ----------
    shown
        How many routes the table has.
    """
    beside = len(front.extras)
    count = len(front) - beside
    told = [f"{count} route{'s' if count != 1 else ''}, none beaten by another in every criterion searched."]
    if front.slack is not None:
        told.append(
            f"Marked +: {beside} beside the front, within {100 * front.slack['share']:g} % of a route of it in every "
            "criterion searched, by corridors that no route of the front is named by."
        )
        if front.slack["incomplete"]:
            stopped = ", ".join(front.slack["incomplete"])
            told.append(f"The search beside the front stopped early for {stopped}: more may exist.")
    if front.eps is not None:
        told.append(
            f"A bounded front: of every other route, one of these is within {100 * front.eps:.6g} % in all of them."
        )
    if shown < len(front):
        told.append(f"Shown are {shown}: the best of each criterion, the knee, the cheapest of each way.")
        told.append("All are in JSON and CSV.")
    if front.status != "complete":
        first = next(iter(front.proven.items())) if front.proven else None
        word = "complete" if front.eps is None else "all is covered"
        known = f"; {word} up to {first[0]} {first[1]:,.2f}" if first and first[0] != "risk" else ""
        told.append(f"The search stopped at its limit ({front.reason}): routes may be missing{known}.")
    for notice in dict.fromkeys(n for notices in front.notices for n in notices):
        numbers = [str(i) for i, notices in enumerate(front.notices, start=1) if notice in notices]
        more = ", ..." if len(numbers) > 8 else ""
        told.append(f"Route {', '.join(numbers[:8])}{more}: {notice}.")
    return told


def comparison_text(comparison: Comparison) -> str:
    """Give a table of the cheapest, fastest and safest route under each scenario."""
    head, rows = comparison_rows(comparison)
    table = text_table(head, rows, right=(2, 3, 4, 5), widths=(24, 9, 0, 0, 0, 0, 30))
    lines = [wrapped(comparison.title), "", table, "", *map(wrapped, comparison_changes(comparison))]
    for name, outcome in comparison.outcomes.items():
        drawn = strips(outcome.front, 0) if outcome.front is not None else []
        lines += ["", wrapped(name), *drawn] if drawn else []
    return "\n".join(lines).rstrip()


def comparison_rows(comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    """Head and cells of the table of a comparison: the best routes under each scenario, or why there is none."""
    frame = comparison.to_frame()
    rows = []
    for record in frame.to_dict("records"):
        name = record["scenario"]
        outcome = comparison.outcomes[name]
        if outcome.front is None:
            rows.append([name, outcome.status, "", "", "", "", outcome.short])
            continue
        partial = ", stopped at the limit" if outcome.status == "limit" else ""
        rows.append(
            [
                f"{name} ({record['routes']}{partial})" if record["best"] == comparison.shown[0] else "",
                BEST.get(record["best"], record["best"]),
                f"{record['cost']:,.0f}",
                f"{record['time'] / 24:,.1f}",
                f"{record['distance']:,.0f}",
                f"{record['risk']:.1%}",
                f"{record['corridors']} ({record['modes']})",
            ]
        )
    return ["scenario (routes)", "", "USD", "days", "km", "risk", "corridors (modes)"], rows


def comparison_changes(comparison: Comparison) -> list[str]:
    """What each scenario brings to the front and takes from it, against the first one."""
    base, *others = comparison.outcomes
    return [line for name in others for line in changes_text(comparison, base, name)]


def changes_text(comparison: Comparison, base: str, name: str, most: int = 3) -> list[str]:
    """Ways that a scenario brings to the front and takes from it, cheapest first."""
    lines = []
    for word, new in (("brings", comparison.new_ways(name, base)), ("takes", comparison.new_ways(base, name))):
        if not new:
            continue
        more = f" ({most} shown)" if len(new) > most else ""
        lines.append(f"{name} {word} {len(new)} way{'s' if len(new) > 1 else ''}, cheapest first{more}")
        for cost, hours, (corridors, modes) in new[:most]:
            lines.append(f"  from {cost:,.0f} USD, {hours / 24:.1f} days: {corridors} ({modes})")
    return lines


def network_text(network: Network) -> str:
    """Counts of a network by mode, status and confidence, and what stands at its vantage point."""
    import pandas as pd

    lines = [wrapped(repr(network)), ""]
    for table in ("links", "crossings"):
        if not len(network[table]):
            lines += [f"{table}: none", ""]
            continue
        counts = pd.crosstab(network[table]["status"], network[table]["mode"], margins=True, margins_name="all")
        rows = [[str(status), *(str(n) for n in row)] for status, *row in counts.itertuples()]
        head = [table, *(str(mode) for mode in counts.columns)]
        lines += [text_table(head, rows, right=tuple(range(1, len(head)))), ""]
    counts = confidence_counts(network)
    words = list(vocabulary("confidence"))
    head = ["numbers in use", "uses", "numbers", *words, "checked", "assumed"]
    rows = [
        [row["kind"], *(f"{row[c]:,}" for c in ("uses", "numbers", *words, "checked")), f"{row['assumed_share']:.0%}"]
        for row in counts.to_dict("records")
    ]
    lines += [text_table(head, rows, right=tuple(range(1, len(head)))), ""]
    lines.append(
        wrapped(
            "Each link, crossing, terminal and gauge change counts with the number an ordinary shipment meets there, "
            "its own or a shared default. Checked: confirmed by an independent measurement. Assumed: general knowledge "
            "(source K) or an assumption (A), not checked."
        )
    )
    lines += ["", f"standing as of {network.as_of}:"]
    for line in network.standing or ("nothing beyond the statuses",):
        lines.append(wrapped("  " + textwrap.shorten(line, 280)))
    return "\n".join(lines)
