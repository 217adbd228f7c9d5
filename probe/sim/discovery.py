"""WS-Discovery of the simulated cameras: each answers from its own address, multicast and unicast."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import random
import socket
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from probe.sim.addresses import service_url
from probe.sim.model import Device

GROUP, PORT = "239.255.255.250", 3702
_WSA = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_WSD = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_MOST_DELAY_S = 0.15

_log = logging.getLogger(__name__)


class Discovery:
    """The UDP side of a campus."""

    def __init__(self, devices: Sequence[Device]) -> None:
        self._devices = [one for one in devices if one.answers and one.quirks.onvif]
        self._by_address: dict[str, asyncio.DatagramTransport] = {}
        self._group: asyncio.DatagramTransport | None = None

    async def start(self) -> None:
        """Open a socket per address and one on the group; where there is no group, say so and go on."""
        if not self._devices:
            return
        loop = asyncio.get_running_loop()
        for address in dict.fromkeys(one.address for one in self._devices):
            here = [one for one in self._devices if one.address == address]
            sock = _socket((address, PORT))
            self._by_address[address], _ = await loop.create_datagram_endpoint(
                partial(_Ear, self, here), sock=sock
            )
        try:
            group = _group_socket(self._devices[0].address)
        except OSError as error:
            _log.warning("multicast discovery is off here: %s", error)
            return
        self._group, _ = await loop.create_datagram_endpoint(lambda: _Ear(self, self._devices), sock=group)

    def close(self) -> None:
        for transport in self._by_address.values():
            transport.close()
        if self._group is not None:
            self._group.close()

    def answer(self, probe: Probe, devices: Sequence[Device], asker: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        for device in devices:
            if probe.matches(device):
                match = _probe_match(device, probe.message_id)
                loop.call_later(random.uniform(0, _MOST_DELAY_S), self._send, device, match, asker)

    def _send(self, device: Device, match: bytes, asker: tuple[str, int]) -> None:
        transport = self._by_address[device.address]
        if not transport.is_closing():
            transport.sendto(match, asker)


class Probe:
    """What a client asks for. Types are local names."""

    def __init__(self, message_id: str, types: frozenset[str], scopes: tuple[str, ...]) -> None:
        self.message_id = message_id
        self._types = types
        self._scopes = scopes

    def matches(self, device: Device) -> bool:
        if "NetworkVideoTransmitter" not in self._types and (
            device.quirks.nvt_only or self._types - {"Device"}
        ):
            return False
        return all(any(own.startswith(one) for own in device.scopes) for one in self._scopes)


def parse_probe(datagram: bytes) -> Probe | None:
    try:
        root = etree.fromstring(datagram, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
    probe = root.find("{*}Body/{*}Probe")
    if probe is None:
        return None
    return Probe(
        root.findtext("{*}Header/{*}MessageID", "").strip(),
        frozenset(word.rpartition(":")[2] for word in probe.findtext("{*}Types", "").split()),
        tuple(probe.findtext("{*}Scopes", "").split()),
    )


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, discovery: Discovery, devices: Sequence[Device]) -> None:
        self._discovery = discovery
        self._devices = devices

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        probe = parse_probe(data)
        if probe is not None:
            self._discovery.answer(probe, self._devices, (addr[0], addr[1]))


def _probe_match(device: Device, relates_to: str) -> bytes:
    prefix = device.speaks.soap_prefix
    # Oncam EVO: prefixes in the answer that nobody declared.
    stray = "<tad:Version>1</tad:Version>" if device.quirks.unbound_prefix else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefix}:Envelope xmlns:{prefix}="http://www.w3.org/2003/05/soap-envelope"'
        f' xmlns:wsadis="{_WSA}" xmlns:d="{_WSD}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'
        ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl">'
        f"<{prefix}:Header><wsadis:MessageID>urn:uuid:{uuid.uuid4()}</wsadis:MessageID>"
        f"<wsadis:RelatesTo>{escape(relates_to)}</wsadis:RelatesTo>"
        f"<wsadis:To>{_WSA}/role/anonymous</wsadis:To><wsadis:Action>{_WSD}/ProbeMatches</wsadis:Action>"
        f'<d:AppSequence InstanceId="{device.number + 1_700_000_000}" MessageNumber="1"/></{prefix}:Header>'
        f"<{prefix}:Body><d:ProbeMatches><d:ProbeMatch><wsadis:EndpointReference><wsadis:Address>{device.epr}"
        "</wsadis:Address></wsadis:EndpointReference>"
        "<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>"
        f"<d:Scopes>{escape(' '.join(device.scopes))}</d:Scopes>"
        f"<d:XAddrs>{service_url(device, 'device')}</d:XAddrs>"
        f"<d:MetadataVersion>10</d:MetadataVersion>{stray}</d:ProbeMatch></d:ProbeMatches>"
        f"</{prefix}:Body></{prefix}:Envelope>"
    ).encode()


def _socket(where: tuple[str, int]) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(where)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock


def _group_socket(address: str) -> socket.socket:
    """Join the group on the interface of the campus: on loopback nothing leaves this machine."""
    # Windows cannot bind to a group address; elsewhere that keeps unicast probes out of this socket.
    sock = _socket(("" if os.name == "nt" else GROUP, PORT))
    interface = "127.0.0.1" if ipaddress.ip_address(address).is_loopback else address
    try:
        sock.setsockopt(
            socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + socket.inet_aton(interface)
        )
    except OSError:
        sock.close()
        raise
    return sock
