"""The texts on a picture: ONVIF first, the maker's own protocol where that cannot tell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from probe.errors import AuthRefused, DeviceError, Unsupported
from probe.joint import osd
from probe.model import Channel, Gap, Io, Measured, NotMeasured
from probe.vendor import find
from probe.vendor.writing import Writing
from probe.wire.soap import Reply, parse_reply

ISAPI = (
    b"<VideoOverlay><TextOverlay><enabled>true</enabled><displayText>Gate</displayText></TextOverlay>"
    b"<DateTimeOverlay><enabled>true</enabled></DateTimeOverlay></VideoOverlay>"
)
TEXT = (
    "<OSDs><VideoSourceConfigurationToken>c</VideoSourceConfigurationToken><TextString><Type>Plain</Type>"
    "<PlainText>Hall</PlainText></TextString></OSDs>"
)
PROFILES = (
    "<Profiles token='p'><VideoSourceConfiguration token='c'><SourceToken>v</SourceToken>"
    "</VideoSourceConfiguration></Profiles>"
)


@dataclass
class Device:
    """`osds` is what GetOSDs gives; `page` what the web service gives at every path."""

    osds: str | DeviceError
    page: bytes | DeviceError = ISAPI
    maker: str = "HIKVISION"
    scope: str = ""
    asked: list[str] = field(default_factory=list)

    async def soap(self, service: str, operation: str, body: str = "") -> Reply:
        inner: str | DeviceError = {
            "GetOSDs": self.osds,
            "GetProfiles": PROFILES,
            "GetDeviceInformation": f"<Manufacturer>{self.maker}</Manufacturer><Model>K8</Model>",
            "GetScopes": f"<Scopes><ScopeItem>{self.scope}</ScopeItem></Scopes>",
        }.get(operation, Unsupported(operation))
        if isinstance(inner, DeviceError):
            raise inner
        said = f"<Envelope><Body><{operation}Response>{inner}</{operation}Response></Body></Envelope>"
        reply = parse_reply(200, "", said.encode())
        assert isinstance(reply, Reply)
        return reply

    async def get(self, path: str) -> bytes:
        self.asked.append(path)
        if isinstance(self.page, DeviceError):
            raise self.page
        return self.page


async def read(device: Device) -> dict[str, object]:
    return dict(await osd.measure(Channel(1, source="v"), cast("Io", device)))


async def test_what_onvif_tells_is_taken_and_nobody_else_is_asked() -> None:
    device = Device(TEXT)
    told = {"osd": Measured(["Hall"], "ONVIF GetOSDs"), "osd_clock": Measured(False, "ONVIF GetOSDs")}
    assert await read(device) == told
    assert device.asked == []


@pytest.mark.parametrize("osds", [Unsupported("no"), ""], ids=["unsupported", "empty"])
async def test_where_onvif_cannot_tell_the_maker_is_asked(osds: str | DeviceError) -> None:
    told = {"osd": Measured(["Gate"], "ISAPI overlays"), "osd_clock": Measured(True, "ISAPI overlays")}
    assert await read(Device(osds)) == told


async def test_a_maker_is_known_from_its_scopes_too() -> None:
    device = Device("", maker="IPC", scope="onvif://www.onvif.org/name/HIKVISION%20DS-2CD")
    assert (await read(device))["osd"] == Measured(["Gate"], "ISAPI overlays")


async def test_a_maker_whose_protocol_is_not_known_is_not_asked() -> None:
    device = Device("", maker="Axis")
    assert (await read(device))["osd"] == Measured([], "ONVIF GetOSDs")
    assert device.asked == []


async def test_a_maker_that_is_added_to_the_list_of_protocols_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fetch_writing(_: Io, number: int) -> Writing:
        return Writing((f"Channel {number}",), None, "Acme")

    acme = replace(find.vendor_of("uniview") or find.VENDORS[0], fetch_writing=fetch_writing)
    monkeypatch.setattr(find, "VENDORS", (acme,))
    assert (await read(Device("", maker="UNIVIEW")))["osd"] == Measured(["Channel 1"], "Acme")


async def test_after_a_refused_login_nobody_else_is_asked() -> None:
    device = Device(AuthRefused("no"))
    with pytest.raises(AuthRefused):
        await read(device)
    assert device.asked == []


async def test_where_neither_tells_the_gap_names_both() -> None:
    readings = await read(Device(Unsupported("no GetOSDs"), page=Unsupported("HTTP 404")))
    why = NotMeasured(Gap.UNSUPPORTED, "no GetOSDs; the maker's protocol: HTTP 404")
    assert readings == {"osd": why, "osd_clock": why}


async def test_a_clock_that_is_not_spoken_of_is_a_gap() -> None:
    readings = await read(Device("", page=b"<VideoOverlay/>"))
    assert readings["osd"] == Measured([], "ISAPI overlays")
    assert readings["osd_clock"] == NotMeasured(Gap.UNSUPPORTED, "ISAPI overlays: not told")
