"""Hazards and their common causes, as independent items.

Groups are common shocks (A. W. Marshall, I. Olkin, A multivariate exponential distribution, Journal of the American
Statistical Association 62, 1967): one shock of probability p = strength x the least q of the members strikes all of
them; each member keeps a remainder q' = 1 - (1 - q) / (1 - p) of its own, so that its total stays q. Shocks and
remainders are independent *items*: what follows from them is exact.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from corridor_opt.errors import ScenarioError, did_you_mean
from corridor_opt.model.causes import named_causes
from corridor_opt.model.criteria import CONFIDENCE
from corridor_opt.model.hazard import MOST, Hazard, within
from corridor_opt.model.network import Network
from corridor_opt.model.prices import price_years, spoken_years
from corridor_opt.model.scenario import Scenario
from corridor_opt.model.schema import months as months_of
from corridor_opt.model.schema import split
from corridor_opt.model.selector import Selector


@dataclass(frozen=True)
class Group:
    """A common cause of hazards.

    Parameters
    ----------
    name, title
        What hazards call it, and what a planner reads.
    strength
        Probability of the shock that strikes all its members at once, as a share of the least of theirs: 0 to 1.
    sources, confidence, why
        Who says so, and what is judgement.
    """

    name: str
    strength: float
    title: str = ""
    sources: tuple[str, ...] = ()
    confidence: str = "assumption"
    why: str = ""


@dataclass(frozen=True)
class Item:
    """What happens or does not, independently of all other items.

    Parameters
    ----------
    name
        The hazard's, or the group's whose shock it is.
    probability
        That it is active.
    hazards
        Names of the hazards that it activates.
    """

    name: str
    probability: float
    hazards: tuple[str, ...]

    @property
    def is_shock(self) -> bool:
        """Whether it strikes several hazards at once."""
        return self.hazards != (self.name,)


@dataclass(frozen=True)
class HazardSet:
    """Hazards with their common causes; a mapping-like view by name.

    Parameters
    ----------
    name, title, description
        What a planner types, a line, a paragraph.
    hazards, groups
        In the order of the file.
    vantage
        Vantage point of the network it was judged at; empty: any.
    sources, confidence
        Of the set as a whole.
    own
        Names of those that the network's links and crossings name as their own: others take their place.
    text_faults
        What is wrong with its text; told together with what is wrong with its numbers and names.
    """

    name: str
    hazards: tuple[Hazard, ...]
    groups: tuple[Group, ...] = ()
    title: str = ""
    description: str = ""
    vantage: str = ""
    sources: tuple[str, ...] = ()
    confidence: str = "assumption"
    text_faults: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Count the hazards."""
        return len(self.hazards)

    def __iter__(self) -> Iterator[Hazard]:
        """Go through the hazards."""
        return iter(self.hazards)

    def __getitem__(self, name: str) -> Hazard:
        """Give a hazard by its name."""
        for hazard in self.hazards:
            if hazard.name == name:
                return hazard
        raise ScenarioError(f"no hazard '{name}' in {self.name}{did_you_mean(name, self.names)}")

    def __repr__(self) -> str:
        """One line: name and size."""
        return f"<HazardSet {self.name}: {len(self.hazards)} hazards, {len(self.groups)} groups>"

    def __contains__(self, name: object) -> bool:
        """Whether a hazard of that name, or that hazard itself, is in the set."""
        return any(name in (hazard.name, hazard) for hazard in self.hazards)

    @property
    def names(self) -> list[str]:
        """Names of the hazards."""
        return [hazard.name for hazard in self.hazards]

    def replace(self, name: str, **changes: Any) -> HazardSet:
        """Give a set in which one hazard is judged otherwise: `replace("hormuz-closure", per_year=0.3)`.

        A range that no longer holds the new rate is widened to it.
        """
        old = self[name]
        known = [f.name for f in dataclasses.fields(Hazard)]
        wrong = [f"no '{key}' of a hazard{did_you_mean(key, known)}" for key in changes if key not in known]
        if wrong:
            raise ScenarioError(f"{name} cannot be changed", wrong)
        if "probability" in changes and "per_year" not in changes:
            changes |= {"per_year": None, "low": changes.get("low"), "high": changes.get("high")}
        elif "per_year" in changes:
            changes.setdefault("probability", None)
            rate = changes["per_year"]
            for end, pick in (("low", min), ("high", max)):
                kept = getattr(old, end) if old.probability is None else None
                if end not in changes:
                    changes[end] = pick(kept, rate) if kept is not None and within(rate, 0, MOST) else None
        new = dataclasses.replace(old, **changes)
        return dataclasses.replace(self, hazards=tuple(new if one is old else one for one in self.hazards))

    def with_strength(self, group: str, strength: float) -> HazardSet:
        """Give a set in which a common cause strikes more or less often: 0 makes its members independent."""
        names = [one.name for one in self.groups]
        if group not in names:
            raise ScenarioError(f"no group '{group}' in {self.name}{did_you_mean(str(group), names)}")
        groups = (dataclasses.replace(one, strength=strength) if one.name == group else one for one in self.groups)
        return dataclasses.replace(self, groups=tuple(groups))

    def _chosen(self, names: Sequence[str]) -> list[Hazard]:
        """Hazards by name; every unknown name is told."""
        wrong = [f"no hazard '{n}'{did_you_mean(str(n), self.names)}" for n in names if n not in self.names]
        if wrong:
            raise ScenarioError(f"the hazards {self.name} hold no such hazard", wrong)
        return [self[name] for name in names]

    def only(self, *names: str) -> HazardSet:
        """Give a set of some of its hazards; groups without two members are dropped."""
        kept = self._chosen(names)
        return dataclasses.replace(self, hazards=tuple(one for one in self.hazards if one in kept))._with_groups()

    def without(self, *names: str) -> HazardSet:
        """Give a set without some of its hazards; groups without two members are dropped."""
        gone = self._chosen(names)
        return dataclasses.replace(self, hazards=tuple(one for one in self.hazards if one not in gone))._with_groups()

    def ungrouped(self) -> HazardSet:
        """Give the same hazards as if they were independent."""
        alone = tuple(dataclasses.replace(one, group="") for one in self.hazards)
        return dataclasses.replace(self, hazards=alone, groups=())

    def fitting(self, network: Network) -> HazardSet:
        """Give a set without the hazards that find nothing of themselves in a network."""
        here = [h for h in self.hazards if not h.where.faults(network) and h.where.match(network)]
        return dataclasses.replace(self, hazards=tuple(here))._with_groups()

    def with_own(self, network: Network) -> HazardSet:
        """Add the closure rates that links and crossings of a network name as their own (table `closures`)."""
        taken = {*self.names, *(group.name for group in self.groups)}
        made = []
        for name, row in named_causes(network).items():
            where = Selector({"closure": (name,)})
            if where.match(network):
                found = Hazard(
                    name if name not in taken else f"{name} (own)",
                    where,
                    row["mean_days"],
                    row["closures_per_year"],
                    title=row["name"],
                    close=True,
                    sources=tuple(split(row["source"])),
                    confidence=row["confidence"] or "assumption",
                    why=row["note"],
                )
                made.append(found)
        own = tuple(hazard.name for hazard in made)
        return dataclasses.replace(self, hazards=(*self.hazards, *made), own=own) if made else self

    def _with_groups(self) -> HazardSet:
        """Drop groups that have fewer than two members."""
        kept = [g for g in self.groups if sum(h.group == g.name for h in self.hazards) > 1]
        named = {g.name for g in kept}
        hazards = tuple(h if h.group in named else dataclasses.replace(h, group="") for h in self.hazards)
        return dataclasses.replace(self, hazards=hazards, groups=tuple(kept))

    def items(self, month: int | None = None) -> tuple[Item, ...]:
        """Give the independent items: a remainder for each hazard, a shock for each group.

        Parameters
        ----------
        month
            Month of departure; None: in any.
        """
        chances = {hazard.name: hazard.chance(month) for hazard in self.hazards}
        shocks, own = [], dict(chances)
        for group in self.groups:
            members = [h.name for h in self.hazards if h.group == group.name and chances[h.name] > 0]
            if len(members) < 2 or group.strength == 0:
                continue
            p = group.strength * min(chances[name] for name in members)
            shocks.append(Item(group.name, p, tuple(members)))
            for name in members:
                own[name] = 1 - (1 - chances[name]) / (1 - p) if p < 1 else 0.0
        remainders = [Item(name, max(q, 0.0), (name,)) for name, q in own.items()]
        return tuple(item for item in (*remainders, *shocks) if item.probability > 0)

    def scenario(self, *names: str) -> Scenario:
        """Give the scenario in which some hazards have happened: `load_hazards("today").scenario("red-sea")`.

        As in every scenario, a delay or surcharge is then paid at each link and border it names.
        """
        chosen = self._chosen(names)
        label = "+".join(names)
        made = tuple(d for hazard in chosen for d in hazard.disruptions(label))
        sources = dict.fromkeys(source for hazard in chosen for source in hazard.sources)
        title = "; ".join(hazard.title or hazard.name for hazard in chosen)
        return Scenario(label, title, disruptions=made, sources=tuple(sources), confidence="assumption")

    def check(self, network: Network) -> None:
        """Hold it against a network.

        Raises
        ------
        ScenarioError
            Every fault at once: of the text, of numbers, unknown names, groups and sources, selectors that match
            nothing.
        """
        faults = list(self.text_faults)
        faults += [f"two hazards are called '{name}'" for name in _twice(self.names)]
        faults += [f"two groups are called '{name}'" for name in _twice([g.name for g in self.groups])]
        groups = [group.name for group in self.groups]
        known, years = set(network["sources"]["id"]), price_years(network)
        clash = set(groups) & set(self.names)
        faults += [f"'{name}' is the name of a hazard and of a group" for name in sorted(clash)]
        for group in self.groups:
            if sum(hazard.group == group.name for hazard in self.hazards) < 2:
                faults.append(f"group {group.name}: fewer than two hazards belong to it")
            if not within(group.strength, 0.0, 1.0):
                faults.append(f"group {group.name}: strength = {group.strength!r} is not from 0 to 1")
            faults += [f"group {group.name}: {said}" for said in _unknown(group.sources, known)]
            if group.confidence not in CONFIDENCE:
                faults.append(f"group {group.name}: no confidence '{group.confidence}'")
        for hazard in self.hazards:
            found = hazard.faults() + _unknown(hazard.sources, known)
            if hazard.group and hazard.group not in groups:
                found.append(f"no group '{hazard.group}'{did_you_mean(hazard.group, groups)}")
            if hazard.surcharge_usd_per_teu and hazard.prices not in years:
                found.append(f"no price index for {hazard.prices}; {spoken_years(years)}")
            try:
                months_of(hazard.months)
            except ValueError:
                found.append(f"months = '{hazard.months}': write 11-3")
            unknown = hazard.where.faults(network)
            found += unknown
            if not unknown and not hazard.where.match(network):
                found.append(f"its selector {hazard.where} matches nothing")
            faults += [f"hazard {hazard.name}: {fault}" for fault in found]
        if faults:
            raise ScenarioError(f"the hazards {self.name} have {len(faults)} fault(s)", faults)


def _unknown(sources: Sequence[str], known: set[str]) -> list[str]:
    """Sources that the network does not have."""
    return [f"no source '{s}'{did_you_mean(s, known)}" for s in sources if s not in known]


def _twice(names: Sequence[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]
