"""Colours and dashes of routes and modes: one truth for the map page, SVG pictures and matplotlib."""

from __future__ import annotations

# Okabe and Ito (2008), without the yellow that a light map swallows; lighter where the page is dark.
ROUTES_LIGHT = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#2b2b2b")
ROUTES_DARK = ("#3f94dd", "#f47a33", "#1cc397", "#e39cc6", "#f2b632", "#a4dcff", "#f4f4f4")
DASHES = ("", "9 5", "0.1 5.5", "12 4 2 4")  # as `stroke-dasharray` of SVG; the third wants round ends
MODES_LIGHT = {"sea": "#6d9cc2", "ferry": "#3fa7a0", "waterway": "#74a860", "rail": "#85725f", "road": "#cf9f4a"}
MODES_DARK = {"sea": "#4a7ea8", "ferry": "#3b918b", "waterway": "#5e8c4c", "rail": "#8d7a66", "road": "#a98440"}


def colour_of(number: int, dark: bool = False) -> str:
    """Colour of the route with a number from 0, as hex; colours come again after the last, with another dash."""
    colours = ROUTES_DARK if dark else ROUTES_LIGHT
    return colours[number % len(colours)]


def dash_of(number: int) -> str:
    """Dash of the route with a number from 0, as `stroke-dasharray` of SVG; empty for a solid line."""
    return DASHES[number // len(ROUTES_LIGHT) % len(DASHES)]


def css_variables() -> str:
    """Give colours as CSS custom properties: `--route-0` and so on, `--sea` and so on, each for light and dark."""
    routes = {f"route-{i}": pair for i, pair in enumerate(zip(ROUTES_LIGHT, ROUTES_DARK, strict=True))}
    modes = {mode: (colour, MODES_DARK[mode]) for mode, colour in MODES_LIGHT.items()}
    lines = [f"--{name}: light-dark({light}, {dark});" for name, (light, dark) in (routes | modes).items()]
    return ":root {\n  " + "\n  ".join(lines) + "\n}\n"
