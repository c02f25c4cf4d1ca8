"""A network is read from a file, validated, and brought to its vantage point."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from corridor_opt.errors import DataError, SchemaError
from corridor_opt.model.build import EMBEDDED, build, vantage_word
from corridor_opt.model.country_risk import countries_without_row
from corridor_opt.model.files import OF_VANTAGE, read
from corridor_opt.model.geofiles import give_back
from corridor_opt.model.hazard_files import vantage_set
from corridor_opt.model.network import Network
from corridor_opt.model.scenario import read_vantage
from corridor_opt.model.stored import find_stored, is_name


def load_network(path: str | Path | None = None, *, as_of: str | int = "2026") -> Network:
    """Load a network: the embedded one of Eurasia, or one's own.

    Parameters
    ----------
    path
        A folder of CSV files, a folder of GeoParquet files or a GeoPackage in our schema; or the name of a network
        that `corridor-opt network build` made on this machine, such as `"world"` (where no file is called so); None
        for the embedded network, which needs no connection.
    as_of
        Vantage point: `"2022"`, the world of the founding documents, or `"2026"`, last seen. It selects statuses
        and brings the surcharges and premiums standing then.

    Returns
    -------
    Network
        Validated tables.

    Raises
    ------
    DataError
        The path cannot be read, no network of that name was built or it is damaged, or as_of is not a vantage point.
    SchemaError
        The tables do not fit the schema; every fault is listed at once.
    """
    vantage = vantage_word(as_of)
    try:
        folder = EMBEDDED if path is None else find_stored(str(path)) if is_name(path) else Path(path)
    except TypeError:
        raise DataError(f"a network is read from a path, not from {path!r}") from None
    built = is_name(path)
    raw = read(folder)
    if raw.as_of not in (None, vantage):
        raise DataError(f"{folder} was written as of {raw.as_of}; load it with as_of='{raw.as_of}'")
    tables, raw = dict(raw.tables), dataclasses.replace(raw, tables={})
    network = build(
        tables,
        name=raw.name,
        version=raw.version,
        as_of=vantage,
        check_places=not built and path is not None,
        take=True,
    )
    give_back()
    if path is None and (missing := countries_without_row(network)):
        raise SchemaError(f"{raw.name} has {len(missing)} fault(s)", [f"countries: no row for {c}" for c in missing])
    network = dataclasses.replace(network, read_from="embedded" if path is None else str(path))
    if raw.as_of is not None:
        return dataclasses.replace(network, standing=raw.standing, hazards=raw.hazards)
    of_vantage = path is None or raw.hazards == OF_VANTAGE
    network = dataclasses.replace(network, hazards=vantage_set(vantage) if of_vantage else raw.hazards)
    scenario = read_vantage(folder, vantage)
    if scenario is None:
        return network
    standing, touched = scenario.apply(network)
    return dataclasses.replace(standing, standing=touched, read_from=network.read_from)
