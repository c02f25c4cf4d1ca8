"""A route as a line of places, with the modes, days and borders between them.

`Mumbai [4.4 d] ~~sea 13.6 d; bab-el-mandeb, suez~~> Poti [5.8 d] ==rail 0.8 d==> ... Dariali |GE-RU 1.0 d| Upper Lars`
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from corridor_opt.model.schema import split
from corridor_opt.results.lines import broken, clean, columns, page

if TYPE_CHECKING:
    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Leg, Route

# Ends of an arrow by mode: plain, and with box characters that old fonts have too.
_PLAIN = {"sea": "~~", "ferry": "~=", "waterway": "~-", "rail": "==", "road": "--"}
_DRAWN = {"sea": "≈≈", "ferry": "≈═", "waterway": "≈─", "rail": "══", "road": "──"}
_OTHER = ".."
# Eight colours that terminals have had always and let the reader choose.
_COLOURS = {"sea": 34, "ferry": 36, "waterway": 36, "rail": 33, "road": 35, "border": 31}
LETTERS = "".join(sorted(set("".join(_DRAWN.values())))) + "►│"
LEAST_DAYS = 0.05  # less is not written

_Piece = tuple[str, str]  # text, and what it is coloured as


def strip(route: Route, *, label: str = "", days: bool = True) -> str:
    """Draw a route as lines of places that fit the page.

    Parameters
    ----------
    route
        What to draw.
    label
        What to begin with, such as the route's number; what goes on is set in.
    days
        Whether to say how many days each part takes; less than 0.05 is left out.
    """
    return _set(pieces(route, days=days), label)


def pieces(route: Route, *, days: bool = True) -> list[_Piece]:
    """Parts of a strip, in travel order: text, and the mode (or `border`, or nothing) that it is coloured as."""
    front = route.front
    if not route.legs:
        return [(clean(front.head["origin"]["name"]), "")]
    chokepoints = {row["step"]: split(row["chokepoints"]) for row in route.rows}
    made: list[_Piece] = [(_name(front, route.legs[0].start), "")]
    dwell, doing = 0.0, ""
    for leg in route.legs:
        spent = leg.values["time"] / 24
        if leg.kind in ("transshipment", "wait", "gauge-change"):
            dwell += spent
            doing = "gauge" if leg.kind == "gauge-change" else doing
            continue
        made += _at(dwell, doing, days)
        dwell, doing = 0.0, ""
        said = f" {spent:,.1f} d" if days and spent >= LEAST_DAYS else ""
        if leg.kind == "border":
            bar = "│" if page().drawn else "|"
            ends = "-".join(front.network.node(node)["country"] for node in (leg.start, leg.end))
            made.append((f"{bar}{clean(ends)}{said}{bar}", "border"))
        else:
            passed = dict.fromkeys(clean(word) for step in leg.steps for word in chokepoints[step])
            made.append(_arrow(leg, said + (f"; {', '.join(passed)}" if passed else "")))
        if leg.start != leg.end:
            made.append((_name(front, leg.end), ""))
    return made + _at(dwell, doing, days)


def legend(routes: Sequence[Route]) -> str:
    """One line that says what the drawing of these routes means."""
    used = dict.fromkeys(mode for route in routes for mode in route.modes)
    said = [f"{_end(mode)} {mode}" for mode in used]
    bar = "│" if page().drawn else "|"
    if any(route.borders for route in routes):
        said.append(f"{bar}border{bar}")
    return "  ".join([*said, "[days at a place]"])


def _arrow(leg: Leg, said: str) -> _Piece:
    """The arrow of a haul, or of the way to and from the network."""
    if leg.kind == "access":
        return f"{_OTHER}access{said}{_OTHER}{_tip()}", ""
    return f"{_end(leg.mode)}{clean(leg.mode)}{said}{_end(leg.mode)}{_tip()}", leg.mode


def _at(dwell: float, doing: str, days: bool) -> list[_Piece]:
    """What a place takes, loading and waiting together."""
    said = [word for word in (doing, f"{dwell:,.1f} d" if days and dwell >= LEAST_DAYS else "") if word]
    return [(f"[{' '.join(said)}]", "")] if said else []


def _end(mode: str) -> str:
    return (_DRAWN if page().drawn else _PLAIN).get(mode, _OTHER)


def _tip() -> str:
    return "►" if page().drawn else ">"


def _name(front: Front, node: str) -> str:
    return clean(front.network.node(node)["name"]).replace("\n", " ")


def _set(parts: Sequence[_Piece], label: str) -> str:
    """Fill lines with whole parts; only what is wider than a line is broken."""
    inset = " " * (min(columns(label) + 1, 14) if label else 2)
    lines: list[str] = []
    line, used = (label, columns(label)) if label else ("", 0)
    for text, kind in parts:
        for piece in broken(text, page().width - len(inset)) if columns(text) > page().width - len(inset) else [text]:
            wide = columns(piece)
            if used and used + 1 + wide > page().width:
                lines.append(line)
                line, used = inset.rstrip("\n")[:-1], len(inset) - 1
            gap = " " if used else ""
            line, used = line + gap + _coloured(piece, kind), used + len(gap) + wide
    return "\n".join([*lines, line])


def _coloured(text: str, kind: str) -> str:
    code = _COLOURS.get(kind)
    return f"\033[{code}m{text}\033[0m" if code and page().coloured else text
