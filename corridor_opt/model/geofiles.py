"""Tables with geometry: GeoPackage and GeoParquet, in and out.

Nodes carry points, links lines; the other tables are plain. Coming in, the point of a node is its place: it wins over
the columns `lon` and `lat`, which may be missing. The inner points of a line become way points where the file brings
no table `geometry` of its own; where it does, that table holds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    import pandas as pd

META_LAYER = "datapackage"
_MAGIC = b"SQLite format 3\x00"


def with_geometry(table: str, frame: pd.DataFrame, points: pd.DataFrame, lines: tuple[Any, Any]) -> Any:
    """Give a table its geometry where it has one.

    Parameters
    ----------
    table
        Its name.
    frame
        Its columns.
    points
        Longitude and latitude of nodes, in the order of their table.
    lines
        Points of links in the order of their table, and where those of each begin: see `geography.link_points`.
    """
    import geopandas
    import numpy as np
    import shapely

    if table == "nodes":
        shapes = shapely.points(points["lon"], points["lat"])
    elif table == "links":
        coordinates, first = lines
        shapes = shapely.linestrings(coordinates, indices=np.repeat(np.arange(len(frame)), np.diff(first)))
    else:
        return frame
    return geopandas.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")


def write_gpkg(frames: Mapping[str, Any], meta: Mapping[str, Any], path: Path) -> None:
    """Write a GeoPackage with a layer for each table, and one for what stands in datapackage.json elsewhere.

    Raises
    ------
    OSError
        It cannot be written.
    """
    import pandas as pd
    import pyogrio

    texts = [value if isinstance(value, str) else json.dumps(value) for value in meta.values()]
    layers = {**frames, META_LAYER: pd.DataFrame({"key": list(meta), "value": texts})}
    for layer, frame in layers.items():
        if "geometry" not in frame.columns:
            frame = frame.astype({column: str for column in frame.columns if frame[column].dtype == object})
        try:
            pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", append=path.exists())
        except Exception as error:  # pyogrio and GDAL raise a family of their own, from C
            why = " ".join(str(error).split()).rsplit(" failed: ", 1)[-1]  # the last words of pages of SQL
            raise OSError(f"layer {layer}: {why}") from error


def write_parquet(frames: Mapping[str, Any], folder: Path) -> None:
    """Write a GeoParquet file for each table into a folder.

    Raises
    ------
    MissingExtraError
        pyarrow is not installed.
    """
    need_pyarrow()
    for table, frame in frames.items():
        frame.to_parquet(folder / f"{table}.parquet", index=False)


def layers_of(path: Path) -> list[str]:
    """Names of the layers of a GeoPackage.

    Raises
    ------
    DataError
        It is damaged or no GeoPackage.
    """
    import pyogrio

    _whole(path)
    return [str(row[0]) for row in _read(path, pyogrio.list_layers)]


def read_gpkg(path: Path, tables: tuple[str, ...]) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Read the layers of a GeoPackage that are tables of ours, and what stands in its layer `datapackage`.

    Raises
    ------
    DataError
        It is damaged, holds no table of ours, or its coordinates are not WGS 84.
    """
    import pyogrio

    layers = layers_of(path)
    ours = [layer for layer in layers if layer in (*tables, META_LAYER)]
    frames = {layer: _read(path, pyogrio.read_dataframe, layer=layer) for layer in ours}
    meta = frames.pop(META_LAYER, None)
    if not frames:
        raise DataError(f"{path} has no layer of a network (nodes, links, ...); it has {', '.join(layers) or 'none'}")
    return _plain(frames, f"{path}, layer {{}}"), {} if meta is None else _metadata(path, meta)


def read_parquet(folder: Path, tables: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Read the GeoParquet files of a folder that are tables of ours.

    Raises
    ------
    DataError
        One is damaged, or coordinates are not WGS 84.
    """
    import geopandas
    import pandas as pd

    need_pyarrow()
    import pyarrow.parquet as pq

    paths = {table: folder / f"{table}.parquet" for table in tables if (folder / f"{table}.parquet").exists()}

    def read(path: Path) -> Any:
        geo = (pq.read_schema(path).metadata or {}).get(b"geo")
        if geo is None:
            return pd.read_parquet(path)
        if path.stem == "links" and "geometry" in paths and (lines := _main_column(geo)):
            return _without(path, *lines)
        # in one thread: what pyarrow keeps for others `give_back` cannot return
        return geopandas.read_parquet(path, use_threads=False)

    frames = {table: _read(path, read) for table, path in paths.items()}
    return _plain(frames, f"{folder}/{{}}.parquet")


def _main_column(geo: bytes) -> tuple[str, Any] | None:
    """Read which column of a file is its geometry, and in which coordinates; None where geopandas is to complain."""
    try:
        said = json.loads(geo)
        main = said["primary_column"]
        return main, said["columns"][main].get("crs", "OGC:CRS84")
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _without(path: Path, column: str, crs: Any) -> Any:
    """Read links without their lines, where another table says how they run; what they are drawn in is kept."""
    import geopandas
    import pandas as pd
    import pyarrow.parquet as pq

    frame = pd.read_parquet(path, columns=[name for name in pq.read_schema(path).names if name != column])
    return geopandas.GeoDataFrame(frame, geometry=geopandas.GeoSeries([None] * len(frame), index=frame.index, crs=crs))


def give_back() -> None:
    """Have pyarrow, where it was used, return to the system what it keeps of tables that are gone."""
    if (arrow := sys.modules.get("pyarrow")) is not None:
        arrow.default_memory_pool().release_unused()


def need_pyarrow(what: str = "GeoParquet needs", extra: str = "parquet") -> None:
    """Say what to install where pyarrow is missing.

    Raises
    ------
    MissingExtraError
        It is.
    """
    try:
        import pyarrow  # noqa: F401  (asked for by name so that the error can say what to install)
    except ImportError as error:
        raise MissingExtraError(f"{what} pyarrow: pip install 'corridor_opt[{extra}]'") from error


def _read(path: Path, read: Callable[..., Any], **options: str) -> Any:
    """Read with the errors of GDAL and Arrow turned to one of ours."""
    try:
        return read(path, **options)
    except Exception as error:  # both raise families of their own, from C
        kind = "GeoPackage" if path.suffix.lower() == ".gpkg" else "Parquet file"
        raise DataError(f"{path} cannot be read: it is damaged or no {kind} ({error})") from error


def _whole(path: Path) -> None:
    """Hold that a GeoPackage is as long as its head says; GDAL reads on where only the last pages are missing."""
    with path.open("rb") as file:
        head = file.read(100)
    if not head.startswith(_MAGIC) or len(head) < 100:
        raise DataError(f"{path} cannot be read: it is damaged or no GeoPackage")
    page = int.from_bytes(head[16:18], "big")
    expected = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    # the count of pages holds only if it was written with the last change
    if head[24:28] == head[92:96] and path.stat().st_size < expected:
        raise DataError(
            f"{path} cannot be read: it is damaged, {path.stat().st_size:,} of {expected:,} bytes are there"
        )


def _metadata(path: Path, meta: pd.DataFrame) -> dict[str, Any]:
    """Give the rows of the layer `datapackage` as a dict; lists stand there as JSON."""
    if not {"key", "value"} <= set(meta.columns):
        raise DataError(f"{path}, layer {META_LAYER}: columns key and value are expected")
    found: dict[str, Any] = {
        str(key): value for key, value in zip(meta["key"], meta["value"], strict=True) if isinstance(value, str)
    }
    if "standing" in found:
        try:
            found["standing"] = json.loads(found["standing"])
        except ValueError as error:
            raise DataError(f"{path}, layer {META_LAYER}, standing: {error}") from error
    return found


def _plain(frames: Mapping[str, Any], where: str) -> dict[str, pd.DataFrame]:
    """Turn geometry to columns and way points, after a look at coordinate systems; `where` has a place for a table."""
    import geopandas
    import pandas as pd

    shapes = {table: frame.geometry for table, frame in frames.items() if isinstance(frame, geopandas.GeoDataFrame)}
    faults = [
        f"{where.format(table)}: coordinates are {column.crs.name}"
        for table, column in shapes.items()
        if column.crs is not None and not column.crs.equals("EPSG:4326", ignore_axis_order=True)
    ]
    if faults:
        raise DataError("WGS 84 longitude and latitude (EPSG:4326) are needed", faults)
    plain = {
        table: pd.DataFrame(frame.drop(columns=shapes[table].name) if table in shapes else frame)
        for table, frame in frames.items()
    }
    if "nodes" in shapes:
        plain["nodes"] = _placed(plain["nodes"], shapes["nodes"], where.format("nodes"), faults)
    if "links" in shapes and "geometry" not in plain and "nodes" in plain:
        ways = _ways(plain["links"], shapes["links"], plain["nodes"], where.format("links"), faults)
        if len(ways):
            plain["geometry"] = ways
    if faults:
        raise DataError("geometry cannot be used", faults)
    return plain


def _placed(nodes: pd.DataFrame, points: Any, where: str, faults: list[str]) -> pd.DataFrame:
    """Give nodes the coordinates of their points; a node without one keeps those of its columns."""
    import shapely

    nodes = nodes.reset_index(drop=True)
    given = points.reset_index(drop=True)
    given = given[given.notna() & ~given.is_empty]
    for row, shape in given[given.geom_type != "Point"].items():
        if shape.geom_type == "MultiPoint" and len(shape.geoms) == 1:
            given[row] = shape.geoms[0]
        else:
            faults.append(f"{where}, row {nodes['id'][row] if 'id' in nodes else row}: a {shape.geom_type}, no point")
    if faults:
        return nodes
    for column, read in (("lon", shapely.get_x), ("lat", shapely.get_y)):
        old = nodes[column] if column in nodes.columns else None
        nodes[column] = None if old is None else old.astype(object)
        nodes.loc[given.index, column] = read(given.to_numpy())
    return nodes


def _ways(links: pd.DataFrame, lines: Any, nodes: pd.DataFrame, where: str, faults: list[str]) -> pd.DataFrame:
    """Give the inner points of lines as rows of the table `geometry`, from a link's first node to its second."""
    import pandas as pd
    import shapely

    if not {"id", "from", "to"} <= set(links.columns) or not {"id", "lon", "lat"} <= set(nodes.columns):
        return pd.DataFrame()  # the schema will say what is missing
    places = {str(i): (x, y) for i, x, y in zip(nodes["id"], nodes["lon"], nodes["lat"], strict=True)}
    rows = []
    for link, start, end, line in zip(links["id"], links["from"], links["to"], lines, strict=True):
        if line is None or line.is_empty:
            continue
        if line.geom_type == "MultiLineString":
            line = shapely.line_merge(line)
        if line.geom_type != "LineString":
            faults.append(f"{where}, row {link}: a {line.geom_type}, no single line")
            continue
        points = [(float(x), float(y)) for x, y in shapely.get_coordinates(line)]
        if _runs_back(points, places.get(str(start)), places.get(str(end))):
            points.reverse()
        if len(points) > 2:
            rows.append({"link": link, "waypoints": "; ".join(f"{x:.5f} {y:.5f}" for x, y in points[1:-1])})
    return pd.DataFrame(rows)


def _runs_back(points: list[tuple[float, float]], start: Any, end: Any) -> bool:
    """Whether a line was drawn from its second node to its first."""
    if start is None or end is None:
        return False

    def apart(a: Any, b: Any) -> float:
        try:
            return abs(float(a[0]) - float(b[0])) + abs(float(a[1]) - float(b[1]))
        except (TypeError, ValueError):  # an empty cell or a word: the schema will tell
            return 0.0

    straight, back = (apart(points[0], a) + apart(points[-1], b) for a, b in ((start, end), (end, start)))
    return back < straight
