"""What several arcs share, and a path pays once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Shared:
    """Items that arcs hold; a path pays for each once, however many of its arcs hold it.

    Parameters
    ----------
    member
        bool (m, items): which arcs hold which items.
    gain
        int (items, k): what a path that meets an item pays in each criterion.
    """

    member: NDArray[np.bool_]
    gain: NDArray[np.int64]
