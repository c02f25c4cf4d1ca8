"""Which foreign table holds nodes and which links: by rule, by name, by geometry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.importers import csv_sheet, layers, workbook_sheet
from corridor_opt.importers.mapping import ROLES, TableMapping, TableRules
from corridor_opt.importers.sheet import Sheet
from corridor_opt.model import writing

NAMES = {
    "nodes": {"nodes", "node", "places", "stations", "points", "terminals", "vertices", "stops", "junctions", "hubs"},
    "links": {"links", "link", "edges", "lines", "arcs", "segments", "connections", "pairs", "ways", "sections"},
}
CSV = (".csv", ".tsv", ".txt")
LAYERS = (".gpkg", ".parquet", ".geoparquet", ".geojson", ".json", ".shp", ".fgb")
ENDINGS = (*CSV, ".xlsx", ".xlsm", *LAYERS)


@dataclass(frozen=True)
class _Part:
    """Something that holds one table: its name, its geometry (`point`, `line` or nothing), and how it is read."""

    name: str
    kind: str
    shape: str
    read: Callable[[TableRules], Sheet]
    inner: str = ""  # name of the only sheet or layer of a file


def gather(given: Any, links: Any, mapping: TableMapping) -> list[tuple[str, Sheet, TableRules]]:
    """Find the tables of nodes and links and read them.

    Parameters
    ----------
    given, links
        As `from_tables` takes them.
    mapping
        Says which is which, where it does.

    Returns
    -------
    list of (role, table, rules)

    Raises
    ------
    DataError
        A table is missing, cannot be read, or could be either; all such faults at once.
    """
    faults: list[str] = []
    chosen = list(_chosen(given, links, mapping, faults))
    found = []
    for role, part, rules in chosen:
        try:
            found.append((role, part.read(rules), rules))
        except DataError as error:
            faults += error.faults or (str(error),)
    if not faults and not any(role == "links" for role, *_ in found):
        faults.append("no table of links was found")
    if faults:
        raise DataError("the tables cannot be used", faults)
    return found


def _chosen(
    given: Any, links: Any, mapping: TableMapping, faults: list[str]
) -> Iterator[tuple[str, _Part, TableRules]]:
    """Give the part that holds each table."""
    if isinstance(given, Mapping):
        faults += [f"no table '{key}'{did_you_mean(str(key), ROLES)}" for key in given if key not in ROLES]
        by_role = {role: given[role] for role in ROLES if given.get(role) is not None}
    elif links is not None:
        by_role = {"nodes": given, "links": links}
    elif isinstance(given, (list, tuple)):
        if len(given) != 2:
            faults.append(f"a pair (nodes, links) is expected, not {len(given)} things")
            return
        by_role = dict(zip(ROLES, given, strict=True))
    else:
        by_role = {}
    if by_role:
        for role, one in by_role.items():
            parts = _parts(one, mapping, faults)
            for rules in mapping.rules(role):
                yield from _one(role, parts, rules, str(role), faults, only=True)
        return
    parts = _parts(given, mapping, faults)
    what = "the table" if len(parts) == 1 else writing.shown(given)
    for role in ROLES:
        for rules in mapping.rules(role):
            yield from _one(role, parts, rules, what, faults, only=False)


def _one(
    role: str, parts: list[_Part], rules: TableRules, what: str, faults: list[str], *, only: bool
) -> Iterator[tuple[str, _Part, TableRules]]:
    """Choose the part of one table: the one its rules name, else by name, else by geometry, else the only one."""
    for word in ("file", "sheet", "layer"):
        name = getattr(rules, word)
        if name:
            named = [part for part in parts if name in (part.name, part.inner, f"{part.name}{part.kind}")]
            if named:
                yield role, named[0], rules
            elif parts:
                known = did_you_mean(name, [part.name for part in parts])
                faults.append(f"[{role}] {word}: no {word} '{name}' in {what}{known}")
            return
    by_name = [part for part in parts if set(re.split(r"[^a-z]+", part.name.lower())) & NAMES[role]]
    other = next(r for r in ROLES if r != role)
    taken = [part for part in parts if set(re.split(r"[^a-z]+", part.name.lower())) & NAMES[other]]
    by_shape = [p for p in parts if p.shape == {"nodes": "point", "links": "line"}[role] and p not in taken]
    if only and len(parts) == 1:
        by_name = parts
    found = by_name or by_shape
    if not found and role == "links" and len(parts) == 1:
        found = parts
    if len(found) == 1:
        yield role, found[0], rules
    elif len(found) > 1 or (role == "links" and parts):
        names = ", ".join(part.name for part in parts)
        faults.append(f"which holds the {role}? {what} has {names}: name it in the mapping, or give nodes and links")


def _parts(given: Any, mapping: TableMapping, faults: list[str]) -> list[_Part]:
    """Give what holds tables: a frame, the files of a folder, sheets of a workbook, layers of a file."""
    import pandas as pd

    if isinstance(given, pd.DataFrame):
        return [_Part("table", "", layers.shape_of(given), lambda rules: layers.of_frame(given, rules.role))]
    try:
        path = Path(given)
    except TypeError:
        faults.append(f"a path or a frame is expected, not {type(given).__name__}")
        return []
    try:
        if path.is_dir():
            files = sorted(p for p in path.iterdir() if p.suffix.lower() in ENDINGS)
            if not files:
                faults.append(f"{writing.shown(path)} holds no table ({', '.join(ENDINGS)})")
            return [part for file in files for part in _of_file(file, mapping)]
        if not path.exists():
            faults.append(f"{writing.shown(path)}: no such file or folder")
            return []
        if path.suffix.lower() not in ENDINGS:
            hint = "; save it as .xlsx" if path.suffix.lower() == ".xls" else f"; known: {', '.join(ENDINGS)}"
            faults.append(f"{writing.shown(path)}: tables are not read from '{path.suffix}' files{hint}")
            return []
        return _of_file(path, mapping)
    except DataError as error:
        faults += error.faults or (str(error),)
    except OSError as error:
        faults.append(f"{writing.shown(path)} cannot be read: {writing.reason(error)}")
    return []


def _of_file(path: Path, mapping: TableMapping) -> list[_Part]:
    """Give the parts of one file."""
    kind = path.suffix.lower()
    if kind in CSV:
        return [_Part(path.stem, path.suffix, "", lambda rules: csv_sheet.read(path, mapping, rules))]
    if kind in (".xlsx", ".xlsm"):
        names = workbook_sheet.names(path)
        if len(names) == 1:  # the file's own name says more than `Sheet1`
            return [_Part(path.stem, path.suffix, "", partial(workbook_sheet.read, path, names[0]), names[0])]
        return [_Part(name, "", "", partial(workbook_sheet.read, path, name)) for name in names]
    found = layers.names(path)
    if len(found) == 1:
        (name, shape), *_ = found
        return [_Part(path.stem, path.suffix, shape, _layer(path, name), name)]
    return [_Part(name, "", shape, _layer(path, name)) for name, shape in found]


def _layer(path: Path, name: str) -> Callable[[TableRules], Sheet]:
    """Give the reader of a layer, to which rules say nothing."""
    return lambda _: layers.read(path, name)
