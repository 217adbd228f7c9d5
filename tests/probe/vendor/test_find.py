"""Which maker's protocol is asked, and what makes a device a recorder."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from probe.errors import AuthRefused, DeviceError, Unsupported
from probe.model import Io
from probe.vendor.find import Recorder, fetch_recorder
from probe.wire.onvif_search import SEARCH
from probe.wire.soap import Reply, parse_reply

ISAPI, CGI, LAPI = (
    "/ISAPI/System/deviceInfo",
    "/cgi-bin/magicBox.cgi?action=getSystemInfo",
    "/LAPI/V1.0/System/DeviceInfo",
)
NVR = b"<DeviceInfo><model>DS-7816N</model><deviceType>NVR</deviceType></DeviceInfo>"
CAMERA = b"<DeviceInfo><model>DS-2CD</model><deviceType>IPCamera</deviceType></DeviceInfo>"
DAHUA = b"deviceType=31\r\nserialNumber=S\r\nupdateSerial=DH-NVR5216\r\n"


@dataclass
class Device:
    pages: Mapping[str, bytes | DeviceError]
    maker: str = ""
    model: str = "X1"
    sources: int = 4
    has_search: bool = False
    asked: list[str] = field(default_factory=list)

    async def once(self, _: str, fetch: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
        return await fetch()

    async def soap(self, service: str, operation: str, body: str = "") -> Reply:
        profiles = "".join(
            f"<Profiles token='p{at}'><VideoSourceConfiguration token='c{at}'>"
            f"<SourceToken>v{at}</SourceToken></VideoSourceConfiguration></Profiles>"
            for at in range(self.sources)
        )
        search = f"<Service><Namespace>{SEARCH}</Namespace><XAddr>http://h/s</XAddr></Service>"
        inner = {
            "GetProfiles": profiles,
            "GetServices": search if self.has_search else "<Service/>",
            "GetDeviceInformation": f"<Manufacturer>{self.maker}</Manufacturer><Model>{self.model}</Model>",
            "GetScopes": "<Scopes><ScopeItem>onvif://www.onvif.org/name/x</ScopeItem></Scopes>",
        }.get(operation)
        if inner is None or service == "media2":
            raise Unsupported(operation)
        said = f"<Envelope><Body><{operation}Response>{inner}</{operation}Response></Body></Envelope>"
        reply = parse_reply(200, "", said.encode())
        assert isinstance(reply, Reply)
        return reply

    async def get(self, path: str, *, fresh: bool = False) -> bytes:
        self.asked.append(path)
        page = self.pages.get(path, Unsupported("HTTP 404"))
        if isinstance(page, DeviceError):
            raise page
        return page

    async def rpc(self, method: str, params: object = None, **_: object) -> None:
        raise Unsupported("HTTP 404")


async def found(device: Device) -> Recorder:
    return await fetch_recorder(cast("Io", device))


async def test_a_camera_with_one_lens_is_asked_nothing() -> None:
    device = Device({ISAPI: NVR}, "HIKVISION", sources=1)
    assert not (await found(device)).is_recorder
    assert device.asked == []


@pytest.mark.parametrize(
    ("maker", "page", "answer", "vendor"),
    [("HIKVISION", ISAPI, NVR, "hikvision"), ("Dahua", CGI, DAHUA, "dahua")],
)
async def test_the_makers_own_word_makes_a_recorder(
    maker: str, page: str, answer: bytes, vendor: str
) -> None:
    told = await found(Device({page: answer}, maker))
    assert told.vendor is not None
    assert (told.is_recorder, told.vendor.id) == (True, vendor)


async def test_many_lenses_in_one_housing_are_no_recorder() -> None:
    assert not (await found(Device({ISAPI: CAMERA}, "HIKVISION"))).is_recorder


async def test_a_recorder_with_one_camera_is_known_by_its_name() -> None:
    assert (await found(Device({ISAPI: NVR}, "HIKVISION", "DS-7816N-K2", sources=1))).is_recorder


async def test_only_the_protocol_of_the_maker_that_it_names_is_asked() -> None:
    device = Device({CGI: DAHUA}, "HIKVISION")
    told = await found(device)
    assert (device.asked, told.vendor) == ([ISAPI], None)


async def test_one_that_names_no_maker_is_asked_in_each() -> None:
    told = await found(Device({CGI: DAHUA}, "H264"))
    assert told.vendor is not None
    assert told.vendor.id == "dahua"


async def test_no_other_door_is_tried_after_a_refused_login() -> None:
    device = Device({ISAPI: AuthRefused("wrong"), CGI: DAHUA}, "H264")
    told = await found(device)
    assert device.asked == [ISAPI]
    assert isinstance(told.why_not, AuthRefused)


async def test_without_a_makers_word_a_search_and_many_sources_make_a_recorder() -> None:
    assert (await found(Device({}, "H264", has_search=True))).is_recorder
    assert not (await found(Device({}, "H264"))).is_recorder


@pytest.mark.parametrize(("kind", "is_sure"), [("NVR", True), ("IPCamera", True), ("ACS", False)])
async def test_without_a_picture_a_makers_door_alone_makes_no_camera(kind: str, is_sure: bool) -> None:
    page = CAMERA.replace(b"IPCamera", kind.encode())
    assert (await found(Device({ISAPI: page}, "HIKVISION", sources=0))).is_sure is is_sure
