"""Networks in files of our own schema: CSV folders, GeoPackage, GeoParquet folders, and networkx graphs.

What comes in is validated by `network.build`; what goes out is written beside its target and moved into place,
so that a failed write leaves the old file.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.model import geofiles, state, writing
from corridor_opt.model.geography import link_points
from corridor_opt.model.network import TABLES, USED, VANTAGES, Network
from corridor_opt.model.schema import schema

if TYPE_CHECKING:
    import pandas as pd

META = "datapackage.json"
SCHEMA = "corridor-opt/network/1"
# What a saved folder holds; anything else in it is not ours.
NONE = "none"  # the hazard set of a network that names none
OF_VANTAGE = "of the vantage point"  # of one that asks for whatever was judged then
OURS = {META, *(f"{table}.{end}" for table in TABLES for end in ("csv", "parquet"))}


@dataclass(frozen=True)
class Raw:
    """Tables as they stand in a file, before validation, and what the file says of them.

    Parameters
    ----------
    name, version
        What the network is called.
    tables
        Frames by name.
    as_of
        Vantage point whose state and surcharges the tables hold; None where they hold none.
    standing
        What that vantage point changed, a line each.
    hazards
        Name of its own hazard set.
    """

    name: str
    version: str
    tables: Mapping[str, pd.DataFrame]
    as_of: str | None
    standing: tuple[str, ...]
    hazards: str


def read(path: Path) -> Raw:
    """Read tables from a folder of CSV or GeoParquet files, or from a GeoPackage.

    Raises
    ------
    DataError
        Nothing is there, it is of another format, it is damaged, or its coordinates are not WGS 84.
    """
    try:
        if not path.exists():
            raise DataError(f"no network at {writing.shown(path)}: no such file or folder")
        if path.is_dir():
            tables, meta = _read_folder(path)
        elif path.suffix.lower() == ".gpkg":
            tables, meta = geofiles.read_gpkg(path, TABLES)
        else:
            raise DataError(f"{path}: a network is a folder of CSV or GeoParquet files or a GeoPackage (.gpkg)")
    except OSError as error:
        raise DataError(f"{writing.shown(path)} cannot be read: {writing.reason(error)}") from error
    as_of, standing = meta.get("as_of"), meta.get("standing") or []
    if as_of is not None and str(as_of) not in VANTAGES:
        raise DataError(f"{path}, datapackage: as_of is {as_of!r}; vantage points are {', '.join(VANTAGES)}")
    if not isinstance(standing, list) or not all(isinstance(line, str) for line in standing):
        raise DataError(f"{path}, datapackage: standing is no list of lines")
    name, version = str(meta.get("name") or path.stem), str(meta.get("version") or "0")
    hazards = str(meta.get("hazards") or NONE)
    return Raw(name, version, tables, None if as_of is None else str(as_of), tuple(standing), hazards)


def save(network: Network, path: str | Path) -> Path:
    """Write a network.

    Parameters
    ----------
    network
        What to write, with the surcharges of its vantage point.
    path
        `x.gpkg` for a GeoPackage, `x.parquet` for a folder of GeoParquet files, else a folder of CSV files.
        A network that was saved there is replaced; other files in its folder stay. A folder or a GeoPackage that
        holds something else is not touched.

    Returns
    -------
    pathlib.Path
        Where it was written. Columns that all hold their default are left out. What a scenario has closed or opened
        is kept in the columns `is_open` (yes or no), `closed_by` and `transit_closed`, which stand in a file only then.

    Raises
    ------
    DataError
        It cannot be written; what was there stays as it was.
    """
    try:
        if path == "":
            raise DataError("a network cannot be written to an empty path")
        target = Path(path)
        ending = target.suffix.lower()
        if ending not in ("", ".gpkg", ".parquet"):
            raise DataError(f"{target}: write a network to a folder, to a .gpkg or to a .parquet folder")
        _refuse_foreign(target)
        if ending == ".gpkg":
            writing.put_file(target, lambda draft: _write(network, draft, ".gpkg"), parents=True)
        else:
            writing.put_folder(target, lambda draft: _write(network, draft, ending), OURS.__contains__)
    except (OSError, TypeError) as error:
        why = writing.reason(error) if isinstance(error, OSError) else str(error)
        raise DataError(f"{writing.shown(path)} cannot be written: {why}") from error
    return target


def save_timeless(network: Network, folder: Path, *, vantages: Path | None = None) -> None:
    """Write GeoParquet files of a network that stands at no vantage point yet, into an empty folder.

    Parameters
    ----------
    network
        Its tables hold the statuses of all vantage points and no surcharges of any.
    folder
        There already.
    vantages
        Folder with the files of what each vantage point brings, and whose hazards are then asked; none when None.

    Raises
    ------
    OSError
        It cannot be written.
    """
    hazards = OF_VANTAGE if vantages is not None else NONE
    _write(network, folder, ".parquet", {"as_of": None, "standing": None, "hazards": hazards})
    for path in sorted(vantages.glob("vantage-*.toml")) if vantages is not None else ():
        (folder / path.name).write_bytes(path.read_bytes())


def _refuse_foreign(target: Path) -> None:
    """Raise where something else than a network of ours would be lost."""
    if target.is_dir():
        if target.suffix.lower() == ".gpkg" or (any(target.iterdir()) and not _is_ours(target / META)):
            raise DataError(f"{target} is a folder of something else; it stays as it is")
    elif target.suffix.lower() == ".gpkg" and target.is_file():
        for beside in ("-wal", "-journal"):
            if Path(f"{os.path.realpath(target)}{beside}").exists():
                raise DataError(f"{target} cannot be written: another program has it open ({target.name}{beside})")
        try:
            foreign = sorted({*geofiles.layers_of(target)} - {*TABLES, geofiles.META_LAYER})
        except DataError:  # it is damaged: nothing in it can be lost
            return
        if foreign:
            raise DataError(f"{target} holds other layers ({', '.join(foreign)}); it stays as it is")


def _is_ours(meta: Path) -> bool:
    try:
        return bool(_read_meta(meta).get("schema") == SCHEMA)
    except DataError:
        return False


def _columns(network: Network, table: str) -> pd.DataFrame:
    """Columns of the schema that hold more than their default, and the state where it does not follow from those."""
    import pandas as pd

    frame = network[table]
    keep = []
    for name, attribute in schema(table).items():
        default = float(attribute.default) if attribute.is_number and attribute.default else attribute.default
        if not attribute.default or not (frame[name] == default).all():
            keep.append(name)
    return pd.concat([frame[keep], state.written(frame)], axis=1) if table in USED else frame[keep]


def _metadata(network: Network) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": network.name,
        "version": network.version,
        "as_of": network.as_of,
        "sha256": network.sha256,
        "schema": SCHEMA,
        "note": "CSV tables of corridor_opt; sources stand in sources.csv and in each row",
        "standing": list(network.standing),
        "hazards": network.hazards,
    }


def _write(network: Network, place: Path, ending: str, about: Mapping[str, Any] | None = None) -> None:
    """Write the tables to a new file or folder, and what is to be said about them beside or instead of the usual."""
    frames = {table: _columns(network, table) for table in TABLES}
    meta = {key: value for key, value in {**_metadata(network), **(about or {})}.items() if value is not None}
    if ending:
        lines = link_points(network)
        frames = {t: geofiles.with_geometry(t, frame, network["nodes"], lines) for t, frame in frames.items()}
    if ending == ".gpkg":
        geofiles.write_gpkg(frames, meta, place)
        return
    place.mkdir(exist_ok=True)
    if ending:
        geofiles.write_parquet(frames, place)
    else:
        for table, frame in frames.items():
            frame.to_csv(place / f"{table}.csv", index=False, lineterminator="\n")
    (place / META).write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def _read_folder(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Read a folder; damaged CSV files are told all at once."""
    meta = _read_meta(folder / META)
    if (folder / "nodes.parquet").exists():
        return geofiles.read_parquet(folder, TABLES), meta
    tables: dict[str, pd.DataFrame] = {}
    faults: list[str] = []
    for table in TABLES:
        path = folder / f"{table}.csv"
        if path.exists():
            try:
                tables[table] = _read_csv(path)
            except DataError as error:
                faults += error.faults or (str(error),)
    if faults:
        raise DataError(f"{folder} cannot be read", faults)
    if not tables:
        raise DataError(f"{folder} holds no table: nodes.csv and links.csv (or .parquet) are expected")
    return tables, meta


def _read_meta(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {writing.reason(error)}") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not JSON: {error}") from error
    if not isinstance(meta, dict):
        raise DataError(f"{path} holds no JSON object")
    return meta


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a CSV file as texts.

    Raises
    ------
    DataError
        It cannot be read, its cells are not separated by commas, or rows have more or fewer cells than the header.
    """
    import pandas as pd

    limit = csv.field_size_limit(2**31 - 1)  # the way points of one link may be long
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = [name.strip() for name in next(lines, [])]
            rows = [(lines.line_num, row) for row in lines if any(row)]  # spreadsheets add empty rows
    except OSError as error:
        raise DataError(f"{path} cannot be read: {writing.reason(error)}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} cannot be read: it is not UTF-8 ({error})") from error
    except csv.Error as error:
        raise DataError(f"{path} cannot be read: {error} (line {lines.line_num}; is a quotation mark open?)") from error
    finally:
        csv.field_size_limit(limit)
    faults = _shape_faults(header, rows)
    if faults:
        raise DataError(f"{path} cannot be read", [f"{path}: {fault}" for fault in faults])
    frame = pd.DataFrame([row for _, row in rows], columns=header, dtype=object)
    return frame.loc[:, [bool(name) for name in header]]


def _shape_faults(header: list[str], rows: list[tuple[int, list[str]]]) -> list[str]:
    """Say what is wrong with the names of columns and with the number of cells in rows."""
    if not any(header):
        return ["it is empty: a line with the names of columns is expected"]
    for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and mark in header[0]:
            return [f"its cells are separated by {name}; commas are needed"]
    faults = [
        f"line {line} has {len(row)} cells, the header has {len(header)}"
        for line, row in rows
        if len(row) != len(header)
    ]
    faults += [
        f"the column '{name}' stands there twice" for name in dict.fromkeys(header) if header.count(name) > 1 and name
    ]
    for column, name in enumerate(header):  # spreadsheets add empty columns
        if not name and any(row[column:] and row[column] for _, row in rows):
            faults.append(f"column {column + 1} has no name")
    return faults


def to_networkx(network: Network) -> Any:
    """Give the network as a `networkx.MultiDiGraph`.

    Nodes are node ids with the columns of the node table. Every link and crossing is an edge in each direction it
    may be used, with its id as key, its columns as attributes and `table` = `links` or `crossings`; parallel links
    stay apart. `is_open` and `closed_by` say what stands open at the vantage point and under the scenarios applied.
    Tables without a place in a graph (terminals, parameters, sources, ...) stand in `graph.graph["tables"]`.

    See Also
    --------
    corridor_opt.from_networkx : the way back.
    """
    import networkx as nx

    rest = [t for t in TABLES if t not in ("nodes", "links", "crossings")]

    def columns(table: str) -> list[str]:
        return [*schema(table), *(column for column in state.COLUMNS if column in network[table].columns)]

    graph = nx.MultiDiGraph(
        name=network.name,
        version=network.version,
        as_of=network.as_of,
        standing=list(network.standing),
        hazards=network.hazards,
        tables={t: network[t][columns(t)].to_dict("records") for t in rest},
    )
    for row in network["nodes"][list(schema("nodes"))].to_dict("records"):
        graph.add_node(row["id"], **row)
    for table, (a, b) in (("links", ("from", "to")), ("crossings", ("post_a", "post_b"))):
        for row in network[table][columns(table)].to_dict("records"):
            ends = [(row[a], row[b])]
            if row.get("direction", "both") == "both":
                ends.append((row[b], row[a]))
            for u, v in ends:
                graph.add_edge(u, v, key=row["id"] if (u, v) == ends[0] else f"{row['id']}~", table=table, **row)
    return graph
