"""The command that says how good a network is."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from corridor_opt.cli_terminal import emit
from corridor_opt.errors import DataError


def report(words: argparse.Namespace) -> None:
    """Look a network over; of a built one, say also what each step did and how the embedded one was laid over it."""
    from corridor_opt.model import stored
    from corridor_opt.model.load import load_network
    from corridor_opt.results.quality import FORMATS, quality

    faults = []
    for option, path, ends in (("--report", words.report, FORMATS), ("--map", words.map, (".svg",))):
        if path is not None and Path(path).suffix.lower() not in ends:
            faults.append(f"{option} '{path}' does not end in {', '.join(ends)}")
    if faults:
        raise DataError("no report can be written so", faults)
    told: dict[str, Any] = {}
    file = words.file or words.network
    if file is not None and stored.is_name(file):
        folder = stored.find_stored(file, Path(words.cache) if words.cache else None)
        told = _built(folder)
        file = folder if words.cache else file
    found = quality(load_network(file, as_of=words.as_of), **told)
    written = []
    if words.report is not None:
        written.append(f"written: {found.save_report(words.report)}")
    if words.map is not None:
        written.append(f"written: {found.save_map(words.map)}")
    emit("\n".join(written) if written else str(found))


def _built(folder: Path) -> dict[str, Any]:
    """What its files say of the build of a network."""
    from corridor_opt.model import stored

    before = folder.name == stored.BARE
    manifest = stored.read_manifest(folder.parent if before else folder)
    said = [f"region {manifest['region']}, detail {manifest['detail']}, cities of {manifest['cities']:,} people"]
    said += [f"{package} {version}" for package, version in manifest["packages"].items()]
    for name in ("places", "joined"):
        said += manifest["stages"][name]["said"]
    overlay = None if before else json.loads((folder / "overlay.json").read_text(encoding="utf-8"))
    return {"said": said, "overlay": overlay}
