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
from corridor_opt.results.drawing.palette import css_variables

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
    "network.js",
    "ranking.js",
    "scatter.js",
    "parallel.js",
    "chart.js",
    "start.js",
)
_DIGITS = 3  # of a coordinate: 100 m, finer than a pixel at the nearest zoom
# Fields with few different words: each word stands once in a table of the page.
_SHARED = (
    *("label", "extra", "countries", "corridors", "modes", "borders", "chokepoints", "notices", "risk_parts"),
    *("kind", "mode", "from", "to", "name", "status", "closed_by", "note", "sources", "confidence", "country"),
)

_Line = tuple[tuple[float, float], ...]


def map_html(document: Mapping[str, Any]) -> str:
    """Turn a document of routes into one self-contained HTML page.

    Parameters
    ----------
    document
        `title`, `subtitle`, `notes` (texts); `criteria` (name to `title`, `unit`, `digits`); `sources` (id to
        title); `groups`, one a scenario, each with `name`, `status`, `message`, `searched` (criteria), `knee`
        (position or None), `closed` (place of a link in `links`, to the reason; as the links say where missing) and
        `routes`; a route has `name`, `label`, `shown` (drawn in colour at first), `extra`
        (empty, or `slack` for a route beside the front), `values`, `countries`, `corridors`, `modes`, `borders`,
        `chokepoints`, `notices`, `risk_parts` (`title`, `probability`) and `legs`: numbers in the table `legs`. A
        leg has `kind`, `mode`, `from`, `to`, `values`, `sources`, `confidence` and `lines` (lists of lon, lat).
        `links` (`id`, `kind`, `name`, `mode`, `status`, `is_open`, `closed_by`, `note`, `corridors`, `chokepoints`,
        `sources`, `lines`), `nodes` (`id`, `name`, `kind`, `country`, `lon`, `lat`, `note`, `sources`; `unnamed` where
        the name is to be read at the place only) and
        `chokepoints` (`id`, `name`, `kind`, `lon`, `lat`, `note`, `sources`) are the network behind the routes.
        `title` and `groups` are needed, and of a route `name`, `values` and `legs`.

    Returns
    -------
    str
        The page, in ASCII only. Where it would exceed `MOST_BYTES`, routes that are not shown at first lose their
        legs, then all but their values, then some of them are left out; the page says so.

    Raises
    ------
    DataError
        If the document has no group to show.
    """
    if not document.get("groups"):
        raise DataError("a map needs at least one group of routes")
    for lighter in (lambda whole: whole, _without_legs, _with_values_only, _with_fewer_routes):
        page = _filled(lighter(document))
        if len(page) <= MOST_BYTES:
            break
    return page


def _filled(document: Mapping[str, Any]) -> str:
    pages = files("corridor_opt") / "results" / "pages"
    data = files("corridor_opt") / "data" / "natural_earth"

    def read(names: Iterable[str]) -> str:
        return "\n".join((pages / name).read_text(encoding="utf-8") for name in names)

    outlines = gzip.decompress((data / "outlines.json.gz").read_bytes()).decode("ascii")
    table = csv.DictReader((data / "seas.csv").read_text(encoding="utf-8").splitlines())
    seas = [{"name": row["name"], **{key: float(row[key]) for key in ("lon", "lat", "room", "rank")}} for row in table]
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


def _without_legs(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the legs and risks of routes that are not shown at first, and say so."""
    said = "Routes that are not in colour at first have no legs here, or the page would be too large."
    light = _changed(document, {"legs": None, "risk_parts": None}, said)
    used = sorted({i for group in light["groups"] for route in group["routes"] for i in route["legs"] or ()})
    number = {old: new for new, old in enumerate(used)}
    for group in light["groups"]:
        for route in group["routes"]:
            route["legs"] = route["legs"] and [number[i] for i in route["legs"]]
    return {**light, "legs": [document["legs"][i] for i in used]}


def _with_values_only(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out all but name, way and values of routes that are not shown at first, and say so."""
    gone = dict.fromkeys(("countries", "corridors", "modes", "borders", "chokepoints", "notices"))
    said = "Nor do they have countries, borders and notices."
    return _changed(_without_legs(document), gone, said)


def _with_fewer_routes(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out some of the routes that are not shown at first, evenly along the front, and say so."""
    light = _with_values_only(document)
    count = sum(len(group["routes"]) for group in light["groups"])
    least = len(_filled(_kept(light, count)))  # without any of them
    each = (len(_filled(light)) - least) / count
    room = max(0.0, 0.97 * MOST_BYTES - least) / max(each, 1.0)
    return _kept(light, math.ceil(count / max(room, 1.0)))


def _kept(document: Mapping[str, Any], every: int) -> dict[str, Any]:
    """Keep the routes shown at first and, of the others, every so manieth."""
    groups = []
    for group in document["groups"]:
        kept = [i for i, route in enumerate(group["routes"]) if route.get("shown", True) or i % every == every - 1]
        said = f"{len(kept)} of the {len(group['routes'])} routes are in this page."
        place = {i: new for new, i in enumerate(kept)}
        message = " ".join(filter(None, (group.get("message"), said))) if len(kept) < len(group["routes"]) else None
        groups.append(
            {
                **group,
                "routes": [group["routes"][i] for i in kept],
                "knee": place.get(group.get("knee")),
                "message": message or group.get("message"),
            }
        )
    return {**document, "groups": groups}


def _changed(document: Mapping[str, Any], fields: Mapping[str, Any], said: str) -> dict[str, Any]:
    """Change fields of all routes that are not shown at first; a group that has such says it."""
    groups = []
    for group in document["groups"]:
        routes = [{**route, **({} if route.get("shown", True) else fields)} for route in group["routes"]]
        hidden = any(not route.get("shown", True) for route in routes)
        message = " ".join(filter(None, (group.get("message"), said))) if hidden else group.get("message")
        groups.append({**group, "routes": routes, "message": message})
    return {**document, "groups": groups}


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
        self._numbers: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        key = value if isinstance(value, str) else (json.dumps(value),)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]


def _page_data(document: Mapping[str, Any]) -> dict[str, Any]:
    shapes, words = _Shapes(), _Table()

    def cell(key: str, value: Any) -> Any:
        if key == "lines":
            return shapes.numbers(value or ())
        if key not in _SHARED or value is None:
            return value
        return [words.number(word) for word in value] if isinstance(value, list) else words.number(value)

    def packed(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Rows under the names of their fields, which stand once; so do the names of their values."""
        plain = [{key: value if key == "lines" else _plain(value) for key, value in item.items()} for item in items]
        fields = list(dict.fromkeys(key for one in plain for key in one))
        criteria = list(dict.fromkeys(key for one in plain for key in one.get("values") or ()))
        for one in plain:
            if "values" in one:
                one["values"] = [one["values"].get(name) for name in criteria]
        return {
            "fields": fields,
            "criteria": criteria,
            "rows": [[cell(key, one.get(key)) for key in fields] for one in plain],
        }

    legs = [{"lines": (), **leg} for leg in document.get("legs") or ()]
    links = [{"lines": (), **link} for link in document.get("links") or ()]
    return {
        "title": str(document["title"]),
        "subtitle": str(document.get("subtitle") or ""),
        "notes": [str(note) for note in document.get("notes") or ()],
        "criteria": _plain(document.get("criteria") or {}),
        "sources": _plain(document.get("sources") or {}),
        "groups": [{**_plain(_without(one, "routes")), "routes": packed(one["routes"])} for one in document["groups"]],
        "shared": list(_SHARED),
        "legs": packed(legs),
        "links": packed(links),
        "nodes": packed(document.get("nodes") or ()),
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
