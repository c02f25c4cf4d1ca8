"""What a planner means by a word: a corridor, a country, a chokepoint or a place."""

from __future__ import annotations

from typing import Any

import numpy as np

from corridor_opt.errors import DataError, UnknownPlaceError, did_you_mean
from corridor_opt.graph.routing_graph import Mask
from corridor_opt.model.names import fold
from corridor_opt.model.network import Network
from corridor_opt.model.places import find_place
from corridor_opt.model.selector import KEYS, Selector
from corridor_opt.studies.task import Task
from corridor_opt.studies.words import restriction

TABLES = {"corridor": "corridors", "country": "countries", "chokepoint": "chokepoints"}


def meant(network: Network, what: Any) -> tuple[Selector, str, str]:
    """Find what is meant.

    Parameters
    ----------
    network
        Where to look.
    what
        A selector (`corridor:suez`, `country:AM`, `border:IR-AZ`, `mode:rail`, ...), or a plain word: the id or name of
        a corridor, a country, a chokepoint or a place, looked for in this order. A word that names a corridor and a
        chokepoint means the chokepoint: a route that uses a piece of the corridor alone does not pass there.

    Returns
    -------
    selector, name, note
        What was taken, its name for a reader, and what else the word could have meant (or empty).

    Raises
    ------
    DataError, ScenarioError, UnknownPlaceError
        It is unknown, or could be several places; with suggestions.
    """
    if not isinstance(what, str) or not what.strip():
        raise DataError(f"name what is missed, such as 'Suez', 'country:AM' or 'border:IR-AZ', not {what!r}")
    if what.partition(":")[0].strip().lower() in KEYS and ":" in what:
        selector = restriction(network, what, "why not")
        return selector, _called(network, selector), ""
    word = fold(what[:200])
    found: dict[str, str] = {}
    for key, table in TABLES.items():
        rows = network[table].to_dict("records")
        hits = [r["id"] for r in rows if word in (fold(r["id"]), *_names(r["name"]))]
        used = [one for one in hits if Selector({key: (one,)}).match(network)]
        if used:
            found[key] = used[0]
    try:
        found["node"] = find_place(network, what).node if not what.strip()[:1].isdigit() else ""
    except UnknownPlaceError as error:
        if not found and error.suggestions and "could be" in str(error):
            raise
    found = {key: value for key, value in found.items() if value}
    if not found:
        known = [r["name"] for table in (*TABLES.values(), "nodes") for r in network[table].to_dict("records")]
        known += [r["id"] for table in TABLES.values() for r in network[table].to_dict("records")]
        raise DataError(f"no corridor, country, chokepoint or place '{what[:60]}'{did_you_mean(what[:60], known)}")
    key = "chokepoint" if "chokepoint" in found else next(iter(found))
    selector = Selector({key: (found[key],)})
    others = [f"{k}:{v}" for k, v in found.items() if k != key]
    note = f"'{what}' is taken as {selector}; it could also be {' or '.join(others)}" if others else ""
    return selector, _called(network, selector), note


def arcs_through(task: Task, selector: Selector) -> Mask:
    """Arcs of the base graph of which a way through what a selector names uses one.

    A place is gone through where a link leads to it; of anything else a link is hauled over or a border crossed. Of
    what has neither, such as an operator of terminals, any use counts.
    """
    if tuple(selector.keys) == ("node",):
        (node,) = selector.keys["node"]
        at = np.array([one == node for one in task.base.node])
        tail, head = at[task.base.tail], at[task.base.head]
        return np.asarray(head & ~tail if node != task.question.origin.node else tail & ~head)
    moving = task.moving(selector)
    return moving if moving.any() else task.mask(selector)


def _names(name: str) -> list[str]:
    """A name, and its parts where it is two names."""
    return [fold(part) for part in (name, *name.split(" / "))]


def _called(network: Network, selector: Selector) -> str:
    """Name what a selector selects."""
    ((key, (value, *_)),) = selector.keys.items()
    table = TABLES.get(key, "nodes" if key == "node" else "")
    if table:
        rows = network[table]
        names = rows["name"][rows["id"] == value].tolist()
        name = str(names[0]) if names else value
        return f"the corridor {name}" if key == "corridor" else name
    return f"the {key} {value}"
