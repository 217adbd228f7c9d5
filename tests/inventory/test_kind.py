"""Camera or recorder, by what the device says of itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inventory.kind import decide, shows_video
from inventory.record import Kind
from probe.model import DeviceReport, Evidence, Measured, Sighting, Target, Value

AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


def report(*, types: tuple[str, ...] = (), scopes: tuple[str, ...] = (), **values: Value) -> DeviceReport:
    sighting = Sighting("10.0.2.9", "ws-discovery", types=types, scopes=scopes)
    evidence = tuple(
        Evidence(metric, Measured(value), "onvif.identity", AT) for metric, value in values.items()
    )
    return DeviceReport(Target("10.0.2.9", sightings=(sighting,)), evidence)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (report(types=("dn:NetworkVideoTransmitter",), model="DH-NVR4216-X"), "recorder"),
        (report(model="XVR-5104"), "recorder"),
        (report(model="HVR 16"), "recorder"),
        (report(model="DS-7816NB-K2"), "recorder"),
        (report(scopes=("onvif://www.onvif.org/type/Network_Video_Recorder",)), "recorder"),
        (report(onvif="supported", video_sources=16, model="N9016"), "recorder"),
        (report(onvif="supported", video_sources=1, model="DS-2CD2T47-L"), "camera"),
        (report(onvif="supported", video_sources=4, model="Panoramic 4"), "camera"),
        (report(types=("dn:NetworkVideoTransmitter",)), "camera"),
        (report(rtsp="supported"), "unknown"),
        (report(types=("wsdp:Device",)), "unknown"),
        (report(), "unknown"),
    ],
)
def test_the_kind_follows_from_what_the_device_says(said: DeviceReport, kind: Kind) -> None:
    assert decide(said) == kind


def test_a_device_that_serves_rtsp_shows_video() -> None:
    assert shows_video(report(rtsp="supported"))


def test_an_open_port_is_no_camera() -> None:
    assert not shows_video(report(onvif="absent", rtsp="absent"))
