"""A box on the map, as a planner writes it."""

from __future__ import annotations

from dataclasses import dataclass

from corridor_opt.errors import DataError

EXAMPLE = "-12,-36,145,72"


@dataclass(frozen=True)
class Region:
    """A box of degrees.

    Parameters
    ----------
    west, south, east, north
        Its sides, degrees.

    Raises
    ------
    DataError
        No such box, every fault at once.
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        faults = []
        if not (-180 <= self.west <= 180 and -180 <= self.east <= 180):
            faults.append("west and east lie between -180 and 180")
        if not (-90 <= self.south <= 90 and -90 <= self.north <= 90):
            faults.append("south and north lie between -90 and 90 (longitude and latitude mixed up?)")
        if not self.west < self.east:
            faults.append(
                "west must be less than east; a box over the 180th meridian is to be built as two"
                if self.west > self.east
                else "west and east are the same"
            )
        if not self.south < self.north:
            faults.append("south must be less than north")
        if faults:
            sides = ",".join(f"{side:g}" for side in self.box)
            raise DataError(f"the region {sides} is no box west,south,east,north such as {EXAMPLE}", faults)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return self.west, self.south, self.east, self.north


def read_region(words: str) -> Region:
    """Read a region from words such as `-12,-36,145,72`.

    Raises
    ------
    DataError
        It is none.
    """
    try:
        west, south, east, north = (float(part) for part in words.split(","))
        if any(side != side for side in (west, south, east, north)):
            raise ValueError(words)
    except ValueError:
        raise DataError(
            f"the region '{words[:60]}' is not four numbers west,south,east,north such as {EXAMPLE}"
        ) from None
    return Region(west, south, east, north)
