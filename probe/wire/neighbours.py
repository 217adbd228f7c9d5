"""Neighbour tables as operating systems print them: which address has which MAC. 邻居表（ARP）"""

from __future__ import annotations

import re
from dataclasses import dataclass

_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
# Linux and Windows write two digits, macOS drops a leading zero: 0:11:22:a:b:c
_MAC = re.compile(r"(?<![0-9A-Fa-f:-])(?:[0-9A-Fa-f]{1,2}[:-]){5}[0-9A-Fa-f]{1,2}(?![0-9A-Fa-f:-])")
_COMPLETE = 0x2  # ATF_COM of the kernel's if_arp.h


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One line of the table. `mac` is empty while nobody has answered for the address."""

    address: str
    mac: str


@dataclass(frozen=True, slots=True)
class TableState:
    """The kernel's count of neighbours, and how often it had no room for another one since the start."""

    entries: int
    fulls: int


def parse_proc_arp(text: str) -> tuple[Neighbour, ...]:
    """Return the lines of Linux's /proc/net/arp, those without an answer too."""
    found = []
    for line in text.splitlines():
        columns = line.split()
        if len(columns) < 4 or not _IPV4.fullmatch(columns[0]):
            continue
        complete = _hexadecimal(columns[2]) & _COMPLETE
        found.append(Neighbour(columns[0], canonical_mac(columns[3]) if complete else ""))
    return tuple(found)


def parse_arp_a(text: str) -> tuple[Neighbour, ...]:
    """Return the lines of `arp -a` as Windows, macOS and Linux print it, in any language."""
    found = []
    for line in text.splitlines():
        address, mac = _IPV4.search(line), _MAC.search(line)
        if address is not None and (mac is not None or "incomplete" in line):
            found.append(Neighbour(address.group(), canonical_mac(mac.group()) if mac else ""))
    return tuple(found)


def parse_arp_cache(text: str) -> TableState | None:
    """Return Linux's /proc/net/stat/arp_cache summed over its processors, or None when it is not that."""
    lines = [line.split() for line in text.splitlines()]
    if len(lines) < 2 or not {"entries", "table_fulls"} <= set(lines[0]):
        return None
    rows = [dict(zip(lines[0], map(_hexadecimal, row), strict=False)) for row in lines[1:]]
    # Every processor repeats the one count of entries, but keeps its own count of everything else.
    return TableState(rows[0].get("entries", 0), sum(row.get("table_fulls", 0) for row in rows))


def canonical_mac(text: str) -> str:
    """Return "AA:BB:CC:DD:EE:FF", or "" for what names no single device (all zero, broadcast, multicast)."""
    if not _MAC.fullmatch(text):
        return ""
    octets = [int(part, 16) for part in re.split("[:-]", text)]
    if not any(octets) or octets[0] & 1:
        return ""
    return ":".join(f"{octet:02X}" for octet in octets)


def _hexadecimal(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0
