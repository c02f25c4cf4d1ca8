"""Commands that build and remove networks of regions of the world."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from corridor_opt.cli_terminal import Bar, emit
from corridor_opt.errors import DataError, did_you_mean

RECIPES = ("world",)


def build(words: argparse.Namespace) -> None:
    """Build a network into the cache."""
    from corridor_opt.importers.regions import EXAMPLE, Region, read_region
    from corridor_opt.importers.world import Options, build_world

    faults: list[str] = []
    recipe = words.file or RECIPES[0]
    if recipe not in RECIPES:
        faults.append(f"nothing is known of how to build '{recipe}'{did_you_mean(recipe, RECIPES)}")
    region: Region | None = None
    if words.region is None:
        faults.append(f"--region is needed: west,south,east,north such as {EXAMPLE}")
    else:
        try:
            region = read_region(words.region)
        except DataError as error:
            faults += error.faults or (str(error),)
    detail = None if words.detail == "full" else _number(words.detail, "--detail", faults, least=0, most=50)
    people = _number(words.cities, "--cities", faults, least=15_000, most=50_000_000)
    if faults or region is None:
        raise DataError("no network can be built so", faults)
    name = ("world-full" if detail is None else "world") if words.name is None else words.name
    bar = Bar()
    try:
        told = build_world(
            Options(region, detail, int(people or 0), words.transit),
            name=name,
            cache=_cache(words),
            restart=words.restart,
            progress=bar.stage,
        )
    finally:
        bar.clear()
    emit("\n".join(_lines(told)))


def remove(words: argparse.Namespace) -> None:
    """Delete a built network."""
    from corridor_opt.importers.world import remove

    if words.file is None:
        raise DataError("network remove needs the NAME of a built network")
    emit(f"removed: {remove(words.file, _cache(words))}")


def _cache(words: argparse.Namespace) -> Path | None:
    return Path(words.cache) if words.cache else None


def _number(text: str, option: str, faults: list[str], *, least: float, most: float) -> float | None:
    from corridor_opt.studies.amounts import read_number

    value = read_number(text)
    if value is None or not least <= value <= most:
        also = " or full" if option == "--detail" else ""
        faults.append(f"{option} '{text[:60]}' is not a number from {least:,} to {most:,}{also}")
        return None
    return value


def _lines(told: dict[str, Any]) -> list[str]:
    """Say what was built, what each stage took, where it lies and how to ask it."""
    from corridor_opt.results.lines import text_table

    rows = []
    for name, stage in told["stages"].items():
        said = stage["said"][-1] if stage["said"] else ""
        rows.append([name, "kept" if stage["kept"] else f"{stage['seconds']:.1f} s", f"{stage['peak_mb']:,} MB", said])
    counts = ", ".join(f"{count:,} {table.replace('_', ' ')}" for table, count in told["counts"].items())
    return [
        text_table(["stage", "time", "peak", "last word"], rows, right=(1, 2)),
        f"built '{told['name']}' in {told['seconds']:.0f} s: {counts}",
        f"in {told['folder']}",
        f'ask it: corridor-opt routes ORIGIN DESTINATION --network {told["name"]}; load_network("{told["name"]}")',
        "The data of OpenStreetMap in it stands under the ODbL 1.0: see NOTICE.md there before passing it on.",
    ]
