"""Places that two networks have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.to_network import unique
from corridor_opt.model.joining.ways import apart_km
from corridor_opt.model.names import letters
from corridor_opt.model.schema import split

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.network import Network

SAME_KM = 30.0  # two places of one name and country this near each other are one; an assumption


def same_places(known: pd.DataFrame, asked: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Find the known place that each of others is.

    A place is the same if it has the same id, UN/LOCODE, or a name in common, and lies in the same country within
    30 km. Signs, blanks, accents and case of names do not count.

    Parameters
    ----------
    known, asked
        With `lon`, `lat` (degrees) and `country`; `id`, `unlocode`, `name`, `aliases` where they have them.

    Returns
    -------
    nearest
        Position of the nearest known place that is the same; -1 where none is.
    alike
        Whether any known place of that country, near or far, is called so.
    """
    called: dict[str, list[int]] = {}
    for i, words in enumerate(_words(known)):
        for word in words:
            called.setdefault(word, []).append(i)
    at, points = (frame[["lon", "lat"]].to_numpy(float) for frame in (known, asked))
    land, country = (_texts(frame, "country") for frame in (known, asked))
    nearest, alike = np.full(len(asked), -1), np.zeros(len(asked), bool)
    for i, words in enumerate(_words(asked)):
        near = [j for word in words for j in called.get(word, ()) if land[j] == country[i]]
        if near:
            alike[i], far = True, apart_km(points[i], at[near])
            if far.min() <= SAME_KM:
                nearest[i] = near[int(far.argmin())]
    return nearest, alike


def _texts(nodes: pd.DataFrame, column: str) -> list[str]:
    """Cells of a column; empty where there are none."""
    return nodes[column].fillna("").tolist() if column in nodes.columns else [""] * len(nodes)


def _words(nodes: pd.DataFrame) -> Iterator[dict[str, None]]:
    """Give what each place is called by."""
    cells = (_texts(nodes, column) for column in ("id", "unlocode", "name", "aliases"))
    for i, code, name, aliases in zip(*cells, strict=True):
        marked = [f"{what} {word}" for what, word in (("id", i), ("code", code)) if word]
        yield dict.fromkeys([*marked, *spellings(name, aliases)])


def spellings(name: str, aliases: str) -> list[str]:
    """Letters of a place's names, each once; none where it has no name."""
    if not (name or aliases):
        return []
    return [word for word in dict.fromkeys(map(letters, (name, *split(aliases)))) if word]


def unite(draft: Draft, winner: Network, counts: dict[str, float]) -> tuple[Draft, dict[str, str]]:
    """Give places of a draft that the winner has too its ids.

    Which are, see `same_places`.

    Returns
    -------
    draft
        Places that are one are one node. A node called like another place of the winner has a new id or name.
    same
        Ids of the winner by the ids that the places had.
    """
    theirs = winner["nodes"]
    nearest, alike = same_places(theirs, draft.nodes)
    places, ids = theirs[["lon", "lat"]].to_numpy(float), theirs["id"].to_numpy(object)
    given = draft.texts("nodes", "id")
    found = {i: int(nearest[i]) for i in np.flatnonzero(nearest >= 0).tolist()}
    called_alike = np.flatnonzero(alike & (nearest < 0)).tolist()
    same = {given[i]: ids[j] for i, j in found.items()}
    taken = set(ids)
    clash = np.array([word in taken and i not in found for i, word in enumerate(given)], bool)
    fresh = given.copy()
    fresh[clash] = unique(given[clash], taken | set(given[~clash]))
    for i, j in found.items():
        fresh[i] = ids[j]
    counts["places that are the winner's"] = len(found)
    # where several are one, the first stands for all
    first: dict[int, int] = {}
    number = np.arange(len(given))
    for i, j in found.items():
        number[i] = first.setdefault(j, i)
    moved = {}
    for table in ("links", "crossings"):
        frame = getattr(draft, table)
        start, end = number[frame["start"].to_numpy(int)], number[frame["end"].to_numpy(int)]
        moved[table] = frame.assign(start=start, end=end)[start != end]
    nodes = draft.nodes.assign(id=fresh)
    # a name that the winner gives to another place stays the winner's
    names, points = draft.texts("nodes", "name"), draft.points()
    for i in called_alike:
        nodes.loc[i, ["name", "aliases"]] = f"{names[i]} ({points[i][1]:.2f} N, {points[i][0]:.2f} E)", ""
    counts["places renamed"] = len(called_alike)
    for i, j in found.items():
        nodes.loc[i, ["lon", "lat"]] = places[j]
    alone = number == np.arange(len(given))
    return draft.but(nodes=nodes, **moved).kept(alone), same
