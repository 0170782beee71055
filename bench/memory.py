"""How much memory a process took."""

from __future__ import annotations

import resource
from pathlib import Path


def peak_memory() -> int:
    """Bytes. Linux counts what the parent held when it forked into ru_maxrss, but not into VmHWM."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
