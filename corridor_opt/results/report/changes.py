"""What could change an answer, as sections of a report: scenarios, risks, and the numbers that move the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from corridor_opt.results.report.numbers import risk_rows
from corridor_opt.results.report.parts import Part, Section, Text, table
from corridor_opt.results.report.scenarios import Changes
from corridor_opt.results.report.sections import say_difference, say_fate, say_moved, say_signed, say_switch
from corridor_opt.results.report.words import WORDS, amount, listed, number_words
from corridor_opt.results.sensitivity import Sensitivity

if TYPE_CHECKING:
    from corridor_opt.results.front import Front


def scenarios_section(front: Front, changes: Changes, best: int) -> Section:
    """Show what changes under each scenario."""
    head = [
        "scenario",
        *(f"least {WORDS[c]}" for c in changes.criteria),
        f"route {best + 1}",
        "what is different",
    ]
    rows = []
    for row in changes.rows:
        cells = [say_moved(c, row) for c in changes.criteria]
        rows.append([f"{row.title} ({row.name})", *cells, say_fate(row), say_difference(row)])
    parts: list[Part] = []
    if rows:
        before = ", ".join(f"{WORDS[c]} {amount(c, float(front.values[c].min()))}" for c in changes.criteria)
        parts.append(
            Text(
                "Each scenario is stacked on what was asked and searched again, by one criterion at a time. "
                f"Without it the least there is: {before}. Where another route is best then, its way is named."
            )
        )
        parts.append(table("What changes under each scenario", head, rows))
    elif not changes.same:
        parts.append(Text("No scenario was looked at."))
    if changes.same:
        parts.append(
            Text(
                f"No change, neither in the least of each criterion nor for route {best + 1}, under "
                f"{len(changes.same)} others: {', '.join(changes.same)}.",
                "note",
            )
        )
    if changes.skipped:
        said = "; ".join(f"{name} ({why})" for name, why in changes.skipped)
        parts.append(Text(f"Not looked at: {said}.", "note"))
    return Section("scenarios", "What changes under each scenario", tuple(parts))


def risks_section(front: Front, shown: Sequence[int]) -> Section:
    """Show what may happen on some routes."""
    rows = risk_rows(front, shown)
    head = [
        "what may happen",
        "probability",
        "on routes",
        "how often (range)",
        "events counted",
        "sources",
        "confidence",
    ]
    lines = [
        [
            r["title"],
            f"{r['probability']:.2%}",
            listed([str(i + 1) for i in r["routes"]], 20),
            r["rate"],
            r["events"],
            r["sources"],
            r["confidence"],
        ]
        for r in rows
    ]
    parts: list[Part] = [
        Text(
            "Probabilities are those to meet it on one trip; each counts once a route, however many links it "
            "covers. The risk of a route is 1 - the product of (1 - probability) over its parts, so it is no sum. "
            "Where a probability differs between routes the greatest is shown."
        ),
        table("What may happen on the routes shown, most probable first", head, lines, (1,)),
    ]
    totals = [f"route {i + 1}: {front[i].values['risk']:.2%}" for i in shown]
    parts.append(Text(f"Together: {', '.join(totals)}.", "note"))
    return Section("risks", "What risks bite", tuple(parts))


def sensitivity_section(found: Sequence[Sensitivity], best: int, numbers: int) -> Section:
    """Show which numbers move the ranking, of how many."""
    head = [
        "number",
        "now",
        "range",
        f"route {best + 1} moves by",
        "first at low / high",
        "another route comes first",
        "source, confidence",
    ]
    rows = []
    for one in found:
        value = "by 1" if one.value != one.value else number_words(one.value, one.unit)
        ends = f"{number_words(one.low)} to {number_words(one.high)}" + ("" if one.ranged else " (by convention)")
        moved = "; ".join(f"{WORDS[c]} {say_signed(c, a)} to {say_signed(c, b)}" for c, (a, b) in one.moved.items())
        first = f"{one.first[0] + 1} / {one.first[1] + 1}"
        rows.append(
            [
                one.name,
                value,
                ends,
                moved or "nothing",
                first,
                say_switch(one),
                f"{one.source.replace(';', ', ')}, {one.confidence}",
            ]
        )
    count = len([one for one in found if set(one.first) != {best} or one.within])
    parts: list[Part] = []
    if not found:
        said = "No number that the routes rest on moves one against another: none of them alone moves the choice."
        parts.append(Text(said))
    else:
        said = f"{count} of them change{'s' if count == 1 else ''} the choice within the range"
        first = f"The {len(found)} numbers that move the ranking most"
        of = f"of {numbers} that the front rests on"
        said = said if count else "None of them changes the choice within its range"
        parts.append(Text(f"{first}, {of}. {said}."))
        parts.append(table("Which numbers move the ranking", head, rows))
        parts.append(
            Text(
                "Computed: each number is moved alone to the ends of its range, the values of all routes of the "
                "front move with it in proportion to what rests on it, routes that are then beaten are left out, "
                "and the rule chooses anew. Those that change the choice stand first, then those that move routes "
                "most against each other. Routes that are not in the front now, and might enter it, are not seen.",
                "note",
            )
        )
    return Section("sensitivity", "Which numbers move the ranking", tuple(parts))
