"""One HTML file with a map: routes of one or several scenarios over the network and country outlines.

The page needs nothing but itself: no tiles, no network; its one library (d3) stands in it. Its parts stand in
`pages/` (template, style, scripts); this module fits them together with the data. What several routes share (legs,
lines, words) is stored once, so that fronts of many hundred routes stay small.
"""

from __future__ import annotations

import csv
import gzip
import html
import json
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from corridor_opt.errors import DataError
from corridor_opt.model.writing import put_file, reason, shown
from corridor_opt.results.palette import css_variables

MOST_BYTES = 1_500_000  # of a page; beyond, only the routes shown first keep their legs
_STYLES = ("map.css", "chart.css")
_SCRIPTS = (
    "document.js",
    "page.js",
    "words.js",
    "geometry.js",
    "controls.js",
    "symbols.js",
    "base.js",
    "labels.js",
    "inset.js",
    "map.js",
    "tip.js",
    "panel.js",
    "legend.js",
    "ranking.js",
    "chart.js",
    "start.js",
)
_DIGITS = 3  # of a coordinate: 100 m, finer than a pixel at the nearest zoom
# What a route says with few different words: each stands once in a table of the page.
_SHARED = ("label", "countries", "corridors", "modes", "borders", "chokepoints", "notices", "risk_parts")

_Line = tuple[tuple[float, float], ...]


def map_html(document: Mapping[str, Any]) -> str:
    """Turn a document of routes into one self-contained HTML page.

    Parameters
    ----------
    document
        `title`, `subtitle`, `notes` (texts); `criteria` (name to `title`, `unit`, `digits`); `sources` (id to
        title); `groups`, one a scenario, each with `name`, `status`, `message`, `searched` (criteria), `knee`
        (position or None) and `routes`; a route has `name`, `label`, `shown` (drawn in colour at first), `extra`
        (empty, or `slack` for a route beside the front), `values`, `countries`, `corridors`, `modes`, `borders`,
        `chokepoints`, `notices`, `risk_parts` (`title`, `probability`) and `legs`: numbers in the table `legs`. A
        leg has `kind`, `mode`, `from`, `to`, `values`, `sources`, `confidence` and `lines` (lists of lon, lat).
        `links` (`id`, `name`, `mode`, `status`, `is_open`, `closed_by`, `note`, `corridors`, `chokepoints`,
        `sources`, `lines`), `nodes` (`id`, `name`, `kind`, `country`, `lon`, `lat`, `note`) and `chokepoints`
        (`id`, `name`, `kind`, `lon`, `lat`, `note`) are the network behind the routes. `title` and `groups` are
        needed, and of a route `name`, `values` and `legs`.

    Returns
    -------
    str
        The page, in ASCII only. Where it would exceed `MOST_BYTES`, only routes that are shown first keep their
        legs, and the page says so.

    Raises
    ------
    DataError
        If the document has no group to show.
    """
    if not document.get("groups"):
        raise DataError("a map needs at least one group of routes")
    page = _filled(document)
    return page if len(page) <= MOST_BYTES else _filled(_lightened(document))


def _filled(document: Mapping[str, Any]) -> str:
    pages = files("corridor_opt") / "results" / "pages"
    data = files("corridor_opt") / "data" / "natural_earth"

    def read(names: Iterable[str]) -> str:
        found = (pages / name for name in names)
        return "\n".join(part.read_text(encoding="utf-8") for part in found if part.is_file())

    outlines = gzip.decompress((data / "outlines.json.gz").read_bytes()).decode("ascii")
    with (data / "seas.csv").open(encoding="utf-8", newline="") as rows:
        seas = [{**row, "lon": float(row["lon"]), "lat": float(row["lat"])} for row in csv.DictReader(rows)]
    parts = {
        "title": html.escape(str(document["title"])).encode("ascii", "xmlcharrefreplace").decode("ascii"),
        "style": css_variables() + read(_STYLES),
        "library": _escaped(read(["vendor/d3.min.js"])),
        "script": _escaped(read(_SCRIPTS)),
        "outlines": outlines,
        "seas": _embedded(seas),
        "document": _embedded(_page_data(document)),
    }
    template = (pages / "map.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def _lightened(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the legs of routes that are not shown first, and say so."""
    said = "the page would be too large with all legs: routes not shown at first have none here; JSON and CSV have all"
    groups = []
    for group in document["groups"]:
        routes = [r if r.get("shown", True) else {**r, "legs": None, "risk_parts": None} for r in group["routes"]]
        cut = any(route["legs"] is None for route in routes)
        message = ". ".join(filter(None, (group.get("message"), said))) if cut else group.get("message")
        groups.append({**group, "routes": routes, "message": message})
    used = sorted({i for group in groups for route in group["routes"] for i in route["legs"] or ()})
    number = {old: new for new, old in enumerate(used)}
    for group in groups:
        for place, route in enumerate(group["routes"]):
            if route["legs"] is not None:
                group["routes"][place] = {**route, "legs": [number[i] for i in route["legs"]]}
    return {**document, "groups": groups, "legs": [document["legs"][i] for i in used]}


def save_map(path: str | os.PathLike[str], document: Mapping[str, Any]) -> Path:
    """Write the page of `map_html` to a file, all of it or nothing.

    Parameters
    ----------
    path
        The file; one that exists is replaced, see `corridor_opt.model.writing.put_file`.
    document
        See `map_html`.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    DataError
        If the file cannot be written; an old one stays as it was.
    """
    page = map_html(document)
    try:
        return put_file(path, lambda draft: draft.write_text(page, encoding="ascii", newline="\n"))
    except OSError as error:
        raise DataError(f"cannot write the map to {shown(path)}: {reason(error)}") from error


def _embedded(value: Any) -> str:
    """JSON that may stand inside a script element: no character there can end it or open a comment."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _escaped(script: str) -> str:
    """A script in ASCII; letters beyond it stand in strings only."""
    return re.sub(r"[^\x00-\x7f]", lambda letter: f"\\u{ord(letter[0]):04x}", script)


def _rounded(point: Sequence[float]) -> tuple[float, float]:
    return round(float(point[0]), _DIGITS), round(float(point[1]), _DIGITS)


class _Shapes:
    """Lines, each stored once; `~i` is line `i` run backwards."""

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self._numbers: dict[_Line, int] = {}

    def numbers(self, lines: Iterable[Sequence[Sequence[float]]]) -> list[int]:
        apart = (tuple(point for point, _ in groupby(map(_rounded, line))) for line in lines)
        return [self._number(line) for line in apart if len(line) > 1]

    def _number(self, line: _Line) -> int:
        if line in self._numbers:
            return self._numbers[line]
        if line[::-1] in self._numbers:
            return ~self._numbers[line[::-1]]
        self._numbers[line] = len(self.lines)
        self.lines.append(line)
        return self._numbers[line]


class _Table:
    """Values, each stored once; a value is named by its place."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, value: Any) -> int:
        key = json.dumps(value)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]


def _page_data(document: Mapping[str, Any]) -> dict[str, Any]:
    shapes, words = _Shapes(), _Table()

    def drawn(item: Mapping[str, Any]) -> dict[str, Any]:
        return {**_plain(_without(item, "lines")), "lines": shapes.numbers(item.get("lines") or ())}

    def route(item: Mapping[str, Any]) -> dict[str, Any]:
        plain = _plain(item)
        for key in _SHARED:
            if isinstance(plain.get(key), list):
                plain[key] = [words.number(word) for word in plain[key]]
            elif key in plain:
                plain[key] = words.number(plain[key])
        return plain

    def group(item: Mapping[str, Any]) -> dict[str, Any]:
        # A column for each field: names of fields stand once.
        routes = [route(one) for one in item["routes"]]
        fields = list(dict.fromkeys(key for one in routes for key in one))
        criteria = list(dict.fromkeys(key for one in routes for key in one["values"]))
        for one in routes:
            one["values"] = [one["values"].get(name) for name in criteria]
        rows = [[one.get(key) for key in fields] for one in routes]
        return {**_plain(_without(item, "routes")), "criteria": criteria, "fields": fields, "rows": rows}

    return {
        "title": str(document["title"]),
        "subtitle": str(document.get("subtitle") or ""),
        "notes": [str(note) for note in document.get("notes") or ()],
        "criteria": _plain(document.get("criteria") or {}),
        "sources": _plain(document.get("sources") or {}),
        "groups": [group(item) for item in document["groups"]],
        "shared": list(_SHARED),
        "legs": [drawn(leg) for leg in document.get("legs") or ()],
        "links": [drawn(link) for link in document.get("links") or ()],
        "nodes": _plain(document.get("nodes") or ()),
        "chokepoints": _plain(document.get("chokepoints") or ()),
        "shapes": shapes.lines,
        "words": words.values,
    }


def _without(item: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in item.items() if k != key}


def _plain(value: Any) -> Any:
    """What JSON can hold: numbers of numpy become Python's, numbers that are none become null."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, Iterable):
        return [_plain(v) for v in value]
    if hasattr(value, "item"):  # a number of numpy
        return _plain(value.item())
    return str(value)
