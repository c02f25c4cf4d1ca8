"""Tasks that other processes find by name."""

from __future__ import annotations

import os
import signal
import time

import numpy as np


def slow_power(shared, part):
    """What all share, to the power of the part; later parts are done sooner."""
    base, pause = shared
    time.sleep(pause * (part % 3 == 0))
    return os.getpid(), base**part


def deadly(shared, part):
    """Kill the process that this runs in, where it is not the first one."""
    home, fatal = shared
    if part == fatal and os.getpid() != home:
        os.kill(os.getpid(), signal.SIGKILL)
    return part * part


def fails(shared, part):
    """Raise in the middle."""
    if part == shared:
        raise ValueError(f"part {part}")
    return part


def both(shared, part):
    """What came, as it came."""
    return shared, part


def unhurried(block):
    """A block's distances, after a while, and the process that found them."""
    time.sleep(0.05)
    return os.getpid(), block.begin, np.array(block.distance), np.array(block.last), np.array(block.sums)
