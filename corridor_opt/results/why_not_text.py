"""Why something is not in a front, as a person reads it; and a change as the text of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from corridor_opt.model.criteria import CRITERIA

if TYPE_CHECKING:
    from corridor_opt.model.disruption import Disruption
    from corridor_opt.model.scenario import Scenario
    from corridor_opt.results.route import Route
    from corridor_opt.results.why_not import Change, WhyNot

SHOWN = 5
LISTED = 8


def why_not_text(why: WhyNot) -> str:
    """Give an answer in 100 columns: the verdict, the ways, what beats or closes them, what would have to change."""
    from corridor_opt.results.text import wrapped

    head = why.head
    asked = f"{head['origin']['name']} to {head['destination']['name']}, {'+'.join(head['scenario'])}"
    lines = [f"Why not {why.name} ({why.what})? {asked}", ""]
    lines += _verdict(why)
    lines += [f"  - {reason}" for reason in why.reasons]
    for one in why.closed[:LISTED]:
        then = f" (then {said_values(one.values)})" if one.values else ""
        lines.append(f"  - {' together with '.join(one.blockers)}{then}")
    if len(why.closed) > LISTED:
        lines.append(f"  - and {len(why.closed) - LISTED} more sets")
    lines += _ways(why)
    if why.changes:
        lines += ["", "What would have to change"]
        for change in why.changes:
            lines.append(f"  - {change.text}{_verified(change)}")
            for route in list(change.routes)[:1]:
                lines.append(f"    in the front then: {_line(route)}")
            if change.then is not None:
                lines += [f"    {line}".rstrip() for line in _then(change.then)]
    lines += [f"note: {note}" for note in why.notes]
    return "\n".join(line if "\n" in line else wrapped(line) for line in lines)


def _verdict(why: WhyNot) -> list[str]:
    """Say the verdict."""
    many = len(why.front) if why.front is not None else 0
    if why.verdict == "in the front":
        numbers = ", ".join(str(i + 1) for i in why.members[:LISTED]) + (", ..." if len(why.members) > LISTED else "")
        word = "route" if len(why.members) == 1 else "routes"
        lines = [f"It is in the front: {word} {numbers} ({len(why.members)} of {many})."]
        if why.front is not None:
            lines += [f"  route {i + 1}: {_line(why.front[i])}" for i in why.members[:3]]
        return lines
    if why.verdict == "dominated":
        ways = f"{why.count} way{'s' if why.count != 1 else ''}{'' if why.exact else ' at least'}"
        none = "each beaten" if why.count != 1 else "beaten"
        return [f"Dominated: {ways} through it, {none} by a route of the front ({many} routes) in all searched."]
    return {
        "beyond limits": ["Beyond the limits: there are ways through it, and none keeps to what was asked."],
        "closed": ["Closed: no way through it is open. Each of these alone suffices to be lifted:"],
        "impossible": ["No way through it leads there without visiting a place twice, whatever is opened:"],
        "unknown": ["Not known: the search stopped at its limit before it was decided."],
    }[why.verdict]


def _ways(why: WhyNot) -> list[str]:
    """List ways through with what beats them."""
    if why.ways is None or not len(why.ways) or why.verdict == "in the front":
        return []
    lines = ["", "Best ways through it"]
    for number, route in enumerate(why.ways[:SHOWN]):
        lines.append(f"  way {number + 1}: {_line(route)}")
        if number >= len(why.beaten) or not why.beaten[number].by or why.front is None:
            continue
        beaten = why.beaten[number]
        other = why.front[beaten.by[0]]
        more = f" and {len(beaten.by) - 1} more" if len(beaten.by) > 1 else ""
        lines.append(f"    beaten by route {other.number + 1}{more}: {_line(other)}")
        worse = [_gap(name, value) for name, value in beaten.gaps.items() if value > 0]
        lines.append(f"    worse by {', '.join(worse) or 'nothing: equal in all'}")
        difference = why.difference(number)
        if difference is not None:
            lines.append(f"    where: {difference.summary()}")
    if len(why.ways) > SHOWN:
        lines.append(f"  and {len(why.ways) - SHOWN} more in JSON")
    return lines


def _then(why: WhyNot) -> list[str]:
    """Say shortly why lifting did not suffice."""
    lines = [_verdict(why)[0], *(f"- {reason}" for reason in why.reasons[:3])]
    if why.beaten and why.ways is not None and why.front is not None and why.beaten[0].by:
        other = why.front[why.beaten[0].by[0]]
        worse = [_gap(name, value) for name, value in why.beaten[0].gaps.items() if value > 0]
        lines.append(f"best way: {_line(why.ways[0])}; worse than {_line(other)} by {', '.join(worse)}")
    for change in why.changes[:2]:
        lines.append(f"then also: {change.text}{_verified(change)}")
    return lines


def _verified(change: Change) -> str:
    """Say what a new search said."""
    if change.kind == "none":
        return ""
    return {
        True: " [searched again: it enters the front]",
        False: " [searched again: it is not enough]",
        None: " [not searched again]",
    }[change.verified]


def _line(route: Route) -> str:
    """One line on a route: the way and its values."""
    from corridor_opt.results.text import route_way

    return f"{route_way(route)}; {said_values(route.values)}, risk {route.values['risk']:.1%}"


def said_values(values: Mapping[str, float]) -> str:
    """Cost and time as a planner reads them."""
    parts = []
    if "cost" in values:
        parts.append(f"{values['cost']:,.0f} USD")
    if "time" in values:
        parts.append(f"{values['time'] / 24:,.1f} days")
    return ", ".join(parts)


def _gap(name: str, value: float) -> str:
    """Say by how much a way is worse."""
    if name == "risk":
        return f"{100 * value:.2f} points of risk"
    digits = CRITERIA[name].digits
    return f"{value:,.{digits}f} {CRITERIA[name].unit}" + (" of delay" if name == "delay" else "")


def scenario_toml(scenario: Scenario) -> str:
    """Write a scenario as TOML."""
    import json

    quoted = json.dumps  # basic strings of TOML are those of JSON
    lines = [f"name = {quoted(scenario.name)}", f"title = {quoted(scenario.title, ensure_ascii=False)}"]
    lines += [f"confidence = {quoted(scenario.confidence)}"]
    if scenario.sources:
        lines.append(f"sources = {quoted(list(scenario.sources))}")
    for one in scenario.disruptions:
        lines += ["", "[[disruption]]", *_disruption_toml(one)]
    return "\n".join(lines) + "\n"


def _disruption_toml(one: Disruption) -> list[str]:
    """Lines of one disruption."""
    import json

    lines = [f"{key} = {json.dumps(list(values), ensure_ascii=False)}" for key, values in one.selector.keys.items()]
    if one.selector.tables:
        lines.append(f"table = {json.dumps(list(one.selector.tables))}")
    if one.change in ("close", "open"):
        lines.append(f"{one.change} = true")
    else:
        numbers = ", ".join(f"{name} = {value!r}" for name, value in one.values.items())
        lines.append(f"{one.change} = {{ {numbers} }}")
        if one.change in ("add", "set") and any(n == "cost" or "usd" in n for n in one.values):
            lines.append(f"prices = {one.prices}")
    if one.why:
        lines.append(f"why = {json.dumps(one.why, ensure_ascii=False)}")
    if one.sources:
        lines.append(f"sources = {json.dumps(list(one.sources))}")
    return lines
