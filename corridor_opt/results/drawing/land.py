"""What lies below the routes of a static map: the projection, land, coasts, borders and names of countries."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.geography import drawn_outlines
from corridor_opt.results.drawing import svg

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 960, 580
FARTHEST = 1.75  # radians from the centre of the map: what lies farther is not drawn
ROUND = 0.05  # radians around the routes, at least
MARGIN = 1.16  # of the frame, against the box around the routes
WATER, LAND, COAST, BORDER, COUNTRY = "#e9f1f6", "#fbfaf6", "#9fb0bc", "#cfc7b8", "#8b8578"


class View:
    """Lambert's azimuthal projection, equal in area, centred on the routes and fitted to the frame."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        lon, lat = np.radians(np.array(points)).T
        towards = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]).mean(axis=1)
        self.lon, self.lat = math.atan2(towards[1], towards[0]), math.atan2(towards[2], math.hypot(*towards[:2]))
        self.scale, self.x, self.y = 1.0, 0.0, 0.0
        flat, _ = self.project(points)
        low, high = flat.min(axis=0), flat.max(axis=0)
        wide, tall = np.maximum(high - low, ROUND) * MARGIN
        self.scale = min(WIDTH / wide, HEIGHT / tall)
        middle = (low + high) / 2 * self.scale
        self.x, self.y = WIDTH / 2 - middle[0], HEIGHT / 2 - middle[1]

    def project(self, points: Any) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Points in degrees to pixels, and which are near enough to be shown; farther ones stand on the rim."""
        lon, lat = np.radians(np.asarray(points, float).reshape(-1, 2)).T
        east = lon - self.lon
        cos = math.sin(self.lat) * np.sin(lat) + math.cos(self.lat) * np.cos(lat) * np.cos(east)
        x = np.cos(lat) * np.sin(east)
        y = math.cos(self.lat) * np.sin(lat) - math.sin(self.lat) * np.cos(lat) * np.cos(east)
        away, off = np.arccos(np.clip(cos, -1, 1)), np.hypot(x, y)
        radius = 2 * np.sin(np.minimum(away, FARTHEST) / 2)
        far = np.where(off > 1e-12, radius / np.where(off > 1e-12, off, 1), 0.0)
        flat = np.column_stack([x * far * self.scale + self.x, -y * far * self.scale + self.y])
        return flat, away < FARTHEST

    def sees(self, flat: NDArray[np.float64], margin: float = 20) -> bool:
        """Whether the box around points meets the frame."""
        (left, top), (right, bottom) = flat.min(axis=0), flat.max(axis=0)
        return bool(right > -margin and left < WIDTH + margin and bottom > -margin and top < HEIGHT + margin)


@functools.cache
def outlines() -> dict[str, Any]:
    """Arcs of the outlines in degrees, in how many rings each stands, the countries, which arcs are disputed."""
    arcs, told = drawn_outlines()
    times = [0] * len(arcs)
    for country in told["countries"]:
        for ring in _rings(country):
            for i in ring:
                times[~i if i < 0 else i] += 1
    disputed = {i for one in told["disputed"] for i in (*one["arcs"], *one["lines"])}
    return {"arcs": arcs, "times": times, "countries": told["countries"], "disputed": disputed}


def _rings(country: dict[str, Any]) -> list[list[int]]:
    """Rings of a country, holes among them: numbers of arcs, ~i for an arc run backwards."""
    return [ring for polygon in country["polygons"] for ring in polygon]


def land(view: View) -> list[str]:
    """Land, coasts, borders and names of countries."""
    told = outlines()
    flat = [view.project(arc) for arc in told["arcs"]]
    ground: list[str] = []
    coast: list[str] = []
    borders: list[str] = []
    disputed: list[str] = []
    for country in told["countries"]:
        for ring in _rings(country):
            pieces = [flat[~i][0][::-1] if i < 0 else flat[i][0] for i in ring]
            points = np.concatenate(pieces)
            if view.sees(points) and any(flat[~i if i < 0 else i][1].any() for i in ring):
                ground.append(svg.path(thinned(_clipped(points)), closed=True))
    for i, (points, near) in enumerate(flat):
        if not near.all() or not view.sees(points):
            continue
        where = disputed if i in told["disputed"] else coast if told["times"][i] < 2 else borders
        where.append(svg.path(thinned(points)))
    lines: dict[str, Any] = {"fill": "none", "stroke_linejoin": "round"}
    return [
        svg.element("path", d="".join(ground), fill=LAND, fill_rule="evenodd"),
        svg.element("path", d="".join(borders), stroke=BORDER, stroke_width=0.8, **lines),
        svg.element("path", d="".join(disputed), stroke=BORDER, stroke_width=0.9, stroke_dasharray="3 2.5", **lines)
        if disputed
        else "",
        svg.element("path", d="".join(coast), stroke=COAST, stroke_width=0.7, **lines),
    ]


def _clipped(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring what lies far outside the frame to its neighbourhood: the outline inside stays, the file gets small."""
    around = np.array([[-60.0, -60.0], [WIDTH + 60.0, HEIGHT + 60.0]])
    if (points >= around[0]).all() and (points <= around[1]).all():
        return points
    for axis, bound, above in ((0, -60.0, 1), (0, WIDTH + 60.0, -1), (1, -60.0, 1), (1, HEIGHT + 60.0, -1)):
        if not len(points):
            break
        points = _half(points, axis, bound, above)
    return points


def _half(points: NDArray[np.float64], axis: int, bound: float, above: int) -> NDArray[np.float64]:
    """Clip a ring at a line (Sutherland and Hodgman 1974)."""
    inside = (points[:, axis] - bound) * above >= 0
    before, was = np.roll(points, 1, axis=0), np.roll(inside, 1)
    step = points[:, axis] - before[:, axis]
    share = np.where(inside != was, (bound - before[:, axis]) / np.where(step == 0, 1, step), 0.0)
    cut = before + (points - before) * share[:, None]
    both = np.empty((2 * len(points), 2))
    both[0::2], both[1::2] = cut, points
    keep = np.empty(2 * len(points), bool)
    keep[0::2], keep[1::2] = inside != was, inside
    return both[keep]


def thinned(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out what an eye cannot tell apart."""
    if len(points) < 3:
        return points
    import shapely

    return shapely.get_coordinates(shapely.simplify(shapely.linestrings(points), 0.35, preserve_topology=False))


def country_names(view: View, labels: svg.Labels) -> list[str]:
    """Names of countries where there is room, set wide and faint."""
    found = []
    for country in sorted(outlines()["countries"], key=lambda c: -c.get("room", 0)):
        if "label" not in country:
            continue
        flat, near = view.project([country["label"]])
        (x, y), name, size = flat[0], country["name"].upper(), 9.5
        wide = svg.text_width(name, size) * 1.25
        room = country.get("room", 0) * math.pi / 180 * view.scale
        box = (x - wide / 2, y - size / 2, x + wide / 2, y + size / 2)
        if near[0] and wide < 2.4 * room and labels.is_free(box):
            labels.take(box)
            found.append(
                svg.element(
                    "text", name, x=x, y=y + 3, font_size=size, fill=COUNTRY, letter_spacing=1.5, text_anchor="middle"
                )
            )
    return found
