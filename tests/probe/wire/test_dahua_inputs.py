"""The channels of a Dahua recorder."""

from __future__ import annotations

import pytest

from probe.errors import Malformed, Unsupported
from probe.wire import dahua_inputs as inputs
from probe.wire.dahua_table import flattened, parse_table
from probe.wire.recorder import Input

SLOT = "RemoteDevice.uuid:System_CONFIG_NETCAMERA_INFO_{}.{}"
CAMERA = {
    "Enable": "true",
    "Address": "192.0.2.21",
    "Port": "37777",
    "ProtocolType": "Private",
    "Vendor": "Private",
    "Mac": "9C:14:63:00:11:22",
    "SerialNo": "SN1",
    "DeviceType": "IPC-X",
    "Version": "2.8",
    "VideoInputs[0].Name": "大门",
    "Name": "SN1",
}


def slot(place: int, **said: str) -> dict[str, str]:
    return {SLOT.format(place, key): value for key, value in {**CAMERA, **said}.items()}


def test_slot_n_is_channel_n_plus_one_with_all_that_is_said_of_its_camera() -> None:
    assert inputs.remote_devices_of(slot(4)) == (
        Input(
            number=5,
            name="大门",
            kind="network",
            address="192.0.2.21",
            port=37777,
            protocol="Private",
            mac="9c:14:63:00:11:22",
            serial="SN1",
            model="IPC-X",
            firmware="2.8",
        ),
    )


def test_both_spellings_of_the_key_and_json_say_the_same() -> None:
    bracket = {
        key.replace(".uuid:System_CONFIG_NETCAMERA_INFO_4", "[4]"): text for key, text in slot(4).items()
    }
    told = {"uuid:System_CONFIG_NETCAMERA_INFO_4": {**CAMERA, "Enable": True, "Port": 37777}}
    expected = inputs.remote_devices_of(slot(4))
    assert inputs.remote_devices_of(bracket) == expected
    assert inputs.remote_devices_of(flattened(told, "RemoteDevice")) == expected


@pytest.mark.parametrize(
    "said",
    [
        {"Enable": "false"},
        {"Address": "192.168.0.0", "SerialNo": ""},
        {"Address": "0.0.0.0", "SerialNo": ""},  # noqa: S104  what an unused slot says
        {"Address": "", "SerialNo": ""},
    ],
)
def test_a_row_without_a_camera_is_a_slot_and_forgets_what_it_remembers(said: dict[str, str]) -> None:
    assert inputs.remote_devices_of(slot(0, **said)) == (Input(1, "大门", is_slot=True),)


@pytest.mark.parametrize(("said", "mac"), [("", ""), ("ff:ff:ff:ff:ff:ff", ""), ("00:00:00:00:00:00", "")])
def test_a_mac_that_is_none_is_empty(said: str, mac: str) -> None:
    assert inputs.remote_devices_of(slot(0, Mac=said))[0].mac == mac


def test_a_camera_added_by_its_address_alone_is_found_in_it() -> None:
    url = "rtsp://admin:secret@192.0.2.77:554/live"
    (one,) = inputs.remote_devices_of(slot(0, Address="", **{"VideoInputs[0].MainStreamUrl": url}))
    assert one.address == "192.0.2.77"


@pytest.mark.parametrize(("vendor", "brand"), [("Onvif", ""), ("Private", ""), ("Hikvision", "Hikvision")])
def test_a_way_to_fetch_the_picture_is_no_brand(vendor: str, brand: str) -> None:
    assert inputs.remote_devices_of(slot(0, Vendor=vendor))[0].brand == brand


def test_channels_beyond_any_recorder_are_left_out() -> None:
    assert [one.number for one in inputs.remote_devices_of({**slot(0), **slot(5000)})] == [1]


def test_rows_that_cannot_be_numbered_are_malformed() -> None:
    with pytest.raises(Malformed, match="RemoteDevice"):
        inputs.remote_devices_of({"RemoteDevice.uuid:5d9c-77.Address": "192.0.2.1"})


@pytest.mark.parametrize(
    ("lines", "states"),
    [
        (
            "states[0].channel=0\nstates[0].connectionState=Connected\n"
            "states[1].channel=4\nstates[1].connectionState=Unconnect",
            {1: "Connected", 5: "Unconnect"},
        ),
        (
            "channels[0].channel=1\nchannels[0].connectionState=Connected\n"
            "channels[1].channel=2\nchannels[1].connectionState=Empty",
            {1: "Connected", 2: "Empty"},
        ),
        ("states[0].channel=99999999\nstates[0].connectionState=Connected", {}),
    ],
)
def test_states_count_from_zero_unless_their_whole_list_counts_from_one(
    lines: str, states: dict[int, str]
) -> None:
    assert inputs.camera_states_of(parse_table(lines.encode(), "getCameraState")) == states


@pytest.mark.parametrize(
    ("word", "online", "why"),
    [("Connected", True, ""), ("Unconnect", False, "Unconnect"), ("", None, "")],
)
def test_a_channel_is_online_when_its_state_says_so(word: str, online: bool | None, why: str) -> None:
    (one,) = inputs.merged((Input(1, "a"),), {}, {1: word} if word else {})
    assert (one.online, one.why_offline) == (online, why)


def test_a_connected_channel_that_lost_its_picture_is_not_online() -> None:
    (one,) = inputs.merged((Input(1),), {}, {1: "Connected"}, lost=(1,))
    assert (one.online, one.why_offline) == (False, "VideoLoss")


def test_an_empty_channel_is_a_slot_though_it_has_a_name() -> None:
    assert inputs.merged((Input(1),), {1: "通道1"}, {1: "Empty"}) == (Input(1, "通道1", is_slot=True),)


def test_a_channel_that_only_other_tables_name_is_kept() -> None:
    read = inputs.merged((Input(2, "b"),), {1: "a", 2: ""}, {})
    assert [(one.number, one.name) for one in read] == [(1, "a"), (2, "b")]


def test_a_title_wins_over_the_cameras_own_name() -> None:
    assert inputs.merged((Input(1, "SN1"),), {1: "大门"}, {})[0].name == "大门"


def test_main_and_sub_are_read_with_keys_in_any_case_and_sizes_in_both_forms() -> None:
    main, sub = inputs.stream_settings_of(
        {
            "Encode[0].MainFormat[0].Video.Compression": "H.265",
            "Encode[0].MainFormat[0].Video.resolution": "2560x1440",
            "Encode[0].MainFormat[0].Video.FPS": "25",
            "Encode[0].MainFormat[0].Video.BitRate": "4096",
            "Encode[0].MainFormat[1].Video.FPS": "12",
            "Encode[0].ExtraFormat[0].Video.Compression": "MJPG",
            "Encode[0].ExtraFormat[0].Video.Width": "704",
            "Encode[0].ExtraFormat[0].Video.Height": "576",
            "Encode[0].ExtraFormat[0].VideoEnable": "true",
        }
    )
    assert (main.role, main.codec, main.width, main.height, main.fps, main.kbps) == (
        "main",
        "H265",
        2560,
        1440,
        25.0,
        4096,
    )
    assert (sub.role, sub.codec, sub.width, sub.height, sub.fps) == ("sub", "JPEG", 704, 576, None)


def test_a_stream_that_is_switched_off_is_none() -> None:
    said = {"Encode[0].ExtraFormat[0].Video.FPS": "25", "Encode[0].ExtraFormat[0].VideoEnable": "false"}
    assert inputs.stream_settings_of(said) == ()


def test_no_events_are_no_lost_pictures_but_a_refusal_is_not() -> None:
    assert inputs.parse_lost_pictures(b"Error: No Events") == ()
    with pytest.raises(Unsupported):
        inputs.parse_lost_pictures(b"Error\nBad Request!")
