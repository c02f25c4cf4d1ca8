"""What stands in the report of robust routes: measures, what breaks each, what information is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor_opt.results.command import robust_command
from corridor_opt.results.drawing.picture import highlights, picture
from corridor_opt.results.measures import QUANTITIES, STATISTICS, TOLD
from corridor_opt.results.report.numbers import Numbers
from corridor_opt.results.report.parts import Items, Part, Picture, Report, Section, Sheet, Terms, Text, table
from corridor_opt.results.report.rows import legs_sheet, pairs_sheet, risks_sheet, sources_sheets
from corridor_opt.results.report.sections import leg_section, reproduce, sources_section
from corridor_opt.results.report.words import (
    assumptions,
    hazard_set,
    listed,
    question,
    spoken,
    standing,
    versions,
)
from corridor_opt.results.robust_tables import rows_shown
from corridor_opt.results.text import route_way

if TYPE_CHECKING:
    from corridor_opt.results.robust import Robust

SPENT = {"cost": "money", "time": "hours", "generalised": "money"}


def robust_report(robust: Robust, title: str | None = None) -> Report:
    """Gather the report of robust routes.

    Parameters
    ----------
    robust
        At least one route.
    title
        Instead of the names of the places.
    """
    front, best = robust.front, robust.recommendation.route
    shown = rows_shown(robust)
    numbers = Numbers(front, shown)
    command = robust_command(robust)
    pairs = [*question(front), *_asked(robust)]
    inside = tuple(leg_section(front, number, number == best) for number in shown)
    pictured = highlights(front, [best])
    drawn = picture(front, pictured, [i for i in shown if i not in pictured])
    legs = Text("As planned, before anything happens: money, hours, kilometres and emissions are the sums of the legs.")
    sections = (
        Section("question", "The question", (Terms(tuple(pairs)),)),
        _recommendation(robust),
        _measures(robust, shown),
        _breaks(robust, shown),
        _information(robust),
        Section(
            "map", "Map", (Picture(drawn, "Map of the robust routes.", "The recommended route and others in colour."),)
        ),
        Section("routes", "The routes leg by leg", (legs,), inside),
        Section(
            "assumptions",
            "Assumptions",
            (
                Terms(tuple(assumptions(front))),
                Text(f"What stands at the vantage point {front.head['network']['as_of']}:"),
                Items(tuple(standing(front))),
            ),
        ),
        sources_section(numbers),
        reproduce(front, command),
    )
    said = [*pairs, *assumptions(front), *versions(front), ("Command", str(command))]
    sheets = (
        pairs_sheet(said),
        _measures_sheet(robust),
        _breaks_sheet(robust),
        legs_sheet(front, shown),
        risks_sheet(front, shown),
        *sources_sheets(numbers),
    )
    head = front.head
    name = title or f"{head['origin']['name']} to {head['destination']['name']}, robust routes"
    subtitle = f"{' + '.join(head['scenario'])}, as of {head['network']['as_of']}, prices of {head['prices']}"
    return Report(name, subtitle, sections, sheets, head["shipment"]["teu"])


def _asked(robust: Robust) -> list[tuple[str, str]]:
    worlds = robust.worlds
    drawn = (
        f"{worlds.drawn:,} drawn (seed {worlds.seed}), {len(worlds):,} different"
        if worlds.drawn
        else f"all {len(worlds):,}"
    )
    rows = [
        (
            "Policy",
            f"{robust.policy}: at a closure, "
            + ("turn away where that is better than to wait" if robust.policy == "detour" else "wait for its end"),
        ),
        ("Worlds", drawn),
        ("Routes compared", f"{robust.candidates} candidates, by {', '.join(robust.measures)}"),
        ("Value of a day", f"{robust.usd_per_day:,.2f} USD"),
    ]
    if robust.deadline is not None:
        rows.append(("Deadline", f"{robust.deadline / 24:,.1f} days"))
    if len(worlds.scenarios) > 1:
        shares = zip(worlds.scenarios, worlds.scenario_weight, strict=True)
        rows.append(("Scenarios", ", ".join(f"{name} {share:.0%}" for name, share in shares)))
    return rows


def _recommendation(robust: Robust) -> Section:
    best = robust.recommendation
    route = robust[best.route]
    values = spoken(route.values)
    parts: list[Part] = [
        Text(f"Route {best.route + 1}: {route_way(route)}; as planned {values}.", "lead"),
        Text(best.reason[:1].upper() + best.reason[1:]),
    ]
    if robust.front.status != "complete":
        parts.append(Text("A search stopped at its limit: candidates may be missing.", "warning"))
    parts += [Text(notice, "warning") for notice in route.notices]
    return Section("recommendation", "Recommendation", tuple(parts))


def _measures(robust: Robust, shown: list[int]) -> Section:
    frame = robust.under_hazards.to_dict("records")
    head = [
        "route",
        "mean USD",
        "mean days",
        "worst tenth USD",
        "worst tenth days",
        "largest regret USD",
        "closure on the way",
    ]
    late = robust.deadline is not None
    head += ["in time", "way"] if late else ["way"]
    rows = []
    for number in shown:
        row = frame[number]
        cells = [f"{row['cost.mean']:,.2f}", f"{row['time.mean'] / 24:,.2f}", f"{row['cost.cvar_90']:,.2f}"]
        cells += [f"{row['time.cvar_90'] / 24:,.2f}", f"{row['generalised.regret_max']:,.2f}", f"{row['broken']:.2%}"]
        cells += [f"{row['on_time']:.2%}"] if late else []
        rows.append([str(number + 1), *cells, route_way(robust[number])])
    marked = [shown.index(robust.recommendation.route)]
    parts: list[Part] = [
        Text(
            "Means over the worlds; the worst tenth is the mean of that tenth (CVaR); the largest regret is the most "
            "that a route is worse than the best of a world, money and time together."
        ),
        table(
            "Measures under hazards; the recommended route is marked",
            head,
            rows,
            range(1, len(head) - 1),
            marked=marked,
        ),
    ]
    if len(shown) < len(robust):
        parts.append(
            Text(f"Shown are {len(shown)} of {len(robust)}: all stand in the spreadsheet and the JSON.", "note")
        )
    return Section("measures", "What the routes come to", tuple(parts))


def _breaks(robust: Robust, shown: list[int]) -> Section:
    hazards = hazard_set(robust.front)
    rows = []
    for number in shown:
        for name, chance in robust.breaks[number]:
            title = hazards[name].title if hazards is not None and name in hazards else name
            rows.append([str(number + 1), title, f"{chance:.2%}"])
    head = ["route", "what breaks it", "probability"]
    parts: list[Part] = [table("Closures on each planned route, most probable first", head, rows, (2,))]
    whole = [str(number + 1) for number in shown if not robust.breaks[number]]
    if whole:
        parts.append(Text(f"No listed closure lies on route {listed(whole)}."))
    return Section("breaks", "What breaks each route", tuple(parts))


def _information(robust: Robust) -> Section:
    value = robust.value_of_information
    rows = [
        ["committing now to the best single route", f"{value['commit']['usd']:,.2f}"],
        ["re-routing on the way when news comes", f"{value['re-route']['usd']:,.2f}"],
        ["choosing after all news", f"{value['foresight']['usd']:,.2f}"],
        ["what flexibility is worth", f"{value['flexibility']['usd']:,.2f}"],
        ["what all news is worth", f"{value['news']['usd']:,.2f}"],
    ]
    said = f"Expected cost with time, a day at {robust.usd_per_day:,.2f} USD, over the worlds."
    return Section(
        "information",
        "What it is worth to know",
        (Text(said), table("Value of information", ["what", "USD"], rows, (1,))),
    )


def _measures_sheet(robust: Robust) -> Sheet:
    columns: list[tuple[str, str]] = [("route", "count"), ("way", "text")]
    columns += [(f"{TOLD[s]} of {q}", SPENT[q]) for q in QUANTITIES for s in STATISTICS]
    alone = [name for name in ("broken", "unbroken", "on_time") if name in robust.under_hazards.columns]
    columns += [(name.replace("_", " "), "probability") for name in alone] + [("choice", "text")]
    rows: list[tuple[Any, ...]] = []
    for number, row in enumerate(robust.under_hazards.to_dict("records")):
        choice = "recommended" if number == robust.recommendation.route else ""
        measures = [row[f"{q}.{s}"] for q in QUANTITIES for s in STATISTICS]
        rows.append((number + 1, route_way(robust[number]), *measures, *(row[name] for name in alone), choice))
    return Sheet("Routes", tuple(columns), tuple(rows))


def _breaks_sheet(robust: Robust) -> Sheet:
    rows = [(number + 1, name, chance) for number in range(len(robust)) for name, chance in robust.breaks[number]]
    return Sheet(
        "Closures", (("route", "count"), ("what breaks it", "text"), ("probability", "probability")), tuple(rows)
    )
