"""The IPv4 addresses of this PC and the networks they stand in. 本机网络接口"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Interface:
    """One IPv4 address of one interface. `resolves` is False where no ARP is spoken (loopback, tunnels)."""

    name: str
    at: ipaddress.IPv4Interface
    is_loopback: bool = False
    resolves: bool = True

    @property
    def address(self) -> str:
        return str(self.at.ip)

    @property
    def network(self) -> ipaddress.IPv4Network:
        return self.at.network


def local_interfaces() -> tuple[Interface, ...]:
    """Return every IPv4 address of every interface that is up and plugged in."""
    states = psutil.net_if_stats()
    found = []
    for name, addresses in psutil.net_if_addrs().items():
        state = states.get(name)
        if state is None or not state.isup:
            continue
        flags = set(state.flags.split(","))  # empty on Windows
        # A bridge without a cable (docker0 while no container runs) is up, but nobody can be on it.
        if flags & {"up"} and "running" not in flags:
            continue
        for address in addresses:
            if address.family is not socket.AF_INET or not address.netmask:
                continue
            at = ipaddress.IPv4Interface(f"{address.address}/{address.netmask}")
            quiet = at.is_loopback or bool(flags & {"noarp", "pointopoint"}) or at.network.prefixlen > 30
            found.append(Interface(name, at, is_loopback=at.is_loopback, resolves=not quiet))
    return tuple(found)


def on_link(address: str, interfaces: Sequence[Interface]) -> Interface | None:
    """Return the interface in whose network the address stands, or None when it is behind a router."""
    try:
        wanted = ipaddress.IPv4Address(address)
    except ValueError:
        return None
    return next((one for one in interfaces if wanted in one.network), None)
