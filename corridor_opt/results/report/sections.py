"""Sections that reports share, and how a change is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor_opt.model.schema import vocabulary
from corridor_opt.results.command import Command
from corridor_opt.results.report.numbers import Numbers
from corridor_opt.results.report.parts import Code, Items, Part, Section, Terms, Text, table
from corridor_opt.results.report.rows import leg_rows
from corridor_opt.results.report.scenarios import Changed
from corridor_opt.results.report.words import amount, listed, number_words, unit_of, versions
from corridor_opt.results.sensitivity import Sensitivity
from corridor_opt.results.text import BEST, route_way

if TYPE_CHECKING:
    from corridor_opt.results.front import Front


def leg_section(front: Front, number: int, is_best: bool = False, prefix: str = "") -> Section:
    """Show one route leg by leg."""
    route = front[number]
    rows = []
    for leg in leg_rows(front, number):
        place = leg["from"] if leg["from"] == leg["to"] else f"{leg['from']} to {leg['to']}"
        cells = [f"{leg['cost']:,.2f}", f"{leg['time']:,.2f}", f"{leg['distance']:,.1f}", f"{leg['emissions']:,.1f}"]
        rows.append([f"{leg['kind']}, {leg['mode']}", place, *cells])
    v = route.values
    sums = [f"{v['cost']:,.2f}", f"{v['time']:,.2f}", f"{v['distance']:,.1f}", f"{v['emissions']:,.1f}"]
    rows.append(["route", f"risk {v['risk']:.2%}, {v['time'] / 24:,.1f} days", *sums])
    head = ["leg", "where", "USD", "h", "km", "kg CO2e"]
    parts: list[Part] = [
        Text(f"{route_way(route)}. Countries: {', '.join(route.countries)}. Chokepoints: {listed(route.chokepoints)}."),
        table(f"Legs of route {number + 1}", head, rows, range(2, 6), total=True),
    ]
    if route.notices:
        parts.append(Items(tuple(route.notices)))
    for record in route.compliance:
        why = f"{record['why'] or record['effect']} ({', '.join(record['sources'])})"
        parts.append(Text(f"Compliance {record['profile']}, {record['rule']}: {why}.", "note"))
    word = " (recommended)" if is_best else ""
    return Section(f"{prefix}route-{number + 1}", f"Route {number + 1}{word}", tuple(parts))


def sources_section(numbers: Numbers) -> Section:
    """Show every number used with its source, and the sources."""
    head = ["number", "value", "range", "unit", "source", "confidence"]
    rows = [
        [
            r["name"],
            number_words(r["value"]) or "sum",
            r["range"],
            r["unit"],
            r["source"].replace(";", ", "),
            r["confidence"],
        ]
        for r in numbers.rows
    ]
    counts = ", ".join(
        f"{numbers.confidence[word]} {word}" for word in vocabulary("confidence") if numbers.confidence[word]
    )
    parts: tuple[Part, ...] = (
        Text(f"The routes shown rest on {len(numbers.rows)} numbers. By confidence: {counts}."),
        Terms(tuple((word, said) for word, said in numbers.meanings)),
        table("Numbers that the routes shown rest on", head, rows, (1,)),
        table("Sources cited", ["id", "title", "year"], numbers.sources),
    )
    return Section("sources", "Sources and confidence", parts)


def reproduce(front: Front, command: Command) -> Section:
    """Show versions, checksums and how to ask again."""
    parts: list[Part] = [
        Terms(tuple(versions(front))),
        Text("On the command line (add --format json for every number):"),
    ]
    parts += [Code(str(command), "sh"), Text("In Python:"), Code(command.python, "python")]
    parts += [Text(f"The command alone does not say all: {line}.", "warning") for line in command.missing]
    parts.append(
        Text(
            "The same versions and the same network give the same answer, to the last digit, on every machine.", "note"
        )
    )
    return Section("reproduce", "How to reproduce", tuple(parts))


def say_moved(name: str, row: Changed) -> str:
    """Say the least of a criterion under a scenario, and its change."""
    if name not in row.best:
        return "no route"
    now, before = row.best[name], row.before[name]
    if abs(now - before) < 1e-6:
        return "same"
    return f"{amount(name, now)} ({say_signed(name, now - before)})"


def say_signed(name: str, change: float) -> str:
    """Say a change with its sign and unit."""
    if name == "risk":
        digits = 1 if abs(change) >= 0.001 else 3
        return f"{100 * change:+,.{digits}f} points"
    if name == "time":
        return f"{change / 24:+,.1f} d" if abs(change) >= 24 else f"{change:+,.1f} h"
    return f"{change:+,.0f} {unit_of(name)}"


def say_fate(row: Changed) -> str:
    """Say what becomes of the route looked at."""
    if row.reason:
        return "cut"
    if row.fate == "cut":
        return f"cut: {listed(row.cut_by, 2)}"
    if row.fate == "as before":
        return "as before"
    return f"open; {', '.join(amount(name, row.values[name]) for name in row.best)}"


def say_difference(row: Changed) -> str:
    """Say where the best routes go under a scenario."""
    if row.reason:
        return f"no route: {row.reason}"
    ways: dict[str, list[str]] = {}
    for c, way in row.way.items():
        ways.setdefault(way, []).append(BEST.get(c, c))
    return "; ".join(f"{', '.join(words)}: {way}" for way, words in ways.items()) or "the same ways"


def say_switch(one: Sensitivity) -> str:
    """Say where another route comes first."""
    if one.switch is None or one.to is None:
        return "nowhere up to 4 times beyond the range"
    value = f"by {one.switch:.3g}" if one.value != one.value else f"{one.switch:,.4g} {one.unit}"
    return f"route {one.to + 1} at {value}{'' if one.within else ' (beyond the range)'}"
