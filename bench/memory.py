"""How much memory a process took."""

from __future__ import annotations

import resource
from pathlib import Path


def peak_memory(pid: int | None = None) -> int:
    """Bytes, of this process or, where the system tells it, another; 0 for one that has ended. Linux counts what the parent held when it forked into
    ru_maxrss, but not into VmHWM."""
    status = Path(f"/proc/{pid or 'self'}/status")
    if pid is None and not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
