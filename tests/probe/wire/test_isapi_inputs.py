"""The channels of a Hikvision recorder, as it lists them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed, Unsupported
from probe.wire.isapi_inputs import (
    InputStatus,
    InputStream,
    parse_proxy_inputs,
    parse_proxy_statuses,
    parse_streams,
    parse_video_inputs,
    with_statuses,
)
from probe.wire.recorder import Input

PARSERS: tuple[Callable[[bytes], Any], ...] = (
    parse_proxy_inputs,
    parse_proxy_statuses,
    parse_video_inputs,
    parse_streams,
)


def proxy(number: object = 1, *, address: str = "10.0.0.9", more: str = "") -> str:
    return (
        f"<InputProxyChannel><id>{number}</id><name>东门</name><sourceInputPortDescriptor>"
        f"<proxyProtocol>HIKVISION</proxyProtocol><ipAddress>{address}</ipAddress>"
        f"<managePortNo>8000</managePortNo><srcInputPort>1</srcInputPort>{more}"
        "</sourceInputPortDescriptor></InputProxyChannel>"
    )


def listed(*rows: str, size: int = 0) -> bytes:
    body = "".join(rows)
    return f'<InputProxyChannelList size="{size}">{body}</InputProxyChannelList>'.encode()


def stream(number: str, video: str = "") -> bytes:
    return (
        f"<StreamingChannel><id>{number}</id><enabled>true</enabled><Video>{video}</Video></StreamingChannel>"
    ).encode()


def test_a_channel_tells_of_the_camera_behind_it() -> None:
    told = "<model>M1</model><serialNumber>S1</serialNumber><firmwareVersion>V5</firmwareVersion>"
    assert parse_proxy_inputs(listed(proxy(more=told))) == (
        Input(
            1,
            "东门",
            "network",
            address="10.0.0.9",
            port=8000,
            protocol="HIKVISION",
            behind=1,
            serial="S1",
            model="M1",
            firmware="V5",
        ),
    )


@pytest.mark.parametrize("size", [0, 2, 64])
def test_channels_are_counted_not_believed(size: int) -> None:
    found = parse_proxy_inputs(listed(*(proxy(number) for number in range(1, 65)), size=size))
    assert [one.number for one in found] == list(range(1, 65))


def test_a_cascaded_recorders_channels_share_an_address_and_differ_behind_it() -> None:
    second = proxy(2).replace("<srcInputPort>1", "<srcInputPort>2")
    assert [one.behind for one in parse_proxy_inputs(listed(proxy(1), second))] == [1, 2]


@pytest.mark.parametrize("address", ["", "0.0.0.0"])  # noqa: S104  what a device writes for "none"
def test_a_channel_without_any_camera_is_a_slot(address: str) -> None:
    (only,) = parse_proxy_inputs(listed(proxy(address=address)))
    assert (only.is_slot, only.address) == (True, "")


def test_a_camera_that_is_added_by_its_serial_is_no_slot() -> None:
    (only,) = parse_proxy_inputs(listed(proxy(address="", more="<serialNumber>C1</serialNumber>")))
    assert not only.is_slot


def test_a_serial_of_zeros_is_none() -> None:
    (only,) = parse_proxy_inputs(listed(proxy(more="<serialNumber>00000000</serialNumber>")))
    assert only.serial == ""


@pytest.mark.parametrize("number", ["0", "-1", "", "x", "99999999999"])
def test_an_id_beyond_any_list_is_left_out(number: str) -> None:
    assert [one.number for one in parse_proxy_inputs(listed(proxy(number), proxy(2)))] == [2]


def test_channels_that_all_have_no_number_are_malformed() -> None:
    with pytest.raises(Malformed, match="no channel has a number"):
        parse_proxy_inputs(listed(proxy("x"), proxy("y")))


def test_a_number_that_comes_twice_is_the_first_ones() -> None:
    (only,) = parse_proxy_inputs(listed(proxy(1), proxy(1, address="10.0.0.77")))
    assert only.address == "10.0.0.9"


def test_an_empty_list_has_no_channels() -> None:
    assert parse_proxy_inputs(listed()) == ()


def one_status(number: int, online: str, why: str) -> str:
    said = f"<online>{online}</online>" if online else ""
    return (
        f"<InputProxyChannelStatus><id>{number}</id>{said}<chanDetectResult>{why}</chanDetectResult>"
        "</InputProxyChannelStatus>"
    )


def test_a_status_says_why_a_camera_is_off_line() -> None:
    rows = one_status(1, "true", "connect") + one_status(2, "false", "netUnreachable") + one_status(3, "", "")
    said = parse_proxy_statuses(f"<InputProxyChannelStatusList>{rows}</InputProxyChannelStatusList>".encode())
    assert said == {
        1: InputStatus(1, True),
        2: InputStatus(2, False, "netUnreachable"),
        3: InputStatus(3, None),
    }


def test_one_channels_own_status_is_read_too() -> None:
    assert parse_proxy_statuses(one_status(7, "", "connect").encode())[7].online is True


def test_a_status_is_added_to_its_channel_only() -> None:
    joined = with_statuses(
        (Input(1, kind="network"), Input(2, kind="network"), Input(3, kind="analogue")),
        {2: InputStatus(2, False, "userLocked"), 3: InputStatus(3, True), 9: InputStatus(9, True)},
    )
    assert [(one.number, one.online, one.why_offline) for one in joined] == [
        (1, None, ""),
        (2, False, "userLocked"),
        (3, None, ""),
    ]


def test_a_slot_in_which_a_camera_answers_is_none() -> None:
    (only,) = with_statuses((Input(4, kind="network", is_slot=True),), {4: InputStatus(4, True)})
    assert not only.is_slot


def test_a_camera_of_which_only_the_status_tells_the_address_is_no_slot() -> None:
    address = InputStatus(4, False, "netUnreachable", "10.0.0.4")
    (only,) = with_statuses((Input(4, kind="network", is_slot=True),), {4: address})
    assert (only.address, only.is_slot) == ("10.0.0.4", False)


def test_analogue_inputs_tell_their_signal() -> None:
    rows = (
        "<VideoInputChannel><id>1</id><name>走廊</name><resDesc>1080P25</resDesc></VideoInputChannel>"
        "<VideoInputChannel><id>2</id><resDesc>NO VIDEO</resDesc></VideoInputChannel>"
        "<VideoInputChannel><id>3</id><videoInputEnabled>false</videoInputEnabled></VideoInputChannel>"
    )
    said = parse_video_inputs(f"<VideoInputChannelList>{rows}</VideoInputChannelList>".encode())
    assert said == (
        Input(1, "走廊", "analogue", True),
        Input(2, "", "analogue", False, "NO VIDEO"),
        Input(3, "", "analogue", None, is_slot=True),
    )


def test_a_stream_is_read_as_it_is_declared() -> None:
    video = (
        "<videoCodecType>H.265</videoCodecType><videoResolutionWidth>1920</videoResolutionWidth>"
        "<videoResolutionHeight>1080</videoResolutionHeight><maxFrameRate>1250</maxFrameRate>"
        "<videoQualityControlType>CBR</videoQualityControlType><constantBitRate>4096</constantBitRate>"
        "<vbrUpperCap>2048</vbrUpperCap>"
    )
    assert parse_streams(stream("302", video)) == (
        InputStream(3, 2, "302", "", True, "H265", 1920, 1080, 12.5, kbps=4096),
    )


def test_a_frame_rate_of_nought_is_the_full_one() -> None:
    (only,) = parse_streams(stream("101", "<maxFrameRate>0</maxFrameRate>"))
    assert (only.fps, only.has_full_rate) == (None, True)


@pytest.mark.parametrize(
    ("said", "number", "stream_number"), [("101", 1, 1), ("1602", 16, 2), ("6404", 64, 4), ("2", 1, 2)]
)
def test_channel_and_stream_stand_in_the_id(said: str, number: int, stream_number: int) -> None:
    (only,) = parse_streams(stream(said))
    assert (only.number, only.stream) == (number, stream_number)


def test_a_legacy_stream_id_takes_the_channel_that_is_declared() -> None:
    (only,) = parse_streams(stream("2", "<videoInputChannelID>3</videoInputChannelID>"))
    assert (only.number, only.stream) == (3, 2)


def test_streams_without_a_readable_id_are_malformed() -> None:
    with pytest.raises(Malformed, match="no stream has an id"):
        parse_streams(stream("-1"))


def test_absurd_sizes_are_not_said() -> None:
    video = "<videoResolutionWidth>-4</videoResolutionWidth><vbrUpperCap>99999999999</vbrUpperCap>"
    (only,) = parse_streams(stream("101", video))
    assert (only.width, only.kbps) == (None, None)


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__name__)
def test_a_refusal_is_unsupported(parse: Callable[[bytes], Any]) -> None:
    with pytest.raises(Unsupported, match="notSupport"):
        parse(b"<ResponseStatus><subStatusCode>notSupport</subStatusCode></ResponseStatus>")


@given(st.binary(max_size=200) | st.text(max_size=120).map(lambda text: listed(proxy(text, more=text))))
def test_any_bytes_are_a_value_or_a_device_error(raw: bytes) -> None:
    for parse in PARSERS:
        try:
            parse(raw)
        except (Malformed, Unsupported):
            continue
