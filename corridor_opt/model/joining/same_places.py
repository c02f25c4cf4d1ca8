"""Places that two networks have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.to_network import unique
from corridor_opt.model.joining.ways import apart_km
from corridor_opt.model.places import fold
from corridor_opt.model.schema import split

if TYPE_CHECKING:
    from corridor_opt.model.network import Network

SAME_KM = 30.0  # two places of one name and country this near each other are one; an assumption


def unite(draft: Draft, winner: Network, counts: dict[str, float]) -> tuple[Draft, dict[str, str]]:
    """Give places of a draft that the winner has too its ids.

    A place is the same if it has the same id, UN/LOCODE, or a name in common, and lies in the same country within
    30 km.

    Returns
    -------
    draft
        Places that are one are one node. A node called like another place of the winner has a new id or name.
    same
        Ids of the winner by the ids that the places had.
    """
    theirs = winner["nodes"]
    called: dict[str, list[int]] = {}
    for i, row in enumerate(theirs[["id", "unlocode", "name", "aliases"]].itertuples(index=False)):
        for word in {f"id {row.id}", f"code {row.unlocode}", *(fold(n) for n in (row.name, *split(row.aliases)))}:
            if word not in ("", "code "):
                called.setdefault(word, []).append(i)
    places, countries = theirs[["lon", "lat"]].to_numpy(float), theirs["country"].to_numpy(object)
    ids, given = theirs["id"].to_numpy(object), draft.texts("nodes", "id")
    points, country = draft.points(), draft.texts("nodes", "country")
    names = [draft.texts("nodes", column) for column in ("unlocode", "name", "aliases")]
    found: dict[int, int] = {}
    called_alike = []
    for i, (code, name, aliases) in enumerate(zip(*names, strict=True)):
        words = [f"id {given[i]}", f"code {code}"] if code else [f"id {given[i]}"]
        words += [fold(n) for n in (name, *split(aliases)) if n]
        near = [j for word in words for j in called.get(word, ()) if countries[j] == country[i]]
        if near:
            far = apart_km(points[i], places[near])
            if far.min() <= SAME_KM:
                found[i] = near[int(far.argmin())]
            else:
                called_alike.append(i)
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
    for i in called_alike:
        nodes.loc[i, ["name", "aliases"]] = f"{names[1][i]} ({points[i][1]:.2f} N, {points[i][0]:.2f} E)", ""
    counts["places renamed"] = len(called_alike)
    for i, j in found.items():
        nodes.loc[i, ["lon", "lat"]] = places[j]
    alone = number == np.arange(len(given))
    return draft.but(nodes=nodes, **moved).kept(alone), same
