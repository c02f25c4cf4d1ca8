"""How many examples a property is tried on: few where the packages are on trial and not the rules."""

import os

FEW = os.environ.get("EXAMPLES", "") == "few"


def trials(usual: int) -> int:
    """Give the usual number, or a part of it that still reaches what the packages do."""
    return max(usual // 8, 3) if FEW else usual
