"""Look for cameras with WSDiscovery, three times, and print the addresses that answered."""

from __future__ import annotations

import json

from wsdiscovery import QName
from wsdiscovery.discovery import ThreadedWSDiscovery

found: set[str] = set()
for _ in range(3):
    looking = ThreadedWSDiscovery()
    looking.start()
    kinds = [QName("http://www.onvif.org/ver10/network/wsdl", "NetworkVideoTransmitter")]
    found |= {xaddr for one in looking.searchServices(types=kinds, timeout=2) for xaddr in one.getXAddrs()}
    looking.stop()
print(json.dumps(sorted(found)))  # noqa: T201  the test reads it
