"""The cache of built networks: one build at a time, stages that outlive an interrupt, all of a network or nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from corridor_opt.errors import DataError
from corridor_opt.model import writing
from corridor_opt.model.geofiles import need_pyarrow
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.stored import file_sha256

BUILDING = ".building"
STAGE = "stage.json"
_FAR = 1 << 30  # the byte that Windows locks: far from what others read
FRAMES = ("nodes", "links", "crossings")


@contextlib.contextmanager
def alone(cache: Path, name: str) -> Iterator[Path]:
    """Hold the lock of a network while it is built; gives the folder of its stages.

    The lock is one of the operating system on a file: it goes with the process that holds it, however that ends.

    Raises
    ------
    DataError
        Another process builds it, or the folder cannot be written.
    """
    folder = cache / BUILDING / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(cache / BUILDING / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise cannot_write(cache, error) from error
    try:
        if not _lock(file):
            holder = os.pread(file, 200, 0).decode(errors="replace") if hasattr(os, "pread") else ""
            who = f" ({holder.strip()})" if holder.strip() else ""
            raise DataError(f"'{name}' is being built by another process{who}; wait for it, or give another --name")
        since = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        with contextlib.suppress(OSError):  # on a full disk the lock holds all the same
            os.ftruncate(file, 0)
            os.write(file, f"process {os.getpid()}, since {since}\n".encode())
        for litter in folder.glob(".writing-*"):  # of a build that was killed
            shutil.rmtree(litter, ignore_errors=True)
        yield folder
    finally:
        os.close(file)


def _lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file, _FAR, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            os.lseek(file, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True


def cannot_write(cache: Path, error: OSError) -> DataError:
    """Make the error of a cache that cannot be written."""
    why = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else writing.reason(error)
    return DataError(f"the cache {writing.shown(cache)} cannot be written: {why}; --cache DIR names another")


def synced(folder: Path) -> None:
    """Have the files of a folder reach the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def checksums(folder: Path, *, but: str) -> dict[str, str]:
    """Checksums of all files below a folder but one, by their path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): file_sha256(path) or "" for path in paths}
    found.pop(but, None)
    return found


def stage(
    folder: Path, name: str, key: str, make: Callable[[], Any], put: Callable[[Any, Path], None]
) -> tuple[Path, dict[str, Any]]:
    """Give the folder of a stage of a build: the one that is there where it is whole and of the same key.

    Parameters
    ----------
    folder
        Of the build's stages.
    name
        Of the stage.
    key
        What the stage depends on.
    make
        Does the work.
    put
        Writes what that gave into an empty folder.

    Returns
    -------
    path
        The folder of the stage.
    told
        What is known of it: `seconds`, `peak_mb` (of the process so far) and `said`; `kept` where it was there.

    Raises
    ------
    DataError
        It cannot be written; what was there stays.
    """
    place = folder / name
    told = _whole(place, key)
    if told is not None:
        return place, {**told, "kept": True}
    begun = time.monotonic()
    result = make()

    def write(draft: Path) -> None:
        draft.mkdir()
        put(result, draft)
        told = {
            "key": key,
            "seconds": round(time.monotonic() - begun, 1),
            "peak_mb": peak_mb(),
            "said": list(getattr(result, "said", ())),
            "counts": counts(draft),
        }
        (draft / STAGE).write_text(json.dumps({**told, "files": checksums(draft, but=STAGE)}, indent=1) + "\n")
        synced(draft)

    put_whole(place, write)
    return place, {**(_whole(place, key) or {}), "kept": False}


def counts(folder: Path) -> dict[str, int]:
    """Rows of each Parquet file of a folder that has any."""
    import pyarrow.parquet as pq

    found = {path.stem: pq.read_metadata(path).num_rows for path in sorted(folder.glob("*.parquet"))}
    return {table: rows for table, rows in found.items() if rows}


def put_whole(place: Path, write: Callable[[Path], object]) -> None:
    """Have a folder of the cache made beside its place and moved there when it is whole.

    Raises
    ------
    DataError
        It cannot be written; what was there stays.
    """
    try:
        writing.put_folder(place, write, lambda name: True)
    except OSError as error:
        raise cannot_write(place.parent, error) from error


def _whole(place: Path, key: str) -> dict[str, Any] | None:
    """Give what is told of a stage; None where it is missing, damaged or of another key."""
    try:
        told = json.loads((place / STAGE).read_text())
        whole = told["key"] == key and checksums(place, but=STAGE) == told["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return told if whole else None


def peak_mb() -> int:
    """Most memory that this process has held, MB; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak // (1 << 20 if sys.platform == "darwin" else 1 << 10))


def put_draft(draft: Draft, folder: Path) -> None:
    """Write a draft: a GeoParquet file for nodes and for links, Parquet for the rest."""
    import geopandas
    import shapely

    need_pyarrow("networks of the world need", "large")
    points = shapely.points(draft.points())
    nodes = geopandas.GeoDataFrame(draft.nodes, geometry=points, crs="EPSG:4326")
    links = draft.links.drop(columns="way", errors="ignore")
    way = draft.links["way"].to_numpy(object) if "way" in draft.links.columns else np.full(len(links), None, object)
    geopandas.GeoDataFrame(
        links, geometry=geopandas.GeoSeries(list(way), crs="EPSG:4326", index=links.index)
    ).to_parquet(folder / "links.parquet")
    nodes.to_parquet(folder / "nodes.parquet")
    draft.crossings.to_parquet(folder / "crossings.parquet")
    draft.sources.to_parquet(folder / "sources.parquet")
    told = {"name": draft.name, "source": draft.source, "said": list(draft.said)}
    (folder / "draft.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def get_draft(folder: Path) -> Draft:
    """Read a draft that was written by `put_draft`."""
    import geopandas
    import pandas as pd

    told = json.loads((folder / "draft.json").read_text(encoding="utf-8"))
    nodes = pd.DataFrame(geopandas.read_parquet(folder / "nodes.parquet").drop(columns="geometry"))
    links = geopandas.read_parquet(folder / "links.parquet")
    way = links.geometry.to_numpy(object)
    links = pd.DataFrame(links.drop(columns="geometry"))
    if any(one is not None for one in way):
        links["way"] = way
    crossings, sources = (pd.read_parquet(folder / f"{name}.parquet") for name in ("crossings", "sources"))
    return Draft(told["name"], nodes, links, told["source"], sources, tuple(told["said"]), crossings)
