"""Commands that bring in networks of others: `network import KIND FILE ...`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from corridor_opt.cli_terminal import emit
from corridor_opt.errors import DataError, did_you_mean


def bring_in(words: argparse.Namespace) -> None:
    """Import a network of some kind, write it where --output says, and tell what was done."""
    kinds: dict[str, Callable[[argparse.Namespace], None]] = {"tables": tables}
    if words.file not in kinds:
        kind = words.file or ""
        raise DataError(f"network import: no kind '{kind}'{did_you_mean(kind, kinds)}")
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
