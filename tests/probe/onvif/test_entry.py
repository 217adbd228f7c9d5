"""Where the ONVIF service of a device is looked for."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from probe.model import Sighting, Target
from probe.onvif.entry import places, service_place
from probe.wire.uri import parse_uri


@dataclass(frozen=True)
class Limits:
    connect_s: float = 1.0
    request_s: float = 1.0
    max_bytes: int = 1 << 20
    requests_per_device: int = 1
    device_ports: tuple[int, ...] = (80,)
    device_paths: tuple[str, ...] = ("/onvif/device_service", "/onvif/service")


@pytest.mark.parametrize(
    ("xaddr", "place"),
    [
        ("http://10.0.0.5:8080/m", "http://10.0.0.5:8080/m"),
        ("http://10.0.0.5/m", "http://10.0.0.5/m"),
        ("http://0.0.0.0:8080/m", "http://10.0.0.5:2020/m"),
        ("http://169.254.1.1/m", "http://10.0.0.5:2020/m"),
        ("http://evil.example:22/m", "http://10.0.0.5:2020/m"),
        ("http://10.0.0.5:22/m", "http://10.0.0.5:2020/m"),
        ("ftp://10.0.0.5/m", "http://10.0.0.5:2020/m"),
        ("http://10.0.0.5:8106:8106/m", "http://10.0.0.5:8106/m"),
    ],
)
def test_a_service_is_asked_on_the_address_that_answered(xaddr: str, place: str) -> None:
    entry = parse_uri("http://10.0.0.5:2020/onvif/device_service")
    assert str(service_place(xaddr, entry, pinned=False)) == place


def test_a_pinned_target_is_asked_at_its_port_alone() -> None:
    seen = (Sighting("10.0.0.5", "ws-discovery", "", ("https://10.0.0.5/a", "nonsense")),)
    asked = {uri.asked_port for uri in places(Target("10.0.0.5", (), seen, pinned=8899), Limits())}
    assert asked == {8899}


def test_only_open_ports_are_asked_where_they_are_known() -> None:
    limits = Limits(device_ports=(80, 8080, 443))
    asked = [str(uri) for uri in places(Target("10.0.0.5", (443, 554)), limits)]
    assert asked == ["https://10.0.0.5:443/onvif/device_service", "https://10.0.0.5:443/onvif/service"]
