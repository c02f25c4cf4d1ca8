"""The plane that pictures of matplotlib are drawn in: km around the middle of what they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

MARGIN = 0.08  # of the picture around the routes
FAR = 120.0  # degrees from the middle: what lies farther is not drawn


class View:
    """Lambert's equal-area projection (km), centred on points in degrees, and the frame around them."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        import numpy as np
        from pyproj import Transformer

        lon, lat = np.radians(np.array(points)).T
        self.middle = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]).mean(axis=1)
        self.middle /= np.linalg.norm(self.middle)
        x, y, z = self.middle
        at = f"+lon_0={np.degrees(np.arctan2(y, x))} +lat_0={np.degrees(np.arcsin(z))}"
        self._flat = Transformer.from_crs("EPSG:4326", f"+proj=laea +units=km {at}", always_xy=True)
        flat = self(points)
        self.low, self.high = flat.min(axis=0), flat.max(axis=0)
        room = np.maximum(self.high - self.low, 200) * MARGIN
        self.low, self.high = self.low - room, self.high + room
        # what is high and narrow gets more land at its sides, and the other way round
        wide, tall = self.high - self.low
        more = np.array([max(0.0, tall * 1.1 - wide) / 2, max(0.0, wide * 0.55 - tall) / 2])
        self.low, self.high = self.low - more, self.high + more

    def __call__(self, points: Any) -> NDArray[Any]:
        """Give points of the picture, km."""
        import numpy as np

        return np.column_stack(self._flat.transform(*np.asarray(points, float).reshape(-1, 2).T))

    def near(self, points: Any) -> bool:
        """Whether all points lie on the side of the earth that is drawn."""
        import numpy as np

        lon, lat = np.radians(np.asarray(points, float).reshape(-1, 2)).T
        towards = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        return bool((towards @ self.middle > np.cos(np.radians(FAR))).all())

    def sees(self, flat: NDArray[Any]) -> bool:
        """Whether the box around points of the picture meets its frame."""
        return bool((flat.max(axis=0) > self.low).all() and (flat.min(axis=0) < self.high).all())

    def frame(self, ax: Any, colour: str) -> None:
        """Set the limits of the axes, and draw their frame."""
        ax.set_xlim(self.low[0], self.high[0])
        ax.set_ylim(self.low[1], self.high[1])
        ax.set_aspect("equal")
        ax.set_xticks([])
        ax.set_yticks([])
        for side in ax.spines.values():
            side.set_color(colour)


def length(points: NDArray[Any]) -> float:
    """Length of a line of the picture, km."""
    import numpy as np

    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def along(points: NDArray[Any], share: float) -> tuple[float, float]:
    """The point at a share of the way along a line."""
    import numpy as np

    far = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    x, y = (float(np.interp(far[-1] * share, far, points[:, k])) for k in (0, 1))
    return x, y
