"""Networks that were built on this machine: a name leads to a folder of the cache."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model import writing

VARIABLE = "CORRIDOR_OPT_CACHE"
MANIFEST = "manifest.json"
BARE = "bare"  # folder of the network before the embedded one was laid over it
AGAIN = "build it again: corridor-opt network build world --region W,S,E,N"


def cache_folder() -> Path:
    """Folder of the networks that were built: `CORRIDOR_OPT_CACHE`, else where this system keeps caches."""
    said = os.environ.get(VARIABLE)
    if said:
        return Path(said).expanduser()
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(home) / "corridor_opt" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "corridor_opt"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "corridor_opt"


def is_word(word: object) -> bool:
    """Whether a network may be called so: letters, digits, `_` and `-`."""
    return isinstance(word, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", word) is not None


def is_name(word: object) -> bool:
    """Whether a word names a built network, not a file or folder here."""
    return is_word(word) and not Path(str(word)).exists()


def stored_names(cache: Path | None = None) -> list[str]:
    """Names that `load_network` knows, those before the overlay among them."""
    cache = cache or cache_folder()
    try:
        built = sorted(entry.parent.name for entry in cache.glob(f"[!.]*/{MANIFEST}"))
    except OSError:
        return []
    return [name for one in built for name in (one, f"{one}-{BARE}") if stored_folder(name, cache) is not None]


def stored_folder(name: str, cache: Path | None = None) -> Path | None:
    """Folder of a built network; None where there is none of that name."""
    cache = cache or cache_folder()
    folder = cache / name
    if not folder.exists() and name.endswith(f"-{BARE}"):
        folder = cache / name.removesuffix(f"-{BARE}") / BARE
    return folder if (folder / "nodes.parquet").exists() or (folder / MANIFEST).exists() else None


def find_stored(name: str, cache: Path | None = None) -> Path:
    """Find the folder of a built network and hold that it is whole.

    Raises
    ------
    DataError
        None of that name was built, or a file of it is damaged; the message says how to build it.
    """
    folder = stored_folder(name, cache)
    if folder is None:
        names = stored_names(cache)
        known = did_you_mean(name, names) if names else "; none was built on this machine yet"
        raise DataError(
            f"no network '{name}': no such file or folder, and none of that name was built here{known}; "
            "corridor-opt network build world --region W,S,E,N builds one"
        )
    check_stored(folder.parent if folder.name == BARE else folder, under=folder)
    return folder


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what stands in the manifest of a built network.

    Raises
    ------
    DataError
        It is missing or damaged.
    """
    path = folder / MANIFEST
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{writing.shown(path)} cannot be read: {writing.reason(error)}; {AGAIN}") from error
    except ValueError as error:
        raise DataError(f"{writing.shown(path)} is damaged ({error}); {AGAIN}") from error
    if not isinstance(told, dict) or not isinstance(told.get("files"), dict):
        raise DataError(f"{writing.shown(path)} is no manifest of a network; {AGAIN}")
    return told


def check_stored(folder: Path, *, under: Path | None = None) -> None:
    """Hold the files of a built network against their checksums.

    Parameters
    ----------
    folder
        Folder with the manifest.
    under
        Look at files directly in this folder only; at all when None.

    Raises
    ------
    DataError
        Files are missing or were changed; each is named.
    """
    faults = []
    for name, sha256 in read_manifest(folder)["files"].items():
        path = folder / name
        if under is not None and path.parent != under:
            continue
        found = file_sha256(path)
        if found != sha256:
            faults.append(f"{name} is {'missing' if found is None else 'damaged'}")
    if faults:
        raise DataError(f"the network in {writing.shown(folder)} is not whole; {AGAIN}", faults)


def file_sha256(path: Path) -> str | None:
    """Checksum of a file; None where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
