"""Pictures of fronts and comparisons by matplotlib, for papers, and a map by folium for those who are online.

Both packages come with the extra `maps` and are loaded when they are asked for.
"""

from __future__ import annotations

import html
import itertools
import textwrap
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError, MissingExtraError
from corridor_opt.model.geography import drawn_outlines
from corridor_opt.results.drawing.palette import ROUTES_LIGHT, colour_of, dash_of
from corridor_opt.results.drawing.view import View, along, length
from corridor_opt.results.lines import clean
from corridor_opt.results.tables import leg_lines
from corridor_opt.results.text import best_of_each, question_text, representatives, route_cells, route_way

if TYPE_CHECKING:
    import geopandas
    from numpy.typing import NDArray

    from corridor_opt.results.comparison import Comparison
    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Route

_Box = tuple[float, float, float, float]  # left, bottom, right, top
MOST = len(ROUTES_LIGHT)  # routes drawn unless some are named: as many as there are colours that anybody tells apart
WATER, LAND, BORDER, NETWORK, INK = "#eef4f8", "#f8f5ee", "#c4bba9", "#b4b4b4", "#20262c"
FAINT = "#a39a88"  # names of countries
THIN, STEP = 1.5, 0.8  # points: width of the last route, and how much wider each one below it is


def needs(*packages: str) -> None:
    """Say what to install where a package is missing.

    Raises
    ------
    MissingExtraError
        At least one is.
    """
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        raise MissingExtraError(f"this picture needs {', '.join(missing)}: pip install 'corridor_opt[maps]'")


def plot_front(
    front: Front,
    ax: Any = None,
    *,
    routes: Sequence[int] | None = None,
    network: bool = True,
    names: bool = True,
    legend: bool = True,
    title: str | None = None,
) -> Any:
    """Draw routes of a front on a map: see `Front.plot`."""
    needs("matplotlib")
    import matplotlib.pyplot as plt

    chosen = drawn(front) if routes is None else list(routes)
    wrong = [i for i in chosen if isinstance(i, bool) or not isinstance(i, int) or not 0 <= i < len(front)]
    if not chosen or wrong:
        raise DataError(f"routes to draw: positions from 0 to {len(front) - 1} are needed, not {wrong or chosen}")
    if ax is None:
        _, ax = plt.subplots(figsize=(9, 7), layout="constrained")
    lines = {i: [line for leg in front[i].legs for line in leg_lines(front, leg) if leg.kind != "wait"] for i in chosen}
    view = View([point for every in lines.values() for line in every for point in line])
    view.frame(ax, BORDER)
    countries = _ground(ax, view)
    if network:
        _network(ax, view, front)
    letters = _inches(ax) * 15  # of a line of the legend
    taken: list[_Box] = []
    ends = [front.head["origin"]["id"], front.head["destination"]["id"]]
    if names:
        _names(ax, view, front, ends, taken, weight="bold", fontsize=8.5)
    _routes(ax, view, front, chosen, lines, taken, int(letters))
    if names:
        changes = [leg.start for i in chosen for leg in front[i].legs if leg.kind == "transshipment"]
        _names(ax, view, front, [node for node in changes if node not in ends], taken, fontsize=6.5)
        _countries(ax, view, countries, taken)
    asked = _math(clean(question_text(front).splitlines()[0]))
    ax.set_title(asked if title is None else title, fontsize=10, loc="left", color=INK)
    if legend:
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.01), fontsize=7.5, frameon=False, handlelength=3.2)
        for handle in ax.get_legend().get_lines():
            handle.set_linewidth(2.5)
    return ax


def plot_comparison(comparison: Comparison, *, across: int = 2, most: int = 3) -> Any:
    """Draw a small map for each scenario: see `Comparison.plot`."""
    needs("matplotlib")
    import matplotlib.pyplot as plt
    import numpy as np

    shown = {name: one.front for name, one in comparison.outcomes.items()}
    across = max(1, min(across, len(shown)))
    down = -(-len(shown) // across)
    _, axes = plt.subplots(down, across, figsize=(5.2 * across, 4.6 * down), layout="constrained", squeeze=False)
    flat = list(np.ravel(axes))
    for ax, (name, front) in zip(flat, shown.items(), strict=False):
        if front is None:
            ax.text(0.5, 0.5, "no route", ha="center", va="center", transform=ax.transAxes, color=INK)
            ax.set_title(_math(clean(name)), fontsize=10, loc="left", color=INK)
            ax.set_axis_off()
        else:
            plot_front(front, ax, routes=list(best_of_each(front))[:most], title=_math(clean(name)))
    for ax in flat[len(shown) :]:
        ax.set_axis_off()
    return axes


def explore_front(front: Front, *, routes: Sequence[int] | None = None, **options: Any) -> Any:
    """Put routes on a map of the web: see `Front.explore`."""
    needs("folium", "matplotlib", "mapclassify")
    chosen = drawn(front) if routes is None else list(routes)
    frame = _hauls(front, chosen)
    words = {
        "color": [colour_of(chosen.index(number - 1)) for number in frame["route"]],
        "tooltip": [name for name in frame.columns if name != "geometry"],
        "tiles": "OpenStreetMap",
        "style_kwds": {"weight": 4, "opacity": 0.8},
    }
    return frame.explore(**words | options)


def drawn(front: Front) -> list[int]:
    """Positions of the routes to draw: the best of each criterion, the knee, one of each other set of corridors."""
    order = dict.fromkeys([*best_of_each(front), int(front.rank(method="knee")["route"].iloc[0])])
    seen = {frozenset(front[i].corridors) for i in order}
    for i in representatives(front):
        if frozenset(front[i].corridors) not in seen:
            seen.add(frozenset(front[i].corridors))
            order[i] = None
    return sorted(list(order)[:MOST])


def _hauls(front: Front, chosen: Sequence[int]) -> geopandas.GeoDataFrame:
    """A row a haul of the chosen routes, with what a reader wants to see of it; text is escaped, as folium does not."""
    frame = front.to_geodataframe()
    frame = frame[(frame["kind"] == "haul") & frame["route"].isin([i + 1 for i in chosen])].copy()
    ways = {i + 1: html.escape(route_way(front[i])) for i in chosen}
    frame.insert(1, "way", [ways[number] for number in frame["route"]])
    for column in ("from", "to"):
        frame[column] = [html.escape(front.network.node(node)["name"]) for node in frame[column]]
    return frame.drop(columns=["kind", "links"]).reset_index(drop=True)


def _ground(ax: Any, view: View) -> list[dict[str, Any]]:
    """Water, land and boundaries, of which disputed ones are dashed; gives the countries."""
    import numpy as np
    from matplotlib.collections import LineCollection, PolyCollection

    arcs, told = drawn_outlines()
    near = [view.near(arc) for arc in arcs]
    flat = [view(arc) if seen else None for arc, seen in zip(arcs, near, strict=True)]
    disputed = {i for line in told["disputed"] for i in (*line["arcs"], *line["lines"])}
    land = []
    for country in told["countries"]:
        for ring in itertools.chain.from_iterable(country["polygons"]):
            parts = [flat[~i][::-1] if i < 0 else flat[i] for i in ring if flat[~i if i < 0 else i] is not None]
            if len(parts) == len(ring) and view.sees(whole := np.concatenate(parts)):
                land.append(whole)
    ax.set_facecolor(WATER)
    ax.add_collection(PolyCollection(land, facecolors=LAND, edgecolors="none", zorder=0), autolim=False)
    for dashed in (False, True):
        lines = [line for i, line in enumerate(flat) if line is not None and (i in disputed) == dashed]
        lines = [line for line in lines if view.sees(line)]
        style = {"linestyles": [(0, (3, 2))]} if dashed else {}
        ax.add_collection(LineCollection(lines, colors=BORDER, linewidths=0.5, zorder=1, **style), autolim=False)
    return told["countries"]


def _network(ax: Any, view: View, front: Front) -> None:
    """All open links (of a large network: what is shown of it), faint."""
    from matplotlib.collections import LineCollection

    links, drawn = front.network["links"], front.drawn
    opened = [drawn[link] for link in links["id"][links["is_open"]] if link in drawn]
    lines = [flat for line in opened if view.near(line) and view.sees(flat := view(line))]
    ax.add_collection(LineCollection(lines, colors=NETWORK, linewidths=0.4, alpha=0.7, zorder=2), autolim=False)


def _routes(
    ax: Any,
    view: View,
    front: Front,
    chosen: Sequence[int],
    lines: dict[int, Any],
    taken: list[_Box],
    letters: int,
) -> None:
    """Routes over one another, the first the widest, so that a stretch that several share shows all their colours."""
    import numpy as np

    best = best_of_each(front)
    used: dict[Any, int] = {}
    for i in chosen:
        for line in {min(tuple(line), tuple(line[::-1])) for line in lines[i]}:
            used[line] = used.get(line, 0) + 1
    for place, i in enumerate(chosen):
        width = THIN + STEP * (len(chosen) - 1 - place)
        dash = [float(part) / width for part in dash_of(place).split()]
        style: Any = (0, tuple(dash)) if dash else "solid"
        parts = [view(line) for line in lines[i] if len(line) > 1]
        gap = np.full((1, 2), np.nan)
        joined = np.concatenate([piece for part in parts for piece in (part, gap)]) if parts else gap
        cap: dict[str, Any] = {"solid_capstyle": "round", "dash_capstyle": "round", "solid_joinstyle": "round"}
        label = "\n      ".join(textwrap.wrap(_label(front[i], best.get(i, "")), max(30, letters)))
        ax.plot(*joined.T, color=colour_of(place), lw=width, ls=style, label=label, zorder=3 + place / 100, **cap)
        stretches = [
            (used[min(tuple(line), tuple(line[::-1]))], view(line)) for line in lines[i] if line[0] != line[-1]
        ]
        if stretches:
            x, y = _spot(stretches, taken, view)
            said = {"boxstyle": "circle,pad=0.2", "fc": "white", "ec": colour_of(place), "lw": 1.2}
            ax.text(x, y, str(i + 1), fontsize=7, ha="center", va="center", color=INK, bbox=said, zorder=6)
            half = (5 + 2 * len(str(i + 1))) * _per_point(ax)
            taken.append((x - half, y - half, x + half, y + half))


def _spot(stretches: Sequence[tuple[int, NDArray[Any]]], taken: Sequence[_Box], view: View) -> tuple[float, float]:
    """Where a route's number stands: on a stretch that few share, far from other numbers, on a long line."""
    import numpy as np

    enough = 0.12 * float(np.linalg.norm(view.high - view.low))
    least = min(count for count, _ in stretches)
    tried = []
    for count, line in stretches:
        if count > least:
            continue
        for share in (0.5, 0.3, 0.7):
            x, y = along(line, share)
            away = min((float(np.hypot(x - (a + c) / 2, y - (b + d) / 2)) for a, b, c, d in taken), default=enough)
            tried.append((-min(away, enough), -length(line), x, y))
    *_, x, y = min(tried)
    return x, y


def _label(route: Route, best: str) -> str:
    """A line of the legend: number, values as in the table, way."""
    cost, days, _, risk, *_, way = route_cells(route)
    said = f"{route.number + 1}  {cost} USD, {days} d, {risk}" + (f", {best}" if best else "")
    return _math(clean(f"{said}: {way}"))


def _math(text: str) -> str:
    """Keep matplotlib from reading a dollar sign as mathematics."""
    return text.replace("$", r"\$")


def _inches(ax: Any) -> float:
    """Width of the axes as they stand now; the layout may still change it a little."""
    return float(ax.get_window_extent().width / ax.figure.dpi)


def _per_point(ax: Any) -> float:
    """Kilometres that a point of type takes."""
    left, right = ax.get_xlim()
    return float((right - left) / max(1.0, _inches(ax) * 72))


def _names(
    ax: Any, view: View, front: Front, nodes: Sequence[str], taken: list[_Box], *, weight: str = "normal", **style: Any
) -> None:
    """Mark places and name them, as far as names do not cover one another."""
    gap = 5 * _per_point(ax)
    for node in dict.fromkeys(nodes):
        row = front.network.node(node)
        x, y = view([(row["lon"], row["lat"])])[0]
        shape, size = ("s", 5) if weight == "bold" else ("o", 3)
        ax.plot(x, y, shape, ms=size, mfc="white", mec=INK, mew=0.9, zorder=5)
        name, below = clean(row["name"]), 2.2 * gap
        for at, side in (
            ((x + gap, y), "left"),
            ((x - gap, y), "right"),
            ((x, y - below), "center"),
            ((x, y + below), "center"),
            ((x, y - below), "right"),
            ((x, y + below), "left"),
        ):
            if _text(ax, view, name, *at, side, taken, weight=weight, **style):
                break


def _countries(ax: Any, view: View, countries: Sequence[dict[str, Any]], taken: list[_Box]) -> None:
    """Name countries faintly where there is room."""
    for country in countries:
        if country.get("label") and country["name"] and view.near([country["label"]]):
            x, y = view([country["label"]])[0]
            _text(ax, view, country["name"], x, y, "center", taken, fontsize=6.5, style="italic", color=FAINT)


def _text(ax: Any, view: View, text: str, x: float, y: float, side: str, taken: list[_Box], **style: Any) -> bool:
    """Write where nothing stands yet, with a pale rim; say whether it was done."""
    from matplotlib.patheffects import withStroke

    size = style["fontsize"] * _per_point(ax)
    wide, tall = 0.58 * size * len(text), 1.25 * size
    begin = x - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[side]
    box = (begin, y - tall / 2, begin + wide, y + tall / 2)
    (left, bottom), (right, top) = view.low, view.high
    if not (left < box[0] and box[2] < right and bottom < box[1] and box[3] < top):
        return False
    if any(a < box[2] and box[0] < c and b < box[3] and box[1] < d for a, b, c, d in taken):
        return False
    rim = [withStroke(linewidth=1.8, foreground=LAND)]
    words = {"color": INK, "ha": side, "va": "center", "zorder": 5, "path_effects": rim, **style}
    ax.text(x, y, _math(text), **words)
    taken.append(box)
    return True
