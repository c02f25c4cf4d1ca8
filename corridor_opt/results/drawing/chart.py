"""A static trade-off chart of a front as SVG: two criteria against each other, a third as size."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import DataError
from corridor_opt.model.criteria import STANDARD
from corridor_opt.results.drawing import svg
from corridor_opt.results.drawing.palette import colour_of
from corridor_opt.results.drawing.picture import highlights

if TYPE_CHECKING:
    from corridor_opt.results.front import Front

WIDTH, HEIGHT = 960, 520
LEFT, TOP, RIGHT, BOTTOM = 86, 26, 24, 62
INK, SOFT, RULE = "#1b2430", "#5b6470", "#e3e7eb"
SMALL, LARGE = 4.0, 11.0  # radii
TICKS = 7
# What a reader is shown: word, unit and divisor of the criterion's own unit.
SHOWN = {
    "cost": ("Cost", "USD", 1.0),
    "time": ("Time", "days", 24.0),
    "distance": ("Distance", "km", 1.0),
    "risk": ("Risk", "%", 0.01),
    "emissions": ("Emissions", "kg CO2e", 1.0),
    "delay": ("Expected delay", "h", 1.0),
}


def chart(front: Front, routes: Sequence[int] | None = None, best: int | None = None) -> str:
    """Draw the trade-off of the first two criteria searched (cost against time where there is one alone).

    Parameters
    ----------
    front
        All its routes are points.
    routes
        Positions of the routes in colour and with their numbers; `picture.highlights` when None.
    best
        Position of the route that is marked; that of the knee when None.

    Returns
    -------
    str
        An SVG element, the same each time.

    Raises
    ------
    DataError
        The front holds no route.
    """
    if not len(front):
        raise DataError("a chart needs a front with routes")
    shown = list(routes) if routes is not None else highlights(front)
    knee = int(front.rank(method="knee")["route"].iloc[0]) if best is None else best
    up, along, third = _criteria(front)
    values = front.values
    y, x = (values[name].to_numpy(float) / SHOWN[name][2] for name in (up, along))
    frame = (LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM)
    to_x, marks_x = _axis(x, frame[0] + 14, frame[2] - 14)
    to_y, marks_y = _axis(y, frame[3] - 14, frame[1] + 14)
    size = np.full(len(front), 5.0)
    if third is not None:
        part = values[third].to_numpy(float)
        span = float(np.ptp(part))
        # areas, not radii, follow the value
        size = np.sqrt(SMALL**2 + (LARGE**2 - SMALL**2) * (part - part.min()) / (span if span > 0 else 1.0))
    parts = [svg.element("rect", width=WIDTH, height=HEIGHT, fill="#ffffff")]
    parts += _axes(frame, (up, along), (marks_y, to_y), (marks_x, to_x))
    labels = svg.Labels(frame)
    rest = [i for i in range(len(front)) if i not in shown]
    for i in rest:
        parts.append(
            svg.element("circle", cx=to_x(x[i]), cy=to_y(y[i]), r=size[i] * 0.7, fill="#9aa3ad", fill_opacity=0.45)
        )
    for j, i in enumerate(shown):
        cx, cy, r = to_x(x[i]), to_y(y[i]), float(size[i])
        labels.take((cx - r, cy - r, cx + r, cy + r))
        if i == knee:
            parts.append(svg.element("circle", cx=cx, cy=cy, r=r + 5, fill="none", stroke=INK, stroke_width=1.6))
        fill = {"fill": colour_of(j), "stroke": "#ffffff", "stroke_width": 1.2}
        parts.append(svg.element("circle", cx=cx, cy=cy, r=r, **fill))
    for i in sorted(shown, key=lambda i: i != knee):
        word = f"{i + 1} (recommended)" if i == knee else str(i + 1)
        halo = {"paint_order": "stroke", "stroke": "#ffffff", "stroke_width": 3}
        style = {"fill": INK, "font_weight": 700 if i == knee else 600}
        parts.append(labels.place(to_x(x[i]), to_y(y[i]), word, 12, float(size[i]) + 5, **style, **halo))
    said = [SHOWN[name][0].lower() for name in (up, along)]
    words = f"Trade-off of {said[0]} against {said[1]}, {len(front)} routes; {_told(front, knee, up, along)}"
    if third is not None:
        low, high = float(values[third].min()), float(values[third].max())
        note = f"Size: {SHOWN[third][0].lower()}, {_value(third, low)} to {_value(third, high)}."
        parts.append(
            svg.element("text", note, x=WIDTH - RIGHT, y=HEIGHT - 14, font_size=12, fill=SOFT, text_anchor="end")
        )
    return svg.picture(parts, WIDTH, HEIGHT, words)


def _criteria(front: Front) -> tuple[str, str, str | None]:
    """Criterion of the height, of the width and of the size: as searched, filled up with those of every route."""
    names = list(dict.fromkeys([*front.criteria, *STANDARD]))
    searched = [name for name in front.criteria if name in names[2:]]
    preferred = [name for name in searched if name != "distance"] or searched
    return names[0], names[1], preferred[0] if preferred else None


def _told(front: Front, knee: int, up: str, along: str) -> str:
    values = front[knee].values
    return f"route {knee + 1} recommended: {_value(up, values[up])}, {_value(along, values[along])}"


def _value(name: str, value: float) -> str:
    _, unit, size = SHOWN[name]
    digits = 1 if name in ("time", "risk", "delay") else 0
    return f"{value / size:,.{digits}f} {unit}"


def _axis(values: Any, start: float, end: float) -> tuple[Any, list[float]]:
    """From a value to pixels, and the values that get a mark."""
    low, high = float(min(values)), float(max(values))
    if high - low < 1e-9:
        low, high = low - max(abs(low) * 0.05, 1e-6), high + max(abs(high) * 0.05, 1e-6)
    raw = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = power * next(m for m in (1, 2, 2.5, 5, 10) if raw <= power * m + 1e-12)
    marks = [step * k for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]

    def to(value: float) -> float:
        return float(start + (value - low) / (high - low) * (end - start))

    return to, marks


def _axes(frame: svg.Box, names: tuple[str, str], up: tuple[Any, Any], along: tuple[Any, Any]) -> list[str]:
    left, top, right, bottom = frame
    parts = [svg.element("rect", x=left, y=top, width=right - left, height=bottom - top, fill="none", stroke=RULE)]
    digits = [_digits(marks) for marks, _ in (up, along)]
    for value in up[0]:
        at = up[1](value)
        parts.append(svg.element("path", d=f"M{left} {at:.1f}H{right}", stroke=RULE))
        text = f"{value:,.{digits[0]}f}"
        parts.append(svg.element("text", text, x=left - 8, y=at + 4, font_size=12, fill=SOFT, text_anchor="end"))
    for value in along[0]:
        at = along[1](value)
        parts.append(svg.element("path", d=f"M{at:.1f} {top}V{bottom}", stroke=RULE))
        text = f"{value:,.{digits[1]}f}"
        parts.append(svg.element("text", text, x=at, y=bottom + 18, font_size=12, fill=SOFT, text_anchor="middle"))
    said = [f"{SHOWN[name][0]}, {SHOWN[name][1]}" for name in names]
    bold = {"font_size": 13, "font_weight": 600, "fill": INK}
    parts.append(svg.element("text", said[1], x=(left + right) / 2, y=bottom + 40, text_anchor="middle", **bold))
    parts.append(svg.element("text", said[0], x=left - 60, y=top - 9, **bold))
    return parts


def _digits(marks: Sequence[float]) -> int:
    step = min((abs(b - a) for a, b in itertools.pairwise(marks)), default=1.0)
    return max(0, -math.floor(math.log10(step) + 1e-9)) + (
        1 if step < 10 and round(step / 10 ** math.floor(math.log10(step)), 6) == 2.5 else 0
    )
