"""Commands that bring in networks of others: `network import KIND FILE ...`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from corridor_opt.cli_terminal import emit
from corridor_opt.errors import DataError, did_you_mean


def bring_in(words: argparse.Namespace) -> None:
    """Import a network of some kind, write it where --output says, and tell what was done."""
    kinds: dict[str, Callable[[argparse.Namespace], None]] = {"tables": tables, "osm": osm}
    if words.file not in kinds:
        known = ", ".join(kinds)
        said = (
            f"no kind '{words.file}'{did_you_mean(words.file, kinds)}" if words.file else f"a kind is needed: {known}"
        )
        raise DataError(f"network import: {said}")
    kinds[words.file](words)


def tables(words: argparse.Namespace) -> None:
    """Import tables that others made."""
    from corridor_opt.importers.tables import from_tables

    faults = []
    if not 1 <= len(words.more) <= 2:
        faults.append(f"one file or folder, or two files (nodes, links), are needed; {len(words.more)} given")
    if words.output is None:
        faults.append("--output FILE is needed: a folder, a .gpkg or a .parquet folder")
    if faults:
        raise DataError("network import tables cannot be done", faults)
    network = from_tables(*words.more, mapping=words.mapping, name=getattr(words, "name", None), as_of=words.as_of)
    lines = [f"written: {network.save(words.output)}, {network!r}", *network.standing]
    emit("\n  ".join(lines))


def osm(words: argparse.Namespace) -> None:
    """Import a file of OpenStreetMap."""
    from corridor_opt.importers.osm import from_osm
    from corridor_opt.importers.osm_tags import ROADS

    faults = []
    if len(words.more) != 1:
        faults.append(f"one file is needed (.osm, .osm.gz, .osm.bz2 or .graphml); {len(words.more)} given")
    if words.output is None:
        faults.append("--output FILE is needed: a folder, a .gpkg or a .parquet folder")
    parts = {"rail": True, "ferries": True, "service_tracks": True, "not_in_use": True}
    for word in [w.strip() for w in (words.without or "").split(",") if w.strip()]:
        key = word.replace("-", "_")
        if key not in parts:
            faults.append(f"--without: no part '{word}'{did_you_mean(word, [k.replace('_', '-') for k in parts])}")
        parts[key] = False
    if faults:
        raise DataError("network import osm cannot be done", faults)
    network = from_osm(
        words.more[0],
        roads=ROADS if words.roads is None else words.roads,
        places=None if words.places is None else _places(words.places),
        terminals=words.terminals,
        name=getattr(words, "name", None),
        as_of=words.as_of,
        **parts,
    )
    emit("\n  ".join([f"written: {network.save(words.output)}, {network!r}", *network.standing]))


def _places(path: str) -> Any:
    """Read places from a CSV file with the columns name, lon and lat."""
    import pandas as pd

    try:
        return pd.read_csv(path, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataError(f"the places of {path} cannot be read: {error}") from None
