"""Which addresses and ports this system lets a campus take."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys
from dataclasses import dataclass
from typing import Literal

from config.errors import UsageError
from config.words import say

# Far from ports that other programs and tests like to use.
_FIRST_SINGLE_PORT = 21000
_PORTS_PER_DEVICE = 10


@dataclass(frozen=True, slots=True)
class Layout:
    """Where devices stand: own address with the maker's ports or with high ones, or one address for all."""

    kind: Literal["real", "high", "single"]
    addresses: tuple[str, ...]  # one per device, or one for all


def find_layout(bind: str, devices: int) -> Layout:
    """Ask the system what may be bound. Raise UsageError where CIDR is wrong, too small or not here."""
    try:
        network = ipaddress.IPv4Network(bind)
    except ValueError as error:
        raise UsageError(say("sim.bind", bind=bind)) from error
    hosts = tuple(str(host) for host, _ in zip(network.hosts(), range(devices), strict=False))
    if network.num_addresses == 1:
        return Layout("single", hosts)
    if len(hosts) < devices:
        raise UsageError(say("sim.small", bind=bind, hosts=len(hosts), devices=devices))
    if _may_bind(hosts[-1], 0):
        return Layout("real" if _may_bind(hosts[0], 80) else "high", hosts)
    if network.is_loopback:
        # macOS configures 127.0.0.1 alone of the whole 127/8.
        return Layout("single", ("127.0.0.1",))
    raise UsageError(say("sim.elsewhere", bind=bind, address=hosts[-1]))


def place(
    layout: Layout, number: int, onvif_port: int, more_ports: tuple[int, ...]
) -> tuple[str, int, int, tuple[int, ...]]:
    """Return address, ONVIF port, RTSP port and further ports of device `number` (from 1)."""
    match layout.kind:
        case "real":
            return layout.addresses[number - 1], onvif_port, 554, more_ports
        case "high":
            return (
                layout.addresses[number - 1],
                8080 if onvif_port == 80 else onvif_port,
                8554,
                tuple(port for port in more_ports if port >= 1024),
            )
        case "single":
            first = _FIRST_SINGLE_PORT + _PORTS_PER_DEVICE * (number - 1)
            return layout.addresses[0], first, first + 1, ()


def _may_bind(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((address, port))
        except OSError as error:
            # In use is an answer too: then the port itself is allowed, and serving says what is in the way.
            return port != 0 and not isinstance(error, PermissionError) and error.errno == errno.EADDRINUSE
    return True


def raise_file_limit() -> None:
    """Allow as many sockets as the system lets us have: a hundred devices need more than the usual 1024."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 65536) if hard != resource.RLIM_INFINITY else 65536
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
