"""What devices say about themselves, and how wrong they may be."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.onvif_device import (
    DEVICE,
    MEDIA,
    MEDIA2,
    normal_mac,
    parse_capabilities,
    parse_device_information,
    parse_network_interfaces,
    parse_scopes,
    parse_services,
    parse_utc_time,
)
from probe.wire.soap import Reply, parse_reply


def said(inner: str) -> Reply:
    answer = parse_reply(200, "", f"<Envelope><Body>{inner}</Body></Envelope>".encode())
    assert isinstance(answer, Reply)
    return answer


def clock(date: tuple[object, object, object], time: tuple[object, object, object]) -> Reply:
    year, month, day = date
    hour, minute, second = time
    return said(
        "<GetSystemDateAndTimeResponse><SystemDateAndTime><TimeZone><TZ>CST-8</TZ></TimeZone><UTCDateTime>"
        f"<Time><Hour>{hour}</Hour><Minute>{minute}</Minute><Second>{second}</Second></Time>"
        f"<Date><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></Date></UTCDateTime>"
        "<LocalDateTime><Time><Hour>1</Hour></Time></LocalDateTime></SystemDateAndTime>"
        "</GetSystemDateAndTimeResponse>"
    )


@pytest.mark.parametrize(
    ("date", "time", "read"),
    [
        ((2026, 5, 4), (3, 2, 1), datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)),
        ((1970, 1, 1), (0, 0, 9), datetime(1970, 1, 1, 0, 0, 9, tzinfo=UTC)),
        ((1969, 12, 31), (23, 39, 42), datetime(1969, 12, 31, 23, 39, 42, tzinfo=UTC)),
        ((2026, 5, 4), (0, 61, 16), datetime(2026, 5, 4, 1, 1, 16, tzinfo=UTC)),
        ((2026, 12, 31), (24, 0, 0), datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_utc_time_is_read(date: tuple[int, int, int], time: tuple[int, int, int], read: datetime) -> None:
    assert parse_utc_time(clock(date, time)) == read


@pytest.mark.parametrize("date", [(0, 0, 0), (2026, 2, 30), ("", 1, 1), ("-7", 1, 1), (9999, 12, 32)])
def test_a_date_that_is_none_is_malformed(date: tuple[object, object, object]) -> None:
    with pytest.raises(Malformed):
        parse_utc_time(clock(date, (0, 0, 0)))


def test_a_local_time_alone_is_malformed() -> None:
    with pytest.raises(Malformed):
        parse_utc_time(said("<R><LocalDateTime/></R>"))


def test_device_information_is_taken_as_it_is_spelled() -> None:
    answer = "<Manufacturer> -- </Manufacturer><Model>K8</Model>"
    read = parse_device_information(
        said(f"<GetDeviceInformationResponse>{answer}</GetDeviceInformationResponse>")
    )
    assert (read.manufacturer, read.model, read.serial) == ("--", "K8", "")


def test_an_answer_about_something_else_is_malformed() -> None:
    with pytest.raises(Malformed):
        parse_device_information(said("<GetScopesResponse/>"))


def test_media2_listed_first_is_not_taken_for_media1() -> None:
    listed = [
        (MEDIA2, "http://c/onvif/media2"),
        (MEDIA + "/", "http://c/onvif/media"),
        (DEVICE, "http://c/d"),
    ]
    services = "".join(
        f"<Service><Namespace>{space}</Namespace><XAddr>{xaddr}</XAddr></Service>" for space, xaddr in listed
    )
    assert parse_services(said(f"<R>{services}</R>"))[MEDIA] == "http://c/onvif/media"


def test_capabilities_within_extensions_are_found() -> None:
    capabilities = (
        "<R><Capabilities><Media><XAddr>http://c/m</XAddr></Media><Extension><DeviceIO><XAddr>http://c/io</XAddr>"
        "</DeviceIO><Extensions><Media2><XAddr>http://c/m2</XAddr></Media2></Extensions></Extension>"
        "</Capabilities></R>"
    )
    found = parse_capabilities(said(capabilities))
    assert (found[MEDIA], found[MEDIA2]) == ("http://c/m", "http://c/m2")


def test_interfaces_give_their_addresses() -> None:
    (one,) = parse_network_interfaces(
        said(
            "<R><NetworkInterfaces token='eth0'><Enabled>true</Enabled><Info>"
            "<HwAddress>00-07-5f-ca-f8-fb</HwAddress></Info><IPv4><Config><FromDHCP><Address>10.0.0.5</Address><PrefixLength>24</PrefixLength></FromDHCP>"
            "</Config></IPv4></NetworkInterfaces></R>"
        )
    )
    assert (one.token, one.enabled, one.mac, one.ipv4) == (
        "eth0",
        True,
        "00:07:5F:CA:F8:FB",
        ("10.0.0.5/24",),
    )


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("ec71.dbe8.38cd", "EC:71:DB:E8:38:CD"),
        ("EC71DBE838CD", "EC:71:DB:E8:38:CD"),
        ("00:00:00:00:00:00", ""),
        ("ff:ff:ff:ff:ff:ff", ""),
        ("01:00:5e:00:00:fb", ""),
        ("eth0", ""),
        ("", ""),
    ],
)
def test_only_a_real_hardware_address_is_one(text: str, mac: str) -> None:
    assert normal_mac(text) == mac


def test_scopes_are_kept_once_even_when_all_stand_in_one_element() -> None:
    scopes = "<Scopes><ScopeItem>onvif://a/name/IPC 1 onvif://a/type/x</ScopeItem></Scopes>"
    assert parse_scopes(said(f"<R>{scopes}{scopes}</R>")) == ("onvif://a/name/IPC 1", "onvif://a/type/x")


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_any_time_gives_a_value_or_malformed(year: str, month: str, hour: str) -> None:
    with suppress(Malformed):
        inner = clock((year, month, 1), (hour, 1, 1))
        assert parse_utc_time(inner).tzinfo is UTC


TREES = st.recursive(
    st.sampled_from(["", "7", "x"]),
    lambda inner: st.lists(
        st.tuples(
            st.sampled_from(
                ["Service", "Namespace", "Capabilities", "NetworkInterfaces", "Scopes", "ScopeItem", "Info"]
            ),
            inner,
        ),
        max_size=4,
    ).map(lambda pairs: "".join(f"<{name}>{text}</{name}>" for name, text in pairs)),
    max_leaves=12,
)


@given(TREES)
def test_any_tree_is_read_without_a_crash(tree: str) -> None:
    answer = said(f"<R>{tree}</R>")
    for parse in (parse_services, parse_capabilities, parse_network_interfaces, parse_scopes):
        assert parse(answer) is not None
