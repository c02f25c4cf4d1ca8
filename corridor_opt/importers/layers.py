"""A foreign table with geometry: a layer of a GeoPackage and the like, a GeoParquet file, a frame."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from corridor_opt.errors import DataError
from corridor_opt.importers.sheet import Sheet
from corridor_opt.model import geofiles

PARQUET = (".parquet", ".geoparquet")


def names(path: Path) -> list[tuple[str, str]]:
    """Names of the layers of a file, each with `point`, `line` or nothing.

    Raises
    ------
    DataError
        It is damaged or holds no layer.
    """
    if path.suffix.lower() in PARQUET:
        return [(path.stem, shape_of(_parquet(path)))]
    import pyogrio

    if path.suffix.lower() == ".gpkg":
        geofiles.layers_of(path)  # tells what is cut short, which GDAL may not
    found = _read(path, lambda: pyogrio.list_layers(path))
    if not len(found):
        raise DataError(f"{path.name} cannot be used: it has no layer")
    return [(str(name), _kind(str(shape))) for name, shape in found]


def read(path: Path, layer: str) -> Sheet:
    """Read a layer, or a Parquet file.

    Raises
    ------
    DataError
        It is damaged or has no rows.
    """
    if path.suffix.lower() in PARQUET:
        return _sheet(_parquet(path), path.name, "row")
    import pyogrio

    frame = _read(path, lambda: pyogrio.read_dataframe(path, layer=layer, fid_as_index=True))
    alone = path.suffix.lower() != ".gpkg"
    return _sheet(frame, path.name if alone else f"{path.name}, layer {layer}", "feature")


def of_frame(frame: Any, role: str) -> Sheet:
    """Take a frame as it is; faults name its index."""
    return _sheet(frame, f"the frame of {role}", "row")


def shape_of(frame: Any) -> str:
    """Whether a frame holds points or lines, by its first geometry; nothing where it has none."""
    shapes = _geometry(frame)
    if shapes is None:
        return ""
    return _kind(next((shape.geom_type for shape in shapes if shape is not None and not shape.is_empty), ""))


def _kind(name: str) -> str:
    lowered = name.lower()
    return "point" if "point" in lowered else "line" if "line" in lowered else ""


def _geometry(frame: Any) -> Any:
    """Give the geometry of a GeoFrame that has some."""
    import geopandas

    if isinstance(frame, geopandas.GeoDataFrame) and frame._geometry_column_name in frame.columns:
        return frame.geometry
    return None


def _sheet(frame: Any, where: str, word: str) -> Sheet:
    import pandas as pd

    if not len(frame):
        raise DataError(f"{where} has no rows")
    rows = [f"{word} {label}" for label in frame.index]
    shapes = _geometry(frame)
    plain = pd.DataFrame(frame if shapes is None else frame.drop(columns=shapes.name)).reset_index(drop=True)
    plain.columns = [str(column).strip() for column in plain.columns]
    twice = plain.columns[plain.columns.duplicated()]
    if len(twice):
        raise DataError(f"{where}: the column '{twice[0]}' stands there twice")
    if shapes is None:
        return Sheet(where, plain, rows)
    return Sheet(where, plain, rows, shapes.to_numpy(), shapes.crs)


def _parquet(path: Path) -> Any:
    """Read a Parquet file, with geometry where it has some."""
    import geopandas
    import pandas as pd

    geofiles.need_pyarrow()
    import pyarrow.parquet as pq

    def whole() -> Any:
        has_geometry = b"geo" in (pq.read_schema(path).metadata or {})
        return geopandas.read_parquet(path) if has_geometry else pd.read_parquet(path)

    return _read(path, whole)


def _read(path: Path, read: Callable[[], Any]) -> Any:
    """Read with the errors of GDAL and Arrow turned to one of ours."""
    try:
        return read()
    except Exception as error:  # both raise families of their own, from C
        why = " ".join(str(error).split("; It might help")[0].split())
        raise DataError(f"{path.name} cannot be read: it is damaged or not what its ending says ({why})") from error
