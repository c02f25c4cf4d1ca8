"""One HTML file with a map: routes of one or several scenarios over the network and country outlines.

The page needs nothing but itself: no library, no tiles, no network. Its parts stand in `pages/` (template,
style, scripts); this module fits them together with the data. Lines that several legs and links share are
stored once.
"""

from __future__ import annotations

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

_SCRIPTS = ("geometry.js", "controls.js", "map.js", "panel.js")
_DIGITS = 3  # of a coordinate: 100 m, finer than a pixel at the nearest zoom

_Line = tuple[tuple[float, float], ...]


def map_html(document: Mapping[str, Any]) -> str:
    """Turn a document of routes into one self-contained HTML page.

    Parameters
    ----------
    document
        `title`, `subtitle`, `notes` (texts); `groups`, one a scenario, each with `name`, `status`, `message`
        and `routes`; a route has `name`, `label`, `values`, `countries`, `corridors`, `notices` and `legs`;
        a leg has `kind`, `mode`, `from`, `to`, `values` and `lines` (lists of lon, lat). `links` (`id`,
        `name`, `mode`, `status`, `is_open`, `note`, `lines`) and `nodes` (`id`, `name`, `kind`, `country`,
        `lon`, `lat`) are the network behind the routes. `title` and `groups` are needed, and of a route
        `name`, `values` and `legs`.

    Returns
    -------
    str
        The page, in ASCII only.

    Raises
    ------
    DataError
        If the document has no group to show.
    """
    if not document.get("groups"):
        raise DataError("a map needs at least one group of routes")
    pages = files("corridor_opt") / "results" / "pages"
    outlines = files("corridor_opt") / "data" / "natural_earth" / "outlines.json.gz"
    parts = {
        "title": html.escape(str(document["title"])).encode("ascii", "xmlcharrefreplace").decode("ascii"),
        "style": (pages / "map.css").read_text(encoding="utf-8"),
        "script": "\n".join((pages / name).read_text(encoding="utf-8") for name in _SCRIPTS),
        "outlines": gzip.decompress(outlines.read_bytes()).decode("ascii"),
        "document": _embedded(_page_data(document)),
    }
    template = (pages / "map.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


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


def _page_data(document: Mapping[str, Any]) -> dict[str, Any]:
    shapes = _Shapes()

    def drawn(item: Mapping[str, Any]) -> dict[str, Any]:
        return {**_plain(_without(item, "lines")), "lines": shapes.numbers(item.get("lines") or ())}

    def route(item: Mapping[str, Any]) -> dict[str, Any]:
        return {**_plain(_without(item, "legs")), "legs": [drawn(leg) for leg in item["legs"]]}

    def group(item: Mapping[str, Any]) -> dict[str, Any]:
        return {**_plain(_without(item, "routes")), "routes": [route(r) for r in item["routes"]]}

    return {
        "title": str(document["title"]),
        "subtitle": str(document.get("subtitle") or ""),
        "notes": [str(note) for note in document.get("notes") or ()],
        "groups": [group(item) for item in document["groups"]],
        "links": [drawn(link) for link in document.get("links") or ()],
        "nodes": _plain(document.get("nodes") or ()),
        "shapes": shapes.lines,
    }


def _without(item: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in item.items() if k != key}


def _plain(value: Any) -> Any:
    """What JSON can hold: numbers of numpy become Python's, numbers that are none become null."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(f"{value:.8g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, Iterable):
        return [_plain(v) for v in value]
    if hasattr(value, "item"):  # a number of numpy
        return _plain(value.item())
    return str(value)
