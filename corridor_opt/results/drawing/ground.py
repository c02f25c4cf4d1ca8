"""A picture of a whole network, however large: links by mode, pieces, gaps and closed borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.joining.pieces import components
from corridor_opt.model.schema import open_statuses
from corridor_opt.results.drawing import svg
from corridor_opt.results.drawing.land import COAST, HEIGHT, WATER, WIDTH, View, land
from corridor_opt.results.drawing.palette import MODES_LIGHT, colour_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from corridor_opt.model.joining.draft import Draft
    from corridor_opt.model.joining.survey import Survey

WIDE = 1280  # pixels that the picture is shown in
GRID = 1.5  # steps of a unit of the frame that ends of lines stand on
APART = 5  # units: marks nearer than that become one
COLOURED = 6  # pieces of a mode with a colour each; smaller ones share the next
LAND_MODES = ("rail", "road")
ORDER = ("sea", "waterway", "ferry", "road", "rail")  # the last on top
INK, SHUT, GAP = "#1b2430", "#b00020", "#7a0fa8"


def ground(draft: Draft, survey: Survey) -> str:
    """Draw a network.

    Parameters
    ----------
    draft
        Its nodes, links and crossings.
    survey
        What a look over it found.

    Returns
    -------
    str
        An SVG element, 1,280 pixels wide, of about a megabyte for 200,000 links.
    """
    points = draft.points()
    where = np.unique(np.round(points), axis=0) if len(points) else np.array([[60.0, 40.0]])
    view = View([tuple(point) for point in where])
    parts = [svg.element("rect", width=WIDTH, height=HEIGHT, fill=WATER), *land(view), *_links(draft, view)]
    parts += [_marks(_gap_points(survey), view, GAP, "M{x} {y}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0")]
    parts += [_marks(_shut_points(draft), view, SHUT, "M{x} {y}m-2.6 -2.6l5.2 5.2m0 -5.2l-5.2 5.2")]
    framed = f'<svg width="{WIDTH}" height="{HEIGHT}" overflow="hidden">{"".join(parts)}</svg>'
    frame = svg.element("rect", x=0.5, y=0.5, width=WIDTH - 1, height=HEIGHT - 1, fill="none", stroke=COAST)
    legend, height = _legend(survey)
    background = svg.element("rect", width=WIDTH, height=height, fill="#ffffff")
    words = f"Map of the network {survey.name}: {len(draft.links):,} links"
    whole = svg.picture([background, framed, frame, *legend], WIDTH, height, words)
    size = f'width="{WIDTH}" height="{svg.number(height)}"'
    shown = f'width="{WIDE}" height="{svg.number(height * WIDE / WIDTH)}"'
    return whole.replace(size, shown, 1)


def _links(draft: Draft, view: View) -> list[str]:
    """Links by mode, one path each; over them those of pieces that do not hang together with the largest."""
    mode = draft.links["mode"].to_numpy(object)
    start, _ = draft.ends()
    drawn: list[str] = []
    for one in sorted(set(mode), key=lambda m: ORDER.index(m) if m in ORDER else -1):
        rows = np.flatnonzero(mode == one)
        piece = components(draft, mode=one).to_numpy()[start[rows]] if one in LAND_MODES else np.zeros(len(rows), int)
        wide = 0.9 if one == "rail" else 0.45
        style: dict[str, Any] = {"fill": "none", "stroke_width": wide * GRID}
        for rank in range(min(int(piece.max(initial=0)), COLOURED + 1) + 1):
            ours = rows[piece == rank] if rank <= COLOURED else rows[piece > COLOURED]
            colour = MODES_LIGHT.get(one, INK) if rank == 0 else colour_of(rank - 1)
            opacity = 0.7 if rank == 0 else 1
            drawn.append(
                svg.element("path", d=_path(draft, ours, view), stroke=colour, stroke_opacity=opacity, **style)
            )
    return [svg.group(drawn, transform=f"scale({1 / GRID})")]


def _path(draft: Draft, rows: NDArray[np.int64], view: View) -> str:
    """Some links as the `d` of one path, on a grid, what falls together once."""
    import shapely

    points, (start, end) = draft.points(), draft.ends()
    way = draft.links["way"].to_numpy(object)[rows] if "way" in draft.links.columns else np.full(len(rows), None)
    has = shapely.is_geometry(way)
    coords, line = shapely.get_coordinates(shapely.simplify(way[has], 0.02), return_index=True)
    same = line[1:] == line[:-1]
    a = np.vstack([points[start[rows[~has]]], coords[:-1][same]])
    b = np.vstack([points[end[rows[~has]]], coords[1:][same]])
    (flat_a, near_a), (flat_b, near_b) = view.project(a), view.project(b)
    inside = near_a & near_b
    ends = np.hstack([flat_a, flat_b])[inside]
    ends = np.round(ends * GRID).astype(int)
    swap = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[swap] = ends[swap][:, [2, 3, 0, 1]]
    ends = np.unique(ends[(ends[:, :2] != ends[:, 2:]).any(axis=1)], axis=0)
    return "".join(f"M{x} {y}l{p - x} {q - y}" for x, y, p, q in ends.tolist())


def _gap_points(survey: Survey) -> NDArray[np.float64]:
    """Middles of gaps between pieces."""
    gaps = survey.gaps
    if not len(gaps):
        return np.empty((0, 2))
    gaps = gaps[gaps["piece_a"] != gaps["piece_b"]]
    first, last = gaps[["lon_start", "lat_start"]].to_numpy(float), gaps[["lon_end", "lat_end"]].to_numpy(float)
    return (first + last) / 2


def _shut_points(draft: Draft) -> NDArray[np.float64]:
    """Places of crossings that are closed."""
    crossings = draft.crossings
    if not len(crossings):
        return np.empty((0, 2))
    shut = crossings[~crossings["status"].isin(open_statuses())]
    return draft.points()[shut["start"].to_numpy(int)]


def _marks(points: NDArray[np.float64], view: View, colour: str, mark: str) -> str:
    """Marks at places, those that would cover each other once."""
    if not len(points):
        return ""
    flat, near = view.project(points)
    _, first = np.unique(np.round(flat[near] / APART).astype(int), axis=0, return_index=True)
    d = "".join(mark.format(x=f"{x:.1f}", y=f"{y:.1f}") for x, y in flat[near][first])
    return svg.element("path", d=d, fill="none", stroke=colour, stroke_width=1.1)


def _legend(survey: Survey) -> tuple[list[str], float]:
    """Modes and marks below the map; beside it the height of the whole."""
    parts, x, y = [], 8.0, HEIGHT + 20.0
    for mode, links, km in survey.counts[["mode", "links", "km"]].itertuples(index=False):
        words = f"{mode}: {links:,} links, {km:,.0f} km"
        if x + 36 + svg.text_width(words, 11) > WIDTH:
            x, y = 8.0, y + 18
        parts.append(
            svg.element("path", d=f"M{x:.1f} {y - 4:.1f}h18", stroke=MODES_LIGHT.get(mode, INK), stroke_width=3)
        )
        parts.append(svg.element("text", words, x=x + 23, y=y, font_size=11, fill=INK))
        x += 36 + svg.text_width(words, 11)
    x, y = 8.0, y + 20
    said = [("gap between pieces", GAP, "M{x} {y}m2 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0")]
    said += [("closed border", SHUT, "M{x} {y}m2 -2.6l5.2 5.2m0 -5.2l-5.2 5.2")]
    for words, colour, mark in said:
        d = mark.format(x=f"{x:.1f}", y=f"{y - 4:.1f}")
        parts.append(svg.element("path", d=d, stroke=colour, fill="none", stroke_width=1.2))
        parts.append(svg.element("text", words, x=x + 13, y=y, font_size=11, fill=INK))
        x += 28 + svg.text_width(words, 11)
    for rank in range(COLOURED + 1):
        parts.append(
            svg.element("path", d=f"M{x + 8 * rank:.1f} {y - 4:.1f}h7", stroke=colour_of(rank), stroke_width=3)
        )
    words = "rail or road that does not hang together with the largest piece of its mode"
    parts.append(svg.element("text", words, x=x + 8 * COLOURED + 14, y=y, font_size=11, fill=INK))
    note = "Outlines: Natural Earth, de-facto; disputed boundaries dashed. We take no side."
    parts.append(svg.element("text", note, x=8, y=y + 19, font_size=11, fill="#6b7480"))
    return parts, y + 30
