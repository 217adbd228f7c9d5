"""The neighbour table of this PC: who answered for which address, and how full the table is. 邻居表（ARP）"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from probe.wire.neighbours import (
    Neighbour,
    TableState,
    parse_arp_a,
    parse_arp_cache,
    parse_proc_arp,
)

_ARP = Path("/proc/net/arp")
_STATE = Path("/proc/net/stat/arp_cache")
_LIMIT = Path("/proc/sys/net/ipv4/neigh/default/gc_thresh3")
_USUAL_LIMIT = 1024  # the default of every Linux; a container cannot read its host's
_ARP_A_S = 10.0


def read_linux_table() -> tuple[Neighbour, ...] | None:
    """Return the table, unanswered lines too, or None where the system does not show those."""
    text = _read(_ARP)
    return None if text is None else parse_proc_arp(text)


def read_table() -> tuple[Neighbour, ...]:
    """Return the table in any system; it may take a second on Windows. Empty when the system shows none."""
    table = read_linux_table()
    if table is not None:
        return table
    try:
        # Both have it on the search path, Windows under a drive that need not be C:.
        listed = subprocess.run(["arp", "-a"], capture_output=True, timeout=_ARP_A_S, check=False)  # noqa: S607
    except (OSError, subprocess.TimeoutExpired):
        return ()
    # Chinese Windows prints the headings in code page 936; the lines we read are ASCII.
    return parse_arp_a(listed.stdout.decode("ascii", "replace"))


def read_table_state() -> TableState | None:
    """Return how full the kernel's table is, or None where it does not say (Windows, macOS, a namespace)."""
    text = _read(_STATE)
    return None if text is None else parse_arp_cache(text)


def read_table_limit() -> int:
    """Return how many neighbours the kernel keeps at most."""
    text = (_read(_LIMIT) or "").strip()
    return int(text) if text.isdecimal() and int(text) > 0 else _USUAL_LIMIT


def _read(path: Path) -> str | None:
    if sys.platform != "linux":
        return None
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
