"""Networks in files of our own schema: CSV folders, GeoPackage, GeoParquet folders, and networkx graphs.

What comes in is validated by `network.build`; what goes out is written beside its target and moved into place,
so that a failed write leaves the old file.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError, MissingExtraError
from corridor_opt.model.geography import link_lines
from corridor_opt.model.network import TABLES, Network
from corridor_opt.model.schema import schema

if TYPE_CHECKING:
    import pandas as pd

EMBEDDED = Path(__file__).resolve().parent.parent / "data" / "eurasia"
META = "datapackage.json"


@dataclass(frozen=True)
class Raw:
    """Tables as they stand in a file, before validation."""

    name: str
    version: str
    tables: Mapping[str, pd.DataFrame]
    meta: Mapping[str, Any]


@functools.cache
def embedded_texts(table: str) -> pd.DataFrame:
    """Give a table of the embedded network as texts."""
    return _read_csv(EMBEDDED / f"{table}.csv")


def read(path: Path) -> Raw:
    """Read tables from a folder of CSV or GeoParquet files, or from a GeoPackage.

    Raises
    ------
    DataError
        Nothing is there, it is of another format, it is damaged, or its coordinates are not WGS 84.
    """
    if not path.exists():
        raise DataError(f"no network at {path}: no such file or folder")
    if path.is_dir():
        meta = _read_meta(path / META)
        if (path / "nodes.parquet").exists():
            tables = {t: _read_parquet(path / f"{t}.parquet") for t in TABLES if (path / f"{t}.parquet").exists()}
        else:
            tables = {t: _read_csv(path / f"{t}.csv") for t in TABLES if (path / f"{t}.csv").exists()}
        if not tables:
            raise DataError(f"{path} holds no table: nodes.csv and links.csv (or .parquet) are expected")
    elif path.suffix.lower() == ".gpkg":
        tables, meta = _read_gpkg(path)
    else:
        raise DataError(f"{path}: a network is a folder of CSV or GeoParquet files or a GeoPackage (.gpkg)")
    return Raw(str(meta.get("name", path.stem)), str(meta.get("version", "0")), tables, meta)


def save(network: Network, path: str | Path) -> Path:
    """Write a network.

    Parameters
    ----------
    network
        What to write, with the surcharges of its vantage point.
    path
        `x.gpkg` for a GeoPackage, `x.parquet` for a folder of GeoParquet files, else a folder of CSV files.

    Returns
    -------
    pathlib.Path
        Where it was written. Columns that all hold their default are left out.
    """
    target = Path(path)
    writers = {".gpkg": _write_gpkg, ".parquet": _write_parquet}
    write = writers.get(target.suffix.lower(), _write_csv)
    if write is _write_csv and target.suffix:
        raise DataError(f"{target}: write a network to a folder, to a .gpkg or to a .parquet folder")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".writing-") as beside:
            made = Path(beside) / target.name
            write(network, made)
            _move(made, target)
    except OSError as error:
        raise DataError(f"{target} cannot be written: {error.strerror or error}") from error
    return target


def _move(made: Path, target: Path) -> None:
    """Put a finished file or folder in the place of an old one."""
    if target.is_dir():
        if any(target.iterdir()) and not (target / META).exists():
            raise DataError(f"{target} is a folder of something else; it stays as it is")
        old = made.parent / "old"
        os.replace(target, old)
        os.replace(made, target)
        shutil.rmtree(old)
    else:
        os.replace(made, target)


def _columns(network: Network, table: str) -> pd.DataFrame:
    """Columns of the schema that hold more than their default."""
    frame = network[table]
    keep = []
    for name, attribute in schema(table).items():
        default = float(attribute.default) if attribute.is_number and attribute.default else attribute.default
        if not attribute.default or not (frame[name] == default).all():
            keep.append(name)
    return frame[keep]


def _metadata(network: Network) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": network.name,
        "version": network.version,
        "as_of": network.as_of,
        "sha256": network.sha256,
        "schema": "corridor-opt/network/1",
        "note": "CSV tables of corridor_opt; sources stand in sources.csv and in each row",
    }


def _write_csv(network: Network, folder: Path) -> None:
    folder.mkdir()
    for table in TABLES:
        _columns(network, table).to_csv(folder / f"{table}.csv", index=False, lineterminator="\n")
    (folder / META).write_text(json.dumps(_metadata(network), indent=1) + "\n", encoding="utf-8")


def _geo(network: Network, table: str) -> Any:
    """Give a table with its geometry where it has one: points of nodes, lines of links."""
    import geopandas
    import shapely

    frame = _columns(network, table)
    if table == "nodes":
        points = shapely.points(network["nodes"]["lon"], network["nodes"]["lat"])
        return geopandas.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")
    if table == "links":
        made = link_lines(network)
        lines = [shapely.LineString(made[link]) for link in frame["id"]]
        return geopandas.GeoDataFrame(frame, geometry=lines, crs="EPSG:4326")
    return frame


def _write_gpkg(network: Network, path: Path) -> None:
    import pandas as pd
    import pyogrio

    meta = pd.DataFrame({"key": list(_metadata(network)), "value": [str(v) for v in _metadata(network).values()]})
    for table in (*TABLES, META):
        frame = meta if table == META else _geo(network, table)
        if "geometry" not in frame.columns and table != META:
            frame = frame.astype({c: str for c in frame.columns if frame[c].dtype == object})
        pyogrio.write_dataframe(frame, path, layer="datapackage" if table == META else table, append=path.exists())


def _write_parquet(network: Network, folder: Path) -> None:
    try:
        import pyarrow  # noqa: F401  (asked for by name so that the error can say what to install)
    except ImportError as error:
        raise MissingExtraError("GeoParquet needs pyarrow: pip install 'corridor_opt[parquet]'") from error
    folder.mkdir()
    for table in TABLES:
        _geo(network, table).to_parquet(folder / f"{table}.parquet", index=False)
    (folder / META).write_text(json.dumps(_metadata(network), indent=1) + "\n", encoding="utf-8")


def _read_meta(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path} is not JSON: {error}") from error
    return meta if isinstance(meta, dict) else {}


def _read_csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8").astype(object)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error


def _read_parquet(path: Path) -> pd.DataFrame:
    import geopandas
    import pandas as pd

    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("GeoParquet needs pyarrow: pip install 'corridor_opt[parquet]'") from error
    try:
        geo = b"geo" in (pq.read_schema(path).metadata or {})
        frame = geopandas.read_parquet(path) if geo else pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: it is damaged or no Parquet file ({error})") from error
    return _plain(frame, f"{path}")


def _read_gpkg(path: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    import pyogrio

    try:
        layers = [str(row[0]) for row in pyogrio.list_layers(path)]
        frames = {layer: pyogrio.read_dataframe(path, layer=layer) for layer in layers}
    except Exception as error:  # pyogrio and GDAL raise a family of their own, from C
        raise DataError(f"{path} cannot be read: it is damaged or no GeoPackage ({error})") from error
    meta = frames.pop("datapackage", None)
    tables = {layer: _plain(frame, f"{path}, layer {layer}") for layer, frame in frames.items() if layer in TABLES}
    if not tables:
        raise DataError(f"{path} has no layer of a network (nodes, links, ...); it has {', '.join(layers) or 'none'}")
    return tables, {} if meta is None else dict(zip(meta["key"], meta["value"], strict=True))


def _plain(frame: Any, where: str) -> pd.DataFrame:
    """Drop the geometry, after a look at its coordinate system."""
    import pandas as pd

    crs = getattr(frame, "crs", None)
    if crs is not None and crs.to_epsg() != 4326:
        raise DataError(
            f"{where}: coordinates are {crs.name}, but WGS 84 longitude and latitude (EPSG:4326) are needed"
        )
    return pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))


def to_networkx(network: Network) -> Any:
    """Give the network as a `networkx.MultiDiGraph`.

    Nodes are node ids with the columns of the node table. Every link and crossing is an edge in each direction it
    may be used, with its id as key, its columns as attributes and `table` = `links` or `crossings`; parallel links
    stay apart. Tables without a place in a graph (terminals, parameters, sources, ...) stand in `graph.graph`.

    See Also
    --------
    corridor_opt.from_networkx : the way back.
    """
    import networkx as nx

    rest = [t for t in TABLES if t not in ("nodes", "links", "crossings")]
    graph = nx.MultiDiGraph(
        name=network.name,
        version=network.version,
        as_of=network.as_of,
        tables={t: network[t][list(schema(t))].to_dict("records") for t in rest},
    )
    for row in network["nodes"][list(schema("nodes"))].to_dict("records"):
        graph.add_node(row["id"], **row)
    for table, (a, b) in (("links", ("from", "to")), ("crossings", ("post_a", "post_b"))):
        for row in network[table][[*schema(table), "is_open"]].to_dict("records"):
            ends = [(row[a], row[b])]
            if row.get("direction", "both") == "both":
                ends.append((row[b], row[a]))
            for u, v in ends:
                graph.add_edge(u, v, key=row["id"] if (u, v) == ends[0] else f"{row['id']}~", table=table, **row)
    return graph
