"""Two networks become one; where both speak of the same line, border or place, one of them wins."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from corridor_opt.errors import DataError, SchemaError, did_you_mean
from corridor_opt.model.build import build
from corridor_opt.model.cited import joined
from corridor_opt.model.joining.along import along
from corridor_opt.model.joining.chokepoints import with_dues
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.from_network import from_network, tables_of
from corridor_opt.model.joining.handled import changed, handled
from corridor_opt.model.joining.knots import WATER, without_knots, without_lanes
from corridor_opt.model.joining.same_places import unite
from corridor_opt.model.joining.to_network import unique
from corridor_opt.model.network import BEYOND, IMPORTED, TABLES

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.network import Network

Overlay = Literal["other", "self", "neither"]
OVERLAYS = ("other", "self", "neither")
Transit = Literal["known", "all"]
TRANSITS = ("known", "all")
ATTACH_KM = 15.0  # a place of the winner this near a line of the other joins it
SHOWN = 12


@dataclass(frozen=True)
class MergeReport:
    """What a merge did.

    Parameters
    ----------
    winner, base
        Names of the networks: whose rows hold where both speak, and the other.
    counts
        Numbers by what was done, in a fixed order.
    factors
        Lengths of the winner over those of the base, median by mode and country: what the base's lengths were
        multiplied by where no line of the winner runs along.
    missing
        Links of the winner without a counterpart, with the reason.
    apart
        Places of the winner that join no line of the base, with the mode.
    better
        Ways over lines of the base that are truly shorter than the winner's links, by 15 % and more.
    differ
        Rows of shared tables on which the two disagree; the winner's hold.
    dropped
        Terminals, gauge changes, crossings, links and places of the base that are not in the network, as
        `terminals BET-rail`, with the reason; terminals of which something is said first.
    """

    winner: str
    base: str
    counts: dict[str, float] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    apart: tuple[str, ...] = ()
    better: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    dropped: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Several lines a person can read."""
        lines = [f"{self.winner} laid over {self.base}" if self.winner else f"{self.base} united"]
        lines += [f"  {what}: {number:,.10g}" for what, number in self.counts.items()]
        if self.factors:
            shown = ", ".join(f"{of} {factor:.3f}" for of, factor in list(self.factors.items())[:SHOWN])
            lines.append(f"  lengths brought to the winner's: {shown}" + (" ..." if len(self.factors) > SHOWN else ""))
        for title, rows in (
            ("dropped", [f"{row} ({why})" for row, why in self.dropped.items()]),
            ("without a counterpart", [f"{link} ({why})" for link, why in self.missing.items()]),
            ("joined to nothing", self.apart),
            ("truly shorter than its links", self.better),
            ("rows that differ", self.differ),
        ):
            if rows:
                more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
                lines.append(f"  {title}: {', '.join(rows[:SHOWN])}{more}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Give the report as it goes into JSON."""
        return dataclasses.asdict(self)


def merged(
    network: Network,
    other: Network,
    *,
    overlay: Overlay = "other",
    transit: Transit = "all",
    attach_km: float = ATTACH_KM,
) -> tuple[Network, MergeReport]:
    """Make one network of two.

    Parameters
    ----------
    network, other
        At the same vantage point.
    overlay
        Which of the two wins where both speak: `"other"`, `"self"` (the network), or `"neither"`: rows are united as
        they are, and two of one id that differ are a fault.
    transit
        `"known"`: routes between countries in which the winner has links keep to these countries, and to its sailings
        if it has any; all else has the tag `beyond` and serves routes that begin or end elsewhere. `"all"`: routes may
        cross other countries, of whose risk and borders the winner knows nothing.
    attach_km
        A place of the winner that lies this near a link of the other network, in its country and mode, joins it by
        a short access link.

    Returns
    -------
    network
        The winner's rows are unchanged. Lines of the other network that run along one of its links have its class,
        status, labels and charges, name it in `part_of`, and are together 0.1 % longer than it. All rows of its
        links and crossings have the tag `imported`.
    report
        What was done.

    Raises
    ------
    DataError
        An unknown word, networks of two vantage points; with `"neither"` every row that stands in both.
    SchemaError
        What came out is no network.
    MissingExtraError
        scipy is not installed.
    """
    faults = []
    if overlay not in OVERLAYS:
        faults.append(f"no overlay '{overlay}'{did_you_mean(str(overlay), OVERLAYS)}")
    if transit not in TRANSITS:
        faults.append(f"no transit '{transit}'{did_you_mean(str(transit), TRANSITS)}")
    if network.as_of != other.as_of:
        faults.append(f"{network.name} is as of {network.as_of}, {other.name} as of {other.as_of}: load both at one")
    if isinstance(attach_km, bool) or not isinstance(attach_km, (int, float)) or not 0 <= attach_km < float("inf"):
        faults.append(f"attach_km: {attach_km!r} is no distance of 0 km or more")
    if faults:
        raise DataError("these networks cannot be merged", faults)
    winner, base = (network, other) if overlay == "self" else (other, network)
    version, as_of = f"{base.version}+{winner.version}", network.as_of
    told: dict[str, Any] = {"winner": "" if overlay == "neither" else winner.name, "base": base.name}
    name = f"{base.name}+{winner.name}"
    standing = tuple(dict.fromkeys([*winner.standing, *base.standing]))
    hazards = winner.hazards if winner.hazards != "none" else base.hazards
    if overlay == "neither":
        tables = {table: base[table] for table in TABLES}
    else:
        counts: dict[str, float] = {}
        lost: dict[str, dict[str, str]] = {table: {} for table in ("terminals", "gauge_changes", "crossings", "links")}
        draft = _without_own(from_network(base), winner, counts)
        # what is in the draft need not stand in memory twice: a network may be large, and nobody else may hold it
        base = base.replace(**{table: base[table].iloc[:0].copy() for table in ("links", "geometry")})
        del network, other
        kept = without_knots(draft, winner, counts)
        draft = _noted(lost, draft, kept, f"in a region where {winner.name} alone is trusted")
        kept = without_lanes(draft, winner, counts)
        draft = _noted(lost, draft, kept, f"by water, where {winner.name} has sailings of its own")
        draft = with_dues(draft, winner, counts)
        kept, same = unite(draft, winner, counts)
        draft = _noted(lost, draft, kept, "both its ends are one place")
        kept, report = along(draft, winner, float(attach_km), counts)
        draft = _noted(lost, draft, kept, f"{winner.name} has one like it")
        tables = {**{table: base[table] for table in TABLES}, **tables_of(draft)}
        del draft, kept
        tables["terminals"], lost["terminals"] = handled(base["terminals"], winner, same, tables, counts)
        tables["gauge_changes"], lost["gauge_changes"] = changed(base, winner, same, tables)
        lost["nodes"] = {of: f"is {to} of {winner.name}" for of, to in same.items() if of != to}
        report["dropped"] = {f"{table} {row}": why for table, rows in lost.items() for row, why in rows.items()}
        for table in ("links", "crossings"):
            cells = tables[table]["tags"]
            tables[table] = tables[table].assign(tags=cells.map({c: joined(c, IMPORTED) for c in cells.unique()}))
        if transit == "known":
            _mark_beyond(tables, winner, counts)
        ends = {end: base["corridors"][end].map(lambda node: same.get(node, node)) for end in ("from", "to")}
        tables["corridors"] = base["corridors"].assign(**ends)
        told |= {"counts": counts, **report}
    del base
    united, differ = _united(winner, tables, strict=overlay == "neither")
    try:
        whole = build(united, name=name, version=version, as_of=as_of, take=True)
    except SchemaError as error:
        raise SchemaError(f"{name} has {len(error.faults)} fault(s)", error.faults) from error
    return dataclasses.replace(whole, standing=standing, hazards=hazards), MergeReport(differ=tuple(differ), **told)


def _mark_beyond(tables: dict[str, pd.DataFrame], winner: Network, counts: dict[str, float]) -> None:
    """Tag in place the links and crossings in countries where the winner has no link, and lanes where it sails."""
    own = winner["nodes"]
    known = {*own["country"][own["id"].isin({*winner["links"]["from"], *winner["links"]["to"]})], ""}
    country = dict(zip(tables["nodes"]["id"], tables["nodes"]["country"], strict=True))
    for table, ends in (("links", ("from", "to")), ("crossings", ("post_a", "post_b"))):
        frame = tables[table]
        lies = [~frame[end].map(country).fillna("").isin(known).to_numpy() for end in ends]
        beyond = lies[0] | lies[1]
        if winner["links"]["mode"].isin(WATER).any():
            beyond |= frame["mode"].isin(WATER).to_numpy()
        cells = frame["tags"]
        tagged = cells.map({c: joined(c, BEYOND) for c in cells.unique()})
        tables[table] = frame.assign(tags=cells.where(~beyond, tagged))
        counts[f"{table} beyond the winner's countries"] = int(beyond.sum())


def _without_own(draft: Draft, winner: Network, counts: dict[str, float]) -> Draft:
    """Leave out the links of a draft that stand in the winner as they are: it was laid over an earlier self."""
    columns = ["id", "mode", "length_km"]
    ends = draft.texts("nodes", "id")
    rows = zip(*(draft.links[c] for c in columns), *(ends[at] for at in draft.ends()), strict=True)
    own = set(winner["links"][[*columns, "from", "to"]].itertuples(index=False, name=None))
    same = np.array([row in own for row in rows], bool)
    if same.any():
        counts["links that are the winner's"] = int(same.sum())
    return draft.but(links=draft.links[~same])


def _noted(lost: dict[str, dict[str, str]], before: Draft, after: Draft, why: str) -> Draft:
    """Note the crossings and links that a step left out; gives the draft after it."""
    for table in ("crossings", "links"):
        frame, kept = getattr(before, table), getattr(after, table)
        if len(frame):
            gone = ~frame["id"].isin(set(kept["id"])).to_numpy()
            lost[table] |= dict.fromkeys(frame["id"].to_numpy(object)[gone], why)
    return after


def _united(
    winner: Network, base: dict[str, pd.DataFrame], *, strict: bool
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Put the rows of both together: an id that stands in both is the winner's; a line of its own is renamed.

    The tables of the base are taken out as they are put in.
    """
    import pandas as pd

    made, differ = {}, []
    if not strict:
        _rename(winner, base)
    for table in TABLES:
        ours, theirs = winner[table], base.pop(table)
        key = _key(table, ours)
        known = {row: i for i, row in enumerate(ours[key].itertuples(index=False, name=None))}
        rows = list(theirs[key].itertuples(index=False, name=None))
        twice = [i for i, row in enumerate(rows) if row in known]
        shared = [c for c in theirs.columns if c in ours.columns and c not in ("is_open", "closed_by")]
        if twice:
            one, two = _said(ours[shared].iloc[[known[rows[i]] for i in twice]]), _said(theirs[shared].iloc[twice])
            unlike = (one != two).any(axis=1)
            if strict or table != "nodes":  # a place of both lies where the winner says
                differ += [f"{table} {'/'.join(map(str, rows[i]))}" for i, no in zip(twice, unlike, strict=True) if no]
        fresh = np.ones(len(theirs), bool)
        fresh[twice] = False
        theirs = theirs if fresh.all() else theirs[fresh]
        made[table] = pd.concat([ours, theirs], ignore_index=True) if len(theirs) else ours
        for column in made[table].columns:  # one after the other: fifty at once would stand there twice
            if column not in ours.columns or ours[column].dtype == "O":
                made[table][column] = made[table][column].fillna("")
    if strict and differ:
        raise DataError("the two networks say different things of the same rows", [f"{row}: differs" for row in differ])
    return made, differ


def _said(frame: pd.DataFrame) -> np.ndarray:
    """Cells as texts; empty where there is nothing."""
    return frame.astype(object).where(frame.notna(), "").map(str).to_numpy()


def _key(table: str, frame: pd.DataFrame) -> list[str]:
    """Columns that name a row."""
    for key in (["id"], ["subject", "quantity"], ["link"]):
        if all(column in frame.columns for column in key):
            return key
    return list(frame.columns)[:2]


def _rename(winner: Network, made: dict[str, pd.DataFrame]) -> None:
    """Give rows of the base that are not the winner's, but are called like one of its own, another id."""
    for table in ("links", "crossings", "terminals", "gauge_changes"):
        frame, taken = made[table], set(winner[table]["id"])
        clash = frame["id"].isin(taken).to_numpy()
        if not clash.any():
            continue
        ids = frame["id"].to_numpy(object).copy()
        fresh = unique(ids[clash], taken | set(ids[~clash]))
        if table == "links":
            names = dict(zip(ids[clash], fresh, strict=True))
            geometry = made["geometry"]
            made["geometry"] = geometry.assign(link=geometry["link"].map(lambda link, n=names: n.get(link, link)))
        ids[clash] = fresh
        made[table] = frame.assign(id=ids)
