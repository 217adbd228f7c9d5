"""Who a Hikvision device is, how its clock and its disks are, and which GB28181 codes it carries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed, Unsupported
from probe.wire.isapi_device import (
    Identity,
    Interface,
    Platform,
    parse_channel_codes,
    parse_clock,
    parse_disks,
    parse_identity,
    parse_interfaces,
    parse_platforms,
    parse_status,
    posix_offset_s,
)
from probe.wire.recorder import Disk, WallTime

IDENTITY = """<?xml version="1.0" encoding="UTF-8"?><DeviceInfo version="2.0"{space}>
<deviceName>教学楼录像机</deviceName><model>DS-8832N</model><serialNumber>DS-8832N01</serialNumber>
<macAddress>C4:2F:90:00:00:01</macAddress><firmwareVersion>V4.1</firmwareVersion>
<firmwareReleasedDate>build 200101</firmwareReleasedDate><deviceType>{kind}</deviceType></DeviceInfo>"""

DISKS = """<storage><hddList size="8">
<hdd><id>1</id><hddName>hdd1</hddName><hddType>SATA</hddType><status>ok</status>
<capacity>4000</capacity><freeSpace>0</freeSpace></hdd>
<hdd><id>2</id><hddName>hdd2</hddName><status>notexist</status><capacity>0</capacity></hdd>
<hdd><id>3</id><status>error</status><capacity>-1</capacity><freeSpace>-5</freeSpace></hdd>
<hdd><id>4</id><status>rebuilding</status><capacity>10</capacity><freeSpace>99</freeSpace></hdd>
</hddList><nasList><nas><id>9</id><ipAddress>10.0.0.8</ipAddress><path>/cam</path>
<status>unformatted</status><capacity>7</capacity></nas></nasList><workMode>quota</workMode></storage>"""

SIP = """<SIPServerList><SIPServer><id>1</id><localPort>5060</localPort><GB28181><enabled>true</enabled>
<registrar>10.1.1.1</registrar><registrarPort>7100</registrarPort><serverId>34112200002000000001</serverId>
<serverDomain>3411220000</serverDomain><authID>{code}</authID><password>hunter2</password>
<registerStatus>{status}</registerStatus></GB28181></SIPServer>
<SIPServer><id>2</id><Standard><enabled>false</enabled><proxy>10.1.1.2</proxy></Standard></SIPServer>
</SIPServerList>"""

PARSERS: tuple[Callable[[bytes], Any], ...] = (
    parse_identity,
    parse_status,
    parse_clock,
    parse_interfaces,
    parse_disks,
    parse_platforms,
    parse_channel_codes,
)


def identity(kind: str = "NVR", space: str = "") -> Identity:
    return parse_identity(IDENTITY.format(kind=kind, space=space).encode())


@pytest.mark.parametrize("space", ["", ' xmlns="urn:psialliance-org"', ' xmlns="http://www.std-cgi.com/v"'])
def test_a_device_says_who_it_is_in_any_namespace(space: str) -> None:
    assert identity(space=space) == Identity(
        "教学楼录像机", "NVR", "DS-8832N", "DS-8832N01", "c4:2f:90:00:00:01", "V4.1", "build 200101", ""
    )


@pytest.mark.parametrize(
    ("kind", "records"),
    [("NVR", True), ("DVR", True), ("HybirdNVR", True), ("IPCamera", False), ("IPDome", False), ("", False)],
)
def test_a_recorder_is_known_by_its_type(kind: str, records: bool) -> None:
    assert identity(kind).records_others is records


def test_the_status_tells_the_clock_and_the_uptime() -> None:
    said = parse_status(
        b"<DeviceStatus><currentDeviceTime>2026-09-01T08:00:00+08:00</currentDeviceTime>"
        b"<deviceUpTime>60</deviceUpTime></DeviceStatus>"
    )
    assert said.uptime_s == 60
    assert said.clock == WallTime(datetime.fromisoformat("2026-09-01T08:00:00"), "offset", 28_800)


def test_a_status_without_them_tells_neither() -> None:
    said = parse_status(b"<DeviceStatus><deviceUpTime>-1</deviceUpTime></DeviceStatus>")
    assert (said.clock, said.uptime_s) == (None, None)


@pytest.mark.parametrize(
    ("zone", "offset_s"),
    [
        ("CST-8:00:00", 28_800),
        ("CST-3:00:00", 10_800),
        ("EST5:00:00", -18_000),
        ("EST+5:00:00EDT04:00:00,M3.2.0/02:00:00,M11.1.0/02:00:00", -18_000),
        ("CST-08:00", 28_800),
        ("IST-5:30:00", 19_800),
        ("UTC0", 0),
        ("Asia/Shanghai", None),
        ("", None),
    ],
)
def test_the_minus_of_a_posix_zone_is_east(zone: str, offset_s: int | None) -> None:
    assert posix_offset_s(zone) == offset_s


def test_a_clock_keeps_the_digits_and_tells_the_zone() -> None:
    said = parse_clock(
        b"<Time><timeMode>NTP</timeMode><localTime>2026-09-01T08:00:00+08:00</localTime>"
        b"<timeZone>CST-8:00:00DST00:30:00,M4.1.0/02:00:00,M10.5.0/02:00:00</timeZone></Time>"
    )
    assert (said.mode, said.offset_s, said.has_summer_time) == ("NTP", 28_800, True)
    assert said.now.local == datetime.fromisoformat("2026-09-01T08:00:00")


def test_a_clock_without_a_time_is_malformed() -> None:
    with pytest.raises(Malformed, match="no time"):
        parse_clock(b"<Time><timeZone>CST-8:00:00</timeZone></Time>")


def test_interfaces_tell_their_addresses() -> None:
    said = b"""<NetworkInterfaceList><NetworkInterface><id>1</id><IPAddress>
    <addressingType>static</addressingType><ipAddress>10.0.0.5</ipAddress><subnetMask>255.0.0.0</subnetMask>
    <DefaultGateway><ipAddress>0.0.0.0</ipAddress></DefaultGateway></IPAddress>
    <Link><MACAddress>c4:2f:90:00:00:02</MACAddress></Link></NetworkInterface>
    <NetworkInterface><id>2</id></NetworkInterface></NetworkInterfaceList>"""
    assert parse_interfaces(said) == (
        Interface("10.0.0.5", "255.0.0.0", "", "c4:2f:90:00:00:02", by_dhcp=False),
        Interface("", "", "", "", by_dhcp=None),
    )


def test_a_full_disk_is_good_and_a_ghost_is_none() -> None:
    first, broken, unknown, nas = parse_disks(DISKS.encode())
    assert first == Disk("1", "hdd1", "local", "ok", True, 4000, 0)
    assert (broken.is_good, broken.capacity_mib, broken.free_mib) == (False, None, None)
    assert (unknown.is_good, unknown.status, unknown.free_mib) == (None, "rebuilding", None)
    assert nas == Disk("9", "10.0.0.8:/cam", "nas", "unformatted", False, 7, None)


def test_a_device_without_disks_has_none() -> None:
    assert parse_disks(b"<storage><hddList size='8'></hddList><nasList/></storage>") == ()


def platform(code: str = "34112200001180000007", status: str = "registered") -> Platform:
    (only,) = parse_platforms(SIP.format(code=code, status=status).encode())
    return only


def test_the_gb_code_is_read_without_any_sip_session() -> None:
    assert platform() == Platform(
        enabled=True,
        address="10.1.1.1",
        port=7100,
        server_code="34112200002000000001",
        server_domain="3411220000",
        device_code="34112200001180000007",
        registered=True,
    )


def test_the_password_of_a_platform_is_not_kept() -> None:
    assert "hunter2" not in repr(platform())


@pytest.mark.parametrize("code", ["", "admin", "3411220000118000000", "341122000011800000071"])
def test_what_has_not_twenty_digits_is_no_code(code: str) -> None:
    assert platform(code).device_code == ""


@pytest.mark.parametrize(
    ("status", "registered"), [("true", True), ("offline", False), ("unregistered", False), ("", None)]
)
def test_registration_is_known_or_not_said(status: str, registered: bool | None) -> None:
    assert platform(status=status).registered is registered


def test_channels_have_their_own_codes() -> None:
    said = (
        "<SIPInfo><VideoInputList><VideoInput><id>1</id><videoInputID>34112200001320000001</videoInputID>"
        "</VideoInput><VideoInput><id>2</id><videoInputID></videoInputID></VideoInput>"
        "<VideoInput><id>-3</id><videoInputID>34112200001320000003</videoInputID></VideoInput>"
        "</VideoInputList></SIPInfo>"
    )
    assert parse_channel_codes(said.encode()) == {1: "34112200001320000001"}


def status(code: int, sub: str) -> bytes:
    said = f"<statusCode>{code}</statusCode><subStatusCode>{sub}</subStatusCode>"
    return f"<ResponseStatus>{said}</ResponseStatus>".encode()


def test_a_list_that_is_cut_off_is_not_taken_for_a_short_one() -> None:
    with pytest.raises(Malformed, match="cut off"):
        parse_disks(DISKS.partition("<nasList>")[0].encode())


@pytest.mark.parametrize("said", [b"<storage/>", b"<h:storage></h:storage>\r\n\0", b"<Storage></Storage>"])
def test_an_answer_without_rows_is_whole(said: bytes) -> None:
    assert parse_disks(said) == ()


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__name__)
@pytest.mark.parametrize(
    ("said", "error", "why"),
    [
        (status(4, "notSupport"), Unsupported, "notSupport"),
        (status(4, "lowPrivilege"), Unsupported, "lowPrivilege"),
        (b'{"statusCode": 4, "subStatusCode": "lowPrivilege"}', Unsupported, "JSON lowPrivilege"),
        (status(4, ""), Unsupported, "statusCode 4"),
        (status(6, "badXmlContent"), Malformed, "badXmlContent"),
        (b"<userCheck><statusString>Unauthorized</statusString></userCheck>", Malformed, "Unauthorized"),
        (b"<html><body>404</body></html>", Malformed, "<html> instead of"),
        (b"", Malformed, "empty"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><DeviceInfo>&b;</DeviceInfo>", Malformed, "entities"),
        (b"<a>" * 5000, Malformed, "ISAPI"),
    ],
    ids=["cannot", "may-not", "json", "code-alone", "bad-xml", "login", "page", "empty", "bomb", "deep"],
)
def test_a_refusal_with_200_is_named(
    parse: Callable[[bytes], Any], said: bytes, error: type[Exception], why: str
) -> None:
    with pytest.raises(error, match=why):
        parse(said)


@given(st.binary(max_size=200) | st.text(max_size=120).map(lambda text: DISKS.replace("ok", text).encode()))
def test_any_bytes_are_a_value_or_a_device_error(raw: bytes) -> None:
    for parse in PARSERS:
        try:
            parse(raw)
        except (Malformed, Unsupported):
            continue
