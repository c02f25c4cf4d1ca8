"""A static map of a front as SVG, light on white: for reports, notebooks and documents."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import DataError
from corridor_opt.results.drawing import svg
from corridor_opt.results.drawing.land import COAST, HEIGHT, WATER, WIDTH, View, country_names, land, thinned
from corridor_opt.results.drawing.palette import MODES_LIGHT, colour_of, dash_of
from corridor_opt.results.tables import leg_lines
from corridor_opt.results.text import representatives, route_way

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Leg, Route

MOST = 7  # routes in colour: as many as there are colours that anybody tells apart
INK, SOFT = "#1b2430", "#6b7480"
LANE = 3.4


def highlights(front: Front, first: Sequence[int] = ()) -> list[int]:
    """Pick routes (positions) to draw in colour: `first`, the knee, the best of each criterion, and more to be seen."""
    values = front.values
    chosen = dict.fromkeys(first)
    chosen |= dict.fromkeys([int(front.rank(method="knee")["route"].iloc[0])])
    chosen |= dict.fromkeys(int(values[criterion].idxmin()) for criterion in front.criteria)
    for number in representatives(front):
        if len(chosen) < MOST:
            chosen[number] = None
    return sorted(list(chosen)[:MOST])


def picture(front: Front, routes: Sequence[int] | None = None, others: Sequence[int] | None = None) -> str:
    """Draw a map.

    Parameters
    ----------
    front
        Whose network is drawn faint below.
    routes
        Positions of the routes in colour, by the order of their numbers; `highlights` when None.
    others
        Positions of routes in grey; the other representatives when None.

    Returns
    -------
    str
        An SVG element, the same each time.

    Raises
    ------
    DataError
        There is no route to draw, or no such one.
    """
    shown = list(routes) if routes is not None else highlights(front)
    if not shown or any(not 0 <= i < len(front) for i in shown):
        raise DataError(f"a picture needs routes of the front, 0 to {len(front) - 1}, not {shown}")
    grey = [i for i in (representatives(front) if others is None else others) if i not in shown]
    view = View([point for i in shown for point in _points(front, front[i])])
    parts = [
        svg.element("rect", width=WIDTH, height=HEIGHT, fill=WATER),
        *land(view),
        _network(front, view),
        _grey(front, grey, view),
    ]
    labels = svg.Labels((6, 4, WIDTH - 6, HEIGHT - 4))
    lanes = _lanes(front, shown, view)
    parts += [_line(points, colour_of(j), dash_of(j)) for j, points in enumerate(lanes)]
    parts += _symbols(front, shown, view, labels, lanes)
    framed = f'<svg width="{WIDTH}" height="{HEIGHT}" overflow="hidden">{"".join(parts)}</svg>'
    legend, height = _legend(front, shown, len(grey))
    frame = svg.element("rect", x=0.5, y=0.5, width=WIDTH - 1, height=HEIGHT - 1, fill="none", stroke=COAST)
    head = front.head
    words = f"Map of {len(shown)} routes from {head['origin']['name']} to {head['destination']['name']}: " + "; ".join(
        f"route {i + 1}, {route_way(front[i])}" for i in shown
    )
    background = svg.element("rect", width=WIDTH, height=height, fill="#ffffff")
    return svg.picture([background, framed, frame, *legend], WIDTH, height, words)


def _network(front: Front, view: View) -> str:
    """Every open link (of a large network: what is shown of it), faint, in the colour of its mode."""
    links, lines = front.network["links"], front.drawn
    links = links[links["id"].isin(lines)]
    by_mode: dict[str, list[str]] = {}
    for link, mode, is_open in links[["id", "mode", "is_open"]].itertuples(index=False):
        flat, near = view.project(lines[link])
        if is_open and near.all() and view.sees(flat):
            by_mode.setdefault(mode, []).append(svg.path(thinned(flat)))
    paths = [
        svg.element("path", d="".join(found), stroke=MODES_LIGHT.get(mode, SOFT))
        for mode, found in sorted(by_mode.items())
    ]
    return svg.group(paths, fill="none", stroke_width=0.7, stroke_opacity=0.35)


def _points(front: Front, route: Route) -> list[tuple[float, float]]:
    """Points of a route in travel order, longitude first."""
    points: list[tuple[float, float]] = []
    for leg in route.legs:
        for line in leg_lines(front, leg):
            points += line[1:] if points and points[-1] == line[0] else line
    if not points:
        node = front.network.node(front.head["origin"]["id"])
        points = [(node["lon"], node["lat"])]
    return points


def _grey(front: Front, routes: Sequence[int], view: View) -> str:
    paths = {svg.path(thinned(view.project(_points(front, front[i]))[0])): None for i in routes}
    drawn = [svg.element("path", d=d) for d in paths]
    return svg.group(drawn, fill="none", stroke="#8d97a3", stroke_width=1.3, stroke_opacity=0.8)


def _lanes(front: Front, routes: Sequence[int], view: View) -> list[NDArray[np.float64]]:
    """Lines of routes in pixels; where several share a segment they run side by side."""
    lines = [np.array(_points(front, front[i])) for i in routes]
    users: dict[tuple[Any, ...], list[int]] = {}

    def key(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[Any, ...]:
        return tuple(sorted([tuple(a), tuple(b)]))

    for j, line in enumerate(lines):
        for a, b in itertools.pairwise(line):
            used = users.setdefault(key(a, b), [])
            if j not in used:
                used.append(j)
    drawn = []
    for j, line in enumerate(lines):
        flat, _ = view.project(line)
        if len(flat) < 2:
            drawn.append(flat)
            continue
        offsets = np.zeros((len(flat) - 1, 2))
        for s, (a, b) in enumerate(itertools.pairwise(line)):
            used = users[key(a, b)]
            lane = (used.index(j) - (len(used) - 1) / 2) * LANE
            # left and right are those of the segment, not of the travel, so that lanes do not cross
            forward = 1 if tuple(a) <= tuple(b) else -1
            along = (flat[s + 1] - flat[s]) * forward
            length = float(np.hypot(*along))
            if length > 0:
                offsets[s] = np.array([-along[1], along[0]]) / length * lane
        moved = flat.copy()
        moved[0] += offsets[0]
        moved[-1] += offsets[-1]
        moved[1:-1] += (offsets[:-1] + offsets[1:]) / 2
        drawn.append(moved)
    return drawn


def _line(points: NDArray[np.float64], colour: str, dash: str) -> str:
    d = svg.path(points)
    style: dict[str, Any] = {"fill": "none", "stroke_linejoin": "round", "stroke_linecap": "round"}
    halo = svg.element("path", d=d, stroke="#ffffff", stroke_width=4.2, stroke_opacity=0.7, **style)
    return halo + svg.element("path", d=d, stroke=colour, stroke_width=2.7, stroke_dasharray=dash or None, **style)


def _symbols(
    front: Front, routes: Sequence[int], view: View, labels: svg.Labels, lanes: Sequence[NDArray[np.float64]]
) -> list[str]:
    """Ends, numbers of routes, terminals, chokepoints and borders with their names, what matters most first."""
    network = front.network
    ends, terminals, borders, straits = _marked(front, routes)
    marks, texts = [], []

    def at(node: str) -> tuple[float, float]:
        row = network.node(node)
        x, y = view.project([(row["lon"], row["lat"])])[0][0]
        return float(x), float(y)

    named: list[tuple[float, float, str, float, float, dict[str, Any]]] = []
    for node in ends:
        x, y = at(node)
        marks.append(svg.element("circle", cx=x, cy=y, r=5.5, fill=INK, stroke="#ffffff", stroke_width=1.6))
        named.append((x, y, network.node(node)["name"], 14, 9, {"font_weight": 700}))
        labels.take((x - 7, y - 7, x + 7, y + 7))
    for node in terminals:
        x, y = at(node)
        marks.append(
            svg.element(
                "rect", x=x - 3.6, y=y - 3.6, width=7.2, height=7.2, fill="#ffffff", stroke=INK, stroke_width=1.4
            )
        )
        named.append((x, y, network.node(node)["name"], 11.5, 7, {"font_weight": 600}))
        labels.take((x - 4, y - 4, x + 4, y + 4))
    rows = {row["id"]: row for row in network["chokepoints"].to_dict("records")}
    for name in straits:
        x, y = (float(v) for v in view.project([(rows[name]["lon"], rows[name]["lat"])])[0][0])
        marks.append(
            svg.element(
                "path", d=f"M{x:.1f} {y - 5:.1f}l4.6 8h-9.2z", fill="#ffffff", stroke="#9a4a00", stroke_width=1.5
            )
        )
        named.append((x, y, rows[name]["name"], 10.5, 7, {"fill": "#7a3b00", "font_style": "italic"}))
    for node, words in borders.items():
        x, y = at(node)
        marks.append(
            svg.element("path", d=f"M{x:.1f} {y - 4:.1f}l4 4l-4 4l-4 -4z", fill=INK, stroke="#ffffff", stroke_width=0.8)
        )
        named.append((x, y, words, 10, 6, {"fill": "#3a4350"}))
    badges = _badges(routes, lanes, labels)
    for x, y, name, size, gap, style in named:
        halo = {"paint_order": "stroke", "stroke": "#ffffff", "stroke_width": 3, "stroke_linejoin": "round"}
        texts.append(labels.place(x, y, svg.shortened(name, 34), size, gap, **{"fill": INK, **halo, **style}))
    return [*marks, *texts, *country_names(view, labels), *badges]


def _marked(front: Front, routes: Sequence[int]) -> tuple[list[str], list[str], dict[str, str], list[str]]:
    """Nodes of ends, terminals and borders (with the two countries), ids of chokepoints, of some routes."""
    head, node = front.head, front.network.node
    ends = list(dict.fromkeys([head["origin"]["id"], head["destination"]["id"]]))
    terminals: dict[str, None] = {}
    borders: dict[str, str] = {}
    straits: dict[str, None] = {}
    for number in routes:
        route = front[number]
        for leg in route.legs:
            if leg.kind in ("transshipment", "gauge-change") and leg.start not in ends:
                terminals[leg.start] = None
            if leg.kind == "border":
                borders[leg.start] = _border_words(leg, node)
        straits |= dict.fromkeys(route.chokepoints)
    return ends, list(terminals), {n: w for n, w in borders.items() if n not in terminals}, list(straits)


def _border_words(leg: Leg, node: Any) -> str:
    return f"{node(leg.start)['country']}-{node(leg.end)['country']} {node(leg.start)['name']}"


def _badges(routes: Sequence[int], lanes: Sequence[NDArray[np.float64]], labels: svg.Labels) -> list[str]:
    """Numbers of routes in circles, each where its route is farthest from the others."""
    found = []
    every = [_spaced(line) for line in lanes]
    for j, number in enumerate(routes):
        mine = every[j]
        others = [line for i, line in enumerate(every) if i != j and len(line)]
        away = np.full(len(mine), 1e3)
        for line in others:
            away = np.minimum(away, np.hypot(*(mine[:, None, :] - line[None, :, :]).transpose(2, 0, 1)).min(axis=1))
        # of places that are far enough from the others, the one nearest to the middle of the way
        middle = np.abs(np.arange(len(mine)) - len(mine) / 2) / max(len(mine), 1)
        for k in np.argsort(-np.minimum(away, 40) + 8 * middle, kind="stable"):
            x, y = mine[k]
            half = 8.5 if number < 99 else 11
            if labels.is_free((x - half, y - 8.5, x + half, y + 8.5)):
                labels.take((x - half, y - 8.5, x + half, y + 8.5))
                box = svg.element(
                    "rect",
                    x=x - half,
                    y=y - 8,
                    width=2 * half,
                    height=16,
                    rx=8,
                    fill="#ffffff",
                    stroke=colour_of(j),
                    stroke_width=2,
                )
                text = svg.element(
                    "text", str(number + 1), x=x, y=y + 4, font_size=11, font_weight=700, text_anchor="middle", fill=INK
                )
                found.append(box + text)
                break
    return found


def _spaced(line: NDArray[np.float64], step: float = 9.0) -> NDArray[np.float64]:
    """Points along a line at even distances."""
    if len(line) < 2:
        return line
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    marks = np.linspace(0, length[-1], max(2, int(length[-1] / step)))
    return np.column_stack([np.interp(marks, length, line[:, axis]) for axis in (0, 1)])


def _legend(front: Front, routes: Sequence[int], others: int) -> tuple[list[str], float]:
    """Routes with their colours, symbols and modes, below the map; beside it the height of the whole."""
    parts, y = [], HEIGHT + 22.0
    for j, number in enumerate(routes):
        route = front[number]
        d = f"M8 {y - 4:.1f}H48"
        style: dict[str, Any] = {"stroke": colour_of(j), "stroke_width": 3, "stroke_linecap": "round"}
        parts.append(svg.element("path", d=d, stroke_dasharray=dash_of(j) or None, **style))
        values = f"{route.values['cost']:,.0f} USD, {route.values['time'] / 24:,.1f} days"
        parts.append(svg.element("text", str(number + 1), x=58, y=y, font_size=12.5, font_weight=700, fill=INK))
        way = svg.shortened(route_way(route), 118)
        parts.append(svg.element("text", f"{values}: {way}", x=96, y=y, font_size=12.5, fill=INK))
        y += 19
    if others:
        parts.append(svg.element("path", d=f"M8 {y - 4:.1f}H48", stroke="#8d97a3", stroke_width=1.5))
        parts.append(svg.element("text", f"{others} more of the front", x=58, y=y, font_size=12, fill=SOFT))
        y += 19
    x = 8.0
    for sign in ("\u25cf start and end", "\u25a1 terminal", "\u25b3 strait, canal or sea", "\u25c6 border", "Behind:"):
        parts.append(svg.element("text", sign, x=x, y=y + 3, font_size=11.5, fill=SOFT))
        x += svg.text_width(sign, 11.5) + 16
    for mode, colour in MODES_LIGHT.items():
        parts.append(svg.element("path", d=f"M{x:.1f} {y - 1:.1f}h18", stroke=colour, stroke_width=2))
        parts.append(svg.element("text", mode, x=x + 22, y=y + 3, font_size=11.5, fill=SOFT))
        x += 34 + svg.text_width(mode, 11.5)
    note = "Lines are for orientation. Outlines: Natural Earth, de-facto; disputed boundaries dashed. We take no side."
    parts.append(svg.element("text", note, x=8, y=y + 21, font_size=11.5, fill=SOFT))
    return parts, y + 32
